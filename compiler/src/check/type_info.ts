// Takes a type; gives the constant TypeInfo record of modules/std/meta.sx that describes it (reference 11.8).
import { type GlobalId, Linkage, type Reloc, RelocKind } from '../ir/module.ts';
import { rttiRow } from '../ir/rtti.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { libraryType } from './library.ts';

const records = new WeakMap<Checker, Map<TypeId, GlobalId>>();
const encoder = new TextEncoder();

/** A value to be written by the layout of its sx type. */
type Data = number | string | { readonly type: TypeId } | readonly Data[] | { readonly [field: string]: Data };

export function typeInfoGlobal(c: Checker, t: TypeId): GlobalId {
  let table = records.get(c);
  if (table === undefined) {
    table = new Map();
    records.set(c, table);
  }
  const known = table.get(t);
  if (known !== undefined) return known;
  const info = libraryType(c, 'TypeInfo', 'std/meta.sx');
  const { variant, payload } = describe(c, t);
  const image = new Image(c, c.types.size(info));
  const n = c.types.members(info);
  const i = n.variants.findIndex((v) => v.name === variant);
  image.int(0, c.types.size(n.backing), n.variants[i]!.value);
  if (payload !== null) image.write(n.variants[i]!.payload, n.payloadOffset, payload);
  const id = image.global(info);
  table.set(t, id);
  return id;
}

function describe(c: Checker, t: TypeId): { variant: string; payload: Data | null } {
  const { types } = c;
  const row = rttiRow(types, t);
  const fields = (): Data => row.members.map((m) => ({ name: m.name, type: { type: m.type }, offset: m.offset }));
  const elem = { type: types.a[t]! };
  const plain = (variant: string): { variant: string; payload: null } => ({ variant, payload: null });
  switch (types.kind[t]) {
    case Ty.enum_: case Ty.tagged: return { variant: 'enum', payload: { variants: row.members.map((m) => ({ name: m.name, payload: { type: m.type } })) } };
    case Ty.struct: return { variant: 'struct', payload: { fields: fields() } };
    case Ty.tuple: return { variant: 'tuple', payload: { elements: types.lists[t]!.map((e) => ({ type: e })) } };
    case Ty.union: return { variant: 'union', payload: { arms: fields() } };
    case Ty.int: return { variant: 'int', payload: { bits: types.width(t), signed: types.isSigned(t) ? 1 : 0 } };
    case Ty.f32: return { variant: 'float', payload: { bits: 32 } };
    case Ty.f64: return { variant: 'float', payload: { bits: 64 } };
    case Ty.array: return { variant: 'array', payload: { elem, len: types.b[t]! } };
    case Ty.vector: return { variant: 'vector', payload: { elem, lanes: types.b[t]! } };
    case Ty.slice: return { variant: 'slice', payload: { elem } };
    case Ty.ptr: return { variant: 'pointer', payload: { pointee: elem } };
    case Ty.manyptr: return { variant: 'many_pointer', payload: { pointee: elem } };
    case Ty.optional: return { variant: 'optional', payload: { inner: elem } };
    case Ty.fn: return plain('function');
    case Ty.closure: return plain('closure');
    case Ty.protocol: return plain('protocol');
    case Ty.errset: return plain('error_set');
    case Ty.type: return plain('type_value');
    default: return plain(types.text(t));
  }
}

class Image {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly relocs: Reloc[] = [];

  constructor(readonly c: Checker, size: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  int(at: number, size: number, value: number | bigint): void {
    let v = BigInt(value);
    for (let i = 0; i < size; i++) {
      this.bytes[at + i] = Number(v & 0xffn);
      v >>= 8n;
    }
  }

  write(t: TypeId, at: number, d: Data): void {
    const { types } = this.c;
    if (typeof d === 'number') return this.int(at, types.size(t), d);
    if (typeof d === 'string') {
      const text = encoder.encode(d);
      this.relocs.push({ offset: at, kind: RelocKind.global, target: this.c.module.stringData(text), addend: 0 });
      return this.int(at + 8, 8, text.length);
    }
    if (types.kind[t] === Ty.type) {
      this.relocs.push({ offset: at, kind: RelocKind.type, target: (d as { type: TypeId }).type, addend: 0 });
      return;
    }
    if (Array.isArray(d)) return this.slice(types.a[t]!, at, d as readonly Data[]);
    const n = types.members(t);
    n.fields.forEach((f, i) => this.write(f.type, at + types.fieldOffset(t, i), (d as Record<string, Data>)[f.name]!));
  }

  private slice(elem: TypeId, at: number, items: readonly Data[]): void {
    const { types } = this.c;
    this.int(at + 8, 8, items.length);
    if (items.length === 0) return;
    const size = types.size(elem);
    const image = new Image(this.c, size * items.length);
    items.forEach((d, i) => image.write(elem, i * size, d));
    this.relocs.push({ offset: at, kind: RelocKind.global, target: image.global(types.array(elem, items.length)), addend: 0 });
  }

  global(type: TypeId): GlobalId {
    return this.c.module.addGlobal({
      name: '', type, size: this.bytes.length, align: 8, bytes: this.bytes, relocs: this.relocs, mutable: false, linkage: Linkage.internal, threadLocal: false, pos: 0, display: '',
    }).id;
  }
}
