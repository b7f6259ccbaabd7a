// Takes nothing; gives the interface by which the construct files call one another (so that they import no cycle).
import type { NodeId } from '../base/ids.ts';
import type { Parser } from './parser.ts';

/** Operator levels of reference chapter 1.7 (higher binds tighter). */
export const enum Level {
  pipe = 2,
  coalesce = 3,
  or = 4,
  and = 5,
  bitOr = 6,
  bitXor = 7,
  bitAnd = 8,
  compare = 9,
  shift = 10,
  add = 11,
  mul = 12,
}

/** Tied together once in parse_file.ts. */
export interface Grammar {
  /** Expression of operators of `level` and tighter. */
  expr(p: Parser, level: Level): NodeId;
  /** `-x`, `try x`, postfix expressions. */
  unary(p: Parser): NodeId;
  /** `( … )` in expression position: lambda, function type or grouping. */
  paren(p: Parser): NodeId;
  /** Type; `where` names the position for messages about multi-return signatures. */
  type(p: Parser, where: string): NodeId;
  /** Type after `->`. */
  resultType(p: Parser): NodeId;
  /** `{ stmts }`. */
  block(p: Parser): NodeId;
  stmt(p: Parser): NodeId;
  /** if / match, at the `if`. */
  ifExpr(p: Parser, inline: boolean, fileLevel: boolean): NodeId;
  whileExpr(p: Parser): NodeId;
  forExpr(p: Parser, inline: boolean): NodeId;
  /** `{ case … }` after `==`. */
  matchBody(p: Parser, start: number, subject: NodeId, inline: boolean, fileLevel: boolean): NodeId;
  /** Parameters, result, attributes and body of a function, at `(` (or `{` when there are none). */
  fnLiteral(p: Parser, extraFlags: number): NodeId;
  /** The right side of `name ::`, with its terminator. */
  constValue(p: Parser, member: boolean): NodeId;
  structDef(p: Parser): NodeId;
  enumDef(p: Parser): NodeId;
  unionDef(p: Parser): NodeId;
  asmExpr(p: Parser, global: boolean): NodeId;
  ffiExpr(p: Parser): NodeId;
  /** Items of a file or of a branch of a file-level `inline if`, up to a closing token. */
  items(p: Parser, stopAtCase: boolean): void;
}
