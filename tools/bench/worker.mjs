// Takes nothing; generates a program, compiles it by itself and in a warm worker after edits of one line, and gives times and ratios.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkerClient } from '../worker_client.mjs';

const HELP = `Usage: node tools/bench/worker.mjs [--lines N] [--runs N] [--help]

The generated program of bench:compile, split into modules of about 1,000 lines. Minimum of N runs of:
  alone         a process of its own: sx check (parse and check), sx build --emit ir (the whole front end), --emit obj
  warm worker   the same as requests to one worker that has compiled the program before, after an edit of one line
  after check   sx build in the warm worker, after a request for sx check of the edited program
  another       a request for another program with the same modules, right after the edited one

  --lines N   lines of the program (default 20000)
  --runs N    runs of each (default 5)

Example
  npm run bench:worker`;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
let lines = 20_000;
let runs = 5;
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--lines') lines = Number(argv[++i]);
  else if (argv[i] === '--runs') runs = Number(argv[++i]);
  else {
    console.error(`bench: unknown option ${argv[i]} (see --help)`);
    process.exit(2);
  }
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');

/** A module of about 25 lines a function: loops, calls, a record; the modules call one another in a chain. */
function moduleText(m, functions) {
  const parts = m === 0 ? [] : [`#import "m${m - 1}.sx";`];
  for (let k = 0; k < functions; k++) {
    const i = m * functions + k;
    const before = i === 0 ? 'x' : `work_${i - 1}(x - ${i % 7})`;
    parts.push(`Rec_${i} :: struct { a: i64; b: i64; c: f64; tag: u8; }
table_${i} : [8]i64 = .[1, 2, 3, 4, 5, 6, 7, ${i % 100}];
make_${i} :: (n: i64) -> Rec_${i} {
    r : Rec_${i};
    r.a = n * ${(i % 9) + 1};
    r.b = n + table_${i}[n & 7];
    r.c = n.(f64) * 0.5;
    r.tag = ${i % 200};
    return r;
}
work_${i} :: (x: i64) -> i64 {
    if x <= 0 { return ${i % 13}; }
    r := make_${i}(x);
    sum := 0;
    for 0..4 (j) {
        if j % 2 == 0 { sum = sum + r.a * j; } else { sum = sum - r.b; }
        k := j;
        while k > 0 { sum = sum + k; k = k - 1; }
    }
    if sum > 1000000 { sum = sum % 1000; }
    return sum + ${before};
}`);
  }
  return `${parts.join('\n')}\n`;
}

const dir = mkdtempSync(join(tmpdir(), 'sx-bench-worker-'));
const modules = Math.max(1, Math.round(lines / 1000));
const functions = Math.max(1, Math.round(lines / modules / 23));
let total = 0;
for (let m = 0; m < modules; m++) {
  const text = moduleText(m, functions);
  total += text.split('\n').length - 1;
  writeFileSync(join(dir, `m${m}.sx`), text);
}
const MAIN = `#import "m${modules - 1}.sx";\nmain :: () -> i32 { return (work_${modules * functions - 1}(9) % 100).(i32); }\n`;
writeFileSync(join(dir, 'main.sx'), MAIN);
// Another program with the same modules.
writeFileSync(join(dir, 'other.sx'), MAIN.replace('(9) %', '(7) %'));
mkdirSync(join(dir, 'out'));

const JOBS = [
  ['check', ['check', 'main.sx']],
  ['to LLVM text', ['build', '--quiet', 'main.sx', '--emit', 'ir', '-o', 'out/main.ll']],
  ['to object', ['build', '--quiet', 'main.sx', '--emit', 'obj', '-o', 'out/main.o']],
];

function alone(args) {
  const began = performance.now();
  const r = spawnSync(process.execPath, [sx, ...args], { cwd: dir, encoding: 'utf8' });
  if (r.status !== 0) throw new Error(`sx ${args.join(' ')} ended with ${r.status}: ${r.stderr}`);
  return performance.now() - began;
}

const worker = new WorkerClient(sx, dir, ['--worker-jobs=1']);

async function served(args) {
  const began = performance.now();
  const r = await worker.served(args);
  if (r.exit_code !== 0) throw new Error(`the worker answered ${args.join(' ')} with ${r.exit_code}: ${r.output}`);
  return performance.now() - began;
}

const middle = join(dir, `m${modules >> 1}.sx`);
const original = readFileSync(middle, 'utf8');
const edit = (n) => writeFileSync(middle, original.replace('sum := 0;', `sum := ${n};`));

try {
  console.log(`${total} lines in ${modules} modules, minimum of ${runs}; the edit changes one line of one module`);
  for (const [, args] of JOBS) for (let i = 0; i < 3; i++) await served(args);
  for (const [name, args] of JOBS) {
    let own = Infinity;
    let warm = Infinity;
    let after = Infinity;
    let another = Infinity;
    for (let i = 0; i < runs; i++) {
      edit(i + 1);
      own = Math.min(own, alone(args));
      warm = Math.min(warm, await served(args));
      another = Math.min(another, await served(args.map((word) => (word === 'main.sx' ? 'other.sx' : word))));
      if (args[0] === 'check') continue;
      await served(['check', 'main.sx']);
      after = Math.min(after, await served(args));
    }
    console.log(`${name.padEnd(14)} alone ${own.toFixed(0).padStart(6)} ms   warm worker ${warm.toFixed(0).padStart(6)} ms   ratio ${(warm / own).toFixed(2)}   another ${another.toFixed(0).padStart(6)} ms${after === Infinity ? '' : `   after check ${after.toFixed(0).padStart(6)} ms`}`);
  }
} finally {
  await worker.close();
  rmSync(dir, { recursive: true, force: true });
}
