// Bodies as ranges: what a builder wrote is what a body gives back, wherever in the buffers it lies.
import { IR_I64, IR_VOID } from '../types/ir_type.ts';
import { Builder } from './builder.ts';
import { Module } from './module.ts';
import { Op } from './op.ts';
import { openBody } from './packed_body.ts';

/** Loads from two slots, the second in a block of its own, and returns a call's result. */
function sample(m: Module, calls: number): ReturnType<Builder['finish']> {
  const b = new Builder(m);
  const next = b.block();
  b.at = 5;
  const slot = b.slot(8, 8);
  b.br(next);
  b.start(next);
  for (let i = 0; i < calls; i++) b.call(3, IR_I64, [slot, slot], 0);
  b.ret(b.load(IR_I64, slot));
  return b.finish();
}

test('a body holds what was written, with its own numbers, whatever was written before it', () => {
  const m = new Module();
  sample(m, 40);
  const body = openBody(sample(m, 1));
  expect([...body.op]).toEqual([Op.nop, Op.slot, Op.br, Op.call, Op.load, Op.ret]);
  expect([...body.ty].slice(3)).toEqual([IR_I64, IR_I64, IR_VOID]);
  expect([...body.a].slice(1)).toEqual([8, 1, 3, 1, 4]);
  expect([...body.pos].slice(1)).toEqual([5, 5, 5, 5, 5]);
  expect([[...body.extra], [...body.blockStart], [...body.blockEnd], [...body.order]]).toEqual([[0, 2, 1, 1], [1, 3], [3, 6], [0, 1]]);
  expect(body.count).toBe(6);
});

test('columns read one by one are those of the opened body, and writing to one is writing to the body', () => {
  const m = new Module();
  const body = sample(m, 2);
  const open = openBody(body);
  for (const column of ['op', 'ty', 'a', 'b', 'c', 'pos', 'extra', 'blockStart', 'blockEnd', 'order'] as const) expect([...body[column]]).toEqual([...open[column]]);
  body.a[1] = 16;
  expect(open.a[1]).toBe(16);
});

test('bodies larger than what is left of a buffer, and than a whole one, are whole', () => {
  const m = new Module();
  const sizes = [10, 9000, 20_000, 10, 70_000, 3];
  const bodies = sizes.map((n) => sample(m, n));
  bodies.forEach((packed, i) => {
    const body = openBody(packed);
    expect(body.count).toBe(sizes[i]! + 5);
    expect([body.op[2], body.op[3], body.op.at(-1), body.a.at(-1)]).toEqual([Op.br, Op.call, Op.ret, sizes[i]! + 3]);
    expect([body.extra.length, body.extra.at(-1), ...body.blockEnd]).toEqual([1 + 3 * sizes[i]!, 1, 3, sizes[i]! + 5]);
  });
});
