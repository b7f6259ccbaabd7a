// The language server on programs that are being typed: cut off anywhere, characters missing; it lives, answers, and agrees with sx check.
//! ref: 15.7
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Folder, LspClient, SX } from './client.testlib.ts';

jest.setTimeout(300_000);

const CORPUS = resolve(__dirname, '../../../corpus');
const SEED = Number(process.env['SX_LSP_SEED'] ?? 1);
/** Texts per file; more with SX_LSP_ROUNDS. */
const ROUNDS = Number(process.env['SX_LSP_ROUNDS'] ?? 6);

/** mulberry32. */
function random(seed: number): () => number {
  let s = seed;
  return () => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const FILES = ['0301', '0402', '0601', '0712', '0803', '0904', '1003', '1105', '1302'].flatMap((n) => {
  const dir = readdirSync(CORPUS).find((d) => d.startsWith(n.slice(0, 2)));
  const file = dir === undefined ? undefined : readdirSync(join(CORPUS, dir)).find((f) => f.startsWith(n) && f.endsWith('.sx'));
  return file === undefined ? [] : [join(CORPUS, dir!, file)];
});

let running: LspClient | null = null;

function client(f: Folder): LspClient {
  running = new LspClient(f.dir);
  return running;
}

// A test that fails leaves no server behind.
afterEach(() => {
  running?.child.kill('SIGKILL');
  running = null;
});

const QUESTIONS = ['hover', 'definition', 'completion', 'signatureHelp', 'documentHighlight'];

/** Asks everything at one place; an error of the protocol fails the test. */
async function askAll(c: LspClient, uri: string, text: string, offset: number): Promise<void> {
  const lines = text.slice(0, offset).split('\n');
  const textDocument = { uri };
  const position = { line: lines.length - 1, character: lines[lines.length - 1].length };
  const whole = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } };
  const answers = [
    ...QUESTIONS.map((q) => c.request(`textDocument/${q}`, { textDocument, position })),
    c.request('textDocument/documentSymbol', { textDocument }),
    c.request('textDocument/semanticTokens/full', { textDocument }),
    c.request('textDocument/inlayHint', { textDocument, range: whole }),
    c.request('textDocument/formatting', { textDocument, options: {} }),
  ];
  const [, , , , , , tokens] = await Promise.all(answers);
  const { data } = tokens as { data: number[] };
  expect(data.length % 5).toBe(0);
  for (let i = 0; i < data.length; i += 5) expect(data[i] >= 0 && data[i + 1] >= 0 && data[i + 2] > 0).toBe(true);
}

test('there are files to cut', () => expect(FILES.length).toBeGreaterThan(5));

test('every beginning of a small program', async () => {
  const text = '#import "modules/std.sx";\nP :: struct { a: i64; f :: (self: *P, n: i64) -> i64 { self.a + n } }\nE :: enum { x; y: string; }\nmain :: () {\n  p := P.{ a = 1 };\n  for 0..3 (i) { if i == { case 1: print("{}\\n", p.f(i)); else: {} } }\n  q := (n: i64) => n ?? 2;\n}\n';
  const folder = new Folder({ 'main.sx': text });
  const c = client(folder);
  await c.start();
  c.open(folder.uri('main.sx'), '');
  for (let n = 0; n <= text.length; n++) {
    const cut = text.slice(0, n);
    c.change(folder.uri('main.sx'), cut);
    await askAll(c, folder.uri('main.sx'), cut, n);
  }
  expect(await c.stop()).toBe(0);
  expect(c.log).toBe('');
  folder.remove();
});

test.each(FILES)('cut off and with characters missing: %s', async (file) => {
  const text = readFileSync(file, 'utf8').replace(/^\s*#run .*$/gm, '');
  const next = random(SEED + FILES.indexOf(file));
  const folder = new Folder({ 'main.sx': text });
  const c = client(folder);
  await c.start();
  c.open(folder.uri('main.sx'), text);
  for (let round = 0; round < ROUNDS; round++) {
    const at = Math.floor(next() * text.length);
    for (const broken of [text.slice(0, at), text.slice(0, at) + text.slice(at + 1)]) {
      c.change(folder.uri('main.sx'), broken);
      await askAll(c, folder.uri('main.sx'), broken, at);
    }
    if (round !== 0) continue;
    // What it says of the last text is what the command says of it.
    const broken = text.slice(0, at) + text.slice(at + 1);
    const said = (await c.diagnosticsOf(folder.uri('main.sx'))).map((d) => `${d.code}@${d.range.start.line + 1}`);
    folder.write('main.sx', broken);
    const r = spawnSync(process.execPath, [SX, 'check', 'main.sx', '--error-format', 'json'], { cwd: folder.dir, encoding: 'utf8' });
    const wanted = r.stderr.split('\n').filter((l) => l.startsWith('{')).map((l) => JSON.parse(l) as { code: string; span: { path: string; line: number } | null });
    expect(said).toEqual(wanted.filter((d) => d.span === null || d.span.path === 'main.sx').map((d) => `${d.code}@${d.span?.line ?? 1}`));
  }
  expect(await c.stop()).toBe(0);
  expect(c.log.split('\n').filter((l) => l.startsWith('analysis of'))).toEqual([]);
  folder.remove();
});
