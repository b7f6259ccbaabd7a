// The language server as a process: frames, text sync, diagnostics as of `sx check`, formatting, cancellation, the end.
//! ref: 15.7
import { spawnSync } from 'node:child_process';
import type { Diagnostic, TextEdit } from 'vscode-languageserver/node';
import { Folder, LspClient, SX, textAt } from './client.testlib.ts';

const folders: Folder[] = [];
const clients: LspClient[] = [];

function folder(files: Readonly<Record<string, string>>): Folder {
  const made = new Folder(files);
  folders.push(made);
  return made;
}

function client(f: Folder): LspClient {
  const made = new LspClient(f.dir);
  clients.push(made);
  return made;
}

afterEach(() => {
  for (const c of clients.splice(0)) c.child.kill('SIGKILL');
  for (const f of folders.splice(0)) f.remove();
});

/** What `sx check` says of a file, as diagnostics without their URIs: columns are bytes there, and all texts here are ASCII. */
function checked(f: Folder, file: string): object[] {
  const r = spawnSync(process.execPath, [SX, 'check', file, '--error-format', 'json'], { cwd: f.dir, encoding: 'utf8' });
  const lines = r.stderr.split('\n').filter((l) => l.startsWith('{'));
  return lines.map((l) => {
    const d = JSON.parse(l) as { severity: string; code: string; message: string; span: { path: string; line: number; col: number; endLine: number; endCol: number } };
    const start = { line: d.span.line - 1, character: d.span.col - 1 };
    return { path: d.span.path, severity: d.severity === 'error' ? 1 : 2, code: d.code, message: d.message, range: { start, end: { line: d.span.endLine - 1, character: d.span.endCol - 1 } } };
  });
}

function plain(path: string, ds: readonly Diagnostic[]): object[] {
  return ds.map((d) => ({ path, severity: d.severity, code: d.code, message: String(d.message).split('\n')[0], range: d.range }));
}

const HELLO = '#import "modules/std.sx";\nmain :: () { print("hello {}\\n", 1); }\n';

test('starts, shows nothing wrong, ends with status 0', async () => {
  const f = folder({ 'main.sx': HELLO });
  const c = client(f);
  const { capabilities } = await c.start();
  expect(capabilities).toMatchObject({ positionEncoding: 'utf-16', textDocumentSync: { openClose: true, change: 1 }, documentFormattingProvider: true });
  c.open(f.uri('main.sx'), HELLO);
  expect(await c.diagnosticsOf(f.uri('main.sx'))).toEqual([]);
  expect(await c.stop()).toBe(0);
  expect(c.log).toBe('');
}, 30_000);

const WITH_ROOTS = { 'app/main.sx': '#import "words.sx";\n#import "more.sx";\nmain :: () { word(); more(); }\n', 'vendored/src/words.sx': 'word :: () {}\n' };

test('modules are looked for in the folders of sx-project.json, too', async () => {
  const elsewhere = folder({ 'more.sx': 'more :: () {}\n' });
  const f = folder({ ...WITH_ROOTS, 'sx-project.json': JSON.stringify({ module_roots: ['vendored/src', elsewhere.dir] }) });
  const c = client(f);
  await c.start();
  c.open(f.uri('app/main.sx'), WITH_ROOTS['app/main.sx']);
  expect(await c.diagnosticsOf(f.uri('app/main.sx'))).toEqual([]);
  expect(await c.stop()).toBe(0);
  expect(c.log).toBe('');
}, 30_000);

test('an sx-project.json that says something else is named in the log, and the server is there', async () => {
  for (const [text, said] of [['{', /^sx lsp: sx-project\.json: .*JSON/], ['{ "module_roots": "src" }', /^sx lsp: sx-project\.json: module_roots has to be a list of folders\n$/]] as const) {
    const f = folder({ ...WITH_ROOTS, 'sx-project.json': text });
    const c = client(f);
    await c.start();
    c.open(f.uri('app/main.sx'), WITH_ROOTS['app/main.sx']);
    expect(plain('', await c.diagnosticsOf(f.uri('app/main.sx')))).toMatchObject([{ code: 'IMPORT-MISSING' }]);
    expect(await c.stop()).toBe(0);
    expect(c.log).toMatch(said);
  }
}, 60_000);

test('frames may be cut anywhere and come several at once', async () => {
  const f = folder({ 'main.sx': HELLO });
  const c = client(f);
  c.cut = (frame) => Array.from(frame, (b) => Buffer.from([b]));
  await c.start();
  c.open(f.uri('main.sx'), 'main :: () { x := nothing; }\n');
  expect(plain('', await c.diagnosticsOf(f.uri('main.sx')))).toMatchObject([{ code: 'UNRESOLVED', range: { start: { line: 0, character: 18 }, end: { line: 0, character: 25 } } }]);
  let held = Buffer.alloc(0);
  c.cut = (frame) => {
    held = Buffer.concat([held, frame]);
    return [];
  };
  c.change(f.uri('main.sx'), 'main :: () { y := 1; }\n');
  const formatted = c.request('textDocument/formatting', { textDocument: { uri: f.uri('main.sx') }, options: {} });
  c.cut = (frame) => [Buffer.concat([held, frame])];
  const again = c.request('textDocument/formatting', { textDocument: { uri: f.uri('main.sx') }, options: {} });
  expect(await formatted).toEqual(await again);
  c.cut = (frame) => [frame];
  expect(await c.diagnosticsOf(f.uri('main.sx'))).toEqual([]);
  expect(await c.stop()).toBe(0);
}, 30_000);

const BROKEN: Readonly<Record<string, string>> = {
  'several errors and a warning': 'f :: (n: i64) -> i64 { n }\nmain :: () {\n  a := f("x");\n  b: bool = 3;\n  a := 4;\n  c := unknown_name;\n}\n',
  'a syntax error': 'main :: () {\n  x := (1 + ;\n}\n',
  'a syntax error, and what follows from it': 'main :: () {\n  x := .{ a  4 };\n  y := 1;\n}\n}\n',
  'a missing import': '#import "nowhere.sx";\nmain :: () { x := y; }\n',
  'an error in an imported file': '#import "part.sx";\nmain :: () { part(1); }\n',
  'a name declared twice': 'a :: 1;\na :: 2;\nmain :: () { x := zzz; }\n',
  'a syntax error in an imported file': '#import "bad.sx";\nmain :: () { bad(); }\n',
  'an error of compile-time code': 'main :: () { x := #run (1 / 0); }\n',
  'inserted text': 'main :: () { #insert "x := undeclared;"; }\n',
};

test.each(Object.entries(BROKEN))('diagnostics are those of sx check: %s', async (_what, text) => {
  const f = folder({ 'main.sx': text, 'part.sx': 'part :: (n: i64) { s: string = n; }\n', 'bad.sx': 'bad :: () { x := ; }\n' });
  const c = client(f);
  await c.start();
  c.open(f.uri('main.sx'), text);
  await c.diagnosticsOf(f.uri('main.sx'));
  const said = ['main.sx', 'part.sx', 'bad.sx'].flatMap((name) => plain(name, c.diagnostics.get(f.uri(name))?.diagnostics ?? []));
  const wanted = checked(f, 'main.sx');
  expect(wanted.length).toBeGreaterThan(0);
  expect(said).toHaveLength(wanted.length);
  expect(said).toEqual(expect.arrayContaining(wanted));
  expect(await c.stop()).toBe(0);
}, 30_000);

test('texts that are open count before those on disk; what is closed, and what is mended, is shown no more', async () => {
  const f = folder({ 'main.sx': '#import "part.sx";\nmain :: () { part(1); }\n', 'part.sx': 'part :: (n: i64) {}\n' });
  const c = client(f);
  await c.start();
  c.open(f.uri('main.sx'), '#import "part.sx";\nmain :: () { part(1); }\n');
  expect(await c.diagnosticsOf(f.uri('main.sx'))).toEqual([]);
  c.open(f.uri('part.sx'), 'part :: (s: string) {}\n');
  await c.diagnosticsOf(f.uri('part.sx'));
  expect(c.diagnostics.get(f.uri('main.sx'))!.diagnostics).toHaveLength(1);
  c.change(f.uri('part.sx'), 'part :: (n: i64) { s: string = n; }\n');
  expect(await c.diagnosticsOf(f.uri('part.sx'))).toHaveLength(1);
  expect(c.diagnostics.get(f.uri('main.sx'))!.diagnostics).toEqual([]);
  c.notify('textDocument/didClose', { textDocument: { uri: f.uri('part.sx') } });
  c.change(f.uri('main.sx'), '#import "part.sx";\n\nmain :: () { part(2); }\n');
  expect(await c.diagnosticsOf(f.uri('main.sx'))).toEqual([]);
  expect(c.diagnostics.get(f.uri('part.sx'))!.diagnostics).toEqual([]);
  expect(await c.stop()).toBe(0);
}, 30_000);

test('a file without main is checked in the program of the folder that imports it', async () => {
  const f = folder({
    'src/main.sx': '#import "mid.sx";\nmain :: () { mid(2); }\n',
    'src/mid.sx': '#import "leaf.sx";\nmid :: (n: i64) { leaf(n); }\n',
    'src/leaf.sx': 'leaf :: (s: string) {}\n',
  });
  const c = client(f);
  await c.start();
  c.open(f.uri('src/leaf.sx'), 'leaf :: (s: string) {}\n');
  expect(await c.diagnosticsOf(f.uri('src/leaf.sx'))).toEqual([]);
  expect(plain('', c.diagnostics.get(f.uri('src/mid.sx'))!.diagnostics)).toMatchObject([{ range: { start: { line: 1, character: 23 } } }]);
  expect(await c.stop()).toBe(0);
}, 30_000);

test('positions are UTF-16, or UTF-8 when the client can', async () => {
  const text = 'main :: () { s := "äöü 😀"; nothing; }\n';
  for (const [encoding, character] of [['utf-16', text.indexOf('nothing')], ['utf-8', Buffer.from(text).indexOf('nothing')]] as const) {
    const f = folder({ 'main.sx': text });
    const c = client(f);
    expect((await c.start({ general: { positionEncodings: ['utf-32', encoding] } })).capabilities['positionEncoding']).toBe(encoding);
    c.open(f.uri('main.sx'), text);
    expect((await c.diagnosticsOf(f.uri('main.sx')))[0].range.start).toEqual({ line: 0, character });
    expect(await c.stop()).toBe(0);
  }
}, 30_000);

test('formatting is that of sx fmt, and changes no more than it must', async () => {
  const text = '// ä first\nf :: () { x := 1; }\nmain  ::  ()  {  y:=2;  }\n// last ü\n';
  const f = folder({ 'main.sx': text });
  const c = client(f);
  await c.start();
  c.open(f.uri('main.sx'), text);
  const edits = (await c.request('textDocument/formatting', { textDocument: { uri: f.uri('main.sx') }, options: {} })) as TextEdit[];
  expect(edits).toHaveLength(1);
  const replaced = textAt(text, edits[0].range);
  expect(replaced).not.toContain('last');
  expect(replaced).not.toContain('first');
  expect(spawnSync(process.execPath, [SX, 'fmt', 'main.sx'], { cwd: f.dir }).status).toBe(0);
  const formatted = spawnSync('cat', ['main.sx'], { cwd: f.dir, encoding: 'utf8' }).stdout;
  expect(text.replace(replaced, () => edits[0].newText)).toBe(formatted);
  c.change(f.uri('main.sx'), 'main :: ( {\n');
  expect(await c.request('textDocument/formatting', { textDocument: { uri: f.uri('main.sx') }, options: {} })).toBeNull();
  expect(await c.stop()).toBe(0);
}, 30_000);

test('a request that is cancelled before its turn is not worked at', async () => {
  const f = folder({ 'main.sx': HELLO });
  const c = client(f);
  await c.start();
  c.open(f.uri('main.sx'), HELLO);
  const parts: Buffer[] = [];
  c.cut = (frame) => {
    parts.push(frame);
    return [];
  };
  const params = { textDocument: { uri: f.uri('main.sx') }, options: {} };
  const first = c.ask('textDocument/formatting', params);
  const second = c.ask('textDocument/formatting', params);
  c.notify('$/cancelRequest', { id: second.id });
  c.cut = (frame) => [frame];
  c.child.stdin!.write(Buffer.concat(parts));
  expect(await first.answer).toHaveProperty('result');
  expect((await second.answer).error?.code).toBe(-32800);
  expect(await c.stop()).toBe(0);
}, 30_000);

test('what a program prints at compile time does not disturb the protocol', async () => {
  const text = '#import "modules/std.sx";\n#run print("from compile time\\n");\nmain :: () { x := 1; }\n';
  const f = folder({ 'main.sx': text });
  const c = client(f);
  await c.start();
  c.open(f.uri('main.sx'), text);
  await c.diagnosticsOf(f.uri('main.sx'));
  expect(await c.stop()).toBe(0);
  expect(c.log).toContain('from compile time');
}, 30_000);

test('an exit without shutdown is status 1, and so is the end of the input', async () => {
  const f = folder({});
  const c = client(f);
  await c.start();
  c.notify('exit', null);
  expect(await c.ended).toBe(1);
  const d = client(f);
  await d.start();
  d.child.stdin!.end();
  expect(await d.ended).toBe(1);
}, 30_000);

test('processes that C calls at compile time take end with each check', async () => {
  const text = (n: number) => `getppid :: () -> i32 extern "getppid";\nX :: #run getppid();\nmain :: () { y := ${n}; }\n`;
  const f = folder({ 'main.sx': text(0) });
  const c = client(f);
  await c.start();
  c.open(f.uri('main.sx'), text(0));
  for (let i = 1; i < 4; i++) {
    c.change(f.uri('main.sx'), text(i));
    expect(await c.diagnosticsOf(f.uri('main.sx'))).toEqual([]);
  }
  expect(spawnSync('ps', ['--ppid', String(c.child.pid), '-o', 'comm='], { encoding: 'utf8' }).stdout).toBe('');
  expect(await c.stop()).toBe(0);
}, 30_000);
