// Takes a byte count; gives memory from the ambient allocator: what owning erasures and closure environments are made of (reference 8.5, 8.14, 10.1).
import { Abi, ConstKind, type Fn, Linkage, type Ref } from '../ir/module.ts';
import { IR_I64, IR_PTR } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { noteSite } from './call_site.ts';
import type { Checker } from './checker.ts';
import { PTR_SLOT } from './comptime_eval.ts';
import { contextIsKnown } from './context.ts';
import { abiSlot, emitIndirectCall } from './fn.ts';
import type { FnCtx } from './fn_ctx.ts';
import type { Impl } from './impls.ts';
import { protocolInfo, type ProtoMethod, slotSig } from './protocol_decl.ts';
import { loadSlot, slotFn } from './protocol_value.ts';
import { regVal, type Val, VK } from './val.ts';
import { toReg } from './value.ts';

/** Exactly one `alloc_bytes` of the context's allocator; the C heap when the program has none to ask. */
export function contextAlloc(f: FnCtx, size: Ref): Ref {
  if (!contextIsKnown(f, f.b.at, f.b.at + 1)) return f.c.module.nullPtr();
  const place = allocatorField(f.c);
  if (f.ctx === 0 || place === null) return f.b.call(mallocFn(f.c).id, IR_PTR, [size], 0);
  return allocThrough(f, place.type, f.b.field(f.ctx, place.offset), size);
}

/** Like contextAlloc, and of the C heap where the context is being made up. */
export function freshMemory(f: FnCtx, size: Ref): Ref {
  return f.c.contextKnown ? contextAlloc(f, size) : f.b.call(mallocFn(f.c).id, IR_PTR, [size], 0);
}

function allocatorField(c: Checker): { type: TypeId; offset: number } | null {
  if (c.contextType === 0) return null;
  const fields = c.types.members(c.contextType).fields;
  const at = fields.findIndex((x) => x.name === 'allocator');
  if (at < 0 || c.types.kind[fields[at]!.type] !== Ty.protocol) return null;
  return { type: fields[at]!.type, offset: c.types.fieldOffset(c.contextType, at) };
}

function allocThrough(f: FnCtx, proto: TypeId, record: Ref, size: Ref): Ref {
  const info = protocolInfo(f.c, proto);
  const m = info.byName.get(f.c.known.alloc_bytes);
  if (m === undefined || m.slot < 0) return f.b.call(mallocFn(f.c).id, IR_PTR, [size], 0);
  const sig = slotSig(f.c, info, m);
  const receiver = f.b.load(IR_PTR, record);
  const code = loadSlot(f, proto, record, m);
  noteSite(f, null);
  const r = emitIndirectCall(f, code, f.c.types.fn(sig.params, sig.ret), [receiver], [regVal(f.c.types.i64, size)], 0);
  return toReg(f, r);
}

/** Through an allocator written at the cast (`e.(P, a)`): an Allocator value, or an object (or pointer to one) that implements it. null = not one. */
export function allocFrom(f: FnCtx, a: Val, size: Ref): Ref | null {
  const { types } = f.c;
  const pointer = types.kind[a.ty] === Ty.ptr;
  if (!pointer && a.k !== VK.mem) return null;
  const t = pointer ? types.a[a.ty]! : a.ty;
  const address = pointer ? toReg(f, a) : a.ref;
  if (types.kind[t] === Ty.protocol)
    return protocolInfo(f.c, t).byName.has(f.c.known.alloc_bytes) ? allocThrough(f, t, address, size) : null;
  const found = allocatorImpl(f.c, t);
  if (found === null) return null;
  const sig = slotSig(f.c, protocolInfo(f.c, found.impl.proto), found.method);
  const code = f.c.module.fnAddr(slotFn(f.c, found.impl, found.method));
  noteSite(f, null);
  return toReg(f, emitIndirectCall(f, code, types.fn(sig.params, sig.ret), [address], [regVal(types.i64, size)], 0));
}

function allocatorImpl(c: Checker, t: TypeId): { impl: Impl; method: ProtoMethod } | null {
  for (const impl of c.impls.implsOf(t)) {
    const method = protocolInfo(c, impl.proto).byName.get(c.known.alloc_bytes);
    if (method !== undefined && method.slot >= 0) return { impl, method };
  }
  return null;
}

/** The C heap. */
export function mallocFn(c: Checker): Fn {
  return runtimeFn(c, 'malloc', () => c.module.sig([abiSlot(c, c.types.i64)], PTR_SLOT, Abi.c));
}

/** One declaration per C symbol and signature, shared with bindings of the program. */
export function runtimeFn(c: Checker, symbol: string, sigOf: () => number): Fn {
  const sig = sigOf();
  const known = c.externs.get(symbol)?.find((x) => x.fn!.sig === sig)?.fn ?? c.module.fns.find((x) => x !== null && x.symbol === symbol && x.linkage === Linkage.extern && x.sig === sig);
  return known ?? c.module.addFn(symbol, symbol, sig, Linkage.extern, 0);
}

/** Frame memory, or static for constants. */
export function constantGlobal(c: Checker, ref: Ref): { id: number; offset: number } | null {
  if (ref >= 0) return null;
  const k = c.module.consts[~ref]!;
  return k.kind === ConstKind.global ? { id: k.value as number, offset: k.offset } : null;
}

export const i64Const = (c: Checker, n: number): Ref => c.module.int(IR_I64, n);
