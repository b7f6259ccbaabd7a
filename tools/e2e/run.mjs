// Takes names of checks; runs real Bazel on the workspaces of e2e/ and prints a line for each check. Exit 0 when all hold.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './bazel.mjs';
import { Workspace } from './context.mjs';

const HELP = `usage: node tools/e2e/run.mjs [--list] [--keep] [--verbose] [--jobs N] [--scratch DIR] [NAME...]

Runs Bazel on copies of the workspaces in e2e/, which consume this repository's rules as their users do. Each workspace
has a checks.mjs; every check is one line of output, \`WORKSPACE/CHECK\`. A NAME selects the checks whose line holds it.
e2e/xfail.txt lists checks that fail for now (\`WORKSPACE/CHECK: why\`); one that passes is a failure of the run.

  --list         print the checks and end
  --keep         leave the output bases in the scratch folder
  --verbose      print what Bazel prints
  --jobs N       actions at a time (default 2)
  --scratch DIR  folder of copies and output bases (default: a fresh one below the temporary folder)

Examples
  node tools/e2e/run.mjs                        everything, as \`tools/test e2e\` does
  node tools/e2e/run.mjs --list
  node tools/e2e/run.mjs smoke --verbose        one workspace
  node tools/e2e/run.mjs sanitizers/race        one check`;

function fail(text) {
  console.error(`e2e: ${text}`);
  process.exit(2);
}

function parse(argv) {
  const o = { names: [], list: false, keep: false, verbose: false, jobs: 2, scratch: '' };
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i];
    if (word === '--help' || word === '-h') {
      console.log(HELP);
      process.exit(0);
    } else if (word === '--list') o.list = true;
    else if (word === '--keep') o.keep = true;
    else if (word === '--verbose') o.verbose = true;
    else if (word === '--jobs') o.jobs = Number(argv[++i]);
    else if (word === '--scratch') o.scratch = argv[++i] ?? fail('--scratch needs a folder');
    else if (word.startsWith('-')) fail(`unknown option ${word}\n${HELP}`);
    else o.names.push(word);
  }
  if (!(o.jobs > 0)) fail('--jobs takes a number');
  return o;
}

/** Lines `WORKSPACE/CHECK: why` of e2e/xfail.txt. */
function expectedFailures() {
  const out = new Map();
  for (const line of readFileSync(join(root, 'e2e/xfail.txt'), 'utf8').split('\n')) {
    const m = /^([^#\s][^:]*):\s*(.+)$/.exec(line);
    if (m) out.set(m[1], m[2]);
  }
  return out;
}

const options = parse(process.argv.slice(2));
const xfail = expectedFailures();
const workspaces = readdirSync(join(root, 'e2e')).filter((n) => existsSync(join(root, 'e2e', n, 'checks.mjs'))).sort();
const plan = [];
for (const name of workspaces) {
  const { checks } = await import(pathToFileURL(join(root, 'e2e', name, 'checks.mjs')).href);
  const wanted = checks.filter((c) => options.names.length === 0 || options.names.some((n) => `${name}/${c.name}`.includes(n)));
  if (wanted.length > 0) plan.push({ name, checks: wanted });
  for (const key of [...xfail.keys()].filter((k) => k.startsWith(`${name}/`))) {
    if (!checks.some((c) => `${name}/${c.name}` === key)) fail(`e2e/xfail.txt names ${key}, which does not exist`);
  }
}
if (options.list) {
  for (const w of plan) for (const c of w.checks) console.log(`${w.name}/${c.name}`);
  process.exit(0);
}
if (plan.length === 0) fail(`no check's name holds ${options.names.join(' or ')}: --list prints them`);

const scratch = options.scratch === '' ? mkdtempSync(join(tmpdir(), 'sx-e2e-')) : options.scratch;
mkdirSync(scratch, { recursive: true });
const run = { scratch, jobs: options.jobs, verbose: options.verbose, count: 0 };
let passed = 0;
const bad = [];
let expected = 0;
for (const w of plan) {
  const workspace = new Workspace(run, w.name);
  for (const check of w.checks) {
    const id = `${w.name}/${check.name}`;
    const began = performance.now();
    let error = null;
    let note;
    try {
      // A check that could not look at everything on this machine says so.
      note = await check.run(workspace);
    } catch (e) {
      error = e;
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const why = xfail.get(id);
    if (error === null && why === undefined) {
      passed++;
      console.log(`ok      ${id} (${seconds} s)${typeof note === 'string' ? `: ${note}` : ''}`);
    } else if (error === null) {
      bad.push(id);
      console.log(`PASSES  ${id} (${seconds} s): take it out of e2e/xfail.txt`);
    } else if (why !== undefined) {
      expected++;
      console.log(`xfail   ${id} (${seconds} s): ${why}`);
    } else {
      bad.push(id);
      console.log(`FAILED  ${id} (${seconds} s)\n${String(error.message ?? error).replace(/^/gm, '        ')}`);
    }
  }
  await workspace.close();
}
if (options.keep) console.log(`e2e: kept ${scratch}`);
else if (options.scratch === '') removeScratch(scratch);
console.log(`e2e: ${passed} hold, ${bad.length} fail, ${expected} fail as expected`);
process.exit(bad.length === 0 ? 0 : 1);

/** Output bases hold read-only folders, which rmSync does not enter. */
function removeScratch(dir) {
  spawnSync('chmod', ['-R', 'u+w', dir]);
  spawnSync('rm', ['-rf', dir]);
}
