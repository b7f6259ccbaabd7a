// Takes corpus programs by name; re-records their stdout and exit status, when everything else passes.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diff, discover, inParallel, judge, readXfail, runProgram } from './lib.mjs';

const HELP = `Usage: node tools/corpus/bless.mjs [--yes] [--sx PATH] PATH-SUBSTRING...

The one command that re-records expectations: NAME.stdout and NAME.exit (and NAME.stderr where there is one) of the
programs whose path holds one of the given parts. It refuses while any other program of the corpus fails.
Without --yes it only shows what would change. Recorded IR: node tools/corpus/ir.mjs --bless.
Recorded outputs belong into a commit of their own.

Examples
  node tools/corpus/bless.mjs 0012                 what would change
  node tools/corpus/bless.mjs --yes 0012-basic     record it`;

const argv = process.argv.slice(2);
if (argv.length === 0 || argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(argv.length === 0 ? 2 : 0);
}
const fail = (message) => {
  console.error(`bless: ${message}`);
  process.exit(2);
};
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
let yes = false;
const filters = [];
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--yes') yes = true;
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else if (argv[i].startsWith('-')) fail(`unknown option ${argv[i]} (see --help)`);
  else filters.push(argv[i]);
}
if (filters.length === 0) fail('which programs? (a part of their path)');

const settings = { root, sx, mode: 'run', timeout: 30_000 };
const xfail = readXfail(join(root, 'corpus/xfail.txt'));
const all = discover(root, join(root, 'corpus'));
const wanted = all.filter((p) => filters.some((f) => p.file.includes(f)));
if (wanted.length === 0) fail('no program matches');
const refused = wanted.filter((p) => p.errors.some((e) => e.severity === 'error'));
if (refused.length > 0) fail(`${refused[0].file} is judged by its //~ lines: nothing is recorded for it`);

const others = all.filter((p) => !wanted.includes(p) && !xfail.has(p.file));
console.error(`bless: checking the other ${others.length} programs first`);
const verdicts = await inParallel(others, 2, (p) => judge(p, settings));
const red = others.filter((_, i) => verdicts[i] !== null);
if (red.length > 0) {
  for (const p of red) console.log(`red: ${p.file}`);
  fail(`refused: ${red.length} other programs fail`);
}

let changed = 0;
for (const program of wanted) {
  const result = await runProgram(program, settings);
  if (result.code === 'timeout') fail(`${program.file} timed out`);
  const base = join(root, program.file.slice(0, -3));
  const record = (ext, text, present) => {
    const path = `${base}.${ext}`;
    const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
    if (before === text || !present) return;
    changed++;
    console.log(`${yes ? 'recorded' : 'would record'} ${relative(root, path)}`);
    console.log(diff(before, text));
    if (yes) writeFileSync(path, text);
  };
  record('stdout', result.stdout, true);
  record('exit', `${result.code}\n`, program.exit !== null || result.code !== 0);
  record('stderr', result.stderr, program.stderr !== null);
}
console.log(`${changed} ${changed === 1 ? 'file' : 'files'} ${yes ? 'recorded' : 'would change'}`);
