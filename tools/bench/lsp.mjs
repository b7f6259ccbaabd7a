// Takes nothing; edits a large file in the language server, and gives the time to its diagnostics as a ratio to `sx check` of the same text.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const HELP = `Usage: node tools/bench/lsp.mjs [--lines N] [--runs N] [--help]

One file of N lines. Minimum of several runs, taken in turns:
  sx check      a process of its own
  edit          one line changes in the open file: until its diagnostics arrive (with the pause that waits for more typing)
  hover, semantic tokens, completion   requests right after such an edit

  --lines N   lines of the file (default 20000)
  --runs N    runs of each (default 5)

Example
  node tools/build.mjs && node tools/bench/lsp.mjs`;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const o = { lines: 20_000, runs: 5 };
for (let i = 0; i < argv.length; i += 2) {
  const name = /^--(lines|runs)$/.exec(argv[i])?.[1];
  if (name === undefined || !(Number(argv[i + 1]) > 0)) {
    console.error(`bench: wrong option ${argv[i]} (see --help)`);
    process.exit(2);
  }
  o[name] = Number(argv[i + 1]);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');

function program(edit) {
  const parts = ['#import "modules/std.sx";'];
  const n = Math.round((o.lines - 4) / 12);
  for (let i = 0; i < n; i++) {
    parts.push(`Rec_${i} :: struct { a: i64; b: i64; c: f64; }
work_${i} :: (x: i64) -> i64 {
    if x <= 0 { return ${i % 13}; }
    r := Rec_${i}.{ a = x * ${(i % 9) + 1}, b = x + 1, c = x.(f64) };
    sum := 0;
    for 0..4 (j) {
        if j % 2 == 0 { sum = sum + r.a * j; } else { sum = sum - r.b; }
        k := j;
        while k > 0 { sum = sum + k; k = k - 1; }
    }
    return sum + ${i === 0 ? 'x' : `work_${i - 1}(x - ${i % 7})`};
}`);
  }
  parts.push(`main :: () { print("{} {}\\n", work_${n - 1}(3), ${edit}); }`, '');
  return parts.join('\n');
}

const dir = mkdtempSync(join(tmpdir(), 'sx-bench-lsp-'));
const file = join(dir, 'main.sx');
const uri = pathToFileURL(file).href;
const server = spawn(process.execPath, [sx, 'lsp'], { cwd: dir, stdio: ['pipe', 'pipe', 'inherit'] });
const waiting = new Map();
let input = Buffer.alloc(0);
let last = null;
let onDiagnostics = () => {};
server.stdout.on('data', (chunk) => {
  input = Buffer.concat([input, chunk]);
  for (;;) {
    const head = input.indexOf('\r\n\r\n');
    const length = head < 0 ? 0 : Number(/Content-Length: (\d+)/.exec(input.toString('latin1', 0, head))[1]);
    if (head < 0 || input.length < head + 4 + length) return;
    const m = JSON.parse(input.toString('utf8', head + 4, head + 4 + length));
    input = input.subarray(head + 4 + length);
    if (m.method === 'textDocument/publishDiagnostics') {
      last = m.params;
      onDiagnostics();
    } else if (m.id !== undefined) waiting.get(m.id)?.(m.result);
  }
});
const send = (m) => {
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...m }));
  server.stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
};
let id = 0;
const request = (method, params) =>
  new Promise((done) => {
    waiting.set(++id, done);
    send({ id, method, params });
  });
let version = 0;
const change = (text) => send({ method: 'textDocument/didChange', params: { textDocument: { uri, version: ++version }, contentChanges: [{ text }] } });
/** Diagnostics of the last text; they may have come already. */
const shown = () =>
  new Promise((done) => {
    onDiagnostics = () => (last?.uri === uri && last.version === version ? done(last.diagnostics) : undefined);
    onDiagnostics();
  });

const best = {};
const keep = (name, ms) => {
  best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, ms);
};
try {
  await request('initialize', { processId: process.pid, rootUri: pathToFileURL(dir).href, capabilities: {} });
  send({ method: 'initialized', params: {} });
  writeFileSync(file, program(0));
  send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'sx', version, text: program(0) } } });
  await shown();
  for (let run = 1; run <= o.runs; run++) {
    const text = program(run % 2 === 0 ? run : `undeclared_${run}`);
    writeFileSync(file, text);
    let began = performance.now();
    spawnSync(process.execPath, [sx, 'check', file], { cwd: dir });
    keep('sx check', performance.now() - began);
    began = performance.now();
    change(text);
    const diagnostics = await shown();
    keep('edit', performance.now() - began);
    if (diagnostics.length !== run % 2) throw new Error(`run ${run}: ${diagnostics.length} diagnostics`);
    const at = { textDocument: { uri }, position: { line: 4, character: 5 } };
    for (const [name, method] of [['hover', 'hover'], ['semantic tokens', 'semanticTokens/full'], ['completion', 'completion']]) {
      change(program(run + 100));
      began = performance.now();
      await request(`textDocument/${method}`, at);
      keep(name, performance.now() - began);
      await shown();
    }
  }
  const lines = program(0).split('\n').length - 1;
  console.log(`${lines} lines`);
  for (const [name, ms] of Object.entries(best)) console.log(`${name.padEnd(16)} ${Math.round(ms).toString().padStart(6)} ms   ${(ms / best['sx check']).toFixed(2)} of sx check`);
} finally {
  send({ id: ++id, method: 'shutdown' });
  send({ method: 'exit' });
  rmSync(dir, { recursive: true, force: true });
}
