// Takes LLVM IR text files; gives for each of them LLVM 14's verdict: a second verifier, independent of LLVM 19.
// A parse error of the addon ends the process with a signal, hence one child process for one file.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAddon } from './build.mjs';

const HELP = `usage: node compiler/llvm14/verify.mjs FILE... | --self-test

Parses and verifies LLVM IR text with LLVM 14 (npm llvm-bindings). One line per file, in order:
  ok FILE
  rejected FILE: reason
Exit status 1 when a file was rejected, 2 when the addon cannot be had.

example
  node compiler/bin/sx ir hello.sx > /tmp/hello.ll && node compiler/llvm14/verify.mjs /tmp/hello.ll`;

const self = fileURLToPath(import.meta.url);
const TIMEOUT_MS = 60_000;

/** In the child: parses and verifies one file. Exit 0 good, 3 broken; a signal means that the text does not parse. */
function child(addon, file) {
  const require = createRequire(import.meta.url);
  const koffi = require('koffi');
  // Before the first context: this dialect has opaque pointers, which LLVM 14 accepts only when asked to.
  const options = koffi.load(addon).func('void LLVMParseCommandLineOptions(int, const char **, const char *)');
  options(2, ['sx', '-opaque-pointers'], '');
  const llvm = require(addon);
  const diagnostic = new llvm.SMDiagnostic();
  const module = llvm.parseIRFile(file, diagnostic, new llvm.LLVMContext());
  if (!module) process.exit(3);
  process.exit(llvm.verifyModule(module) ? 3 : 0);
}

function verifyOne(addon, file) {
  return new Promise((done) => {
    const process_ = spawn(process.execPath, [self, '--child', addon, file], { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    const timer = setTimeout(() => process_.kill('SIGKILL'), TIMEOUT_MS);
    process_.stderr.on('data', (chunk) => {
      if (text.length < 4000) text += chunk;
    });
    process_.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return done({ file, ok: true, reason: '' });
      const first = text.trim().split('\n').slice(0, 3).join(' | ');
      const why = signal
        ? `it does not parse (${signal})`
        : code === 3
          ? 'broken module'
          : `the verifier ended with ${code}`;
      done({ file, ok: false, reason: first === '' ? why : `${why}: ${first}` });
    });
  });
}

/** Verdicts of LLVM 14 on files of IR text, in their order: `{file, ok, reason}`. Throws when the addon cannot be built. */
export async function verifyFiles(files, width = 2) {
  const addon = buildAddon((line) => process.stderr.write(`${line}\n`));
  const results = new Array(files.length);
  let next = 0;
  const lane = async () => {
    while (next < files.length) {
      const index = next++;
      results[index] = await verifyOne(addon, files[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, files.length) }, lane));
  return results;
}

async function main(argv) {
  if (argv[0] === '--child') return child(argv[1], argv[2]);
  if (argv.length === 0 || argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(`${HELP}\n`);
    process.exit(argv.length === 0 ? 2 : 0);
  }
  for (const file of argv) {
    if (existsSync(file) && statSync(file).isFile()) continue;
    process.stderr.write(`llvm14: no file ${file}\n`);
    process.exit(2);
  }
  try {
    const results = await verifyFiles(argv);
    for (const r of results) process.stdout.write(r.ok ? `ok ${r.file}\n` : `rejected ${r.file}: ${r.reason}\n`);
    process.exitCode = results.every((r) => r.ok) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`llvm14: ${error.message}\n`);
    process.exitCode = 2;
  }
}

if (process.argv[1] && resolve(process.argv[1]) === self) await main(process.argv.slice(2));
