// Takes nothing; gives the interface to C code and assembly that really run: a child process that shares the evaluator's memory.
import type { AsmBlob, Const, Fn, FnId, Sig } from '../ir/module.ts';
import type { IrTy } from '../types/ir_type.ts';
import type { VmMemory } from './memory.ts';

/** An asm expression, as compiled code runs it: words are its operands, then the places of its register outputs. */
export interface AsmSite {
  readonly fn: Fn;
  readonly pos: number;
  readonly blob: AsmBlob;
  /** Types of the operands that are passed; a constant stays one for the assembly's immediates. */
  readonly args: readonly { readonly ty: IrTy; readonly value: Const | null }[];
}

/** A call as the program makes it. */
export interface NativeCall {
  /** Who is called, for messages: `'labs'`. */
  readonly name: string;
  /** Address in the child; for assembly, the site. */
  readonly target: number | AsmSite;
  readonly sig: Sig;
  /** Types of the arguments beyond the parameters, of a C variadic. */
  readonly extra: readonly IrTy[];
  /** One word per argument, an aggregate result's address first. */
  readonly words: Uint8Array;
  readonly errno: number;
}

export interface NativeResult {
  /** The bits of a scalar result. */
  readonly bits: bigint;
  readonly errno: number;
}

/** The child process. Every method throws VmStop when the child cannot do it or is gone. */
export interface NativePort {
  /** Address of a C symbol in the child, 0 when nothing has that name. */
  symbol(name: string): number;
  /** Address of the code of a naked function. */
  naked(fn: Fn): number;
  call(q: NativeCall): NativeResult;
  read(at: number, into: Uint8Array): void;
  write(at: number, from: Uint8Array): void;
  /** The mapping of the child that holds `at`. */
  region(at: number): { readonly start: number; readonly end: number } | null;
}

/** What the child's side asks of the machine. */
export interface NativeVm {
  readonly memory: VmMemory;
  /** Functions that C can call and whose address the program has taken, in that order: C may call these. */
  readonly callbacks: readonly FnId[];
  /** Asm expressions that were compiled, in that order. */
  readonly sites: readonly AsmSite[];
  /** Module-level assembly. */
  readonly globalAsm: readonly string[];
  fn(id: FnId): Fn;
  /** The function that the program exports by that name, so far as it was mentioned. */
  exported(symbol: string): Fn | null;
  sigOf(fn: Fn): Sig;
  /** C calls sx: `words` are the arguments as in NativeCall; the result's bits. */
  callback(fn: number, words: Uint8Array): bigint;
}

/** A function of the C library that only looks at its arguments, or a refusal, is no business of the child: see host.ts. */
export type NativeFactory = (vm: NativeVm) => NativePort;
