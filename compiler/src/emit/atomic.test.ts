// Every (operation × type × ordering), for both architectures: the LLVM operation, its ordering keyword and alignment; accepted by LLVM 19.
import { MemOrder, AtomicRmw, Op } from '../ir/op.ts';
import { FENCE_ORDERS, isStronger, LOAD_ORDERS, STORE_ORDERS } from '../ir/mem_order.ts';
import { Abi, Linkage, type Ref } from '../ir/module.ts';
import { compileText, verifyText } from '../llvm/codegen.ts';
import { IR_BOOL, IR_F32, IR_F64, IR_PTR, IR_VOID, type IrTy, irIsFloat, irIsInt, irSigned, irSize, irTypeName, irUnsigned } from '../types/ir_type.ts';
import { emitModule } from './emit.ts';
import { ARCHES, Kit, tripleOf } from './native.testlib.ts';

const ALL = [MemOrder.relaxed, MemOrder.acquire, MemOrder.release, MemOrder.acq_rel, MemOrder.seq_cst];
const KEYWORD = ['monotonic', 'acquire', 'release', 'acq_rel', 'seq_cst'];
const NAME = ['relaxed', 'acquire', 'release', 'acq_rel', 'seq_cst'];
const INTS = [8, 16, 32, 64].flatMap((w) => [irUnsigned(w), irSigned(w)]);
/** With what memory holds of them. Odd widths and bool are whole bytes. */
const TYPES: readonly (readonly [IrTy, string])[] = [
  ...INTS.map((t) => [t, `i${irSize(t) * 8}`] as const),
  [IR_BOOL, 'i8'],
  [irSigned(5), 'i8'],
  [irUnsigned(24), 'i32'],
  [irSigned(40), 'i64'],
  [IR_PTR, 'ptr'],
  [IR_F32, 'float'],
  [IR_F64, 'double'],
];
const RMW: readonly (readonly [AtomicRmw, string])[] = [
  [AtomicRmw.add, 'add'],
  [AtomicRmw.sub, 'sub'],
  [AtomicRmw.and, 'and'],
  [AtomicRmw.or, 'or'],
  [AtomicRmw.xor, 'xor'],
  [AtomicRmw.min, 'min'],
  [AtomicRmw.max, 'max'],
  [AtomicRmw.umin, 'umin'],
  [AtomicRmw.umax, 'umax'],
  [AtomicRmw.xchg, 'xchg'],
];
const CAS_PAIRS = ALL.flatMap((s) => LOAD_ORDERS.filter((x) => !isStronger(x, s)).map((x) => [s, x] as const));

/** The atomic instructions of a module with one function per case, by the function's name; other lines are left out. */
function emitted(arch: (typeof ARCHES)[number], write: (add: (name: string, body: (kit: Kit, b: Builder, p: Ref, v: (ty: IrTy) => Ref) => void) => void) => void): Map<string, string[]> {
  const kit = new Kit();
  const roots: number[] = [];
  write((name, body) => {
    const params = [kit.scalar(IR_PTR), kit.scalar(IR_PTR)];
    const fn = kit.fn(name, params, null, (b) => {
      const p = b.inst(Op.param, IR_PTR, 0, 0, 0);
      const q = b.inst(Op.param, IR_PTR, 1, 0, 0);
      body(kit, b, p, (ty) => (ty === IR_VOID ? q : b.load(ty, q)));
      b.ret(0);
    });
    roots.push(fn.id);
  });
  const bytes = emitModule(kit.m, kit.t, { triple: tripleOf(arch), arch, roots, entry: null, optLevel: 2, sanitizer: null, typeInfo: () => 0, debug: null });
  const text = new TextDecoder('latin1').decode(bytes);
  expect(verifyText(bytes)).toBeNull();
  const out = new Map<string, string[]>();
  let at: string[] = [];
  for (const line of text.split('\n')) {
    const define = /^define .*@"?([\w.]+)"?\(/.exec(line);
    if (define !== null) out.set(define[1]!, (at = []));
    else if (/\b(atomic|atomicrmw|cmpxchg|fence)\b/.test(line)) at.push(line.trim().replace(/%p?\d+/g, '%_'));
  }
  return out;
}
type Builder = Parameters<Parameters<Kit['fn']>[3]>[0];
const key = (op: string, t: IrTy, ...o: MemOrder[]): string => [op, irTypeName(t), ...o.map((x) => NAME[x])].join('_');

describe.each(ARCHES)('%s', (arch) => {
  it('loads and stores of every type', () => {
    const want = new Map<string, string[]>();
    const got = emitted(arch, (add) => {
      for (const [t, m] of TYPES) {
        for (const o of LOAD_ORDERS) {
          add(key('load', t, o), (_, b, p) => b.inst(Op.atomic_load, t, p, 0, o));
          want.set(key('load', t, o), [`%_ = load atomic ${m}, ptr %_ ${KEYWORD[o]}, align ${irSize(t)}`]);
        }
        for (const o of STORE_ORDERS) {
          add(key('store', t, o), (_, b, p, v) => b.inst(Op.atomic_store, IR_VOID, p, v(t), o));
          want.set(key('store', t, o), [`store atomic ${m} %_, ptr %_ ${KEYWORD[o]}, align ${irSize(t)}`]);
        }
      }
      for (const size of [1, 2, 4, 8, 16]) {
        for (const o of LOAD_ORDERS) {
          add(`loadmem_${size}_${NAME[o]}`, (_, b, p, v) => b.inst(Op.atomic_load_mem, IR_VOID, v(IR_VOID), p, o | (size << 8)));
          want.set(`loadmem_${size}_${NAME[o]}`, [`%_ = load atomic i${size * 8}, ptr %_ ${KEYWORD[o]}, align ${size}`]);
        }
        for (const o of STORE_ORDERS) {
          add(`storemem_${size}_${NAME[o]}`, (_, b, p, v) => b.inst(Op.atomic_store_mem, IR_VOID, p, v(IR_VOID), o | (size << 8)));
          want.set(`storemem_${size}_${NAME[o]}`, [`store atomic i${size * 8} %_, ptr %_ ${KEYWORD[o]}, align ${size}`]);
        }
      }
    });
    expect(strip(got)).toEqual(want);
  });

  it('read-modify-write: every operation, type and ordering', () => {
    const want = new Map<string, string[]>();
    const got = emitted(arch, (add) => {
      for (const [t, m] of TYPES) {
        for (const [kind, name] of RMW) {
          if (kind !== AtomicRmw.xchg && !irIsInt(t)) continue;
          // Pointers and floats are exchanged as integers: LLVM 14 has no other form.
          const memory = t === IR_PTR || irIsFloat(t) ? `i${irSize(t) * 8}` : m;
          for (const o of ALL) {
            add(key(name, t, o), (_, b, p, v) => b.inst(Op.atomic_rmw, t, p, v(t), (kind << 8) | o));
            want.set(key(name, t, o), [`%_ = atomicrmw ${name} ptr %_, ${memory} %_ ${KEYWORD[o]}`]);
          }
        }
      }
    });
    expect(strip(got)).toEqual(want);
    expect(want.size).toBe((8 + 4) * 10 * 5 + 3 * 5);
  });

  it('compare-exchange: every type and legal pair of orderings, strong and weak', () => {
    const want = new Map<string, string[]>();
    const got = emitted(arch, (add) => {
      for (const [t, m] of TYPES) {
        if (irIsFloat(t)) continue;
        for (const [s, x] of CAS_PAIRS) {
          for (const weak of [false, true]) {
            const name = key(weak ? 'weak' : 'cas', t, s, x);
            add(name, (_, b, p, v) => {
              const old = b.inst(Op.cmpxchg, t, p, b.run([v(t), v(t)]), s | (x << 4) | (weak ? 256 : 0));
              b.inst(Op.cmpxchg_ok, IR_BOOL, old, 0, 0);
            });
            want.set(name, [`%_ = cmpxchg ${weak ? 'weak ' : ''}ptr %_, ${m} %_, ${m} %_ ${KEYWORD[s]} ${KEYWORD[x]}`]);
          }
        }
      }
    });
    expect(strip(got)).toEqual(want);
    expect(CAS_PAIRS.length).toBe(10);
  });

  it('fences', () => {
    const got = emitted(arch, (add) => {
      for (const o of FENCE_ORDERS) add(`fence_${NAME[o]}`, (_, b) => b.inst(Op.fence, IR_VOID, 0, 0, o));
    });
    expect(strip(got)).toEqual(new Map(FENCE_ORDERS.map((o) => [`fence_${NAME[o]}`, [`fence ${KEYWORD[o]}`]])));
  });

  it('16 bytes need no library', () => {
    const kit = new Kit();
    const fn = kit.fn('move', [kit.scalar(IR_PTR), kit.scalar(IR_PTR)], null, (b) => {
      const p = b.inst(Op.param, IR_PTR, 0, 0, 0);
      const q = b.inst(Op.param, IR_PTR, 1, 0, 0);
      b.inst(Op.atomic_load_mem, IR_VOID, q, p, MemOrder.acquire | (16 << 8));
      b.inst(Op.atomic_store_mem, IR_VOID, p, q, MemOrder.release | (16 << 8));
      b.ret(0);
    }, Abi.c, Linkage.export_);
    const text = emitModule(kit.m, kit.t, { triple: tripleOf(arch), arch, roots: [fn.id], entry: null, optLevel: 2, sanitizer: null, typeInfo: () => 0, debug: null });
    const asm = (features: string): string => {
      const r = compileText(text, { triple: tripleOf(arch), features, opt: 2, kind: 'asm' });
      return r.ok ? Buffer.from(r.bytes).toString() : r.error;
    };
    expect(asm(arch === 'x86_64' ? '+cx16' : '')).toMatch(arch === 'x86_64' ? /lock\s+cmpxchg16b/ : /ldaxp[\s\S]*stlxp/);
    expect(asm(arch === 'x86_64' ? '+cx16' : '')).not.toMatch(/__atomic/);
    expect(asm(arch === 'x86_64' ? '+cx16,+avx' : '+lse')).toMatch(arch === 'x86_64' ? /vmovaps|vmovdqa/ : /caspa[\s\S]*caspl/);
  });
});

/** Symbols come with a prefix of the linkage. */
function strip(m: Map<string, string[]>): Map<string, string[]> {
  return new Map([...m].filter(([, lines]) => lines.length > 0).map(([name, lines]) => [name.replace(/^f\./, ''), lines]));
}
