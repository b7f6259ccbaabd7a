// Takes the parser inside `( )`, `{ }` or `[ ]`; gives argument lists, struct literals and array literals.
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Level } from './grammar.ts';
import { Node, StructLitFlag } from './node.ts';
import { Header, type Parser } from './parser.ts';

/** Arguments up to `closer` (not consumed). In literals every keyword but `inline` may be a field name before `=`. */
export function parseArgs(p: Parser, closer: Tok, literal: boolean): number {
  const mark = p.top;
  const outer = p.enterHeader(Header.none);
  while (p.tok !== closer && p.tok !== Tok.eof) {
    p.push(argument(p, literal));
    if (!p.accept(Tok.comma)) break;
  }
  p.header = outer;
  return p.list(mark);
}

function argument(p: Parser, literal: boolean): NodeId {
  const start = p.at;
  const kind = p.tok;
  if (kind === Tok.dotDot) {
    p.advance();
    const inner = p.g.expr(p, Level.pipe);
    return p.node(Node.Spread, start, p.prevEnd, inner);
  }
  if (p.peek(1) === Tok.eq && (p.isName(kind) || (literal && p.isKeyword(kind)))) {
    if (kind === Tok.kwInline) inlineMember(p);
    return namedArg(p);
  }
  return p.g.expr(p, Level.pipe);
}

/** At `name =`. */
export function namedArg(p: Parser): NodeId {
  const start = p.at;
  const name = p.tokValue[p.i];
  p.advance();
  p.advance();
  const value = p.g.expr(p, Level.pipe);
  return p.node(Node.NamedArg, start, p.prevEnd, name, value);
}

/** Reports the word `inline` as a member name (the cursor stays). */
export function inlineMember(p: Parser): void {
  p.error('INLINE-MEMBER', p.at, p.tokEnd[p.i], "'inline' cannot name a member bare: write '`inline' with a backtick");
}

/** At the `{` of `T.{ … }` or `.{ … }`; `type` 0 = untyped. An init block may follow. */
export function parseStructLit(p: Parser, start: number, type: NodeId): NodeId {
  p.advance();
  const args = parseArgs(p, Tok.rbrace, true);
  const flags = p.tokKind[p.i - 1] === Tok.comma ? StructLitFlag.trailingComma : 0;
  p.expect(Tok.rbrace, 'after the literal');
  let init = 0;
  if (p.tok === Tok.lbrace && (p.header & Header.noBlocks) === 0) init = p.g.block(p);
  return p.node(Node.StructLit, start, p.prevEnd, type, args, init, flags);
}

/** At the `[` of `T.[ … ]` or `.[ … ]`. */
export function parseArrayLit(p: Parser, start: number, type: NodeId): NodeId {
  p.advance();
  const mark = p.top;
  const outer = p.enterHeader(Header.none);
  while (p.tok !== Tok.rbracket && p.tok !== Tok.eof) {
    p.push(p.g.expr(p, Level.pipe));
    if (!p.accept(Tok.comma)) break;
  }
  p.header = outer;
  const elements = p.list(mark);
  p.expect(Tok.rbracket, 'after the array literal');
  return p.node(Node.ArrayLit, start, p.prevEnd, type, elements);
}
