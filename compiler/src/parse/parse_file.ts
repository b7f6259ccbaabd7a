// Takes a source file (or the text of an #insert); gives its syntax tree; errors go to the sink. Never throws.
import type { NodeId } from '../base/ids.ts';
import type { Names } from '../base/names.ts';
import { Sink } from '../diagnostics/sink.ts';
import type { Diag } from '../diagnostics/sink.ts';
import { lexFile } from '../lex/lex_file.ts';
import { Tok } from '../lex/token.ts';
import type { SourceFile } from '../source/source_map.ts';
import { type Grammar, Level } from './grammar.ts';
import { DeclFlag, Node } from './node.ts';
import { Parser } from './parser.ts';
import { parseEnumDef, parseStructDef, parseUnionDef } from './parse_aggregate.ts';
import { parseAsm } from './parse_asm.ts';
import { parseFor, parseIf, parseMatchBody, parseWhile } from './parse_control.ts';
import { atDecl, parseConstValue, parseDecl, parseImport } from './parse_decl.ts';
import { parseExpr, parseUnary } from './parse_expr.ts';
import { parseFfiExpr } from './parse_ffi.ts';
import { parseFn } from './parse_fn.ts';
import { parseString } from './parse_literal.ts';
import { parseParen } from './parse_primary.ts';
import { parseImpl } from './parse_protocol.ts';
import { parseBlock, parseStmt, statements } from './parse_stmt.ts';
import { parseResultType, parseType } from './parse_type.ts';
import type { Tree } from './tree.ts';

const grammar: Grammar = {
  expr: parseExpr,
  unary: parseUnary,
  paren: parseParen,
  type: parseType,
  resultType: parseResultType,
  block: parseBlock,
  stmt: parseStmt,
  ifExpr: parseIf,
  whileExpr: parseWhile,
  forExpr: parseFor,
  matchBody: parseMatchBody,
  fnLiteral: (p, flags) => parseFn(p, flags),
  constValue: parseConstValue,
  structDef: parseStructDef,
  enumDef: parseEnumDef,
  unionDef: parseUnionDef,
  asmExpr: parseAsm,
  ffiExpr: parseFfiExpr,
  items: parseItems,
};

/** A whole file. Errors are reported in source order; the first is the one to show. */
export function parseFile(file: SourceFile, names: Names, sink: Sink): Tree {
  const p = open(file, names);
  parseItems(p, false);
  while (p.tok !== Tok.eof) {
    topLevelError(p);
    p.advance();
    parseItems(p, false);
  }
  const list = p.list(0);
  return close(p, p.node(Node.File, 0, file.bytes.length, list), sink);
}

/** The text of an #insert: statements; the root is a Block without braces. Jumps may refer to the surrounding loop. */
export function parseStatements(file: SourceFile, names: Names, sink: Sink): Tree {
  const p = open(file, names);
  p.loopDepth = -1;
  let tail = statements(p, Tok.eof);
  while (p.tok !== Tok.eof) {
    p.expected('a statement');
    p.advance();
    tail = statements(p, Tok.eof);
  }
  const list = p.list(0);
  return close(p, p.node(Node.Block, 0, file.bytes.length, list, tail), sink);
}

/** One expression (tools and tests). The root is the expression. */
export function parseExpression(file: SourceFile, names: Names, sink: Sink): Tree {
  const p = open(file, names);
  p.loopDepth = -1;
  const node = parseExpr(p, Level.pipe);
  if (p.tok !== Tok.eof) p.expected('end of file');
  return close(p, node, sink);
}

function open(file: SourceFile, names: Names): Parser {
  const lexical = new Sink();
  const tokens = lexFile(file, names, lexical);
  const p = new Parser(file, names, tokens, grammar);
  p.lexical = lexical.diags;
  return p;
}

/** Merges lexical and syntax errors by position and hands them on. */
function close(p: Parser, root: NodeId, sink: Sink): Tree {
  const lexical = p.lexical;
  const starts = new Set(lexical.map((diag) => diag.start));
  const all: Diag[] = [...lexical, ...p.pending.diags.filter((diag) => !starts.has(diag.start))];
  if (lexical.length > 0) all.sort((a, b) => a.start - b.start);
  for (const diag of all) {
    const copy = sink.report(diag.severity, diag.code, diag.start, diag.end, diag.message);
    for (const note of diag.notes) copy.note(note.start, note.end, note.message);
    for (const help of diag.helps) copy.help(help.message, help.replacement, help.start, help.end);
  }
  return p.finish(root);
}

/** Items up to `}`, end of file, or (in arms) the next `case` / `else`; pushed onto the stack. */
export function parseItems(p: Parser, stopAtCase: boolean): void {
  while (p.tok !== Tok.eof && p.tok !== Tok.rbrace) {
    if (stopAtCase && (p.tok === Tok.kwCase || p.tok === Tok.kwElse)) return;
    const before = p.i;
    const errors = p.errorCount;
    if (!p.enter()) {
      p.leave();
      return;
    }
    p.push(item(p));
    p.leave();
    if (p.errorCount > errors) recoverItem(p, before);
    if (p.i === before) p.advance();
  }
}

function item(p: Parser): NodeId {
  const start = p.at;
  if (atDecl(p)) return parseDecl(p, 0);
  switch (p.tok) {
    case Tok.kwPrivate:
      return privateItem(p);
    case Tok.hashImport:
      return parseImport(p);
    case Tok.hashFramework: {
      p.advance();
      const name = parseString(p, "after '#framework'");
      const node = p.node(Node.Framework, start, p.prevEnd, name);
      p.expect(Tok.semi);
      return node;
    }
    case Tok.hashRun: {
      p.advance();
      const value = parseExpr(p, Level.pipe);
      const node = p.node(Node.TopRun, start, p.prevEnd, value);
      if (p.kind[value] === Node.Block) p.accept(Tok.semi);
      else p.expect(Tok.semi);
      return node;
    }
    case Tok.kwImpl:
      return parseImpl(p);
    case Tok.kwInline:
      if (p.peek(1) === Tok.kwIf) {
        p.advance();
        return parseIf(p, true, true);
      }
      break;
    case Tok.hashError: {
      p.advance();
      const message = parseExpr(p, Level.pipe);
      const node = p.node(Node.ErrorDirective, start, p.prevEnd, message);
      p.expect(Tok.semi);
      return node;
    }
    case Tok.hashContextExtend:
      return contextExtend(p);
    case Tok.kwAsm: {
      const node = parseAsm(p, true);
      p.expect(Tok.semi);
      return node;
    }
  }
  topLevelError(p);
  return p.errorNode();
}

function topLevelError(p: Parser): void {
  const start = p.at;
  const end = p.tokEnd[p.i];
  if (p.isKeyword(p.tok) && (p.peek(1) === Tok.colonColon || p.peek(1) === Tok.colonEq || p.peek(1) === Tok.colon)) {
    const word = p.names.text(p.tokValue[p.i]);
    p.error(
      'TOP-LEVEL',
      start,
      end,
      `expected identifier at top level, found the keyword '${word}': write '\`${word}'`,
    );
    return;
  }
  p.error('TOP-LEVEL', start, end, `expected identifier at top level, found ${p.describe()}`);
}

function privateItem(p: Parser): NodeId {
  const start = p.at;
  const end = p.tokEnd[p.i];
  p.advance();
  if (atDecl(p)) return parseDecl(p, DeclFlag.private);
  const what = placeName(p);
  // A report about the word, not about the token after it.
  const here = p.i;
  p.moveTo(here - 1);
  p.error('PRIV-PLACE', start, end, `'private' is only allowed on module-scope declarations${what}`);
  if (p.i === here - 1) p.moveTo(here);
  if (p.tok === Tok.kwPrivate) return privateItem(p);
  return item(p);
}

function placeName(p: Parser): string {
  switch (p.tok) {
    case Tok.hashImport:
      return ", not on a flat '#import'";
    case Tok.kwImpl:
      return ", not on 'impl'";
    case Tok.hashRun:
      return ", not on '#run'";
    case Tok.hashFramework:
      return ", not on '#framework'";
    case Tok.hashError:
      return ", not on '#error'";
    case Tok.kwAsm:
      return ", not on 'asm'";
    case Tok.hashContextExtend:
      return ", not on '#context_extend'";
    case Tok.kwInline:
      return ", not on 'inline if'";
    case Tok.kwPrivate:
      return ': it is given twice';
    default:
      return '';
  }
}

function contextExtend(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  if (!p.isName(p.tok)) {
    p.expected('identifier', "after '#context_extend'");
    return p.errorNode(start, p.prevEnd);
  }
  const name = p.tokValue[p.i];
  const offset = p.at;
  p.advance();
  p.expect(Tok.colon, 'after the context field');
  const type = parseType(p, 'context field');
  const init = p.accept(Tok.eq) ? parseExpr(p, Level.pipe) : 0;
  const node = p.node(Node.ContextExtend, start, p.prevEnd, name, type, p.rec(offset, init));
  p.expect(Tok.semi);
  return node;
}

/** After an item with an error: to the next token that begins an item in column one, or past the item's own `;` / `}`. */
function recoverItem(p: Parser, first: number): void {
  if (p.i > first && !p.newlineBefore() && p.tok !== Tok.eof) skipItem(p);
  while (p.tok !== Tok.eof && p.tok !== Tok.rbrace && !(startsItem(p) && p.i > first)) {
    if (p.i === first) p.advance();
    else skipItem(p);
  }
}

function skipItem(p: Parser): void {
  while (p.tok !== Tok.eof && p.tok !== Tok.rbrace) {
    if (p.accept(Tok.semi)) return;
    const close = p.closing();
    const brace = p.tok === Tok.lbrace;
    if (close !== 0) p.moveTo(close);
    p.advance();
    if (brace && p.newlineBefore()) return;
    if (startsItem(p) && columnOne(p)) return;
  }
}

function columnOne(p: Parser): boolean {
  return p.at > 0 && p.file.bytes[p.at - 1] === 10;
}

function startsItem(p: Parser): boolean {
  switch (p.tok) {
    case Tok.hashImport:
    case Tok.hashRun:
    case Tok.hashFramework:
    case Tok.hashContextExtend:
    case Tok.kwImpl:
    case Tok.kwPrivate:
    case Tok.kwInline:
      return true;
    default:
      return atDecl(p);
  }
}
