// Takes a type pattern of an impl head (`Pair($T)`, `Closure(*Box, ..$args) -> $R`) and a type; binds the `$` names when it fits (reference 8.17).
import type { NameId, NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { headOf } from './apply_type.ts';
import { constIntOf } from './const_count.ts';
import type { FnCtx } from './fn_ctx.ts';
import { collectGenerics } from './fn_sig.ts';
import { typeExpr } from './type_expr.ts';
import { constVal, Val, VK } from './val.ts';

/** The `$` names of an impl's protocol and target types. */
export function patternNames(f: FnCtx, nodes: readonly NodeId[]): NameId[] {
  const out: NameId[] = [];
  for (const n of nodes) collectGenerics(f, n, out);
  return out;
}

/** Whether type `t` has the shape of `node`; names are bound in f.env. */
export function matchType(f: FnCtx, node: NodeId, t: TypeId): boolean {
  const { tree } = f;
  const { types } = f.c;
  const kind = types.kind[t]!;
  const one = (want: Ty): boolean => kind === want && matchType(f, tree.a[node]!, types.a[t]!);
  switch (tree.kindOf(node)) {
    case Node.TypeGeneric:
      return bindType(f, tree.a[node]!, t);
    case Node.TypeGroup:
    case Node.Paren:
      return matchType(f, tree.a[node]!, t);
    case Node.TypeNamed:
      return matchType(f, tree.b[node]!, t);
    case Node.TypePtr:
      return one(Ty.ptr);
    case Node.TypeManyPtr:
      return one(Ty.manyptr);
    case Node.TypeSlice:
      return one(Ty.slice);
    case Node.TypeOptional:
      return one(Ty.optional);
    case Node.TypeArray:
      return kind === Ty.array && matchDim(f, tree.b[node]!, types.b[t]!) && matchType(f, tree.a[node]!, types.a[t]!);
    case Node.TypeClosure:
    case Node.TypeFn: {
      if (kind !== Ty.closure && kind !== Ty.fn) return false;
      if (!matchList(f, tree.list(tree.a[node]!), types.lists[t]!)) return false;
      const ret = tree.b[node]!;
      return ret === 0 ? types.a[t] === types.void : matchResult(f, ret, types.a[t]!);
    }
    case Node.TypeTuple:
      return kind === Ty.tuple && matchList(f, tree.list(tree.a[node]!), types.lists[t]!);
    case Node.TypeApply:
      return matchApply(f, node, t);
    default:
      return typeExpr(f, node) === t;
  }
}

function matchResult(f: FnCtx, node: NodeId, t: TypeId): boolean {
  return f.tree.kindOf(node) === Node.TypeUnit ? t === f.c.types.void : matchType(f, node, t);
}

function bindType(f: FnCtx, name: NameId, t: TypeId): boolean {
  const known = f.env!.get(name);
  if (known !== null) return known.k === VK.type && known.cv === t;
  f.env!.bind(name, f.c.typeVal(t));
  return true;
}

function matchDim(f: FnCtx, node: NodeId, n: number): boolean {
  if (f.tree.kindOf(node) !== Node.TypeGeneric) {
    const want = constIntOf(f, node);
    return want !== null && Number(want) === n;
  }
  const name = f.tree.a[node]!;
  const known = f.env!.get(name);
  if (known !== null) return Number(known.cv) === n;
  f.env!.bind(name, constVal(f.c.types.i64, n));
  return true;
}

/** Positional types, perhaps ending in a pack `..$args`. */
function matchList(f: FnCtx, nodes: Int32Array, list: readonly TypeId[]): boolean {
  const { tree } = f;
  const last = nodes[nodes.length - 1];
  const spread = last !== undefined && tree.kindOf(last) === Node.TypeSpread;
  const fixed = spread ? nodes.length - 1 : nodes.length;
  if (spread ? list.length < fixed : list.length !== fixed) return false;
  for (let i = 0; i < fixed; i++) if (!matchType(f, nodes[i]!, list[i]!)) return false;
  if (spread)
    bindPack(
      f,
      tree.a[last]!,
      list.slice(fixed).map((t) => f.c.typeVal(t)),
    );
  return true;
}

function bindPack(f: FnCtx, node: NodeId, elems: readonly Val[]): void {
  const name = f.tree.a[node]!;
  const pack = new Val(VK.pack, f.c.types.void, 0, 0);
  pack.elems = elems;
  pack.captureName = name;
  f.env!.bind(name, pack);
}

/** `Head(A, $B, ..$Ts)` against an instance of the same head. */
function matchApply(f: FnCtx, node: NodeId, t: TypeId): boolean {
  const { tree, c } = f;
  const decl = c.typeDecls.get(t);
  const args = tree.list(tree.b[node]!);
  const wanted: NameId[] = [];
  for (const a of args) collectGenerics(f, a, wanted);
  const bound = wanted.length === 0 && ![...args].some((a) => mentionsBound(f, a));
  if (bound) return typeExpr(f, node) === t;
  if (decl === undefined || decl.head === null || decl.head !== headOf(f, tree.a[node]!)) return false;
  for (let i = 0; i < args.length; i++) {
    const a = args[i]!;
    const have = decl.args[i];
    if (tree.kindOf(a) === Node.TypeSpread || tree.kindOf(a) === Node.Spread) {
      const elems = have !== undefined && have.k === VK.pack ? have.elems! : decl.args.slice(i);
      bindPack(f, tree.a[a]!, elems);
      return true;
    }
    if (have === undefined || !matchArg(f, a, have)) return false;
  }
  return args.length === decl.args.length;
}

function mentionsBound(f: FnCtx, node: NodeId): boolean {
  return f.tree.kindOf(node) === Node.TypeGeneric || f.tree.kindOf(node) === Node.TypeSpread;
}

function matchArg(f: FnCtx, node: NodeId, have: Val): boolean {
  if (have.k === VK.type) return matchType(f, node, have.cv as number);
  if (f.tree.kindOf(node) === Node.TypeGeneric) {
    const name = f.tree.a[node]!;
    const known = f.env!.get(name);
    if (known !== null) return known.cv === have.cv;
    f.env!.bind(name, have);
    return true;
  }
  const want = constIntOf(f, node);
  return want !== null && have.k === VK.const_ && BigInt(have.cv as number | bigint) === BigInt(want);
}
