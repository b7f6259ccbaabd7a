// Objects are placed by us and then executed: on this machine, and by qemu-user for the other architecture.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileText } from '../llvm/codegen.ts';
import { jump, placeObject } from './elf.ts';

const dir = mkdtempSync(join(tmpdir(), 'sx-elf-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
jest.setTimeout(60_000);

/** Maps an image at an address and calls functions in it; without arguments it says where its own function is. */
const DRIVER = `#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
long host_add(long a, long b) { return a + b + 1000; }
int main(int argc, char **argv) {
  if (argc == 1) { printf("%ld\\n", (long)&host_add); return 0; }
  char *at = (char *)strtol(argv[2], 0, 10);
  FILE *f = fopen(argv[1], "rb");
  char *p = mmap(at, 1 << 20, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (p != at) { perror("mmap"); return 3; }
  size_t n = fread(at, 1, 1 << 20, f);
  __builtin___clear_cache(at, at + n);
  for (int k = 3; k < argc; k++) printf("%ld\\n", ((long (*)(long, long))strtol(argv[k], 0, 10))(20, 3));
  return 0;
}
`;

/** Code with every relocation that a thunk's code may have: calls, addresses, loads of all widths, pointers in data, a section of zeros. */
const TEXT = `
@text = private constant [3 x i8] c"AB\\00"
@pair = internal global <2 x i64> <i64 5, i64 6>
@long = internal global i64 700
@word = internal global i32 80
@half = internal global i16 9
@byte = internal global i8 2
@zeros = internal global [4 x i64] zeroinitializer
@table = internal global [2 x ptr] [ptr @twice, ptr getelementptr (i8, ptr @text, i64 1)]
declare i64 @host_add(i64, i64)
define internal i64 @twice(i64 %x) noinline {
  %r = mul i64 %x, 2
  ret i64 %r
}
define i64 @loads(i64 %a, i64 %b) {
  %p = load <2 x i64>, ptr @pair
  %p0 = extractelement <2 x i64> %p, i64 0
  %p1 = extractelement <2 x i64> %p, i64 1
  %l = load i64, ptr @long
  %w0 = load i32, ptr @word
  %w = zext i32 %w0 to i64
  %h0 = load i16, ptr @half
  %h = zext i16 %h0 to i64
  %y0 = load i8, ptr @byte
  %y = zext i8 %y0 to i64
  %s1 = add i64 %p0, %p1
  %s2 = add i64 %s1, %l
  %s3 = add i64 %s2, %w
  %s4 = add i64 %s3, %h
  %s5 = add i64 %s4, %y
  %s6 = add i64 %s5, %a
  ret i64 %s6
}
define i64 @calls(i64 %a, i64 %b) {
  %near = call i64 @twice(i64 %a)
  %far = call i64 @host_add(i64 %near, i64 %b)
  %fn = load ptr, ptr @table
  %again = call i64 %fn(i64 %far)
  ret i64 %again
}
define i64 @data(i64 %a, i64 %b) {
  %second = load ptr, ptr getelementptr ([2 x ptr], ptr @table, i64 0, i64 1)
  %ch0 = load i8, ptr %second
  %ch = zext i8 %ch0 to i64
  %place = getelementptr [4 x i64], ptr @zeros, i64 0, i64 %b
  %before = load i64, ptr %place
  store i64 %a, ptr %place
  %after = load i64, ptr %place
  %s = add i64 %before, %after
  %r = add i64 %s, %ch
  ret i64 %r
}
define i64 @tail(i64 %a, i64 %b) {
  %r = tail call i64 @host_add(i64 %a, i64 %b)
  ret i64 %r
}
`;
const EXPECTED = [5 + 6 + 700 + 80 + 9 + 2 + 20, (20 * 2 + 3 + 1000) * 2, 0 + 20 + 66, 20 + 3 + 1000];

const MACHINES = [
  { arch: 'x86_64', cc: 'gcc', runner: [] },
  { arch: 'aarch64', cc: 'aarch64-linux-gnu-gcc', runner: ['qemu-aarch64'] },
] as const;

for (const { arch, cc, runner } of MACHINES) {
  const driver = join(dir, arch);
  const run = (args: readonly string[]): string => {
    const [command, ...rest] = [...runner, driver, ...args];
    const r = spawnSync(command!, rest, { encoding: 'utf8' });
    expect({ status: r.status, err: r.stderr }).toEqual({ status: 0, err: '' });
    return r.stdout;
  };

  test(`${arch}: placed code runs, wherever it stands and however LLVM was told to optimise`, () => {
    writeFileSync(`${driver}.c`, DRIVER);
    expect(spawnSync(cc, ['-static', '-no-pie', '-O1', '-o', driver, `${driver}.c`], { encoding: 'utf8' }).stderr).toBe('');
    const host = Number(run([]));
    for (const opt of [0, 2] as const) {
      const object = compileText(TEXT, { triple: `${arch}-unknown-linux-gnu`, opt, kind: 'obj' });
      if (!object.ok) throw new Error(object.error);
      for (const at of [2 ** 40, 2 ** 40 + 0x7fff000]) {
        const asked: string[] = [];
        const placed = placeObject(object.bytes, at, arch, (name) => {
          asked.push(name);
          return host;
        });
        expect(asked).toEqual(['host_add']);
        const image = join(dir, `${arch}.bin`);
        writeFileSync(image, placed.bytes);
        const fns = ['loads', 'calls', 'data', 'tail'].map((f) => String(placed.functions.get(f)));
        expect(run([image, String(at), ...fns]).trim().split('\n').map(Number)).toEqual(EXPECTED);
      }
    }
  });

  test(`${arch}: a jump reaches any address`, () => {
    const host = Number(run([]));
    const image = join(dir, `${arch}.jump`);
    writeFileSync(image, jump(arch, host));
    expect(run([image, String(2 ** 40), String(2 ** 40)])).toBe('1023\n');
  });
}

/** Assembly with data of its own and addresses from the GOT, of its own symbol and of another object's; by architecture. */
const ASSEMBLY = {
  x86_64: [
    'counted:', 'movq counter@GOTPCREL(%rip), %rax', 'addq %rdi, (%rax)', 'movq counter(%rip), %rax', 'ret',
    'outside:', 'jmp *host_add@GOTPCREL(%rip)',
  ],
  aarch64: [
    'counted:', 'adrp x2, :got:counter', 'ldr x2, [x2, :got_lo12:counter]', 'ldr x3, [x2]', 'add x0, x0, x3', 'str x0, [x2]', 'ret',
    'outside:', 'adrp x2, :got:host_add', 'ldr x2, [x2, :got_lo12:host_add]', 'br x2',
  ],
} as const;
const COUNTER = ['.data', '.balign 8', '.globl counter', 'counter: .quad 500'];

for (const { arch, cc, runner } of MACHINES) {
  test(`${arch}: assembly has its data in a region of its own, and addresses from the GOT`, () => {
    const text = ['.globl counted', '.globl outside', ...ASSEMBLY[arch], ...COUNTER].map((l) => `module asm "${l}"\n`).join('');
    const object = compileText(text, { triple: `${arch}-unknown-linux-gnu`, opt: 0, kind: 'obj' });
    if (!object.ok) throw new Error(object.error);
    const driver = join(dir, `${arch}-data`);
    writeFileSync(`${driver}.c`, DRIVER);
    expect(spawnSync(cc, ['-static', '-no-pie', '-O1', '-o', driver, `${driver}.c`], { encoding: 'utf8' }).stderr).toBe('');
    const run = (args: readonly string[]): string => {
      const [command, ...rest] = [...runner, driver, ...args];
      return spawnSync(command!, rest, { encoding: 'utf8' }).stdout;
    };
    const at = 2 ** 40;
    const gap = 0x20000;
    const placed = placeObject(object.bytes, at, arch, () => Number(run([])), at + gap);
    expect([...placed.symbols.keys()]).toEqual(expect.arrayContaining(['counted', 'counter', 'outside']));
    expect(placed.symbols.get('counter')).toBe(at + gap);
    const image = new Uint8Array(gap + placed.data.length);
    image.set(placed.bytes);
    image.set(placed.data, gap);
    writeFileSync(`${driver}.bin`, image);
    const [counted, outside] = ['counted', 'outside'].map((name) => String(placed.symbols.get(name)));
    expect(run([`${driver}.bin`, String(at), counted!, counted!, outside!])).toBe('520\n540\n1023\n');
  });
}

test('what has no place is refused by name: far addresses, thread-local data, constructors', () => {
  const place = (lines: readonly string[]): (() => unknown) => {
    const object = compileText(lines.map((l) => `module asm "${l}"\n`).join(''), { triple: 'x86_64-unknown-linux-gnu', opt: 0, kind: 'obj' });
    if (!object.ok) throw new Error(object.error);
    return () => placeObject(object.bytes, 2 ** 40, 'x86_64', () => 0x7fff_0000_0000);
  };
  expect(place(['movq stdin(%rip), %rax'])).toThrow("takes the address of 'stdin' in 32 bits");
  expect(place(['.section .tdata,\\22awT\\22,@progbits', '.quad 1'])).toThrow("thread-local data ('.tdata')");
  expect(place(['.section .init_array,\\22aw\\22,@init_array', '.quad 1'])).toThrow("'.init_array'");
});

test('what thunks never need is refused', () => {
  const object = compileText('@x = external thread_local global i64\ndefine ptr @f() {\n  %p = call ptr @llvm.threadlocal.address(ptr @x)\n  ret ptr %p\n}\ndeclare ptr @llvm.threadlocal.address(ptr)\n', { triple: 'aarch64-unknown-linux-gnu', opt: 0, kind: 'obj' });
  if (!object.ok) throw new Error(object.error);
  expect(() => placeObject(object.bytes, 2 ** 40, 'aarch64', () => 0)).toThrow(/relocation of type \d+/);
});
