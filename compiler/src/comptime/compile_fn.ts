// Takes one IR function; gives its WebAssembly code, locals and the table of code positions.
//
// Structure follows N. Ramsey, "Beyond Relooper" (ICFP 2022): a walk of the dominator tree, one `block` per merge node,
// one `loop` per loop head. A value with one use in its own block is computed at that use, everything else has a local.
import { callArgs, eachRef } from '../ir/refs.ts';
import { Abi, type Const, ConstKind, type FnBody, Linkage, type Module, type Sig } from '../ir/module.ts';
import { Op, RttiCol } from '../ir/op.ts';
import { IR_PTR, IR_VOID, type IrTy, irIsSigned } from '../types/ir_type.ts';
import { analyze, type FnFacts, PURE, READS } from './analyze.ts';
import { buildCfg, type Cfg } from './cfg.ts';
import { afterLoad, binary, constant, convert, floatMath, fromNumber, loadOp, normalise, type Operands, OPERAND_LOCAL, storeOp, toNumber } from './gen_num.ts';
import { Helper, HELPER_CALLS, HELPER_KEYS } from './helpers.ts';
import { CALL_FUEL, FN_BASE, FN_SHIFT, fnAddress, FUEL_CHUNK, HOST_ARGS, HOST_RESULT, NULL_LIMIT, sigKey, STACK_LOW, TABLE_FNS, tyChar, vtOf } from './layout.ts';
import { copyBytes, type MemGen, memoryOp } from './gen_mem.ts';
import { ByteBuf, type TypeKey, Vt, W } from './wasm.ts';

/** A host function as compiled code calls it: a number for Helper.dispatch. */
export interface HostCall {
  readonly id: number;
  /** Arguments and result are plain numbers; otherwise they go through memory, exact to 64 bits. */
  readonly numeric: boolean;
}

/** Most arguments a numeric host call can pass. */
export const NUMERIC_ARGS = 4;

/** What a function compiler asks of the batch it is compiled in. */
export interface BatchPort {
  readonly module: Module;
  /** Index of a function of this batch, -1 when it is compiled already and called through the table. */
  fnIndex(id: number): number;
  typeIndex(key: TypeKey): number;
  /** A host function, by symbol and type. */
  hostCall(symbol: string, key: TypeKey): HostCall;
  /** Address of a global; -1 when it has none at compile time. */
  globalAddress(id: number): number;
  /** Number of a message for Helper.fail. */
  message(text: string): number;
}

export interface CompiledFn {
  readonly key: TypeKey;
  readonly code: ByteBuf;
  readonly locals: readonly Vt[];
  /** Pairs: offset in `code`, instruction number; ascending. */
  readonly marks: readonly number[];
}

/** Type of the host function behind a call: as the program passes its arguments. */
export function hostKey(module: Module, body: FnBody, i: number, sig: Sig): TypeKey {
  const [at, n] = callArgs(body, i);
  let key = sig.result !== null && sig.result.mem ? 'l' : '';
  for (let k = 0; k < n; k++) {
    const ref = body.extra[at + k]!;
    key += tyChar(ref > 0 ? body.ty[ref]! : module.consts[~ref]!.ty);
  }
  return key + '>' + (sig.result === null || sig.result.mem ? '' : tyChar(sig.result.ty));
}

export class Unsupported extends Error {}

const ACT_NODE = 0;
const ACT_CODE = 1;
const ACT_END = 2;
const ACT_ELSE = 3;
const ACT_LEAVE = 4;

export class FnCompiler implements Operands, MemGen {
  readonly code = new ByteBuf(1024);
  readonly consts: readonly Const[];
  readonly facts: FnFacts;
  private readonly cfg: Cfg;
  private readonly locals: Vt[] = [];
  private readonly paramCount: number;
  private readonly firstParam: number;
  private readonly free: Record<number, number[]> = { [Vt.i32]: [], [Vt.i64]: [], [Vt.f32]: [], [Vt.f64]: [] };
  private readonly marks: number[] = [];
  /** Local that holds an instruction's value, -1: none (deferred, or rebuilt at each use). */
  readonly where: Int32Array;
  private readonly left: Int32Array;
  private readonly emitted: Uint8Array;
  private readonly stamp: Int32Array;
  /** Checked i32 address of a root, valid in the dominator subtree where it was made; 0 = none. */
  private readonly cache: Int32Array;
  private readonly cached: number[] = [];
  readonly slotLocal: Int32Array;
  readonly fp: number;
  private frameSize: number;
  private fuel = -1;
  private readonly labels: number[] = [];
  private pendingReads: number[] = [];
  private pendingSlots: number[] = [];
  readonly okLocal = new Map<number, number>();

  constructor(readonly batch: BatchPort, readonly sig: Sig, readonly body: FnBody) {
    this.consts = batch.module.consts;
    this.cfg = buildCfg(body);
    if (!this.cfg.reducible) throw new Unsupported('irreducible control flow');
    this.facts = analyze(batch.module, sig, body, this.cfg);
    const n = body.count;
    this.where = new Int32Array(n).fill(-1);
    this.left = this.facts.uses.slice();
    this.emitted = new Uint8Array(n);
    this.stamp = new Int32Array(n);
    this.cache = new Int32Array(n);
    this.slotLocal = new Int32Array(n).fill(-1);
    this.firstParam = sig.result !== null && sig.result.mem ? 2 : 1;
    this.paramCount = this.firstParam + sig.params.length;
    this.frameSize = this.facts.frameSize;
    this.fp = this.newLocal(Vt.i32);
  }

  // ---- locals and operands

  newLocal(vt: Vt): number {
    this.locals.push(vt);
    return this.paramCount + this.locals.length - 1;
  }

  temp(vt: Vt): number { return this.free[vt]!.pop() ?? this.newLocal(vt); }
  freeTemp(vt: Vt, local: number): void { this.free[vt]!.push(local); }
  helper(h: Helper): void { callHelper(this.code, this.batch, h); }
  mark(inst: number): void { this.marks.push(this.code.length, inst); }
  typeOf(ref: number): IrTy { return ref > 0 ? this.body.ty[ref]! : ref < 0 ? this.consts[~ref]!.ty : IR_VOID; }

  constOf(x: number): number | bigint | null {
    if (x >= 0) return null;
    const c = this.consts[~x]!;
    return c.kind === ConstKind.int || c.kind === ConstKind.type || c.kind === ConstKind.err ? c.value : c.kind === ConstKind.null_ ? 0 : null;
  }

  push(x: number): void {
    if (x >= OPERAND_LOCAL) this.code.get(x - OPERAND_LOCAL);
    else this.value(x);
  }

  /** Takes a place of the frame beyond the slots (a result nobody asked for). */
  scratch(size: number, align: number): number {
    const al = Math.min(Math.max(align, 1), 16);
    const at = Math.ceil(this.frameSize / al) * al;
    this.frameSize = at + Math.max(size, 1);
    return at;
  }

  private used(n: number): void {
    if (this.facts.local[n] === 1 && --this.left[n]! === 0) {
      const vt = vtOf(this.body.ty[n]!);
      if (this.where[n]! >= this.paramCount) this.freeTemp(vt, this.where[n]!);
    }
  }

  private constValue(ref: number, extra: number): void {
    const c = this.consts[~ref]!;
    switch (c.kind) {
      case ConstKind.fn: this.code.i64c(fnAddress(Number(c.value)) + extra); return;
      case ConstKind.global: {
        const at = this.batch.globalAddress(Number(c.value));
        if (at < 0) {
          this.fail(`extern global '${this.batch.module.globals[Number(c.value)]!.name}' has no value at compile time`, 0);
          this.code.i64c(0);
        } else this.code.i64c(at + c.offset + extra);
        return;
      }
      case ConstKind.undef: case ConstKind.null_: constant(this.code, c.ty, extra); return;
      default: constant(this.code, c.ty, c.value);
    }
  }

  /** Calls Helper.fail; control does not come back, but WebAssembly does not know. */
  fail(text: string, inst: number): void {
    this.code.i32c(this.batch.message(text));
    if (inst > 0) this.mark(inst);
    this.helper(Helper.fail);
  }

  private frameAddress(offset: number): void {
    this.code.get(this.fp);
    if (offset !== 0) {
      this.code.i32c(offset);
      this.code.op(W.i32_add);
    }
    this.code.op(W.i64_extend_i32_u);
  }

  /** Pushes the value of a ref. */
  value(ref: number): void {
    if (ref <= 0) {
      if (ref < 0) this.constValue(ref, 0);
      else this.code.i64c(0);
      return;
    }
    const { root, off } = this.facts;
    const r = root[ref]!;
    if (r !== ref) {
      const at = this.frameOffset(r);
      if (at >= 0) this.frameAddress(at + off[ref]!);
      else {
        this.value(r);
        this.code.i64c(off[ref]!);
        this.code.op(W.i64_add);
      }
      return;
    }
    if (this.where[ref]! >= 0) {
      this.code.get(this.where[ref]!);
      this.used(ref);
      return;
    }
    switch (this.body.op[ref]) {
      case Op.slot: this.frameAddress(Math.max(this.facts.frameAt[ref]!, 0)); return;
      case Op.ret_slot: this.code.get(1); return;
      case Op.comptime_flag: this.code.i32c(1); return;
      case Op.param: {
        const k = this.body.a[ref]!;
        if (this.sig.params[k]!.mem) this.frameAddress(this.facts.paramAt[k]!);
        else this.code.get(this.firstParam + k);
        return;
      }
      case Op.field:
        if (this.body.a[ref]! < 0) {
          this.constValue(this.body.a[ref]!, this.body.c[ref]!);
          return;
        }
        break;
      default: break;
    }
    this.emitted[ref] = 1;
    this.expr(ref);
  }

  private frameOffset(r: number): number {
    if (this.body.op[r] === Op.slot) return this.facts.frameAt[r]!;
    if (this.body.op[r] === Op.param && this.sig.params[this.body.a[r]!]!.mem) return this.facts.paramAt[this.body.a[r]!]!;
    return -1;
  }

  // ---- addresses

  /** Pushes a valid i32 base address; the result is the offset for the access. */
  addr(ref: number, inst: number): number {
    const code = this.code;
    if (ref < 0) {
      const c = this.consts[~ref]!;
      if (c.kind === ConstKind.global) {
        const at = this.batch.globalAddress(Number(c.value));
        if (at >= 0) {
          code.i32c((at + c.offset) | 0);
          return 0;
        }
      }
    }
    if (ref <= 0) {
      this.value(ref);
      this.checked(-1, inst);
      return 0;
    }
    const r = this.facts.root[ref]!;
    const off = this.facts.off[ref]!;
    const at = this.frameOffset(r);
    if (at >= 0) {
      code.get(this.fp);
      return at + off;
    }
    if (this.cache[r]! > 0) {
      code.get(this.cache[r]!);
      if (this.where[r]! >= 0) this.used(r);
      return off;
    }
    if (this.body.op[r] === Op.field && this.body.a[r]! < 0 && this.body.c[r]! >= 0 && this.where[r]! < 0) {
      return this.addr(this.body.a[r]!, inst) + this.body.c[r]! + off;
    }
    const isParam = this.body.op[r] === Op.param;
    const src = this.where[r]! >= 0 ? this.where[r]! : isParam ? this.firstParam + this.body.a[r]! : this.body.op[r] === Op.ret_slot ? 1 : -1;
    if (src < 0) {
      this.value(r);
      this.checked(-1, inst);
      return off;
    }
    this.checked(src, inst);
    if (this.facts.uses[r]! > 1) {
      const local = this.temp(Vt.i32);
      code.tee(local);
      this.cache[r] = local;
      this.cached.push(r);
    }
    if (this.where[r]! >= 0) this.used(r);
    return off;
  }

  /** Checks an i64 address (in local `src`, or on the stack when -1) and leaves it as i32. */
  private checked(src: number, inst: number): void {
    const code = this.code;
    const t = src >= 0 ? src : this.temp(Vt.i64);
    if (src >= 0) code.get(src);
    else code.tee(t);
    code.i64c(NULL_LIMIT);
    code.op(W.i64_sub);
    code.i64c(0x100000000 - NULL_LIMIT);
    code.op(W.i64_ge_u);
    code.if_();
    code.get(t);
    this.mark(inst);
    this.helper(Helper.bad);
    code.end();
    code.get(t);
    code.op(W.i32_wrap_i64);
    if (src < 0) this.freeTemp(Vt.i64, t);
  }

  /** A base address in a local, for several accesses: [local, offset, whether the local is the caller's to free]. */
  base(ref: number, inst: number): [local: number, offset: number, owned: boolean] {
    if (ref > 0) {
      const at = this.frameOffset(this.facts.root[ref]!);
      if (at >= 0) return [this.fp, at + this.facts.off[ref]!, false];
    }
    const offset = this.addr(ref, inst);
    const local = this.temp(Vt.i32);
    this.code.set(local);
    return [local, offset, true];
  }

  // ---- expressions

  /** Pushes the value of a pure or reading instruction. */
  private expr(i: number): void {
    const { op, ty, a, b, c } = this.body;
    const code = this.code;
    const o: Op = op[i]!;
    switch (o) {
      case Op.load: {
        const r = a[i]! > 0 ? this.facts.root[a[i]!]! : 0;
        if (r > 0 && this.facts.promoted[r] !== 0) {
          code.get(this.promotedLocal(r));
          return;
        }
        const off = this.addr(a[i]!, i);
        this.mark(i);
        code.mem(loadOp(ty[i]!), off);
        afterLoad(code, ty[i]!);
        return;
      }
      case Op.field:
        this.value(a[i]!);
        code.i64c(c[i]!);
        code.op(W.i64_add);
        return;
      case Op.index: {
        this.value(a[i]!);
        const s = this.typeOf(b[i]!);
        this.value(b[i]!);
        if (vtOf(s) === Vt.i32) code.op(irIsSigned(s) ? W.i64_extend_i32_s : W.i64_extend_i32_u);
        if (c[i] !== 1) {
          code.i64c(c[i]!);
          code.op(W.i64_mul);
        }
        code.op(W.i64_add);
        return;
      }
      case Op.fneg:
        this.value(a[i]!);
        code.op(vtOf(ty[i]!) === Vt.f32 ? W.f32_neg : W.f64_neg);
        return;
      case Op.select:
        this.value(b[i]!);
        this.value(c[i]!);
        this.value(a[i]!);
        code.op(W.select);
        return;
      case Op.fmath: floatMath(this, c[i]!, ty[i]!, a[i]!); return;
      case Op.mem_eq:
        this.value(a[i]!);
        this.value(b[i]!);
        this.value64(c[i]!);
        this.mark(i);
        this.helper(Helper.memEq);
        return;
      default:
        if (o >= Op.trunc && o <= Op.bits) convert(this, o, ty[i]!, this.typeOf(a[i]!), a[i]!);
        else if (o >= Op.eq && o <= Op.fge) binary(this, o, this.typeOf(a[i]!), a[i]!, b[i]!, i);
        else if (o >= Op.add && o <= Op.frem) binary(this, o, ty[i]!, a[i]!, b[i]!, i);
        else throw new Unsupported(`op ${o} used before its definition`);
    }
  }

  /** Pushes an integer of any width as i64. */
  value64(ref: number): void {
    this.value(ref);
    const ty = this.typeOf(ref);
    if (vtOf(ty) === Vt.i32) this.code.op(irIsSigned(ty) ? W.i64_extend_i32_s : W.i64_extend_i32_u);
  }

  promotedLocal(slot: number): number {
    if (this.slotLocal[slot]! < 0) this.slotLocal[slot] = this.newLocal(vtOf(this.facts.promoted[slot]!));
    return this.slotLocal[slot]!;
  }

  /** Pops the value of instruction `i` into its local, or drops it. */
  define(i: number): void {
    this.emitted[i] = 1;
    if (this.facts.uses[i] === 0) {
      this.code.op(W.drop);
      return;
    }
    const vt = vtOf(this.body.ty[i]!);
    this.where[i] = this.facts.local[i] === 1 ? this.temp(vt) : this.newLocal(vt);
    this.code.set(this.where[i]!);
  }

  // ---- deferred values

  private stampTree(i: number, s: number): void {
    eachRef(this.body, i, (ref) => {
      if (ref <= 0) return;
      const r = this.facts.root[ref]!;
      if (r <= 0 || this.where[r]! >= 0 || this.emitted[r] === 1 || this.stamp[r] === s) return;
      const o = this.body.op[r]!;
      if (PURE[o] === 0 && READS[o] === 0) return;
      this.stamp[r] = s;
      this.stampTree(r, s);
    });
  }

  private flush(list: number[], i: number, slot: number): number[] {
    if (list.length === 0) return list;
    this.stampTree(i, i);
    const keep: number[] = [];
    for (const p of list) {
      if (this.emitted[p] === 1) continue;
      if (slot > 0 && this.facts.root[this.body.a[p]!] !== slot) keep.push(p);
      else if (this.stamp[p] !== i) {
        this.emitted[p] = 1;
        this.expr(p);
        this.define(p);
      }
    }
    return keep;
  }

  /** Computes every deferred read that effect `i` must not overtake (its own operands excepted). */
  effect(i: number): void { this.pendingReads = this.flush(this.pendingReads, i, 0); }

  // ---- structure

  compile(): CompiledFn {
    this.walk();
    const prologue = this.prologue();
    const shift = prologue.length;
    for (let k = 0; k < this.marks.length; k += 2) this.marks[k]! += shift;
    prologue.append(this.code);
    prologue.op(W.unreachable);
    prologue.end();
    return { key: sigKey(this.sig), code: prologue, locals: this.locals, marks: this.marks };
  }

  private prologue(): ByteBuf {
    const out = new ByteBuf(this.code.length + 64);
    if (this.facts.calls) {
      const t = this.temp(Vt.i32);
      out.i32c(0);
      out.i32c(0);
      out.mem(W.i32_load, CALL_FUEL);
      out.i32c(-1);
      out.op(W.i32_add);
      out.tee(t);
      out.mem(W.i32_store, CALL_FUEL);
      out.get(t);
      out.op(W.i32_eqz);
      out.if_();
      callHelper(out, this.batch, Helper.tickCall);
      out.end();
    }
    out.get(0);
    if (this.frameSize > 0) {
      const size = Math.ceil(this.frameSize / 16) * 16 + (this.facts.maxAlign > 16 ? this.facts.maxAlign : 0);
      out.i32c(Math.min(STACK_LOW + size, 0x7fffffff));
      out.op(W.i32_lt_u);
      out.if_();
      callHelper(out, this.batch, Helper.overflow);
      out.end();
      out.get(0);
      out.i32c(size);
      out.op(W.i32_sub);
      if (this.facts.maxAlign > 16) {
        out.i32c(-this.facts.maxAlign);
        out.op(W.i32_and);
      }
    }
    out.set(this.fp);
    for (let k = 0; k < this.sig.params.length; k++) {
      const at = this.facts.paramAt[k]!;
      if (at < 0) continue;
      const size = this.sig.params[k]!.size;
      if (size > 0) copyParam(out, this.batch, this.fp, at, this.firstParam + k, size, this.temp(Vt.i32));
    }
    if (this.fuel >= 0) {
      out.i32c(FUEL_CHUNK);
      out.set(this.fuel);
    }
    return out;
  }

  private walk(): void {
    const { cfg, code } = this;
    const acts: number[] = [ACT_NODE, 0];
    while (acts.length > 0) {
      const x = acts.pop()!;
      const act = acts.pop()!;
      switch (act) {
        case ACT_END:
          code.end();
          this.labels.pop();
          break;
        case ACT_ELSE: code.op(W.else_); break;
        case ACT_LEAVE:
          while (this.cached.length > x) {
            const r = this.cached.pop()!;
            this.freeTemp(Vt.i32, this.cache[r]!);
            this.cache[r] = 0;
          }
          break;
        case ACT_NODE: {
          acts.push(ACT_LEAVE, this.cached.length);
          if (cfg.loopHead[x] === 1) {
            code.loop();
            this.labels.push(x * 2 + 1);
            acts.push(ACT_END, 0);
            this.loopFuel(x);
          }
          const kids = cfg.mergeChildren[x]!;
          for (let k = kids.length - 1; k >= 0; k--) {
            acts.push(ACT_NODE, kids[k]!, ACT_END, 0);
            code.block();
            this.labels.push(kids[k]! * 2);
          }
          acts.push(ACT_CODE, x);
          break;
        }
        default: this.block(x, acts);
      }
    }
  }

  private loopFuel(x: number): void {
    const code = this.code;
    if (this.fuel < 0) this.fuel = this.newLocal(Vt.i32);
    code.get(this.fuel);
    code.i32c(-1);
    code.op(W.i32_add);
    code.tee(this.fuel);
    code.op(W.i32_eqz);
    code.if_();
    this.mark(this.body.blockStart[this.cfg.rpo[x]!]!);
    this.helper(Helper.tick);
    code.i32c(FUEL_CHUNK);
    code.set(this.fuel);
    code.end();
  }

  private block(x: number, acts: number[]): void {
    const { op, blockStart, blockEnd } = this.body;
    const id = this.cfg.rpo[x]!;
    const last = blockEnd[id]! - 1;
    this.pendingReads = [];
    this.pendingSlots = [];
    for (let i = blockStart[id]!; i < last; i++) this.inst(i, op[i]!);
    // Reads nobody came to use may still trap.
    this.effect(last);
    this.terminator(x, last, acts);
  }

  private inst(i: number, o: Op): void {
    const { a, b, ty } = this.body;
    const { facts, code } = this;
    switch (o) {
      case Op.nop: case Op.param: case Op.ret_slot: case Op.slot: case Op.comptime_flag: return;
      case Op.fence: this.effect(i); return;
      case Op.field:
        if (facts.root[i] !== i || a[i]! < 0) return;
        break;
      case Op.index:
        if (facts.root[i] !== i) return;
        break;
      case Op.store: {
        const r = a[i]! > 0 ? facts.root[a[i]!]! : 0;
        if (r > 0 && facts.promoted[r] !== 0) {
          this.pendingSlots = this.flush(this.pendingSlots, i, r);
          this.value(b[i]!);
          code.set(this.promotedLocal(r));
          return;
        }
        this.effect(i);
        const off = this.addr(a[i]!, i);
        this.value(b[i]!);
        this.mark(i);
        code.mem(storeOp(this.typeOf(b[i]!)), off);
        return;
      }
      case Op.call: case Op.call_ptr:
        this.effect(i);
        if (o === Op.call) this.call(i);
        else this.callPtr(i);
        return;
      case Op.rtti: this.rtti(i); return;
      case Op.err_name:
        this.value(a[i]!);
        this.helper(Helper.errName);
        code.op(W.i64_trunc_sat_f64_u);
        this.define(i);
        return;
      case Op.zero: {
        const r = a[i]! > 0 ? facts.root[a[i]!]! : 0;
        if (r > 0 && this.body.op[r] === Op.slot && facts.frameAt[r]! < 0) {
          if (facts.promoted[r] === 0) return;
          this.pendingSlots = this.flush(this.pendingSlots, i, r);
          constant(code, facts.promoted[r]!, 0);
          code.set(this.promotedLocal(r));
          return;
        }
        break;
      }
      case Op.asm:
        this.effect(i);
        this.fail('inline assembly cannot run at compile time', i);
        return;
      default: break;
    }
    if (PURE[o] === 1 || READS[o] === 1) {
      const reads = READS[o] === 1;
      if (facts.uses[i] === 0 && !reads) return;
      if (facts.uses[i] === 1 && facts.local[i] === 1) {
        if (reads) {
          const r = o === Op.load && a[i]! > 0 ? facts.root[a[i]!]! : 0;
          if (r > 0 && facts.promoted[r] !== 0) this.pendingSlots.push(i);
          else this.pendingReads.push(i);
        }
        return;
      }
      this.expr(i);
      this.define(i);
      return;
    }
    this.effect(i);
    memoryOp(this, i, o);
    if (ty[i] !== IR_VOID) this.define(i);
  }

  private call(i: number): void {
    const { module } = this.batch;
    const fn = module.fns[this.body.a[i]!]!;
    const sig = module.sigs[fn.sig]!;
    const [at, n] = callArgs(this.body, i);
    const code = this.code;
    if (fn.body === null && fn.linkage === Linkage.extern) {
      const key = hostKey(module, this.body, i, sig);
      const helper = HELPER_CALLS[fn.symbol];
      if (helper !== undefined && HELPER_KEYS[helper] === key) {
        for (let k = 0; k < n; k++) this.value(this.body.extra[at + k]!);
        this.mark(i);
        this.helper(helper);
      } else this.hostCall(i, sig, this.batch.hostCall(fn.symbol, key), at, n);
    } else if (sig.abi === Abi.naked) {
      this.fail(`cannot call naked function '${fn.display}' at compile time`, i);
      if (sig.result !== null && !sig.result.mem) constant(code, sig.result.ty, 0);
    } else {
      this.pushArgs(i, sig, at, n);
      const index = this.batch.fnIndex(fn.id);
      if (index < 0) code.i32c(TABLE_FNS + fn.id);
      this.mark(i);
      if (index >= 0) code.call(index);
      else code.callIndirect(this.batch.typeIndex(sigKey(sig)));
    }
    if (sig.result !== null && !sig.result.mem) this.define(i);
  }

  /** Pushes the frame pointer, the address of an aggregate result, the arguments. */
  private pushArgs(i: number, sig: Sig, at: number, n: number): void {
    this.code.get(this.fp);
    this.pushResult(i, sig);
    for (let k = 0; k < n; k++) this.value(this.body.extra[at + k]!);
  }

  /** Pushes where an aggregate result goes; true when there is one. */
  private pushResult(i: number, sig: Sig): boolean {
    if (sig.result === null || !sig.result.mem) return false;
    if (this.body.c[i] !== 0) this.value(this.body.c[i]!);
    else this.frameAddress(this.scratch(sig.result.size, sig.result.align));
    return true;
  }

  private hostCall(i: number, sig: Sig, host: HostCall, at: number, n: number): void {
    const { code } = this;
    const push: (() => IrTy)[] = [];
    if (sig.result !== null && sig.result.mem) {
      push.push(() => {
        this.pushResult(i, sig);
        return IR_PTR;
      });
    }
    for (let k = 0; k < n; k++) {
      push.push(() => {
        this.value(this.body.extra[at + k]!);
        return this.typeOf(this.body.extra[at + k]!);
      });
    }
    writeHostCall(code, this.batch, host, this.fp, push, sig, () => this.mark(i));
  }

  private callPtr(i: number): void {
    const code = this.code;
    const sig = this.batch.module.sigs[this.body.extra[this.body.b[i]!]!]!;
    const [at, n] = callArgs(this.body, i);
    this.pushArgs(i, sig, at, n);
    const t = this.temp(Vt.i64);
    this.value(this.body.a[i]!);
    code.i64c(FN_BASE);
    code.op(W.i64_sub);
    code.i64c(FN_SHIFT);
    code.op(W.i64_rotr);
    code.tee(t);
    code.i64c(0x7fffffff - TABLE_FNS);
    code.op(W.i64_ge_u);
    code.if_();
    code.get(t);
    this.mark(i);
    this.helper(Helper.badFn);
    code.end();
    code.get(t);
    code.op(W.i32_wrap_i64);
    code.i32c(TABLE_FNS);
    code.op(W.i32_add);
    this.freeTemp(Vt.i64, t);
    this.mark(i);
    code.callIndirect(this.batch.typeIndex(sigKey(sig)));
    if (sig.result !== null && !sig.result.mem) this.define(i);
  }

  private rtti(i: number): void {
    const { a, b, c, ty } = this.body;
    const code = this.code;
    this.value64(a[i]!);
    code.op(W.f64_convert_i64_u);
    if (b[i] === 0) code.i64c(0);
    else this.value64(b[i]!);
    code.op(W.f64_convert_i64_s);
    code.i32c(c[i]!);
    this.mark(i);
    if (c[i] === RttiCol.member_value) {
      this.helper(Helper.rttiValue);
    } else {
      this.helper(Helper.rtti);
      code.op(W.i64_trunc_sat_f64_s);
    }
    if (vtOf(ty[i]!) === Vt.i32) {
      code.op(W.i32_wrap_i64);
      normalise(code, ty[i]!);
    }
    this.define(i);
  }

  private depthOf(label: number): number {
    for (let k = this.labels.length - 1; k >= 0; k--) if (this.labels[k] === label) return this.labels.length - 1 - k;
    return -1;
  }

  /** Label depth of a branch from position `from` to block `to`; -1 when the target's code is to be placed here. */
  private target(from: number, to: number): number {
    const j = this.cfg.index[to]!;
    if (j <= from) return this.depthOf(j * 2 + 1);
    return this.cfg.merge[j] === 1 ? this.depthOf(j * 2) : -1;
  }

  private terminator(x: number, i: number, acts: number[]): void {
    const { op, a, b, c } = this.body;
    const code = this.code;
    const go = (block: number): void => {
      const depth = this.target(x, block);
      if (depth >= 0) code.br(depth);
      else acts.push(ACT_NODE, this.cfg.index[block]!);
    };
    switch (op[i]) {
      case Op.br: go(a[i]!); return;
      case Op.cond_br: {
        if (b[i] === c[i]) {
          go(b[i]!);
          return;
        }
        this.value(a[i]!);
        const then = this.target(x, b[i]!);
        const otherwise = this.target(x, c[i]!);
        if (then >= 0) {
          code.brIf(then);
          go(c[i]!);
        } else if (otherwise >= 0) {
          code.op(W.i32_eqz);
          code.brIf(otherwise);
          go(b[i]!);
        } else {
          code.if_();
          this.labels.push(-1);
          acts.push(ACT_END, 0, ACT_NODE, this.cfg.index[c[i]!]!, ACT_ELSE, 0, ACT_NODE, this.cfg.index[b[i]!]!);
        }
        return;
      }
      case Op.switch_: this.switch_(x, i); return;
      case Op.ret:
        if (this.sig.result !== null && !this.sig.result.mem) {
          if (a[i] === 0) constant(code, this.sig.result.ty, 0);
          else this.value(a[i]!);
        }
        code.op(W.return_);
        return;
      case Op.trap:
        this.value(a[i]!);
        this.mark(i);
        this.helper(Helper.trap);
        code.op(W.unreachable);
        return;
      default:
        this.mark(i);
        code.op(W.unreachable);
    }
  }

  private switch_(x: number, i: number): void {
    const { a, b, extra } = this.body;
    const code = this.code;
    const at = b[i]!;
    const n = extra[at]!;
    const otherwise = this.target(x, extra[at + 1]!);
    const ty = this.typeOf(a[i]!);
    const wide = vtOf(ty) === Vt.i64;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    const keys: number[] = [];
    for (let k = 0; k < n; k++) {
      const v = Number(this.constOf(extra[at + 2 + 2 * k]!) ?? Number.NaN);
      keys.push(v);
      if (v < min) min = v;
      if (v > max) max = v;
    }
    this.value(a[i]!);
    const t = this.temp(wide ? Vt.i64 : Vt.i32);
    if (n >= 3 && Math.abs(min) < 2 ** 30 && Math.abs(max) < 2 ** 30 && max - min < 4 * n + 16) {
      const span = max - min + 1;
      if (wide) {
        code.i64c(min);
        code.op(W.i64_sub);
        code.tee(t);
        code.i64c(span);
        code.op(W.i64_ge_u);
        code.brIf(otherwise);
        code.get(t);
        code.op(W.i32_wrap_i64);
      } else if (min !== 0) {
        code.i32c(min);
        code.op(W.i32_sub);
      }
      const table = new Array<number>(span).fill(otherwise);
      for (let k = n - 1; k >= 0; k--) table[keys[k]! - min] = this.target(x, extra[at + 3 + 2 * k]!);
      code.op(W.br_table);
      code.u32(span);
      for (const depth of table) code.u32(depth);
      code.u32(otherwise);
    } else {
      code.set(t);
      for (let k = 0; k < n; k++) {
        code.get(t);
        this.value(extra[at + 2 + 2 * k]!);
        code.op(wide ? W.i64_eq : W.i32_eq);
        code.brIf(this.target(x, extra[at + 3 + 2 * k]!));
      }
      code.br(otherwise);
    }
    this.freeTemp(wide ? Vt.i64 : Vt.i32, t);
  }
}

/** Copies an aggregate argument (address in i64 local `src`) into the frame. */
function copyParam(out: ByteBuf, batch: BatchPort, fp: number, at: number, src: number, size: number, t: number): void {
  out.get(src);
  out.i64c(NULL_LIMIT);
  out.op(W.i64_sub);
  out.i64c(0x100000000 - NULL_LIMIT);
  out.op(W.i64_ge_u);
  out.if_();
  out.get(src);
  callHelper(out, batch, Helper.bad);
  out.end();
  out.get(src);
  out.op(W.i32_wrap_i64);
  out.set(t);
  copyBytes(out, fp, at, t, 0, size);
}

/** Calls a helper through its place in the table. */
export function callHelper(out: ByteBuf, batch: BatchPort, h: Helper): void {
  out.i32c(h);
  out.callIndirect(batch.typeIndex(HELPER_KEYS[h]!));
}

/**
 * A host call. All of them go through one imported function (an import wrapper per signature and module would cost
 * the engine more than the whole rest of a small batch). `push[k]` pushes argument k and tells its type.
 */
export function writeHostCall(
  code: ByteBuf, batch: BatchPort, host: HostCall, sp: number, push: readonly (() => IrTy)[], sig: Sig, mark: () => void,
): void {
  const result = sig.result === null || sig.result.mem ? IR_VOID : sig.result.ty;
  if (!host.numeric) {
    push.forEach((p, k) => {
      code.i32c(0);
      const vt = vtOf(p());
      code.mem(vt === Vt.i64 ? W.i64_store : vt === Vt.i32 ? W.i32_store : vt === Vt.f32 ? W.f32_store : W.f64_store, HOST_ARGS + 8 * k);
    });
  }
  code.i32c(host.id);
  code.get(sp);
  for (let k = 0; k < NUMERIC_ARGS; k++) {
    if (host.numeric && k < push.length) toNumber(code, push[k]!());
    else {
      code.op(W.f64_const);
      code.f64(0);
    }
  }
  mark();
  callHelper(code, batch, Helper.dispatch);
  if (result === IR_VOID) code.op(W.drop);
  else if (!host.numeric && vtOf(result) === Vt.i64) {
    code.op(W.drop);
    code.i32c(0);
    code.mem(W.i64_load, HOST_RESULT);
    normalise(code, result);
  } else fromNumber(code, result);
}
