// Takes a module; gives the first broken rule of every function, with function, instruction and op.
import { IR_BOOL, IR_F32, IR_F64, IR_PTR, IR_U8, IR_VOID, type IrTy, irIsFloat, irIsInt, irIsSigned, irTypeName, irWidth } from '../types/ir_type.ts';
import { callArgs, eachRef } from './refs.ts';
import { type Const, ConstKind, type Fn, type FnBody, type Module, type Ref, type Sig } from './module.ts';
import { instText } from './print.ts';
import { Op, OP_INFO } from './op.ts';
import { openBody } from './packed_body.ts';
import { atomicFault } from './verify_atomic.ts';

export interface IrFault {
  readonly fn: number;
  readonly inst: number;
  readonly message: string;
}

class Fault extends Error {
  constructor(readonly inst: number, message: string) {
    super(message);
  }
}

const isInt = (t: IrTy): boolean => irIsInt(t);
const isIntOrPtr = (t: IrTy): boolean => t === IR_PTR || irIsInt(t);

/** Checks one function body. */
class Checker {
  private readonly body: FnBody;
  private readonly sig: Sig;
  /** Block of every instruction, -1 for those outside of all blocks. */
  private readonly blockOf: Int32Array;

  constructor(private readonly m: Module, fn: Fn) {
    this.body = openBody(fn.body!);
    this.sig = m.sigs[fn.sig]!;
    this.blockOf = new Int32Array(this.body.count).fill(-1);
  }

  private fail(inst: number, message: string): never { throw new Fault(inst, message); }
  private need(ok: boolean, inst: number, message: string): void {
    if (!ok) this.fail(inst, message);
  }
  private ty(ref: Ref): IrTy { return ref > 0 ? this.body.ty[ref]! : ref < 0 ? this.m.consts[~ref]!.ty : IR_VOID; }
  private want(i: number, ref: Ref, t: IrTy, what: string): void {
    if (this.ty(ref) !== t) this.fail(i, `${what} is ${irTypeName(this.ty(ref))}, must be ${irTypeName(t)}`);
  }

  run(): void {
    this.blocks();
    this.dominance();
    for (const b of this.body.order) for (let i = this.body.blockStart[b]!; i < this.body.blockEnd[b]!; i++) this.types(i);
  }

  private blocks(): void {
    const { body } = this;
    const n = body.blockStart.length;
    this.need(body.order.length > 0, 0, 'the function has no block');
    for (const b of body.order) {
      this.need(b >= 0 && b < n && body.blockStart[b]! > 0 && body.blockEnd[b]! <= body.count, 0, `block b${b} has no instructions`);
      this.need(body.blockEnd[b]! > body.blockStart[b]!, body.blockStart[b]!, `block b${b} is empty`);
      for (let i = body.blockStart[b]!; i < body.blockEnd[b]!; i++) {
        const op = body.op[i]!;
        this.need(op < OP_INFO.length, i, `${op} is no op`);
        this.need(this.blockOf[i]! < 0, i, 'the instruction belongs to two blocks');
        this.blockOf[i] = b;
        this.need(OP_INFO[op]!.terminator === (i === body.blockEnd[b]! - 1), i, OP_INFO[op]!.terminator ? 'a terminator inside of a block' : `block b${b} ends without a terminator`);
      }
    }
  }

  private target(i: number, b: number): number {
    this.need(b >= 0 && b < this.body.blockStart.length && this.body.blockStart[b]! > 0, i, `branch to b${b}, which was never written`);
    return b;
  }

  private successors(i: number): number[] {
    const { op, a, b, c, extra } = this.body;
    switch (op[i]) {
      case Op.br: return [this.target(i, a[i]!)];
      case Op.cond_br: return [this.target(i, b[i]!), this.target(i, c[i]!)];
      case Op.switch_: {
        const out = [this.target(i, extra[b[i]! + 1]!)];
        for (let k = 0; k < extra[b[i]!]!; k++) out.push(this.target(i, extra[b[i]! + 3 + 2 * k]!));
        return out;
      }
      default: return [];
    }
  }

  /** Every use is dominated by its definition: forward data flow of the definitions' blocks, over reachable blocks. */
  private dominance(): void {
    const { body } = this;
    const succ = new Map<number, number[]>();
    const order: number[] = [];
    const seen = new Set<number>([body.order[0]!]);
    const stack = [body.order[0]!];
    const preds = new Map<number, number[]>();
    for (const b of body.order) succ.set(b, this.successors(body.blockEnd[b]! - 1));
    while (stack.length > 0) {
      const b = stack.pop()!;
      order.push(b);
      for (const s of succ.get(b)!) {
        const list = preds.get(s);
        if (list === undefined) preds.set(s, [b]);
        else list.push(b);
        if (!seen.has(s)) {
          seen.add(s);
          stack.push(s);
        }
      }
    }
    const defs = new Map<number, number>();
    const check = (i: number, ref: Ref): void => {
      if (ref < 0) {
        this.need(~ref < this.m.consts.length, i, `operand ${ref} is no constant`);
        this.constant(i, this.m.consts[~ref]!);
        return;
      }
      this.need(ref < body.count, i, `operand %${ref} does not exist`);
      this.need(this.ty(ref) !== IR_VOID, i, `operand %${ref} has no value`);
      const op = body.op[ref];
      if (op === Op.slot || op === Op.ret_slot) return;
      const from = this.blockOf[ref]!;
      this.need(from >= 0, i, `operand %${ref} lies outside of all blocks`);
      if (!seen.has(this.blockOf[i]!)) return;
      if (from === this.blockOf[i]) this.need(ref < i, i, `operand %${ref} is used before its definition`);
      else defs.set(this.blockOf[i]! * 0x100000 + from, i);
    };
    for (const b of body.order) for (let i = body.blockStart[b]!; i < body.blockEnd[b]!; i++) eachRef(body, i, (ref) => check(i, ref));
    const cache = new Map<number, Set<number>>();
    for (const [key, i] of defs) {
      const from = key % 0x100000;
      const to = this.blockOf[i]!;
      let without = cache.get(from);
      if (without === undefined) {
        without = this.reachedWithout(from, succ);
        cache.set(from, without);
      }
      this.need(!without.has(to), i, `a definition in b${from} does not dominate its use in b${to}`);
    }
  }

  private constant(i: number, c: Const): void {
    if (c.kind === ConstKind.fn) this.need(Number(c.value) > 0 && Number(c.value) < this.m.fns.length, i, `f${c.value} does not exist`);
    else if (c.kind === ConstKind.global) this.need(Number(c.value) > 0 && Number(c.value) < this.m.globals.length, i, `g${c.value} does not exist`);
    else if (c.kind === ConstKind.int && isInt(c.ty)) {
      const w = irWidth(c.ty);
      const whole = typeof c.value === 'bigint' || Number.isSafeInteger(c.value);
      const v = whole ? BigInt(c.value) : 0n;
      const fits = whole && (irIsSigned(c.ty) ? BigInt.asIntN(w, v) === v : BigInt.asUintN(w, v) === v);
      this.need(fits, i, `constant ${c.value} is no normalised ${irTypeName(c.ty)}`);
    }
  }

  /** Blocks that control can reach from the entry without passing `cut`. */
  private reachedWithout(cut: number, succ: ReadonlyMap<number, readonly number[]>): Set<number> {
    const entry = this.body.order[0]!;
    const out = new Set<number>();
    if (entry === cut) return out;
    const stack = [entry];
    out.add(entry);
    while (stack.length > 0) {
      for (const s of succ.get(stack.pop()!)!) {
        if (s === cut || out.has(s)) continue;
        out.add(s);
        stack.push(s);
      }
    }
    return out;
  }

  private args(i: number, sig: Sig): void {
    const { body } = this;
    const [at, n] = callArgs(body, i);
    this.need(sig.variadic ? n >= sig.params.length : n === sig.params.length, i, `${n} arguments for ${sig.params.length} parameters`);
    for (let k = 0; k < sig.params.length; k++) this.want(i, body.extra[at + k]!, sig.params[k]!.ty, `argument ${k}`);
    const result = sig.result === null || sig.result.mem ? IR_VOID : sig.result.ty;
    this.need(body.ty[i] === result, i, `result is ${irTypeName(body.ty[i]!)}, the signature says ${irTypeName(result)}`);
    if (body.c[i] !== 0) {
      this.need(sig.result !== null && sig.result.mem, i, 'a destination for a result that is no aggregate');
      this.want(i, body.c[i]!, IR_PTR, 'destination');
    }
  }

  private types(i: number): void {
    const { body, m } = this;
    const { a, b, c, ty, op, extra } = body;
    const t = ty[i]!;
    const ta = OP_INFO[op[i]!]!.a === 'r' ? this.ty(a[i]!) : IR_VOID;
    if (OP_INFO[op[i]!]!.a === 'r') this.need(a[i] !== 0, i, 'the first operand is missing');
    const o: Op = op[i]!;
    switch (o) {
      case Op.nop: case Op.unreachable: case Op.br: return;
      case Op.fence: this.atomic(i); return;
      case Op.param:
        this.need(a[i]! >= 0 && a[i]! < this.sig.params.length, i, `parameter ${a[i]} of ${this.sig.params.length}`);
        this.need(t === this.sig.params[a[i]!]!.ty, i, `parameter ${a[i]} is ${irTypeName(this.sig.params[a[i]!]!.ty)}`);
        return;
      case Op.ret_slot:
        this.need(this.sig.result !== null && this.sig.result.mem, i, 'the result of the function is no aggregate');
        this.need(t === IR_PTR, i, 'must be a ptr');
        return;
      case Op.slot:
        this.need(t === IR_PTR && a[i]! >= 0 && b[i]! > 0, i, 'bad size or alignment');
        return;
      case Op.load: case Op.atomic_load:
        this.need(ta === IR_PTR && t !== IR_VOID, i, 'address must be a ptr');
        if (o === Op.atomic_load) this.atomic(i);
        return;
      case Op.store: case Op.atomic_store:
        this.need(ta === IR_PTR, i, 'address must be a ptr');
        this.need(this.ty(b[i]!) !== IR_VOID, i, 'the stored value is missing');
        if (o === Op.atomic_store) this.atomic(i);
        return;
      case Op.atomic_load_mem: case Op.atomic_store_mem:
        this.need(ta === IR_PTR, i, 'destination must be a ptr');
        this.want(i, b[i]!, IR_PTR, 'source');
        this.atomic(i);
        return;
      case Op.copy: case Op.mem_move:
        this.need(ta === IR_PTR, i, 'destination must be a ptr');
        this.want(i, b[i]!, IR_PTR, 'source');
        if (o === Op.copy) this.need(c[i]! >= 0, i, 'negative size');
        else this.need(isInt(this.ty(c[i]!)) && irWidth(this.ty(c[i]!)) === 64, i, 'count must have 64 bits');
        return;
      case Op.zero: this.need(ta === IR_PTR && c[i]! >= 0, i, 'destination must be a ptr'); return;
      case Op.field: this.need(ta === IR_PTR && t === IR_PTR, i, 'base must be a ptr'); return;
      case Op.index:
        this.need(ta === IR_PTR && t === IR_PTR, i, 'base must be a ptr');
        this.need(isInt(this.ty(b[i]!)), i, 'index must be an integer');
        return;
      case Op.mem_set:
        this.need(ta === IR_PTR, i, 'destination must be a ptr');
        this.want(i, b[i]!, IR_U8, 'value');
        return;
      case Op.mem_eq:
        this.need(ta === IR_PTR && t === IR_BOOL, i, 'compares two ptr into u1');
        this.want(i, b[i]!, IR_PTR, 'second operand');
        return;
      case Op.select:
        this.need(ta === IR_BOOL, i, 'condition must be u1');
        this.want(i, b[i]!, t, 'first choice');
        this.want(i, c[i]!, t, 'second choice');
        return;
      case Op.call: {
        this.need(a[i]! > 0 && a[i]! < m.fns.length, i, `f${a[i]} does not exist`);
        this.args(i, m.sigs[m.fns[a[i]!]!.sig]!);
        return;
      }
      case Op.call_ptr: {
        this.need(ta === IR_PTR, i, 'callee must be a ptr');
        const sig = m.sigs[extra[b[i]!]!];
        this.need(sig !== undefined && sig !== null, i, `s${extra[b[i]!]} does not exist`);
        this.args(i, sig!);
        return;
      }
      case Op.vec_bin: case Op.vec_un: this.need(ta === IR_PTR, i, 'destination must be a ptr'); return;
      case Op.fneg: case Op.fmath: this.need(irIsFloat(t) && ta === t, i, `works on floats, not ${irTypeName(ta)}`); return;
      case Op.rtti: case Op.err_name: this.need(isInt(ta), i, 'tag must be an integer'); return;
      case Op.comptime_flag: this.need(t === IR_BOOL, i, 'must be u1'); return;
      case Op.atomic_rmw:
        this.need(ta === IR_PTR, i, 'address must be a ptr');
        this.want(i, b[i]!, t, 'operand');
        this.atomic(i);
        return;
      case Op.cmpxchg:
        this.need(ta === IR_PTR, i, 'address must be a ptr');
        this.want(i, extra[b[i]!]!, t, 'expected value');
        this.want(i, extra[b[i]! + 1]!, t, 'new value');
        this.atomic(i);
        return;
      case Op.cmpxchg_ok:
        this.need(a[i]! > 0 && op[a[i]!] === Op.cmpxchg && t === IR_BOOL, i, 'must follow a cmpxchg');
        return;
      case Op.asm: this.need(a[i]! >= 0 && a[i]! < body.asms.length, i, `no assembly ${a[i]}`); return;
      case Op.cond_br: this.need(ta === IR_BOOL, i, `condition is ${irTypeName(ta)}, must be u1`); return;
      case Op.switch_:
        this.need(isInt(ta), i, 'works on integers');
        for (let k = 0; k < extra[b[i]!]!; k++) {
          const ref = extra[b[i]! + 2 + 2 * k]!;
          this.need(ref < 0 && m.consts[~ref]!.kind !== ConstKind.float, i, `case ${k} is no integer constant`);
          this.want(i, ref, ta, `case ${k}`);
        }
        return;
      case Op.ret: {
        const r = this.sig.result;
        if (r === null || r.mem) this.need(a[i] === 0, i, 'a value for a result that is void or an aggregate');
        else {
          this.need(a[i] !== 0, i, 'the result is missing');
          this.want(i, a[i]!, r.ty, 'result');
        }
        return;
      }
      case Op.trap: this.need(ta === IR_PTR, i, 'the message must be a ptr'); return;
      default: this.numeric(i, o, t, ta);
    }
  }

  private atomic(i: number): void {
    const fault = atomicFault(this.m, this.body, i);
    if (fault !== null) this.fail(i, fault);
  }

  private numeric(i: number, o: Op, t: IrTy, ta: IrTy): void {
    const name = OP_INFO[o]!.name;
    if (o >= Op.add && o <= Op.lshr) {
      this.need(isInt(t), i, `${name} works on integers, not ${irTypeName(t)}`);
      this.want(i, this.body.a[i]!, t, 'first operand');
      this.want(i, this.body.b[i]!, t, 'second operand');
    } else if (o >= Op.fadd && o <= Op.frem) {
      this.need(irIsFloat(t), i, `${name} works on floats, not ${irTypeName(t)}`);
      this.want(i, this.body.a[i]!, t, 'first operand');
      this.want(i, this.body.b[i]!, t, 'second operand');
    } else if (o >= Op.eq && o <= Op.fge) {
      this.need(t === IR_BOOL, i, 'comparison must give u1');
      this.need(o >= Op.feq ? irIsFloat(ta) : isIntOrPtr(ta), i, `${name} does not compare ${irTypeName(ta)}`);
      this.want(i, this.body.b[i]!, ta, 'second operand');
    } else if (o >= Op.trunc && o <= Op.bits) this.conversion(i, o, t, ta);
  }

  private conversion(i: number, o: Op, t: IrTy, s: IrTy): void {
    const text = `${irTypeName(s)} to ${irTypeName(t)}`;
    const bad = (): never => this.fail(i, `${OP_INFO[o]!.name} cannot convert ${text}`);
    const size = (x: IrTy): number => (x === IR_F32 ? 32 : x === IR_F64 || x === IR_PTR ? 64 : irWidth(x));
    switch (o) {
      case Op.trunc: if (!(isInt(t) && isInt(s) && irWidth(t) <= irWidth(s))) bad(); return;
      case Op.ext: if (!(isInt(t) && isInt(s) && irWidth(t) >= irWidth(s))) bad(); return;
      case Op.f2i: if (!(isInt(t) && irIsFloat(s))) bad(); return;
      case Op.i2f: if (!(irIsFloat(t) && isInt(s))) bad(); return;
      case Op.fpext: if (!(s === IR_F32 && t === IR_F64)) bad(); return;
      case Op.fptrunc: if (!(s === IR_F64 && t === IR_F32)) bad(); return;
      case Op.p2i: if (!(isInt(t) && s === IR_PTR)) bad(); return;
      case Op.i2p: if (!(t === IR_PTR && isInt(s))) bad(); return;
      default: if (t === IR_VOID || s === IR_VOID || size(t) !== size(s)) bad();
    }
  }
}

/** The first fault of function `fn`, or null. */
export function verifyFn(m: Module, fn: Fn): IrFault | null {
  if (fn.body === null) return null;
  try {
    new Checker(m, fn).run();
    return null;
  } catch (e) {
    if (!(e instanceof Fault)) throw e;
    return { fn: fn.id, inst: e.inst, message: e.message };
  }
}

/** The faults of all functions, one for each bad function. */
export function verifyModule(m: Module): IrFault[] {
  const out: IrFault[] = [];
  for (let i = 1; i < m.fns.length; i++) {
    const fault = verifyFn(m, m.fns[i]!);
    if (fault !== null) out.push(fault);
  }
  return out;
}

/** `fn display: instruction: message`, for people. */
export function faultText(m: Module, fault: IrFault): string {
  const fn = m.fns[fault.fn]!;
  const where = fault.inst > 0 && fn.body !== null ? ` \`${instText(m, fn.body, fault.inst)}\`` : '';
  return `invalid IR in ${fn.display} (f${fault.fn}), instruction ${fault.inst}${where}: ${fault.message}`;
}
