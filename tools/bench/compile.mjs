// Takes nothing; generates one program in sx and in C, compiles both, and gives lines per second, times, memory and ratios.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerCommand } from '../corpus/lib.mjs';

const HELP = `Usage: node tools/bench/compile.mjs [--lines N] [--runs N] [--check] [--sx PATH] [--keep DIR]

Writes the same program in sx and in C (structs, loops, calls; generics on the sx side) and measures, minimum of N runs:
  the large program   sx build --opt 0 to an object against clang-19 -O0 -c: wall time, lines/s by phase, peak memory
  hello, world        sx run, sx build + start, against clang + start; and a second sx build with nothing changed

  --lines N   lines of the sx program (default 100000)
  --runs N    runs of each command (default 3)
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
let keep = null;
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--lines') lines = Number(argv[++i]);
  else if (argv[i] === '--runs') runs = Number(argv[++i]);
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else if (argv[i] === '--keep') keep = resolve(argv[++i] ?? '');
  else fail(`unknown option ${argv[i]} (see --help)`);
}
if (!(lines >= 100) || !(runs >= 1)) fail('--lines wants at least 100, --runs at least 1');
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

/** Runs a command `runs` times: the smallest wall time (ms), its peak memory (MB) and its stderr. */
function measure(command, args) {
  let best = null;
  for (let n = 0; n < runs; n++) {
    const begin = process.hrtime.bigint();
    const r = spawnSync('/usr/bin/time', ['-f', 'RSS %M', command, ...args], {
      cwd: dir,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const ms = Number(process.hrtime.bigint() - begin) / 1e6;
    if (r.status !== 0) fail(`${command} ${args.join(' ')}: status ${r.status}\n${(r.stderr ?? '').slice(0, 2000)}`);
    const rss = Number(/RSS (\d+)/.exec(r.stderr)?.[1] ?? 0) / 1024;
    if (best === null || ms < best.ms) best = { ms, rss, stderr: r.stderr, stdout: r.stdout };
  }
  return best;
}
const sxRun = (...args) => measure(sxCommand, [...sxPrefix, ...args]);
const show = (what, ms, rest = '') => console.log(`${what.padEnd(44)} ${ms.toFixed(0).padStart(7)} ms${rest}`);

try {
  console.log(`large program: ${sxLines} lines of sx, ${cLines} lines of C, minimum of ${runs}`);
  const c = measure(clang, ['-O0', '-c', 'large.c', '-o', 'large_c.o']);
  show('clang -O0 -c', c.ms, `  ${(cLines / c.ms).toFixed(0)} lines/ms  ${c.rss.toFixed(0)} MB`);
  const s = sxRun('build', 'large.sx', '--opt', '0', '--emit', 'obj', '-o', 'large_sx.o', '--time');
  show('sx build --opt 0 --emit obj', s.ms, `  ${(sxLines / s.ms).toFixed(0)} lines/ms  ${s.rss.toFixed(0)} MB`);
  const table = s.stderr.split('--- timing ---')[1] ?? '';
  for (const row of table.split('\n')) {
    const phase = /^(\S+)\s+([\d.]+) ms/.exec(row);
    if (phase) show(`  ${phase[1]}`, Number(phase[2]), `  ${((sxLines / Number(phase[2])) * 1000).toFixed(0)} lines/s`);
  }
  const check = sxRun('check', 'large.sx');
  show('sx check', check.ms, `  ${(sxLines / check.ms).toFixed(0)} lines/ms  ${check.rss.toFixed(0)} MB`);
  console.log(`ratio sx/clang: time ${(s.ms / c.ms).toFixed(2)}, memory ${(s.rss / c.rss).toFixed(2)}`);

  console.log('\nhello, world');
  const cb = measure(clang, ['-O0', 'hello.c', '-o', 'hello_c']);
  const cr = measure(at('hello_c'), []);
  show('clang hello.c, then run', cb.ms + cr.ms);
  const sb = sxRun('build', 'hello.sx', '--opt', '0', '-o', 'hello_sx');
  const sr = measure(at('hello_sx'), []);
  show('sx build hello.sx, then run', sb.ms + sr.ms);
  const again = sxRun('build', 'hello.sx', '--opt', '0', '-o', 'hello_sx');
  show('sx build, nothing changed', again.ms);
  const run = sxRun('run', 'hello.sx');
  show('sx run hello.sx', run.ms, `  ${run.rss.toFixed(0)} MB`);
  for (const r of [cr, sr, run]) if (r.stdout !== 'hello, world\n') fail('a hello program printed something else');
  console.log(
    `ratio to clang + run: sx build ${((sb.ms + sr.ms) / (cb.ms + cr.ms)).toFixed(2)}, sx run ${(run.ms / (cb.ms + cr.ms)).toFixed(2)}`,
  );
} finally {
  if (keep === null) rmSync(dir, { recursive: true, force: true });
}
