// Takes `.name`, `.name(payload)`, `E.name(payload)`; gives the enum value (reference 5.4).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { fieldSlot } from './coerce.ts';
import { exprAs } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { errorAt } from './report.ts';
import { noteMemberOf } from './semantics.ts';
import { findMember, memberVal } from './static_member.ts';
import { constVal, memVal, type Val, VK } from './val.ts';
import { constRef, newSlot, poison, storeTo } from './value.ts';
import { useVal } from './ident.ts';
import { propertyOnType } from './enum_static.ts';

export function enumLiteral(f: FnCtx, node: NodeId, want: TypeId): Val {
  const { types } = f.c;
  const text = f.c.text(f.tree.a[node]!);
  let t = want;
  while (t !== 0 && types.kind[t] === Ty.optional) t = types.a[t]!;
  if (t === 0) {
    errorAt(f, 'ENUM-NOTARGET', node, `enum literal '.${text}' has no destination type`);
    return poison(f);
  }
  if (t === types.poison) return poison(f);
  noteMemberOf(f, node, t, f.tree.a[node]!);
  const kind = types.kind[t];
  if (kind === Ty.enum_ || kind === Ty.tagged) {
    const info = types.members(t);
    const i = info.variants.findIndex((v) => v.name === text);
    if (i >= 0) return constructVariant(f, t, i, node);
    const m = findMember(f.c, t, f.tree.a[node]!);
    if (m !== null) return useVal(f, memberVal(f, m, t), node, want);
    errorAt(f, 'ENUM-VARIANT', node, `'${text}' is not a variant of '${types.text(t)}' (variants are: ${info.variants.map((v) => v.name).join(', ')})`);
    return poison(f);
  }
  const other = propertyOnType(f, t, node);
  if (other !== null) return other;
  errorAt(f, 'ENUM-NOTARGET', node, `enum literal '.${text}' cannot type itself from non-enum destination '${types.text(t)}'`);
  return poison(f);
}

/** A variant named without a payload. */
export function constructVariant(f: FnCtx, t: TypeId, i: number, node: NodeId): Val {
  const { types } = f.c;
  const info = types.members(t);
  const v = info.variants[i]!;
  if (types.kind[t] === Ty.enum_) return constVal(t, v.value);
  void node;
  const out = newSlot(f, t);
  writeTag(f, t, i, out);
  return memVal(t, out);
}

/** Zeroes a tagged enum and writes the tag of variant `i`. */
function writeTag(f: FnCtx, t: TypeId, i: number, out: Ref): void {
  const { types } = f.c;
  const info = types.members(t);
  f.b.zero(out, types.size(t));
  f.b.store(out, constRef(f, info.backing, info.variants[i]!.value));
}

/** `.v(e)`: one payload argument. */
export function variantCall(f: FnCtx, t: TypeId, i: number, node: NodeId, dst: Ref): Val {
  const { types } = f.c;
  const args = f.tree.list(f.tree.b[node]!);
  const info = types.members(t);
  const v = info.variants[i]!;
  if (v.payload === types.void) {
    if (args.length === 0) return constructVariant(f, t, i, node);
    errorAt(f, 'ENUM-PAYLOAD', node, `variant '${v.name}' of '${types.text(t)}' takes no payload`);
    return poison(f);
  }
  if (args.length !== 1) {
    errorAt(f, 'ENUM-PAYLOAD', node, `variant '${v.name}' of '${types.text(t)}' takes a single ${types.text(v.payload)} payload`);
    return poison(f);
  }
  const payload = exprAs(f, args[0]!, v.payload, fieldSlot(v.name), 0);
  if (payload.k === VK.poison) return poison(f);
  return withPayload(f, t, i, payload, dst);
}

/** A tagged value with its payload. */
export function withPayload(f: FnCtx, t: TypeId, i: number, payload: Val, dst: Ref): Val {
  const { types } = f.c;
  const info = types.members(t);
  void dst;
  const out = newSlot(f, t);
  f.b.zero(out, types.size(t));
  f.b.store(out, constRef(f, info.backing, info.variants[i]!.value));
  storeTo(f, f.b.field(out, info.payloadOffset), payload);
  return memVal(t, out);
}
