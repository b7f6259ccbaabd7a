// Takes the examples of docs/reference and docs/guides; gives one line per example that does not do what the text says, and `N passed, M failed`.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  compilerCommand,
  diff,
  excerpt,
  execute,
  inParallel,
  normalise,
  readDiagnostics,
  readXfail,
} from '../corpus/lib.mjs';
import { writeExamples } from './extract.mjs';

const HELP = `Usage: node tools/examples/run.mjs [--sx PATH] [--keep DIR] [-v] [NAME-PART...]

Extracts the sx examples of docs/reference and docs/guides (see extract.mjs --help for names and wrapping) and
  programs    runs them; status 0, and the output their comments state
  fragments   checks them; errors about names that only the surrounding text declares are allowed, others are not
Expected failures: docs/reference/examples_xfail.txt, one \`NAME reason\` per line; one that passes is a failure.

  --keep DIR   leave the extracted files in DIR

Examples
  node tools/examples/run.mjs
  node tools/examples/run.mjs -v --keep /tmp/examples 09-`;

/** What a fragment may lack: the declarations around it. */
const CONTEXT = new Set(
  'UNRESOLVED TYPE-UNKNOWN ERRSET-UNKNOWN ASSIGN-UNDECL NOT-A-TYPE IMPL-PROTO VIS-NAME VIS-TYPE VIS-NS IMPORT-MISSING NS-MEMBER DIM-NONCONST'.split(
    ' ',
  ),
);

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
let keep = null;
let verbose = false;
const filters = [];
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else if (argv[i] === '--keep') keep = resolve(argv[++i] ?? '');
  else if (argv[i] === '-v') verbose = true;
  else if (argv[i].startsWith('-')) {
    console.error(`examples: unknown option ${argv[i]} (see --help)`);
    process.exit(2);
  } else filters.push(argv[i]);
}
if (!existsSync(sx)) {
  console.error(`examples: no compiler at ${sx}`);
  process.exit(2);
}

const dir = keep ?? mkdtempSync(join(tmpdir(), 'sx-examples-'));
const [command, ...prefix] = compilerCommand(sx);

async function judge(example) {
  if (example.kind === 'program') {
    const result = await execute(command, [...prefix, 'run', example.path], { cwd: root });
    if (result.code !== 0) return `exit ${result.code}\n${excerpt(result.stderr)}`;
    if (example.expected === null) return null;
    const strip = (lines) => lines.map((line) => line.trim().replace(/\s+/g, ' ')).join('\n');
    const difference = diff(strip(example.expected), strip(normalise(result.stdout).split('\n')));
    return difference === '' ? null : `output differs from the comments (- text, + actual)\n${difference}`;
  }
  const result = await execute(command, [...prefix, 'check', '--error-format=json', example.path], { cwd: root });
  if (result.code === 0) return null;
  if (result.code !== 1) return `sx check: exit ${result.code}\n${excerpt(result.stderr)}`;
  const errors = readDiagnostics(result.stderr, result.stdout).filter((d) => d.severity === 'error');
  const bad = errors.filter((d) => !CONTEXT.has(d.code));
  return bad.length === 0 ? null : bad.map((d) => `${d.code} at line ${d.line}: ${d.message}`).join('\n    ');
}

const xfail = readXfail(join(root, 'docs/reference/examples_xfail.txt'));
let passed = 0;
let expected = 0;
const failures = [];
try {
  const all = writeExamples(dir);
  for (const name of xfail.keys()) {
    if (!all.some((e) => e.name === name))
      failures.push(`FAIL ${name}: in examples_xfail.txt, but there is no such example`);
  }
  const chosen = all.filter(
    (e) => e.path !== null && (filters.length === 0 || filters.some((f) => e.name.includes(f))),
  );
  const verdicts = await inParallel(chosen, 2, judge);
  chosen.forEach((e, i) => {
    const where = `${e.name} (${e.kind}, ${e.file}:${e.line})`;
    const entry = xfail.get(e.name);
    if (entry !== undefined && verdicts[i] !== null) expected++;
    else if (entry !== undefined) failures.push(`FAIL ${where}: unexpected pass: remove it from examples_xfail.txt`);
    else if (verdicts[i] !== null) failures.push(`FAIL ${where}: ${verdicts[i]}`);
    else passed++;
    if (verbose) console.log(`${verdicts[i] === null ? 'ok' : entry ? 'xfail' : 'FAIL'} ${where}`);
  });
} finally {
  if (keep === null) rmSync(dir, { recursive: true, force: true });
}
for (const failure of failures) console.log(failure);
console.log(`examples: ${expected} expected failures`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
