// Takes programs of corpus/; gives one line per program that behaves differently on aarch64 (under qemu), and `N passed, M failed`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arm64Libraries } from '../requirements.mjs';
import { compareOutcome, compilerCommand, discover, execute, inParallel, programEnv, readXfail } from './lib.mjs';

const HELP = `Usage: node tools/corpus/cross.mjs [--all] [--count N] [--sx PATH] [-v] [PATH-SUBSTRING...]

Compiles corpus programs for aarch64 and runs them under qemu-aarch64 (\`sx run --target linux-arm\`); stdout and exit
status have to be the recorded ones. Programs that need Debian's libraries run where tools/setup found them for arm64. By default all of 12xx-ffi and 17xx-atomics, whose code differs most between the architectures, and a
sample of ${40} other programs, spread over the categories.

  --all        every program
  --count N    size of the sample
  --features F for the compiler, e.g. +lse
  --sx PATH    the compiler (default compiler/bin/sx, or $SX_BIN)

Examples
  node tools/corpus/cross.mjs
  node tools/corpus/cross.mjs --all
  node tools/corpus/cross.mjs -v quicksort`;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const fail = (message) => {
  console.error(`cross: ${message}`);
  process.exit(2);
};
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
let count = 40;
let verbose = false;
let features = [];
const filters = [];
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--all') count = Number.POSITIVE_INFINITY;
  else if (argv[i] === '--count') count = Number(argv[++i]);
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else if (argv[i] === '--features') features = ['--features', argv[++i] ?? ''];
  else if (argv[i] === '-v') verbose = true;
  else if (argv[i].startsWith('-')) fail(`unknown option ${argv[i]} (see --help)`);
  else filters.push(argv[i]);
}
if (!(count > 0)) fail('--count wants a positive number');

if (process.arch !== 'arm64') {
  const probe = spawnSync('qemu-aarch64', ['--version'], { encoding: 'utf8' });
  if (probe.error) fail('qemu-aarch64 was not found: these programs run under it (Debian: qemu-user)');
}

// What the linker, the C compiler and the dynamic loader under qemu have to know of them.
const libraries = join(arm64Libraries(), 'usr/lib/aarch64-linux-gnu');
const hasLibraries = process.arch !== 'arm64' && existsSync(libraries);
const needsLibraries = (p) => p.options.needs === 'debian';

const xfail = readXfail(join(root, 'corpus/xfail.txt'));
const able = discover(root, join(root, 'corpus')).filter(
  (p) =>
    !p.errors.some((e) => e.severity === 'error') &&
    !xfail.has(p.file) &&
    (p.options.native !== true || (hasLibraries && needsLibraries(p))) &&
    (p.options.modes === undefined || p.options.modes.includes('run')) &&
    (filters.length === 0 || filters.some((f) => p.file.includes(f))),
);
if (able.length === 0) fail('no program matches');
const always = able.filter((p) => /\/(12xx-ffi|17xx-atomics)\//.test(p.file));
const others = able.filter((p) => !always.includes(p));
const step = Math.max(1, others.length / count);
const chosen = Number.isFinite(count)
  ? [...always, ...others.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step))]
  : able;

const started = Date.now();
const [command, ...prefix] = compilerCommand(sx);
let passed = 0;
const failures = [];
const results = await inParallel(chosen, 2, async (program) => {
  const extra = program.args.length > 0 ? ['--', ...program.args] : [];
  const foreign = needsLibraries(program);
  const args = [...prefix, 'run', '--target', 'linux-arm', ...features, ...(foreign ? ['-L', libraries] : []), program.file, ...extra];
  const env = programEnv();
  if (foreign) Object.assign(env, { CPATH: join(arm64Libraries(), 'usr/include'), QEMU_SET_ENV: `LD_LIBRARY_PATH=${libraries}` });
  const result = await execute(command, args, { cwd: root, stdin: program.stdin ?? '', timeout: 60_000, env });
  return compareOutcome({ ...program, stderr: null }, result);
});
results.forEach((failure, i) => {
  if (failure === null) {
    passed++;
    if (verbose) console.log(`ok ${chosen[i].file}`);
  } else failures.push(`FAIL ${chosen[i].file} [aarch64]: ${failure}`);
});
for (const failure of failures) console.log(failure);
console.log(`cross: ${chosen.length} of ${able.length} programs, ${((Date.now() - started) / 1000).toFixed(1)} s`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
