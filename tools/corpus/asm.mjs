// Takes the programs of corpus/ that have recorded assembly; gives one line per difference, broken rule or wrong run.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareOutcome, compilerCommand, diff, discover, execute, inParallel } from './lib.mjs';
import { PROVES_WHAT } from './proves.mjs';

const HELP = `Usage: node tools/corpus/asm.mjs [--bless] [--sx PATH] [PATH-SUBSTRING...]

For every program with a NAME.asm.json, on each target and set of features (on any host: code is only generated):
  1. compiles it with --opt 2 and keeps the exported functions, without directives,
  2. checks each against the rules of NAME.asm.json, which are worked out by hand from the architecture's manual:
     { "VARIANT": [["functions", "must occur", "must not occur"], ...] } with regular expressions that match whole names;
     the names of all functions have to be matched by some rule,
  3. compares the text with the recorded NAME.VARIANT.s,
  4. runs the program: natively, or under qemu-aarch64.
Variants: x86_64, aarch64, aarch64.lse (--features +lse), aarch64.outline-atomics (--features +outline-atomics).
Last line: N passed, M failed.

  --bless     record NAME.VARIANT.s (the rules have to hold)
  --sx PATH   the compiler (default compiler/bin/sx, or $SX_BIN)

Examples
  node tools/corpus/asm.mjs
  node tools/corpus/asm.mjs --bless 1710`;

const VARIANTS = [
  { name: 'x86_64', target: 'x86_64-linux-gnu', features: '' },
  { name: 'aarch64', target: 'aarch64-linux-gnu', features: '' },
  { name: 'aarch64.lse', target: 'aarch64-linux-gnu', features: '+lse' },
  { name: 'aarch64.outline-atomics', target: 'aarch64-linux-gnu', features: '+outline-atomics' },
];

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const fail = (message) => {
  console.error(`asm: ${message}`);
  process.exit(2);
};
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
let bless = false;
const filters = [];
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--bless') bless = true;
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else if (argv[i].startsWith('-')) fail(`unknown option ${argv[i]} (see --help)`);
  else filters.push(argv[i]);
}
if (process.arch !== 'arm64' && spawnSync('qemu-aarch64', ['--version']).error) {
  fail('qemu-aarch64 was not found: the programs for aarch64 run under it (Debian: qemu-user)');
}
const [command, ...prefix] = compilerCommand(sx);
const programs = discover(root, join(root, 'corpus')).filter(
  (p) => existsSync(side(p, 'asm.json')) && (filters.length === 0 || filters.some((f) => p.file.includes(f))),
);
if (programs.length === 0) fail('no program with a .asm.json matches');

/** Path of a file beside a program. */
function side(program, ext) {
  return program.path.replace(/\.sx$/, `.${ext}`);
}

/** Exported functions of an assembly text: name → instructions and labels. Label numbers do not count the functions before. */
function functions(text) {
  const out = new Map();
  const exported = new Set([...text.matchAll(/^\s*\.globl\s+(\S+)/gm)].map((m) => m[1]));
  exported.delete('main');
  let body = null;
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\s*(#|\/\/).*$/, '').trimEnd();
    const label = /^([\w.$]+):$/.exec(line);
    if (label !== null && !label[1].startsWith('.L')) {
      body = exported.has(label[1]) ? [] : null;
      if (body !== null) out.set(label[1], body);
    } else if (/^\.Lfunc_end/.test(line) || /^\s*\.section/.test(line)) body = null;
    else if (body !== null && line.trim() !== '' && !/^\s*\./.test(line.replace(/^\.LBB/, 'L'))) {
      body.push(line.replace(/\.LBB\d+_/g, '.L').replace(/\t+/g, ' ').replace(/^ /, '    '));
    }
  }
  return out;
}

/** Rules that do not hold, and functions that no rule speaks of. */
function broken(rules, code) {
  const out = [];
  const spoken = new Set();
  for (const [names, must, never] of rules) {
    const matched = [...code.keys()].filter((name) => new RegExp(`^(${names})$`).test(name));
    if (matched.length === 0) out.push(`the rule for '${names}' matches no function`);
    for (const name of matched) {
      spoken.add(name);
      const text = code.get(name).join('\n');
      if (must !== '' && !new RegExp(must).test(text)) out.push(`${name}: /${must}/ does not occur in\n${text}`);
      if (never && new RegExp(never).test(text)) out.push(`${name}: /${never}/ must not occur in\n${text}`);
    }
  }
  for (const name of code.keys()) if (!spoken.has(name)) out.push(`${name}: no rule says what it has to be`);
  return out;
}

const jobs = programs.flatMap((program) => VARIANTS.map((variant) => ({ program, variant })));
let passed = 0;
const failures = await inParallel(jobs, 2, async ({ program, variant }) => {
  const target = ['--target', variant.target, '--opt', '2', ...(variant.features === '' ? [] : ['--features', variant.features])];
  const label = `FAIL ${program.file} [${variant.name}]`;
  const r = await execute(command, [...prefix, 'asm', ...target, '-o', '-', program.file], { cwd: root, timeout: 60_000 });
  if (r.code !== 0) return `${label}: sx asm: exit ${r.code}\n${r.stderr}`;
  const code = functions(r.stdout);
  const problems = broken(JSON.parse(readFileSync(side(program, 'asm.json'), 'utf8'))[variant.name] ?? [], code);
  const path = side(program, `${variant.name}.s`);
  const text = [...code].map(([name, body]) => `${name}:\n${body.join('\n')}\n`).join('\n');
  if (bless && problems.length === 0) {
    writeFileSync(path, text);
    console.log(`recorded ${relative(root, path)}`);
  } else if (!existsSync(path)) problems.push(`${relative(root, path)} is not recorded (--bless records it)`);
  else if (readFileSync(path, 'utf8') !== text) problems.push(`differs from the recorded text (- recorded, + actual)\n${diff(readFileSync(path, 'utf8'), text)}`);
  const run = await execute(command, [...prefix, 'run', ...target, program.file], { cwd: root, timeout: 60_000 });
  const outcome = compareOutcome(program, run);
  if (outcome !== null) problems.push(`run: ${outcome}`);
  return problems.length === 0 ? null : `${label}: ${problems.join('\n')}`;
});
for (const failure of failures) {
  if (failure === null) passed++;
  else console.log(failure);
}
console.log(PROVES_WHAT);
console.log(`${passed} passed, ${jobs.length - passed} failed`);
process.exit(passed === jobs.length ? 0 : 1);
