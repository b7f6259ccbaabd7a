// A real worker whose programs call C, run assembly and drive their builds while they are compiled: the same bytes and messages as in
// processes of their own, one program after the other.
//! ref: 11.3 11.10 12.7 14.8
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BuildState, buildServices } from '../driver/build_state.ts';
import { type Answer, SX, WorkerClient } from './worker.testlib.ts';

jest.setTimeout(300_000);

const dir = mkdtempSync(join(tmpdir(), 'sx-native-test-'));
mkdirSync(join(dir, 'out'));
const worker = new WorkerClient(dir, ['--worker-jobs=1']);
afterAll(async () => {
  await worker.close();
  rmSync(dir, { recursive: true, force: true });
});

let next = 1;
const ask = (...argv: string[]): Promise<Answer> => worker.request(next++, argv, { verbosity: 1 });

interface Outcome {
  readonly status: number | null;
  readonly words: string;
  /** What was written, in hexadecimal; '' for nothing. */
  readonly bytes: string;
}

const OUT = 'out/main';
const written = (): string => {
  const bytes = readdirSync(join(dir, 'out')).includes('main') ? readFileSync(join(dir, OUT)).toString('hex') : '';
  rmSync(join(dir, OUT), { force: true });
  return bytes;
};

function alone(argv: readonly string[]): Outcome {
  const r = spawnSync(process.execPath, [SX, ...argv], { cwd: dir, encoding: 'utf8' });
  return { status: r.status, words: r.stdout + r.stderr, bytes: written() };
}
async function served(argv: readonly string[]): Promise<Outcome> {
  const r = await ask(...argv);
  return { status: r.exit_code, words: r.output, bytes: written() };
}

const STD = '#import "modules/std.sx";\n';
const PLUS_ONE = `inline if ARCH == {
        case .x86_64: { asm volatile { "incq %[v]", [v] "+r" -> *v, clobbers(.cc) }; }
        case .aarch64: { asm volatile { "add %[v], %[v], #1", [v] "+r" -> *v }; }
    }`;
const PROGRAMS: Readonly<Record<string, string>> = {
  'c.sx': `${STD}labs :: (n: i64) -> i64 extern;\nsqrt :: (x: f64) -> f64 extern;\nA :: #run labs(-4);\nB :: #run sqrt(2.25);\nmain :: () { print("{} {}\\n", A, B); }\n`,
  'asm.sx': `${STD}up :: (n: i64) -> i64 {\n    v := n;\n    ${PLUS_ONE}\n    return v;\n}\nA :: #run up(41);\nmain :: () { print("{} {}\\n", A, up(1)); }\n`,
  'callback.sx': `${STD}qsort :: (p: [*]i32, n: usize, w: usize, f: (*i32, *i32) -> i32 abi(.c)) extern;\nless :: (a: *i32, b: *i32) -> i32 abi(.c) { return a.* - b.*; }\nsorted :: () -> [3]i32 { v : [3]i32 = .[3, 1, 2]; qsort(*v[0], 3, 4, less); return v; }\nA :: #run sorted();\nmain :: () { print("{} {} {}\\n", A[0], A[1], A[2]); }\n`,
  'crash.sx': `${STD}\`raise :: (n: i32) -> i32 extern;\nA :: #run \`raise(11);\nmain :: () { print("{}\\n", A); }\n`,
  'driver.sx': `${STD}#import "modules/build.sx";
#import "modules/compiler.sx";
labs :: (n: i64) -> i64 extern;
ship :: (opt: BuildOptions) -> bool {
    print("{} {} {}\\n", build_output(), build_flags().items, labs(-7));
    return emit_and_link(opt);
}
#run { o := build_options(); o.add_link_flag("-lm"); on_build(ship); }
main :: () { print("driven\\n"); }
`,
};
for (const [name, text] of Object.entries(PROGRAMS)) writeFileSync(join(dir, name), text);

const JOBS = Object.keys(PROGRAMS).flatMap((name) => [
  ['build', '--quiet', name, '-o', OUT],
  ['build', '--quiet', name, '-o', OUT, '--emit', 'obj'],
]);

test('the same bytes and messages: two runs of their own, and two rounds of one worker', async () => {
  const own = JOBS.map(alone);
  expect(JOBS.map(alone)).toEqual(own);
  for (let round = 0; round < 2; round++) for (const [i, job] of JOBS.entries()) expect([job, await served(job)]).toEqual([job, own[i]]);
  expect(own.map((o) => o.status)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 0, 0]);
  expect(own.filter((o) => o.status === 0).every((o) => o.bytes !== '')).toBe(true);
  expect(own[6]!.words).toContain("'raise' was ended by SIGSEGV");
  expect(own[8]!.words).toContain('out/main [-lm] 7\n');
});

test('what is refused in one program is allowed in the next', async () => {
  const denied = await ask('check', '--comptime-ffi=deny', 'asm.sx');
  expect([denied.exit_code, denied.output]).toEqual([1, expect.stringContaining('--comptime-ffi=allow')]);
  expect((await ask('check', 'asm.sx')).exit_code).toBe(0);
  const foreign = await ask('check', '--target', process.arch === 'arm64' ? 'linux' : 'linux-arm', 'asm.sx');
  expect([foreign.exit_code, foreign.output]).toEqual([1, expect.stringMatching(/assembly for \w+ cannot run at compile time: this machine is \w+/)]);
  expect((await ask('check', 'c.sx')).exit_code).toBe(0);
});

test('compiler services are plain intrinsics of two modules, and each is answered', () => {
  const modules = resolve(__dirname, '../../../runtime/modules');
  const names: string[] = [];
  for (const file of ['build.sx', 'compiler.sx']) {
    const text = readFileSync(join(modules, file), 'utf8');
    expect(text).not.toMatch(/#compiler/);
    for (const [, name, end] of text.matchAll(/^(\w+) :: (?:ufcs )?\([^\n]*?(?:\) |> ?\w*\(?\w*\)? )?(intrinsic;|\{|=>)/gm)) if (end === 'intrinsic;') names.push(name!);
  }
  expect(names.length).toBeGreaterThan(40);
  const answered = Object.keys(buildServices(null as never, null as never, new BuildState()));
  expect(names.filter((name) => !answered.includes(name))).toEqual([]);
});
