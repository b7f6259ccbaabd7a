// Hand-built modules, run natively on both architectures at O0 and O2: arithmetic, memory, calls, data, rtti, traps, entry.
import type { RunResult } from '../host/process.ts';
import type { Builder } from '../ir/builder.ts';
import { Abi, Linkage, type Ref, RelocKind } from '../ir/module.ts';
import { AtomicRmw, FMath, MemOrder, Op, RttiCol } from '../ir/op.ts';
import {
  IR_BOOL,
  IR_F32,
  IR_F64,
  IR_I32,
  IR_I64,
  IR_PTR,
  IR_U64,
  IR_U8,
  IR_VOID,
  irIsSigned,
  irSigned,
  irUnsigned,
  type IrTy,
  irWidth,
} from '../types/ir_type.ts';
import { Ty } from '../types/types.ts';
import { ARCHES, buildAndRun, Kit } from './native.testlib.ts';
import { EntryKind } from './options.ts';

const cases = ARCHES.flatMap((arch) => ([0, 2] as const).map((opt) => ({ arch, opt })));

/** Hides a value from the optimiser's folding through memory that is loaded volatile. */
function opaque(b: Builder, kit: Kit, ty: IrTy, value: number | bigint): Ref {
  const s = b.slot(8, 8);
  b.store(s, kit.m.int(ty, value));
  return b.inst(Op.load, ty, s, 0, 1 << 16);
}

const wide = (b: Builder, r: Ref, ty: IrTy): Ref =>
  irWidth(ty) === 64 ? r : b.conv(Op.ext, irIsSigned(ty) ? IR_I64 : IR_U64, r);
const lines = (r: RunResult): string[] => r.stdout.trimEnd().split('\n');
const norm = (ty: IrTy, v: bigint): bigint =>
  irIsSigned(ty) ? BigInt.asIntN(irWidth(ty), v) : BigInt.asUintN(irWidth(ty), v);

describe.each(cases)('$arch -O$opt', ({ arch, opt }) => {
  it('integer arithmetic wraps at every width', () => {
    const kit = new Kit();
    const want: string[] = [];
    const r = kit.run(
      arch,
      (b) => {
        for (const w of [1, 2, 3, 7, 8, 9, 16, 17, 31, 32, 33, 48, 63, 64]) {
          for (const ty of [irSigned(w), irUnsigned(w)]) {
            const x = norm(ty, 0x7edcba9876543215n);
            const y = norm(ty, 0x5n | 1n);
            const rx = opaque(b, kit, ty, x);
            const ry = opaque(b, kit, ty, y);
            const ops: [Op, bigint][] = [
              [Op.add, x + y],
              [Op.sub, x - y],
              [Op.mul, x * y],
              [Op.and, x & y],
              [Op.or, x | y],
              [Op.xor, x ^ y],
              ...(irIsSigned(ty)
                ? y === 0n || y === -1n
                  ? []
                  : ([
                      [Op.sdiv, x / y],
                      [Op.srem, x % y],
                    ] as [Op, bigint][])
                : ([
                    [Op.udiv, x / y],
                    [Op.urem, x % y],
                  ] as [Op, bigint][])),
            ];
            const count = BigInt.asUintN(w, y);
            const over = count >= BigInt(w);
            ops.push(
              [Op.shl, over ? 0n : x << count],
              [irIsSigned(ty) ? Op.ashr : Op.lshr, over ? (x < 0n ? -1n : 0n) : x >> count],
            );
            for (const [op, v] of ops) {
              kit.printf(b, '%ld\n', wide(b, b.bin(op, ty, rx, ry), ty));
              want.push(String(BigInt.asIntN(64, norm(ty, v))));
            }
          }
        }
        b.ret(kit.m.int(IR_I32, 0));
      },
      opt,
    );
    expect(lines(r)).toEqual(want);
  });

  it('shift counts of the width or more, constant and not', () => {
    const kit = new Kit();
    const r = kit.run(
      arch,
      (b) => {
        const x = opaque(b, kit, IR_I32, -9);
        for (const n of [31, 32, 40, -1]) {
          for (const count of [kit.m.int(IR_I32, n), opaque(b, kit, IR_I32, n)]) {
            for (const op of [Op.shl, Op.ashr, Op.lshr]) kit.printf(b, '%d ', b.bin(op, IR_I32, x, count));
          }
        }
        b.ret(kit.m.int(IR_I32, 0));
      },
      opt,
    );
    const one = '-2147483648 -1 1 ';
    const over = '0 -1 0 ';
    expect(r.stdout).toBe(one + one + over.repeat(6));
  });

  it('float to int never gives garbage; u64 keeps its upper half', () => {
    const kit = new Kit();
    const r = kit.run(
      arch,
      (b) => {
        const f = (v: number): Ref => {
          const s = b.slot(8, 8);
          b.store(s, kit.m.float(IR_F64, v));
          return b.inst(Op.load, IR_F64, s, 0, 1 << 16);
        };
        kit.printf(b, '%d ', b.conv(Op.ext, IR_I32, b.conv(Op.f2i, IR_U8, f(5989.5))));
        for (const v of [-3.99, 1e300, -1e300, Number.NaN, 9007199254740992])
          kit.printf(b, '%ld ', b.conv(Op.f2i, IR_I64, f(v)));
        for (const v of [3.5, 2 ** 63, 2 ** 64 - 2048]) kit.printf(b, '%lu ', b.conv(Op.f2i, IR_U64, f(v)));
        kit.printf(
          b,
          '%g %g %g',
          b.conv(Op.i2f, IR_F64, opaque(b, kit, irSigned(7), -64)),
          b.conv(Op.i2f, IR_F64, opaque(b, kit, IR_U64, 1n << 63n)),
          b.conv(Op.fpext, IR_F64, b.inst(Op.fmath, IR_F32, b.conv(Op.fptrunc, IR_F32, f(2.25)), 0, FMath.sqrt)),
        );
        b.ret(kit.m.int(IR_I32, 0));
      },
      opt,
    );
    expect(r.stdout).toBe(
      '101 -3 -9223372036854775808 -9223372036854775808 -9223372036854775808 9007199254740992 3 9223372036854775808 18446744073709549568 -64 9.22337e+18 1.5',
    );
  });

  it('sx aggregates of every size pass and return, through pointers too', () => {
    const kit = new Kit();
    const { t, m } = kit;
    const want: string[] = [];
    const r = kit.run(
      arch,
      (b) => {
        for (const size of [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 40]) {
          const slot = kit.slotOf(t.array(t.u8, size));
          // f(n, a, b) changes its own copy of a and returns b with byte 0 increased by n.
          const f = kit.fn(`f${size}`, [kit.scalar(IR_U8), slot, slot], slot, (g) => {
            const n = g.inst(Op.param, IR_U8, 0, 0, 0);
            const a = g.inst(Op.param, IR_PTR, 1, 0, 0);
            const c = g.inst(Op.param, IR_PTR, 2, 0, 0);
            g.zero(a, size);
            const out = g.inst(Op.ret_slot, IR_PTR, 0, 0, 0);
            g.copy(out, c, size);
            if (size > 0) g.store(out, g.bin(Op.add, IR_U8, g.load(IR_U8, c), n));
            g.ret(0);
          });
          const x = b.slot(size, 1);
          const y = b.slot(size, 1);
          const z = b.slot(size, 1);
          for (let i = 0; i < size; i++) {
            b.store(b.field(x, i), m.int(IR_U8, 100 + i));
            b.store(b.field(y, i), m.int(IR_U8, 1 + i));
          }
          b.call(f.id, IR_VOID, [m.int(IR_U8, 7), x, y], z);
          b.callPtr(m.fnAddr(f.id), f.sig, IR_VOID, [m.int(IR_U8, 1), y, z], z);
          for (const p of [x, y, z]) {
            for (let i = 0; i < size; i++) kit.printf(b, '%d ', b.conv(Op.ext, IR_I32, b.load(IR_U8, b.field(p, i))));
            kit.printf(b, '\n');
          }
          const seq = (from: number): string => Array.from({ length: size }, (_, i) => `${from + i} `).join('');
          want.push(
            seq(100),
            seq(1),
            size === 0
              ? ''
              : `9 ${seq(2)
                  .split(' ')
                  .slice(0, size - 1)
                  .map((v) => `${v} `)
                  .join('')}`,
          );
        }
        b.ret(m.int(IR_I32, 0));
      },
      opt,
    );
    expect(r.status).toBe(0);
    expect(r.stdout.split('\n').slice(0, -1)).toEqual(want);
  });

  it('calls through a prefix of a two-word result', () => {
    const kit = new Kit();
    const { t, m } = kit;
    const pair = kit.slotOf(t.slice(t.u8));
    const f = kit.fn('pair', [], pair, (g) => {
      const out = g.inst(Op.ret_slot, IR_PTR, 0, 0, 0);
      g.store(out, m.int(IR_I64, 41));
      g.store(g.field(out, 8), m.int(IR_I64, 42));
      g.ret(0);
    });
    const r = kit.run(
      arch,
      (b) => {
        b.ret(
          b.conv(Op.trunc, IR_I32, b.callPtr(m.fnAddr(f.id), m.sig([], kit.scalar(IR_I64), Abi.sx), IR_I64, [], 0)),
        );
      },
      opt,
    );
    expect(r.status).toBe(41);
  });

  it('globals with relocations, thread-locals, long zero runs', () => {
    const kit = new Kit();
    const { m } = kit;
    const base = {
      type: 0,
      relocs: [],
      mutable: true,
      linkage: Linkage.internal,
      threadLocal: false,
      pos: 0,
      display: '',
    };
    const data = m.addGlobal({
      ...base,
      name: 'data',
      size: 1000,
      align: 8,
      bytes: Uint8Array.from({ length: 1000 }, (_, i) => (i === 3 ? 200 : i === 999 ? 34 : 0)),
    });
    const f = kit.fn('five', [], kit.scalar(IR_I32), (g) => g.ret(m.int(IR_I32, 5)));
    const table = m.addGlobal({
      ...base,
      name: 'table',
      mutable: false,
      size: 32,
      align: 8,
      bytes: Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? 1 : 0)),
      relocs: [
        { offset: 16, kind: RelocKind.fn, target: f.id, addend: 0 },
        { offset: 8, kind: RelocKind.global, target: data.id, addend: 3 },
        { offset: 0, kind: RelocKind.type, target: kit.t.i32, addend: 0 },
      ],
    });
    const tls = m.addGlobal({ ...base, name: 'tls', size: 8, align: 8, bytes: null, threadLocal: true });
    const r = kit.run(
      arch,
      (b) => {
        const at = (o: number): Ref => m.globalAddr(table.id, o);
        const five = b.callPtr(b.load(IR_PTR, at(16)), f.sig, IR_I32, [], 0);
        const same = b.cmp(Op.eq, b.load(IR_U64, at(0)), m.typeTag(kit.t.i32));
        b.store(m.globalAddr(tls.id), m.int(IR_I64, 77));
        kit.printf(
          b,
          '%d %d %d %d %d %ld',
          b.conv(Op.ext, IR_I32, b.load(IR_U8, b.load(IR_PTR, at(8)))),
          five,
          b.conv(Op.ext, IR_I32, same),
          b.conv(Op.ext, IR_I32, b.load(IR_U8, at(31))),
          b.conv(Op.ext, IR_I32, b.load(IR_U8, m.globalAddr(data.id, 999))),
          b.load(IR_I64, m.globalAddr(tls.id)),
        );
        b.ret(m.int(IR_I32, 0));
      },
      opt,
    );
    expect(r.stdout).toBe('200 5 1 1 34 77');
  });

  it('control flow: loops into block 0, switch, values used before their block in the text', () => {
    const kit = new Kit();
    const { m } = kit;
    const count = m.addGlobal({
      name: 'count',
      size: 8,
      align: 8,
      bytes: null,
      type: 0,
      relocs: [],
      mutable: true,
      linkage: Linkage.internal,
      threadLocal: false,
      pos: 0,
      display: '',
    });
    const loop = kit.fn('loop', [], kit.scalar(IR_I64), (g) => {
      const n = g.bin(Op.add, IR_I64, g.load(IR_I64, m.globalAddr(count.id)), m.int(IR_I64, 1));
      g.store(m.globalAddr(count.id), n);
      const done = g.block();
      g.condBr(g.cmp(Op.slt, n, m.int(IR_I64, 5)), 0, done);
      g.start(done);
      g.ret(n);
    });
    const early = kit.fn('early', [kit.scalar(IR_I64)], kit.scalar(IR_I64), (g) => {
      const first = g.block();
      const second = g.block();
      g.br(first);
      const at = g.count;
      g.start(second); // written first, runs second; uses the value defined in `first`
      const use = g.bin(Op.add, IR_I64, at + 2, m.int(IR_I64, 1));
      g.ret(use);
      g.start(first);
      const v = g.bin(Op.mul, IR_I64, g.inst(Op.param, IR_I64, 0, 0, 0), m.int(IR_I64, 3));
      expect(v).toBe(at + 3);
      g.br(second);
    });
    // The use names the product.
    early.body!.a[early.body!.op.indexOf(Op.add)] = early.body!.op.indexOf(Op.mul);
    const r = kit.run(
      arch,
      (b) => {
        for (const k of [0, 7, 9]) {
          const v = opaque(b, kit, IR_I32, k);
          const [zero, seven, other, end] = [b.block(), b.block(), b.block(), b.block()];
          b.switch_(
            v,
            [
              [m.int(IR_I32, 0), zero],
              [m.int(IR_I32, 7), seven],
            ],
            other,
          );
          for (const [blk, text] of [
            [zero, 'zero '],
            [seven, 'seven '],
            [other, 'other '],
          ] as const) {
            b.start(blk);
            kit.printf(b, text);
            b.br(end);
          }
          b.start(end);
        }
        kit.printf(b, '%ld %ld', b.call(loop.id, IR_I64, [], 0), b.call(early.id, IR_I64, [m.int(IR_I64, 11)], 0));
        b.ret(m.int(IR_I32, 0));
      },
      opt,
    );
    expect(r.stdout).toBe('zero seven other 5 34');
  });

  it('branches on the evaluator flag leave nothing behind', () => {
    const kit = new Kit();
    const gone = kit.extern('sx_test_not_there', [], null);
    const r = kit.run(
      arch,
      (b) => {
        const [yes, no] = [b.block(), b.block()];
        b.condBr(b.inst(Op.comptime_flag, IR_BOOL, 0, 0, 0), yes, no);
        b.start(yes);
        b.call(gone.id, IR_VOID, [], 0);
        b.start(no);
        b.ret(kit.m.int(IR_I32, 3));
      },
      opt,
    );
    expect(r.status).toBe(3);
  });

  it('traps print their message and abort', () => {
    const kit = new Kit();
    const r = kit.run(arch, (b) => b.trap(kit.str('prog.sx:3:5: index out of bounds')), opt);
    expect(r.stderr.startsWith('prog.sx:3:5: index out of bounds\n')).toBe(true);
    expect(r.status).toBe(134);
  });

  it('vectors: arithmetic, comparison, shifts, odd lanes', () => {
    const kit = new Kit();
    const { m } = kit;
    const r = kit.run(
      arch,
      (b) => {
        const lanes = (ty: IrTy, size: number, values: number[]): Ref => {
          const s = b.slot(16, 16);
          for (const [i, v] of values.entries())
            b.store(b.field(s, i * size), ty === IR_F32 ? m.float(ty, v) : m.int(ty, v));
          return s;
        };
        const out = b.slot(16, 16);
        const show = (ty: IrTy, size: number, n: number): void => {
          for (let i = 0; i < n; i++) {
            const v = b.load(ty, b.field(out, i * size));
            if (ty === IR_F32) kit.printf(b, '%g ', b.conv(Op.fpext, IR_F64, v));
            else kit.printf(b, '%ld ', wide(b, v, ty));
          }
        };
        const bin = (x: Ref, y: Ref, op: Op, ty: IrTy, n: number): void => {
          b.inst(Op.vec_bin, IR_VOID, out, b.run([x, y, op, ty, n]), 0);
        };
        const f = [lanes(IR_F32, 4, [1.5, 2, 3]), lanes(IR_F32, 4, [2, 2, 0.5])] as const;
        bin(...f, Op.fmul, IR_F32, 3);
        show(IR_F32, 4, 3);
        bin(...f, Op.flt, IR_F32, 3);
        show(IR_BOOL, 1, 3);
        const i = [lanes(IR_I32, 4, [-8, 5, 1, 7]), lanes(IR_I32, 4, [1, 31, 32, 0])] as const;
        for (const op of [Op.ashr, Op.shl]) {
          bin(...i, op, IR_I32, 4);
          show(IR_I32, 4, 4);
        }
        const odd = irSigned(5);
        bin(lanes(odd, 1, [15, -16]), lanes(odd, 1, [1, 1]), Op.add, odd, 2);
        show(odd, 1, 2);
        b.inst(Op.vec_un, IR_VOID, out, b.run([i[0], Op.xor, IR_I32, 4, 0]), 0);
        show(IR_I32, 4, 4);
        b.ret(m.int(IR_I32, 0));
      },
      opt,
    );
    expect(r.stdout).toBe('3 4 1.5 1 0 0 -4 0 0 7 -16 -2147483648 0 7 -16 -15 7 -6 -2 -8 ');
  });

  it('atomics return the old value; compare-exchange tells whether it did', () => {
    const kit = new Kit();
    const { m } = kit;
    const r = kit.run(
      arch,
      (b) => {
        const x = b.slot(8, 8);
        b.inst(Op.atomic_store, IR_VOID, x, m.int(IR_I64, -5), MemOrder.release);
        const rmw = (op: AtomicRmw, ty: IrTy, v: number): void =>
          kit.printf(b, '%ld ', b.inst(Op.atomic_rmw, ty, x, m.int(ty, v), (op << 8) | MemOrder.seq_cst));
        rmw(AtomicRmw.add, IR_I64, 7);
        rmw(AtomicRmw.min, IR_I64, -1);
        rmw(AtomicRmw.umax, IR_U64, 9);
        for (const expected of [3, -1]) {
          const old = b.inst(
            Op.cmpxchg,
            IR_I64,
            x,
            b.run([m.int(IR_I64, expected), m.int(IR_I64, 70)]),
            MemOrder.acq_rel | (MemOrder.acquire << 4),
          );
          const ok = b.inst(Op.cmpxchg_ok, IR_BOOL, old, 0, 0);
          kit.printf(b, '%ld:%d ', old, b.conv(Op.ext, IR_I32, ok));
        }
        b.inst(Op.fence, IR_VOID, 0, 0, MemOrder.seq_cst);
        const flag = b.slot(1, 1);
        b.inst(Op.atomic_store, IR_VOID, flag, m.int(IR_BOOL, 1), MemOrder.relaxed);
        kit.printf(
          b,
          '%ld %d',
          b.inst(Op.atomic_load, IR_I64, x, 0, MemOrder.acquire),
          b.conv(Op.ext, IR_I32, b.inst(Op.atomic_load, IR_BOOL, flag, 0, MemOrder.seq_cst)),
        );
        b.ret(m.int(IR_I32, 0));
      },
      opt,
    );
    expect(r.stdout).toBe('-5 2 -1 -1:0 -1:1 70 1');
  });

  it('the run-time type table answers every column', () => {
    const kit = new Kit();
    const { t, m } = kit;
    const point = kit.struct('Point', [t.i32, t.string, t.optional(t.u8)]);
    const color = t.nominal(Ty.tagged, 'Shape');
    Object.assign(t.info(color), {
      variants: [
        { name: 'dot', payload: t.void, value: 0 },
        { name: 'box', payload: point, value: 5 },
      ],
      complete: true,
    });
    const r = kit.run(
      arch,
      (b) => {
        const col = (tag: Ref, c: RttiCol, ty: IrTy, index?: number): Ref =>
          b.inst(Op.rtti, ty, tag, index === undefined ? 0 : m.int(IR_I64, index), c);
        const text = (p: Ref): void =>
          kit.printf(b, '%.*s ', b.conv(Op.trunc, IR_I32, b.load(IR_I64, b.field(p, 8))), b.load(IR_PTR, p));
        const num = (tag: Ref, c: RttiCol, index?: number): void => kit.printf(b, '%ld ', col(tag, c, IR_I64, index));
        const p = m.typeTag(point);
        text(col(p, RttiCol.name, IR_PTR));
        for (const c of [RttiCol.size, RttiCol.align, RttiCol.category, RttiCol.field_count, RttiCol.variant_count])
          num(p, c);
        for (let i = 0; i < 3; i++) {
          text(col(p, RttiCol.member_name, IR_PTR, i));
          num(p, RttiCol.member_offset, i);
          text(col(col(p, RttiCol.member_type, IR_U64, i), RttiCol.name, IR_PTR));
        }
        const s = m.typeTag(color);
        kit.printf(b, '\n');
        num(s, RttiCol.variant_count);
        num(s, RttiCol.tag_width);
        num(s, RttiCol.member_value, 1);
        num(s, RttiCol.member_offset, 1);
        text(col(col(s, RttiCol.member_type, IR_U64, 0), RttiCol.name, IR_PTR));
        const a = m.typeTag(t.array(t.usize, 7));
        num(a, RttiCol.len);
        text(col(col(a, RttiCol.child, IR_U64), RttiCol.name, IR_PTR));
        kit.printf(b, '%d', b.conv(Op.ext, IR_I32, col(col(a, RttiCol.child, IR_U64), RttiCol.is_unsigned, IR_BOOL)));
        b.ret(m.int(IR_I32, 0));
      },
      opt,
    );
    expect(r.stdout).toBe('Point 32 8 6 3 0 f0 0 i32 f1 8 string f2 24 ?u8 \n2 -8 5 8 void 7 usize 1');
  });

  it('main: an escaped error is reported with its trace', () => {
    const kit = new Kit();
    const { t, m } = kit;
    m.errorNames.push('Neg');
    const push = kit.extern('sx_trace_push', [kit.scalar(IR_U64)], null);
    const bytes = (s: string): Uint8Array => new TextEncoder().encode(s);
    const strings = ['prog.sx', 'leaf', 'if n < 0 { raise error.Neg; }'].map((s) => ({
      id: m.stringData(bytes(s)),
      n: s.length,
    }));
    const frame = new Uint8Array(56);
    const view = new DataView(frame.buffer);
    view.setBigInt64(8, BigInt(strings[0]!.n), true);
    view.setInt32(16, 12, true);
    view.setInt32(20, 12, true);
    view.setBigInt64(32, BigInt(strings[1]!.n), true);
    view.setBigInt64(48, BigInt(strings[2]!.n), true);
    const g = m.addGlobal({
      name: '',
      type: 0,
      size: 56,
      align: 8,
      bytes: frame,
      mutable: false,
      linkage: Linkage.internal,
      threadLocal: false,
      pos: 0,
      display: '',
      relocs: [0, 24, 40].map((offset, i) => ({ offset, kind: RelocKind.global, target: strings[i]!.id, addend: 0 })),
    });
    const result = kit.slotOf(t.tuple([t.i32, t.anyError], null, true));
    const f = kit.fn('main', [kit.scalar(IR_PTR)], result, (b) => {
      b.call(push.id, IR_VOID, [b.conv(Op.p2i, IR_U64, m.globalAddr(g.id))], 0);
      b.store(b.field(b.inst(Op.ret_slot, IR_PTR, 0, 0, 0), 4), m.errTag(1));
      b.ret(0);
    });
    const r = buildAndRun(kit, arch, {
      entry: { mainFn: f.id, kind: EntryKind.int_failable, defaultContext: 0 },
      optLevel: opt,
    });
    expect(r.stderr).toBe(
      'error: unhandled error reached main: error.Neg\nerror return trace (most recent call last):\n' +
        '  leaf at prog.sx:12:12\n    if n < 0 { raise error.Neg; }\n               ^\n',
    );
    expect(r.status).toBe(1);
  });

  it('inline assembly and naked functions', () => {
    const kit = new Kit();
    const { m } = kit;
    const x86 = arch === 'x86_64';
    const naked = kit.fn(
      'answer',
      [],
      kit.scalar(IR_I32),
      (g) => {
        const blob = g.asm({
          template: x86 ? 'movl $$42, %eax; ret' : 'mov w0, #42; ret',
          constraints: '',
          sideEffects: true,
          resultTys: [],
          outs: [],
        });
        g.inst(Op.asm, IR_VOID, blob, g.list([]), 0);
        g.unreachable();
      },
      Abi.naked,
    );
    const r = kit.run(
      arch,
      (b) => {
        const [lo, hi, mem] = [b.slot(8, 8), b.slot(8, 8), b.slot(8, 8)];
        const two = b.asm({
          template: x86 ? 'leaq 1($2), $0; leaq 2($2), $1' : 'add $0, $2, #1; add $1, $2, #2',
          constraints: '=&r,=&r,r',
          sideEffects: false,
          resultTys: [IR_I64, IR_I64],
          outs: [lo, hi],
        });
        b.inst(Op.asm, IR_VOID, two, b.list([m.int(IR_I64, 10)]), 0);
        const store = b.asm({
          template: x86 ? 'movq $$9, $0' : 'str xzr, $0',
          constraints: '=*m',
          sideEffects: true,
          resultTys: [],
          outs: [],
        });
        b.inst(Op.asm, IR_VOID, store, b.list([mem]), 0);
        kit.printf(
          b,
          '%ld %ld %ld %d',
          b.load(IR_I64, lo),
          b.load(IR_I64, hi),
          b.load(IR_I64, mem),
          b.call(naked.id, IR_I32, [], 0),
        );
        b.ret(m.int(IR_I32, 0));
      },
      opt,
    );
    expect(r.stdout).toBe(`11 12 ${x86 ? 9 : 0} 42`);
  });
});
