// Takes one IR function; gives its WebAssembly code, locals and the table of code positions.
//
// Structure follows N. Ramsey, "Beyond Relooper" (ICFP 2022): a walk of the dominator tree, one `block` per merge node,
// one `loop` per loop head. A value with one use in its own block is computed at that use, everything else has a local.
import { eachRef } from '../ir/refs.ts';
import { type Const, ConstKind, type FnBody, type Sig } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_VOID, type IrTy, irIsSigned } from '../types/ir_type.ts';
import { analyze, type FnFacts, PURE, READS } from './analyze.ts';
import { buildCfg, type Cfg } from './cfg.ts';
import { asm, type BatchPort, call, callHelper, type CallGen, callPtr, rtti } from './gen_call.ts';
import { type FrameGen, prologue } from './gen_frame.ts';
import { memoryOp } from './gen_mem.ts';
import { afterLoad, binary, constant, convert, floatMath, loadOp, OPERAND_LOCAL, storeOp } from './gen_num.ts';
import { switchCode } from './gen_switch.ts';
import { Helper } from './helpers.ts';
import { codePointer, FUEL_CHUNK, NULL_LIMIT, sigKey, vtOf } from './layout.ts';
import { ByteBuf, type TypeKey, Vt, W } from './wasm.ts';

export interface CompiledFn {
  readonly key: TypeKey;
  readonly code: ByteBuf;
  readonly locals: readonly Vt[];
  /** Pairs: offset in `code`, instruction number; ascending. */
  readonly marks: readonly number[];
}

export class Unsupported extends Error {}

const ACT_NODE = 0;
const ACT_CODE = 1;
const ACT_END = 2;
const ACT_ELSE = 3;
const ACT_LEAVE = 4;

export class FnCompiler implements CallGen, FrameGen {
  readonly code = new ByteBuf(1024);
  readonly consts: readonly Const[];
  readonly facts: FnFacts;
  private readonly cfg: Cfg;
  private readonly locals: Vt[] = [];
  private readonly paramCount: number;
  readonly firstParam: number;
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
  frameSize: number;
  fuel = -1;
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
      case ConstKind.fn: this.code.i64c(codePointer(this.batch.module, Number(c.value)) + extra); return;
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

  frameAddress(offset: number): void {
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
        if (at >= 0 && at < 2 ** 32) {
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
    code.if_(Vt.i32);
    code.get(t);
    code.i64c(1);
    this.mark(inst);
    this.helper(Helper.bad);
    code.op(W.else_);
    code.get(t);
    code.op(W.i32_wrap_i64);
    code.end();
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
    const head = prologue(this);
    const shift = head.length;
    for (let k = 0; k < this.marks.length; k += 2) this.marks[k]! += shift;
    head.append(this.code);
    head.op(W.unreachable);
    head.end();
    return { key: sigKey(this.sig), code: head, locals: this.locals, marks: this.marks };
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
        if (o === Op.call) call(this, i);
        else callPtr(this, i);
        return;
      case Op.rtti: rtti(this, i); return;
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
        asm(this, i);
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
      case Op.switch_: switchCode(this, i, (block) => this.target(x, block)); return;
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
}
