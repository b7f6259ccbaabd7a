// Emitted code under the sanitizers: a heap overflow and a data race are reported, correct programs are silent.
import type { Builder } from '../ir/builder.ts';
import { Abi, Linkage } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_I32, IR_I64, IR_PTR, IR_U64 } from '../types/ir_type.ts';
import { buildAndRun, Kit } from './native.testlib.ts';
import { EntryKind } from './options.ts';

it.each([
  [16, ''],
  [17, 'heap-buffer-overflow'],
])('address: a store at byte %i of 17', (at, report) => {
  const kit = new Kit();
  const malloc = kit.extern('malloc', [kit.scalar(IR_I64)], kit.scalar(IR_PTR));
  const main = kit.fn('main', [], kit.scalar(IR_I32), (b) => {
    const p = b.call(malloc.id, IR_PTR, [kit.m.int(IR_I64, 17)], 0);
    b.store(b.index(p, kit.m.int(IR_I64, at), 1), kit.m.int(kit.t.reg(kit.t.u8), 1));
    b.ret(kit.m.int(IR_I32, 0));
  });
  const r = buildAndRun(kit, 'x86_64', {
    entry: { mainFn: main.id, kind: EntryKind.int, defaultContext: 0 },
    sanitizer: 'address',
  });
  expect(r.stderr.includes('heap-buffer-overflow')).toBe(report !== '');
});

it.each([false, true])('thread: two writers, atomic %s', (atomic) => {
  const kit = new Kit();
  const { m } = kit;
  const ptr = kit.scalar(IR_PTR);
  const shared = m.addGlobal({
    name: 'shared',
    type: 0,
    size: 8,
    align: 8,
    bytes: null,
    relocs: [],
    mutable: true,
    linkage: Linkage.internal,
    threadLocal: false,
    pos: 0,
    display: '',
  });
  const bump = (b: Builder): void => {
    const p = m.globalAddr(shared.id);
    if (atomic) b.inst(Op.atomic_rmw, IR_I64, p, m.int(IR_I64, 1), 0);
    else b.store(p, b.bin(Op.add, IR_I64, b.load(IR_I64, p), m.int(IR_I64, 1)));
  };
  const work = kit.fn(
    'work',
    [ptr],
    ptr,
    (b) => {
      bump(b);
      b.ret(m.nullPtr());
    },
    Abi.c,
  );
  const create = kit.extern('pthread_create', [ptr, ptr, ptr, ptr], kit.scalar(IR_I32));
  const join = kit.extern('pthread_join', [kit.scalar(IR_U64), ptr], kit.scalar(IR_I32));
  const main = kit.fn('main', [], null, (b) => {
    const t = b.slot(8, 8);
    b.call(create.id, IR_I32, [t, m.nullPtr(), m.fnAddr(work.id), m.nullPtr()], 0);
    bump(b);
    b.call(join.id, IR_I32, [b.load(IR_U64, t), m.nullPtr()], 0);
    b.ret(0);
  });
  const r = buildAndRun(kit, 'x86_64', {
    entry: { mainFn: main.id, kind: EntryKind.void, defaultContext: 0 },
    sanitizer: 'thread',
  });
  expect(r.stderr.includes('data race')).toBe(!atomic);
  expect(r.status === 0).toBe(atomic);
});
