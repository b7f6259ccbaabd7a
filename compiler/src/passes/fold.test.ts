// Takes IR text; checks the text after `fold`, and on random functions that it changes no result.
import fc from 'fast-check';
import { Gen, reference, Trap, type Value } from '../comptime/random_ir.fixture.ts';
import { DEFAULT_OPTIONS, Vm } from '../comptime/vm.ts';
import { printFn } from '../ir/print.ts';
import { readModule } from '../ir/read.ts';
import { Types } from '../types/types.ts';
import { dumpAfter, runPasses } from './run.ts';

function folded(code: string, sig = 'sx(i64, u1) -> i64'): string {
  const r = readModule(`sig s1 = ${sig}\nsig s2 = c()\nfn f1 "ext" "ext" s2 extern\nfn f2 "f" "f" s1 internal {\n${code}\n}`);
  if (!r.ok) throw new Error(`line ${r.line}: ${r.message}`);
  runPasses(r.module, ['fold'], { verify: true });
  return printFn(r.module, r.module.fns[2]!).split('\n').slice(1, -2).map((l) => l.replace(/^ {2}/, '')).join('\n');
}

test('constants, identities and unused values', () => {
  expect(folded(`b0:
  %1 = param i64 0
  %2 = add i64 i64 2, i64 3
  %3 = mul i64 %2, i64 4
  %4 = add i64 %1, i64 0
  %5 = sub i64 %4, %3
  %6 = xor i64 %1, %5
  %7 = slot ptr 8, 8
  ret %5`)).toBe('b0:\n%1 = param i64 0\n%2 = sub i64 %1, i64 20\nret %2');
  expect(folded(`b0:
  %1 = ext u8 u7 100
  %2 = add u8 %1, u8 200
  %3 = ext i64 %2
  %4 = i2f f32 %3
  %5 = f2i i64 %4
  ret %5`)).toBe('b0:\nret i64 44');
  expect(folded(`b0:
  %1 = sdiv i64 i64 1, i64 0
  %2 = fdiv f64 f64 0, f64 0
  %3 = shl i64 i64 1, i64 64
  %4 = comptime_flag u1
  ret %3`)).toBe('b0:\n%1 = sdiv i64 i64 1, i64 0\nret i64 0');
});

test('branches on constants, dead blocks, threading and joining', () => {
  expect(folded(`b0:
  %1 = param i64 0
  %2 = slt u1 i64 1, i64 2
  cond_br %2, b1, b2
b1:
  call f1, (), _
  br b3
b2:
  call f1, (), _
  call f1, (), _
  br b3
b3:
  ret %1`)).toBe('b0:\n%1 = param i64 0\ncall f1, (), _\nret %1');
  expect(folded(`b0:
  %1 = param u1 1
  cond_br %1, b1, b2
b1:
  br b3
b2:
  call f1, (), _
  br b4
b3:
  br b4
b4:
  ret i64 1`)).toBe('b0:\n%1 = param u1 1\ncond_br %1, b4, b2\nb2:\ncall f1, (), _\nbr b4\nb4:\nret i64 1');
  expect(folded(`b0:
  switch i64 7, b1 [i64 3: b2, i64 7: b3]
b1:
  ret i64 1
b2:
  ret i64 2
b3:
  ret i64 3`)).toBe('b0:\nret i64 3');
  expect(folded('b0:\n  br b1\nb1:\n  br b1')).toBe('b0:\nbr b1\nb1:\nbr b1');
});

test('slots of removed blocks survive their uses; variables of removed code go', () => {
  expect(folded(`b0:
  cond_br u1 0, b1, b2
b1:
  %2 = slot ptr 8, 8
  %3 = slot ptr 8, 8
  store %2, i64 1, 0
  br b2
b2:
  %6 = load i64 %2, 0
  ret %6
  var "x" %2 type 3 pos 4 param 0
  var "y" %3 type 3 pos 4 param 0`)).toBe('b0:\n%1 = slot ptr 8, 8\n%2 = load i64 %1, 0\nret %2\nvar "x" %1 type 3 pos 4 param 0');
});

test('the flag of --dump', () => {
  expect(dumpAfter('after:fold')).toBe('fold');
  expect(dumpAfter('after:nothing')).toBe(null);
  expect(dumpAfter('ir')).toBe(null);
  const r = readModule('sig s1 = sx() -> i64\nfn f1 "f" "f" s1 internal {\nb0:\n  %1 = add i64 i64 1, i64 1\n  ret %1\n}');
  let text = '';
  if (r.ok) expect(runPasses(r.module, ['fold'], { dump: { after: 'fold', write: (t) => { text += t; } } })).toEqual({ before: 2, after: 1 });
  expect(text).toContain('ret i64 2');
});

test('random functions compute the same after folding', () => {
  let before = 0;
  let after = 0;
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 3, max: 40 }), (seed, size) => {
      const g = new Gen(seed);
      const { id, types } = g.fn(size);
      const cases: { args: Value[]; want: Value | null }[] = [];
      for (let k = 0; k < 2; k++) {
        const args = types.map((t) => g.arg(t));
        try {
          cases.push({ args, want: reference(g.m, id, args, new DataView(new ArrayBuffer(65536)), { steps: 200000, sp: 4096 }) });
        } catch (e) {
          if (!(e instanceof Trap)) throw e;
        }
      }
      const stats = runPasses(g.m, ['fold'], { verify: true });
      before += stats.before;
      after += stats.after;
      const again = runPasses(g.m, ['fold', 'fold'], { verify: true });
      expect(again.after).toBeLessThanOrEqual(again.before);
      const vm = new Vm(g.m, new Types(), { ensureBody: () => false, write: () => {} }, { ...DEFAULT_OPTIONS, memory: 64 << 20 });
      for (const { args, want } of cases) {
        const got = vm.call(id, args);
        if (!got.ok || BigInt(got.value!) !== want) throw new Error(`got ${got.ok ? got.value : got.reason}, want ${want}\n${printFn(g.m, g.m.fns[id]!)}`);
      }
    }),
    { numRuns: Number(process.env['SX_VM_RUNS'] ?? 150) },
  );
  expect(after).toBeLessThan(before);
});
