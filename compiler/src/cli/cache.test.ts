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
    const r = spawnSync(process.execPath, [SX, ...args, '--cache', '--time'], { cwd: dir, encoding: 'utf8', env: { ...process.env, SX_CACHE_DIR: join(dir, 'c-cache') } });
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

describe('a program that imports C', () => {
  const C_MAIN = '#import "modules/std.sx";\nu :: #import c { #include "u.h"; #include "<n.h>"; #source "u.c"; #flags "-Inone -Itwo"; };\nmain :: () { print("{}\\n", u.f(u.STEP) + u.twice(u.N)); }\n';

  function cProject(): ReturnType<typeof project> & { readonly env: (name: string, value: string, run: () => Run) => Run } {
    const p = project(C_MAIN);
    mkdirSync(join(p.dir, 'two'));
    p.write('two/n.h', '#define N 100\n');
    p.write('u.h', '#include "v.h"\nint f(int);\nstatic inline int twice(int x) { return x * 2; }\n');
    p.write('v.h', '#define STEP 1\n');
    p.write('u.c', '#include "u.h"\nint f(int x) { return x + STEP; }\n');
    const env = (name: string, value: string, run: () => Run): Run => {
      const before = process.env[name];
      process.env[name] = value;
      try {
        return run();
      } finally {
        if (before === undefined) delete process.env[name];
        else process.env[name] = before;
      }
    };
    return { ...p, env };
  }

  test('is served, run and linked anew; a header that is only included indirectly counts', () => {
    const { sx, write, dir } = cProject();
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '202\n', hit: false });
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '202\n', hit: true });
    write('v.h', '#define STEP 3\n');
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '206\n', hit: false });
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '206\n', hit: true });
    write('u.c', '#include "u.h"\nint f(int x) { return x - STEP; }\n');
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '200\n', hit: false });
    expect(sx('build', 'main.sx', '-o', 'a', '--opt', '1')).toMatchObject({ status: 0, hit: false });
    expect(sx('build', 'main.sx', '-o', 'b', '--opt', '1')).toMatchObject({ status: 0, hit: true });
    expect(readFileSync(join(dir, 'a')).equals(readFileSync(join(dir, 'b')))).toBe(true);
    expect(spawnSync(join(dir, 'b'), { encoding: 'utf8' }).stdout).toBe('200\n');
    // One object: the C objects come with the code.
    expect(sx('build', 'main.sx', '--emit', 'obj', '--opt', '1', '-o', 'm.o')).toMatchObject({ status: 0, hit: true });
    expect(spawnSync('cc', ['m.o', '-o', 'm', '-lm', '-lpthread'], { cwd: dir, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(spawnSync(join(dir, 'm'), { encoding: 'utf8' }).stdout).toBe('200\n');
  });

  test('a header that appears earlier on the path is a change, also in a folder that was not there', () => {
    const { sx, write, dir } = cProject();
    sx('run', 'main.sx');
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '202\n', hit: true });
    mkdirSync(join(dir, 'none'));
    write('none/n.h', '#define N 5\n');
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '12\n', hit: false });
    rmSync(join(dir, 'none'), { recursive: true });
    expect(sx('run', 'main.sx')).toMatchObject({ status: 0, out: '202\n' });
  });

  test('a header that appears where __has_include asked for it is a change, however it asked', () => {
    const { sx, write, dir } = cProject();
    write('v.h', '#define HAS(x) __has_include(x)\n#if __has_include("late.h") /* "no.h" */\n#include "late.h"\n#elif defined(__has_include) && \\\n  __has_include ( <sub/later.h> )\n#include <sub/later.h>\n#else\n#define STEP 1\n#endif\n');
    sx('run', 'main.sx');
    // HAS may be asked for anything: nothing is kept.
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '202\n', hit: false });
    write('v.h', '#if __has_include("late.h") /* "no.h" */\n#include "late.h"\n#elif defined(__has_include) && \\\n  __has_include ( <sub/later.h> )\n#include <sub/later.h>\n#else\n#define STEP 1\n#endif\n');
    sx('run', 'main.sx');
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '202\n', hit: true });
    mkdirSync(join(dir, 'two/sub'));
    write('two/sub/later.h', '#define STEP 3\n');
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '206\n', hit: false });
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '206\n', hit: true });
    write('late.h', '#define STEP 4\n');
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '208\n', hit: false });
  });

  test('a header that appears beside the one that includes it is a change', () => {
    const { sx, write } = cProject();
    write('two/w.h', '#define STEP 1\n');
    write('v.h', '#include "w.h"\n');
    sx('run', 'main.sx');
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '202\n', hit: true });
    write('w.h', '#define STEP 5\n');
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '210\n', hit: false });
  });

  test('the C compiler and the variables that it reads are part of the key', () => {
    const { sx, write, dir, env } = cProject();
    write('cc', '#!/bin/sh\nexec clang-19 "$@"\n');
    spawnSync('chmod', ['+x', join(dir, 'cc')]);
    sx('run', 'main.sx');
    expect(sx('run', 'main.sx')).toMatchObject({ hit: true });
    expect(sx('run', 'main.sx', '--cc', './cc')).toMatchObject({ out: '202\n', hit: false });
    expect(sx('run', 'main.sx', '--cc', './cc')).toMatchObject({ out: '202\n', hit: true });
    write('v.h', '#ifdef MORE\n#define STEP 9\n#else\n#define STEP 1\n#endif\n');
    expect(sx('run', 'main.sx', '--cc', './cc')).toMatchObject({ out: '202\n' });
    write('cc', '#!/bin/sh\nexec clang-19 -DMORE "$@"\n');
    expect(sx('run', 'main.sx', '--cc', './cc')).toMatchObject({ out: '218\n', hit: false });
    expect(env('SX_CC', './cc', () => sx('run', 'main.sx'))).toMatchObject({ out: '218\n', hit: false });
    mkdirSync(join(dir, 'var'));
    write('var/m.h', '#define M 4\n');
    write('main.sx', C_MAIN.replace('<n.h>', '<m.h>').replace('u.N', 'u.M'));
    expect(env('CPATH', 'var', () => sx('run', 'main.sx'))).toMatchObject({ out: '10\n', hit: false });
    mkdirSync(join(dir, 'other'));
    write('other/m.h', '#define M 6\n');
    expect(env('CPATH', 'other', () => sx('run', 'main.sx'))).toMatchObject({ out: '14\n', hit: false });
    expect(env('CPATH', 'other', () => sx('run', 'main.sx'))).toMatchObject({ out: '14\n', hit: true });
  });

  test('C errors are never kept, and objects that are damaged are made again', () => {
    const { sx, write, dir } = cProject();
    sx('run', 'main.sx');
    expect(sx('run', 'main.sx')).toMatchObject({ hit: true });
    const cache = join(dir, '.sx-cache');
    for (const name of readdirSync(cache)) appendFileSync(join(cache, name), 'x');
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '202\n', hit: false });
    expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '202\n', hit: true });
    write('v.h', '#define STEP 1\nint g(nosuch);\n');
    for (let i = 0; i < 2; i++) expect(sx('run', 'main.sx')).toMatchObject({ status: 1, hit: false });
  });

  test('C that runs at compile time is run every time', () => {
    const { sx, write } = cProject();
    write('main.sx', '#import "modules/std.sx";\nu :: #import c { #include "u.h"; #source "u.c"; };\nN :: #run u.f(4);\nmain :: () { print("{}\\n", N); }\n');
    for (let i = 0; i < 2; i++) expect(sx('run', 'main.sx')).toEqual({ status: 0, out: '5\n', hit: false });
  });
});
