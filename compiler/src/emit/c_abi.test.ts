// Random C signatures: a C program calls the emitted function, which calls C back with the same values; both sides check.
import { Abi, type AbiSlot, Linkage, type Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_VOID } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { ARCHES, buildAndRun, CLOBBER_C, Kit } from './native.testlib.ts';

/** Small deterministic generator (mulberry32). */
function randomFrom(seed: number): (n: number) => number {
  let s = seed;
  return (n) => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

class Shapes {
  /** C spelling by type. */
  readonly c = new Map<TypeId, string>();
  readonly declarations: string[] = [];
  readonly scalars: TypeId[];
  private count = 0;

  constructor(
    readonly kit: Kit,
    readonly random: (n: number) => number,
  ) {
    const { t } = kit;
    const named: [TypeId, string][] = [
      [t.int(8, true), 'signed char'],
      [t.u8, 'unsigned char'],
      [t.int(16, true), 'short'],
      [t.int(16, false), 'unsigned short'],
      [t.i32, 'int'],
      [t.u32, 'unsigned'],
      [t.i64, 'long'],
      [t.u64, 'unsigned long'],
      [t.f32, 'float'],
      [t.f64, 'double'],
      [t.bool, '_Bool'],
      [t.voidPtr, 'void *'],
    ];
    for (const [id, name] of named) this.c.set(id, name);
    this.scalars = named.map(([id]) => id);
  }

  private scalar(): TypeId {
    // Floats often: homogeneous aggregates are the interesting ones.
    const r = this.random(4);
    return r === 0 ? this.kit.t.f32 : r === 1 ? this.kit.t.f64 : this.scalars[this.random(this.scalars.length)]!;
  }

  private field(depth: number): TypeId {
    const { t } = this.kit;
    const r = this.random(10);
    if (r === 0 && depth > 0) return this.struct(depth - 1);
    if (r === 1) return t.array(this.scalar(), 1 + this.random(3));
    return this.scalar();
  }

  struct(depth = 1): TypeId {
    const union = this.random(8) === 0;
    const n = 1 + this.random(4);
    const same = this.random(3) === 0 ? this.scalar() : 0;
    const fields: TypeId[] = [];
    for (let i = 0; i < n; i++) fields.push(same !== 0 ? same : this.field(depth));
    return this.declare(fields, union);
  }

  private declare(fields: readonly TypeId[], union: boolean): TypeId {
    const name = `S${this.count++}`;
    const id = this.kit.struct(name, fields);
    if (union) this.kit.t.kind[id] = Ty.union;
    this.declarations.push(
      `typedef ${union ? 'union' : 'struct'} { ${fields.map((f, i) => `${this.member(f, `f${i}`)};`).join(' ')} } ${name};`,
    );
    this.c.set(id, name);
    if (union) this.kit.t.size(id);
    return id;
  }

  /** Two whole words of one class: the shape that must not be split between registers and stack. */
  pair(): TypeId {
    const { t } = this.kit;
    return this.declare(
      [0, 1].map(() => (this.random(3) === 0 ? t.f64 : t.i64)),
      false,
    );
  }

  private member(type: TypeId, name: string): string {
    const { t } = this.kit;
    if (t.kind[type] === Ty.array) return `${this.c.get(t.a[type]!)} ${name}[${t.b[type]}]`;
    // A union of sx has the size of C's; where it is a member it is aligned to 8.
    const place = t.kind[type] === Ty.union ? ' __attribute__((aligned(8)))' : '';
    return `${this.c.get(type)} ${name}${place}`;
  }

  param(): TypeId {
    return this.random(3) === 0 ? this.scalar() : this.struct();
  }

  /** C lvalues of the leaves of `expr` that hold values independently (one arm of a union). */
  leaves(type: TypeId, expr: string): { readonly lvalue: string; readonly type: TypeId }[] {
    const { t } = this.kit;
    switch (t.kind[type]) {
      case Ty.array:
        return Array.from({ length: t.b[type]! }, (_, i) => this.leaves(t.a[type]!, `${expr}[${i}]`)).flat();
      case Ty.struct:
        return t.info(type).fields.flatMap((f, i) => this.leaves(f.type, `${expr}.f${i}`));
      case Ty.union: {
        const widest = t
          .info(type)
          .fields.map((f, i) => ({ i, size: t.size(f.type) }))
          .sort((x, y) => y.size - x.size)[0]!.i;
        return this.leaves(t.info(type).fields[widest]!.type, `${expr}.f${widest}`);
      }
      default:
        return [{ lvalue: expr, type }];
    }
  }

  literal(type: TypeId, n: number): string {
    const { t } = this.kit;
    if (type === t.bool) return String(n & 1);
    if (type === t.voidPtr) return `(void *)${n * 4097}`;
    if (t.isFloat(type)) return `${n}.5`;
    return t.size(type) === 1 ? String((n * 37) % 128) : t.isSigned(type) ? String(-n) : String(n);
  }
}

/** Mixed lists; every third one long and made of two types, so that registers run out in the middle of an aggregate. */
function parameters(shapes: Shapes, random: (n: number) => number): TypeId[] {
  if (random(3) !== 0) return Array.from({ length: 1 + random(9) }, () => shapes.param());
  const pool = [
    random(2) === 0 ? shapes.pair() : shapes.struct(0),
    random(2) === 0 ? shapes.kit.t.i32 : shapes.param(),
  ];
  return Array.from({ length: 4 + random(10) }, () => pool[random(4) === 0 ? 1 : 0]!);
}

function program(kit: Kit, seed: number, count: number): string {
  const random = randomFrom(seed);
  const shapes = new Shapes(kit, random);
  const { m } = kit;
  const body: string[] = [];
  const mainLines: string[] = [];
  for (let k = 0; k < count; k++) {
    const params = parameters(shapes, random);
    const result = shapes.param();
    const slots: AbiSlot[] = params.map((p) => kit.slotOf(p));
    const resultSlot = kit.slotOf(result);
    const cb = kit.extern(`c_${k}`, slots, resultSlot);
    kit.fn(
      `x_${k}`,
      slots,
      resultSlot,
      (b) => {
        const args: Ref[] = slots.map((s, i) => b.inst(Op.param, s.ty, i, 0, 0));
        kit.clobber(b);
        const dst = resultSlot.mem ? b.inst(Op.ret_slot, resultSlot.ty, 0, 0, 0) : 0;
        const value = b.call(cb.id, resultSlot.mem ? IR_VOID : resultSlot.ty, args, dst);
        kit.clobber(b);
        b.ret(resultSlot.mem ? 0 : value);
      },
      Abi.c,
      Linkage.export_,
    );
    const list = params.map((p, i) => `${shapes.c.get(p)} a${i}`).join(', ');
    let n = k + 1;
    const values = params
      .flatMap((p, i) => shapes.leaves(p, `a${i}`))
      .map((l) => ({ ...l, value: shapes.literal(l.type, n++) }));
    const results = shapes.leaves(result, 'r').map((l) => ({ ...l, value: shapes.literal(l.type, n++) }));
    const check = (l: { lvalue: string; type: TypeId; value: string }): string =>
      `if (${l.lvalue} != (${shapes.c.get(l.type)})${l.value}) { printf("${k}: ${l.lvalue}\\n"); bad++; }`;
    const set = (l: { lvalue: string; type: TypeId; value: string }): string =>
      `${l.lvalue} = (${shapes.c.get(l.type)})${l.value};`;
    body.push(`${shapes.c.get(result)} x_${k}(${list});`);
    body.push(
      `${shapes.c.get(result)} c_${k}(${list}) { ${values.map(check).join(' ')} ${shapes.c.get(result)} r; memset(&r, 0, sizeof r); ${results.map(set).join(' ')} return r; }`,
    );
    mainLines.push(
      `{ ${params.map((p, i) => `${shapes.c.get(p)} a${i}; memset(&a${i}, 0, sizeof a${i});`).join(' ')} ${values.map(set).join(' ')} ` +
        `${shapes.c.get(result)} r = x_${k}(${params.map((_, i) => `a${i}`).join(', ')}); ${results.map(check).join(' ')} }`,
    );
  }
  expect(m.fns.length).toBeGreaterThan(count);
  return `#include <stdio.h>\n#include <string.h>\nint bad;\n${shapes.declarations.join('\n')}\n${body.join('\n')}\nint main(void) {\n${mainLines.join('\n')}\nreturn bad != 0; }\n`;
}

const COUNT = Number(process.env['SX_ABI_SIGNATURES'] ?? 120);

describe.each(ARCHES)('C ABI on %s', (arch) => {
  it.each([1, 2])('random signatures agree with the C compiler (seed %i)', (seed) => {
    const kit = new Kit();
    const c = program(kit, seed, COUNT) + CLOBBER_C;
    const roots = kit.m.fns.filter((f) => f !== null && f.linkage === Linkage.export_).map((f) => f.id);
    const r = buildAndRun(kit, arch, { roots, c });
    expect(r.stdout).toBe('');
    expect(r.status).toBe(0);
  });
});
