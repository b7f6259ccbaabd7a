// Takes nothing; gives the options of emitModule.
import type { FnId, GlobalId } from '../ir/module.ts';
import type { TypeId } from '../types/types.ts';
import type { Arch } from './abi.ts';

/** Turns a source position into a place; the source map fits. */
export interface DebugSource {
  locate(pos: number): { readonly file: { readonly path: string }; readonly line: number; readonly col: number };
  /** The line that holds `pos`, and the positions from its first byte to its last. */
  lineAt(pos: number): { readonly file: { readonly path: string }; readonly line: number; readonly from: number; readonly to: number };
}

export const enum EntryKind {
  void,
  int,
  failable,
  int_failable,
}

/** The program's `main`; asks for the C entry point. */
export interface EntryOptions {
  readonly mainFn: FnId;
  readonly kind: EntryKind;
  /** Address passed as the hidden context parameter; 0 = main takes none. */
  readonly defaultContext: GlobalId;
}

export interface EmitOptions {
  readonly triple: string;
  readonly arch: Arch;
  /** What must exist in the object; everything else is emitted only when reached from here. */
  readonly roots: readonly FnId[];
  readonly rootGlobals?: readonly GlobalId[];
  readonly entry?: EntryOptions | null;
  readonly debug?: DebugOptions | null;
  readonly optLevel?: 0 | 1 | 2 | 3;
  readonly sanitizer?: 'thread' | 'address' | null;
  /** Marks assembly with its positions, to locate what LLVM says of it (asm_marks.ts). Without debug information and coverage. */
  readonly markAsm?: boolean;
  /** Nothing of a function lies below its stack pointer: assembly in it may push and call. */
  readonly noRedZone?: boolean;
  /** Leaves out the asm whose text begins at none of these positions; absent = leaves out nothing. */
  readonly onlyAsm?: ReadonlySet<number>;
  /** Count the lines that run; absent = no. */
  readonly coverage?: CoverageOptions | null;
  /** The constant TypeInfo record of a type; absent = a `type_info` of a run-time type is an internal error. */
  readonly typeInfo?: (type: TypeId) => GlobalId;
}

export interface CoverageOptions {
  readonly source: DebugSource;
  /** Whether the lines of a file are counted. */
  readonly counts: (path: string) => boolean;
  /** Functions that are not in the module, which the report has nevertheless. */
  readonly unreached: readonly UnreachedFn[];
}

/** A function without code, as a coverage report names it. */
export interface UnreachedFn {
  readonly path: string;
  readonly name: string;
  readonly line: number;
  readonly lines: readonly number[];
}

export interface DebugOptions {
  readonly source: DebugSource;
  /** File named by the compile unit. */
  readonly mainFile: string;
  /** DW_AT_comp_dir: what relative paths are against ('.' keeps objects cacheable). */
  readonly compDir: string;
}
