// Takes one integer or two as a key; gives the value stored under it. For tables that every name and constant of a program is looked up in:
// a look-up is a few reads of one typed array, where a Map hashes through the engine and a key made of text has to be built first.

const FIRST = 8;
const FEW = 8192;

const hash = (a: number, b: number): number => Math.imul(a ^ Math.imul(b, 0x85ebca6b), 0x9e3779b1);

/** Insertion order is iteration order; nothing is ever removed. Keys are 32-bit integers, the second one 0 where there is one. */
export class IntMap<V> {
  /** Index + 1 of an entry; open addressing, a power of two, at most half full. */
  private slots = new Int32Array(FIRST * 2);
  private shift = 28;
  private first = new Int32Array(FIRST);
  private second = new Int32Array(FIRST);
  private readonly stored: V[] = [];

  get size(): number { return this.stored.length; }

  get(a: number, b = 0): V | undefined {
    const at = this.slots[this.find(a, b)]!;
    return at === 0 ? undefined : this.stored[at - 1];
  }

  has(a: number, b = 0): boolean { return this.slots[this.find(a, b)] !== 0; }

  set(a: number, value: V, b = 0): void {
    const slot = this.find(a, b);
    const known = this.slots[slot]!;
    if (known !== 0) {
      this.stored[known - 1] = value;
      return;
    }
    const n = this.stored.push(value);
    if (n > this.first.length) this.grow();
    this.first[n - 1] = a;
    this.second[n - 1] = b;
    this.slots[this.find(a, b)] = n;
  }

  values(): readonly V[] { return this.stored; }

  keys(): Int32Array { return this.first.subarray(0, this.stored.length); }

  *[Symbol.iterator](): IterableIterator<[number, V]> {
    for (let i = 0; i < this.stored.length; i++) yield [this.first[i]!, this.stored[i]!];
  }

  /** The slot of the key, or the free one where it belongs. */
  private find(a: number, b: number): number {
    const { slots, first, second } = this;
    const mask = slots.length - 1;
    let slot = hash(a, b) >>> this.shift;
    for (let at = slots[slot]!; at !== 0 && (first[at - 1] !== a || second[at - 1] !== b); at = slots[slot]!) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { first, second } = this;
    // Rarely, so that a table that becomes large is not filled again and again by code that has not been optimised.
    const size = first.length * (first.length < FEW ? 8 : 2);
    this.first = new Int32Array(size);
    this.first.set(first);
    this.second = new Int32Array(size);
    this.second.set(second);
    const slots = new Int32Array(size * 2);
    const mask = slots.length - 1;
    this.slots = slots;
    this.shift = Math.clz32(mask);
    for (let i = 0; i < first.length; i++) {
      let slot = hash(first[i]!, second[i]!) >>> this.shift;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = i + 1;
    }
  }
}
