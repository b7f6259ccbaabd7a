// Takes columns that will not change their length; gives views of few large buffers that hold copies of them.
// A buffer per column costs the collector more than the column: a program has ten columns per function.

const I32_CHUNK = 1 << 16;
const SMALL_CHUNK = 1 << 16;

/** Owned by the store whose columns it holds; nothing is ever freed alone. */
export class Arena {
  private words = new Int32Array(0);
  private word = 0;
  private halves = new Uint16Array(0);
  private half = 0;
  private bytes = new Uint8Array(0);
  private byte = 0;

  /** The first `n` of `source`. */
  i32(source: ArrayLike<number>, n: number): Int32Array {
    if (this.word + n > this.words.length) {
      this.words = new Int32Array(Math.max(I32_CHUNK, n));
      this.word = 0;
    }
    const to = this.words;
    const at = this.word;
    for (let i = 0; i < n; i++) to[at + i] = source[i]!;
    this.word = at + n;
    return to.subarray(at, at + n);
  }

  u16(source: ArrayLike<number>, n: number): Uint16Array {
    if (this.half + n > this.halves.length) {
      this.halves = new Uint16Array(Math.max(SMALL_CHUNK, n));
      this.half = 0;
    }
    const to = this.halves;
    const at = this.half;
    for (let i = 0; i < n; i++) to[at + i] = source[i]!;
    this.half = at + n;
    return to.subarray(at, at + n);
  }

  u8(source: ArrayLike<number>, n: number): Uint8Array {
    if (this.byte + n > this.bytes.length) {
      this.bytes = new Uint8Array(Math.max(SMALL_CHUNK, n));
      this.byte = 0;
    }
    const to = this.bytes;
    const at = this.byte;
    for (let i = 0; i < n; i++) to[at + i] = source[i]!;
    this.byte = at + n;
    return to.subarray(at, at + n);
  }

  /** A byte per character of `latin1`, and a NUL. */
  text(latin1: string): Uint8Array {
    const n = latin1.length;
    if (this.byte + n + 1 > this.bytes.length) {
      this.bytes = new Uint8Array(Math.max(SMALL_CHUNK, n + 1));
      this.byte = 0;
    }
    const to = this.bytes;
    const at = this.byte;
    for (let i = 0; i < n; i++) to[at + i] = latin1.charCodeAt(i);
    this.byte = at + n + 1;
    return to.subarray(at, at + n + 1);
  }
}
