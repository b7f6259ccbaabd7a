// The memory orderings: their names and strengths, and which operation has which (reference 14.1).
import { MemOrder } from './op.ts';

/** By MemOrder, as `Ordering` of std/atomic.sx spells them. */
export const ORDER_NAMES: readonly string[] = ['relaxed', 'acquire', 'release', 'acq_rel', 'seq_cst'];

/** acquire and release are equally strong. */
const STRENGTH: Readonly<Record<MemOrder, number>> = {
  [MemOrder.relaxed]: 0, [MemOrder.acquire]: 1, [MemOrder.release]: 1, [MemOrder.acq_rel]: 2, [MemOrder.seq_cst]: 3,
};

export const isStronger = (a: MemOrder, b: MemOrder): boolean => STRENGTH[a] > STRENGTH[b];

/** Loads, and what a compare-exchange does when it fails. */
export const LOAD_ORDERS: readonly MemOrder[] = [MemOrder.relaxed, MemOrder.acquire, MemOrder.seq_cst];
export const STORE_ORDERS: readonly MemOrder[] = [MemOrder.relaxed, MemOrder.release, MemOrder.seq_cst];
export const FENCE_ORDERS: readonly MemOrder[] = [MemOrder.acquire, MemOrder.release, MemOrder.acq_rel, MemOrder.seq_cst];
