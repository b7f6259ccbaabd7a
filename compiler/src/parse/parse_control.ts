// Takes the parser at if, while or for; gives If, IfBind, Match, While, WhileBind and For nodes.
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Level } from './grammar.ts';
import { ArmFlag, BinOp, BlockFlag, ForFlag, IfFlag, Node, RangeOp } from './node.ts';
import { Header, MAX_CHAIN, type Parser } from './parser.ts';
import { isBlockForm } from './parse_fn.ts';
import { isCapture, rangeOp } from './parse_postfix.ts';
import { parsePattern } from './parse_pattern.ts';
import { assignOp, parseItemBlock } from './parse_stmt.ts';

/** The expression of a control header. */
function exprInHeader(p: Parser, header: Header, level: Level): NodeId {
  const outer = p.enterHeader(header);
  const node = p.g.expr(p, level);
  p.header = outer;
  return node;
}

/** At `if`. `fileLevel`: branches hold items of a file. `start` differs when `inline` stands before. */
export function parseIf(p: Parser, inline: boolean, fileLevel: boolean): NodeId {
  if (!p.enter()) {
    p.leave();
    return p.errorNode();
  }
  const node = ifBody(p, inline, fileLevel);
  p.leave();
  return node;
}

function ifBody(p: Parser, inline: boolean, fileLevel: boolean): NodeId {
  const start = inline && p.tokKind[p.i - 1] === Tok.kwInline ? p.tokStart[p.i - 1] : p.at;
  const flags = inline ? IfFlag.inline : 0;
  p.advance();
  if (p.bindsName(p.tok) && p.peek(1) === Tok.colonEq) {
    const bind = binding(p, Header.noBlocks);
    const then = branch(p, fileLevel);
    const other = elseBranch(p, inline, fileLevel);
    return p.node(Node.IfBind, start, p.prevEnd, bind, then, other, flags);
  }
  const cond = exprInHeader(p, Header.if, Level.or);
  if (p.tok === Tok.eqEq && p.peek(1) === Tok.lbrace) {
    if (isLooserThanShift(p, cond)) {
      p.errorAt('SYNTAX', p.start[cond], p.end[cond], 'the subject of a match needs parentheses around this operator');
    }
    p.advance();
    return parseMatchBody(p, start, cond, inline, fileLevel);
  }
  if (p.tok === Tok.kwThen) {
    p.advance();
    const then = inlineBranch(p);
    let other = 0;
    if (p.peek(0) === Tok.kwElse && p.peek(1) !== Tok.colon) {
      p.advance();
      other = inlineBranch(p);
    }
    return p.node(Node.If, start, p.prevEnd, cond, then, other, flags | IfFlag.then);
  }
  if (p.tok !== Tok.lbrace) {
    p.expected("'{' or 'then'", 'after the condition');
    return p.node(Node.Error, start, p.prevEnd);
  }
  const then = branch(p, fileLevel);
  const other = elseBranch(p, inline, fileLevel);
  return p.node(Node.If, start, p.prevEnd, cond, then, other, flags);
}

function isLooserThanShift(p: Parser, node: NodeId): boolean {
  if (p.kind[node] === Node.Chain) return true;
  return (
    p.kind[node] === Node.Binary &&
    (p.flags[node] >= BinOp.eq || (p.flags[node] >= BinOp.bitAnd && p.flags[node] <= BinOp.bitXor))
  );
}

/** At `name :=`; gives the record (name, offset, expression). */
function binding(p: Parser, header: Header): number {
  const name = p.tokValue[p.i];
  const offset = p.at;
  p.advance();
  p.advance();
  const value = exprInHeader(p, header, Level.pipe);
  return p.rec3(name, offset, value);
}

function branch(p: Parser, fileLevel: boolean): NodeId {
  return fileLevel ? parseItemBlock(p) : p.g.block(p);
}

function elseBranch(p: Parser, inline: boolean, fileLevel: boolean): NodeId {
  if (p.tok !== Tok.kwElse || p.peek(1) === Tok.colon) return 0;
  p.advance();
  const written = p.peek(0) === Tok.kwInline && p.peek(1) === Tok.kwIf;
  if (written) p.advance();
  if (p.peek(0) !== Tok.kwIf) return branch(p, fileLevel);
  // A chain is not nesting for its author: it has a limit of its own.
  if (p.elseChain === MAX_CHAIN) {
    p.tooDeep(MAX_CHAIN);
    return p.errorNode();
  }
  p.elseChain++;
  const node = ifBody(p, inline || written, fileLevel);
  p.elseChain--;
  return node;
}

/** At the `{` after `==`. */
export function parseMatchBody(p: Parser, start: number, subject: NodeId, inline: boolean, fileLevel: boolean): NodeId {
  const outer = p.enterHeader(Header.none);
  p.expect(Tok.lbrace);
  const mark = p.top;
  let elseSeen = false;
  while (p.tok !== Tok.rbrace && p.tok !== Tok.eof) {
    const isElse = p.tok === Tok.kwElse;
    if (!isElse && p.tok !== Tok.kwCase) {
      p.expected("'case', 'else' or '}'", 'in a match');
      skipToArm(p);
      continue;
    }
    if (elseSeen) p.error('SYNTAX', p.at, p.tokEnd[p.i], "'else:' must be the last arm of a match");
    elseSeen = isElse;
    p.push(arm(p, isElse, fileLevel));
  }
  const arms = p.list(mark);
  p.header = outer;
  p.expect(Tok.rbrace, 'after match arms');
  return p.node(Node.Match, start, p.prevEnd, subject, arms, 0, inline ? IfFlag.inline : 0);
}

function skipToArm(p: Parser): void {
  while (!endsArm(p) && p.tok !== Tok.eof) {
    const close = p.closing();
    if (close !== 0) p.moveTo(close);
    p.advance();
  }
}

function endsArm(p: Parser): boolean {
  const kind = p.tok;
  return kind === Tok.kwCase || kind === Tok.kwElse || kind === Tok.rbrace || kind === Tok.eof;
}

function arm(p: Parser, isElse: boolean, fileLevel: boolean): NodeId {
  const start = p.at;
  p.advance();
  const pattern = isElse ? 0 : parsePattern(p);
  p.expect(Tok.colon, isElse ? "after 'else'" : 'after the pattern');
  let bind = 0;
  if (p.tok === Tok.lparen && p.bindsName(p.peek(1)) && p.peek(2) === Tok.rparen) {
    p.advance();
    bind = p.rec3(p.tokValue[p.i], p.at, 0);
    p.advance();
    p.advance();
  }
  let flags = 0;
  let body: NodeId;
  const bodyStart = p.at;
  if (fileLevel) body = itemArm(p);
  else if (p.tok === Tok.kwBreak && emptyArm(p)) {
    flags = ArmFlag.break;
    p.advance();
    p.accept(Tok.semi);
    body = p.node(Node.Block, bodyStart, p.prevEnd, 0, 0, 0, BlockFlag.bare);
  } else if (p.accept(Tok.fatArrow)) {
    flags = ArmFlag.arrow;
    const value = p.g.expr(p, Level.pipe);
    const semi = p.accept(Tok.semi);
    if (!semi && p.tok !== Tok.rbrace && !isBlockForm(p, value)) p.expect(Tok.semi);
    body = p.node(Node.Block, p.start[value], p.prevEnd, 0, value, 0, BlockFlag.bare | (semi ? BlockFlag.tailSemi : 0));
  } else body = armStatements(p);
  return p.node(Node.Arm, start, p.prevEnd, pattern, bind, body, flags);
}

/** The expression after `then` or its `else`. An assignment there is reported as what it is, and read over. */
function inlineBranch(p: Parser): NodeId {
  const e = p.g.expr(p, Level.pipe);
  if (assignOp(p.tok) < 0) return e;
  p.error('SYNTAX', p.at, p.tokEnd[p.i], 'an assignment is a statement, and here stands an expression').help('write the branch in braces: `if … { x = …; }`');
  p.advance();
  p.g.expr(p, Level.pipe);
  return e;
}

/** `break;` right before the end of the arm is an empty arm, not a jump. */
function emptyArm(p: Parser): boolean {
  const next = p.peek(1) === Tok.semi ? p.peek(2) : p.peek(1);
  return next === Tok.kwCase || next === Tok.kwElse || next === Tok.rbrace;
}

function armStatements(p: Parser): NodeId {
  const start = p.at;
  const mark = p.top;
  let tail = 0;
  let flags: number = BlockFlag.bare;
  while (!endsArm(p)) {
    const before = p.i;
    const node = p.g.stmt(p);
    if (p.tail !== 0) tail = p.tail;
    else p.push(node);
    if (p.i === before) p.advance();
  }
  p.tail = 0;
  const last = p.top > mark ? p.stack[p.top - 1] : 0;
  if (tail === 0 && last !== 0 && p.kind[last] === Node.ExprStmt) {
    // The arm's last `;` does not discard the value.
    p.top--;
    tail = p.a[last];
    if ((p.flags[last] & 1) !== 0) flags |= BlockFlag.tailSemi;
  }
  const list = p.list(mark);
  return p.node(Node.Block, start, Math.max(start, p.prevEnd), list, tail, 0, flags);
}

function itemArm(p: Parser): NodeId {
  if (p.tok === Tok.lbrace) return parseItemBlock(p);
  const start = p.at;
  const mark = p.top;
  p.g.items(p, true);
  const list = p.list(mark);
  return p.node(Node.Block, start, Math.max(start, p.prevEnd), list, 0, 0, BlockFlag.bare);
}

/** At `while`. */
export function parseWhile(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  if (p.bindsName(p.tok) && p.peek(1) === Tok.colonEq) {
    const bind = binding(p, Header.noTrailing);
    const body = loopBody(p);
    return p.node(Node.WhileBind, start, p.prevEnd, bind, body);
  }
  const cond = exprInHeader(p, Header.while, Level.pipe);
  const body = loopBody(p);
  return p.node(Node.While, start, p.prevEnd, cond, body);
}

function loopBody(p: Parser): NodeId {
  const depth = p.loopDepth;
  if (depth >= 0) p.loopDepth = depth + 1;
  const body = p.g.block(p);
  p.loopDepth = depth;
  return body;
}

/** At `for`. */
export function parseFor(p: Parser, inline: boolean): NodeId {
  const start = inline && p.tokKind[p.i - 1] === Tok.kwInline ? p.tokStart[p.i - 1] : p.at;
  p.advance();
  const mark = p.top;
  const outer = p.enterHeader(Header.for);
  do p.push(iterable(p));
  while (p.accept(Tok.comma));
  p.header = outer;
  const iters = p.list(mark);
  checkFirst(p, iters, inline);
  if (p.tok === Tok.colon) {
    p.error('FOR-COLON', p.at, p.tokEnd[p.i], "the ':' before the capture was removed: write 'for xs (x) { … }'");
    p.advance();
  }
  const captures = p.tok === Tok.lparen ? captureList(p, iters) : 0;
  let flags = inline ? ForFlag.inline : 0;
  let body: NodeId;
  if (p.tok === Tok.fatArrow) {
    flags |= ForFlag.arrow;
    p.advance();
    body = arrowBody(p);
  } else if (startsStatement(p.tok)) {
    p.error('SYNTAX', p.at, p.tokEnd[p.i], `expected '{', found ${p.describe()}`).help('write `=>` before a body of one statement');
    body = arrowBody(p);
  } else body = loopBody(p);
  return p.node(Node.For, start, p.prevEnd, iters, captures, body, flags);
}

function startsStatement(t: Tok): boolean {
  return t === Tok.ident || t === Tok.kwIf || t === Tok.kwFor || t === Tok.kwWhile || t === Tok.kwReturn || t === Tok.kwBreak || t === Tok.kwContinue;
}

/** One statement with its own `;`. */
function arrowBody(p: Parser): NodeId {
  const depth = p.loopDepth;
  if (depth >= 0) p.loopDepth = depth + 1;
  let body = p.g.stmt(p);
  if (p.tail !== 0) body = p.node(Node.ExprStmt, p.start[body], p.end[body], body);
  p.tail = 0;
  p.loopDepth = depth;
  return body;
}

function iterable(p: Parser): NodeId {
  const start = p.at;
  const lo = p.g.expr(p, Level.pipe);
  const op = rangeOp(p.tok);
  if (op === RangeOp.none) return p.node(Node.Iter, start, p.prevEnd, lo);
  const opStart = p.at;
  p.advance();
  const kind = p.tok;
  const open =
    kind === Tok.comma || kind === Tok.lbrace || kind === Tok.fatArrow || (kind === Tok.lparen && isCapture(p));
  const hi = open ? 0 : p.g.expr(p, Level.pipe);
  if (open && (op - 1) % 3 !== 0) {
    p.error('FOR-RANGE-END', opStart, p.prevEnd, 'an explicit end marker needs an end: write the upper bound');
  }
  return p.node(Node.Iter, start, p.prevEnd, lo, hi, 0, op);
}

function checkFirst(p: Parser, iters: number, inline: boolean): void {
  const first = p.extraAt(iters + 1);
  if (p.kind[first] !== Node.Iter || p.flags[first] === RangeOp.none || p.b[first] !== 0) return;
  const message = inline
    ? 'inline for: the first range must be bounded'
    : 'the first iterable must have a bounded length: give this range an end';
  p.errorAt(inline ? 'INLINEFOR-BOUND' : 'FOR-OPEN', p.start[first], p.end[first], message);
}

function captureList(p: Parser, iters: number): number {
  const start = p.at;
  p.advance();
  const mark = p.top;
  for (;;) {
    const at = p.at;
    const byRef = p.accept(Tok.star);
    if (!p.bindsName(p.tok)) {
      p.error('FOR-CAPTURE', p.at, p.tokEnd[p.i], `expected capture variable name, found ${p.describe()}`).help(
        'the parenthesis directly before the body is the capture: write for (f()) { … } to iterate a call',
      );
      break;
    }
    const offset = p.at;
    const position = p.top - mark;
    p.push(p.node(Node.Capture, at, p.tokEnd[p.i], p.tokValue[p.i], offset, 0, byRef ? 1 : 0));
    if (byRef && position < p.extraAt(iters) && p.flags[p.extraAt(iters + 1 + position)] !== RangeOp.none) {
      p.errorAt('FOR-REF', at, p.tokEnd[p.i], 'a range element cannot be captured by reference');
    }
    p.advance();
    if (!p.accept(Tok.comma)) break;
  }
  const count = p.top - mark;
  const list = p.list(mark);
  while (p.tok !== Tok.rparen && p.tok !== Tok.lbrace && p.tok !== Tok.fatArrow && p.tok !== Tok.eof) {
    p.expected("')'", 'after the captures');
    p.advance();
  }
  p.accept(Tok.rparen);
  const want = p.extraAt(iters);
  if (count > 0 && count !== want) {
    p.errorAt(
      'FOR-ARITY',
      start,
      p.prevEnd,
      `for capture count must match the iterable count: ${want} iterable${want === 1 ? '' : 's'}, ${count} captured`,
    );
  }
  return list;
}
