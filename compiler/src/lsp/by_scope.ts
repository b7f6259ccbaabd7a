// Takes the use of a name in code that was not checked (a generic function without an instance, code behind an error); gives what it
// can only mean by scopes: a local name, a name of the file or of its imports, a member of a namespace. Fields are not for scopes to tell.
import type { NodeId, Pos } from '../base/ids.ts';
import { declPlace } from '../check/semantics.ts';
import { sameTarget } from '../check/decls.ts';
import type { Analysis } from '../driver/analyze.ts';
import { Node } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';
import { lookupMember, lookupName } from '../resolve/lookup.ts';
import { DeclKind, type ModDecl } from '../resolve/module.ts';
import { type Declaration, namesOf, type Occurrence } from './declarations.ts';

/** 0 = unknown. */
export function targetByScope(a: Analysis, tree: Tree, use: Occurrence): Pos {
  switch (tree.kindOf(use.node)) {
    case Node.Ident: case Node.TypeName: case Node.TypeGeneric: case Node.TypePackIndex: {
      const local = localNamed(tree, use);
      if (local !== null) return tree.posOf(local.at);
      const d = fileDecl(a, tree, use.name);
      return d === null ? 0 : declPlace(d);
    }
    case Node.Member: case Node.TypePath: {
      const unit = namespaceOf(a, tree, tree.a[use.node])?.unit ?? null;
      const d = unit === null ? null : lookupMember(unit, use.name);
      return d === null ? 0 : declPlace(d);
    }
    default: return 0;
  }
}

function localNamed(tree: Tree, use: Occurrence): Declaration | null {
  let best: Declaration | null = null;
  for (const d of namesOf(tree).byName.get(use.name) ?? []) {
    if (d.scope === 0 || use.at < tree.start[d.scope] || use.at > tree.end[d.scope]) continue;
    // Variables hold from their declaration on; functions, types and constants of a block in all of it.
    if (tree.kindOf(d.node) === Node.VarDecl && tree.end[d.node] > use.at) continue;
    if (best === null || tree.start[d.scope] > tree.start[best.scope] || (d.scope === best.scope && d.at > best.at)) best = d;
  }
  return best;
}

function fileDecl(a: Analysis, tree: Tree, name: number): ModDecl | null {
  const file = a.program?.files.find((f) => f.tree === tree);
  return file === undefined ? null : lookupName(file, name, null, sameTarget).decl;
}

function namespaceOf(a: Analysis, tree: Tree, node: NodeId): ModDecl | null {
  const kind = tree.kindOf(node);
  let d: ModDecl | null = null;
  if (kind === Node.Ident || kind === Node.TypeName) {
    if (localNamed(tree, { node, name: tree.a[node], at: tree.start[node] }) !== null) return null;
    d = fileDecl(a, tree, tree.a[node]);
  } else if (kind === Node.Member || kind === Node.TypePath) {
    const unit = namespaceOf(a, tree, tree.a[node])?.unit ?? null;
    d = unit === null ? null : lookupMember(unit, tree.b[node]);
  }
  return d?.kind === DeclKind.namespace ? d : null;
}
