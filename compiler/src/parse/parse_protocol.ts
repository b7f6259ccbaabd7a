// Takes the parser at error, protocol or impl; gives their nodes (reference chapters 8.10 and 9.1).
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Node, ProtocolFlag } from './node.ts';
import type { Parser } from './parser.ts';
import { memberBlock } from './parse_aggregate.ts';
import { parseFn, parseParams } from './parse_fn.ts';
import { atMemberName, constMember, memberName } from './parse_member.ts';
import { parseType } from './parse_type.ts';

/** At `error` before `{`. */
export function parseErrorDef(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  p.advance();
  const mark = p.top;
  while (p.tok !== Tok.rbrace && p.tok !== Tok.eof) {
    if (!atMemberName(p)) {
      p.expected('an error tag');
      break;
    }
    p.push(memberName(p));
    if (!p.accept(Tok.comma)) break;
  }
  const tags = p.list(mark);
  p.expect(Tok.rbrace, 'after error tags');
  if (tags === 0) p.errorAt('SYNTAX', start, p.prevEnd, 'an error set needs at least one tag');
  const node = p.node(Node.ErrorDef, start, p.prevEnd, tags);
  p.accept(Tok.semi);
  return node;
}

/** At `protocol` of a declaration. */
export function parseProtocolDef(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  const params = p.tok === Tok.lparen ? parseParams(p) : 0;
  let flags = 0;
  while (p.tok === Tok.hashInline || p.tok === Tok.hashIdentity) {
    const bit = p.tok === Tok.hashInline ? ProtocolFlag.inline : ProtocolFlag.identity;
    if ((flags & bit) !== 0) p.error('SYNTAX', p.at, p.tokEnd[p.i], `${p.describe()} is given twice`);
    flags |= bit;
    p.advance();
  }
  const methods = memberBlock(p, protocolMethod);
  return p.node(Node.ProtocolDef, start, p.prevEnd, params, methods, 0, flags);
}

function protocolMethod(p: Parser): NodeId {
  const start = p.at;
  if (!atMemberName(p)) {
    p.expected('a protocol method');
    return p.errorNode();
  }
  const name = memberName(p);
  p.expect(Tok.colonColon, 'after the method name');
  if (p.tok !== Tok.lparen) {
    p.expected("'('", 'for the parameters of the protocol method');
    return p.errorNode(start, p.prevEnd);
  }
  const fn = parseFn(p, 0, p.at, true);
  p.accept(Tok.semi);
  checkReceiver(p, name, p.a[fn]);
  return p.node(Node.ConstDecl, start, p.end[fn], p.a[name], fn, 0, p.flags[name]);
}

/** The first parameter is `self: *Self` or `self: Self`. */
function checkReceiver(p: Parser, name: NodeId, params: number): void {
  const first = p.extraAt(params) > 0 ? p.extraAt(params + 1) : 0;
  const method = p.names.text(p.a[name]);
  if (first === 0 || p.kind[first] !== Node.Param || p.names.text(p.a[first]) !== 'self') {
    p.errorAt(
      'PROTO-RECV',
      p.start[name],
      p.end[name],
      `protocol method must declare its receiver as the first parameter: '${method}' needs 'self: *Self'`,
    );
    return;
  }
  const type = p.b[first];
  const inner = type !== 0 && p.kind[type] === Node.TypePtr ? p.a[type] : type;
  if (inner === 0 || p.kind[inner] !== Node.TypeName || p.names.text(p.a[inner]) !== 'Self') {
    p.errorAt('PROTO-RECV', p.start[first], p.end[first], 'receiver must be typed `*Self` or `Self`');
  }
}

/** At `impl`. */
export function parseImpl(p: Parser): NodeId {
  const start = p.at;
  p.advance();
  const protocol = parseType(p, 'protocol');
  p.expect(Tok.kwFor, "in 'impl P for T'");
  const target = parseType(p, 'impl target');
  const methods = memberBlock(p, implMember);
  return p.node(Node.Impl, start, p.prevEnd, protocol, target, methods);
}

function implMember(p: Parser): NodeId {
  if (atMemberName(p) && p.peek(1) === Tok.colonColon) return constMember(p);
  p.expected('a method definition');
  return p.errorNode();
}
