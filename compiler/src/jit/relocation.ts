// Takes relocations of x86-64 and AArch64; gives what each needs of its symbol, and the bytes that it changes.

export type RelocationUse =
  /** A jump: a stub near by does when the target is far away. */
  | 'call'
  /** The address of a word that holds the address. */
  | 'got'
  /** The address itself. */
  | 'address';

const CALLS = { x86_64: [4], aarch64: [282, 283] };
const GOTS = { x86_64: [9, 41, 42], aarch64: [311, 312] };

export function useOf(arch: 'x86_64' | 'aarch64', type: number): RelocationUse {
  return CALLS[arch].includes(type) ? 'call' : GOTS[arch].includes(type) ? 'got' : 'address';
}

/** Applies one relocation at offset `place` of `out`, which stands at address `from`. */
export function relocate(out: DataView, arch: 'x86_64' | 'aarch64', type: number, place: number, from: number, value: number, name: string): void {
  /** `v`, which takes `bits` bits with its sign. */
  const within = (v: number, bits: number): number => {
    if (v < -(2 ** (bits - 1)) || v >= 2 ** (bits - 1)) throw new Error(`takes the address of '${name}' in ${bits === 32 ? '32 bits' : 'one step'}: it is too far away (take it from the GOT)`);
    return v;
  };
  if (arch === 'x86_64') {
    switch (type) {
      case 2: case 4: case 9: case 41: case 42: return out.setInt32(place, within(value - from, 32), true); // PC32, PLT32, the three of GOTPCREL
      case 1: return out.setBigUint64(place, BigInt.asUintN(64, BigInt(value)), true); // 64
      case 10: case 11: return out.setInt32(place, within(value, 32), true); // 32, 32S
      case 24: return out.setBigInt64(place, BigInt(value - from), true); // PC64
      default: break;
    }
  } else {
    const word = (): number => out.getUint32(place, true);
    const imm12 = (scale: number): void => out.setUint32(place, (word() | (((value & 0xfff) >> scale) << 10)) >>> 0, true);
    switch (type) {
      case 257: return out.setBigUint64(place, BigInt.asUintN(64, BigInt(value)), true); // ABS64
      case 261: return out.setInt32(place, within(value - from, 32), true); // PREL32
      case 282: case 283: return out.setUint32(place, (word() | ((within(value - from, 28) >> 2) & 0x3ffffff)) >>> 0, true); // JUMP26, CALL26
      case 274: return out.setUint32(place, adr(word(), within(value - from, 21)), true); // ADR_PREL_LO21
      case 275: case 311: // ADR_PREL_PG_HI21, ADR_GOT_PAGE
        return out.setUint32(place, adr(word(), within(Math.floor(value / 4096) - Math.floor(from / 4096), 21)), true);
      case 277: case 278: return imm12(0); // ADD_ABS_LO12_NC, LDST8
      case 284: return imm12(1);
      case 285: return imm12(2);
      case 286: case 312: return imm12(3); // LDST64, LD64_GOT_LO12_NC
      case 299: return imm12(4);
      default: break;
    }
  }
  throw new Error(`has a relocation of type ${type}, which is not known here`);
}

/** adr and adrp with an offset of 21 bits. */
const adr = (word: number, by: number): number => (word | ((by & 3) << 29) | (((by >> 2) & 0x7ffff) << 5)) >>> 0;
