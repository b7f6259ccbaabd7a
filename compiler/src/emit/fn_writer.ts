// Takes the function being printed; gives operands, value numbers, debug locations and small memory idioms to the emitters.
import { ice } from '../base/ice.ts';
import type { Fn, FnBody, Ref } from '../ir/module.ts';
import type { IrTy } from '../types/ir_type.ts';
import type { CoverageWriter } from './coverage.ts';
import type { DebugWriter } from './debug.ts';
import { MEM_TY, ODD, REG_TY } from './lltype.ts';
import type { LoweredSig } from './lowering.ts';
import type { EmitState } from './state.ts';
import { Text } from './text.ts';

const MEMCPY = 'llvm.memcpy.p0.p0.i64';
const MEMMOVE = 'llvm.memmove.p0.p0.i64';
const MEMSET = 'llvm.memset.p0.i64';

/**
 * State of the function being printed. Instruction results are LLVM's numbered values (cheapest to parse); `val` maps an
 * IR ref to number + 1, or to -(index + 1) of `specials`, operands with a text of their own (parameters, aliases).
 */
export class FnWriter {
  /** The function's text, apart from the module's: its metadata is written first. */
  readonly out = new Text(1 << 14);
  fn!: Fn;
  body!: FnBody;
  sig!: LoweredSig;
  val = new Int32Array(1024);
  specials: string[] = [];
  next = 0;
  /** A use was met before its definition in the text: the function is printed again in reverse postorder. */
  forward = false;
  /** Several returns of a result in two registers: they meet in one block, whose location is the last one's. */
  joined = false;
  retLoc: string | null = null;
  /** `, !dbg !n` of the current position, or ''. */
  loc = '';
  /** Numbers of cmpxchg pairs, for cmpxchg_ok. */
  readonly pairs = new Map<Ref, { readonly number: number; readonly ty: string }>();
  private hasMemcpy = false;
  private hasMemset = false;
  private hasMemmove = false;

  constructor(
    readonly st: EmitState,
    readonly debug: DebugWriter | null,
    readonly coverage: CoverageWriter | null = null,
  ) {}

  /** Clears the value map for printing `fn` (again). */
  reset(fn: Fn, body: FnBody, sig: LoweredSig): void {
    this.fn = fn;
    this.body = body;
    this.sig = sig;
    if (this.val.length < body.count) this.val = new Int32Array(body.count * 2);
    else this.val.fill(0, 0, body.count);
    this.specials.length = 0;
    this.next = 0;
    this.forward = false;
    this.joined = false;
    this.retLoc = null;
    this.pairs.clear();
  }

  tyOf(r: Ref): IrTy {
    return r < 0 ? this.st.module.consts[~r]!.ty : this.body.ty[r]!;
  }

  /** Writes an operand. */
  ref(r: Ref): void {
    if (r < 0) {
      this.out.str(this.st.constText(~r));
      return;
    }
    const v = this.val[r]!;
    if (v > 0) {
      this.out.byte(37);
      this.out.num(v - 1);
    } else if (v < 0) {
      this.out.str(this.specials[-v - 1]!);
    } else {
      this.missing(r);
    }
  }

  /** The same as text, for the rare paths. */
  refText(r: Ref): string {
    if (r < 0) return this.st.constText(~r);
    const v = this.val[r]!;
    if (v > 0) return `%${v - 1}`;
    if (v < 0) return this.specials[-v - 1]!;
    this.missing(r);
    return 'undef';
  }

  private missing(r: Ref): void {
    if (r === 0) ice(`emit: '${this.fn.symbol}' uses operand 0`);
    this.forward = true;
    this.out.str('undef');
  }

  /** Starts `  %n = ` for the result of instruction `i`. */
  def(i: Ref): void {
    const n = this.next++;
    this.val[i] = n + 1;
    this.out.str('  %');
    this.out.num(n);
    this.out.str(' = ');
  }

  /** Starts `  %n = ` for a helper value and returns n. */
  temp(): number {
    const n = this.next++;
    this.out.str('  %');
    this.out.num(n);
    this.out.str(' = ');
    return n;
  }

  /** Makes `i` stand for an operand text. */
  alias(i: Ref, text: string): void {
    this.specials.push(text);
    this.val[i] = -this.specials.length;
  }

  /** Makes `i` stand for another ref. */
  aliasRef(i: Ref, r: Ref): void {
    if (r < 0) this.alias(i, this.st.constText(~r));
    else if (this.val[r] === 0) this.missing(r);
    else this.val[i] = this.val[r]!;
  }

  /** Ends an instruction that a debugger may stop at. */
  end(): void {
    if (this.loc !== '') this.out.str(this.loc);
    this.out.byte(10);
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

  /** Operand text of `base + offset`. */
  addr(base: string, offset: number): string {
    return offset === 0 ? base : this.value(`getelementptr i8, ptr ${base}, i64 ${offset}`);
  }

  memcpy(dst: string, src: string, size: number): void {
    this.needMemcpy();
    this.line(`call void @${MEMCPY}(ptr ${dst}, ptr ${src}, i64 ${size}, i1 false)`);
  }

  needMemcpy(): void {
    if (this.hasMemcpy) return;
    this.hasMemcpy = true;
    this.st.declare(MEMCPY, `declare void @${MEMCPY}(ptr, ptr, i64, i1)`);
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
