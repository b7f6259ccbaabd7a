// `e!`, `a ?? b` and optional chains `o?.f`, `o?.0`, `o?.(T)` (reference 5.6, 9.10).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Node } from '../parse/node.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { chainAssertion, isAsserted } from './any_cast.ts';
import { setSlot } from './arms.ts';
import { callMethod } from './callee.ts';
import { trapUnless } from './checks.ts';
import { coerce, OTHER, valTypeText } from './coerce.ts';
import { convert, Mode } from './convert.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { memberOf, tupleIndex } from './member.ts';
import { loadPayload, optionalPresent, storeAbsent, wrapOptional } from './optional.ts';
import { errorAt } from './report.ts';
import { noteMember } from './semantics.ts';
import { typeExpr } from './type_expr.ts';
import { memVal, regVal, Val, VK, voidVal } from './val.ts';
import { isPoison, loadVal, newSlot, poison, rvalue, storeTo, toMem, toReg } from './value.ts';

/** The type of a chain's result: `?T`, flattened when T is optional already. */
export function flatOptional(f: FnCtx, t: TypeId): TypeId {
  const { types } = f.c;
  return types.kind[t] === Ty.optional || t === types.poison ? t : types.optional(t);
}

/** `e!`: the payload; traps on null. */
export function unwrapExpr(f: FnCtx, node: NodeId): Val {
  const { types } = f.c;
  const operand = f.tree.a[node]!;
  const v = expr(f, operand, 0, 0);
  if (isPoison(v) || v.ty === types.noreturn) return v;
  if (types.kind[v.ty] !== Ty.optional) {
    errorAt(f, 'OPT-OPERAND', node, `'!' needs an optional operand, got '${valTypeText(f, v)}'`);
    return poison(f);
  }
  const held = hold(f, v);
  if (f.c.options.checks || f.comptime) trapUnless(f, node, optionalPresent(f, held), 'unwrap of a null optional');
  return loadPayload(f, held);
}

/** `a ?? b`: payload of a, else b, which is evaluated only then. */
export function coalesceExpr(f: FnCtx, node: NodeId, want: TypeId, dst: Ref): Val {
  const { types } = f.c;
  const left = f.tree.a[node]!;
  const right = f.tree.b[node]!;
  const hint = want !== 0 && want !== types.any ? types.optional(want) : 0;
  const v = expr(f, left, hint, 0);
  if (isPoison(v) || v.ty === types.noreturn) return v;
  if (types.kind[v.ty] !== Ty.optional) {
    errorAt(f, 'COALESCE-LHS', left, `left operand of '??' must be an optional, got '${valTypeText(f, v)}'`);
    return poison(f);
  }
  const payload = types.a[v.ty]!;
  const slot = dst !== 0 && want === payload ? dst : newSlot(f, payload);
  const dead = !f.b.live;
  const some = f.b.block();
  const none = f.b.block();
  const done = f.b.block();
  const held = hold(f, v);
  f.b.condBr(optionalPresent(f, held), some, none);
  f.b.start(some);
  storeTo(f, slot, loadPayload(f, held));
  f.b.br(done);
  f.b.start(none);
  const d = expr(f, right, payload, slot);
  const as = defaultAs(f, d, payload, right);
  if (!(as.k === VK.mem && as.ref === slot)) storeTo(f, slot, as);
  f.b.start(done);
  if (dead) f.b.unreachable();
  if (isPoison(as)) return as;
  return loadVal(f, payload, slot);
}

function defaultAs(f: FnCtx, d: Val, payload: TypeId, node: NodeId): Val {
  const { types } = f.c;
  if (d.ty === types.noreturn || isPoison(d)) return new Val(isPoison(d) ? VK.poison : VK.undef, payload, 0, 0);
  if (types.isNumber(payload) && types.isNumber(d.ty)) return coerce(f, d, payload, node, OTHER);
  const errors = f.c.sink.errorCount;
  const r = convert(f, d, payload, Mode.implicit);
  if (r !== null) return r;
  if (f.c.sink.errorCount === errors) {
    errorAt(f, 'COALESCE-DEFAULT', node, `'??' default has type '${valTypeText(f, d)}', but the payload is '${types.text(payload)}'`);
  }
  return poison(f);
}

/** The optional read once: in a register, or in memory where it is. */
function hold(f: FnCtx, v: Val): Val {
  if (f.c.types.isScalar(v.ty)) return regVal(v.ty, toReg(f, v));
  return v.k === VK.mem ? v : memVal(v.ty, toMem(f, v));
}

/** `o?.f`, `o?.0`, and the call `o?.m(args)`. */
export function optMemberExpr(f: FnCtx, node: NodeId, _want: TypeId, _dst: Ref): Val {
  const { tree } = f;
  const link = tree.kindOf(node) === Node.Call ? tree.a[node]! : node;
  const v = expr(f, tree.a[link]!, 0, 0);
  return chainOver(f, link, v, (payload) => {
    if (tree.kindOf(link) === Node.OptMember) noteMember(f, link, payload, tree.b[link]!);
    if (link !== node) return callMethod(f, payload, tree.b[link]!, node, link, { node, trailing: tree.c[node]!, receiver: false, want: 0, dst: 0 });
    if (tree.kindOf(link) === Node.OptTupleIndex) return tupleIndex(f, payload, tree.b[link]!, link);
    return memberOf(f, payload, tree.b[link]!, link);
  });
}

/** Whether `node` is a link of an optional chain: `o?.f`, and an index or call that continues one. */
export function isOptChain(f: FnCtx, node: NodeId): boolean {
  const { tree } = f;
  switch (tree.kindOf(node)) {
    case Node.OptMember: case Node.OptTupleIndex: return true;
    case Node.Index: return isOptChain(f, tree.a[node]!);
    case Node.Call: return tree.kindOf(tree.a[node]!) === Node.OptMember;
    default: return false;
  }
}

/** null when optional `v` is null, else what `link` makes of the payload, as a flattened optional (void links give void). */
export function chainOver(f: FnCtx, node: NodeId, v: Val, link: (payload: Val) => Val): Val {
  const { types } = f.c;
  if (isPoison(v) || v.ty === types.noreturn) return v;
  if (types.kind[v.ty] !== Ty.optional) {
    errorAt(f, 'OPT-OPERAND', node, `'?.' requires an optional receiver, got '${valTypeText(f, v)}'`);
    return poison(f);
  }
  const dead = !f.b.live;
  const held = hold(f, v);
  const slot = f.b.slot(8, 8);
  const some = f.b.block();
  const none = f.b.block();
  const done = f.b.block();
  f.b.condBr(optionalPresent(f, held), some, none);
  f.b.start(some);
  let r = rvalue(f, link(loadPayload(f, held)));
  if (r.k === VK.fn || r.k === VK.type) r = regVal(r.k === VK.type ? types.type : r.ty, toReg(f, r));
  const empty = isPoison(r) || r.k === VK.void;
  const t = empty ? types.void : flatOptional(f, r.ty);
  setSlot(f, slot, t);
  if (!empty) {
    const whole = r.ty === t ? r : wrapOptional(f, r, t, slot);
    if (!(whole.k === VK.mem && whole.ref === slot)) storeTo(f, slot, whole);
  }
  f.b.br(done);
  f.b.start(none);
  if (!empty) storeAbsent(f, slot, t);
  f.b.start(done);
  if (dead) f.b.unreachable();
  if (empty) return isPoison(r) ? r : voidVal(types.void);
  return loadVal(f, t, slot);
}

/** `o?.(T)`: a conversion of the payload, or a checked assertion when it is an any or a protocol value. */
export function optCastExpr(f: FnCtx, node: NodeId, _want: TypeId, _dst: Ref): Val {
  const { types } = f.c;
  const v = expr(f, f.tree.a[node]!, 0, 0);
  const to = typeExpr(f, f.tree.b[node]!);
  if (isPoison(v) || to === types.poison) return poison(f);
  if (types.kind[v.ty] !== Ty.optional) {
    errorAt(f, 'OPT-OPERAND', node, `'?.(T)' requires an optional receiver, got '${valTypeText(f, v)}'`);
    return poison(f);
  }
  const target = types.kind[to] === Ty.optional ? types.a[to]! : to;
  if (isAsserted(f, types.a[v.ty]!, target)) return chainAssertion(f, node, hold(f, v), to);
  return chainOver(f, node, v, (payload) => {
    const r = convert(f, payload, to, Mode.explicit);
    if (r !== null) return r;
    errorAt(f, 'COERCE-NONE', node, `cannot coerce a value of type '${types.text(payload.ty)}' to '${types.text(to)}'`);
    return poison(f);
  });
}
