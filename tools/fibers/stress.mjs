// Takes the programs of corpus/18xx-concurrency and the seeded bugs of runtime/stress; gives what sanitizers and perturbed orders say of them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareOutcome, compilerCommand, discover, execute, inParallel, programEnv, readXfail } from '../corpus/lib.mjs';

/** Programs whose recorded outcome is another under a sanitizer, and why; `null`: it is not run. */
const OTHERWISE = {
  '1881-concurrency-fiber-overflow': { exit: { address: 1, thread: 66 }, report: /stack-overflow/, why: 'the overflow is reported as one' },
  '1882-concurrency-fiber-guard': { skip: ['thread'], why: 'its handler prints, which ThreadSanitizer calls signal-unsafe' },
  '1884-concurrency-fiber-root': { skip: ['address'], why: 'AddressSanitizer keeps addressable frames beside the stack, and the program asks where they are' },
  '1883-concurrency-sanitizer-fact': { skip: ['address', 'thread'], why: 'it is about a build without a sanitizer' },
};

/**
 * Seeded bugs. `by`: the variants that have to notice, with what they say. `unseen`: nobody notices without a seed (the order is
 * first in, first out), so that the perturbation is what finds it.
 */
const BUGS = [
  { name: 'bug_lost_wake', what: 'a wake between look and park is lost', by: { plain: /deadlock/ }, unseen: true },
  { name: 'bug_race', what: 'fibers of two threads count in a plain word', by: { tsan: /ThreadSanitizer: data race/ } },
  { name: 'bug_after_end', what: "a fiber's local is used after its end", by: { asan: /ERROR: AddressSanitizer/ } },
  { name: 'bug_dead_handle', what: 'a fiber is woken after its end', by: { asan: /heap-use-after-free/, tsan: /heap-use-after-free/ } },
];

const VARIANTS = { plain: 'none', asan: 'address', tsan: 'thread' };

const HELP = `Usage: node tools/fibers/stress.mjs [--runs N] [--seed N] [--sx PATH] [-v] [corpus|bugs|PATH-SUBSTRING...]

Part of the stress harness of the plan's Stream C (docs/guides/stress.md):
  corpus  every program of corpus/18xx-concurrency with --sanitizer address and thread: the recorded outcome, no report
  bugs    the seeded bugs of runtime/stress have to be caught within N runs with seeds:
${BUGS.map((b) => `            ${b.name.padEnd(16)} ${b.what} (${Object.keys(b.by).join(', ')})`).join('\n')}
Run-N of correct programs is bazel test //runtime:fiber_stress (100 seeds, plain, tsan, asan).
Last line: N passed, M failed.

  --runs N   tries for a bug (default 100)
  --seed N   the first seed (default 1; the others follow)
  -v         a line for every program

Examples
  node tools/fibers/stress.mjs
  node tools/fibers/stress.mjs -v corpus 1826`;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const fail = (message) => {
  console.error(`stress: ${message}`);
  process.exit(2);
};
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
let runs = 100;
let first = 1;
let verbose = false;
const parts = [];
const filters = [];
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--runs') runs = Number(argv[++i]);
  else if (argv[i] === '--seed') first = Number(argv[++i]);
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else if (argv[i] === '-v') verbose = true;
  else if (argv[i] === 'corpus' || argv[i] === 'bugs') parts.push(argv[i]);
  else if (argv[i].startsWith('-')) fail(`unknown option ${argv[i]} (see --help)`);
  else filters.push(argv[i]);
}
if (!(runs >= 1) || !(first >= 0)) fail('--runs and --seed want numbers');
if (spawnSync('clang-19', ['--version']).error) fail('clang-19 was not found: sanitized programs are linked by it (Debian: clang-19, libclang-rt-19-dev)');
const wanted = (part) => parts.length === 0 || parts.includes(part);
const chosen = (name) => filters.length === 0 || filters.some((f) => name.includes(f));

const dir = mkdtempSync(join(tmpdir(), 'sx-stress-'));
const [command, ...prefix] = compilerCommand(sx);
let passed = 0;
let failed = 0;
const say = (ok, text) => {
  if (ok) passed++;
  else failed++;
  if (!ok || verbose) console.log(`${ok ? 'ok  ' : 'FAIL'} ${text}`);
};

async function build(file, sanitizer, opt) {
  const exe = join(dir, `${basename(file, '.sx')}.${sanitizer}`);
  const r = await execute(command, [...prefix, 'build', '--opt', opt, '--sanitizer', sanitizer, file, '-o', exe], { cwd: root, timeout: 120_000 });
  return r.code === 0 ? { exe } : { error: `does not compile: ${r.stdout}${r.stderr}`.slice(0, 2000) };
}

// Formatting does not free, so leaks say nothing.
const watched = { ...programEnv(), ASAN_OPTIONS: 'detect_leaks=0', TSAN_OPTIONS: 'halt_on_error=0' };
const REPORT = /(ERROR|WARNING): (Address|Thread)Sanitizer: .*/;

async function corpusProgram(p, sanitizer) {
  const name = basename(p.file, '.sx');
  const other = OTHERWISE[name];
  const b = await build(p.file, sanitizer, '0');
  if (b.error) return b.error;
  const r = await execute(b.exe, p.args, { cwd: root, stdin: p.stdin ?? '', timeout: 60_000, env: watched });
  rmSync(b.exe, { force: true });
  const report = REPORT.exec(r.stderr)?.[0];
  if (other?.report) return other.report.test(r.stderr) && r.code === other.exit[sanitizer] ? null : `status ${r.code}, wanted ${other.exit[sanitizer]} and ${other.report}\n${r.stderr.slice(0, 1000)}`;
  if (report) return `${report}\n${r.stderr.slice(0, 1500)}`;
  return compareOutcome({ ...p, stderr: null }, r);
}

async function corpus() {
  const xfail = readXfail(join(root, 'corpus/xfail.txt'));
  const programs = discover(root, join(root, 'corpus/18xx-concurrency')).filter((p) => !p.errors.some((e) => e.severity === 'error') && !xfail.has(p.file) && chosen(p.file));
  const jobs = programs.flatMap((p) => ['address', 'thread'].map((sanitizer) => ({ p, sanitizer })));
  let skipped = 0;
  await inParallel(jobs, 2, async ({ p, sanitizer }) => {
    const other = OTHERWISE[basename(p.file, '.sx')];
    if (other?.skip?.includes(sanitizer)) {
      skipped++;
      console.log(`skip ${p.file} [${sanitizer}]: ${other.why}`);
      return;
    }
    const wrong = await corpusProgram(p, sanitizer);
    say(wrong === null, `${p.file} [${sanitizer}]${wrong === null ? '' : `: ${wrong}`}`);
  });
  console.log(`corpus: ${programs.length} programs under AddressSanitizer and ThreadSanitizer, ${skipped} left out`);
}

async function bug(b, variant) {
  const built = await build(`runtime/stress/${b.name}.sx`, VARIANTS[variant], '2');
  if (built.error) return say(false, `${b.name} [${variant}]: ${built.error}`);
  const run = (seed) => execute(built.exe, [], { cwd: root, timeout: 60_000, env: seed === null ? watched : { ...watched, SX_STRESS_SEED: String(seed) } });
  if (b.unseen) {
    const r = await run(null);
    if (r.code !== 0) return say(false, `${b.name} [${variant}]: without a seed the order is first in, first out, and it has to end well: status ${r.code}`);
  }
  for (let i = 0; i < runs; i++) {
    const r = await run(first + i);
    if (r.code !== 0 && b.by[variant].test(r.stdout + r.stderr)) {
      // What threads do is the kernel's: only a bug of one scheduler has to come back with its seed.
      const same = !b.unseen || (await run(first + i)).code === r.code;
      return say(same, `${b.name} [${variant}]: caught in run ${i + 1} (seed ${first + i}, status ${r.code})${same ? '' : ', but not by the same seed again'}`);
    }
  }
  return say(false, `${b.name} [${variant}]: NOT CAUGHT in ${runs} runs: ${b.what}`);
}

async function bugs() {
  for (const b of BUGS.filter((x) => chosen(x.name))) for (const variant of Object.keys(b.by)) await bug(b, variant);
}

try {
  if (wanted('corpus')) await corpus();
  if (wanted('bugs')) await bugs();
} finally {
  rmSync(dir, { recursive: true, force: true });
}
console.log(`
**********************************************************************************************************
** COVERED: memory errors and data races in the 18xx programs as they ran; orders of ready fibers within  **
** one scheduler that a window of eight allows, and of timers due together; that the harness catches its  **
** seeded bugs.                                                                                           **
** NOT COVERED: orders that no run took (chance, not search); weak memory (x86-64 host; tools/litmus);    **
** fibers that migrate between threads (there is no M:N scheduler yet); interleavings of threads are the  **
** kernel's; wakes inside code that does not wait (cooperative: it is one step); leaks (formatting never  **
** frees); AArch64 under sanitizers; more than some 8,000 fibers under ThreadSanitizer (its own limit).    **
**********************************************************************************************************`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
