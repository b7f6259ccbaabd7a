// Takes strings, fragments and numbers one by one; gives one growing byte buffer of LLVM text (latin-1; no objects per write).

/** A text that is written often: where `Fragments` keep it. Never 0. */
export type Frag = number;

/**
 * Texts that are written often, as they are copied: a length, then four bytes to a word. Copying words takes half the time of
 * copying characters, before V8 has optimised it as well as after.
 */
export class Fragments {
  words: Int32Array;
  private used: number;
  private readonly known: Map<string, Frag>;

  constructor(from?: Fragments) {
    this.words = new Int32Array(from === undefined ? 1 << 11 : 1 << 14);
    if (from !== undefined) this.words.set(from.words);
    this.used = from?.used ?? 1;
    this.known = new Map(from?.known);
  }

  /** The fragment of `s`, whose characters must all be below 256; the same for equal texts. */
  of(s: string): Frag {
    let frag = this.known.get(s);
    if (frag === undefined) {
      frag = this.add(s);
      this.known.set(s, frag);
    }
    return frag;
  }

  /** A fragment of its own: for texts that nobody asks for again by their characters. */
  add(s: string): Frag {
    const n = s.length;
    const frag = this.begin(n);
    const { words } = this;
    for (let i = 0; i < n; i++) words[frag + 1 + (i >> 2)]! |= s.charCodeAt(i) << ((i & 3) * 8);
    return frag;
  }

  /** `@name`, quoted when LLVM needs it. */
  symbol(name: string): Frag {
    const n = name.length;
    let plain = n > 0 && PLAIN[name.charCodeAt(0)] === 1;
    for (let i = 1; plain && i < n; i++) plain = PLAIN[name.charCodeAt(i)]! > 0;
    if (!plain) return this.add(`@"${escapeName(name)}"`);
    const frag = this.begin(n + 1);
    const { words } = this;
    words[frag + 1] = 64;
    for (let i = 1; i <= n; i++) words[frag + 1 + (i >> 2)]! |= name.charCodeAt(i - 1) << ((i & 3) * 8);
    return frag;
  }

  /** The characters of a fragment. */
  text(frag: Frag): string {
    let s = '';
    for (let i = 0; i < this.words[frag]!; i++) s += String.fromCharCode((this.words[frag + 1 + (i >> 2)]! >> ((i & 3) * 8)) & 255);
    return s;
  }

  /** Makes room for `n` bytes, all zero. */
  private begin(n: number): Frag {
    const frag = this.used;
    this.used = frag + 1 + ((n + 3) >> 2);
    if (this.used > this.words.length) {
      const next = new Int32Array(this.used * 2);
      next.set(this.words);
      this.words = next;
    }
    this.words[frag] = n;
    return frag;
  }
}

/** Characters of names without quotes: 1 anywhere, 2 not in front. */
const PLAIN = new Uint8Array(256);
for (const c of '-$._') PLAIN[c.charCodeAt(0)] = 1;
for (let c = 0; c < 26; c++) PLAIN[65 + c] = PLAIN[97 + c] = 1;
for (let c = 48; c < 58; c++) PLAIN[c] = 2;

/** The fragments of the emitters themselves, which every `Fragments` of a module begins with. */
export const FIXED = new Fragments();

/** A fragment that every module has. Only while modules of the compiler are loaded. */
export const fixed = (s: string): Frag => FIXED.of(s);

/** Three digits of each number below 1000, as a word. */
const DIGITS = new Int32Array(1000);
for (let n = 0; n < 1000; n++) {
  const tens = (n / 10) | 0;
  const hundreds = (n / 100) | 0;
  DIGITS[n] = (48 + hundreds) | ((48 + tens - hundreds * 10) << 8) | ((48 + n - tens * 10) << 16);
}

/** What a number or a fragment may need beyond its own length: words are written whole. */
const SLACK = 16;

export class Text {
  bytes: Uint8Array;
  length = 0;
  private view: DataView;
  /** Where writing of words must stop. */
  private limit: number;

  /** Memory that is never written costs nothing: rather too much than too little of it. */
  constructor(private readonly frags: Fragments, capacity: number) {
    this.bytes = new Uint8Array(capacity + SLACK);
    this.view = new DataView(this.bytes.buffer);
    this.limit = capacity;
  }

  /** Appends a fragment. */
  put(frag: Frag): void {
    const { words } = this.frags;
    let at = this.length;
    const end = at + words[frag]!;
    if (end > this.limit) this.grow(end);
    this.length = end;
    const { view } = this;
    for (; at < end; at += 4) view.setInt32(at, words[++frag]!, true);
  }

  /** Appends `s`, whose characters must all be below 256. */
  str(s: string): void {
    const n = s.length;
    let at = this.length;
    if (at + n > this.limit) this.grow(at + n);
    const bytes = this.bytes;
    for (let i = 0; i < n; i++) bytes[at++] = s.charCodeAt(i);
    this.length = at;
  }

  /** Appends a non-negative integer below 2^31 in decimal. */
  num(n: number): void {
    if (n < 1000) {
      const at = this.length;
      if (at > this.limit) this.grow(at);
      const width = n < 10 ? 1 : n < 100 ? 2 : 3;
      this.view.setInt32(at, DIGITS[n]! >> ((3 - width) * 8), true);
      this.length = at + width;
    } else {
      const q = (n / 1000) | 0;
      this.num(q);
      this.view.setInt32(this.length, DIGITS[n - q * 1000]!, true);
      this.length += 3;
    }
  }

  /** Appends a letter and a number below 2^31. */
  lettered(letter: number, n: number): void {
    const at = this.length;
    if (at > this.limit) this.grow(at);
    if (n < 1000) {
      const width = n < 10 ? 1 : n < 100 ? 2 : 3;
      this.view.setInt32(at, ((DIGITS[n]! >> ((3 - width) * 8)) << 8) | letter, true);
      this.length = at + width + 1;
    } else {
      this.bytes[at] = letter;
      this.length = at + 1;
      this.num(n);
    }
  }

  byte(b: number): void {
    if (this.length > this.limit) this.grow(this.length);
    this.bytes[this.length++] = b;
  }

  /** Appends another buffer. */
  append(other: Text): void {
    const need = this.length + other.length;
    if (need > this.limit) this.grow(need);
    this.bytes.set(other.bytes.subarray(0, other.length), this.length);
    this.length = need;
  }

  /** Appends `data[from..to)` as the inside of an LLVM string: printable bytes as they are, others as \XX. */
  escaped(data: Uint8Array, from: number, to: number): void {
    const need = this.length + (to - from) * 3;
    if (need > this.limit) this.grow(need);
    const bytes = this.bytes;
    let at = this.length;
    for (let i = from; i < to; i++) {
      const b = data[i]!;
      if (b >= 32 && b < 127 && b !== 34 && b !== 92) {
        bytes[at++] = b;
      } else {
        bytes[at++] = 92;
        bytes[at++] = HEX[b >> 4]!;
        bytes[at++] = HEX[b & 15]!;
      }
    }
    this.length = at;
  }

  /** Appends text as the inside of an LLVM string, as UTF-8. */
  quoted(s: string): void {
    const data = encoder.encode(s);
    this.escaped(data, 0, data.length);
  }

  done(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private grow(need: number): void {
    this.limit = Math.max(need + SLACK, this.limit * 2);
    const next = new Uint8Array(this.limit + SLACK);
    next.set(this.bytes.subarray(0, this.length));
    this.bytes = next;
    this.view = new DataView(next.buffer);
  }
}

const encoder = new TextEncoder();
const HEX = [48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 65, 66, 67, 68, 69, 70];

/** `s` as the inside of an LLVM quoted string (UTF-8, escaped); pure ASCII names come back unchanged. */
export function escapeName(s: string): string {
  if (/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(s)) return s;
  let out = '';
  for (const b of encoder.encode(s)) {
    out +=
      b >= 32 && b < 127 && b !== 34 && b !== 92
        ? String.fromCharCode(b)
        : '\\' + (b < 16 ? '0' : '') + b.toString(16).toUpperCase();
  }
  return out;
}
