// Takes `.[ … ]` and `T.[ … ]`; builds the array, slice or vector (reference 5.2).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { IR_I64 } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { Node } from '../parse/node.ts';
import { spreadElems } from './call_args.ts';
import { coerce, type Slot, SlotKind } from './coerce.ts';
import { makeFat } from './convert.ts';
import { expr, exprInto } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { lasting } from './leaving.ts';
import { errorAt } from './report.ts';
import { storedType } from './tuple.ts';
import { literalType } from './type_expr.ts';
import { Lit, memVal, type Val, VK } from './val.ts';
import { held, lastToRun, newSlot, poison, rvalue, storeTo } from './value.ts';
import { wrapOptional } from './optional.ts';

/** A function, because this module may be loaded while coerce.ts (in the same cycle) is not. */
const elementSlot = (): Slot => ({ kind: SlotKind.element, name: '' });

export function arrayLiteral(f: FnCtx, node: NodeId, want: TypeId, dst: Ref): Val {
  const { types } = f.c;
  const { tree } = f;
  const head = tree.a[node]!;
  let t = want;
  if (head !== 0) {
    t = literalType(f, head, node);
    if (t === types.poison) return poison(f);
    const k = types.kind[t];
    if (k !== Ty.array && k !== Ty.slice && k !== Ty.vector) {
      errorAt(f, 'ARRLIT-PREFIX', head, `the type prefix names the aggregate type, and '${types.text(t)}' is not one`)
        .help(`annotate instead: \`x : []${types.text(t)} = .[…]\``);
      return poison(f);
    }
  }
  return arrayFromElems(f, tree.ids(tree.b[node]!), t, node, t === want ? dst : 0);
}

export function arrayFromElems(f: FnCtx, nodes: readonly NodeId[], t: TypeId, node: NodeId, dst: Ref): Val {
  const { types } = f.c;
  switch (t === 0 ? Ty.none : types.kind[t]) {
    case Ty.array: {
      if (nodes.some((n) => f.tree.kindOf(n) === Node.Spread)) return spreadInto(f, nodes, t, node);
      if (nodes.length !== types.b[t]) {
        errorAt(f, 'ARRAYCONST-LEN', node, `${subject(f, t)} declares [${types.b[t]}] elements but its initializer has ${nodes.length}`);
        return poison(f);
      }
      return fill(f, nodes, types.a[t]!, t, dst);
    }
    case Ty.vector:
      if (nodes.length !== types.b[t]) {
        errorAt(f, 'ARRAYCONST-LEN', node, `'${types.text(t)}' has ${types.b[t]} lanes, but the literal has ${nodes.length} elements`);
        return poison(f);
      }
      return fill(f, nodes, types.a[t]!, t, dst);
    case Ty.slice: {
      const arr = types.array(types.a[t]!, nodes.length);
      const v = fill(f, nodes, types.a[t]!, arr, 0);
      return v.k === VK.poison ? v : makeFat(f, t, lasting(f, v.ref, arr), f.c.module.int(IR_I64, nodes.length));
    }
    case Ty.manyptr: {
      const v = fill(f, nodes, types.a[t]!, types.array(types.a[t]!, nodes.length), 0);
      return v;
    }
    case Ty.optional: {
      const v = arrayFromElems(f, nodes, types.a[t]!, node, 0);
      return v.k === VK.poison ? v : wrapOptional(f, v, t);
    }
    case Ty.poison: return poison(f);
    default: return inferred(f, nodes, node);
  }
}

function subject(f: FnCtx, t: TypeId): string {
  return f.constant === '' ? `an array of type '${f.c.types.text(t)}'` : `constant '${f.constant}' of type '${f.c.types.text(t)}'`;
}

function fill(f: FnCtx, nodes: readonly NodeId[], elem: TypeId, t: TypeId, dst: Ref): Val {
  const { types } = f.c;
  const size = types.size(elem);
  const out = dst !== 0 ? dst : newSlot(f, t);
  const errors = f.c.sink.errorCount;
  if (types.kind[t] === Ty.vector && size * nodes.length < types.size(t)) f.b.zero(out, types.size(t));
  nodes.forEach((n, i) => exprInto(f, n, elem, elementSlot(), f.b.field(out, i * size)));
  return f.c.sink.errorCount > errors ? poison(f) : memVal(t, out);
}

function spreadInto(f: FnCtx, nodes: readonly NodeId[], t: TypeId, node: NodeId): Val {
  const { types } = f.c;
  const vals: { v: Val; n: NodeId }[] = [];
  for (const n of nodes) {
    if (f.tree.kindOf(n) !== Node.Spread) {
      vals.push({ v: rvalue(f, expr(f, n, types.a[t]!, 0)), n });
      continue;
    }
    const v = expr(f, f.tree.a[n]!, 0, 0);
    const parts = spreadElems(f, v);
    if (parts === null) {
      if (v.k !== VK.poison) errorAt(f, 'SPREAD', n, `cannot spread a value of type '${types.text(v.ty)}'`);
      return poison(f);
    }
    for (const p of parts) vals.push({ v: p, n });
  }
  if (vals.length !== types.b[t]) {
    errorAt(f, 'ARRAYCONST-LEN', node, `${subject(f, t)} declares [${types.b[t]}] elements but its initializer has ${vals.length}`);
    return poison(f);
  }
  const out = newSlot(f, t);
  vals.forEach(({ v, n }, i) => storeTo(f, f.b.field(out, i * types.size(types.a[t]!)), coerce(f, v, types.a[t]!, n, elementSlot())));
  return memVal(t, out);
}

/** Element type without a destination: all ints → i64, any float → f64, else the first element's. */
function inferred(f: FnCtx, nodes: readonly NodeId[], node: NodeId): Val {
  const { types } = f.c;
  if (nodes.length === 0) {
    errorAt(f, 'ARRLIT-EMPTY', node, `the element type of ${f.constant === '' ? 'an' : `constant '${f.constant}', an`} empty array literal${f.constant === '' ? '' : ','} is unknown`).help('annotate the type');
    return poison(f);
  }
  // Literals after the first element are typed by it; numbers have a rule of their own.
  const first = rvalue(f, expr(f, nodes[0]!, 0, 0));
  const hint = first.k === VK.poison || types.isNumber(first.ty) ? 0 : storedType(f, first);
  const last = lastToRun(f, nodes);
  const vals = [held(f, first, last > 0), ...nodes.slice(1).map((n, i) => held(f, rvalue(f, expr(f, n, hint, 0)), i + 1 < last))];
  if (vals.some((v) => v.k === VK.poison)) return poison(f);
  let elem = storedType(f, vals[0]!);
  const allLiteralInts = vals.every((v) => types.isInt(v.ty) && v.lit !== Lit.none);
  const numbers = vals.every((v) => types.isNumber(v.ty));
  if (allLiteralInts) elem = types.i64;
  else if (numbers && vals.some((v) => types.isFloat(v.ty))) elem = vals.find((v) => types.isFloat(v.ty) && v.lit === Lit.none)?.ty ?? types.f64;
  else if (numbers) elem = vals.find((v) => v.lit === Lit.none)?.ty ?? types.i64;
  const t = types.array(elem, vals.length);
  const out = newSlot(f, t);
  vals.forEach((v, i) => {
    const bad = f.c.sink.errorCount;
    const r = mixed(f, v, elem) ? null : coerce(f, v, elem, nodes[i]!, elementSlot());
    if (r === null) {
      if (bad === f.c.sink.errorCount) errorAt(f, 'ARRAYCONST-MIX', nodes[i]!, `${f.constant === '' ? 'array literal' : `constant '${f.constant}'`} mixes incompatible element types '${types.text(elem)}' and '${types.text(v.ty)}'`);
      return;
    }
    storeTo(f, f.b.field(out, i * types.size(elem)), r);
  });
  return memVal(t, out);
}

function mixed(f: FnCtx, v: Val, elem: TypeId): boolean {
  const { types } = f.c;
  if (v.ty === elem) return false;
  return types.isNumber(elem) !== types.isNumber(v.ty) && (v.ty === types.bool || v.ty === types.string || elem === types.bool || elem === types.string);
}
