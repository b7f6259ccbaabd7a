// Takes a function body; gives it with constants folded, branches on constants decided, unreachable blocks and unused
// values gone, empty blocks threaded and straight runs of blocks joined.
import { eachRef } from '../ir/refs.ts';
import { type Const, ConstKind, type Fn, type FnBody, type Module, type Ref } from '../ir/module.ts';
import { Op, OP_INFO } from '../ir/op.ts';
import { IR_BOOL, type IrTy, irIsFloat, irIsInt } from '../types/ir_type.ts';
import { foldConv, foldFloat, foldInt, type Num } from './eval.ts';
import { rewrite } from './rewrite.ts';

/** Ops without effects: an unused one goes away. Loads and divisions may trap and stay. */
const REMOVABLE = new Uint8Array(OP_INFO.length);
for (let o: Op = Op.add; o <= Op.select; o++) REMOVABLE[o] = 1;
for (const o of [Op.sdiv, Op.udiv, Op.srem, Op.urem]) REMOVABLE[o] = 0;
for (const o of [Op.nop, Op.param, Op.slot, Op.ret_slot, Op.field, Op.index, Op.fmath, Op.comptime_flag, Op.mem_eq, Op.cmpxchg_ok]) REMOVABLE[o] = 1;

class Folder {
  /** What each value is now. */
  readonly as: Int32Array;

  constructor(private readonly m: Module, private readonly body: FnBody) {
    this.as = Int32Array.from({ length: body.count }, (_, i) => i);
  }

  ref(r: Ref): Ref {
    while (r > 0 && this.as[r] !== r) r = this.as[r]!;
    return r;
  }

  private ty(r: Ref): IrTy { return r > 0 ? this.body.ty[r]! : this.m.consts[~r]!.ty; }
  constOf(r: Ref): Const | null { return r < 0 ? this.m.consts[~r]! : null; }

  /** The integer or float a ref stands for; null when it is computed. */
  num(r: Ref): Num | null {
    const c = this.constOf(r);
    return c !== null && (c.kind === ConstKind.int || c.kind === ConstKind.float) ? c.value : null;
  }

  private make(ty: IrTy, v: Num): Ref {
    if (irIsFloat(ty)) return this.m.float(ty, Number(v));
    const small = Number(v);
    return this.m.int(ty, Number.isSafeInteger(small) ? small : BigInt(v));
  }

  /** What instruction `i` is now: itself when nothing is known. */
  simplify(i: number): Ref {
    const { op, ty, a, b, c } = this.body;
    const o: Op = op[i]!;
    const t = ty[i]!;
    if (o >= Op.add && o <= Op.fge && o !== Op.fneg) {
      const x = this.ref(a[i]!);
      const y = this.ref(b[i]!);
      const s = this.ty(x);
      const xv = this.num(x);
      const yv = this.num(y);
      if (xv !== null && yv !== null) {
        const v = irIsFloat(s) ? foldFloat(o, s, Number(xv), Number(yv)) : foldInt(o, s, xv, yv);
        if (v !== null) return this.make(t, v);
      } else if (irIsInt(s)) return this.identity(i, o, t, x, y, xv, yv);
      return i;
    }
    if (o >= Op.trunc && o <= Op.bits) {
      const x = this.ref(a[i]!);
      const s = this.ty(x);
      if (s === t) return x;
      const v = this.num(x);
      if (v === null) return i;
      const r = foldConv(o, t, s, v);
      return r === null || (irIsFloat(t) && Number.isNaN(Number(r))) ? i : this.make(t, r);
    }
    if (o === Op.select) {
      const cond = this.num(this.ref(a[i]!));
      const x = this.ref(b[i]!);
      const y = this.ref(c[i]!);
      if (cond !== null) return Number(cond) !== 0 ? x : y;
      return x === y ? x : i;
    }
    if (o === Op.index) {
      const k = this.num(this.ref(b[i]!));
      if (k !== null && Number(k) === 0) return this.ref(a[i]!);
    }
    return o === Op.field && c[i] === 0 ? this.ref(a[i]!) : i;
  }

  /** x op y with at most one constant. */
  private identity(i: number, o: Op, t: IrTy, x: Ref, y: Ref, xv: Num | null, yv: Num | null): Ref {
    const is = (v: Num | null, n: number): boolean => v !== null && Number(v) === n;
    switch (o) {
      case Op.add: case Op.or: case Op.xor:
        return is(yv, 0) ? x : is(xv, 0) ? y : i;
      case Op.sub: case Op.shl: case Op.lshr: case Op.ashr:
        return is(yv, 0) ? x : i;
      case Op.mul:
        if (t !== IR_BOOL && is(yv, 1)) return x;
        if (t !== IR_BOOL && is(xv, 1)) return y;
        return is(yv, 0) || is(xv, 0) ? this.make(t, 0) : i;
      case Op.and: return is(yv, 0) || is(xv, 0) ? this.make(t, 0) : x === y ? x : i;
      case Op.sdiv: case Op.udiv: return is(yv, 1) && t !== IR_BOOL ? x : i;
      case Op.eq: case Op.sle: case Op.sge: case Op.ule: case Op.uge:
        if (x === y) return this.make(IR_BOOL, 1);
        return o === Op.eq && this.ty(x) === IR_BOOL && is(yv, 1) ? x : i;
      case Op.ne: case Op.slt: case Op.sgt: case Op.ult: case Op.ugt:
        if (x === y) return this.make(IR_BOOL, 0);
        return o === Op.ne && this.ty(x) === IR_BOOL && is(yv, 0) ? x : i;
      default: return i;
    }
  }
}

/** The only block control goes to from terminator `i`, -1 when that is not known. */
function decided(f: Folder, body: FnBody, i: number): number {
  const { op, a, b, c, extra } = body;
  if (op[i] === Op.br) return a[i]!;
  if (op[i] === Op.cond_br) {
    if (b[i] === c[i]) return b[i]!;
    const v = f.num(f.ref(a[i]!));
    return v === null ? -1 : Number(v) !== 0 ? b[i]! : c[i]!;
  }
  if (op[i] !== Op.switch_) return -1;
  const v = f.num(f.ref(a[i]!));
  const at = b[i]!;
  if (v === null) return extra[at] === 0 ? extra[at + 1]! : -1;
  for (let k = 0; k < extra[at]!; k++) {
    const key = f.num(extra[at + 2 + 2 * k]!);
    if (key !== null && BigInt(key) === BigInt(v)) return extra[at + 3 + 2 * k]!;
  }
  return extra[at + 1]!;
}

export function fold(m: Module, _fn: Fn, body: FnBody): FnBody {
  const { op, b, blockStart, blockEnd, extra } = body;
  const f = new Folder(m, body);
  for (const blk of body.order) for (let i = blockStart[blk]!; i < blockEnd[blk]!; i++) f.as[i] = f.simplify(i);
  const blocks = blockStart.length;
  const branch = new Int32Array(body.count).fill(-1);
  const goes = new Int32Array(blocks).fill(-1);
  for (const blk of body.order) {
    const last = blockEnd[blk]! - 1;
    goes[blk] = decided(f, body, last);
    if (goes[blk]! >= 0) branch[last] = goes[blk]!;
  }
  // A block that does nothing but branch is skipped (a ring of such blocks stays).
  const target = new Int32Array(blocks);
  for (let blk = 0; blk < blocks; blk++) {
    let to = blk;
    for (let hops = 0; hops < 64 && blockStart[to]! >= 0 && goes[to]! >= 0 && blockEnd[to]! - blockStart[to]! === 1 && goes[to] !== to; hops++) to = goes[to]!;
    target[blk] = to;
  }
  const edges = (blk: number, out: number[]): void => {
    const last = blockEnd[blk]! - 1;
    if (goes[blk]! >= 0) out.push(target[goes[blk]!]!);
    else if (op[last] === Op.cond_br) out.push(target[body.b[last]!]!, target[body.c[last]!]!);
    else if (op[last] === Op.switch_) {
      out.push(target[extra[b[last]! + 1]!]!);
      for (let k = 0; k < extra[b[last]!]!; k++) out.push(target[extra[b[last]! + 3 + 2 * k]!]!);
    }
  };
  const entry = body.order[0]!;
  const preds = new Int32Array(blocks);
  const live = new Uint8Array(blocks);
  const stack = [entry];
  live[entry] = 1;
  while (stack.length > 0) {
    const out: number[] = [];
    edges(stack.pop()!, out);
    for (const s of out) {
      preds[s]!++;
      if (live[s] === 0) {
        live[s] = 1;
        stack.push(s);
      }
    }
  }
  // Straight runs: a decided branch to a block with no other way in.
  const join = new Int32Array(blocks).fill(-1);
  const joined = new Uint8Array(blocks);
  for (const blk of body.order) {
    if (live[blk] === 0 || goes[blk]! < 0) continue;
    const to = target[goes[blk]!]!;
    if (to !== blk && to !== entry && preds[to] === 1) {
      join[blk] = to;
      joined[to] = 1;
    }
  }
  const keep = new Uint8Array(body.count);
  const orphans: number[] = [];
  const blockOf = new Int32Array(body.count).fill(-1);
  const work: number[] = [];
  const want = (r: Ref): void => {
    const i = f.ref(r);
    if (i <= 0 || keep[i] === 1) return;
    keep[i] = 1;
    work.push(i);
  };
  for (const blk of body.order) for (let i = blockStart[blk]!; i < blockEnd[blk]!; i++) blockOf[i] = blk;
  for (const blk of body.order) {
    if (live[blk] === 0) continue;
    for (let i = blockStart[blk]!; i < blockEnd[blk]!; i++) {
      if (REMOVABLE[op[i]!] === 1 || f.as[i] !== i) continue;
      if (branch[i]! >= 0) keep[i] = 1;
      else want(i);
    }
  }
  for (const v of body.vars) if (v.slot > 0 && live[blockOf[f.ref(v.slot)] ?? 0] === 1) want(v.slot);
  while (work.length > 0) {
    const i = work.pop()!;
    if (live[blockOf[i]!] === 0) orphans.push(i);
    eachRef(body, i, want);
  }
  orphans.sort((x, y) => x - y);
  const order = body.order.filter((blk) => live[blk] === 1 && joined[blk] === 0);
  return rewrite(body, { order: Array.from(order), keep, as: f.as, target, branch, join, orphans });
}
