// Takes an argument that names a memory ordering; gives the ordering, or reports that it is none or not constant (reference 14.1).
import type { NodeId } from '../base/ids.ts';
import { ORDER_NAMES } from '../ir/mem_order.ts';
import type { MemOrder } from '../ir/op.ts';
import { Node } from '../parse/node.ts';
import { Ty, type TypeId, type Types } from '../types/types.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { errorAt } from './report.ts';
import { VK } from './val.ts';

export const NOT_CONSTANT = 'atomic ordering must be a constant ordering literal (.relaxed / .acquire / .release / .acq_rel / .seq_cst)';

export const orderText = (o: MemOrder): string => `'.${ORDER_NAMES[o]}'`;

/** Whether `t` is an enum of exactly the orderings, ordinals 0 to 4 (intrinsics need no import, so it has no known declaration). */
export function isOrdering(types: Types, t: TypeId): boolean {
  if (types.kind[t] !== Ty.enum_) return false;
  const { variants } = types.members(t);
  return variants.length === ORDER_NAMES.length && variants.every((v, i) => v.name === ORDER_NAMES[i] && Number(v.value) === i);
}

/** The constant ordering at `node`; null after a report. */
export function ordering(f: FnCtx, node: NodeId): MemOrder | null {
  const { tree, c } = f;
  if (tree.kindOf(node) === Node.EnumLit) {
    const i = ORDER_NAMES.indexOf(c.text(tree.a[node]!));
    if (i >= 0) return i as MemOrder;
  } else {
    const v = expr(f, node, 0, 0);
    if (v.k === VK.poison) return null;
    if (v.k === VK.const_ && isOrdering(c.types, v.ty)) return Number(v.cv) as MemOrder;
  }
  errorAt(f, 'ATOM-CONST', node, NOT_CONSTANT);
  return null;
}
