// Merging into JSON files that people write by hand: what is there stays, twice is once.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addMissing, EMPTY, setDefault, Unreadable } from './merge.ts';

test('comments, order and other values stay', () => {
  const text = '{\n  // first\n  "b": 1, /* second */\n  "a": { "x": true },\n}\n';
  const made = setDefault(setDefault(text, ['c'], 'new'), ['a', 'y'], [1]);
  expect(made).toContain('// first\n  "b": 1, /* second */\n  "a": {');
  expect(made).toContain('"x": true');
  expect(made).toContain('"c": "new"');
  expect(setDefault(setDefault(made, ['c'], 'new'), ['a', 'y'], [1])).toBe(made);
});

test('what somebody has set is theirs, unless it was ours', () => {
  expect(setDefault('{ "a": 1 }', ['a'], 2)).toBe('{ "a": 1 }');
  expect(setDefault('{ "a": 1 }', ['a'], 2, (old) => old === 1)).toBe('{ "a": 2 }');
  expect(setDefault('{ "a": null }', ['a'], 2)).toBe('{ "a": null }');
});

test('lists get what they lack', () => {
  const made = addMissing(EMPTY, ['list'], ['x', 'y'], null);
  expect(JSON.parse(made)).toEqual({ list: ['x', 'y'] });
  expect(addMissing(made, ['list'], ['y', 'x'], null)).toBe(made);
  const tasks = '{ "tasks": [ { "label": "a", "command": "mine" } /* keep */ ] }';
  const more = addMissing(tasks, ['tasks'], [{ label: 'a', command: 'ours' }, { label: 'b' }], 'label');
  expect(more).toContain('/* keep */');
  expect(more).toContain('"mine"');
  expect(more).not.toContain('"ours"');
  expect(addMissing(more, ['tasks'], [{ label: 'a', command: 'ours' }, { label: 'b' }], 'label')).toBe(more);
});

test('the indentation of the file is kept', () => {
  expect(setDefault('{\n\t"a": 1\n}\n', ['b'], 2)).toBe('{\n\t"a": 1,\n\t"b": 2\n}\n');
  expect(setDefault('{\n    "a": 1\n}\n', ['b'], 2)).toBe('{\n    "a": 1,\n    "b": 2\n}\n');
});

test('a file that is no JSON is refused with its line', () => {
  expect(() => setDefault('{\n  "a": ,\n}', ['b'], 1)).toThrow(Unreadable);
  expect(() => setDefault('{\n  "a": ,\n}', ['b'], 1)).toThrow('line 2');
  expect(() => addMissing('{ "list": 3 }', ['list'], [1], null)).toThrow('list is no list');
});

interface Rule {
  readonly include?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly patterns?: Rule[];
}

test('the grammar has what it includes, and its expressions are well-formed', () => {
  const grammar = JSON.parse(readFileSync(join(__dirname, '../vscode/syntaxes/sx.tmLanguage.json'), 'utf8')) as Rule & { repository: Record<string, Rule> };
  const visit = (r: Rule): void => {
    if (r.include !== undefined) expect(Object.keys(grammar.repository)).toContain(r.include.slice(1));
    for (const text of [r.match, r.begin]) if (text !== undefined) expect(() => new RegExp(text, 'u')).not.toThrow();
    for (const p of r.patterns ?? []) visit(p);
  };
  for (const r of [grammar, ...Object.values(grammar.repository)]) visit(r);
  const keywords = Object.values(grammar.repository['keyword'].patterns ?? []).map((p) => p.match).join('|');
  // Every keyword of the lexer has a colour.
  const all = /KEYWORDS: readonly string\[\] = \(\s*([^;]*?)\)\.split/.exec(readFileSync(join(__dirname, '../../compiler/src/lex/token.ts'), 'utf8'))![1];
  const types = grammar.repository['type'].patterns!.map((p) => p.match).join('|');
  for (const word of all.replace(/['+]/g, ' ').trim().split(/\s+/)) expect(`${keywords}|${types}`).toMatch(new RegExp(`\\b${word}\\b`));
});
