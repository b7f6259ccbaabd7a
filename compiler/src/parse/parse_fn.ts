// Takes the parser at a function (named, method, lambda, trailing block); gives Fn and Param nodes.
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Level } from './grammar.ts';
import { FnFlag, Node, ParamFlag } from './node.ts';
import { Header, type Parser } from './parser.ts';
import { parseString } from './parse_literal.ts';
import { constraintList, parseAbi, parseType, resultTypeEnd, startsBody } from './parse_type.ts';

/** `(` after `::`: does a function start here, or an expression? (reference chapter 3, end of the appendix) */
export function isFunction(p: Parser): boolean {
  const close = p.closing();
  if (close === 0) return true;
  let next = close + 1;
  const kind = p.tokKind[next];
  if (kind === Tok.hashGet || kind === Tok.hashSet || startsBody(kind)) return true;
  if (kind === Tok.kwAbi) return true;
  if (kind !== Tok.arrow) return false;
  next = resultTypeEnd(p, next + 1);
  if (next === 0) return false;
  const after = p.tokKind[next];
  if (after === Tok.hashGet || after === Tok.hashSet || startsBody(after)) return true;
  return after === Tok.kwAbi && p.tokKind[next + 1] === Tok.lparen && startsBody(p.afterMatch(next + 1));
}

/**
 * At `(` (or at `{` when `flags` has noParams). Lambdas end with their body; named functions take attributes and linkage
 * and consume their `;`. A protocol method may have no body (`bodyless`).
 */
export function parseFn(p: Parser, initialFlags: number, start = p.at, bodyless = false): NodeId {
  let flags = initialFlags;
  const lambda = (flags & FnFlag.lambda) !== 0;
  let params = 0;
  let paramsEnd = p.at;
  if ((flags & FnFlag.noParams) === 0) {
    params = parseParams(p);
    paramsEnd = Math.max(start, p.prevEnd - 1);
  }
  const ret = p.accept(Tok.arrow) ? p.g.resultType(p) : 0;
  let abi = 0;
  let lib = 0;
  let libOffset = 0;
  let symbol = 0;
  for (;;) {
    const kind = p.tok;
    if (kind === Tok.kwAbi) {
      const found = parseAbi(p);
      flags |= found.flags;
      abi = found.name;
    } else if (!lambda && (kind === Tok.hashGet || kind === Tok.hashSet)) {
      flags |= kind === Tok.hashGet ? FnFlag.get : FnFlag.set;
      p.advance();
    } else if (!lambda && (kind === Tok.kwExtern || kind === Tok.kwExport)) {
      if ((flags & (FnFlag.extern | FnFlag.export)) !== 0) {
        p.error('LINK-CONFLICT', p.at, p.tokEnd[p.i], "'extern' and 'export' cannot stand together");
      }
      flags |= kind === Tok.kwExtern ? FnFlag.extern : FnFlag.export;
      p.advance();
      if (p.isName(p.tok)) {
        lib = p.tokValue[p.i];
        libOffset = p.at;
        p.advance();
      }
      if (p.tok === Tok.string) symbol = parseString(p, '');
    } else break;
  }
  if ((flags & FnFlag.set) !== 0) checkSetter(p, start, ret, params);
  const rec = p.rec6(ret, abi, lib, libOffset, symbol, paramsEnd);
  if ((flags & FnFlag.extern) === 0) {
    if (p.tok === Tok.fatArrow) flags |= FnFlag.arrow;
    else if (!lambda && p.tok === Tok.kwIntrinsic) flags |= FnFlag.intrinsic;
  }
  const body = parseBody(p, flags, bodyless);
  const node = p.node(Node.Fn, start, p.prevEnd, params, body, rec, flags);
  if (!lambda) fnTerminator(p, flags, body, bodyless);
  return node;
}

function parseBody(p: Parser, flags: number, bodyless: boolean): NodeId {
  if ((flags & FnFlag.extern) !== 0) return 0;
  if ((flags & FnFlag.intrinsic) !== 0) {
    p.advance();
    return 0;
  }
  const deferDepth = p.deferDepth;
  const loopDepth = p.loopDepth;
  p.deferDepth = 0;
  p.loopDepth = 0;
  let body = 0;
  if (p.tok === Tok.lbrace) body = p.g.block(p);
  else if (p.accept(Tok.fatArrow)) body = p.g.expr(p, Level.pipe);
  else if (!bodyless) p.expected("'{' or '=>'", 'for the function body');
  p.deferDepth = deferDepth;
  p.loopDepth = loopDepth;
  return body;
}

function fnTerminator(p: Parser, flags: number, body: NodeId, bodyless: boolean): void {
  if ((flags & (FnFlag.extern | FnFlag.intrinsic)) !== 0) {
    p.expect(Tok.semi, 'after the declaration');
    return;
  }
  if ((flags & FnFlag.arrow) !== 0) {
    if (p.tok === Tok.semi || !isBlockForm(p, body)) p.expect(Tok.semi, "after '=> …'");
    return;
  }
  if (bodyless && body === 0) p.accept(Tok.semi);
}

/** Expressions that end in their own `}` and therefore need no `;` (reference 1.8 rule 2). */
export function isBlockForm(p: Parser, node: NodeId): boolean {
  switch (p.kind[node]) {
    case Node.Block:
    case Node.IfBind:
    case Node.Match:
    case Node.While:
    case Node.WhileBind:
    case Node.For:
    case Node.Push:
    case Node.JniEnv:
    case Node.Error:
      return true;
    case Node.If:
      return (p.flags[node] & 2) === 0;
    default:
      return false;
  }
}

function checkSetter(p: Parser, start: number, ret: NodeId, params: number): void {
  if (ret !== 0) {
    p.errorAt('PROP-SHAPE', p.start[ret], p.end[ret], "a '#set' accessor returns void: remove the result type");
  } else if (p.extraAt(params) !== 2) {
    p.errorAt('PROP-SHAPE', start, p.prevEnd, "a '#set' accessor takes exactly the receiver and one value parameter");
  }
}

/** `( … )`; the cursor ends after `)`. Returns the list. */
export function parseParams(p: Parser): number {
  p.expect(Tok.lparen, 'before parameters');
  const mark = p.top;
  const outer = p.enterHeader(Header.none);
  while (p.tok !== Tok.rparen && p.tok !== Tok.eof) {
    const before = p.i;
    const param = parseParam(p);
    if ((p.flags[param] & ParamFlag.variadic) !== 0 && p.tok === Tok.comma && p.peek(1) !== Tok.rparen) {
      p.errorAt('SYNTAX', p.start[param], p.end[param], 'a variadic parameter must be the last parameter');
    }
    p.push(param);
    if (!p.accept(Tok.comma) || p.i === before) break;
  }
  p.header = outer;
  const list = p.list(mark);
  p.expect(Tok.rparen, 'after parameters');
  return list;
}

/** `[..] [$] name [: type {/ proto} [= expr]]`. */
function parseParam(p: Parser): NodeId {
  const start = p.at;
  let flags = 0;
  if (p.accept(Tok.dotDot)) flags |= ParamFlag.variadic;
  if (p.accept(Tok.dollar)) flags |= ParamFlag.comptime;
  const offset = p.at;
  if (!p.bindsName(p.tok)) {
    p.expected('a parameter name');
    return p.errorNode(start, p.prevEnd);
  }
  if (p.tok === Tok.raw) flags |= ParamFlag.raw;
  const name = p.tokValue[p.i];
  p.advance();
  let type = 0;
  let init = 0;
  if (p.accept(Tok.colon)) {
    type = parseType(p, 'parameter');
    if (p.tok === Tok.slash) {
      const typeStart = p.start[type];
      const constraints = constraintList(p);
      type = p.node(Node.TypeConstrained, typeStart, p.prevEnd, type, constraints);
    }
    if (p.accept(Tok.eq)) init = p.g.expr(p, Level.pipe);
  }
  return p.node(Node.Param, start, p.prevEnd, name, type, p.rec(offset, init), flags);
}
