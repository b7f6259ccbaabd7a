// Takes a value and a destination type; gives the value converted by the ladder of reference 2.10, or null.
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_BOOL, IR_F32, IR_F64, IR_I64, IR_PTR, IR_U32, IR_U64, IR_VOID, type IrTy, irIsFloat, irIsInt, irIsSigned, irWidth } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { unboxAny, boxAny } from './any.ts';
import { closureToInto, convertCallable } from './callable.ts';
import type { FnCtx } from './fn_ctx.ts';
import { noteInsight } from './insight.ts';
import { fnValueType } from './fn_value_type.ts';
import { eraseToProtocol, recoverFromProtocol, viewOfProtocol } from './protocol.ts';
import { userConversion } from './into.ts';
import { lasting } from './leaving.ts';
import { loadPayload, optionalPresent, payloadPlace, wrapOptional } from './optional.ts';
import { constVal, Lit, memVal, regVal, Val, VK } from './val.ts';
import { constRef, isPoison, newSlot, small, storeTo, subPlace, toMem, toReg, wrapInt } from './value.ts';

/** Where a conversion happens: explicit ones (`xx`, `.(T)`) allow more. */
export const enum Mode { implicit, explicit }

/** Converts a register between scalar types by value. */
export function scalarConv(f: FnCtx, r: Ref, from: IrTy, to: IrTy): Ref {
  if (from === to) return r;
  const { b } = f;
  if (irIsInt(from) && irIsInt(to)) {
    return irWidth(to) > irWidth(from) ? b.conv(Op.ext, to, r) : b.conv(Op.trunc, to, r);
  }
  if (irIsInt(from) && irIsFloat(to)) return b.conv(Op.i2f, to, r);
  if (irIsFloat(from) && irIsInt(to)) return b.conv(Op.f2i, to, r);
  if (from === IR_F32 && to === IR_F64) return b.conv(Op.fpext, to, r);
  if (from === IR_F64 && to === IR_F32) return b.conv(Op.fptrunc, to, r);
  if (from === IR_PTR && irIsInt(to)) return b.conv(Op.p2i, to, r);
  if (irIsInt(from) && to === IR_PTR) return b.conv(Op.i2p, to, irWidth(from) < 64 ? b.conv(Op.ext, irIsSigned(from) ? IR_I64 : IR_U64, r) : r);
  if (from === IR_PTR && irIsFloat(to)) return b.conv(Op.bits, to, b.conv(Op.p2i, IR_U64, r));
  if (irIsFloat(from) && to === IR_PTR) return b.conv(Op.i2p, to, b.conv(Op.bits, from === IR_F32 ? IR_U32 : IR_U64, r));
  return r;
}

/** The value of a narrowed optional local as its payload, else `v`. */
export function unnarrow(f: FnCtx, v: Val): Val {
  if (v.local !== 0 && f.c.types.kind[v.ty] === Ty.optional && f.locals[v.local - 1]?.narrowed === true) {
    return loadPayload(f, v);
  }
  return v;
}

export function convert(f: FnCtx, v0: Val, to: TypeId, mode: Mode): Val | null {
  const { types } = f.c;
  let v = v0;
  if (v.ty === to && v.k !== VK.fn && v.k !== VK.undef) return v;
  if (isPoison(v) || to === types.poison) return new Val(VK.poison, to, 0, 0);
  if (v.ty === types.noreturn) return new Val(VK.undef, to, 0, 0);
  if (v.k === VK.undef) return new Val(VK.undef, to, 0, 0);
  const toKind = types.kind[to]!;
  if (toKind !== Ty.optional) v = unnarrow(f, v);
  if (v.ty === to && v.k !== VK.fn) return v;
  if (v.k === VK.null_) return convertNull(f, to);
  if (v.k === VK.fn) return typeOfName(f, v, to, mode) ?? convertCallable(f, v, to, mode);
  if (v.k === VK.pack) return null;
  const fromKind = types.kind[v.ty]!;
  noteInsight(f, v.ty, to);
  if (toKind === Ty.void) return mode === Mode.explicit ? new Val(VK.void, to, 0, 0) : null;
  if (toKind === Ty.any) return boxAny(f, v);
  if (toKind === Ty.optional) return toOptional(f, v, to, mode);
  if (fromKind === Ty.any) return mode === Mode.explicit ? unboxAny(f, v, to) : null;
  if (toKind === Ty.protocol) return eraseToProtocol(f, v, to, mode);
  if (toKind === Ty.ptr && types.kind[types.a[to]!] === Ty.protocol) {
    const view = viewOfProtocol(f, v, to, mode);
    if (view !== undefined) return view;
  }
  const erased = fromKind === Ty.protocol || (fromKind === Ty.ptr && types.kind[types.a[v.ty]!] === Ty.protocol);
  if (erased && mode === Mode.explicit) {
    const r = recoverFromProtocol(f, v, to);
    if (r !== null) return r;
  }
  if (fromKind === Ty.optional) return mode === Mode.explicit ? reinterpret(f, v, to) : equalSizeOptional(f, v, to);
  if (v.k === VK.const_) {
    const c = convertConst(f, v, to, mode);
    if (c !== undefined) return c;
  }
  const fromReg = types.reg(v.ty);
  const toReg_ = types.reg(to);
  const simple = convertScalar(f, v, to, mode, fromKind, toKind, fromReg, toReg_);
  if (simple !== undefined) return simple;
  const aggregate = convertAggregate(f, v, to, mode, fromKind, toKind);
  if (aggregate !== undefined) return aggregate;
  if (fromKind === Ty.closure || fromKind === Ty.fn) {
    const callable = convertCallable(f, v, to, mode);
    if (callable !== null) return callable;
    if (mode === Mode.explicit) {
      const into = closureToInto(f, v, to);
      if (into !== null) return into;
    }
    if (toKind === Ty.closure || toKind === Ty.fn) return null;
  }
  if (mode === Mode.explicit) {
    const user = userConversion(f, v, to);
    if (user !== null) return user;
    return reinterpret(f, v, to);
  }
  if (sameBits(f, v.ty, to)) return reinterpret(f, v, to);
  return null;
}

/** A function's name where a `Type` (or an optional one) is expected: the function's type (reference 11.7); a generic function has none before a call. */
function typeOfName(f: FnCtx, v: Val, to: TypeId, mode: Mode): Val | null {
  const { types } = f.c;
  let want = to;
  while (types.kind[want] === Ty.optional) want = types.a[want]!;
  const t = types.kind[want] === Ty.type ? fnValueType(f, v) : types.poison;
  return t === types.poison ? null : convert(f, f.c.typeVal(t), to, mode);
}

function convertNull(f: FnCtx, to: TypeId): Val | null {
  const { types } = f.c;
  switch (types.kind[to]) {
    case Ty.ptr: case Ty.manyptr: case Ty.fn: case Ty.cstring: return constVal(to, 0);
    case Ty.optional: return types.reg(to) === IR_PTR ? constVal(to, 0) : new Val(VK.null_, to, 0, 0);
    case Ty.any: return boxAny(f, constVal(types.voidPtr, 0));
    default: return null;
  }
}

function toOptional(f: FnCtx, v: Val, to: TypeId, mode: Mode): Val | null {
  const { types } = f.c;
  const want = types.a[to]!;
  if (types.kind[v.ty] === Ty.optional && v.ty !== want) {
    const have = types.a[v.ty]!;
    if (have === want) return v;
    if (types.kind[want] !== Ty.optional || have !== want) return mapOptional(f, v, to, mode);
  }
  if (types.kind[v.ty] === Ty.any && want !== types.any) return mode === Mode.explicit ? unboxAny(f, v, to) : null;
  const inner = convert(f, v, want, mode);
  return inner === null ? null : wrapOptional(f, inner, to);
}

/** ?A → ?B: presence is kept, the payload is converted. */
function mapOptional(f: FnCtx, v: Val, to: TypeId, mode: Mode): Val | null {
  const { types } = f.c;
  const m = memVal(v.ty, toMem(f, v));
  const out = newSlot(f, to);
  const some = f.b.block();
  const none = f.b.block();
  const done = f.b.block();
  f.b.condBr(optionalPresent(f, m), some, none);
  f.b.start(some);
  const place = payloadPlace(f, m);
  place.lv = false;
  const inner = convert(f, place, types.a[to]!, mode);
  if (inner !== null) storeTo(f, out, wrapOptional(f, inner, to));
  f.b.br(done);
  f.b.start(none);
  f.b.zero(out, types.size(to));
  f.b.start(done);
  return inner === null ? null : memVal(to, out);
}

function equalSizeOptional(_f: FnCtx, _v: Val, _to: TypeId): Val | null { return null; }

/** Compile-time scalars: undefined = go on with the run-time rules. */
function convertConst(f: FnCtx, v: Val, to: TypeId, mode: Mode): Val | null | undefined {
  const { types } = f.c;
  const toKind = types.kind[to]!;
  if (types.kind[v.ty] === Ty.string) {
    if (toKind === Ty.cstring || (toKind === Ty.manyptr && types.size(types.a[to]!) === 1)) {
      return regVal(to, f.c.module.globalAddr(f.c.module.stringData(v.cv as Uint8Array)));
    }
    return undefined;
  }
  const cv = v.cv as number | bigint;
  if (types.isFloat(to)) {
    const n = types.isFloat(v.ty) || types.isInt(v.ty) || v.ty === types.bool ? Number(cv) : NaN;
    if (!types.isNumber(v.ty) && v.ty !== types.bool) return undefined;
    const out = constVal(to, toKind === Ty.f32 ? Math.fround(n) : n);
    out.lit = v.lit === Lit.none ? Lit.none : Lit.float;
    return out;
  }
  if (types.isInt(to)) {
    if (types.isFloat(v.ty)) {
      const n = Number(cv);
      if (!Number.isInteger(n)) {
        if (mode === Mode.implicit) return null;
        return constVal(to, Number.isFinite(n) ? wrapInt(types.reg(to), small(BigInt(Math.trunc(n)))) : 0);
      }
      return constVal(to, wrapInt(types.reg(to), small(BigInt(n))));
    }
    if (types.isInt(v.ty) || v.ty === types.bool) {
      const wrapped = wrapInt(types.reg(to), cv);
      if (wrapped !== cv && v.lit !== Lit.none && mode === Mode.implicit && BigInt(wrapped) !== BigInt(cv)) return null;
      return constVal(to, wrapped);
    }
    if (types.kind[v.ty] === Ty.enum_ && (mode === Mode.explicit || types.width(to) === types.size(v.ty) * 8)) {
      return constVal(to, wrapInt(types.reg(to), cv));
    }
    return undefined;
  }
  if (toKind === Ty.enum_ && types.isInt(v.ty) && (mode === Mode.explicit || types.size(to) === types.size(v.ty))) {
    return constVal(to, wrapInt(types.reg(to), cv));
  }
  return undefined;
}

function convertScalar(
  f: FnCtx, v: Val, to: TypeId, mode: Mode, fromKind: Ty, toKind: Ty, from: IrTy, want: IrTy,
): Val | null | undefined {
  const { types } = f.c;
  const numeric = (k: Ty): boolean => k === Ty.int || k === Ty.usize || k === Ty.isize || k === Ty.f32 || k === Ty.f64;
  if (numeric(toKind) && (numeric(fromKind) || fromKind === Ty.bool)) {
    if (fromKind === Ty.bool && irIsFloat(want)) return regVal(to, f.b.conv(Op.i2f, want, f.b.conv(Op.ext, IR_I64, toReg(f, v))));
    return regVal(to, scalarConv(f, toReg(f, v), from, want));
  }
  if (from === IR_VOID && fromKind === Ty.tagged && irIsInt(want) && mode === Mode.explicit) {
    const info = types.members(v.ty);
    const tag = f.b.load(types.reg(info.backing), toMem(f, v));
    return regVal(to, scalarConv(f, tag, types.reg(info.backing), want));
  }
  if (from === IR_VOID || want === IR_VOID) return undefined;
  if (toKind === Ty.bool) return mode === Mode.explicit && irIsInt(from) ? regVal(to, f.b.cmp(Op.ne, toReg(f, v), f.c.module.int(from, 0))) : null;
  const isInt = (k: Ty): boolean => k === Ty.int || k === Ty.usize || k === Ty.isize;
  if (fromKind === Ty.enum_ && isInt(toKind) || isInt(fromKind) && toKind === Ty.enum_ || fromKind === Ty.enum_ && toKind === Ty.enum_) {
    if (mode === Mode.implicit && types.size(v.ty) !== types.size(to)) return null;
    return regVal(to, scalarConv(f, toReg(f, v), from, want));
  }
  if ((fromKind === Ty.errset && isInt(toKind) || isInt(fromKind) && toKind === Ty.errset) && mode === Mode.explicit) {
    f.c.module.rawTags = true;
    return regVal(to, scalarConv(f, toReg(f, v), from, want));
  }
  if (fromKind === Ty.errset && toKind === Ty.errset) return regVal(to, toReg(f, v));
  if (from === IR_PTR && want === IR_PTR) {
    if (fromKind === Ty.fn && toKind === Ty.fn) return convertCallable(f, v, to, mode);
    if (fromKind === Ty.cstring && toKind === Ty.ptr && mode === Mode.implicit && types.size(types.a[to]!) !== 1 && types.a[to] !== types.void) return null;
    return regVal(to, toReg(f, v));
  }
  if ((from === IR_PTR && isInt(toKind)) || (isInt(fromKind) && want === IR_PTR)) {
    if (mode === Mode.implicit && types.size(v.ty) !== types.size(to)) return null;
    if (toKind === Ty.cstring && mode === Mode.implicit) return null;
    return regVal(to, scalarConv(f, toReg(f, v), from, want));
  }
  return undefined;
}

function convertAggregate(f: FnCtx, v: Val, to: TypeId, mode: Mode, fromKind: Ty, toKind: Ty): Val | null | undefined {
  const { types, module } = f.c;
  if (fromKind === Ty.array) {
    const elem = types.a[v.ty]!;
    if (toKind === Ty.slice || (toKind === Ty.string && elem === types.u8)) {
      if (toKind === Ty.slice && types.a[to] !== elem) return arrayElementwise(f, v, to, mode);
      return makeFat(f, to, durable(f, v), module.int(IR_I64, types.b[v.ty]!));
    }
    if (toKind === Ty.manyptr && types.a[to] === elem) return regVal(to, durable(f, v));
  }
  if (fromKind === Ty.ptr && types.kind[types.a[v.ty]!] === Ty.array && toKind === Ty.slice && types.a[types.a[v.ty]!] === types.a[to]) {
    return makeFat(f, to, toReg(f, v), module.int(IR_I64, types.b[types.a[v.ty]!]!));
  }
  if ((fromKind === Ty.slice || fromKind === Ty.string) && (toKind === Ty.manyptr || toKind === Ty.cstring || toKind === Ty.ptr)) {
    if (toKind === Ty.cstring && mode === Mode.implicit) return null;
    if (toKind === Ty.ptr && mode === Mode.implicit) return null;
    return regVal(to, f.b.load(IR_PTR, toMem(f, v)));
  }
  if (fromKind === Ty.string && toKind === Ty.slice && types.size(types.a[to]!) === 1) return memVal(to, toMem(f, v));
  if (fromKind === Ty.manyptr && toKind === Ty.slice) return null;
  if (toKind === Ty.tuple && (fromKind === Ty.tuple || (fromKind === Ty.struct && types.members(v.ty).anonymous))) return toTuple(f, v, to, mode);
  if (toKind === Ty.vector && fromKind === Ty.vector) return types.size(v.ty) === types.size(to) ? memVal(to, toMem(f, v)) : null;
  return undefined;
}

/** Memory of an array that lives as long as a slice of it: its own place, or a copy. */
function durable(f: FnCtx, v: Val): Ref {
  return v.lv ? toMem(f, v) : lasting(f, toMem(f, v), v.ty);
}

function arrayElementwise(f: FnCtx, v: Val, to: TypeId, mode: Mode): Val | null {
  const { types, module } = f.c;
  const from = types.a[v.ty]!;
  const elem = types.a[to]!;
  const n = types.b[v.ty]!;
  if (types.kind[from] !== Ty.array || types.kind[elem] !== Ty.slice || v.lv && n > 64) return null;
  const arr = types.array(elem, n);
  const out = newSlot(f, arr);
  const src = toMem(f, v);
  for (let i = 0; i < n; i++) {
    const inner = convert(f, subPlace(f, v, src, i * types.size(from), from), elem, mode);
    if (inner === null) return null;
    storeTo(f, f.b.field(out, i * types.size(elem)), inner);
  }
  return makeFat(f, to, lasting(f, out, arr), module.int(IR_I64, n));
}

/** A {ptr, len} pair. */
export function makeFat(f: FnCtx, t: TypeId, ptr: Ref, len: Ref): Val {
  const slot = f.b.slot(16, 8);
  f.b.store(slot, ptr);
  f.b.store(f.b.field(slot, 8), len);
  return memVal(t, slot);
}

/** Tuple or positional anonymous struct → tuple, element by element. */
function toTuple(f: FnCtx, v: Val, to: TypeId, mode: Mode): Val | null {
  const { types } = f.c;
  const want = types.lists[to]!;
  const n = want.length;
  const src = toMem(f, v);
  const struct = types.kind[v.ty] === Ty.struct;
  const have = struct ? types.members(v.ty).fields.map((x) => x.type) : types.lists[v.ty]!;
  if (have.length !== n) return null;
  if (struct) types.size(v.ty);
  const out = newSlot(f, to);
  for (let i = 0; i < n; i++) {
    const off = struct ? types.fieldOffset(v.ty, i) : types.tupleOffset(v.ty, i);
    const elem = convert(f, subPlace(f, v, src, off, have[i]!), want[i]!, mode);
    if (elem === null) return null;
    storeTo(f, f.b.field(out, types.tupleOffset(to, i)), elem);
  }
  return memVal(to, out);
}

/** Whether the ladder's last rule (equal byte sizes pass bits) applies. */
function sameBits(f: FnCtx, from: TypeId, to: TypeId): boolean {
  const { types } = f.c;
  const bad = (k: Ty): boolean => k === Ty.void || k === Ty.noreturn || k === Ty.any || k === Ty.protocol || k === Ty.cstring || k === Ty.optional || k === Ty.type || k === Ty.bool;
  const a = types.kind[from]!;
  const b = types.kind[to]!;
  if (bad(a) || bad(b)) return false;
  if (a === Ty.string && b !== Ty.slice) return false;
  if (b === Ty.string && a !== Ty.slice) return false;
  if (types.isNumber(from) !== types.isNumber(to) && (types.kind[from] === Ty.struct || types.kind[to] === Ty.struct)) return false;
  if (a === Ty.struct && b === Ty.struct) return types.size(from) === types.size(to);
  if (a === Ty.union || b === Ty.union || a === Ty.vector || b === Ty.vector || a === Ty.array || b === Ty.array || a === Ty.tuple || b === Ty.tuple) {
    return types.size(from) === types.size(to);
  }
  if (a === Ty.slice && b === Ty.slice) return true;
  if (a === Ty.slice && b === Ty.string || a === Ty.string && b === Ty.slice) return true;
  return false;
}

/** Raw reinterpretation; missing bytes read as 0 (explicit conversions only, or equal sizes). */
export function reinterpret(f: FnCtx, v: Val, to: TypeId): Val {
  const { types } = f.c;
  if (v.ty !== to && types.reg(v.ty) === IR_VOID) f.b.looksInto(v.ty);
  const from = types.reg(v.ty);
  const want = types.reg(to);
  if (from !== IR_VOID && want !== IR_VOID) {
    const r = toReg(f, v);
    if (irIsFloat(from) !== irIsFloat(want) && types.size(v.ty) === types.size(to) && from !== IR_PTR && want !== IR_PTR) return regVal(to, f.b.conv(Op.bits, want, r));
    return regVal(to, want === IR_BOOL ? f.b.conv(Op.trunc, want, r) : scalarConv(f, r, from, want));
  }
  const a = types.size(v.ty);
  const z = types.size(to);
  const src = toMem(f, v);
  if (a >= z) {
    const m = memVal(to, src);
    m.lv = v.lv;
    return want === IR_VOID ? m : regVal(to, f.b.load(want, src));
  }
  const slot = f.b.slot(z, Math.max(types.align(to), types.align(v.ty)));
  f.b.zero(slot, z);
  f.b.copy(slot, src, a);
  return want === IR_VOID ? memVal(to, slot) : regVal(to, f.b.load(want, slot));
}

export function constInt(f: FnCtx, t: TypeId, n: number | bigint): Ref { return constRef(f, t, n); }
