// Arrays without a place of their own that slices see: they lie in the frame, or outlive it when the slice does (reference 2.5).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { BinOp, Node } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';
import { IR_I64 } from '../types/ir_type.ts';
import type { TypeId } from '../types/types.ts';
import type { FnCtx } from './fn_ctx.ts';
import { freshMemory } from './protocol_alloc.ts';

/** Evaluates what goes out of the function. */
export function leaving<T>(f: FnCtx, run: () => T): T {
  const before = f.leaves;
  f.leaves = true;
  const v = run();
  f.leaves = before;
  return v;
}

/** Evaluates what stays in the function, in the middle of what goes out of it: statements, arguments. */
export function staying<T>(f: FnCtx, run: () => T): T {
  f.leaves = false;
  const v = run();
  f.leaves = true;
  return v;
}

/** Whether what an expression's parts give is part of what it gives. */
export function handsOn(tree: Tree, node: NodeId): boolean {
  switch (tree.kindOf(node)) {
    case Node.Paren: case Node.Xx: case Node.StructLit: case Node.ArrayLit: case Node.EnumLit: case Node.Block: case Node.If: case Node.IfBind: case Node.Match: case Node.Catch:
      return true;
    case Node.Binary: return tree.flags[node] === BinOp.or || tree.flags[node] === BinOp.coalesce;
    case Node.Call: return tree.kindOf(tree.a[node]!) === Node.EnumLit;
    default: return false;
  }
}

/** Memory of an array of type t that lives as long as the slice of it: the array's own, or a copy from the ambient allocator. */
export function lasting(f: FnCtx, array: Ref, t: TypeId): Ref {
  const size = f.c.types.size(t);
  if (!f.leaves || size === 0 || array < 0) return array;
  const out = freshMemory(f, f.c.module.int(IR_I64, size));
  f.b.copy(out, array, size);
  return out;
}

/** Whether an address is within this call's frame, and no result's slot in it. */
export function inFrame(f: FnCtx, address: Ref): boolean {
  let r = address;
  while (r > 0 && (f.b.op[r] === Op.field || f.b.op[r] === Op.index)) r = f.b.a[r]!;
  return r > 0 && (f.b.op[r] === Op.slot || f.b.op[r] === Op.param) && f.retLocals?.some((l) => l.val.ref === r) !== true;
}
