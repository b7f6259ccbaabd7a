// Takes a relocatable ELF object of thunks; gives its code and data placed at an address, with the addresses of its functions.

export interface Placed {
  readonly bytes: Uint8Array;
  readonly functions: ReadonlyMap<string, number>;
}

const SHF_ALLOC = 2;
const SHT_SYMTAB = 2;
const SHT_RELA = 4;
const SHT_NOBITS = 8;
/** A jump to an address that is far away. */
const STUB = 16;

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

/** `resolve` gives the address of a symbol that the object does not define. Throws when the object needs what thunks never need. */
export function placeObject(object: Uint8Array, at: number, arch: 'x86_64' | 'aarch64', resolve: (name: string) => number): Placed {
  const v = new DataView(object.buffer, object.byteOffset, object.byteLength);
  const u64 = (p: number): number => Number(v.getBigUint64(p, true));
  const table = u64(0x28);
  const count = v.getUint16(0x3c, true);
  const sections = Array.from({ length: count }, (_, i) => {
    const p = table + 64 * i;
    return {
      type: v.getUint32(p + 4, true), flags: u64(p + 8), offset: u64(p + 24), size: u64(p + 32), link: v.getUint32(p + 40, true),
      info: v.getUint32(p + 44, true), align: Math.max(u64(p + 48), 1), name: v.getUint32(p, true),
    };
  });
  const strings = sections[v.getUint16(0x3e, true)]!;
  const text = (from: number, p: number): string => {
    let s = '';
    for (let k = from + p; object[k] !== 0; k++) s += String.fromCharCode(object[k]!);
    return s;
  };
  const places = new Map<number, number>();
  let size = 0;
  sections.forEach((s, i) => {
    if ((s.flags & SHF_ALLOC) === 0 || s.size === 0 || text(strings.offset, s.name) === '.eh_frame') return;
    size = Math.ceil(size / s.align) * s.align;
    places.set(i, size);
    size += s.size;
  });
  const symtab = sections.find((s) => s.type === SHT_SYMTAB)!;
  const names = sections[symtab.link]!.offset;
  const stubs = new Map<string, number>();
  const symbols = Array.from({ length: symtab.size / 24 }, (_, i) => {
    const p = symtab.offset + 24 * i;
    return { name: text(names, v.getUint32(p, true)), kind: object[p + 4]! & 15, section: v.getUint16(p + 6, true), value: u64(p + 8) };
  });
  size = Math.ceil(size / STUB) * STUB;
  for (const s of symbols) {
    if (s.section !== 0 || s.name === '') continue;
    stubs.set(s.name, size);
    size += STUB;
  }
  const bytes = new Uint8Array(size);
  const out = new DataView(bytes.buffer);
  for (const [i, place] of places) if (sections[i]!.type !== SHT_NOBITS) bytes.set(object.subarray(sections[i]!.offset, sections[i]!.offset + sections[i]!.size), place);
  for (const [name, place] of stubs) bytes.set(jump(arch, resolve(name)), place);
  for (const s of sections) {
    const base = s.type === SHT_RELA ? places.get(s.info) : undefined;
    if (base === undefined) continue;
    for (let p = s.offset; p < s.offset + s.size; p += 24) {
      const info = v.getBigUint64(p + 8, true);
      const symbol = symbols[Number(info >> 32n)]!;
      const target = symbol.section === 0 ? stubs.get(symbol.name)! : places.get(symbol.section)! + symbol.value;
      relocate(out, arch, Number(info & 0xffffffffn), base + u64(p), at + target, Number(v.getBigInt64(p + 16, true)), at);
    }
  }
  const functions = new Map<string, number>();
  for (const s of symbols) if (s.section !== 0 && s.kind === 2) functions.set(s.name, at + places.get(s.section)! + s.value);
  return { bytes, functions };
}

/** Applies one relocation at offset `place` of what will stand at `at`. */
function relocate(out: DataView, arch: 'x86_64' | 'aarch64', type: number, place: number, target: number, addend: number, at: number): void {
  const value = target + addend;
  const from = at + place;
  if (arch === 'x86_64') {
    if (type === 2 || type === 4) return out.setInt32(place, value - from, true); // PC32, PLT32
    if (type === 1) return out.setBigUint64(place, BigInt(value), true); // 64
  } else {
    const word = (): number => out.getUint32(place, true);
    const imm12 = (scale: number): void => out.setUint32(place, (word() | (((value & 0xfff) >> scale) << 10)) >>> 0, true);
    switch (type) {
      case 257: return out.setBigUint64(place, BigInt(value), true); // ABS64
      case 282: case 283: return out.setUint32(place, (word() | (((value - from) >> 2) & 0x3ffffff)) >>> 0, true); // JUMP26, CALL26
      case 275: { // ADR_PREL_PG_HI21
        const pages = Math.floor(value / 4096) - Math.floor(from / 4096);
        return out.setUint32(place, (word() | ((pages & 3) << 29) | (((pages >> 2) & 0x7ffff) << 5)) >>> 0, true);
      }
      case 277: case 278: return imm12(0); // ADD_ABS_LO12_NC, LDST8
      case 284: return imm12(1);
      case 285: return imm12(2);
      case 286: return imm12(3);
      case 299: return imm12(4);
      default: break;
    }
  }
  throw new Error(`a thunk has a relocation of type ${type}, which is not known`);
}
