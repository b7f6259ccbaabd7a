// Functions named like support routines, tables, libc symbols or each other keep their own code.
import { Op, RttiCol } from '../ir/op.ts';
import { IR_F64, IR_I32, IR_I64, IR_PTR, IR_U32 } from '../types/ir_type.ts';
import { ARCHES, Kit } from './native.testlib.ts';

const NAMES = [
  'f2i',
  'rtti',
  'rtti.len',
  'names',
  'err_name',
  'err_names',
  'members',
  'nl',
  'sx.f2i',
  'llvm.x',
  'memcpy',
  'printf',
  'f.f2i',
  'f.nl',
  'nl',
];

it.each(ARCHES)('names on %s', (arch) => {
  const kit = new Kit();
  const { m } = kit;
  const fns = NAMES.map((n, i) => kit.fn(n, [], kit.scalar(IR_I32), (b) => b.ret(m.int(IR_I32, i))));
  const r = kit.run(arch, (b) => {
    for (const f of fns) kit.printf(b, '%d ', b.call(f.id, IR_I32, [], 0));
    b.inst(Op.err_name, IR_PTR, m.int(IR_U32, 0), 0, 0);
    const len = b.inst(Op.rtti, IR_I64, m.typeTag(kit.t.array(kit.t.i32, 5)), 0, RttiCol.len);
    kit.printf(b, '%ld %ld', b.conv(Op.f2i, IR_I64, m.float(IR_F64, 3.5)), len);
    b.ret(m.int(IR_I32, 0));
  });
  expect(r.stdout).toBe(`${NAMES.map((_, i) => `${i} `).join('')}3 5`);
});
