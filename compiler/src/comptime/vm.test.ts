// Takes IR text; checks what the evaluator makes of it: calls, memory, host functions, budgets, errors with call chains.
import type { Module } from '../ir/module.ts';
import { readModule } from '../ir/read.ts';
import { faultText, verifyModule } from '../ir/verify.ts';
import { Types } from '../types/types.ts';
import type { VmHost } from './host.ts';
import { DEFAULT_OPTIONS, Vm, type VmResult } from './vm.ts';

function read(text: string): Module {
  const r = readModule(text);
  if (!r.ok) throw new Error(`line ${r.line}: ${r.message}`);
  const faults = verifyModule(r.module);
  if (faults.length > 0) throw new Error(faultText(r.module, faults[0]!));
  return r.module;
}

let output = '';
function machine(text: string, options = {}, host: Partial<VmHost> = {}): Vm {
  output = '';
  return new Vm(read(text), new Types(), {
    ensureBody: () => false,
    write: (fd, bytes) => {
      output += `${fd}:${new TextDecoder().decode(bytes)}`;
    },
    ...host,
  }, { ...DEFAULT_OPTIONS, memory: 64 << 20, ...options });
}

const value = (r: VmResult): number | bigint | null => {
  if (!r.ok) throw new Error(r.reason);
  return r.value;
};
const reason = (r: VmResult): string => (r.ok ? `ok ${r.value}` : r.reason);

const SIGS = `
sig s1 = sx() -> i64
sig s2 = sx(i64) -> i64
sig s3 = c(i64) -> ptr
sig s4 = c(ptr)
sig s5 = sx(mem 9 16 8) -> mem 9 16 8
sig s6 = sx(ptr) -> i64
sig s7 = c(i32, ptr, i64) -> i64
sig s8 = c(i32)
sig s9 = c()
`;

test('recursion, aggregates by value and by result', () => {
  const vm = machine(`${SIGS}
fn f1 "swap" "swap" s5 internal {
b0:
  %1 = param ptr 0
  %2 = ret_slot ptr
  %3 = load i64 %1, 0
  %4 = field ptr %1, 8
  %5 = load i64 %4, 0
  store %1, i64 99, 0
  store %2, %5, 0
  %6 = field ptr %2, 8
  store %6, %3, 0
  ret _
}
fn f2 "main" "main" s1 internal {
b0:
  %1 = slot ptr 16, 8
  %2 = slot ptr 16, 8
  store %1, i64 3, 0
  %4 = field ptr %1, 8
  store %4, i64 4, 0
  call f1, (%1), %2
  call f1, (%1), _
  %7 = load i64 %2, 0
  %8 = field ptr %2, 8
  %9 = load i64 %8, 0
  %10 = load i64 %1, 0
  %11 = mul i64 %7, i64 100
  %12 = mul i64 %9, i64 10
  %13 = add i64 %11, %12
  %14 = add i64 %13, %10
  ret %14
}
fn f3 "fact" "fact" s2 internal {
b0:
  %1 = param i64 0
  %2 = sle u1 %1, i64 1
  cond_br %2, b1, b2
b1:
  ret i64 1
b2:
  %5 = sub i64 %1, i64 1
  %6 = call i64 f3, (%5), _
  %7 = mul i64 %6, %1
  ret %7
}`);
  expect(value(vm.call(2, []))).toBe(433);
  expect(value(vm.call(3, [10]))).toBe(3628800);
  expect(value(vm.call(3, [20]))).toBe(2432902008176640000n);
  const src = vm.alloc(16, 8);
  const dst = vm.alloc(16, 8);
  vm.writeBytes(src, Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]));
  expect(value(vm.call(1, [src], dst))).toBe(null);
  expect([...vm.readBytes(dst, 16)]).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  expect(vm.readBytes(src, 1)[0]).toBe(1);
});

test('globals: bytes, relocations, code pointers, the way back from addresses', () => {
  const vm = machine(`${SIGS}
global g1 "table" size 24 align 8 mutable internal reloc 0 fn f1 + 0 reloc 8 global g2 + 4 reloc 16 type 37 + 0
global g2 "data" size 8 align 8 internal bytes "\\01\\02\\03\\04\\05\\06\\07\\08"
fn f1 "inc" "inc" s2 internal {
b0:
  %1 = param i64 0
  %2 = add i64 %1, i64 1
  ret %2
}
fn f2 "main" "main" s1 internal {
b0:
  %1 = load ptr @g1, 0
  %2 = call_ptr i64 %1, s2 (i64 41), _
  %3 = load ptr @g1+8, 0
  %4 = load u8 %3, 0
  %5 = ext i64 %4
  %6 = mul i64 %5, i64 1000
  %7 = add i64 %6, %2
  %8 = load i64 @g1+16, 0
  %9 = add i64 %7, %8
  ret %9
}
fn f3 "bad" "bad" s6 internal {
b0:
  %1 = param ptr 0
  %2 = call_ptr i64 %1, s2 (i64 1), _
  ret %2
}
fn f4 "worse" "worse" s1 internal {
b0:
  %1 = call_ptr i64 @f1, s1 (), _
  ret %1
}`);
  expect(value(vm.call(2, []))).toBe(5000 + 42 + 37);
  const at = vm.globalAddress(2);
  expect(vm.addressToGlobal(at + 3)).toEqual({ id: 2, offset: 3 });
  expect(vm.addressToGlobal(vm.globalAddress(1) + 1)).toEqual({ id: 1, offset: 1 });
  expect(vm.addressToFn(vm.fnAddress(1))).toBe(1);
  expect(vm.addressToFn(at)).toBe(null);
  expect(vm.addressToGlobal(vm.alloc(64, 8) + 8)).toBe(null);
  expect(reason(vm.call(3, [0]))).toBe('call of a null function pointer');
  expect(reason(vm.call(3, [0x123450]))).toBe('call of 0x123450, which is no function');
  expect(reason(vm.call(3, [vm.fnAddress(1) + 3]))).toMatch(/which is no function/);
  expect(reason(vm.call(4, []))).toBe('call through a function pointer of another type');
});

const ERRORS = `${SIGS}
global g1 "" size 20 align 1 internal bytes "a.sx:3:4: it broke\\00\\00"
fn f1 "malloc" "malloc" s3 extern
fn f2 "free" "free" s4 extern
fn f3 "frobnicate" "frobnicate" s9 extern
fn f4 "exit" "exit" s8 extern
fn f5 "abort" "abort" s9 extern
fn f6 "null" "null" s6 internal pos 5 {
b0:
  %1 = param ptr 0
  %2 = field ptr %1, 24
  %3 = load i64 %2, 0 !600
  ret %3
}
fn f7 "outer" "outer" s6 internal {
b0:
  %1 = param ptr 0
  %2 = call i64 f6, (%1), _ !700
  %3 = add i64 %2, i64 1
  ret %3
}
fn f8 "trap" "trap" s1 internal {
b0:
  trap @g1 !800
}
fn f9 "forever" "forever" s1 internal {
b0:
  br b1
b1:
  br b1
}
fn f10 "deep" "deep" s2 internal {
b0:
  %1 = param i64 0
  %2 = add i64 %1, i64 1
  %3 = call i64 f10, (%2), _ !1000
  %4 = add i64 %3, i64 1
  ret %4
}
fn f11 "unknown" "unknown" s1 internal {
b0:
  call f3, (), _ !1100
  ret i64 1
}
fn f12 "exits" "exits" s1 internal {
b0:
  call f4, (i32 300), _
  ret i64 1
}
fn f13 "aborts" "aborts" s1 internal {
b0:
  call f5, (), _ !1300
  ret i64 1
}
fn f14 "div" "div" s2 internal {
b0:
  %1 = param i64 0
  %2 = sdiv i64 i64 10, %1 !1400
  ret %2
}
fn f15 "big" "big" s2 internal {
b0:
  %1 = param i64 0
  %2 = call ptr f1, (%1), _ !1500
  store %2, i64 77, 0
  %4 = load i64 %2, 0
  ret %4
}
fn f16 "twice" "twice" s1 internal {
b0:
  %1 = call ptr f1, (i64 10), _
  call f2, (%1), _
  call f2, (%1), _ !1600
  ret i64 0
}
fn f17 "unreach" "unreach" s1 internal {
b0:
  unreachable !1700
}
fn f18 "frames" "frames" s1 internal {
b0:
  %1 = slot ptr 200000, 8
  %2 = call i64 f18, (), _
  store %1, %2, 0
  %4 = load i64 %1, 0
  ret %4
}`;

test('errors have a reason, a call chain with positions, and leave the machine usable', () => {
  const vm = machine(ERRORS, { steps: 10_000_000 });
  const r = vm.call(7, [0]);
  expect(r).toEqual({ ok: false, reason: 'null pointer access', frames: [{ fn: 6, pos: 600 }, { fn: 7, pos: 700 }] });
  expect(reason(vm.call(6, [100]))).toBe('null pointer access');
  expect(reason(vm.call(6, [2 ** 41]))).toBe('access through invalid pointer 0x20000000000');
  expect(reason(vm.call(6, [0xfffffff0]))).toBe('access outside of compile-time memory');
  expect(vm.call(8, [])).toEqual({ ok: false, reason: 'a.sx:3:4: it broke', frames: [{ fn: 8, pos: 800 }], exitCode: 134 });
  expect(reason(vm.call(11, []))).toBe("cannot call 'frobnicate' at compile time");
  expect(vm.call(12, [])).toMatchObject({ ok: false, exitCode: 44 });
  expect(vm.call(13, [])).toMatchObject({ ok: false, reason: 'the program called abort()', frames: [{ fn: 13, pos: 1300 }] });
  expect(vm.call(14, [0])).toEqual({ ok: false, reason: 'division by zero', frames: [{ fn: 14, pos: 1400 }] });
  expect(value(vm.call(14, [3]))).toBe(3);
  expect(vm.call(15, [1 << 30])).toMatchObject({ ok: false, reason: expect.stringMatching(/memory budget exceeded/), frames: [{ fn: 15, pos: 1500 }] });
  expect(value(vm.call(15, [1 << 20]))).toBe(77);
  expect(reason(vm.call(16, []))).toMatch(/freed already/);
  expect(reason(vm.call(17, []))).toBe('control reached code marked unreachable');
  const deep = vm.call(10, [0]);
  expect(reason(deep)).toMatch(/recursion too deep/);
  expect(deep.ok ? [] : deep.frames.slice(3, 5)).toEqual([{ fn: 10, pos: 1000 }, { fn: 10, pos: 1000 }]);
  expect(reason(vm.call(18, []))).toMatch(/recursion too deep/);
  expect(reason(vm.call(9, []))).toMatch(/step budget exceeded/);
  expect(vm.stepsUsed).toBeGreaterThan(9_000_000);
});

test('a runaway recursion without loops is stopped by the step budget', () => {
  const vm = machine(`${SIGS}
fn f1 "fib" "fib" s2 internal {
b0:
  %1 = param i64 0
  %2 = slt u1 %1, i64 2
  cond_br %2, b1, b2
b1:
  ret %1
b2:
  %5 = sub i64 %1, i64 1
  %6 = call i64 f1, (%5), _
  %7 = sub i64 %1, i64 2
  %8 = call i64 f1, (%7), _
  %9 = add i64 %6, %8
  ret %9
}`, { steps: 1_000_000 });
  expect(value(vm.call(1, [15]))).toBe(610);
  expect(reason(vm.call(1, [60]))).toMatch(/step budget exceeded/);
});

test('host functions: output, exact 64-bit arguments, functions by address', () => {
  const seen: (number | bigint)[] = [];
  const vm = machine(`
sig s1 = c(i32, ptr, i64) -> i64
sig s2 = c(u64, f32, i8) -> u64
sig s3 = sx() -> u64
sig s4 = sx(ptr) -> i64
global g1 "" size 6 align 1 internal bytes "hello\\00"
fn f1 "write" "write" s1 extern
fn f2 "hook" "hook" s2 extern
fn f3 "main" "main" s3 internal {
b0:
  %1 = call i64 f1, (i32 1, @g1, i64 5), _
  %2 = call u64 f2, (u64 18446744073709551615, f32 1.5, i8 -3), _
  ret %2
}
fn f4 "by" "by" s4 internal {
b0:
  %1 = param ptr 0
  %2 = call_ptr i64 @f1, s1 (i32 2, %1, i64 2), _
  ret %2
}`, {}, {
    symbol: (name) => (name !== 'hook' ? null : (args) => {
      seen.push(...args);
      return 0xfedcba9876543210n;
    }),
  });
  expect(value(vm.call(3, []))).toBe(0xfedcba9876543210n);
  expect(output).toBe('1:hello');
  expect(seen).toEqual([-1n, 1.5, -3]);
  expect(value(vm.call(4, [vm.globalAddress(1)]))).toBe(2);
  expect(output).toBe('1:hello2:he');
});

test('bodies are asked for once they are needed; a missing one ends the evaluation without a reason', () => {
  const asked: number[] = [];
  const text = (body: string) => `${SIGS}
fn f1 "late" "late" s2 internal${body}
fn f2 "main" "main" s1 internal {
b0:
  %1 = call i64 f1, (i64 1), _
  ret %1
}
fn f3 "alone" "alone" s1 internal {
b0:
  ret i64 5
}`;
  const vm = machine(text(''), {}, {
    ensureBody: (id) => {
      asked.push(id);
      return false;
    },
  });
  expect(value(vm.call(3, []))).toBe(5);
  expect(asked).toEqual([]);
  expect(vm.call(2, [])).toEqual({ ok: false, reason: '', frames: [] });
  expect(asked).toEqual([1]);
  const whole = read(text(' {\nb0:\n  %1 = param i64 0\n  ret %1\n}'));
  vm.module.fns[1]!.body = whole.fns[1]!.body;
  expect(value(vm.call(2, []))).toBe(1);
});

test('thunks are walked: same results, same errors', () => {
  const text = `${SIGS}
fn f1 "inc" "inc" s2 internal {
b0:
  %1 = param i64 0
  %2 = add i64 %1, i64 1
  %3 = sdiv i64 i64 100, %1 !5
  %4 = add i64 %2, %3
  ret %4
}
fn f2 "thunk" "thunk" s6 internal comptime {
b0:
  %1 = param ptr 0
  %2 = slot ptr 16, 8
  zero %2, 16
  %4 = field ptr %2, 8
  store %4, i64 20, 0
  %6 = load i64 %4, 0
  %7 = call i64 f1, (%6), _
  store %1, %7, 0
  %9 = load u1 %2, 0
  cond_br %9, b1, b2
b1:
  ret i64 0
b2:
  ret %7
}
fn f3 "thunk2" "thunk2" s1 internal comptime {
b0:
  %1 = call i64 f1, (i64 0), _ !9
  ret %1
}`;
  const vm = machine(text);
  const out = vm.alloc(8, 8);
  const before = vm.stats.fns;
  expect(value(vm.call(2, [out]))).toBe(26);
  expect(vm.readBytes(out, 8)[0]).toBe(26);
  expect(vm.stats.fns - before).toBe(1);
  expect(value(vm.call(2, [out]))).toBe(26);
  expect(vm.stats.fns - before).toBe(2);
  expect(vm.call(3, [])).toEqual({ ok: false, reason: 'division by zero', frames: [{ fn: 1, pos: 5 }, { fn: 3, pos: 9 }] });
});

test('vectors, atomics, block memory, run-time type information, error names', () => {
  const types = new Types();
  const text = `
sig s1 = sx() -> i64
sig s2 = sx(u64) -> i64
sig s3 = sx(u32) -> i64
errors "Bad" "Worse"
fn f1 "vec" "vec" s1 internal {
b0:
  %1 = slot ptr 16, 16
  %2 = slot ptr 16, 16
  %3 = slot ptr 4, 1
  zero %1, 16
  store %1, i32 -7, 0
  %6 = field ptr %1, 12
  store %6, i32 5, 0
  vec_bin %2, %1, %1, add i32 4
  vec_un %2, %2, sub i32 4
  vec_bin %3, %2, %1, sgt i32 4
  %11 = load i32 %2, 0
  %12 = field ptr %2, 12
  %13 = load i32 %12, 0
  %14 = sub i32 %11, %13
  %15 = ext i64 %14
  %16 = load u32 %3, 0
  %17 = ext i64 %16
  %18 = mul i64 %15, i64 100000
  %19 = add i64 %18, %17
  ret %19
}
fn f2 "mem" "mem" s1 internal {
b0:
  %1 = slot ptr 300, 8
  mem_set %1, u8 7, i64 300
  %3 = field ptr %1, 1
  store %1, u8 1, 0
  mem_move %3, %1, i64 200
  %6 = mem_eq u1 %1, %3, i64 2
  %7 = field ptr %1, 10
  %8 = mem_eq u1 %3, %7, i64 0
  %9 = load u8 %3, 0
  %10 = ext i64 %9
  %11 = ext i64 %6
  %12 = ext i64 %8
  %13 = mul i64 %11, i64 10
  %14 = mul i64 %12, i64 100
  %15 = add i64 %10, %13
  %16 = add i64 %15, %14
  ret %16
}
fn f3 "size" "size" s2 internal {
b0:
  %1 = param u64 0
  %2 = rtti i64 %1, _, 0
  %3 = rtti ptr %1, _, 5
  %4 = field ptr %3, 8
  %5 = load i64 %4, 0
  %6 = mul i64 %2, i64 1000
  %7 = add i64 %6, %5
  ret %7
}
fn f4 "name" "name" s3 internal {
b0:
  %1 = param u32 0
  %2 = err_name ptr %1
  %3 = field ptr %2, 8
  %4 = load i64 %3, 0
  ret %4
}`;
  const m = read(text);
  const vm = new Vm(m, types, { ensureBody: () => false, write: () => {} });
  expect(value(vm.call(1, []))).toBe((14 + 10) * 100000 + 1);
  expect(value(vm.call(2, []))).toBe(101);
  expect(value(vm.call(3, [types.i32]))).toBe(4003);
  expect(value(vm.call(3, [types.slice(types.string)]))).toBe(16008);
  expect(reason(vm.call(3, [99999]))).toBe('99999 is not a type');
  expect([0, 1, 2].map((t) => value(vm.call(4, [t])))).toEqual([0, 3, 5]);
});

test('the allocator reuses, grows, and keeps blocks apart', () => {
  const vm = machine(SIGS);
  const mem = vm.memory;
  const blocks: { at: number; n: number; tag: number }[] = [];
  let seed = 12345;
  const rnd = (n: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % n;
  };
  for (let k = 0; k < 4000; k++) {
    if (blocks.length > 0 && rnd(3) === 0) {
      const i = rnd(blocks.length);
      const b = blocks[i]!;
      expect(mem.u8.subarray(b.at, b.at + b.n).every((x) => x === b.tag)).toBe(true);
      if (rnd(2) === 0) {
        mem.release(b.at);
        blocks.splice(i, 1);
      } else {
        const n = 1 + rnd(2000);
        const at = mem.realloc(b.at, n);
        expect(mem.u8.subarray(at, at + Math.min(n, b.n)).every((x) => x === b.tag)).toBe(true);
        mem.u8.fill(b.tag, at, at + n);
        blocks[i] = { at, n, tag: b.tag };
      }
      continue;
    }
    const n = 1 + rnd(rnd(10) === 0 ? 20000 : 300);
    const align = rnd(8) === 0 ? 64 : 16;
    const at = mem.alignedMalloc(align, n);
    expect(at % align).toBe(0);
    const tag = k & 255;
    mem.u8.fill(tag, at, at + n);
    blocks.push({ at, n, tag });
  }
  for (const b of blocks) mem.release(b.at);
  expect(mem.live).toBe(0);
  expect(mem.used).toBeLessThan(8 << 20);
});
