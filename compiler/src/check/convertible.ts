// Takes a value and a type; says whether an implicit conversion exists, writing no code that stays.
import { type TypeId, Ty } from '../types/types.ts';
import type { FnCtx } from './fn_ctx.ts';
import { type Val, VK } from './val.ts';

/** A cheap answer for overload choice: same type, pointer adaptation, numbers, slices of arrays, any, optionals, protocols. */
export function convertible(f: FnCtx, v: Val, to: TypeId): boolean {
  const { types } = f.c;
  if (v.k === VK.poison) return true;
  const from = v.ty;
  if (from === to || to === types.any) return true;
  const a = types.kind[from]!;
  const b = types.kind[to]!;
  if (v.k === VK.null_) return b === Ty.ptr || b === Ty.optional || b === Ty.manyptr;
  if (v.k === VK.fn) return b === Ty.closure || b === Ty.fn;
  if (types.isNumber(from) && types.isNumber(to)) return true;
  if (b === Ty.optional) return convertible(f, v, types.a[to]!);
  if (a === Ty.array && b === Ty.slice) return types.a[from] === types.a[to];
  if (a === Ty.string && (b === Ty.slice && types.a[to] === types.u8 || (b === Ty.cstring && v.k === VK.const_))) return true;
  if (b === Ty.ptr) {
    if (types.a[to] === from) return true;
    if (a === Ty.ptr && (types.a[to] === types.void || types.a[from] === types.void)) return true;
    if (types.kind[types.a[to]!] === Ty.protocol) return f.c.impls.implements(a === Ty.ptr ? types.a[from]! : from, types.a[to]!);
    return false;
  }
  if (a === Ty.ptr && types.a[from] === to) return true;
  if (b === Ty.protocol) return f.c.impls.implements(a === Ty.ptr ? types.a[from]! : from, to);
  if (a === Ty.closure && b === Ty.closure) return types.lists[from]!.length === types.lists[to]!.length;
  return false;
}
