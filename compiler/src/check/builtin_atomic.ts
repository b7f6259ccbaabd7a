// Atomic builtins: loads, stores, read-modify-write, compare-exchange, fence (reference 14.1, 18 §1.4).
import type { NodeId } from '../base/ids.ts';
import type { Code } from '../diagnostics/codes.ts';
import { AtomicRmw, MemOrder, Op } from '../ir/op.ts';
import { Node } from '../parse/node.ts';
import { IR_BOOL, IR_VOID } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Builtin, BuiltinCall } from './builtins.ts';
import { passArg } from './check_call.ts';
import { argSlot, coerce } from './coerce.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { errorAt } from './report.ts';
import { typeExpr } from './type_expr.ts';
import { memVal, regVal, type Val, VK, voidVal } from './val.ts';
import { newSlot, poison, storeTo, toReg } from './value.ts';

const ORDERS: readonly string[] = ['relaxed', 'acquire', 'release', 'acq_rel', 'seq_cst'];

/** The constant ordering at `node`; null after a report. */
function ordering(f: FnCtx, node: NodeId): MemOrder | null {
  const { tree, c } = f;
  if (tree.kindOf(node) === Node.EnumLit) {
    const i = ORDERS.indexOf(c.text(tree.a[node]!));
    if (i >= 0) return i as MemOrder;
  } else {
    const v = expr(f, node, 0, 0);
    if (v.k === VK.poison) return null;
    if (v.k === VK.const_ && c.types.kind[v.ty] === Ty.enum_) return Number(v.cv) as MemOrder;
  }
  errorAt(f, 'ATOM-CONST', node, 'atomic ordering must be a constant ordering literal (.relaxed / .acquire / .release / .acq_rel / .seq_cst)');
  return null;
}

const refuse = (f: FnCtx, code: Code, node: NodeId, message: string): null => {
  errorAt(f, code, node, message);
  return null;
};

function scalar(f: FnCtx, call: BuiltinCall): TypeId {
  const { types } = f.c;
  const t = typeExpr(f, call.args[0]!);
  if (t === types.poison) return 0;
  const size = types.size(t);
  if (types.reg(t) === IR_VOID || ![1, 2, 4, 8].includes(size)) {
    errorAt(f, 'ATOM-TYPE', call.args[0]!, `atomic ops require a scalar type (integer/float/bool/pointer/enum/vector) of size 1/2/4/8/16 bytes — '${types.text(t)}' is not eligible`);
    return 0;
  }
  return t;
}

function pointer(f: FnCtx, call: BuiltinCall, t: TypeId): number {
  const v = passArg(f, expr(f, call.args[1]!, 0, 0), f.c.types.ptr(t), call.args[1]!, 'ptr');
  return v.k === VK.poison ? 0 : toReg(f, v);
}

function value(f: FnCtx, call: BuiltinCall, i: number, t: TypeId): Val {
  return coerce(f, expr(f, call.args[i]!, t, 0), t, call.args[i]!, argSlot('operand'));
}

const load: Builtin = (f, call) => {
  const t = scalar(f, call);
  const o = ordering(f, call.args[2]!);
  if (t === 0 || o === null) return poison(f);
  if (o === MemOrder.release || o === MemOrder.acq_rel) {
    refuse(f, 'ATOM-LOAD', call.args[2]!, 'atomic load ordering cannot be .release or .acq_rel (use .relaxed / .acquire / .seq_cst)');
    return poison(f);
  }
  const p = pointer(f, call, t);
  return p === 0 ? poison(f) : regVal(t, f.b.inst(Op.atomic_load, f.c.types.reg(t), p, 0, o));
};

const store: Builtin = (f, call) => {
  const t = scalar(f, call);
  const o = ordering(f, call.args[3]!);
  if (t === 0 || o === null) return poison(f);
  if (o === MemOrder.acquire || o === MemOrder.acq_rel) {
    refuse(f, 'ATOM-STORE', call.args[3]!, 'atomic store ordering cannot be .acquire or .acq_rel (use .relaxed / .release / .seq_cst)');
    return poison(f);
  }
  const p = pointer(f, call, t);
  const v = value(f, call, 2, t);
  if (p === 0 || v.k === VK.poison) return poison(f);
  f.b.inst(Op.atomic_store, IR_VOID, p, toReg(f, v), o);
  return voidVal(f.c.types.void);
};

function rmw(op: AtomicRmw): Builtin {
  return (f, call) => {
    const { types } = f.c;
    const t = scalar(f, call);
    const o = ordering(f, call.args[3]!);
    if (t === 0 || o === null) return poison(f);
    if (!types.isInt(t)) {
      errorAt(f, 'ATOM-INT', call.args[0]!, `atomic read-modify-write requires an integer type — '${types.text(t)}' is not eligible`);
      return poison(f);
    }
    const p = pointer(f, call, t);
    const v = value(f, call, 2, t);
    if (p === 0 || v.k === VK.poison) return poison(f);
    const signed = types.isSigned(t);
    const kind = op === AtomicRmw.min && !signed ? AtomicRmw.umin : op === AtomicRmw.max && !signed ? AtomicRmw.umax : op;
    return regVal(t, f.b.inst(Op.atomic_rmw, types.reg(t), p, toReg(f, v), (kind << 8) | o));
  };
}

/** `?T`: null = exchanged, else the value seen. */
function cmpxchg(weak: boolean): Builtin {
  return (f, call) => {
    const { types } = f.c;
    const t = scalar(f, call);
    const success = ordering(f, call.args[4]!);
    const failure = ordering(f, call.args[5]!);
    if (t === 0 || success === null || failure === null) return poison(f);
    if (!types.isInt(t)) {
      errorAt(f, 'ATOM-INT', call.args[0]!, `atomic compare-exchange requires an integer type — '${types.text(t)}' is not eligible`);
      return poison(f);
    }
    if (failure === MemOrder.release || failure === MemOrder.acq_rel) {
      refuse(f, 'ATOM-CASFAIL', call.args[5]!, 'atomic compare-exchange failure ordering cannot be .release or .acq_rel (use .relaxed / .acquire / .seq_cst)');
      return poison(f);
    }
    const strength = [0, 1, 1, 2, 3];
    if (strength[failure]! > strength[success]! || (success === MemOrder.release && failure === MemOrder.acquire)) {
      refuse(f, 'ATOM-CASFAIL', call.args[5]!, `atomic compare-exchange failure ordering ('.${ORDERS[failure]}') cannot be stronger than the success ordering ('.${ORDERS[success]}')`);
      return poison(f);
    }
    const p = pointer(f, call, t);
    const want = value(f, call, 2, t);
    const next = value(f, call, 3, t);
    if (p === 0 || want.k === VK.poison || next.k === VK.poison) return poison(f);
    const reg = types.reg(t);
    const old = f.b.inst(Op.cmpxchg, reg, p, f.b.run([toReg(f, want), toReg(f, next)]), success | (failure << 4) | (weak ? 256 : 0));
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
    refuse(f, 'ATOM-FENCE', call.args[0]!, 'fence ordering cannot be .relaxed (use .acquire / .release / .acq_rel / .seq_cst)');
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
