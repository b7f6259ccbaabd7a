// Takes the parser at struct, enum or union; gives their definition nodes (named, local and inline alike).
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Level } from './grammar.ts';
import { EnumFlag, Node } from './node.ts';
import { Header, type Parser } from './parser.ts';
import { parseParams } from './parse_fn.ts';
import { atMemberName, constMember, fieldMember, memberName, recoverMember } from './parse_member.ts';
import { parseAbi, parseType, typePath } from './parse_type.ts';

export function parseStructDef(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  const abi = p.tok === Tok.kwAbi ? parseAbi(p).name : 0;
  const params = p.tok === Tok.lparen ? parseParams(p) : 0;
  const members = memberBlock(p, structMember);
  return p.node(Node.StructDef, start, p.prevEnd, params, members, abi);
}

/** `{ member … }`: returns the list. */
export function memberBlock(p: Parser, member: (p: Parser) => NodeId): number {
  if (!p.enter()) {
    p.leave();
    return 0;
  }
  p.expect(Tok.lbrace);
  const outer = p.enterHeader(Header.none);
  const mark = p.top;
  while (p.tok !== Tok.rbrace && p.tok !== Tok.eof) {
    const before = p.i;
    const errors = p.errorCount;
    p.push(member(p));
    if (p.errorCount > errors && p.muted === 0) recoverMember(p);
    if (p.i === before) p.advance();
  }
  const list = p.list(mark);
  p.header = outer;
  p.expect(Tok.rbrace);
  p.leave();
  return list;
}

function structMember(p: Parser): NodeId {
  const start = p.at;
  if (p.tok === Tok.hashUsing) {
    p.advance();
    let type = 0;
    if (p.isName(p.tok)) type = typePath(p);
    else p.expected('a struct name', "after '#using'");
    const node = p.node(Node.Using, start, p.prevEnd, type);
    p.accept(Tok.semi);
    return node;
  }
  if (p.tok === Tok.kwPrivate && atMemberAfterPrivate(p)) {
    p.error(
      'PRIV-PLACE',
      start,
      p.tokEnd[p.i],
      "'private' is only allowed on module-scope declarations, not on struct members",
    );
    p.advance();
  }
  if (!atMemberName(p)) {
    p.expected('a member name');
    return p.errorNode();
  }
  return p.peek(1) === Tok.colonColon ? constMember(p) : fieldMember(p);
}

/** `private name …` (a field called private is followed by `:`, `,` or `::`). */
function atMemberAfterPrivate(p: Parser): boolean {
  const next = p.peek(1);
  return p.isName(next) || p.isKeyword(next) || next === Tok.hashUsing;
}

export function parseEnumDef(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  let flags = 0;
  if (p.tok === Tok.ident && p.names.text(p.tokValue[p.i]) === 'flags') {
    flags = EnumFlag.flags;
    p.advance();
  }
  const backing = p.tok === Tok.lbrace ? 0 : parseType(p, 'enum backing');
  const isFlags = flags !== 0;
  const variants = memberBlock(p, (q) => variant(q, isFlags));
  return p.node(Node.EnumDef, start, p.prevEnd, variants, backing, 0, flags);
}

/** `name [:: value] [: payload] [;]`. */
function variant(p: Parser, isFlags: boolean): NodeId {
  const start = p.at;
  if (!atMemberName(p)) {
    p.expected('a variant name');
    return p.errorNode();
  }
  const name = memberName(p);
  const value = p.accept(Tok.colonColon) ? p.g.expr(p, Level.pipe) : 0;
  if (value !== 0 && p.kind[value] === Node.Fn) {
    p.errorAt('SYNTAX', p.start[name], p.end[name], 'the body of an enum holds variants only: declare methods in an `impl` or as `ufcs` functions');
  }
  let payload = 0;
  if (p.accept(Tok.colon)) {
    payload = parseType(p, 'enum payload');
    if (isFlags) {
      p.errorAt('SYNTAX', p.start[payload], p.end[payload], 'flags enum variants cannot have payloads');
    }
  }
  const node = p.node(Node.Variant, start, p.prevEnd, p.a[name], value, payload, p.flags[name]);
  p.accept(Tok.semi);
  return node;
}

export function parseUnionDef(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  const members = memberBlock(p, unionMember);
  return p.node(Node.UnionDef, start, p.prevEnd, members);
}

function unionMember(p: Parser): NodeId {
  const start = p.at;
  if (p.tok === Tok.kwStruct && p.peek(1) === Tok.lbrace) {
    const arm = parseStructDef(p);
    const node = p.node(Node.Field, start, p.prevEnd, 0, arm);
    p.accept(Tok.semi);
    return node;
  }
  if (!p.isName(p.tok)) {
    p.expected('a union member name');
    return p.errorNode();
  }
  const mark = p.top;
  p.push(memberName(p));
  const names = p.list(mark);
  let type = 0;
  if (p.accept(Tok.colon)) type = parseType(p, 'field');
  else p.error('SYNTAX', start, p.prevEnd, 'union fields must have a type');
  const node = p.node(Node.Field, start, p.prevEnd, names, type);
  p.accept(Tok.semi);
  return node;
}
