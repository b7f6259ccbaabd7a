// What the assembler refuses: reported at the line of the asm text in the sx source, and the compiler lives.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SX = process.env['SX_BIN'] ?? resolve(__dirname, '../../bin/sx');
const dir = mkdtempSync(join(tmpdir(), 'sx-asm-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
jest.setTimeout(120_000);

const TARGETS = ['x86_64-linux-gnu', 'aarch64-linux-gnu'];

/** Status and the places of all errors with their first lines. */
function errors(text: string, target: string): { status: number | null; at: string[] } {
  writeFileSync(join(dir, 'a.sx'), text);
  const r = spawnSync(process.execPath, [SX, 'build', 'a.sx', '--emit', 'obj', '-o', 'a.o', '--target', target], { cwd: dir, encoding: 'utf8' });
  const at = [...r.stderr.matchAll(/^error: (.*)\n *--> a\.sx:(\d+):(\d+)/gm)].map((m) => `${m[2]}:${m[3]} ${m[1]!.replace(/unrecognized instruction mnemonic.*|invalid instruction mnemonic.*/, 'mnemonic')}`);
  return { status: r.status, at };
}

describe.each(TARGETS)('%s', (target) => {
  it('a here-document: each line is its own', () => {
    const text = 'f :: () -> i64 {\n    return asm { #string ASM\nnop\n  bogus %[r]\nnop\nfrob\nASM, [r] "=r" -> i64 };\n}\nmain :: () -> i32 { return f().(i32); }\n';
    expect(errors(text, target)).toEqual({ status: 1, at: ['4:3 the assembler refuses this: mnemonic', '6:1 the assembler refuses this: mnemonic'] });
  });

  it('a string with \\n escapes and with real line ends', () => {
    const text = 'f :: () {\n    asm volatile { "nop\\n  bogus\nnop\n  frob" };\n}\nmain :: () { f(); }\n';
    expect(errors(text, target)).toEqual({ status: 1, at: ['2:28 the assembler refuses this: mnemonic', '4:3 the assembler refuses this: mnemonic'] });
  });

  it('global asm and naked functions', () => {
    const text = 'asm {\n    ".globl g\ng:\n    nonsense"\n};\nn :: () -> i32 abi(.naked) {\n    asm volatile { "gnarl" };\n}\nmain :: () -> i32 { return n(); }\n';
    expect(errors(text, target).at.sort()).toEqual(['4:5 the assembler refuses this: mnemonic', '7:21 the assembler refuses this: mnemonic']);
  });

  it('two instances of a generic function are one mistake', () => {
    const text = 'f :: (x: $T) -> T { asm volatile { "bogus" }; return x; }\nmain :: () { f(1); f(true); }\n';
    expect(errors(text, target)).toEqual({ status: 1, at: ['1:37 the assembler refuses this: mnemonic'] });
  });

  it('registers that the architecture has not', () => {
    const text = 'f :: (x: i64) {\n    asm volatile { "nop", "{nosuch}" = x };\n    asm volatile { "nop", clobbers(.memory, .xyz) };\n}\nmain :: () { f(1); }\n';
    const arch = target.split('-')[0];
    expect(errors(text, target)).toEqual({ status: 1, at: [`2:27 ${arch} has no register 'nosuch'`, `3:46 ${arch} has no register 'xyz'`] });
  });

  it('constraints that are none', () => {
    const text = 'f :: (x: i64) {\n    asm volatile { "nop", "r r" = x };\n}\nmain :: () { f(1); }\n';
    expect(errors(text, target)).toEqual({ status: 1, at: ["2:27 'r r' is no operand constraint"] });
  });

  test('constraints that the back end cannot serve', () => {
    const text = `f :: (x: f64) {
    asm volatile { "nop", [a] "K" = x };
    v : i64 = ---;
    asm volatile { "nop", [r] "=U" -> *v };
    asm volatile { "nop", "4" = v };
}
main :: () { f(1.0); }
`;
    // The first is refused before LLVM sees a program with the others.
    expect(errors(text, target)).toEqual({ status: 1, at: ["5:27 'asm' has no output 4"] });
    expect(errors(text.replace(/.*"4".*\n/, ''), target)).toEqual({
      status: 1, at: ["2:5 the assembler refuses this: constraint 'K' expects an integer constant expression", "4:5 the assembler refuses this: couldn't allocate output register for constraint 'U'"],
    });
  });

  test('a memory output that is no address', () => {
    expect(errors('f :: () {\n    v : i64 = ---;\n    asm volatile { "nop", [r] "=m" -> *v };\n}\nmain :: () { f(); }\n', target)).toEqual({
      status: 1, at: ["3:31 '=m' passes no address: a memory output is '=*m'"],
    });
  });

  test('an output of a width that no register has', () => {
    expect(errors('f :: () -> i7 {\n    v : i7 = ---;\n    asm volatile { "nop", [r] "=r" -> *v };\n    return v;\n}\nmain :: () { f(); }\n', target)).toEqual({ status: 0, at: [] });
  });
});

// What no check foresees: LLVM's own end.
test('where LLVM itself ends, the compiler says at which asm', () => {
  const text = 'g :: () { asm volatile { "nop" }; }\nf :: (x: bool) {\n    asm volatile { "nop", [a] "{cr0}" = x };\n}\nmain :: () { g(); f(true); }\n';
  expect(errors(text, 'x86_64-linux-gnu')).toEqual({ status: 1, at: ['3:21 LLVM ends (SIGABRT: Cannot emit physreg copy instruction) when it compiles this'] });
});

it('in one part of a large program: one report, and no object', () => {
  const step = (i: number): string => `step_${i} :: (x: i64) -> i64 {\n    a := x;\n${'    a = a * 3 - x;\n'.repeat(30)}    return ${i === 0 ? 'a' : `step_${i - 1}(a)`};\n}\n`;
  const text = `f :: () { asm volatile { "bogus" }; }\n${[...Array(500)].map((_, i) => step(i)).join('')}main :: () -> i32 { f(); return step_499(1).(i32); }\n`;
  rmSync(join(dir, 'a.o'), { force: true });
  expect(errors(text, TARGETS[0]!)).toEqual({ status: 1, at: ['1:27 the assembler refuses this: mnemonic'] });
  expect(readdirSync(dir)).not.toContain('a.o');
});

it('asm of its own in a large program: the parts come from the process for asm and are one object', () => {
  const step = (i: number): string => `step_${i} :: (x: i64) -> i64 {\n    a := x;\n${'    a = a * 3 - x;\n'.repeat(30)}    return ${i === 0 ? 'a' : `step_${i - 1}(x)`};\n}\n`;
  const text = `f :: () -> i64 { asm volatile { "nop" }; 41 }\n${[...Array(500)].map((_, i) => step(i)).join('')}main :: () -> i64 { return f() + step_499(0) + 1; }\n`;
  writeFileSync(join(dir, 'big.sx'), text);
  expect(spawnSync(process.execPath, [SX, 'run', 'big.sx'], { cwd: dir, encoding: 'utf8' })).toMatchObject({ status: 42, stderr: '' });
});

function inserted(when: 'early' | 'late'): void {
  const step = (i: number): string => `step_${i} :: (x: i64) -> i64 {\n    a := x;\n${'    a = a * 3 - x;\n'.repeat(30)}    ${i === 499 && when === 'late' ? 'f(true); ' : ''}return ${i === 499 ? 'a' : `step_${i + 1}(a)`};\n}\n`;
  const text = `code :: () -> string { return "asm volatile { \\"nop\\", [a] \\"{cr0}\\" = x };"; }\nf :: (x: bool) {\n    #insert code();\n}\n${[...Array(500)].map((_, i) => step(i)).join('')}main :: () -> i32 { ${when === 'early' ? 'f(true); ' : ''}return step_0(1).(i32); }\n`;
  expect(errors(text, 'x86_64-linux-gnu')).toEqual({ status: 1, at: ['3:5 LLVM ends (SIGABRT: Cannot emit physreg copy instruction) when it compiles this'] });
  const good = text.replace('{cr0}', '{rax}');
  writeFileSync(join(dir, 'big.sx'), good.replaceAll('a = a * 3 - x;', 'a = a ^ x;'));
  expect(spawnSync(process.execPath, [SX, 'run', 'big.sx'], { cwd: dir, encoding: 'utf8' })).toMatchObject({ status: 1, stderr: '' });
}

test('asm that `#insert` makes in a large program, in its last part: the compiler lives', () => inserted('late'));
test('asm that `#insert` makes in a large program, in its first part: the compiler lives', () => inserted('early'));

test('one register for two inputs or two outputs, under any of its names, on AArch64', () => {
  const text = `main :: () {
    n := 4;
    asm volatile { "nop", "{x3}" = n, "{x3}" = 5 };
    asm volatile { "nop", "{x1}" = n, "{x2}" = n, [x] "{w1}" = n };
    asm volatile { "nop", [x] "={v1}" -> *n, [y] "+{q1}" -> *n };
    asm volatile { "nop", [x] "+{x30}" -> *n, [y] "{lr}" = n };
    asm volatile { "nop", [x] "={x0}" -> *n, [y] "{x0}" = n, [z] "{v0}" = n };
}
`;
  expect(errors(text, 'aarch64-linux-gnu')).toEqual({
    status: 1, at: ["3:39 two inputs are pinned to 'x3'", "4:55 two inputs are pinned to 'w1'", "5:50 two outputs are pinned to 'q1'", "6:51 two inputs are pinned to 'lr'"],
  });
});
