// A program with debug info under gdb: breakpoint by file and line, a step, locals of several types.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from '../host/process.ts';
import { Builder } from '../ir/builder.ts';
import { Abi, Linkage } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_I32 } from '../types/ir_type.ts';
import { SourceMap } from '../source/source_map.ts';
import { Ty } from '../types/types.ts';
import { build, Kit } from './native.testlib.ts';
import { EntryKind } from './options.ts';

const SOURCE =
  'twice :: (n: i32) -> i32 {\n    p : Point = .{ x = n, name = "hey" };\n    r := p.x * 2;\n    return r;\n}\n';

it('gdb breaks by line, steps and prints locals', () => {
  const kit = new Kit();
  const { m, t } = kit;
  const source = new SourceMap();
  source.addFile('prog.sx', new TextEncoder().encode(SOURCE));
  const pos = (text: string): number => 1 + SOURCE.indexOf(text);
  const point = kit.struct('Point', [t.i32, t.string]);
  t.info(point).fields = [
    { name: 'x', type: t.i32, offset: -1, default: 0 },
    { name: 'name', type: t.string, offset: -1, default: 0 },
  ];
  const color = t.nominal(Ty.enum_, 'Color');
  Object.assign(t.info(color), {
    variants: [
      { name: 'red', payload: t.void, value: 0 },
      { name: 'blue', payload: t.void, value: 1 },
    ],
    complete: true,
  });
  const twice = m.addFn('twice', 'twice', m.sig([kit.scalar(IR_I32)], kit.scalar(IR_I32), Abi.sx), Linkage.internal, 1);
  const b = new Builder(m);
  b.at = 1;
  const n = b.slot(4, 4);
  b.store(n, b.inst(Op.param, IR_I32, 0, 0, 0));
  const c = b.slot(8, 8);
  b.store(c, m.int(kit.t.reg(t.i64), 1));
  b.at = pos('p : Point');
  const p = b.slot(24, 8);
  b.store(p, b.load(IR_I32, n));
  b.store(b.field(p, 8), m.globalAddr(m.stringData(new TextEncoder().encode('hey'))));
  b.store(b.field(p, 16), m.int(t.reg(t.i64), 3));
  b.at = pos('r := p.x');
  const r = b.slot(4, 4);
  b.store(r, b.bin(Op.mul, IR_I32, b.load(IR_I32, p), m.int(IR_I32, 2)));
  b.at = pos('return r');
  b.ret(b.load(IR_I32, r));
  b.debugVar({ name: 'n', type: t.i32, slot: n, pos: pos('n: i32'), param: 1 });
  b.debugVar({ name: 'p', type: point, slot: p, pos: pos('p : Point'), param: 0 });
  b.debugVar({ name: 'r', type: t.i32, slot: r, pos: pos('r := p.x'), param: 0 });
  b.debugVar({ name: 'c', type: color, slot: c, pos: pos('p : Point'), param: 0 });
  twice.body = b.finish();
  const main = kit.fn('main', [], kit.scalar(IR_I32), (g) => g.ret(g.call(twice.id, IR_I32, [m.int(IR_I32, 21)], 0)));
  const program = build(kit, 'x86_64', {
    entry: { mainFn: main.id, kind: EntryKind.int, defaultContext: 0 },
    debug: { source, mainFile: 'prog.sx', compDir: '.' },
  });
  const dir = dirname(program);
  writeFileSync(join(dir, 'prog.sx'), SOURCE);
  const commands = [
    'set debuginfod enabled off',
    'break prog.sx:3',
    'run',
    'print n',
    'print p.x',
    'print p.name.len',
    'x/s p.name.ptr',
    'print c',
    'next',
    'print r',
    'backtrace',
    'continue',
  ];
  const gdb = run('gdb', ['-nx', '-batch', ...commands.flatMap((x) => ['-ex', x]), program], { cwd: dir });
  const out = gdb.stdout;
  expect(out).toContain('Breakpoint 1, twice (n=21) at prog.sx:3');
  expect(out).toContain('$1 = 21');
  expect(out).toContain('$2 = 21');
  expect(out).toContain('$3 = 3');
  expect(out).toContain('"hey"');
  expect(out).toContain('$4 = blue');
  expect(out).toMatch(/\n4\s+return r;/);
  expect(out).toContain('$5 = 42');
  expect(out).toContain('exited with code 052');
});
