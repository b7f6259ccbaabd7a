// Takes items, declarations, functions, nominal types and statements; gives their source text with terminators.
import type { NodeId } from '../base/ids.ts';
import {
  BindRec,
  CItemKind,
  ContextExtendRec,
  DeclFlag,
  EnumFlag,
  ExternRec,
  FnFlag,
  FnRec,
  Node,
  ParamFlag,
  ParamRec,
  ProtocolFlag,
  RuntimeClassFlag,
  RuntimeClassKind,
} from '../parse/node.ts';
import { binaryText } from './operators.ts';
import { printAsm } from './print_foreign.ts';
import { commaList, printArgs } from './print_list.ts';
import type { Writer } from './writer.ts';

/** Statement or file item, with its `;`. */
export function printStmt(w: Writer, n: NodeId): void {
  const tree = w.tree;
  const a = tree.a[n];
  const b = tree.b[n];
  const c = tree.c[n];
  switch (tree.kind[n] as Node) {
    case Node.ConstDecl:
      printConst(w, n);
      return;
    case Node.VarDecl:
      privateWord(w, n);
      w.nameAt(tree.start[n]);
      if (b === 0) w.text(' := ');
      else {
        w.text(' : ');
        w.to.type(w, b);
        if (c !== 0) w.text(' = ');
      }
      if (c !== 0) w.to.expr(w, c);
      w.text(';');
      return;
    case Node.ExternVar:
      privateWord(w, n);
      w.nameAt(tree.start[n]);
      w.text(' : ');
      w.to.type(w, b);
      w.text(' extern');
      linkage(w, tree.extra[c + ExternRec.lib], tree.extra[c + ExternRec.libOffset], tree.extra[c + ExternRec.symbol]);
      w.text(';');
      return;
    case Node.Destructure:
      commaList(w, tree.list(a), w.to.expr);
      w.text(' := ');
      w.to.expr(w, b);
      w.text(';');
      return;
    case Node.Import:
    case Node.ImportC:
    case Node.Framework:
      printValue(w, n);
      w.text(';');
      return;
    case Node.TopRun:
      w.text('#run ');
      w.to.expr(w, a);
      w.text(';');
      return;
    case Node.Impl:
      w.text('impl ');
      w.to.type(w, a);
      w.text(' for ');
      w.to.type(w, b);
      w.text(' ');
      braces(w, tree.list(c), tree.end[b], tree.end[n], (member) => printStmt(w, member));
      return;
    case Node.ContextExtend: {
      w.text('#context_extend ');
      w.nameAt(tree.extra[c + ContextExtendRec.nameOffset]);
      w.text(': ');
      w.to.type(w, b);
      const init = tree.extra[c + ContextExtendRec.default];
      if (init !== 0) {
        w.text(' = ');
        w.to.expr(w, init);
      }
      w.text(';');
      return;
    }
    case Node.ErrorDirective:
      keyword(w, '#error', a);
      return;
    case Node.Asm:
      printAsm(w, n);
      w.text(';');
      return;
    case Node.ExprStmt:
      w.to.expr(w, a);
      if (tree.flags[n] === 1) w.text(';');
      return;
    case Node.Assign:
      printAssign(w, n);
      w.text(';');
      return;
    case Node.MultiAssign:
      commaList(w, tree.list(a), w.to.expr);
      w.text(' = ');
      commaList(w, tree.list(b), w.to.expr);
      w.text(';');
      return;
    case Node.Return:
    case Node.Break:
    case Node.Continue:
      w.to.expr(w, n);
      w.text(';');
      return;
    case Node.Raise:
      keyword(w, 'raise ', a);
      return;
    case Node.Insert:
      keyword(w, '#insert ', a);
      return;
    case Node.Defer:
      w.text('defer ');
      cleanup(w, a);
      return;
    case Node.OnFail:
      w.text('onfail ');
      if (b !== 0) {
        w.text('(');
        w.nameAt(tree.extra[b + BindRec.nameOffset]);
        w.text(') ');
      }
      cleanup(w, a);
      return;
    case Node.Error:
      w.source(tree.start[n], tree.end[n]);
      return;
    case Node.RuntimeMember:
      w.source(tree.start[n], tree.end[n]);
      return;
    case Node.Field:
      printField(w, n);
      return;
    case Node.Using:
      w.text('#using ');
      w.to.type(w, a);
      w.text(';');
      return;
    default:
      w.to.expr(w, n);
      return;
  }
}

function keyword(w: Writer, text: string, value: NodeId): void {
  w.text(text);
  w.to.expr(w, value);
  w.text(';');
}

function cleanup(w: Writer, body: NodeId): void {
  if (w.tree.kind[body] === Node.Block) {
    w.to.block(w, body);
    return;
  }
  if (w.tree.kind[body] === Node.Assign) printAssign(w, body);
  else w.to.expr(w, body);
  w.text(';');
}

function printAssign(w: Writer, n: NodeId): void {
  w.to.expr(w, w.tree.a[n]);
  w.text(` ${binaryText(w.tree.flags[n])}= `);
  w.to.expr(w, w.tree.b[n]);
}

function privateWord(w: Writer, n: NodeId): void {
  if ((w.tree.flags[n] & DeclFlag.private) !== 0) w.text('private ');
}

function printConst(w: Writer, n: NodeId): void {
  const tree = w.tree;
  privateWord(w, n);
  w.nameAt(tree.start[n]);
  if (tree.c[n] !== 0) {
    w.text(' : ');
    w.to.type(w, tree.c[n]);
    w.text(' : ');
  } else w.text(' :: ');
  const value = tree.b[n];
  printValue(w, value);
  switch (tree.kind[value]) {
    case Node.StructDef:
    case Node.EnumDef:
    case Node.UnionDef:
      if (tree.c[n] === 0) return;
      break;
    case Node.ErrorDef:
    case Node.ProtocolDef:
    case Node.RuntimeClass:
      return;
    case Node.Fn:
      if ((tree.flags[value] & FnFlag.lambda) !== 0) break;
      if (tree.b[value] !== 0 && (tree.flags[value] & FnFlag.arrow) === 0) return;
  }
  w.text(';');
}

/** The right side of `::`, without terminator. */
function printValue(w: Writer, n: NodeId): void {
  const tree = w.tree;
  const a = tree.a[n];
  switch (tree.kind[n] as Node) {
    case Node.Import:
      directive(w, '#import ', a);
      return;
    case Node.Library:
      directive(w, '#library ', a);
      return;
    case Node.Framework:
      directive(w, '#framework ', a);
      return;
    case Node.Intrinsic:
      w.text('intrinsic');
      return;
    case Node.UfcsAlias:
      directive(w, 'ufcs ', a);
      return;
    case Node.ImportC:
      w.text('#import c ');
      braces(w, tree.list(a), tree.start[n], tree.end[n], (item) => {
        const words: Record<number, string> = {
          [CItemKind.include]: '#include ',
          [CItemKind.source]: '#source ',
          [CItemKind.define]: '#define ',
          [CItemKind.flags]: '#flags ',
        };
        directive(w, words[tree.flags[item]], tree.a[item]);
        w.text(';');
      });
      return;
    case Node.ErrorDef:
      w.text('error { ');
      commaList(w, tree.list(a), (_w, tag) => w.nameAt(tree.start[tag]));
      w.text(' }');
      return;
    case Node.ProtocolDef:
      printProtocol(w, n);
      return;
    case Node.RuntimeClass:
      printRuntimeClass(w, n);
      return;
    default:
      w.to.expr(w, n);
      return;
  }
}

function directive(w: Writer, text: string, value: NodeId): void {
  w.text(text);
  w.to.expr(w, value);
}

/** Members in braces: on one line when the source has them so, else one per line. `from` = an offset before the `{`. */
function braces(w: Writer, items: ArrayLike<number>, from: number, end: number, print: (n: NodeId) => void): void {
  const bytes = w.tree.file.bytes;
  let open = from;
  while (open < end && bytes[open] !== 0x7b) open++;
  if (items.length === 0 && !w.hasCommentIn(open, end)) {
    w.text('{}');
    return;
  }
  if (w.lineFeeds(open, end) === 0) {
    w.text('{ ');
    for (let k = 0; k < items.length; k++) {
      if (k > 0) w.text(' ');
      print(items[k]);
    }
    w.text(' }');
    return;
  }
  w.text('{');
  w.indented(() => w.lines(items, open + 1, end - 1, print));
  w.text('}');
}

export function printBlock(w: Writer, n: NodeId): void {
  const tree = w.tree;
  if (tree.kind[n] !== Node.Block) {
    w.to.expr(w, n);
    return;
  }
  const items = [...tree.list(tree.a[n])];
  const tail = tree.b[n];
  if (tail !== 0) items.push(tail);
  braces(w, items, tree.start[n], tree.end[n], (item) => {
    if (item === tail) w.to.expr(w, item);
    else printStmt(w, item);
  });
}

export function printFn(w: Writer, n: NodeId): void {
  const tree = w.tree;
  const flags = tree.flags[n];
  const rec = tree.c[n];
  if ((flags & FnFlag.ufcs) !== 0) w.text('ufcs ');
  if ((flags & FnFlag.noParams) === 0) printParams(w, tree.a[n], tree.start[n], tree.extra[rec + FnRec.paramsEnd]);
  const ret = tree.extra[rec + FnRec.ret];
  if (ret !== 0) {
    w.text(' -> ');
    w.to.type(w, ret);
  }
  if ((flags & FnFlag.get) !== 0) w.text(' #get');
  if ((flags & FnFlag.set) !== 0) w.text(' #set');
  const abi = tree.extra[rec + FnRec.abi];
  if (abi !== 0) w.text(` abi(.${w.name(abi)})`);
  if ((flags & (FnFlag.extern | FnFlag.export)) !== 0) {
    w.text((flags & FnFlag.extern) !== 0 ? ' extern' : ' export');
    linkage(w, tree.extra[rec + FnRec.lib], tree.extra[rec + FnRec.libOffset], tree.extra[rec + FnRec.symbol]);
  }
  if ((flags & FnFlag.intrinsic) !== 0) w.text(' intrinsic');
  const body = tree.b[n];
  if (body === 0) return;
  if ((flags & FnFlag.noParams) === 0) w.text(' ');
  if ((flags & FnFlag.arrow) !== 0) {
    w.text('=> ');
    w.to.expr(w, body);
  } else printBlock(w, body);
}

function linkage(w: Writer, lib: number, libOffset: number, symbol: NodeId): void {
  if (lib !== 0) {
    w.text(' ');
    w.nameAt(libOffset);
  }
  if (symbol !== 0) {
    w.text(' ');
    w.to.expr(w, symbol);
  }
}

function printParams(w: Writer, list: number, open: number, close: number): void {
  w.text('(');
  printArgs(w, w.tree.list(list), open, close, printParam);
  w.text(')');
}

function printParam(w: Writer, n: NodeId): void {
  const tree = w.tree;
  if (tree.kind[n] !== Node.Param) {
    w.to.expr(w, n);
    return;
  }
  if ((tree.flags[n] & ParamFlag.variadic) !== 0) w.text('..');
  if ((tree.flags[n] & ParamFlag.comptime) !== 0) w.text('$');
  w.nameAt(tree.extra[tree.c[n] + ParamRec.nameOffset]);
  if (tree.b[n] !== 0) {
    w.text(': ');
    w.to.type(w, tree.b[n]);
  }
  const init = tree.extra[tree.c[n] + ParamRec.default];
  if (init !== 0) {
    w.text(' = ');
    w.to.expr(w, init);
  }
}

/** struct, enum, union. */
export function printDef(w: Writer, n: NodeId): void {
  const tree = w.tree;
  const a = tree.a[n];
  const b = tree.b[n];
  switch (tree.kind[n]) {
    case Node.StructDef: {
      w.text('struct ');
      if (tree.c[n] !== 0) w.text(`abi(.${w.name(tree.c[n])}) `);
      const params = tree.list(a);
      let from = tree.start[n];
      if (params.length > 0) {
        printParams(w, a, tree.start[n], tree.end[params[params.length - 1]]);
        w.text(' ');
        from = tree.end[params[params.length - 1]];
      }
      braces(w, tree.list(b), from, tree.end[n], (member) => printStmt(w, member));
      return;
    }
    case Node.UnionDef:
      w.text('union ');
      braces(w, tree.list(a), tree.start[n], tree.end[n], (member) => printStmt(w, member));
      return;
    default:
      w.text((tree.flags[n] & EnumFlag.flags) !== 0 ? 'enum flags ' : 'enum ');
      if (b !== 0) {
        w.to.type(w, b);
        w.text(' ');
      }
      braces(w, tree.list(a), b !== 0 ? tree.end[b] : tree.start[n], tree.end[n], (v) => printVariant(w, v));
      return;
  }
}

function printVariant(w: Writer, n: NodeId): void {
  const tree = w.tree;
  if (tree.kind[n] !== Node.Variant) {
    printStmt(w, n);
    return;
  }
  w.nameAt(tree.start[n]);
  if (tree.b[n] !== 0) {
    w.text(' :: ');
    w.to.expr(w, tree.b[n]);
  }
  if (tree.c[n] !== 0) {
    w.text(': ');
    w.to.type(w, tree.c[n]);
  }
  w.text(';');
}

function printField(w: Writer, n: NodeId): void {
  const tree = w.tree;
  const names = tree.list(tree.a[n]);
  commaList(w, names, (_w, name) => w.nameAt(tree.start[name]));
  if (names.length > 0) w.text(': ');
  if (tree.b[n] !== 0) w.to.type(w, tree.b[n]);
  if (tree.c[n] !== 0) {
    w.text(' = ');
    w.to.expr(w, tree.c[n]);
  }
  w.text(';');
}

function printProtocol(w: Writer, n: NodeId): void {
  const tree = w.tree;
  w.text('protocol');
  const params = tree.list(tree.a[n]);
  let from = tree.start[n];
  if (params.length > 0) {
    from = tree.end[params[params.length - 1]];
    printParams(w, tree.a[n], tree.start[n], from);
  }
  if ((tree.flags[n] & ProtocolFlag.inline) !== 0) w.text(' #inline');
  if ((tree.flags[n] & ProtocolFlag.identity) !== 0) w.text(' #identity');
  w.text(' ');
  braces(w, tree.list(tree.b[n]), from, tree.end[n], (method) => printStmt(w, method));
}

function printRuntimeClass(w: Writer, n: NodeId): void {
  const tree = w.tree;
  const words: Record<number, string> = {
    [RuntimeClassKind.objcClass]: '#objc_class',
    [RuntimeClassKind.objcProtocol]: '#objc_protocol',
    [RuntimeClassKind.jniClass]: '#jni_class',
    [RuntimeClassKind.jniInterface]: '#jni_interface',
    [RuntimeClassKind.swiftClass]: '#swift_class',
    [RuntimeClassKind.swiftStruct]: '#swift_struct',
    [RuntimeClassKind.swiftProtocol]: '#swift_protocol',
  };
  if ((tree.flags[n] & RuntimeClassFlag.jniMain) !== 0) w.text('#jni_main ');
  w.text(words[tree.c[n]]);
  if (tree.a[n] !== 0) {
    w.text('(');
    w.to.expr(w, tree.a[n]);
    w.text(')');
  }
  if ((tree.flags[n] & RuntimeClassFlag.extern) !== 0) w.text(' extern');
  if ((tree.flags[n] & RuntimeClassFlag.export) !== 0) w.text(' export');
  w.text(' ');
  const from = tree.a[n] !== 0 ? tree.end[tree.a[n]] : tree.start[n];
  braces(w, tree.list(tree.b[n]), from, tree.end[n], (member) => printStmt(w, member));
}
