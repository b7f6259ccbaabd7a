// Takes type nodes; gives their source text. Expressions among them (dimensions, arguments) go through w.to.expr.
import type { NodeId } from '../base/ids.ts';
import { FnFlag, Node } from '../parse/node.ts';
import { commaList, printArgs } from './print_list.ts';
import type { Writer } from './writer.ts';

/** Types in type position; expressions among them (dimensions, arguments) go through printExpr. */
export function printType(w: Writer, n: NodeId): void {
  const tree = w.tree;
  const a = tree.a[n];
  const b = tree.b[n];
  switch (tree.kind[n] as Node) {
    case Node.TypeName:
      w.source(tree.start[n], tree.end[n]);
      return;
    case Node.TypePath:
      printType(w, a);
      w.text('.');
      w.nameAt(tree.c[n]);
      return;
    case Node.TypeApply:
      printType(w, a);
      w.text('(');
      printArgs(w, tree.list(b), tree.end[a], tree.end[n] - 1, printType);
      w.text(')');
      return;
    case Node.TypePtr:
      typePrefix(w, '*', a);
      return;
    case Node.TypeManyPtr:
      typePrefix(w, '[*]', a);
      return;
    case Node.TypeSlice:
      typePrefix(w, '[]', a);
      return;
    case Node.TypeOptional:
      typePrefix(w, '?', a);
      return;
    case Node.TypeSpread:
      typePrefix(w, '..', a);
      return;
    case Node.TypeSentinel:
      w.text('[:');
      w.to.expr(w, b);
      typePrefix(w, ']', a);
      return;
    case Node.TypeArray:
      w.text('[');
      w.to.expr(w, b);
      typePrefix(w, ']', a);
      return;
    case Node.TypeFn:
      w.text('(');
      commaList(w, tree.list(a), printType);
      w.text(') -> ');
      printType(w, b);
      if ((tree.flags[n] & FnFlag.abiC) !== 0) w.text(' abi(.c)');
      if ((tree.flags[n] & FnFlag.abiNaked) !== 0) w.text(' abi(.naked)');
      return;
    case Node.TypeClosure:
    case Node.TypeTuple:
      w.text(tree.kind[n] === Node.TypeTuple ? 'Tuple(' : 'Closure(');
      commaList(w, tree.list(a), printType);
      w.text(')');
      if (tree.kind[n] === Node.TypeTuple || b === 0) return;
      w.text(' -> ');
      printType(w, b);
      return;
    case Node.TypeNamed:
      w.nameAt(tree.start[n]);
      w.text(': ');
      printType(w, b);
      return;
    case Node.TypeGeneric:
      w.text('$');
      w.text(rawName(w, n));
      constraints(w, b);
      return;
    case Node.TypePackIndex:
      w.text('$');
      w.text(rawName(w, n));
      w.text('[');
      w.to.expr(w, b);
      w.text(']');
      return;
    case Node.TypeFail:
      w.text('!');
      if (a !== 0) printType(w, a);
      return;
    case Node.TypeMulti:
      w.text('(');
      commaList(w, tree.list(a), printSlot);
      w.text(')');
      return;
    case Node.TypeUnit:
      w.text('()');
      return;
    case Node.TypeGroup:
      w.text('(');
      printType(w, a);
      w.text(')');
      return;
    case Node.TypeConstrained:
      printType(w, a);
      constraints(w, b);
      return;
    case Node.StructDef:
    case Node.EnumDef:
    case Node.UnionDef:
      w.to.def(w, n);
      return;
    default:
      w.to.expr(w, n);
      return;
  }
}

function rawName(w: Writer, n: NodeId): string {
  let at = w.tree.start[n] + 1;
  while (at < w.tree.end[n] && w.tree.file.bytes[at] <= 32) at++;
  return (w.tree.file.bytes[at] === 0x60 ? '`' : '') + w.name(w.tree.a[n]);
}

function typePrefix(w: Writer, text: string, inner: NodeId): void {
  w.text(text);
  printType(w, inner);
}

function constraints(w: Writer, list: number): void {
  for (const item of w.tree.list(list)) {
    w.text('/');
    printType(w, item);
  }
}

function printSlot(w: Writer, n: NodeId): void {
  const tree = w.tree;
  if (tree.a[n] !== 0) {
    w.nameAt(tree.start[n]);
    w.text(': ');
  }
  printType(w, tree.b[n]);
  if (tree.c[n] !== 0) {
    w.text(' = ');
    w.to.expr(w, tree.c[n]);
  }
}
