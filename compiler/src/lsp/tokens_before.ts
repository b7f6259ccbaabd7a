// Takes a text and an offset; gives what a request about incomplete code needs to know of the tokens before the offset.
import { Names } from '../base/names.ts';
import { Sink } from '../diagnostics/sink.ts';
import { lexFile } from '../lex/lex_file.ts';
import { Tok } from '../lex/token.ts';
import { SourceMap } from '../source/source_map.ts';

const OPEN: ReadonlyMap<Tok, Tok> = new Map([[Tok.lparen, Tok.rparen], [Tok.lbracket, Tok.rbracket], [Tok.lbrace, Tok.rbrace]]);
const CLOSE: ReadonlySet<Tok> = new Set(OPEN.values());

export interface Before {
  /** Offset of the name that ends at the offset; the offset itself when there is none. */
  readonly nameStart: number;
  /** The name follows `.` or `?.`. */
  readonly afterDot: boolean;
  /** The offset lies in a comment, a string or a number. */
  readonly inLiteral: boolean;
  /** The call whose argument list is open: offset of its `(`, and how many commas of its own stand before the offset. */
  readonly call: { readonly paren: number; readonly commas: number } | null;
  /** Brackets that are open, outermost first. */
  readonly open: readonly Tok[];
  /** The statement begins with a word that wants a block after its head. */
  readonly wantsBlock: boolean;
}

export function tokensBefore(bytes: Uint8Array, offset: number): Before {
  const tokens = lexFile(new SourceMap().addFile('', bytes), new Names(), new Sink());
  const stack: { readonly kind: Tok; readonly at: number; readonly call: boolean; commas: number }[] = [];
  let last = -1;
  let first = Tok.eof;
  let i = 0;
  for (; i < tokens.count && tokens.start[i] < offset && tokens.kind[i] !== Tok.eof; i++) {
    const kind = tokens.kind[i] as Tok;
    if (tokens.end[i] > offset) break;
    if (kind === Tok.semi || kind === Tok.lbrace || kind === Tok.rbrace) first = Tok.eof;
    else if (first === Tok.eof) first = kind;
    if (OPEN.has(kind)) stack.push({ kind, at: tokens.start[i], call: i > 0 && endsCallee(tokens.kind[i - 1] as Tok), commas: 0 });
    else if (CLOSE.has(kind)) stack.pop();
    else if (kind === Tok.comma && stack.length > 0) stack[stack.length - 1].commas++;
    last = i;
  }
  const within = i < tokens.count && tokens.start[i] < offset && tokens.end[i] > offset ? (tokens.kind[i] as Tok) : null;
  const isName = (k: Tok): boolean => k === Tok.ident || k === Tok.raw || (k >= Tok.kwFirst && k <= Tok.kwLast);
  const touching = last >= 0 && tokens.end[last] === offset ? (tokens.kind[last] as Tok) : null;
  const named = within !== null && isName(within) ? i : touching !== null && isName(touching) ? last : -1;
  const before = named >= 0 ? named - 1 : last;
  const dot = before >= 0 ? (tokens.kind[before] as Tok) : Tok.eof;
  const gapStart = named >= 0 ? offset : last >= 0 ? tokens.end[last] : 0;
  const call = stack.findLast((b) => b.call || b.kind === Tok.lbrace);
  return {
    nameStart: named >= 0 ? tokens.start[named] : offset,
    afterDot: dot === Tok.dot || dot === Tok.questionDot,
    inLiteral: (within !== null && !isName(within) && within !== Tok.eof) || touching === Tok.int || touching === Tok.float || isComment(bytes, gapStart, offset),
    call: call !== undefined && call.kind === Tok.lparen && call.call ? { paren: call.at, commas: call.commas } : null,
    open: stack.map((b) => b.kind),
    wantsBlock: first === Tok.kwIf || first === Tok.kwElse || first === Tok.kwWhile || first === Tok.kwFor || first === Tok.kwPush,
  };
}

/** What can stand before the `(` of a call. */
function endsCallee(kind: Tok): boolean {
  return kind === Tok.ident || kind === Tok.raw || kind === Tok.rparen || kind === Tok.rbracket || kind === Tok.bang;
}

function isComment(bytes: Uint8Array, from: number, to: number): boolean {
  const line = bytes.lastIndexOf(10, to - 1) + 1;
  for (let i = Math.max(from, line); i + 1 < to; i++) if (bytes[i] === 0x2f && bytes[i + 1] === 0x2f) return true;
  return false;
}

const CLOSERS: ReadonlyMap<Tok, string> = new Map([[Tok.lparen, ')'], [Tok.lbracket, ']']]);

/** The text with `word` in place of the name at the offset, and with what the statement lacks when the rest of its line is empty. */
export function completed(bytes: Uint8Array, offset: number, b: Before, word: string): Uint8Array {
  let end = offset;
  while (end < bytes.length && isNameByte(bytes[end])) end++;
  const lineEnd = bytes.indexOf(10, end) < 0 ? bytes.length : bytes.indexOf(10, end);
  const rest = Buffer.from(bytes.subarray(end, lineEnd)).toString().trim();
  const inner = b.open.slice(b.open.lastIndexOf(Tok.lbrace) + 1).reverse();
  const lacks = rest === '' || rest.startsWith('//') ? `${inner.map((k) => CLOSERS.get(k) ?? '').join('')}${b.wantsBlock ? ' {}' : ';'}` : '';
  return Buffer.concat([bytes.subarray(0, b.nameStart), Buffer.from(word + lacks), bytes.subarray(end)]);
}

const isNameByte = (b: number): boolean => (b >= 48 && b <= 57) || (b >= 65 && b <= 90) || (b >= 97 && b <= 122) || b === 95;
