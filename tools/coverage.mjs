// Takes the reference, the diagnostic classes and the tags of programs and tests; gives the sections and classes that none covers.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { discover, readXfail, refTags } from './corpus/lib.mjs';

const HELP = `Usage: node tools/coverage.mjs [--all] [--chapters A-B]

Lists the numbered sections of docs/reference that no corpus program names in a \`//! ref:\` tag, then a table by
chapter. A tag for 5.4 covers 5.4 only; a tag for a section that does not exist is an error (status 1). What no program
can show (a server, a tool) is covered by a jest test with the same tag in its leading comment lines: any *.test.ts
under compiler/src or tools.

Then the diagnostic classes that no corpus program announces (\`//~ ERROR CODE\`, which the corpus runner holds against the
compiler's reports). One that tools/coverage_xfail.txt does not list is an error (status 1), and so is a line of that
list whose class has a program.

  --all            also list the covered sections with their programs and tests
  --chapters A-B   only these chapters (default: all)

Examples
  node tools/coverage.mjs
  node tools/coverage.mjs --chapters 1-5 --all`;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
let first = 1;
let last = 99;
const at = argv.indexOf('--chapters');
if (at >= 0) {
  const range = /^(\d+)(?:-(\d+))?$/.exec(argv[at + 1] ?? '');
  if (range === null) {
    console.error('coverage: --chapters wants A-B');
    process.exit(2);
  }
  first = Number(range[1]);
  last = Number(range[2] ?? range[1]);
}

/** Number → title, in order. A heading `## 3.` of chapter 16 is the section 16.3. */
const sections = new Map();
const reference = join(root, 'docs/reference');
for (const name of readdirSync(reference)
  .filter((n) => /^\d\d-.*\.md$/.test(n))
  .sort()) {
  const chapter = Number(name.slice(0, 2));
  let fenced = false;
  for (const line of readFileSync(join(reference, name), 'utf8').split('\n')) {
    if (line.startsWith('```')) fenced = !fenced;
    const heading = /^#{2,4}\s+(\d+(?:\.\d+)*)\.?\s+(.*)$/.exec(line);
    if (fenced || heading === null) continue;
    const own = Number(heading[1].split('.')[0]) === chapter && heading[1].includes('.');
    sections.set(own || chapter < 16 ? heading[1] : `${chapter}.${heading[1]}`, heading[2]);
  }
}

/** The test files that jest runs, with their tags. */
function jestTests() {
  const files = ['compiler/src', 'tools'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => join(folder, String(name)))
      .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules')),
  );
  return files.sort().map((file) => ({ file, refs: refTags(readFileSync(join(root, file), 'utf8')) }));
}

/** Diagnostic classes: each has an explain page (cli/explain.test.ts). */
function diagnosticClasses() {
  const folder = join(root, 'compiler/src/diagnostics/explain');
  return readdirSync(folder).flatMap((name) => Object.keys(JSON.parse(readFileSync(join(folder, name), 'utf8')))).sort();
}

const programs = discover(root, join(root, 'corpus'));
const covering = new Map();
const unknown = [];
for (const { file, refs } of [...programs, ...jestTests()]) {
  for (const ref of refs) {
    if (!sections.has(ref)) unknown.push(`${file}: no section ${ref}`);
    else covering.set(ref, [...(covering.get(ref) ?? []), file]);
  }
}

const table = new Map();
for (const [number, title] of sections) {
  const chapter = Number(number.split('.')[0]);
  if (chapter < first || chapter > last) continue;
  const programs = covering.get(number) ?? [];
  const row = table.get(chapter) ?? { covered: 0, total: 0 };
  row.total++;
  if (programs.length > 0) row.covered++;
  table.set(chapter, row);
  if (programs.length === 0) console.log(`not covered: ${number} ${title}`);
  else if (argv.includes('--all')) console.log(`${number} ${title}: ${programs.join(' ')}`);
}
for (const [chapter, row] of table)
  console.log(`chapter ${String(chapter).padStart(2)}: ${row.covered} of ${row.total}`);
const total = [...table.values()].reduce((sum, row) => [sum[0] + row.covered, sum[1] + row.total], [0, 0]);
console.log(`${total[0]} of ${total[1]} sections covered`);

const announced = new Set(programs.flatMap((program) => program.errors.map((e) => e.code)));
const classes = diagnosticClasses();
const excused = readXfail(join(root, 'tools/coverage_xfail.txt'));
for (const code of classes) {
  const reason = excused.get(code)?.reason;
  if (announced.has(code) && reason !== undefined) unknown.push(`coverage_xfail.txt: ${code} has a program`);
  if (announced.has(code)) continue;
  console.log(`no error program: ${code}${reason === undefined ? '' : ` (${reason})`}`);
  if (reason === undefined) unknown.push(`${code}: no corpus program announces this class`);
}
for (const code of excused.keys()) if (!classes.includes(code)) unknown.push(`coverage_xfail.txt: no class ${code}`);
console.log(`${classes.filter((code) => announced.has(code)).length} of ${classes.length} diagnostic classes have an error program`);
for (const line of unknown) console.error(line);
process.exit(unknown.length === 0 ? 0 : 1);
