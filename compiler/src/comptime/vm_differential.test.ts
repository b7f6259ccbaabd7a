// Takes random IR functions; checks that the evaluator and a tiny BigInt interpreter of the IR agree on all of them.
import fc from 'fast-check';
import { Builder } from '../ir/builder.ts';
import { Abi, Linkage, Module } from '../ir/module.ts';
import { Op, OP_INFO } from '../ir/op.ts';
import { faultText, verifyModule } from '../ir/verify.ts';
import { printFn } from '../ir/print.ts';
import { IR_BOOL, type IrTy, irIsSigned, irSigned, irUnsigned, irWidth } from '../types/ir_type.ts';
import { Types } from '../types/types.ts';
import { Gen, norm, reference, Trap, type Value } from './random_ir.fixture.ts';
import { DEFAULT_OPTIONS, Vm } from './vm.ts';

const RUNS = Number(process.env['SX_VM_RUNS'] ?? 250);
let ran = 0;

test('random functions: the evaluator agrees with a BigInt interpreter', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 3, max: 40 }), (seed, size) => {
      const g = new Gen(seed);
      const { id, types } = g.fn(size);
      const faults = verifyModule(g.m);
      if (faults.length > 0) throw new Error(faultText(g.m, faults[0]!));
      const vm = new Vm(g.m, new Types(), { ensureBody: () => false, write: () => {} }, { ...DEFAULT_OPTIONS, memory: 64 * 1024 * 1024 });
      for (let k = 0; k < 3; k++) {
        const args = types.map((t) => g.arg(t));
        let want: Value | null = null;
        let trap = false;
        try {
          want = reference(g.m, id, args, new DataView(new ArrayBuffer(65536)), { steps: 200000, sp: 4096 });
        } catch (e) {
          if (!(e instanceof Trap)) throw e;
          trap = true;
          if (e.message === 'budget') return;
        }
        const got = vm.call(id, args);
        ran++;
        if (trap) expect(got.ok).toBe(false);
        else if (!got.ok || BigInt(got.value!) !== want) {
          throw new Error(`got ${got.ok ? got.value : got.reason}, want ${want}, args ${args.map(String).join(' ')}\n${printFn(g.m, g.m.fns[id]!)}`);
        }
      }
    }),
    { numRuns: RUNS },
  );
  expect(ran).toBeGreaterThan(RUNS);
});

/** Every value of a small type, or corner values of a big one. */
function corners(ty: IrTy): bigint[] {
  const w = irWidth(ty);
  const out: bigint[] = [];
  if (w <= 4) for (let v = 0n; v < 1n << BigInt(w); v++) out.push(norm(ty, v));
  else for (const v of [0n, 1n, 2n, 3n, 7n, -1n, -2n, -7n, 1n << BigInt(w - 1), (1n << BigInt(w - 1)) - 1n, (1n << BigInt(w - 1)) + 1n, BigInt(w), BigInt(w - 1), BigInt(w + 1)]) out.push(norm(ty, v));
  return [...new Set(out)];
}

test('every integer op at every width', () => {
  const m = new Module();
  const slot = (ty: IrTy) => ({ ty, mem: false, type: 0, size: 0, align: 0 });
  const list: { id: number; op: Op; ty: IrTy; res: IrTy }[] = [];
  for (let w = 1; w <= 64; w++) {
    for (const ty of w === 1 ? [irUnsigned(1)] : [irUnsigned(w), irSigned(w)]) {
      for (let op: Op = Op.add; op <= Op.uge; op++) {
        if (op >= Op.fadd && op <= Op.fneg) continue;
        const res = op >= Op.eq ? IR_BOOL : ty;
        const fn = m.addFn(OP_INFO[op]!.name, '', m.sig([slot(ty), slot(ty)], slot(res), Abi.sx), Linkage.internal, 1);
        const b = new Builder(m);
        b.ret(b.bin(op, res, b.inst(Op.param, ty, 0, 0, 0), b.inst(Op.param, ty, 1, 0, 0)));
        fn.body = b.finish();
        list.push({ id: fn.id, op, ty, res });
      }
    }
  }
  // One function that reaches all others, so that they are compiled in one batch.
  const all = m.addFn('all', 'all', m.sig([], null, Abi.sx), Linkage.internal, 1);
  const b = new Builder(m);
  for (const { id, ty, res } of list) b.call(id, res, [m.undef(ty), m.undef(ty)], 0);
  b.ret(0);
  all.body = b.finish();
  const vm = new Vm(m, new Types(), { ensureBody: () => false, write: () => {} });
  vm.call(all.id, []);
  const memory = new DataView(new ArrayBuffer(64));
  for (const { id, op, ty } of list) {
    for (const x of corners(ty)) {
      for (const y of corners(ty)) {
        let want: Value | null = null;
        try {
          want = reference(m, id, [x, y], memory, { steps: 100, sp: 0 });
        } catch (e) {
          if (!(e instanceof Trap)) throw e;
        }
        const got = vm.call(id, [x, y]);
        if (want === null ? got.ok : !got.ok || BigInt(got.value!) !== want) {
          throw new Error(`${OP_INFO[op]!.name} ${irIsSigned(ty) ? 'i' : 'u'}${irWidth(ty)} ${x} ${y}: got ${got.ok ? got.value : got.reason}, want ${want}`);
        }
      }
    }
  }
}, 60000);

