// Takes the parser at a primary expression; gives its node: names, literals, parenthesised forms, blocks, jumps.
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Level } from './grammar.ts';
import { FnFlag, NameFlag, Node } from './node.ts';
import { Header, type Parser } from './parser.ts';
import { parseArrayLit, parseStructLit } from './parse_args.ts';
import { parseLiteral } from './parse_literal.ts';
import {
  bracketType,
  closureType,
  dollarType,
  fnType,
  exprInBrackets,
  parseType,
  resultTypeEnd,
  tupleType,
} from './parse_type.ts';

export function parsePrimary(p: Parser): NodeId {
  const start = p.at;
  switch (p.tok) {
    case Tok.ident:
      if (p.peek(1) === Tok.lparen) {
        if (p.tokValue[p.i] === p.nameTuple) return tupleType(p);
        if (p.tokValue[p.i] === p.nameClosure) return closureType(p);
      }
      return ident(p, 0);
    case Tok.raw:
      return ident(p, NameFlag.raw);
    case Tok.kwF32:
    case Tok.kwF64:
    case Tok.kwType:
    case Tok.kwSelf:
    case Tok.kwProtocol:
    case Tok.kwImpl:
    case Tok.kwUfcs:
      return ident(p, 0);
    case Tok.lparen:
      return p.g.paren(p);
    case Tok.lbrace:
      return p.g.block(p);
    case Tok.dot:
      return dotForm(p);
    case Tok.kwIf:
      return p.g.ifExpr(p, false, false);
    case Tok.kwWhile:
      return p.g.whileExpr(p);
    case Tok.kwFor:
      return p.g.forExpr(p, false);
    case Tok.kwInline:
      if (p.peek(1) === Tok.kwIf || p.peek(1) === Tok.kwFor) {
        p.advance();
        return p.peek(0) === Tok.kwIf ? p.g.ifExpr(p, true, false) : p.g.forExpr(p, true);
      }
      break;
    case Tok.kwPush:
      return parsePush(p);
    case Tok.kwBreak:
      return jump(p, Node.Break, 'break');
    case Tok.kwContinue:
      return jump(p, Node.Continue, 'continue');
    case Tok.kwReturn:
      return returnExpr(p);
    case Tok.kwRaise: {
      p.error('SYNTAX', start, p.tokEnd[p.i], '`raise` is a statement: it cannot stand in an expression, use a block');
      p.advance();
      const inner = p.g.expr(p, Level.pipe);
      return p.node(Node.Error, start, p.end[inner]);
    }
    case Tok.kwStruct:
      return p.g.structDef(p);
    case Tok.kwUnion:
      return p.g.unionDef(p);
    case Tok.kwEnum:
      return p.g.enumDef(p);
    case Tok.question:
    case Tok.questionQuestion:
      return parseType(p, 'optional');
    case Tok.lbracket:
      return bracketType(p);
    case Tok.dollar:
      return dollarType(p, false);
    case Tok.hashRun: {
      p.advance();
      const inner = p.g.expr(p, Level.pipe);
      return p.node(Node.Run, start, p.prevEnd, inner);
    }
    case Tok.hashInsert: {
      p.advance();
      const inner = p.g.expr(p, Level.pipe);
      return p.node(Node.Insert, start, p.prevEnd, inner);
    }
    case Tok.hashCallerLocation:
      p.advance();
      return p.node(Node.CallerLocation, start, p.prevEnd);
    case Tok.hashFfi:
      return p.g.ffiExpr(p);
    case Tok.kwAsm:
      return p.g.asmExpr(p, false);
    case Tok.kwError:
      return errorTag(p);
    default: {
      const literal = parseLiteral(p);
      if (literal !== 0) return literal;
    }
  }
  p.expected('an expression');
  return p.errorNode();
}

export function ident(p: Parser, flags: number): NodeId {
  const node = p.node(Node.Ident, p.at, p.tokEnd[p.i], p.tokValue[p.i], 0, 0, flags);
  p.advance();
  return node;
}

/** True when the token can begin an expression (used after `return`). */
export function startsExpr(kind: Tok): boolean {
  switch (kind) {
    case Tok.eof:
    case Tok.semi:
    case Tok.comma:
    case Tok.rparen:
    case Tok.rbracket:
    case Tok.rbrace:
    case Tok.colon:
    case Tok.kwElse:
    case Tok.kwThen:
    case Tok.kwCase:
      return false;
    default:
      return true;
  }
}

/** `.name`, `.{ … }`, `.[ … ]`. */
function dotForm(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  const kind = p.tok;
  const offset = p.at;
  if (p.isName(kind) || p.isKeyword(kind)) {
    const name = p.tokValue[p.i];
    p.advance();
    return p.node(Node.EnumLit, start, p.prevEnd, name, offset);
  }
  if (kind === Tok.lbrace) return parseStructLit(p, start, 0);
  if (kind === Tok.lbracket) return parseArrayLit(p, start, 0);
  if (kind === Tok.lparen) {
    p.error(
      'SYNTAX',
      start,
      p.tokEnd[p.i],
      "'.( … )' is not a literal: write '.{ … }' for a value, 'Tuple(…)' for a type",
    );
    return p.errorNode(start, p.tokEnd[p.i]);
  }
  p.expected("a name, '{' or '['", "after '.'");
  return p.errorNode(start, p.prevEnd);
}

function errorTag(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  if (!p.expect(Tok.dot, "after 'error'")) return p.errorNode(start, p.prevEnd);
  const offset = p.at;
  if (!p.isName(p.tok) && !p.isKeyword(p.tok)) {
    p.expected('an error tag', "after 'error.'");
    return p.errorNode(start, p.prevEnd);
  }
  const name = p.tokValue[p.i];
  p.advance();
  return p.node(Node.ErrorTag, start, p.prevEnd, name, offset);
}

/** At `push`. */
export function parsePush(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  const outer = p.enterHeader(Header.noBlocks);
  const value = p.g.expr(p, Level.pipe);
  p.header = outer;
  const body = p.g.block(p);
  return p.node(Node.Push, start, p.prevEnd, value, body);
}

/** What an `onfail` body adds to the parser's cleanup depth; a `defer` body adds 1. */
export const IN_ONFAIL = 1 << 16;

export const cleanupWord = (p: Parser): string => (p.deferDepth >= IN_ONFAIL ? 'an `onfail`' : 'a `defer`');

/** `break` / `continue` at the current token; reports bad places. */
export function jump(p: Parser, kind: Node, word: string): NodeId {
  const start = p.at;
  const end = p.tokEnd[p.i];
  if (p.deferDepth > 0) p.error('DEFER-JUMP', start, end, `\`${word}\` is not allowed inside ${cleanupWord(p)} body`);
  else if (p.loopDepth === 0) p.error('LOOP-JUMP', start, end, `\`${word}\` outside a loop`);
  p.advance();
  return p.node(kind, start, end);
}

/** `return [e]` in an expression. */
function returnExpr(p: Parser): NodeId {
  const start = p.at;
  checkReturnPlace(p);
  p.advance();
  const mark = p.top;
  if (startsExpr(p.tok)) p.push(p.g.expr(p, Level.pipe));
  const values = p.list(mark);
  return p.node(Node.Return, start, p.prevEnd, values);
}

export function checkReturnPlace(p: Parser): void {
  if (p.deferDepth > 0) {
    p.error('DEFER-JUMP', p.at, p.tokEnd[p.i], `\`return\` is not allowed inside ${cleanupWord(p)} body`);
  }
}

/** `(`: lambda, function type or grouping (reference chapter 4, end of the appendix). */
export function parseParen(p: Parser): NodeId {
  const close = p.closing();
  if (close !== 0) {
    const form = parenForm(p, close);
    if (form === 1) return p.g.fnLiteral(p, FnFlag.lambda);
    if (form === 2) return fnType(p);
  }
  return group(p);
}

/** 0 = grouping, 1 = lambda, 2 = function type. */
function parenForm(p: Parser, close: number): number {
  const after = p.tokKind[close + 1];
  switch (after) {
    case Tok.fatArrow:
      return (p.header & Header.capture) !== 0 ? 0 : 1;
    case Tok.lbrace:
      return p.header === Header.none && beginsParams(p) ? 1 : 0;
    case Tok.kwAbi:
      return bodyAfterAbi(p, close + 1) ? 1 : 0;
    case Tok.arrow: {
      const end = resultTypeEnd(p, close + 2);
      if (end === 0) return 2;
      const next = p.tokKind[end];
      if (next === Tok.fatArrow || next === Tok.lbrace) return 1;
      return next === Tok.kwAbi && bodyAfterAbi(p, end) ? 1 : 2;
    }
    default:
      return 0;
  }
}

function bodyAfterAbi(p: Parser, abi: number): boolean {
  if (p.tokKind[abi + 1] !== Tok.lparen) return false;
  const next = p.afterMatch(abi + 1);
  return next === Tok.fatArrow || next === Tok.lbrace;
}

/** `()`, `(x:`, `(x,`, `(x)`, `($T`, `(..xs`. */
function beginsParams(p: Parser): boolean {
  const first = p.peek(1);
  if (first === Tok.rparen || first === Tok.dollar || first === Tok.dotDot) return true;
  const second = p.peek(2);
  return p.isName(first) && (second === Tok.colon || second === Tok.comma || second === Tok.rparen);
}

function group(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  if (p.tok === Tok.rparen) {
    p.error('SYNTAX', start, p.tokEnd[p.i], "'()' is not a value: write '.{ … }' for a value, 'Tuple(…)' for a type");
    p.advance();
    return p.errorNode(start, p.prevEnd);
  }
  const inner = exprInBrackets(p);
  if (p.tok === Tok.comma || p.tok === Tok.colon) {
    const what = p.tok === Tok.comma ? "'(a, b)'" : "'(x: e)'";
    p.error(
      'SYNTAX',
      start,
      p.tokEnd[p.i],
      `${what} is not a value: write '.{ … }' for a value, 'Tuple(…)' for a type (a multi-return signature is no generic argument)`,
    );
    return p.errorNode(start, p.prevEnd);
  }
  p.expect(Tok.rparen);
  return p.node(Node.Paren, start, p.prevEnd, inner);
}
