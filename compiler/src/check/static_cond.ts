// Compile-time conditions of `inline if` and of pruned plain `if`s: foldable without running code (reference 11.5).
import type { NodeId } from '../base/ids.ts';
import { BinOp, Node, UnOp } from '../parse/node.ts';
import { comptimeEnv } from './comptime_eval.ts';
import { intOf } from './const_count.ts';
import { expr } from './expr.ts';
import { FnCtx } from './fn_ctx.ts';
import { tagCondition } from './known_variant.ts';
import { type Val, VK } from './val.ts';

const PREDICATES = new Set(['type_eq', 'has_impl', 'is_struct', 'is_flags', 'is_identity', 'is_unsigned']);

/** A plain `if` is pruned when its condition is a bool literal or a predicate on static types. */
export function isPrunable(f: FnCtx, node: NodeId): boolean {
  const { tree } = f;
  switch (tree.kindOf(node)) {
    case Node.Paren: return isPrunable(f, tree.a[node]!);
    case Node.True: case Node.False: return true;
    case Node.Unary: return tree.flags[node] === UnOp.not && isPrunable(f, tree.a[node]!);
    case Node.Call: {
      const callee = tree.a[node]!;
      return tree.kindOf(callee) === Node.Ident && PREDICATES.has(f.c.text(tree.a[callee]!)) && f.find(tree.a[callee]!) === null;
    }
    default: return false;
  }
}

/** The condition's value, null when it does not fold. Short-circuits, so that a dead right side is never looked at. */
export function staticCondition(f: FnCtx, node: NodeId): boolean | null {
  const { tree } = f;
  const kind = tree.kindOf(node);
  if (kind === Node.Paren) return staticCondition(f, tree.a[node]!);
  if (kind === Node.Unary && tree.flags[node] === UnOp.not) {
    const v = staticCondition(f, tree.a[node]!);
    return v === null ? null : !v;
  }
  if (kind === Node.Binary) {
    const op = tree.flags[node]! as BinOp;
    if (op === BinOp.and || op === BinOp.or) {
      const l = staticCondition(f, tree.a[node]!);
      if (l === null) return null;
      if (l === (op === BinOp.or)) return l;
      return staticCondition(f, tree.b[node]!);
    }
  }
  const tag = tagCondition(f, node);
  if (tag !== null) return tag;
  if (!foldableShape(f, node)) return null;
  const t = new FnCtx(f.c, f.file, tree, comptimeEnv(f));
  t.comptime = true;
  const before = f.c.sink.errorCount;
  f.c.sink.mute();
  const v = expr(t, node, 0, 0);
  f.c.sink.unmute();
  return f.c.sink.errorCount > before ? null : constantOf(f, v);
}

function constantOf(f: FnCtx, v: Val): boolean | null {
  const n = v.k === VK.const_ ? intOf(f, v) : null;
  return n === null ? null : BigInt(n) !== 0n;
}

/** Conditions with ordinary calls are never evaluated here: they run code. */
function foldableShape(f: FnCtx, node: NodeId): boolean {
  const { tree } = f;
  switch (tree.kindOf(node)) {
    case Node.True: case Node.False: case Node.Ident: case Node.Int: case Node.Char: case Node.EnumLit: case Node.Member: case Node.TypeName: case Node.String: case Node.Float: case Node.Run:
      return true;
    case Node.Paren: case Node.Unary: return foldableShape(f, tree.a[node]!);
    case Node.Binary: return foldableShape(f, tree.a[node]!) && foldableShape(f, tree.b[node]!);
    case Node.Index: return foldableShape(f, tree.a[node]!) && foldableShape(f, tree.b[node]!);
    case Node.Chain: return [...tree.list(tree.a[node]!)].every((n) => foldableShape(f, n));
    case Node.AddrOf: return foldableShape(f, tree.a[node]!);
    case Node.Call: return tree.kindOf(tree.a[node]!) === Node.Ident && f.find(tree.a[tree.a[node]!]!) === null && tree.c[node] === 0;
    default: {
      const k = tree.kindOf(node);
      return k >= Node.TypeName && k <= Node.TypeConstrained;
    }
  }
}
