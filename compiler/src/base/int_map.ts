// Takes one integer or two as a key; gives the value stored under it. For tables that every name and constant of a program is looked up in:
// a look-up is a few reads of one typed array, where a Map hashes through the engine and a key made of text has to be built first.

/** Entries that a new table has room for. */
const FIRST = 8;
/** Words of a row, a divisor of a cache line: one row is read for most look-ups. */
const ROW_BITS = 2;
const ROW = 1 << ROW_BITS;
const FEW = 8192;

/** Keys that follow each other, as the names and the constants of one function do, are in neighbouring rows. */
const hash = (a: number, b: number): number => a ^ (a >>> 14) ^ Math.imul(b, 0x9e3779b1);

/** Insertion order is iteration order; nothing is ever removed. Keys are 32-bit integers, the second one 0 where there is one. */
export class IntMap<V> {
  /** Rows of both keys and the entry's index + 1, 0 = free; open addressing, a power of two of them, at most half in use. */
  private rows = new Int32Array(FIRST * 2 * ROW);
  private readonly stored: V[] = [];

  get size(): number { return this.stored.length; }

  get(a: number, b = 0): V | undefined {
    const at = this.rows[this.find(a, b) + 2]!;
    return at === 0 ? undefined : this.stored[at - 1];
  }

  has(a: number, b = 0): boolean { return this.rows[this.find(a, b) + 2] !== 0; }

  set(a: number, value: V, b = 0): void {
    const row = this.find(a, b);
    const known = this.rows[row + 2]!;
    if (known !== 0) {
      this.stored[known - 1] = value;
      return;
    }
    const n = this.stored.push(value);
    this.put(row, a, b, n);
    if (n * 2 * ROW >= this.rows.length) this.grow();
  }

  values(): readonly V[] { return this.stored; }

  /** The first of each entry's keys. */
  keys(): Int32Array {
    const { rows } = this;
    const keys = new Int32Array(this.stored.length);
    for (let row = 0; row < rows.length; row += ROW) if (rows[row + 2] !== 0) keys[rows[row + 2]! - 1] = rows[row]!;
    return keys;
  }

  *[Symbol.iterator](): IterableIterator<[number, V]> {
    const keys = this.keys();
    for (let i = 0; i < keys.length; i++) yield [keys[i]!, this.stored[i]!];
  }

  /** The row of the key, or the free one where it belongs. */
  private find(a: number, b: number): number {
    const { rows } = this;
    const mask = rows.length - 1;
    let row = (hash(a, b) << ROW_BITS) & mask;
    while (rows[row + 2] !== 0 && (rows[row] !== a || rows[row + 1] !== b)) row = (row + ROW) & mask;
    return row;
  }

  private put(row: number, a: number, b: number, n: number): void {
    this.rows[row] = a;
    this.rows[row + 1] = b;
    this.rows[row + 2] = n;
  }

  private grow(): void {
    const old = this.rows;
    // Rarely, so that a table that becomes large is not filled again and again by code that has not been optimised.
    const rows = new Int32Array(old.length * (old.length < FEW * ROW ? 8 : 2));
    const mask = rows.length - 1;
    this.rows = rows;
    for (let from = 0; from < old.length; from += ROW) {
      const n = old[from + 2]!;
      if (n === 0) continue;
      let row = (hash(old[from]!, old[from + 1]!) << ROW_BITS) & mask;
      while (rows[row + 2] !== 0) row = (row + ROW) & mask;
      this.put(row, old[from]!, old[from + 1]!, n);
    }
  }
}
