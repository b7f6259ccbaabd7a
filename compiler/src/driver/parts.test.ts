// A large program is compiled in parts while it is checked: same bytes whatever the threads do, nothing after an error, one report per failure.
import { setTimeout as sleep } from 'node:timers/promises';
import { type CodegenResult, compileAside, verifyText } from '../llvm/codegen.ts';
import { MemoryVfs } from '../source/vfs.ts';
import { HOST_TRIPLE } from './options.ts';
import { CodeBuild, check, generate } from './pipeline.ts';
import { Session } from './session.ts';

jest.setTimeout(120_000);

const COUNT = 400;

/** main → step_399 → … → step_0, in which `last` stands: about 80,000 instructions, checked in this order. */
function chain(last = '', more = ''): string {
  const step = (i: number): string => {
    const lines = [...Array(20)].map((_, k) => `    a = a * ${k + 3} + x % ${i + 1} - b;\n    b = b + a / ${k + 1};\n`).join('');
    return `step_${i} :: (x: i64) -> i64 {\n    a := x;\n    b := ${i};\n${i === 0 ? last : ''}${lines}    return ${i === 0 ? 'a' : `b + step_${i - 1}(a)`};\n}\n`;
  };
  return `${more}${[...Array(COUNT)].map((_, i) => step(i)).join('')}main :: () -> i64 { return step_${COUNT - 1}(7) & 63; }\n`;
}

type Aside = typeof compileAside;

function session(text: string, debug = false, files: Readonly<Record<string, string>> = {}): { readonly s: Session; readonly bytes: Uint8Array } {
  const vfs = new MemoryVfs({ 'main.sx': text, ...files });
  const s = new Session({ vfs, write: () => undefined, now: () => performance.now() }, {
    file: 'main.sx', triple: HOST_TRIPLE, opt: 0, cpu: '', features: '', cc: '', cflags: [], sysroot: '', stdlibRoots: [], sanitizer: null, debug, coverage: false, checks: true,
    comptimeFfi: false, comptimeSteps: 1e9, comptimeMemory: 1 << 28, libs: [], libDirs: [], dumpAfter: [],
  });
  return { s, bytes: new TextEncoder().encode(text) };
}

/** Object code of the program, made by `aside` on `threads` threads. */
async function build(text: string, threads: number, aside: Aside): Promise<Uint8Array | string> {
  const { s, bytes } = session(text);
  const b = new CodeBuild(s, 'obj', threads, aside);
  const p = await b.check(bytes);
  if (p === null) return s.sink.diags.map((d) => d.code).join();
  const r = await b.generate(p);
  return r instanceof Uint8Array ? r : r.error;
}

test('the bytes do not depend on how many threads there are and how long each takes', async () => {
  const { s, bytes } = session(chain());
  const together = generate(s, check(s, bytes)!, 'obj');
  let n = 0;
  const late: Aside = async (...args) => {
    await sleep([40, 0, 15, 90, 5][n++ % 5]);
    return compileAside(...args);
  };
  for (const object of [await build(chain(), 1, compileAside), await build(chain(), 4, late)]) expect(Buffer.compare(object as Uint8Array, together as Uint8Array)).toBe(0);
  expect(n).toBeGreaterThan(3);
});

test('threads are at work before checking ends', async () => {
  let started = 0;
  const { s, bytes } = session(chain());
  const b = new CodeBuild(s, 'obj', 2, (...args) => {
    started++;
    return compileAside(...args);
  });
  expect(await b.check(bytes)).not.toBeNull();
  expect(started).toBeGreaterThan(0);
  b.drop();
});

test('after an error no part is begun, and those at work are told', async () => {
  const signals: AbortSignal[] = [];
  const { s, bytes } = session(chain('    a = "no";\n'));
  const b = new CodeBuild(s, 'obj', 2, async (_text, _options, signal) => {
    signals.push(signal!);
    await sleep(1);
    return { ok: false, error: 'nobody hears this' };
  });
  expect(await b.check(bytes)).toBeNull();
  const begun = signals.length;
  expect(begun).toBeGreaterThan(0);
  expect(signals.every((x) => x.aborted)).toBe(true);
  await sleep(30);
  expect(signals).toHaveLength(begun);
  expect(s.sink.errorCount).toBe(1);
});

test('of parts that LLVM refuses the first of the program is reported, whichever came back first', async () => {
  let n = 0;
  const refuses = async (): Promise<CodegenResult> => {
    const part = n++;
    await sleep(part === 1 ? 60 : 0);
    return part === 0 ? { ok: true, bytes: new Uint8Array(64), times: { parse: 0, passes: 0, emit: 0 }, warnings: [] } : { ok: false, error: `part ${part}` };
  };
  expect(await build(chain(), 4, refuses)).toBe('part 1');
});

test('a failure of the compiler in a part fails the build, not the process', async () => {
  await expect(build(chain(), 2, () => Promise.reject(new Error('out of threads')))).rejects.toThrow('out of threads');
});

test('every part is a module of its own, with debug information that makes checking look at nothing', async () => {
  const texts: string[] = [];
  const far = 'Far :: struct ($T: Type) { x: T; }\nBroken :: struct ($T: Type) { y: Missing; }\n';
  const { s, bytes } = session(chain('', '#import "far.sx";\n').replace('    b := 399;\n', '    b := 399;\n    p : *Far(i64) = null;\n    q : *Broken(i64) = null;\n'), true, { 'far.sx': far });
  const b = new CodeBuild(s, 'obj', 2, (text, ...rest) => {
    texts.push(Buffer.from(text).toString('latin1'));
    return compileAside(text, ...rest);
  });
  const p = await b.check(bytes);
  expect(s.sink.diags.map((d) => d.message)).toEqual([]);
  expect(await b.generate(p!)).toBeInstanceOf(Uint8Array);
  expect(texts.length).toBeGreaterThan(2);
  for (const text of texts) expect(verifyText(text)).toBeNull();
  expect(texts[0]).toMatch(/name: "Far__i64", flags: DIFlagFwdDecl/);
});
