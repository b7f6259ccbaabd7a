// Takes a function body; gives its control-flow facts: reverse post-order, immediate dominators, loop headers, merges.
import type { FnBody } from '../ir/module.ts';
import { Op } from '../ir/op.ts';

export interface Cfg {
  /** Reachable blocks in reverse post-order; rpo[0] is the entry. */
  readonly rpo: Int32Array;
  /** Block id → position in rpo, -1 when unreachable. */
  readonly index: Int32Array;
  /** Position of the immediate dominator, by position (0 for the entry). */
  readonly idom: Int32Array;
  /** By position: 1 when some branch goes back to the block. */
  readonly loopHead: Uint8Array;
  /** By position: 1 when the block needs a label of its own (two forward edges, or the target of a switch). */
  readonly merge: Uint8Array;
  /** Children in the dominator tree that are merges, ascending, by position. */
  readonly mergeChildren: readonly (readonly number[])[];
  /** False when some backward edge enters a loop elsewhere than at its head. */
  readonly reducible: boolean;
}

/** Successor blocks of `block`, appended to `out` (duplicates stay). */
export function successors(body: FnBody, block: number, out: number[]): void {
  const last = body.blockEnd[block]! - 1;
  switch (body.op[last]) {
    case Op.br: out.push(body.a[last]!); break;
    case Op.cond_br: out.push(body.b[last]!, body.c[last]!); break;
    case Op.switch_: {
      const at = body.b[last]!;
      const n = body.extra[at]!;
      out.push(body.extra[at + 1]!);
      for (let i = 0; i < n; i++) out.push(body.extra[at + 3 + 2 * i]!);
      break;
    }
    default: break;
  }
}

const NONE: readonly number[] = [];

export function buildCfg(body: FnBody): Cfg {
  const blocks = body.blockStart.length;
  const succ: number[][] = new Array(blocks);
  const post: number[] = [];
  const state = new Uint8Array(blocks);
  const stack = [body.order[0]!];
  const next = [0];
  state[stack[0]!] = 1;
  succ[stack[0]!] = [];
  successors(body, stack[0]!, succ[stack[0]!]!);
  while (stack.length > 0) {
    const b = stack[stack.length - 1]!;
    const k = next[next.length - 1]!++;
    const list = succ[b]!;
    if (k === list.length) {
      stack.pop();
      next.pop();
      post.push(b);
      continue;
    }
    // Visiting the last successor first puts the first one early in the reverse order.
    const s = list[list.length - 1 - k]!;
    if (state[s] === 0) {
      state[s] = 1;
      succ[s] = [];
      successors(body, s, succ[s]!);
      stack.push(s);
      next.push(0);
    }
  }
  const n = post.length;
  const rpo = new Int32Array(n);
  const index = new Int32Array(blocks).fill(-1);
  for (let i = 0; i < n; i++) {
    rpo[i] = post[n - 1 - i]!;
    index[rpo[i]!] = i;
  }
  const preds: number[][] = Array.from({ length: n }, () => []);
  const merge = new Uint8Array(n);
  const loopHead = new Uint8Array(n);
  const forward = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const b = rpo[i]!;
    const forced = body.op[body.blockEnd[b]! - 1] === Op.switch_;
    for (const s of succ[b]!) {
      const j = index[s]!;
      preds[j]!.push(i);
      if (j <= i) loopHead[j] = 1;
      else {
        forward[j]!++;
        if (forced) merge[j] = 1;
      }
    }
  }
  const idom = dominators(preds);
  let reducible = true;
  const mergeChildren: number[][] = new Array(n);
  for (let i = 0; i < n; i++) {
    if (forward[i]! > 1) merge[i] = 1;
    if (loopHead[i] === 1) for (const p of preds[i]!) if (p >= i && !dominates(idom, i, p)) reducible = false;
  }
  for (let i = 1; i < n; i++) if (merge[i] === 1) (mergeChildren[idom[i]!] ??= []).push(i);
  for (let i = 0; i < n; i++) mergeChildren[i] ??= NONE as number[];
  return { rpo, index, idom, loopHead, merge, mergeChildren, reducible };
}

/** Whether position `a` dominates position `b`. */
export function dominates(idom: Int32Array, a: number, b: number): boolean {
  while (b > a) b = idom[b]!;
  return a === b;
}

/** Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm" (2001), over positions in reverse post-order. */
function dominators(preds: readonly (readonly number[])[]): Int32Array {
  const n = preds.length;
  const idom = new Int32Array(n).fill(-1);
  idom[0] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 1; i < n; i++) {
      let d = -1;
      for (const p of preds[i]!) {
        if (idom[p]! < 0) continue;
        if (d < 0) {
          d = p;
          continue;
        }
        let x = p;
        while (x !== d) {
          while (x > d) x = idom[x]!;
          while (d > x) d = idom[d]!;
        }
      }
      if (idom[i] !== d) {
        idom[i] = d;
        changed = true;
      }
    }
  }
  return idom;
}
