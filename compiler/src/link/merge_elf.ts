// Takes the objects of one module's parts (ELF64, little endian, relocatable); gives one object: sections joined by name, hidden symbols made local.
import { ice } from '../base/ice.ts';

const SHT_SYMTAB = 2;
const SHT_STRTAB = 3;
const SHT_RELA = 4;
/** clang's list of symbols whose address matters: an aid to linkers, by symbol numbers of the one object. */
const SHT_LLVM_ADDRSIG = 0x6fff4c03;
const SHT_NOBITS = 8;
/** Sections that hold symbol or section numbers in a way of their own, and that LLVM does not make for our modules. */
const UNSUPPORTED: ReadonlyMap<number, string> = new Map([[9, 'REL'], [17, 'GROUP'], [18, 'SYMTAB_SHNDX']]);

const SHN_UNDEF = 0;
const SHN_LORESERVE = 0xff00;
const STB_LOCAL = 0;
const STB_WEAK = 2;
const STT_SECTION = 3;
const STV_HIDDEN = 2;

const EHDR = 64;
const SHDR = 64;
const SYM = 24;
const RELA = 24;

/** A section of the result: pieces of the parts, one behind the other. */
interface Out {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly entsize: number;
  align: number;
  size: number;
  readonly pieces: { readonly at: number; readonly bytes: Uint8Array }[];
  /** Relocations of this section, numbered for the result. */
  readonly relas: Uint8Array[];
  relaCount: number;
  index: number;
}

interface Symbol {
  name: number;
  info: number;
  other: number;
  /** null = undefined or a reserved index (then in `reserved`). */
  section: Out | null;
  reserved: number;
  value: number;
  size: number;
  index: number;
}

interface Part {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly sections: Section[];
  /** Symbol number here → symbol of the result. */
  symbols: Symbol[];
}

interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly entsize: number;
  out: Out | null;
  /** Where the section begins in `out`. */
  base: number;
}

/** Why an object cannot be merged, null when it can: C compilers make kinds of sections that this compiler does not. */
export function unmergeable(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < EHDR || view.getUint32(0) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1) return 'it is not a 64-bit little-endian ELF object';
  const shoff = num(view, 40);
  for (let i = 0; i < view.getUint16(60, true); i++) {
    const kind = UNSUPPORTED.get(view.getUint32(shoff + i * SHDR + 4, true));
    if (kind !== undefined) return `it has a section of kind ${kind}`;
  }
  return null;
}

/** One object of several; a single one comes back as it is. */
export function mergeObjects(objects: readonly Uint8Array[]): Uint8Array {
  if (objects.length === 1) return objects[0]!;
  const parts = objects.map(readPart);
  const outs = joinSections(parts);
  const strings: Uint8Array[] = [];
  const symbols = joinSymbols(parts, outs, strings);
  for (const part of parts) joinRelocations(part);
  return write(parts[0]!.bytes.subarray(0, EHDR), outs, symbols, strings);
}

function readPart(bytes: Uint8Array): Part {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1) ice('merge: not a 64-bit little-endian ELF object');
  const shoff = num(view, 40);
  const count = view.getUint16(60, true);
  const names = num(view, shoff + view.getUint16(62, true) * SHDR + 24);
  const sections: Section[] = [];
  for (let i = 0; i < count; i++) {
    const at = shoff + i * SHDR;
    const type = view.getUint32(at + 4, true);
    const unsupported = UNSUPPORTED.get(type);
    if (unsupported !== undefined) ice(`merge: a section of kind ${unsupported}`);
    sections.push({
      name: cstring(bytes, names + view.getUint32(at, true)), type, flags: num(view, at + 8), offset: num(view, at + 24), size: num(view, at + 32),
      link: view.getUint32(at + 40, true), info: view.getUint32(at + 44, true), align: num(view, at + 48), entsize: num(view, at + 56), out: null, base: 0,
    });
  }
  return { bytes, view, sections, symbols: [] };
}

const num = (view: DataView, at: number): number => view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;

function cstring(bytes: Uint8Array, at: number): string {
  let s = '';
  for (; bytes[at] !== 0; at++) s += String.fromCharCode(bytes[at]!);
  return s;
}

/** Sections of one name and kind become one, in the order of the parts. */
function joinSections(parts: readonly Part[]): Out[] {
  const outs = new Map<string, Out>();
  for (const part of parts) {
    for (const s of part.sections) {
      if (s.type === 0 || s.type === SHT_SYMTAB || s.type === SHT_STRTAB || s.type === SHT_RELA || s.type === SHT_LLVM_ADDRSIG) continue;
      const key = `${s.name}|${s.type}|${s.flags}|${s.entsize}`;
      let out = outs.get(key);
      if (out === undefined) {
        out = { name: s.name, type: s.type, flags: s.flags, entsize: s.entsize, align: 1, size: 0, pieces: [], relas: [], relaCount: 0, index: outs.size + 1 };
        outs.set(key, out);
      }
      const align = Math.max(1, s.align);
      out.align = Math.max(out.align, align);
      s.base = Math.ceil(out.size / align) * align;
      s.out = out;
      out.size = s.base + s.size;
      if (s.type !== SHT_NOBITS && s.size > 0) out.pieces.push({ at: s.base, bytes: part.bytes.subarray(s.offset, s.offset + s.size) });
    }
  }
  return [...outs.values()];
}

/** The result's symbols, local ones first; `parts` learn where theirs went. */
function joinSymbols(parts: readonly Part[], outs: readonly Out[], strings: Uint8Array[]): { readonly all: Symbol[]; readonly locals: number } {
  const locals: Symbol[] = [];
  const globals = new Map<string, Symbol>();
  const sectionSymbols = new Map<Out, Symbol>();
  for (const out of outs) {
    const symbol = { name: 0, info: STT_SECTION, other: 0, section: out, reserved: 0, value: 0, size: 0, index: 0 };
    sectionSymbols.set(out, symbol);
    locals.push(symbol);
  }
  let stringBase = 1;
  strings.push(new Uint8Array(1));
  for (const part of parts) {
    const { view, bytes } = part;
    const table = part.sections.find((s) => s.type === SHT_SYMTAB);
    if (table === undefined) ice('merge: an object without symbols');
    const names = part.sections[table.link]!;
    strings.push(bytes.subarray(names.offset, names.offset + names.size));
    const count = table.size / SYM;
    const symbols = new Array<Symbol>(count);
    for (let i = 0, at = table.offset; i < count; i++, at += SYM) {
      const info = bytes[at + 4]!;
      const shndx = view.getUint16(at + 6, true);
      const home = shndx === SHN_UNDEF || shndx >= SHN_LORESERVE ? null : part.sections[shndx]!;
      if ((info & 15) === STT_SECTION) {
        symbols[i] = sectionSymbols.get(home!.out!)!;
        continue;
      }
      const name = view.getUint32(at, true);
      const symbol: Symbol = {
        name: name === 0 ? 0 : stringBase + name, info, other: bytes[at + 5]!, section: home?.out ?? null, reserved: shndx >= SHN_LORESERVE ? shndx : 0,
        value: num(view, at + 8) + (home?.base ?? 0), size: num(view, at + 16), index: 0,
      };
      symbols[i] = symbol;
      if (i === 0) continue;
      if (info >> 4 === STB_LOCAL) locals.push(symbol);
      else symbols[i] = joinGlobal(globals, cstring(bytes, names.offset + name), symbol);
    }
    part.symbols = symbols;
    stringBase += names.size;
  }
  const outer: Symbol[] = [];
  for (const s of globals.values()) {
    // Hidden is how one part of the module says `internal` to the others.
    if ((s.other & 3) === STV_HIDDEN && isDefined(s)) {
      s.info &= 15;
      s.other = 0;
      locals.push(s);
    } else outer.push(s);
  }
  const all = [...locals, ...outer];
  all.forEach((s, i) => { s.index = i + 1; });
  return { all, locals: locals.length + 1 };
}

const isDefined = (s: Symbol): boolean => s.section !== null || s.reserved !== 0;

/** One symbol per name: a definition wins over a mention, a strong one over a weak one, else the first. */
function joinGlobal(globals: Map<string, Symbol>, name: string, s: Symbol): Symbol {
  const known = globals.get(name);
  if (known === undefined) {
    globals.set(name, s);
    return s;
  }
  const better = isDefined(s) && (!isDefined(known) || (known.info >> 4 === STB_WEAK && s.info >> 4 !== STB_WEAK));
  if (better) Object.assign(known, s);
  return known;
}

/** Relocations with the symbols and offsets of the result. */
function joinRelocations(part: Part): void {
  for (const s of part.sections) {
    if (s.type !== SHT_RELA) continue;
    const target = part.sections[s.info]!;
    const out = target.out!;
    // A copy: `slice` of a Buffer would be none.
    const bytes = new Uint8Array(part.bytes.subarray(s.offset, s.offset + s.size));
    const view = new DataView(bytes.buffer);
    const from = part.sections[s.link]!;
    for (let at = 0; at < bytes.length; at += RELA) {
      if (target.base !== 0) setNum(view, at, num(view, at) + target.base);
      const old = view.getUint32(at + 12, true);
      const symbol = part.symbols[old]!;
      view.setUint32(at + 12, old === 0 ? 0 : symbol.index, true);
      // A section's symbol stands for its beginning, which has moved.
      const symAt = from.offset + old * SYM;
      if ((part.bytes[symAt + 4]! & 15) === STT_SECTION) {
        const { base } = part.sections[part.view.getUint16(symAt + 6, true)]!;
        if (base !== 0) addTo(view, at + 16, base);
      }
    }
    out.relas.push(bytes);
    out.relaCount += bytes.length;
  }
}

/** Adds to a signed 64-bit number; there are a hundred thousand of these, and no BigInt is made for one. */
function addTo(view: DataView, at: number, n: number): void {
  const low = view.getUint32(at, true) + n;
  view.setUint32(at, low >>> 0, true);
  if (low > 0xffff_ffff) view.setUint32(at + 4, (view.getUint32(at + 4, true) + 1) >>> 0, true);
}

function setNum(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
}

/** Where a section's header and bytes go. */
interface Header {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly entsize: number;
  readonly bytes: readonly { readonly at: number; readonly bytes: Uint8Array }[];
}

function write(ehdr: Uint8Array, outs: readonly Out[], symbols: { readonly all: Symbol[]; readonly locals: number }, strings: readonly Uint8Array[]): Uint8Array {
  const relocated = outs.filter((o) => o.relaCount > 0);
  const symtab = outs.length + relocated.length + 1;
  const headers: Header[] = outs.map((o) => ({
    name: o.name, type: o.type, flags: o.flags, size: o.size, link: 0, info: 0, align: o.align, entsize: o.entsize, bytes: o.pieces,
  }));
  for (const o of relocated)
    headers.push({ name: `.rela${o.name}`, type: SHT_RELA, flags: 0x40, size: o.relaCount, link: symtab, info: o.index, align: 8, entsize: RELA, bytes: laid(o.relas) });
  headers.push({ name: '.symtab', type: SHT_SYMTAB, flags: 0, size: (symbols.all.length + 1) * SYM, link: symtab + 1, info: symbols.locals, align: 8, entsize: SYM, bytes: [{ at: 0, bytes: symbolTable(symbols.all) }] });
  const text = laid(strings);
  headers.push({ name: '.strtab', type: SHT_STRTAB, flags: 0, size: sizeOf(strings), link: 0, info: 0, align: 1, entsize: 0, bytes: text });
  let names = '\0';
  const nameAt = [...headers, { name: '.shstrtab' }].map((h) => {
    const at = names.length;
    names += `${h.name}\0`;
    return at;
  });
  const nameBytes = new TextEncoder().encode(names);
  headers.push({ name: '.shstrtab', type: SHT_STRTAB, flags: 0, size: nameBytes.length, link: 0, info: 0, align: 1, entsize: 0, bytes: [{ at: 0, bytes: nameBytes }] });

  let end = EHDR;
  const offsets = headers.map((h) => {
    const at = Math.ceil(end / h.align) * h.align;
    end = at + (h.type === SHT_NOBITS ? 0 : h.size);
    return at;
  });
  const shoff = Math.ceil(end / 8) * 8;
  const result = new Uint8Array(shoff + (headers.length + 1) * SHDR);
  const view = new DataView(result.buffer);
  result.set(ehdr);
  setNum(view, 40, shoff);
  view.setUint16(60, headers.length + 1, true);
  view.setUint16(62, headers.length, true);
  headers.forEach((h, i) => {
    for (const piece of h.bytes) result.set(piece.bytes, offsets[i]! + piece.at);
    const at = shoff + (i + 1) * SHDR;
    view.setUint32(at, nameAt[i]!, true);
    view.setUint32(at + 4, h.type, true);
    setNum(view, at + 8, h.flags);
    setNum(view, at + 24, offsets[i]!);
    setNum(view, at + 32, h.size);
    view.setUint32(at + 40, h.link, true);
    view.setUint32(at + 44, h.info, true);
    setNum(view, at + 48, h.align);
    setNum(view, at + 56, h.entsize);
  });
  return result;
}

const sizeOf = (chunks: readonly Uint8Array[]): number => chunks.reduce((n, c) => n + c.length, 0);

function laid(chunks: readonly Uint8Array[]): { at: number; bytes: Uint8Array }[] {
  let at = 0;
  return chunks.map((bytes) => {
    const piece = { at, bytes };
    at += bytes.length;
    return piece;
  });
}

function symbolTable(all: readonly Symbol[]): Uint8Array {
  const bytes = new Uint8Array((all.length + 1) * SYM);
  const view = new DataView(bytes.buffer);
  for (const s of all) {
    const at = s.index * SYM;
    view.setUint32(at, s.name, true);
    bytes[at + 4] = s.info;
    bytes[at + 5] = s.other;
    view.setUint16(at + 6, s.section === null ? s.reserved : s.section.index, true);
    setNum(view, at + 8, s.value);
    setNum(view, at + 16, s.size);
  }
  return bytes;
}
