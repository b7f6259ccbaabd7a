// The scalar types of IR registers, as small integers. Aggregates are never registers: they live in memory.
//
// Encoding: 0 void, 1 pointer, 2 f32, 3 f64, 64+w unsigned integer of width w (1..64), 192+w signed integer of width w.
// `bool` is the unsigned integer of width 1. A register always holds a *normalised* value: the bits above the width
// repeat the sign (signed) or are zero (unsigned).

export type IrTy = number;

export const IR_VOID: IrTy = 0;
export const IR_PTR: IrTy = 1;
export const IR_F32: IrTy = 2;
export const IR_F64: IrTy = 3;
const UNSIGNED = 64;
const SIGNED = 192;

/** The unsigned integer register type of `width` bits (1..64). */
export const irUnsigned = (width: number): IrTy => UNSIGNED + width;
/** The signed integer register type of `width` bits (1..64). */
export const irSigned = (width: number): IrTy => SIGNED + width;
export const IR_BOOL: IrTy = UNSIGNED + 1;
export const IR_U8: IrTy = UNSIGNED + 8;
export const IR_U32: IrTy = UNSIGNED + 32;
export const IR_U64: IrTy = UNSIGNED + 64;
export const IR_I32: IrTy = SIGNED + 32;
export const IR_I64: IrTy = SIGNED + 64;

export const irIsInt = (t: IrTy): boolean => t > UNSIGNED;
export const irIsSigned = (t: IrTy): boolean => t > SIGNED;
export const irIsFloat = (t: IrTy): boolean => t === IR_F32 || t === IR_F64;
/** Width in bits of an integer register type. */
export const irWidth = (t: IrTy): number => (t > SIGNED ? t - SIGNED : t - UNSIGNED);

/** Bytes that a register of type `t` takes in memory (integers round up to 1, 2, 4 or 8). */
export function irSize(t: IrTy): number {
  if (t === IR_VOID) return 0;
  if (t === IR_PTR || t === IR_F64) return 8;
  if (t === IR_F32) return 4;
  const w = irWidth(t);
  return w <= 8 ? 1 : w <= 16 ? 2 : w <= 32 ? 4 : 8;
}

/** The spelling used by IR text: `void ptr f32 f64 u8 i64 …`. */
export function irTypeName(t: IrTy): string {
  if (t === IR_VOID) return 'void';
  if (t === IR_PTR) return 'ptr';
  if (t === IR_F32) return 'f32';
  if (t === IR_F64) return 'f64';
  return (irIsSigned(t) ? 'i' : 'u') + irWidth(t);
}

/** Inverse of irTypeName; -1 when `s` is no IR type. */
export function irTypeByName(s: string): IrTy {
  if (s === 'void') return IR_VOID;
  if (s === 'ptr') return IR_PTR;
  if (s === 'f32') return IR_F32;
  if (s === 'f64') return IR_F64;
  const m = /^([iu])([1-9][0-9]?)$/.exec(s);
  if (!m) return -1;
  const w = Number(m[2]);
  if (w > 64) return -1;
  return m[1] === 'i' ? irSigned(w) : irUnsigned(w);
}
