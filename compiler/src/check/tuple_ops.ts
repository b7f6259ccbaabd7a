// Operators of tuples: concatenation, repetition, lexicographic order, membership (reference 5.7).
import type { NodeId } from '../base/ids.ts';
import { Op } from '../ir/op.ts';
import { BinOp } from '../parse/node.ts';
import { IR_BOOL } from '../types/ir_type.ts';
import { Ty } from '../types/types.ts';
import { equalVals } from './equality.ts';
import type { FnCtx } from './fn_ctx.ts';
import { autoDeref } from './place.ts';
import { compareVals, OP_TEXT } from './ops.ts';
import { errorAt } from './report.ts';
import { tupleOf } from './tuple.ts';
import { regVal, type Val, VK } from './val.ts';
import { loadVal, poison, subPlace, toMem, toReg } from './value.ts';

function elems(f: FnCtx, v: Val): Val[] {
  const { types } = f.c;
  const p = toMem(f, v);
  if (types.kind[v.ty] === Ty.struct) return types.members(v.ty).fields.map((x, i) => subPlace(f, v, p, types.fieldOffset(v.ty, i), x.type));
  return types.lists[v.ty]!.map((t, i) => subPlace(f, v, p, types.tupleOffset(v.ty, i), t));
}

export function tupleBinary(f: FnCtx, node: NodeId, op: BinOp, l: Val, r: Val): Val {
  const { types } = f.c;
  if (op === BinOp.add && types.kind[r.ty] === Ty.tuple) return tupleOf(f, [...elems(f, l), ...elems(f, r)]);
  if (op === BinOp.mul && r.k === VK.const_ && types.isInt(r.ty)) {
    const out: Val[] = [];
    for (let i = 0; i < Number(r.cv); i++) out.push(...elems(f, l));
    return tupleOf(f, out);
  }
  if (op >= BinOp.lt && op <= BinOp.ge && types.kind[r.ty] === Ty.tuple && types.lists[l.ty]!.length === types.lists[r.ty]!.length) return lexicographic(f, node, op, l, r);
  errorAt(f, 'BINOP-TYPES', node, `cannot apply '${OP_TEXT[op]}' to operands of type '${types.text(l.ty)}' and '${types.text(r.ty)}'`);
  return poison(f);
}

/** The first unequal pair decides; all equal: only `<=` and `>=` hold. */
function lexicographic(f: FnCtx, node: NodeId, op: BinOp, l: Val, r: Val): Val {
  const { types, module } = f.c;
  const out = f.b.slot(1, 1);
  const done = f.b.block();
  const a = elems(f, l);
  const b = elems(f, r);
  for (let i = 0; i < a.length; i++) {
    const eq = equalVals(f, node, BinOp.eq, loadVal(f, a[i]!.ty, a[i]!.ref), loadVal(f, b[i]!.ty, b[i]!.ref));
    if (eq === null) return poison(f);
    const differs = f.b.block();
    const next = f.b.block();
    f.b.condBr(toReg(f, eq), next, differs);
    f.b.start(differs);
    const c = compareVals(f, node, op, a[i]!, b[i]!);
    if (c.k === VK.poison) return c;
    f.b.store(out, toReg(f, c));
    f.b.br(done);
    f.b.start(next);
  }
  f.b.store(out, module.int(IR_BOOL, op === BinOp.le || op === BinOp.ge ? 1 : 0));
  f.b.start(done);
  return regVal(types.bool, f.b.load(IR_BOOL, out));
}

/** `v in t`: any element equal. */
export function tupleIn(f: FnCtx, node: NodeId, v: Val, t0: Val): Val {
  const { types, module } = f.c;
  const t = autoDeref(f, t0);
  if (v.k === VK.poison || t.k === VK.poison) return poison(f);
  if (types.kind[t.ty] !== Ty.tuple && !(types.kind[t.ty] === Ty.struct && types.members(t.ty).anonymous)) {
    errorAt(f, 'BINOP-TYPES', node, `'in' tests membership in a tuple, not in '${types.text(t.ty)}'`);
    return poison(f);
  }
  let any = module.int(IR_BOOL, 0);
  for (const e of elems(f, t)) {
    const eq = equalVals(f, node, BinOp.eq, v, e);
    if (eq === null) return poison(f);
    any = f.b.bin(Op.or, IR_BOOL, any, toReg(f, eq));
  }
  return regVal(types.bool, any);
}
