// Token table tests and the lexer's totality.
import fc from 'fast-check';
import { Names } from '../base/names.ts';
import { Sink } from '../diagnostics/sink.ts';
import { SourceMap } from '../source/source_map.ts';
import { lexFile } from './lex_file.ts';
import { FFI_DIRECTIVES, KEYWORDS, Tok, tokText } from './token.ts';

function lex(bytes: Uint8Array) {
  const sink = new Sink();
  const names = new Names();
  const tokens = lexFile(new SourceMap().addFile('t.sx', bytes), names, sink);
  return { tokens, sink, names };
}

function words(text: string): string[] {
  const { tokens } = lex(new TextEncoder().encode(text));
  const bytes = new TextEncoder().encode(text);
  const out: string[] = [];
  for (let i = 0; i + 1 < tokens.count; i++) {
    out.push(new TextDecoder().decode(bytes.subarray(tokens.start[i], tokens.end[i])));
  }
  return out;
}

test('longest match', () => {
  expect(words('a<..b a < ..b 0..5 1.5..2 x.*=v p.* = v')).toEqual([
    'a',
    '<..',
    'b',
    'a',
    '<',
    '..',
    'b',
    '0',
    '..',
    '5',
    '1.5',
    '..',
    '2',
    'x',
    '.',
    '*=',
    'v',
    'p',
    '.',
    '*',
    '=',
    'v',
  ]);
  expect(words('..= ..< <..= <..< =.. =..= =..< --- -> => |> ?. ?? <<= >>= :: := ==')).toEqual([
    '..=',
    '..<',
    '<..=',
    '<..<',
    '=..',
    '=..=',
    '=..<',
    '---',
    '->',
    '=>',
    '|>',
    '?.',
    '??',
    '<<=',
    '>>=',
    '::',
    ':=',
    '==',
  ]);
  expect(words('56.(i8) 7. t.0.1 0x_F_F 1__000_ 0b1012')).toEqual([
    '56',
    '.',
    '(',
    'i8',
    ')',
    '7',
    '.',
    't',
    '.',
    '0.1',
    '0x_F_F',
    '1__000_',
    '0b101',
    '2',
  ]);
});

test('every punctuation token spells itself', () => {
  for (let kind: number = Tok.plus; kind <= Tok.rbrace; kind++) {
    const text = tokText(kind).slice(1, -1);
    expect(lex(new TextEncoder().encode(`${text} `)).tokens.kind[0]).toBe(kind);
  }
});

test('keywords, raw identifiers, directives', () => {
  KEYWORDS.forEach((word, i) => {
    const { tokens } = lex(new TextEncoder().encode(`${word} \`${word} ${word}x`));
    expect([tokens.kind[0], tokens.kind[1], tokens.kind[2]]).toEqual([Tok.kwFirst + i, Tok.raw, Tok.ident]);
    expect(tokens.value[0]).toBe(tokens.value[1]);
  });
  for (const word of FFI_DIRECTIVES) expect(lex(new TextEncoder().encode(`#${word}`)).tokens.kind[0]).toBe(Tok.hashFfi);
  expect(lex(new TextEncoder().encode('#imports')).sink.errorCount).toBe(1);
  expect(lex(new TextEncoder().encode('#import')).tokens.kind[0]).toBe(Tok.hashImport);
});

test.each([
  ["'a'", 97],
  ["'é'", 233],
  ["'\\n'", 10],
  ["'\\x7f'", 127],
  ["'\\xA'", 10],
  ["'\\u{1F600}'", 0x1f600],
  ["'\\''", 39],
  ["'\\0'", 0],
])('character %s', (text, value) => {
  const { tokens, sink } = lex(new TextEncoder().encode(text));
  expect(sink.errorCount).toBe(0);
  expect([tokens.kind[0], tokens.value[0], tokens.count]).toEqual([Tok.char, value, 2]);
});

test.each([
  "''",
  "'ab'",
  "'\\q'",
  "'\\u{110000}'",
  "'\\u{D800}'",
  "'\\u{}'",
  "'\\x'",
  "'a",
  '"abc',
  '@',
  'é',
  '`1',
  '#string EOT\nabc',
])('invalid %s', (text) => {
  const { tokens, sink } = lex(new TextEncoder().encode(text));
  expect(sink.errorCount).toBeGreaterThan(0);
  expect(tokens.kind[0]).toBe(Tok.invalid);
});

test('heredoc ends at a line that begins with its word', () => {
  const text = 'x := #string EOT ignored\nEOTx\n EOT\ntext\nEOT;\n';
  expect(words(text)).toEqual(['x', ':=', '#string EOT ignored\nEOTx\n EOT\ntext\nEOT', ';']);
});

test('total: tokens are ordered, inside the file, and only white space and comments lie between them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const { tokens } = lex(bytes);
      let last = 0;
      for (let i = 0; i < tokens.count; i++) {
        expect(tokens.start[i]).toBeGreaterThanOrEqual(last);
        if (i + 1 < tokens.count) expect(tokens.end[i]).toBeGreaterThan(tokens.start[i]);
        last = tokens.end[i];
      }
      expect(last).toBe(bytes.length);
      expect(tokens.kind[tokens.count - 1]).toBe(Tok.eof);
    }),
    { numRuns: 500 },
  );
});

/** By token, the index of the bracket that closes it; 0 for all others. */
function partners(text: string): number[] {
  const { tokens } = lex(new TextEncoder().encode(text));
  return [...tokens.value.subarray(0, tokens.count)];
}

test('an opening bracket knows its partner: the nearest that is open is closed, what stands open inside of it stays alone', () => {
  expect(partners('([{}])')).toEqual([5, 4, 3, 0, 0, 0, 0]);
  expect(partners('(1)[2]')).toEqual([2, 0, 0, 5, 0, 0, 0]);
  expect(partners('([{)]')).toEqual([3, 0, 0, 0, 0, 0]);
  expect(partners('])}((')).toEqual([0, 0, 0, 0, 0, 0]);
  expect(partners('(]()')).toEqual([0, 0, 3, 0, 0]);
});

test('brackets without partners take no longer than others', () => {
  const n = 200_000;
  expect(partners('('.repeat(n) + ']'.repeat(n)).every((v) => v === 0)).toBe(true);
  expect(partners('('.repeat(n) + ')'.repeat(n))[0]).toBe(2 * n - 1);
});
