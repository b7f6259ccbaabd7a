// Takes a function body and its control-flow graph; gives per-instruction facts for code generation: address roots,
// use counts, which slots can be WebAssembly locals, the frame layout.
import { eachRef } from '../ir/refs.ts';
import { type Const, ConstKind, type FnBody, type Module, type Sig } from '../ir/module.ts';
import { Op, OP_INFO } from '../ir/op.ts';
import { IR_VOID, type IrTy, irSize } from '../types/ir_type.ts';
import type { Cfg } from './cfg.ts';
import { FOREIGN_WINDOW } from './layout.ts';

export interface FnFacts {
  /** Address root: `field` and constant `index` chains are folded; for others the instruction itself. */
  readonly root: Int32Array;
  /** Byte offset from the root. */
  readonly off: Int32Array;
  /** Number of reads of the instruction's value (reads through folded addresses count for the root). */
  readonly uses: Int32Array;
  /** 1 when every use stands in the defining block. */
  readonly local: Uint8Array;
  /** Slots kept in a WebAssembly local: the register type; 0 otherwise. */
  readonly promoted: Uint16Array;
  /** Frame offset of slots that live in memory, -1 otherwise. */
  readonly frameAt: Int32Array;
  /** Frame offset of the copy of each aggregate parameter, -1 when the parameter is not read. */
  readonly paramAt: Int32Array;
  readonly frameSize: number;
  readonly maxAlign: number;
  /** Whether the function calls anything that may call back. */
  readonly calls: boolean;
}

const NOT_A_SLOT = 0xffff;
/** Fixed offsets below are folded: the check of the base is good for them, see Foreign. Half of it is left for the access. */
const REACH = FOREIGN_WINDOW / 2;

/** The constant integer value of a ref, or null. */
export function constInt(consts: readonly Const[], ref: number): number | bigint | null {
  if (ref >= 0) return null;
  const c = consts[~ref]!;
  return c.kind === ConstKind.int ? c.value : null;
}

export function analyze(module: Module, sig: Sig, body: FnBody, cfg: Cfg): FnFacts {
  const n = body.count;
  const root = new Int32Array(n);
  const off = new Int32Array(n);
  const uses = new Int32Array(n);
  const local = new Uint8Array(n).fill(1);
  const block = new Int32Array(n);
  const promoted = new Uint16Array(n);
  const frameAt = new Int32Array(n).fill(-1);
  const paramAt = new Int32Array(sig.params.length).fill(-1);
  let calls = false;
  const { op, ty, a, b, c } = body;
  // Blocks in the order of their code, so that definitions come before uses.
  const visited: number[] = [];
  for (const id of body.order) if (cfg.index[id]! >= 0) visited.push(id);
  for (const id of visited) {
    for (let i = body.blockStart[id]!; i < body.blockEnd[id]!; i++) {
      block[i] = id;
      root[i] = i;
    }
  }
  // A slot may stand anywhere, even where control never comes.
  for (let i = 1; i < n; i++) {
    if (op[i] !== Op.slot) continue;
    root[i] = i;
    promoted[i] = NOT_A_SLOT;
  }
  let here = 0;
  const disqualify = (ref: number): void => {
    if (ref > 0 && op[root[ref]!] === Op.slot) promoted[root[ref]!] = 0;
  };
  const use = (ref: number): void => {
    if (ref <= 0) return;
    const r = root[ref]!;
    if (r <= 0) return;
    uses[r]!++;
    if (block[r] !== here) local[r] = 0;
  };
  const useEscaping = (ref: number): void => {
    disqualify(ref);
    use(ref);
  };
  /** A direct access of type `t`: keeps the slot in a local as long as all accesses agree. */
  const direct = (ref: number, t: IrTy): void => {
    use(ref);
    if (ref <= 0) return;
    const r = root[ref]!;
    if (op[r] !== Op.slot) return;
    if (off[ref] !== 0 || promoted[r] === 0) promoted[r] = 0;
    else if (promoted[r] === NOT_A_SLOT) promoted[r] = irSize(t) <= a[r]! ? t : 0;
    else if (promoted[r] !== t) promoted[r] = 0;
  };
  /** Addresses within the frame are not checked at all. */
  const onFrame = (ref: number): boolean => {
    const o: Op = op[root[ref]!]!;
    return o === Op.slot || (o === Op.param && sig.params[a[root[ref]!]!]!.mem);
  };
  const typeOf = (ref: number): IrTy => (ref > 0 ? ty[ref]! : module.consts[~ref]!.ty);
  for (const id of visited) {
    here = id;
    for (let i = body.blockStart[id]!; i < body.blockEnd[id]!; i++) {
      switch (op[i]) {
        case Op.field:
          if (a[i]! > 0 && c[i]! >= 0 && (onFrame(a[i]!) || off[a[i]!]! + c[i]! < REACH)) {
            root[i] = root[a[i]!]!;
            off[i] = off[a[i]!]! + c[i]!;
            if (off[i] !== 0) disqualify(i);
          } else useEscaping(a[i]!);
          break;
        case Op.index: {
          const k = constInt(module.consts, b[i]!);
          if (k !== null && a[i]! > 0 && k >= 0 && off[a[i]!]! + Number(k) * c[i]! < (onFrame(a[i]!) ? 0x10000000 : REACH)) {
            root[i] = root[a[i]!]!;
            off[i] = off[a[i]!]! + Number(k) * c[i]!;
            if (off[i] !== 0) disqualify(i);
          } else {
            useEscaping(a[i]!);
            use(b[i]!);
          }
          break;
        }
        case Op.zero: {
          const r = a[i]! > 0 ? root[a[i]!]! : 0;
          if (r > 0 && op[r] === Op.slot && off[a[i]!] === 0 && c[i] === a[r]) use(a[i]!);
          else useEscaping(a[i]!);
          break;
        }
        case Op.load: direct(a[i]!, ty[i]!); break;
        case Op.store:
          direct(a[i]!, typeOf(b[i]!));
          useEscaping(b[i]!);
          break;
        case Op.call: case Op.call_ptr: case Op.rtti: case Op.asm:
          calls = true;
          eachRef(body, i, useEscaping);
          break;
        default:
          eachRef(body, i, useEscaping);
      }
    }
  }
  let frameSize = 0;
  const place = (size: number, align: number): number => {
    const al = Math.min(Math.max(align, 1), 4096);
    frameSize = Math.ceil(frameSize / al) * al;
    const at = frameSize;
    frameSize += Math.max(size, 1);
    return at;
  };
  let maxAlign = 16;
  for (let i = 1; i < n; i++) {
    if (op[i] === Op.slot) {
      if (promoted[i] === NOT_A_SLOT) promoted[i] = IR_VOID;
      else if (promoted[i] === 0) frameAt[i] = place(a[i]!, b[i]!);
      if (b[i]! > maxAlign) maxAlign = Math.min(b[i]!, 4096);
    } else if (op[i] === Op.param) {
      const p = sig.params[a[i]!]!;
      if (p.mem && paramAt[a[i]!]! < 0) paramAt[a[i]!] = place(p.size, p.align);
    }
  }
  return { root, off, uses, local, promoted, frameAt, paramAt, frameSize, maxAlign, calls };
}

/** Ops whose value may be computed later in the block, at its only use. */
export const PURE = new Uint8Array(OP_INFO.length);
/** Pure except that they may trap or read memory: must not move across an effect. */
export const READS = new Uint8Array(OP_INFO.length);
for (let o: Op = Op.add; o <= Op.select; o++) PURE[o] = 1;
for (const o of [Op.index, Op.field, Op.fmath]) PURE[o] = 1;
for (const o of [Op.load, Op.sdiv, Op.udiv, Op.srem, Op.urem, Op.mem_eq]) READS[o] = 1;
for (const o of [Op.sdiv, Op.udiv, Op.srem, Op.urem]) PURE[o] = 0;
