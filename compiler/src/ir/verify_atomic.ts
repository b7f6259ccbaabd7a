// Takes an atomic instruction; gives the rule it breaks: orderings that the operation has, operand types, sizes. Alignment is the program's: it may cast any pointer.
import { IR_PTR, type IrTy, irIsFloat, irIsInt, irSize, irTypeName, irWidth } from '../types/ir_type.ts';
import { FENCE_ORDERS, isStronger, LOAD_ORDERS, ORDER_NAMES, STORE_ORDERS } from './mem_order.ts';
import type { FnBody, Module, Ref } from './module.ts';
import { AtomicRmw, type MemOrder, Op } from './op.ts';

const RMW_NAMES: readonly string[] = ['add', 'sub', 'and', 'or', 'xor', 'min', 'max', 'umin', 'umax', 'xchg'];
const SIZES: readonly number[] = [1, 2, 4, 8, 16];

/** What is wrong with instruction `i` besides what holds for every memory operation; null = nothing. */
export function atomicFault(m: Module, body: FnBody, i: number): string | null {
  const { b, c, ty, extra } = body;
  const imm = c[i]!;
  const t = ty[i]!;
  const typeOf = (r: Ref): IrTy => (r > 0 ? body.ty[r]! : m.consts[~r]!.ty);
  switch (body.op[i]) {
    case Op.fence: return orderFault(imm, FENCE_ORDERS, 'fence');
    case Op.atomic_load: return orderFault(imm, LOAD_ORDERS, 'load');
    case Op.atomic_store: return orderFault(imm, STORE_ORDERS, 'store');
    case Op.atomic_load_mem: case Op.atomic_store_mem: {
      const reads = body.op[i] === Op.atomic_load_mem;
      const size = imm >> 8;
      if (!SIZES.includes(size)) return `${size} bytes are no atomic size`;
      return orderFault(imm & 255, reads ? LOAD_ORDERS : STORE_ORDERS, reads ? 'load' : 'store');
    }
    case Op.atomic_rmw: return orderFault(imm & 255, null, 'read-modify-write') ?? rmwFault(imm >> 8, t);
    default: return exchangeFault(imm, typeOf(extra[b[i]!]!));
  }
}

/** `legal`: null = all five. */
function orderFault(o: number, legal: readonly MemOrder[] | null, what: string): string | null {
  if (ORDER_NAMES[o] === undefined) return `${o} is no ordering`;
  return legal === null || legal.includes(o as MemOrder) ? null : `ordering ${ORDER_NAMES[o]} is none of a ${what}'s`;
}

function rmwFault(kind: number, t: IrTy): string | null {
  const name = RMW_NAMES[kind];
  if (name === undefined) return `${kind} is no read-modify-write`;
  if (kind === AtomicRmw.xchg) return irIsInt(t) || irIsFloat(t) || t === IR_PTR ? null : `xchg does not exchange ${irTypeName(t)}`;
  if (!irIsInt(t)) return `${name} works on integers, not ${irTypeName(t)}`;
  const sums = kind === AtomicRmw.add || kind === AtomicRmw.sub;
  return sums && irWidth(t) !== irSize(t) * 8 ? `${name} needs an integer that fills its bytes, not ${irTypeName(t)}` : null;
}

function exchangeFault(imm: number, t: IrTy): string | null {
  const success = imm & 15;
  const failure = (imm >> 4) & 15;
  if ((imm & ~511) !== 0) return `unknown flags ${imm >> 9}`;
  const bad = orderFault(success, null, 'compare-exchange') ?? orderFault(failure, null, 'compare-exchange');
  if (bad !== null) return bad;
  if (!LOAD_ORDERS.includes(failure as MemOrder)) return `failure ordering ${ORDER_NAMES[failure]} is none of a load's`;
  if (isStronger(failure as MemOrder, success as MemOrder)) return `failure ordering ${ORDER_NAMES[failure]} is stronger than ${ORDER_NAMES[success]}`;
  return irIsInt(t) || t === IR_PTR ? null : `cmpxchg compares integers and pointers, not ${irTypeName(t)}`;
}
