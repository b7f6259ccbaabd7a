// Takes short texts; gives their bytes as views of few large buffers. A buffer per text costs the collector more than the text.

const CHUNK = 1 << 16;

/** Owned by the store whose texts it holds; nothing is ever freed alone. */
export class Arena {
  private bytes = new Uint8Array(0);
  private byte = 0;

  /** A byte per character of `latin1`, and a NUL. */
  text(latin1: string): Uint8Array {
    const n = latin1.length;
    if (this.byte + n + 1 > this.bytes.length) {
      this.bytes = new Uint8Array(Math.max(CHUNK, n + 1));
      this.byte = 0;
    }
    const to = this.bytes;
    const at = this.byte;
    for (let i = 0; i < n; i++) to[at + i] = latin1.charCodeAt(i);
    this.byte = at + n + 1;
    return to.subarray(at, at + n + 1);
  }
}
