// Takes numbers pushed one by one; gives growable typed-array columns with direct `.data` access.

/** Growable Int32Array. `data.length` is the capacity, `length` the number of used rows; `data` moves when it grows. */
export class I32Column {
  data: Int32Array;
  length = 0;

  constructor(capacity = 64) {
    this.data = new Int32Array(capacity);
  }

  push(value: number): number {
    const at = this.length;
    if (at === this.data.length) this.grow(at + 1);
    this.data[at] = value;
    this.length = at + 1;
    return at;
  }

  /** Appends `count` zeroed rows and returns the index of the first. */
  reserve(count: number): number {
    const at = this.length;
    const need = at + count;
    if (need > this.data.length) this.grow(need);
    this.data.fill(0, at, need);
    this.length = need;
    return at;
  }

  grow(need: number): void {
    const next = new Int32Array(Math.max(need, this.data.length * 2, 16));
    next.set(this.data);
    this.data = next;
  }

  /** Drops rows from `length` on. */
  truncate(length: number): void {
    if (length < this.length) this.length = length;
  }

  /** A copy of exactly the used rows. */
  trimmed(): Int32Array {
    return this.data.slice(0, this.length);
  }
}

/** Growable Uint8Array, same shape as I32Column. */
export class U8Column {
  data: Uint8Array;
  length = 0;

  constructor(capacity = 64) {
    this.data = new Uint8Array(capacity);
  }

  push(value: number): number {
    const at = this.length;
    if (at === this.data.length) this.grow(at + 1);
    this.data[at] = value;
    this.length = at + 1;
    return at;
  }

  grow(need: number): void {
    const next = new Uint8Array(Math.max(need, this.data.length * 2, 16));
    next.set(this.data);
    this.data = next;
  }

  truncate(length: number): void {
    if (length < this.length) this.length = length;
  }

  trimmed(): Uint8Array {
    return this.data.slice(0, this.length);
  }
}
