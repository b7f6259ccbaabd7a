// Takes the parser at an expression; gives operator, prefix and postfix nodes (levels of reference chapter 1.7).
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Level } from './grammar.ts';
import { BinOp, CallFlag, Node, UnOp } from './node.ts';
import { Header, MAX_CHAIN, type Parser } from './parser.ts';
import { parsePostfix, POSTFIX } from './parse_postfix.ts';
import { parseIntLiteral } from './parse_literal.ts';
import { cleanupWord, ident, parsePrimary } from './parse_primary.ts';

/** Level of every binary operator token (0 = none) and its BinOp. */
const LEVEL = new Uint8Array(Tok.count);
const OP = new Uint8Array(Tok.count);
function operator(kind: Tok, level: Level, op: BinOp): void {
  LEVEL[kind] = level;
  OP[kind] = op;
}
operator(Tok.pipeGt, Level.pipe, BinOp.none);
operator(Tok.questionQuestion, Level.coalesce, BinOp.coalesce);
operator(Tok.kwOr, Level.or, BinOp.or);
operator(Tok.kwAnd, Level.and, BinOp.and);
operator(Tok.pipe, Level.bitOr, BinOp.bitOr);
operator(Tok.caret, Level.bitXor, BinOp.bitXor);
operator(Tok.amp, Level.bitAnd, BinOp.bitAnd);
operator(Tok.eqEq, Level.compare, BinOp.eq);
operator(Tok.notEq, Level.compare, BinOp.ne);
operator(Tok.lt, Level.compare, BinOp.lt);
operator(Tok.ltEq, Level.compare, BinOp.le);
operator(Tok.gt, Level.compare, BinOp.gt);
operator(Tok.gtEq, Level.compare, BinOp.ge);
operator(Tok.kwIn, Level.compare, BinOp.in);
operator(Tok.shl, Level.shift, BinOp.shl);
operator(Tok.shr, Level.shift, BinOp.shr);
operator(Tok.plus, Level.add, BinOp.add);
operator(Tok.minus, Level.add, BinOp.sub);
operator(Tok.star, Level.mul, BinOp.mul);
operator(Tok.slash, Level.mul, BinOp.div);
operator(Tok.percent, Level.mul, BinOp.rem);

/** Expression of operators of `level` and tighter. */
export function parseExpr(p: Parser, level: Level): NodeId {
  if (!p.enter()) {
    p.leave();
    return p.errorNode();
  }
  const node = operand(p, level);
  p.leave();
  return node;
}

function operand(p: Parser, level: Level): NodeId {
  let left = firstOperand(p);
  for (let steps = 0; ; steps++) {
    const kind = p.tok;
    const found = LEVEL[kind];
    if (found === 0 || found < level || endsHere(p, kind)) return left;
    if (steps === MAX_CHAIN) {
      p.tooDeep(MAX_CHAIN);
      return left;
    }
    if (found === Level.compare) {
      left = compare(p, left);
      continue;
    }
    const at = p.at;
    p.advance();
    if (found === Level.pipe) {
      left = pipeInto(p, operand(p, Level.coalesce), left);
      continue;
    }
    const right = found === Level.coalesce ? parseExpr(p, Level.coalesce) : operand(p, found + 1);
    left = p.node(Node.Binary, p.start[left], p.prevEnd, left, right, at, OP[kind]);
  }
}

/** Most operands are a name or a number without a postfix. */
function firstOperand(p: Parser): NodeId {
  const kind = p.tok;
  if (kind === Tok.ident) {
    if (POSTFIX[p.peek(1)] === 0) return ident(p, 0);
  } else if (kind === Tok.int && POSTFIX[p.peek(1)] === 0) return parseIntLiteral(p);
  return parseUnary(p);
}

/** Places where an operator token does not continue the expression. */
function endsHere(p: Parser, kind: Tok): boolean {
  if (kind === Tok.eqEq) return (p.header & Header.subject) !== 0 && p.peek(1) === Tok.lbrace;
  // `f() { … }` ended a statement; `*x` or `-x` on the next line begins another one.
  return (kind === Tok.star || kind === Tok.minus) && p.trailingEnd === p.i && p.newlineBefore();
}

/** One run of comparisons: Binary for one operator, Chain for several; `in` is an ordinary left-associative operator. */
function compare(p: Parser, first: NodeId): NodeId {
  const firstKind = p.tok;
  const firstAt = p.at;
  p.advance();
  const second = operand(p, Level.shift);
  const start = p.start[first];
  if (firstKind === Tok.kwIn || !continuesChain(p)) {
    return p.node(Node.Binary, start, p.prevEnd, first, second, firstAt, OP[firstKind]);
  }
  const mark = p.top;
  const ops = [OP[firstKind]];
  p.push(first);
  p.push(second);
  while (continuesChain(p)) {
    ops.push(OP[p.tok]);
    p.advance();
    p.push(operand(p, Level.shift));
  }
  const operands = p.list(mark);
  for (const op of ops) p.push(op);
  return p.node(Node.Chain, start, p.prevEnd, operands, p.list(mark));
}

function continuesChain(p: Parser): boolean {
  const kind = p.tok;
  return LEVEL[kind] === Level.compare && kind !== Tok.kwIn && !endsHere(p, kind);
}

/** Prefix operators, then a postfix expression. */
export function parseUnary(p: Parser): NodeId {
  const start = p.at;
  switch (p.tok) {
    case Tok.minus:
      return prefix(p, start, Node.Unary, UnOp.neg);
    case Tok.bang:
      return prefix(p, start, Node.Unary, UnOp.not);
    case Tok.tilde:
      return prefix(p, start, Node.Unary, UnOp.bitNot);
    case Tok.star:
      return prefix(p, start, Node.AddrOf, 0);
    case Tok.kwXx:
      return prefix(p, start, Node.Xx, 0);
    case Tok.kwTry:
      if (p.deferDepth > 0) {
        p.error('DEFER-JUMP', start, p.tokEnd[p.i], `\`try\` is not allowed inside ${cleanupWord(p)} body`);
      }
      return prefix(p, start, Node.Try, 0);
    default:
      return parsePostfix(p, parsePrimary(p));
  }
}

function prefix(p: Parser, start: number, kind: Node, flags: number): NodeId {
  if (!p.enter()) {
    p.leave();
    return p.errorNode();
  }
  p.advance();
  const inner = parseUnary(p);
  p.leave();
  return p.node(kind, start, p.prevEnd, inner, 0, 0, flags);
}

/** `value |> rhs`: the piped value becomes the first argument of the innermost head call of rhs. */
function pipeInto(p: Parser, rhs: NodeId, value: NodeId): NodeId {
  let parent = 0;
  let head = rhs;
  while (isPipeWrapper(p, head)) {
    parent = head;
    head = p.a[head];
  }
  const mark = p.top;
  p.push(value);
  if (p.kind[head] === Node.Call) {
    const args = p.b[head];
    const count = p.extraAt(args);
    for (let k = 1; k <= count; k++) p.push(p.extraAt(args + k));
    p.b[head] = p.list(mark);
    p.flags[head] |= CallFlag.piped;
    return rhs;
  }
  const call = p.node(
    Node.Call,
    p.start[head],
    p.end[head],
    head,
    p.list(mark),
    0,
    CallFlag.piped | CallFlag.pipedBare,
  );
  if (parent === 0) return call;
  p.a[parent] = call;
  return rhs;
}

function isPipeWrapper(p: Parser, node: NodeId): boolean {
  const kind = p.kind[node];
  if (kind === Node.Try || kind === Node.Catch) return true;
  return kind === Node.Binary && (p.flags[node] === BinOp.or || p.flags[node] === BinOp.coalesce);
}
