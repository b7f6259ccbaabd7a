// Takes a program; gives the impl blocks in it that other files may notice: those for types that their own file does not declare.
import type { NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import type { ModFile, Program } from './module.ts';

export interface ImplSite {
  readonly file: ModFile;
  readonly node: NodeId;
}

const TYPES: ReadonlySet<Node> = new Set([Node.StructDef, Node.EnumDef, Node.UnionDef, Node.ErrorDef]);

/** In program order, which is that of lookup. A file that cannot name a type does not notice its impls. */
export function farImpls(p: Program): ImplSite[] {
  const out: ImplSite[] = [];
  for (const file of p.files) for (const node of file.impls) if (!isForOwnType(file, node)) out.push({ file, node });
  return out;
}

function isForOwnType(file: ModFile, node: NodeId): boolean {
  const { tree } = file;
  let target = tree.b[node]!;
  if (tree.kindOf(target) === Node.TypeApply) target = tree.a[target]!;
  if (tree.kindOf(target) !== Node.TypeName) return false;
  const d = file.decls.get(tree.a[target]!);
  return d !== undefined && tree.kindOf(d.node) === Node.ConstDecl && TYPES.has(tree.kindOf(tree.b[d.node]!));
}
