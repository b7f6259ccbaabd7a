// Takes an op and constant operands; gives the constant result, as the evaluator and native code would compute it.
import { Op } from '../ir/op.ts';
import { IR_F32, IR_PTR, type IrTy, irIsFloat, irIsInt, irIsSigned, irWidth } from '../types/ir_type.ts';

export type Num = number | bigint;

const widthOf = (ty: IrTy): number => (ty === IR_PTR ? 64 : irWidth(ty));

/** `v` cut to the width of `ty`, sign as the type says. */
export function cutTo(ty: IrTy, v: bigint): bigint {
  return irIsInt(ty) && irIsSigned(ty) ? BigInt.asIntN(irWidth(ty), v) : BigInt.asUintN(widthOf(ty), v);
}

const bool = (v: boolean): bigint => (v ? 1n : 0n);

/** Integer or comparison op on operands of type `ty`; null when it traps or is not foldable. */
export function foldInt(op: Op, ty: IrTy, xn: Num, yn: Num): bigint | null {
  const w = widthOf(ty);
  const x = BigInt(xn);
  const y = BigInt(yn);
  const sx = BigInt.asIntN(w, x);
  const sy = BigInt.asIntN(w, y);
  const ux = BigInt.asUintN(w, x);
  const uy = BigInt.asUintN(w, y);
  switch (op) {
    case Op.add: return cutTo(ty, x + y);
    case Op.sub: return cutTo(ty, x - y);
    case Op.mul: return cutTo(ty, x * y);
    case Op.and: return cutTo(ty, ux & uy);
    case Op.or: return cutTo(ty, ux | uy);
    case Op.xor: return cutTo(ty, ux ^ uy);
    case Op.sdiv: return sy === 0n || (sy === -1n && sx === -(1n << BigInt(w - 1))) ? null : cutTo(ty, sx / sy);
    case Op.srem: return sy === 0n || sy === -1n ? null : cutTo(ty, sx % sy);
    case Op.udiv: return uy === 0n ? null : cutTo(ty, ux / uy);
    case Op.urem: return uy === 0n ? null : cutTo(ty, ux % uy);
    case Op.shl: return uy >= BigInt(w) ? 0n : cutTo(ty, ux << uy);
    case Op.lshr: return uy >= BigInt(w) ? 0n : cutTo(ty, ux >> uy);
    case Op.ashr: return cutTo(ty, sx >> (uy >= BigInt(w) ? BigInt(w - 1) : uy));
    case Op.eq: return bool(ux === uy);
    case Op.ne: return bool(ux !== uy);
    case Op.slt: return bool(sx < sy);
    case Op.sle: return bool(sx <= sy);
    case Op.sgt: return bool(sx > sy);
    case Op.sge: return bool(sx >= sy);
    case Op.ult: return bool(ux < uy);
    case Op.ule: return bool(ux <= uy);
    case Op.ugt: return bool(ux > uy);
    case Op.uge: return bool(ux >= uy);
    default: return null;
  }
}

/** Float op on operands of type `ty`: a number for arithmetic, a bigint 0/1 for comparisons, null when not foldable. */
export function foldFloat(op: Op, ty: IrTy, x: number, y: number): Num | null {
  // A NaN made by the machine has a sign that differs between machines: left to run time.
  const r = (v: number): number | null => (Number.isNaN(v) ? null : ty === IR_F32 ? Math.fround(v) : v);
  switch (op) {
    case Op.fadd: return r(x + y);
    case Op.fsub: return r(x - y);
    case Op.fmul: return r(x * y);
    case Op.fdiv: return r(x / y);
    case Op.feq: return bool(x === y);
    case Op.fne: return bool(x !== y);
    case Op.flt: return bool(x < y);
    case Op.fle: return bool(x <= y);
    case Op.fgt: return bool(x > y);
    case Op.fge: return bool(x >= y);
    default: return null;
  }
}

/** Conversion of a constant of type `s` to type `t`; null when not foldable. */
export function foldConv(op: Op, t: IrTy, s: IrTy, x: Num): Num | null {
  switch (op) {
    case Op.trunc: case Op.ext: return irIsInt(t) && irIsInt(s) ? cutTo(t, BigInt(x)) : null;
    case Op.i2f: return t === IR_F32 ? (Number.isSafeInteger(Number(x)) ? Math.fround(Number(x)) : null) : Number(x);
    case Op.fpext: return x;
    case Op.fptrunc: return Math.fround(Number(x));
    case Op.f2i: {
      const v = Math.trunc(Number(x));
      return Math.abs(v) < 2 ** 63 ? cutTo(t, BigInt(v)) : null;
    }
    default: return irIsFloat(t) || irIsFloat(s) ? null : op === Op.bits && irIsInt(t) && irIsInt(s) ? cutTo(t, BigInt(x)) : null;
  }
}
