// Takes a byte budget; gives the evaluator's linear memory: views, an allocator with free lists, strings.
import { CHILD_CODE, FN_BASE, HEAP_BASE, INITIAL_PAGES, NULL_LIMIT, PAGE } from './layout.ts';

/** Ends an evaluation: thrown by host calls, caught by Vm.call, never seen by its callers. */
/** What a process that aborts ends with (128 + SIGABRT). */
export const EXIT_ABORT = 134;

export class VmStop extends Error {
  /** `code`: the diagnostic that says this better than CT-INIT. */
  constructor(readonly reason: string, readonly exitCode?: number, readonly code?: string) {
    super(reason);
  }
}

const HEADER = 16;
const MAGIC = 0x5ac0ffee | 0;
const FREED = 0x5adead00 | 0;
const CLASSES = 64;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Size class of a request: four classes per power of two, so that at most a quarter is wasted. */
function classOf(size: number): number {
  if (size <= 64) return (size + 15) >>> 4;
  const log = 31 - Math.clz32(size - 1);
  return 5 + (log - 6) * 4 + (((size - 1) >>> (log - 2)) & 3);
}

function classSize(cls: number): number {
  if (cls <= 4) return Math.max(cls, 1) * 16;
  const log = 6 + ((cls - 5) >> 2);
  const quarter = 2 ** (log - 2);
  return 2 ** log + (((cls - 5) & 3) + 1) * quarter;
}

/** What a load or store of the program itself stops with. */
export function badAccess(at: number): VmStop {
  return new VmStop(at < NULL_LIMIT ? 'null pointer access' : `access through invalid pointer 0x${at.toString(16)}`);
}

export class VmMemory {
  readonly memory: WebAssembly.Memory;
  u8: Uint8Array;
  view: DataView;
  private top = HEAP_BASE;
  readonly limit: number;
  /** Gives memory of the child process a place here; 0 when it has no such memory. */
  foreign: ((at: number, n: number) => number) | null = null;
  foreignLength: ((at: number) => number) | null = null;
  private readonly free: number[][] = Array.from({ length: CLASSES * 3 }, () => []);
  /** Bytes in live malloc blocks, and the most there ever were. */
  live = 0;
  peak = 0;

  constructor(readonly budget: number) {
    const maximum = Math.max(INITIAL_PAGES, Math.min(65536, Math.floor(budget / PAGE)));
    this.limit = maximum * PAGE;
    this.memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum });
    this.u8 = new Uint8Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
  }

  /** Bytes handed out so far, freed ones included. */
  get used(): number { return this.top - HEAP_BASE; }
  /** First address after everything handed out. */
  get end(): number { return this.top; }

  private raise(size: number, align: number): number {
    const at = Math.ceil(this.top / align) * align;
    const end = at + size;
    if (end > this.limit) {
      throw new VmStop(`compile-time memory budget exceeded: ${size} bytes asked for, ${this.used} of ${this.budget} in use`);
    }
    const have = this.u8.length;
    if (end > have) {
      const want = Math.min(this.limit, Math.max(end, have + Math.min(have, 256 * 1024 * 1024)));
      this.memory.grow(Math.ceil((want - have) / PAGE));
      this.u8 = new Uint8Array(this.memory.buffer);
      this.view = new DataView(this.memory.buffer);
    }
    this.top = end;
    return at;
  }

  /** Memory that is never given back; addresses only rise from call to call. */
  permanent(size: number, align: number): number {
    return this.raise(Math.max(size, 1), Math.max(align, 1));
  }

  malloc(size: number): number {
    if (size > this.limit) this.raise(size, 16);
    const cls = classOf(Math.max(size, 1));
    const list = this.free[cls]!;
    const block = list.length > 0 ? list.pop()! : this.raise(classSize(cls) + HEADER, 16) + HEADER;
    this.view.setInt32(block - 16, cls, true);
    this.view.setInt32(block - 12, block, true);
    this.view.setUint32(block - 8, size, true);
    this.view.setInt32(block - 4, MAGIC, true);
    this.account(size);
    // What stood there hangs on all that was evaluated before.
    this.u8.fill(0, block, block + size);
    return block;
  }

  /** A block whose address is a multiple of `align`; its header points back at the real block. */
  alignedMalloc(align: number, size: number): number {
    if (align <= 16) return this.malloc(size);
    const block = this.malloc(size + align + HEADER);
    const at = Math.ceil((block + HEADER) / align) * align;
    this.view.setInt32(at - 16, this.view.getInt32(block - 16, true), true);
    this.view.setInt32(at - 12, block, true);
    this.view.setUint32(at - 8, this.view.getUint32(block - 8, true), true);
    this.view.setInt32(at - 4, MAGIC, true);
    return at;
  }

  private account(size: number): void {
    this.live += size;
    if (this.live > this.peak) this.peak = this.live;
  }

  private header(at: number, what: string): void {
    if (at < HEAP_BASE + HEADER || at > this.top || (at & 15) !== 0) throw new VmStop(`${what}: 0x${at.toString(16)} is not an allocated block`);
    const magic = this.view.getInt32(at - 4, true);
    if (magic === FREED) throw new VmStop(`${what}: block 0x${at.toString(16)} was freed already`);
    if (magic !== MAGIC) throw new VmStop(`${what}: 0x${at.toString(16)} is not an allocated block`);
  }

  release(at: number): void {
    if (at === 0) return;
    this.header(at, 'free');
    const block = this.view.getInt32(at - 12, true) >>> 0;
    this.live -= this.view.getUint32(at - 8, true);
    this.view.setInt32(at - 4, FREED, true);
    this.view.setInt32(block - 4, FREED, true);
    this.free[this.view.getInt32(block - 16, true)]!.push(block);
  }

  realloc(at: number, size: number): number {
    if (at === 0) return this.malloc(size);
    this.header(at, 'realloc');
    const block = this.view.getInt32(at - 12, true) >>> 0;
    const cls = this.view.getInt32(at - 16, true);
    const old = this.view.getUint32(at - 8, true);
    if (block === at && size > 0 && size <= classSize(cls) && classOf(size) >= cls - 4) {
      this.view.setUint32(at - 8, size, true);
      this.account(size - old);
      return at;
    }
    const room = block === at ? old : block + classSize(cls) - at;
    const fresh = this.malloc(size);
    this.u8.copyWithin(fresh, at, at + Math.min(room, size));
    this.release(at);
    return fresh;
  }

  /** Where [at, at + n) is in linear memory; throws when it is no memory of the program. `what`: the host function that wants it. */
  check(at: number, n: number, what = ''): number {
    if (n === 0 || (at >= NULL_LIMIT && n > 0 && at + n <= this.u8.length)) return at;
    const place = this.isForeign(at) && n > 0 ? this.foreign!(at, n) : 0;
    if (place !== 0) return place;
    if (what === '') throw badAccess(at);
    throw new VmStop(at < NULL_LIMIT && at >= 0 ? `${what}: null pointer` : `${what}: invalid pointer 0x${at.toString(16)}`);
  }

  /** Whether the address can only be the child's: no linear memory, no code pointer. */
  isForeign(at: number): boolean { return this.foreign !== null && at >= 2 ** 32 && !(at >= FN_BASE && at < FN_BASE + CHILD_CODE); }

  /** A view of the bytes; valid until memory grows. */
  bytes(at: number, n: number, what = 'read'): Uint8Array {
    const place = this.check(at, n, what);
    return this.u8.subarray(place, place + n);
  }

  /** The NUL-terminated string at `at`. */
  cstring(at: number): string {
    return decoder.decode(this.bytes(at, this.strlen(at), 'read of a C string'));
  }

  /** Length of the NUL-terminated string at `at`. */
  strlen(at: number): number {
    const place = this.check(at, 1, 'read of a C string');
    if (place !== at) return this.foreignLength!(at);
    const end = this.u8.indexOf(0, at);
    if (end < 0) throw new VmStop('C string without an end');
    return end - at;
  }

  /** A permanent 16-byte {ptr, len} whose bytes are `text`. */
  stringValue(text: string): number {
    const bytes = encoder.encode(text);
    const data = this.permanent(bytes.length + 1, 1);
    this.u8.set(bytes, data);
    const at = this.permanent(16, 8);
    this.view.setBigUint64(at, BigInt(data), true);
    this.view.setBigUint64(at + 8, BigInt(bytes.length), true);
    return at;
  }
}
