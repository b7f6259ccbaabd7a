// Takes a place and a name in a tree; gives where `$` or a type's parameter list introduces that name around the place.
import type { NameId, NodeId, Pos } from '../base/ids.ts';
import { Node, ParamFlag, ParamRec } from '../parse/node.ts';
import { forEachChild } from '../parse/node_shape.ts';
import type { Tree } from '../parse/tree.ts';

interface Introduced {
  readonly name: NameId;
  /** Offsets of the declaration in which the name holds. */
  readonly from: number;
  readonly to: number;
  readonly at: Pos;
}

const known = new WeakMap<Tree, readonly Introduced[]>();

/** The innermost one; 0 = none. */
export function genericPlace(tree: Tree, node: NodeId, name: NameId): Pos {
  let list = known.get(tree);
  if (list === undefined) {
    list = introductions(tree);
    known.set(tree, list);
  }
  const at = tree.start[node]!;
  let best: Introduced | null = null;
  for (const x of list) {
    if (x.name === name && x.from <= at && at < x.to && (best === null || x.from > best.from)) best = x;
  }
  return best?.at ?? 0;
}

function introductions(tree: Tree): Introduced[] {
  const out: Introduced[] = [];
  const types = (scope: NodeId, node: NodeId): void => {
    if (tree.kindOf(node) === Node.TypeGeneric && !out.some((x) => x.from === tree.start[scope] && x.name === tree.a[node])) {
      out.push({ name: tree.a[node]!, from: tree.start[scope]!, to: tree.end[scope]!, at: tree.posOf(tree.start[node]! + 1) });
    }
    forEachChild(tree, node, (x) => types(scope, x));
  };
  for (let n = 1; n < tree.count; n++) {
    const kind = tree.kindOf(n);
    if (kind === Node.Impl) types(n, tree.b[n]!);
    if (kind !== Node.Fn && kind !== Node.StructDef && kind !== Node.ProtocolDef) continue;
    for (const p of tree.list(tree.a[n]!)) {
      if (tree.kindOf(p) !== Node.Param) continue;
      // Parameters of types have no `$` before them everywhere, and all are compile-time names.
      if (kind !== Node.Fn || (tree.flags[p]! & ParamFlag.comptime) !== 0) {
        out.push({ name: tree.a[p]!, from: tree.start[n]!, to: tree.end[n]!, at: tree.posOf(tree.rec(tree.c[p]!, ParamRec.nameOffset)) });
      } else if (tree.b[p] !== 0) types(n, tree.b[p]!);
    }
  }
  return out;
}
