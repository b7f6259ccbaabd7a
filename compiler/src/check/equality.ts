// Takes two values; gives their equality by the table of reference 5.8.
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { BinOp } from '../parse/node.ts';
import { IR_BOOL, IR_I64, IR_PTR } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { convert, Mode } from './convert.ts';
import { valTypeText } from './coerce.ts';
import type { FnCtx } from './fn_ctx.ts';
import { compareScalars, OP_TEXT } from './ops.ts';
import { loadPayload, optionalPresent } from './optional.ts';
import { errorAt } from './report.ts';
import { memVal, regVal, type Val, VK } from './val.ts';
import { boolConst, loadVal, toMem, toReg } from './value.ts';

/** A bool value, null after a report. */
export function equalVals(f: FnCtx, node: NodeId, op: BinOp, l0: Val, r0: Val): Val | null {
  const { types } = f.c;
  let l = l0;
  let r = r0;
  if (l.k === VK.null_ || r.k === VK.null_) return nullTest(f, node, l.k === VK.null_ ? r : l);
  if (types.kind[l.ty] === Ty.any || types.kind[r.ty] === Ty.any) {
    errorAt(f, 'ANY-EQ', node, "cannot compare an 'any' value: assert its type first");
    return null;
  }
  if (l.k === VK.type) l = regVal(types.type, toReg(f, l));
  if (r.k === VK.type) r = regVal(types.type, toReg(f, r));
  if (l.k === VK.fn || r.k === VK.fn) {
    const fnSide = l.k === VK.fn ? l : r;
    const other = l.k === VK.fn ? r : l;
    const c = convert(f, fnSide, other.k === VK.fn ? types.voidPtr : other.ty, Mode.implicit);
    const d = other.k === VK.fn ? convert(f, other, types.voidPtr, Mode.explicit) : other;
    if (c === null || d === null) return mismatch(f, node, op, l, r);
    return regVal(types.bool, f.b.cmp(Op.eq, toReg(f, c), toReg(f, d)));
  }
  const optional = optionalEquality(f, node, op, l, r);
  if (optional !== undefined) return optional;
  // A one-element tuple compares as its element.
  if (types.kind[l.ty] === Ty.tuple && types.kind[r.ty] !== Ty.tuple && types.lists[l.ty]!.length === 1) return equalVals(f, node, op, loadVal(f, types.lists[l.ty]![0]!, toMem(f, l)), r);
  if (types.kind[r.ty] === Ty.tuple && types.kind[l.ty] !== Ty.tuple && types.lists[r.ty]!.length === 1) return equalVals(f, node, op, l, loadVal(f, types.lists[r.ty]![0]!, toMem(f, r)));
  const scalar = scalarEquality(f, l, r);
  if (scalar !== null) return regVal(types.bool, scalar);
  if (l.ty !== r.ty) {
    const c = sameKindConvert(f, l, r);
    if (c === null) return mismatch(f, node, op, l, r);
    r = c;
  }
  const why = noEquality(f, l.ty);
  if (why !== null) {
    const d = errorAt(f, types.kind[l.ty] === Ty.union ? 'UNION-EQ' : 'EQ-DISTINCT', node, why);
    if (types.kind[l.ty] === Ty.union) d.note(f.pos(node), f.end(node), 'compare a specific variant field');
    if (types.kind[l.ty] === Ty.array) d.note(f.pos(node), f.end(node), 'compare elements individually');
    return null;
  }
  return regVal(types.bool, equalMem(f, l.ty, toMem(f, l), toMem(f, r)));
}

function mismatch(f: FnCtx, node: NodeId, op: BinOp, l: Val, r: Val): null {
  const { types } = f.c;
  const both = (k: Ty): boolean => types.kind[l.ty] === k && types.kind[r.ty] === k;
  if (both(Ty.struct) || both(Ty.enum_) || both(Ty.tagged) || both(Ty.tuple) || both(Ty.optional)) {
    errorAt(f, 'EQ-DISTINCT', node, `cannot compare values of distinct types '${types.text(l.ty)}' and '${types.text(r.ty)}'`);
  } else if (types.kind[l.ty] === Ty.errset || types.kind[r.ty] === Ty.errset) {
    errorAt(f, 'BINOP-TYPES', node, `an error-set value compares only with an error tag or another error-set value, not with '${types.text(types.kind[l.ty] === Ty.errset ? r.ty : l.ty)}'`);
  } else {
    errorAt(f, 'BINOP-TYPES', node, `cannot apply '${OP_TEXT[op]}' to operands of type '${valTypeText(f, l)}' and '${valTypeText(f, r)}'`);
  }
  return null;
}

/** Anonymous literals and tuples take the other side's type. */
function sameKindConvert(f: FnCtx, l: Val, r: Val): Val | null {
  const { types } = f.c;
  if (types.kind[l.ty] === Ty.tuple && (types.kind[r.ty] === Ty.tuple || types.kind[r.ty] === Ty.struct)) return convert(f, r, l.ty, Mode.implicit);
  return null;
}

function nullTest(f: FnCtx, node: NodeId, v: Val): Val | null {
  const { types, module } = f.c;
  if (v.k === VK.null_) return boolConst(f, true);
  const k = types.kind[v.ty];
  if (k === Ty.optional) return regVal(types.bool, f.b.bin(Op.xor, IR_BOOL, optionalPresent(f, v), module.int(IR_BOOL, 1)));
  if (v.k === VK.fn) return boolConst(f, false);
  if (types.reg(v.ty) === IR_PTR) return regVal(types.bool, f.b.cmp(Op.eq, toReg(f, v), module.nullPtr()));
  if (k === Ty.closure || k === Ty.protocol || k === Ty.slice || k === Ty.string) return regVal(types.bool, f.b.cmp(Op.eq, f.b.load(IR_PTR, toMem(f, v)), module.nullPtr()));
  errorAt(f, 'BINOP-TYPES', node, `cannot compare a value of type '${types.text(v.ty)}' with null`);
  return null;
}

/** undefined: neither side is an optional. */
function optionalEquality(f: FnCtx, node: NodeId, op: BinOp, l: Val, r: Val): Val | null | undefined {
  const { types } = f.c;
  const lo = types.kind[l.ty] === Ty.optional;
  const ro = types.kind[r.ty] === Ty.optional;
  if (!lo && !ro) return undefined;
  if (types.isScalar(l.ty) && types.isScalar(r.ty)) return regVal(types.bool, f.b.cmp(Op.eq, toReg(f, l), toReg(f, r)));
  if (lo && ro) {
    if (l.ty !== r.ty) return mismatch(f, node, op, l, r);
    return bothOptional(f, node, l, r);
  }
  const opt = lo ? l : r;
  let plain = lo ? r : l;
  const payload = types.a[opt.ty]!;
  const c = convert(f, plain, payload, Mode.implicit);
  if (c === null) return mismatch(f, node, op, l, r);
  plain = c;
  return guarded(f, optionalPresent(f, opt), () => equalVals(f, node, BinOp.eq, loadPayload(f, opt), plain));
}

function bothOptional(f: FnCtx, node: NodeId, l: Val, r: Val): Val | null {
  const { types } = f.c;
  const why = noEquality(f, types.a[l.ty]!);
  if (why !== null) {
    errorAt(f, 'EQ-DISTINCT', node, why.startsWith('cannot compare: field') ? why : `cannot compare: field of type '${types.text(types.a[l.ty]!)}' has no value-equality`);
    return null;
  }
  const a = memVal(l.ty, toMem(f, l));
  const b = memVal(r.ty, toMem(f, r));
  return regVal(types.bool, equalMem(f, l.ty, a.ref, b.ref));
}

/** `cond and test()` as a bool value. */
function guarded(f: FnCtx, cond: Ref, test: () => Val | null): Val | null {
  const { types, module } = f.c;
  const out = f.b.slot(1, 1);
  f.b.store(out, module.int(IR_BOOL, 0));
  const yes = f.b.block();
  const done = f.b.block();
  f.b.condBr(cond, yes, done);
  f.b.start(yes);
  const v = test();
  if (v !== null) f.b.store(out, toReg(f, v));
  f.b.start(done);
  return v === null ? null : regVal(types.bool, f.b.load(IR_BOOL, out));
}

function scalarEquality(f: FnCtx, l: Val, r: Val): Ref | null {
  const { types } = f.c;
  if (!types.isScalar(l.ty) || !types.isScalar(r.ty)) return null;
  const lk = types.kind[l.ty];
  const rk = types.kind[r.ty];
  if (lk === Ty.type && rk === Ty.type) return f.b.cmp(Op.eq, toReg(f, l), toReg(f, r));
  if (lk === Ty.errset && rk === Ty.errset) return f.b.cmp(Op.eq, toReg(f, l), toReg(f, r));
  return compareScalars(f, BinOp.eq, l, r);
}

/** Why values of `t` cannot be compared; null when they can. */
export function noEquality(f: FnCtx, t: TypeId, field = false): string | null {
  const { types } = f.c;
  switch (types.kind[t]) {
    case Ty.array: case Ty.union: case Ty.closure: case Ty.vector: case Ty.protocol: case Ty.any:
      if (field) return `cannot compare: field of type '${types.text(t)}' has no value-equality`;
      if (types.kind[t] === Ty.vector) return null;
      return `cannot compare '${types.text(t)}' values with '=='`;
    case Ty.struct: {
      for (const x of types.members(t).fields) {
        const why = noEquality(f, x.type, true);
        if (why !== null) return why;
      }
      return null;
    }
    case Ty.tuple: {
      for (const x of types.lists[t]!) {
        const why = noEquality(f, x, true);
        if (why !== null) return why;
      }
      return null;
    }
    case Ty.optional: return noEquality(f, types.a[t]!, true);
    default: return null;
  }
}

/** Equality of two places of one type. */
export function equalMem(f: FnCtx, t: TypeId, a: Ref, b: Ref): Ref {
  const { types, module } = f.c;
  if (types.isScalar(t)) return scalarMem(f, t, a, b);
  switch (types.kind[t]) {
    case Ty.string: {
      const la = f.b.load(IR_I64, f.b.field(a, 8));
      const lb = f.b.load(IR_I64, f.b.field(b, 8));
      const v = guarded(f, f.b.cmp(Op.eq, la, lb), () => regVal(types.bool, f.b.inst(Op.mem_eq, IR_BOOL, f.b.load(IR_PTR, a), f.b.load(IR_PTR, b), la)));
      return toReg(f, v!);
    }
    case Ty.slice: return both(f, f.b.cmp(Op.eq, f.b.load(IR_PTR, a), f.b.load(IR_PTR, b)), () => f.b.cmp(Op.eq, f.b.load(IR_I64, f.b.field(a, 8)), f.b.load(IR_I64, f.b.field(b, 8))));
    case Ty.struct: return fields(f, types.members(t).fields.map((x, i) => [x.type, types.fieldOffset(t, i)] as const), a, b);
    case Ty.tuple: return fields(f, types.lists[t]!.map((x, i) => [x, types.tupleOffset(t, i)] as const), a, b);
    case Ty.tagged: {
      const reg = types.reg(types.members(t).backing);
      return f.b.cmp(Op.eq, f.b.load(reg, a), f.b.load(reg, b));
    }
    case Ty.optional: {
      const pa = optionalPresent(f, memVal(t, a));
      const pb = optionalPresent(f, memVal(t, b));
      const same = f.b.cmp(Op.eq, pa, pb);
      return both(f, same, () => {
        const v = guarded(f, pa, () => regVal(types.bool, equalMem(f, types.a[t]!, a, b)))!;
        // Both absent is equal too.
        return f.b.bin(Op.or, IR_BOOL, toReg(f, v), f.b.bin(Op.xor, IR_BOOL, pa, module.int(IR_BOOL, 1)));
      });
    }
    default: return f.b.inst(Op.mem_eq, IR_BOOL, a, b, module.int(IR_I64, types.size(t)));
  }
}

function scalarMem(f: FnCtx, t: TypeId, a: Ref, b: Ref): Ref {
  const { types } = f.c;
  const reg = types.reg(t);
  const x = f.b.load(reg, a);
  const y = f.b.load(reg, b);
  return f.b.cmp(types.isFloat(t) ? Op.feq : Op.eq, x, y);
}

function both(f: FnCtx, first: Ref, second: () => Ref): Ref {
  const v = guarded(f, first, () => regVal(f.c.types.bool, second()));
  return toReg(f, v!);
}

function fields(f: FnCtx, list: readonly (readonly [TypeId, number])[], a: Ref, b: Ref): Ref {
  let out: Ref = 0;
  for (const [t, off] of list) {
    if (f.c.types.size(t) === 0) continue;
    const e = (): Ref => equalMem(f, t, f.b.field(a, off), f.b.field(b, off));
    out = out === 0 ? e() : both(f, out, e);
  }
  return out === 0 ? f.c.module.int(IR_BOOL, 1) : out;
}

