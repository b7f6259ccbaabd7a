// Boxing into `any` and unchecked unboxing (reference 2.9, 10.6).
import type { Ref } from '../ir/module.ts';
import { Op, RttiCol } from '../ir/op.ts';
import { IR_BOOL, IR_F32, IR_F64, IR_I64, IR_PTR, IR_U64, IR_VOID, irSigned, irUnsigned } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { scalarConv } from './convert.ts';
import type { FnCtx } from './fn_ctx.ts';
import { fnValueType } from './fn_value_type.ts';
import { Capture, memVal, regVal, Val, VK } from './val.ts';
import { loadVal, newSlot, storeTo, toMem, toReg } from './value.ts';

/** An any {data, tag} in fresh memory. */
export function makeAny(f: FnCtx, data: Ref, tag: Ref): Val {
  const slot = f.b.slot(16, 8);
  f.b.store(slot, data);
  f.b.store(f.b.field(slot, 8), tag);
  return memVal(f.c.types.any, slot);
}

/** `v` as an any: lvalues lend their place, rvalues move to a frame temporary. */
export function boxAny(f: FnCtx, v: Val): Val {
  const { types, module } = f.c;
  if (v.ty === types.any || v.k === VK.poison) return v;
  if (v.k === VK.pack || v.k === VK.ns || v.k === VK.head) {
    const name = v.k === VK.pack ? `pack '${f.c.text(v.captureName)}'` : 'a namespace or generic name';
    f.c.sink.error(v.k === VK.pack ? 'PACK-VALUE' : 'COERCE-NONE', f.b.at, f.b.at, `${name} has no runtime value`);
    return new Val(VK.poison, types.any, 0, 0);
  }
  if (v.ty === types.noreturn || v.k === VK.undef) return new Val(VK.undef, types.any, 0, 0);
  if (v.k === VK.fn) {
    const t = fnValueType(f, v);
    return t === types.poison ? new Val(VK.poison, types.any, 0, 0) : makeAny(f, toMem(f, regVal(t, toReg(f, v))), module.typeTag(t));
  }
  const kind = types.kind[v.ty]!;
  // The first two words of a protocol value are a view of its concrete value.
  if (kind === Ty.protocol) return memVal(types.any, toMem(f, v));
  if (kind === Ty.int) {
    const wide = boxedInt(f, v.ty);
    if (wide !== v.ty) {
      const r = scalarConv(f, toReg(f, v), types.reg(v.ty), types.reg(wide));
      return makeAny(f, toMem(f, regVal(wide, r)), module.typeTag(wide));
    }
  }
  if (v.k === VK.null_) return makeAny(f, toMem(f, new Val(VK.const_, types.voidPtr, 0, 0)), module.typeTag(types.voidPtr));
  const ty = v.k === VK.type ? types.type : v.ty;
  return makeAny(f, lend(f, v), module.typeTag(ty));
}

/** Address for the view: the variable itself, except for by-value captures, which are copied (10.6). */
function lend(f: FnCtx, v: Val): Ref {
  const { types, module } = f.c;
  if (v.k === VK.void || types.size(v.ty) === 0 && v.k !== VK.mem) return module.nullPtr();
  const copied = v.capture === Capture.element || v.capture === Capture.range || v.capture === Capture.payload || v.capture === Capture.error;
  if (v.k !== VK.mem || !copied) return toMem(f, v);
  const slot = newSlot(f, v.ty);
  storeTo(f, slot, v);
  return slot;
}

/** Integers of odd width are boxed as the next of i32/i64 (u32/u64). */
function boxedInt(f: FnCtx, t: TypeId): TypeId {
  const { types } = f.c;
  const w = types.width(t);
  if (w === 8 || w === 16 || w === 32 || w === 64) return t;
  return types.int(w <= 32 ? 32 : 64, types.isSigned(t));
}

export const anyData = (f: FnCtx, at: Ref): Ref => f.b.load(IR_PTR, at);
export const anyTag = (f: FnCtx, at: Ref): Ref => f.b.load(IR_U64, f.b.field(at, 8));

/** `xx av` at type `to`: a typed load, unchecked; by the value's actual width in an `int`/`float` category arm. */
export function unboxAny(f: FnCtx, v: Val, to: TypeId): Val | null {
  const { types } = f.c;
  if (v.k === VK.poison) return v;
  const at = toMem(f, v);
  const data = anyData(f, at);
  if (f.categoryArm !== null && types.isNumber(to)) {
    const r = f.categoryArm.kind === 'int' ? actualInt(f, data, anyTag(f, at)) : actualFloat(f, data, anyTag(f, at));
    return regVal(to, scalarConv(f, r, f.categoryArm.kind === 'int' ? IR_I64 : IR_F64, types.reg(to)));
  }
  if (types.reg(to) === IR_VOID && types.size(to) === 0) return memVal(to, data);
  return loadVal(f, to, data);
}

const rtti = (f: FnCtx, ty: number, tag: Ref, col: RttiCol): Ref => f.b.inst(Op.rtti, ty, tag, 0, col);

/** The integer at `data` of the type `tag`, as 64 bits. */
function actualInt(f: FnCtx, data: Ref, tag: Ref): Ref {
  const { b } = f;
  const { module } = f.c;
  if (!b.live) return module.undef(IR_I64);
  const out = b.slot(8, 8);
  const size = rtti(f, IR_I64, tag, RttiCol.size);
  const unsigned = rtti(f, IR_BOOL, tag, RttiCol.is_unsigned);
  const done = b.block();
  const widths = [8, 16, 32, 64];
  const blocks = widths.map(() => b.block());
  b.switch_(size, widths.slice(0, 3).map((w, i) => [module.int(IR_I64, w / 8), blocks[i]!] as const), blocks[3]!);
  widths.forEach((w, i) => {
    b.start(blocks[i]!);
    let r = b.load(irSigned(w), data);
    if (w < 64) {
      const u = b.conv(Op.trunc, IR_I64, b.conv(Op.ext, IR_U64, b.load(irUnsigned(w), data)));
      r = b.select(IR_I64, unsigned, u, b.conv(Op.ext, IR_I64, r));
    }
    b.store(out, r);
    b.br(done);
  });
  b.start(done);
  return b.load(IR_I64, out);
}

/** The float at `data` of the type `tag`, as f64. */
function actualFloat(f: FnCtx, data: Ref, tag: Ref): Ref {
  const { b } = f;
  const { module } = f.c;
  if (!b.live) return module.undef(IR_F64);
  const out = b.slot(8, 8);
  const narrow = b.block();
  const wide = b.block();
  const done = b.block();
  b.condBr(b.cmp(Op.eq, rtti(f, IR_I64, tag, RttiCol.size), module.int(IR_I64, 4)), narrow, wide);
  b.start(narrow);
  b.store(out, b.conv(Op.fpext, IR_F64, b.load(IR_F32, data)));
  b.br(done);
  b.start(wide);
  b.store(out, b.load(IR_F64, data));
  b.start(done);
  return b.load(IR_F64, out);
}
