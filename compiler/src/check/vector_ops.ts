// Lane-wise operators of vectors; a scalar side is converted and broadcast (reference 6.1).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { BinOp } from '../parse/node.ts';
import { IR_I64, irIsFloat, irIsSigned, type IrTy, IR_VOID } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { shiftCheck, zeroCheck } from './checks.ts';
import { divide, isDivision } from './division.ts';
import { convert, Mode } from './convert.ts';
import type { FnCtx } from './fn_ctx.ts';
import { errorAt } from './report.ts';
import { memVal, type Val } from './val.ts';
import { newSlot, poison, storeTo, toMem } from './value.ts';

/** Lanes whose code is written out instead of a loop. */
const MOST_UNROLLED = 8;

function lanes(f: FnCtx, v: Val, t: TypeId): Ref | null {
  const { types } = f.c;
  if (v.ty === t) return toMem(f, v);
  if (!types.isNumber(v.ty)) return null;
  const elem = types.a[t]!;
  const s = convert(f, v, elem, Mode.explicit);
  if (s === null) return null;
  const out = newSlot(f, t);
  f.b.zero(out, types.size(t));
  for (let i = 0; i < types.b[t]!; i++) storeTo(f, f.b.field(out, i * types.size(elem)), s);
  return out;
}

function both(f: FnCtx, node: NodeId, op: BinOp, l: Val, r: Val): { t: TypeId; a: Ref; b: Ref } | null {
  const { types } = f.c;
  const t = types.kind[l.ty] === Ty.vector ? l.ty : r.ty;
  const a = lanes(f, l, t);
  const b = lanes(f, r, t);
  if (a === null || b === null) {
    const text = ['', '+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '==', '!=', '<', '<=', '>', '>='][op];
    errorAt(f, 'BINOP-TYPES', node, `cannot apply '${text}' to operands of type '${types.text(l.ty)}' and '${types.text(r.ty)}'`);
    return null;
  }
  return { t, a, b };
}

function emit(f: FnCtx, dst: Ref, a: Ref, b: Ref, op: Op, lane: IrTy, n: number): void {
  f.b.inst(Op.vec_bin, IR_VOID, dst, f.b.run([a, b, op, lane, n]), 0);
}

export function vectorBinary(f: FnCtx, node: NodeId, op: BinOp, l: Val, r: Val, _dst: Ref): Val {
  const { types } = f.c;
  const x = both(f, node, op, l, r);
  if (x === null) return poison(f);
  const lane = types.reg(types.a[x.t]!);
  const out = newSlot(f, x.t);
  f.b.zero(out, types.size(x.t));
  if (isDivision(op) && irIsSigned(lane)) divideLanes(f, node, op, out, x.a, x.b, x.t);
  else {
    if (f.c.options.checks && !irIsFloat(lane)) checkLanes(f, node, op, x.b, x.t);
    emit(f, out, x.a, x.b, laneOp(op, lane), lane, types.b[x.t]!);
  }
  return memVal(x.t, out);
}

/** Signed division is the scalar one for each lane: no processor divides vectors of integers. */
function divideLanes(f: FnCtx, node: NodeId, op: BinOp, out: Ref, a: Ref, b: Ref, t: TypeId): void {
  const { types } = f.c;
  const lane = types.reg(types.a[t]!);
  forLanes(f, t, (at) => {
    const q = divide(f, node, op, lane, f.b.load(lane, at(a)), f.b.load(lane, at(b)));
    f.b.store(at(out), q);
  });
}

/** Division and shifts trap for a lane as they do for a scalar. */
function checkLanes(f: FnCtx, node: NodeId, op: BinOp, right: Ref, t: TypeId): void {
  const { types } = f.c;
  const division = isDivision(op);
  if (!division && op !== BinOp.shl && op !== BinOp.shr) return;
  const lane = types.reg(types.a[t]!);
  forLanes(f, t, (at) => {
    const r = f.b.load(lane, at(right));
    if (division) zeroCheck(f, node, lane, r, op === BinOp.div ? 'division' : 'remainder');
    else shiftCheck(f, node, lane, r);
  });
}

/** Code for each lane of a vector of type t; `at` gives a lane's address. Many lanes are a loop. */
function forLanes(f: FnCtx, t: TypeId, each: (at: (v: Ref) => Ref) => void): void {
  const { types, module } = f.c;
  const size = types.size(types.a[t]!);
  const n = types.b[t]!;
  if (n <= MOST_UNROLLED) {
    for (let i = 0; i < n; i++) each((v) => f.b.field(v, i * size));
    return;
  }
  const i = f.b.slot(8, 8);
  f.b.store(i, module.int(IR_I64, 0));
  const body = f.b.block();
  const done = f.b.block();
  f.b.start(body);
  const at = f.b.load(IR_I64, i);
  each((v) => f.b.index(v, at, size));
  const next = f.b.bin(Op.add, IR_I64, at, module.int(IR_I64, 1));
  f.b.store(i, next);
  f.b.condBr(f.b.cmp(Op.slt, next, module.int(IR_I64, n)), body, done);
  f.b.start(done);
}

function laneOp(op: BinOp, lane: IrTy): Op {
  const float = irIsFloat(lane);
  const signed = irIsSigned(lane);
  switch (op) {
    case BinOp.add: return float ? Op.fadd : Op.add;
    case BinOp.sub: return float ? Op.fsub : Op.sub;
    case BinOp.mul: return float ? Op.fmul : Op.mul;
    case BinOp.div: return float ? Op.fdiv : signed ? Op.sdiv : Op.udiv;
    case BinOp.rem: return float ? Op.frem : signed ? Op.srem : Op.urem;
    case BinOp.bitAnd: return Op.and;
    case BinOp.bitOr: return Op.or;
    case BinOp.bitXor: return Op.xor;
    case BinOp.shl: return Op.shl;
    case BinOp.shr: return signed ? Op.ashr : Op.lshr;
    case BinOp.eq: return float ? Op.feq : Op.eq;
    case BinOp.ne: return float ? Op.fne : Op.ne;
    case BinOp.lt: return float ? Op.flt : signed ? Op.slt : Op.ult;
    case BinOp.le: return float ? Op.fle : signed ? Op.sle : Op.ule;
    case BinOp.gt: return float ? Op.fgt : signed ? Op.sgt : Op.ugt;
    default: return float ? Op.fge : signed ? Op.sge : Op.uge;
  }
}

export function vectorCompare(f: FnCtx, node: NodeId, op: BinOp, l: Val, r: Val): Val {
  const { types } = f.c;
  const x = both(f, node, op, l, r);
  if (x === null) return poison(f);
  const lane = types.reg(types.a[x.t]!);
  const t = types.vector(types.bool, types.b[x.t]!);
  const out = newSlot(f, t);
  emit(f, out, x.a, x.b, laneOp(op, lane), lane, types.b[x.t]!);
  return memVal(t, out);
}

export function vectorUnary(f: FnCtx, v: Val, neg: boolean, node: NodeId): Val {
  const { types } = f.c;
  const lane = types.reg(types.a[v.ty]!);
  if (!neg && irIsFloat(lane)) {
    errorAt(f, 'BINOP-TYPES', node, `cannot apply '~' to an operand of type '${types.text(v.ty)}'`);
    return poison(f);
  }
  const out = newSlot(f, v.ty);
  f.b.zero(out, types.size(v.ty));
  f.b.inst(Op.vec_un, IR_VOID, out, f.b.run([toMem(f, v), irIsFloat(lane) ? Op.fneg : neg ? Op.sub : Op.xor, lane, types.b[v.ty]!, 0]), 0);
  return memVal(v.ty, out);
}
