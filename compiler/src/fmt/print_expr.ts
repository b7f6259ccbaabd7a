// Takes expression and type nodes; gives their source text. Parentheses are nodes of the tree, so none are invented.
import type { NodeId } from '../base/ids.ts';
import { AsmFlag, AsmOperandKind, BinOp, BindRec, CallFlag, CatchForm, FnFlag, Node, StructLitFlag, UnOp } from '../parse/node.ts';
import { printFor, printIf, printMatchArms, printWhile } from './print_control.ts';
import type { Writer } from './writer.ts';

const BINARY = ['', '+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '==', '!=', '<', '<=', '>', '>=', 'in', 'and', 'or', '??'];
const RANGES = ['', '..', '..=', '..<', '<..', '<..=', '<..<', '=..', '=..=', '=..<'];

export function binaryText(op: number): string {
  return BINARY[op];
}

export function rangeText(w: Writer, op: number): string {
  const text = RANGES[op];
  return text[0] !== '.' && '!<>=.|&*-+?'.includes(w.lastChar) ? ' ' + text : text;
}

/** An expression, with its pipe when it was written as one. */
export function printExpr(w: Writer, n: NodeId): void {
  const head = pipeHead(w, n);
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

/** The call into which a value was piped, reached through try, catch, or and ??; 0 = none. */
function pipeHead(w: Writer, n: NodeId): NodeId {
  const tree = w.tree;
  let at = n;
  for (;;) {
    const kind = tree.kind[at];
    if (kind === Node.Call) return (tree.flags[at] & CallFlag.piped) !== 0 && !w.openPipes.has(at) ? at : 0;
    const wraps =
      kind === Node.Try || kind === Node.Catch ||
      (kind === Node.Binary && (tree.flags[at] === BinOp.or || tree.flags[at] === BinOp.coalesce));
    if (!wraps) return 0;
    at = tree.a[at];
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
    case Node.Error: return w.source(tree.start[n], tree.end[n]);
    case Node.True: return w.text('true');
    case Node.False: return w.text('false');
    case Node.Null: return w.text('null');
    case Node.Undef: return w.text('---');
    case Node.Break: return w.text('break');
    case Node.Continue: return w.text('continue');
    case Node.CallerLocation: return w.text('#caller_location');
    case Node.Paren: return around(w, '(', a, ')');
    case Node.Unary: return prefix(w, ['', '-', '!', '~'][tree.flags[n]], a);
    case Node.AddrOf: return prefix(w, '*', a);
    case Node.Xx: return prefix(w, 'xx ', a);
    case Node.Try: return prefix(w, 'try ', a);
    case Node.Run: return prefix(w, '#run ', a);
    case Node.Insert: return prefix(w, '#insert ', a);
    case Node.Spread: return prefix(w, '..', a);
    case Node.Binary: return operands(w, [a, b], [tree.flags[n]]);
    case Node.Chain: return operands(w, Array.from(tree.list(a)), Array.from(tree.list(b)));
    case Node.Call: return printCall(w, n);
    case Node.NamedArg:
      w.nameAt(tree.start[n]);
      w.text(' = ');
      return printExpr(w, b);
    case Node.Index:
      printExpr(w, a);
      return around(w, '[', b, ']');
    case Node.Slice: return printSlice(w, n);
    case Node.Member: return printMember(w, a, '.', c);
    case Node.OptMember: return printMember(w, a, '?.', c);
    case Node.TupleIndex:
      printExpr(w, a);
      return w.text(`.${b}`);
    case Node.OptTupleIndex:
      printExpr(w, a);
      return w.text(`?.${b}`);
    case Node.Deref:
      printExpr(w, a);
      return w.text('.*');
    case Node.Cast:
      printExpr(w, a);
      w.text('.(');
      w.to.type(w, b);
      if (c !== 0) {
        w.text(', ');
        printExpr(w, c);
      }
      return w.text(')');
    case Node.OptCast:
      printExpr(w, a);
      w.text('?.(');
      w.to.type(w, b);
      return w.text(')');
    case Node.Unwrap:
      printExpr(w, a);
      return w.text('!');
    case Node.Catch: return printCatch(w, n);
    case Node.StructLit: return printStructLit(w, n);
    case Node.ArrayLit:
      if (a !== 0) printExpr(w, a);
      w.text('.[');
      printArgs(w, tree.list(b), a !== 0 ? tree.end[a] : tree.start[n], tree.end[n] - 1);
      return w.text(']');
    case Node.EnumLit:
      w.text('.');
      return w.nameAt(b);
    case Node.ErrorTag:
      w.text('error.');
      return w.nameAt(b);
    case Node.Fn: return w.to.fn(w, n);
    case Node.Block: return w.to.block(w, n);
    case Node.If:
    case Node.IfBind:
    case Node.Match: return printIf(w, n, false);
    case Node.While:
    case Node.WhileBind: return printWhile(w, n);
    case Node.For: return printFor(w, n);
    case Node.Push:
      w.text('push ');
      printExpr(w, a);
      w.text(' ');
      return w.to.block(w, b);
    case Node.Return:
      w.text('return');
      if (a !== 0) w.text(' ');
      return commaList(w, tree.list(a), printExpr);
    case Node.Asm: return printAsm(w, n);
    case Node.FfiCall: return printFfi(w, n);
    case Node.JniEnv:
      w.text('#jni_env');
      if (a !== 0) around(w, '(', a, ')');
      w.text(' ');
      return w.to.block(w, b);
    case Node.StructDef:
    case Node.EnumDef:
    case Node.UnionDef: return w.to.def(w, n);
    default: return w.to.type(w, n);
  }
}

export function commaList(w: Writer, items: ArrayLike<number>, print: (w: Writer, n: NodeId) => void): void {
  for (let k = 0; k < items.length; k++) {
    if (k > 0) w.text(', ');
    print(w, items[k]);
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
    w.text(` ${BINARY[ops[k]]}`);
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

/** Comma-separated elements between brackets; one per line when the source breaks the line after the opening bracket. */
export function printArgs(
  w: Writer, items: ArrayLike<number>, open: number, close: number,
  print: (w: Writer, n: NodeId) => void = printExpr,
): void {
  if (items.length === 0) return;
  if (w.lineFeeds(open, w.tree.start[items[0]]) === 0) {
    commaList(w, items, print);
    return;
  }
  w.indented(() => {
    w.lines(items, open, close, (item, index) => {
      print(w, item);
      if (index + 1 < items.length) w.text(',');
    });
  });
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
  w.text(rangeText(w, tree.flags[n]));
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

export function printAsm(w: Writer, n: NodeId): void {
  const tree = w.tree;
  w.text((tree.flags[n] & AsmFlag.volatile) !== 0 ? 'asm volatile {' : 'asm {');
  const parts = [tree.a[n], ...tree.list(tree.b[n])];
  const clobbers = tree.list(tree.c[n]);
  const last = clobbers.length > 0 ? clobbers[0] : 0;
  const print = (part: NodeId): void => {
    if (tree.kind[part] === Node.AsmOperand) asmOperand(w, part);
    else printExpr(w, part);
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
  printExpr(w, tree.b[n]);
  if (tree.flags[n] === AsmOperandKind.input) {
    w.text(' = ');
    printExpr(w, tree.c[n]);
  } else if (tree.flags[n] === AsmOperandKind.output) {
    w.text(' -> ');
    w.to.type(w, tree.c[n]);
  } else {
    w.text(' -> *');
    printExpr(w, tree.c[n]);
  }
}

function printFfi(w: Writer, n: NodeId): void {
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

/** Types in type position; expressions among them (dimensions, arguments) go through printExpr. */
export function printType(w: Writer, n: NodeId): void {
  const tree = w.tree;
  const a = tree.a[n];
  const b = tree.b[n];
  switch (tree.kind[n] as Node) {
    case Node.TypeName: return w.source(tree.start[n], tree.end[n]);
    case Node.TypePath:
      printType(w, a);
      w.text('.');
      return w.nameAt(tree.c[n]);
    case Node.TypeApply:
      printType(w, a);
      w.text('(');
      printArgs(w, tree.list(b), tree.end[a], tree.end[n] - 1, printType);
      return w.text(')');
    case Node.TypePtr: return typePrefix(w, '*', a);
    case Node.TypeManyPtr: return typePrefix(w, '[*]', a);
    case Node.TypeSlice: return typePrefix(w, '[]', a);
    case Node.TypeOptional: return typePrefix(w, '?', a);
    case Node.TypeSpread: return typePrefix(w, '..', a);
    case Node.TypeSentinel:
      w.text('[:');
      printExpr(w, b);
      return typePrefix(w, ']', a);
    case Node.TypeArray:
      w.text('[');
      printExpr(w, b);
      return typePrefix(w, ']', a);
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
      return printType(w, b);
    case Node.TypeNamed:
      w.nameAt(tree.start[n]);
      w.text(': ');
      return printType(w, b);
    case Node.TypeGeneric:
      w.text('$');
      w.text(rawName(w, n));
      return constraints(w, b);
    case Node.TypePackIndex:
      w.text('$');
      w.text(rawName(w, n));
      return around(w, '[', b, ']');
    case Node.TypeFail:
      w.text('!');
      if (a !== 0) printType(w, a);
      return;
    case Node.TypeMulti:
      w.text('(');
      commaList(w, tree.list(a), printSlot);
      return w.text(')');
    case Node.TypeUnit: return w.text('()');
    case Node.TypeGroup:
      w.text('(');
      printType(w, a);
      return w.text(')');
    case Node.TypeConstrained:
      printType(w, a);
      return constraints(w, b);
    case Node.StructDef:
    case Node.EnumDef:
    case Node.UnionDef: return w.to.def(w, n);
    default: return printExpr(w, n);
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
    printExpr(w, tree.c[n]);
  }
}
