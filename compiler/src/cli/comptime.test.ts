// Compile time as a user meets it: programs that go wrong while compiling, limits, what is refused, build programs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SX = process.env['SX_BIN'] ?? resolve(__dirname, '../../bin/sx');
const dir = mkdtempSync(join(tmpdir(), 'sx-comptime-'));
const temp = join(dir, 'temp');
mkdirSync(temp);
afterAll(() => rmSync(dir, { recursive: true, force: true }));
jest.setTimeout(120_000);

function sx(args: readonly string[]): { status: number | null; out: string; err: string } {
  const r = spawnSync(process.execPath, [SX, ...args], { cwd: dir, encoding: 'utf8', env: { ...process.env, TMPDIR: temp } });
  return { status: r.status, out: r.stdout, err: r.stderr };
}

function file(name: string, text: string): string {
  writeFileSync(join(dir, name), text);
  return name;
}

const STD = '#import "modules/std.sx";\n';

/** The error of a program with `A :: #run …;`: it names A and has no place (reference 15.3), status 1, nothing left behind. */
function failure(name: string, run: string, rest: string, options: readonly string[] = []): string {
  const r = sx(['run', ...options, file(`${name}.sx`, `${STD}A :: #run ${run};\n${rest}\nmain :: () { print("{}\\n", A); }\n`)]);
  expect(r.status).toBe(1);
  expect(r.out).toBe('');
  expect(r.err).toMatch(/^error: comptime init of 'A' failed: /);
  expect(r.err).not.toContain('-->');
  expect(readdirSync(temp)).toEqual([]);
  return r.err;
}

test('an endless loop ends with the step budget', () => {
  const err = failure('endless', 'spin()', 'spin :: () -> i64 { n := 0; while true { n += 1; } return n; }', ['--comptime-steps', '3000000']);
  expect(err).toContain("comptime init of 'A' failed: compile-time step budget exceeded (3000000 steps)");
  expect(err).toContain('  in spin at endless.sx:3:');
});

test('endless recursion ends with the stack', () => {
  const err = failure('deep', 'down(0)', 'down :: (n: i64) -> i64 { return down(n + 1) + 1; }');
  expect(err).toContain('recursion too deep');
  expect(err).toContain('  in down at deep.sx:3:34\n');
});

test('an allocation of 1 GB ends with the memory budget, which is an option', () => {
  const eat = 'eat :: (n: i64) -> bool { return context.allocator.alloc_bytes(n) == null; }';
  expect(failure('eat', 'eat(1073741824)', eat)).toContain('compile-time memory budget exceeded: ');
  expect(failure('less', 'eat(67108864)', eat, ['--comptime-memory=64M'])).toContain(' of 67108864 in use');
  expect(sx(['check', '--comptime-memory=128M', 'less.sx']).status).toBe(0);
});

test('a store through null names the function and the line', () => {
  expect(failure('null', 'put(null)', 'put :: (p: *i64) -> i64 { p.* = 1; return 2; }')).toMatch(/null pointer access\n[\s\S]*in put at null\.sx:3:\d+\n/);
});

test('code with errors is not evaluated, however it is reached', () => {
  const r = sx(['check', file('wrong.sx', `${STD}A :: #run good();\ngood :: () -> i64 { wrong(); return 4; }\nwrong :: () { print("evaluated\\n"); x : i64 = "no"; }\nmain :: () { wrong(); print("{}\\n", A); }\n`)]);
  expect(r.out).toBe('');
  expect(r.err.match(/^error/gm)).toHaveLength(1);
  expect(r.err).toContain("cannot initialize 'x'");
});

test('a crash in C is an error that names the call, and the compiler goes on', () => {
  const c = '`raise :: (n: i32) -> i32 extern;\n`assert_fail :: (a: cstring, b: cstring, n: u32, f: cstring) extern libc "__assert_fail";\nlibc :: #library "c";\n';
  expect(failure('segv', '`raise(11)', c)).toContain("'raise' was ended by SIGSEGV");
  expect(failure('abort', '`raise(6)', c)).toContain("'raise' was ended by SIGABRT");
  const two = sx(['check', file('two.sx', `${c}A :: #run \`raise(6);\nB :: #run \`raise(11);\nlabs :: (n: i64) -> i64 extern;\nC :: #run labs(-4);\nx : [C]u8 = ---;\nmain :: () { n : i32 = "s"; }\n`)]);
  expect(two.err).toContain('SIGABRT');
  expect(two.err).toContain('SIGSEGV');
  expect(two.err).toContain("cannot initialize 'n'");
  expect(two.status).toBe(1);
});

test('C calls can be refused', () => {
  const text = `${STD}labs :: (n: i64) -> i64 extern;\nstrlen :: (s: cstring) -> usize extern;\nA :: #run labs(-4);\nB :: #run format("{}", strlen("four"));\nmain :: () { print("{} {}\\n", A, B); }\n`;
  expect(sx(['run', file('ffi.sx', text)])).toMatchObject({ status: 0, out: '4 4\n' });
  const r = sx(['run', '--comptime-ffi=deny', 'ffi.sx']);
  expect(r.status).toBe(1);
  expect(r.err).toMatch(/^error: comptime init of 'A' failed: cannot call 'labs' at compile time: .*--comptime-ffi=allow/);
  expect(r.err.match(/^error/gm)).toHaveLength(1);
});

const BUILD = `${STD}#import "modules/build.sx";\n#import "modules/compiler.sx";\n`;

test('a build program drives the build; its functions are not in the binary', () => {
  const text = `${BUILD}extra :: () -> i64 { return 5; }
ship :: (opt: BuildOptions) -> bool {
    print("linking {} for [{}] with {}\\n", build_output(), build_target(), build_flags().items);
    ok := emit_and_link(opt);
    print("{} {}\\n", opt.binary_path(), extra());
    return ok;
}
never :: (opt: BuildOptions) -> bool { return false; }
#run { o := build_options(); o.add_link_flag("-lm"); o.set_output_path("out/tool"); on_build(never); on_build(ship); }
main :: () { print("tool\\n"); }
`;
  const r = sx(['build', file('driver.sx', text)]);
  expect(r).toEqual({ status: 0, out: 'linking out/tool for [] with [-lm]\nout/tool 5\n', err: 'compiled: out/tool\n' });
  expect(spawnSync(join(dir, 'out/tool'), { encoding: 'utf8' }).stdout).toBe('tool\n');
  const symbols = spawnSync('nm', [join(dir, 'out/tool')], { encoding: 'utf8' }).stdout;
  expect(symbols).toContain(' main\n');
  for (const absent of ['ship', 'never', 'extra', 'emit_and_link', 'default_pipeline']) expect(symbols).not.toMatch(new RegExp(`\\b${absent}\\b`));
  expect(sx(['build', 'driver.sx', '-o', 'cli', '--lflags', '-Wl,--as-needed'])).toMatchObject({ status: 0, out: 'linking cli for [] with [-lm, -Wl,--as-needed]\ncli 5\n' });
  expect(existsSync(join(dir, 'cli'))).toBe(true);
  expect(sx(['run', 'driver.sx'])).toMatchObject({ status: 0, out: '--- build done ---\ntool\n' });
  expect(readdirSync(temp)).toEqual([]);
});

test('a build program that answers false, fails or links in vain fails the build', () => {
  const build = (name: string, body: string): string => {
    const r = sx(['build', file(`${name}.sx`, `${BUILD}ship :: (opt: BuildOptions) -> bool { ${body} }\n#run on_build(ship);\nmain :: () {}\n`)]);
    expect(r.status).toBe(1);
    expect(existsSync(join(dir, name))).toBe(false);
    return r.err;
  };
  expect(build('no', 'return false;')).toBe("error: the build driver 'ship' returned false\n");
  expect(build('trap', 'p : *bool = null; return p.*;')).toContain("error: the build driver 'ship' failed: null pointer access");
  expect(build('vain', 'opt.add_link_flag("-lno_such_library_sx"); return emit_and_link(opt);')).toContain('no_such_library_sx');
  const r = sx(['check', file('early.sx', `${BUILD}A :: #run emit_object();\nmain :: () {}\n`)]);
  expect(r.err).toContain("'emit_object' can only be called from a build callback");
});

test('objects of C sources, libraries and the modules named after linking reach the driver', () => {
  file('unit.c', 'int from_c(void) { return 31; }\n');
  file('after.sx', `${BUILD}bundle_main :: (opt: BuildOptions) -> bool { print("after {}\\n", opt.binary_path()); return true; }\n`);
  const text = `${BUILD}#import c { #source "unit.c"; };
after :: #import "after.sx";
m :: #library "m";
from_c :: () -> i32 extern;
cbrt :: (x: f64) -> f64 extern m;
ship :: (opt: BuildOptions) -> bool {
    print("{} {}\\n", c_object_paths().len, link_libraries().items);
    return emit_and_link(opt);
}
#run { build_options().set_post_link_module("after"); on_build(ship); }
main :: () { print("{} {}\\n", from_c(), cbrt(27.0)); }
`;
  expect(sx(['build', file('inputs.sx', text), '-o', 'inputs'])).toMatchObject({ status: 0, out: '1 [c, m]\nafter inputs\n' });
  expect(spawnSync(join(dir, 'inputs'), { encoding: 'utf8' }).stdout).toBe('31 3.000000\n');
  // Without a driver the compiler takes default_pipeline: a bundle is what the library cannot make.
  const bundle = sx(['build', file('bundle.sx', `${BUILD}#run build_options().set_bundle_path("X.app");\nmain :: () {}\n`)]);
  expect(bundle.status).toBe(1);
  expect(bundle.out).toContain('bundles are not supported');
});

test('what was read at compile time is reported for build systems', () => {
  file('data.txt', 'seven');
  file('part.sx', 'PART :: 2;\n');
  const text = `${STD}#import "part.sx";\nfs :: #import "modules/std/fs.sx";\nDATA :: #run fs.read_file("data.txt") ?? "none";\nmain :: () { print("{} {}\\n", DATA, PART); }\n`;
  const r = sx(['build', file('reads.sx', text), '-o', 'reads', '--deps', 'reads.d']);
  expect(r.status).toBe(0);
  const lines = readFileSync(join(dir, 'reads.d'), 'utf8').split('\n');
  expect(lines[0]).toBe('reads: \\');
  expect(lines).toContain('  reads.sx \\');
  expect(lines).toContain('  part.sx \\');
  expect(lines.some((l) => /modules\/std\/fs\.sx( \\)?$/.test(l))).toBe(true);
  expect(lines.some((l) => /^ {2}data\.txt( \\)?$/.test(l))).toBe(true);
});
