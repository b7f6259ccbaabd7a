// What the language server knows of names and types, on a project of several files: the text says what it holds, by hand.
//! ref: 15.7
import type { CompletionItem, DocumentSymbol, Hover, InlayHint, Location, SignatureHelp, WorkspaceEdit } from 'vscode-languageserver/node';
import { Folder, LspClient, marked, textAt } from './client.testlib.ts';

const SHAPES = marked(`#import "modules/std.sx";
// A point of the plane.
// Its second line.
‹Point›Point :: struct {
  ‹x›x: f64;
  ‹y›y: f64 = 1.5;
  ‹norm›norm :: (self: *Point) -> f64 { self.‹self_x›x * self.x + self.y * self.y }
}
‹Color›Color :: enum { red; ‹green›green; blue; }
‹Shape›Shape :: protocol { area :: (self: *Self) -> f64; ‹named›named :: (self: *Self) -> string; }
impl Shape for Point {
  area :: (self: *Point) -> f64 { self.x * self.y }
  ‹impl_named›named :: (self: *Point) -> string { "point" }
}
‹Pair›Pair :: struct ($A: Type, $B: Type) { first: ‹use_A›A; second: B; }
‹largest›largest :: (a: $T, b: T) -> T { if a > b then a else b }
‹twice›twice :: ufcs (n: i64) -> i64 { n * 2 }
‹ORIGIN›ORIGIN : Point : .{ x = 0.0, y = 0.0 };
#context_extend ‹depth›depth: i64 = 7;
private hidden :: () {}
unused :: (p: Point) -> f64 { p.‹unused_x›x }
`);

const MAIN = marked(`#import "modules/std.sx";
shapes :: #import "‹import›shapes.sx";
‹alias›Point :: shapes.Point;
#import "‹flat›shapes.sx";
counter := 0;
scale :: (p: Point, ‹factor›factor: f64, offset: f64 = 0.5) -> Point {
  .{ ‹lit_x›x = p.‹p_x›x * ‹use_factor›factor, y = p.y * factor + offset }
}
main :: () {
  ‹p›p := ‹scale›scale(.{ x = 2.0 }, ‹named_factor›factor = 3.0);
  total := ‹use_p›p.‹call_norm›norm() + shapes.‹ns_largest›largest(1.0, 2.0);
  c := shapes.Color.‹use_green›green;
  if c == { case .‹case_green›green: print("{}\\n", total); else: {} }
  pair := Pair(i64, string).{ first = 4, second = "four" };
  s := p.(Shape);
  print("{} {}\\n", s.‹call_named›named(), ‹pair›pair.first.‹ufcs›twice());
  for 0..3 (‹i›i) { counter += ‹use_i›i; }
  f := (n: i64) => n + ‹captured›counter;
  print("{} {}\\n", f(1), context.‹use_depth›depth);
  push .{ ‹push_depth›depth = 9 } { print("{}\\n", context.depth); }
  if q := first_of("abc") { print("{}\\n", ‹use_q›q); }
}
first_of :: (text: string) -> ?u8 { if text.‹len›len == 0 { return null; } text[0] }
`);

jest.setTimeout(60_000);

let folder: Folder;
let c: LspClient;

beforeAll(async () => {
  folder = new Folder({ 'main.sx': MAIN.text, 'shapes.sx': SHAPES.text });
  c = new LspClient(folder.dir);
  await c.start();
  c.open(folder.uri('shapes.sx'), SHAPES.text);
  c.open(folder.uri('main.sx'), MAIN.text);
  expect(await c.diagnosticsOf(folder.uri('main.sx'))).toEqual([]);
}, 60_000);

afterAll(async () => {
  expect(await c.stop()).toBe(0);
  expect(c.log).toBe('');
  folder.remove();
}, 60_000);

const FILES = { 'main.sx': MAIN, 'shapes.sx': SHAPES };
type File = keyof typeof FILES;

const at = (file: File, mark: string, by = 0) => {
  const position = FILES[file].at[mark];
  if (position === undefined) throw new Error(`no mark ${mark}`);
  return { textDocument: { uri: folder.uri(file) }, position: { line: position.line, character: position.character + by } };
};

/** A location as `file:mark`, where a mark is; else `file:line:column`. */
function spelled(l: Location): string {
  const file = l.uri.slice(l.uri.lastIndexOf('/') + 1);
  const known = Object.entries(FILES[file as File]?.at ?? {}).find(([, p]) => p.line === l.range.start.line && p.character === l.range.start.character);
  return `${file}:${known?.[0] ?? `${l.range.start.line}:${l.range.start.character}`}`;
}

async function definition(file: File, mark: string, by = 0): Promise<string[]> {
  return ((await c.request('textDocument/definition', at(file, mark, by))) as Location[]).map(spelled);
}

test.each([
  ['main.sx', 'use_p', 'main.sx:p'],
  ['main.sx', 'p_x', 'shapes.sx:x'],
  ['main.sx', 'lit_x', 'shapes.sx:x'],
  ['main.sx', 'use_factor', 'main.sx:factor'],
  ['main.sx', 'named_factor', 'main.sx:factor'],
  ['main.sx', 'call_norm', 'shapes.sx:norm'],
  ['main.sx', 'ns_largest', 'shapes.sx:largest'],
  ['main.sx', 'use_green', 'shapes.sx:green'],
  ['main.sx', 'case_green', 'shapes.sx:green'],
  ['main.sx', 'call_named', 'shapes.sx:named'],
  ['main.sx', 'ufcs', 'shapes.sx:twice'],
  ['main.sx', 'use_i', 'main.sx:i'],
  ['main.sx', 'use_depth', 'shapes.sx:depth'],
  ['main.sx', 'push_depth', 'shapes.sx:depth'],
  ['main.sx', 'alias', 'shapes.sx:Point'],
  ['main.sx', 'captured', 'main.sx:4:0'],
  ['shapes.sx', 'self_x', 'shapes.sx:x'],
  // Nothing calls it: an editor wants to know all the same.
  ['shapes.sx', 'unused_x', 'shapes.sx:x'],
  ['main.sx', 'import', 'shapes.sx:0:0'],
] as const)('definition: %s %s', async (file, mark, wanted) => {
  expect(await definition(file, mark)).toEqual([wanted]);
  // The end of a name is of the name, too.
  if (mark === 'use_p') expect(await definition(file, mark, 1)).toEqual([wanted]);
});

test('a name introduced by a parameter list is found from its uses', async () => {
  const [place] = await definition('shapes.sx', 'use_A');
  expect(place).toBe(`shapes.sx:${SHAPES.at['Pair'].line}:${'Pair :: struct ($'.length}`);
});

test('there is nothing to say of blanks and of what the language has built in', async () => {
  expect(await c.request('textDocument/definition', { textDocument: { uri: folder.uri('main.sx') }, position: { line: 8, character: 11 } })).toEqual([]);
  expect(await definition('main.sx', 'len')).toEqual([]);
  expect(await c.request('textDocument/hover', { textDocument: { uri: folder.uri('main.sx') }, position: { line: 900, character: 0 } })).toBeNull();
});

async function hover(file: File, mark: string): Promise<string> {
  const h = (await c.request('textDocument/hover', at(file, mark))) as Hover | null;
  return h === null ? '' : (h.contents as { value: string }).value;
}

test.each([
  ['main.sx', 'use_p', ['p: Point']],
  ['main.sx', 'use_i', ['i: i64']],
  ['main.sx', 'use_q', ['q: u8']],
  ['main.sx', 'pair', ['pair: Pair(i64, string)']],
  ['main.sx', 'use_factor', ['factor: f64']],
  ['main.sx', 'p_x', ['Point.x: f64', 'declared in `shapes.sx`']],
  ['main.sx', 'lit_x', ['Point.x: f64']],
  ['main.sx', 'scale', ['scale :: (p: Point, factor: f64, offset: f64 = 0.5) -> Point']],
  ['main.sx', 'call_norm', ['Point.norm :: (self: *Point) -> f64']],
  ['main.sx', 'ns_largest', ['largest :: (a: $T, b: T) -> T', 'declared in `shapes.sx`']],
  ['main.sx', 'use_green', ['Color.green']],
  ['main.sx', 'use_depth', ['context.depth: i64 = 7', 'declared in `shapes.sx`']],
  ['main.sx', 'push_depth', ['context.depth: i64 = 7']],
  ['main.sx', 'alias', ['Point :: struct {\n  x: f64;\n  y: f64 = 1.5;', 'A point of the plane.\nIts second line.']],
  ['main.sx', 'len', ['len: i64']],
  ['shapes.sx', 'y', ['Point.y: f64 = 1.5']],
  ['shapes.sx', 'Color', ['Color :: enum { red; green; blue; }']],
  ['shapes.sx', 'ORIGIN', ['ORIGIN : Point : .{ x = 0.0, y = 0.0 }']],
] as const)('hover: %s %s', async (file, mark, wanted) => {
  const text = await hover(file, mark);
  for (const w of wanted) expect(text).toContain(w);
});

async function references(file: File, mark: string, includeDeclaration = true): Promise<string[]> {
  return ((await c.request('textDocument/references', { ...at(file, mark), context: { includeDeclaration } })) as Location[]).map(spelled).sort();
}

test('references: a field, over files, literals, methods and code that nothing calls', async () => {
  const found = await references('shapes.sx', 'x');
  expect(found).toEqual(expect.arrayContaining(['shapes.sx:x', 'shapes.sx:self_x', 'shapes.sx:unused_x', 'main.sx:lit_x', 'main.sx:p_x']));
  // Declaration, 3 in its methods, 1 in ORIGIN, 1 unused; two literals and one use in main.
  expect(found).toHaveLength(9);
  expect(await references('main.sx', 'p_x')).toEqual(found);
});

test('references: a variant, a local, a context field', async () => {
  expect(await references('shapes.sx', 'green')).toEqual(['main.sx:case_green', 'main.sx:use_green', 'shapes.sx:green']);
  expect(await references('main.sx', 'i', false)).toEqual(['main.sx:use_i']);
  expect(await references('shapes.sx', 'depth')).toHaveLength(4);
});

test('rename changes every place, and says why it cannot', async () => {
  const edit = (await c.request('textDocument/rename', { ...at('main.sx', 'use_green'), newName: 'leaf' })) as WorkspaceEdit;
  expect(Object.keys(edit.changes!).sort()).toEqual([folder.uri('main.sx'), folder.uri('shapes.sx')].sort());
  for (const [uri, edits] of Object.entries(edit.changes!)) {
    for (const e of edits) expect([textAt(FILES[uri.endsWith('main.sx') ? 'main.sx' : 'shapes.sx'].text, e.range), e.newText]).toEqual(['green', 'leaf']);
  }
  expect(Object.values(edit.changes!).flat()).toHaveLength(3);
  await expect(c.request('textDocument/rename', { ...at('main.sx', 'use_green'), newName: 'not a name' })).rejects.toThrow("'not a name' is no name");
  await expect(c.request('textDocument/rename', { ...at('main.sx', 'len'), newName: 'size' })).rejects.toThrow('does not know where this name is declared');
  expect(await c.request('textDocument/prepareRename', at('main.sx', 'use_p'))).toMatchObject({ placeholder: 'p' });
  expect(await c.request('textDocument/prepareRename', at('main.sx', 'len'))).toBeNull();
});

test('outline', async () => {
  const symbols = (await c.request('textDocument/documentSymbol', { textDocument: { uri: folder.uri('shapes.sx') } })) as DocumentSymbol[];
  const tree = (list: readonly DocumentSymbol[]): string[] => list.flatMap((s) => [s.name, ...tree(s.children ?? []).map((t) => `  ${t}`)]);
  expect(tree(symbols)).toEqual([
    'Point', '  x', '  y', '  norm', 'Color', '  red', '  green', '  blue', 'Shape', '  area', '  named', 'impl Shape for Point', '  area', '  named', 'Pair', '  first', '  second',
    'largest', 'twice', 'ORIGIN', 'depth', 'hidden', 'unused',
  ]);
  const [point] = symbols;
  expect(point).toMatchObject({ kind: 23, selectionRange: { start: SHAPES.at['Point'] } });
  expect(point.children!.find((s) => s.name === 'norm')).toMatchObject({ kind: 6, detail: '(self: *Point) -> f64' });
});

test('hints: the types of what says none', async () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const hints = (await c.request('textDocument/inlayHint', { textDocument: { uri: folder.uri('main.sx') }, range })) as InlayHint[];
  const lines = MAIN.text.split('\n');
  const shown = hints.map((h) => `${/\w+$/.exec(lines[h.position.line].slice(0, h.position.character))?.[0]}${h.label as string}`);
  expect(shown).toEqual([
    'counter: i64', 'p: Point', 'total: f64', 'c: Color', 'pair: Pair(i64, string)', 's: Shape', 'i: i64', 'f: Closure(i64) -> i64', 'q: u8',
  ]);
  const few = (await c.request('textDocument/inlayHint', { textDocument: { uri: folder.uri('main.sx') }, range: { start: { line: 0, character: 0 }, end: { line: 5, character: 0 } } })) as InlayHint[];
  expect(few).toHaveLength(1);
});

/** Labels at `‹here›` of a text that is the project's main for a moment. */
async function complete(text: string): Promise<CompletionItem[]> {
  const m = marked(text);
  c.change(folder.uri('main.sx'), m.text);
  const items = (await c.request('textDocument/completion', { textDocument: { uri: folder.uri('main.sx') }, position: m.at['here'] })) as CompletionItem[];
  c.change(folder.uri('main.sx'), MAIN.text);
  return items;
}

const HEAD = '#import "modules/std.sx";\nshapes :: #import "shapes.sx";\n#import "shapes.sx";\n';

test.each([
  ['fields, methods and ufcs functions of a value', `${HEAD}main :: () {\n  p : Point = .{ x = 1.0 };\n  p.‹here›\n}\n`, ['x', 'y', 'norm', 'area', 'named'], ['Point', 'twice', 'main']],
  ['a name that is begun', `${HEAD}main :: () {\n  p : Point = .{ x = 1.0 };\n  z := p.n‹here›;\n}\n`, ['norm'], ['main']],
  ['in an open argument list', `${HEAD}main :: () {\n  p : Point = .{ x = 1.0 };\n  print("{}", p.‹here›\n}\nafter :: () { }\n`, ['x', 'norm'], []],
  ['in a condition without its block', `${HEAD}main :: () {\n  p : Point = .{ x = 1.0 };\n  if p.‹here›\n}\n`, ['x', 'norm'], []],
  ['of a call', `${HEAD}make :: () -> Point { .{ x = 1.0 } }\nmain :: () {\n  make().‹here›\n}\n`, ['x', 'y', 'norm'], []],
  ['integers', `${HEAD}main :: () { n := 3; n.‹here› }\n`, ['twice'], ['x']],
  ['members of a namespace', `${HEAD}main :: () { shapes.‹here› }\n`, ['Point', 'Color', 'largest', 'ORIGIN'], ['hidden', 'print']],
  ['types of a namespace', `${HEAD}f :: (p: shapes.‹here›) {}\nmain :: () {}\n`, ['Point', 'Color'], ['hidden']],
  ['variants of a type', `${HEAD}main :: () { c := Color.‹here›; }\n`, ['red', 'green', 'blue'], ['x']],
  ['a literal of the type that is wanted', `${HEAD}main :: () { c : Color = .‹here›; }\n`, ['red', 'green', 'blue'], ['x']],
  ['a pattern', `${HEAD}main :: () { c := Color.red; if c == { case .‹here›: {} } }\n`, ['red', 'green', 'blue'], ['x']],
  ['the context', `${HEAD}main :: () { d := context.‹here›; }\n`, ['depth', 'allocator'], ['x']],
  ['strings', `${HEAD}main :: () { s := "abc"; s.‹here› }\n`, ['len', 'ptr'], ['x']],
  ['limits', `${HEAD}main :: () { n := i32.‹here›; }\n`, ['min', 'max'], ['epsilon']],
  ['optional chains', `${HEAD}f :: () -> ?Point { null }\nmain :: () { v := f()?.‹here›; }\n`, ['x', 'norm'], []],
  ['names in scope', `${HEAD}main :: () {\n  outer := 1;\n  { inner := 2; }\n  ‹here›\n  later := 3;\n}\n`, ['outer', 'Point', 'largest', 'print', 'shapes', 'main', 'while', 'i64', 'context'], ['inner', 'later', 'hidden']],
  ['nothing in a comment', `${HEAD}main :: () {\n  // see p.‹here›\n}\n`, [], ['x', 'main']],
  ['nothing in a string', `${HEAD}main :: () { s := "shapes.‹here›"; }\n`, [], ['Point']],
] as const)('completion: %s', async (_what, text, some, none) => {
  const labels = (await complete(text)).map((i) => i.label);
  expect(labels).toEqual(expect.arrayContaining([...some]));
  for (const n of none) expect(labels).not.toContain(n);
  expect(labels).not.toContain('sx_completion_here');
});

test('completion says what things are', async () => {
  const items = await complete(`${HEAD}main :: () {\n  p : Point = .{ x = 1.0 };\n  p.‹here›\n}\n`);
  expect(items.find((i) => i.label === 'x')).toMatchObject({ kind: 5, detail: 'f64' });
  expect(items.find((i) => i.label === 'norm')).toMatchObject({ kind: 2, detail: 'norm :: (self: *Point) -> f64' });
});

async function signature(text: string): Promise<string> {
  const m = marked(text);
  c.change(folder.uri('main.sx'), m.text);
  const h = (await c.request('textDocument/signatureHelp', { textDocument: { uri: folder.uri('main.sx') }, position: m.at['here'] })) as SignatureHelp | null;
  c.change(folder.uri('main.sx'), MAIN.text);
  if (h === null) return '';
  const [s] = h.signatures;
  const label = s.parameters?.[h.activeParameter!]?.label;
  return `${s.label} [${label === undefined ? '' : s.label.slice(label[0] as number, label[1] as number)}]`;
}

test.each([
  ['scale(‹here›', 'scale(p: Point, n: i64 = 2) -> Point [p: Point]'],
  ['scale(‹here›)', 'scale(p: Point, n: i64 = 2) -> Point [p: Point]'],
  ['x := scale(p, ‹here›', 'scale(p: Point, n: i64 = 2) -> Point [n: i64 = 2]'],
  ['scale(p, 1 + (2 * ‹here›', 'scale(p: Point, n: i64 = 2) -> Point [n: i64 = 2]'],
  ['print("{}", scale(p,‹here›));', 'scale(p: Point, n: i64 = 2) -> Point [n: i64 = 2]'],
  ['p.with(‹here›', 'Point2.with(self: Point2, a: f64, b: f64) -> f64 [a: f64]'],
  ['p.with(1.0, ‹here›);', 'Point2.with(self: Point2, a: f64, b: f64) -> f64 [b: f64]'],
  ['shapes.largest(1, ‹here›', 'largest(a: $T, b: T) -> T [b: T]'],
  ['g := (n: i64, s: string) => n; g(1, ‹here›', 'Closure(i64, string) -> i64 [string]'],
  ['print("(", ‹here›', null],
  ['x := (1 + ‹here›', ''],
] as const)('signature: %s', async (line, wanted) => {
  const of = line.startsWith('p.with') ? 'Point2' : 'Point';
  const text = `${HEAD}Point2 :: struct { x: f64; with :: (self: Point2, a: f64, b: f64) -> f64 { a } }\nscale :: (p: Point, n: i64 = 2) -> Point { p }\nmain :: () {\n  p : ${of} = .{ x = 1.0 };\n  ${line}\n}\n`;
  const said = await signature(text);
  if (wanted === null) expect(said).toMatch(/^print\(.*\[\.\./);
  else expect(said).toBe(wanted);
});

test('what is not known of a file that is in no program is no error', async () => {
  const doc = { textDocument: { uri: folder.uri('nowhere.sx') } };
  for (const method of ['definition', 'hover', 'completion', 'signatureHelp', 'documentHighlight', 'prepareRename']) {
    expect(await c.request(`textDocument/${method}`, { ...doc, position: { line: 0, character: 0 } })).toBeNull();
  }
  expect(await c.request('textDocument/documentSymbol', doc)).toBeNull();
  expect(await c.request('textDocument/semanticTokens/full', doc)).toEqual({ data: [] });
});
