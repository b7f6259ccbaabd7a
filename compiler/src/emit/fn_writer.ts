// Takes the function being printed; gives operands, value numbers, debug locations and small memory idioms to the emitters.
import { ice } from '../base/ice.ts';
import type { Fn, Ref } from '../ir/module.ts';
import { BodyReader } from '../ir/packed_body.ts';
import type { IrTy } from '../types/ir_type.ts';
import type { CoverageWriter } from './coverage.ts';
import type { DebugWriter } from './debug.ts';
import { MEM_TY, ODD, REG_TY } from './lltype.ts';
import type { SpelledSig } from './spell.ts';
import { type EmitState, UNDEF } from './state.ts';
import { type Fragments, fixed, Text } from './text.ts';

const MEMCPY = 'llvm.memcpy.p0.p0.i64';
const MEMMOVE = 'llvm.memmove.p0.p0.i64';
const MEMSET = 'llvm.memset.p0.i64';

const DEF = fixed('  %');
const IS = fixed(' = ');
const DBG = fixed(', !dbg !');
const CALL_MEMCPY = fixed(`  call void @${MEMCPY}(ptr `);
const CALL_MEMSET = fixed(`  call void @${MEMSET}(ptr `);
const AND_PTR = fixed(', ptr ');
const ELEMENT = fixed('getelementptr i8, ptr ');
const ZERO_BYTES = fixed(', i8 0');
const AND_I64 = fixed(', i64 ');
const NOT_VOLATILE = fixed(', i1 false)');
const PERCENT = 37;

/** What stands for a value in the text: the number of a numbered value + 1, or the negative of a fragment. */
export type Operand = number;

/**
 * State of the function being printed. Instruction results are LLVM's numbered values (cheapest to parse); parameters and
 * aliases have a text of their own.
 */
export class FnWriter {
  /** The function's text: with debug information apart from the module's, because its metadata is written first. */
  readonly out: Text;
  private readonly frags: Fragments;
  fn!: Fn;
  readonly body = new BodyReader();
  sig!: SpelledSig;
  /** The operand of each IR ref, 0 for none yet. */
  val = new Int32Array(1024);
  next = 0;
  /** A use was met before its definition in the text: the function is printed again in reverse postorder. */
  forward = false;
  /** Several returns of a result in two registers: they meet in one block, whose location is the last one's; -1 before the first. */
  joined = false;
  retLoc = -1;
  /** The node of the current position, or 0. */
  loc = 0;
  /** Numbers of cmpxchg pairs, for cmpxchg_ok. */
  readonly pairs = new Map<Ref, { readonly number: number; readonly ty: string }>();
  private hasMemcpy = false;
  private hasMemset = false;
  private hasMemmove = false;

  constructor(
    readonly st: EmitState,
    readonly debug: DebugWriter | null,
    readonly coverage: CoverageWriter | null = null,
  ) {
    this.frags = st.frags;
    this.out = debug === null ? st.out : new Text(st.frags, 1 << 14);
  }

  /** Clears the value map for printing `fn` (again). */
  reset(fn: Fn, sig: SpelledSig): void {
    const { body } = this;
    this.fn = fn;
    this.sig = sig;
    if (this.val.length < body.count) this.val = new Int32Array(body.count * 2);
    else this.val.fill(0, 0, body.count);
    this.next = 0;
    this.forward = false;
    this.joined = false;
    this.retLoc = -1;
    if (this.pairs.size > 0) this.pairs.clear();
  }

  tyOf(r: Ref): IrTy {
    return r < 0 ? this.st.module.consts[~r]!.ty : this.body.ty[r]!;
  }

  /** Writes an operand. */
  ref(r: Ref): void {
    if (r < 0) this.out.put(this.st.constFrag(~r));
    else this.operand(this.val[r]! || this.missing(r));
  }

  /** What stands for `r` in the text. */
  operandOf(r: Ref): Operand {
    return r < 0 ? -this.st.constFrag(~r) : this.val[r]! || this.missing(r);
  }

  operand(v: Operand): void {
    if (v > 0) this.out.lettered(PERCENT, v - 1);
    else this.out.put(-v);
  }

  /** The same as text, for the rare paths. */
  refText(r: Ref): string {
    return this.operandText(this.operandOf(r));
  }

  operandText(v: Operand): string {
    return v > 0 ? `%${v - 1}` : this.frags.text(-v);
  }

  private missing(r: Ref): Operand {
    if (r === 0) ice(`emit: '${this.fn.symbol}' uses operand 0`);
    this.forward = true;
    return -UNDEF;
  }

  /** Starts `  %n = ` for the result of instruction `i`. */
  def(i: Ref): void {
    this.val[i] = this.temp() + 1;
  }

  /** Starts `  %n = ` for a helper value and returns n. */
  temp(): number {
    const n = this.next++;
    const { out } = this;
    out.put(DEF);
    out.num(n);
    out.put(IS);
    return n;
  }

  /** Writes `%n`. */
  number(n: number): void {
    this.out.lettered(PERCENT, n);
  }

  /** Makes `i` stand for an operand. */
  alias(i: Ref, text: Operand): void {
    this.val[i] = text;
  }

  /** Makes `i` stand for another ref. */
  aliasRef(i: Ref, r: Ref): void {
    this.val[i] = this.operandOf(r);
  }

  /** Ends an instruction that a debugger may stop at. */
  end(): void {
    const { out } = this;
    if (this.loc !== 0) {
      out.put(DBG);
      out.num(this.loc);
    }
    out.byte(10);
  }

  /** Writes `  <text>` and ends the instruction. */
  line(text: string): void {
    this.out.str('  ');
    this.out.str(text);
    this.end();
  }

  /** `text` as a helper value; returns its operand text. */
  value(text: string): string {
    const n = this.temp();
    this.out.str(text);
    this.end();
    return `%${n}`;
  }

  /** `base + offset`. */
  addr(base: Operand, offset: number): Operand {
    if (offset === 0) return base;
    const { out } = this;
    const n = this.temp();
    out.put(ELEMENT);
    this.operand(base);
    out.put(AND_I64);
    out.num(offset);
    this.end();
    return n + 1;
  }

  memcpy(dst: Operand, src: Operand, size: number): void {
    const { out } = this;
    if (!this.hasMemcpy) {
      this.hasMemcpy = true;
      this.st.declare(MEMCPY, `declare void @${MEMCPY}(ptr, ptr, i64, i1)`);
    }
    out.put(CALL_MEMCPY);
    this.operand(dst);
    out.put(AND_PTR);
    this.operand(src);
    this.sized(size);
  }

  /** Fills memory with zeros. */
  clear(dst: Ref, size: number): void {
    const { out } = this;
    this.needMemset();
    out.put(CALL_MEMSET);
    this.ref(dst);
    out.put(ZERO_BYTES);
    this.sized(size);
  }

  private sized(size: number): void {
    const { out } = this;
    out.put(AND_I64);
    out.num(size);
    out.put(NOT_VOLATILE);
    this.end();
  }

  needMemset(): void {
    if (this.hasMemset) return;
    this.hasMemset = true;
    this.st.declare(MEMSET, `declare void @${MEMSET}(ptr, i8, i64, i1)`);
  }

  needMemmove(): void {
    if (this.hasMemmove) return;
    this.hasMemmove = true;
    this.st.declare(MEMMOVE, `declare void @${MEMMOVE}(ptr, ptr, i64, i1)`);
  }

  /** Ends a value of memory type: narrows it to the register's odd width when there is one. Call after `temp()`/`def()` wrote the load. */
  narrowInto(i: Ref, n: number, ty: IrTy): void {
    if (ODD[ty] === 0) {
      this.val[i] = n + 1;
      return;
    }
    this.def(i);
    this.out.str(`trunc ${MEM_TY[ty]} %${n} to ${REG_TY[ty]}\n`);
  }

  /** Operand text of register value `r` widened to its memory type. */
  widened(r: Ref, ty: IrTy): string {
    if (ODD[ty] === 0) return this.refText(r);
    return this.value(`${ty > 192 ? 'sext' : 'zext'} ${REG_TY[ty]} ${this.refText(r)} to ${MEM_TY[ty]}`);
  }
}
