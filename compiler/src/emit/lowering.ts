// Takes nothing; gives the vocabulary of ABI lowerings (how one parameter or result travels) shared by all conventions.
import type { AbiSlot } from '../ir/module.ts';
import { REG_TY } from './lltype.ts';

export const enum Pass {
  /** Nothing travels (zero-size aggregates, void). */
  none,
  /** One register value. */
  scalar,
  /** An aggregate cut into register values, each loaded from memory. */
  pieces,
  /** Parameter: a pointer of which LLVM makes the copy. Result: the hidden pointer. */
  memory,
  /** A plain pointer; who copies is `Lowering.calleeCopies`. */
  pointer,
}

/** One register value of a cut aggregate. */
export interface Piece {
  readonly ty: string;
  readonly offset: number;
}

export interface Lowering {
  readonly pass: Pass;
  /** LLVM type with parameter attributes after it, e.g. `i8 zeroext`, `ptr byval([24 x i8]) align 8`. */
  readonly text: string;
  readonly pieces: readonly Piece[];
  readonly size: number;
  readonly align: number;
  /** Pass.pointer: the callee makes the copy (sx) instead of the caller (AAPCS64). */
  readonly calleeCopies: boolean;
  /** Bytes of caller scratch memory that the transfer needs: a copy, or pieces that read past the end. */
  readonly scratch: number;
}

export interface LoweredSig {
  readonly params: readonly Lowering[];
  readonly result: Lowering;
  /** LLVM result type, with attributes before it. */
  readonly resultText: string;
  /** LLVM result type alone. */
  readonly resultTy: string;
  /** `(T, T, ...)` for calls of variadic functions, '' otherwise. */
  readonly variadicTy: string;
  /** Scratch bytes a caller needs. */
  readonly scratch: number;
}

/** The one place where lowerings are made: V8 throws optimised code away when the same fields come in objects of several shapes. */
function lowering(pass: Pass, text: string, pieces: readonly Piece[], size: number, align: number, calleeCopies: boolean, scratch: number): Lowering {
  return { pass, text, pieces, size, align, calleeCopies, scratch };
}

/** Cut from a list of pieces, so that it is one to V8, too. */
const NO_PIECES: readonly Piece[] = [intPiece(8, 0)].slice(1);

export const NONE: Lowering = lowering(Pass.none, '', NO_PIECES, 0, 1, false, 0);

/** A register value; `text` as in Lowering. */
export function scalarLowering(text: string): Lowering {
  return lowering(Pass.scalar, text, NO_PIECES, 0, 1, false, 0);
}

/** A parameter that LLVM copies, or the memory that a result goes to. */
export function memoryLowering(text: string, slot: AbiSlot): Lowering {
  return lowering(Pass.memory, text, NO_PIECES, slot.size, slot.align, false, 0);
}

/** A plain pointer, of which the callee makes the copy, or the caller in `scratch` bytes. */
export function pointerLowering(slot: AbiSlot, scratch: number): Lowering {
  return lowering(Pass.pointer, 'ptr', NO_PIECES, slot.size, slot.align, scratch === 0, scratch);
}

/** The integer type of the last `size - offset` bytes (at most 8) of an aggregate. */
export function intPiece(size: number, offset: number): Piece {
  return { ty: 'i' + Math.min(8, size - offset) * 8, offset };
}

export function piecesLowering(pieces: readonly Piece[], size: number, align: number, scratch = 0): Lowering {
  return lowering(Pass.pieces, '', pieces, size, align, false, scratch);
}

/** A C scalar whose small integers arrive extended: the caller does it for arguments, the callee for its result (SysV as compilers have it). */
export function cScalar(slot: AbiSlot): Lowering {
  const t = REG_TY[slot.ty]!;
  const width = scalarWidth(slot);
  if (width === 32 || width === 64) return scalarLowering(t);
  return scalarLowering(t + (slot.ty > 192 ? ' signext' : ' zeroext'));
}

/** Bits of an integer, 64 for anything else. */
export const scalarWidth = (slot: AbiSlot): number => (slot.ty > 64 ? (slot.ty > 192 ? slot.ty - 192 : slot.ty - 64) : 64);

/** Scratch bytes of one transfer, rounded so that the next one stays aligned. */
export function scratchSize(l: Lowering): number {
  return Math.ceil(l.scratch / 16) * 16;
}
