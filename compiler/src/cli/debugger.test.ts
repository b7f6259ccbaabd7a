//! ref: 15.6
// A program as the command line builds it, under gdb: breakpoints by function and by line, arguments, backtraces, steps.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SX = process.env['SX_BIN'] ?? resolve(__dirname, '../../bin/sx');
const dir = mkdtempSync(join(tmpdir(), 'sx-debugger-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
jest.setTimeout(120_000);

const PROGRAM = `#import "modules/std.sx";
add :: (a: i64, b: i64) -> i64 {
    c := a + b;
    return c;
}
main :: () {
    x := 3;
    y := add(x, 4);
    print("{}\\n", y);
}
`;

/** What gdb prints for these commands. */
function gdb(...commands: readonly string[]): string {
  const all = ['set debuginfod enabled off', ...commands].flatMap((c) => ['-ex', c]);
  return spawnSync('gdb', ['-nx', '-batch', ...all, './program'], { cwd: dir, encoding: 'utf8' }).stdout;
}

beforeAll(() => {
  writeFileSync(join(dir, 'program.sx'), PROGRAM);
  const built = spawnSync(process.execPath, [SX, 'build', 'program.sx', '-o', 'program'], { cwd: dir, encoding: 'utf8' });
  expect(built.status).toBe(0);
});

test('a function breakpoint stops where the arguments have their values', () => {
  const out = gdb('break add', 'run', 'backtrace', 'next', 'print c');
  expect(out).toContain('Breakpoint 1, add (a=3, b=4) at program.sx:3\n');
  expect(out).toMatch(/#0 {2}add \(a=3, b=4\) at program\.sx:3\n#1 .* in main \(\) at program\.sx:8\n/);
  expect(out).toContain('$1 = 7\n');
});

test('a line breakpoint, steps into and out of a function', () => {
  const out = gdb('break program.sx:8', 'run', 'step', 'finish', 'next', 'info locals');
  expect(out).toMatch(/Breakpoint 1, main \(\) at program\.sx:8\n/);
  expect(out).toContain('add (a=3, b=4) at program.sx:3\n');
  expect(out).toContain('y = 7\n');
});

// Blocks: a name that is declared again is the innermost one, and what ended is not shown.
const NESTED = `#import "modules/std.sx";
work :: (n: i64) -> i64 {
    x := n;
    if n > 1 {
        x := n * 10;
        y := x + 1;
        print("{} {}\\n", x, y);
    }
    for 0..1 (i) {
        x := 7; { x := 8; print("{}\\n", x); }
        print("{}\\n", x);
    }
    if v := maybe(n) {
        print("{}\\n", v);
    }
    return x;
}
maybe :: (n: i64) -> ?i64 { return n; }
main :: () { print("{}\\n", work(2)); }
`;

test('names of nested blocks', () => {
  writeFileSync(join(dir, 'nested.sx'), NESTED);
  const built = spawnSync(process.execPath, [SX, 'build', 'nested.sx', '-o', 'nested'], { cwd: dir, encoding: 'utf8' });
  expect(built.status).toBe(0);
  const all = ['set debuginfod enabled off', 'break 7', 'break 11', 'break 14', 'break 16', 'run', 'print x', 'info locals',
    'continue', 'print x', 'continue', 'print x', 'print v', 'continue', 'print x', 'info locals'].flatMap((c) => ['-ex', c]);
  const out = spawnSync('gdb', ['-nx', '-batch', ...all, './nested'], { cwd: dir, encoding: 'utf8' }).stdout;
  expect(out).toContain('$1 = 20\n');
  expect(out).toContain('y = 21\n');
  expect(out).toContain('$2 = 7\n');
  expect(out).toContain('$3 = 2\n');
  expect(out).toContain('$4 = 2\n');
  expect(out).toContain('$5 = 2\n');
  expect(out.slice(out.indexOf('$5 = 2\n'))).toMatch(/^\$5 = 2\nx = 2\n(\[Inferior|$)?/);
  expect(out.slice(out.indexOf('$5 = 2\n'))).not.toContain('y = ');
});
