// Takes a pack or a tuple and a member name; gives the tuple of every element's member (reference 7.7.3).
import type { NameId, NodeId } from '../base/ids.ts';
import type { TypeId } from '../types/types.ts';
import { valArg } from './call_args.ts';
import { callDecl, type CallSite } from './check_call.ts';
import type { FnCtx } from './fn_ctx.ts';
import { memberOf, tryMember, tupleElem } from './member.ts';
import { protocolOf } from './protocol.ts';
import { callProtocolMethod } from './protocol_call.ts';
import { findMember, memberVal } from './static_member.ts';
import { tupleOf } from './tuple.ts';
import { placeVal, type Val, VK } from './val.ts';
import { poison } from './value.ts';

/** `xs.m` of a pack: the elements' method `m`, called without arguments (or their field). */
export function projectPack(f: FnCtx, pack: Val, name: NameId, node: NodeId): Val {
  const vals = pack.elems!.map((e) => {
    const free = e.k === VK.mem ? placeVal(e.ty, e.ref) : e;
    return projectElem(f, free, name, node) ?? memberOf(f, free, name, node);
  });
  return vals.some((v) => v.k === VK.poison) ? poison(f) : tupleOf(f, vals);
}

/** `t.m` of a tuple value; null when an element has no such member. */
export function projectTuple(f: FnCtx, base: Val, name: NameId, node: NodeId): Val | null {
  const list: readonly TypeId[] = f.c.types.lists[base.ty]!;
  if (list.length === 0) return null;
  const vals: Val[] = [];
  for (let i = 0; i < list.length; i++) {
    const v = projectElem(f, tupleElem(f, base, i), name, node);
    if (v === null) return null;
    if (v.k === VK.poison) return v;
    vals.push(v);
  }
  return tupleOf(f, vals);
}

function projectElem(f: FnCtx, e: Val, name: NameId, node: NodeId): Val | null {
  const { c } = f;
  const site: CallSite = { node, trailing: 0, receiver: true, want: 0, dst: 0 };
  const proto = protocolOf(f, e.ty);
  if (proto !== 0 && c.impls.isMethodOf(proto, c.text(name))) return callProtocolMethod(f, e, proto, name, [], site);
  const m = findMember(c, e.ty, name);
  if (m !== null) {
    const fn = memberVal(f, m, e.ty);
    if (fn.k === VK.fn) return callDecl(f, fn.fn!, [valArg(node, e)], site);
  }
  return tryMember(f, e, name, node);
}
