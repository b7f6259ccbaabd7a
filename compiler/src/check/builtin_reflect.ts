// Reflection builtins: folded for static types, table reads for run-time Type values (reference 11.7, 18 §1.1).
import type { Ref } from '../ir/module.ts';
import { Op, RttiCol } from '../ir/op.ts';
import { rttiRow } from '../ir/rtti.ts';
import { Node } from '../parse/node.ts';
import { IR_BOOL, IR_I64, IR_PTR, IR_U64, type IrTy } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { BuiltinCall, Builtin } from './builtins.ts';
import { callDecl, callsTypeFunction, forItsType, nodeDenotesType } from './check_call.ts';
import { argSlot, coerce, OTHER } from './coerce.ts';
import { scalarConv, unnarrow } from './convert.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { headOf } from './apply_type.ts';
import { indexRef } from './index_expr.ts';
import { libraryVal } from './library.ts';
import { valArg } from './call_args.ts';
import { fnValueType } from './fn_value_type.ts';
import { autoDeref } from './place.ts';
import { errorAt } from './report.ts';
import { asType, typeExpr } from './type_expr.ts';
import { Capture, constVal, memVal, regVal, type Val, VK } from './val.ts';
import { boolConst, newSlot, poison, toMem, toReg, wrapInt } from './value.ts';

const encoder = new TextEncoder();

/** A type argument: static, or a run-time tag. */
type TypeArg = { readonly t: TypeId; readonly tag: 0 } | { readonly t: 0; readonly tag: Ref };

/** null after a report. `anyOk`: an `any` stands for the type it holds. */
function typeArg(f: FnCtx, call: BuiltinCall, i = 0): TypeArg | null {
  const { types } = f.c;
  const node = call.args[i]!;
  if (!callsTypeFunction(f, node) && nodeDenotesType(f, node)) {
    const t = typeExpr(f, node);
    return t === types.poison ? null : { t, tag: 0 };
  }
  const v = unnarrow(f, expr(f, node, 0, 0));
  if (v.k === VK.poison) return null;
  const t = asType(f, v);
  if (t !== 0) return { t, tag: 0 };
  if (v.ty === types.type) return { t: 0, tag: toReg(f, v) };
  if (types.kind[v.ty] === Ty.any) return { t: 0, tag: heldTag(f, v) };
  if (v.k === VK.fn) return { t: fnValueType(f, v), tag: 0 };
  errorAt(f, 'REFL-TYPE', node, `${call.name} expects a type, got '${types.text(v.ty)}'`);
  return null;
}

/** The type an `any` answers for: the held value's, or the held Type itself. */
function heldTag(f: FnCtx, v: Val): Ref {
  const { types, module } = f.c;
  const p = toMem(f, v);
  const tag = f.b.load(IR_U64, f.b.field(p, 8));
  const out = f.b.slot(8, 8);
  f.b.store(out, tag);
  const inner = f.b.block();
  const done = f.b.block();
  f.b.condBr(f.b.cmp(Op.eq, tag, module.typeTag(types.type)), inner, done);
  f.b.start(inner);
  f.b.store(out, f.b.load(IR_U64, f.b.load(IR_PTR, p)));
  f.b.start(done);
  return f.b.load(IR_U64, out);
}

const rtti = (f: FnCtx, ty: IrTy, tag: Ref, col: RttiCol, index: Ref = 0): Ref => f.b.inst(Op.rtti, ty, tag, index, col);

const i64 = (f: FnCtx, n: number | bigint): Val => constVal(f.c.types.i64, n);
const text = (f: FnCtx, s: string): Val => constVal(f.c.types.string, encoder.encode(s));

/** A builtin with one type argument and an i64 answer. */
function count(col: RttiCol, fold: (f: FnCtx, t: TypeId, call: BuiltinCall) => Val | null): Builtin {
  return (f, call) => {
    const a = typeArg(f, call);
    if (a === null) return poison(f);
    if (a.t !== 0) return fold(f, a.t, call) ?? poison(f);
    return regVal(f.c.types.i64, rtti(f, IR_I64, a.tag, col));
  };
}

function flag(col: RttiCol, fold: (f: FnCtx, t: TypeId) => boolean): Builtin {
  return (f, call) => {
    const a = typeArg(f, call);
    if (a === null) return poison(f);
    if (a.t !== 0) return boolConst(f, fold(f, a.t));
    return regVal(f.c.types.bool, rtti(f, IR_BOOL, a.tag, col));
  };
}

const isEnum = (f: FnCtx, t: TypeId): boolean => f.c.types.kind[t] === Ty.enum_ || f.c.types.kind[t] === Ty.tagged;

function fieldCount(f: FnCtx, t: TypeId, call: BuiltinCall): Val | null {
  const { types } = f.c;
  const k = types.kind[t];
  if (isEnum(f, t)) {
    if (f.comptime) return i64(f, types.members(t).variants.length);
    errorAt(f, 'REFL-KIND', call.node, `struct_field_count expects a struct or tuple type; '${types.text(t)}' is an enum — use variant_count`);
    return null;
  }
  if (k === Ty.array || k === Ty.vector) {
    errorAt(f, 'REFL-KIND', call.node, 'struct_field_count is not for arrays/vectors — use `.len` on the value (its length/lane count)');
    return null;
  }
  return i64(f, rttiRow(types, t).fieldCount);
}

function variantCount(f: FnCtx, t: TypeId, call: BuiltinCall): Val | null {
  if (!variantsOnly(f, t, call)) return null;
  return i64(f, f.c.types.members(t).variants.length);
}

/** What answers the same question about fields and about variants; the others have no dual. */
const DUALS: readonly (readonly [string, string])[] = [
  ['struct_field_count', 'variant_count'], ['struct_field_name', 'variant_name'], ['struct_field_type', 'variant_type'], ['struct_field_value', 'variant_payload'],
];

function variantsOnly(f: FnCtx, t: TypeId, call: BuiltinCall): boolean {
  if (isEnum(f, t)) return true;
  const { types } = f.c;
  const k = types.kind[t];
  const dual = DUALS.find(([, v]) => v === call.name)?.[0];
  const hint = dual !== undefined && (k === Ty.struct || k === Ty.tuple) ? ` — for struct/tuple fields use ${dual}` : '';
  errorAt(f, 'REFL-KIND', call.node, `${call.name} expects an enum or tagged-union type; '${types.text(t)}' is not one${hint}`);
  return false;
}

function fieldsOnly(f: FnCtx, t: TypeId, call: BuiltinCall): boolean {
  if (!isEnum(f, t) || call.name === 'struct_field_type') return true;
  const dual = DUALS.find(([s]) => s === call.name)?.[1];
  const hint = dual === undefined ? '' : ` — use ${dual}`;
  errorAt(f, 'REFL-KIND', call.node, `${call.name} expects a struct or tuple type; '${f.c.types.text(t)}' is an enum${hint}`);
  return false;
}

/** `struct_field_x(T, i)`, `variant_x(E, i)`: one column of member i. */
function member(col: RttiCol, variants: boolean): Builtin {
  return (f, call) => {
    const { types } = f.c;
    const a = typeArg(f, call);
    const iv = expr(f, call.args[1]!, 0, 0);
    if (a === null || iv.k === VK.poison) return poison(f);
    if (a.t !== 0) {
      if (variants ? !variantsOnly(f, a.t, call) : !fieldsOnly(f, a.t, call)) return poison(f);
      if (iv.k === VK.const_) return memberConst(f, call, a.t, Number(iv.cv), col);
    }
    const index = scalarConv(f, toReg(f, coerce(f, iv, types.i64, call.args[1]!, OTHER)), IR_I64, IR_I64);
    const tag = a.t !== 0 ? f.c.module.typeTag(a.t) : a.tag;
    switch (col) {
      case RttiCol.member_name: return memVal(types.string, rtti(f, IR_PTR, tag, col, index));
      case RttiCol.member_type: return regVal(types.type, rtti(f, IR_U64, tag, col, index));
      default: return regVal(types.i64, rtti(f, IR_I64, tag, col, index));
    }
  };
}

function memberConst(f: FnCtx, call: BuiltinCall, t: TypeId, i: number, col: RttiCol): Val {
  const { types } = f.c;
  const row = rttiRow(types, t);
  const m = row.members[i];
  if (m === undefined) {
    errorAt(f, 'REFL-KIND', call.node, `${call.name}: index ${i} is out of range for '${types.text(t)}'`);
    return poison(f);
  }
  switch (col) {
    case RttiCol.member_name: return text(f, m.name);
    case RttiCol.member_type: return f.c.typeVal(m.type);
    case RttiCol.member_offset: return i64(f, m.offset);
    default: return i64(f, wrapInt(IR_I64, m.value));
  }
}

/** A view {data, tag} as an `any`. */
function anyView(f: FnCtx, data: Ref, tag: Ref): Val {
  const { types } = f.c;
  const out = newSlot(f, types.any);
  f.b.store(out, data);
  f.b.store(f.b.field(out, 8), tag);
  return memVal(types.any, out);
}

/** `struct_field_value(v, i)`, `variant_payload(v, i)`. */
function view(variants: boolean): Builtin {
  return (f, call) => {
    const { types, module } = f.c;
    let v = unnarrow(f, expr(f, call.args[0]!, 0, 0));
    const iv = expr(f, call.args[1]!, 0, 0);
    if (v.k === VK.poison || iv.k === VK.poison) return poison(f);
    if (types.kind[v.ty] === Ty.ptr) v = autoDeref(f, v);
    const index = toReg(f, coerce(f, iv, types.i64, call.args[1]!, OTHER));
    const p = toMem(f, v);
    if (types.kind[v.ty] === Ty.any) {
      const tag = f.b.load(IR_U64, f.b.field(p, 8));
      const data = f.b.load(IR_PTR, p);
      const off = rtti(f, IR_I64, tag, RttiCol.member_offset, index);
      return anyView(f, f.b.index(data, off, 1), rtti(f, IR_U64, tag, RttiCol.member_type, index));
    }
    if (variants ? !variantsOnly(f, v.ty, call) : !fieldsOnly(f, v.ty, call)) return poison(f);
    if (iv.k === VK.const_) {
      const m = rttiRow(types, v.ty).members[Number(iv.cv)];
      if (m === undefined) {
        errorAt(f, 'REFL-KIND', call.node, `${call.name}: index ${iv.cv} is out of range for '${types.text(v.ty)}'`);
        return poison(f);
      }
      const off = variants ? types.members(v.ty).payloadOffset : m.offset;
      return anyView(f, f.b.field(p, off), module.typeTag(m.type));
    }
    const tag = module.typeTag(v.ty);
    const off = rtti(f, IR_I64, tag, RttiCol.member_offset, index);
    return anyView(f, f.b.index(p, off, 1), rtti(f, IR_U64, tag, RttiCol.member_type, index));
  };
}

function typeOf(f: FnCtx, call: BuiltinCall): Val {
  const { types } = f.c;
  if (nodeDenotesType(f, call.args[0]!)) return f.c.typeVal(types.type);
  const known = f.comptime ? forItsType(f, call.args[0]!) : null;
  const v = known !== null && known.k !== VK.poison && types.kind[known.ty] !== Ty.any && types.kind[known.ty] !== Ty.protocol ? known : expr(f, call.args[0]!, 0, 0);
  if (v.k === VK.poison) return v;
  if (v.capture === Capture.refElement && types.kind[v.ty] === Ty.ptr) return f.c.typeVal(v.ty);
  if (v.k === VK.fn) return f.c.typeVal(fnValueType(f, v));
  if (v.k === VK.null_) return f.c.typeVal(types.voidPtr);
  const k = types.kind[v.ty];
  if (k === Ty.any || k === Ty.protocol) return regVal(types.type, f.b.load(IR_U64, f.b.field(toMem(f, v), 8)));
  return f.c.typeVal(v.ty);
}

function typeName(f: FnCtx, call: BuiltinCall): Val {
  const a = typeArg(f, call);
  if (a === null) return poison(f);
  if (a.t !== 0) return text(f, f.c.types.text(a.t));
  return memVal(f.c.types.string, rtti(f, IR_PTR, a.tag, RttiCol.name));
}

function typeEq(f: FnCtx, call: BuiltinCall): Val {
  const a = typeArg(f, call, 0);
  const b = typeArg(f, call, 1);
  if (a === null || b === null) return poison(f);
  if (a.t !== 0 && b.t !== 0) return boolConst(f, a.t === b.t);
  const tag = (x: TypeArg): Ref => (x.t !== 0 ? f.c.module.typeTag(x.t) : x.tag);
  return regVal(f.c.types.bool, f.b.cmp(Op.eq, tag(a), tag(b)));
}

function pointeeType(f: FnCtx, call: BuiltinCall): Val {
  const { types } = f.c;
  const a = typeArg(f, call);
  if (a === null) return poison(f);
  const k = types.kind[a.t];
  if (k === Ty.ptr || k === Ty.manyptr) return f.c.typeVal(types.a[a.t]!);
  errorAt(f, 'REFL-KIND', call.node, `pointee_type: '${types.text(a.t)}' is not a pointer type`);
  return poison(f);
}

function hasImpl(f: FnCtx, call: BuiltinCall): Val {
  const head = headOf(f, call.args[0]!);
  const t = typeArg(f, call, 1);
  if (t === null) return poison(f);
  if (head !== null && head.generic && !isApply(f.tree.kindOf(call.args[0]!))) {
    return boolConst(f, f.c.impls.conforms(t.t, f.c.impls.headKey(head)));
  }
  const p = typeExpr(f, call.args[0]!);
  if (p === f.c.types.poison) return poison(f);
  if (f.c.types.kind[p] !== Ty.protocol) {
    errorAt(f, 'REFL-KIND', call.args[0]!, `has_impl expects a protocol, got '${f.c.types.text(p)}'`);
    return poison(f);
  }
  return boolConst(f, f.c.impls.implements(t.t, p));
}

function isApply(k: Node): boolean { return k === Node.Call || k === Node.TypeApply; }

function isIdentity(f: FnCtx, call: BuiltinCall): Val {
  const { types } = f.c;
  const a = typeArg(f, call);
  if (a === null) return poison(f);
  if (a.t === 0) {
    errorAt(f, 'REFL-TYPE', call.node, "is_identity expects a compile-time type — a runtime 'Type' value always tags a concrete type, never a protocol");
    return poison(f);
  }
  return boolConst(f, types.kind[a.t] === Ty.protocol && types.members(a.t).identity);
}

function errorName(f: FnCtx, call: BuiltinCall): Val {
  const { types } = f.c;
  const v = expr(f, call.args[0]!, 0, 0);
  if (v.k === VK.poison) return v;
  if (types.kind[v.ty] !== Ty.errset && v.k === VK.const_) f.c.module.rawTags = true;
  const tag = types.kind[v.ty] === Ty.errset ? toReg(f, v) : toReg(f, coerce(f, v, types.u32, call.args[0]!, OTHER));
  return memVal(types.string, f.b.inst(Op.err_name, IR_PTR, tag, 0, 0));
}

function variantIndex(f: FnCtx, call: BuiltinCall): Val {
  const { types, module } = f.c;
  const a = typeArg(f, call);
  if (a === null) return poison(f);
  if (a.t === 0) {
    const v = expr(f, call.args[1]!, types.any, 0);
    if (v.k === VK.poison) return v;
    if (v.ty !== types.any) {
      errorAt(f, 'REFL-TYPE', call.args[1]!, `variant_index with a runtime Type takes the value as an \`any\` view (got '${types.text(v.ty)}') — box it, or spell the type statically`);
      return poison(f);
    }
    const fn = libraryVal(f.c, '__sx_variant_index', 'std/fmt.sx');
    if (fn === null || fn.k !== VK.fn) {
      errorAt(f, 'UNRESOLVED', call.node, 'variant_index on a run-time type needs modules/std/fmt.sx');
      return poison(f);
    }
    return callDecl(f, fn.fn!, [valArg(call.node, regVal(types.type, a.tag)), valArg(call.args[1]!, v)], { node: call.node, trailing: 0, receiver: false, want: 0, dst: 0 });
  }
  if (!variantsOnly(f, a.t, call)) return poison(f);
  const v = coerce(f, expr(f, call.args[1]!, a.t, 0), a.t, call.args[1]!, argSlot('val'));
  if (v.k === VK.poison) return v;
  const info = types.members(a.t);
  const reg = types.reg(info.backing);
  const tag = types.kind[a.t] === Ty.enum_ ? toReg(f, v) : f.b.load(reg, toMem(f, v));
  let out = scalarConv(f, tag, reg, IR_I64);
  const word = out;
  for (let i = info.variants.length - 1; i >= 0; i--) {
    out = f.b.select(IR_I64, f.b.cmp(Op.eq, word, module.int(IR_I64, wrapInt(IR_I64, info.variants[i]!.value))), module.int(IR_I64, i), out);
  }
  return regVal(types.i64, out);
}

function anyElement(f: FnCtx, call: BuiltinCall): Val {
  const { types, module } = f.c;
  const av = coerce(f, expr(f, call.args[0]!, types.any, 0), types.any, call.args[0]!, argSlot('av'));
  const t = typeArg(f, { ...call, args: [call.args[1]!] });
  const index = indexRef(f, call.args[2]!);
  if (av.k === VK.poison || t === null || index === null) return poison(f);
  const data = f.b.load(IR_PTR, toMem(f, av));
  if (t.t !== 0) return anyView(f, f.b.index(data, index, types.size(t.t)), module.typeTag(t.t));
  const off = f.b.bin(Op.mul, IR_I64, index, rtti(f, IR_I64, t.tag, RttiCol.size));
  return anyView(f, f.b.index(data, off, 1), t.tag);
}

function rawAnyData(f: FnCtx, call: BuiltinCall): Val {
  const { types } = f.c;
  const av = coerce(f, expr(f, call.args[0]!, types.any, 0), types.any, call.args[0]!, argSlot('av'));
  return av.k === VK.poison ? av : regVal(types.voidPtr, f.b.load(IR_PTR, toMem(f, av)));
}

function rawMakeAny(f: FnCtx, call: BuiltinCall): Val {
  const { types, module } = f.c;
  const t = typeArg(f, call);
  const v = expr(f, call.args[1]!, 0, 0);
  if (t === null || v.k === VK.poison) return poison(f);
  if (types.reg(v.ty) !== IR_PTR) {
    errorAt(f, 'RAWANY-PTR', call.args[1]!, `raw_make_any expects a pointer for 'data' (got '${types.text(v.ty)}') — pass the value's address (\`*v\`, or a raw_any_data result)`);
    return poison(f);
  }
  return anyView(f, toReg(f, v), t.t !== 0 ? module.typeTag(t.t) : t.tag);
}

export const REFLECT: Readonly<Record<string, Builtin>> = {
  size_of: count(RttiCol.size, (f, t) => i64(f, f.c.types.size(t))),
  align_of: count(RttiCol.align, (f, t) => i64(f, f.c.types.align(t))),
  struct_field_count: count(RttiCol.field_count, fieldCount),
  variant_count: count(RttiCol.variant_count, variantCount),
  vector_lanes: count(RttiCol.lanes, (f, t, call) => {
    if (f.c.types.kind[t] === Ty.vector) return i64(f, f.c.types.b[t]!);
    errorAt(f, 'REFL-KIND', call.node, `vector_lanes expects a vector type; '${f.c.types.text(t)}' is not one`);
    return null;
  }),
  __sx_variant_tag_width: count(RttiCol.tag_width, (f, t) => i64(f, rttiRow(f.c.types, t).tagWidth)),
  __sx_array_len: count(RttiCol.len, (f, t) => i64(f, rttiRow(f.c.types, t).len)),
  is_unsigned: flag(RttiCol.is_unsigned, (f, t) => f.c.types.isInt(t) && !f.c.types.isSigned(t)),
  is_flags: flag(RttiCol.is_flags, (f, t) => f.c.types.kind[t] === Ty.enum_ && f.c.types.members(t).flags),
  is_struct: flag(RttiCol.category, (f, t) => f.c.types.kind[t] === Ty.struct),
  struct_field_name: member(RttiCol.member_name, false),
  struct_field_type: member(RttiCol.member_type, false),
  struct_field_offset: member(RttiCol.member_offset, false),
  variant_name: member(RttiCol.member_name, true),
  variant_type: member(RttiCol.member_type, true),
  variant_value: member(RttiCol.member_value, true),
  struct_field_value: view(false),
  variant_payload: view(true),
  type_of: typeOf, type_name: typeName, type_eq: typeEq, pointee_type: pointeeType, has_impl: hasImpl, is_identity: isIdentity,
  error_name: errorName, variant_index: variantIndex, any_element: anyElement, raw_any_data: rawAnyData, raw_make_any: rawMakeAny,
};

