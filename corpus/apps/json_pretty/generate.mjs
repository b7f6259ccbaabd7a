// Takes nothing; writes documents.txt (300 JSON documents, valid and invalid, by the grammar) and ../json_pretty.stdout: what
// json_pretty has to print for each, found without it. Run by hand; the files are recorded.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
let seed = 20261125n;
const rnd = (n) => {
  seed = (seed * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number((seed >> 33n) % BigInt(n));
};
const pick = (xs) => xs[rnd(xs.length)];
const times = (n, f) => Array.from({ length: n }, f);

const CHARS = ['a', 'Z', '0', ' ', '"', '\\', '/', '\b', '\f', '\n', '\r', '\t', '\u0001', '\u001f', '\u007f', 'é', '€', '😀', '\u0000', "'"];

/** A value: { k, … } keeps the order of members, double keys and 64-bit numbers. */
function value(depth) {
  const kind = rnd(depth > 3 ? 4 : 6);
  if (kind === 0) return { k: 'word', text: pick(['null', 'true', 'false']) };
  if (kind === 1) {
    const big = pick([0n, 1n, 9n, 10n, BigInt(rnd(1e9)), 9223372036854775807n, BigInt(rnd(1e9)) * BigInt(rnd(1e9))]);
    return { k: 'int', text: `${rnd(3) === 0 ? '-' : ''}${big}` };
  }
  if (kind < 4) return { k: 'str', chars: times(rnd(9), () => pick(CHARS)) };
  if (kind === 4) return { k: 'array', items: times(rnd(5), () => value(depth + 1)) };
  return { k: 'object', items: times(rnd(5), () => [{ k: 'str', chars: times(rnd(4), () => pick(['a', 'b', 'k', 'é', '\n'])) }, value(depth + 1)]) };
}

const SHORT = { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const unicode = (ch) =>
  [...Array(ch.length)].map((_, i) => `\\u${(rnd(2) ? (s) => s : (s) => s.toUpperCase())(ch.charCodeAt(i).toString(16).padStart(4, '0'))}`).join('');

/** Any spelling that the grammar allows. */
const space = () => times(rnd(3), () => pick([' ', '\t', '\n', '\r'])).join('');
function spell(v) {
  if (v.k === 'word' || v.k === 'int') return v.text;
  if (v.k === 'str') {
    const one = (ch) => {
      if (ch < ' ' || ch === '"' || ch === '\\') return SHORT[ch] && rnd(2) ? SHORT[ch] : unicode(ch);
      if (ch === '/' && rnd(2)) return '\\/';
      return rnd(4) === 0 ? unicode(ch) : ch;
    };
    return `"${v.chars.map(one).join('')}"`;
  }
  if (v.k === 'array') return `[${space()}${v.items.map((e) => spell(e) + space()).join(`,${space()}`)}]`;
  return `{${space()}${v.items.map(([k, e]) => `${spell(k)}${space()}:${space()}${spell(e)}${space()}`).join(`,${space()}`)}}`;
}

/** The one canonical form: two blanks per level. */
function canonical(v, level = 0) {
  const pad = '  '.repeat(level + 1);
  if (v.k === 'word') return v.text;
  if (v.k === 'int') return v.text === '-0' ? '0' : v.text;
  if (v.k === 'str') {
    return `"${v.chars.map((ch) => SHORT[ch] ?? (ch < ' ' ? `\\u${ch.charCodeAt(0).toString(16).padStart(4, '0')}` : ch)).join('')}"`;
  }
  if (v.items.length === 0) return v.k === 'array' ? '[]' : '{}';
  const rows = v.k === 'array' ? v.items.map((e) => canonical(e, level + 1)) : v.items.map(([k, e]) => `${canonical(k)}: ${canonical(e, level + 1)}`);
  const [open, close] = v.k === 'array' ? '[]' : '{}';
  return `${open}\n${rows.map((r) => pad + r).join(',\n')}\n${'  '.repeat(level)}${close}`;
}

/** Ways to break the grammar, each with the error the reference names (17-stdlib-os, section 14). */
const wrap = (text) => pick([(t) => t, (t) => `[${t}]`, (t) => `[1, ${t}]`, (t) => `{"k": ${t}}`, (t) => ` ${t} `])(text);
const inString = (text) => wrap(`"ab${text}cd"`);
const BROKEN = [
  () => [wrap(pick(['01', '-01', '1.5', '2e3', '-', '0.0', '-e', '9223372036854775808', '-9223372036854775809', '123456789012345678901', '7E1', '-x'])), 'BadNumber'],
  () => [wrap(pick(['+1', '.5', 'nan', 'True', 'nulx', 'trqe', "'a'", 'abc', '#', '=', 'undefined'])), 'UnexpectedToken'],
  () => [inString(pick(['\\x', '\\u12 ', '\\u12g4', '\\ud800', '\\udc00', '\\ud83d\\n', '\\ud83d\\u0041', '\\0', '\\e', "\\'"])), 'BadEscape'],
  () => [inString(pick(['\n', '\t', '\u0001', '\u001f', '\u0000'])), 'BadControlChar'],
  () => [pick(['[1 2]', '[,1]', '[1,]', '[1,,2]', '{,}', '{"a" 1}', '{"a":1,}', '{1:2}', '{a:1}', '{"a"}', ']', '}', ':', ',', '[1}', '{"a":1]', '["a":1]', '{"a":}', '{:1}']), 'UnexpectedToken'],
  () => [pick(['[', '{', '[1', '[1,', '{"a"', '{"a":', '{"a":1', '{"a":1,', '"', '"abc', '"abc\\', '', ' ', '[[]', '[{}', 'tru', 'fals', 'n', '[nul', '"\\"']), 'UnexpectedEnd'],
  () => [`${spell(value(2))} ${pick(['1', 'null', '[]', '"a"', '}', ']', ',', 'x'])}`, 'TrailingGarbage'],
];

let documents = '';
let expected = '';
for (let n = 0; n < 300; n++) {
  let text;
  if (n % 2 === 0) {
    const v = value(0);
    text = space() + spell(v) + space();
    expected += `#${n} ${canonical(v)}\n`;
  } else {
    const [source, error] = BROKEN[(n >> 1) % BROKEN.length]();
    text = source;
    expected += `#${n} error: ${error}\n`;
  }
  documents += `${Buffer.byteLength(text)}\n${text}\n`;
}
writeFileSync(join(here, 'documents.txt'), documents);
writeFileSync(join(here, '../json_pretty.stdout'), expected);
