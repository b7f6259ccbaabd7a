// The one cycle of the language, check ⇄ comptime, as an interface: what check asks of the evaluator.
import type { Code } from '../diagnostics/codes.ts';
import type { FnId, GlobalId, Reloc } from '../ir/module.ts';

export interface EvalFrame {
  readonly fn: FnId;
  readonly pos: number;
}

export type EvalResult =
  | { readonly ok: true; readonly value: number | bigint | null }
  | { readonly ok: false; readonly reason: string; readonly frames: readonly EvalFrame[]; readonly exitCode?: number; readonly code?: Code };

export interface ComptimePort {
  /** Runs a function whose body and callees are checked on demand. `dst`: address for an aggregate result. */
  call: (fn: FnId, args: readonly (number | bigint)[], dst?: number) => EvalResult;
  /** Scratch memory for arguments and results; freed by `release(mark)`. */
  alloc(size: number, align: number): number;
  read(address: number, length: number): Uint8Array;
  write(address: number, bytes: Uint8Array): void;
  globalAddress(id: GlobalId): number;
  /** Brings the evaluator's memory of a global in line with its image (bytes, relocations). */
  refreshGlobal(id: GlobalId): void;
  /** The global has grown: its next use places it anew. */
  forgetGlobal(id: GlobalId): void;
  /** Gives all variables their images back: the program starts with these, whatever evaluation stored. */
  resetGlobals(): void;
  /** What a pointer read from evaluator memory points at; null = evaluator heap or garbage. */
  pointee(address: number): { kind: 'global'; id: GlobalId; offset: number } | { kind: 'fn'; id: FnId } | null;
  /** Length of readable memory from `address` (0 = not readable). */
  readable(address: number): number;
  /** Return-trace frames recorded by the last failing evaluation, oldest first. */
  trace(): readonly { func: string; file: string; line: number; col: number; text: string }[];
  /** Whether older frames than those of `trace` were dropped. */
  traceTruncated(): boolean;
  clearTrace(): void;
}

export interface BakedData {
  readonly bytes: Uint8Array;
  readonly relocs: Reloc[];
}
