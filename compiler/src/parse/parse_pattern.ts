// Takes the parser after `case`; gives the pattern node: one primary without postfix (reference 4.11).
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { NameFlag, Node } from './node.ts';
import type { Parser } from './parser.ts';
import { parseLiteral } from './parse_literal.ts';
import { closureType, parseType, tupleType, typePath } from './parse_type.ts';

export function parsePattern(p: Parser): NodeId {
  if (!p.enter()) {
    p.leave();
    return p.errorNode();
  }
  const node = pattern(p);
  p.leave();
  return node;
}

function pattern(p: Parser): NodeId {
  const start = p.at;
  const kind = p.tok;
  switch (kind) {
    case Tok.dot: {
      p.advance();
      const offset = p.at;
      if (!p.isName(p.tok) && !p.isKeyword(p.tok)) {
        p.expected('a variant name', "after '.'");
        return p.errorNode(start, p.prevEnd);
      }
      const name = p.tokValue[p.i];
      p.advance();
      return p.node(Node.EnumLit, start, p.prevEnd, name, offset);
    }
    case Tok.int:
    case Tok.char:
    case Tok.kwTrue:
    case Tok.kwFalse:
      return parseLiteral(p);
    case Tok.kwStruct:
    case Tok.kwEnum:
    case Tok.kwUnion:
      if (p.peek(1) !== Tok.colon) return parseType(p, 'pattern');
      return word(p);
    case Tok.kwF32:
    case Tok.kwF64:
    case Tok.kwType:
    case Tok.kwSelf:
    case Tok.kwProtocol:
      return word(p);
    case Tok.ident:
    case Tok.raw:
      if (p.peek(1) === Tok.lparen) {
        if (kind === Tok.ident && p.tokValue[p.i] === p.nameTuple) return tupleType(p);
        if (kind === Tok.ident && p.tokValue[p.i] === p.nameClosure) return closureType(p);
        return parseType(p, 'pattern');
      }
      return p.peek(1) === Tok.dot ? typePath(p) : word(p);
    case Tok.lbracket:
    case Tok.question:
    case Tok.questionQuestion:
    case Tok.star:
      return parseType(p, 'pattern');
    case Tok.lparen: {
      p.advance();
      const inner = parsePattern(p);
      p.expect(Tok.rparen);
      return p.node(Node.Paren, start, p.prevEnd, inner);
    }
    default: {
      p.expected('a pattern', "after 'case'");
      while (p.tok !== Tok.colon && p.tok !== Tok.semi && p.tok !== Tok.rbrace && p.tok !== Tok.eof)
        p.advance();
      return p.errorNode(start, p.prevEnd);
    }
  }
}

function word(p: Parser): NodeId {
  const flags = p.tok === Tok.raw ? NameFlag.raw : 0;
  const node = p.node(Node.Ident, p.at, p.tokEnd[p.i], p.tokValue[p.i], 0, 0, flags);
  p.advance();
  return node;
}
