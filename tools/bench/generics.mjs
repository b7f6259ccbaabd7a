// Takes numbers of instances; generates a program with so many instances of one generic function, and gives times and the cache's hit rate.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerCommand } from '../corpus/lib.mjs';

const HELP = `Usage: node tools/bench/generics.mjs [--sizes N,N,...] [--uses N] [--runs N] [--check] [--sx PATH]

One generic function with a value and a type parameter, called with N different values, each of them --uses times, from functions of
100 calls. For every size: check and whole time of an object at --opt 0 (minimum of the runs), microseconds per instance (without
the share of a program with one), how often a call found its instance, and how the time per instance grew against the size before.

  --sizes LIST  instances (default 1000,10000,100000)
  --uses N      calls of each instance (default 2)
  --runs N      runs of each size (default 1; the minimum counts)
  --check       fails with status 1 when the time per instance grows by more than half from one size to the next

Examples
  npm run bench:generics
  node tools/bench/generics.mjs --sizes 1000,10000 --runs 3`;

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
let sizes = [1_000, 10_000, 100_000];
let uses = 2;
let runs = 1;
let check = false;
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--sizes') sizes = (argv[++i] ?? '').split(',').map(Number);
  else if (argv[i] === '--uses') uses = Number(argv[++i]);
  else if (argv[i] === '--runs') runs = Number(argv[++i]);
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else if (argv[i] === '--check') check = true;
  else fail(`unknown option ${argv[i]} (see --help)`);
}
if (sizes.length === 0 || !sizes.every((n) => n >= 1) || !(uses >= 1) || !(runs >= 1)) fail('--sizes, --uses and --runs want numbers from 1 on');

const PER_FUNCTION = 100;

/** `step` with each of the values 0 … n-1, `uses` times, a hundred calls to a function. */
function program(n) {
  const out = ['#import "modules/std.sx";', 'step :: ($k: i64, x: $T) -> T { if x > k { x - k } else { x + k } }'];
  const calls = n * uses;
  const functions = Math.ceil(calls / PER_FUNCTION);
  for (let f = 0; f < functions; f++) {
    out.push(`part_${f} :: (x: i64) -> i64 {`, '    v := x;');
    for (let i = f * PER_FUNCTION; i < Math.min(calls, (f + 1) * PER_FUNCTION); i++) out.push(`    v = step(${i % n}, v);`);
    out.push('    v', '}');
  }
  out.push('main :: () {', '    s := 0;');
  for (let f = 0; f < functions; f++) out.push(`    s += part_${f}(${f});`);
  out.push('    print("{}\\n", s);', '}');
  return `${out.join('\n')}\n`;
}

const dir = mkdtempSync(join(tmpdir(), 'sx-generics-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
const command = compilerCommand(sx);
let grew = false;
let before = null;
let base = 0; // the library's share: a program with one instance
console.log('instances     check     whole   us/instance (check)   found   growth');
for (const n of [1, ...sizes]) {
  const file = join(dir, `g${n}.sx`);
  writeFileSync(file, program(n));
  let best = null;
  for (let r = 0; r < runs; r++) {
    const done = spawnSync(command[0], [...command.slice(1), 'build', file, '-o', join(dir, 'g.o'), '--emit', 'obj', '--opt', '0', '--time'], { encoding: 'utf8', cwd: root, maxBuffer: 1 << 26 });
    if (done.status !== 0) fail(`the program with ${n} instances was not compiled:\n${done.stderr.slice(0, 2000)}`);
    const ms = (name) => Number(new RegExp(`^${name} +([0-9.]+) ms`, 'm').exec(done.stderr)?.[1] ?? Number.NaN);
    const facts = /^generics +(\d+) calls of (\d+) instances/m.exec(done.stderr);
    if (facts === null || Number(facts[2]) < n) fail(`--time does not report ${n} instances:\n${done.stderr}`);
    const row = { check: ms('check'), total: ms('total'), found: (Number(facts[1]) - Number(facts[2])) / Number(facts[1]) };
    if (best === null || row.total < best.total) best = row;
  }
  if (n === 1) {
    base = best.check;
    continue;
  }
  const each = (Math.max(best.check - base, 0.01) / n) * 1000;
  const growth = before === null ? 1 : each / before;
  if (growth > 1.5) grew = true;
  before = each;
  console.log(`${String(n).padStart(9)} ${(best.check / 1000).toFixed(2).padStart(7)} s ${(best.total / 1000).toFixed(2).padStart(7)} s ${each.toFixed(1).padStart(21)} ${`${(best.found * 100).toFixed(1)} %`.padStart(7)} ${growth.toFixed(2).padStart(8)}`);
}
if (check && grew) {
  console.log('the time per instance grew by more than half');
  process.exit(1);
}
