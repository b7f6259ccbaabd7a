// Constants and parameters that are variants (reference 11.5, 11.9): which variant it is, is known while the code is compiled, and folds to
// its tag; what the variant of a parameter carries may be known only when the program runs.
import type { NameId, NodeId } from '../base/ids.ts';
import { BinOp, Node } from '../parse/node.ts';
import { forEachChild } from '../parse/node_shape.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { isConstantExpr } from './const_expr.ts';
import type { Env } from './env.ts';
import type { FnCtx } from './fn_ctx.ts';
import { lookupIdent } from './names.ts';
import { Capture, constVal, type Val, VK } from './val.ts';

export type Tag = number | bigint;

/** The tag of an argument of type `t`: a variant that is written there, or a parameter whose variant is known; null for others. */
export function argumentTag(f: FnCtx, t: TypeId, node: NodeId): Tag | null {
  if (f.c.types.kind[t] !== Ty.tagged) return null;
  const { tree } = f;
  if (tree.kindOf(node) === Node.Paren) return argumentTag(f, t, tree.a[node]!);
  return knownTag(f, node) ?? variantTag(f, t, tree.kindOf(node) === Node.Call ? tree.a[node]! : node);
}

/** The tag that `.name` or `T.name` spells. */
function variantTag(f: FnCtx, t: TypeId, node: NodeId): Tag | null {
  const { tree } = f;
  const kind = tree.kindOf(node);
  if (kind === Node.Member) {
    const base = tree.a[node]!;
    const v = tree.kindOf(base) === Node.Ident ? lookupIdent(f, tree.a[base]!) : null;
    if (v === null || v.k !== VK.type || v.cv !== t) return null;
  } else if (kind !== Node.EnumLit) return null;
  const name = f.c.text(kind === Node.Member ? tree.b[node]! : tree.a[node]!);
  return f.c.types.members(t).variants.find((x) => x.name === name)?.value ?? null;
}

/** Whether a written variant carries what a call computes: that runs when the program does. */
export function carriesCall(f: FnCtx, node: NodeId): boolean {
  const { tree } = f;
  if (tree.kindOf(node) === Node.Paren) return carriesCall(f, tree.a[node]!);
  if (tree.kindOf(node) !== Node.Call) return false;
  const callee = tree.kindOf(tree.a[node]!);
  return (callee === Node.EnumLit || callee === Node.Member) && [...tree.list(tree.b[node]!)].some((a) => runsCode(f, a));
}

function runsCode(f: FnCtx, node: NodeId): boolean {
  const kind = f.tree.kindOf(node);
  if (kind === Node.Run || kind === Node.Fn) return false;
  if (kind === Node.Call && !isConstantExpr(f, node)) return true;
  let found = false;
  forEachChild(f.tree, node, (x) => { found ||= runsCode(f, x); });
  return found;
}

/** Binds the tag of parameter `name`, which itself is passed when the program runs, in an instance's environment. */
export function bindTag(c: Checker, env: Env, name: NameId, tag: Tag): void {
  let hidden = c.tagNames.get(name);
  if (hidden === undefined) {
    hidden = c.names.intern(`#tag ${c.text(name)}`);
    c.tagNames.set(name, hidden);
  }
  env.bind(hidden, constVal(c.types.i64, tag));
}

/** Tells a parameter's place what `bindTag` said of it. It stays that variant: like all `$` parameters it is not assigned to. */
export function takeTag(c: Checker, env: Env, name: NameId, place: Val): void {
  const hidden = c.tagNames.get(name);
  const bound = hidden === undefined ? null : env.own(hidden);
  if (bound === null) return;
  place.tag = bound.cv as Tag;
  place.capture = Capture.constant;
  place.captureName = name;
}

/** The tag of a name whose variant is known, null for all other expressions. */
export function knownTag(f: FnCtx, node: NodeId): Tag | null {
  const kind = f.tree.kindOf(node);
  if (kind !== Node.Ident && kind !== Node.TypeName) return null;
  const name = f.tree.a[node]!;
  for (let x: FnCtx | null = f; x !== null; x = x.outer) {
    const l = x.find(name);
    if (l !== null) return l.val.tag;
  }
  return lookupIdent(f, name)?.tag ?? null;
}

/** `s == .name`, `s != .name` where the variant of `s` is known; null for other conditions. */
export function tagCondition(f: FnCtx, node: NodeId): boolean | null {
  const { tree } = f;
  const op = tree.flags[node]! as BinOp;
  if (tree.kindOf(node) !== Node.Binary || (op !== BinOp.eq && op !== BinOp.ne)) return null;
  const left = knownTag(f, tree.a[node]!);
  const subject = left !== null ? tree.a[node]! : tree.b[node]!;
  const tag = left ?? knownTag(f, subject);
  const v = tag === null ? null : lookupIdent(f, tree.a[subject]!);
  const other = v === null ? null : variantTag(f, v.ty, subject === tree.a[node]! ? tree.b[node]! : tree.a[node]!);
  return other === null ? null : (BigInt(other) === BigInt(tag!)) === (op === BinOp.eq);
}
