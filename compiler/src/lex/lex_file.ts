// Takes the bytes of one file; gives its token columns. Total: never throws, every byte is white space, comment or token.
import type { NameId } from '../base/ids.ts';
import { HASH_SEED, hashWith, type Names } from '../base/names.ts';
import type { Sink } from '../diagnostics/sink.ts';
import type { SourceFile } from '../source/source_map.ts';
import { lexChar } from './lex_char.ts';
import { DIRECTIVES, FFI_DIRECTIVES, KEYWORDS, Tok } from './token.ts';

/** Token columns; the last token is Tok.eof at the end of the file, and after it there are PADDING rows that look like it. */
export interface Tokens {
  readonly count: number;
  readonly kind: Uint8Array;
  /** Byte offsets in the file, end exclusive. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /**
   * NameId (identifiers, raw identifiers, keywords, #ffi words), code point (char), terminator length (heredoc), index of the closing
   * bracket (opening ones; 0 = there is none).
   */
  readonly value: Int32Array;
}

/** Rows after the last token, so that a look ahead needs no check. */
const PADDING = 8;

const enum Class {
  invalid = 0,
  space = 1,
  ident = 2,
  digit = 3,
  punct = 4,
}

const CLASS = new Uint8Array(256);
const IDENT = new Uint8Array(256);
for (const c of [9, 10, 13, 32]) CLASS[c] = Class.space;
for (let c = 0; c < 128; c++) {
  const text = String.fromCharCode(c);
  if (/[A-Za-z_]/.test(text)) CLASS[c] = Class.ident;
  else if (/[0-9]/.test(text)) CLASS[c] = Class.digit;
  else if ('+-*/%&|^~<>=!?.:,;$()[]{}"\'`#'.includes(text)) CLASS[c] = Class.punct;
  if (/[A-Za-z0-9_]/.test(text)) IDENT[c] = 1;
}

/** Keyword kinds by NameId, one table per interner. */
const keywordTables = new WeakMap<Names, Uint8Array>();

export function keywordTable(names: Names): Uint8Array {
  const known = keywordTables.get(names);
  if (known !== undefined) return known;
  const ids = KEYWORDS.map((word) => names.intern(word));
  const table = new Uint8Array(Math.max(...ids) + 1);
  ids.forEach((id, i) => {
    table[id] = Tok.kwFirst + i;
  });
  keywordTables.set(names, table);
  return table;
}

const directiveKinds = new Map<string, Tok>();
DIRECTIVES.forEach((word, i) => {
  directiveKinds.set(word, Tok.hashImport + i);
});
for (const word of FFI_DIRECTIVES) directiveKinds.set(word, Tok.hashFfi);

export function lexFile(file: SourceFile, names: Names, sink: Sink): Tokens {
  const bytes = file.bytes;
  const size = bytes.length;
  const keywords = keywordTable(names);
  const keywordLimit = keywords.length;
  // Dense code has a token to three bytes. With 32 MiB of young buffers V8 collects garbage at once: rather too few rows than too many.
  let capacity = Math.floor(size * 0.375) + 16;
  let kinds = new Uint8Array(capacity);
  let starts = new Int32Array(capacity);
  let ends = new Int32Array(capacity);
  let values = new Int32Array(capacity);
  let count = 0;
  let i = 0;
  /** The innermost open bracket; its value is the next one outwards. */
  let open = -1;
  /** How many brackets of each kind are open. */
  const opened = new Int32Array(3);

  while (i < size) {
    const start = i;
    const byte = bytes[i];
    let kind: Tok;
    let value = 0;
    switch (CLASS[byte]) {
      case Class.space:
        do i++;
        while (bytes[i] === 0x20);
        continue;
      case Class.ident: {
        let hash = hashWith(HASH_SEED, byte);
        for (i++; i < size; i++) {
          const next = bytes[i];
          if (IDENT[next] === 0) break;
          hash = hashWith(hash, next);
        }
        value = names.internHashed(bytes, start, i, hash);
        kind = value < keywordLimit && keywords[value] !== 0 ? keywords[value] : Tok.ident;
        break;
      }
      case Class.digit: {
        i = numberEnd(bytes, start);
        kind = Tok.int;
        if (i < 0) {
          i = -i;
          kind = Tok.float;
        }
        break;
      }
      case Class.punct: {
        if (byte === 0x2f && bytes[i + 1] === 0x2f) {
          i += 2;
          while (i < size && bytes[i] !== 10) i++;
          continue;
        }
        const simple = SIMPLE[byte];
        if (simple !== 0) {
          kind = simple;
          i++;
          if (simple >= Tok.lparen) {
            const which = (simple - Tok.lparen) >> 1;
            if (((simple - Tok.lparen) & 1) === 0) {
              value = open;
              open = count;
              opened[which]++;
            } else if (opened[which] > 0) open = closeBracket(kinds, values, opened, open, count, simple - 1);
          }
          break;
        }
        const packed = punctuation(bytes, i);
        if (packed !== 0) {
          kind = packed & 0xff;
          i += packed >> 8;
          break;
        }
        kind = Tok.invalid;
        if (byte === 0x22) {
          i = stringEnd(bytes, start);
          if (i > 0) kind = Tok.string;
          else {
            i = size;
            sink.error('LEXICAL', file.base + start, file.base + start + 1, 'unterminated string literal');
          }
        } else if (byte === 0x27) {
          const char = lexChar(bytes, start);
          i = char.end;
          if (char.error === null) {
            kind = Tok.char;
            value = char.value;
          } else sink.error('CHAR-LITERAL', file.base + start, file.base + i, char.error);
        } else if (byte === 0x60) {
          i++;
          if (CLASS[bytes[i]] === Class.ident) {
            while (i < size && IDENT[bytes[i]] === 1) i++;
            value = names.internBytes(bytes, start + 1, i);
            kind = Tok.raw;
          } else sink.error('LEXICAL', file.base + start, file.base + i, '"`" must be followed by an identifier');
        } else {
          i = wordEnd(bytes, start + 1);
          const word = textOf(bytes, start + 1, i);
          const directive = directiveKinds.get(word);
          if (directive !== undefined) {
            kind = directive;
            if (kind === Tok.hashFfi) value = names.intern(word);
          } else if (word === 'string') {
            const doc = heredoc(bytes, i);
            if (doc.error === null) {
              kind = Tok.heredoc;
              value = doc.wordLength;
            } else sink.error('LEXICAL', file.base + start, file.base + i, doc.error);
            i = doc.end;
          } else {
            sink.error('LEXICAL', file.base + start, file.base + i, `unexpected token '#${word}': no such directive`);
          }
        }
        break;
      }
      default: {
        kind = Tok.invalid;
        i++;
        if (byte >= 0x80) while (i < size && bytes[i] >= 0x80) i++;
        const what = byte >= 0x80 ? 'non-ASCII text outside a comment or literal' : `'${printable(byte)}'`;
        sink.error('LEXICAL', file.base + start, file.base + i, `unexpected token: ${what}`);
      }
    }
    if (count + PADDING >= capacity) {
      capacity += (capacity >> 1) + PADDING;
      kinds = grownU8(kinds, capacity);
      starts = grown(starts, capacity);
      ends = grown(ends, capacity);
      values = grown(values, capacity);
    }
    kinds[count] = kind;
    starts[count] = start;
    ends[count] = i;
    values[count] = value;
    count++;
  }
  while (open >= 0) {
    const outer = values[open];
    values[open] = 0;
    open = outer;
  }
  kinds[count] = Tok.eof;
  starts[count] = size;
  ends[count] = size;
  values[count] = 0;
  return { count: count + 1, kind: kinds, start: starts, end: ends, value: values };
}

/**
 * The bracket `at` closes the nearest open one of its kind, which there is, and those inside of that stay unmatched; gives the innermost
 * one that is open afterwards. Linear over the file: what it goes over is closed.
 */
function closeBracket(kinds: Uint8Array, values: Int32Array, opened: Int32Array, innermost: number, at: number, opening: Tok): number {
  let partner = innermost;
  for (;;) {
    const kind = kinds[partner];
    const outer = values[partner];
    opened[(kind - Tok.lparen) >> 1]--;
    if (kind === opening) {
      values[partner] = at;
      return outer;
    }
    values[partner] = 0;
    partner = outer;
  }
}

/** The NameId of every token that can stand as a name. */
export function tokenName(tokens: Tokens, index: number): NameId {
  return tokens.value[index];
}

/** Punctuation of which no longer token starts with the same byte. */
const SIMPLE = new Uint8Array(256);
SIMPLE[0x7e] = Tok.tilde;
SIMPLE[0x2c] = Tok.comma;
SIMPLE[0x3b] = Tok.semi;
SIMPLE[0x24] = Tok.dollar;
SIMPLE[0x28] = Tok.lparen;
SIMPLE[0x29] = Tok.rparen;
SIMPLE[0x5b] = Tok.lbracket;
SIMPLE[0x5d] = Tok.rbracket;
SIMPLE[0x7b] = Tok.lbrace;
SIMPLE[0x7d] = Tok.rbrace;

/** kind | length << 8 of the longest punctuation token at `i`, 0 = none. */
function punctuation(bytes: Uint8Array, i: number): number {
  const next = bytes[i + 1];
  switch (bytes[i]) {
    case 0x2b:
      return next === 0x3d ? pack(Tok.plusEq, 2) : pack(Tok.plus, 1);
    case 0x2d:
      if (next === 0x2d && bytes[i + 2] === 0x2d) return pack(Tok.undef, 3);
      if (next === 0x3e) return pack(Tok.arrow, 2);
      return next === 0x3d ? pack(Tok.minusEq, 2) : pack(Tok.minus, 1);
    case 0x2a:
      return next === 0x3d ? pack(Tok.starEq, 2) : pack(Tok.star, 1);
    case 0x2f:
      return next === 0x3d ? pack(Tok.slashEq, 2) : pack(Tok.slash, 1);
    case 0x25:
      return next === 0x3d ? pack(Tok.percentEq, 2) : pack(Tok.percent, 1);
    case 0x26:
      return next === 0x3d ? pack(Tok.ampEq, 2) : pack(Tok.amp, 1);
    case 0x7c:
      if (next === 0x3e) return pack(Tok.pipeGt, 2);
      return next === 0x3d ? pack(Tok.pipeEq, 2) : pack(Tok.pipe, 1);
    case 0x5e:
      return next === 0x3d ? pack(Tok.caretEq, 2) : pack(Tok.caret, 1);
    case 0x21:
      return next === 0x3d ? pack(Tok.notEq, 2) : pack(Tok.bang, 1);
    case 0x3f:
      if (next === 0x3f) return pack(Tok.questionQuestion, 2);
      return next === 0x2e ? pack(Tok.questionDot, 2) : pack(Tok.question, 1);
    case 0x3a:
      if (next === 0x3a) return pack(Tok.colonColon, 2);
      return next === 0x3d ? pack(Tok.colonEq, 2) : pack(Tok.colon, 1);
    case 0x2e:
      return next === 0x2e ? rangeEnd(bytes, i, 2, Tok.dotDot) : pack(Tok.dot, 1);
    case 0x3c:
      if (next === 0x3c) return bytes[i + 2] === 0x3d ? pack(Tok.shlEq, 3) : pack(Tok.shl, 2);
      if (next === 0x2e && bytes[i + 2] === 0x2e) return rangeEnd(bytes, i, 3, Tok.ltDotDot);
      return next === 0x3d ? pack(Tok.ltEq, 2) : pack(Tok.lt, 1);
    case 0x3e:
      if (next === 0x3e) return bytes[i + 2] === 0x3d ? pack(Tok.shrEq, 3) : pack(Tok.shr, 2);
      return next === 0x3d ? pack(Tok.gtEq, 2) : pack(Tok.gt, 1);
    case 0x3d:
      if (next === 0x3d) return pack(Tok.eqEq, 2);
      if (next === 0x3e) return pack(Tok.fatArrow, 2);
      if (next === 0x2e && bytes[i + 2] === 0x2e) return rangeEnd(bytes, i, 3, Tok.eqDotDot);
      return pack(Tok.eq, 1);
    default:
      return 0;
  }
}

function pack(kind: Tok, length: number): number {
  return kind | (length << 8);
}

/** `base` is the kind without end marker; the kinds with `=` and `<` follow it. */
function rangeEnd(bytes: Uint8Array, i: number, length: number, base: Tok): number {
  const next = bytes[i + length];
  if (next === 0x3d) return pack(base + 1, length + 1);
  return next === 0x3c ? pack(base + 2, length + 1) : pack(base, length);
}

/** Offset after the number, negative for a float. */
function numberEnd(bytes: Uint8Array, start: number): number {
  let i = start + 1;
  if (bytes[start] === 0x30) {
    const base = bytes[i] | 0x20;
    if (base === 0x78 || base === 0x6f || base === 0x62) {
      i++;
      while (i < bytes.length && isDigitOf(bytes[i], base)) i++;
      return i;
    }
  }
  while (i < bytes.length && (CLASS[bytes[i]] === Class.digit || bytes[i] === 0x5f)) i++;
  if (bytes[i] === 0x2e && CLASS[bytes[i + 1]] === Class.digit) {
    i += 2;
    while (i < bytes.length && (CLASS[bytes[i]] === Class.digit || bytes[i] === 0x5f)) i++;
    return -i;
  }
  return i;
}

function isDigitOf(byte: number, base: number): boolean {
  if (byte === 0x5f) return true;
  if (base === 0x62) return byte === 0x30 || byte === 0x31;
  if (base === 0x6f) return byte >= 0x30 && byte <= 0x37;
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

/** Offset after the closing quote, 0 = unterminated. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let i = start + 1;
  while (i < bytes.length) {
    const byte = bytes[i];
    if (byte === 0x22) return i + 1;
    i += byte === 0x5c ? 2 : 1;
  }
  return 0;
}

function wordEnd(bytes: Uint8Array, start: number): number {
  let i = start;
  while (i < bytes.length && IDENT[bytes[i]] === 1) i++;
  return i;
}

/** After `#string`: the word, the rest of the line, text lines, the word at column 0. */
function heredoc(bytes: Uint8Array, after: number): { end: number; wordLength: number; error: string | null } {
  let i = after;
  while (bytes[i] === 0x20 || bytes[i] === 9) i++;
  const word = i;
  if (CLASS[bytes[i]] !== Class.ident) return { end: i, wordLength: 0, error: "expected a word after '#string'" };
  i = wordEnd(bytes, i);
  const length = i - word;
  for (;;) {
    while (i < bytes.length && bytes[i] !== 10) i++;
    if (i >= bytes.length) {
      const text = textOf(bytes, word, word + length);
      return { end: bytes.length, wordLength: 0, error: `unterminated heredoc: no line begins with '${text}'` };
    }
    i++;
    let k = 0;
    while (k < length && bytes[i + k] === bytes[word + k]) k++;
    if (k === length && i + k <= bytes.length && IDENT[bytes[i + k]] !== 1) {
      return { end: i + length, wordLength: length, error: null };
    }
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}

function printable(byte: number): string {
  return byte > 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}

function grown(old: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(size);
  next.set(old);
  return next;
}

function grownU8(old: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(size);
  next.set(old);
  return next;
}
