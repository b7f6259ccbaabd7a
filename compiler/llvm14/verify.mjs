// Takes files of LLVM text; gives LLVM 14's verdict on each (npm llvm-bindings): a verifier independent of LLVM 19.
import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addonPath, buildAddon } from './build.mjs';

const HELP = `usage: node compiler/llvm14/verify.mjs FILE... | --self-test

Parses and verifies LLVM IR text with LLVM 14 (npm llvm-bindings). One line per file, in order:
  ok FILE
  rejected FILE: reason
Exit status 1 when a file was rejected, 2 when the addon cannot be had.

  --self-test   check that right text is accepted and wrong text rejected, also text that crashes the addon

example
  node compiler/bin/sx ir hello.sx > /tmp/hello.ll && node compiler/llvm14/verify.mjs /tmp/hello.ll`;

const self = fileURLToPath(import.meta.url);
const TIMEOUT_MS = 60_000;

/** The child: answers {file} with {ok}, and {file, explain} with {reason}. */
function serve() {
  const require = createRequire(import.meta.url);
  const koffi = require('koffi');
  const lib = koffi.load(addonPath());
  // Before the first context: this dialect has opaque pointers, which LLVM 14 accepts only when asked to.
  lib.func('void LLVMParseCommandLineOptions(int, const char **, const char *)')(2, ['sx', '-opaque-pointers'], '');
  const llvm = require(addonPath());
  const judge = (file) => {
    const module = llvm.parseIRFile(file, new llvm.SMDiagnostic(), new llvm.LLVMContext()); // the crash, if any, is here
    return { ok: !llvm.verifyModule(module) }; // its words go to stderr
  };
  const text = (out) => (out[0] === null ? '' : koffi.decode(out[0], 'char', -1));
  const explain = (file) => {
    const [buffer, message] = [[null], [null]];
    const context = lib.func('void *LLVMContextCreate()')();
    const read = lib.func('int LLVMCreateMemoryBufferWithContentsOfFile(const char *, _Out_ void **, _Out_ void **)');
    if (read(file, buffer, message) !== 0) return { reason: text(message) };
    const parse = lib.func('int LLVMParseIRInContext(void *, void *, _Out_ void **, _Out_ void **)');
    return { reason: parse(context, buffer[0], [null], message) === 0 ? '' : text(message) };
  };
  process.on('message', (m) => process.send(m.explain ? explain(m.file) : judge(m.file)));
  process.on('disconnect', () => process.exit(0));
  process.send({ ready: true });
}

/** A child that is asked one thing at a time; ask() gives its answer and its stderr, or {died}. */
function makeChild() {
  const child = fork(self, ['--child'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let stderr = '';
  let settle;
  const answer = (value) => settle?.({ stderr, ...value });
  child.stderr.on('data', (chunk) => {
    if (stderr.length < 4000) stderr += chunk;
  });
  child.on('message', (m) => setImmediate(() => answer(m))); // after what it wrote before
  child.on('close', (code, signal) => answer({ died: signal ?? `status ${code}` }));
  child.on('error', (error) => answer({ died: error.message }));
  const reply = async () => {
    let timer;
    const value = await new Promise((done) => {
      settle = done;
      timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    });
    clearTimeout(timer);
    settle = undefined;
    return value;
  };
  const ask = (message) => {
    stderr = '';
    child.send(message, () => {}); // when it is gone, 'close' tells
    return reply();
  };
  return { hello: reply(), ask, stop: () => child.kill() };
}

const oneLine = (text) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 3)
    .join(' | ');

/** Verdicts of LLVM 14 on files of IR text, in their order: `{file, ok, reason}`. Throws when the addon cannot be had. */
export async function verifyFiles(files, width = 2) {
  buildAddon((line) => process.stderr.write(`${line}\n`));
  const results = new Array(files.length);
  let next = 0;
  const lane = async () => {
    let child;
    const fresh = async () => {
      const made = makeChild();
      const hello = await made.hello;
      if (hello.died) throw new Error(`llvm-bindings does not load (${hello.died}):\n${hello.stderr}`);
      return made;
    };
    while (next < files.length) {
      const index = next++;
      const file = files[index];
      child ??= await fresh();
      const verdict = await child.ask({ file });
      let reason = verdict.ok ? '' : `broken module: ${oneLine(verdict.stderr)}`;
      if (verdict.died) {
        // A parse error kills the addon; LLVM's C interface has the message and survives.
        child = await fresh();
        const why = oneLine((await child.ask({ file, explain: true })).reason ?? '');
        reason = `it does not parse (${verdict.died})${why === '' ? '' : `: ${why}`}`;
      }
      results[index] = { file, ok: reason === '', reason };
    }
    child?.stop();
  };
  await Promise.all(Array.from({ length: Math.min(width, files.length) }, lane));
  return results;
}

/** Texts with what is right to say of them. */
const SAMPLES = [
  ['right', true, 'define ptr @f(ptr %p) {\n  fence seq_cst\n  %x = load i32, ptr %p\n  ret ptr %p\n}\n'],
  ['syntax', false, 'define i32 @f( {\n'],
  ['type', false, 'define i32 @f() {\n  ret i64 0\n}\n'],
  [
    'dominance',
    false,
    'define i32 @f(i1 %c) {\n  br i1 %c, label %a, label %b\na:\n  %x = add i32 1, 2\n  br label %b\nb:\n  ret i32 %x\n}\n',
  ],
  ['right_again', true, 'define void @f() {\n  ret void\n}\n'],
];

async function selfTest() {
  const dir = mkdtempSync(join(tmpdir(), 'sx-llvm14-'));
  try {
    for (const [name, , text] of SAMPLES) writeFileSync(join(dir, name), text);
    const results = await verifyFiles(
      SAMPLES.map(([name]) => join(dir, name)),
      1,
    );
    const wrong = results.filter((r, i) => r.ok !== SAMPLES[i][1]);
    for (const r of results) {
      const verdict = r.ok ? 'accepted' : `rejected: ${r.reason.replaceAll(`${dir}/`, '')}`;
      console.log(`${wrong.includes(r) ? 'WRONG' : 'right'} ${basename(r.file)}: ${verdict}`);
    }
    return wrong.length === 0 ? 0 : 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function main(argv) {
  if (argv.length === 0 || argv.includes('--help') || argv.includes('-h')) {
    console.log(HELP);
    return argv.length === 0 ? 2 : 0;
  }
  if (argv[0] === '--self-test') return selfTest();
  for (const file of argv) {
    if (existsSync(file) && statSync(file).isFile()) continue;
    console.error(`llvm14: no file ${file}`);
    return 2;
  }
  const results = await verifyFiles(argv);
  for (const r of results) console.log(r.ok ? `ok ${r.file}` : `rejected ${r.file}: ${r.reason}`);
  return results.every((r) => r.ok) ? 0 : 1;
}

if (process.argv[2] === '--child') serve();
else if (process.argv[1] && resolve(process.argv[1]) === self) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`llvm14: ${error.message}`);
    process.exitCode = 2;
  }
}
