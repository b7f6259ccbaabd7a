// The sx command as a user meets it: exit codes, streams, formats, a real gdb.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SX = process.env['SX_BIN'] ?? resolve(__dirname, '../../bin/sx');
const dir = mkdtempSync(join(tmpdir(), 'sx-cli-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
jest.setTimeout(120_000);

function sx(args: readonly string[], input = ''): { status: number | null; out: string; err: string } {
  const r = spawnSync(process.execPath, [SX, ...args], { cwd: dir, input, encoding: 'utf8' });
  return { status: r.status, out: r.stdout, err: r.stderr };
}

function file(name: string, text: string | Uint8Array): string {
  writeFileSync(join(dir, name), text);
  return name;
}

const HELLO = '#import "modules/std.sx";\nmain :: () { print("hello {}\\n", 6 * 7); }\n';

test('run prints what the program prints', () => {
  expect(sx(['run', file('hello.sx', HELLO)])).toEqual({ status: 0, out: 'hello 42\n', err: '' });
});

test('run ends with the status of the program', () => {
  expect(sx(['run', file('status.sx', 'main :: () -> i32 { return 1105; }\n')]).status).toBe(81);
  expect(sx(['run', file('crash.sx', 'main :: () { p : *i64 = null; p.* = 1; }\n')]).status).toBe(139);
});

test('a failed run-time check names file, line and column and aborts', () => {
  const r = sx(['run', file('bounds.sx', 'main :: () -> i32 {\n    a : [3]i64 = .[1, 2, 3];\n    i := 5;\n    return a[i].(i32);\n}\n')]);
  expect(r.status).toBe(134);
  expect(r.err).toBe('bounds.sx:4:12: index out of bounds\n');
});

test('stdin reaches the program', () => {
  const text = '#import "modules/std.sx";\nmain :: () { buf : [16]u8 = ---; n := c.read(0, xx *buf[0], 16); print("[{}]", string.{ ptr = xx *buf[0], len = xx n }); }\n';
  expect(sx(['run', file('stdin.sx', text)], 'abc').out).toBe('[abc]');
});

test('arguments after -- reach the program', () => {
  const text = `system :: (s: cstring) -> i32 extern;\nmain :: () { system("tr '\\\\0' ' ' < /proc/$PPID/cmdline"); }\n`;
  expect(sx(['run', file('args.sx', text), '--', '--flag', 'x y']).out).toMatch(/\/args --flag x y $/);
});

test('build says what it wrote', () => {
  const exe = join(dir, 'out/deep/hello');
  expect(sx(['build', file('hello.sx', HELLO), '-o', exe])).toEqual({ status: 0, out: '', err: `compiled: ${exe}\n` });
  expect(spawnSync(exe, { encoding: 'utf8' }).stdout).toBe('hello 42\n');
});

test('errors go to stderr in the documented layout and the status is 1', () => {
  const r = sx(['check', file('bad.sx', 'main :: () {\n    x : i32 = "s";\n}\n')]);
  expect(r.status).toBe(1);
  expect(r.out).toBe('');
  expect(r.err).toBe(
    "error: cannot initialize 'x' of type 'i32' with a value of type 'string'\n  --> bad.sx:2:15\n   |\n 2 |     x : i32 = \"s\";\n   |               ^^^\n",
  );
});

test('several independent errors are reported in one run', () => {
  const r = sx(['check', file('two.sx', 'main :: () {\n    a : i32 = "s";\n    b : string = 1;\n    nope();\n}\n')]);
  expect(r.err.match(/^error:/gm)).toHaveLength(3);
});

const LIBRARY = `
used :: (n: i32) -> i32 { return n; }
unused :: (n: i32) -> i32 { return missing(n); }
twice :: (v: $T) -> T { return v + nothing; }
Box :: struct { n: i32; size :: (self: *Box) -> i32 { return self.m; } }
inline if OS == .windows { elsewhere :: () -> i32 { return "windows"; } }
here :: () -> i32 { inline if OS == .windows { return "windows"; } return 1; }
`;

test('check looks at what is reached of a file: bodies that nothing reaches may hold anything', () => {
  expect(sx(['check', file('lib.sx', LIBRARY)])).toEqual({ status: 0, out: '', err: '' });
});

test('check --every-body looks at functions and methods that nothing reaches, as a library has them', () => {
  const r = sx(['check', '--every-body', file('lib.sx', LIBRARY)]);
  expect(r.status).toBe(1);
  // Generic code is known by its instances, and what the target leaves out is not there.
  expect(r.err.match(/^ +--> .*$/gm)).toEqual(['  --> lib.sx:3:36', '  --> lib.sx:5:62']);
  expect(sx(['check', '--every-body', file('main.sx', '#import "lib.sx";\nmain :: () { used(1); }\n')])).toEqual({ status: 0, out: '', err: '' });
});

test('check -o leaves an empty file when no file has an error', () => {
  const good = file('good.sx', 'f :: () {}\n');
  expect(sx(['check', good, good, '-o', 'made/checked']).status).toBe(0);
  expect(readFileSync(join(dir, 'made/checked'), 'utf8')).toBe('');
  expect(sx(['check', good, file('wrong.sx', 'f :: () { x : Nothing = 1; }\n'), '-o', 'made/not'])).toMatchObject({ status: 1 });
  expect(existsSync(join(dir, 'made/not'))).toBe(false);
});

test('check of several files says what is wrong in a file that they share once, and every file has its own errors', () => {
  file('shared.sx', 'helper :: () -> i64 { return "x"; }\nbad : u8 = 300;\n');
  const user = (name: string, more: string): string => file(name, `#import "shared.sx";\nmain :: () { helper(); ${more} }\n`);
  const r = sx(['check', user('user1.sx', ''), user('user2.sx', 'nope();'), user('user3.sx', '')]);
  expect(r.status).toBe(1);
  expect(r.err.split('\n').filter((l) => /^(error|$)| *-->/.test(l))).toEqual([
    'error: integer literal 300 does not fit in u8 (range 0..255)', '  --> shared.sx:2:12', '',
    "error: cannot return a value of type 'string' where 'i64' is expected", '  --> shared.sx:1:30', '',
    "error: unresolved 'nope' (in 'main', user2.sx)", '  --> user2.sx:2:24', '',
  ]);
});

test('json and sarif carry code and position', () => {
  file('bad.sx', 'main :: () {\n    x : i32 = "s";\n}\n');
  const json = JSON.parse(sx(['check', 'bad.sx', '--error-format', 'json']).err.trim().split('\n')[0]!) as unknown;
  expect(JSON.stringify(json)).toContain('INIT-MISMATCH');
  const sarif = JSON.parse(sx(['check', 'bad.sx', '--error-format=sarif']).err) as { version: string; runs: { results: unknown[] }[] };
  expect(sarif.version).toBe('2.1.0');
  expect(sarif.runs[0]!.results).toHaveLength(1);
});

test('unreadable input is a clear error', () => {
  expect(sx(['check', 'absent.sx'])).toEqual({ status: 1, out: '', err: "error: cannot find 'absent.sx'\n" });
  expect(sx(['check', dir]).err).toContain('is a directory');
  const r = sx(['check', file('bytes.sx', Buffer.from('main :: () { x := "\xff"; }\n', 'latin1'))]);
  expect(r.status).toBe(1);
  expect(r.err).toContain('is not UTF-8');
  if (process.getuid?.() === 0) return;
  chmodSync(join(dir, file('secret.sx', HELLO)), 0);
  expect(sx(['check', 'secret.sx']).err).toContain('permission denied');
});

test('a current directory that was removed is named, with status 2', () => {
  const gone = join(dir, 'gone');
  mkdirSync(gone);
  const r = spawnSync('sh', ['-c', 'cd "$1" && rmdir "$1" && exec "$2" "$3" check x.sx', 'sh', gone, process.execPath, SX], { encoding: 'utf8' });
  expect(r.status).toBe(2);
  expect(r.stderr).toContain('sx: the current directory does not exist any more: change to one that does\n');
  expect(r.stderr).not.toContain(' at ');
});

test('very deep and very long input ends in an error, not in a crash', () => {
  const deep = (open: string, close: string): string => `main :: () { x := ${open.repeat(10_000)}1${close.repeat(10_000)}; }\n`;
  for (const text of [deep('(', ')'), deep('.{ ', ' }'), `main :: () { ${'{'.repeat(10_000)}${'}'.repeat(10_000)} }\n`]) {
    const r = sx(['check', file('deep.sx', text)]);
    expect(r.status).toBe(1);
    expect(r.err).toContain('nested too deeply');
  }
  expect(sx(['check', file('long.sx', `// ${'a'.repeat(10_000_000)}\nmain :: () {}\n`)]).status).toBe(0);
});

test('a line of megabytes is shown in part', () => {
  const r = sx(['check', file('long.sx', `main :: () { x := ${'a'.repeat(5_000_000)}; }\n`)]);
  expect(r.status).toBe(1);
  expect(r.err.length).toBeLessThan(10_000);
  expect(r.err).toContain('long.sx:1:19');
});

test('a wrong LLVM is named, with status 2', () => {
  const r = spawnSync(process.execPath, [SX, 'run', file('hello.sx', HELLO)], {
    cwd: dir, encoding: 'utf8', env: { ...process.env, SX_LLVM_LIB: '/no/such/libLLVM.so' },
  });
  expect([r.status, r.stdout]).toEqual([2, '']);
  expect(r.stderr).toContain("no such file '/no/such/libLLVM.so'");
});

test('errors in inserted text are located at the insert, those of a library at the call', () => {
  const text = '#import "modules/std.sx";\ngen :: () -> string { return "y : u8 = 300;"; }\nmain :: () {\n    #insert gen();\n    print("{} {}\\n", 1);\n}\n';
  const r = sx(['check', file('insert.sx', text)]);
  expect(r.status).toBe(1);
  expect([...r.err.matchAll(/^error: .*\n +--> (.*)$/gm)].map((m) => m[1])).toEqual(['insert.sx:4:5', 'insert.sx:5:5']);
  expect(r.err).toContain('--> insert.sx#insert:1:10');
});

test('usage mistakes exit with 2 and show the usage', () => {
  for (const args of [[], ['bogus'], ['run'], ['run', '--opt', 'fast', 'x.sx'], ['run', '--nope']]) {
    const r = sx(args);
    expect(r.status).toBe(2);
    expect(r.out + r.err).toContain('usage: sx');
  }
  for (const command of ['run', 'build', 'check', 'fmt', 'ir', 'asm']) expect(sx([command, '--help']).out).toContain('example');
});

test('emitted files: object, assembly, IR of both architectures', () => {
  file('hello.sx', HELLO);
  for (const [kind, target, needle] of [['ir', 'x86_64-linux-gnu', 'define'], ['ir', 'aarch64-linux-gnu', 'define'], ['asm', 'aarch64-linux-gnu', 'main:']] as const) {
    const out = `hello.${kind}`;
    expect(sx(['build', 'hello.sx', '--emit', kind, '--target', target, '-o', out]).status).toBe(0);
    expect(readFileSync(join(dir, out), 'utf8')).toContain(needle);
  }
  expect(sx(['build', 'hello.sx', '--emit=obj', '-o', 'hello.o']).status).toBe(0);
  expect(readFileSync(join(dir, 'hello.o')).subarray(0, 4).toString('latin1')).toBe('\x7fELF');
});

test('--cpu and --features choose the instructions', () => {
  const name = file('features.sx', 'bump :: (p: *i64) -> i64 export { atomic_fetch_add(i64, p, 1, .seq_cst) }\nmain :: () -> i64 { x := 41; bump(*x); x }\n');
  const asm = (...args: string[]): string => sx(['asm', name, '-o', '-', ...args]).out;
  expect(asm('--target', 'linux-arm')).toMatch(/ldaxr/);
  expect(asm('--target', 'linux-arm', '--features', '+lse')).toMatch(/ldaddal/);
  expect(asm('--target', 'linux-arm', '--cpu', 'neoverse-n1')).toMatch(/ldaddal/);
  expect(asm('--target', 'linux-arm', '--cpu', 'neoverse-n1', '--features', '-lse')).toMatch(/ldaxr/);
  expect(asm('--target', 'linux-arm', '--features', '+outline-atomics')).toMatch(/__aarch64_ldadd8_acq_rel/);
  expect(sx(['run', name, '--cpu', 'native', '--opt', '2']).status).toBe(42);
  for (const bad of ['lse', '+lse,', '+lse, +rcpc']) {
    expect(sx(['asm', name, '--features', bad])).toMatchObject({ status: 2, err: expect.stringContaining('--features takes a list like +lse,-neon') as unknown });
  }
});

test('--sanitizer thread reports a data race, and none where an ordering forbids it', () => {
  const text = (o: string): string => `#import "modules/std.sx";
#import "modules/std/atomic.sx";
payload : i64 = 0;
ready : Atomic(bool) = .{ value = false };
work :: (arg: *void) -> *void abi(.c) { payload = 7; ready.store(true, .${o}); return null; }
main :: () {
    t, e := thread.Thread.spawn(work, null);
    while !ready.load(.acquire) {}
    print("{}\\n", payload);
    if !e { t.join(); }
}
`;
  const good = sx(['run', file('release.sx', text('release')), '--sanitizer', 'thread']);
  expect(good).toEqual({ status: 0, out: '7\n', err: '' });
  const bad = sx(['run', file('relaxed.sx', text('relaxed')), '--sanitizer', 'thread']);
  expect(bad.status).not.toBe(0);
  expect(bad.err).toMatch(/ThreadSanitizer: data race/);
});

test('a program knows its sanitizer', () => {
  const name = file('fact.sx', `inline if SANITIZER == .thread { level :: () -> i32 { return 40; } } else { level :: () -> i32 { return 20; } }
main :: () -> i32 { inline if SANITIZER == { case .address: return level() + 1; case .thread: return level() + 2; else: return level(); } }
`);
  const status = (s: string): number | null => sx(['run', '--sanitizer', s, name]).status;
  expect(['none', 'address', 'thread'].map(status)).toEqual([20, 21, 42]);
});

test('--time appends a table', () => {
  file('hello.sx', HELLO);
  const r = sx(['run', '--time', 'hello.sx']);
  expect(r.err).toMatch(/--- timing ---\n(.*\n)*total/);
});

test('gdb breaks by file and line, steps, prints locals', () => {
  const text = [
    '#import "modules/std.sx";', 'Point :: struct { x: i64; y: i64; }', 'add :: (a: i64, b: i64) -> i64 {', '    total := a + b;',
    '    p := Point.{ x = total, y = 7 };', '    return p.x + p.y;', '}', 'main :: () {', '    r := add(3, 4);', '    print("{}\\n", r);', '}', '',
  ].join('\n');
  expect(sx(['build', file('dbg.sx', text), '-o', 'dbg']).status).toBe(0);
  const commands = ['break dbg.sx:5', 'run', 'print total', 'next', 'print p', 'print a'];
  const r = spawnSync('gdb', ['-q', '-batch', '-nx', ...commands.flatMap((c) => ['-ex', c]), './dbg'], { cwd: dir, encoding: 'utf8' });
  expect(r.error).toBeUndefined();
  expect(r.stdout).toContain('add (a=3, b=4) at dbg.sx:5');
  expect(r.stdout).toContain('$1 = 7');
  expect(r.stdout).toContain('{x = 7, y = 7}');
  expect(r.stdout).toContain('$3 = 3');
});

test('gdb in a program that was compiled in parts: places, frames and locals of two of them', () => {
  const step = (i: number): string => `step_${i} :: (x: i64) -> i64 {\n    local_${i} := x + ${i};\n${'    local_I = local_I * 3 - x;\n'.repeat(30).replaceAll('_I', `_${i}`)}    return ${i === 0 ? 'x' : `step_${i - 1}(x + 1)`} + local_${i} - local_${i};\n}\n`;
  expect(sx(['build', file('parted.sx', `${[...Array(400)].map((_, i) => step(i)).join('')}main :: () -> i32 { return 0 + (step_399(0) & 1).(i32); }\n`), '--time', '-o', 'parted']).err).toMatch(/bytes in [2-9]\d* parts/);
  const commands = ['break parted.sx:3', 'run', 'print local_0', 'up 399', 'print x'];
  const r = spawnSync('gdb', ['-q', '-batch', '-nx', ...commands.flatMap((c) => ['-ex', c]), './parted'], { cwd: dir, encoding: 'utf8' });
  expect(r.error).toBeUndefined();
  expect(r.stdout).toContain('step_0 (x=399) at parted.sx:3');
  expect(r.stdout).toContain('$1 = 399');
  expect(r.stdout).toMatch(/#399 .* step_399 \(x=0\) at parted\.sx:/);
  expect(r.stdout).toContain('$2 = 0');
});

test('imports are looked for in --module-root directories, in order, before the library', () => {
  for (const d of ['root1', 'root2']) mkdirSync(join(dir, d), { recursive: true });
  file('root1/first.sx', 'FIRST :: 1;\n');
  file('root2/first.sx', 'FIRST :: 2;\n');
  file('root2/second.sx', 'SECOND :: 3;\n');
  const main = file('roots.sx', '#import "first.sx";\n#import "second.sx";\nmain :: () -> i32 { return FIRST * 10 + SECOND; }\n');
  expect(sx(['run', main, '--module-root', 'root1', '--module-root=root2']).status).toBe(13);
  expect(sx(['run', main]).status).toBe(1);
});

test('--need-main makes a file without main an error of every kind of output', () => {
  const lib = file('nomain.sx', 'twice :: (x: i32) -> i32 export { return x * 2; }\n');
  expect(sx(['build', lib, '--emit', 'obj', '-o', 'nomain.o', '--quiet'])).toEqual({ status: 0, out: '', err: '' });
  expect(sx(['build', lib, '--emit', 'obj', '-o', 'nomain.o', '--need-main'])).toEqual({ status: 1, out: '', err: "error: 'nomain.sx' has no `main` function: there is nothing to run\n" });
});

test('--debug none leaves debug information out, full puts it in above opt less', () => {
  const sections = (...args: string[]): string => {
    expect(sx(['build', file('debug.sx', HELLO), '--emit', 'obj', '-o', 'debug.o', '--quiet', ...args]).err).toBe('');
    return readFileSync(join(dir, 'debug.o')).toString('latin1');
  };
  expect(sections()).toContain('.debug_info');
  expect(sections('--debug', 'none')).not.toContain('.debug_info');
  expect(sections('--opt', '2')).not.toContain('.debug_info');
  expect(sections('--opt', '2', '--debug', 'full')).toContain('.debug_info');
  expect(sx(['build', 'debug.sx', '--debug', 'some']).status).toBe(2);
});

test('--coverage counts lines by function, block and instance, the same at every level and on AArch64', () => {
  const src = file(
    'cov.sx',
    '#import "modules/std.sx";\ntwice :: (n: i64) -> i64 {\n    if n < 0 {\n        return 0;\n    }\n    return n * 2;\n}\nsame :: (x: $T) -> $T {\n    return x;\n}\nmain :: () {\n    total := 0;\n    for 0..3 (i) {\n        total += twice(i);\n    }\n    same(1);\n    same(2.0);\n    print("{}\\n", total);\n}\n',
  );
  const run = (name: string, ...more: string[]): string => {
    const lcov = join(dir, name);
    const r = spawnSync(process.execPath, [SX, 'run', src, '--coverage', ...more], { cwd: dir, encoding: 'utf8', env: { ...process.env, SX_COVERAGE_FILE: lcov } });
    expect([r.status, r.stdout]).toEqual([0, '6\n']);
    return readFileSync(lcov, 'utf8');
  };
  const text = run('cov0.dat', '--opt', '0');
  expect(run('cov2.dat', '--opt', '2')).toBe(text);
  expect(run('covarm.dat', '--target', 'aarch64-linux-gnu')).toBe(text);
  const records = text.split('end_of_record\n');
  expect(records.length).toBe(5);
  expect(records.pop()).toBe('');
  const counts = (fn: string): number[][] => {
    const of = records.filter((r) => r.includes(`,${fn}`))[0]!;
    return [...of.matchAll(/^DA:(\d+),(\d+)$/gm)].map((m) => [Number(m[1]), Number(m[2])]);
  };
  expect(records.every((r) => r.startsWith('TN:\nSF:cov.sx\n'))).toBe(true);
  // Line 13 is the loop's: entered once, its condition tested four times, its step taken three times.
  expect(counts('main').filter(([l]) => l === 13).map(([, n]) => n).sort()).toEqual([1, 3, 4]);
  expect(counts('main').filter(([l]) => l !== 13)).toEqual([[12, 1], [14, 3], [16, 1], [17, 1], [18, 1]]);
  expect(Math.max(...counts('twice').filter(([l]) => l === 3).map(([, n]) => n!))).toBe(3);
  expect(counts('twice').filter(([l]) => l === 4)).toEqual([[4, 0]]);
  expect(counts('twice').filter(([l]) => l === 6)).toEqual([[6, 3]]);
  expect(records.filter((r) => r.includes('FN:8,same')).length).toBe(2);
});

test('--coverage has the lines of functions that nothing reaches, with no hits', () => {
  const src = file(
    'unreached.sx',
    `Pair :: ($T: Type) -> Type { return struct { a: T; b: T; }; }
Point :: struct {
    x: i64;
    far :: (self: *Point) -> bool {
        return self.x >
            100;
    }
}
half :: (n: i64) -> i64 => n / 2;
forgotten :: (n: i64, f: (i64) -> i64) -> i64 {
    LIMIT :: 10;
    if n > LIMIT {
        inner :: () -> i64 { return 3; }
        return inner();
    } else if n == 2 {
        for 0..n (i) {
            f(i);
        }
    }
    n + 1
}
generic :: (x: $T) -> T {
    return x;
}
size :: () -> i64 {
    return 4;
}
N :: #run size();
used :: (n: i64) -> i64 {
    return n + N;
}
main :: () -> i32 {
    p : Pair(i64) = .{ a = used(1), b = 2 };
    return (p.a - 5).(i32);
}
`,
  );
  const lcov = join(dir, 'unreached.dat');
  const r = spawnSync(process.execPath, [SX, 'run', src, '--coverage'], { cwd: dir, encoding: 'utf8', env: { ...process.env, SX_COVERAGE_FILE: lcov } });
  expect([r.status, r.stdout, r.stderr]).toEqual([0, '', '']);
  const missed = readFileSync(lcov, 'utf8').split('end_of_record\n').filter((record) => /^FNDA:0,/m.test(record));
  const rows = missed.map((record) => `${/^FN:(.*)$/m.exec(record)![1]} ${[...record.matchAll(/^DA:(\d+),0$/gm)].map((m) => m[1]).join(' ')}`);
  expect(rows).toEqual(['4,far 5', '9,half 9', '10,forgotten 12 14 15 16 17 20', '13,inner 13', '22,generic 23']);
  expect(missed.every((record) => record.startsWith('TN:\nSF:unreached.sx\n'))).toBe(true);
});
