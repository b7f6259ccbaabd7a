// Takes modules and their text; checks that reading and printing are inverse and that the verifier finds each broken rule.
import { IR_BOOL, IR_F32, IR_F64, IR_I64, IR_PTR, IR_U8, irSigned, IR_VOID } from '../types/ir_type.ts';
import { Builder } from './builder.ts';
import { Abi, type AbiSlot, Linkage, Module, RelocKind } from './module.ts';
import { Op } from './op.ts';
import { printFn, printModule } from './print.ts';
import { readModule } from './read.ts';
import { faultText, verifyModule } from './verify.ts';

const scalar = (ty: number): AbiSlot => ({ ty, mem: false, type: 0, size: 0, align: 0 });

/** A module that uses every op and every kind of constant. */
function everything(): Module {
  const m = new Module();
  const mem: AbiSlot = { ty: IR_PTR, mem: true, type: 12, size: 16, align: 8 };
  const sig = m.sig([scalar(IR_I64), mem, scalar(IR_F64)], mem, Abi.sx);
  const printf = m.addFn('printf', 'printf', m.sig([scalar(IR_PTR)], scalar(irSigned(32)), Abi.c, true), Linkage.extern, 0);
  m.errorNames.push('Bad', 'Very"odd\\name\n');
  m.globalAsm.push('.text\n\t"quoted"');
  const g = m.addGlobal({
    name: 'data', type: 3, size: 24, align: 8, bytes: Uint8Array.from({ length: 24 }, (_, k) => k * 11), relocs: [], mutable: true,
    linkage: Linkage.export_, threadLocal: true, pos: 77, display: 'data',
  });
  g.relocs.push({ offset: 0, kind: RelocKind.global, target: 1, addend: 8 }, { offset: 8, kind: RelocKind.fn, target: 1, addend: 0 }, { offset: 16, kind: RelocKind.type, target: 5, addend: 0 });
  m.addGlobal({ name: 'zero', type: 0, size: 8, align: 4, bytes: null, relocs: [], mutable: false, linkage: Linkage.internal, threadLocal: false, pos: 0, display: '' });
  const fn = m.addFn('main', 'm.main', sig, Linkage.export_, 5);
  fn.noreturn = fn.cold = fn.noinline = fn.comptimeOnly = true;
  const b = new Builder(m);
  b.at = 12;
  const n = b.inst(Op.param, IR_I64, 0, 0, 0);
  const p = b.inst(Op.param, IR_PTR, 1, 0, 0);
  const d = b.inst(Op.param, IR_F64, 2, 0, 0);
  const out = b.inst(Op.ret_slot, IR_PTR, 0, 0, 0);
  const s = b.slot(16, 8);
  b.inst(Op.nop, IR_VOID, 0, 0, 0);
  b.store(s, b.load(IR_I64, p));
  b.copy(out, s, 16);
  b.zero(s, 16);
  b.index(b.field(s, 8), n, 4);
  for (let o: Op = Op.add; o <= Op.lshr; o++) b.bin(o, IR_I64, n, m.int(IR_I64, o === Op.shl ? 3 : -5));
  for (let o: Op = Op.fadd; o <= Op.frem; o++) b.bin(o, IR_F64, d, m.float(IR_F64, -0));
  b.inst(Op.fneg, IR_F64, d, 0, 0);
  for (let o: Op = Op.eq; o <= Op.uge; o++) b.cmp(o, n, m.int(IR_I64, 2n ** 62n));
  for (let o: Op = Op.feq; o <= Op.fge; o++) b.cmp(o, d, m.float(IR_F64, Number.NaN));
  const small = b.conv(Op.trunc, IR_U8, n);
  b.conv(Op.ext, IR_I64, small);
  b.conv(Op.f2i, IR_I64, d);
  const f = b.conv(Op.i2f, IR_F32, n);
  b.conv(Op.fpext, IR_F64, f);
  b.conv(Op.fptrunc, IR_F32, d);
  b.conv(Op.i2p, IR_PTR, b.conv(Op.p2i, IR_I64, p));
  b.conv(Op.bits, IR_I64, d);
  const cond = b.cmp(Op.eq, n, n);
  b.select(IR_F32, cond, f, m.float(IR_F32, Number.NEGATIVE_INFINITY));
  b.call(printf.id, irSigned(32), [m.globalAddr(1, 8), n], 0);
  b.call(fn.id, IR_VOID, [n, p, d], out);
  b.callPtr(m.fnAddr(fn.id), sig, IR_VOID, [m.undef(IR_I64), m.nullPtr(), d], 0);
  b.inst(Op.mem_eq, IR_BOOL, p, s, n);
  b.inst(Op.mem_move, IR_VOID, p, s, n);
  b.inst(Op.mem_set, IR_VOID, p, small, n);
  b.inst(Op.vec_bin, IR_VOID, s, b.run([p, out, Op.add, irSigned(32), 4]), 0);
  b.inst(Op.vec_un, IR_VOID, s, b.run([p, Op.fneg, IR_F32, 4, 0]), 0);
  b.inst(Op.fmath, IR_F64, d, 0, 2);
  b.inst(Op.rtti, IR_I64, m.typeTag(6), 0, 0);
  b.inst(Op.rtti, IR_PTR, m.typeTag(6), n, 12);
  b.inst(Op.err_name, IR_PTR, m.int(irSigned(32), 1), 0, 0);
  b.inst(Op.comptime_flag, IR_BOOL, 0, 0, 0);
  b.inst(Op.atomic_load, IR_I64, p, 0, 4);
  b.inst(Op.atomic_store, IR_VOID, p, n, 4);
  b.inst(Op.atomic_rmw, IR_I64, p, n, 0x304);
  const x = b.inst(Op.cmpxchg, IR_I64, p, b.run([n, m.int(IR_I64, 9)]), 0x44);
  b.inst(Op.cmpxchg_ok, IR_BOOL, x, 0, 0);
  b.inst(Op.fence, IR_VOID, 0, 0, 4);
  b.inst(Op.asm, IR_VOID, b.asm({ template: 'nop "x"', constraints: '=r,r', sideEffects: true, resultTys: [IR_I64], outs: [s] }), b.list([n]), 0);
  b.debugVar({ name: 'v', type: 4, slot: s, pos: 9, param: 1 });
  const one = b.block();
  const two = b.block();
  const three = b.block();
  b.switch_(n, [[m.int(IR_I64, 1), one], [m.int(IR_I64, -1), two]], three);
  b.start(one);
  b.condBr(cond, two, three);
  b.start(two);
  b.trap(m.globalAddr(1));
  b.start(three);
  const four = b.block();
  b.br(four);
  b.start(four);
  b.ret(0);
  b.start(b.block());
  b.unreachable();
  fn.body = b.finish();
  return m;
}

function reread(text: string): Module {
  const r = readModule(text);
  if (!r.ok) throw new Error(`line ${r.line}: ${r.message}\n${text.split('\n')[r.line - 1]}`);
  return r.module;
}

test('read(print(m)) is m, for every op and constant', () => {
  const m = everything();
  expect(verifyModule(m).map((f) => faultText(m, f))).toEqual([]);
  const text = printModule(m, { positions: true });
  const back = reread(text);
  expect(printModule(back, { positions: true })).toBe(text);
  expect(verifyModule(back)).toEqual([]);
  const one = m.fns[2]!;
  const two = back.fns[2]!;
  for (const col of ['op', 'ty', 'pos', 'blockStart', 'blockEnd', 'order'] as const) expect(two.body![col]).toEqual(one.body![col]);
  expect({ ...two, body: null }).toEqual({ ...one, body: null });
  expect(back.globals.slice(1)).toEqual(m.globals.slice(1));
  expect(back.errorNames).toEqual(m.errorNames);
  expect(back.globalAsm).toEqual(m.globalAsm);
  expect(back.sigs.length).toBe(m.sigs.length);
});

test('the text may number and space freely', () => {
  const m = reread(`
; a comment
sig s1 = sx(i64) -> i64

fn f1 "f" "f" s1 internal {
b0:
    %10 = param i64 0
    %7 =  add  i64  %10 ,  i64 1
    ret %7
}
`);
  expect(printFn(m, m.fns[1]!)).toBe('fn f1 "f" "f" s1 internal {\nb0:\n  %1 = param i64 0\n  %2 = add i64 %1, i64 1\n  ret %2\n}\n');
});

test.each([
  ['sig s1 = sx()\nfn f1 "f" "f" s1 internal {\nb0:\n  ret %3\n}', 4, '%3 is not defined in this function'],
  ['sig s1 = sx()\nfn f1 "f" "f" s1 internal {\nb0:\n  frob\n}', 4, "'frob' is no op"],
  ['sig s2 = sx()', 1, 's2 repeats a signature or is out of order'],
  ['sig s1 = sx(u65)', 1, "type expected, found 'u65'"],
  ['global g1 "x" size 8 loud', 1, "'loud' is no linkage"],
  ['fn f1 "f" "f" s1 internal {\nb0:', 2, "the last function lacks its '}'"],
  ['sig s1 = sx()\nfn f1 "f" "f" s1 internal {\nb0:\n  br b0 b1\n}', 4, "'b1' is too much"],
  ['what', 1, "'what' is no declaration"],
])('a wrong text names its line: %#', (text, line, message) => {
  expect(readModule(text)).toEqual({ ok: false, line, message });
});

const HEAD = 'sig s1 = sx(i64) -> i64\nsig s2 = sx(ptr)\nsig s3 = sx() -> mem 3 16 8\nfn f1 "g" "g" s2 extern\nfn f2 "f" "f" ';
test.each([
  ['s1', 'b0:\n  %1 = param i64 0\n  %2 = add i32 %1, i32 1\n  ret %1', 'first operand is i64, must be i32'],
  ['s1', 'b0:\n  %1 = param i64 1\n  ret %1', 'parameter 1 of 1'],
  ['s1', 'b0:\n  %1 = param i64 0\n  br b1\nb1:\n  cond_br u1 1, b2, b3\nb2:\n  %5 = add i64 %1, i64 1\n  br b3\nb3:\n  ret %5', 'a definition in b2 does not dominate its use in b3'],
  ['s1', 'b0:\n  %1 = add i64 %2, i64 1\n  %2 = add i64 i64 1, i64 1\n  ret %1', 'operand %2 is used before its definition'],
  ['s1', 'b0:\n  ret _', 'the result is missing'],
  ['s1', 'b0:\n  ret i32 5', 'result is i32, must be i64'],
  ['s2', 'b0:\n  ret i32 5', 'a value for a result that is void or an aggregate'],
  ['s1', 'b0:\n  %1 = ret_slot ptr\n  ret i64 1', 'the result of the function is no aggregate'],
  ['s1', 'b0:\n  br b4', 'branch to b4, which was never written'],
  ['s1', 'b0:\n  br b0\n  ret i64 1', 'a terminator inside of a block'],
  ['s1', 'b0:\n  call f1, (i64 1), _\n  ret i64 1', 'argument 0 is i64, must be ptr'],
  ['s1', 'b0:\n  call f1, (), _\n  ret i64 1', '0 arguments for 1 parameters'],
  ['s1', 'b0:\n  call f9, (), _\n  ret i64 1', 'f9 does not exist'],
  ['s1', 'b0:\n  %1 = call i64 f1, (null), _\n  ret i64 1', 'result is i64, the signature says void'],
  ['s1', 'b0:\n  %1 = load i64 i64 5, 0\n  ret %1', 'address must be a ptr'],
  ['s1', 'b0:\n  %1 = ext i8 i64 5\n  ret i64 1', 'ext cannot convert i64 to i8'],
  ['s1', 'b0:\n  %1 = bits f32 i64 5\n  ret i64 1', 'bits cannot convert i64 to f32'],
  ['s1', 'b0:\n  %1 = flt u1 i64 5, i64 5\n  ret i64 1', 'flt does not compare i64'],
  ['s1', 'b0:\n  cond_br i64 1, b0, b0', 'condition is i64, must be u1'],
  ['s1', 'b0:\n  switch i64 1, b0 [i32 1: b0]', 'case 0 is i32, must be i64'],
  ['s1', 'b0:\n  ret i64 99999999999999999999', 'constant 99999999999999999999 is no normalised i64'],
  ['s1', 'b0:\n  %1 = add u8 u8 256, u8 -1\n  ret i64 0', 'constant 256 is no normalised u8'],
  ['s1', 'b0:\n  %1 = fmath i64 i64 1, 0\n  ret i64 0', 'works on floats, not i64'],
  ['s1', 'b0:\n  store null, i64 1, 0\n  asm 0, ()\n  ret i64 0', 'no assembly 0'],
])('the verifier reports broken rule %#', (sig, code, message) => {
  const m = reread(`${HEAD}${sig} internal {\n${code}\n}`);
  const faults = verifyModule(m);
  expect(faults.map((f) => f.message)).toEqual([message]);
  expect(faultText(m, faults[0]!)).toContain('invalid IR in f (f2)');
});
