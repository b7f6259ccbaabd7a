//! ref: 15.7
// A real worker process: what it has checked of a module is not checked again, and outputs are those of a run of its own.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, SX, WorkerClient } from './worker.testlib.ts';

jest.setTimeout(600_000);

let dir = '';
let worker: WorkerClient;
let next = 1;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sx-modules-test-'));
  mkdirSync(join(dir, 'out'));
  worker = new WorkerClient(dir, ['--worker-jobs=1']);
});
afterEach(async () => {
  await worker.close();
  rmSync(dir, { recursive: true, force: true });
});

const write = (name: string, text: string): void => writeFileSync(join(dir, name), text);
const ask = (argv: readonly string[], more: Readonly<Record<string, unknown>> = {}): Promise<Answer> => worker.request(next++, argv, { verbosity: 1, ...more });

function outcome(status: number | null, output: string, file: string): unknown {
  const bytes = existsSync(file) ? readFileSync(file).toString('latin1') : null;
  rmSync(file, { force: true });
  return { status, output, bytes };
}

/** Asks the worker and a process of its own in `cwd`; both have to say and write the same. */
async function same(argv: readonly string[], output: string, sandbox = ''): Promise<void> {
  const cwd = join(dir, sandbox);
  const a = await ask(argv, sandbox === '' ? {} : { sandbox_dir: sandbox });
  const got = outcome(a.exit_code, a.output, join(cwd, output));
  const r = spawnSync(process.execPath, [SX, ...argv], { cwd, encoding: 'utf8' });
  expect(got).toEqual(outcome(r.status, r.stdout + r.stderr, join(cwd, output)));
}

const build = (file: string, emit = 'ir', sandbox = ''): Promise<void> => same(['build', '--quiet', file, '--emit', emit, '-o', 'out/x'], 'out/x', sandbox);

/** Of each answered request, in order: modules checked and reused. The worker has ended then. */
async function counts(): Promise<[number, number][]> {
  await worker.close();
  return [...worker.log.matchAll(/modules (\d+) checked and (\d+) reused/g)].map((m) => [Number(m[1]), Number(m[2])]);
}

const LIB = `#import "modules/std.sx";
Pair :: struct ($T: Type) { a: T; b: T; }
Bad :: error { Zero, Odd }
half :: (n: i64) -> (i64, !Bad) { if n == 0 { raise error.Zero; } if n % 2 == 1 { raise error.Odd; } return n / 2; }
swap :: (p: Pair($T)) -> Pair(T) { q : Pair(T) = .{ a = p.b, b = p.a }; return q; }
TABLE :: #run make();
make :: () -> [4]i64 { t : [4]i64 = .[1, 2, 3, 4]; for 0..4 (i) { t[i] = t[i] * 10; } return t; }
`;
const MAIN = `#import "modules/std.sx";
#import "lib.sx";
main :: () { p : Pair(i64) = .{ a = 1, b = 2 }; print("{} {}\\n", swap(p).a, TABLE[1]); v := half(4) catch { 0 }; print("{}\\n", v); }
`;
const OTHER = `#import "modules/std.sx";
#import "lib.sx";
Own :: struct { x: i64; }
main :: () { q : Pair(Own) = .{ a = .{ x = 1 }, b = .{ x = 5 } }; print("{}\\n", swap(q).a.x); v := half(3) catch (e) { print("{}\\n", e); 0 }; print("{}\\n", v); }
`;

test('after an edit, the module that changed and those that import it are checked', async () => {
  write('lib.sx', LIB);
  write('main.sx', MAIN);
  await build('main.sx');
  write('main.sx', MAIN.replace('a = 1', 'a = 7'));
  await build('main.sx');
  write('lib.sx', LIB.replace('* 10', '* 11'));
  await build('main.sx');
  await build('main.sx');
  const [first, second, third, fourth] = await counts();
  const all = first![0];
  expect(first).toEqual([all, 0]);
  expect(second).toEqual([1, all - 1]);
  expect(third).toEqual([2, all - 2]);
  expect(fourth).toEqual([0, all]);
});

test('another program with the same library, from another sandbox, with and without optimisation, to text and to an object', async () => {
  for (const box of ['one', 'two', 'three']) {
    mkdirSync(join(dir, box, 'out'), { recursive: true });
    write(`${box}/lib.sx`, LIB);
    write(`${box}/main.sx`, MAIN);
    write(`${box}/other.sx`, OTHER);
  }
  await build('main.sx', 'ir', 'one');
  await build('other.sx', 'ir', 'two');
  await build('main.sx', 'obj', 'three');
  await same(['build', '--quiet', 'main.sx', '--emit', 'ir', '--opt', '2', '-o', 'out/x'], 'out/x', 'one');
  await same(['build', '--quiet', 'other.sx', '--emit', 'obj', '--opt', '2', '-o', 'out/x'], 'out/x', 'two');
  await same(['check', 'other.sx'], 'out/x', 'three');
  const seen = await counts();
  const all = seen[0]![0];
  expect(seen).toEqual([[all, 0], [1, all - 1], [0, all], [all, 0], [1, all - 1], [0, all]]);
});

test('what the whole program decides is compared: context fields, impls for types of others, names in reach of every module', async () => {
  write('lib.sx', `${LIB}Shows :: protocol { shown :: (self: *Self) -> i64; }\nmeter :: (n: i64) -> i64 { return n.metres(); }\n`);
  const far = (k: number): string => `#import "modules/std.sx";\nmetres :: (n: i64) -> i64 { return n * ${k}; }\n`;
  const main = '#import "modules/std.sx";\n#import "lib.sx";\nfar :: #import "far.sx";\nmain :: () { print("{} {}\\n", meter(2), far.metres(1)); }\n';
  write('far.sx', far(2));
  write('main.sx', main);
  await build('main.sx');
  write('far.sx', far(3));
  await build('main.sx');
  write('main.sx', `${main}#context_extend depth: i64 = 3;\nuse :: () -> i64 { return context.depth; }\n`);
  await build('main.sx');
  write('main.sx', `${main}impl Shows for i64 { shown :: (self: *i64) -> i64 { return self.*; } }\n`);
  await build('main.sx');
  const seen = await counts();
  for (const [, reused] of seen) expect(reused).toBe(0);
});

test('a run that reports something, prints, or makes types while compiling says what a run of its own says', async () => {
  write('lib.sx', LIB);
  for (const text of [
    MAIN, MAIN.replace('a = 1', 'a = "x"'), MAIN, `${MAIN}#run print("hello\\n");\n`, MAIN, MAIN.replace('main ::', 'unused :: () -> ! { }\nmain ::').replace('v := half', 'unused() catch { }; v := half'),
    MAIN, MAIN.replace('main', 'man'), `${MAIN}syntax ::`, MAIN,
  ]) {
    write('main.sx', text);
    await build('main.sx');
    await same(['check', 'main.sx'], 'out/x');
  }
});

/** Marsaglia's xorshift with 32 bits. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A module of the random program: what it declares hangs on `v`, a number for each of its parts. */
function moduleText(i: number, v: readonly number[]): string {
  const imports = i === 0 ? '' : `#import "m${i - 1}.sx";\n${v[0]! % 3 === 0 && i > 1 ? `far${i} :: #import "m${i - 2}.sx";\n` : ''}`;
  const calls = i === 0 ? 'n' : `f${i - 1}(n - 1)`;
  const uses = [
    `print("f${i} {}\\n", n);`, `s : S${i} = .{ x = n }; s.grow(${v[1]! % 5});`, `g${i}(n); g${i}("t");`, `h${i}(n) catch (e) { print("{}\\n", e); };`, `p : P${i} = S${i}.{ x = own${i}.x }; print("{}\\n", p.value());`,
    `add := (a: i64) -> i64 => a + n; print("{}\\n", add(${v[2]! % 9}));`, `print("{}\\n", K${i});`,
  ];
  const body = [v[3]! % uses.length, v[4]! % uses.length].map((k) => uses[k]!).join('\n    ').replace('s : S', 's : S').split('\n').filter((line, at, all) => all.indexOf(line) === at).join('\n');
  return `#import "modules/std.sx";
${imports}S${i} :: struct { x: i64; grow :: (self: *S${i}, by: i64) { self.x = self.x + by * ${v[5]! % 4 + 1}; } }
P${i} :: protocol { value :: (self: *Self) -> i64; }
impl P${i} for S${i} { value :: (self: *S${i}) -> i64 { return self.x + ${v[6]! % 50}; } }
own${i} : S${i} = .{ x = ${v[7]! % 10} };
E${i} :: error { A, T${v[8]! % 4}, Z${i} }
K${i} :: #run k${i}(${v[9]! % 6});
k${i} :: (n: i64) -> i64 { r := 1; for 0..n (j) { r = r * 2 + j; } return r; }
g${i} :: (x: $T) { print("g${i} {} ${'{}'}\\n", x, ${v[10]! % 7}); }
h${i} :: (n: i64) -> !E${i} { if n > ${v[11]! % 4} { raise error.${v[8]! % 2 === 0 ? 'A' : `Z${i}`}; } }
f${i} :: (n: i64) -> i64 {
    if n <= 0 { return ${v[12]! % 10}; }
    ${body}
    return ${calls};
}
`;
}

test('random sequences of edits and requests over several programs in one worker: always what a run of its own gives', async () => {
  const random = randomOf(Number(process.env['SX_SEED'] ?? 20261126));
  const rounds = Number(process.env['SX_ROUNDS'] ?? 24);
  const modules = Array.from({ length: 4 }, () => Array.from({ length: 13 }, () => random(1000)));
  const mains = ['main.sx', 'other.sx'];
  const writeAll = (): void => {
    modules.forEach((v, i) => write(`m${i}.sx`, moduleText(i, v)));
    mains.forEach((name, k) => write(name, `#import "modules/std.sx";\n#import "m${3 - k}.sx";\nmain :: () { print("{}\\n", f${3 - k}(${k + 3})); }\n`));
  };
  writeAll();
  for (let n = 0; n < rounds; n++) {
    const v = modules[random(modules.length)]!;
    if (random(5) > 0) v[random(v.length)] = random(1000);
    writeAll();
    const file = mains[random(2)]!;
    const level = random(3) === 0 ? ['--opt', '2'] : [];
    if (random(4) === 0) await same(['check', file], 'out/x');
    await same(['build', '--quiet', file, '--emit', random(6) === 0 ? 'obj' : 'ir', ...level, '-o', 'out/x'], 'out/x');
  }
  const seen = await counts();
  expect(seen.filter(([, reused]) => reused > 0).length).toBeGreaterThan(rounds / 2);
});

test('a variable that compile-time code changes is seen as in a run of its own: by what was evaluated before, and when it is put back', async () => {
  write('lib.sx', `#import "modules/std.sx";
state : i64 = 0;
put :: (n: i64) -> i64 { state = n; return n; }
get :: () -> i64 { return state; }
FIVE :: #run put(5);
SEEN :: #run get();
NONE :: #run put(0);
`);
  const main = (values: string, more = ''): void => write('main.sx', `#import "modules/std.sx";\n#import "lib.sx";\n${more}main :: () { t : [3]i64 = .[${values}]; print("{} {} {}\\n", t[0], t[1], t[2]); }\n`);
  for (const [values, more] of [['FIVE, SEEN, NONE', ''], ['NONE, SEEN, FIVE', ''], ['SEEN, 1, 2', ''], ['OWN, SEEN, 1', 'OWN :: #run put(7);\n'], ['SEEN, 1, 2', '']] as const) {
    main(values, more);
    await build('main.sx');
  }
});

const USED = `#import "modules/std.sx";
A :: struct { a: i64; }
B :: struct { b: i64; }
Box :: struct { p: *i64; }
One :: union { p: *i64; n: i64; }
Bad :: error { First }
G : i64 = 3;
H : i64 = 4;
sum :: () -> i64 { t : [64]i64; for 0..64 (i) { t[i] = i * 77; } s := 0; for 0..64 (i) { s = s + t[i]; } return s + G; }
SUM :: #run sum();
`;

/** What code that runs at compile time may see of the compiler: that of a used one is not that of a new one. */
const SEEN = {
  'the number of a type': 'C :: struct { c: i64; }\nsee :: () -> i64 { t : Type = C; n : i64 = xx t; return n; }',
  'the number of a type, by a pointer': 'C :: struct { c: i64; }\nsee :: () -> i64 { t : Type = C; q : *i64 = xx *t; return q.*; }',
  'an address, by a pointer': 'see :: () -> i64 { p := *H; q : *i64 = xx *p; return q.*; }',
  'an address, by bytes': 'see :: () -> i64 { w : Box = .{ p = *H }; q : *[8]u8 = xx *w; return q.*[0] + 256 * q.*[1]; }',
  'an address, by a union': 'see :: () -> i64 { o : One = ---; o.p = *H; return o.n; }',
  'which of two addresses is lower': 'see :: () -> i64 { h := H; g := G; a := *H; b := *G; if a < b { return 1 + h + g - H - G; } return 2; }',
  'the number of an error': 'Own :: error { Zero, Second }\nfails :: () -> !Own { raise error.Second; }\nsee :: () -> i64 { r := 0; fails() catch (x) { y := x; p : *u32 = xx *y; r = p.*; }; return r; }',
  'memory that nothing was stored to': 'some :: (n: i64) -> [4]i64 { t : [4]i64 = ---; t[0] = n; return t; }\nSOME :: #run some(4);\nsee :: () -> i64 { return SOME[1]; }',
};
const seen = Object.entries(SEEN);
const SEEN_TOO = {
  'an address, by a pointer to nothing': 'see :: () -> i64 { b : Box = .{ p = *H }; v : *void = xx *b; q : *i64 = xx v; return q.*; }',
  'bytes between the fields of a structure': 'Mix :: struct { a: u8; b: i64; }\nsee :: () -> i64 { m : Mix = .{ a = 1, b = 2 }; q : *[16]u8 = xx *m; s := 0; for 0..16 (i) { s = s * 3 + q.*[i]; } return s; }',
};

async function seesItsOwn(code: string): Promise<void> {
  write('lib.sx', USED);
  const main = (more: string, value: string): void => write('main.sx', `#import "modules/std.sx";\n#import "lib.sx";\n${more}\nmain :: () { print("{} {}\\n", SUM, ${value}); }\n`);
  main('Wide :: struct { a: A; b: B; }\nMine :: error { Other, Third }\nfirst :: () -> (i64, !Mine) { raise error.Third; }', 'size_of(Wide) + (first() catch { 1 })');
  await build('main.sx');
  main('', '1');
  await build('main.sx');
  main(`${code}\nN :: #run see();`, 'N');
  await build('main.sx');
}

test.each(seen)('compile-time code sees what a compiler of its own has: %s', (_, code) => seesItsOwn(code));

test.each(Object.entries(SEEN_TOO))('compile-time code sees what a compiler of its own has: %s', (_, code) => seesItsOwn(code));
