// Places: dereferenced pointers, fields and elements, one pointer level at a time.
import { type TypeId, Ty } from '../types/types.ts';
import type { FnCtx } from './fn_ctx.ts';
import { Capture, placeVal, type Val, VK } from './val.ts';
import { toReg } from './value.ts';

/** What a pointer value points at. */
export function derefVal(f: FnCtx, v: Val): Val {
  const t = f.c.types.a[v.ty]!;
  if (f.c.types.nominals[t] !== null) f.b.look(t);
  const out = placeVal(t, toReg(f, v));
  if (v.k === VK.reg && v.capture === Capture.context) out.capture = v.capture;
  return out;
}

/** Follows one pointer level when `v` is a `*T`. */
export function autoDeref(f: FnCtx, v: Val): Val {
  return v.k !== VK.poison && f.c.types.kind[v.ty] === Ty.ptr ? derefVal(f, v) : v;
}

export function isPointerTo(f: FnCtx, t: TypeId, pointee: TypeId): boolean {
  return f.c.types.kind[t] === Ty.ptr && f.c.types.a[t] === pointee;
}
