// Takes `x.name` and `x.0`; gives the field, element, property, lane, payload or namespace member (reference 4.5).
import type { NameId, NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { callDecl } from './check_call.ts';
import { valArg } from './call_args.ts';
import { unnarrow } from './convert.ts';
import { expr } from './expr.ts';
import { valueInst } from './fn_value_type.ts';
import { irFn } from './fn.ts';
import type { FnCtx } from './fn_ctx.ts';
import { useVal } from './ident.ts';
import { lookupIdent, namespaceMember, reportNoMember } from './names.ts';
import { autoDeref } from './place.ts';
import { projectPack, projectTuple } from './projection.ts';
import { primitiveType } from './primitive.ts';
import { errorAt, closest } from './report.ts';
import { noteMember } from './semantics.ts';
import { findMember, isLimitName, memberVal, staticMember } from './static_member.ts';
import { constVal, memVal, regVal, type Val, VK } from './val.ts';
import { poison, subPlace, toMem } from './value.ts';

export function memberExpr(f: FnCtx, node: NodeId, want: TypeId): Val {
  const { tree } = f;
  const name = tree.b[node]!;
  const count = name === f.c.known.len ? lengthByType(f, tree.a[node]!) : -1;
  if (count >= 0) return constVal(f.c.types.i64, count);
  const base = baseVal(f, tree.a[node]!);
  noteMember(f, node, base, name);
  if (base.k === VK.poison) return base;
  if (base.k === VK.ns) {
    const m = namespaceMember(f, base.unit!, name);
    if (m === null) {
      const vector = primitiveType(f.c, name);
      if (vector !== 0) return f.c.typeVal(vector);
      reportNoMember(f, node, tree.a[node]!, name);
      return poison(f);
    }
    return useVal(f, m, node, want);
  }
  if (base.k === VK.type || base.k === VK.head) {
    const m = staticMember(f, base, name, node);
    if (m !== null) return useVal(f, m, node, want);
    if (base.k === VK.type && noVariant(f, base.cv as TypeId, name, node)) return poison(f);
    errorAt(f, 'FIELD', node, `field '${f.c.text(name)}' not found on type '${base.k === VK.type ? (f.c.types.nominals[base.cv as number] !== null && !isLimitName(f.c.text(name)) ? f.c.types.text(base.cv as number) : 'Type') : base.head!.name}'`);
    return poison(f);
  }
  return memberOf(f, base, name, node);
}

/** The length of an array or vector variable of the function around code that runs at compile time: its type says it. -1 for others. */
export function lengthByType(f: FnCtx, node: NodeId): number {
  const { tree } = f;
  const { types } = f.c;
  if (tree.kindOf(node) !== Node.Ident) return -1;
  const v = f.find(tree.a[node]!)?.val ?? lookupIdent(f, tree.a[node]!);
  if (v === null || (v.k !== VK.outer && v.k !== VK.mem && v.k !== VK.reg)) return -1;
  return types.kind[v.ty] === Ty.array || types.kind[v.ty] === Ty.vector ? types.b[v.ty]! : -1;
}

/** Reports `E.zz` at an enum. */
function noVariant(f: FnCtx, t: TypeId, name: NameId, node: NodeId): boolean {
  const { types } = f.c;
  if ((types.kind[t] !== Ty.enum_ && types.kind[t] !== Ty.tagged) || isLimitName(f.c.text(name))) return false;
  errorAt(f, 'ENUM-VARIANT', node, `'${f.c.text(name)}' is not a variant of '${types.text(t)}' (variants are: ${types.members(t).variants.map((v) => v.name).join(', ')})`);
  return true;
}

/** The left side of a dot: a namespace, type or value. */
export function baseVal(f: FnCtx, node: NodeId): Val {
  // A bare reserved spelling before a dot is the type, even when a raw value of that name exists (reference 1.3).
  if (f.tree.kindOf(node) === Node.Ident && (f.tree.flags[node]! & 2) === 0) {
    const p = primitiveType(f.c, f.tree.a[node]!);
    if (p !== 0 && f.c.types.isNumber(p)) return f.c.typeVal(p);
  }
  return expr(f, node, 0, 0);
}

/** A namespace or type member that is known without running code; null otherwise. */
export function constMember(f: FnCtx, node: NodeId): Val | null {
  const { tree } = f;
  const left = tree.a[node]!;
  let base: Val | null = null;
  const kind = tree.kindOf(left);
  if (kind === Node.Ident || kind === Node.TypeName) {
    const name = tree.a[left]!;
    base = f.find(name) === null ? lookupIdent(f, name) : null;
    const primitive = base === null ? primitiveType(f.c, name) : 0;
    if (primitive !== 0) base = f.c.typeVal(primitive);
  }
  else if (kind === Node.Member || kind === Node.TypePath) base = constMember(f, left);
  if (base === null) return null;
  if (base.k === VK.ns) return namespaceMember(f, base.unit!, tree.b[node]!);
  if (base.k === VK.type) return staticMember(f, base, tree.b[node]!, node);
  return null;
}

/** For a member that the payload of an optional has. */
export const UNWRAP_FIRST = 'unwrap the optional first: `!`, `if v := …`, or a test for null with no assignment to the name in between';

/** Member `name` of a value; reports when there is none. */
export function memberOf(f: FnCtx, base0: Val, name: NameId, node: NodeId): Val {
  const r = tryMember(f, base0, name, node);
  if (r !== null) return r;
  const v = autoDeref(f, unnarrow(f, base0));
  const text = f.c.text(name);
  const d = errorAt(f, 'FIELD', node, `field '${text}' not found on type '${f.c.types.text(v.ty)}'`);
  const near = closest(text, fieldNames(f, v.ty));
  if (near !== null) d.help(`did you mean '${near}'?`);
  else if (f.c.types.kind[v.ty] === Ty.optional && fieldNames(f, pointee(f, f.c.types.a[v.ty]!)).includes(text)) d.help(UNWRAP_FIRST);
  return poison(f);
}

function pointee(f: FnCtx, t: TypeId): TypeId { return f.c.types.kind[t] === Ty.ptr ? f.c.types.a[t]! : t; }

function fieldNames(f: FnCtx, t: TypeId): string[] {
  const n = f.c.types.nominals[t];
  return n === null || n === undefined ? [] : n.fields.map((x) => x.name);
}

/** Member `name` of a value, null when it has none. */
export function tryMember(f: FnCtx, base0: Val, name: NameId, node: NodeId): Val | null {
  const { types, known } = f.c;
  if (base0.k === VK.pack) return packMember(f, base0, name, node);
  if (base0.only !== 0) {
    errorAt(f, 'INLINEFOR-PACK', node, `'${f.c.text(name)}' is not part of protocol '${f.c.impls.protocolText(base0.only)}'`);
    return poison(f);
  }
  const base = autoDeref(f, unnarrow(f, base0));
  if (base.k === VK.poison) return base;
  const text = f.c.text(name);
  switch (types.kind[base.ty]) {
    case Ty.string: case Ty.slice:
      if (name === known.len) return base.k === VK.const_ ? constVal(types.i64, (base.cv as Uint8Array).length) : subPlace(f, base, toMem(f, base), 8, types.i64);
      if (name === known.ptr) return subPlace(f, base, toMem(f, base), 0, types.manyPtr(types.kind[base.ty] === Ty.string ? types.u8 : types.a[base.ty]!));
      break;
    case Ty.array: if (name === known.len) return constVal(types.i64, types.b[base.ty]!);
      if (name === known.ptr) return regVal(types.manyPtr(types.a[base.ty]!), toMem(f, base));
      break;
    case Ty.vector:
      if (name === known.len) return constVal(types.i64, types.b[base.ty]!);
      return laneMember(f, base, text, node);
    case Ty.closure:
      if (name === known.fn_ptr) return subPlace(f, base, toMem(f, base), 0, types.voidPtr);
      if (name === known.env) return subPlace(f, base, toMem(f, base), 8, types.voidPtr);
      break;
    case Ty.fn: if (base.k === VK.fn || name === known.fn_ptr || name === known.env) return fnMember(f, base, name); break;
    case Ty.tuple: {
      const i = types.names[base.ty]?.indexOf(text) ?? -1;
      if (i >= 0) return tupleElem(f, base, i);
      const all = projectTuple(f, base, name, node);
      if (all !== null) return all;
      break;
    }
    case Ty.struct: case Ty.union: {
      const i = types.fieldIndex(base.ty, text);
      if (i < 0) break;
      const { type } = types.members(base.ty).fields[i]!;
      if (types.kind[base.ty] === Ty.union) f.b.looksInto(base.ty);
      return type === types.poison ? poison(f) : subPlace(f, base, toMem(f, base), types.fieldOffset(base.ty, i), type);
    }
    case Ty.tagged: {
      const info = types.members(base.ty);
      const i = info.variants.findIndex((x) => x.name === text);
      if (i >= 0) return subPlace(f, base, toMem(f, base), info.payloadOffset, info.variants[i]!.payload);
      const layout = info.layoutStruct;
      if (layout !== 0) {
        const j = types.members(layout).fields.findIndex((x) => x.name === text);
        if (j >= 0) return subPlace(f, base, toMem(f, base), types.fieldOffset(layout, j), types.members(layout).fields[j]!.type);
      }
      break;
    }
    default: break;
  }
  return property(f, base, name, node);
}

function fnMember(f: FnCtx, base: Val, name: NameId): Val | null {
  const { types, known } = f.c;
  if (name === known.env) return constVal(types.voidPtr, 0);
  if (base.k === VK.fn) {
    const inst = valueInst(f, base);
    if (inst !== null) return regVal(types.voidPtr, f.c.module.fnAddr(irFn(f.c, inst).id));
  }
  return memVal(types.voidPtr, toMem(f, base));
}

/** `#get` accessors are read like fields. */
function property(f: FnCtx, base: Val, name: NameId, node: NodeId): Val | null {
  const m = findMember(f.c, base.ty, name);
  if (m !== null && m.get) {
    const v = memberVal(f, m, base.ty);
    if (v.k === VK.fn) return callDecl(f, v.fn!, [valArg(node, base)], { node, trailing: 0, receiver: true, want: 0, dst: 0 });
  }
  const setter = f.c.typeDecls.get(base.ty)?.setters.get(name);
  if (setter !== undefined) {
    errorAt(f, 'PROP-READONLY', node, `property '${f.c.text(name)}' is write-only (no '#get')`);
    return poison(f);
  }
  return null;
}

const LANES = ['xr', 'yg', 'zb', 'wa'];

function laneMember(f: FnCtx, base: Val, text: string, node: NodeId): Val | null {
  const { types } = f.c;
  const i = text.length === 1 ? LANES.findIndex((l) => l.includes(text)) : -1;
  if (i < 0) return null;
  if (i >= types.b[base.ty]!) {
    errorAt(f, 'FIELD', node, `lane '${text}' is out of range: '${types.text(base.ty)}' has ${types.b[base.ty]} lanes`);
    return poison(f);
  }
  const elem = types.a[base.ty]!;
  return subPlace(f, base, toMem(f, base), i * types.size(elem), elem);
}

function packMember(f: FnCtx, base: Val, name: NameId, node: NodeId): Val | null {
  const { types, known } = f.c;
  if (name === known.len) return constVal(types.i64, base.elems!.length);
  return projectPack(f, base, name, node);
}

export function tupleIndexExpr(f: FnCtx, node: NodeId): Val {
  const base = expr(f, f.tree.a[node]!, 0, 0);
  if (base.k === VK.poison) return base;
  return tupleIndex(f, base, f.tree.b[node]!, node);
}

/** Element `i` of a tuple, positional anonymous struct or pack. */
export function tupleIndex(f: FnCtx, base0: Val, i: number, node: NodeId): Val {
  const { types } = f.c;
  if (base0.k === VK.pack) {
    const e = base0.elems![i];
    if (e !== undefined) return e;
    errorAt(f, 'PACK-INDEX', node, `pack index ${i} out of bounds: '${f.c.text(base0.captureName)}' has ${base0.elems!.length} element${base0.elems!.length === 1 ? '' : 's'}`);
    return poison(f);
  }
  const base = autoDeref(f, unnarrow(f, base0));
  if (types.kind[base.ty] === Ty.tuple) {
    if (i < types.lists[base.ty]!.length) return tupleElem(f, base, i);
  } else if (types.kind[base.ty] === Ty.struct) {
    const info = types.members(base.ty);
    // Anonymous structs are read by position too, whatever their labels.
    const named = info.fields.findIndex((x) => x.name === String(i));
    const k = named >= 0 || !info.anonymous || i >= info.fields.length ? named : i;
    if (k >= 0) return subPlace(f, base, toMem(f, base), types.fieldOffset(base.ty, k), info.fields[k]!.type);
  }
  errorAt(f, 'FIELD', node, `field '${i}' not found on type '${types.text(base.ty)}'`);
  return poison(f);
}

export function tupleElem(f: FnCtx, base: Val, i: number): Val {
  const { types } = f.c;
  return subPlace(f, base, toMem(f, base), types.tupleOffset(base.ty, i), types.lists[base.ty]![i]!);
}

