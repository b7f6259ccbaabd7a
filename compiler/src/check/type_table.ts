// The type table as compile-time code sees and extends it: handles, minted types (reference 11.8, 18 §1.2–1.3).
import type { NameId, NodeId } from '../base/ids.ts';
import type { Code } from '../diagnostics/codes.ts';
import { rttiRow } from '../ir/rtti.ts';
import { Node } from '../parse/node.ts';
import { stringValue } from '../parse/string_value.ts';
import type { Tree } from '../parse/tree.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { declsAnywhere } from '../resolve/lookup.ts';
import { DeclKind } from '../resolve/module.ts';
import type { Checker } from './checker.ts';
import { callsTypeFunction } from './check_call.ts';
import { declVal, isBeingMade } from './decls.ts';
import { FnCtx } from './fn_ctx.ts';
import { infiniteText } from './nominal.ts';
import { VK } from './val.ts';

/** A reason an evaluation must fail with. */
export class TableError extends Error {
  constructor(message: string, readonly code: Code = 'META-REGISTER') {
    super(message);
  }
}

export const enum MintKind { struct = 1, enum_ = 2, tagged = 3, tuple = 4 }

export interface MintMember {
  readonly name: string;
  readonly type: TypeId;
}

/** Finds or creates the forward nominal slot `name`. */
export function declareMinted(c: Checker, name: string): TypeId {
  let t = c.minted.get(name);
  if (t === undefined) {
    t = c.types.nominal(Ty.struct, name);
    c.minted.set(name, t);
  }
  if (c.evalSite !== null && !c.mintSites.has(t)) c.mintSites.set(t, c.evalSite);
  return t;
}

/** Fills a declared slot; filling it again with anything is ignored. */
export function registerMinted(c: Checker, handle: TypeId, kind: number, members: readonly MintMember[]): TypeId {
  const { types } = c;
  if (kind === MintKind.tuple) return types.tuple(members.map((m) => m.type));
  const n = types.nominals[handle];
  if (n === null || n === undefined || ![...c.minted.values()].includes(handle)) throw new TableError("register_type: handle is not a declare_type'd nominal slot");
  if (n.complete) return handle;
  const seen = new Set<string>();
  for (const m of members) {
    if (seen.has(m.name)) throw new TableError(`register_type: duplicate ${kind === MintKind.enum_ ? 'variant' : 'member'} name '${m.name}'`, 'META-DUP');
    seen.add(m.name);
    if (types.contains(m.type, handle)) throw new TableError(`register_type: ${infiniteText(n.name)}`, 'TYPE-INFINITE');
  }
  switch (kind) {
    case MintKind.struct:
      n.fields = members.map((m) => ({ name: m.name, type: m.type, offset: -1, default: 0 }));
      break;
    case MintKind.enum_: case MintKind.tagged: {
      const payload = members.find((m) => m.type !== types.void);
      if (kind === MintKind.enum_ && payload !== undefined) throw new TableError(`register_type: '${payload.name}' is a payload variant — use kind 3 (tagged_union)`);
      types.retag(handle, kind === MintKind.enum_ ? Ty.enum_ : Ty.tagged);
      n.variants = members.map((m, i) => ({ name: m.name, payload: m.type, value: i }));
      n.backing = types.i64;
      break;
    }
    default: throw new TableError(`register_type: unknown kind code ${kind}`);
  }
  n.complete = true;
  types.forgetLayout(handle);
  return handle;
}

const NOMINAL_NODES = new Set([Node.StructDef, Node.UnionDef, Node.EnumDef, Node.ErrorDef]);
const NOMINAL = new Set([Ty.struct, Ty.union, Ty.enum_, Ty.tagged, Ty.errset]);

/** The first nominal type of a name; 0 = none. */
export function findType(c: Checker, name: string): TypeId {
  for (let t = 1; t < c.types.kind.length; t++) {
    const n = c.types.nominals[t];
    if (n !== null && n !== undefined && NOMINAL.has(c.types.kind[t]!) && n.name === name) return t;
  }
  // Declared, but not looked at so far.
  for (const d of declsAnywhere(c.program.files, c.names.intern(name))) {
    if (d.kind !== DeclKind.const_ || isBeingMade(d)) continue;
    const value = d.file.tree.b[d.node]!;
    if (!NOMINAL_NODES.has(d.file.tree.kindOf(value)) && !callsTypeFunction(new FnCtx(c, d.file, d.file.tree, null), value)) continue;
    const v = declVal(c, d);
    if (v.k === VK.type) return v.cv as number;
  }
  return 0;
}

export function typeKind(c: Checker, t: TypeId): number {
  switch (c.types.kind[t]) {
    case Ty.struct: return 1;
    case Ty.enum_: return 2;
    case Ty.tagged: return 3;
    case Ty.tuple: return 4;
    case Ty.union: return 5;
    case Ty.array: return 6;
    case Ty.vector: return 7;
    case Ty.errset: return 8;
    default: return 0;
  }
}

export function memberCount(c: Checker, t: TypeId): number {
  const k = c.types.kind[t];
  if (k === Ty.array || k === Ty.vector) return c.types.b[t]!;
  const row = rttiRow(c.types, t);
  if (k === Ty.struct || k === Ty.union || k === Ty.tuple || k === Ty.enum_ || k === Ty.tagged) return row.members.length;
  throw new TableError(`type '${c.types.text(t)}' has no members`);
}

export function member(c: Checker, t: TypeId, i: number): { name: string; type: TypeId; value: number | bigint } {
  const m = rttiRow(c.types, t).members[i];
  if (m === undefined) throw new TableError(`member ${i} of type '${c.types.text(t)}' does not exist`);
  return m;
}

/** `declare("L")` somewhere in this tree lets its text mention `L` before it runs. */
export function preDeclared(c: Checker, tree: Tree, name: NameId): TypeId {
  const text = c.text(name);
  const known = c.minted.get(text);
  if (known !== undefined) return known;
  for (let n: NodeId = 1; n < tree.count; n++) {
    if (tree.kindOf(n) !== Node.Call) continue;
    const callee = tree.a[n]!;
    const k = tree.kindOf(callee);
    const called = k === Node.Ident ? tree.a[callee]! : k === Node.Member ? tree.b[callee]! : 0;
    if (called === 0 || c.text(called) !== 'declare') continue;
    const args = tree.list(tree.b[n]!);
    if (args.length === 1 && tree.kindOf(args[0]!) === Node.String && new TextDecoder().decode(stringValue(tree, args[0]!)) === text) return declareMinted(c, text);
  }
  return 0;
}
