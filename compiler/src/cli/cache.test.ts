// `--cache`: unchanged programs come from .sx-cache, changed ones never do, and a broken cache is no cache.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SX = process.env['SX_BIN'] ?? resolve(__dirname, '../../bin/sx');
const dirs: string[] = [];
afterAll(() => { for (const dir of dirs) rmSync(dir, { recursive: true, force: true }); });
jest.setTimeout(120_000);

const MAIN = '#import "modules/std.sx";\n#import "part.sx";\nmain :: () { print("{}\\n", answer()); }\n';

interface Run { readonly status: number | null; readonly out: string; readonly hit: boolean }

function project(main = MAIN): { dir: string; sx: (...args: string[]) => Run; write: (name: string, text: string) => void } {
  const dir = mkdtempSync(join(tmpdir(), 'sx-cache-'));
  dirs.push(dir);
  const write = (name: string, text: string): void => writeFileSync(join(dir, name), text);
  write('main.sx', main);
  write('part.sx', 'answer :: () -> i64 { 42 }\n');
  const sx = (...args: string[]): Run => {
    const r = spawnSync(process.execPath, [SX, ...args, '--cache', '--time'], { cwd: dir, encoding: 'utf8' });
    return { status: r.status, out: r.stdout, hit: /^cache /m.test(r.stderr) };
  };
  return { dir, sx, write };
}

test('a second run takes the code from the cache, a changed import does not', () => {
  const { sx, write } = project();
  expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '42\n', hit: false });
  expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '42\n', hit: true });
  write('part.sx', 'answer :: () -> i64 { 43 }\n');
  expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '43\n', hit: false });
  write('part.sx', 'answer :: () -> i64 { 1 + }\n');
  expect(sx('run', 'main.sx')).toMatchObject({ status: 1, hit: false });
});

test('an import that a new file takes over is a change', () => {
  const { sx, dir } = project('#import "modules/std.sx";\n#import "modules/extra.sx";\nmain :: () { print("{}\\n", answer()); }\n');
  expect(sx('run', 'main.sx')).toMatchObject({ status: 1 });
  mkdirSync(join(dir, 'modules'));
  writeFileSync(join(dir, 'modules/extra.sx'), 'answer :: () -> i64 { 7 }\n');
  expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '7\n', hit: false });
});

test('options are part of the key, and build gives what it gives without', () => {
  const { sx, dir } = project();
  const built = (name: string): Buffer => readFileSync(join(dir, name));
  expect(sx('build', 'main.sx', '-o', 'a')).toMatchObject({ status: 0, hit: false });
  expect(sx('build', 'main.sx', '-o', 'b', '--opt', '2')).toMatchObject({ status: 0, hit: false });
  expect(sx('build', 'main.sx', '-o', 'c')).toMatchObject({ status: 0, hit: true });
  expect(built('c').equals(built('a'))).toBe(true);
  expect(built('b').equals(built('a'))).toBe(false);
  expect(spawnSync(join(dir, 'c'), { encoding: 'utf8' }).stdout).toBe('42\n');
  expect(sx('build', 'main.sx', '--emit', 'obj', '-o', 'm.o')).toMatchObject({ status: 0, hit: true });
});

test('top-level #run and what it prints are not cached', () => {
  const { sx } = project('#import "modules/std.sx";\n#run print("compiling\\n");\nmain :: () { print("running\\n"); }\n');
  for (let i = 0; i < 2; i++) {
    const r = sx('run', 'main.sx');
    expect(r).toMatchObject({ status: 0, hit: false });
    expect(r.out).toMatch(/^compiling\n/);
  }
});

test('damaged entries are made again', () => {
  const { sx, dir } = project();
  sx('run', 'main.sx');
  const cache = join(dir, '.sx-cache');
  for (const name of readdirSync(cache)) appendFileSync(join(cache, name), 'x');
  expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '42\n', hit: false });
  expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '42\n', hit: true });
});

test('without a place for it there is no cache and no failure', () => {
  const { sx, write } = project();
  write('.sx-cache', 'a file\n');
  for (let i = 0; i < 2; i++) expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '42\n', hit: false });
});

test('without the option nothing is written', () => {
  const { dir } = project();
  spawnSync(process.execPath, [SX, 'run', 'main.sx'], { cwd: dir });
  expect(existsSync(join(dir, '.sx-cache'))).toBe(false);
});

test('a hit reports as a compilation does, and dependencies are those of a compilation', () => {
  const { dir, sx } = project();
  const json = (): string => spawnSync(process.execPath, [SX, 'build', 'main.sx', '--cache', '--quiet', '--error-format', 'json', '-o', 'a'], { cwd: dir, encoding: 'utf8' }).stderr;
  const first = json();
  expect(sx('build', 'main.sx', '--quiet', '-o', 'a')).toMatchObject({ hit: true });
  expect(json()).toBe(first);
  const deps = (): string => {
    expect(sx('build', 'main.sx', '-o', 'a', '--deps', 'a.d')).toMatchObject({ status: 0 });
    return readFileSync(join(dir, 'a.d'), 'utf8');
  };
  expect(deps()).toContain('part.sx');
  expect(deps()).toBe(deps());
});

test('code that asks at compile time for what the command line says is not cached', () => {
  const { sx, dir } = project('#import "modules/std.sx";\n#import "modules/compiler.sx";\nWHERE :: #run build_output();\nmain :: () { print("{}\\n", WHERE); }\n');
  for (const name of ['a', 'b']) {
    expect(sx('build', 'main.sx', '-o', name)).toMatchObject({ status: 0, hit: false });
    expect(spawnSync(join(dir, name), { encoding: 'utf8' }).stdout).toBe(`${name}\n`);
  }
});
