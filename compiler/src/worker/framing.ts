// Takes chunks of a byte stream, cut anywhere; gives the frames in it (a varint length, then as many bytes) and makes frames.

/** No request comes near this: a length beyond it means that the stream is not what we think it is. */
const MAX_FRAME = 1 << 28;
const MAX_LENGTH_BYTES = 5;

/** The stream holds something that is no frame; what follows cannot be understood any more. */
export class FramingError extends Error {}

/** Collects chunks until a frame is whole. Bytes are copied once, however many chunks a frame comes in. */
export class FrameReader {
  private buffer = new Uint8Array(64 << 10);
  private start = 0;
  private end = 0;

  /** Bytes that wait for the rest of their frame. */
  get pending(): number {
    return this.end - this.start;
  }

  /** The frames that `chunk` completes, in order. They are copies: the caller may keep them. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.append(chunk);
    const frames: Uint8Array[] = [];
    for (;;) {
      const head = this.length();
      if (head === null) break;
      const from = this.start + head.bytes;
      if (this.end - from < head.value) {
        this.reserve(head.bytes + head.value - this.pending);
        break;
      }
      frames.push(this.buffer.slice(from, from + head.value));
      this.start = from + head.value;
    }
    if (this.start === this.end) this.start = this.end = 0;
    return frames;
  }

  /** The length at the start of what is pending; null when its own bytes are not all there. */
  private length(): { readonly value: number; readonly bytes: number } | null {
    let value = 0;
    for (let i = 0; i < MAX_LENGTH_BYTES; i++) {
      if (this.start + i >= this.end) return null;
      const byte = this.buffer[this.start + i]!;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if ((byte & 0x80) !== 0) continue;
      if (value > MAX_FRAME) throw new FramingError(`a message of ${value} bytes was announced, the limit is ${MAX_FRAME}`);
      return { value, bytes: i + 1 };
    }
    throw new FramingError(`a message's length takes more than ${MAX_LENGTH_BYTES} bytes`);
  }

  private append(chunk: Uint8Array): void {
    this.reserve(chunk.length);
    this.buffer.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Makes room for `more` bytes behind what is pending. */
  private reserve(more: number): void {
    if (this.end + more <= this.buffer.length) return;
    const need = this.pending + more;
    const to = need <= this.buffer.length ? this.buffer : new Uint8Array(Math.max(need, this.buffer.length * 2));
    to.set(this.buffer.subarray(this.start, this.end));
    this.buffer = to;
    this.end -= this.start;
    this.start = 0;
  }
}

/** `payload` with its length before it. */
export function frame(payload: Uint8Array): Uint8Array {
  const head: number[] = [];
  let rest = payload.length;
  while (rest >= 0x80) {
    head.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  head.push(rest);
  const out = new Uint8Array(head.length + payload.length);
  out.set(head);
  out.set(payload, head.length);
  return out;
}
