// Builds tuple values from parts.
import { Ty, type TypeId } from '../types/types.ts';
import type { FnCtx } from './fn_ctx.ts';
import { fnValueType } from './fn_value_type.ts';
import { memVal, type Val, VK } from './val.ts';
import { newSlot, storeTo } from './value.ts';

/** The type that a value has when it is stored as it is. */
export function storedType(f: FnCtx, v: Val): TypeId {
  const { types } = f.c;
  if (v.k === VK.type) return types.type;
  if (v.k === VK.fn) return fnValueType(f, v);
  if (v.k === VK.null_ && types.kind[v.ty] === Ty.null_) return types.voidPtr;
  return v.ty;
}

export function tupleOf(f: FnCtx, vals: readonly Val[], names: readonly string[] | null = null): Val {
  const { types } = f.c;
  const t = types.tuple(vals.map((v) => storedType(f, v)), names);
  const out = newSlot(f, t);
  vals.forEach((v, i) => storeTo(f, f.b.field(out, types.tupleOffset(t, i)), v));
  return memVal(t, out);
}
