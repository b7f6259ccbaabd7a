//! ref: 15.5
// Takes small corpora made here and a stand-in compiler; gives the verdicts of the corpus runner on them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const RUN = join(__dirname, 'run.mjs');

/**
 * Prints what the program's `//> text` lines say, ends with `//exit N`, reports `//error LINE CODE text` as JSON under check
 * (LINE 0: without a place), and `//warning` likewise; under run `//late LINE CODE text`.
 */
const STAND_IN = `
import { readFileSync } from 'node:fs';
const [command, ...rest] = process.argv.slice(2);
const file = rest.find((a) => a.endsWith('.sx'));
const lines = readFileSync(file, 'utf8').split('\\n');
const words = command === 'check' ? 'error|warning' : 'late';
const reports = lines.flatMap((l) => { const m = new RegExp('^//(' + words + ') (\\\\d+) (\\\\S+) (.*)$').exec(l); return m ? [m] : []; });
for (const [, word, line, code, message] of reports) {
  const span = line === '0' ? null : { path: file, line: Number(line), col: 1 };
  console.error(JSON.stringify({ severity: word === 'warning' ? word : 'error', code, message, span, notes: [], helps: [{ message: 'a help' }] }));
}
if (command === 'check' || reports.length > 0) process.exit(reports.some((r) => r[1] !== 'warning') ? 1 : 0);
for (const l of lines) if (l.startsWith('//> ')) console.log(l.slice(4));
if (lines.includes('//abort')) process.kill(process.pid, 'SIGABRT');
if (lines.includes('//hang')) setTimeout(() => {}, 60000);
else process.exit(Number(/^\\/\\/exit (\\d+)$/m.exec(lines.join('\\n'))?.[1] ?? 0));
`;

let root: string;

function write(path: string, text: string): void {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

function run(...args: string[]): { status: number | null; out: string; last: string } {
  const r = spawnSync(process.execPath, [RUN, '--root', root, '--sx', join(root, 'sx.mjs'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, TEST_TOTAL_SHARDS: '', XML_OUTPUT_FILE: '' },
  });
  return { status: r.status, out: r.stdout + r.stderr, last: r.stdout.trimEnd().split('\n').at(-1) ?? '' };
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sx-corpus-test-'));
  write('sx.mjs', STAND_IN);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('output and status decide; files without expectations are no programs', () => {
  write('corpus/good.sx', '//> one\n//> at 0x12ab\n//exit 3\n');
  write('corpus/good.stdout', 'one\nat 0xffff1\n\n');
  write('corpus/good.exit', '3\n');
  write('corpus/helper.sx', '//> never\n');
  expect(run()).toMatchObject({ status: 0, last: '1 passed, 0 failed' });
  write('corpus/bad.sx', '//> two\n');
  write('corpus/bad.stdout', 'one\n');
  const r = run();
  expect(r).toMatchObject({ status: 1, last: '1 passed, 1 failed' });
  expect(r.out).toContain('FAIL corpus/bad.sx [run]: stdout differs');
  expect(r.out).toContain('- one\n    + two');
});

test('an expected failure is silent, and a failure when it passes', () => {
  write('corpus/a.sx', '//> x\n');
  write('corpus/a.stdout', 'y\n');
  write('corpus/xfail.txt', '# known\ncorpus/a.sx [run] prints the wrong letter\n');
  expect(run()).toMatchObject({ status: 0, last: '0 passed, 0 failed' });
  expect(run('--mode', 'vm')).toMatchObject({ status: 1, last: '0 passed, 1 failed' });
  write('corpus/a.stdout', 'x\n');
  const r = run();
  expect(r.status).toBe(1);
  expect(r.out).toContain('unexpected pass: remove it from the xfail list (prints the wrong letter)');
  write('corpus/xfail.txt', 'corpus/gone.sx reason\n');
  expect(run()).toMatchObject({ status: 2 });
});

test('error programs: code, line and text of every error, and no other error', () => {
  write('corpus/e.sx', 'x; //~ ERROR AAA: first\n//~^^^ ERROR NEVER\n//error 1 AAA the first one\n');
  expect(run().out).toContain('missing error NEVER at corpus/e.sx:-1');
  write('corpus/e.sx', 'x; //~ ERROR AAA: first //~ ERROR BBB\n//error 1 AAA the first one\n//error 1 BBB two\n');
  expect(run()).toMatchObject({ status: 0, last: '1 passed, 0 failed' });
  write('corpus/e.sx', 'x; //~ ERROR AAA: a help\n//error 1 AAA the first one\n//error 3 CCC more\n');
  const r = run();
  expect(r.status).toBe(1);
  expect(r.out).toContain('unexpected error CCC at corpus/e.sx:3: more');
  expect(r.out).not.toContain('missing');
  write('corpus/e.sx', 'x; //~ ERROR AAA\n');
  expect(run().out).toContain('sx check: exit 0, expected 1');
});

test('errors without a place, and those of another command', () => {
  write('corpus/e.sx', 'x; //~- ERROR AAA: whole\n//error 0 AAA the whole program\n');
  expect(run()).toMatchObject({ status: 0, last: '1 passed, 0 failed' });
  write('corpus/e.sx', 'x; //~ ERROR AAA: whole\n//error 0 AAA the whole program\n');
  expect(run().out).toContain('unexpected error AAA at no place: the whole program');
  write('corpus/e.sx', 'x; //~ ERROR LATE\n//late 1 LATE found by run\n');
  expect(run().out).toContain('sx check: exit 0, expected 1');
  write('corpus/e.json', '{ "command": ["run"] }');
  expect(run()).toMatchObject({ status: 0, last: '1 passed, 0 failed' });
});

test('warnings of a program that runs', () => {
  write('corpus/w.sx', '//> x\ny; //~ WARNING WWW: careful\n//warning 2 WWW be careful\n');
  write('corpus/w.stdout', 'x\n');
  expect(run()).toMatchObject({ status: 0, last: '1 passed, 0 failed' });
  write('corpus/w.sx', '//> x\ny; //~ WARNING WWW: careful\n');
  expect(run().out).toContain('missing warning WWW at corpus/w.sx:2');
});

test('what a signal ends has 128 and its number, as in a shell', () => {
  write('corpus/s.sx', '//> x\n//abort\n');
  write('corpus/s.stdout', 'x\n');
  write('corpus/s.exit', '134\n');
  expect(run()).toMatchObject({ status: 0, last: '1 passed, 0 failed' });
});

test('shards share the programs; reports and time limits', () => {
  for (const name of ['a', 'b', 'c']) {
    write(`corpus/${name}.sx`, '//> x\n');
    write(`corpus/${name}.stdout`, 'x\n');
  }
  expect(run('--shard', '0/2').last).toBe('2 passed, 0 failed');
  expect(run('--shard', '1/2').last).toBe('1 passed, 0 failed');
  write('corpus/slow.sx', '//hang\n');
  write('corpus/slow.stdout', '');
  const xml = join(root, 'out.xml');
  const r = run('--timeout', '1', '--xml', xml);
  expect(r.out).toContain('FAIL corpus/slow.sx [run]: timed out');
  expect(readFileSync(xml, 'utf8')).toContain('tests="4" failures="1"');
});

test('an unknown key of a sidecar and an unknown option are refused', () => {
  write('corpus/a.sx', '//> x\n');
  write('corpus/a.json', '{ "mode": ["run"] }');
  expect(run().out).toContain("unknown key 'mode'");
  expect(run('--nonsense').status).toBe(2);
});
