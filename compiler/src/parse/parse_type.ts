// Takes the parser at a type; gives Type* nodes (reference chapter 2, appendix) and the look-aheads about result types.
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Level } from './grammar.ts';
import { FnFlag, NameFlag, Node } from './node.ts';
import { Header, type Parser } from './parser.ts';
import { parseIntLiteral } from './parse_literal.ts';

/** A type. `where` names the position (field, parameter, variable …) for the message about multi-return signatures. */
export function parseType(p: Parser, where: string): NodeId {
  if (p.tok === Tok.ident) {
    const next = p.peek(1);
    if (next !== Tok.lparen && next !== Tok.dot) return typePath(p);
  }
  if (!p.enter()) {
    p.leave();
    return p.errorNode();
  }
  const node = typeBody(p, where);
  p.leave();
  return node;
}

/** The type after `->`: multi-return signatures are legal here. */
export function parseResultType(p: Parser): NodeId {
  return parseType(p, '');
}

function typeBody(p: Parser, where: string): NodeId {
  const start = p.at;
  switch (p.tok) {
    case Tok.star: {
      p.advance();
      const inner = parseType(p, where === '' ? 'pointer' : where);
      return p.node(Node.TypePtr, start, p.prevEnd, inner);
    }
    case Tok.question: {
      p.advance();
      const inner = parseType(p, where === '' ? 'optional' : where);
      return p.node(Node.TypeOptional, start, p.prevEnd, inner);
    }
    case Tok.questionQuestion: {
      p.advance();
      const inner = parseType(p, where === '' ? 'optional' : where);
      const nested = p.node(Node.TypeOptional, start + 1, p.prevEnd, inner);
      return p.node(Node.TypeOptional, start, p.prevEnd, nested);
    }
    case Tok.lbracket:
      return bracketType(p);
    case Tok.bang: {
      p.advance();
      const set = p.peek(0) === Tok.ident || p.peek(0) === Tok.raw ? typePath(p) : 0;
      return p.node(Node.TypeFail, start, p.prevEnd, set);
    }
    case Tok.dollar:
      return dollarType(p, true);
    case Tok.lparen:
      return parenType(p, where);
    case Tok.kwStruct:
      return p.g.structDef(p);
    case Tok.kwUnion:
      return p.g.unionDef(p);
    case Tok.kwEnum:
      return p.g.enumDef(p);
    case Tok.ident:
      if (p.peek(1) === Tok.lparen) {
        if (p.tokValue[p.i] === p.nameTuple) return tupleType(p);
        if (p.tokValue[p.i] === p.nameClosure) return closureType(p);
      }
      return namedType(p);
    case Tok.raw:
    case Tok.kwF32:
    case Tok.kwF64:
    case Tok.kwType:
    case Tok.kwSelf:
    case Tok.kwProtocol:
    case Tok.kwImpl:
    case Tok.kwUfcs:
      return namedType(p);
    default:
      p.expected('a type');
      return p.errorNode();
  }
}

/** At `[`: []T, [*]T, [:0]T, [N]T. Also used in expression position. */
export function bracketType(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  if (p.accept(Tok.rbracket)) {
    const elem = parseType(p, 'slice element');
    return p.node(Node.TypeSlice, start, p.prevEnd, elem);
  }
  if (p.tok === Tok.star && p.peek(1) === Tok.rbracket) {
    p.advance();
    p.advance();
    const elem = parseType(p, 'pointer');
    return p.node(Node.TypeManyPtr, start, p.prevEnd, elem);
  }
  if (p.tok === Tok.colon) {
    p.advance();
    let sentinel = 0;
    if (p.peek(0) === Tok.int) sentinel = parseIntLiteral(p);
    else p.expected('integer literal', "after '[:'");
    p.expect(Tok.rbracket);
    const elem = parseType(p, 'slice element');
    return p.node(Node.TypeSentinel, start, p.prevEnd, elem, sentinel);
  }
  const dim = exprInBrackets(p);
  p.expect(Tok.rbracket, 'after the array dimension');
  const elem = parseType(p, 'array element');
  return p.node(Node.TypeArray, start, p.prevEnd, elem, dim);
}

/** At `$`: $T, $T/P/Q, $xs[i]. */
export function dollarType(p: Parser, constraints: boolean): NodeId {
  const start = p.at;
  p.advance();
  if (!p.isName(p.tok)) {
    p.expected('identifier', "after '$'");
    return p.errorNode(start, p.prevEnd);
  }
  const name = p.tokValue[p.i];
  p.advance();
  if (p.tok === Tok.lbracket) {
    p.advance();
    const index = exprInBrackets(p);
    p.expect(Tok.rbracket);
    return p.node(Node.TypePackIndex, start, p.prevEnd, name, index);
  }
  const list = constraints ? constraintList(p) : 0;
  return p.node(Node.TypeGeneric, start, p.prevEnd, name, list);
}

/** `{ "/" proto }`. */
export function constraintList(p: Parser): number {
  const mark = p.top;
  while (p.tok === Tok.slash) {
    p.advance();
    p.push(p.isName(p.tok) ? namedType(p) : parseType(p, 'constraint'));
  }
  return p.list(mark);
}

/** Name { "." name }. */
export function typePath(p: Parser): NodeId {
  const start = p.at;
  let node = p.node(Node.TypeName, start, p.tokEnd[p.i], p.tokValue[p.i], 0, 0, p.tok === Tok.raw ? NameFlag.raw : 0);
  p.advance();
  while (p.tok === Tok.dot && (p.isName(p.peek(1)) || p.isKeyword(p.peek(1)))) {
    p.advance();
    const offset = p.at;
    const name = p.tokValue[p.i];
    p.advance();
    node = p.node(Node.TypePath, start, p.prevEnd, node, name, offset);
  }
  return node;
}

function namedType(p: Parser): NodeId {
  const start = p.at;
  const head = typePath(p);
  if (p.tok !== Tok.lparen) return head;
  p.advance();
  const mark = p.top;
  const outer = p.enterHeader(Header.none);
  while (p.peek(0) !== Tok.rparen && p.peek(0) !== Tok.eof) {
    p.push(typeArg(p));
    if (!p.accept(Tok.comma)) break;
  }
  p.header = outer;
  const args = p.list(mark);
  p.expect(Tok.rparen, 'after type arguments');
  return p.node(Node.TypeApply, start, p.prevEnd, head, args);
}

/** One argument of `Name(…)` in type position: a type if it reads as one up to `,` or `)`, else an expression. */
function typeArg(p: Parser): NodeId {
  const kind = p.tok;
  if (kind === Tok.dotDot) {
    const start = p.at;
    p.advance();
    const inner = parseType(p, 'generic argument');
    return p.node(Node.TypeSpread, start, p.prevEnd, inner);
  }
  if (kind === Tok.ident && (p.peek(1) === Tok.comma || p.peek(1) === Tok.rparen)) return typePath(p);
  if (startsType(kind) && !p.notType.has(p.i)) {
    const mark = p.save();
    let node = 0;
    const ok = p.attempt(() => {
      node = parseType(p, 'generic argument');
    });
    if (ok && (p.tok === Tok.comma || p.tok === Tok.rparen)) return node;
    const at = mark.i;
    p.restore(mark);
    p.notType.add(at);
    if (!startsValue(kind)) return parseType(p, 'generic argument');
  }
  return p.g.expr(p, Level.pipe);
}

function startsType(kind: Tok): boolean {
  switch (kind) {
    case Tok.star:
    case Tok.question:
    case Tok.questionQuestion:
    case Tok.lbracket:
    case Tok.bang:
    case Tok.dollar:
    case Tok.lparen:
    case Tok.kwStruct:
    case Tok.kwUnion:
    case Tok.kwEnum:
    case Tok.ident:
    case Tok.raw:
    case Tok.kwF32:
    case Tok.kwF64:
    case Tok.kwType:
    case Tok.kwSelf:
      return true;
    default:
      return false;
  }
}

/** Tokens that begin a type and may begin another expression as well. */
function startsValue(kind: Tok): boolean {
  return kind !== Tok.question && kind !== Tok.questionQuestion && kind !== Tok.kwStruct && kind !== Tok.kwUnion;
}

/** `[x:] T {"," …}` up to `)`, at the first token after `(`. */
function typeList(p: Parser, where: string): number {
  const mark = p.top;
  while (p.tok !== Tok.rparen && p.tok !== Tok.eof) {
    p.push(listEntry(p, where));
    if (!p.accept(Tok.comma)) break;
  }
  return p.list(mark);
}

function listEntry(p: Parser, where: string): NodeId {
  const start = p.at;
  if (p.accept(Tok.dotDot)) {
    const inner = parseType(p, where);
    return p.node(Node.TypeSpread, start, p.prevEnd, inner);
  }
  if ((p.isName(p.tok) || p.isKeyword(p.tok)) && p.peek(1) === Tok.colon) {
    const name = p.tokValue[p.i];
    p.advance();
    p.advance();
    const type = parseType(p, where);
    return p.node(Node.TypeNamed, start, p.prevEnd, name, type);
  }
  return parseType(p, where);
}

/** At `Tuple` `(`. Elements that are no types are kept as expressions: the checker names them. */
export function tupleType(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  p.advance();
  const mark = p.top;
  const outer = p.enterHeader(Header.none);
  while (p.tok !== Tok.rparen && p.tok !== Tok.eof) {
    const named = p.isName(p.tok) && p.peek(1) === Tok.colon;
    p.push(named || p.tok === Tok.dotDot ? listEntry(p, 'tuple element') : typeArg(p));
    if (!p.accept(Tok.comma)) break;
  }
  p.header = outer;
  const list = p.list(mark);
  p.expect(Tok.rparen, 'after tuple elements');
  return p.node(Node.TypeTuple, start, p.prevEnd, list);
}

/** At `Closure` `(`. */
export function closureType(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  p.advance();
  const list = typeList(p, 'closure parameter');
  p.expect(Tok.rparen, 'after closure parameters');
  const ret = p.accept(Tok.arrow) ? parseResultType(p) : 0;
  return p.node(Node.TypeClosure, start, p.prevEnd, list, ret);
}

/** At the `(` of `(A, B) -> R [abi(.c)]`. Also used in expression position. */
export function fnType(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  const list = typeList(p, 'function type parameter');
  p.expect(Tok.rparen, 'after parameter types');
  p.expect(Tok.arrow);
  const ret = parseResultType(p);
  let flags = 0;
  if (p.tok === Tok.kwAbi && abiIsPartOfType(p)) flags = parseAbi(p).flags;
  return p.node(Node.TypeFn, start, p.prevEnd, list, ret, 0, flags);
}

/** `abi(.c)` right before a body or linkage belongs to the function being declared, not to its result type. */
function abiIsPartOfType(p: Parser): boolean {
  const after = p.peek(1) === Tok.lparen ? p.afterMatch(p.i + 1) : Tok.eof;
  return !startsBody(after);
}

export function startsBody(kind: Tok): boolean {
  return (
    kind === Tok.lbrace ||
    kind === Tok.fatArrow ||
    kind === Tok.kwExtern ||
    kind === Tok.kwExport ||
    kind === Tok.kwIntrinsic
  );
}

/** At `abi`: `abi(.c)` or `abi(.naked)`. */
export function parseAbi(p: Parser): { flags: number; name: number } {
  p.advance();
  p.expect(Tok.lparen, "after 'abi'");
  p.expect(Tok.dot, "in 'abi(.c)'");
  const start = p.at;
  if (!p.isName(p.tok) && !p.isKeyword(p.tok)) {
    p.expected('identifier', "in 'abi(.c)'");
    return { flags: 0, name: 0 };
  }
  const name = p.tokValue[p.i];
  const text = p.names.text(name);
  let flags = 0;
  if (text === 'c') flags = FnFlag.abiC;
  else if (text === 'naked') flags = FnFlag.abiNaked;
  else {
    p.error('ABI-UNKNOWN', start, p.tokEnd[p.i], `unknown calling convention '.${text}': expected '.c' or '.naked'`);
  }
  p.advance();
  p.expect(Tok.rparen, 'after the calling convention');
  return { flags, name };
}

/** `(` in type position: function type, `()`, grouping, or a multi-return signature. */
function parenType(p: Parser, where: string): NodeId {
  if (p.afterMatch() === Tok.arrow) return fnType(p);
  const start = p.at;
  p.advance();
  if (p.accept(Tok.rparen)) return p.node(Node.TypeUnit, start, p.prevEnd);
  if (p.tok === Tok.dotDot) {
    p.error('SYNTAX', start, p.tokEnd[p.i], "'(..Ts)' is not a type: a tuple type is written 'Tuple( … )'");
    return skipGroup(p, start);
  }
  const mark = p.top;
  let single = 0;
  let named = false;
  let trailingComma = false;
  while (p.tok !== Tok.rparen && p.tok !== Tok.eof) {
    const slotStart = p.at;
    let name = 0;
    if ((p.isName(p.tok) || p.isKeyword(p.tok)) && p.peek(1) === Tok.colon) {
      name = p.tokValue[p.i];
      named = true;
      p.advance();
      p.advance();
    }
    single = parseType(p, 'result slot');
    let init = 0;
    if (p.accept(Tok.eq)) {
      named = true;
      init = exprInBrackets(p);
    }
    p.push(p.node(Node.RetSlot, slotStart, p.prevEnd, name, single, init));
    trailingComma = p.tok === Tok.comma;
    if (!p.accept(Tok.comma)) break;
  }
  const count = p.top - mark;
  p.expect(Tok.rparen, 'in type');
  if (count === 1 && trailingComma) {
    p.top = mark;
    p.errorAt('SYNTAX', start, p.prevEnd, "'(T,)' is not a type: a tuple type is written 'Tuple( … )'");
    return p.errorNode(start, p.prevEnd);
  }
  if (count === 1 && !named) {
    p.top = mark;
    return p.node(Node.TypeGroup, start, p.prevEnd, single);
  }
  const list = p.list(mark);
  if (where !== '') {
    p.errorAt(
      'SYNTAX',
      start,
      p.prevEnd,
      `a multi-return signature is only allowed after '->', not as the type of a ${where}: use 'Tuple(…)'`,
    );
    return p.errorNode(start, p.prevEnd);
  }
  return p.node(Node.TypeMulti, start, p.prevEnd, list);
}

function skipGroup(p: Parser, start: number): NodeId {
  while (p.tok !== Tok.rparen && p.tok !== Tok.eof && p.tok !== Tok.semi && p.tok !== Tok.rbrace) p.advance();
  p.accept(Tok.rparen);
  return p.errorNode(start, p.prevEnd);
}

/** An expression inside brackets: what a header forbids is allowed there. */
export function exprInBrackets(p: Parser): NodeId {
  const outer = p.enterHeader(Header.none);
  const node = p.g.expr(p, Level.pipe);
  p.header = outer;
  return node;
}

/** The same for a type. */
export function typeInBrackets(p: Parser, where: string): NodeId {
  const outer = p.enterHeader(Header.none);
  const node = parseType(p, where);
  p.header = outer;
  return node;
}

/**
 * Index of the token after the result type that starts at token `index` (right after `->`), 0 when none parses there.
 * Remembered per token, so that nested look-aheads stay linear.
 */
export function resultTypeEnd(p: Parser, index: number): number {
  // Most result types are one word.
  if (p.tokKind[index] === Tok.ident && startsBody(p.tokKind[index + 1])) return index + 1;
  const known = p.resultEnd.get(index);
  if (known !== undefined) return known;
  const mark = p.save();
  p.moveTo(index);
  let end = 0;
  const ok = p.attempt(() => {
    parseResultType(p);
  });
  if (ok) end = p.i;
  p.restore(mark);
  p.resultEnd.set(index, end);
  return end;
}
