// Takes a function named as a value; gives the address of its code.
import type { Ref } from '../ir/module.ts';
import { irFn } from './fn.ts';
import type { FnCtx } from './fn_ctx.ts';
import { valueInst } from './fn_value_type.ts';
import type { Val } from './val.ts';

/** The code pointer of a VK.fn value; a generic function has none until a call binds it (null pointer, already reported by the conversion). */
export function fnAddress(f: FnCtx, v: Val): Ref {
  const inst = valueInst(f, v);
  return inst === null ? f.c.module.nullPtr() : f.c.module.fnAddr(irFn(f.c, inst).id);
}
