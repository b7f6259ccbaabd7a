// Takes `.{ … }` and `T.{ … }`; builds the struct, tuple, union, array, vector or payload in place (reference 5.2).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Node } from '../parse/node.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { arrayFromElems } from './array_lit.ts';
import { spreadElems } from './call_args.ts';
import { coerce, fieldSlot, OTHER } from './coerce.ts';
import { defaultInto, fieldDefault } from './default_value.ts';
import { withPayload } from './enum_lit.ts';
import { expr, exprAs, exprInto } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { constMember } from './member.ts';
import { lookupIdent } from './names.ts';
import { closest, errorAt, givenTwice } from './report.ts';
import { noteLiteral, noteMemberOf, noteName } from './semantics.ts';
import { blockStatement } from './stmt.ts';
import { storedType } from './tuple.ts';
import { literalType, typeExpr } from './type_expr.ts';
import { memVal, placeVal, regVal, type Val, VK } from './val.ts';
import { held, lastToRun, newSlot, poison, storeTo, toMem } from './value.ts';
import { wrapOptional } from './optional.ts';
import { ownProtocolLiteral } from './protocol.ts';

export function structLiteral(f: FnCtx, node: NodeId, want: TypeId, dst: Ref): Val {
  const { types } = f.c;
  const { tree } = f;
  const head = tree.a[node]!;
  let t = want;
  if (head !== 0) {
    if (tree.kindOf(head) === Node.EnumLit || isVariantPath(f, head)) return variantLiteral(f, node, want, dst);
    t = literalType(f, head, node);
    if (t === types.poison) return poison(f);
  }
  const v = buildLiteral(f, node, t, t === want ? dst : 0);
  if (tree.c[node] === 0 || v.k === VK.poison) return v;
  return initBlock(f, v, tree.c[node]!);
}

/** `.v.{ … }`, `E.v.{ … }`: the literal is the payload. */
function isVariantPath(f: FnCtx, head: NodeId): boolean {
  const { tree } = f;
  if (tree.kindOf(head) !== Node.Member) return false;
  f.c.sink.mute();
  const v = baseType(f, tree.a[head]!);
  f.c.sink.unmute();
  return v !== 0 && f.c.types.kind[v] === Ty.tagged && f.c.types.members(v).variants.some((x) => x.name === f.c.text(tree.b[head]!));
}

function baseType(f: FnCtx, node: NodeId): TypeId {
  const kind = f.tree.kindOf(node);
  if (kind !== Node.Ident && kind !== Node.Member && kind !== Node.Call) return 0;
  if (kind === Node.Ident) noteName(f, node, true);
  const v = kind === Node.Call ? f.c.typeVal(typeExpr(f, node)) : lookupStatic(f, node);
  return v !== null && v.k === VK.type ? (v.cv as number) : 0;
}

function lookupStatic(f: FnCtx, node: NodeId): Val | null {
  if (f.tree.kindOf(node) === Node.Ident) return f.find(f.tree.a[node]!) !== null ? null : lookupIdent(f, f.tree.a[node]!, 'type');
  return constMember(f, node);
}

function variantLiteral(f: FnCtx, node: NodeId, want: TypeId, dst: Ref): Val {
  const { types } = f.c;
  const { tree } = f;
  const head = tree.a[node]!;
  let t = want;
  let name = tree.a[head]!;
  if (tree.kindOf(head) === Node.Member) {
    t = baseType(f, tree.a[head]!);
    name = tree.b[head]!;
  }
  while (t !== 0 && types.kind[t] === Ty.optional) t = types.a[t]!;
  const text = f.c.text(name);
  noteMemberOf(f, head, t, name);
  if (t === 0 || types.kind[t] !== Ty.tagged) {
    if (t !== 0 && types.kind[t] === Ty.struct) return poison(f);
    errorAt(f, 'ENUM-NOTARGET', head, `enum literal '.${text}' has no destination type`);
    return poison(f);
  }
  const i = types.members(t).variants.findIndex((v) => v.name === text);
  if (i < 0) {
    errorAt(f, 'ENUM-VARIANT', head, `'${text}' is not a variant of '${types.text(t)}' (variants are: ${types.members(t).variants.map((v) => v.name).join(', ')})`);
    return poison(f);
  }
  const payloadType = types.members(t).variants[i]!.payload;
  const args = tree.list(tree.b[node]!);
  const scalar = types.kind[payloadType] !== Ty.struct && types.kind[payloadType] !== Ty.tuple && types.kind[payloadType] !== Ty.array && types.kind[payloadType] !== Ty.union
    && types.kind[payloadType] !== Ty.vector && types.kind[payloadType] !== Ty.slice;
  let payload: Val;
  if (scalar && args.length === 1) payload = exprAs(f, args[0]!, payloadType, fieldSlot(text), 0);
  else payload = buildLiteral(f, node, payloadType, 0);
  if (payload.k === VK.poison) return poison(f);
  return withPayload(f, t, i, payload, t === want ? dst : 0);
}

/** `.{}` for an array: every element has its default value. */
function emptyArray(f: FnCtx, t: TypeId, dst: Ref): Val {
  const at = dst !== 0 ? dst : newSlot(f, t);
  defaultInto(f, at, t);
  return memVal(t, at);
}

/** Builds the elements of a literal node as a value of type `t` (0 = anonymous by shape). */
export function buildLiteral(f: FnCtx, node: NodeId, t: TypeId, dst: Ref): Val {
  const { types } = f.c;
  noteLiteral(f, node, t);
  switch (t === 0 ? Ty.none : types.kind[t]) {
    case Ty.none: case Ty.any: return anonymous(f, node);
    case Ty.struct: return structFields(f, node, t, dst);
    case Ty.tuple: return tupleFields(f, node, t, dst);
    case Ty.union: return unionFields(f, node, t);
    case Ty.optional: {
      const inner = buildLiteral(f, node, types.a[t]!, 0);
      return inner.k === VK.poison ? inner : wrapOptional(f, coerce(f, inner, types.a[t]!, node, OTHER), t);
    }
    case Ty.array: {
      if (f.tree.list(f.tree.b[node]!).length === 0) return emptyArray(f, t, dst);
      return arrayFromElems(f, [...f.tree.list(f.tree.b[node]!)], t, node, dst);
    }
    case Ty.vector: case Ty.slice: return arrayFromElems(f, [...f.tree.list(f.tree.b[node]!)], t, node, dst);
    case Ty.string: return rawPair(f, node, t, ['ptr', 'len'], [types.manyPtr(types.u8), types.i64]);
    case Ty.closure: return rawPair(f, node, t, ['fn_ptr', 'env'], [types.voidPtr, types.voidPtr]);
    case Ty.ptr: {
      const v = buildLiteral(f, node, types.a[t]!, 0);
      return v.k === VK.poison ? v : regVal(t, toMem(f, v));
    }
    case Ty.protocol: return ownProtocolLiteral(f, node, t);
    case Ty.poison: return poison(f);
    default:
      errorAt(f, 'LIT-NONSTRUCT', node, `cannot build a struct literal for non-struct type '${types.text(t)}'`);
      return poison(f);
  }
}

interface Elem {
  readonly node: NodeId;
  /** `name = value` as a whole, else the value: for reports about the name. */
  readonly whole: NodeId;
  readonly name: string; // '' positional
  readonly val: Val | null;
}

/** Elements with spreads expanded; `named` when the literal is read by names. */
function elements(f: FnCtx, node: NodeId, isField: (name: string) => boolean): { elems: Elem[]; named: boolean } {
  const { tree } = f;
  const elems: Elem[] = [];
  let explicit = false;
  let bareAll = true;
  let firstBare = true;
  let any = false;
  const list = tree.list(tree.b[node]!);
  list.forEach((n, i) => {
    switch (tree.kindOf(n)) {
      case Node.NamedArg:
        explicit = true;
        elems.push({ node: tree.b[n]!, whole: n, name: f.c.text(tree.a[n]!), val: null });
        break;
      case Node.Spread: {
        const v = expr(f, tree.a[n]!, 0, 0);
        const parts = spreadElems(f, v);
        if (parts === null) {
          if (v.k !== VK.poison) errorAt(f, 'SPREAD', tree.a[n]!, `cannot spread a value of type '${f.c.types.text(v.ty)}'`);
        } else for (const p of parts) elems.push({ node: n, whole: n, name: '', val: p });
        bareAll = false;
        if (i === 0) firstBare = false;
        break;
      }
      case Node.Ident: {
        any = true;
        if (!isField(f.c.text(tree.a[n]!))) bareAll = false;
        elems.push({ node: n, whole: n, name: '', val: null });
        break;
      }
      default:
        if (i === 0) firstBare = false;
        elems.push({ node: n, whole: n, name: '', val: null });
    }
  });
  const named = explicit || (any && bareAll && firstBare);
  if (!named) return { elems, named };
  return {
    named,
    elems: elems.map((e) => (e.name === '' && tree.kindOf(e.node) === Node.Ident && isField(f.c.text(tree.a[e.node]!)) ? { ...e, name: f.c.text(tree.a[e.node]!) } : e)),
  };
}

function structFields(f: FnCtx, node: NodeId, t: TypeId, dst: Ref): Val {
  const { types } = f.c;
  const info = types.members(t);
  types.size(t);
  const { elems } = elements(f, node, (n) => info.fields.some((x) => x.name === n));
  const out = dst !== 0 ? dst : newSlot(f, t);
  const given = new Array<boolean>(info.fields.length).fill(false);
  let bad = false;
  // Padding must be deterministic only where nothing is written; fields cover the rest.
  for (const [at, e] of elems.entries()) {
    let i: number;
    if (e.name !== '') {
      i = info.fields.findIndex((x) => x.name === e.name);
      if (i < 0) {
        const d = errorAt(f, 'FIELD', e.whole, `field '${e.name}' not found on type '${types.text(t)}'`);
        const near = closest(e.name, info.fields.map((x) => x.name));
        if (near !== null) d.help(`did you mean '${near}'?`);
        bad = true;
        continue;
      }
    } else {
      // Also between named ones an element stands for the field at its place: `Vec.{ x, y, 0 }`.
      i = at;
      if (i >= info.fields.length) {
        errorAt(f, 'LIT-COUNT', e.node, `'${types.text(t)}' has ${info.fields.length} fields, but the literal has ${elems.length} elements`);
        return poison(f);
      }
    }
    const field = info.fields[i]!;
    if (given[i]) {
      givenTwice(f, e.whole, field.name);
      bad = true;
      continue;
    }
    given[i] = true;
    const place = f.b.field(out, field.offset);
    if (e.val !== null) storeTo(f, place, coerce(f, e.val, field.type, e.node, fieldSlot(field.name)));
    else exprInto(f, e.node, field.type, fieldSlot(field.name), place);
  }
  info.fields.forEach((x, i) => {
    if (!given[i]) fieldDefault(f, t, i, f.b.field(out, x.offset), node);
  });
  return bad ? poison(f) : memVal(t, out);
}

function tupleFields(f: FnCtx, node: NodeId, t: TypeId, dst: Ref): Val {
  const { types } = f.c;
  const list = types.lists[t]!;
  const labels = types.names[t];
  const { elems } = elements(f, node, (n) => labels?.includes(n) ?? false);
  if (elems.length !== list.length) {
    errorAt(f, 'LIT-COUNT', node, `'${types.text(t)}' has ${list.length} elements, but the literal has ${elems.length}`);
    return poison(f);
  }
  const out = dst !== 0 ? dst : newSlot(f, t);
  const given = new Array<boolean>(list.length).fill(false);
  elems.forEach((e, k) => {
    const i = e.name !== '' && labels !== null && labels !== undefined ? labels.indexOf(e.name) : k;
    if (i < 0) {
      errorAt(f, 'FIELD', e.whole, `field '${e.name}' not found on type '${types.text(t)}'`);
      return;
    }
    if (given[i]) {
      givenTwice(f, e.whole, labels?.[i] || String(i));
      return;
    }
    given[i] = true;
    const place = f.b.field(out, types.tupleOffset(t, i));
    if (e.val !== null) storeTo(f, place, coerce(f, e.val, list[i]!, e.node, OTHER));
    else exprInto(f, e.node, list[i]!, OTHER, place);
  });
  return memVal(t, out);
}

/** An untagged union: exactly one member, or fields of one anonymous arm. */
function unionFields(f: FnCtx, node: NodeId, t: TypeId): Val {
  const { types } = f.c;
  const info = types.members(t);
  types.size(t);
  const { elems } = elements(f, node, (n) => info.fields.some((x) => x.name === n));
  const out = newSlot(f, t);
  f.b.zero(out, types.size(t));
  let arm = -1;
  const given = new Set<string>();
  elems.forEach((e, k) => {
    if (e.name === '') {
      errorAt(f, 'UNION-OVERLAP', e.whole, 'a union literal must name its member(s)');
      return;
    }
    const i = info.fields.findIndex((x) => x.name === e.name);
    if (i < 0) {
      errorAt(f, 'FIELD', e.whole, `field '${e.name}' not found on type '${types.text(t)}'`);
      return;
    }
    const own = info.arms[i]!;
    if (given.has(e.name)) {
      givenTwice(f, e.whole, e.name);
      return;
    }
    given.add(e.name);
    if (k > 0 && (own === 0 || own !== arm)) errorAt(f, 'UNION-OVERLAP', e.whole, 'a union literal may set only one member');
    arm = own;
    exprInto(f, e.node, info.fields[i]!.type, fieldSlot(e.name), f.b.field(out, info.fields[i]!.offset));
  });
  return memVal(t, out);
}

/** `string.{ ptr = …, len = … }` and closures from their words. */
function rawPair(f: FnCtx, node: NodeId, t: TypeId, names: readonly string[], types_: readonly TypeId[]): Val {
  const { elems } = elements(f, node, (n) => names.includes(n));
  const out = newSlot(f, t);
  f.b.zero(out, f.c.types.size(t));
  elems.forEach((e, k) => {
    const i = e.name === '' ? k : names.indexOf(e.name);
    if (i < 0 || i >= names.length) {
      errorAt(f, 'FIELD', e.whole, `field '${e.name}' not found on type '${f.c.types.text(t)}'`);
      return;
    }
    const v = expr(f, e.node, types_[i]!, 0);
    const r = coerce(f, v, types_[i]!, e.node, fieldSlot(names[i]!));
    storeTo(f, f.b.field(out, i * 8), r);
  });
  return memVal(t, out);
}

/** No destination: the literal types itself by its shape. */
function anonymous(f: FnCtx, node: NodeId): Val {
  const { types } = f.c;
  const { tree } = f;
  const list = tree.list(tree.b[node]!);
  const hasNamed = list.some((n) => tree.kindOf(n) === Node.NamedArg);
  const positional = list.find((n) => tree.kindOf(n) !== Node.NamedArg && tree.kindOf(n) !== Node.Ident);
  if (hasNamed && positional !== undefined) {
    errorAt(f, 'LIT-MIXED', positional, 'cannot mix positional and named elements');
    return poison(f);
  }
  const { elems } = elements(f, node, () => hasNamed || (list.length > 0 && positional === undefined));
  const given = new Set<string>();
  for (const e of elems) {
    if (e.name === '') continue;
    if (given.has(e.name)) {
      givenTwice(f, e.whole, e.name);
      return poison(f);
    }
    given.add(e.name);
  }
  const last = lastToRun(f, elems.map((e) => e.node));
  const vals = elems.map((e, i) => held(f, e.val ?? expr(f, e.node, 0, 0), i < last));
  if (vals.some((v) => v.k === VK.poison)) return poison(f);
  const names = elems.map((e, i) => (e.name === '' ? String(i) : e.name));
  const t = types.anonStruct(names, vals.map((v) => storedType(f, v)));
  types.size(t);
  const out = newSlot(f, t);
  vals.forEach((v, i) => storeTo(f, f.b.field(out, types.fieldOffset(t, i)), v));
  return memVal(t, out);
}

/** `T.{ … } { stmts }`: the statements run with `self: *T`. */
function initBlock(f: FnCtx, v: Val, block: NodeId): Val {
  const { types, known } = f.c;
  const place = toMem(f, v);
  f.push();
  const slot = f.b.slot(8, 8);
  f.b.store(slot, place);
  f.declare(known.self, placeVal(types.ptr(v.ty), slot), f.pos(block));
  blockStatement(f, block);
  f.pop();
  return memVal(v.ty, place);
}

