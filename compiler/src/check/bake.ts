// Takes a value in evaluator memory and its type; gives a constant of the program: bytes with relocations.
import type { NodeId } from '../base/ids.ts';
import { type GlobalId, Linkage, type Reloc, RelocKind } from '../ir/module.ts';
import { IR_F32, IR_VOID, irIsFloat, irIsInt, irIsSigned, irWidth } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import type { FnCtx } from './fn_ctx.ts';
import { initFailed } from './report.ts';
import { Capture, constVal, placeVal, Val, VK } from './val.ts';
import { small } from './value.ts';

interface Image {
  /** What the evaluator left there; `valued` says which bytes of it belong to the value. The others are what memory held before. */
  readonly bytes: Uint8Array;
  readonly valued: Uint8Array;
  readonly view: DataView;
  readonly relocs: Reloc[];
  /** Image of a variable: the data it points at can be written, too. */
  readonly mutable: boolean;
}

class NotBakeable extends Error {}

/** The value as a Val: constants for scalars and strings, a constant global for aggregates. Reports CT-INIT when it cannot be baked. */
export function bakeValue(f: FnCtx, t: TypeId, address: number, label: string, node: NodeId): Val {
  const { c } = f;
  const { types } = c;
  const reg = types.reg(t);
  const bytes = c.comptime.read(address, types.size(t));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (types.kind[t] === Ty.type) return c.typeVal(Number(view.getBigUint64(0, true)));
  if (irIsFloat(reg)) return constVal(t, reg === IR_F32 ? view.getFloat32(0, true) : view.getFloat64(0, true));
  if (irIsInt(reg)) return constVal(t, readInt(view, 0, irWidth(reg), irIsSigned(reg)));
  if (types.kind[t] === Ty.string) {
    const text = readFat(c, view, 0, 1);
    if (text !== null) return constVal(t, text);
  }
  if (types.size(t) === 0) return new Val(VK.undef, t, 0, 0);
  try {
    const id = bakeGlobal(c, t, bytes, label);
    const place = placeVal(t, c.module.globalAddr(id));
    place.capture = Capture.constant;
    place.captureName = c.names.intern(label);
    if (types.kind[t] === Ty.tagged) {
      const tag = types.reg(types.members(t).backing);
      place.tag = readInt(view, 0, irWidth(tag), irIsSigned(tag));
    }
    if (reg !== IR_VOID) {
      const v = new Val(VK.mem, t, place.ref, 0);
      v.capture = Capture.constant;
      return v;
    }
    return place;
  } catch (e) {
    if (!(e instanceof NotBakeable)) throw e;
    initFailed(f, 'CT-INIT', node, label, e.message);
    return new Val(VK.poison, types.poison, 0, 0);
  }
}

/** A constant global with the image of a value of type `t`. */
export function bakeGlobal(c: Checker, t: TypeId, bytes: Uint8Array, label: string, mutable = false): GlobalId {
  const image = imageOf(c, t, bytes, mutable);
  return c.module.addGlobal({
    name: '', type: t, size: bytes.length, align: c.types.align(t), bytes: image.bytes, relocs: image.relocs, mutable,
    linkage: Linkage.internal, threadLocal: false, pos: 0, display: label,
  }).id;
}

/** Bytes and relocations of a value of type `t`; throws NotBakeable (caught by bakeValue and bakeInto). */
function imageOf(c: Checker, t: TypeId, source: Uint8Array, mutable: boolean): Image {
  const bytes = source.slice();
  const valued = new Uint8Array(bytes.length);
  const image: Image = { bytes, valued, view: new DataView(bytes.buffer), relocs: [], mutable };
  bake(c, image, t, 0);
  for (let i = 0; i < bytes.length; i++) if (valued[i] === 0) bytes[i] = 0;
  return image;
}

/** As imageOf, for globals that exist already; the reason when it cannot be. */
export function bakeInto(c: Checker, t: TypeId, source: Uint8Array): { bytes: Uint8Array; relocs: Reloc[] } | string {
  try {
    const i = imageOf(c, t, source, true);
    return { bytes: i.bytes, relocs: i.relocs };
  } catch (e) {
    if (e instanceof NotBakeable) return e.message;
    throw e;
  }
}

export function readInt(view: DataView, at: number, width: number, signed: boolean): number | bigint {
  const bytes = width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8;
  let v = 0n;
  for (let i = bytes - 1; i >= 0; i--) v = (v << 8n) | BigInt(view.getUint8(at + i));
  return small(signed ? BigInt.asIntN(width, v) : BigInt.asUintN(width, v));
}

/** Bytes of a {ptr, len} pair in evaluator memory; null when not readable. */
function readFat(c: Checker, view: DataView, at: number, elemSize: number): Uint8Array | null {
  const ptr = Number(view.getBigUint64(at, true));
  const len = Number(view.getBigInt64(at + 8, true)) * elemSize;
  if (len === 0) return new Uint8Array(0);
  if (len < 0 || len > c.comptime.readable(ptr)) return null;
  return c.comptime.read(ptr, len);
}

function bake(c: Checker, x: Image, t: TypeId, at: number): void {
  const { types } = c;
  const keep = (n: number): void => { x.valued.fill(1, at, at + n); };
  switch (types.kind[t]) {
    case Ty.ptr: case Ty.manyptr: case Ty.fn: case Ty.cstring: return bakePointer(c, x, t, at);
    case Ty.type: {
      const tag = Number(x.view.getBigUint64(at, true));
      x.view.setBigUint64(at, 0n, true);
      if (tag !== 0) x.relocs.push({ offset: at, kind: RelocKind.type, target: tag, addend: 0 });
      return;
    }
    case Ty.string: case Ty.slice: return bakeSlice(c, x, t, at);
    case Ty.errset: {
      const tag = x.view.getUint32(at, true);
      x.view.setUint32(at, 0, true);
      if (tag !== 0) x.relocs.push({ offset: at, kind: RelocKind.err, target: tag, addend: 0 });
      return;
    }
    case Ty.any: {
      const tag = Number(x.view.getBigUint64(at + 8, true));
      bakeTyped(c, x, at, tag);
      bake(c, x, types.type, at + 8);
      return;
    }
    case Ty.closure: {
      bakePointer(c, x, types.voidPtr, at);
      if (x.view.getBigUint64(at + 8, true) !== 0n) throw new NotBakeable('a closure with captures cannot become a constant');
      return;
    }
    case Ty.optional: {
      const payload = types.a[t]!;
      if (types.isPointerLike(payload)) {
        if (x.view.getBigUint64(at, true) !== 0n) bake(c, x, payload, at);
        else x.bytes.fill(0, at, at + types.size(t));
        return;
      }
      const flag = at + types.size(payload);
      x.valued[flag] = 1;
      if (x.bytes[flag] !== 0) bake(c, x, payload, at);
      else x.bytes.fill(0, at, at + types.size(t));
      return;
    }
    case Ty.array: {
      const elem = types.a[t]!;
      if (isPlain(c, elem)) return keep(types.size(t));
      const size = types.size(elem);
      for (let i = 0; i < types.b[t]!; i++) bake(c, x, elem, at + i * size);
      return;
    }
    case Ty.tuple: types.lists[t]!.forEach((e, i) => bake(c, x, e, at + types.tupleOffset(t, i))); return;
    case Ty.struct: types.members(t).fields.forEach((fd, i) => bake(c, x, fd.type, at + types.fieldOffset(t, i))); return;
    case Ty.tagged: {
      const n = types.members(t);
      const reg = types.reg(n.backing);
      keep(types.size(n.backing));
      const tag = readInt(x.view, at, irWidth(reg), irIsSigned(reg));
      const v = n.variants.find((w) => BigInt(w.value) === BigInt(tag));
      if (v !== undefined && v.payload !== types.void) bake(c, x, v.payload, at + n.payloadOffset);
      return;
    }
    case Ty.protocol: {
      bakeTyped(c, x, at, Number(x.view.getBigUint64(at + 8, true)));
      bake(c, x, types.type, at + 8);
      for (let o = 16; o < types.size(t); o += 8) bakePointer(c, x, types.voidPtr, at + o);
      return;
    }
    case Ty.vector: return keep(types.size(types.a[t]!) * types.b[t]!);
    case Ty.union:
      // Which of its arms it holds is not known, nor how far that reaches: other bytes are what memory held before.
      c.ofThisProgram = 'unions made at compile time';
      return keep(types.size(t));
    default: return keep(types.size(t));
  }
}

/** Whether values of `t` hold no pointers and no tags of types and errors. */
export function isPlain(c: Checker, t: TypeId): boolean {
  const { types } = c;
  switch (types.kind[t]) {
    case Ty.int: case Ty.usize: case Ty.isize: case Ty.f32: case Ty.f64: case Ty.bool: case Ty.enum_: case Ty.vector: return true;
    case Ty.array: return isPlain(c, types.a[t]!);
    default: return false;
  }
}

/** The data pointer of an `any` or protocol value: global data, or heap data of a known type. */
function bakeTyped(c: Checker, x: Image, at: number, tag: number): void {
  const address = Number(x.view.getBigUint64(at, true));
  if (address === 0) return;
  const known = c.comptime.pointee(address);
  if (known === null && tag !== 0) {
    const size = c.types.size(tag);
    const id = bakeGlobal(c, tag, c.comptime.read(address, size), '', x.mutable);
    link(x, at, RelocKind.global, id, 0);
    return;
  }
  bakePointer(c, x, c.types.voidPtr, at);
}

function link(x: Image, at: number, kind: RelocKind, target: number, addend: number): void {
  x.view.setBigUint64(at, 0n, true);
  x.relocs.push({ offset: at, kind, target, addend });
}

function bakePointer(c: Checker, x: Image, t: TypeId, at: number): void {
  const address = Number(x.view.getBigUint64(at, true));
  x.valued.fill(1, at, at + 8);
  if (address === 0) return;
  const p = c.comptime.pointee(address);
  if (p === null) {
    if (c.types.kind[t] === Ty.cstring) {
      const n = c.comptime.readable(address);
      const text = c.comptime.read(address, Math.min(n, 1 << 20));
      const end = text.indexOf(0);
      if (end >= 0) return link(x, at, RelocKind.global, c.module.stringData(text.slice(0, end)), 0);
    }
    if (c.types.kind[t] === Ty.ptr && c.types.a[t] !== c.types.void && c.comptime.readable(address) >= c.types.size(c.types.a[t]!)) {
      throw new NotBakeable(`a pointer ('${c.types.text(t)}') into compile-time memory cannot become a constant`);
    }
    throw new NotBakeable(`a raw pointer ('${c.types.text(t)}') made at compile time cannot become a constant`);
  }
  if (p.kind === 'fn') link(x, at, RelocKind.fn, p.id, 0);
  else link(x, at, RelocKind.global, p.id, p.offset);
}

function bakeSlice(c: Checker, x: Image, t: TypeId, at: number): void {
  const elem = c.types.kind[t] === Ty.string ? c.types.u8 : c.types.a[t]!;
  const size = c.types.size(elem);
  x.valued.fill(1, at, at + 16);
  const address = Number(x.view.getBigUint64(at, true));
  const len = Number(x.view.getBigInt64(at + 8, true));
  if (address === 0 || len === 0) {
    x.view.setBigUint64(at, 0n, true);
    if (len === 0) return;
  }
  const known = c.comptime.pointee(address);
  if (known !== null && known.kind === 'global') return link(x, at, RelocKind.global, known.id, known.offset);
  const data = readFat(c, x.view, at, size);
  if (data === null) throw new NotBakeable(`a '${c.types.text(t)}' whose memory is gone cannot become a constant`);
  if (isPlain(c, elem) && size === 1 && !(x.mutable && c.types.kind[t] === Ty.slice)) return link(x, at, RelocKind.global, c.module.stringData(data), 0);
  const arr = c.types.array(elem, len);
  link(x, at, RelocKind.global, bakeGlobal(c, arr, data, '', x.mutable), 0);
}
