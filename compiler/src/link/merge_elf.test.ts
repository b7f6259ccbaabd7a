// Objects of several modules become one that links and runs, with hidden symbols local to it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkHost, run } from '../host/process.ts';
import { makeTempDir } from '../host/temp.ts';
import { compileText } from '../llvm/codegen.ts';
import { link } from './link.ts';
import { mergeObjects } from './merge_elf.ts';

function object(text: string, arch: 'x86_64' | 'aarch64' = 'x86_64'): Uint8Array {
  const triple = `${arch}-linux-gnu`;
  const r = compileText(`target triple = "${triple}"\n${text}`, { triple, opt: 0, kind: 'obj' });
  if (!r.ok) throw new Error(r.error);
  return r.bytes;
}

const MAIN = `
@text = private unnamed_addr constant [7 x i8] c"%d %d\\0A\\00"
@table = hidden global [2 x ptr] [ptr @twice, ptr @text]
@count = linkonce_odr global i32 5
declare hidden i32 @twice(i32)
declare i32 @printf(ptr, ...)
define i32 @main() {
  %f = load ptr, ptr @table
  %a = call i32 %f(i32 21)
  %n = load i32, ptr @count
  %r = call i32 (ptr, ...) @printf(ptr @text, i32 %a, i32 %n)
  ret i32 0
}
`;
const OTHER = `
@pad = private unnamed_addr constant [3 x i8] c"ab\\00"
@words = internal global [3 x ptr] [ptr @pad, ptr @two, ptr null]
@two = internal global i32 2
@count = linkonce_odr global i32 5
define hidden i32 @twice(i32 %x) {
  %p = getelementptr ptr, ptr @words, i64 1
  %q = load ptr, ptr %p
  %n = load i32, ptr %q
  %r = mul i32 %x, %n
  %c = load i32, ptr @count
  %d = add i32 %c, 1
  store i32 %d, ptr @count
  ret i32 %r
}
`;

describe.each(['x86_64', 'aarch64'] as const)('%s', (arch) => {
  const dir = makeTempDir();
  const merged = mergeObjects([object(MAIN, arch), object(OTHER, arch)]);
  const path = join(dir, 'merged.o');
  writeFileSync(path, merged);

  test('links and runs', () => {
    const linked = link(linkHost, { arch, objects: [path], output: join(dir, 'prog') });
    expect(linked).toMatchObject({ ok: true });
    const native = process.arch === (arch === 'x86_64' ? 'x64' : 'arm64');
    const ran = native ? run(join(dir, 'prog'), []) : run(`qemu-${arch}`, ['-L', `/usr/${arch}-linux-gnu`, join(dir, 'prog')]);
    expect(ran.stdout).toBe('42 6\n');
  });

  test('hidden symbols are local, the others as they were', () => {
    const names = run('llvm-nm-19', [path]).stdout;
    expect(names).toMatch(/ t twice$/m);
    expect(names).toMatch(/ d table$/m);
    expect(names).toMatch(/ T main$/m);
    expect(names).toMatch(/ V count$/m);
    expect(names).toMatch(/ U printf$/m);
    expect(names.match(/ count$/gm)).toHaveLength(1);
  });

  test('has one section per name', () => {
    const sections = run('llvm-readelf-19', ['-SW', path]).stdout;
    expect(sections.match(/ \.text /g)).toHaveLength(1);
    expect(sections.match(/ \.data /g)).toHaveLength(1);
  });
});

test('objects in buffers that lie within larger ones', () => {
  const arrays = [object(MAIN), object(OTHER)];
  const before = arrays.map((x) => Buffer.concat([Buffer.alloc(24, 255), x, Buffer.alloc(40, 255)]).subarray(24, 24 + x.length));
  const given = before.map((x) => Buffer.from(x));
  expect(Buffer.compare(mergeObjects(before), mergeObjects(arrays))).toBe(0);
  expect(before.map((x, i) => Buffer.compare(x, given[i]!))).toEqual([0, 0]);
});

test('one object comes back as it is', () => {
  const only = object(MAIN);
  expect(mergeObjects([only])).toBe(only);
});

test('what is no ELF object is a fault of the compiler', () => {
  expect(() => mergeObjects([object(MAIN), new Uint8Array(100)])).toThrow('not a 64-bit little-endian ELF object');
});
