// `.name` at a struct destination: a constant of that struct (reference 3.11 contextual statics, without a call).
import type { NodeId } from '../base/ids.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { FnCtx } from './fn_ctx.ts';
import { useVal } from './ident.ts';
import { findMember, memberVal } from './static_member.ts';
import { type Val, VK } from './val.ts';

export function propertyOnType(f: FnCtx, t: TypeId, node: NodeId): Val | null {
  if (f.c.types.kind[t] !== Ty.struct) return null;
  const m = findMember(f.c, t, f.tree.a[node]!);
  if (m === null || m.kind === 0) return null;
  const v = memberVal(f, m, t);
  return v.k === VK.fn ? null : useVal(f, v, node, t);
}
