// Takes values and protocol types; gives erased values, views and recovered concrete values (reference 8.14–8.16).
import type { Ref } from '../ir/module.ts';
import { Op, RttiCol } from '../ir/op.ts';
import { IR_I64, IR_PTR, IR_U64, IR_VOID } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Mode } from './convert.ts';
import type { FnCtx } from './fn_ctx.ts';
import type { Impl } from './impls.ts';
import { allocFrom, constantGlobal, contextAlloc, i64Const } from './protocol_alloc.ts';
import { staticRecord, TYPE_WORD, writeRecord } from './protocol_value.ts';
import { Capture, memVal, regVal, type Val, VK } from './val.ts';
import { loadVal, newSlot, storeTo, toMem, toReg } from './value.ts';

export { callProtocolMethod } from './protocol_call.ts';
export { eraseOwned, ownProtocolLiteral } from './protocol_cast.ts';
export { explainErasure } from './protocol_explain.ts';

const EXPLICIT = 1 as Mode;

/** A place that erasure to an owning protocol must not copy silently; pack elements count as rvalues (reference 8.14). */
export function isLvalue(v: Val): boolean {
  return v.k === VK.mem && v.lv && v.capture !== Capture.pack && !v.ofPack && v.only === 0;
}

/** What a value of type `t` is to a protocol: itself an implementing type, a pointer to one, or neither. */
export interface Concrete {
  readonly impl: Impl;
  readonly pointer: boolean;
}

export function concreteFor(f: FnCtx, t: TypeId, proto: TypeId): Concrete | null {
  const { types, impls } = f.c;
  const own = impls.find(proto, t);
  if (own !== null) return impls.problemOf(own) === null ? { impl: own, pointer: false } : null;
  if (types.kind[t] !== Ty.ptr) return null;
  const pointee = impls.find(proto, types.a[t]!);
  return pointee !== null && impls.problemOf(pointee) === null ? { impl: pointee, pointer: true } : null;
}

/** Concrete → protocol at implicit positions and `xx`; null when the rules of ownership or conformance forbid it. */
export function eraseToProtocol(f: FnCtx, v: Val, to: TypeId, mode: Mode): Val | null {
  const { types } = f.c;
  void mode;
  const identity = types.members(to).identity;
  if (identity && v.ty === types.ptr(to)) return memVal(to, toReg(f, v));
  const found = concreteFor(f, v.ty, to);
  if (found === null) return null;
  if (identity) {
    const ctx = borrow(f, v, found);
    return ctx === 0 ? null : writeRecord(f, found.impl, ctx, newSlot(f, to));
  }
  if (found.pointer || isLvalue(v)) return null;
  return ownedCopy(f, v, found.impl, 0, null);
}

/** The address of the concrete value of an lvalue or pointer; 0 for an rvalue. */
function borrow(f: FnCtx, v: Val, found: Concrete): Ref {
  if (found.pointer) return toReg(f, v);
  return v.k === VK.mem && v.lv ? v.ref : 0;
}

/** A heap copy of concrete `v` (or of what pointer register `from` points at) as an owned value; null: `allocator` is none. */
function ownedCopy(f: FnCtx, v: Val, impl: Impl, from: Ref, allocator: Val | null): Val | null {
  const { types } = f.c;
  const size = types.size(impl.target);
  // ctx of a live value is never null, also of a type without bytes.
  const bytes = i64Const(f.c, Math.max(size, 1));
  const source = from !== 0 || types.reg(impl.target) !== IR_VOID ? from : toMem(f, v);
  const memory = allocator === null ? contextAlloc(f, bytes) : allocFrom(f, allocator, bytes);
  if (memory === null) return null;
  if (source !== 0) f.b.copy(memory, source, size);
  else storeTo(f, memory, v);
  return writeRecord(f, impl, memory, newSlot(f, impl.proto));
}

/** `e.(P)` and `e.(P, allocator)`: null when not possible (explainCast reports why). `v.ty` is not `to`. */
export function castToProtocol(f: FnCtx, v: Val, to: TypeId, allocator: Val | null): Val | null {
  const { types } = f.c;
  if (allocator !== null && !isLvalue(allocator)) return null;
  if (types.members(to).identity) return allocator === null ? eraseToProtocol(f, v, to, EXPLICIT) : null;
  if (v.ty === to || v.ty === types.ptr(to)) return promote(f, v.ty === to ? toMem(f, v) : toReg(f, v), to, allocator);
  const found = concreteFor(f, v.ty, to);
  if (found === null) return null;
  return ownedCopy(f, v, found.impl, found.pointer ? toReg(f, v) : 0, allocator);
}

/** A view's value as an owned one: fresh copy of as many bytes as its type has, same vtable. */
function promote(f: FnCtx, record: Ref, to: TypeId, allocator: Val | null): Val | null {
  const { b } = f;
  const tag = b.load(IR_U64, b.field(record, TYPE_WORD));
  const size = b.inst(Op.rtti, IR_I64, tag, 0, RttiCol.size);
  const memory = allocator === null ? contextAlloc(f, size) : allocFrom(f, allocator, size);
  if (memory === null) return null;
  b.inst(Op.mem_move, IR_VOID, memory, b.load(IR_PTR, record), size);
  const out = newSlot(f, to);
  b.copy(out, record, f.c.types.size(to));
  b.store(out, memory);
  return memVal(to, out);
}

/** Conversions to `*P`: a record that borrows. undefined = no protocol matter, the ordinary pointer rules apply. */
export function viewOfProtocol(f: FnCtx, v: Val, to: TypeId, mode: Mode): Val | null | undefined {
  const { types } = f.c;
  const proto = types.a[to]!;
  const kind = types.kind[v.ty]!;
  if (kind === Ty.protocol) {
    if (mode === EXPLICIT || v.ty !== proto) return null;
    return isLvalue(v) ? regVal(to, v.ref) : null;
  }
  const found = concreteFor(f, v.ty, proto);
  if (found === null) return mayView(f, v.ty) ? null : undefined;
  const ctx = borrow(f, v, found);
  if (ctx === 0) return null;
  const fixed = constantGlobal(f.c, ctx);
  if (fixed !== null) return regVal(to, staticRecord(f.c, found.impl, fixed.id, fixed.offset));
  return regVal(to, writeRecord(f, found.impl, ctx, newSlot(f, proto)).ref);
}

/** Types that could have been meant as the object of a view (so that bits are not passed silently). */
function mayView(f: FnCtx, t: TypeId): boolean {
  const { types } = f.c;
  switch (types.kind[t]) {
    case Ty.struct:
    case Ty.union:
    case Ty.tagged:
    case Ty.enum_:
    case Ty.closure:
    case Ty.f32:
    case Ty.f64:
    case Ty.bool:
    case Ty.string:
      return true;
    case Ty.ptr: {
      const pointee = types.kind[types.a[t]!]!;
      return pointee === Ty.struct || pointee === Ty.union || pointee === Ty.tagged || pointee === Ty.enum_;
    }
    default:
      return false;
  }
}

/** A view record that outlives the frame: what is stored to a global `*P` (or a field reached from one). */
export function durableView(f: FnCtx, v: Val): Val {
  const { types } = f.c;
  const t = types.kind[v.ty] === Ty.optional ? types.a[v.ty]! : v.ty;
  const proto = types.kind[t] === Ty.ptr ? types.a[t]! : 0;
  if (v.k !== VK.reg || proto === 0 || types.kind[proto] !== Ty.protocol || v.ref <= 0 || f.b.op[v.ref] !== Op.slot)
    return v;
  const size = types.size(proto);
  const memory = contextAlloc(f, i64Const(f.c, size));
  f.b.copy(memory, v.ref, size);
  return regVal(v.ty, memory);
}

/** `xx p` / `p.(T)` on a protocol value or view: its ctx pointer, its raw words, or the concrete value unchecked. */
export function recoverFromProtocol(f: FnCtx, v: Val, to: TypeId): Val | null {
  const { types } = f.c;
  const kind = types.kind[to]!;
  const record = (): Ref => (types.kind[v.ty] === Ty.ptr ? toReg(f, v) : toMem(f, v));
  if (kind === Ty.ptr) {
    if (types.kind[types.a[to]!] === Ty.protocol) return null;
    return regVal(to, f.b.load(IR_PTR, record()));
  }
  if (isProtocolRaw(f, to)) return memVal(to, record());
  if (types.kind[v.ty] === Ty.protocol && f.c.impls.find(v.ty, to) !== null)
    return loadVal(f, to, f.b.load(IR_PTR, record()));
  return null;
}

/** `ProtocolRaw`, by name and shape. */
export function isProtocolRaw(f: FnCtx, t: TypeId): boolean {
  const { types } = f.c;
  if (types.kind[t] !== Ty.struct) return false;
  const n = types.members(t);
  return (
    n.name === 'ProtocolRaw' &&
    n.fields.length === 2 &&
    n.fields[0]!.type === types.voidPtr &&
    n.fields[1]!.type === types.type
  );
}

/** The protocol under `P`, `*P`, `?P`, `?*P`; 0 = none. */
export function protocolOf(f: FnCtx, t: TypeId): TypeId {
  const { types } = f.c;
  let inner = t;
  if (types.kind[inner] === Ty.optional) inner = types.a[inner]!;
  if (types.kind[inner] === Ty.ptr) inner = types.a[inner]!;
  return types.kind[inner] === Ty.protocol ? inner : 0;
}

/** Pointer to the record of a receiver of type `P`, `*P`, `?P` or `?*P` (optional receivers unwrap without a check). */
export function recordOf(f: FnCtx, v: Val): Ref {
  return f.c.types.reg(v.ty) === IR_PTR ? toReg(f, v) : toMem(f, v);
}
