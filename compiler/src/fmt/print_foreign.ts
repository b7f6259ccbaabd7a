// Takes asm and foreign-call nodes; gives their source text.
import type { NodeId } from '../base/ids.ts';
import { AsmFlag, AsmOperandKind, Node } from '../parse/node.ts';
import { commaList, printArgs } from './print_list.ts';
import type { Writer } from './writer.ts';

export function printAsm(w: Writer, n: NodeId): void {
  const tree = w.tree;
  w.text((tree.flags[n] & AsmFlag.volatile) !== 0 ? 'asm volatile {' : 'asm {');
  const parts = [tree.a[n], ...tree.list(tree.b[n])];
  const clobbers = tree.list(tree.c[n]);
  const last = clobbers.length > 0 ? clobbers[0] : 0;
  const print = (part: NodeId): void => {
    if (tree.kind[part] === Node.AsmOperand) asmOperand(w, part);
    else w.to.expr(w, part);
  };
  const printClobbers = (): void => {
    w.text('clobbers(');
    commaList(w, clobbers, (_w, name) => {
      w.text('.');
      w.nameAt(tree.start[name]);
    });
    w.text(')');
  };
  if (w.lineFeeds(tree.start[n], tree.start[parts[0]]) === 0) {
    w.text(' ');
    for (let k = 0; k < parts.length; k++) {
      if (k > 0) w.text(', ');
      print(parts[k]);
    }
    if (last !== 0) {
      w.text(', ');
      printClobbers();
    }
    w.text(' }');
    return;
  }
  w.indented(() => {
    w.lines(last !== 0 ? [...parts, last] : parts, tree.start[n], tree.end[n] - 1, (part) => {
      if (part === last) printClobbers();
      else print(part);
      w.text(',');
    });
  });
  w.text('}');
}

function asmOperand(w: Writer, n: NodeId): void {
  const tree = w.tree;
  if (tree.a[n] !== 0) {
    w.text('[');
    w.nameAt(tree.start[tree.a[n]]);
    w.text('] ');
  }
  w.to.expr(w, tree.b[n]);
  if (tree.flags[n] === AsmOperandKind.input) {
    w.text(' = ');
    w.to.expr(w, tree.c[n]);
  } else if (tree.flags[n] === AsmOperandKind.output) {
    w.text(' -> ');
    w.to.type(w, tree.c[n]);
  } else {
    w.text(' -> *');
    w.to.expr(w, tree.c[n]);
  }
}

export function printFfi(w: Writer, n: NodeId): void {
  const tree = w.tree;
  w.text(`#${w.name(tree.c[n])}`);
  if (tree.a[n] !== 0) {
    w.text('(');
    w.to.type(w, tree.a[n]);
    w.text(')');
  }
  const args = tree.list(tree.b[n]);
  if (args.length === 0 && tree.a[n] === 0 && w.tree.file.bytes[tree.end[n] - 1] !== 0x29) return;
  w.text('(');
  printArgs(w, args, tree.a[n] !== 0 ? tree.end[tree.a[n]] : tree.start[n], tree.end[n] - 1);
  w.text(')');
}
