// A module emitted in parts: each is a module of its own, and their objects together are the program.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkHost, run } from '../host/process.ts';
import { makeTempDir } from '../host/temp.ts';
import { Linkage } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { link } from '../link/link.ts';
import { mergeObjects } from '../link/merge_elf.ts';
import { compileAside, compileText, verifyText } from '../llvm/codegen.ts';
import { IR_I32 } from '../types/ir_type.ts';
import { emitParts, startParts } from './emit.ts';
import { Kit } from './native.testlib.ts';
import { EntryKind, type EmitOptions } from './options.ts';

const TRIPLE = 'x86_64-linux-gnu';

/** main → step3 → step2 → step1 → step0; each prints a string that all share and counts in a global. */
function program(): { readonly kit: Kit; readonly opts: EmitOptions } {
  const kit = new Kit();
  const { m } = kit;
  const count = m.addGlobal({
    name: 'count', type: 0, size: 4, align: 4, bytes: null, relocs: [], mutable: true, linkage: Linkage.internal, threadLocal: false, pos: 0, display: 'count',
  }).id;
  let callee = 0;
  for (let i = 0; i < 4; i++) {
    const fn = kit.fn(`step${i}`, [], kit.scalar(IR_I32), (b) => {
      const n = b.bin(Op.add, IR_I32, b.load(IR_I32, m.globalAddr(count)), m.int(IR_I32, i));
      b.store(m.globalAddr(count), n);
      kit.printf(b, 'step %d\n', n);
      b.ret(callee === 0 ? n : b.call(callee, IR_I32, [], 0));
    });
    callee = fn.id;
  }
  const main = kit.fn('main', [], kit.scalar(IR_I32), (b) => b.ret(b.call(callee, IR_I32, [], 0)));
  return { kit, opts: { triple: TRIPLE, arch: 'x86_64', roots: [], entry: { mainFn: main.id, kind: EntryKind.int, defaultContext: 0 } } };
}

function parts(bytes: number): Uint8Array[] {
  const { kit, opts } = program();
  return [...emitParts(kit.m, kit.t, opts, bytes)];
}

function compiled(text: Uint8Array): Uint8Array {
  const r = compileText(text, { triple: TRIPLE, opt: 0, kind: 'obj' });
  if (!r.ok) throw new Error(r.error);
  return r.bytes;
}

test('a part per function: each is valid, together they run', () => {
  const texts = parts(1);
  expect(texts.length).toBeGreaterThanOrEqual(5);
  for (const text of texts) expect(verifyText(text)).toBeNull();
  const dir = makeTempDir();
  const object = join(dir, 'prog.o');
  writeFileSync(object, mergeObjects(texts.map(compiled)));
  expect(link(linkHost, { arch: 'x86_64', objects: [object], output: join(dir, 'prog') })).toMatchObject({ ok: true });
  const ran = run(join(dir, 'prog'), []);
  expect(ran.stdout).toBe('step 3\nstep 5\nstep 6\nstep 6\n');
  expect(ran.status).toBe(6);
});

test('a large part takes everything', () => {
  expect(parts(1 << 20)).toHaveLength(1);
});

test('threads give the bytes that one after the other gives', async () => {
  const texts = parts(1);
  const aside = await Promise.all(texts.map((text) => compileAside(text, { triple: TRIPLE, opt: 0, kind: 'obj' })));
  const objects = aside.map((r) => {
    if (!r.ok) throw new Error(r.error);
    return r.bytes;
  });
  expect(Buffer.compare(mergeObjects(objects), mergeObjects(parts(1).map(compiled)))).toBe(0);
});

test('a mistake in a part is an error value', async () => {
  const text = new TextEncoder().encode('define void @f() { call void asm sideeffect "frobnicate", ""()\n ret void }');
  expect(await compileAside(text, { triple: TRIPLE, opt: 0, kind: 'obj' })).toMatchObject({ ok: false, error: expect.stringContaining("invalid instruction mnemonic 'frobnicate'") });
  const wrong = new TextEncoder().encode('define i32 @f() { ret i64 0 }');
  expect(await compileAside(wrong, { triple: TRIPLE, opt: 0, kind: 'obj' })).toMatchObject({ ok: false });
});

test.each([1, 400, 1 << 20])('bodies that come later, in any order, change nothing (parts of %i bytes)', (bytes) => {
  const { kit, opts } = program();
  const { m } = kit;
  const bodies = m.fns.map((f) => f?.body ?? null);
  const named = m.fns.filter((f) => f?.body);
  for (const f of named) f.body = null;
  const e = startParts(m, kit.t, opts, bytes);
  const texts: Uint8Array[] = [...e.ready()];
  // The callees first: nothing can be said before main has its body.
  for (const f of named) {
    f.body = bodies[f.id]!;
    const now = [...e.ready()];
    if (f !== named.at(-1)) expect(now).toHaveLength(0);
    texts.push(...now);
  }
  texts.push(...e.rest());
  const text = (x: Uint8Array): string => Buffer.from(x).toString('latin1');
  expect(texts.map(text)).toEqual(parts(bytes).map(text));
});

test('an outside symbol that comes after an internal function of that name is told', () => {
  const { kit, opts } = program();
  const { m } = kit;
  const e = startParts(m, kit.t, opts, 1);
  expect([...e.ready()].length).toBeGreaterThan(0);
  expect(e.clashes).toBe(false);
  m.addFn('puts', 'puts', m.fns.find((f) => f?.symbol === 'main')!.sig, Linkage.extern, 0);
  expect(e.clashes).toBe(false);
  m.addFn('f.step1', 'f.step1', m.fns.find((f) => f?.symbol === 'main')!.sig, Linkage.extern, 0);
  expect(e.clashes).toBe(true);
  // Made again, the internal function keeps clear of it.
  const again = startParts(m, kit.t, opts, 1);
  const texts = [...again.rest()].map((x) => Buffer.from(x).toString('latin1'));
  expect(again.clashes).toBe(false);
  expect(texts.join('')).toMatch(/define hidden i32 @f\.step1\.1\(/);
});
