// Takes `e.(T)` and `xx e`; gives the value converted by the explicit ladder, or the checked assertion on any and protocol values.
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Node } from '../parse/node.ts';
import { IR_I64 } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { castAssertion } from './any_cast.ts';
import { explainCallable } from './callable_explain.ts';
import { convert, makeFat, Mode, unnarrow } from './convert.ts';
import { coerce, OTHER, valTypeText } from './coerce.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { eraseOwned, explainErasure } from './protocol.ts';
import { errorAt } from './report.ts';
import { typeExpr } from './type_expr.ts';
import { Capture, constVal, Lit, type Val, VK } from './val.ts';
import { autoDeref } from './place.ts';
import { poison, storeTo, wrapInt } from './value.ts';

export function castExpr(f: FnCtx, node: NodeId, _dst: Ref): Val {
  const { types } = f.c;
  const { tree } = f;
  const t = typeExpr(f, tree.b[node]!);
  let v = expr(f, tree.a[node]!, literalTarget(f, tree.a[node]!, t), 0);
  if (v.k === VK.poison || t === types.poison) return poison(f);
  v = unnarrow(f, v);
  if (v.capture === Capture.refElement && types.kind[v.ty] === Ty.ptr && types.kind[t] !== Ty.ptr) v = autoDeref(f, v);
  f.b.at = f.pos(node);
  const kind = types.kind[v.ty];
  if (types.kind[t] === Ty.protocol && kind !== Ty.any) return eraseOwned(f, v, t, tree.c[node]!, node);
  if (kind === Ty.any || kind === Ty.protocol) {
    const r = castAssertion(f, v, t, node);
    if (r !== null) return r;
  }
  if (kind === Ty.optional && types.kind[t] !== Ty.optional) {
    errorAt(f, 'OPT-OPERAND', node, `cannot cast '${types.text(v.ty)}' directly: chain with '?.(T)'`);
    return poison(f);
  }
  const r = explicit(f, v, t, node);
  // A converted literal is no literal any more: what it flows into narrows it silently.
  if (r.k !== VK.const_ || r.lit === Lit.none || !types.isInt(r.ty)) return r;
  return constVal(r.ty, r.cv as number | bigint);
}

/** Literals are checked against the cast's target; everything else types itself. */
function literalTarget(f: FnCtx, node: NodeId, t: TypeId): TypeId {
  switch (f.tree.kindOf(node)) {
    case Node.StructLit: case Node.ArrayLit: case Node.EnumLit: case Node.Null: case Node.Undef: case Node.Fn: case Node.ErrorTag: return t;
    case Node.Int: return t;
    case Node.Paren: return literalTarget(f, f.tree.a[node]!, t);
    default: return 0;
  }
}

export function explicit(f: FnCtx, v: Val, t: TypeId, node: NodeId): Val {
  const errors = f.c.sink.errorCount;
  const operand = f.tree.a[node]!;
  const around = f.convertSpan;
  f.convertSpan = { start: f.pos(operand), end: f.end(operand) };
  const r = convert(f, v, t, Mode.explicit);
  f.convertSpan = around;
  if (r !== null) return r;
  if (f.c.sink.errorCount > errors) return poison(f);
  if (!explainErasure(f, v, t, f.pos(operand), f.end(operand)) && !explainCallable(f, v, t, f.pos(operand), f.end(operand))) errorAt(f, 'COERCE-NONE', node, `cannot convert a value of type '${valTypeText(f, v)}' to '${f.c.types.text(t)}'`);
  return poison(f);
}

/** `xx e`: to the expected type; without one it is `e` unchanged. */
export function xxExpr(f: FnCtx, node: NodeId, want: TypeId, dst: Ref): Val {
  const { types } = f.c;
  const operand = f.tree.a[node]!;
  if (want === 0 || want === types.poison) return expr(f, operand, 0, dst);
  const kind = f.tree.kindOf(operand);
  const target = kind === Node.StructLit || kind === Node.ArrayLit || kind === Node.EnumLit || kind === Node.Null || kind === Node.Fn || kind === Node.ErrorTag || kind === Node.Int || kind === Node.Xx ? want : 0;
  // A literal is truncated: as a u64 it is not held to the range of i64.
  const truncates = kind === Node.Int && want === types.i64;
  const v = expr(f, operand, truncates ? types.u64 : target, 0);
  if (v.k === VK.poison) return v;
  f.b.at = f.pos(node);
  if (truncates) return constVal(want, wrapInt(types.reg(want), v.cv as number | bigint));
  if (v.ty === want && v.k !== VK.fn) return v;
  if (v.k === VK.pack) return packToSlice(f, v, want, node);
  return explicit(f, unnarrow(f, v), want, node);
}

/** `xx xs` at a `[]any` / `[]P` target: the pack as a run-time slice. */
function packToSlice(f: FnCtx, pack: Val, want: TypeId, node: NodeId): Val {
  const { types, module } = f.c;
  if (types.kind[want] !== Ty.slice) {
    coerce(f, pack, want, node, OTHER);
    return poison(f);
  }
  const elem = types.a[want]!;
  const n = pack.elems!.length;
  const arr = f.b.slot(Math.max(1, types.size(elem) * n), types.align(elem));
  pack.elems!.forEach((e, i) => {
    const r = convert(f, e, elem, types.kind[elem] === Ty.protocol ? Mode.implicit : Mode.explicit) ?? coerce(f, e, elem, node, OTHER);
    storeTo(f, f.b.field(arr, i * types.size(elem)), r);
  });
  return makeFat(f, want, arr, module.int(IR_I64, n));
}
