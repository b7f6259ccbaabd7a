// Takes functions with atomic operations; checks that no pass drops, duplicates or reorders one.
import fc from 'fast-check';
import { Gen } from '../comptime/random_ir.fixture.ts';
import type { FnBody } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { printFn } from '../ir/print.ts';
import { readModule } from '../ir/read.ts';
import { PASSES, runPasses } from './run.ts';

const ATOMIC: readonly Op[] = [Op.atomic_load, Op.atomic_store, Op.atomic_load_mem, Op.atomic_store_mem, Op.atomic_rmw, Op.cmpxchg, Op.fence];

test('unused results, equal operations side by side, foldable operands and blocks that are joined', () => {
  const code = (lines: string[]): string => `sig s1 = sx(ptr, i64) -> i64\nfn f1 "f" "f" s1 internal {\n${lines.join('\n')}\n}`;
  const r = readModule(code([
    'b0:', '%1 = param ptr 0', '%2 = param i64 1', '%3 = slot ptr 16, 16',
    '%4 = atomic_load i64 %1, 0', '%5 = atomic_load i64 %1, 0', '%6 = atomic_load i64 %1, 0',
    'atomic_store %1, %2, 0', 'atomic_store %1, %2, 0',
    '%9 = add i64 i64 2, i64 3', '%10 = atomic_rmw i64 %1, %9, 0', '%11 = atomic_rmw i64 %1, i64 0, 0', '%12 = atomic_rmw i64 %1, i64 0, 772',
    'br b1',
    'b1:', 'fence 4', 'fence 4', 'atomic_load_mem %3, %1, 4097', 'atomic_load_mem %3, %1, 4097', 'atomic_store_mem %1, %3, 4098',
    'cond_br u1 1, b2, b3',
    'b2:', '%21 = cmpxchg i64 %1, %9, i64 7, 68', '%22 = cmpxchg_ok u1 %21', '%23 = cmpxchg i64 %1, %9, i64 7, 68', '%24 = atomic_load i64 %1, 4',
    'cond_br u1 0, b3, b4',
    'b3:', '%26 = atomic_rmw i64 %1, i64 9, 0', 'br b4',
    'b4:', '%28 = sub i64 %24, %24', '%29 = atomic_load i64 %1, 1', 'ret i64 0',
  ]));
  if (!r.ok) throw new Error(`line ${r.line}: ${r.message}`);
  runPasses(r.module, PASSES.map((p) => p.name), { verify: true });
  expect(printFn(r.module, r.module.fns[1]!).split('\n').map((l) => l.trim()).slice(1, -2)).toEqual([
    'b0:', '%1 = param ptr 0', '%2 = param i64 1', '%3 = slot ptr 16, 16',
    '%4 = atomic_load i64 %1, 0', '%5 = atomic_load i64 %1, 0', '%6 = atomic_load i64 %1, 0',
    'atomic_store %1, %2, 0', 'atomic_store %1, %2, 0',
    '%9 = atomic_rmw i64 %1, i64 5, 0', '%10 = atomic_rmw i64 %1, i64 0, 0', '%11 = atomic_rmw i64 %1, i64 0, 772',
    'fence 4', 'fence 4', 'atomic_load_mem %3, %1, 4097', 'atomic_load_mem %3, %1, 4097', 'atomic_store_mem %1, %3, 4098',
    '%17 = cmpxchg i64 %1, i64 5, i64 7, 68', '%18 = cmpxchg i64 %1, i64 5, i64 7, 68', '%19 = atomic_load i64 %1, 4',
    '%20 = atomic_load i64 %1, 1', 'ret i64 0',
  ]);
});

/** The atomic operations of each block, by their positions. */
function atomics(body: FnBody): number[][] {
  return [...body.order].map((blk) => {
    const out: number[] = [];
    for (let i = body.blockStart[blk]!; i < body.blockEnd[blk]!; i++) if (ATOMIC.includes(body.op[i]!)) out.push(body.pos[i]!);
    return out;
  });
}

test('random functions: every block keeps its atomics together, in order, once; or goes as a whole', () => {
  let seen = 0;
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 3, max: 60 }), (seed, size) => {
      const g = new Gen(seed);
      const fn = g.m.fns[g.fn(size).id]!;
      // Positions tell instructions apart.
      for (let i = 1; i < fn.body!.count; i++) fn.body!.pos[i] = i;
      const before = atomics(fn.body!);
      runPasses(g.m, PASSES.map((p) => p.name), { fns: [fn.id] });
      const after = atomics(fn.body!).map((x) => `,${x.join()},`);
      const all = after.join('').split(',').filter((x) => x !== '');
      expect(new Set(all).size).toBe(all.length);
      let kept = 0;
      for (const block of before) {
        if (block.length === 0) continue;
        if (after.some((x) => x.includes(`,${block.join()},`))) kept += block.length;
        else for (const pos of block) expect(all).not.toContain(String(pos));
      }
      expect(kept).toBe(all.length);
      seen += kept;
    }),
    { numRuns: Number(process.env['SX_VM_RUNS'] ?? 150) },
  );
  expect(seen).toBeGreaterThan(20);
});
