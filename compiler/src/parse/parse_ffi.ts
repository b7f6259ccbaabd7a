// Takes the parser at a directive of the Objective-C / JNI / Swift family; gives its nodes (parsed only; the checker rejects).
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Node, RuntimeClassFlag, RuntimeClassKind } from './node.ts';
import type { Parser } from './parser.ts';
import { parseArgs } from './parse_args.ts';
import { memberBlock } from './parse_aggregate.ts';
import { atMemberName, constMember, fieldMember } from './parse_member.ts';
import { parseString } from './parse_literal.ts';
import { exprInBrackets, typeInBrackets } from './parse_type.ts';

const CLASS_KINDS = new Map<string, RuntimeClassKind>([
  ['objc_class', RuntimeClassKind.objcClass],
  ['objc_protocol', RuntimeClassKind.objcProtocol],
  ['jni_class', RuntimeClassKind.jniClass],
  ['jni_interface', RuntimeClassKind.jniInterface],
  ['swift_class', RuntimeClassKind.swiftClass],
  ['swift_struct', RuntimeClassKind.swiftStruct],
  ['swift_protocol', RuntimeClassKind.swiftProtocol],
]);

function word(p: Parser): string {
  return p.names.text(p.tokValue[p.i]);
}

/** At a directive: does a runtime class start here (possibly after `#jni_main`)? */
export function isRuntimeClass(p: Parser): boolean {
  return CLASS_KINDS.has(word(p)) || word(p) === 'jni_main';
}

/** `[#jni_main] #objc_class("N") [extern|export] { members }` as the value of a ConstDecl. */
export function parseRuntimeClass(p: Parser): NodeId {
  const start = p.at;
  let flags = 0;
  if (word(p) === 'jni_main') {
    flags |= RuntimeClassFlag.jniMain;
    p.advance();
  }
  const kind = p.tok === Tok.hashFfi ? CLASS_KINDS.get(word(p)) : undefined;
  if (kind === undefined) {
    p.expected('a runtime class directive');
    return p.errorNode(start, p.prevEnd);
  }
  p.advance();
  let name = 0;
  if (p.accept(Tok.lparen)) {
    name = parseString(p, 'as the class name');
    p.expect(Tok.rparen, 'after the class name');
  }
  for (;;) {
    if (p.accept(Tok.kwExtern)) flags |= RuntimeClassFlag.extern;
    else if (p.accept(Tok.kwExport)) flags |= RuntimeClassFlag.export;
    else if (p.tok === Tok.hashFfi && word(p) === 'jni_main') {
      flags |= RuntimeClassFlag.jniMain;
      p.advance();
    } else break;
  }
  const members = p.tok === Tok.lbrace ? memberBlock(p, runtimeMember) : 0;
  const node = p.node(Node.RuntimeClass, start, p.prevEnd, name, members, kind, flags);
  p.accept(Tok.semi);
  return node;
}

/** Members that read as sx are kept as such; anything else is one opaque RuntimeMember. */
function runtimeMember(p: Parser): NodeId {
  const mark = p.save();
  if (atMemberName(p)) {
    let node = 0;
    const ok = p.attempt(() => {
      node = p.peek(1) === Tok.colonColon ? constMember(p) : fieldMember(p);
    });
    if (ok && (p.tokKind[p.i - 1] === Tok.semi || p.tokKind[p.i - 1] === Tok.rbrace)) return node;
    p.restore(mark);
  }
  return opaqueMember(p);
}

function opaqueMember(p: Parser): NodeId {
  const start = p.at;
  const name = p.tok === Tok.hashFfi ? p.tokValue[p.i] : 0;
  while (p.tok !== Tok.eof && p.tok !== Tok.rbrace) {
    if (p.accept(Tok.semi)) break;
    const close = p.closing();
    const brace = p.tok === Tok.lbrace;
    if (close !== 0) p.moveTo(close);
    p.advance();
    if (brace && p.tok !== Tok.semi) break;
  }
  return p.node(Node.RuntimeMember, start, p.prevEnd, 0, name);
}

/** Directives in expressions: calls, #selector, #jni_env blocks, #property. */
export function parseFfiExpr(p: Parser): NodeId {
  const start = p.at;
  const name = p.tokValue[p.i];
  const text = word(p);
  p.advance();
  if (text === 'jni_env') {
    let env = 0;
    if (p.accept(Tok.lparen)) {
      env = exprInBrackets(p);
      p.expect(Tok.rparen);
    }
    const body = p.g.block(p);
    return p.node(Node.JniEnv, start, p.prevEnd, env, body);
  }
  if (p.tok !== Tok.lparen) return p.node(Node.FfiCall, start, p.prevEnd, 0, 0, name);
  let type = 0;
  if (p.afterMatch() === Tok.lparen) {
    p.advance();
    type = typeInBrackets(p, 'result');
    p.expect(Tok.rparen, 'after the result type');
  }
  p.expect(Tok.lparen);
  const args = parseArgs(p, Tok.rparen, false);
  p.expect(Tok.rparen, 'after arguments');
  return p.node(Node.FfiCall, start, p.prevEnd, type, args, name);
}
