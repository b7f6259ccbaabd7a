// Atomic builtins: loads, stores, read-modify-write, compare-exchange, fence (reference 14.1, 18 §1.4).
import { isStronger, LOAD_ORDERS, STORE_ORDERS } from '../ir/mem_order.ts';
import type { Ref } from '../ir/module.ts';
import { AtomicRmw, MemOrder, Op } from '../ir/op.ts';
import { IR_BOOL, IR_VOID, type IrTy, irSize, irWidth } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { blameAt } from './blame.ts';
import type { Builtin, BuiltinCall } from './builtins.ts';
import { passArg } from './check_call.ts';
import { argSlot, coerce } from './coerce.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { ordering, orderText } from './ordering.ts';
import { typeExpr } from './type_expr.ts';
import { memVal, regVal, type Val, VK, voidVal } from './val.ts';
import { newSlot, poison, storeTo, toMem, toReg } from './value.ts';

const SIZES: readonly number[] = [1, 2, 4, 8, 16];

function isAtomic(f: FnCtx, t: TypeId): boolean {
  const { types } = f.c;
  switch (types.kind[t]) {
    case Ty.int: case Ty.usize: case Ty.isize: case Ty.f32: case Ty.f64: case Ty.bool: case Ty.ptr: case Ty.manyptr: case Ty.fn: case Ty.cstring: case Ty.enum_:
    case Ty.vector: return SIZES.includes(types.size(t));
    default: return false;
  }
}

/** The type operated on, 0 after a report. `only` says what alone takes integers ('' = nothing). */
function operated(f: FnCtx, call: BuiltinCall, only: string): TypeId {
  const { types } = f.c;
  const node = call.args[0]!;
  const t = typeExpr(f, node);
  if (t === types.poison) return 0;
  if (!isAtomic(f, t)) {
    blameAt(f, 'ATOM-TYPE', node, `atomic ops require a scalar type (integer/float/bool/pointer/enum/vector) of size 1/2/4/8/16 bytes — '${types.text(t)}' is not eligible`);
    return 0;
  }
  if (only !== '' && !types.isInt(t)) {
    blameAt(f, 'ATOM-INT', node, `atomic ${only} requires an integer type — '${types.text(t)}' is not eligible`);
    return 0;
  }
  return t;
}

function pointer(f: FnCtx, call: BuiltinCall, t: TypeId): Ref {
  const v = passArg(f, expr(f, call.args[1]!, 0, 0), f.c.types.ptr(t), call.args[1]!, 'ptr');
  return v.k === VK.poison ? 0 : toReg(f, v);
}

function value(f: FnCtx, call: BuiltinCall, i: number, t: TypeId): Val {
  return coerce(f, expr(f, call.args[i]!, t, 0), t, call.args[i]!, argSlot('operand'));
}

const load: Builtin = (f, call) => {
  const { types } = f.c;
  const t = operated(f, call, '');
  const o = ordering(f, call.args[2]!);
  if (t === 0 || o === null) return poison(f);
  if (!LOAD_ORDERS.includes(o)) {
    blameAt(f, 'ATOM-LOAD', call.args[2]!, 'atomic load ordering cannot be .release or .acq_rel (use .relaxed / .acquire / .seq_cst)');
    return poison(f);
  }
  const p = pointer(f, call, t);
  if (p === 0) return poison(f);
  if (types.reg(t) !== IR_VOID) return regVal(t, f.b.inst(Op.atomic_load, types.reg(t), p, 0, o));
  const out = newSlot(f, t);
  f.b.inst(Op.atomic_load_mem, IR_VOID, out, p, o | (types.size(t) << 8));
  return memVal(t, out);
};

const store: Builtin = (f, call) => {
  const { types } = f.c;
  const t = operated(f, call, '');
  const o = ordering(f, call.args[3]!);
  if (t === 0 || o === null) return poison(f);
  if (!STORE_ORDERS.includes(o)) {
    blameAt(f, 'ATOM-STORE', call.args[3]!, 'atomic store ordering cannot be .acquire or .acq_rel (use .relaxed / .release / .seq_cst)');
    return poison(f);
  }
  const p = pointer(f, call, t);
  const v = value(f, call, 2, t);
  if (p === 0 || v.k === VK.poison) return poison(f);
  if (types.reg(t) !== IR_VOID) f.b.inst(Op.atomic_store, IR_VOID, p, toReg(f, v), o);
  else f.b.inst(Op.atomic_store_mem, IR_VOID, p, toMem(f, v), o | (types.size(t) << 8));
  return voidVal(types.void);
};

function rmw(op: AtomicRmw): Builtin {
  return (f, call) => {
    const { types } = f.c;
    const t = operated(f, call, 'read-modify-write');
    const o = ordering(f, call.args[3]!);
    if (t === 0 || o === null) return poison(f);
    const p = pointer(f, call, t);
    const v = value(f, call, 2, t);
    if (p === 0 || v.k === VK.poison) return poison(f);
    const reg = types.reg(t);
    const x = toReg(f, v);
    if ((op === AtomicRmw.add || op === AtomicRmw.sub) && irWidth(reg) !== irSize(reg) * 8) return regVal(t, narrowSum(f, op, reg, p, x, o));
    const signed = types.isSigned(t);
    const kind = op === AtomicRmw.min && !signed ? AtomicRmw.umin : op === AtomicRmw.max && !signed ? AtomicRmw.umax : op;
    return regVal(t, f.b.inst(Op.atomic_rmw, reg, p, x, (kind << 8) | o));
  };
}

/** A sum that wraps inside of its bytes: no machine has it, so compare-exchange tries until nobody came in between. */
function narrowSum(f: FnCtx, op: AtomicRmw, reg: IrTy, p: Ref, x: Ref, o: MemOrder): Ref {
  const { b } = f;
  const seen = b.slot(irSize(reg), irSize(reg));
  b.store(seen, b.inst(Op.atomic_load, reg, p, 0, MemOrder.relaxed));
  const again = b.block();
  const done = b.block();
  b.start(again);
  const guess = b.load(reg, seen);
  const sum = b.bin(op === AtomicRmw.add ? Op.add : Op.sub, reg, guess, x);
  const old = b.inst(Op.cmpxchg, reg, p, b.run([guess, sum]), o | (MemOrder.relaxed << 4) | WEAK);
  b.store(seen, old);
  b.condBr(b.inst(Op.cmpxchg_ok, IR_BOOL, old, 0, 0), done, again);
  b.start(done);
  return b.load(reg, seen);
}

const WEAK = 256;

/** `?T`: null = exchanged, else the value seen. */
function cmpxchg(weak: boolean): Builtin {
  return (f, call) => {
    const { types } = f.c;
    const t = operated(f, call, 'compare-exchange');
    const success = ordering(f, call.args[4]!);
    const failure = ordering(f, call.args[5]!);
    if (t === 0 || success === null || failure === null) return poison(f);
    if (!LOAD_ORDERS.includes(failure)) {
      blameAt(f, 'ATOM-CASFAIL', call.args[5]!, `atomic compare-exchange failure ordering cannot be .release or .acq_rel (use .relaxed / .acquire / .seq_cst); it is ${orderText(failure)}, with ${orderText(success)} on success`);
      return poison(f);
    }
    if (isStronger(failure, success)) {
      blameAt(f, 'ATOM-CASFAIL', call.args[5]!, `atomic compare-exchange failure ordering (${orderText(failure)}) cannot be stronger than the success ordering (${orderText(success)})`);
      return poison(f);
    }
    const p = pointer(f, call, t);
    const want = value(f, call, 2, t);
    const next = value(f, call, 3, t);
    if (p === 0 || want.k === VK.poison || next.k === VK.poison) return poison(f);
    const reg = types.reg(t);
    const old = f.b.inst(Op.cmpxchg, reg, p, f.b.run([toReg(f, want), toReg(f, next)]), success | (failure << 4) | (weak ? WEAK : 0));
    const ok = f.b.inst(Op.cmpxchg_ok, IR_BOOL, old, 0, 0);
    const opt = types.optional(t);
    const out = newSlot(f, opt);
    f.b.zero(out, types.size(opt));
    f.b.store(out, old);
    storeTo(f, f.b.field(out, types.size(t)), regVal(types.bool, f.b.bin(Op.xor, IR_BOOL, ok, f.c.module.int(IR_BOOL, 1))));
    return memVal(opt, out);
  };
}

const fence: Builtin = (f, call) => {
  const o = ordering(f, call.args[0]!);
  if (o === null) return poison(f);
  if (o === MemOrder.relaxed) {
    blameAt(f, 'ATOM-FENCE', call.args[0]!, 'fence ordering cannot be .relaxed (use .acquire / .release / .acq_rel / .seq_cst)');
    return poison(f);
  }
  f.b.inst(Op.fence, IR_VOID, 0, 0, o);
  return voidVal(f.c.types.void);
};

export const ATOMICS: Readonly<Record<string, Builtin>> = {
  atomic_load: load, atomic_store: store, atomic_swap: rmw(AtomicRmw.xchg),
  atomic_fetch_add: rmw(AtomicRmw.add), atomic_fetch_sub: rmw(AtomicRmw.sub), atomic_fetch_and: rmw(AtomicRmw.and), atomic_fetch_or: rmw(AtomicRmw.or),
  atomic_fetch_xor: rmw(AtomicRmw.xor), atomic_fetch_min: rmw(AtomicRmw.min), atomic_fetch_max: rmw(AtomicRmw.max),
  atomic_cmpxchg: cmpxchg(false), atomic_cmpxchg_weak: cmpxchg(true), atomic_fence: fence,
};
