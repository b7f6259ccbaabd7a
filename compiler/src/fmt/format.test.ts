// Printing keeps the tree and the comments and is idempotent, over every sx block of the reference that parses.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseText } from '../parse/dump.ts';
import { parseFile, parseStatements } from '../parse/parse_file.ts';
import { treeDifference } from '../parse/tree_equal.ts';
import { formatSource } from './format.ts';
import { printTree } from './print_tree.ts';

const ROOT = join(__dirname, '../../..');
const REFERENCE = join(ROOT, 'docs/reference');

function blocks(): [string, string][] {
  const out: [string, string][] = [];
  for (const name of readdirSync(REFERENCE)
    .filter((file) => file.endsWith('.md'))
    .sort()) {
    const parts = readFileSync(join(REFERENCE, name), 'utf8').split('```');
    parts.forEach((part, i) => {
      if (i % 2 === 1 && part.startsWith('sx\n')) out.push([`${name} block ${i >> 1}`, part.slice(3)]);
    });
  }
  return out;
}

function comments(text: string): string[] {
  return [...text.matchAll(/\/\/[^\n]*/g)].map((match) => match[0].trim()).sort();
}

test('reference blocks', () => {
  let parsed = 0;
  for (const [name, text] of blocks()) {
    const as = parseText(text).errors.length === 0 ? 'file' : 'statements';
    const first = parseText(text, as);
    if (first.errors.length > 0) continue;
    parsed++;
    const printed = printTree(first.tree, first.names);
    const parse = as === 'file' ? parseFile : parseStatements;
    const again = parse(first.map.addFile('again', new TextEncoder().encode(printed)), first.names, first.sink);
    expect([name, first.sink.diags.map((diag) => diag.message)]).toEqual([name, []]);
    expect([name, treeDifference(first.tree, again, first.names)]).toEqual([name, null]);
    expect(printTree(again, first.names)).toBe(printed);
    expect(comments(printed)).toEqual(comments(text));
  }
  expect(parsed).toBeGreaterThanOrEqual(40);
});

function sxFiles(dir: string): string[] {
  return readdirSync(join(ROOT, dir), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sx'))
    .map((file) => join(dir, file))
    .sort();
}

test.each(['corpus', 'runtime/modules'])('files of %s', (dir) => {
  let parsed = 0;
  for (const name of sxFiles(dir)) {
    const text = readFileSync(join(ROOT, name), 'utf8');
    const first = parseText(text);
    // Programs that show syntax errors have no tree to keep, nor has the file that no import may reach.
    if (first.errors.length > 0) {
      expect(name).toMatch(/^corpus\/11xx-diagnostics\/|\/not_included\.sx$/);
      continue;
    }
    parsed++;
    const printed = printTree(first.tree, first.names);
    const again = parseFile(first.map.addFile('again', new TextEncoder().encode(printed)), first.names, first.sink);
    expect([name, first.sink.diags.map((diag) => diag.message)]).toEqual([name, []]);
    expect([name, treeDifference(first.tree, again, first.names)]).toEqual([name, null]);
    expect(comments(printed)).toEqual(comments(text));
  }
  expect(parsed).toBeGreaterThanOrEqual(50);
});

test('layout', () => {
  const source = `// top
main::(){ // open
  x:=1 ; // one


  y := .{a=1,b=2};
  z := if a == { case 1: f(); g();
    else: 3 }
  foo(1, // why
    2);
  t := a |> f() |> try g(1) or 3;
  bar(
    1,
    2, // two
  );
}
`;
  const want = `// top
main :: () { // open
    x := 1; // one

    y := .{ a = 1, b = 2 };
    z := if a == {
        case 1: f(); g();
        else: 3
    };
    foo(1, 2); // why
    t := a |> f() |> try g(1) or 3;
    bar(
        1,
        2 // two
    );
}
`;
  expect(formatSource('t.sx', new TextEncoder().encode(source)).text).toBe(want);
});

test('a file with errors is not formatted', () => {
  const result = formatSource('t.sx', new TextEncoder().encode('x ::'));
  expect(result.text).toBeNull();
  expect(result.diags.length).toBe(1);
});
