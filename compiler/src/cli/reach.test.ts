// What an executable holds, by nm: what the program reaches at run time, nothing else; tables only when it reflects.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SX = process.env['SX_BIN'] ?? resolve(__dirname, '../../bin/sx');
const dir = mkdtempSync(join(tmpdir(), 'sx-reach-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
jest.setTimeout(120_000);

/** Names of the executable's symbols. */
function symbols(name: string, text: string, args: readonly string[] = []): string {
  writeFileSync(join(dir, `${name}.sx`), text);
  const r = spawnSync(process.execPath, [SX, 'build', `${name}.sx`, '-o', name, ...args], { cwd: dir, encoding: 'utf8' });
  expect({ status: r.status, err: r.stderr.replace(/^compiled: .*\n/, '') }).toEqual({ status: 0, err: '' });
  const nm = spawnSync('llvm-nm-19', ['--defined-only', '--format=just-symbols', join(dir, name)], { encoding: 'utf8' });
  expect(nm.status).toBe(0);
  return nm.stdout;
}

const PARTS = `#import "modules/std.sx";
unreached :: () -> i64 { 5 }
only_comptime :: (n: i64) -> i64 { if n < 2 then n else only_comptime(n - 1) + helper_of_it(n - 2) }
helper_of_it :: (n: i64) -> i64 { only_comptime(n) }
text_at_comptime :: () -> string { format("{}-{}", 1, 2) }
FIB :: #run only_comptime(10);
TEXT :: #run text_at_comptime();
Kind :: ($n: i64) -> Type { return [n]i64; }
never_instantiated :: (x: $T) -> T { x }
reached_generic :: (x: $T) -> T { x }
dropped_arm :: (x: $T) -> i64 { inline if T == { case i64: { return by_value(x); } else: { return by_other(x.(i64)); } } }
by_value :: (x: i64) -> i64 { x }
by_other :: (x: i64) -> i64 { x }
Used :: struct { a: i64; method_used :: (self: *Used) -> i64 { self.a } method_unused :: (self: *Used) -> i64 { 1 } }
Shape :: protocol { area :: (self: *Self) -> i64; rim :: (self: *Self) -> i64; }
impl Shape for Used { area :: (self: *Used) -> i64 { self.a } rim :: (self: *Used) -> i64 { 2 } }
Lonely :: struct { a: i64; }
impl Shape for Lonely { area :: (self: *Lonely) -> i64 { self.a } rim :: (self: *Lonely) -> i64 { 2 } }
main :: () -> i64 {
    u := Used.{ a = 3 };
    k : Kind(2) = .[1, 2];
    s : *Shape = u;
    out(TEXT);
    reached_generic(u.method_used()) + s.area() + dropped_arm(k[0]) + FIB - 62
}
`;

test.each([['0'], ['2']])('only what is reached at run time, at --opt %s', (opt) => {
  const all = symbols(`parts${opt}`, PARTS, ['--opt', opt]);
  for (const absent of ['unreached', 'only_comptime', 'helper_of_it', 'text_at_comptime', 'never_instantiated', 'by_other', 'method_unused', 'Lonely', 'Kind', '__comptime', 'any_to_string', 'List', 'HashMap']) {
    expect(all).not.toContain(absent);
  }
  // At -O0 nothing is inlined: what is reached is there, so the absence of the others says something.
  if (opt === '0') for (const present of ['method_used', 'reached_generic', 'by_value', 'area']) expect(all).toContain(present);
  expect(spawnSync(join(dir, `parts${opt}`), { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '1-2' });
});

test('a program that does not reflect carries no tables', () => {
  expect(symbols('plain', '#import "modules/std.sx";\nmain :: () { out("hello\\n"); print("hello\\n"); }\n')).not.toContain('sx.rtti');
  const folded = '#import "modules/std.sx";\nP :: struct { a: i64; }\nmain :: () { out(type_name(P)); out(struct_field_name(P, 0)); x := size_of(P); }\n';
  expect(symbols('folded', folded)).not.toContain('sx.rtti');
  const asks = '#import "modules/std.sx";\nP :: struct { a: i64; }\nmain :: () { t : Type = P; a : any = 3; if a == { case i64: { t = i64; } else: {} } out(type_name(t)); }\n';
  expect(symbols('asks', asks)).toContain('sx.rtti');
});
