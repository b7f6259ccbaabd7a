// Takes a type and a name; gives its static member: constant, method, enum variant, numeric limit (reference 4.5, 2.12).
import type { NameId, NodeId } from '../base/ids.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { evalConstant } from './const_decl.ts';
import { namedValue } from './decls.ts';
import { constructVariant } from './enum_lit.ts';
import { FnCtx } from './fn_ctx.ts';
import type { Member, TypeDecl } from './nominal_decl.ts';
import { errorAt } from './report.ts';
import { constVal, type Val, Val as ValClass, VK } from './val.ts';
import { poison } from './value.ts';

/** null when the type has no such member (nothing reported). */
export function staticMember(f: FnCtx, base: Val, name: NameId, node: NodeId): Val | null {
  const { c } = f;
  const { types } = c;
  if (base.k === VK.head) return null;
  const t = base.cv as TypeId;
  const text = c.text(name);
  if (types.isNumber(t)) {
    const limit = numericLimit(f, t, text, node);
    if (limit !== null) return limit;
  } else if (types.kind[t]! <= Ty.type && isLimitName(text)) {
    errorAt(f, 'LIMITS', node, `type '${types.text(t)}' has no '.${text}': numeric limits apply only to integer and float types`);
    return poison(f);
  }
  const kind = types.kind[t]!;
  if (kind === Ty.enum_ || kind === Ty.tagged) {
    const info = types.members(t);
    const i = info.variants.findIndex((v) => v.name === text);
    if (i >= 0) return constructVariant(f, t, i, node);
  }
  const m = findMember(f.c, t, name);
  return m === null ? null : memberVal(f, m, t);
}

/** A method or constant declared in the type or added by an impl; null when there is none. */
export function findMember(c: FnCtx['c'], t: TypeId, name: NameId): Member | null {
  const own = c.typeDecls.get(t)?.members.get(name);
  if (own !== undefined) return own;
  const impl = c.implMethods.get(t)?.get(name);
  if (impl !== undefined) return impl;
  return c.impls?.methodOf(t, name) ?? null;
}

/** The value of a member: a function, or a constant evaluated in the type's scope. */
export function memberVal(f: FnCtx, m: Member, owner: TypeId): Val {
  const { c } = f;
  if (m.val !== null) return m.val;
  const g = new FnCtx(c, m.file, m.tree, m.env);
  if (m.fn !== null) {
    const v = new ValClass(VK.fn, c.types.poison, 0, 0);
    v.fn = m.fn;
    m.val = v;
    return v;
  }
  if (m.busy) {
    errorAt(g, 'ALIAS-CYCLE', m.node, `alias cycle: ${c.text(m.name)} -> ${c.text(m.name)}`);
    return poison(f);
  }
  m.busy = true;
  let v = namedValue(g, m.name, m.node, (early) => { m.val = early; }, owner, c.types.text(owner));
  v ??= evalConstant(g, m.name, m.node);
  m.busy = false;
  m.val = v;
  if (v.k === VK.fn) m.fn = v.fn;
  return v;
}

const FLOAT_ONLY = new Set(['epsilon', 'min_positive', 'true_min', 'inf', 'nan']);

export function isLimitName(text: string): boolean { return text === 'min' || text === 'max' || FLOAT_ONLY.has(text); }

function numericLimit(f: FnCtx, t: TypeId, text: string, node: NodeId): Val | null {
  const { types } = f.c;
  if (types.isInt(t)) {
    const w = BigInt(types.width(t));
    const signed = types.isSigned(t);
    const lim = (v: bigint): Val => constVal(t, v >= -9007199254740991n && v <= 9007199254740991n ? Number(v) : v);
    if (text === 'max') return lim(signed ? (1n << (w - 1n)) - 1n : (1n << w) - 1n);
    if (text === 'min') return lim(signed ? -(1n << (w - 1n)) : 0n);
    if (FLOAT_ONLY.has(text)) {
      errorAt(f, 'LIMITS', node, `type '${types.text(t)}' has no '.${text}': it applies only to float types`);
      return poison(f);
    }
    return null;
  }
  const single = t === types.f32;
  switch (text) {
    case 'max': return constVal(t, single ? 3.4028234663852886e38 : Number.MAX_VALUE);
    case 'min': return constVal(t, single ? -3.4028234663852886e38 : -Number.MAX_VALUE);
    case 'epsilon': return constVal(t, single ? 2 ** -23 : 2 ** -52);
    case 'min_positive': return constVal(t, single ? 2 ** -126 : 2 ** -1022);
    case 'true_min': return constVal(t, single ? 2 ** -149 : 2 ** -1074);
    case 'inf': return constVal(t, Infinity);
    case 'nan': return constVal(t, NaN);
    default: return null;
  }
}

export type { TypeDecl };
