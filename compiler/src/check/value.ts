// Moves values between their forms: constant, register, memory.
import { ice } from '../base/ice.ts';
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_F32, IR_I64, IR_PTR, IR_U64, IR_VOID, type IrTy, irIsFloat, irIsInt, irIsSigned, irWidth } from '../types/ir_type.ts';
import { Node } from '../parse/node.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { FnCtx } from './fn_ctx.ts';
import { fnAddress } from './fn_value.ts';
import { constVal, type ConstValue, Lit, memVal, placeVal, regVal, Val, VK } from './val.ts';

/** Brings an integer into the range of register type `ty` (two's complement wrap). */
export function wrapInt(ty: IrTy, v: number | bigint): number | bigint {
  const w = irWidth(ty);
  if (typeof v === 'number' && w <= 32) {
    if (!Number.isSafeInteger(v)) return wrapInt(ty, BigInt(Math.trunc(v)));
    if (v >= -0x80000000 && v <= 0x7fffffff) {
      if (irIsSigned(ty)) return w === 32 ? v : (v << (32 - w)) >> (32 - w);
      return w === 32 ? v >>> 0 : v & ((1 << w) - 1);
    }
  }
  if (typeof v === 'number' && w === 64 && Number.isSafeInteger(v) && (irIsSigned(ty) || v >= 0)) return v;
  const big = irIsSigned(ty) ? BigInt.asIntN(w, BigInt(v)) : BigInt.asUintN(w, BigInt(v));
  return small(big);
}

/** A bigint as a number when that is exact. */
export function small(v: bigint): number | bigint {
  return v >= -9007199254740991n && v <= 9007199254740991n ? Number(v) : v;
}

export function poison(f: FnCtx): Val { return new Val(VK.poison, f.c.types.poison, 0, 0); }

export function isPoison(v: Val): boolean { return v.k === VK.poison; }

/** A fresh frame place for a value of type `t`. */
export function newSlot(f: FnCtx, t: TypeId): Ref {
  const { types } = f.c;
  return f.b.slot(types.size(t), types.align(t));
}

/** The register that holds scalar `v`. */
export function toReg(f: FnCtx, v: Val): Ref {
  const { types, module } = f.c;
  const ty = types.reg(v.ty);
  switch (v.k) {
    case VK.reg: return v.ref;
    case VK.const_: return constRef(f, v.ty, v.cv);
    case VK.mem: return ty === IR_VOID ? ice(`value of type ${types.text(v.ty)} has no register`) : f.b.load(ty, v.ref);
    case VK.type: return module.typeTag(v.cv as number);
    case VK.null_: return module.nullPtr();
    case VK.fn: return fnAddress(f, v);
    case VK.undef: case VK.poison: case VK.void: return module.undef(ty === IR_VOID ? IR_I64 : ty);
    case VK.ns: case VK.head: return noValue(f, v);
    default: return ice(`no register form of value kind ${v.k}`);
  }
}

/** Namespaces and generic heads that reach a place where only values stand: reported where the code generation is. */
function noValue(f: FnCtx, v: Val): Ref {
  const what = v.k === VK.ns ? 'a namespace' : 'a generic type without its arguments';
  f.c.sink.error('NOT-A-VALUE', f.b.at, f.b.at + 1, `${what} is no value`);
  return f.c.module.undef(IR_I64);
}

/** A module constant for a compile-time scalar. */
export function constRef(f: FnCtx, t: TypeId, cv: ConstValue): Ref {
  const { types, module } = f.c;
  const ty = types.reg(t);
  if (types.kind[t] === Ty.type) return module.typeTag(cv as number);
  if (ty === IR_PTR) return cv === 0 ? module.nullPtr() : f.b.conv(Op.i2p, IR_PTR, module.int(IR_U64, cv as number | bigint));
  if (irIsFloat(ty)) return module.float(ty, ty === IR_F32 ? Math.fround(Number(cv)) : Number(cv));
  if (types.kind[t] === Ty.errset && cv !== 0) return module.errTag(Number(cv));
  if (irIsInt(ty)) return module.int(ty, wrapInt(ty, cv as number | bigint));
  return ice(`no constant of type ${types.text(t)}`);
}

/** A pointer to memory that holds `v` (its own place, or a temporary). */
export function toMem(f: FnCtx, v: Val): Ref {
  if (v.k === VK.mem) return v.ref;
  if (v.k === VK.const_ && f.c.types.kind[v.ty] === Ty.string) return f.c.stringConst(v.cv as Uint8Array);
  const slot = newSlot(f, v.ty);
  storeTo(f, slot, v);
  return slot;
}

/** Writes `v` (already of the destination's type) to memory at `dst`. */
export function storeTo(f: FnCtx, dst: Ref, v: Val): void {
  const { types } = f.c;
  if (v.k === VK.undef || v.k === VK.poison || v.k === VK.void) return;
  if (v.k === VK.ns || v.k === VK.head) {
    noValue(f, v);
    return;
  }
  const ty = types.reg(v.ty);
  if (ty !== IR_VOID) {
    f.b.store(dst, toReg(f, v));
    return;
  }
  if (v.k === VK.mem) {
    f.b.copy(dst, v.ref, types.size(v.ty));
    return;
  }
  if (v.k === VK.const_) f.b.copy(dst, toMem(f, v), types.size(v.ty));
  else if (v.k === VK.null_) f.b.zero(dst, types.size(v.ty));
  else ice(`cannot store value kind ${v.k} of type ${types.text(v.ty)}`);
}

/** Reads memory at `ptr` as a value of type `t`: a register for scalars, a temporary place for aggregates. */
export function loadVal(f: FnCtx, t: TypeId, ptr: Ref): Val {
  const { types } = f.c;
  if (types.size(t) === 0 && types.reg(t) === IR_VOID) return t === types.void ? new Val(VK.void, t, 0, 0) : memVal(t, ptr);
  const ty = types.reg(t);
  return ty === IR_VOID ? memVal(t, ptr) : regVal(t, f.b.load(ty, ptr));
}

/** The rvalue of `v`: scalars are read now, aggregates stay where they are. */
export function rvalue(f: FnCtx, v: Val): Val {
  if (v.k === VK.mem && f.c.types.isScalar(v.ty)) {
    const r = regVal(v.ty, f.b.load(f.c.types.reg(v.ty), v.ref));
    r.local = v.local;
    return r;
  }
  return v;
}

/** A copy of `v` that later stores to its place cannot change. */
export function snapshot(f: FnCtx, v: Val): Val {
  if (v.k !== VK.mem) return v;
  if (f.c.types.isScalar(v.ty)) return rvalue(f, v);
  if (!v.lv) return v;
  const slot = newSlot(f, v.ty);
  f.b.copy(slot, v.ref, f.c.types.size(v.ty));
  return memVal(v.ty, slot);
}

/** Whether evaluating an operand may change what others name: literals and names do not. */
export function mayRun(f: FnCtx, node: NodeId): boolean {
  const k = f.tree.kindOf(node);
  return k !== Node.Ident && !(k >= Node.Int && k <= Node.Undef);
}

/** The last of some operands that may do so, -1 when none does: those before it are held as they are. */
export function lastToRun(f: FnCtx, nodes: readonly NodeId[]): number {
  let i = nodes.length - 1;
  while (i >= 0 && !mayRun(f, nodes[i]!)) i--;
  return i;
}

/** An operand as it is now: a scalar is read, an aggregate copied when `more` may change it. */
export function held(f: FnCtx, v: Val, more: boolean): Val {
  if (v.k !== VK.mem || (!more && !f.c.types.isScalar(v.ty))) return v;
  const copy = snapshot(f, v);
  // What is known of the variable (a narrowed optional's payload) holds for its copy.
  if (copy !== v && copy.k === VK.mem) {
    copy.local = v.local;
    copy.capture = v.capture;
  }
  return copy;
}

/** A new local place initialised with `v`. */
export function spill(f: FnCtx, v: Val): Val {
  const slot = newSlot(f, v.ty);
  storeTo(f, slot, v);
  return placeVal(v.ty, slot);
}

export const intConst = (_f: FnCtx, t: TypeId, n: number | bigint): Val => constVal(t, n);
export const boolConst = (f: FnCtx, b: boolean): Val => constVal(f.c.types.bool, b ? 1 : 0);
export const stringConstVal = (f: FnCtx, bytes: Uint8Array): Val => constVal(f.c.types.string, bytes);

export function literalInt(f: FnCtx, n: number | bigint): Val {
  const v = constVal(f.c.types.i64, n);
  v.lit = Lit.int;
  return v;
}

/** Places a view of `t` at `ptr + offset`, an lvalue when its base is. */
export function subPlace(f: FnCtx, base: Val, ptr: Ref, offset: number, t: TypeId): Val {
  const v = memVal(t, f.b.field(ptr, offset));
  v.lv = base.lv;
  v.capture = base.capture;
  v.captureName = base.captureName;
  return v;
}
