// Takes an ELF64 object file; gives the names of its strong global definitions ([] for any other format).

const SHT_SYMTAB = 2;
const STB_GLOBAL = 1;
const SHN_UNDEF = 0;
const SHN_COMMON = 0xfff2;
const SYMBOL_SIZE = 24;

const decoder = new TextDecoder();

export function definedSymbols(object: Uint8Array): string[] {
  const v = new DataView(object.buffer, object.byteOffset, object.byteLength);
  if (object.length < 64 || v.getUint32(0) !== 0x7f454c46 || object[4] !== 2 || object[5] !== 1) return [];
  const sections = Number(v.getBigUint64(40, true));
  const size = v.getUint16(58, true);
  const out: string[] = [];
  for (let i = 0; i < v.getUint16(60, true); i++) {
    const at = sections + i * size;
    if (v.getUint32(at + 4, true) !== SHT_SYMTAB) continue;
    const strings = Number(v.getBigUint64(sections + v.getUint32(at + 40, true) * size + 24, true));
    const start = Number(v.getBigUint64(at + 24, true));
    const end = start + Number(v.getBigUint64(at + 32, true));
    for (let s = start; s + SYMBOL_SIZE <= end; s += SYMBOL_SIZE) {
      const section = v.getUint16(s + 6, true);
      if (object[s + 4]! >> 4 !== STB_GLOBAL || section === SHN_UNDEF || section === SHN_COMMON) continue;
      const name = strings + v.getUint32(s, true);
      out.push(decoder.decode(object.subarray(name, object.indexOf(0, name))));
    }
  }
  return out;
}
