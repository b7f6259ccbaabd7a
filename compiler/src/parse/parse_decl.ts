// Takes the parser at a declared name or at the right side of `::`; gives declaration nodes with their terminators.
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Level } from './grammar.ts';
import { CItemKind, DeclFlag, FnFlag, Node } from './node.ts';
import type { Parser } from './parser.ts';
import { parseErrorDef, parseProtocolDef } from './parse_protocol.ts';
import { isBlockForm, isFunction, parseFn } from './parse_fn.ts';
import { isRuntimeClass, parseRuntimeClass } from './parse_ffi.ts';
import { parseString } from './parse_literal.ts';
import { parseType } from './parse_type.ts';

/** True when the cursor stands at `name ::`, `name :=` or `name :`. */
export function atDecl(p: Parser): boolean {
  if (!p.bindsName(p.tok)) return false;
  const next = p.peek(1);
  return next === Tok.colonColon || next === Tok.colonEq || next === Tok.colon;
}

/** At the name of a declaration. */
export function parseDecl(p: Parser, declFlags: number): NodeId {
  const start = p.at;
  const name = p.tokValue[p.i];
  const flags = declFlags | (p.tok === Tok.raw ? DeclFlag.raw : 0);
  p.advance();
  if (p.accept(Tok.colonColon)) {
    const value = parseConstValue(p, false);
    return p.node(Node.ConstDecl, start, p.end[value], name, value, 0, flags);
  }
  if (p.accept(Tok.colonEq)) {
    const init = p.g.expr(p, Level.pipe);
    const end = p.prevEnd;
    terminator(p, init);
    return p.node(Node.VarDecl, start, end, name, 0, init, flags);
  }
  p.expect(Tok.colon);
  const type = parseType(p, 'variable');
  if (p.accept(Tok.colon)) {
    const value = p.g.expr(p, Level.pipe);
    const end = p.prevEnd;
    terminator(p, value);
    return p.node(Node.ConstDecl, start, end, name, value, type, flags);
  }
  if (p.accept(Tok.eq)) {
    const init = p.g.expr(p, Level.pipe);
    const end = p.prevEnd;
    terminator(p, init);
    return p.node(Node.VarDecl, start, end, name, type, init, flags);
  }
  if (p.tok === Tok.kwExtern) return externVar(p, start, name, type, flags);
  const end = p.prevEnd;
  p.expect(Tok.semi, 'after the declaration');
  return p.node(Node.VarDecl, start, end, name, type, 0, flags);
}

function externVar(p: Parser, start: number, name: number, type: NodeId, flags: number): NodeId {
  p.advance();
  let lib = 0;
  let libOffset = 0;
  if (p.isName(p.tok)) {
    lib = p.tokValue[p.i];
    libOffset = p.at;
    p.advance();
  }
  const symbol = p.tok === Tok.string ? parseString(p, '') : 0;
  const end = p.prevEnd;
  p.expect(Tok.semi, 'after the declaration');
  return p.node(Node.ExternVar, start, end, name, type, p.rec3(lib, libOffset, symbol), flags);
}

/** `;`, or nothing after a block-form initialiser. */
export function terminator(p: Parser, node: NodeId): void {
  if (p.accept(Tok.semi)) return;
  if (isBlockForm(p, node)) return;
  p.expect(Tok.semi);
}

/** The right side of `name ::` with its terminator; in members the `;` after an expression is optional before `}`. */
export function parseConstValue(p: Parser, member: boolean): NodeId {
  const start = p.at;
  switch (p.tok) {
    case Tok.hashImport:
      return parseImport(p);
    case Tok.hashLibrary: {
      p.advance();
      const path = parseString(p, "after '#library'");
      const node = p.node(Node.Library, start, p.prevEnd, path);
      p.expect(Tok.semi);
      return node;
    }
    case Tok.kwIntrinsic: {
      p.advance();
      const node = p.node(Node.Intrinsic, start, p.prevEnd);
      p.expect(Tok.semi);
      return node;
    }
    case Tok.kwStruct:
      return p.g.structDef(p);
    case Tok.kwEnum:
      return p.g.enumDef(p);
    case Tok.kwUnion:
      return p.g.unionDef(p);
    case Tok.kwError:
      if (p.peek(1) !== Tok.lbrace) break;
      return parseErrorDef(p);
    case Tok.kwProtocol: {
      const next = p.peek(1) === Tok.lparen ? p.afterMatch(p.i + 1) : p.peek(1);
      if (next !== Tok.lbrace && next !== Tok.hashInline && next !== Tok.hashIdentity) break;
      return parseProtocolDef(p);
    }
    case Tok.kwUfcs:
      if (p.peek(1) === Tok.lparen) {
        p.advance();
        return parseFn(p, FnFlag.ufcs, start);
      }
      if (p.isName(p.peek(1))) {
        p.advance();
        const target = p.g.expr(p, Level.pipe);
        const node = p.node(Node.UfcsAlias, start, p.prevEnd, target);
        p.expect(Tok.semi);
        return node;
      }
      break;
    case Tok.lparen:
      if (isFunction(p)) return parseFn(p, 0);
      break;
    case Tok.lbrace:
      if (!member) return parseFn(p, FnFlag.noParams);
      break;
    case Tok.hashFfi:
      if (isRuntimeClass(p)) return parseRuntimeClass(p);
      break;
  }
  const value = p.g.expr(p, Level.pipe);
  if (member) p.accept(Tok.semi);
  else terminator(p, value);
  return value;
}

/** At `#import`: "path"; or c { … }; */
export function parseImport(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  if (p.tok === Tok.ident && p.peek(1) === Tok.lbrace && p.names.text(p.tokValue[p.i]) === 'c') {
    p.advance();
    p.advance();
    const mark = p.top;
    while (p.peek(0) !== Tok.rbrace && p.peek(0) !== Tok.eof) {
      const item = cItem(p);
      if (item === 0) break;
      p.push(item);
    }
    const list = p.list(mark);
    p.expect(Tok.rbrace, "after '#import c { …'");
    const node = p.node(Node.ImportC, start, p.prevEnd, list);
    p.expect(Tok.semi);
    return node;
  }
  const path = parseString(p, "after '#import'");
  const node = p.node(Node.Import, start, p.prevEnd, path);
  p.expect(Tok.semi);
  return node;
}

function cItem(p: Parser): NodeId {
  const start = p.at;
  let kind: CItemKind;
  switch (p.tok) {
    case Tok.hashInclude:
      kind = CItemKind.include;
      break;
    case Tok.hashSource:
      kind = CItemKind.source;
      break;
    case Tok.hashDefine:
      kind = CItemKind.define;
      break;
    case Tok.hashFlags:
      kind = CItemKind.flags;
      break;
    default:
      p.expected("'#include', '#source', '#define' or '#flags'");
      return 0;
  }
  p.advance();
  const text = parseString(p, 'in #import c');
  if (text === 0) return 0;
  const node = p.node(Node.CItem, start, p.prevEnd, text, 0, 0, kind);
  if (p.peek(0) !== Tok.rbrace) p.expect(Tok.semi);
  return node;
}
