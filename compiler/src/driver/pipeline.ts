// The whole compiler on one page: source → parse → resolve → check ⇄ comptime → passes → emit → objects.
import { useChecker } from '../check/apply_type.ts';
import { hasUnaskedFamily } from '../check/nominal.ts';
import { typeInfoGlobal } from '../check/type_info.ts';
import { emitModule, emitParts } from '../emit/emit.ts';
import type { CoverageOptions, EmitOptions } from '../emit/options.ts';
import { PARTED_FROM } from '../emit/part_size.ts';
import { printModule } from '../ir/print.ts';
import { reachableFns, reachesInstructions } from '../ir/reach.ts';
import { libraryPath, loadLlvm, preload } from '../llvm/binding.ts';
import { mergeObjects } from '../link/merge_elf.ts';
import { CODEGEN_FLAG, compileApart, serveCodegen } from '../llvm/apart.ts';
import { type CodegenOptions, compileAside, compileText, SANITIZER_PASSES } from '../llvm/codegen.ts';
import { PASSES, runPasses } from '../passes/run.ts';
import { type Backend, hasAsmOfItsOwn, refused, writesAsm } from './asm_code.ts';
import type { CImportHost } from './c_compiler.ts';
import { importC } from './c_import.ts';
import { machineOf } from './machine.ts';
import { loadProgram } from '../resolve/load.ts';
import type { Program } from '../resolve/module.ts';
import { targetFacts } from '../resolve/target.ts';
import { Parts } from './parts.ts';
import { GoesBeyond } from './modules.ts';
import { type CheckedProgram, checkSteps } from './program.ts';
import type { Session } from './session.ts';
import { unreachedFns } from './unreached.ts';

const encoder = new TextEncoder();

/** Names that `--dump=after:` takes. */
export const DUMP_POINTS: readonly string[] = ['check', ...PASSES.map((x) => x.name)];

/** The host of C compilations, whose sources and headers the session takes down. */
function noting(s: Session, host: CImportHost): CImportHost {
  return {
    ...host,
    readFile: (path) => {
      s.reads.add(path);
      return host.readFile(path);
    },
  };
}

/** What a library may count on, since programs have it: the fields of the context above all. */
const IN_EVERY_PROGRAM = ['modules/std.sx'];

/** The module graph of the session's root; null after errors (they are in the session's sink). */
export function load(s: Session, bytes: Uint8Array, goOn = false): Program | null {
  s.phase = 'parse';
  const program = loadProgram({
    goOn,
    vfs: s.host.vfs, names: s.names, sources: s.sources, sink: s.sink, target: targetFacts(s.options.triple, s.options.sanitizer), stdlibRoots: s.options.stdlibRoots,
    importC: s.host.c === undefined ? undefined : (q) => {
      s.cUnits.push(q);
      return importC(noting(s, s.host.c!), s.options, q);
    }, objects: s.objects, trees: s.host.kept?.trees, beside: s.options.everyBody === true ? IN_EVERY_PROGRAM : [],
  }, s.options.file, bytes);
  s.timing.mark('parse');
  // After a syntax error, that one alone is shown.
  if (program !== null) s.phase = 'check';
  return program;
}

/** The program that the session goes on from. */
function resumed(s: Session, program: CheckedProgram): CheckedProgram | null {
  s.phase = 'check';
  useChecker(program.checker);
  return checkedProgram(s, program);
}

/** Parses, resolves and checks; null after errors (they are in the session's sink). */
export function check(s: Session, bytes: Uint8Array): CheckedProgram | null {
  if (s.from !== null) return resumed(s, s.from.program);
  const steps = loadAndCheck(s, bytes);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value === null ? null : checkedProgram(s, step.value);
  }
}

/** The program between bodies as far as it is known (checkSteps); null: what was given so far is void, and all begins again. */
function* loadAndCheck(s: Session, bytes: Uint8Array, loaded: (program: Program) => void = () => {}): Generator<CheckedProgram | null, CheckedProgram | null> {
  const program = load(s, bytes);
  if (program === null) return null;
  loaded(program);
  try {
    const checked = yield* checkSteps(s, program);
    if (s.modules?.mustGoAlone(s, checked.checker) !== true) return checked;
  } catch (e) {
    if (!(e instanceof GoesBeyond)) throw e;
  }
  s.goAlone();
  yield null;
  const { kept } = s.host;
  const again = kept === undefined ? load(s, bytes) : kept.trees.again(() => load(s, bytes));
  return again === null ? null : yield* checkSteps(s, again);
}

function checkedProgram(s: Session, checked: CheckedProgram): CheckedProgram | null {
  s.timing.mark('check');
  s.timing.fact('IR insts', String(checked.checker.module.instructions));
  const g = checked.checker.generics;
  s.timing.fact('generics', `${g.calls} calls of ${g.instances} instances${rate(g.calls, g.instances)}, ${g.applications} uses of ${g.types} types${rate(g.applications, g.types)}`);
  return s.sink.errorCount > 0 ? null : checked;
}

/** How often a use found its instance. */
function rate(uses: number, made: number): string {
  return uses === 0 ? '' : ` (${((uses - made) / uses * 100).toFixed(1)} % found)`;
}

/** IR → IR, in place; dumps what `--dump=after:<pass>` names. */
export function transform(s: Session, p: CheckedProgram): void {
  const dump = s.options.dumpAfter;
  const err = (text: string): void => s.host.write(2, encoder.encode(text));
  const { module } = p.checker;
  if (dump.includes('check')) err(printModule(module));
  s.phase = 'passes';
  const kept = s.host.kept?.modules !== undefined;
  const all = module.fns.filter((f) => f !== null && f !== undefined && !f.comptimeOnly);
  // At -O0 a pass of ours costs more than LLVM saves (measured: 0.25 s against 0.05 s on 100k lines); above, LLVM gets less to optimise.
  const wanted = PASSES.filter((x) => s.options.opt > 0 || dump.includes(x.name));
  // What other programs have checked is of no use to this one, and what this one does to its functions is no business of others.
  const own = kept && wanted.length > 0 ? reachableFns(module, entriesOf(p), p.entry?.defaultContext ?? 0) : null;
  const fns = (own === null ? all : all.filter((f) => own.has(f.id))).map((f) => f.id);
  if (kept && wanted.length > 0) {
    const bodies = fns.map((id) => module.fns[id]!.body);
    s.onEnd(() => fns.forEach((id, i) => { module.fns[id]!.body = bodies[i]!; }));
  }
  for (const pass of wanted) runPasses(module, [pass.name], { fns, dump: dump.includes(pass.name) ? { after: pass.name, write: err } : undefined });
  s.timing.mark('passes');
}

/** LLVM text of a checked program, as one module. */
export function emitText(s: Session, p: CheckedProgram): Uint8Array {
  transform(s, p);
  const text = emitModule(p.checker.module, p.checker.types, emitOptions(s, p));
  s.timing.mark('emit');
  s.timing.fact('LLVM text', `${text.length} bytes`);
  return text;
}

/** Optimisers, sanitizers and coverage want the whole module. */
function mayBeParted(s: Session, kind: 'obj' | 'asm'): boolean {
  return kind === 'obj' && s.options.opt === 0 && s.options.sanitizer === null && !s.options.coverage;
}

/** Like `check`, with what otherwise only emission meets: types that the run-time type table alone asks for. */
export function checkWhole(s: Session, bytes: Uint8Array): CheckedProgram | null {
  const p = check(s, bytes);
  if (p === null || !hasUnaskedFamily(p.checker)) return p;
  emitText(s, p);
  return s.sink.errorCount > 0 ? null : p;
}

/** Where the program is entered. */
const entriesOf = (p: CheckedProgram): readonly number[] => (p.entry === null ? p.roots : [p.entry.mainFn, ...p.roots]);

const large = new WeakMap<CheckedProgram, boolean>();

/** The answer depends on the program and the options alone. */
function isParted(s: Session, p: CheckedProgram, kind: 'obj' | 'asm'): boolean {
  const { module } = p.checker;
  if (!mayBeParted(s, kind) || module.instructions < PARTED_FROM) return false;
  let known = large.get(p);
  if (known === undefined) {
    known = reachesInstructions(module, entriesOf(p), PARTED_FROM);
    large.set(p, known);
  }
  return known;
}

/** LLVM text in one or more parts, each made when it is asked for. */
function* emitTexts(s: Session, p: CheckedProgram, kind: 'obj' | 'asm'): Generator<Uint8Array> {
  if (!isParted(s, p, kind)) {
    yield emitText(s, p);
    return;
  }
  transform(s, p);
  for (const text of emitParts(p.checker.module, p.checker.types, emitOptions(s, p))) {
    s.timing.mark('emit');
    yield text;
    s.phase = 'emit';
  }
}

function emitOptions(s: Session, p: CheckedProgram): EmitOptions {
  s.phase = 'emit';
  const o = s.options;
  return {
    triple: o.triple, arch: o.triple.startsWith('aarch64') ? 'aarch64' : 'x86_64', roots: p.roots, entry: p.entry, optLevel: o.opt, sanitizer: o.sanitizer,
    typeInfo: (t) => typeInfoGlobal(p.checker, t),
    debug: o.debug ? { source: s.sources, mainFile: o.file, compDir: '.' } : null,
    coverage: o.coverage ? coverageOptions(s, p) : null,
  };
}

/** Lines of the library are not counted. */
function coverageOptions(s: Session, p: CheckedProgram): CoverageOptions {
  const counts = (path: string): boolean => !s.isLibrary(path);
  const { program, module } = p.checker;
  return { source: s.sources, counts, unreached: unreachedFns(program, module, s, counts) };
}

/** Why there is no LLVM to generate code with; null when there is. */
export function missingLlvm(): string | null {
  const found = loadLlvm();
  return found.ok ? null : found.error;
}

/** Begins to load LLVM while the phases before it run; whether that worked is told by missingLlvm. */
export function preloadLlvm(): void {
  preload();
}

/** The file of the LLVM that generates code, '' when there is none. */
export function llvmFile(): string {
  return libraryPath() ?? '';
}

export { CODEGEN_FLAG };
/** What the process of compileApart does; its exit status. */
export const codegenChild = serveCodegen;

/** Object code or assembly; a message when LLVM refuses, '' when the sink has it. */
export function generate(s: Session, p: CheckedProgram, kind: 'obj' | 'asm'): Uint8Array | { readonly error: string } {
  const outputs: Uint8Array[] = [];
  const how = backend(s, p, kind);
  for (const text of emitTexts(s, p, kind)) {
    // Types that only the run-time type table needs are completed for it.
    if (s.sink.errorCount > 0) return { error: '' };
    s.phase = 'llvm';
    const r = how.run(text);
    s.timing.mark('llvm');
    if (!r.ok) return refused(s, p, how, r);
    outputs.push(r.bytes);
  }
  return mergeObjects(outputs);
}

/**
 * From source to code. Of a large module the parts are compiled on other threads, `threads` at once, while the program is still
 * being checked; the bytes are those of `generate`.
 */
export class CodeBuild {
  private readonly parts: Parts | null;

  constructor(private readonly s: Session, private readonly kind: 'obj' | 'asm', threads: number, aside: typeof compileAside = compileAside) {
    if (!mayBeParted(s, kind)) {
      this.parts = null;
      return;
    }
    let options: CodegenOptions | null = null;
    this.parts = new Parts({
      timing: s.timing, threads, emit: (p) => emitOptions(s, p),
      compile: (text, signal) => aside(text, options ??= codegenOptions(s, kind), signal),
    });
  }

  /** Like the function `check`. */
  async check(bytes: Uint8Array): Promise<CheckedProgram | null> {
    const { s } = this;
    if (s.from !== null) return resumed(s, s.from.program);
    // Passes run on the whole module, and at --opt 0 only for their dumps.
    let parts = s.options.dumpAfter.length === 0 ? this.parts : null;
    const steps = loadAndCheck(s, bytes, (program) => { if (writesAsm(s, program)) parts = null; });
    let asms = 0;
    for (;;) {
      const step = steps.next();
      s.timing.mark('check');
      if (step.done === true) {
        const checked = step.value === null ? null : checkedProgram(s, step.value);
        if (checked === null) this.drop();
        return checked;
      }
      s.phase = 'check';
      if (step.value === null) {
        this.drop();
        asms = 0;
        continue;
      }
      // Asm that `#insert` has made since: nothing with it was emitted yet, and from here on nothing is compiled in this process.
      const inserted = parts !== null && hasAsmOfItsOwn(s, step.value, asms);
      asms = step.value.checker.module.asmLines.length;
      if (s.sink.errorCount === 0 && !inserted) await parts?.advance(step.value);
      else {
        parts?.drop();
        parts = null;
      }
    }
  }

  /** Object code or assembly; a message when LLVM refuses, '' when the sink has it. */
  async generate(p: CheckedProgram): Promise<Uint8Array | { readonly error: string }> {
    const { s, kind } = this;
    if (this.parts === null || !isParted(s, p, kind) || hasAsmOfItsOwn(s, p)) {
      this.drop();
      return generate(s, p, kind);
    }
    transform(s, p);
    s.phase = 'llvm';
    const r = await this.parts.finish(p);
    if (s.sink.errorCount > 0) return { error: '' };
    return 'object' in r ? r.object : refused(s, p, backend(s, p, kind), r);
  }

  /** No code is wanted: threads stop as soon as they can. */
  drop(): void { this.parts?.drop(); }
}

/** Which LLVM this program gets. */
function backend(s: Session, p: CheckedProgram, kind: 'obj' | 'asm'): Backend {
  const options = codegenOptions(s, kind);
  const run = hasAsmOfItsOwn(s, p) ? compileApart : compileText;
  return { emit: (changes) => emitModule(p.checker.module, p.checker.types, { ...emitOptions(s, p), ...changes }), run: (text) => run(text, options) };
}

function codegenOptions(s: Session, kind: 'obj' | 'asm'): CodegenOptions {
  const o = s.options;
  return {
    triple: o.triple, ...machineOf(o), opt: o.opt, kind, verify: false,
    passes: o.sanitizer === null ? undefined : SANITIZER_PASSES[o.sanitizer],
  };
}
