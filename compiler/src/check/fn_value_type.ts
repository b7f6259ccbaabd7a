// The function type of a function named as a value.
import type { TypeId } from '../types/types.ts';
import { fnTypeOf, plainInst } from './fn.ts';
import type { FnCtx } from './fn_ctx.ts';
import type { FnInst } from './fn_decl.ts';
import type { Val } from './val.ts';

/** The instance that a function value stands for, null when it is generic (it needs a call to be bound). */
export function valueInst(f: FnCtx, v: Val): FnInst | null {
  if (v.inst !== null) return v.inst;
  return v.fn!.generic ? null : plainInst(f.c, v.fn!);
}

export function fnValueType(f: FnCtx, v: Val): TypeId {
  const inst = valueInst(f, v);
  return inst === null ? f.c.types.poison : fnTypeOf(f.c, inst);
}
