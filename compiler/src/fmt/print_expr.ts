// Takes expression nodes; gives their source text. Parentheses are nodes of the tree, so none are invented.
import type { NodeId } from '../base/ids.ts';
import { BindRec, CallFlag, CatchForm, Node, StructLitFlag, UnOp } from '../parse/node.ts';
import { binaryText, rangeText } from './operators.ts';
import { pipeHead } from './pipe.ts';
import { printAsm, printFfi } from './print_foreign.ts';
import { commaList, printArgs } from './print_list.ts';
import { printFor, printIf, printMatchArms, printWhile } from './print_control.ts';
import type { Writer } from './writer.ts';

/** An expression, with its pipe when it was written as one. */
export function printExpr(w: Writer, n: NodeId): void {
  const head = pipeHead(w.tree, n, w.openPipes);
  if (head === 0) {
    printPlain(w, n);
    return;
  }
  const tree = w.tree;
  const value = tree.listAt(tree.b[head], 0);
  printExpr(w, value);
  w.openPipes.add(head);
  if (w.lineFeeds(tree.end[value], tree.start[n]) > 0) {
    w.indented(() => {
      w.newline();
      w.text('|> ');
      printPlain(w, n);
    });
  } else {
    w.text(' |> ');
    printPlain(w, n);
  }
}

function printPlain(w: Writer, n: NodeId): void {
  const tree = w.tree;
  const a = tree.a[n];
  const b = tree.b[n];
  const c = tree.c[n];
  switch (tree.kind[n] as Node) {
    case Node.Int:
    case Node.Float:
    case Node.Char:
    case Node.String:
    case Node.Heredoc:
    case Node.Ident:
    case Node.Error:
      w.source(tree.start[n], tree.end[n]);
      return;
    case Node.True:
      w.text('true');
      return;
    case Node.False:
      w.text('false');
      return;
    case Node.Null:
      w.text('null');
      return;
    case Node.Undef:
      w.text('---');
      return;
    case Node.Break:
      w.text('break');
      return;
    case Node.Continue:
      w.text('continue');
      return;
    case Node.CallerLocation:
      w.text('#caller_location');
      return;
    case Node.Paren:
      around(w, '(', a, ')');
      return;
    case Node.Unary:
      prefix(w, ['', '-', '!', '~'][tree.flags[n]], a);
      return;
    case Node.AddrOf:
      prefix(w, '*', a);
      return;
    case Node.Xx:
      prefix(w, 'xx ', a);
      return;
    case Node.Try:
      prefix(w, 'try ', a);
      return;
    case Node.Run:
      prefix(w, '#run ', a);
      return;
    case Node.Insert:
      prefix(w, '#insert ', a);
      return;
    case Node.Spread:
      prefix(w, '..', a);
      return;
    case Node.Binary:
      operands(w, [a, b], [tree.flags[n]]);
      return;
    case Node.Chain:
      operands(w, Array.from(tree.list(a)), Array.from(tree.list(b)));
      return;
    case Node.Call:
      printCall(w, n);
      return;
    case Node.NamedArg:
      w.nameAt(tree.start[n]);
      w.text(' = ');
      printExpr(w, b);
      return;
    case Node.Index:
      printExpr(w, a);
      around(w, '[', b, ']');
      return;
    case Node.Slice:
      printSlice(w, n);
      return;
    case Node.Member:
      printMember(w, a, '.', c);
      return;
    case Node.OptMember:
      printMember(w, a, '?.', c);
      return;
    case Node.TupleIndex:
      printExpr(w, a);
      // `3.0` would be a float.
      w.text(tree.kind[a] === Node.Int ? ` .${b}` : `.${b}`);
      return;
    case Node.OptTupleIndex:
      printExpr(w, a);
      w.text(`?.${b}`);
      return;
    case Node.Deref:
      printExpr(w, a);
      w.text('.*');
      return;
    case Node.Cast:
      printExpr(w, a);
      w.text('.(');
      w.to.type(w, b);
      if (c !== 0) {
        w.text(', ');
        printExpr(w, c);
      }
      w.text(')');
      return;
    case Node.OptCast:
      printExpr(w, a);
      w.text('?.(');
      w.to.type(w, b);
      w.text(')');
      return;
    case Node.Unwrap:
      printExpr(w, a);
      w.text('!');
      return;
    case Node.Catch:
      printCatch(w, n);
      return;
    case Node.StructLit:
      printStructLit(w, n);
      return;
    case Node.ArrayLit:
      if (a !== 0) printExpr(w, a);
      w.text('.[');
      printArgs(w, tree.list(b), a !== 0 ? tree.end[a] : tree.start[n], tree.end[n] - 1);
      w.text(']');
      return;
    case Node.EnumLit:
      w.text('.');
      w.nameAt(b);
      return;
    case Node.ErrorTag:
      w.text('error.');
      w.nameAt(b);
      return;
    case Node.Fn:
      w.to.fn(w, n);
      return;
    case Node.Block:
      w.to.block(w, n);
      return;
    case Node.If:
    case Node.IfBind:
    case Node.Match:
      printIf(w, n, false);
      return;
    case Node.While:
    case Node.WhileBind:
      printWhile(w, n);
      return;
    case Node.For:
      printFor(w, n);
      return;
    case Node.Push:
      w.text('push ');
      printExpr(w, a);
      w.text(' ');
      w.to.block(w, b);
      return;
    case Node.Return:
      w.text('return');
      if (a !== 0) w.text(' ');
      commaList(w, tree.list(a), printExpr);
      return;
    case Node.Asm:
      printAsm(w, n);
      return;
    case Node.FfiCall:
      printFfi(w, n);
      return;
    case Node.JniEnv:
      w.text('#jni_env');
      if (a !== 0) around(w, '(', a, ')');
      w.text(' ');
      w.to.block(w, b);
      return;
    case Node.StructDef:
    case Node.EnumDef:
    case Node.UnionDef:
      w.to.def(w, n);
      return;
    default:
      w.to.type(w, n);
      return;
  }
}

function around(w: Writer, open: string, inner: NodeId, close: string): void {
  w.text(open);
  printExpr(w, inner);
  w.text(close);
}

function prefix(w: Writer, text: string, inner: NodeId): void {
  w.text(text);
  if (text === '-' && w.tree.kind[inner] === Node.Unary && w.tree.flags[inner] === UnOp.neg) w.text(' ');
  printExpr(w, inner);
}

/** `a op b op c`; a line break of the source between two operands is kept, after the operator. */
function operands(w: Writer, items: number[], ops: number[]): void {
  printExpr(w, items[0]);
  for (let k = 0; k < ops.length; k++) {
    w.text(` ${binaryText(ops[k])}`);
    const broken = w.lineFeeds(w.tree.end[items[k]], w.tree.start[items[k + 1]]) > 0;
    if (broken) {
      w.indented(() => {
        w.newline();
        printExpr(w, items[k + 1]);
      });
    } else {
      w.text(' ');
      printExpr(w, items[k + 1]);
    }
  }
}

function printCall(w: Writer, n: NodeId): void {
  const tree = w.tree;
  const flags = tree.flags[n];
  const callee = tree.a[n];
  printExpr(w, callee);
  if ((flags & CallFlag.pipedBare) === 0) {
    const all = tree.list(tree.b[n]);
    const args = (flags & CallFlag.piped) !== 0 ? all.subarray(1) : all;
    const trailing = tree.c[n];
    w.text('(');
    printArgs(w, args, tree.end[callee], trailing !== 0 ? tree.start[trailing] : tree.end[n] - 1);
    w.text(')');
  }
  if (tree.c[n] !== 0) {
    w.text(' ');
    w.to.block(w, tree.b[tree.c[n]]);
  }
}

function printSlice(w: Writer, n: NodeId): void {
  const tree = w.tree;
  printExpr(w, tree.a[n]);
  w.text('[');
  if (tree.b[n] !== 0) printExpr(w, tree.b[n]);
  w.text(rangeText(tree.flags[n], w.lastChar));
  if (tree.c[n] !== 0) printExpr(w, tree.c[n]);
  w.text(']');
}

/** A line break of the source before the `.` is kept. */
function printMember(w: Writer, base: NodeId, dot: string, offset: number): void {
  printExpr(w, base);
  if (w.lineFeeds(w.tree.end[base], offset) > 0) {
    w.indented(() => {
      w.newline();
      w.text(dot);
      w.nameAt(offset);
    });
  } else {
    w.text(dot);
    w.nameAt(offset);
  }
}

function printCatch(w: Writer, n: NodeId): void {
  const tree = w.tree;
  printExpr(w, tree.a[n]);
  w.text(' catch ');
  const bind = tree.c[n];
  if (bind !== 0) {
    w.text('(');
    w.nameAt(tree.extra[bind + BindRec.nameOffset]);
    w.text(') ');
  }
  const handler = tree.b[n];
  if (tree.flags[n] === CatchForm.match) {
    w.text('== ');
    printMatchArms(w, handler);
  } else if (tree.flags[n] === CatchForm.block) w.to.block(w, handler);
  else printExpr(w, handler);
}

function printStructLit(w: Writer, n: NodeId): void {
  const tree = w.tree;
  const type = tree.a[n];
  if (type !== 0) printExpr(w, type);
  const args = tree.list(tree.b[n]);
  const open = type !== 0 ? tree.end[type] : tree.start[n];
  const close = tree.c[n] !== 0 ? tree.start[tree.c[n]] : tree.end[n] - 1;
  const comma = (tree.flags[n] & StructLitFlag.trailingComma) !== 0 ? ',' : '';
  if (args.length === 0) w.text('.{}');
  else if (w.lineFeeds(open, tree.start[args[0]]) === 0) {
    w.text('.{ ');
    commaList(w, args, printExpr);
    w.text(`${comma} }`);
  } else {
    w.text('.{');
    w.indented(() => {
      w.lines(args, open, close, (item, index) => {
        printExpr(w, item);
        w.text(index + 1 < args.length ? ',' : comma);
      });
    });
    w.text('}');
  }
  if (tree.c[n] !== 0) {
    w.text(' ');
    w.to.block(w, tree.c[n]);
  }
}
