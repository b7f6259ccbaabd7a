// Takes numeric ops and register types; writes their WebAssembly code: arithmetic at every width, comparison, conversion.
import { FMath, Op } from '../ir/op.ts';
import { IR_F32, IR_F64, IR_PTR, type IrTy, irIsFloat, irIsInt, irIsSigned, irWidth } from '../types/ir_type.ts';
import { Helper } from './helpers.ts';
import { tyChar, vtOf } from './layout.ts';
import { type ByteBuf, Vt, W } from './wasm.ts';

const is64 = (ty: IrTy): boolean => vtOf(ty) === Vt.i64;
const signedOf = (ty: IrTy): boolean => irIsInt(ty) && irIsSigned(ty);
const widthOf = (ty: IrTy): number => (ty === IR_PTR ? 64 : irWidth(ty));
const mask64 = (w: number): bigint => BigInt.asIntN(64, (1n << BigInt(w)) - 1n);

/** Makes the integer on the stack normalised for width `w` and the given signedness. */
function cutTo(code: ByteBuf, w: number, signed: boolean): void {
  if (w === 32 || w === 64) return;
  if (w < 32) {
    if (!signed) {
      code.i32c((1 << w) - 1);
      code.op(W.i32_and);
    } else if (w === 8) code.op(W.i32_extend8_s);
    else if (w === 16) code.op(W.i32_extend16_s);
    else {
      code.i32c(32 - w);
      code.op(W.i32_shl);
      code.i32c(32 - w);
      code.op(W.i32_shr_s);
    }
  } else if (!signed) {
    code.i64c(mask64(w));
    code.op(W.i64_and);
  } else {
    code.i64c(64 - w);
    code.op(W.i64_shl);
    code.i64c(64 - w);
    code.op(W.i64_shr_s);
  }
}

export function normalise(code: ByteBuf, ty: IrTy): void {
  if (irIsInt(ty)) cutTo(code, irWidth(ty), irIsSigned(ty));
}

/** Reinterprets the normalised `ty` on the stack as signed / unsigned. */
export function asSign(code: ByteBuf, ty: IrTy, signed: boolean): void {
  if (irIsInt(ty) && irIsSigned(ty) !== signed) cutTo(code, irWidth(ty), signed);
}

export function constant(code: ByteBuf, ty: IrTy, v: number | bigint): void {
  if (ty === IR_F32) {
    code.op(W.f32_const);
    code.f32(Number(v));
  } else if (ty === IR_F64) {
    code.op(W.f64_const);
    code.f64(Number(v));
  } else if (is64(ty)) code.i64c(v);
  else code.i32c(Number(BigInt.asIntN(32, BigInt(v))));
}

const I32_BIN: Partial<Record<Op, W>> = {
  [Op.add]: W.i32_add, [Op.sub]: W.i32_sub, [Op.mul]: W.i32_mul, [Op.sdiv]: W.i32_div_s, [Op.udiv]: W.i32_div_u,
  [Op.srem]: W.i32_rem_s, [Op.urem]: W.i32_rem_u, [Op.and]: W.i32_and, [Op.or]: W.i32_or, [Op.xor]: W.i32_xor,
  [Op.shl]: W.i32_shl, [Op.ashr]: W.i32_shr_s, [Op.lshr]: W.i32_shr_u,
  [Op.eq]: W.i32_eq, [Op.ne]: W.i32_ne, [Op.slt]: W.i32_lt_s, [Op.sle]: W.i32_le_s, [Op.sgt]: W.i32_gt_s, [Op.sge]: W.i32_ge_s,
  [Op.ult]: W.i32_lt_u, [Op.ule]: W.i32_le_u, [Op.ugt]: W.i32_gt_u, [Op.uge]: W.i32_ge_u,
};
const I64_BIN: Partial<Record<Op, W>> = {
  [Op.add]: W.i64_add, [Op.sub]: W.i64_sub, [Op.mul]: W.i64_mul, [Op.sdiv]: W.i64_div_s, [Op.udiv]: W.i64_div_u,
  [Op.srem]: W.i64_rem_s, [Op.urem]: W.i64_rem_u, [Op.and]: W.i64_and, [Op.or]: W.i64_or, [Op.xor]: W.i64_xor,
  [Op.shl]: W.i64_shl, [Op.ashr]: W.i64_shr_s, [Op.lshr]: W.i64_shr_u,
  [Op.eq]: W.i64_eq, [Op.ne]: W.i64_ne, [Op.slt]: W.i64_lt_s, [Op.sle]: W.i64_le_s, [Op.sgt]: W.i64_gt_s, [Op.sge]: W.i64_ge_s,
  [Op.ult]: W.i64_lt_u, [Op.ule]: W.i64_le_u, [Op.ugt]: W.i64_gt_u, [Op.uge]: W.i64_ge_u,
};
const F32_BIN: Partial<Record<Op, W>> = {
  [Op.fadd]: W.f32_add, [Op.fsub]: W.f32_sub, [Op.fmul]: W.f32_mul, [Op.fdiv]: W.f32_div,
  [Op.feq]: W.f32_eq, [Op.fne]: W.f32_ne, [Op.flt]: W.f32_lt, [Op.fle]: W.f32_le, [Op.fgt]: W.f32_gt, [Op.fge]: W.f32_ge,
};
const F64_BIN: Partial<Record<Op, W>> = {
  [Op.fadd]: W.f64_add, [Op.fsub]: W.f64_sub, [Op.fmul]: W.f64_mul, [Op.fdiv]: W.f64_div,
  [Op.feq]: W.f64_eq, [Op.fne]: W.f64_ne, [Op.flt]: W.f64_lt, [Op.fle]: W.f64_le, [Op.fgt]: W.f64_gt, [Op.fge]: W.f64_ge,
};

/** What the numeric code asks of the function compiler. An operand is a Ref, or a local number + OPERAND_LOCAL. */
export interface Operands {
  readonly code: ByteBuf;
  push(x: number): void;
  constOf(x: number): number | bigint | null;
  temp(vt: Vt): number;
  freeTemp(vt: Vt, local: number): void;
  mark(inst: number): void;
  helper(h: Helper): void;
}
export const OPERAND_LOCAL = 2 ** 30;

/** Pushes `a op b`; `ty` is the type of the operands (for comparisons too). */
export function binary(g: Operands, op: Op, ty: IrTy, a: number, b: number, inst: number): void {
  const code = g.code;
  if (irIsFloat(ty)) {
    if (op === Op.frem) {
      g.push(a);
      if (ty === IR_F32) code.op(W.f64_promote_f32);
      g.push(b);
      if (ty === IR_F32) code.op(W.f64_promote_f32);
      g.helper(Helper.frem);
      if (ty === IR_F32) code.op(W.f32_demote_f64);
      return;
    }
    g.push(a);
    g.push(b);
    code.op((ty === IR_F32 ? F32_BIN : F64_BIN)[op]!);
    return;
  }
  const wide = is64(ty);
  const w = widthOf(ty);
  const wop = (wide ? I64_BIN : I32_BIN)[op]!;
  switch (op) {
    case Op.add: case Op.sub: case Op.mul:
      g.push(a);
      g.push(b);
      code.op(wop);
      normalise(code, ty);
      return;
    case Op.and: case Op.or: case Op.xor:
      g.push(a);
      g.push(b);
      code.op(wop);
      return;
    case Op.sdiv: case Op.srem: case Op.udiv: case Op.urem: {
      const signed = op === Op.sdiv || op === Op.srem;
      g.push(a);
      asSign(code, ty, signed);
      g.push(b);
      asSign(code, ty, signed);
      g.mark(inst);
      code.op(wop);
      normalise(code, ty);
      return;
    }
    case Op.shl: case Op.ashr: case Op.lshr:
      shift(g, op, ty, a, b, wop);
      return;
    default: {
      // Comparisons. Sign extension keeps the unsigned order, so only signed comparison of unsigned types converts.
      const fix = op >= Op.slt && op <= Op.sge && irIsInt(ty) && !signedOf(ty);
      g.push(a);
      if (fix) cutTo(code, w, true);
      const k = op === Op.eq || op === Op.ne ? g.constOf(b) : null;
      if (k !== null && Number(k) === 0) {
        code.op(wide ? W.i64_eqz : W.i32_eqz);
        if (op === Op.ne) code.op(W.i32_eqz);
        return;
      }
      g.push(b);
      if (fix) cutTo(code, w, true);
      code.op(wop);
    }
  }
}

function shift(g: Operands, op: Op, ty: IrTy, a: number, b: number, wop: W): void {
  const code = g.code;
  const wide = is64(ty);
  const w = widthOf(ty);
  const num = (v: number): void => (wide ? code.i64c(v) : code.i32c(v));
  const k = g.constOf(b);
  if (k !== null) {
    const tooFar = Number(k) < 0 || Number(k) >= w;
    if (tooFar && op !== Op.ashr) {
      num(0);
      return;
    }
    g.push(a);
    if (op !== Op.shl) asSign(code, ty, op === Op.ashr);
    num(tooFar ? w - 1 : Number(k));
    code.op(wop);
    normalise(code, ty);
    return;
  }
  const t = g.temp(wide ? Vt.i64 : Vt.i32);
  g.push(a);
  if (op !== Op.shl) asSign(code, ty, op === Op.ashr);
  g.push(b);
  code.tee(t);
  if (op === Op.ashr) {
    num(w - 1);
    code.get(t);
    num(w);
    code.op(wide ? W.i64_lt_u : W.i32_lt_u);
    code.op(W.select);
    code.op(wop);
  } else {
    code.op(wop);
    num(0);
    code.get(t);
    num(w);
    code.op(wide ? W.i64_lt_u : W.i32_lt_u);
    code.op(W.select);
  }
  normalise(code, ty);
  g.freeTemp(wide ? Vt.i64 : Vt.i32, t);
}

/** Whether every value of integer type `s` is a value of integer type `t`. */
function contains(t: IrTy, s: IrTy): boolean {
  const ws = irWidth(s);
  const wt = irWidth(t);
  return irIsSigned(s) ? irIsSigned(t) && ws <= wt : irIsSigned(t) ? ws < wt : ws <= wt;
}

/** Pushes the conversion `op` of operand `a` (of type `s`) to type `t`. */
export function convert(g: Operands, op: Op, t: IrTy, s: IrTy, a: number): void {
  const code = g.code;
  g.push(a);
  switch (op) {
    case Op.trunc: case Op.ext: case Op.bits: case Op.p2i: {
      if (t === s) return;
      if (irIsFloat(t) || irIsFloat(s)) {
        if (irIsFloat(t)) {
          if (!irIsFloat(s)) code.op(t === IR_F32 ? W.f32_reinterpret_i32 : W.f64_reinterpret_i64);
          return;
        }
        code.op(s === IR_F32 ? W.i32_reinterpret_f32 : W.i64_reinterpret_f64);
        normalise(code, t);
        return;
      }
      if (is64(s) && !is64(t)) code.op(W.i32_wrap_i64);
      else if (!is64(s) && is64(t)) code.op(signedOf(s) ? W.i64_extend_i32_s : W.i64_extend_i32_u);
      if (!(irIsInt(s) && irIsInt(t) && contains(t, s))) normalise(code, t);
      return;
    }
    case Op.i2p:
      asSign(code, s, false);
      if (!is64(s)) code.op(W.i64_extend_i32_u);
      return;
    case Op.i2f: {
      const signed = signedOf(s);
      if (t === IR_F32) {
        code.op(is64(s) ? (signed ? W.f32_convert_i64_s : W.f32_convert_i64_u) : signed ? W.f32_convert_i32_s : W.f32_convert_i32_u);
      } else {
        code.op(is64(s) ? (signed ? W.f64_convert_i64_s : W.f64_convert_i64_u) : signed ? W.f64_convert_i32_s : W.f64_convert_i32_u);
      }
      return;
    }
    case Op.fpext: if (s === IR_F32 && t === IR_F64) code.op(W.f64_promote_f32); return;
    case Op.fptrunc: if (s === IR_F64 && t === IR_F32) code.op(W.f32_demote_f64); return;
    default: floatToInt(g, t, s);
  }
}

const TWO63 = 2 ** 63;

function floatToInt(g: Operands, t: IrTy, s: IrTy): void {
  const code = g.code;
  if (s === IR_F32) code.op(W.f64_promote_f32);
  const v = g.temp(Vt.f64);
  const bound = (limit: number): void => {
    code.op(W.f64_const);
    code.f64(limit);
  };
  code.tee(v);
  code.op(W.i64_trunc_sat_f64_s);
  if (irIsInt(t) && !irIsSigned(t) && irWidth(t) === 64) {
    // [2^63, 2^64) is in range for u64.
    code.get(v);
    code.op(W.i64_trunc_sat_f64_u);
    code.i64c(-(2n ** 63n));
    code.get(v);
    bound(2 ** 64);
    code.op(W.f64_lt);
    code.get(v);
    bound(0);
    code.op(W.f64_gt);
    code.op(W.i32_and);
    code.op(W.select);
  } else {
    code.i64c(-(2n ** 63n));
  }
  code.get(v);
  code.op(W.f64_abs);
  bound(TWO63);
  code.op(W.f64_lt);
  code.op(W.select);
  g.freeTemp(Vt.f64, v);
  if (!is64(t)) code.op(W.i32_wrap_i64);
  normalise(code, t);
}

/** Pushes fmath function `f` of operand `a`. */
export function floatMath(g: Operands, f: FMath, ty: IrTy, a: number): void {
  const code = g.code;
  g.push(a);
  const single = ty === IR_F32;
  switch (f) {
    case FMath.sqrt: code.op(single ? W.f32_sqrt : W.f64_sqrt); return;
    case FMath.floor: code.op(single ? W.f32_floor : W.f64_floor); return;
    case FMath.ceil: code.op(single ? W.f32_ceil : W.f64_ceil); return;
    case FMath.trunc: code.op(single ? W.f32_trunc : W.f64_trunc); return;
    case FMath.fabs: code.op(single ? W.f32_abs : W.f64_abs); return;
    default:
      if (single) code.op(W.f64_promote_f32);
      g.helper(f === FMath.sin ? Helper.sin : Helper.cos);
      if (single) code.op(W.f32_demote_f64);
  }
}

/** The load opcode of a register type. */
export function loadOp(ty: IrTy): W {
  if (ty === IR_F32) return W.f32_load;
  if (ty === IR_F64) return W.f64_load;
  if (ty === IR_PTR) return W.i64_load;
  const w = irWidth(ty);
  if (w <= 8) return irIsSigned(ty) ? W.i32_load8_s : W.i32_load8_u;
  if (w <= 16) return irIsSigned(ty) ? W.i32_load16_s : W.i32_load16_u;
  return w <= 32 ? W.i32_load : W.i64_load;
}

export function storeOp(ty: IrTy): W {
  if (ty === IR_F32) return W.f32_store;
  if (ty === IR_F64) return W.f64_store;
  if (ty === IR_PTR) return W.i64_store;
  const w = irWidth(ty);
  return w <= 8 ? W.i32_store8 : w <= 16 ? W.i32_store16 : w <= 32 ? W.i32_store : W.i64_store;
}

/** Memory of an odd width may hold anything above the width: cut it off. */
export function afterLoad(code: ByteBuf, ty: IrTy): void {
  if (!irIsInt(ty)) return;
  const w = irWidth(ty);
  if (w !== 8 && w !== 16) normalise(code, ty);
}

/** The register on the stack as f64, for host functions that take plain numbers (exact up to 2^53; a bigint would cost far more). */
export function toNumber(code: ByteBuf, ty: IrTy): void {
  const signed = signedOf(ty);
  switch (tyChar(ty)) {
    case 'l': code.op(signed ? W.f64_convert_i64_s : W.f64_convert_i64_u); return;
    case 'i': code.op(signed ? W.f64_convert_i32_s : W.f64_convert_i32_u); return;
    case 'f': code.op(W.f64_promote_f32); return;
    default:
  }
}

/** The f64 a host function gave, as a register. */
export function fromNumber(code: ByteBuf, ty: IrTy): void {
  switch (tyChar(ty)) {
    case 'l': code.op(W.i64_trunc_sat_f64_s); return;
    case 'i':
      code.op(W.i64_trunc_sat_f64_s);
      code.op(W.i32_wrap_i64);
      break;
    case 'f': code.op(W.f32_demote_f64); return;
    default: return;
  }
  normalise(code, ty);
}
