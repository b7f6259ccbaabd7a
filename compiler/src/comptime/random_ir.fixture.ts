// Takes a seed; gives a random IR function (test support), and the BigInt interpreter that says what it must compute.
import { Builder } from '../ir/builder.ts';
import { Abi, ConstKind, type FnBody, Linkage, Module, type Ref } from '../ir/module.ts';
import { isStronger, LOAD_ORDERS, STORE_ORDERS } from '../ir/mem_order.ts';
import { Op } from '../ir/op.ts';
import {
  IR_BOOL, IR_F32, IR_F64, IR_I64, IR_PTR, IR_U64, IR_VOID, type IrTy, irIsFloat, irIsInt, irIsSigned, irSigned, irSize, irUnsigned, irWidth,
} from '../types/ir_type.ts';

// ---- the reference: values are bigint (integers, pointers) or number (floats); memory is one byte array

export type Value = bigint | number;

export const norm = (ty: IrTy, v: bigint): bigint => {
  if (ty === IR_PTR) return BigInt.asUintN(64, v);
  return irIsSigned(ty) ? BigInt.asIntN(irWidth(ty), v) : BigInt.asUintN(irWidth(ty), v);
};
const width = (ty: IrTy): number => (ty === IR_PTR ? 64 : irWidth(ty));
const asS = (ty: IrTy, v: Value): bigint => BigInt.asIntN(width(ty), v as bigint);
const asU = (ty: IrTy, v: Value): bigint => BigInt.asUintN(width(ty), v as bigint);
const fl = (ty: IrTy, v: number): number => (ty === IR_F32 ? Math.fround(v) : v);

export class Trap extends Error {}

export function reference(m: Module, fnId: number, args: readonly Value[], memory: DataView, budget: { steps: number; sp: number }): Value | null {
  const fn = m.fns[fnId]!;
  const body: FnBody = fn.body!;
  const { op, ty, a, b, c, extra } = body;
  const val: Value[] = [];
  const slots = new Map<number, bigint>();
  const ok = new Map<number, bigint>();
  const saved = budget.sp;
  const get = (ref: Ref): Value => {
    if (ref > 0) return val[ref]!;
    const k = m.consts[~ref]!;
    if (k.kind === ConstKind.float) return Number(k.value);
    return BigInt(k.value);
  };
  const tyOf = (ref: Ref): IrTy => (ref > 0 ? ty[ref]! : m.consts[~ref]!.ty);
  const load = (t: IrTy, at: number): Value => {
    if (t === IR_F32) return memory.getFloat32(at, true);
    if (t === IR_F64) return memory.getFloat64(at, true);
    const n = irSize(t);
    let v = 0n;
    for (let i = n - 1; i >= 0; i--) v = (v << 8n) | BigInt(memory.getUint8(at + i));
    return norm(t, v);
  };
  const store = (t: IrTy, at: number, v: Value): void => {
    if (t === IR_F32) memory.setFloat32(at, v as number, true);
    else if (t === IR_F64) memory.setFloat64(at, v as number, true);
    else {
      let x = BigInt.asUintN(64, v as bigint);
      for (let i = 0; i < irSize(t); i++) {
        memory.setUint8(at + i, Number(x & 255n));
        x >>= 8n;
      }
    }
  };
  for (let i = 1; i < body.count; i++) {
    if (op[i] !== Op.slot) continue;
    budget.sp = Math.ceil(budget.sp / b[i]!) * b[i]!;
    slots.set(i, BigInt(budget.sp));
    budget.sp += a[i]!;
  }
  const bin = (o: Op, t: IrTy, x: Value, y: Value): Value => {
    switch (o) {
      case Op.add: return norm(t, (x as bigint) + (y as bigint));
      case Op.sub: return norm(t, (x as bigint) - (y as bigint));
      case Op.mul: return norm(t, (x as bigint) * (y as bigint));
      case Op.and: return norm(t, asU(t, x) & asU(t, y));
      case Op.or: return norm(t, asU(t, x) | asU(t, y));
      case Op.xor: return norm(t, asU(t, x) ^ asU(t, y));
      case Op.sdiv: case Op.srem:
        if (asS(t, y) === 0n) throw new Trap('division by zero');
        if (o === Op.sdiv && width(t) >= 32 && (width(t) === 32 || width(t) === 64) && asS(t, y) === -1n && asS(t, x) === -(1n << BigInt(width(t) - 1))) throw new Trap('overflow');
        return norm(t, o === Op.sdiv ? asS(t, x) / asS(t, y) : asS(t, x) % asS(t, y));
      case Op.udiv: case Op.urem:
        if (asU(t, y) === 0n) throw new Trap('division by zero');
        return norm(t, o === Op.udiv ? asU(t, x) / asU(t, y) : asU(t, x) % asU(t, y));
      case Op.shl: return asU(t, y) >= BigInt(width(t)) ? 0n : norm(t, (x as bigint) << asU(t, y));
      case Op.lshr: return asU(t, y) >= BigInt(width(t)) ? 0n : norm(t, asU(t, x) >> asU(t, y));
      case Op.ashr: return norm(t, asU(t, y) >= BigInt(width(t)) ? (asS(t, x) < 0n ? -1n : 0n) : asS(t, x) >> asU(t, y));
      case Op.fadd: return fl(t, (x as number) + (y as number));
      case Op.fsub: return fl(t, (x as number) - (y as number));
      case Op.fmul: return fl(t, (x as number) * (y as number));
      case Op.fdiv: return fl(t, (x as number) / (y as number));
      case Op.frem: return fl(t, (x as number) % (y as number));
      case Op.eq: return asU(t, x) === asU(t, y) ? 1n : 0n;
      case Op.ne: return asU(t, x) !== asU(t, y) ? 1n : 0n;
      case Op.slt: return asS(t, x) < asS(t, y) ? 1n : 0n;
      case Op.sle: return asS(t, x) <= asS(t, y) ? 1n : 0n;
      case Op.sgt: return asS(t, x) > asS(t, y) ? 1n : 0n;
      case Op.sge: return asS(t, x) >= asS(t, y) ? 1n : 0n;
      case Op.ult: return asU(t, x) < asU(t, y) ? 1n : 0n;
      case Op.ule: return asU(t, x) <= asU(t, y) ? 1n : 0n;
      case Op.ugt: return asU(t, x) > asU(t, y) ? 1n : 0n;
      case Op.uge: return asU(t, x) >= asU(t, y) ? 1n : 0n;
      case Op.feq: return x === y ? 1n : 0n;
      case Op.fne: return x !== y ? 1n : 0n;
      case Op.flt: return x < y ? 1n : 0n;
      case Op.fle: return x <= y ? 1n : 0n;
      case Op.fgt: return x > y ? 1n : 0n;
      case Op.fge: return x >= y ? 1n : 0n;
      default: throw new Error(`reference: op ${o}`);
    }
  };
  const f2i = (t: IrTy, v: number): bigint => {
    const whole = Math.trunc(v);
    const u64 = !irIsSigned(t) && irWidth(t) === 64;
    let n = -(2n ** 63n);
    if (Number.isFinite(v) && Math.abs(v) < 2 ** 63) n = BigInt(whole);
    else if (u64 && v > 0 && v < 2 ** 64) n = BigInt(whole);
    return norm(t, n);
  };
  const buf = new DataView(new ArrayBuffer(8));
  const bits = (t: IrTy, s: IrTy, v: Value): Value => {
    if (s === IR_F32) buf.setFloat32(0, v as number);
    else if (s === IR_F64) buf.setFloat64(0, v as number);
    else if (width(s) === 32) buf.setUint32(0, Number(asU(s, v)));
    else if (width(s) === 64) buf.setBigUint64(0, asU(s, v));
    else return norm(t, v as bigint);
    if (t === IR_F32) return buf.getFloat32(0);
    if (t === IR_F64) return buf.getFloat64(0);
    return norm(t, width(t) === 32 ? BigInt(buf.getUint32(0)) : buf.getBigUint64(0));
  };
  let block = body.order[0]!;
  for (;;) {
    let next = -1;
    for (let i = body.blockStart[block]!; i < body.blockEnd[block]!; i++) {
      if (--budget.steps < 0) throw new Trap('budget');
      const o: Op = op[i]!;
      const t = ty[i]!;
      switch (o) {
        case Op.param: val[i] = args[a[i]!]!; break;
        case Op.slot: val[i] = slots.get(i)!; break;
        case Op.load: val[i] = load(t, Number(get(a[i]!))); break;
        case Op.store: store(tyOf(b[i]!), Number(get(a[i]!)), get(b[i]!)); break;
        case Op.copy: for (let k = 0; k < c[i]!; k++) memory.setUint8(Number(get(a[i]!)) + k, memory.getUint8(Number(get(b[i]!)) + k)); break;
        case Op.zero: for (let k = 0; k < c[i]!; k++) memory.setUint8(Number(get(a[i]!)) + k, 0); break;
        case Op.field: val[i] = (get(a[i]!) as bigint) + BigInt(c[i]!); break;
        case Op.index: val[i] = norm(IR_PTR, (get(a[i]!) as bigint) + (get(b[i]!) as bigint) * BigInt(c[i]!)); break;
        case Op.fneg: val[i] = -(get(a[i]!) as number); break;
        case Op.select: val[i] = get(a[i]!) === 1n ? get(b[i]!) : get(c[i]!); break;
        case Op.trunc: case Op.ext: case Op.p2i: val[i] = norm(t, get(a[i]!) as bigint); break;
        case Op.i2p: val[i] = asU(tyOf(a[i]!), get(a[i]!)); break;
        case Op.f2i: val[i] = f2i(t, get(a[i]!) as number); break;
        case Op.i2f: val[i] = t === IR_F32 ? toF32(get(a[i]!) as bigint) : Number(get(a[i]!) as bigint); break;
        case Op.fpext: val[i] = get(a[i]!); break;
        case Op.fptrunc: val[i] = Math.fround(get(a[i]!) as number); break;
        case Op.bits: val[i] = bits(t, tyOf(a[i]!), get(a[i]!)); break;
        case Op.call: {
          const list: Value[] = [];
          for (let k = 0; k < extra[b[i]!]!; k++) list.push(get(extra[b[i]! + 1 + k]!));
          val[i] = reference(m, a[i]!, list, memory, budget)!;
          break;
        }
        case Op.atomic_load: val[i] = load(t, Number(get(a[i]!))); break;
        case Op.atomic_store: store(tyOf(b[i]!), Number(get(a[i]!)), get(b[i]!)); break;
        case Op.atomic_load_mem: case Op.atomic_store_mem:
          for (let k = 0; k < c[i]! >> 8; k++) memory.setUint8(Number(get(a[i]!)) + k, memory.getUint8(Number(get(b[i]!)) + k));
          break;
        case Op.atomic_rmw: {
          const at = Number(get(a[i]!));
          const old = load(t, at) as bigint;
          const x = get(b[i]!) as bigint;
          const kind = c[i]! >> 8;
          const u = (v: bigint): bigint => asU(t, v);
          const s = (v: bigint): bigint => asS(t, v);
          const fresh = [
            () => old + x, () => old - x, () => u(old) & u(x), () => u(old) | u(x), () => u(old) ^ u(x), () => (s(x) < s(old) ? x : old),
            () => (s(x) > s(old) ? x : old), () => (u(x) < u(old) ? x : old), () => (u(x) > u(old) ? x : old), () => x,
          ][kind]!();
          store(t, at, norm(t, fresh));
          val[i] = old;
          break;
        }
        case Op.cmpxchg: {
          const at = Number(get(a[i]!));
          const old = load(t, at);
          const hit = old === get(extra[b[i]!]!);
          if (hit) store(t, at, get(extra[b[i]! + 1]!));
          val[i] = old;
          ok.set(i, hit ? 1n : 0n);
          break;
        }
        case Op.cmpxchg_ok: val[i] = ok.get(a[i]!)!; break;
        case Op.br: next = a[i]!; break;
        case Op.cond_br: next = get(a[i]!) === 1n ? b[i]! : c[i]!; break;
        case Op.switch_: {
          const at = b[i]!;
          next = extra[at + 1]!;
          for (let k = extra[at]! - 1; k >= 0; k--) if (get(extra[at + 2 + 2 * k]!) === get(a[i]!)) next = extra[at + 3 + 2 * k]!;
          break;
        }
        case Op.ret:
          budget.sp = saved;
          return a[i] === 0 ? null : get(a[i]!);
        default: val[i] = bin(o, irIsInt(t) && o >= Op.eq && o <= Op.fge ? tyOf(a[i]!) : t, get(a[i]!), get(b[i]!));
      }
    }
    block = next;
  }
}

/** Nearest f32 of an integer: one rounding, ties to even. */
function toF32(v: bigint): number {
  const neg = v < 0n;
  let n = neg ? -v : v;
  let exp = 0;
  let sticky = false;
  while (n >= 1n << 25n) {
    if ((n & 1n) === 1n) sticky = true;
    n >>= 1n;
    exp++;
  }
  if (n >= 1n << 24n) {
    const half = (n & 1n) === 1n;
    n >>= 1n;
    exp++;
    if (half && (sticky || (n & 1n) === 1n)) n++;
  }
  const r = Number(n) * 2 ** exp;
  return neg ? -r : r;
}

// ---- the generator

const INTS = [1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 48, 63, 64].flatMap((w) => (w === 1 ? [irUnsigned(1)] : [irUnsigned(w), irSigned(w)]));
const SCALARS = [...INTS, irSigned(32), IR_I64, IR_U64, IR_F32, IR_F64];

export class Gen {
  readonly m = new Module();
  b!: Builder;
  private state: number;
  private pool: { ref: Ref; ty: IrTy }[] = [];
  private cells: { ref: Ref; ty: IrTy; len: number }[] = [];

  constructor(seed: number) { this.state = (seed | 0) || 1; }

  rnd(n: number): number {
    this.state = Math.imul(this.state ^ (this.state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    this.state ^= this.state >>> 12;
    return (this.state >>> 0) % n;
  }
  pick<T>(list: readonly T[]): T { return list[this.rnd(list.length)]!; }

  konst(ty: IrTy): Ref {
    if (irIsFloat(ty)) return this.m.float(ty, fl(ty, this.pick([0, -0, 1, -1.5, 0.1, 3.75, 1e10, -1e19, 1.5e19, 1e30, 255.5, -128.25, Number.NaN, Number.POSITIVE_INFINITY])));
    const w = irWidth(ty);
    const v = this.pick([0n, 1n, -1n, 2n, 5n, (1n << BigInt(w)) - 1n, 1n << BigInt(w - 1), (1n << BigInt(w - 1)) - 1n, BigInt(this.rnd(1000)), BigInt(w), 0x123456789abcdef0n]);
    return this.int(ty, v);
  }

  int(ty: IrTy, v: bigint): Ref {
    const n = norm(ty, v);
    return this.m.int(ty, n >= -(2n ** 52n) && n <= 2n ** 52n ? Number(n) : n);
  }

  value(ty: IrTy): Ref {
    const fit = this.pool.filter((p) => p.ty === ty);
    if (fit.length > 0 && this.rnd(4) !== 0) return this.pick(fit).ref;
    return this.konst(ty);
  }

  any(): { ref: Ref; ty: IrTy } {
    if (this.pool.length > 0) return this.pick(this.pool);
    return { ref: this.konst(IR_I64), ty: IR_I64 };
  }

  add(ref: Ref, ty: IrTy): void { this.pool.push({ ref, ty }); }

  step(depth: number): void {
    const { b } = this;
    switch (this.rnd(18)) {
      case 0: case 1: case 2: case 3: {
        const ty = this.pick(INTS);
        let op = Op.add + this.rnd(13);
        if (op >= Op.sdiv && op <= Op.urem && this.rnd(3) !== 0) op = Op.mul;
        this.add(b.bin(op as Op, ty, this.value(ty), this.value(ty)), ty);
        return;
      }
      case 4: {
        const ty = this.pick([IR_F32, IR_F64]);
        this.add(b.bin((Op.fadd + this.rnd(5)) as Op, ty, this.value(ty), this.value(ty)), ty);
        return;
      }
      case 5: {
        const x = this.any();
        if (irIsFloat(x.ty)) this.add(b.cmp((Op.feq + this.rnd(6)) as Op, x.ref, this.value(x.ty)), IR_BOOL);
        else this.add(b.cmp((Op.eq + this.rnd(10)) as Op, x.ref, this.value(x.ty)), IR_BOOL);
        return;
      }
      case 6: case 7: this.conversion(); return;
      case 8: {
        const ty = this.pick(SCALARS);
        this.add(b.select(ty, this.value(IR_BOOL), this.value(ty), this.value(ty)), ty);
        return;
      }
      case 9: case 10: {
        const cell = this.pick(this.cells);
        b.store(this.place(cell), this.value(cell.ty));
        return;
      }
      case 11: case 12: {
        const cell = this.pick(this.cells);
        this.add(b.load(cell.ty, this.place(cell)), cell.ty);
        return;
      }
      case 13: this.atomic(); return;
      case 14: if (depth > 0) this.branch(depth - 1); return;
      case 15: if (depth > 0) this.loop(depth - 1); return;
      case 16: if (depth > 0) this.switch_(depth - 1); return;
      default: {
        const x = this.pick(this.cells);
        const same = this.cells.filter((y) => y.ty === x.ty && y.len === x.len);
        const y = this.pick(same);
        if (this.rnd(2) === 0) b.copy(x.ref, y.ref, irSize(x.ty) * x.len);
        else b.zero(x.ref, irSize(x.ty) * x.len);
      }
    }
  }

  /** An atomic operation of any legal ordering on some cell. */
  private atomic(): void {
    const { b } = this;
    const cell = this.pick(this.cells);
    const { ty } = cell;
    const load = this.pick(LOAD_ORDERS);
    const store = this.pick(STORE_ORDERS);
    const any = this.rnd(5);
    switch (this.rnd(6)) {
      case 0: this.add(b.inst(Op.atomic_load, ty, this.place(cell), 0, load), ty); return;
      case 1: b.inst(Op.atomic_store, IR_VOID, this.place(cell), this.value(ty), store); return;
      case 2: case 3: {
        const other = this.pick(this.cells.filter((x) => x.ty === ty));
        const from = this.place(cell);
        if (this.rnd(2) === 0) b.inst(Op.atomic_load_mem, IR_VOID, this.place(other), from, load | (irSize(ty) << 8));
        else b.inst(Op.atomic_store_mem, IR_VOID, this.place(other), from, store | (irSize(ty) << 8));
        return;
      }
      case 4: {
        if (!irIsInt(ty)) return;
        const at = b.run([this.value(ty), this.value(ty)]);
        const failure = this.pick(LOAD_ORDERS.filter((x) => !isStronger(x, any)));
        const old = b.inst(Op.cmpxchg, ty, this.place(cell), at, any | (failure << 4));
        this.add(old, ty);
        this.add(b.inst(Op.cmpxchg_ok, IR_BOOL, old, 0, 0), IR_BOOL);
        return;
      }
      default: {
        if (!irIsInt(ty)) return;
        // Sums wrap where the bytes end.
        const kind = irWidth(ty) === irSize(ty) * 8 ? this.rnd(10) : 2 + this.rnd(8);
        this.add(b.inst(Op.atomic_rmw, ty, this.place(cell), this.value(ty), (kind << 8) | any), ty);
      }
    }
  }

  place(cell: { ref: Ref; ty: IrTy; len: number }): Ref {
    if (cell.len === 1) return cell.ref;
    if (this.rnd(2) === 0) return this.b.field(cell.ref, irSize(cell.ty) * this.rnd(cell.len));
    const ty = this.pick([irUnsigned(8), IR_I64, IR_U64, irUnsigned(32)]);
    return this.b.index(cell.ref, this.b.bin(Op.urem, ty, this.value(ty), this.m.int(ty, cell.len)), irSize(cell.ty));
  }

  conversion(): void {
    const { b } = this;
    const x = this.any();
    if (irIsFloat(x.ty)) {
      const ty = this.pick([...INTS, IR_I64, IR_U64]);
      switch (this.rnd(3)) {
        case 0: this.add(b.conv(Op.f2i, ty, x.ref), ty); return;
        case 1: this.add(x.ty === IR_F32 ? b.conv(Op.fpext, IR_F64, x.ref) : b.conv(Op.fptrunc, IR_F32, x.ref), x.ty === IR_F32 ? IR_F64 : IR_F32); return;
        default: {
          // NaN payloads are not kept the same by all machines: only compare bits of ordered values.
          const to = x.ty === IR_F32 ? irUnsigned(32) : IR_U64;
          const ok = b.cmp(Op.feq, x.ref, x.ref);
          this.add(b.conv(Op.bits, to, b.select(x.ty, ok, x.ref, this.m.float(x.ty, 1))), to);
        }
      }
      return;
    }
    const ty = this.pick(INTS);
    if (this.rnd(4) === 0) {
      const f = this.pick([IR_F32, IR_F64]);
      this.add(b.conv(Op.i2f, f, x.ref), f);
    } else this.add(b.conv(irWidth(ty) > irWidth(x.ty) ? Op.ext : Op.trunc, ty, x.ref), ty);
  }

  scoped(work: () => void): void {
    const n = this.pool.length;
    work();
    this.pool.length = n;
  }

  branch(depth: number): void {
    const { b } = this;
    const then = b.block();
    const other = b.block();
    const end = b.block();
    b.condBr(this.value(IR_BOOL), then, this.rnd(3) === 0 ? end : other);
    b.start(then);
    this.scoped(() => this.steps(this.rnd(5), depth));
    b.br(end);
    b.start(other);
    this.scoped(() => this.steps(this.rnd(5), depth));
    b.start(end);
  }

  switch_(depth: number): void {
    const { b } = this;
    const ty = this.pick([irUnsigned(8), irSigned(16), irSigned(32), IR_I64, IR_U64]);
    const arms = 1 + this.rnd(6);
    const end = b.block();
    const blocks = Array.from({ length: arms }, () => b.block());
    const base = this.pick([0, 0, 3, -2]);
    const cases = blocks.map((blk, k) => [this.int(ty, BigInt(base + k)), blk] as const);
    const x = this.rnd(2) === 0 ? this.value(ty) : b.bin(Op.urem, ty, this.value(ty), this.m.int(ty, 7));
    const otherwise = this.rnd(2) === 0 ? end : b.block();
    b.switch_(x, cases, otherwise);
    for (const blk of blocks) {
      b.start(blk);
      this.scoped(() => this.steps(this.rnd(3), depth));
      b.br(end);
    }
    if (otherwise !== end) {
      b.start(otherwise);
      this.scoped(() => this.steps(1, depth));
    }
    b.start(end);
  }

  loop(depth: number): void {
    const { b } = this;
    const i = b.slot(8, 8);
    b.store(i, this.m.int(IR_I64, 0));
    const head = b.block();
    const body = b.block();
    const end = b.block();
    const step = b.block();
    b.start(head);
    b.condBr(b.cmp(Op.slt, b.load(IR_I64, i), this.m.int(IR_I64, this.rnd(6))), body, end);
    b.start(body);
    this.scoped(() => {
      this.add(b.load(IR_I64, i), IR_I64);
      this.steps(this.rnd(6), depth);
      if (this.rnd(3) === 0) {
        const more = b.block();
        b.condBr(this.value(IR_BOOL), this.rnd(2) === 0 ? end : step, more);
        b.start(more);
        this.steps(this.rnd(3), depth);
      }
    });
    b.start(step);
    b.store(i, b.bin(Op.add, IR_I64, b.load(IR_I64, i), this.m.int(IR_I64, 1)));
    b.br(head);
    b.start(end);
  }

  steps(n: number, depth: number): void { for (let k = 0; k < n; k++) this.step(depth); }

  /** A function of three parameters whose result mixes everything it computed. */
  fn(size: number): { id: number; types: IrTy[] } {
    const types = [this.pick(SCALARS), this.pick(SCALARS), this.pick(SCALARS)];
    const slot = (ty: IrTy) => ({ ty, mem: false, type: 0, size: 0, align: 0 });
    const fn = this.m.addFn('f', 'f', this.m.sig(types.map(slot), slot(IR_U64), Abi.sx), Linkage.internal, 1);
    this.b = new Builder(this.m);
    const { b } = this;
    this.pool = types.map((ty, k) => ({ ref: b.inst(Op.param, ty, k, 0, 0), ty }));
    this.cells = [];
    for (let k = 0; k < 5; k++) {
      const ty = this.pick(SCALARS);
      const len = this.pick([1, 1, 3]);
      const ref = b.slot(irSize(ty) * len, 8);
      b.zero(ref, irSize(ty) * len);
      this.cells.push({ ref, ty, len });
    }
    this.steps(size, 3);
    const acc = b.slot(8, 8);
    b.store(acc, this.m.int(IR_U64, 7));
    const mix = (ref: Ref, ty: IrTy): void => {
      let v = ref;
      if (irIsFloat(ty)) {
        const to = ty === IR_F32 ? irUnsigned(32) : IR_U64;
        v = b.conv(Op.bits, to, b.select(ty, b.cmp(Op.feq, v, v), v, this.m.float(ty, 1)));
        ty = to;
      }
      if (ty !== IR_U64) v = b.conv(irWidth(ty) === 64 ? Op.trunc : Op.ext, IR_U64, v);
      b.store(acc, b.bin(Op.add, IR_U64, b.bin(Op.mul, IR_U64, b.load(IR_U64, acc), this.m.int(IR_U64, 31)), v));
    };
    for (const p of this.pool) mix(p.ref, p.ty);
    for (const cell of this.cells) for (let k = 0; k < cell.len; k++) mix(b.load(cell.ty, b.field(cell.ref, k * irSize(cell.ty))), cell.ty);
    b.ret(b.load(IR_U64, acc));
    fn.body = b.finish();
    return { id: fn.id, types };
  }

  arg(ty: IrTy): Value {
    const k = this.m.consts[~this.konst(ty)]!;
    return irIsFloat(ty) ? Number(k.value) : BigInt(k.value);
  }
}
