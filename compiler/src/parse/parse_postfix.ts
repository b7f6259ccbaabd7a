// Takes the parser after a primary; gives calls, indexing, members, casts, typed literals, `!`, `?.` and `catch`.
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Level } from './grammar.ts';
import { CatchForm, FnFlag, Node, RangeOp } from './node.ts';
import { Header, MAX_CHAIN, type Parser } from './parser.ts';
import { parseArgs, parseArrayLit, parseStructLit } from './parse_args.ts';
import { parseType, typeInBrackets } from './parse_type.ts';

/** The tokens that go on from a primary (0 = none). */
export const POSTFIX = new Uint8Array(Tok.count);
for (const kind of [Tok.lparen, Tok.lbracket, Tok.dot, Tok.questionDot, Tok.bang, Tok.kwCatch]) POSTFIX[kind] = 1;

export function parsePostfix(p: Parser, primary: NodeId): NodeId {
  let node = primary;
  for (let steps = 0; ; steps++) {
    const start = p.start[node];
    if (steps === MAX_CHAIN) {
      p.tooDeep(MAX_CHAIN);
      return node;
    }
    switch (p.tok) {
      case Tok.lparen: {
        if ((p.header & Header.capture) !== 0 && isCapture(p)) return node;
        node = call(p, start, node);
        if (p.trailingEnd === p.i) {
          if (continuesChain(p)) {
            p.error('TRAILING-CHAIN', p.at, p.tokEnd[p.i], 'a trailing block ends the call chain').help(
              'bind the result to a name first',
            );
            continue;
          }
          return node;
        }
        continue;
      }
      case Tok.lbracket:
        node = index(p, start, node);
        continue;
      case Tok.dot:
        node = member(p, start, node);
        continue;
      case Tok.questionDot:
        node = optMember(p, start, node);
        continue;
      case Tok.bang:
        p.advance();
        node = p.node(Node.Unwrap, start, p.prevEnd, node);
        continue;
      case Tok.kwCatch:
        node = catchExpr(p, start, node);
        continue;
      default:
        return node;
    }
  }
}

/** In a for header the paren group directly before `{` or `=>` is the capture. */
export function isCapture(p: Parser): boolean {
  const after = p.afterMatch();
  return after === Tok.lbrace || after === Tok.fatArrow;
}

function call(p: Parser, start: number, callee: NodeId): NodeId {
  p.advance();
  const args = parseArgs(p, Tok.rparen, false);
  p.expect(Tok.rparen, 'after arguments');
  let trailing = 0;
  if (p.tok === Tok.lbrace && p.header === Header.none && !p.newlineBefore()) {
    trailing = p.g.fnLiteral(p, FnFlag.lambda | FnFlag.trailing | FnFlag.noParams);
    p.trailingEnd = p.i;
  }
  return p.node(Node.Call, start, p.prevEnd, callee, args, trailing);
}

/** After a trailing block: a postfix operator on the line of its `}`. */
function continuesChain(p: Parser): boolean {
  switch (p.tok) {
    case Tok.dot:
    case Tok.questionDot:
    case Tok.lbracket:
    case Tok.lparen:
    case Tok.bang:
    case Tok.kwCatch:
      return !p.newlineBefore();
    default:
      return false;
  }
}

/** RangeOp of a range token, 0 = none. */
export function rangeOp(kind: Tok): RangeOp {
  return kind >= Tok.dotDot && kind <= Tok.eqDotDotLt ? kind - Tok.dotDot + 1 : RangeOp.none;
}

function index(p: Parser, start: number, base: NodeId): NodeId {
  p.advance();
  let lo = 0;
  let hi = 0;
  const outer = p.enterHeader(Header.none);
  if (rangeOp(p.tok) === RangeOp.none) lo = p.g.expr(p, Level.pipe);
  const op = rangeOp(p.tok);
  if (op !== RangeOp.none) {
    const opStart = p.at;
    p.advance();
    if (p.tok !== Tok.rbracket) hi = p.g.expr(p, Level.pipe);
    else if ((op - 1) % 3 !== 0) {
      p.error('FOR-RANGE-END', opStart, p.prevEnd, 'an explicit end marker needs an end: write the upper bound');
    }
  }
  p.header = outer;
  p.expect(Tok.rbracket, 'after the index');
  if (op === RangeOp.none) return p.node(Node.Index, start, p.prevEnd, base, lo);
  return p.node(Node.Slice, start, p.prevEnd, base, lo, hi, op);
}

function member(p: Parser, start: number, base: NodeId): NodeId {
  p.advance();
  const kind = p.tok;
  const offset = p.at;
  if (p.isName(kind) || p.isKeyword(kind)) {
    const name = p.tokValue[p.i];
    p.advance();
    return p.node(Node.Member, start, p.prevEnd, base, name, offset);
  }
  switch (kind) {
    case Tok.star:
      p.advance();
      return p.node(Node.Deref, start, p.prevEnd, base);
    case Tok.starEq:
      p.error('SYNTAX', offset, p.tokEnd[p.i], "expected a member, found '*=': write 'p.* = v' with a space");
      p.advance();
      return p.node(Node.Deref, start, p.prevEnd, base);
    case Tok.lparen: {
      p.advance();
      const outer = p.enterHeader(Header.none);
      const type = parseType(p, 'cast');
      const alloc = p.accept(Tok.comma) ? p.g.expr(p, Level.pipe) : 0;
      p.header = outer;
      p.expect(Tok.rparen, 'after the target type');
      return p.node(Node.Cast, start, p.prevEnd, base, type, alloc);
    }
    case Tok.lbrace:
      return parseStructLit(p, start, base);
    case Tok.lbracket:
      return parseArrayLit(p, start, base);
    case Tok.int:
    case Tok.float:
      return tupleIndex(p, start, base, Node.TupleIndex);
    default:
      p.expected('a member name', "after '.'");
      return p.node(Node.Error, start, p.prevEnd);
  }
}

/** `x.0`; `x.0.1` lexes as one float and is split here. */
function tupleIndex(p: Parser, start: number, base: NodeId, kind: Node): NodeId {
  const offset = p.at;
  const text = p.sourceText(offset, p.tokEnd[p.i]).replaceAll('_', '');
  const end = p.tokEnd[p.i];
  const dot = p.tok === Tok.float ? text.indexOf('.') : -1;
  p.advance();
  if (dot < 0) return p.node(kind, start, end, base, Number(text) | 0, offset);
  const first = p.node(kind, start, offset + dot, base, Number(text.slice(0, dot)) | 0, offset);
  return p.node(Node.TupleIndex, start, end, first, Number(text.slice(dot + 1)) | 0, offset + dot + 1);
}

function optMember(p: Parser, start: number, base: NodeId): NodeId {
  p.advance();
  const kind = p.tok;
  const offset = p.at;
  if (p.isName(kind) || p.isKeyword(kind)) {
    const name = p.tokValue[p.i];
    p.advance();
    return p.node(Node.OptMember, start, p.prevEnd, base, name, offset);
  }
  if (kind === Tok.int || kind === Tok.float) return tupleIndex(p, start, base, Node.OptTupleIndex);
  if (kind === Tok.lparen) {
    p.advance();
    const type = typeInBrackets(p, 'cast');
    p.expect(Tok.rparen, 'after the target type');
    return p.node(Node.OptCast, start, p.prevEnd, base, type);
  }
  p.expected('a member name', "after '?.'");
  return p.node(Node.Error, start, p.prevEnd);
}

function catchExpr(p: Parser, start: number, operand: NodeId): NodeId {
  p.advance();
  if (p.tok === Tok.lbrace) {
    const block = p.g.block(p);
    return p.node(Node.Catch, start, p.prevEnd, operand, block, 0, CatchForm.block);
  }
  if (p.tok !== Tok.lparen) {
    if (p.isName(p.tok)) {
      const name = p.names.text(p.tokValue[p.i]);
      p.error('CATCH-PARENS', p.at, p.tokEnd[p.i], `the catch error binding needs parens: write 'catch (${name})'`);
      p.advance();
      const handler = p.peek(0) === Tok.lbrace ? p.g.block(p) : p.errorNode();
      return p.node(Node.Catch, start, p.prevEnd, operand, handler);
    }
    p.expected("'{' or '(name)'", "after 'catch'");
    return p.node(Node.Error, start, p.prevEnd);
  }
  p.advance();
  const offset = p.at;
  const nameEnd = p.tokEnd[p.i];
  const raw = p.peek(0) === Tok.raw ? 2 : 0;
  const name = p.bindsName(p.tok) ? p.tokValue[p.i] : 0;
  if (name === 0) {
    p.expected('identifier', "in 'catch (name)'");
    return p.node(Node.Error, start, p.prevEnd);
  }
  p.advance();
  p.expect(Tok.rparen, 'after the error binding');
  const bind = p.rec3(name, offset, 0);
  if (p.peek(0) === Tok.eqEq && p.peek(1) === Tok.lbrace) {
    p.advance();
    const subject = p.node(Node.Ident, offset, nameEnd, name, 0, 0, raw);
    const match = p.g.matchBody(p, offset, subject, false, false);
    return p.node(Node.Catch, start, p.prevEnd, operand, match, bind, CatchForm.match);
  }
  if (p.peek(0) === Tok.lbrace) {
    const block = p.g.block(p);
    return p.node(Node.Catch, start, p.prevEnd, operand, block, bind, CatchForm.block);
  }
  const handler = p.g.expr(p, Level.pipe);
  return p.node(Node.Catch, start, p.prevEnd, operand, handler, bind, CatchForm.expr);
}
