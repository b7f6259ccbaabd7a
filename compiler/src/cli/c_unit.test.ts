// `#import c` as a user meets it: errors in C text, doubled symbols, another compiler, the cache.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SX = process.env['SX_BIN'] ?? resolve(__dirname, '../../bin/sx');
let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sx-c-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));
jest.setTimeout(120_000);

function sx(args: readonly string[], env: Record<string, string> = {}): { status: number | null; out: string; err: string } {
  const r = spawnSync(process.execPath, [SX, ...args], { cwd: dir, encoding: 'utf8', env: { ...process.env, SX_CACHE_DIR: join(dir, 'cache'), ...env } });
  return { status: r.status, out: r.stdout, err: r.stderr };
}
const file = (name: string, text: string): void => writeFileSync(join(dir, name), text);
const PROGRAM = '#import "modules/std.sx";\nu :: #import c { #include "u.h"; #source "u.c"; };\nmain :: () { print("{}\\n", u.f(4)); }\n';

test('an error in a header or a source is shown there', () => {
  file('u.h', 'int f(int);\nint g(nosuch t);\n');
  file('u.c', '#include "u.h"\n');
  file('a.sx', PROGRAM);
  expect(sx(['check', 'a.sx']).err).toMatch(/^error: unknown type name 'nosuch'\n *--> u\.h:2:7\n/);
  file('u.h', 'int f(int);\n');
  file('u.c', '#include "u.h"\nint f(int x) {\n  return x +;\n}\n');
  const r = sx(['check', 'a.sx']);
  expect(r.status).toBe(1);
  expect(r.err).toMatch(/^error: expected expression\n *--> u\.c:3:13\n/);
  expect(r.err).toMatch(/note: imported here\n *--> a\.sx:2:/);
});

test('two units with one symbol are told by their sources, before the linker', () => {
  file('p.c', 'int same(void) { return 1; }\nstatic int own(void) { return 1; }\n__attribute__((weak)) int soft(void) { return own(); }\n');
  file('q.c', 'int same(void) { return 2; }\nstatic int own(void) { return 2; }\n__attribute__((weak)) int soft(void) { return own(); }\n');
  file('a.sx', 'p :: #import c { #source "p.c"; };\nq :: #import c { #source "q.c"; };\nmain :: () {}\n');
  expect(sx(['check', 'a.sx'])).toEqual({ status: 1, out: '', err: "error: C symbol 'same' is defined by both 'p.c' and 'q.c'\n" });
});

test('what sx cannot lay out says why when it is named', () => {
  file('u.h', 'struct flags { unsigned a : 3; };\nstruct flags make(void);\nlong double wide(void);\ntypedef struct __attribute__((packed)) { char c; int i; } tight;\nint f(int);\n');
  file('u.c', 'int f(int x) { return x; }\n');
  file('a.sx', PROGRAM.replace('main :: ()', 'g :: () { u.make(); u.wide(); t : u.tight = ---; s : u.flags = ---; }\nmain :: ()').replace('u.f(4)', 'u.f(4)); g('));
  const { err } = sx(['check', 'a.sx']);
  expect(err).toContain("help: the C function 'make' cannot be called from sx: 'struct flags' has bit-fields ('a'), and sx has none");
  expect(err).toContain("help: the C function 'wide' cannot be called from sx: 'long double' has no sx type");
  expect(err).toContain('is packed, and sx structs are not');
  expect(err).toContain("help: 'struct flags' has bit-fields");
});

test('objects and headers are kept by what they were made from', () => {
  file('u.h', '#include "v.h"\nint f(int);\n');
  file('v.h', '#define STEP 1\n');
  file('u.c', '#include "u.h"\nint f(int x) { return x + STEP; }\n');
  file('a.sx', PROGRAM.replace('u.f(4)', 'u.f(4) * u.STEP'));
  // A compiler that counts its runs.
  file('cc', `#!/bin/sh\necho run >> ${dir}/runs\nexec clang-19 "$@"\n`);
  spawnSync('chmod', ['+x', join(dir, 'cc')]);
  const runs = (): number => (existsSync(join(dir, 'runs')) ? spawnSync('wc', ['-l', join(dir, 'runs')], { encoding: 'utf8' }).stdout.split(' ').map(Number)[0]! : 0);
  expect(sx(['run', 'a.sx', '--cc', './cc'])).toEqual({ status: 0, out: '5\n', err: '' });
  const first = runs();
  expect(first).toBeGreaterThan(0);
  expect(sx(['run', 'a.sx'], { SX_CC: './cc' }).out).toBe('5\n');
  expect(runs()).toBe(first);
  // A header that is only included indirectly counts.
  file('v.h', '#define STEP 3\n');
  expect(sx(['run', 'a.sx', '--cc', './cc']).out).toBe('21\n');
  expect(runs()).toBeGreaterThan(first);
  // Back again: the earlier result is still there.
  const second = runs();
  file('v.h', '#define STEP 1\n');
  expect(sx(['run', 'a.sx', '--cc', './cc']).out).toBe('5\n');
  expect(runs()).toBe(second);
});

test('a header that appears earlier on the path is seen', () => {
  mkdirSync(join(dir, 'one'));
  mkdirSync(join(dir, 'two/sub'), { recursive: true });
  file('two/sub/n.h', 'enum { N = 2 };\n');
  file('a.sx', '#import "modules/std.sx";\n#import c { #include "<sub/n.h>"; #flags "-Ione -Itwo"; };\nmain :: () { print("{}\\n", N); }\n');
  expect(sx(['run', 'a.sx']).out).toBe('2\n');
  mkdirSync(join(dir, 'one/sub'));
  file('one/sub/n.h', 'enum { N = 1 };\n');
  expect(sx(['run', 'a.sx']).out).toBe('1\n');
  rmSync(join(dir, 'one/sub'), { recursive: true });
  expect(sx(['run', 'a.sx']).out).toBe('2\n');
});

test('a cache that is damaged or cannot be written fails no build', () => {
  file('u.h', 'int f(int);\n');
  file('u.c', 'int f(int x) { return x + 1; }\n');
  file('a.sx', PROGRAM);
  expect(sx(['run', 'a.sx']).out).toBe('5\n');
  const kept = join(dir, 'cache/c');
  for (const name of readdirSync(kept)) writeFileSync(join(kept, name), 'garbage');
  expect(sx(['run', 'a.sx'])).toEqual({ status: 0, out: '5\n', err: '' });
  rmSync(join(dir, 'cache'), { recursive: true });
  file('cache', 'a file where the folder should be');
  expect(sx(['run', 'a.sx'])).toEqual({ status: 0, out: '5\n', err: '' });
  expect(sx(['run', 'a.sx'], { SX_CACHE_DIR: '', XDG_CACHE_HOME: '', HOME: '' })).toEqual({ status: 0, out: '5\n', err: '' });
});

test('a compiler that is not there, and one that cannot read headers', () => {
  file('u.h', 'int f(int);\n');
  file('u.c', 'int f(int x) { return x + 1; }\n');
  file('a.sx', PROGRAM);
  expect(sx(['check', 'a.sx', '--cc', 'no-such-cc']).err).toContain("there is no C compiler 'no-such-cc' (--cc)");
  expect(sx(['check', 'a.sx'], { SX_CC: 'no-such-cc' }).err).toContain("there is no C compiler 'no-such-cc' (SX_CC)");
  expect(sx(['check', 'a.sx', '--cc', 'gcc']).err).toContain('is not clang, which reading C headers takes');
  // Sources alone are any compiler's.
  file('b.sx', '#import "modules/std.sx";\nu :: #import c { #source "u.c"; };\nf :: (x: i32) -> i32 extern u;\nmain :: () { print("{}\\n", f(4)); }\n');
  expect(sx(['run', 'b.sx', '--cc', 'gcc'])).toEqual({ status: 0, out: '5\n', err: '' });
});

test('a library that is not there is a warning for run', () => {
  file('a.sx', '#import "modules/std.sx";\nnone :: #library "sx_no_such_library";\nmain :: () { print("on\\n"); }\n');
  expect(sx(['run', 'a.sx'])).toEqual({ status: 0, out: 'on\n', err: "warning: library 'sx_no_such_library' was not found: nothing of it can be called\n" });
});

test('a folder of headers', () => {
  mkdirSync(join(dir, 'inc'));
  file('inc/deep.h', 'enum { DEEP = 11 };\n');
  file('a.sx', '#import "modules/std.sx";\n#import c { #include "<deep.h>"; #flags "-Iinc"; };\nmain :: () { print("{}\\n", DEEP); }\n');
  expect(sx(['run', 'a.sx'])).toEqual({ status: 0, out: '11\n', err: '' });
});

test('an object holds those of the C sources and inline functions; what cannot be merged is said', () => {
  file('u.h', 'int f(int);\nstatic inline int g(int x) { return x + 1; }\n');
  file('u.c', '#include "u.h"\n#include <stdio.h>\nstatic int total;\nint f(int x) { if (x > 100) printf("big\\n"); return total += x; }\n');
  file('a.sx', PROGRAM.replace('u.f(4)', 'u.f(4) * 10 + u.g(6)'));
  expect(sx(['build', 'a.sx', '--emit', 'obj', '-o', 'a.o', '--quiet'])).toEqual({ status: 0, out: '', err: '' });
  expect(spawnSync('cc', ['a.o', '-o', 'a', '-lm', '-lpthread'], { cwd: dir, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  expect(spawnSync(join(dir, 'a'), { encoding: 'utf8' }).stdout).toBe('47\n');
  const r = sx(['build', 'a.sx', '--emit', 'obj', '-o', 'b.o', '--sanitizer', 'address']);
  expect([r.status, r.err]).toEqual([1, 'error: an object of an `#import c` block cannot be part of --emit obj: it has a section of kind GROUP; compile its C sources apart and link them\n']);
});

test('--cflags reach headers and sources, before the unit\'s own flags', () => {
  mkdirSync(join(dir, 'include/deep'), { recursive: true });
  file('include/deep/limit.h', '#define LIMIT (BASE + EXTRA)\nint f(int);\n');
  file('u.c', '#include <deep/limit.h>\nint f(int x) { return x + LIMIT; }\n');
  file('a.sx', PROGRAM.replace('"u.h"', '"deep/limit.h"').replace('#source', '#flags "-DEXTRA=2"; #source').replace('u.f(4)', 'u.f(4) + u.LIMIT'));
  expect(sx(['run', '--cflags', '-Iinclude', '--cflags=-DBASE=30', '--cflags=-DEXTRA=1', 'a.sx'])).toEqual({ status: 0, out: '68\n', err: '' });
  expect(sx(['run', 'a.sx']).err).toContain('limit.h');
});

test('a structure that C lays out otherwise is refused, whatever the reason', () => {
  const members = ['aligned', 'low', 'packs', 'inner', 'holder'].map((n) => `  ${n} : u.${n} = ---;\n`).join('');
  file('u.h', [
    'typedef int wide_int __attribute__((aligned(16)));',
    'struct aligned { char c; wide_int i; };',
    'typedef unsigned long half __attribute__((aligned(4)));',
    'struct low { int a; half b; };',
    '#pragma pack(push, 1)',
    'struct packs { char c; short s; };',
    '#pragma pack(pop)',
    'struct inner { struct { char c; int i; } __attribute__((packed)) p; int after; };',
    'struct holder { int n; struct low l[2]; };',
    'int f(int);',
  ].join('\n'));
  file('u.c', 'int f(int x) { return x; }\n');
  file('a.sx', PROGRAM.replace('main :: ()', `g :: () {\n${members}}\nmain :: ()`).replace('u.f(4)', 'u.f(4)); g('));
  const { err } = sx(['check', 'a.sx']);
  expect([...err.matchAll(/^help: (.*)$/gm)].map((m) => m[1])).toEqual([
    "'struct aligned' is laid out by attributes or flags of C: 32 bytes aligned to 16 with 'i' at 16, where sx would have 8 aligned to 4 with 'i' at 4",
    "'struct low' is laid out by attributes or flags of C: 12 bytes aligned to 4 with 'b' at 4, where sx would have 16 aligned to 8 with 'b' at 8",
    "'struct packs' is packed, and sx structs are not",
    "'struct inner' has a member 'p' of which 'struct (nameless)' is packed, and sx structs are not",
    "'struct holder' has a member 'l' of which 'struct low' is laid out by attributes or flags of C: 12 bytes aligned to 4 with 'b' at 4, where sx would have 16 aligned to 8 with 'b' at 8",
  ]);
});

test('flags that change layouts are seen', () => {
  file('u.h', 'struct mixed { char c; int i; };\nenum e { E1, E2 };\nstruct with { enum e e; char c; };\nint f(int);\n');
  file('u.c', 'int f(int x) { return x; }\n');
  file('a.sx', PROGRAM.replace('#source', '#flags "-fshort-enums -fpack-struct=1"; #source').replace('main :: ()', 'g :: () { m : u.mixed = ---; w : u.with = ---; }\nmain :: ()').replace('u.f(4)', 'u.f(4)); g('));
  const { err } = sx(['check', 'a.sx']);
  expect(err).toContain("help: 'struct mixed' is laid out by attributes or flags of C: 5 bytes aligned to 1 with 'i' at 1, where sx would have 8 aligned to 4 with 'i' at 4");
  expect(err).toContain("help: 'struct with' is laid out by attributes or flags of C: 2 bytes aligned to 1 with 'c' at 1, where sx would have 8 aligned to 4 with 'c' at 4");
});

test('macros that are no constants say so when they are named', () => {
  file('u.h', 'extern int table[];\n#define NEXT(x) ((x) + 1)\n#define FIRST (table[0])\n#define NOWHERE ((void *)-1)\nint f(int);\n');
  file('u.c', 'int f(int x) { return x; }\nint table[1];\n');
  file('a.sx', PROGRAM.replace('u.f(4)', 'u.NEXT(1), u.FIRST, u.NOWHERE'));
  expect([...sx(['check', 'a.sx']).err.matchAll(/^help: (.*)$/gm)].map((m) => m[1])).toEqual([
    "'NEXT' is a C macro with parameters, which only C text can use: write a C function that does, in a `#source` file",
    "'FIRST' is a C macro, and its value is no integer, float or string that is constant: write a C function that gives it, in a `#source` file",
    "'NOWHERE' is a C macro, and its value is no integer, float or string that is constant: write a C function that gives it, in a `#source` file",
  ]);
});
