// Takes the corpus; gives the list of programs that do not run entirely in the evaluator, each with what the evaluator says.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { discover, inParallel, judge, readXfail, runProgram } from './lib.mjs';

const HELP = `Usage: node tools/corpus/vm_list.mjs [--check] [-j N]

Runs every program that is not recorded for mode vm (or fails there for now) in the evaluator, and writes
docs/plan/VM_LIST.md: the programs that it cannot run, with its own words. All others run there in every run of the corpus.
A program whose threads wait for each other may end well by chance: once listed, it stays so until its line is removed by hand.
  --check   write nothing; status 1 when the programs listed are not those that fail
  -j N      programs at once (default 2)
`;

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const LIST = join(root, 'docs/plan/VM_LIST.md');
const argv = process.argv.slice(2);
if (argv.includes('--help')) {
  process.stdout.write(HELP);
  process.exit(0);
}
const check = argv.includes('--check');
const jobs = argv.includes('-j') ? Number(argv[argv.indexOf('-j') + 1]) : 2;
const settings = { root, sx: process.env.SX_BIN ?? join(root, 'compiler/bin/sx'), mode: 'vm', timeout: 20_000 };

/** Which thread of such a program comes first is the system's choice, so once in a while nobody has to wait and the program ends well. */
const BY_CHANCE = 'threads cannot wait for each other at compile time';

/** The evaluator's last words, without what differs from run to run. */
function reason(result, difference) {
  if (result.timedOut) return 'does not end within 20 seconds';
  const lines = result.stderr.split('\n').filter((l) => l.trim() !== '' && !l.startsWith('  '));
  const last = lines.at(-1) ?? '';
  if (/: threads cannot wait for each other at compile time$/.test(last)) return BY_CHANCE;
  if (result.code !== 0 && last !== '') return last.replaceAll(/0x[0-9a-f]+/g, '0x…').replaceAll('|', '\\|');
  const line = difference.split('\n').find((l) => /^\s*- /.test(l)) ?? '';
  return `does not print \`${line.replace(/^\s*- /, '').slice(0, 60).replaceAll('|', '\\|')}\``;
}

const xfail = readXfail(join(root, 'corpus/xfail.txt'));
const failsThere = (p) => xfail.some?.((x) => x.path === p.file && (x.modes === null || x.modes.includes('vm'))) ?? xfail.has?.(p.file) ?? false;
const candidates = discover(root, join(root, 'corpus')).filter(
  (p) => !p.errors.some((e) => e.severity === 'error') && ((p.options.modes !== undefined && !p.options.modes.includes('vm')) || failsThere(p)),
);
const listed = new Map([...(existsSync(LIST) ? readFileSync(LIST, 'utf8') : '').matchAll(/^\| `(corpus\/[^`]+)` \| (.*) \|$/gm)].map((m) => [m[1], m[2]]));
const rows = [];
const able = [];
await inParallel(candidates, jobs, async (p) => {
  const difference = await judge(p, settings);
  if (difference === null && listed.get(p.file) === BY_CHANCE) rows.push({ file: p.file, text: BY_CHANCE });
  else if (difference === null) able.push(p.file);
  else rows.push({ file: p.file, text: reason(await runProgram(p, settings), difference) });
});
rows.sort((a, b) => (a.file < b.file ? -1 : 1));
able.sort();
if (check) {
  const wrong = [
    ...rows.filter((r) => !listed.has(r.file)).map((r) => `${r.file} does not run in the evaluator and is not listed: ${r.text}`),
    ...[...listed.keys()].filter((f) => !rows.some((r) => r.file === f)).map((f) => `${f} is listed and runs in the evaluator: give it mode vm`),
  ];
  for (const w of wrong) console.log(`vm_list: ${w}`);
  console.log(`vm_list: ${rows.length} programs do not run in the evaluator, ${wrong.length} differences from docs/plan/VM_LIST.md`);
  process.exit(wrong.length === 0 ? 0 : 1);
}
const table = rows.map((r) => `| \`${r.file}\` | ${r.text} |`).join('\n');
writeFileSync(LIST, `# Programs that do not run in the evaluator

Written by \`node tools/corpus/vm_list.mjs\`, not by hand; all other programs of the corpus run in mode vm with the bytes of
their native build. The right column is what the evaluator says, or the first line it does not print.

| program | why |
|---|---|
${table}
`);
console.log(`vm_list: ${rows.length} listed in docs/plan/VM_LIST.md`);
for (const f of able) console.log(`vm_list: ${f} runs in the evaluator: give it mode vm`);
