// Takes the parser at `asm`; gives Asm and AsmOperand nodes (reference 12.7).
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Level } from './grammar.ts';
import { AsmFlag, AsmOperandKind, Node } from './node.ts';
import { Header, type Parser } from './parser.ts';
import { memberName } from './parse_member.ts';
import { parseString } from './parse_literal.ts';
import { parseType } from './parse_type.ts';

export function parseAsm(p: Parser, global: boolean): NodeId {
  const start = p.at;
  p.advance();
  let flags = global ? AsmFlag.global : 0;
  if (p.tok === Tok.ident && p.names.text(p.tokValue[p.i]) === 'volatile') {
    flags |= AsmFlag.volatile;
    p.advance();
  }
  if (!p.expect(Tok.lbrace, "after 'asm'")) return p.errorNode(start, p.prevEnd);
  const operands: number[] = [];
  const clobbers: number[] = [];
  const outer = p.enterHeader(Header.none);
  const template = p.g.expr(p, Level.pipe);
  while (p.accept(Tok.comma) && p.tok !== Tok.rbrace) {
    if (p.tok === Tok.ident && p.names.text(p.tokValue[p.i]) === 'clobbers') clobberList(p, clobbers);
    else operands.push(operand(p));
  }
  p.header = outer;
  p.expect(Tok.rbrace, 'after the asm body');
  return p.node(Node.Asm, start, p.prevEnd, template, listOf(p, operands), listOf(p, clobbers), flags);
}

function listOf(p: Parser, ids: number[]): number {
  const mark = p.top;
  for (const id of ids) p.push(id);
  return p.list(mark);
}

function clobberList(p: Parser, out: number[]): void {
  p.advance();
  p.expect(Tok.lparen, "after 'clobbers'");
  while (p.tok === Tok.dot) {
    p.advance();
    if (!p.isName(p.tok) && !p.isKeyword(p.tok)) {
      p.expected('a register name', 'in clobbers(…)');
      break;
    }
    out.push(memberName(p));
    if (!p.accept(Tok.comma)) break;
  }
  p.expect(Tok.rparen, 'after the clobbers');
}

/** `[ "[" name "]" ] constraint ( "=" expr | "->" type | "->" "*" place )`. */
function operand(p: Parser): NodeId {
  const start = p.at;
  let name = 0;
  if (p.accept(Tok.lbracket)) {
    if (p.isName(p.tok) || p.isKeyword(p.tok)) name = memberName(p);
    else p.expected('an operand name', "after '['");
    p.expect(Tok.rbracket, 'after the operand name');
  }
  const constraint = parseString(p, 'as the operand constraint');
  if (constraint === 0) return p.errorNode(start, p.prevEnd);
  if (p.accept(Tok.eq)) {
    const value = p.g.expr(p, Level.pipe);
    return p.node(Node.AsmOperand, start, p.prevEnd, name, constraint, value, AsmOperandKind.input);
  }
  if (!p.expect(Tok.arrow, "or '=' after the constraint")) return p.errorNode(start, p.prevEnd);
  if (p.accept(Tok.star)) {
    const place = p.g.unary(p);
    return p.node(Node.AsmOperand, start, p.prevEnd, name, constraint, place, AsmOperandKind.place);
  }
  const type = parseType(p, 'asm output');
  return p.node(Node.AsmOperand, start, p.prevEnd, name, constraint, type, AsmOperandKind.output);
}
