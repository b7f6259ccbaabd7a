// `inline for`: the body is expanded once per element of compile-time ranges and packs (reference 7.7.7, 11.5).
import type { NodeId } from '../base/ids.ts';
import { ForFlag, Node, type RangeOp, rangeExcludesStart, rangeIncludesEnd } from '../parse/node.ts';
import { Ty } from '../types/types.ts';
import { isRange } from './check_for.ts';
import { loopBody } from './check_loops.ts';
import { leaveScope } from './cleanup.ts';
import { constIntOf } from './const_count.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { tupleElem } from './member.ts';
import { errorAt, plural } from './report.ts';
import { blockStatement, statement } from './stmt.ts';
import { Capture, constVal, Val, VK } from './val.ts';
import { isPoison } from './value.ts';

/** One iterable: `at(k)` is its k-th element. */
interface Unrolled {
  readonly count: number; // -1 = open range
  readonly at: (k: number) => Val;
}

export function inlineFor(f: FnCtx, node: NodeId): void {
  const { tree } = f;
  const iters = tree.list(tree.a[node]!);
  const captures = tree.list(tree.b[node]!);
  const lists: Unrolled[] = [];
  for (let i = 0; i < iters.length; i++) {
    const range = isRange(f, iters[i]!);
    if (captures.length > 0 && (tree.flags[captures[i]!]! & 1) !== 0) {
      errorAt(f, range ? 'FOR-REF' : 'INLINEFOR-PACK', captures[i]!, `a ${range ? 'range' : 'pack'} element cannot be captured by reference`);
      return;
    }
    const u = range ? rangeOf(f, iters[i]!, i === 0) : packOf(f, tree.a[iters[i]!]!, i === 0 ? -1 : lists[0]!.count);
    if (u === null) return;
    lists.push(u);
  }
  unroll(f, node, lists, captures);
}

function rangeOf(f: FnCtx, iter: NodeId, drives: boolean): Unrolled | null {
  const { tree } = f;
  const op = tree.flags[iter]! as RangeOp;
  const bound = (n: NodeId, what: 'start' | 'end'): number | null => {
    f.c.sink.mute();
    const v = constIntOf(f, n);
    f.c.sink.unmute();
    if (v === null) errorAt(f, 'INLINEFOR-BOUND', n, `inline for: range ${what} is not a compile-time integer`);
    return v === null ? null : Number(v);
  };
  const lo = bound(tree.a[iter]!, 'start');
  if (lo === null) return null;
  const start = lo + (rangeExcludesStart(op) ? 1 : 0);
  let count = -1;
  if (drives) {
    if (tree.b[iter] === 0) {
      errorAt(f, 'INLINEFOR-BOUND', iter, 'inline for: the first range must be bounded');
      return null;
    }
    const hi = bound(tree.b[iter]!, 'end');
    if (hi === null) return null;
    count = Math.max(0, hi + (rangeIncludesEnd(op) ? 1 : 0) - start);
  }
  return {
    count,
    at: (k) => {
      const v = constVal(f.c.types.i64, start + k);
      v.capture = Capture.range;
      return v;
    },
  };
}

/** `length`: what the driver runs, -1 when this is the driver. */
function packOf(f: FnCtx, node: NodeId, length: number): Unrolled | null {
  const { types } = f.c;
  const v = expr(f, node, 0, 0);
  if (isPoison(v)) return null;
  let elems: readonly Val[];
  if (v.k === VK.pack) elems = v.elems!;
  else if (types.kind[v.ty] === Ty.tuple && v.k === VK.mem) elems = types.lists[v.ty]!.map((_, i) => tupleElem(f, v, i));
  else {
    errorAt(f, 'INLINEFOR-PACK', node, 'inline for: each iterable must be a comptime range or a pack');
    return null;
  }
  if (length >= 0 && elems.length !== length) {
    errorAt(f, 'INLINEFOR-PACK', node, `pack '${f.tree.text(node)}' has ${plural(elems.length, 'element')} but the unroll is ${plural(length, 'iteration')}`);
    return null;
  }
  return { count: elems.length, at: (k) => alias(elems[k]!) };
}

/** A read-only name for a pack element. */
function alias(e: Val): Val {
  const v = new Val(e.k, e.ty, e.ref, e.cv);
  v.lv = e.lv;
  v.lit = e.lit;
  v.denote(e);
  v.inst = e.inst;
  v.only = e.only;
  v.capture = Capture.pack;
  return v;
}

function unroll(f: FnCtx, node: NodeId, lists: readonly Unrolled[], captures: Int32Array): void {
  const { tree } = f;
  const done = f.b.block();
  const dead = !f.b.live;
  let broke = false;
  const stmt = tree.c[node]!;
  for (let k = 0; k < lists[0]!.count; k++) {
    const next = f.b.block();
    const loop = loopBody(f, done, next, () => {
      f.push();
      captures.forEach((c, i) => {
        const name = tree.a[c]!;
        if (name === f.c.known._) return;
        const v = lists[i]!.at(k);
        v.captureName = name;
        f.declare(name, v, tree.posOf(tree.b[c]!));
      });
      if ((tree.flags[node]! & ForFlag.arrow) !== 0 && tree.kindOf(stmt) !== Node.Block) statement(f, stmt);
      else blockStatement(f, stmt);
      leaveScope(f);
    });
    broke ||= loop.broke;
    if (loop.continued) f.b.start(next);
    if (!f.b.live && !dead) break;
  }
  if (broke) f.b.start(done);
}
