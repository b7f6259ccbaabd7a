// Takes nothing; gives the interface to C code that really runs: a child process that shares the evaluator's memory.
import type { Fn, Sig } from '../ir/module.ts';
import type { IrTy } from '../types/ir_type.ts';
import type { VmMemory } from './memory.ts';

/** A call as the program makes it. */
export interface NativeCall {
  /** For messages. */
  readonly name: string;
  /** Address in the child. */
  readonly target: number;
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
  call(q: NativeCall): NativeResult;
  read(at: number, into: Uint8Array): void;
  write(at: number, from: Uint8Array): void;
  /** The mapping of the child that holds `at`. */
  region(at: number): { readonly start: number; readonly end: number } | null;
}

/** What the child's side asks of the machine. */
export interface NativeVm {
  readonly memory: VmMemory;
  /** Functions with the C convention whose address the program took since the last call: C may call these. */
  takeCallbacks(): readonly Fn[];
  sigOf(fn: Fn): Sig;
  /** C calls sx: `words` are the arguments as in NativeCall; the result's bits. */
  callback(fn: number, words: Uint8Array): bigint;
}

/** A function of the C library that only looks at its arguments, or a refusal, is no business of the child: see host.ts. */
export type NativeFactory = (vm: NativeVm) => NativePort;
