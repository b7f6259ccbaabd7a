// Takes nothing; generates one program in sx and in C, compiles both, and gives lines per second, times, memory and ratios.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerCommand } from '../corpus/lib.mjs';
import { WorkerClient } from '../worker_client.mjs';

const HELP = `Usage: node tools/bench/compile.mjs [--lines N] [--runs N] [--check] [--sx PATH] [--keep DIR]

Writes the same program in sx and in C (structs, loops, calls; generics on the sx side) and measures, minimum of N runs:
  the large program   sx build --opt 0 to an object, with debug information and without, against clang-19 -O0 -c with -g and
                      without: wall time, processor time, lines/s by phase, peak memory; and a second sx build with --cache
  LLVM text           sx ir --opt 0 against clang-19 -O0 -S -emit-llvm, with debug information and without; and the warm rate:
                      programs of the same size with other names, one after the other in one worker, lines/s by phase, each
                      phase's best among the second half of the programs
  hello, world        sx run, sx build + start, against clang + start; and again with nothing changed, with --cache and without

The compiler is taken as it is when installed (SX_NO_REBUILD=1): no start asks whether its own sources are newer than its bundle.

  --lines N   lines of the sx program (default 100000)
  --runs N    runs of each command (default 3)
  --warm N    programs that the worker compiles (default 8; 0: none)
  --keep DIR  leave the generated sources in DIR

Examples
  npm run bench:compile
  node tools/bench/compile.mjs --lines 20000 --runs 1`;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const fail = (message) => {
  console.error(`bench: ${message}`);
  process.exit(2);
};
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
let lines = 100_000;
let runs = 3;
let warm = 8;
let keep = null;
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--lines') lines = Number(argv[++i]);
  else if (argv[i] === '--runs') runs = Number(argv[++i]);
  else if (argv[i] === '--warm') warm = Number(argv[++i]);
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else if (argv[i] === '--keep') keep = resolve(argv[++i] ?? '');
  else fail(`unknown option ${argv[i]} (see --help)`);
}
if (!(lines >= 100) || !(runs >= 1) || !(warm >= 0)) fail('--lines wants at least 100, --runs at least 1, --warm a number of programs');
const clang = ['clang-19', '/usr/lib/llvm-19/bin/clang', 'clang'].find((c) => spawnSync(c, ['--version']).status === 0);
if (clang === undefined) fail('clang was not found: it is what the compiler is compared with (Debian: clang-19)');
if (!existsSync('/usr/bin/time')) fail('/usr/bin/time was not found: it measures the memory (Debian: time)');

/** One unit of the generated program: the same text in both languages, about 25 lines each. */
function sxUnit(i) {
  const prev = i === 0 ? 'x' : `work_${i - 1}(x - ${i % 7})`;
  return `Rec_${i} :: struct { a: i64; b: i64; c: f64; tag: u8; }
table_${i} : [8]i64 = .[${[...Array(8)].map((_, k) => (i * 31 + k * 7) % 1000).join(', ')}];
make_${i} :: (n: i64) -> Rec_${i} {
    r : Rec_${i};
    r.a = n * ${(i % 9) + 1};
    r.b = n + table_${i}[n & 7];
    r.c = n * 0.5;
    r.tag = ${i % 200};
    r
}
scan_${i} :: (limit: i64) -> i64 {
    total : i64 = 0;
    for 0..limit (k) {
        if k % 3 == 0 { total += table_${i}[k & 7]; } else { total -= k; }
        total = pick(total, k * ${(i % 5) + 2});
    }
    total
}
work_${i} :: (x: i64) -> i64 {
    r := make_${i}(x);
    n := r.a - r.b;
    while n > ${i % 13} { n = n / 2 - 1; }
    if r.tag > 100 { n += r.c.(i64); }
    if x < 2 { return n + scan_${i}(8); }
    return n + ${prev};
}
`;
}
function cUnit(i) {
  const prev = i === 0 ? 'x' : `work_${i - 1}(x - ${i % 7})`;
  return `struct Rec_${i} { long a; long b; double c; unsigned char tag; };
static long table_${i}[8] = {${[...Array(8)].map((_, k) => (i * 31 + k * 7) % 1000).join(', ')}};
static struct Rec_${i} make_${i}(long n) {
    struct Rec_${i} r;
    r.a = n * ${(i % 9) + 1};
    r.b = n + table_${i}[n & 7];
    r.c = n * 0.5;
    r.tag = ${i % 200};
    return r;
}
static long scan_${i}(long limit) {
    long total = 0;
    for (long k = 0; k < limit; k++) {
        if (k % 3 == 0) { total += table_${i}[k & 7]; } else { total -= k; }
        total = pick(total, k * ${(i % 5) + 2});
    }
    return total;
}
long work_${i}(long x) {
    struct Rec_${i} r = make_${i}(x);
    long n = r.a - r.b;
    while (n > ${i % 13}) { n = n / 2 - 1; }
    if (r.tag > 100) { n += (long)r.c; }
    if (x < 2) { return n + scan_${i}(8); }
    return n + ${prev};
}
`;
}

const dir = keep ?? mkdtempSync(join(tmpdir(), 'sx-bench-'));
const at = (name) => join(dir, name);
const units = Math.ceil(lines / sxUnit(1).split('\n').length);
const sxText = `#import "modules/std.sx";
pick :: (a: $T, b: T) -> T { if a > b then a else b }
${[...Array(units)].map((_, i) => sxUnit(i)).join('')}main :: () { print("{}\\n", work_${units - 1}(${units}) & 255); }
`;
/** The same program with other names: what a worker has parsed and checked of another is of no use for it. */
const renamed = (k) => sxText.replace(/\b(Rec|table|make|scan|work)_(?=\d)/g, `$1${k}_`);
const cText = `#include <stdio.h>
static long pick(long a, long b) { return a > b ? a : b; }
${[...Array(units)].map((_, i) => cUnit(i)).join('')}int main(void) { printf("%ld\\n", work_${units - 1}(${units}) & 255); return 0; }
`;
writeFileSync(at('large.sx'), sxText);
writeFileSync(at('large.c'), cText);
writeFileSync(at('hello.sx'), '#import "modules/std.sx";\nmain :: () { print("hello, world\\n"); }\n');
writeFileSync(at('hello.c'), '#include <stdio.h>\nint main(void) { printf("hello, world\\n"); return 0; }\n');
const sxLines = sxText.split('\n').length - 1;
const cLines = cText.split('\n').length - 1;

const [sxCommand, ...sxPrefix] = compilerCommand(sx);
// As it is installed: in a checkout the launcher would ask at every start whether sources are newer than its bundle (6 ms). It is built first.
spawnSync(sxCommand, [...sxPrefix, 'version']);
process.env.SX_NO_REBUILD = '1';

/** Runs commands in turns, `runs` times each: smallest wall time (ms), its processor time, peak memory (MB), stderr. */
function measureAll(commands) {
  const best = commands.map(() => null);
  for (let n = 0; n < runs; n++) {
    commands.forEach(([command, ...args], i) => {
      const begin = process.hrtime.bigint();
      const r = spawnSync('/usr/bin/time', ['-f', 'RSS %M CPU %U %S', command, ...args], {
        cwd: dir,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      const ms = Number(process.hrtime.bigint() - begin) / 1e6;
      if (r.status !== 0) fail(`${command} ${args.join(' ')}: status ${r.status}\n${(r.stderr ?? '').slice(0, 2000)}`);
      const [, rss, user, sys] = /RSS (\d+) CPU ([\d.]+) ([\d.]+)/.exec(r.stderr) ?? [];
      const cpu = (Number(user) + Number(sys)) * 1000;
      if (best[i] === null || ms < best[i].ms)
        best[i] = { ms, cpu, rss: Number(rss) / 1024, stderr: r.stderr, stdout: r.stdout };
    });
  }
  return best;
}
/** The phases of a --time table, in ms. */
const phasesOf = (text) => Object.fromEntries([...text.matchAll(/^(parse|check|passes|emit) +([\d.]+) ms/gm)].map((m) => [m[1], Number(m[2])]));

/** Programs of one size, none of which the worker has seen, in one worker: what the compiler does when V8 has optimised it. */
async function measureWarm() {
  const worker = new WorkerClient(sx, dir, ['--worker-jobs=1']);
  const best = {};
  for (let k = 0; k < warm; k++) {
    writeFileSync(at('warm.sx'), renamed(k));
    const answer = await worker.served(['ir', 'warm.sx', '--opt', '0', '--debug', 'none', '--time', '-o', 'warm.ll']);
    if (answer.exit_code !== 0) fail(`the worker: status ${answer.exit_code}\n${answer.output.slice(0, 2000)}`);
    if (k < Math.floor(warm / 2)) continue;
    const phases = phasesOf(answer.output);
    phases['source to LLVM text'] = Object.values(phases).reduce((sum, ms) => sum + ms, 0);
    for (const [phase, ms] of Object.entries(phases)) best[phase] = Math.min(best[phase] ?? Infinity, ms);
  }
  await worker.close();
  console.log(`warm: ${warm} programs in one worker, the best of the last ${warm - Math.floor(warm / 2)}`);
  for (const [phase, ms] of Object.entries(best)) show(`  ${phase}`, ms, `  ${((sxLines / ms) * 1000).toFixed(0)} lines/s`);
}

const measure = (...command) => measureAll([command])[0];
const sxLine = (...args) => [sxCommand, ...sxPrefix, ...args];
const show = (what, ms, rest = '') => console.log(`${what.padEnd(44)} ${ms.toFixed(0).padStart(7)} ms${rest}`);
const showRun = (what, lines, r) =>
  show(what, r.ms, `  cpu ${r.cpu.toFixed(0)} ms  ${(lines / r.ms).toFixed(0)} lines/ms  ${r.rss.toFixed(0)} MB`);

try {
  console.log(`large program: ${sxLines} lines of sx, ${cLines} lines of C, minimum of ${runs}`);
  const large = ['build', 'large.sx', '--opt', '0', '--emit', 'obj', '-o', 'large_sx.o', '--time'];
  const [c, g, n, s, check] = measureAll([
    [clang, '-O0', '-c', 'large.c', '-o', 'large_c.o'],
    [clang, '-O0', '-g', '-c', 'large.c', '-o', 'large_c.o'],
    sxLine(...large, '--debug', 'none'),
    sxLine(...large),
    sxLine('check', 'large.sx'),
  ]);
  showRun('clang -O0 -c', cLines, c);
  showRun('clang -O0 -g -c', cLines, g);
  showRun('sx build --opt 0 --emit obj --debug none', sxLines, n);
  showRun('sx build --opt 0 --emit obj', sxLines, s);
  const phases = {};
  for (const row of (s.stderr.split('--- timing ---')[1] ?? '').split('\n')) {
    const phase = /^(\S+)\s+([\d.]+) ms/.exec(row);
    if (phase === null) continue;
    phases[phase[1]] = Number(phase[2]);
    // Threads of LLVM are at work from early in check on: what its row holds is how long the compiler waited for them.
    show(`  ${phase[1] === 'llvm' ? 'waiting for llvm' : phase[1]}`, Number(phase[2]), `  ${((sxLines / Number(phase[2])) * 1000).toFixed(0)} lines/s`);
  }
  const threads = /^LLVM threads +(\d+) ms, (\d+) ms of it during check/m.exec(s.stderr);
  if (threads !== null) show('  llvm on its threads, beside these', Number(threads[1]), `  ${threads[2]} ms of it during check`);
  const text = phases.parse + phases.check + phases.passes + phases.emit;
  show('  source to LLVM text', text, `  ${((sxLines / text) * 1000).toFixed(0)} lines/s`);
  showRun('sx check', sxLines, check);
  measure(...sxLine(...large, '--cache'));
  const kept = measure(...sxLine(...large, '--cache'));
  showRun('sx build --cache, nothing changed', sxLines, kept);
  console.log(
    `ratio sx/clang: time ${(n.ms / c.ms).toFixed(2)} without debug information, ${(s.ms / g.ms).toFixed(2)} with, ` +
      `${(s.ms / c.ms).toFixed(2)} with against without; memory ${(s.rss / g.rss).toFixed(2)}`,
  );

  console.log('\nsource to LLVM text');
  const ir = ['ir', 'large.sx', '--opt', '0', '-o', 'large_sx.ll'];
  const [ct, gt, nt, st] = measureAll([
    [clang, '-O0', '-S', '-emit-llvm', 'large.c', '-o', 'large_c.ll'],
    [clang, '-O0', '-g', '-S', '-emit-llvm', 'large.c', '-o', 'large_c.ll'],
    sxLine(...ir, '--debug', 'none'),
    sxLine(...ir),
  ]);
  showRun('clang -O0 -S -emit-llvm', cLines, ct);
  showRun('clang -O0 -g -S -emit-llvm', cLines, gt);
  showRun('sx ir --opt 0 --debug none', sxLines, nt);
  showRun('sx ir --opt 0', sxLines, st);
  console.log(
    `ratio sx/clang: time ${(nt.ms / ct.ms).toFixed(2)} without debug information, ${(st.ms / gt.ms).toFixed(2)} with; ` +
      `processor time ${(nt.cpu / ct.cpu).toFixed(2)} and ${(st.cpu / gt.cpu).toFixed(2)}`,
  );
  if (warm > 0) await measureWarm();

  console.log('\nhello, world');
  const hello = ['build', 'hello.sx', '--opt', '0', '-o', 'hello_sx'];
  const [cb, sb] = measureAll([[clang, '-O0', 'hello.c', '-o', 'hello_c'], sxLine(...hello)]);
  measure(...sxLine('run', 'hello.sx', '--cache'));
  const [cr, sr, again, cached, run, runCached] = measureAll([
    [at('hello_c')],
    [at('hello_sx')],
    sxLine(...hello),
    sxLine(...hello, '--cache'),
    sxLine('run', 'hello.sx'),
    sxLine('run', 'hello.sx', '--cache'),
  ]);
  show('clang hello.c, then run', cb.ms + cr.ms);
  show('sx build hello.sx, then run', sb.ms + sr.ms);
  show('sx build, nothing changed', again.ms);
  show('sx build --cache, nothing changed', cached.ms);
  show('sx run hello.sx', run.ms, `  cpu ${run.cpu.toFixed(0)} ms  ${run.rss.toFixed(0)} MB`);
  show('sx run --cache hello.sx, nothing changed', runCached.ms);
  for (const r of [cr, sr, run, runCached]) if (r.stdout !== 'hello, world\n') fail('a hello program printed something else');
  const ratio = (ms) => (ms / (cb.ms + cr.ms)).toFixed(2);
  console.log(
    `ratio to clang + run: sx build ${ratio(sb.ms + sr.ms)}, sx run ${ratio(run.ms)}, sx run --cache ${ratio(runCached.ms)}`,
  );
} finally {
  if (keep === null) rmSync(dir, { recursive: true, force: true });
}
