// Takes short strings and numbers one by one; gives one growing byte buffer of LLVM text (latin-1; no objects per write).

export class Text {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 1 << 16) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Appends `s`, whose characters must all be below 256. */
  str(s: string): void {
    const n = s.length;
    let at = this.length;
    if (at + n > this.bytes.length) this.grow(at + n);
    const bytes = this.bytes;
    for (let i = 0; i < n; i++) bytes[at++] = s.charCodeAt(i);
    this.length = at;
  }

  /** Appends a non-negative integer below 2^31 in decimal. */
  num(n: number): void {
    let at = this.length;
    if (at + 10 > this.bytes.length) this.grow(at + 10);
    const bytes = this.bytes;
    if (n < 10) {
      bytes[at] = 48 + n;
      this.length = at + 1;
      return;
    }
    let digits =
      n < 100
        ? 2
        : n < 1000
          ? 3
          : n < 10000
            ? 4
            : n < 100000
              ? 5
              : n < 1000000
                ? 6
                : n < 10000000
                  ? 7
                  : n < 100000000
                    ? 8
                    : n < 1000000000
                      ? 9
                      : 10;
    at += digits;
    this.length = at;
    let rest = n;
    while (digits-- > 0) {
      const q = (rest / 10) | 0;
      bytes[--at] = 48 + rest - q * 10;
      rest = q;
    }
  }

  byte(b: number): void {
    if (this.length === this.bytes.length) this.grow(this.length + 1);
    this.bytes[this.length++] = b;
  }

  /** Appends another buffer. */
  append(other: Text): void {
    const need = this.length + other.length;
    if (need > this.bytes.length) this.grow(need);
    this.bytes.set(other.bytes.subarray(0, other.length), this.length);
    this.length = need;
  }

  /** Appends `data[from..to)` as the inside of an LLVM string: printable bytes as they are, others as \XX. */
  escaped(data: Uint8Array, from: number, to: number): void {
    const need = this.length + (to - from) * 3;
    if (need > this.bytes.length) this.grow(need);
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
    const next = new Uint8Array(Math.max(need, this.bytes.length * 2));
    next.set(this.bytes.subarray(0, this.length));
    this.bytes = next;
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

/** `@name`, quoted when LLVM needs it. */
export function globalName(name: string): string {
  return /^[-a-zA-Z$._][-a-zA-Z$._0-9]*$/.test(name) ? '@' + name : `@"${escapeName(name)}"`;
}
