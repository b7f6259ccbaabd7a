// Takes the parser at a member name; gives the name (keywords included) and parses `name :: …` members.
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Level } from './grammar.ts';
import { DeclFlag, NameFlag, Node } from './node.ts';
import type { Parser } from './parser.ts';
import { inlineMember } from './parse_args.ts';

/** True when the current token may name a member (`inline` too: it is reported when consumed). */
export function atMemberName(p: Parser): boolean {
  return p.isName(p.tok) || p.isKeyword(p.tok);
}

/** Consumes a member name as a Name node. */
export function memberName(p: Parser): NodeId {
  if (p.tok === Tok.kwInline) inlineMember(p);
  const flags = p.tok === Tok.raw ? NameFlag.raw : 0;
  const node = p.node(Node.Name, p.at, p.tokEnd[p.i], p.tokValue[p.i], 0, 0, flags);
  p.advance();
  return node;
}

/** At `name ::` of a member: ConstDecl. */
export function constMember(p: Parser): NodeId {
  const start = p.at;
  const name = memberName(p);
  p.expect(Tok.colonColon);
  const value = p.g.constValue(p, true);
  const flags = (p.flags[name] & NameFlag.raw) !== 0 ? DeclFlag.raw : 0;
  return p.node(Node.ConstDecl, start, p.end[value], p.a[name], value, 0, flags);
}

/** At `name {, name} :` of a field, or `name : T : value` of a typed constant. */
export function fieldMember(p: Parser): NodeId {
  const start = p.at;
  const mark = p.top;
  for (;;) {
    if (!atMemberName(p)) {
      p.expected('a member name');
      break;
    }
    p.push(memberName(p));
    if (!p.accept(Tok.comma)) break;
  }
  const first = p.top > mark ? p.stack[mark] : 0;
  const count = p.top - mark;
  const names = p.list(mark);
  if (!p.expect(Tok.colon, 'after the member name')) return p.node(Node.Error, start, p.prevEnd);
  const type = p.g.type(p, 'field');
  if (count === 1 && p.accept(Tok.colon)) {
    const value = p.g.expr(p, Level.pipe);
    const node = p.node(Node.ConstDecl, start, p.prevEnd, p.a[first], value, type, p.flags[first]);
    p.accept(Tok.semi);
    return node;
  }
  const init = p.accept(Tok.eq) ? p.g.expr(p, Level.pipe) : 0;
  const node = p.node(Node.Field, start, p.prevEnd, names, type, init);
  p.accept(Tok.semi);
  return node;
}

/** After a member that did not parse: to the `;` or `}` that ends it. */
export function recoverMember(p: Parser): void {
  while (p.tok !== Tok.eof && p.tok !== Tok.rbrace) {
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
