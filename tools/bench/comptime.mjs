// Takes nothing; gives the evaluator's times against native code at --opt 0 and against Node.js, in one run (minimum of N).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jsonText, JS_JSON, JS_SIEVE, JS_TYPES, printSites, SX_JSON, SX_SIEVE, sxTypes, typeTables } from './comptime/programs.mjs';

if (process.argv.includes('--help')) {
  console.log(`Usage: node tools/bench/comptime.mjs [N] [sieve|json|types|print]

Minimum of N runs (default 3) of: 20 sieves to 1e6; a JSON document of 1 MB parsed with std/json; 2,000 made types; print
call sites. Times are processor time of the thread that does the work, so that what else the machine does counts little.

  comptime    'sx check' of the program, less that of the same program without the #run
  native -O0  the same functions called by main, less the same program without the call. For types: the tables that a compiler
              makes for them (names, layouts, a map by name), filled at run time, since native code makes no types
  node        the same in JavaScript, in a process of its own (for types: classes with a layout, made by a function)`);
  process.exit(0);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const SX = join(root, 'compiler/bin/sx');
const runs = Number(process.argv.find((a) => /^\d+$/.test(a)) ?? 3);
const only = process.argv.slice(2).filter((a) => /^[a-z]+$/.test(a));
const dir = mkdtempSync(join(tmpdir(), 'sx-bench-'));
const STD = '#import "modules/std.sx";\n';
const OUT = join(dir, 'cpu');

// Written by every measured Node.js process when it ends: milliseconds that its main thread had a processor.
writeFileSync(join(dir, 'cpu.cjs'), `const fs = require('node:fs');
process.on('exit', () => fs.writeFileSync(process.env.SX_BENCH_CPU, String(Number(fs.readFileSync('/proc/self/task/' + process.pid + '/schedstat', 'utf8').split(' ')[0]) / 1e6)));
`);

function succeed(command, args, env = {}) {
  const r = spawnSync(command, args, { cwd: dir, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 1 << 28 });
  if (r.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${r.stderr}`);
  return r;
}
const least = (f) => Math.min(...Array.from({ length: runs }, f));
/** Processor time of a Node.js process's main thread. */
const nodeTime = (args) => least(() => {
  succeed(process.execPath, ['--require', join(dir, 'cpu.cjs'), ...args], { SX_BENCH_CPU: OUT });
  return Number(readFileSync(OUT, 'utf8'));
});
/** Processor time of a native process, by the shell's `times`. */
const nativeTime = (exe) => least(() => {
  const m = /([\d.]+) ([\d.]+)/.exec(succeed('/bin/bash', ['-c', `TIMEFORMAT='%3U %3S'; time ${exe} >/dev/null`]).stderr);
  return (Number(m[1]) + Number(m[2])) * 1000;
});
const file = (name, text) => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
const checkTime = (name, text) => nodeTime([SX, 'check', file(`${name}.sx`, text)]);
function buildTime(name, text) {
  succeed(process.execPath, [SX, 'build', file(`${name}.sx`, text), '-o', join(dir, name), '--opt', '0']);
  return nativeTime(join(dir, name));
}

function row(name, comptime, native, node) {
  const ms = (t) => `${t.toFixed(1).padStart(7)} ms`;
  console.log(`${name.padEnd(12)} comptime ${ms(comptime)}   native -O0 ${ms(native)}   node ${ms(node)}   comptime/node ${(comptime / node).toFixed(1)}`);
}

/** The same work at compile time, natively and in Node.js, without start-up. All three say the same, or it is not the same work. */
function work(name, sx, call, js) {
  const program = (run, value) => `${STD}${sx}\n${run}\nmain :: () { print("{}\\n", ${value}); }\n`;
  const comptime = checkTime(name, program(`A :: #run ${call};`, 'A')) - checkTime(`${name}0`, program('', '1'));
  const native = buildTime(`${name}n`, program('', call)) - buildTime(`${name}e`, program('', '1'));
  row(name, comptime, native, nodeTime([file(`${name}.cjs`, js)]) - nodeTime([file('empty.cjs', '')]));
  const said = [
    succeed(process.execPath, [SX, 'run', join(dir, `${name}.sx`)]), succeed(join(dir, `${name}n`), []), succeed(process.execPath, [join(dir, `${name}.cjs`)]),
  ].map((r) => r.stdout.trim());
  if (new Set(said).size !== 1) throw new Error(`${name}: ${said.join(', ')}`);
}

function types() {
  const n = 2000;
  const meta = `${STD}#import "modules/std/meta.sx";\n`;
  for (const [name, text] of sxTypes(n)) {
    const comptime = checkTime(name.replaceAll(' ', '_'), `${meta}${text}\nmain :: () {}\n`) - checkTime('types0', `${meta}main :: () {}\n`);
    const native = buildTime('typesn', `${STD}${typeTables(n)}`) - buildTime('typese', `${STD}${typeTables(0)}`);
    row(name, comptime, native, nodeTime([file('types.cjs', JS_TYPES(n, name !== 'types'))]) - nodeTime([file('types0.cjs', JS_TYPES(0, false))]));
    console.log(`             ${((comptime * 1000) / n).toFixed(0)} µs a type`);
  }
}

/** What a call site costs from the `from`-th on, against a plain call that is given the same arguments. */
function print() {
  const [from, to] = [100, 5100];
  for (const [name, spread] of [['print', 30], ['print mixed', 0]]) {
    const per = (callee) => ((checkTime('sites', STD + printSites(to, callee, spread)) - checkTime('sites', STD + printSites(from, callee, spread))) * 1000) / (to - from);
    const [site, plain] = [per('print'), per('plain')];
    console.log(`${name.padEnd(12)} ${site.toFixed(1)} µs a call site, a plain call with the same arguments ${plain.toFixed(1)}: expansion ${(site - plain).toFixed(1)} µs (sites ${from} to ${to}, a text each${spread === 0 ? ', any types' : `, ${spread} shapes`})`);
  }
}

const all = {
  sieve: () => work('sieves', SX_SIEVE, 'many()', JS_SIEVE),
  json: () => {
    const text = jsonText(1_000_000);
    work('json', SX_JSON(text), 'work()', JS_JSON(file('text.json', text)));
  },
  types,
  print,
};
try {
  for (const [name, run] of Object.entries(all)) if (only.length === 0 || only.includes(name)) run();
} finally {
  rmSync(dir, { recursive: true, force: true });
}
