// Takes types of struct fields; reports each `$T` in them that no parameter of the struct introduced (reference 7.1).
import type { NameId, NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import { forEachChild } from '../parse/node_shape.ts';
import type { Checker } from './checker.ts';
import { FnCtx } from './fn_ctx.ts';
import { errorAt } from './report.ts';

/** Whether the type of a field introduces a name; says so at each. */
export function introducesIn(f: FnCtx, type: NodeId, bound: (name: NameId) => boolean): boolean {
  const { tree } = f;
  if (tree.kindOf(type) === Node.Fn) return false;
  let found = false;
  if (tree.kindOf(type) === Node.TypeGeneric && !bound(tree.a[type]!)) {
    errorAt(f, 'DOLLAR-FIELD', type, `'$${f.c.text(tree.a[type]!)}' cannot introduce a type parameter in a struct field`);
    found = true;
  }
  forEachChild(tree, type, (x) => { if (introducesIn(f, x, bound)) found = true; });
  return found;
}

/** Generic structs of every loaded file, whether or not they are instantiated. */
export function checkDollarFields(c: Checker): void {
  for (const file of c.program.files) {
    const { tree } = file;
    if (!tree.has(Node.TypeGeneric)) continue;
    const structs: NodeId[] = [];
    for (const d of file.decls.values()) if (d.file === file && isGenericStruct(file.tree, d.node)) structs.push(tree.b[d.node]!);
    structs.sort((x, y) => tree.start[x]! - tree.start[y]!);
    const f = new FnCtx(c, file, tree, null);
    for (const s of structs) {
      const names = new Set([...tree.list(tree.a[s]!)].map((p) => tree.a[p]!));
      for (const m of tree.list(tree.b[s]!)) if (tree.kindOf(m) === Node.Field) introducesIn(f, tree.b[m]!, (name) => names.has(name));
    }
  }
}

function isGenericStruct(tree: FnCtx['tree'], decl: NodeId): boolean {
  if (tree.kindOf(decl) !== Node.ConstDecl) return false;
  const value = tree.b[decl]!;
  return tree.kindOf(value) === Node.StructDef && tree.listCount(tree.a[value]!) > 0;
}
