// Folds operators on compile-time scalars. Literals keep being literals only through unary minus; folded values have a type.
import type { NodeId } from '../base/ids.ts';
import { BinOp } from '../parse/node.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { FnCtx } from './fn_ctx.ts';
import { constVal, Lit, type Val } from './val.ts';
import { boolConst, small, wrapInt } from './value.ts';

type Num = number | bigint;

/** null: not foldable (types do not fit, or it would trap). */
export function foldBinary(f: FnCtx, op: BinOp, l: Val, r: Val, want: TypeId, node: NodeId): Val | null {
  const { types } = f.c;
  void node;
  if (l.ty === types.bool && r.ty === types.bool) {
    const a = Number(l.cv);
    const b = Number(r.cv);
    if (op === BinOp.bitAnd) return boolConst(f, (a & b) !== 0);
    if (op === BinOp.bitOr) return boolConst(f, (a | b) !== 0);
    if (op === BinOp.bitXor) return boolConst(f, a !== b);
    return null;
  }
  const enumL = types.kind[l.ty] === Ty.enum_;
  if (enumL && (r.ty === l.ty || types.isInt(r.ty))) {
    const n = foldInt(op, l.cv as Num, r.cv as Num, types.width(types.members(l.ty).backing));
    return n === null ? null : constVal(l.ty, wrapInt(types.reg(l.ty), n));
  }
  if (!types.isNumber(l.ty) || !types.isNumber(r.ty)) return null;
  if (types.isFloat(l.ty) || types.isFloat(r.ty)) return foldFloat(f, op, l, r);
  let t = l.ty;
  if (l.lit !== Lit.none && r.lit === Lit.none) {
    if (want !== 0 && types.isInt(want) && types.width(want) === 64 && BigInt(l.cv as Num) > 0x7fffffffffffffffn) t = want;
  } else if (l.lit !== Lit.none && r.lit !== Lit.none && want !== 0 && types.isInt(want)) t = want;
  else if (l.lit === Lit.none && r.lit === Lit.none && l.ty === types.i64 && want !== 0 && types.isInt(want) && types.width(want) === 64) t = want;
  const reg = types.reg(t);
  const n = foldInt(op, l.cv as Num, r.cv as Num, types.width(t), types.isSigned(t));
  if (n === null) return null;
  const fits = BigInt(wrapInt(reg, n)) === BigInt(n);
  const out = constVal(fits || t === l.ty && l.lit === Lit.none || t === r.ty && r.lit === Lit.none ? t : types.i64, wrapInt(fits ? reg : types.reg(types.i64), n));
  if (!fits && (t === l.ty || t === r.ty)) return constVal(t, wrapInt(reg, n));
  // Each literal is range-checked, what is computed from them is narrowed silently.
  if (fits && l.lit !== Lit.none && r.lit !== Lit.none) out.lit = Lit.int;
  return out;
}

function foldFloat(f: FnCtx, op: BinOp, l: Val, r: Val): Val | null {
  const { types } = f.c;
  const t = types.isFloat(l.ty) ? l.ty : r.ty;
  const single = t === types.f32;
  const a = single ? Math.fround(Number(l.cv)) : Number(l.cv);
  const b = single ? Math.fround(Number(r.cv)) : Number(r.cv);
  let n: number;
  switch (op) {
    case BinOp.add: n = a + b; break;
    case BinOp.sub: n = a - b; break;
    case BinOp.mul: n = a * b; break;
    case BinOp.div: n = a / b; break;
    case BinOp.rem: n = a % b; break;
    default: return null;
  }
  const out = constVal(t, single ? Math.fround(n) : n);
  if (l.lit !== Lit.none && r.lit !== Lit.none) out.lit = Lit.float;
  return out;
}

function foldInt(op: BinOp, a: Num, b: Num, width: number, signed = true): Num | null {
  if (typeof a === 'number' && typeof b === 'number') {
    let n: number | null = null;
    if (op === BinOp.add) n = a + b;
    else if (op === BinOp.sub) n = a - b;
    else if (op === BinOp.mul) n = a * b;
    if (n !== null && Number.isSafeInteger(n)) return n;
  }
  const x = BigInt(a);
  const y = BigInt(b);
  switch (op) {
    case BinOp.add: return small(x + y);
    case BinOp.sub: return small(x - y);
    case BinOp.mul: return small(x * y);
    case BinOp.div: return y === 0n ? null : small(x / y);
    case BinOp.rem: return y === 0n ? null : small(x % y);
    case BinOp.bitAnd: return small(x & y);
    case BinOp.bitOr: return small(x | y);
    case BinOp.bitXor: return small(x ^ y);
    case BinOp.shl: return y < 0n || y >= BigInt(width) ? null : small(signed ? BigInt.asIntN(width, x << y) : BigInt.asUintN(width, x << y));
    case BinOp.shr: return y < 0n || y >= BigInt(width) ? null : small(x >> y);
    default: return null;
  }
}

export function foldCompare(f: FnCtx, op: BinOp, l: Val, r: Val): Val | null {
  const { types } = f.c;
  if (l.cv instanceof Uint8Array || r.cv instanceof Uint8Array) {
    if (!(l.cv instanceof Uint8Array) || !(r.cv instanceof Uint8Array) || l.ty !== r.ty) return null;
    const x = l.cv;
    const y = r.cv;
    const same = x.length === y.length && x.every((v, i) => v === y[i]);
    return op === BinOp.eq ? boolConst(f, same) : op === BinOp.ne ? boolConst(f, !same) : null;
  }
  const numeric = types.isNumber(l.ty) && types.isNumber(r.ty);
  if (!numeric && l.ty !== r.ty) return null;
  if (!numeric && types.kind[l.ty] !== Ty.enum_ && l.ty !== types.bool && types.kind[l.ty] !== Ty.errset) return null;
  let a: number | bigint = l.cv;
  let b: number | bigint = r.cv;
  if (types.isFloat(l.ty) || types.isFloat(r.ty)) {
    a = Number(a);
    b = Number(b);
    // f32 beside a literal compares in single precision, as at run time.
    if ((l.ty === types.f32 && l.lit === Lit.none) || (r.ty === types.f32 && r.lit === Lit.none)) {
      a = Math.fround(a);
      b = Math.fround(b);
    }
  }
  switch (op) {
    // biome-ignore lint/suspicious/noDoubleEquals: number and bigint of one value are equal here
    case BinOp.eq: return boolConst(f, a == b);
    // biome-ignore lint/suspicious/noDoubleEquals: number and bigint of one value are equal here
    case BinOp.ne: return boolConst(f, a != b);
    case BinOp.lt: return boolConst(f, a < b);
    case BinOp.le: return boolConst(f, a <= b);
    case BinOp.gt: return boolConst(f, a > b);
    case BinOp.ge: return boolConst(f, a >= b);
    default: return null;
  }
}
