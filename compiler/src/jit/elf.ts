// Takes a relocatable ELF object of thunks or assembly; gives its code and data placed at addresses, with the addresses of its symbols.
import { relocate, type RelocationUse, useOf } from './relocation.ts';

export interface Placed {
  /** What stands at `at`; without `dataAt` all of the object. */
  readonly bytes: Uint8Array;
  /** What stands at `dataAt`. */
  readonly data: Uint8Array;
  readonly functions: ReadonlyMap<string, number>;
  /** All symbols with a name that the object defines, functions among them. */
  readonly symbols: ReadonlyMap<string, number>;
}

const SHF_ALLOC = 2;
const SHF_EXECINSTR = 4;
const SHF_TLS = 0x400;
const SHT_SYMTAB = 2;
const SHT_RELA = 4;
const SHT_NOBITS = 8;
const SHT_INIT_ARRAY = 14;
const SHT_FINI_ARRAY = 15;
const STT_FUNC = 2;
/** Section numbers from here on are no sections: absolute values, common blocks. */
const SHN_LORESERVE = 0xff00;
const SHN_ABS = 0xfff1;
/** A jump to an address that is far away. */
const STUB = 16;
const GOT_ENTRY = 8;

/** The code that jumps to `target`, 16 bytes. */
export function jump(arch: 'x86_64' | 'aarch64', target: number): Uint8Array {
  const out = new Uint8Array(STUB).fill(0xcc);
  const view = new DataView(out.buffer);
  if (arch === 'x86_64') {
    // movabs r11, target; jmp r11
    out.set([0x49, 0xbb]);
    view.setBigUint64(2, BigInt(target), true);
    out.set([0x41, 0xff, 0xe3], 10);
  } else {
    // ldr x16, .+8; br x16; target
    view.setUint32(0, 0x58000050, true);
    view.setUint32(4, 0xd61f0200, true);
    view.setBigUint64(8, BigInt(target), true);
  }
  return out;
}

interface Section {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly name: string;
}

interface ElfSymbol {
  readonly name: string;
  readonly kind: number;
  readonly section: number;
  readonly value: number;
}

/** A piece of memory that is being filled: what stands at address `at`. */
class Region {
  size = 0;
  bytes = new Uint8Array(0);

  constructor(readonly at: number) {}

  /** Offset of `size` bytes. */
  take(size: number, align: number): number {
    const offset = Math.ceil(this.size / align) * align;
    this.size = offset + size;
    return offset;
  }

  fill(): void { this.bytes = new Uint8Array(this.size); }
}

interface Place {
  readonly region: Region;
  readonly offset: number;
}

/**
 * `resolve` gives the address of a symbol that the object does not define; it is asked once for each. With `dataAt` everything that is
 * no code goes there. Throws when the object needs what neither thunks nor assembly at compile time can have.
 */
export function placeObject(object: Uint8Array, at: number, arch: 'x86_64' | 'aarch64', resolve: (name: string) => number, dataAt?: number): Placed {
  const { sections, symbols } = readObject(object);
  const code = new Region(at);
  const data = dataAt === undefined ? code : new Region(dataAt);
  const places = new Map<number, Place>();
  sections.forEach((s, i) => {
    if ((s.flags & SHF_ALLOC) === 0 || s.size === 0 || s.name === '.eh_frame') return;
    if ((s.flags & SHF_TLS) !== 0) throw new Error(`has thread-local data ('${s.name}'), which has no place here`);
    if (s.type === SHT_INIT_ARRAY || s.type === SHT_FINI_ARRAY) throw new Error(`has a section '${s.name}', whose functions nobody would call`);
    const region = (s.flags & SHF_EXECINSTR) !== 0 ? code : data;
    places.set(i, { region, offset: region.take(s.size, s.align) });
  });
  const relocations = readRelocations(object, sections, places);
  const uses = new Map<string, Set<RelocationUse>>();
  for (const r of relocations) {
    const s = symbols[r.symbol]!;
    const use = useOf(arch, r.type);
    // What the object defines is near; only its addresses in a table need one.
    if (s.section !== 0 && use !== 'got') continue;
    const key = s.section === 0 ? s.name : `${r.symbol}`;
    if (!uses.has(key)) uses.set(key, new Set());
    uses.get(key)!.add(use);
  }
  const addressOf = (s: ElfSymbol): number => {
    if (s.section === SHN_ABS) return s.value;
    const place = places.get(s.section);
    if (s.section >= SHN_LORESERVE) throw new Error(`has a common block '${s.name}': a section of its own would have a place`);
    return place === undefined ? 0 : place.region.at + place.offset + s.value;
  };
  const outside = new Map<string, number>();
  const stubs = new Map<string, number>();
  const entries = new Map<string, number>();
  for (const [key, kinds] of uses) {
    if (kinds.has('call')) stubs.set(key, code.take(STUB, STUB));
    if (kinds.has('got')) entries.set(key, data.take(GOT_ENTRY, GOT_ENTRY));
  }
  code.fill();
  data.fill();
  for (const [i, { region, offset }] of places) {
    const s = sections[i]!;
    if (s.type !== SHT_NOBITS) region.bytes.set(object.subarray(s.offset, s.offset + s.size), offset);
  }
  for (const s of symbols) if (s.section === 0 && uses.has(s.name) && !outside.has(s.name)) outside.set(s.name, resolve(s.name));
  for (const [key, offset] of stubs) code.bytes.set(jump(arch, outside.get(key)!), offset);
  for (const [key, offset] of entries) {
    const target = outside.get(key) ?? addressOf(symbols[Number(key)]!);
    new DataView(data.bytes.buffer).setBigUint64(offset, BigInt(target), true);
  }
  for (const r of relocations) {
    const s = symbols[r.symbol]!;
    const key = s.section === 0 ? s.name : `${r.symbol}`;
    const use = useOf(arch, r.type);
    const target = use === 'got' ? data.at + entries.get(key)! : s.section !== 0 ? addressOf(s) : use === 'call' ? code.at + stubs.get(key)! : outside.get(key)!;
    const { region, offset } = r.place;
    relocate(new DataView(region.bytes.buffer), arch, r.type, offset, region.at + offset, target + r.addend, s.name);
  }
  const functions = new Map<string, number>();
  const named = new Map<string, number>();
  for (const s of symbols) {
    if (s.section === 0 || s.name === '' || (s.section < SHN_LORESERVE && !places.has(s.section))) continue;
    named.set(s.name, addressOf(s));
    if (s.kind === STT_FUNC) functions.set(s.name, addressOf(s));
  }
  return { bytes: code.bytes, data: data === code ? new Uint8Array(0) : data.bytes, functions, symbols: named };
}

/** The names of what an object takes from elsewhere. */
export function undefinedSymbols(object: Uint8Array): string[] {
  return readObject(object).symbols.filter((s) => s.section === 0 && s.name !== '').map((s) => s.name);
}

function readObject(object: Uint8Array): { sections: Section[]; symbols: ElfSymbol[] } {
  const v = new DataView(object.buffer, object.byteOffset, object.byteLength);
  const u64 = (p: number): number => Number(v.getBigUint64(p, true));
  const text = (from: number, p: number): string => {
    let s = '';
    for (let k = from + p; object[k] !== 0; k++) s += String.fromCharCode(object[k]!);
    return s;
  };
  const table = u64(0x28);
  const strings = u64(table + 64 * v.getUint16(0x3e, true) + 24);
  const sections = Array.from({ length: v.getUint16(0x3c, true) }, (_, i) => {
    const p = table + 64 * i;
    return {
      type: v.getUint32(p + 4, true), flags: u64(p + 8), offset: u64(p + 24), size: u64(p + 32), link: v.getUint32(p + 40, true),
      info: v.getUint32(p + 44, true), align: Math.max(u64(p + 48), 1), name: text(strings, v.getUint32(p, true)),
    };
  });
  const symtab = sections.find((s) => s.type === SHT_SYMTAB)!;
  const names = sections[symtab.link]!.offset;
  const symbols = Array.from({ length: symtab.size / 24 }, (_, i) => {
    const p = symtab.offset + 24 * i;
    return { name: text(names, v.getUint32(p, true)), kind: object[p + 4]! & 15, section: v.getUint16(p + 6, true), value: u64(p + 8) };
  });
  return { sections, symbols };
}

interface Relocation {
  readonly place: Place;
  readonly type: number;
  readonly symbol: number;
  readonly addend: number;
}

/** Those of sections that have a place. */
function readRelocations(object: Uint8Array, sections: readonly Section[], places: ReadonlyMap<number, Place>): Relocation[] {
  const v = new DataView(object.buffer, object.byteOffset, object.byteLength);
  const out: Relocation[] = [];
  for (const s of sections) {
    const base = s.type === SHT_RELA ? places.get(s.info) : undefined;
    if (base === undefined) continue;
    for (let p = s.offset; p < s.offset + s.size; p += 24) {
      const info = v.getBigUint64(p + 8, true);
      out.push({
        place: { region: base.region, offset: base.offset + Number(v.getBigUint64(p, true)) },
        type: Number(info & 0xffffffffn), symbol: Number(info >> 32n), addend: Number(v.getBigInt64(p + 16, true)),
      });
    }
  }
  return out;
}
