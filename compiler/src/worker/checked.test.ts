// A real worker process: a compilation goes on from the program that the one before it checked, once, and only from the same one.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, SX, WorkerClient } from './worker.testlib.ts';

jest.setTimeout(180_000);

let dir = '';
let worker: WorkerClient;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sx-checked-test-'));
  mkdirSync(join(dir, 'out'));
});
afterEach(async () => {
  await worker.close();
  rmSync(dir, { recursive: true, force: true });
});

const write = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return name;
};

let next = 1;
const ask = (...argv: string[]): Promise<Answer> => worker.request(next++, argv, { verbosity: 1 });
const build = (...more: string[]): Promise<Answer> => ask('build', '--quiet', 'main.sx', '-o', 'out/main', '--emit', 'obj', ...more);

/** For each request that was answered, in order: whether it went on from a checked program. The worker has ended then. */
async function taken(): Promise<boolean[]> {
  await worker.close();
  return worker.log.split('\n').filter((l) => l.includes(': status ')).map((l) => / checked before,/.test(l));
}

/** Status and messages of a process of its own, and what it wrote. */
function alone(...argv: string[]): { readonly answer: unknown; readonly bytes: Buffer | null } {
  const r = spawnSync(process.execPath, [SX, ...argv], { cwd: dir, encoding: 'utf8' });
  const file = join(dir, 'out/main');
  const bytes = argv[0] === 'build' && r.status === 0 ? readFileSync(file) : null;
  rmSync(file, { force: true });
  return { answer: [r.status, r.stdout + r.stderr], bytes };
}

/** With a warning, a generic function, formatting, and code that runs while compiling. */
const PROGRAM = `#import "modules/std.sx";
#import "part.sx";
Point :: struct { x: i64; y: i64; }
calm :: (n: i64) -> ! { print("{}\\n", n); }
main :: () { p : Point = .{ x = part(2), y = 2 }; calm(3) catch { print("never\\n"); }; print("{} {}\\n", p, #run 6 * 7); }
`;
const PART = 'part :: (x: $T) -> T { return x * 3; }\n';

function program(): void {
  write('main.sx', PROGRAM);
  write('part.sx', PART);
  worker = new WorkerClient(dir, ['--worker-jobs=1']);
}

test('a build after a check goes on from it, with the same messages and bytes as a run of its own', async () => {
  program();
  const wanted = (kind: string): string[] => ['build', '--quiet', 'main.sx', '-o', 'out/main', '--emit', kind, '--need-main'];
  const check = alone('check', 'main.sx');
  expect(String(check.answer)).toMatch(/warning.*never errors/);
  for (const kind of ['obj', 'asm', 'ir', 'exe']) {
    const own = alone(...wanted(kind));
    const checked = await ask('check', 'main.sx');
    expect([checked.exit_code, checked.output]).toEqual(check.answer);
    const built = await ask(...wanted(kind));
    expect([kind, built.exit_code, built.output]).toEqual([kind, ...(own.answer as unknown[])]);
    expect([kind, readFileSync(join(dir, 'out/main')).equals(own.bytes!)]).toEqual([kind, true]);
  }
  expect(await taken()).toEqual([false, true, false, true, false, true, false, true]);
});

test('a large program, whose parts would have been compiled while it is checked, has the same bytes', async () => {
  const step = (i: number): string => {
    const lines = [...Array(20)].map((_, k) => `    a = a * ${k + 3} + x % ${i + 1} - b;\n    b = b + a / ${k + 1};\n`).join('');
    return `step_${i} :: (x: i64) -> i64 {\n    a := x;\n    b := ${i};\n${lines}    return ${i === 0 ? 'a' : `b + step_${i - 1}(a)`};\n}\n`;
  };
  write('main.sx', `${[...Array(400)].map((_, i) => step(i)).join('')}main :: () -> i64 { return step_399(7) & 63; }\n`);
  worker = new WorkerClient(dir, ['--worker-jobs=1']);
  const own = alone('build', '--quiet', 'main.sx', '-o', 'out/main', '--emit', 'obj');
  await ask('check', 'main.sx');
  expect(await build()).toMatchObject({ exit_code: 0, output: '' });
  expect(readFileSync(join(dir, 'out/main')).equals(own.bytes!)).toBe(true);
  expect(await taken()).toEqual([false, true]);
});

test('it is taken once, and checking again leaves it to the build', async () => {
  program();
  await ask('check', 'main.sx');
  await ask('check', 'main.sx');
  await build();
  await build();
  expect(await taken()).toEqual([false, true, true, false]);
});

test('what changed since is seen: a file, a new one that an import finds first, what is declared', async () => {
  program();
  write('main.sx', PROGRAM.replace('"part.sx"', '"modules/extra.sx"'));
  mkdirSync(join(dir, 'more/modules'), { recursive: true });
  const roots = ['--module-root=more'];
  write('more/modules/extra.sx', PART);
  await ask('check', 'main.sx', ...roots);
  await build(...roots);
  await ask('check', 'main.sx', ...roots);
  write('more/modules/extra.sx', 'part :: (x: i64) -> i64 { return y; }\n');
  const edited = await build(...roots);
  expect([edited.exit_code, /extra\.sx:1:/.test(edited.output)]).toEqual([1, true]);
  write('more/modules/extra.sx', PART);
  await ask('check', 'main.sx', ...roots);
  mkdirSync(join(dir, 'modules'));
  write('modules/extra.sx', 'part :: (x: i64) -> i64 { return z; }\n');
  const found = await build(...roots);
  expect([found.exit_code, /modules\/extra\.sx:1:/.test(found.output)]).toEqual([1, true]);
  rmSync(join(dir, 'modules'), { recursive: true });
  await ask('check', 'main.sx', ...roots);
  const undeclared = await worker.request(next++, ['build', '--quiet', 'main.sx', '-o', 'out/main', '--emit', 'obj', ...roots], {
    verbosity: 1, inputs: [{ path: 'main.sx', digest: Buffer.from([1]) }],
  });
  expect([undeclared.exit_code, /extra\.sx/.test(undeclared.output)]).toEqual([1, true]);
  expect(await taken()).toEqual([false, true, false, false, false, false, false, false]);
});

test('options that a check does not depend on may differ, others may not', async () => {
  program();
  const rounds: [string[], boolean][] = [
    [['--opt', '1', '--debug', 'full'], true],
    [['--sanitizer', 'thread'], false],
    [['--coverage'], true],
    [['--cpu', 'x86-64-v3'], true],
    [['--opt', '2'], false],
    [['--opt', '1', '--unchecked'], false],
    [['--target', 'aarch64-linux-gnu'], false],
    [['--comptime-ffi=deny'], false],
    [['--comptime-steps=100000'], false],
    [['--module-root=out'], false],
  ];
  for (const [flags] of rounds) {
    const own = alone('build', '--quiet', 'main.sx', '-o', 'out/main', '--emit', 'obj', ...flags);
    await ask('check', 'main.sx');
    const r = await build(...flags);
    expect([flags, r.exit_code, r.output]).toEqual([flags, ...(own.answer as unknown[])]);
    expect([flags, readFileSync(join(dir, 'out/main')).equals(own.bytes!)]).toEqual([flags, true]);
  }
  const optimised = ['--opt', '2', '--target', 'aarch64-linux-gnu', '--comptime-ffi=deny'];
  await ask('check', 'main.sx', ...optimised);
  await build(...optimised);
  expect(await taken()).toEqual([...rounds.flatMap(([, hit]) => [false, hit]), false, true]);
});

test('what has effects while it is compiled is compiled each time', async () => {
  program();
  await ask('check', 'main.sx');
  await build();
  const effects = [
    '#import "modules/std.sx";\nloud :: () -> i64 { print("compiling\\n"); return 3; }\nN :: #run loud();\nmain :: () -> i32 { return N.(i32); }\n',
    '#import "modules/std.sx";\n#import "modules/build.sx";\nsetup :: () { build_options().add_link_flag("-lm"); }\n#run setup();\nmain :: () { }\n',
    '#import c { #define "X 3"; }\nmain :: () -> i32 { return 0; }\n',
  ];
  for (const text of effects) {
    write('main.sx', text);
    const check = alone('check', 'main.sx');
    const own = alone('build', '--quiet', 'main.sx', '-o', 'out/main', '--emit', 'obj');
    const checked = await ask('check', 'main.sx');
    expect([checked.exit_code, checked.output]).toEqual(check.answer);
    const r = await build();
    expect([text, r.exit_code, r.output]).toEqual([text, ...(own.answer as unknown[])]);
  }
  expect(await taken()).toEqual([false, true, false, false, false, false, false, false]);
});

test('another program in between, an error, or too much memory: nothing is left to take', async () => {
  program();
  write('other.sx', 'main :: () -> i32 { return 4; }\n');
  write('wrong.sx', 'main :: () -> i32 { return x; }\n');
  await ask('check', 'main.sx');
  await build();
  await ask('check', 'main.sx');
  await ask('check', 'other.sx');
  await build();
  await ask('check', 'wrong.sx');
  await ask('check', 'wrong.sx');
  expect(await taken()).toEqual([false, true, false, false, false, false, false]);
  worker = new WorkerClient(dir, ['--worker-jobs=1', '--worker-memory=1']);
  await ask('check', 'main.sx');
  await build();
  expect(await taken()).toEqual([false, false]);
});

test('a build goes to the executor that has checked its program, or is doing so', async () => {
  program();
  await worker.close();
  write('other.sx', 'main :: () -> i32 { return 4; }\n');
  worker = new WorkerClient(dir, ['--worker-jobs=2']);
  const other = (): Promise<Answer> => ask('build', '--quiet', 'other.sx', '-o', 'out/other', '--emit', 'obj');
  // At the same time: the build waits for the check, what else there is does not.
  const answers = await Promise.all([ask('check', 'main.sx'), build(), other()]);
  expect(answers.map((a) => a.exit_code)).toEqual([0, 0, 0]);
  // The other executor was used last, and the one that holds the program is taken for it all the same.
  await Promise.all([ask('check', 'main.sx'), other()]);
  await other();
  await build();
  await worker.close();
  const builds = worker.log.split('\n').filter((l) => /\(build --quiet main\.sx/.test(l));
  expect(builds.map((l) => / checked before,/.test(l))).toEqual([true, true]);
});
