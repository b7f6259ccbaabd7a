// Takes the parser at a statement or block; gives statement nodes and Block, with the `;` rules of reference 1.8.
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Level } from './grammar.ts';
import { BinOp, Node } from './node.ts';
import { Header, type Parser } from './parser.ts';
import { namedArg } from './parse_args.ts';
import { atDecl, parseDecl } from './parse_decl.ts';
import { isBlockForm } from './parse_fn.ts';
import { checkReturnPlace, cleanupWord, IN_ONFAIL, jump, parsePush } from './parse_primary.ts';

/** `{ stmts }`. */
export function parseBlock(p: Parser): NodeId {
  const start = p.at;
  if (!p.enter() || !p.expect(Tok.lbrace)) {
    p.leave();
    return p.errorNode(start);
  }
  const outer = p.enterHeader(Header.none);
  const mark = p.top;
  const tail = statements(p, Tok.rbrace);
  const list = p.list(mark);
  p.header = outer;
  p.expect(Tok.rbrace, 'at the end of the block');
  p.leave();
  return p.node(Node.Block, start, p.prevEnd, list, tail);
}

/** Statements up to `closer`, pushed onto the stack; returns the tail expression or 0. */
export function statements(p: Parser, closer: Tok): NodeId {
  let tail = 0;
  while (p.tok !== closer && p.tok !== Tok.eof) {
    const before = p.i;
    const node = parseStmt(p);
    if (p.tail !== 0) tail = node;
    else p.push(node);
    if (p.i === before) p.advance();
  }
  p.tail = 0;
  return tail;
}

/** `{ items }` of a file-level inline if. */
export function parseItemBlock(p: Parser): NodeId {
  const start = p.at;
  if (!p.expect(Tok.lbrace)) return p.errorNode();
  const mark = p.top;
  p.g.items(p, false);
  const list = p.list(mark);
  p.expect(Tok.rbrace, 'at the end of the block');
  return p.node(Node.Block, start, p.prevEnd, list);
}

/** One statement with its terminator. Sets p.tail when it is an unterminated expression at the end of its block. */
export function parseStmt(p: Parser): NodeId {
  if (!p.enter()) {
    p.leave();
    return p.errorNode();
  }
  p.tail = 0;
  const errors = p.errorCount;
  const node = statement(p);
  p.leave();
  if (p.errorCount > errors && p.muted === 0) recover(p);
  return node;
}

function statement(p: Parser): NodeId {
  const start = p.at;
  switch (p.tok) {
    case Tok.ident:
    case Tok.raw:
    case Tok.kwProtocol:
    case Tok.kwImpl:
    case Tok.kwUfcs:
    case Tok.kwF32:
    case Tok.kwF64:
      if (atDecl(p)) return parseDecl(p, 0);
      return exprStatement(p);
    case Tok.kwReturn:
      return returnStatement(p);
    case Tok.kwRaise: {
      if (p.deferDepth > 0) {
        p.error('DEFER-JUMP', start, p.tokEnd[p.i], `\`raise\` is not allowed inside ${cleanupWord(p)} body`);
      }
      p.advance();
      const value = p.g.expr(p, Level.pipe);
      return ended(p, p.node(Node.Raise, start, p.prevEnd, value));
    }
    case Tok.kwBreak:
      return ended(p, jump(p, Node.Break, 'break'));
    case Tok.kwContinue:
      return ended(p, jump(p, Node.Continue, 'continue'));
    case Tok.kwDefer: {
      p.advance();
      const body = cleanupBody(p, false);
      const node = p.node(Node.Defer, start, p.prevEnd, body);
      return p.kind[body] === Node.Block ? optionalSemi(p, node) : ended(p, node);
    }
    case Tok.kwOnfail:
      return onFail(p);
    case Tok.hashInsert: {
      p.advance();
      const value = p.g.expr(p, Level.pipe);
      return ended(p, p.node(Node.Insert, start, p.prevEnd, value));
    }
    case Tok.hashError: {
      p.advance();
      const message = p.g.expr(p, Level.pipe);
      return ended(p, p.node(Node.ErrorDirective, start, p.prevEnd, message));
    }
    case Tok.kwIf:
    case Tok.kwWhile:
    case Tok.kwFor:
    case Tok.kwPush:
    case Tok.lbrace:
      return blockFormStatement(p);
    case Tok.kwInline:
      if (p.peek(1) === Tok.kwIf || p.peek(1) === Tok.kwFor) return blockFormStatement(p);
      return exprStatement(p);
    case Tok.kwPrivate:
      p.error('PRIV-PLACE', start, p.tokEnd[p.i], "'private' is only allowed on module-scope declarations");
      p.advance();
      return p.isName(p.tok) ? statement(p) : p.errorNode(start, p.prevEnd);
    case Tok.hashContextExtend:
      p.error('CTX-PLACE', start, p.tokEnd[p.i], '#context_extend is only allowed at top level');
      return p.errorNode();
    case Tok.hashImport:
    case Tok.hashFramework:
    case Tok.hashLibrary:
      p.error('SYNTAX', start, p.tokEnd[p.i], `${p.describe()} is only allowed at file level`);
      return p.errorNode();
    default:
      return exprStatement(p);
  }
}

/** Requires `;` after a statement. */
function ended(p: Parser, node: NodeId): NodeId {
  p.expect(Tok.semi);
  return node;
}

function optionalSemi(p: Parser, node: NodeId): NodeId {
  p.accept(Tok.semi);
  return node;
}

function returnStatement(p: Parser): NodeId {
  const start = p.at;
  checkReturnPlace(p);
  p.advance();
  const mark = p.top;
  if (p.tok !== Tok.semi && p.tok !== Tok.rbrace && p.tok !== Tok.eof) {
    do p.push(p.isName(p.tok) && p.peek(1) === Tok.eq ? namedArg(p) : p.g.expr(p, Level.pipe));
    while (p.accept(Tok.comma));
  }
  const values = p.list(mark);
  return ended(p, p.node(Node.Return, start, p.prevEnd, values));
}

/** Block, expression or assignment after defer / onfail. */
function cleanupBody(p: Parser, onfail: boolean): NodeId {
  const depth = p.deferDepth;
  p.deferDepth = depth + (onfail ? IN_ONFAIL : 1);
  let body: NodeId;
  if (p.tok === Tok.lbrace) body = parseBlock(p);
  else {
    body = p.g.expr(p, Level.pipe);
    const op = assignOp(p.tok);
    if (op >= 0) body = assignment(p, body, op);
  }
  p.deferDepth = depth;
  return body;
}

function onFail(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  let bind = 0;
  if (p.tok === Tok.lparen && p.bindsName(p.peek(1)) && p.peek(2) === Tok.rparen && p.peek(3) === Tok.lbrace) {
    p.advance();
    bind = p.rec3(p.tokValue[p.i], p.at, 0);
    p.advance();
    p.advance();
  } else if (p.isName(p.tok) && p.peek(1) === Tok.lbrace) {
    const name = p.names.text(p.tokValue[p.i]);
    p.error('CATCH-PARENS', p.at, p.tokEnd[p.i], `the onfail error binding needs parens: write 'onfail (${name})'`);
    p.advance();
  }
  const body = cleanupBody(p, true);
  const node = p.node(Node.OnFail, start, p.prevEnd, body, bind);
  return p.kind[body] === Node.Block ? optionalSemi(p, node) : ended(p, node);
}

/** if, match, while, for, push, block at the start of a statement: ends at its last `}`. */
function blockFormStatement(p: Parser): NodeId {
  const start = p.at;
  let node: NodeId;
  switch (p.tok) {
    case Tok.kwInline:
      p.advance();
      node = p.peek(0) === Tok.kwIf ? p.g.ifExpr(p, true, false) : p.g.forExpr(p, true);
      break;
    case Tok.kwIf:
      node = p.g.ifExpr(p, false, false);
      break;
    case Tok.kwWhile:
      node = p.g.whileExpr(p);
      break;
    case Tok.kwFor:
      node = p.g.forExpr(p, false);
      break;
    case Tok.lbrace:
      node = parseBlock(p);
      break;
    default:
      node = parsePush(p);
  }
  p.tail = 0;
  return finishExpr(p, start, node);
}

/** Expression, assignment, multi-assignment or destructuring. */
function exprStatement(p: Parser): NodeId {
  const start = p.at;
  if (p.isKeyword(p.tok) && (p.peek(1) === Tok.colonColon || p.peek(1) === Tok.colonEq)) {
    const word = p.names.text(p.tokValue[p.i]);
    p.error(
      'SYNTAX',
      start,
      p.tokEnd[p.i],
      `expected an identifier: the keyword '${word}' cannot be a name, write '\`${word}'`,
    );
    return p.errorNode();
  }
  const first = p.g.expr(p, Level.pipe);
  p.tail = 0;
  if (p.tok === Tok.comma) return targetList(p, start, first);
  const op = assignOp(p.tok);
  if (op >= 0) return ended(p, assignment(p, first, op));
  if (p.tok === Tok.colonEq) {
    p.error('SYNTAX', p.start[first], p.end[first], "expected an identifier before ':='");
    p.advance();
    p.g.expr(p, Level.pipe);
    return ended(p, p.node(Node.Error, start, p.prevEnd));
  }
  return finishExpr(p, start, first);
}

function finishExpr(p: Parser, start: number, node: NodeId): NodeId {
  if (p.accept(Tok.semi)) return p.node(Node.ExprStmt, start, p.prevEnd, node, 0, 0, 1);
  if (p.tok === Tok.rbrace || p.tok === Tok.eof) {
    p.tail = node;
    return node;
  }
  if (!isBlockForm(p, node) && p.trailingEnd !== p.i) p.expect(Tok.semi);
  return p.node(Node.ExprStmt, start, p.prevEnd, node);
}

/** BinOp of an assignment token (0 for `=`), -1 = none. */
export function assignOp(kind: Tok): number {
  switch (kind) {
    case Tok.eq:
      return BinOp.none;
    case Tok.plusEq:
      return BinOp.add;
    case Tok.minusEq:
      return BinOp.sub;
    case Tok.starEq:
      return BinOp.mul;
    case Tok.slashEq:
      return BinOp.div;
    case Tok.percentEq:
      return BinOp.rem;
    case Tok.ampEq:
      return BinOp.bitAnd;
    case Tok.pipeEq:
      return BinOp.bitOr;
    case Tok.caretEq:
      return BinOp.bitXor;
    case Tok.shlEq:
      return BinOp.shl;
    case Tok.shrEq:
      return BinOp.shr;
    default:
      return -1;
  }
}

function assignment(p: Parser, target: NodeId, op: number): NodeId {
  const at = p.at;
  p.advance();
  const value = p.g.expr(p, Level.pipe);
  return p.node(Node.Assign, p.start[target], p.prevEnd, target, value, at, op);
}

/** After the first of several targets, at `,`. */
function targetList(p: Parser, start: number, first: NodeId): NodeId {
  const mark = p.top;
  p.push(first);
  while (p.accept(Tok.comma)) p.push(p.g.expr(p, Level.pipe));
  if (p.accept(Tok.colonEq)) {
    for (let k = mark; k < p.top; k++) {
      const target = p.stack[k];
      const named = p.kind[target] === Node.Ident || p.kind[target] === Node.TypeName;
      if (!named && p.kind[target] !== Node.Error) {
        p.errorAt('SYNTAX', p.start[target], p.end[target], 'destructuring targets must be identifiers');
      }
    }
    const targets = p.list(mark);
    const init = p.g.expr(p, Level.pipe);
    const node = p.node(Node.Destructure, start, p.prevEnd, targets, init);
    if (p.tok === Tok.semi || !isBlockForm(p, init)) return ended(p, node);
    return node;
  }
  const targets = p.list(mark);
  if (!p.expect(Tok.eq, 'after the targets')) return p.node(Node.Error, start, p.prevEnd);
  do p.push(p.g.expr(p, Level.pipe));
  while (p.accept(Tok.comma));
  const values = p.list(mark);
  return ended(p, p.node(Node.MultiAssign, start, p.prevEnd, targets, values));
}

/** After a statement with an error: to the end of that statement. */
function recover(p: Parser): void {
  const last = p.i > 0 ? p.tokKind[p.i - 1] : Tok.eof;
  if (last === Tok.semi || (last === Tok.rbrace && p.newlineBefore())) return;
  p.tail = 0;
  while (p.tok !== Tok.eof && p.tok !== Tok.rbrace && p.tok !== Tok.kwCase) {
    if (p.accept(Tok.semi)) return;
    const close = p.closing();
    if (close !== 0) {
      const brace = p.tok === Tok.lbrace;
      p.moveTo(close);
      p.advance();
      if (brace && p.newlineBefore()) return;
    } else p.advance();
  }
}
