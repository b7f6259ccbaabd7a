// Takes a body and, for each of its blocks and instructions, whether it stays and what its operands became;
// gives the body packed anew with consecutive numbers.
import type { DebugVar, FnBody, Ref } from '../ir/module.ts';
import { Op, OP_INFO } from '../ir/op.ts';

export interface Plan {
  /** Block ids that stay, in code order. */
  readonly order: readonly number[];
  /** 1 for every instruction that stays. */
  readonly keep: Uint8Array;
  /** What an instruction's value is now: itself, another instruction, or a constant. */
  readonly as: Int32Array;
  /** Where branches to a block go now. */
  readonly target: Int32Array;
  /** Terminators that became `br` to this block; -1 otherwise. */
  readonly branch: Int32Array;
  /** Blocks whose code is appended to their only predecessor (after its dropped `br`), by predecessor; -1 otherwise. */
  readonly join: Int32Array;
  /** Slots of removed blocks that are still used: they move to the front of the entry block. */
  readonly orphans: readonly number[];
}

export function rewrite(body: FnBody, plan: Plan): FnBody {
  const { op, ty, a, b, c, pos, extra } = body;
  const number = new Int32Array(body.count);
  const sequence: number[] = [0];
  const starts = new Int32Array(body.blockStart.length).fill(-1);
  const ends = new Int32Array(body.blockStart.length).fill(-1);
  const order: number[] = [];
  for (const first of plan.order) {
    starts[first] = sequence.length;
    order.push(first);
    if (order.length === 1) for (const i of plan.orphans) number[i] = sequence.push(i) - 1;
    for (let blk = first; blk >= 0; blk = plan.join[blk]!) {
      const last = body.blockEnd[blk]! - 1;
      for (let i = body.blockStart[blk]!; i < last; i++) if (plan.keep[i] === 1) number[i] = sequence.push(i) - 1;
      if (plan.join[blk]! < 0) number[last] = sequence.push(last) - 1;
    }
    ends[first] = sequence.length;
  }
  const ref = (r: Ref): Ref => {
    while (r > 0 && plan.as[r] !== r) r = plan.as[r]!;
    return r > 0 ? number[r]! : r;
  };
  const n = sequence.length;
  const out = {
    op: new Uint8Array(n), ty: new Uint16Array(n), a: new Int32Array(n), b: new Int32Array(n), c: new Int32Array(n), pos: new Int32Array(n),
  };
  const list: number[] = [0];
  const run = (items: readonly number[]): number => {
    const at = list.length;
    list.push(...items);
    return at;
  };
  const refs = (at: number, count: number): number[] => Array.from(extra.subarray(at, at + count), ref);
  const special = (i: number): number => {
    const at = b[i]!;
    switch (op[i]) {
      case Op.call_ptr: return run([extra[at]!, extra[at + 1]!, ...refs(at + 2, extra[at + 1]!)]);
      case Op.vec_bin: return run([...refs(at, 2), extra[at + 2]!, extra[at + 3]!, extra[at + 4]!]);
      case Op.vec_un: return run([...refs(at, 1), extra[at + 1]!, extra[at + 2]!, extra[at + 3]!, 0]);
      case Op.cmpxchg: return run(refs(at, 2));
      default: {
        const items = [extra[at]!, plan.target[extra[at + 1]!]!];
        for (let k = 0; k < extra[at]!; k++) items.push(ref(extra[at + 2 + 2 * k]!), plan.target[extra[at + 3 + 2 * k]!]!);
        return run(items);
      }
    }
  };
  const column = (shape: string, v: number, i: number): number => {
    switch (shape) {
      case 'r': case 'R': return ref(v);
      case 'k': return plan.target[v]!;
      case 'l': return run([extra[v]!, ...refs(v + 1, extra[v]!)]);
      case 'x': return special(i);
      default: return v;
    }
  };
  for (let k = 1; k < n; k++) {
    const i = sequence[k]!;
    out.pos[k] = pos[i]!;
    if (plan.branch[i]! >= 0) {
      out.op[k] = Op.br;
      out.a[k] = plan.target[plan.branch[i]!]!;
      continue;
    }
    const row = OP_INFO[op[i]!]!;
    out.op[k] = op[i]!;
    out.ty[k] = ty[i]!;
    out.a[k] = column(row.a, a[i]!, i);
    out.b[k] = column(row.b, b[i]!, i);
    out.c[k] = column(row.c, c[i]!, i);
  }
  const vars: DebugVar[] = [];
  for (const v of body.vars) {
    const slot = ref(v.slot);
    if (slot !== 0) vars.push({ ...v, slot });
  }
  const asms = body.asms.map((x) => ({ ...x, outs: x.outs.map(ref) }));
  return { count: n, ...out, extra: Int32Array.from(list), blockStart: starts, blockEnd: ends, order: Int32Array.from(order), vars, looked: body.looked, asms };
}
