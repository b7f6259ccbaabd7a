// Takes short texts; gives their bytes as views of few large buffers. A buffer per text costs the collector more than the text.

const CHUNK = 1 << 16;

/** Owned by the store whose texts it holds; nothing is ever freed alone. */
export class Arena {
  private bytes = new Uint8Array(0);
  private byte = 0;

  /** A byte per character of `latin1`, and a NUL. */
  text(latin1: string): Uint8Array {
    const n = latin1.length;
    const to = this.take(n + 1);
    for (let i = 0; i < n; i++) to[i] = latin1.charCodeAt(i);
    return to;
  }

  /** `n` bytes, all zero. */
  take(n: number): Uint8Array {
    if (this.byte + n > this.bytes.length) {
      this.bytes = new Uint8Array(Math.max(CHUNK, n));
      this.byte = 0;
    }
    const at = this.byte;
    this.byte = at + n;
    return this.bytes.subarray(at, at + n);
  }
}
