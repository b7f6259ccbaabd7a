// Takes an implementation and the address of a concrete value; gives protocol values: records, slot functions, vtables (reference 8.13).
import { type FnId, type GlobalId, Linkage, type Ref, RelocKind, type Reloc } from '../ir/module.ts';
import { IR_PTR, IR_VOID } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { irFn, plainInst, resultOf, sigOf } from './fn.ts';
import type { FnCtx } from './fn_ctx.ts';
import type { Impl } from './impls.ts';
import { protocolInfo, type ProtoMethod, slotSig } from './protocol_decl.ts';
import { makeThunk, thunkCall } from './thunk.ts';
import { memVal, type Val } from './val.ts';

export const TYPE_WORD = 8;
export const TABLE_WORD = 16;

/** The function in the slot of a dispatchable method: (context, receiver pointer, parameters…) -> result. */
export function slotFn(c: Checker, i: Impl, m: ProtoMethod): FnId {
  const known = i.slots[m.slot];
  if (known !== undefined && known !== 0) return known;
  const decl = c.impls.protocolMethod(i, m)!;
  const inst = plainInst(c, decl);
  const fn = irFn(c, inst);
  const self = inst.params[0] ?? c.types.void;
  const want = slotSig(c, protocolInfo(c, i.proto), m);
  const sig = sigOf(c, want.params, want.ret, 0, 1);
  if (fn.sig === sig) {
    i.slots[m.slot] = fn.id;
    return fn.id;
  }
  const name = `${c.types.text(i.target)}.${c.text(m.name)}.${c.types.text(i.proto)}`;
  const shape = {
    display: name,
    extra: 1 as const,
    params: want.params,
    ret: want.ret,
    flags: 0,
    pos: decl.tree.pos(decl.node),
  };
  const id = makeThunk(c, shape, (t) => {
    const reg = c.types.reg(self);
    // A by-value receiver: scalars are loaded, aggregates are copied by the callee.
    const receiver = c.types.kind[self] === Ty.ptr || reg === IR_VOID ? t.extra : t.b.load(reg, t.extra);
    const args = inst.params.length === 0 ? [] : [receiver, ...t.args];
    return thunkCall(c, t, fn.id, resultOf(c, inst), inst.usesContext ? [t.ctx, ...args] : args, t.ret);
  });
  i.slots[m.slot] = id;
  return id;
}

/**
 * A constant record of the protocol type with a null ctx: {null, type, vtable} or {null, type, fn1, fn2, …}. Values are made by copying it
 * and storing the ctx, which is shorter IR than storing each word.
 */
export function recordTemplate(c: Checker, i: Impl): GlobalId {
  if (i.template !== 0) return i.template;
  const info = c.types.members(i.proto);
  const methods = protocolInfo(c, i.proto).methods.filter((m) => m.slot >= 0);
  const size = c.types.size(i.proto);
  const record = constGlobal(c, size, i.proto);
  i.template = record.id; // a method may erase its own type
  record.relocs.push({ offset: TYPE_WORD, kind: RelocKind.type, target: i.target, addend: 0 });
  const slots: Reloc[] = methods.map((m) => ({
    offset: m.slot * 8,
    kind: RelocKind.fn,
    target: slotFn(c, i, m),
    addend: 0,
  }));
  if (info.inline) {
    record.relocs.push(...slots.map((r) => ({ ...r, offset: r.offset + TABLE_WORD })));
  } else if (slots.length > 0) {
    const table = constGlobal(c, slots.length * 8, 0);
    table.relocs.push(...slots);
    record.relocs.push({ offset: TABLE_WORD, kind: RelocKind.global, target: table.id, addend: 0 });
  }
  return i.template;
}

function constGlobal(c: Checker, size: number, type: TypeId) {
  return c.module.addGlobal({
    name: '',
    type,
    size,
    align: 8,
    bytes: new Uint8Array(size),
    relocs: [],
    mutable: false,
    linkage: Linkage.internal,
    threadLocal: false,
    pos: 0,
    display: '',
  });
}

/** Writes the record of a value that borrows or owns `ctx` to `dst`. */
export function writeRecord(f: FnCtx, i: Impl, ctx: Ref, dst: Ref): Val {
  const template = recordTemplate(f.c, i);
  f.b.copy(dst, f.c.module.globalAddr(template), f.c.types.size(i.proto));
  f.b.store(dst, ctx);
  return memVal(i.proto, dst);
}

/** A record of static storage for a value whose address is a constant: views of globals outlive every frame. */
export function staticRecord(c: Checker, i: Impl, target: GlobalId, offset: number): Ref {
  const key = `view:${i.proto}:${i.target}:${target}:${offset}`;
  const known = c.baked.get(key);
  if (known !== undefined) return known;
  const template = c.module.globals[recordTemplate(c, i)]!;
  const g = constGlobal(c, template.size, i.proto);
  g.relocs.push({ offset: 0, kind: RelocKind.global, target, addend: offset }, ...template.relocs);
  const ref = c.module.globalAddr(g.id);
  c.baked.set(key, ref);
  return ref;
}

/** The code pointer of a method of the record at `record`. */
export function loadSlot(f: FnCtx, proto: TypeId, record: Ref, m: ProtoMethod): Ref {
  const { b } = f;
  if (f.c.types.members(proto).inline) return b.load(IR_PTR, b.field(record, TABLE_WORD + 8 * m.slot));
  return b.load(IR_PTR, b.field(b.load(IR_PTR, b.field(record, TABLE_WORD)), 8 * m.slot));
}
