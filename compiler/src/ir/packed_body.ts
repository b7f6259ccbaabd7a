// Takes the working columns of a finished function; gives its body as ranges of few large buffers, whose columns are views made when they are read.
// A program has a body per function and reads most of them once: ten views for each are what collections would copy most of.
import type { AsmBlob, DebugVar, FnBody } from './module.ts';

/** Columns as a builder fills them; the numbers say how much of them is in use. */
export interface WorkColumns {
  readonly count: number;
  readonly op: Uint8Array;
  readonly ty: Uint16Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
  readonly pos: Int32Array;
  readonly extras: number;
  readonly extra: Int32Array;
  readonly blocks: number;
  readonly blockStart: Int32Array;
  readonly blockEnd: Int32Array;
  readonly written: number;
  readonly order: Int32Array;
  readonly vars: readonly DebugVar[];
  readonly looked: readonly number[];
  readonly asms: readonly AsmBlob[];
}

const NO_VARS: readonly DebugVar[] = [];

/** A body in its store. Each column read is a new view: what reads more than one or two takes `openBody`. */
export class PackedBody implements FnBody {
  constructor(
    private readonly words: Int32Array, private readonly word: number, private readonly halves: Uint16Array, private readonly half: number,
    private readonly bytes: Uint8Array, private readonly byte: number, readonly count: number, private readonly extras: number,
    private readonly blocks: number, private readonly written: number, readonly vars: readonly DebugVar[], readonly looked: readonly number[],
    readonly asms: readonly AsmBlob[],
  ) {}

  get op(): Uint8Array { return this.bytes.subarray(this.byte, this.byte + this.count); }
  get ty(): Uint16Array { return this.halves.subarray(this.half, this.half + this.count); }
  get a(): Int32Array { return this.range(0, this.count); }
  get b(): Int32Array { return this.range(this.count, this.count); }
  get c(): Int32Array { return this.range(this.count * 2, this.count); }
  get pos(): Int32Array { return this.range(this.count * 3, this.count); }
  get extra(): Int32Array { return this.range(this.count * 4, this.extras); }
  get blockStart(): Int32Array { return this.range(this.count * 4 + this.extras, this.blocks); }
  get blockEnd(): Int32Array { return this.range(this.count * 4 + this.extras + this.blocks, this.blocks); }
  get order(): Int32Array { return this.range(this.count * 4 + this.extras + this.blocks * 2, this.written); }

  /** Copies the columns to where `to` has made room for them. */
  copy(to: BodyReader): void {
    const { words, halves, bytes, half, byte, count: n, extras, blocks } = this;
    to.reserve(n, extras, blocks, this.written);
    const { op, ty, a, b, c, pos } = to;
    const first = this.word;
    for (let i = 0; i < n; i++) {
      const at = first + i;
      a[i] = words[at]!;
      b[i] = words[at + n]!;
      c[i] = words[at + n * 2]!;
      pos[i] = words[at + n * 3]!;
      ty[i] = halves[half + i]!;
      op[i] = bytes[byte + i]!;
    }
    let at = first + n * 4;
    takeList(to.extra, words, at, extras);
    takeList(to.blockStart, words, at += extras, blocks);
    takeList(to.blockEnd, words, at += blocks, blocks);
    takeList(to.order, words, at + blocks, this.written);
  }

  private range(from: number, n: number): Int32Array { return this.words.subarray(this.word + from, this.word + from + n); }

  open(): FnBody {
    return {
      count: this.count, op: this.op, ty: this.ty, a: this.a, b: this.b, c: this.c, pos: this.pos, extra: this.extra,
      blockStart: this.blockStart, blockEnd: this.blockEnd, order: this.order, vars: this.vars, looked: this.looked, asms: this.asms,
    };
  }
}

/** All columns of a body, for whoever reads it from end to end. */
export function openBody(body: FnBody): FnBody { return body instanceof PackedBody ? body.open() : body; }

/**
 * One body after the other, for who reads those of a whole program: its columns are longer than the body and written over by the next
 * `read`. Ten views of a body cost more than copying it, and a collection would copy them.
 */
export class BodyReader implements FnBody {
  count = 0;
  blocks = 0;
  written = 0;
  op = new Uint8Array(256);
  ty = new Uint16Array(256);
  a = new Int32Array(256);
  b = new Int32Array(256);
  c = new Int32Array(256);
  pos = new Int32Array(256);
  extra = new Int32Array(256);
  blockStart = new Int32Array(64);
  blockEnd = new Int32Array(64);
  order = new Int32Array(64);
  vars: readonly DebugVar[] = NO_VARS;
  asms: readonly AsmBlob[] = [];

  read(body: FnBody): void {
    this.vars = body.vars;
    this.asms = body.asms;
    if (body instanceof PackedBody) {
      body.copy(this);
      return;
    }
    this.reserve(body.count, body.extra.length, body.blockStart.length, body.order.length);
    for (const name of ['op', 'ty', 'a', 'b', 'c', 'pos', 'extra', 'blockStart', 'blockEnd', 'order'] as const) this[name].set(body[name]);
  }

  reserve(count: number, extras: number, blocks: number, written: number): void {
    this.count = count;
    this.blocks = blocks;
    this.written = written;
    if (count > this.op.length) {
      const n = count * 2;
      this.op = new Uint8Array(n);
      this.ty = new Uint16Array(n);
      this.a = new Int32Array(n);
      this.b = new Int32Array(n);
      this.c = new Int32Array(n);
      this.pos = new Int32Array(n);
    }
    if (extras > this.extra.length) this.extra = new Int32Array(extras * 2);
    if (blocks > this.blockStart.length) {
      this.blockStart = new Int32Array(blocks * 2);
      this.blockEnd = new Int32Array(blocks * 2);
    }
    if (written > this.order.length) this.order = new Int32Array(written * 2);
  }
}

/** Copies `n` words of a body's store to the front of a column. */
function takeList(list: Int32Array, words: Int32Array, from: number, n: number): void {
  for (let i = 0; i < n; i++) list[i] = words[from + i]!;
}

const WORDS = 1 << 16;
const SMALL = 1 << 16;

/** Owned by the module whose bodies it holds; nothing is ever freed alone. */
export class BodyStore {
  private words = new Int32Array(0);
  private word = 0;
  private halves = new Uint16Array(0);
  private bytes = new Uint8Array(0);
  /** Of halves and bytes: each instruction has one of both. */
  private small = 0;

  add(x: WorkColumns): PackedBody {
    const n = x.count;
    const { extras, blocks, written, vars } = x;
    const need = n * 4 + extras + blocks * 2 + written;
    if (this.word + need > this.words.length) {
      this.words = new Int32Array(Math.max(WORDS, need));
      this.word = 0;
    }
    if (this.small + n > this.bytes.length) {
      this.halves = new Uint16Array(Math.max(SMALL, n));
      this.bytes = new Uint8Array(Math.max(SMALL, n));
      this.small = 0;
    }
    const { words, halves, bytes, small } = this;
    const { op, ty, a, b, c, pos } = x;
    const first = this.word;
    for (let i = 0; i < n; i++) {
      const at = first + i;
      words[at] = a[i]!;
      words[at + n] = b[i]!;
      words[at + n * 2] = c[i]!;
      words[at + n * 3] = pos[i]!;
      halves[small + i] = ty[i]!;
      bytes[small + i] = op[i]!;
    }
    let at = copyList(words, first + n * 4, x.extra, extras);
    at = copyList(words, at, x.blockStart, blocks);
    at = copyList(words, at, x.blockEnd, blocks);
    this.word = copyList(words, at, x.order, written);
    this.small = small + n;
    return new PackedBody(words, first, halves, small, bytes, small, n, extras, blocks, written, vars.length === 0 ? NO_VARS : vars.slice(), x.looked, x.asms);
  }
}

/** Where the copy of the first `n` ends. */
function copyList(words: Int32Array, at: number, list: Int32Array, n: number): number {
  for (let i = 0; i < n; i++) words[at + i] = list[i]!;
  return at + n;
}
