// Takes the programs of corpus/ that have recorded IR, and a sample of the others; gives one line per difference or rejected module.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { verifyFiles } from '../../compiler/llvm14/verify.mjs';
import { compilerCommand, diff, discover, execute, inParallel, readXfail } from './lib.mjs';
import { PROVES_WHAT } from './proves.mjs';

const HELP = `Usage: node tools/corpus/ir.mjs [--bless] [--sx PATH] [--no-sample] [PATH-SUBSTRING...]

Emits the LLVM IR (opt 0) of corpus programs for x86_64 and aarch64 and
  1. compares it with NAME.x86_64.ir and NAME.aarch64.ir where these are recorded,
  2. verifies every module with LLVM 19 (opt-19) and with LLVM 14 (compiler/llvm14), also of a sample of the programs
     without recorded IR,
  3. has the compiler verify its own IR of the recorded programs (sx ir-dump).
Last line: N passed, M failed.

  --bless       record the IR of the programs that have recorded IR (and of corpus/ir/*.sx)
  --no-sample   only the programs with recorded IR
  --sx PATH     the compiler (default compiler/bin/sx, or $SX_BIN)

Examples
  node tools/corpus/ir.mjs                    everything
  node tools/corpus/ir.mjs ir/ --no-sample    the recorded ones
  node tools/corpus/ir.mjs --bless ir/loop    record one again`;

const TARGETS = { x86_64: 'x86_64-linux-gnu', aarch64: 'aarch64-linux-gnu' };
const HOST = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
const SAMPLE_EVERY = 4;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
let bless = false;
let sample = true;
const filters = [];
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--bless') bless = true;
  else if (argv[i] === '--no-sample') sample = false;
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else if (argv[i].startsWith('-')) {
    console.error(`ir: unknown option ${argv[i]} (see --help)`);
    process.exit(2);
  } else filters.push(argv[i]);
}

const opt = ['opt-19', '/usr/lib/llvm-19/bin/opt', 'opt'].find((name) => {
  const r = spawnSync(name, ['--version'], { encoding: 'utf8' });
  return r.status === 0 && r.stdout.includes('version 19.');
});
if (opt === undefined) {
  console.error('ir: opt of LLVM 19 was not found (Debian: llvm-19); it verifies the modules');
  process.exit(2);
}

/** Programs with recorded IR first, then every fourth of the ones that run. */
function programs() {
  const xfail = readXfail(join(root, 'corpus/xfail.txt'));
  const pinnedDir = join(root, 'corpus/ir');
  const pinned = existsSync(pinnedDir)
    ? readdirSync(pinnedDir)
        .filter((name) => name.endsWith('.sx'))
        .sort()
        .map((name) => `corpus/ir/${name}`)
    : [];
  const others = discover(root, join(root, 'corpus'))
    .filter((p) => !p.errors.some((e) => e.severity === 'error') && !xfail.has(p.file) && !pinned.includes(p.file));
  const isRecorded = (p) => ['x86_64.ir', 'asm.json'].some((ext) => existsSync(join(root, p.file.replace(/sx$/, ext))));
  const recorded = others.filter(isRecorded).map((p) => p.file);
  const rest = others
    .filter((p) => !isRecorded(p) && (p.exit === null || p.stdout?.trim() !== ''))
    .filter((_, i) => i % SAMPLE_EVERY === 0)
    .filter((p) => p.options.modes === undefined || p.options.modes.some((m) => m.startsWith('aot'))) // compile-time code may end the compiler
    // What is written for one machine (its assembly, its system calls) has text for that machine only.
    .map((p) => ({ file: p.file, recorded: false, arches: p.options.native ? [HOST] : Object.keys(TARGETS) }));
  const all = [
    ...[...pinned, ...recorded].map((file) => ({ file, recorded: true, arches: Object.keys(TARGETS) })),
    ...(sample ? rest : []),
  ];
  return filters.length === 0 ? all : all.filter((p) => filters.some((f) => p.file.includes(f)));
}

const [command, ...prefix] = compilerCommand(sx);
const scratch = mkdtempSync(join(tmpdir(), 'sx-ir-'));
let passed = 0;
/** Whether recorded text with atomic operations was compared. */
let atomics = false;
const failures = [];
try {
  const jobs = programs().flatMap(({ arches, ...p }) => arches.map((arch) => ({ ...p, arch })));
  if (jobs.length === 0) {
    console.error('ir: no program matches');
    process.exit(2);
  }
  const emitted = await inParallel(jobs, 2, async (job) => {
    const name = `${job.file.replaceAll('/', '_').replace(/\.sx$/, '')}.${job.arch}.ll`;
    const path = join(scratch, name);
    // To a file: what the program prints at compile time goes to stdout.
    const args = [...prefix, 'build', '--emit', 'ir', '-o', path, '--target', TARGETS[job.arch], '--opt', '0', job.file];
    const result = await execute(command, args, { cwd: root, timeout: 60_000 });
    const own = job.recorded ? await execute(command, [...prefix, 'ir-dump', '--target', TARGETS[job.arch], job.file], { cwd: root, timeout: 60_000 }) : null;
    return { ...job, path, text: result.code === 0 ? readFileSync(path, 'utf8') : '', code: result.code, stderr: result.stderr, own };
  });
  const good = emitted.filter((e) => e.code === 0);
  const seconds = new Map((await verifyFiles(good.map((e) => e.path))).map((r) => [r.file, r]));
  for (const e of emitted) {
    const label = `${e.file} [${e.arch}]`;
    const problems = [];
    if (e.code !== 0) problems.push(`sx ir: exit ${e.code}\n${e.stderr.split('\n').slice(0, 8).join('\n')}`);
    else {
      if (e.text.includes(root)) problems.push('the IR holds an absolute path');
      const first = spawnSync(opt, ['-passes=verify', '-disable-output', e.path], { encoding: 'utf8' });
      if (first.status !== 0) problems.push(`rejected by LLVM 19: ${first.stderr.split('\n').slice(0, 3).join(' | ')}`);
      const second = seconds.get(e.path);
      if (!second.ok) problems.push(`rejected by LLVM 14: ${second.reason}`);
      if (e.recorded) problems.push(...compare(e));
      if (e.own !== null && e.own.code !== 0) problems.push(`sx ir-dump: exit ${e.own.code}\n${e.own.stderr.split('\n').slice(0, 3).join('\n')}`);
      if (e.recorded && /\batomic\b|\bcmpxchg\b|^ *fence /m.test(e.text)) atomics = true;
    }
    if (problems.length === 0) passed++;
    else failures.push(`FAIL ${label}: ${problems.join('\n')}`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Differences from the recorded text; records it with --bless. */
function compare(e) {
  const path = join(root, e.file.replace(/\.sx$/, `.${e.arch}.ir`));
  if (bless) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, e.text);
    console.log(`recorded ${relative(root, path)}`);
    return [];
  }
  if (!existsSync(path)) return [`${basename(path)} is not recorded (--bless records it)`];
  const text = readFileSync(path, 'utf8');
  return text === e.text ? [] : [`differs from ${basename(path)} (- recorded, + actual)\n${diff(text, e.text)}`];
}

for (const failure of failures) console.log(failure);
if (atomics) console.log(PROVES_WHAT);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
