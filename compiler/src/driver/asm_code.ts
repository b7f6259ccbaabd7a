// Takes a program and how it becomes LLVM text; says whether its assembly may be the end of LLVM, and reports what LLVM refuses of it.
import type { Pos } from '../base/ids.ts';
import { type AsmError, markedErrors } from '../emit/asm_marks.ts';
import type { EmitOptions } from '../emit/options.ts';
import type { Ended } from '../llvm/apart.ts';
import type { CodegenResult } from '../llvm/codegen.ts';
import { Node } from '../parse/node.ts';
import type { Program } from '../resolve/module.ts';
import type { CheckedProgram } from './program.ts';
import type { Session } from './session.ts';

/** The module as LLVM text, and that text compiled. */
export interface Backend {
  readonly emit: (changes: Partial<EmitOptions>) => Uint8Array;
  readonly run: (text: Uint8Array) => CodegenResult | Ended;
}

/** Where the texts of the program's asm begin: those of the module and those of functions (from the n-th on), each once. */
function asmPlaces(p: Pick<CheckedProgram, 'checker'>, from = 0): number[] {
  const { module } = p.checker;
  const out = new Set([...module.globalAsmLines, ...module.asmLines.slice(from)].map((lines) => lines[0] ?? 0));
  return [...out].sort((x, y) => x - y);
}

/** Whether there is asm that the library's tests have not seen: then a child process runs LLVM, which texts of asm can kill. */
export function hasAsmOfItsOwn(s: Session, p: Pick<CheckedProgram, 'checker'>, from = 0): boolean {
  return asmPlaces(p, from).some((pos) => !s.isLibrary(s.sources.lineAt(pos as Pos).file.path));
}

/**
 * The same before anything is checked: whether a file that is not the library's has asm in it. What `#insert` makes of text is
 * not in any file.
 */
export function writesAsm(s: Session, program: Program): boolean {
  return program.files.some((f) => !s.isLibrary(f.tree.file.path) && (f.asms.length > 0 || f.tree.kind.subarray(0, f.tree.count).includes(Node.Asm)));
}

/** Errors in asm go to the sink, each at its place (then `error` is ''): the code is made once more, with marks. */
export function refused(s: Session, p: CheckedProgram, how: Backend, first: Refusal): { readonly error: string } {
  if (asmPlaces(p).length === 0) return first;
  const found = ('ended' in first ? [] : located(how));
  if (found.length === 0) for (const e of culprits(p, how, first)) found.push(e);
  for (const { pos, message } of found.sort((a, b) => a.pos - b.pos)) s.sink.error('ASM-TEXT', pos as Pos, s.sources.lineAt(pos as Pos).to as Pos, message);
  return { error: found.length > 0 ? '' : first.error };
}

type Refusal = { readonly error: string } | Ended;

/** What LLVM says when the text is marked, where it says it of a place. */
function located(how: Backend): AsmError[] {
  const text = how.emit({ markAsm: true, debug: null, coverage: null });
  const marked = how.run(text);
  return marked.ok ? [] : markedErrors(marked.error, text).map(({ pos, message }) => ({ pos, message: `the assembler refuses this: ${message}` }));
}

/**
 * The asm of which each alone makes LLVM end or refuse without a place: found by halves. The first when it takes several of
 * them; none when it takes none.
 */
function culprits(p: CheckedProgram, how: Backend, first: Refusal): AsmError[] {
  const out: AsmError[] = [];
  const failure = (places: readonly number[]): Refusal | null => {
    const r = how.run(how.emit({ onlyAsm: new Set(places) }));
    return r.ok ? null : r;
  };
  if (failure([]) !== null) return out;
  const words = (r: Refusal): string => ('ended' in r ? `${r.error} when it compiles this` : `the assembler refuses this: ${r.error.trim()}`);
  const search = (places: readonly number[]): void => {
    const r = failure(places);
    if (r === null) return;
    if (places.length === 1) out.push({ pos: places[0]!, message: words(r) });
    else for (const half of [places.slice(0, places.length >> 1), places.slice(places.length >> 1)]) search(half);
  };
  const all = asmPlaces(p);
  search(all);
  return out.length > 0 ? out : [{ pos: all[0]!, message: words(first) }];
}
