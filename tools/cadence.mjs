// Takes a range of commits; gives those that hold a test together with the code it tests. Exit 0 none, 1 some, 2 wrong usage.
import { spawnSync } from 'node:child_process';

const HELP = `usage: tools/cadence [--root DIR] [--staged | BASE [HEAD]] [--help]

Checks the rule that no commit both changes a test and the code that the test exercises. A test is added as expected to
fail and a later commit turns it green, or it locks in what passes already; either way it has a commit of its own, and
recorded outputs never change together with sources.

  BASE      the commits after BASE are checked. Without it: those after origin/main when HEAD is ahead of it, else (a fresh
            clone of what is about to land) the whole history
  HEAD      the last commit (default HEAD)
  --staged  check what \`git commit\` would commit now
  --root    the repository (default: the working directory)

What goes with what
${pairText()}
Lines may be taken out of an xfail list (xfail.txt, *_xfail.txt) together with code: that is a test turning green. Lines
added to one are a change of tests. Files that are only renamed, BUILD.bazel files, merges and *.testlib.ts (harness
that holds no expectations and has to follow the interfaces it uses) are left alone.

Examples
  tools/cadence                  the change at hand
  tools/cadence HEAD~3           the last three commits
  tools/cadence --staged         before committing`;

/** Which code a test exercises. A commit that matches both sides of a row breaks the rule. */
function pairs() {
  const product = /^(compiler\/(src|bin)|runtime\/modules|toolchain|sx|platforms)\//;
  return [
    {
      what: 'compiler/src/**/*.{test,fixture}.ts  with  compiler/src/**, compiler/bin/**',
      tests: /^compiler\/.*\.(test|fixture)\.ts$/,
      code: /^compiler\/(src|bin)\//,
    },
    { what: 'tools/**/*.test.ts  with  tools/**', tests: /^tools\/.*\.test\.ts$/, code: /^tools\// },
    {
      what: 'runtime/tests/**  with  compiler/src/**, runtime/modules/**',
      tests: /^runtime\/tests\//,
      code: /^(compiler\/src|runtime\/modules)\//,
    },
    {
      what: 'corpus/**, e2e/**  with  compiler/**, runtime/modules/**, toolchain/**, sx/**, platforms/**',
      tests: /^(corpus|e2e)\//,
      code: product,
    },
    { what: 'lines added to an xfail list  with  any of that code', tests: /^xfail-added:/, code: product },
  ];
}

function pairText() {
  return pairs()
    .map((p) => `  ${p.what}\n`)
    .join('');
}

const isTest = (file) => pairs().some((p) => p.tests.test(file));
const isNeutral = (file) => /(^|\/)BUILD\.bazel$|\.testlib\.ts$/.test(file);
const isXfail = (file) => /(^|[/_])xfail\.txt$/.test(file);

function stop(text) {
  console.error(`cadence: ${text}`);
  process.exit(2);
}

function parse(argv) {
  const o = { root: process.cwd(), staged: false, revs: [] };
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === '--help' || argv[i] === '-h') {
      console.log(HELP);
      process.exit(0);
    } else if (argv[i] === '--staged') o.staged = true;
    else if (argv[i] === '--root') o.root = argv[++i] ?? stop('--root needs a value');
    else if (argv[i].startsWith('-')) stop(`unknown option ${argv[i]}\n${HELP}`);
    else o.revs.push(argv[i]);
  }
  if (o.revs.length > 2 || (o.staged && o.revs.length > 0)) stop(`too many arguments\n${HELP}`);
  return o;
}

const options = parse(process.argv.slice(2));

/** git's output, or undefined when it fails. */
function tryGit(...args) {
  const r = spawnSync('git', ['-C', options.root, '-c', 'core.quotePath=false', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (r.error) stop(`git: ${r.error.message}`);
  return r.status === 0 ? r.stdout : undefined;
}

function git(...args) {
  return tryGit(...args) ?? stop(`git ${args.join(' ')} failed in ${options.root}`);
}

/** The range to check, as arguments of git log, with a sentence about it. */
function range() {
  const [given, head = 'HEAD'] = options.revs;
  for (const rev of options.revs) {
    if (tryGit('rev-parse', '--verify', '--quiet', `${rev}^{commit}`) === undefined) stop(`no commit '${rev}'`);
  }
  if (given !== undefined) return { args: [`${given}..${head}`], about: `after ${given}` };
  const landed = tryGit('rev-parse', '--verify', '--quiet', 'origin/main^{commit}')?.trim();
  const ahead = landed !== undefined && tryGit('merge-base', '--is-ancestor', landed, 'HEAD') !== undefined;
  if (ahead && landed !== git('rev-parse', 'HEAD').trim())
    return { args: [`${landed}..HEAD`], about: 'after origin/main' };
  return { args: ['HEAD'], about: 'the whole history' };
}

/** Changed paths of `--name-status` lines, pure renames left out; both sides of a rename with changes. */
function changedFiles(lines) {
  const files = [];
  for (const line of lines) {
    const [status, ...paths] = line.split('\t');
    if (status !== 'R100') files.push(...paths.filter((p) => p !== ''));
  }
  return files;
}

/** The commits of the range, oldest first: {id, subject, files}. Those at the edge of a shallow clone are left out. */
function commits(args) {
  const shallow = git('rev-parse', '--is-shallow-repository').trim() === 'true';
  const text = git('log', '--reverse', '--no-merges', '-M', '--name-status', '--format=%x01%H%x02%P%x02%s', ...args);
  const all = text
    .split('\x01')
    .slice(1)
    .map((part) => {
      const [head, ...lines] = part.split('\n');
      const [id, parents, subject] = head.split('\x02');
      return { id, parents, subject, files: changedFiles(lines) };
    });
  return shallow ? all.filter((c) => c.parents !== '') : all;
}

/** True when the change of an xfail list adds lines (other than comments). */
function addsXfail(file, id) {
  const diff =
    id === undefined ? git('diff', '--cached', '-U0', '--', file) : git('show', '--format=', '-U0', id, '--', file);
  return diff.split('\n').some((line) => /^\+(?!\+\+ )\s*[^#\s]/.test(line));
}

/** The rows that a change breaks: [{tests, code}]. */
function broken({ id, files }) {
  const tests = [];
  const code = [];
  for (const file of files) {
    if (isNeutral(file)) continue;
    if (isXfail(file)) {
      if (addsXfail(file, id)) tests.push(`xfail-added:${file}`);
    } else if (isTest(file)) tests.push(file);
    else code.push(file);
  }
  return pairs()
    .map((p) => ({ tests: tests.filter((f) => p.tests.test(f)), code: code.filter((f) => p.code.test(f)) }))
    .filter((m) => m.tests.length > 0 && m.code.length > 0);
}

function list(what, files) {
  const shown = files.slice(0, 5).map((f) => `  ${what}  ${f.replace('xfail-added:', 'lines added to ')}`);
  if (files.length > 5) shown.push(`  ${what}  … ${files.length - 5} more`);
  return shown.join('\n');
}

if (tryGit('rev-parse', '--verify', '--quiet', 'HEAD') === undefined && !options.staged) {
  console.log('cadence: no git history here: nothing to check');
  process.exit(0);
}
const { args, about } = options.staged ? { args: [], about: 'staged' } : range();
const staged = () => ({
  subject: '(staged)',
  files: changedFiles(git('diff', '--cached', '-M', '--name-status').split('\n')),
});
const checked = options.staged ? [staged()] : commits(args);
let bad = 0;
for (const commit of checked) {
  const rows = broken(commit);
  if (rows.length === 0) continue;
  bad++;
  console.log(`${commit.id?.slice(0, 10) ?? 'staged'} ${commit.subject}`);
  for (const row of rows) console.log(`${list('test', row.tests)}\n${list('code', row.code)}`);
}
console.log(`cadence: ${checked.length} commits (${about}), ${bad} with a test and its code together`);
process.exit(bad === 0 ? 0 : 1);
