// Writes one function's IR: growable columns, one current block; `finish` gives the packed FnBody.
import { IR_BOOL, IR_PTR, IR_VOID, type IrTy } from '../types/ir_type.ts';
import type { AsmBlob, DebugVar, FnBody, Module, Ref } from './module.ts';
import { Op } from './op.ts';
import type { WorkColumns } from './packed_body.ts';

export type BlockId = number;

/** Working columns; finished builders hand theirs to the next one, since most functions are small and builders many. */
interface Columns {
  op: Uint8Array;
  ty: Uint16Array;
  a: Int32Array;
  b: Int32Array;
  c: Int32Array;
  pos: Int32Array;
  extra: Int32Array;
  blockStart: Int32Array;
  blockEnd: Int32Array;
  order: Int32Array;
}

const makeColumns = (n: number, extras: number, blocks: number): Columns => ({
  op: new Uint8Array(n), ty: new Uint16Array(n), a: new Int32Array(n), b: new Int32Array(n), c: new Int32Array(n), pos: new Int32Array(n),
  extra: new Int32Array(extras), blockStart: new Int32Array(blocks), blockEnd: new Int32Array(blocks), order: new Int32Array(blocks),
});
const NO_COLUMNS = makeColumns(0, 0, 0);
const POOL: Columns[] = [];
const FIRST_SIZE = 1024;
const NO_ASMS: AsmBlob[] = [];
const NO_TYPES: number[] = [];

export class Builder implements WorkColumns {
  op = NO_COLUMNS.op;
  ty = NO_COLUMNS.ty;
  a = NO_COLUMNS.a;
  b = NO_COLUMNS.b;
  c = NO_COLUMNS.c;
  pos = NO_COLUMNS.pos;
  count = 1;
  extra = NO_COLUMNS.extra;
  extras = 1;
  blockStart = NO_COLUMNS.blockStart;
  blockEnd = NO_COLUMNS.blockEnd;
  /** The entry is there and begun. */
  blocks = 1;
  /** Each block is begun once: as long as the two before it. */
  order = NO_COLUMNS.order;
  written = 1;
  vars: DebugVar[] = [];
  looked = NO_TYPES;
  asms = NO_ASMS;
  /** See Module.insights. */
  private insights: number[] | null = null;
  /** The block being written; -1 after a terminator (code is unreachable and dropped). */
  current: BlockId = 0;
  /** Source position stamped on every instruction. */
  at = 0;

  constructor(readonly module: Module) {}

  block(): BlockId {
    const n = this.blocks;
    if (n >= this.order.length) this.growBlocks();
    this.blockStart[n] = -1;
    this.blockEnd[n] = -1;
    this.blocks = n + 1;
    return n;
  }

  /** Begins writing `block`; the current one must be terminated (or is: it falls through to `block`). */
  start(block: BlockId): void {
    if (this.current >= 0) this.br(block);
    this.current = block;
    this.blockStart[block] = this.count;
    this.order[this.written++] = block;
  }

  /** True while code written now can be reached. */
  get live(): boolean { return this.current >= 0; }

  /** Whether `block` has been begun. */
  started(block: BlockId): boolean { return block === 0 || this.blockStart[block]! >= 0; }

  inst(op: Op, ty: IrTy, a: number, b: number, c: number): Ref {
    if (this.current < 0) return this.dead(ty);
    const n = this.count;
    if (n >= this.op.length) this.grow();
    this.op[n] = op;
    this.ty[n] = ty;
    this.a[n] = a;
    this.b[n] = b;
    this.c[n] = c;
    this.pos[n] = this.at;
    this.count = n + 1;
    return n;
  }

  private dead(ty: IrTy): Ref { return ty === IR_VOID ? 0 : this.module.undef(ty); }

  private terminate(op: Op, a: number, b: number, c: number): void {
    if (this.current < 0) return;
    this.inst(op, IR_VOID, a, b, c);
    this.blockEnd[this.current] = this.count;
    this.current = -1;
  }

  slot(size: number, align: number): Ref { return this.inst(Op.slot, IR_PTR, size, align, 0); }
  load(ty: IrTy, ptr: Ref): Ref { return this.inst(Op.load, ty, ptr, 0, 0); }
  store(ptr: Ref, value: Ref): void { this.inst(Op.store, IR_VOID, ptr, value, 0); }
  copy(dst: Ref, src: Ref, size: number): void { if (size > 0 && dst !== src) this.inst(Op.copy, IR_VOID, dst, src, size); }
  zero(dst: Ref, size: number): void { if (size > 0) this.inst(Op.zero, IR_VOID, dst, 0, size); }
  field(ptr: Ref, offset: number): Ref { return offset === 0 ? ptr : this.inst(Op.field, IR_PTR, ptr, 0, offset); }
  index(ptr: Ref, index: Ref, elemSize: number): Ref { return this.inst(Op.index, IR_PTR, ptr, index, elemSize); }
  bin(op: Op, ty: IrTy, a: Ref, b: Ref): Ref { return this.inst(op, ty, a, b, 0); }
  cmp(op: Op, a: Ref, b: Ref): Ref { return this.inst(op, IR_BOOL, a, b, 0); }
  conv(op: Op, ty: IrTy, a: Ref): Ref { return this.inst(op, ty, a, 0, 0); }
  select(ty: IrTy, cond: Ref, a: Ref, b: Ref): Ref { return this.inst(Op.select, ty, cond, a, b); }
  call(fn: number, ty: IrTy, args: readonly Ref[], dst: Ref): Ref { return this.inst(Op.call, ty, fn, this.list(args), dst); }
  callPtr(callee: Ref, sig: number, ty: IrTy, args: readonly Ref[], dst: Ref): Ref {
    const at = this.extras;
    this.put(sig);
    this.list(args);
    return this.inst(Op.call_ptr, ty, callee, at, dst);
  }
  br(block: BlockId): void { this.terminate(Op.br, block, 0, 0); }
  condBr(cond: Ref, then: BlockId, else_: BlockId): void { this.terminate(Op.cond_br, cond, then, else_); }
  /** `cases`: constant refs and their blocks. */
  switch_(value: Ref, cases: readonly (readonly [Ref, BlockId])[], default_: BlockId): void {
    const at = this.extras;
    this.put(cases.length);
    this.put(default_);
    for (const [k, blk] of cases) {
      this.put(k);
      this.put(blk);
    }
    this.terminate(Op.switch_, value, at, 0);
  }
  ret(value: Ref): void { this.terminate(Op.ret, value, 0, 0); }
  trap(message: Ref): void { this.terminate(Op.trap, message, 0, 0); }
  unreachable(): void { this.terminate(Op.unreachable, 0, 0, 0); }

  /** Whether `ref` is a frame slot of this function. */
  isSlot(ref: Ref): boolean { return ref > 0 && this.op[ref] === Op.slot; }

  /** Whether anything written so far can have an effect besides its values (calls). */
  hasEffects(): boolean {
    for (let i = 1; i < this.count; i++) {
      const op = this.op[i]! as Op;
      if (op === Op.call || op === Op.call_ptr) return true;
    }
    return false;
  }

  /** A count-prefixed list in `extra`. */
  list(items: readonly number[]): number {
    const at = this.extras;
    this.put(items.length);
    this.run(items);
    return at;
  }
  /** A raw run of numbers in `extra` (no count). */
  run(items: readonly number[]): number {
    const at = this.extras;
    for (let i = 0; i < items.length; i++) this.put(items[i]!);
    return at;
  }
  private put(x: number): void {
    if (this.extra.length === 0) this.begin();
    if (this.extras >= this.extra.length) this.extra = doubled(this.extra, new Int32Array(this.extra.length * 2));
    this.extra[this.extras++] = x;
  }

  debugVar(v: DebugVar): void { this.vars.push(v); }
  /** The code goes on through a pointer to a value of `type`. */
  look(type: number): void {
    if (this.looked === NO_TYPES) this.looked = [type];
    else if (!this.looked.includes(type)) this.looked.push(type);
  }
  asm(blob: AsmBlob): number {
    if (this.asms === NO_ASMS) this.asms = [];
    return this.asms.push(blob) - 1;
  }

  /**
   * Calls `write` for what it finds out, not for its code: nothing of it is reached, and blocks that it begins nevertheless are taken back.
   * The current block goes on as it was.
   */
  withoutCode<T>(write: () => T): T {
    const { current, count, extras, written } = this;
    const vars = this.vars.length;
    const asms = this.asms.length;
    this.current = -1;
    const found = write();
    for (let i = written; i < this.written; i++) {
      this.blockStart[this.order[i]!] = -1;
      this.blockEnd[this.order[i]!] = -1;
    }
    this.current = current;
    this.count = count;
    this.extras = extras;
    this.written = written;
    this.vars.length = vars;
    if (this.asms.length > asms) this.asms.length = asms;
    return found;
  }

  finish(): FnBody {
    if (this.current >= 0) this.unreachable();
    this.module.instructions += this.count;
    const body = this.module.bodies.add(this);
    if (this.insights !== null) this.module.insights.set(body, this.insights);
    this.discard();
    return body;
  }

  /** Values of `type` are looked at as something else; 0: memory is left as it was. */
  looksInto(type: number): void { (this.insights ??= []).push(type); }

  /** Ends a builder whose code nobody wants. */
  discard(): void {
    if (this.op.length > 0) {
      POOL.push({
        op: this.op, ty: this.ty, a: this.a, b: this.b, c: this.c, pos: this.pos,
        extra: this.extra, blockStart: this.blockStart, blockEnd: this.blockEnd, order: this.order,
      });
    }
    this.use(NO_COLUMNS);
  }

  private use(x: Columns): void {
    this.op = x.op;
    this.ty = x.ty;
    this.a = x.a;
    this.b = x.b;
    this.c = x.c;
    this.pos = x.pos;
    this.extra = x.extra;
    this.blockStart = x.blockStart;
    this.blockEnd = x.blockEnd;
    this.order = x.order;
  }

  /** Columns are taken for the first thing that is written: many builders write nothing. */
  private begin(): void {
    this.use(POOL.pop() ?? makeColumns(FIRST_SIZE, FIRST_SIZE / 4, FIRST_SIZE / 4));
    this.extra[0] = 0;
    this.blockStart[0] = 1;
    this.blockEnd[0] = -1;
    this.order[0] = 0;
  }

  private grow(): void {
    if (this.op.length === 0) {
      this.begin();
      return;
    }
    const n = this.op.length * 2;
    this.op = doubled(this.op, new Uint8Array(n));
    this.ty = doubled(this.ty, new Uint16Array(n));
    this.a = doubled(this.a, new Int32Array(n));
    this.b = doubled(this.b, new Int32Array(n));
    this.c = doubled(this.c, new Int32Array(n));
    this.pos = doubled(this.pos, new Int32Array(n));
  }

  private growBlocks(): void {
    if (this.op.length === 0) {
      this.begin();
      return;
    }
    const n = this.order.length * 2;
    this.blockStart = doubled(this.blockStart, new Int32Array(n));
    this.blockEnd = doubled(this.blockEnd, new Int32Array(n));
    this.order = doubled(this.order, new Int32Array(n));
  }
}

function doubled<T extends Uint8Array | Uint16Array | Int32Array>(old: T, next: T): T {
  next.set(old);
  return next;
}
