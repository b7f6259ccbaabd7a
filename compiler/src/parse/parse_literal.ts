// Takes the parser at a literal token; gives literal nodes (exact 64-bit integers, code points, spans of strings).
import type { NodeId } from '../base/ids.ts';
import { Tok } from '../lex/token.ts';
import { Node } from './node.ts';
import type { Parser } from './parser.ts';

/** At Tok.int. */
export function parseIntLiteral(p: Parser): NodeId {
  const start = p.at;
  const end = p.tokEnd[p.i];
  const node = intNode(p, start, end);
  p.advance();
  return node;
}

function intNode(p: Parser, start: number, end: number): NodeId {
  const bytes = p.file.bytes;
  if (end - start <= 9) {
    let value = 0;
    let i = start;
    for (; i < end; i++) {
      const digit = bytes[i] - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (i === end) return p.node(Node.Int, start, end, value);
  }
  let radix = 10;
  let from = start;
  if (bytes[start] === 0x30 && end - start > 1) {
    const base = bytes[start + 1] | 0x20;
    radix = base === 0x78 ? 16 : base === 0x6f ? 8 : base === 0x62 ? 2 : 10;
    if (radix !== 10) from = start + 2;
  }
  let lo = 0;
  let hi = 0;
  for (let i = from; i < end; i++) {
    const byte = bytes[i];
    if (byte === 0x5f) continue;
    const digit = byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x61 + 10;
    lo = lo * radix + digit;
    hi = hi * radix + Math.floor(lo / 4294967296);
    lo %= 4294967296;
    if (hi >= 4294967296) {
      p.error(
        'INT-OVERFLOW',
        start,
        end,
        `integer literal overflow: '${textOf(bytes, start, end)}' needs more than 64 bits`,
      );
      return p.node(Node.Error, start, end);
    }
  }
  return p.node(Node.Int, start, end, lo | 0, hi | 0);
}

/** At any token that is a literal on its own; 0 when the current token is none. */
export function parseLiteral(p: Parser): NodeId {
  const start = p.at;
  const end = p.tokEnd[p.i];
  let node: NodeId;
  switch (p.tok) {
    case Tok.int:
      return parseIntLiteral(p);
    case Tok.float:
      node = p.node(Node.Float, start, end);
      break;
    case Tok.char:
      node = p.node(Node.Char, start, end, p.tokValue[p.i]);
      break;
    case Tok.string:
      node = p.node(Node.String, start, end);
      break;
    case Tok.heredoc: {
      let text = start;
      while (p.file.bytes[text] !== 10) text++;
      node = p.node(Node.Heredoc, start, end, text + 1, end - p.tokValue[p.i]);
      break;
    }
    case Tok.kwTrue:
      node = p.node(Node.True, start, end);
      break;
    case Tok.kwFalse:
      node = p.node(Node.False, start, end);
      break;
    case Tok.kwNull:
      node = p.node(Node.Null, start, end);
      break;
    case Tok.undef:
      node = p.node(Node.Undef, start, end);
      break;
    default:
      return 0;
  }
  p.advance();
  return node;
}

/** A string literal is required here (paths, symbols). Returns 0 after a report when there is none. */
export function parseString(p: Parser, context: string): NodeId {
  if (p.tok === Tok.string || p.tok === Tok.heredoc) return parseLiteral(p);
  p.expected('string literal', context);
  return 0;
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}
