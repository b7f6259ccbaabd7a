// A real worker process: the same bytes as runs of their own, sandboxes, cancellation, executors that die, wrong input.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, SX, WorkerClient } from './worker.testlib.ts';

jest.setTimeout(180_000);

let dir = '';
let worker: WorkerClient;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sx-worker-test-'));
});
afterEach(async () => {
  await worker.close();
  rmSync(dir, { recursive: true, force: true });
});

const write = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return name;
};
const brief = (a: Answer): unknown => ({ status: a.exit_code, output: a.output, cancelled: a.was_cancelled });
const small = (n: number): string => `main :: () -> i32 { return ${n}; }\n`;
const GREETING = '#import "modules/std.sx";\nPoint :: struct { x: i64; y: i64; }\nmain :: () { p : Point = .{ x = 1, y = 2 }; print("{} {}\\n", p, #run 6 * 7); }\n';
const WRONG = '#import "modules/std.sx";\nmain :: () { x : u8 = 300; print("{}\\n", y); }\n';
/** Keeps an executor busy for some seconds. */
const LONG = 'f :: () -> i64 { n := 0; for 0..30000000000 (i) { n = n + i; } return n; }\nN :: #run f();\nmain :: () -> i32 { return (N % 2).(i32); }\n';

test('a worker gives what a run of its own gives, also from files that it knows', async () => {
  worker = new WorkerClient(dir, ['--worker-jobs=1']);
  write('greeting.sx', GREETING);
  write('wrong.sx', WRONG);
  write('syntax.sx', 'main :: () { x := ; }\n');
  const commands: [string, string[]][] = [
    ['obj', ['build', '--quiet', 'greeting.sx', '--emit', 'obj']],
    ['o2', ['build', '--quiet', 'greeting.sx', '--emit', 'obj', '--opt', '2', '--target', 'aarch64-linux-gnu']],
    ['asm', ['build', '--quiet', 'greeting.sx', '--emit', 'asm']],
    ['ir', ['build', 'greeting.sx', '--emit', 'ir']],
    ['bad', ['build', 'wrong.sx', '--emit', 'obj']],
    ['sarif', ['check', 'wrong.sx', '--error-format', 'sarif']],
    ['syntax', ['check', 'syntax.sx']],
    ['missing', ['check', 'none.sx']],
    ['option', ['build', '--no-such-option']],
  ];
  let id = 1;
  for (const round of [1, 2]) {
    for (const [name, argv] of commands) {
      const line = (out: string): string[] => (argv[0] === 'build' && name !== 'option' ? [...argv, '-o', `out/${out}`] : argv);
      const alone = spawnSync(process.execPath, [SX, ...line(name)], { cwd: dir, encoding: 'utf8' });
      const file = join(dir, 'out', name);
      const expected = name in { obj: 1, o2: 1, asm: 1, ir: 1 } ? readFileSync(file) : null;
      if (expected !== null) rmSync(file);
      const answer = await worker.request(id++, line(name), { verbosity: 1 });
      expect([round, name, brief(answer)]).toEqual([round, name, { status: alone.status, output: alone.stdout + alone.stderr, cancelled: false }]);
      if (expected !== null) expect([round, name, readFileSync(file).equals(expected)]).toEqual([round, name, true]);
    }
  }
  await worker.close();
  // The library and the program were parsed once: a line of the log says so.
  expect(worker.log).toMatch(/request 10 .*status 0, .* (\d+) of \1 files known/);
});

test('an edit of one file is seen, its other files stay known', async () => {
  worker = new WorkerClient(dir, ['--worker-jobs=1']);
  write('lib.sx', 'value :: () -> i32 { return 1; }\n');
  write('main.sx', '#import "lib.sx";\nmain :: () -> i32 { return value(); }\n');
  expect((await worker.request(1, ['check', 'main.sx'], { verbosity: 1 })).exit_code).toBe(0);
  write('lib.sx', 'value :: () -> i64 { return "x"; }\n');
  const r = await worker.request(2, ['check', 'main.sx'], { verbosity: 1 });
  expect([r.exit_code, /lib\.sx:1:/.test(r.output)]).toEqual([1, true]);
  await worker.close();
  expect(worker.log).toMatch(/request 2 .* 1 of 2 files known/);
});

test('each request sees its own sandbox', async () => {
  worker = new WorkerClient(dir, ['--worker-jobs=2']);
  const answers = [1, 2, 3, 4, 5, 6].map((n) => {
    mkdirSync(join(dir, `box/${n}`), { recursive: true });
    write(`box/${n}/main.sx`, n % 2 === 0 ? small(n) : `main :: () -> i32 { return name${n}; }\n`);
    return worker.request(n, ['build', '--quiet', 'main.sx', '--emit', 'ir', '-o', 'out/main.ll'], { sandbox_dir: `box/${n}` });
  });
  const done = await Promise.all(answers);
  expect(done.map((a) => a.exit_code)).toEqual([1, 0, 1, 0, 1, 0]);
  for (const n of [1, 3, 5]) expect(done[n - 1]!.output).toMatch(new RegExp(`'name${n}'[\\s\\S]*--> main.sx:1:28`));
  for (const n of [2, 4, 6]) expect(readFileSync(join(dir, `box/${n}/out/main.ll`), 'utf8')).toContain(`ret i32 ${n}`);
});

test('200 requests at a time, some cancelled: one answer each, none wrong, nothing left behind', async () => {
  const temp = join(dir, 'tmp');
  mkdirSync(temp);
  worker = new WorkerClient(dir, ['--worker-jobs=2'], { TMPDIR: temp });
  let seed = 20_261_125;
  const random = (n: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.floor((seed / 0x8000_0000) * n);
  };
  const answers: Promise<Answer>[] = [];
  const cancelled = new Set<number>();
  for (let id = 1; id <= 200; id++) {
    write(`p${id}.sx`, id % 3 === 0 ? `main :: () -> i32 { return wrong${id}; }\n` : small(id));
    answers.push(worker.request(id, ['build', '--quiet', `p${id}.sx`, '--emit', 'ir', '-o', `p${id}.ll`]));
    if (random(4) !== 0) continue;
    const victim = 1 + random(id);
    cancelled.add(victim);
    if (random(2) === 0) await new Promise((r) => setTimeout(r, random(20)));
    worker.cancel(victim);
  }
  const done = await Promise.all(answers);
  const given = done.filter((a) => a.was_cancelled).map((a) => a.request_id);
  for (const id of given) expect(cancelled).toContain(id);
  expect(given.length).toBeGreaterThan(5);
  for (const a of done) {
    if (a.was_cancelled) continue;
    const id = a.request_id;
    if (id % 3 === 0) expect([a.exit_code, a.output.includes(`'wrong${id}'`)]).toEqual([1, true]);
    else {
      expect([id, a.exit_code, a.output]).toEqual([id, 0, '']);
      expect(readFileSync(join(dir, `p${id}.ll`), 'utf8')).toContain(`ret i32 ${id}, `);
    }
  }
  expect(worker.strays).toEqual([]);
  expect(worker.executors().length).toBeLessThanOrEqual(2);
  expect(await worker.close()).toBe(0);
  expect(readdirSync(temp)).toEqual([]);
});

test('cancelling ends a request that runs', async () => {
  worker = new WorkerClient(dir, ['--worker-jobs=1']);
  const long = worker.request(1, ['check', write('long.sx', LONG)]);
  await new Promise((r) => setTimeout(r, 500));
  worker.cancel(1);
  worker.cancel(1);
  expect(brief(await long)).toEqual({ status: 0, output: '', cancelled: true });
  expect((await worker.request(2, ['check', write('next.sx', small(1))])).exit_code).toBe(0);
  worker.cancel(2);
  expect((await worker.request(3, ['check', 'next.sx'])).exit_code).toBe(0);
  expect(worker.strays).toEqual([]);
});

test('an executor that dies fails its request and no other', async () => {
  worker = new WorkerClient(dir, ['--worker-jobs=1']);
  const long = worker.request(1, ['check', '--comptime-steps', '1000000000000', write('long.sx', LONG)]);
  // On a busy machine the executor may not have begun yet; one that ends without a request is nobody's loss.
  const killing = setInterval(() => worker.executors().forEach((pid) => process.kill(pid, 'SIGSEGV')), 300);
  const r = await long;
  clearInterval(killing);
  expect(r.exit_code).toBe(70);
  expect(r.output).toMatch(/internal compiler error: the process that compiled ended by SIGSEGV\n {2}reproduce with: sx check --comptime-steps 1000000000000 long.sx\n/);
  expect((await worker.request(2, ['check', write('next.sx', small(1))])).exit_code).toBe(0);
});

test('an executor that holds too much is replaced', async () => {
  worker = new WorkerClient(dir, ['--worker-jobs=1', '--worker-memory=1']);
  write('a.sx', small(1));
  for (const id of [1, 2, 3]) expect((await worker.request(id, ['check', 'a.sx'], { verbosity: 1 })).exit_code).toBe(0);
  await worker.close();
  expect(worker.log.match(/is replaced: it holds \d+ MiB/g)).toHaveLength(3);
  expect(worker.log).toMatch(/request 3 .* 0 of 1 files known/);
});

test('what is no request ends the worker with a message', async () => {
  worker = new WorkerClient(dir);
  worker.child.stdin!.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
  expect(await worker.close()).toBe(2);
  expect(worker.log).toMatch(/sx worker: a message's length takes more than 5 bytes; stopping/);
  worker = new WorkerClient(dir, ['--worker-jobs=none']);
  expect(await worker.close()).toBe(2);
  expect(worker.log).toMatch(/takes a number from 1, not 'none'[\s\S]*usage:/);
});

test('without a sandbox, a request sees its inputs and no other file of the workspace', async () => {
  mkdirSync(join(dir, 'lib/sub'), { recursive: true });
  write('a.sx', '#import "lib/b.sx";\nmain :: () -> i32 { return B; }\n');
  write('lib/b.sx', '#import "lib/sub";\nB :: C;\n');
  write('lib/sub/c.sx', 'C :: 3;\n');
  write('lib/sub/undeclared.sx', 'C :: 4;\n');
  worker = new WorkerClient(dir);
  const build = (id: number, ...inputs: string[]): Promise<Answer> =>
    worker.request(id, ['build', '--quiet', 'a.sx', '--emit', 'obj', '-o', 'a.o'], { inputs: inputs.map((path) => ({ path, digest: Buffer.from([1]) })) });
  const missing = await build(1, 'a.sx');
  expect([missing.exit_code, /lib\/b\.sx/.test(missing.output)]).toEqual([1, true]);
  // Of a folder, too, what is declared is there.
  expect(brief(await build(2, 'a.sx', 'lib/b.sx', 'lib/sub/c.sx'))).toEqual({ status: 0, output: '', cancelled: false });
  expect((await build(3, 'a.sx', 'lib/b.sx', 'lib/sub/c.sx', 'lib/sub/undeclared.sx')).exit_code).toBe(1);
});
