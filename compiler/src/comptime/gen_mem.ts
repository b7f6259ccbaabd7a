// Takes memory, vector and atomic ops; writes their WebAssembly code.
import type { FnBody } from '../ir/module.ts';
import { AtomicRmw, Op } from '../ir/op.ts';
import { IR_BOOL, type IrTy, irIsFloat, irIsInt, irIsSigned, irSize } from '../types/ir_type.ts';
import { afterLoad, asSign, binary, constant, loadOp, normalise, type Operands, OPERAND_LOCAL, storeOp } from './gen_num.ts';
import { Helper } from './helpers.ts';
import { FOREIGN_WINDOW, vtOf } from './layout.ts';
import { type ByteBuf, Vt, W } from './wasm.ts';

/** What the memory code asks of the function compiler. */
export interface MemGen extends Operands {
  readonly body: FnBody;
  readonly okLocal: Map<number, number>;
  value(ref: number): void;
  value64(ref: number): void;
  typeOf(ref: number): IrTy;
  newLocal(vt: Vt): number;
  addr(ref: number, inst: number): number;
  base(ref: number, inst: number): [local: number, offset: number, owned: boolean];
}

/** Copies `size` bytes between two bases held in i32 locals; the regions are the same or disjoint. */
export function copyBytes(out: ByteBuf, dst: number, dstOff: number, src: number, srcOff: number, size: number): void {
  if (size > 128) {
    out.get(dst);
    out.i32c(dstOff);
    out.op(W.i32_add);
    out.get(src);
    out.i32c(srcOff);
    out.op(W.i32_add);
    out.i32c(size);
    out.memCopy();
    return;
  }
  let k = 0;
  while (k < size) {
    const left = size - k;
    const step = left >= 16 ? 16 : left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    out.get(dst);
    out.get(src);
    out.mem(step === 16 ? W.v128_load : step === 8 ? W.i64_load : step === 4 ? W.i32_load : step === 2 ? W.i32_load16_u : W.i32_load8_u, srcOff + k);
    out.mem(step === 16 ? W.v128_store : step === 8 ? W.i64_store : step === 4 ? W.i32_store : step === 2 ? W.i32_store16 : W.i32_store8, dstOff + k);
    k += step;
  }
}

/** Writes `size` zero bytes at a base held in an i32 local. */
function zeroBytes(out: ByteBuf, dst: number, dstOff: number, size: number): void {
  if (size > 64) {
    out.get(dst);
    out.i32c(dstOff);
    out.op(W.i32_add);
    out.i32c(0);
    out.i32c(size);
    out.memFill();
    return;
  }
  let k = 0;
  while (k < size) {
    const left = size - k;
    const step = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    out.get(dst);
    if (step === 8) out.i64c(0);
    else out.i32c(0);
    out.mem(step === 8 ? W.i64_store : step === 4 ? W.i32_store : step === 2 ? W.i32_store16 : W.i32_store8, dstOff + k);
    k += step;
  }
}

/** Writes the code of a memory op; a result is left on the stack. */
export function memoryOp(g: MemGen, i: number, op: Op): void {
  const { a, b, c } = g.body;
  const code = g.code;
  switch (op) {
    case Op.copy: bytesFromTo(g, i, c[i]!); return;
    case Op.zero: {
      const [dst, dstOff, own] = g.base(a[i]!, i);
      g.mark(i);
      zeroBytes(code, dst, dstOff, c[i]!);
      if (own) g.freeTemp(Vt.i32, dst);
      return;
    }
    case Op.mem_move: case Op.mem_set:
      g.value(a[i]!);
      g.value(b[i]!);
      g.value64(c[i]!);
      g.mark(i);
      g.helper(op === Op.mem_move ? Helper.memMove : Helper.memSet);
      return;
    case Op.vec_bin: vecBin(g, i); return;
    case Op.vec_un: vecUn(g, i); return;
    default: atomicOp(g, i, op);
  }
}

/** The copy of `size` bytes that `i` asks for: a = destination, b = source. */
function bytesFromTo(g: MemGen, i: number, size: number): void {
  if (size > FOREIGN_WINDOW / 2) {
    g.value(g.body.a[i]!);
    g.value(g.body.b[i]!);
    g.code.i64c(size);
    g.mark(i);
    g.helper(Helper.memMove);
    return;
  }
  const [dst, dstOff, ownDst] = g.base(g.body.a[i]!, i);
  const [src, srcOff, ownSrc] = g.base(g.body.b[i]!, i);
  g.mark(i);
  copyBytes(g.code, dst, dstOff, src, srcOff, size);
  if (ownDst) g.freeTemp(Vt.i32, dst);
  if (ownSrc) g.freeTemp(Vt.i32, src);
}

function vecBin(g: MemGen, i: number): void {
  const { a, b, extra } = g.body;
  const code = g.code;
  const at = b[i]!;
  const op: Op = extra[at + 2]!;
  const lane = extra[at + 3]!;
  const lanes = extra[at + 4]!;
  const result = op >= Op.eq && op <= Op.fge ? IR_BOOL : lane;
  const [dst, dstOff, ownDst] = g.base(a[i]!, i);
  const [x, xOff, ownX] = g.base(extra[at]!, i);
  const [y, yOff, ownY] = g.base(extra[at + 1]!, i);
  const vt = vtOf(lane);
  const lx = g.temp(vt);
  const ly = g.temp(vt);
  const step = irSize(lane);
  for (let k = 0; k < lanes; k++) {
    g.mark(i);
    code.get(x);
    code.mem(loadOp(lane), xOff + k * step);
    afterLoad(code, lane);
    code.set(lx);
    code.get(y);
    code.mem(loadOp(lane), yOff + k * step);
    afterLoad(code, lane);
    code.set(ly);
    code.get(dst);
    binary(g, op, lane, OPERAND_LOCAL + lx, OPERAND_LOCAL + ly, i);
    code.mem(storeOp(result), dstOff + k * irSize(result));
  }
  g.freeTemp(vt, lx);
  g.freeTemp(vt, ly);
  if (ownDst) g.freeTemp(Vt.i32, dst);
  if (ownX) g.freeTemp(Vt.i32, x);
  if (ownY) g.freeTemp(Vt.i32, y);
}

function vecUn(g: MemGen, i: number): void {
  const { a, b, extra } = g.body;
  const code = g.code;
  const at = b[i]!;
  const op: Op = extra[at + 1]!;
  const lane = extra[at + 2]!;
  const lanes = extra[at + 3]!;
  const [dst, dstOff, ownDst] = g.base(a[i]!, i);
  const [x, xOff, ownX] = g.base(extra[at]!, i);
  const step = irSize(lane);
  const load = (k: number): void => {
    code.get(x);
    code.mem(loadOp(lane), xOff + k * step);
    afterLoad(code, lane);
  };
  const wide = vtOf(lane) === Vt.i64;
  for (let k = 0; k < lanes; k++) {
    g.mark(i);
    code.get(dst);
    if (op === Op.fneg || irIsFloat(lane)) {
      load(k);
      code.op(vtOf(lane) === Vt.f32 ? W.f32_neg : W.f64_neg);
    } else if (op === Op.sub) {
      constant(code, lane, 0);
      load(k);
      code.op(wide ? W.i64_sub : W.i32_sub);
      normalise(code, lane);
    } else {
      load(k);
      constant(code, lane, -1);
      code.op(wide ? W.i64_xor : W.i32_xor);
      normalise(code, lane);
    }
    code.mem(storeOp(lane), dstOff + k * step);
  }
  if (ownDst) g.freeTemp(Vt.i32, dst);
  if (ownX) g.freeTemp(Vt.i32, x);
}

const RMW: Partial<Record<AtomicRmw, Op>> = {
  [AtomicRmw.add]: Op.add, [AtomicRmw.sub]: Op.sub, [AtomicRmw.and]: Op.and, [AtomicRmw.or]: Op.or, [AtomicRmw.xor]: Op.xor,
};

/** Atomics: one thread runs at compile time, so they are the plain operations. */
function atomicOp(g: MemGen, i: number, op: Op): void {
  const { a, b, c, ty, extra } = g.body;
  const code = g.code;
  if (op === Op.cmpxchg_ok) {
    code.get(g.okLocal.get(a[i]!)!);
    return;
  }
  if (op === Op.atomic_load) {
    const off = g.addr(a[i]!, i);
    g.mark(i);
    code.mem(loadOp(ty[i]!), off);
    afterLoad(code, ty[i]!);
    return;
  }
  if (op === Op.atomic_store) {
    const off = g.addr(a[i]!, i);
    g.value(b[i]!);
    g.mark(i);
    code.mem(storeOp(g.typeOf(b[i]!)), off);
    return;
  }
  if (op === Op.atomic_load_mem || op === Op.atomic_store_mem) {
    bytesFromTo(g, i, c[i]! >> 8);
    return;
  }
  const t = ty[i]!;
  const vt = vtOf(t);
  const [at, off, own] = g.base(a[i]!, i);
  const old = g.temp(vt);
  const loadOld = (): void => {
    g.mark(i);
    code.get(at);
    code.mem(loadOp(t), off);
    afterLoad(code, t);
    code.set(old);
  };
  if (op === Op.cmpxchg) {
    const eq = vt === Vt.i64 ? W.i64_eq : W.i32_eq;
    const ok = g.newLocal(Vt.i32);
    g.okLocal.set(i, ok);
    const want = g.temp(vt);
    g.value(extra[b[i]! + 1]!);
    code.set(want);
    loadOld();
    code.get(old);
    g.value(extra[b[i]!]!);
    code.op(eq);
    code.tee(ok);
    code.if_();
    code.get(at);
    code.get(want);
    code.mem(storeOp(t), off);
    code.end();
    g.freeTemp(vt, want);
  } else if (op === Op.atomic_rmw) {
    const x = g.temp(vt);
    g.value(b[i]!);
    code.set(x);
    loadOld();
    code.get(at);
    rmw(g, (c[i]! >> 8) as AtomicRmw, t, old, x, i);
    code.mem(storeOp(t), off);
    g.freeTemp(vt, x);
  }
  code.get(old);
  g.freeTemp(vt, old);
  if (own) g.freeTemp(Vt.i32, at);
}

function rmw(g: MemGen, kind: AtomicRmw, t: IrTy, old: number, x: number, i: number): void {
  const code = g.code;
  const op = RMW[kind];
  if (op !== undefined) {
    binary(g, op, t, OPERAND_LOCAL + old, OPERAND_LOCAL + x, i);
    return;
  }
  code.get(x);
  if (kind === AtomicRmw.xchg) return;
  const signed = kind === AtomicRmw.min || kind === AtomicRmw.max;
  const less = kind === AtomicRmw.min || kind === AtomicRmw.umin;
  const wide = vtOf(t) === Vt.i64;
  code.get(old);
  const side = (local: number): void => {
    code.get(local);
    if (irIsInt(t) && signed !== irIsSigned(t)) asSign(code, t, signed);
  };
  side(x);
  side(old);
  // select(x, old, x < old) is the minimum.
  const lt = wide ? (signed ? W.i64_lt_s : W.i64_lt_u) : signed ? W.i32_lt_s : W.i32_lt_u;
  const gt = wide ? (signed ? W.i64_gt_s : W.i64_gt_u) : signed ? W.i32_gt_s : W.i32_gt_u;
  code.op(less ? lt : gt);
  code.op(W.select);
}
