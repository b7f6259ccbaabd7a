// Takes the target or protocol node of an impl head; tells unknown names in it and whether it is a generic head without arguments.
import type { NameId, NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import type { FnCtx } from './fn_ctx.ts';
import { lookupIdent } from './names.ts';
import { primitiveType } from './primitive.ts';
import { noteName } from './semantics.ts';
import { VK } from './val.ts';

/** The first type name in `node` that denotes nothing visible from this file; 0 = none. */
export function unknownTypeName(f: FnCtx, node: NodeId, bound: readonly NameId[]): NodeId {
  const { tree, c } = f;
  const inList = (list: number): NodeId => {
    for (const n of tree.list(list)) {
      const u = unknownTypeName(f, n, bound);
      if (u !== 0) return u;
    }
    return 0;
  };
  switch (tree.kindOf(node)) {
    case Node.TypeName: {
      const name = tree.a[node]!;
      if (bound.includes(name) || primitiveType(c, name) !== 0) return 0;
      noteName(f, node, true);
      c.sink.mute();
      const v = lookupIdent(f, name, 'type', 0);
      c.sink.unmute();
      return v === null ? node : 0;
    }
    case Node.TypePtr:
    case Node.TypeManyPtr:
    case Node.TypeSlice:
    case Node.TypeOptional:
    case Node.TypeArray:
    case Node.TypeGroup:
      return unknownTypeName(f, tree.a[node]!, bound);
    case Node.TypeNamed:
      return unknownTypeName(f, tree.b[node]!, bound);
    case Node.TypeTuple:
      return inList(tree.a[node]!);
    case Node.TypeFn:
    case Node.TypeClosure: {
      const u = inList(tree.a[node]!);
      return u !== 0 || tree.b[node] === 0 ? u : unknownTypeName(f, tree.b[node]!, bound);
    }
    case Node.TypeApply: {
      const u = unknownTypeName(f, tree.a[node]!, bound);
      return u !== 0 ? u : inList(tree.b[node]!);
    }
    default:
      return 0;
  }
}

/** A bare generic head as target (`impl P for Pair`): every instance. */
export function targetPattern(f: FnCtx, node: NodeId): boolean {
  if (f.tree.kindOf(node) !== Node.TypeName) return false;
  const v = lookupIdent(f, f.tree.a[node]!, 'type', 0);
  return v !== null && v.k === VK.head && v.head!.generic;
}
