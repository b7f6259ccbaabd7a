// Takes nothing; runs the same library work in sx and in C++ (JSON: C) and gives times and their ratios.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerCommand } from '../corpus/lib.mjs';

const HELP = `Usage: node tools/bench/library.mjs [--rounds N] [--runs N] [--json-mb N] [--sx PATH] [--keep DIR] [ROW...]

Builds tools/bench/library/library.sx (sx build --opt 2) and library.cpp with json.c (clang++-19, clang-19 -O2) and runs each
row of the table in processes of its own, the two sides by turns: rows that share a process share a heap, and what one leaves
behind decides about the next. A process makes what its row works on, does the row's work some rounds and prints the least
processor time of it alone, and a number that follows from the result; both sides have to give the same number.

Both sides have the same libc and its malloc; neither reserves room. Prints the least times and the ratio sx : C++.

  --rounds N    rounds inside a process (default 3)
  --runs N      processes of each side by turns (default 5)
  --json-mb N   size of the generated JSON document (default 50)
  --keep DIR    build there and leave it
  ROW           only these rows

Example
  npm run bench:library -- map_int_hit map_int_miss`;

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
const here = join(root, 'tools/bench/library');
const options = { rounds: 3, runs: 5, 'json-mb': 50 };
const only = [];
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
let keep = null;
for (let i = 0; i < argv.length; i++) {
  const name = argv[i].replace(/^--/, '');
  if (argv[i] !== name && name in options) options[name] = Number(argv[++i]);
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else if (argv[i] === '--keep') keep = resolve(argv[++i] ?? '');
  else if (!argv[i].startsWith('-')) only.push(name);
  else fail(`unknown option ${argv[i]} (see --help)`);
}
if (Object.values(options).some((n) => !(n >= 1))) fail('the counts want to be at least 1');
const tool = (names) => names.find((c) => spawnSync(c, ['--version']).status === 0);
const clangxx = tool(['clang++-19', '/usr/lib/llvm-19/bin/clang++', 'clang++']);
const clang = tool(['clang-19', '/usr/lib/llvm-19/bin/clang', 'clang']);
if (clang === undefined || clangxx === undefined) fail('clang and clang++ were not found: they are what the library is compared with (Debian: clang-19)');

if (keep !== null) mkdirSync(keep, { recursive: true });
const dir = keep ?? mkdtempSync(join(tmpdir(), 'sx-bench-'));
const must = (command, args) => {
  const r = spawnSync(command, args, { encoding: 'utf8', cwd: root, maxBuffer: 1 << 26 });
  if (r.status !== 0) fail(`${command} ${args.join(' ')}: status ${r.status}\n${r.stderr}`);
  return r.stdout;
};

/** An array of records with every kind of value, about as many bytes as asked for. The same text on every run. */
function writeJson(path, bytes) {
  const fd = openSync(path, 'w');
  let seed = 42;
  const rnd = (n) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % n;
  };
  let part = '[';
  let total = 0;
  for (let i = 0; total < bytes; i++) {
    const tags = Array.from({ length: rnd(5) }, () => `"tag ${rnd(1000)}"`).join(', ');
    part += `${i === 0 ? '' : ','}\n  {"id": ${i}, "name": "user ${rnd(100000)}", "active": ${rnd(2) === 0}, "balance": ${rnd(2000000) - 1000000}, "tags": [${tags}], `;
    part += `"text": "line one\\nline \\"two\\" \\u00e9 ${'words and more words '.repeat(rnd(4))}", "parent": ${rnd(3) === 0 ? 'null' : `{"x": ${rnd(999)}, "y": [${rnd(9)}, [], {}]}`}}`;
    if (part.length > 1 << 20) {
      total += part.length;
      writeSync(fd, part);
      part = '';
    }
  }
  writeSync(fd, `${part}\n]\n`);
  closeSync(fd);
}

try {
  const doc = join(dir, 'doc.json');
  writeJson(doc, options['json-mb'] * 1e6);
  const [command, ...pre] = compilerCommand(sx);
  must(command, [...pre, 'build', join(here, 'library.sx'), '-o', join(dir, 'sx.out'), '--opt', '2']);
  must(clang, ['-O2', '-Wall', '-c', join(here, 'json.c'), '-o', join(dir, 'json.o')]);
  must(clangxx, ['-O2', '-std=c++17', join(here, 'library.cpp'), join(dir, 'json.o'), '-o', join(dir, 'cpp.out')]);
  const sides = ['sx', 'cpp'];
  const names = Object.fromEntries(sides.map((side) => [side, must(join(dir, `${side}.out`), []).trim().split('\n')]));
  const unknown = [...names.sx.filter((row) => !names.cpp.includes(row)), ...only.filter((row) => !names.sx.includes(row))];
  if (unknown.length > 0) fail(`no such row: ${unknown.join(' ')} (sx: ${names.sx.join(' ')}; C++: ${names.cpp.join(' ')})`);
  const rows = names.sx.filter((row) => only.length === 0 || only.includes(row));
  const best = new Map(rows.map((row) => [row, { sx: Infinity, cpp: Infinity }]));
  for (let run = 0; run < options.runs; run++) {
    for (const row of rows) {
      const checks = new Set();
      for (const side of run % 2 === 0 ? sides : sides.toReversed()) {
        const [ns, check] = must(join(dir, `${side}.out`), [row, String(options.rounds), ...(row.startsWith('json') ? [doc] : [])]).trim().split(' ');
        best.get(row)[side] = Math.min(best.get(row)[side], Number(ns));
        checks.add(check);
      }
      if (checks.size !== 1) fail(`${row}: the two sides have different results: ${[...checks].join(', ')}`);
    }
  }
  const ms = (ns) => (ns / 1e6).toFixed(1).padStart(9);
  console.log(`${'work'.padEnd(20)}    sx ms    C++ ms   ratio`);
  for (const [row, ns] of best) console.log(`${row.padEnd(20)}${ms(ns.sx)} ${ms(ns.cpp)}   ${(ns.sx / ns.cpp).toFixed(2)}`);
} finally {
  if (keep === null) rmSync(dir, { recursive: true, force: true });
}
