// Builtins that only the evaluator runs: the type table and type construction (reference 11.8, 18 §1.2–1.3), and traces.
// Each lowers to a call of an extern `sx.ct.<name>` that the evaluator answers; strings and slices travel as (pointer, length).
import { Abi, type Fn, Linkage, type Ref } from '../ir/module.ts';
import { Op, RttiCol } from '../ir/op.ts';
import { IR_I64, IR_PTR, IR_U64, IR_VOID } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { callSite } from './call_site.ts';
import type { Builtin, BuiltinCall } from './builtins.ts';
import { nodeDenotesType } from './check_call.ts';
import { argSlot, coerce } from './coerce.ts';
import { scalarConv } from './convert.ts';
import { expr } from './expr.ts';
import { abiSlot } from './fn.ts';
import type { FnCtx } from './fn_ctx.ts';
import { libraryType } from './library.ts';
import { errorAt } from './report.ts';
import { typeInfoGlobal } from './type_info.ts';
import { typeExpr } from './type_expr.ts';
import { memVal, placeVal, regVal, type Val, VK, voidVal } from './val.ts';
import { newSlot, poison, toMem, toReg } from './value.ts';

export const CT_PREFIX = 'sx.ct.';

type Kind = 'u32' | 'i64' | 'type' | 'string' | 'members';

interface Shape {
  readonly params: readonly Kind[];
  readonly result: Kind;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  raw_intern: { params: ['string'], result: 'u32' },
  raw_text_of: { params: ['u32'], result: 'string' },
  raw_find_type: { params: ['u32'], result: 'u32' },
  raw_type_kind: { params: ['u32'], result: 'i64' },
  raw_type_name: { params: ['u32'], result: 'u32' },
  raw_field_count: { params: ['u32'], result: 'i64' },
  raw_field_name: { params: ['u32', 'i64'], result: 'u32' },
  raw_field_type: { params: ['u32', 'i64'], result: 'u32' },
  raw_variant_value: { params: ['u32', 'i64'], result: 'i64' },
  raw_pointer_to: { params: ['type'], result: 'type' },
  raw_declare_type: { params: ['string'], result: 'type' },
  raw_register_type: { params: ['type', 'i64', 'members'], result: 'type' },
};

function typeOfKind(f: FnCtx, k: Kind): TypeId {
  const { types } = f.c;
  switch (k) {
    case 'u32': return types.u32;
    case 'i64': return types.i64;
    case 'type': return types.type;
    case 'string': return types.string;
    default: return types.slice(libraryType(f.c, 'Member', 'std/meta.sx'));
  }
}

/** The extern function behind builtin `name`; registers only: a string result is written through a last pointer. */
function hostFn(f: FnCtx, name: string, shape: Shape): Fn {
  const { c } = f;
  const symbol = CT_PREFIX + name;
  const known = c.hostFns.get(symbol);
  if (known !== undefined) return known;
  const word = abiSlot(c, c.types.i64);
  const params = shape.params.flatMap((p) => (p === 'string' || p === 'members' ? [word, word] : [word]));
  if (shape.result === 'string') params.push(word);
  const fn = c.module.addFn(symbol, name, c.module.sig(params, shape.result === 'string' ? null : word, Abi.c), Linkage.extern, 0);
  c.hostFns.set(symbol, fn);
  return fn;
}

const tableCall: Builtin = (f, call) => {
  const { types } = f.c;
  const shape = SHAPES[call.name]!;
  if (call.args.length !== shape.params.length) {
    errorAt(f, 'ARITY', call.node, `'${call.name}' expects ${shape.params.length} argument(s), but ${call.args.length} ${call.args.length === 1 ? 'was' : 'were'} given`);
    return poison(f);
  }
  const refs: Ref[] = [];
  for (let i = 0; i < shape.params.length; i++) {
    const want = typeOfKind(f, shape.params[i]!);
    const v = coerce(f, expr(f, call.args[i]!, want, 0), want, call.args[i]!, argSlot(''));
    if (v.k === VK.poison) return poison(f);
    if (types.reg(want) !== IR_VOID) refs.push(scalarConv(f, toReg(f, v), types.reg(want), IR_I64));
    else {
      const p = toMem(f, v);
      refs.push(f.b.conv(Op.p2i, IR_I64, f.b.load(IR_PTR, p)), f.b.load(IR_I64, f.b.field(p, 8)));
    }
  }
  f.b.at = f.pos(call.node);
  const fn = hostFn(f, call.name, shape);
  if (shape.result === 'string') {
    const out = newSlot(f, types.string);
    refs.push(f.b.conv(Op.p2i, IR_I64, out));
    f.b.call(fn.id, IR_VOID, refs, 0);
    return memVal(types.string, out);
  }
  const t = typeOfKind(f, shape.result);
  return regVal(t, scalarConv(f, f.b.call(fn.id, IR_I64, refs, 0), IR_I64, types.reg(t)));
};

/** `type_info(T)`: a constant record of the library's TypeInfo. */
const typeInfo: Builtin = (f: FnCtx, call: BuiltinCall): Val => {
  const { types } = f.c;
  const info = libraryType(f.c, 'TypeInfo', 'std/meta.sx');
  if (info === 0) {
    errorAt(f, 'UNRESOLVED', call.node, 'type_info needs `TypeInfo` in scope — import `modules/std/meta.sx`');
    return poison(f);
  }
  const node = call.args[0]!;
  if (nodeDenotesType(f, node)) {
    const t = typeExpr(f, node);
    if (t === types.poison) return poison(f);
    const place = placeVal(info, f.c.module.globalAddr(typeInfoGlobal(f.c, t)));
    return memVal(info, place.ref);
  }
  const v = expr(f, node, types.type, 0);
  if (v.k === VK.poison) return v;
  let tag: Ref;
  if (types.kind[v.ty] === Ty.any) tag = f.b.load(IR_U64, f.b.field(toMem(f, v), 8));
  else if (v.ty === types.type) tag = toReg(f, v);
  else {
    errorAt(f, 'REFL-TYPE', node, `type_info expects a type, got '${types.text(v.ty)}'`);
    return poison(f);
  }
  return memVal(info, f.b.inst(Op.rtti, IR_PTR, tag, 0, RttiCol.type_info));
};

/** The address of a trace frame record, as the value it points at. */
const resolveFrame: Builtin = (f, call) => {
  const t = libraryType(f.c, 'TraceFrame', 'std/trace.sx');
  const v = coerce(f, expr(f, call.args[0]!, f.c.types.u64, 0), f.c.types.u64, call.args[0]!, argSlot('raw'));
  if (v.k === VK.poison) return v;
  if (t === 0) {
    errorAt(f, 'UNRESOLVED', call.node, '`__trace_resolve_frame` needs `TraceFrame` (modules/std/trace.sx) in the program');
    return poison(f);
  }
  return memVal(t, f.b.conv(Op.i2p, IR_PTR, toReg(f, v)));
};

/** Prints the evaluator's frames, outermost first; nothing in emitted code. */
const printFrames: Builtin = (f) => {
  const { c } = f;
  const symbol = '__interp_print_frames';
  let fn = c.hostFns.get(symbol);
  if (fn === undefined) {
    fn = c.module.addFn(symbol, symbol, c.module.sig([], null, Abi.c), Linkage.extern, 0);
    c.hostFns.set(symbol, fn);
  }
  const yes = f.b.block();
  const done = f.b.block();
  f.b.condBr(f.b.inst(Op.comptime_flag, c.types.reg(c.types.bool), 0, 0, 0), yes, done);
  f.b.start(yes);
  f.b.call(fn.id, IR_VOID, [], 0);
  f.b.start(done);
  return voidVal(c.types.void);
};

export const META: Readonly<Record<string, Builtin>> = {
  ...Object.fromEntries(Object.keys(SHAPES).map((name) => [name, tableCall])),
  __sx_call_site: (f) => regVal(f.c.types.u64, callSite(f)), __trace_resolve_frame: resolveFrame, __interp_print_frames: printFrames, type_info: typeInfo,
};
