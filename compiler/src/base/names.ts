// Takes identifier texts (strings or byte ranges); gives one NameId per distinct text (identity is ===).
import type { NameId } from './ids.ts';

const decoder = new TextDecoder('utf-8');
const encoder = new TextEncoder();

export const HASH_SEED = 0x811c9dc5 | 0;

/** The hash of one more byte. */
export function hashWith(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/** Indexed by NameId; `slots` is the hash table, a power of two in size. */
export interface NamesColumns {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly hashes: Int32Array;
  readonly slots: Int32Array;
  readonly pool: Uint8Array;
}

/**
 * Interning table. Open addressing over the bytes of all names, so a hit from source bytes builds no string.
 * Id 0 = none (its text is '').
 */
export class Names {
  private texts: string[] = [''];
  private starts: Int32Array = new Int32Array(1024);
  private ends: Int32Array = new Int32Array(1024);
  private hashes: Int32Array = new Int32Array(1024);
  private pool = Buffer.alloc(16384);
  private poolLength = 0;
  private slots: Int32Array = new Int32Array(4096);
  private mask = 4095;
  private byText = new Map<string, NameId>();

  /** The table as columns, for `unpack`. */
  pack(): NamesColumns {
    const n = this.texts.length;
    return {
      starts: this.starts.slice(0, n), ends: this.ends.slice(0, n), hashes: this.hashes.slice(0, n), slots: this.slots.slice(), pool: new Uint8Array(this.pool.subarray(0, this.poolLength)),
    };
  }

  /** A table like the one that was packed; the columns are copied. */
  static unpack(columns: NamesColumns): Names {
    const names = new Names();
    const { starts, ends, hashes, slots, pool } = columns;
    const n = starts.length;
    const room = n + 1024;
    names.starts = new Int32Array(room);
    names.starts.set(starts);
    names.ends = new Int32Array(room);
    names.ends.set(ends);
    names.hashes = new Int32Array(room);
    names.hashes.set(hashes);
    names.slots = slots.slice();
    names.mask = slots.length - 1;
    names.pool = Buffer.alloc(pool.length + 16384);
    names.pool.set(pool);
    names.poolLength = pool.length;
    // One string for all, cut: names are ASCII but for a few programs'.
    const all = decoder.decode(pool);
    const ascii = all.length === pool.length;
    for (let id = 1; id < n; id++) names.texts.push(ascii ? all.slice(starts[id]!, ends[id]!) : decoder.decode(pool.subarray(starts[id]!, ends[id]!)));
    return names;
  }

  /** Number of names plus one (ids are 1..count-1). */
  get count(): number {
    return this.texts.length;
  }

  intern(text: string): NameId {
    if (text === '') return 0;
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    const bytes = encoder.encode(text);
    const id = this.internBytes(bytes, 0, bytes.length);
    this.byText.set(text, id);
    return id;
  }

  /** The id of the text `bytes[start..end)`. An empty range is 0. */
  internBytes(bytes: Uint8Array, start: number, end: number): NameId {
    if (start >= end) return 0;
    let hash = HASH_SEED;
    for (let i = start; i < end; i++) hash = hashWith(hash, bytes[i]!);
    return this.internHashed(bytes, start, end, hash);
  }

  /** The same for who has gone over the bytes already: `raw` is what `hashWith` made of HASH_SEED and each of them; not for an empty range. */
  internHashed(bytes: Uint8Array, start: number, end: number, raw: number): NameId {
    const hash = raw ^ (raw >>> 15);
    const length = end - start;
    let slot = hash & this.mask;
    for (;;) {
      const id = this.slots[slot]!;
      if (id === 0) break;
      if (this.hashes[id] === hash && this.ends[id]! - this.starts[id]! === length) {
        const at = this.starts[id]!;
        const pool = this.pool;
        let i = 0;
        while (i < length && pool[at + i] === bytes[start + i]) i++;
        if (i === length) return id;
      }
      slot = (slot + 1) & this.mask;
    }
    return this.add(bytes, start, end, hash, slot);
  }

  /** The id of `text` when it is interned already, else 0. */
  find(text: string): NameId {
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    const before = this.texts.length;
    const id = this.intern(text);
    return id < before ? id : 0;
  }

  text(id: NameId): string {
    return this.texts[id] ?? '';
  }

  private add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): NameId {
    const id = this.texts.length;
    const length = end - start;
    if (this.poolLength + length > this.pool.length) {
      const next = Buffer.alloc(Math.max(this.pool.length * 2, this.poolLength + length));
      next.set(this.pool);
      this.pool = next;
    }
    const { pool, poolLength } = this;
    let bits = 0;
    for (let i = 0; i < length; i++) bits |= pool[poolLength + i] = bytes[start + i]!;
    if (id >= this.starts.length) this.growIds();
    this.starts[id] = this.poolLength;
    this.ends[id] = this.poolLength + length;
    this.hashes[id] = hash;
    this.poolLength += length;
    // A decoder takes three times as long, and `intern` notes the texts that it is asked for.
    this.texts.push(bits < 0x80 ? pool.toString('latin1', poolLength, poolLength + length) : decoder.decode(bytes.subarray(start, end)));
    this.slots[slot] = id;
    if (id * 2 > this.mask) this.rehash();
    return id;
  }

  private growIds(): void {
    const size = this.starts.length * 2;
    const grow = (old: Int32Array): Int32Array => {
      const next = new Int32Array(size);
      next.set(old);
      return next;
    };
    this.starts = grow(this.starts);
    this.ends = grow(this.ends);
    this.hashes = grow(this.hashes);
  }

  private rehash(): void {
    const size = (this.mask + 1) * 2;
    const slots = new Int32Array(size);
    this.mask = size - 1;
    for (let id = 1; id < this.texts.length; id++) {
      let slot = this.hashes[id]! & this.mask;
      while (slots[slot] !== 0) slot = (slot + 1) & this.mask;
      slots[slot] = id;
    }
    this.slots = slots;
  }
}
