// Takes assembly that is to run at compile time; gives its object for this machine, or why there is none.
import { VmStop } from '../comptime/memory.ts';
import { markedErrors } from '../emit/asm_marks.ts';
import { emitModule } from '../emit/emit.ts';
import type { CodegenOptions } from '../llvm/codegen.ts';
import type { Types } from '../types/types.ts';
import type { NativeStore } from './native_store.ts';
import type { NativeCode } from './native_thunks.ts';

/** What the program's assembly is written for. */
export interface AsmTarget {
  readonly arch: string;
  readonly os: string;
  /** Processor and features, as for the program's own code. */
  readonly codegen: () => Pick<CodegenOptions, 'cpu' | 'features'>;
  /** Whether the code at a position is the program's, and not the library's. */
  readonly isOwn: (pos: number) => boolean;
}

type Form = 'expression' | 'naked' | 'module';

/** Systems whose C convention and symbols are those of Linux. */
const LIKE_LINUX = ['linux', 'android'];

/** Stops the evaluation when assembly for `target` cannot run on this machine; with `stop` false, gives the reason. */
export function foreignAsm(target: AsmTarget, arch: string, form: Form, stop = true): string | null {
  const reason = target.arch !== arch ? `assembly for ${target.arch} cannot run at compile time: this machine is ${arch}`
    // An expression says where its operands are; the others rely on the convention of their system.
    : form !== 'expression' && !LIKE_LINUX.includes(target.os) ? `assembly for ${target.os} cannot run at compile time: this machine is linux`
      : null;
  if (reason !== null && stop) throw new VmStop(reason);
  return reason;
}

const escaped = (name: string): string => name.replaceAll(/[.$]/g, '\\$&');

/** Whether module-level assembly defines a symbol: a label, or a directive that makes one. */
export function definesSymbol(texts: readonly string[], name: string): boolean {
  if (texts.length === 0) return false;
  const definition = new RegExp(`(^|[\\s;])"?${escaped(name)}"?\\s*(:|=[^=])|\\.(set|equ|equiv|comm|lcomm)\\s+"?${escaped(name)}"?\\s*,`, 'm');
  return texts.some((t) => t.includes(name) && definition.test(t));
}

/** Compiles assembly for this machine. What LLVM says against it ends the evaluation. */
export function asmObject(store: NativeStore, code: NativeCode, types: Types, target: AsmTarget, arch: 'x86_64' | 'aarch64', own: boolean): Uint8Array {
  const triple = `${arch}-linux-gnu`;
  const text = emitModule(code.module, types, { triple, arch, roots: code.roots.map((f) => f.id), markAsm: true, noRedZone: true });
  const made = store.object(text, { triple, opt: 0, kind: 'obj', ...target.codegen() }, own);
  if (made.ok) return made.bytes;
  if ('ended' in made) throw new VmStop(`${made.error} when it compiles the assembly`);
  throw new VmStop(`the assembler refuses this: ${markedErrors(made.error, text)[0]?.message ?? made.error.trim()}`);
}
