// Takes the litmus programs; gives their outcomes natively and under ThreadSanitizer, and says which forbidden one was seen or weak twin was missed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerCommand, execute } from '../corpus/lib.mjs';

/**
 * What the threads saw is counted, and some outcome is forbidden. `caught` (weak twins): who has to notice that an
 * ordering is missing: `tsan` reports a data race, `counter` sees the forbidden outcome. `allowed`: nothing is forbidden;
 * the outcomes are counted for the reader. `notUnder`: where the outcome is counted and not judged.
 */
const TESTS = [
  { name: 'mp', what: 'message passing, plain payload, release/acquire flag' },
  { name: 'mp_fence', what: 'message passing by fences' },
  { name: 'mp_weak', what: 'its flag relaxed', caught: 'tsan' },
  // qemu-user (7.2) puts no barrier between stlr and ldar: the same program in C by gcc fails there as well.
  { name: 'sb', what: 'store buffering, seq_cst', notUnder: 'qemu' },
  { name: 'sb_fence', what: 'store buffering, seq_cst fences' },
  { name: 'sb_rmw', what: 'store buffering, seq_cst read-modify-writes' },
  { name: 'sb_weak', what: 'release/acquire only', caught: 'counter' },
  { name: 'lb', what: 'load buffering, acquire/release' },
  { name: 'lb_relaxed', what: 'load buffering, relaxed', allowed: true },
  { name: 'iriw', what: 'independent reads of independent writes, seq_cst' },
  { name: 'iriw_acquire', what: 'the same, acquire', allowed: true },
  { name: 'coherence', what: 'one place, one order: a reader' },
  { name: 'coherence_2w', what: 'one place, one order: two writers, two readers' },
  { name: 'rmw', what: 'no increment is lost' },
  { name: 'rmw_weak', what: 'load and store instead of fetch_add', caught: 'counter' },
  { name: 'spinlock', what: 'a plain counter under a lock' },
  { name: 'spinlock_weak', what: 'lock and unlock relaxed', caught: 'tsan' },
  { name: 'seqlock', what: 'two writers, two readers' },
  { name: 'seqlock_weak', what: 'writers relaxed', caught: 'tsan' },
  { name: 'treiber', what: 'Treiber stack, tagged pointer, three threads' },
  { name: 'treiber_weak', what: 'push and pop relaxed', caught: 'tsan' },
  { name: 'spsc', what: 'ring of one producer and one consumer' },
  { name: 'spsc_weak', what: 'publishing relaxed', caught: 'tsan' },
];

const HELP = `Usage: node tools/litmus/run.mjs [--iterations N] [--tsan-iterations N] [--qemu] [--sx PATH] [TEST...]

Builds tools/litmus/programs/litmus.sx (--opt 2) and runs each test on real threads, natively and, built with
--sanitizer thread, under ThreadSanitizer:
  forbidden outcomes of the C11 memory model must not occur and ThreadSanitizer must be silent,
  allowed ones are counted and printed,
  each weak twin, which has an ordering too few, must be caught: by ThreadSanitizer or by the counter of its outcome
  (it is tried up to ${8} times; a counter needs two processors at the same time).
Last line: N passed, M failed.

  --iterations N       natively (default 50000)
  --tsan-iterations N  under ThreadSanitizer (default 5000)
  --qemu               also for aarch64 under qemu-aarch64 (default there: as under ThreadSanitizer)
  --sx PATH            the compiler (default compiler/bin/sx, or $SX_BIN)

Tests
${TESTS.map((t) => `  ${t.name.padEnd(14)} ${t.what}${t.caught ? ` (caught by ${t.caught})` : t.allowed ? ' (nothing is forbidden)' : ''}`).join('\n')}

Examples
  node tools/litmus/run.mjs
  node tools/litmus/run.mjs --iterations 1000000 --tsan-iterations 1000000
  node tools/litmus/run.mjs sb sb_weak`;

const ATTEMPTS = 8;
const TIMEOUT_MS = 600_000;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const fail = (message) => {
  console.error(`litmus: ${message}`);
  process.exit(2);
};
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
let iterations = 50_000;
let tsanIterations = 5_000;
let qemu = false;
const names = [];
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--iterations') iterations = Number(argv[++i]);
  else if (argv[i] === '--tsan-iterations') tsanIterations = Number(argv[++i]);
  else if (argv[i] === '--qemu') qemu = true;
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else if (argv[i].startsWith('-')) fail(`unknown option ${argv[i]} (see --help)`);
  else if (!TESTS.some((t) => t.name === argv[i])) fail(`no test is called '${argv[i]}' (see --help)`);
  else names.push(argv[i]);
}
if (!(iterations >= 1) || !(tsanIterations >= 1)) fail('--iterations and --tsan-iterations want positive numbers');
if (qemu && spawnSync('qemu-aarch64', ['--version']).error) fail('qemu-aarch64 was not found (Debian: qemu-user)');

const dir = mkdtempSync(join(tmpdir(), 'sx-litmus-'));
const [command, ...prefix] = compilerCommand(sx);
/** Path of the executable built with `options`. */
async function build(name, options) {
  const path = join(dir, name);
  const r = await execute(command, [...prefix, 'build', 'tools/litmus/programs/litmus.sx', '--opt', '2', ...options, '-o', path], { cwd: root, timeout: 120_000 });
  if (r.code !== 0) fail(`sx build ${options.join(' ')}: exit ${r.code}\n${r.stderr}`);
  return path;
}

/** One run: its line, the forbidden outcomes it counted, the races that ThreadSanitizer reported. */
async function once(run, test) {
  const r = await execute(run.command[0], [...run.command.slice(1), test.name, String(run.iterations)], {
    timeout: TIMEOUT_MS,
    env: { ...process.env, TSAN_OPTIONS: 'exitcode=0 report_bugs=1 history_size=4' },
  });
  const m = /^(\S+) iterations=(\d+) forbidden=(\d+) outcomes: (.*)$/m.exec(r.stdout);
  const races = (r.stderr.match(/WARNING: ThreadSanitizer: data race/g) ?? []).length;
  if (r.code !== 0 || m === null) return { error: `exit ${r.code}\n${r.stdout}${r.stderr.slice(0, 2000)}` };
  if (races === 0 && /ThreadSanitizer/.test(r.stderr)) return { error: r.stderr.slice(0, 2000) };
  return { forbidden: Number(m[3]), outcomes: m[4], races };
}

let passed = 0;
let failed = 0;
async function judge(run, test) {
  // A twin that the other tool catches has nothing to say here.
  if (test.caught === 'tsan' && run.name !== 'tsan') return;
  if (test.caught === 'counter' && run.name !== 'native') return;
  let verdict = null;
  let last = null;
  for (let attempt = 1; attempt <= (test.caught ? ATTEMPTS : 1); attempt++) {
    last = await once(run, test);
    if (last.error) verdict = last.error;
    else if (test.caught === 'tsan') verdict = last.races > 0 ? null : 'ThreadSanitizer did not notice the missing ordering';
    else if (test.caught === 'counter') {
      verdict = last.forbidden > 0 ? null : 'the forbidden outcome did not show: are there two free processors?';
    } else if (last.forbidden > 0 && test.notUnder !== run.name) verdict = `${last.forbidden} forbidden outcomes`;
    else if (last.races > 0) verdict = `${last.races} data races reported`;
    else verdict = null;
    if (verdict === null) break;
  }
  const note = test.notUnder === run.name ? `forbidden ${last.forbidden}, NOT JUDGED under ${run.name} (see run.mjs)` : test.caught ? `caught: ${test.caught === 'tsan' ? `${last.races} races` : `${last.forbidden} forbidden`}` : `forbidden ${last.forbidden}`;
  if (verdict === null) passed++;
  else failed++;
  console.log(`${verdict === null ? 'ok  ' : 'FAIL'} ${run.name.padEnd(7)} ${test.name.padEnd(14)} ${verdict === null ? `${String(run.iterations).padStart(8)} × ${note}; ${last.outcomes}` : verdict}`);
}

try {
  const runs = [
    { name: 'native', command: [await build('native', [])], iterations },
    { name: 'tsan', command: [await build('tsan', ['--sanitizer', 'thread'])], iterations: tsanIterations },
  ];
  if (qemu) runs.push({ name: 'qemu', command: ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu', await build('arm', ['--target', 'linux-arm'])], iterations: tsanIterations });
  console.log('outcomes: a digit for each thread (0 to 2, see tools/litmus/programs/shapes.sx) = how often');
  for (const test of TESTS) {
    if (names.length > 0 && !names.includes(test.name)) continue;
    for (const run of runs) await judge(run, test);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
console.log('A weaker machine than this one may show more of the allowed outcomes. Not caught by any twin: a missing ordering of');
console.log('lb, iriw, coherence and of the readers of seqlock (this machine does not reorder loads, and TSan sees no race of atomics).');
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
