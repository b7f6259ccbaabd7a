// Takes a syntax tree (of a file or of statements); gives its canonical source text, comments kept.
import type { Names } from '../base/names.ts';
import { Node } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';
import { printBlock, printDef, printFn, printStmt } from './print_decl.ts';
import { printExpr } from './print_expr.ts';
import { printType } from './print_type.ts';
import { type Printers, Writer } from './writer.ts';

const printers: Printers = {
  expr: printExpr,
  type: printType,
  stmt: printStmt,
  block: printBlock,
  fn: printFn,
  def: printDef,
};

/** Only for trees without errors: what did not parse is copied as it stands. */
export function printTree(tree: Tree, names: Names): string {
  const w = new Writer(tree, names, printers);
  const root = tree.root;
  const items = [...tree.list(tree.a[root])];
  const tail = tree.kind[root] === Node.Block ? tree.b[root] : 0;
  if (tail !== 0) items.push(tail);
  w.lines(items, 0, tree.file.bytes.length + 1, (item) => {
    if (item === tail) printExpr(w, item);
    else printStmt(w, item);
  });
  return w.finish();
}
