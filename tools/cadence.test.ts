// Takes small repositories made here; gives the verdicts of tools/cadence on them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const CADENCE = join(__dirname, 'cadence.mjs');
const ENV = {
  ...process.env,
  GIT_AUTHOR_NAME: 'T',
  GIT_AUTHOR_EMAIL: 't@example.invalid',
  GIT_COMMITTER_NAME: 'T',
  GIT_COMMITTER_EMAIL: 't@example.invalid',
  GIT_CONFIG_NOSYSTEM: '1',
};
const CODE = 'compiler/src/lex/lex_file.ts';
const TEST = 'compiler/src/lex/lex_file.test.ts';

let root: string;

function run(command: string, ...args: string[]): { status: number | null; out: string } {
  const r = spawnSync(command, args, { cwd: root, env: ENV, encoding: 'utf8' });
  return { status: r.status, out: r.stdout + r.stderr };
}

function git(...args: string[]): string {
  const r = run('git', ...args);
  if (r.status !== 0) throw new Error(`git ${args.join(' ')}: ${r.out}`);
  return r.out.trim();
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  git('add', '-A');
}

function commit(subject: string, files: Readonly<Record<string, string>>): void {
  write(files);
  git('commit', '-q', '-m', subject);
}

const cadence = (...args: string[]) => run(process.execPath, CADENCE, ...args);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sx-cadence-'));
  git('init', '-q', '-b', 'main');
  commit('start', { 'README.md': 'x\n', [CODE]: 'a\n' });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('code and test in commits of their own pass', () => {
  commit('code', { [CODE]: 'b\n' });
  commit('test', { [TEST]: 'b\n', 'corpus/apps/a.sx': '1\n', 'corpus/apps/a.stdout': '1\n' });
  expect(cadence()).toEqual({
    status: 0,
    out: 'cadence: 3 commits (the whole history), 0 with a test and its code together\n',
  });
});

test.each([
  ['a unit test', { [CODE]: 'b\n', [TEST]: 'b\n' }],
  ['a test fixture', { [CODE]: 'b\n', 'compiler/src/lex/cases.fixture.ts': 'b\n' }],
  ['a corpus program', { [CODE]: 'b\n', 'corpus/apps/a.sx': 'b\n' }],
  ['a recorded output', { 'runtime/modules/std/fmt.sx': 'b\n', 'corpus/apps/a.stdout': 'b\n' }],
  ['a workspace of the rules', { 'toolchain/sx_binary.bzl': 'b\n', 'e2e/smoke/MODULE.bazel': 'b\n' }],
  ['a tool and its test', { 'tools/cadence.mjs': 'b\n', 'tools/cadence.test.ts': 'b\n' }],
])('%s together with its code is refused', (_, files) => {
  commit('both', files);
  const r = cadence();
  expect(r.status).toBe(1);
  expect(r.out).toContain(`${git('rev-parse', 'HEAD').slice(0, 10)} both\n`);
  for (const file of Object.keys(files)) expect(r.out).toContain(file);
  expect(r.out).toMatch(/1 with a test and its code together\n$/);
});

test.each([
  ['the test of another part', { 'tools/build.mjs': 'b\n', [TEST]: 'b\n' }],
  ['documents', { 'docs/reference/01-lexical.md': 'b\n', [TEST]: 'b\n' }],
  ['a build file', { [CODE]: 'b\n', 'corpus/BUILD.bazel': 'b\n' }],
])('%s may come along', (_, files) => {
  commit('mixed', files);
  expect(cadence().status).toBe(0);
});

test('an xfail line may go with the code that makes it green, and not come with it', () => {
  commit('test', { 'corpus/xfail.txt': '# why\ncorpus/a.sx not yet\ncorpus/b.sx not yet\n', 'corpus/a.sx': '1\n' });
  commit('green', { [CODE]: 'b\n', 'corpus/xfail.txt': '# why\ncorpus/b.sx not yet\n' });
  expect(cadence().status).toBe(0);
  commit('comment', { [CODE]: 'c\n', 'corpus/xfail.txt': '# why, in short\ncorpus/b.sx not yet\n' });
  expect(cadence().status).toBe(0);
  commit('hide', { [CODE]: 'd\n', 'corpus/xfail.txt': 'corpus/b.sx not yet\ncorpus/c.sx not yet\n' });
  const r = cadence();
  expect(r.status).toBe(1);
  expect(r.out).toContain('lines added to corpus/xfail.txt');
});

test('a pure rename of both is a move', () => {
  commit('test', { [TEST]: 'some text that git can follow\n' });
  mkdirSync(join(root, 'compiler/src/scan'));
  renameSync(join(root, CODE), join(root, 'compiler/src/scan/scan_file.ts'));
  renameSync(join(root, TEST), join(root, 'compiler/src/scan/scan_file.test.ts'));
  commit('move', {});
  expect(cadence().status).toBe(0);
});

test('a base narrows the range; origin/main is the base when HEAD is ahead of it', () => {
  commit('both', { [CODE]: 'b\n', [TEST]: 'b\n' });
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  expect(cadence().status).toBe(1); // nothing ahead: the whole history is what lands
  commit('code', { [CODE]: 'c\n' });
  expect(cadence()).toEqual({
    status: 0,
    out: 'cadence: 1 commits (after origin/main), 0 with a test and its code together\n',
  });
  expect(cadence('HEAD~2').status).toBe(1);
  expect(cadence('HEAD~2', 'HEAD~1').status).toBe(1);
  expect(cadence('HEAD~1').status).toBe(0);
});

test('what is staged', () => {
  write({ [CODE]: 'b\n' });
  expect(cadence('--staged').status).toBe(0);
  write({ [TEST]: 'b\n' });
  expect(cadence('--staged').status).toBe(1);
});

test('the edge of a shallow clone is not taken for a commit that made everything', () => {
  commit('both', { [TEST]: 'b\n' });
  git('clone', '-q', '--depth', '1', `file://${root}`, join(root, 'clone'));
  const r = run(process.execPath, CADENCE, '--root', join(root, 'clone'));
  expect(r).toEqual({
    status: 0,
    out: 'cadence: 0 commits (the whole history), 0 with a test and its code together\n',
  });
});

test('wrong usage', () => {
  expect(cadence('--help').out).toMatch(/^usage: tools\/cadence /);
  expect(cadence('no-such-commit')).toEqual({ status: 2, out: "cadence: no commit 'no-such-commit'\n" });
  expect(cadence('--what').status).toBe(2);
});
