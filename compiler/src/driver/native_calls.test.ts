// The life of the process that runs C code and assembly for the evaluator: its start, what is compiled how often, its end, many of them.
//! ref: 11.3 12.7 14.8
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { NativeFactory } from '../comptime/native.ts';
import { DEFAULT_OPTIONS, Vm, type VmResult } from '../comptime/vm.ts';
import { linkHost } from '../host/process.ts';
import { makeTempDir, removeTempDir } from '../host/temp.ts';
import { readModule } from '../ir/read.ts';
import { Types } from '../types/types.ts';
import { NativeCalls } from './native_calls.ts';
import { NativeStore } from './native_store.ts';

jest.setTimeout(180_000);

const ARCH = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
/** An instruction that adds 1 to an operand, as LLVM's template. */
const PLUS_ONE = ARCH === 'x86_64' ? 'incq $0' : 'add $0, $0, #1';

const TEXT = `
sig s1 = sx(i64) -> i64
sig s2 = c(i64) -> i64
sig s3 = c() -> i32
sig s4 = sx() -> i64
sig s5 = c(ptr, ptr) -> i32
sig s6 = c(ptr, i64, i64, ptr)
sig s7 = c(ptr, ptr, ptr, ptr) -> i32
sig s8 = c(i32) -> i32
fn f1 "labs" "labs" s2 extern
fn f2 "llabs" "llabs" s2 extern
fn f3 "fork" "fork" s3 extern
fn f4 "qsort" "qsort" s6 extern
fn f5 "pthread_create" "pthread_create" s7 extern
fn f6 "pause" "pause" s3 extern
fn f7 "raise" "raise" s8 extern
fn f8 "once" "once" s1 internal {
b0:
  %1 = param i64 0
  %2 = call i64 f1, (%1), _
  ret %2
}
fn f9 "other" "other" s1 internal {
b0:
  %1 = param i64 0
  %2 = call i64 f2, (%1), _
  ret %2
}
fn f10 "many" "many" s1 internal {
b0:
  %1 = param i64 0
  %2 = slot ptr 8, 8
  %3 = slot ptr 8, 8
  store %2, %1, 0
  store %3, i64 0, 0
  br b1
b1:
  %6 = load i64 %2, 0
  %7 = sgt u1 %6, i64 0
  cond_br %7, b2, b3
b2:
  %9 = sub i64 i64 0, %6
  %10 = call i64 f1, (%9), _
  %11 = load i64 %3, 0
  %12 = add i64 %11, %10
  store %3, %12, 0
  %14 = sub i64 %6, i64 1
  store %2, %14, 0
  br b1
b3:
  %17 = load i64 %3, 0
  ret %17
}
fn f11 "forks" "forks" s4 internal {
b0:
  %1 = call i32 f3, (), _
  %2 = ext i64 %1
  ret %2
}
fn f12 "smaller" "smaller" s5 internal {
b0:
  %1 = param ptr 0
  %2 = param ptr 1
  %3 = load i32 %1, 0
  %4 = load i32 %2, 0
  %5 = sub i32 %3, %4
  ret %5
}
fn f13 "sorts" "sorts" s4 internal {
b0:
  %1 = slot ptr 12, 4
  store %1, i32 30, 0
  %3 = field ptr %1, 4
  store %3, i32 10, 0
  %5 = field ptr %1, 8
  store %5, i32 20, 0
  call f4, (%1, i64 3, i64 4, @f12), _
  %8 = load i32 %1, 0
  %9 = ext i64 %8
  ret %9
}
fn f14 "leaves" "leaves" s4 internal {
b0:
  %1 = slot ptr 8, 8
  %2 = call i32 f5, (%1, null, @f6, null), _
  %3 = ext i64 %2
  ret %3
}
fn f15 "dies" "dies" s4 internal {
b0:
  %1 = call i32 f7, (i32 11), _
  ret i64 0
}
fn f16 "assembly" "assembly" s1 internal {
  asmtext "${PLUS_ONE}" "=r,0" volatile (i64 %2)
b0:
  %1 = param i64 0
  %2 = slot ptr 8, 8
  asm 0, (%1)
  %4 = load i64 %2, 0
  ret %4
}
`;

interface Machine {
  readonly vm: Vm;
  end(): void;
}

function machine(store: NativeStore): Machine {
  const r = readModule(TEXT);
  if (!r.ok) throw new Error(`line ${r.line}: ${r.message}`);
  const types = new Types();
  const made: NativeCalls[] = [];
  const native: NativeFactory = (vm) => {
    const calls = new NativeCalls(
      { ...linkHost, tempDir: makeTempDir, removeTempDir, writeBytes: writeFileSync, readBytes: (path) => readFileSync(path), arch: ARCH }, types,
      () => ({ libs: [], libDirs: [], objects: [] }), vm, { arch: ARCH, os: 'linux', codegen: () => ({}), isOwn: () => false }, store,
    );
    made.push(calls);
    return calls;
  };
  const vm = new Vm(r.module, types, { ensureBody: () => false, write: () => {}, native }, { ...DEFAULT_OPTIONS, memory: 64 << 20 });
  return { vm, end: () => made.forEach((c) => c.end()) };
}

const value = (r: VmResult): number | bigint | null => {
  if (!r.ok) throw new Error(r.reason);
  return r.value;
};
const reason = (r: VmResult): string => (r.ok ? `ok ${r.value}` : r.reason);

/** Processes that this one has started for the evaluator and that are alive. */
function children(): number[] {
  return readdirSync('/proc').filter((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const [, state, parent] = /^\d+ \(.*\) (\S) (\d+)/.exec(stat)!;
      return state !== 'Z' && Number(parent) === process.pid && readFileSync(`/proc/${name}/cmdline`, 'latin1') === 'sx-comptime-child\0';
    } catch {
      return false;
    }
  }).map(Number);
}

let machines: Machine[] = [];
const store = new NativeStore();
const start = (): Vm => {
  const m = machine(store);
  machines.push(m);
  return m.vm;
};
afterEach(() => {
  for (const m of machines) m.end();
  machines = [];
  expect(children()).toEqual([]);
});

test('nothing starts before the first call; one process serves all calls', () => {
  const vm = start();
  expect(children()).toEqual([]);
  expect(value(vm.call(8, [-5]))).toBe(5);
  const [child] = children();
  expect(child).toBeDefined();
  expect(value(vm.call(10, [20_000]))).toBe(200_010_000);
  expect(children()).toEqual([child]);
});

test('a signature is compiled once, whoever has it, in this compilation and in later ones', () => {
  const own = new NativeStore();
  const first = machine(own);
  machines.push(first);
  expect(value(first.vm.call(8, [-5]))).toBe(5);
  const { compiled } = own.count;
  // The child and one thunk.
  expect(compiled).toBe(2);
  expect(value(first.vm.call(8, [-6]))).toBe(6);
  expect(value(first.vm.call(9, [-7]))).toBe(7);
  expect(own.count.compiled).toBe(compiled);
  for (let i = 0; i < 3; i++) {
    const next = machine(own);
    machines.push(next);
    expect(value(next.vm.call(9, [-8]))).toBe(8);
  }
  expect(own.count).toEqual({ compiled, found: 3 });
});

test('an asm expression is compiled once', () => {
  const vm = start();
  expect(value(vm.call(16, [41]))).toBe(42);
  const { compiled } = store.count;
  for (let i = 0; i < 100; i++) expect(value(vm.call(16, [i]))).toBe(i + 1);
  expect(store.count.compiled).toBe(compiled);
});

test('a child that is killed from outside is a located error; the next call gets another, with its callbacks', () => {
  const vm = start();
  expect(value(vm.call(13, []))).toBe(10);
  const [child] = children();
  process.kill(child!, 'SIGKILL');
  expect(reason(vm.call(8, [-5]))).toMatch(/^'labs' was ended by SIGKILL$/);
  expect(value(vm.call(13, []))).toBe(10);
  expect(value(vm.call(8, [-5]))).toBe(5);
  expect(children()).toHaveLength(1);
  expect(children()).not.toEqual([child]);
});

test('so is one that crashes; nothing of it stays', () => {
  const vm = start();
  expect(value(vm.call(13, []))).toBe(10);
  for (let i = 0; i < 3; i++) {
    expect(reason(vm.call(15, []))).toBe("'raise' was ended by SIGSEGV");
    expect(children()).toEqual([]);
    expect(value(vm.call(13, []))).toBe(10);
  }
});

test('fork in C: the new process ends, the evaluation goes on in the old one', () => {
  const vm = start();
  const [pid, again] = [value(vm.call(11, [])), value(vm.call(11, []))];
  expect(pid).toBeGreaterThan(0);
  expect(again).toBeGreaterThan(Number(pid));
  expect(value(vm.call(8, [-5]))).toBe(5);
});

test('threads that are left running end with the compilation', () => {
  const vm = start();
  expect(value(vm.call(14, []))).toBe(0);
  expect(value(vm.call(14, []))).toBe(0);
  const [child] = children();
  expect(readdirSync(`/proc/${child}/task`)).toHaveLength(3);
  expect(value(vm.call(8, [-5]))).toBe(5);
});

test('many compilations leave no process and no descriptor', () => {
  const round = (): void => {
    const m = machine(store);
    expect(value(m.vm.call(8, [-5]))).toBe(5);
    m.end();
    expect(reason(m.vm.call(9, [-5]))).toMatch(/the compilation is over/);
  };
  round();
  const before = readdirSync('/proc/self/fd').length;
  for (let i = 0; i < 30; i++) round();
  expect(readdirSync('/proc/self/fd').length).toBe(before);
  expect(children()).toEqual([]);
});
