// Takes nothing; compiles the same loops over atomic operations in sx and in C11, runs both in one process, and gives ns per operation and the ratio.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerCommand } from '../corpus/lib.mjs';

const LIMIT = 1.02;
const ATTEMPTS = 8;

const HELP = `Usage: node tools/bench/atomics.mjs [--rounds N] [--count N] [--sx PATH] [--keep DIR] [OPERATION...]

Each operation in a loop, in sx (--opt 2, an object file) and in C11 (clang-19 -O2 -mcx16), linked into one program that
runs them alternately on the same word: by one thread, and by two threads at the same time, each on its processor.
One thread: the least time of all rounds counts. Two threads: of the rounds in which both ran at the same time, the time that
a tenth of them stays below (the very least is a lucky moment of the cache). Ratio = sx / C; at most ${LIMIT} is wanted, and the exit status says whether it is.
Where both compilers made the same instructions a ratio says how disturbed the machine is, and is not judged. An operation
above that is measured again, up to seven times: a machine under load disturbs one side or the other.

  --rounds N   alternations (default 150)
  --count N    operations in a round (default 20000)
  --keep DIR   leave sources, objects and program in DIR

Examples
  npm run bench:atomics
  node tools/bench/atomics.mjs --rounds 1000 add_relaxed`;

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
let rounds = 150;
let count = 20_000;
let keep = null;
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
const only = [];
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--rounds') rounds = Number(argv[++i]);
  else if (argv[i] === '--count') count = Number(argv[++i]);
  else if (argv[i] === '--keep') keep = resolve(argv[++i] ?? '');
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else if (argv[i].startsWith('-')) fail(`unknown option ${argv[i]} (see --help)`);
  else only.push(argv[i]);
}
if (!(rounds >= 1) || !(count >= 1)) fail('--rounds and --count want positive numbers');
const clang = ['clang-19', '/usr/lib/llvm-19/bin/clang'].find((c) => spawnSync(c, ['--version']).status === 0);
if (clang === undefined) fail('clang-19 was not found: it is what the operations are compared with (Debian: clang-19)');

const C_ORDER = { relaxed: 'relaxed', acquire: 'acquire', release: 'release', acq_rel: 'acq_rel', seq_cst: 'seq_cst' };
const mo = (o) => `memory_order_${C_ORDER[o]}`;

/** Loop bodies in both languages: `acc` keeps the results alive, `i` counts, `p` is the word. */
function operations() {
  const out = [];
  const add = (name, sxBody, cBody) => out.push({ name, sx: sxBody, c: cBody, word: 'i64' });
  for (const o of ['relaxed', 'acquire', 'seq_cst']) {
    add(`load_${o}`, `acc ^= atomic_load(i64, p, .${o});`, `acc ^= atomic_load_explicit(p, ${mo(o)});`);
  }
  for (const o of ['relaxed', 'release', 'seq_cst']) {
    add(`store_${o}`, `atomic_store(i64, p, i, .${o});`, `atomic_store_explicit(p, i, ${mo(o)});`);
  }
  for (const o of ['relaxed', 'acq_rel', 'seq_cst']) {
    add(`add_${o}`, `acc ^= atomic_fetch_add(i64, p, i, .${o});`, `acc ^= atomic_fetch_add_explicit(p, i, ${mo(o)});`);
  }
  for (const op of ['sub', 'and', 'or', 'xor']) {
    add(`${op}_seq_cst`, `acc ^= atomic_fetch_${op}(i64, p, i, .seq_cst);`, `acc ^= atomic_fetch_${op}_explicit(p, i, ${mo('seq_cst')});`);
  }
  for (const op of ['min', 'max']) {
    add(`${op}_seq_cst`, `acc ^= atomic_fetch_${op}(i64, p, i, .seq_cst);`, `acc ^= __atomic_fetch_${op}((long *)p, i, __ATOMIC_SEQ_CST);`);
  }
  add('swap_acq_rel', 'acc ^= atomic_swap(i64, p, i, .acq_rel);', `acc ^= atomic_exchange_explicit(p, i, ${mo('acq_rel')});`);
  for (const [s, f] of [
    ['relaxed', 'relaxed'],
    ['acq_rel', 'acquire'],
    ['seq_cst', 'seq_cst'],
  ]) {
    add(
      `cas_${s}_${f}`,
      `if atomic_cmpxchg(i64, p, i, i + 1, .${s}, .${f}) == null { acc ^= 1; }`,
      `long e = i; if (atomic_compare_exchange_strong_explicit(p, &e, i + 1, ${mo(s)}, ${mo(f)})) acc ^= 1;`,
    );
  }
  add(
    'weak_acq_rel_acquire',
    'if seen := atomic_cmpxchg_weak(i64, p, i, i + 1, .acq_rel, .acquire) { acc ^= seen; }',
    `long e = i; if (!atomic_compare_exchange_weak_explicit(p, &e, i + 1, ${mo('acq_rel')}, ${mo('acquire')})) acc ^= e;`,
  );
  // Without the store LLVM takes the fence out of the loop.
  for (const o of ['acq_rel', 'seq_cst']) {
    add(`fence_${o}`, `atomic_store(i64, p, i, .relaxed); atomic_fence(.${o});`, `atomic_store_explicit(p, i, ${mo('relaxed')}); atomic_thread_fence(${mo(o)});`);
  }
  out.push({
    name: 'load16_acquire',
    word: 'Vector(2, i64)',
    sx: 'v := atomic_load(Vector(2, i64), p, .acquire); acc ^= v[0];',
    c: 'pair v; __atomic_load((pair *)p, &v, __ATOMIC_ACQUIRE); acc ^= v[0];',
  });
  out.push({
    name: 'store16_release',
    word: 'Vector(2, i64)',
    sx: 'v : Vector(2, i64) = .[0, 0]; v[0] = i; v[1] = acc; atomic_store(Vector(2, i64), p, v, .release);',
    c: 'pair v = {i, acc}; __atomic_store((pair *)p, &v, __ATOMIC_RELEASE);',
  });
  return out.filter((o) => only.length === 0 || only.includes(o.name));
}

const ops = operations();
if (ops.length === 0) fail(`no operation is called ${only.join(', ')}`);
const sxText = `// Generated by tools/bench/atomics.mjs.
#import "modules/std/atomic.sx";
${ops.map((o) => `sx_${o.name} :: (p: *${o.word}, n: i64) -> i64 export { acc := 0; for 0..n (i) { ${o.sx} } acc }`).join('\n')}
`;
const cText = `#include <stdatomic.h>
typedef long pair __attribute__((vector_size(16)));
${ops.map((o) => `long c_${o.name}(_Atomic long *p, long n) { long acc = 0; for (long i = 0; i < n; i++) { ${o.c} } return acc; }`).join('\n')}
`;
const driver = `#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
typedef long (*loop)(void *, long);
${ops.map((o) => `long sx_${o.name}(void *, long);\nlong c_${o.name}(void *, long);`).join('\n')}
static const struct { const char *name; loop run[2]; } ops[] = {
${ops.map((o) => `  {"${o.name}", {sx_${o.name}, c_${o.name}}},`).join('\n')}
};
static _Alignas(128) long word[16];
static long n, rounds;
static volatile long sink;
static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000L + t.tv_nsec; }
static void pin(int me) {
  cpu_set_t all, one;
  sched_getaffinity(0, sizeof all, &all);
  int want = me % CPU_COUNT(&all);
  for (int i = 0; i < CPU_SETSIZE; i++)
    if (CPU_ISSET(i, &all) && want-- == 0) { CPU_ZERO(&one); CPU_SET(i, &one); sched_setaffinity(0, sizeof one, &one); return; }
}
/* Two threads: both meet and run the loop; what counts is the time from the first start to the last end, of rounds in which
   they really ran at the same time (one may lose its processor at any moment). */
static _Alignas(128) _Atomic long stage[2][16];
static long started[2], ended[2];
static loop job;
static long at_once(void) {
  long first = started[0] < started[1] ? started[0] : started[1], begin = started[0] + started[1] - first;
  long end = ended[0] < ended[1] ? ended[0] : ended[1], last = ended[0] + ended[1] - end;
  return (end - begin) * 10 >= (last - first) * 9 ? last - first : -1;
}
static void meet(int me, long k) {
  atomic_store(&stage[me][0], k);
  for (long spins = 1; atomic_load(&stage[1 - me][0]) < k; spins++) if (spins % 20000 == 0) sched_yield();
}
static void share(int me, long k) {
  meet(me, 3 * k + 2);
  started[me] = now();
  sink = job(word, n);
  ended[me] = now();
  meet(me, 3 * k + 3);
}
static _Atomic long stop;
static void *other(void *arg) {
  cpu_set_t *all = arg;
  sched_setaffinity(0, sizeof *all, all);
  pin(1);
  for (long k = 0;; k++) {
    meet(1, 3 * k + 1);
    if (stop) return 0;
    share(1, k);
  }
  return 0;
}
static int named(int argc, char **argv, const char *name, int threads) {
  char text[64];
  snprintf(text, sizeof text, "%s:%d", name, threads);
  for (int i = 3; i < argc; i++) if (!strcmp(argv[i], text)) return 1;
  return 0;
}
int main(int argc, char **argv) {
  n = atol(argv[1]);
  rounds = atol(argv[2]);
  cpu_set_t all;
  sched_getaffinity(0, sizeof all, &all);
  int count = sizeof ops / sizeof *ops;
  /* Further arguments: name:threads of what is to be measured; none = everything. */
  #define WANTED(o, threads) (argc == 3 || named(argc, argv, ops[o].name, threads))
  pin(0);
  for (int o = 0; o < count; o++) {
    if (!WANTED(o, 1)) continue;
    long best[2] = {1L << 60, 1L << 60};
    for (long r = 0; r < rounds; r++)
      for (int s = 0; s < 2; s++) {
        int which = (s + r) & 1;
        memset(word, 0, sizeof word);
        long begin = now();
        sink = ops[o].run[which](word, n);
        long t = now() - begin;
        if (t < best[which]) best[which] = t;
      }
    printf("%s 1 %.4f %.4f\\n", ops[o].name, (double)best[0] / n, (double)best[1] / n);
  }
  pthread_t t;
  pthread_create(&t, 0, other, &all);
  long k = 0;
  for (int o = 0; o < count; o++) {
    if (!WANTED(o, 2)) continue;
    long good[2] = {0, 0}, *times[2] = {malloc(50 * rounds * sizeof(long)), malloc(50 * rounds * sizeof(long))};
    for (long r = 0; r < 50 * rounds && (good[0] < rounds || good[1] < rounds); r++)
      for (int s = 0; s < 2; s++) {
        int which = (s + r) & 1;
        memset(word, 0, sizeof word);
        job = ops[o].run[which];
        meet(0, 3 * k + 1);
        share(0, k++);
        long t = at_once();
        if (t >= 0) times[which][good[which]++] = t;
      }
    if (good[0] == 0 || good[1] == 0) { fprintf(stderr, "the two threads never ran at the same time\\n"); return 1; }
    printf("%s 2", ops[o].name);
    for (int which = 0; which < 2; which++)
      for (long i = 0; i < good[which]; i++) printf("%c%.3f", i == 0 ? ' ' : ',', (double)times[which][i] / n);
    printf("\\n");
  }
  stop = 1;
  meet(0, 3 * k + 1);
  pthread_join(t, 0);
  return 0;
}
`;

const dir = keep ?? mkdtempSync(join(tmpdir(), 'sx-bench-'));
const run = (command, args) => {
  const r = spawnSync(command, args, { cwd: dir, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (r.status !== 0) fail(`${command} ${args.join(' ')}: status ${r.status ?? r.signal}\n${(r.stderr ?? '').slice(0, 3000)}`);
  return r.stdout;
};
let above = [];

/** The value that the given part of the list lies below; 0 = the least. */
function quantile(list, part) {
  return list.toSorted((a, b) => a - b)[Math.floor(part * list.length)];
}

/** Functions of an object file → their instructions, without addresses. */
function instructions(object) {
  const out = new Map();
  let name = '';
  for (const line of run('objdump', ['-d', '--no-show-raw-insn', object]).split('\n')) {
    const head = /^[0-9a-f]+ <(\w+)>:$/.exec(line);
    if (head !== null) out.set((name = head[1]), '');
    const inst = /^ *[0-9a-f]+:\s+(.*)$/.exec(line);
    // Padding between functions is nobody's code; jumps go to addresses that depend on what comes before.
    if (inst !== null && !/^(nop|data16|cs nop|xchg +%ax,%ax)/.test(inst[1])) out.set(name, out.get(name) + inst[1].replace(/\b[0-9a-f]+ <\w+/, '<').replace(/<\w+\+/, '<+') + ';');
  }
  // The order in which registers are cleared says nothing.
  for (const [key, text] of out) out.set(key, text.replace(/(xor +(%\w+),\2;){2,}/g, (zeroed) => zeroed.split(/(?<=;)/).sort().join('')));
  return out;
}

try {
  writeFileSync(join(dir, 'ops.sx'), sxText);
  writeFileSync(join(dir, 'ops.c'), cText);
  writeFileSync(join(dir, 'driver.c'), driver);
  const [sxCommand, ...sxPrefix] = compilerCommand(sx);
  run(sxCommand, [...sxPrefix, 'build', 'ops.sx', '--opt', '2', '--emit', 'obj', '-o', 'ops_sx.o']);
  run(clang, ['-O2', '-std=gnu11', '-mcx16', '-c', 'ops.c', '-o', 'ops_c.o']);
  run(clang, ['-O2', '-std=gnu11', 'driver.c', 'ops_sx.o', 'ops_c.o', '-pthread', '-o', 'bench']);
  const code = { sx: instructions('ops_sx.o'), c: instructions('ops_c.o') };
  const sameCode = (name) => code.sx.get(`sx_${name}`) === code.c.get(`c_${name}`);
  /** All times so far, also of earlier attempts, and the one of each that counts. */
  const samples = new Map();
  const best = new Map();
  for (let attempt = 0; attempt < ATTEMPTS && (attempt === 0 || above.length > 0); attempt++) {
    if (attempt > 0) console.error(`again, because of ${above.join(', ')}`);
    for (const line of run(join(dir, 'bench'), [String(count), String(rounds), ...above]).trim().split('\n')) {
      const [name, threads, s, c] = line.split(' ');
      const key = `${name}:${threads}`;
      const seen = samples.get(key) ?? { s: [], c: [] };
      seen.s.push(...s.split(',').map(Number));
      seen.c.push(...c.split(',').map(Number));
      samples.set(key, seen);
      const part = threads === '1' ? 0 : 0.1;
      best.set(key, { s: quantile(seen.s, part), c: quantile(seen.c, part) });
    }
    above = [...best].filter(([key, b]) => b.s / b.c > LIMIT && !sameCode(key.split(':')[0])).map(([key]) => key);
  }
  console.log(`ns per operation, ${rounds} rounds of ${count} and more; code: whether both compilers made the same instructions`);
  console.log(`${'operation'.padEnd(22)} one thread: sx      C  ratio   two threads: sx      C  ratio   code`);
  for (const { name } of ops) {
    const cell = (b) => `${b.s.toFixed(2).padStart(8)} ${b.c.toFixed(2).padStart(6)}  ${(b.s / b.c).toFixed(3)}`;
    const same = sameCode(name);
    console.log(`${name.padEnd(22)}       ${cell(best.get(`${name}:1`))}          ${cell(best.get(`${name}:2`))}   ${same ? 'same' : 'differs'}`);
  }
} finally {
  if (keep === null) rmSync(dir, { recursive: true, force: true });
}
console.log(above.length === 0 ? `every ratio of different code is at most ${LIMIT}` : `above ${LIMIT}: ${above.join(', ')}`);
process.exit(above.length === 0 ? 0 : 1);
