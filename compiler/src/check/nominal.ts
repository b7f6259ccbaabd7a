// Takes struct, enum, union, error and protocol declarations; gives their types, declared at once and completed on demand.
import type { NameId, NodeId } from '../base/ids.ts';
import { EnumFlag, FnFlag, Node } from '../parse/node.ts';
import { type Field, Ty, type TypeId, type Variant } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { constIntOf } from './const_count.ts';
import { comptimeEnv } from './comptime_eval.ts';
import { introducesIn } from './dollar_field.ts';
import { Env } from './env.ts';
import { FnCtx } from './fn_ctx.ts';
import type { FnDecl } from './fn_decl.ts';
import { lookupIdent } from './names.ts';
import { type Member, MemberKind, NO_MEMBERS, type TypeDecl, type TypeHead } from './nominal_decl.ts';
import { completeProtocol } from './protocol_decl.ts';
import { Instances } from './instances.ts';
import { duplicate, errorAt, rejectDuplicates } from './report.ts';
import { typeExpr } from './type_expr.ts';
import { Val, VK } from './val.ts';
import { wrapInt } from './value.ts';

export type NominalKind = Ty.struct | Ty.union | Ty.enum_ | Ty.tagged | Ty.protocol;

export function makeHead(f: FnCtx, name: string, node: NodeId, generic: boolean, maker: FnDecl | null = null): TypeHead {
  return { id: f.c.nextId++, name, tree: f.tree, node, file: f.file, env: f.env, instances: new Instances(), generic, maker };
}

/** `Name :: struct/enum/union …`: a type, or a head when it has parameters. */
export function declareHead(f: FnCtx, name: string, node: NodeId, early: (v: Val) => void): Val {
  const generic = f.tree.kindOf(node) === Node.StructDef && f.tree.listCount(f.tree.a[node]!) > 0;
  const head = makeHead(f, name, node, generic);
  if (generic) {
    // What no instance is needed for.
    rejectDuplicates(f, f.tree.list(f.tree.a[node]!), 'parameter');
    rejectDuplicates(f, fieldNames(f.tree, f.tree.ids(f.tree.b[node]!)), 'field');
    const v = new Val(VK.head, f.c.types.type, 0, 0);
    v.head = head;
    return v;
  }
  const t = declareType(f.c, head, name, new Env(f.env), []);
  head.instances.set('', t);
  const v = f.c.typeVal(t);
  early(v);
  return v;
}

/** A nominal type for (one instance of) a head: members are known later. */
export function declareType(c: Checker, head: TypeHead, name: string, env: Env, args: readonly Val[]): TypeId {
  const { types } = c;
  const { tree, node } = head;
  const kind = nominalKind(head);
  const t = types.nominal(kind, name);
  const decl: TypeDecl = {
    type: t, head, args, tree, node, file: head.file, env, members: NO_MEMBERS, setters: NO_MEMBERS, depth: c.completing === null ? 0 : c.completing.depth + 1, state: 0, defaults: [],
  };
  c.typeDecls.set(t, decl);
  env.bind(c.known.Self, c.typeVal(t));
  const self = c.names.find(head.name);
  if (self !== 0) env.bind(self, c.typeVal(t));
  if (tree.kindOf(node) === Node.StructDef) addMembers(c, decl, tree.b[node]!);
  return t;
}

function nominalKind(head: TypeHead): NominalKind {
  const { tree, node } = head;
  switch (tree.kindOf(node)) {
    case Node.UnionDef: return Ty.union;
    case Node.ProtocolDef: return Ty.protocol;
    case Node.EnumDef: return hasPayload(head.tree, node) ? Ty.tagged : Ty.enum_;
    default: return Ty.struct;
  }
}

const VOID = [118, 111, 105, 100];

/** Whether an enum has a variant with a payload type other than void (by its spelling). */
function hasPayload(tree: FnCtx['tree'], node: NodeId): boolean {
  if (tree.b[node] !== 0 && tree.kindOf(tree.b[node]!) === Node.StructDef) return true;
  for (const v of tree.list(tree.a[node]!)) {
    const payload = tree.c[v]!;
    if (payload === 0 || tree.kindOf(payload) === Node.TypeUnit) continue;
    const start = tree.start[payload]!;
    const isVoid = tree.end[payload]! - start === 4 && VOID.every((b, i) => tree.file.bytes[start + i] === b);
    if (!isVoid) return true;
  }
  return false;
}

function withMember(table: ReadonlyMap<NameId, Member>, m: Member): ReadonlyMap<NameId, Member> {
  if (table === NO_MEMBERS) return new Map([[m.name, m]]);
  return (table as Map<NameId, Member>).set(m.name, m);
}

function addMembers(c: Checker, decl: TypeDecl, list: number): void {
  const { tree } = decl;
  const count = tree.listCount(list);
  for (let i = 0; i < count; i++) {
    const n = tree.listAt(list, i);
    if (tree.kindOf(n) !== Node.ConstDecl) continue;
    const value = tree.b[n]!;
    const isFn = tree.kindOf(value) === Node.Fn || tree.kindOf(value) === Node.UfcsAlias;
    const flags = isFn ? tree.flags[value]! : 0;
    const m: Member = {
      kind: isFn ? MemberKind.method : MemberKind.constant, name: tree.a[n]!, tree, node: n, file: decl.file, env: decl.env,
      get: (flags & FnFlag.get) !== 0, set: (flags & FnFlag.set) !== 0, fn: null, val: null, busy: false,
    };
    const table = m.set ? decl.setters : decl.members;
    const twin = table.get(m.name);
    if (twin !== undefined) duplicate(typeCtx(c, decl), n, twin.node, 'member');
    else if (m.set) decl.setters = withMember(table, m);
    else decl.members = withMember(table, m);
  }
}

export function declareError(f: FnCtx, name: string, node: NodeId): Val {
  const nodes = f.tree.list(f.tree.a[node]!);
  rejectDuplicates(f, nodes, 'tag');
  const tags = [...new Set([...nodes].map((n) => f.c.text(f.tree.a[n]!)))];
  for (const t of tags) f.c.errorTag(t);
  return f.c.typeVal(f.c.types.errorSet(name, tags));
}

export function declareProtocol(f: FnCtx, name: string, node: NodeId, early: (v: Val) => void): Val {
  const generic = f.tree.listCount(f.tree.a[node]!) > 0;
  const head = makeHead(f, name, node, generic);
  if (generic) {
    rejectDuplicates(f, f.tree.list(f.tree.a[node]!), 'parameter');
    const v = new Val(VK.head, f.c.types.type, 0, 0);
    v.head = head;
    return v;
  }
  const t = declareType(f.c, head, name, new Env(f.env), []);
  head.instances.set('', t);
  const v = f.c.typeVal(t);
  early(v);
  return v;
}

/** A context for names inside a type's declaration. */
export function typeCtx(c: Checker, d: { file: TypeDecl['file']; tree: TypeDecl['tree']; env: Env | null }): FnCtx {
  return new FnCtx(c, d.file, d.tree, d.env);
}

/** The hook of Types.onIncomplete. */
export function completeType(c: Checker, t: TypeId): void {
  const { types } = c;
  const n = types.info(t);
  const decl = c.typeDecls.get(t);
  if (decl === undefined) {
    // A type of compile-time code that define() has not filled.
    const at = c.mintSites.get(t) ?? { start: 0, end: 0 };
    if (c.minted.get(n.name) === t) c.sink.error('META-INCOMPLETE', at.start, at.end, `type '${n.name}' is declared but never defined — complete it with define(handle, info)`);
    n.complete = true;
    return;
  }
  if (decl.state === 1) {
    infinite(c, decl);
    return;
  }
  if (decl.state === 2) return;
  decl.state = 1;
  const outer = c.completing;
  c.completing = decl;
  switch (types.kind[t]) {
    case Ty.struct: completeStruct(c, decl); break;
    case Ty.union: completeUnion(c, decl); break;
    case Ty.enum_: case Ty.tagged: completeEnum(c, decl); break;
    case Ty.protocol: completeProtocol(c, decl); break;
    default: break;
  }
  c.completing = outer;
  n.complete = true;
  if (types.kind[t] !== Ty.protocol) types.size(t);
  decl.state = 2;
}

/** Members that ask for instances which ask for others (`x: *S(N + 1)`): no program has so many of them, one that prints such a value wants all. */
const MAX_FAMILY = 500;

/** Whether the type that is being completed stands at the end of such a line; says so. */
export function endlessFamily(f: FnCtx, node: NodeId, name: string): boolean {
  const { completing } = f.c;
  if (completing === null || completing.depth < MAX_FAMILY) return false;
  errorAt(f, 'NESTING', node, `types of '${name}' nest too deeply (more than ${MAX_FAMILY} levels): each has a member of the next, and what prints or reflects on one needs all of them`);
  return true;
}

/** Whether some type was only named by a member of another. Such types may be without end, which shows when a type table asks for them all. */
export function hasUnaskedFamily(c: Checker): boolean {
  return c.typeDecls.values().some((d) => d.state === 0 && d.depth > 0 && d.head !== null && d.args.length > 0);
}

export const infiniteText = (name: string): string => `type '${name}' is infinitely sized (it contains itself by value); use a pointer ('*${name}') to break the cycle`;

function infinite(c: Checker, decl: TypeDecl): void {
  const n = c.types.info(decl.type);
  if (!n.complete) {
    const at = decl.tree;
    c.sink.error('TYPE-INFINITE', at.pos(decl.node), at.pos(decl.node) + 1, infiniteText(n.name)).withoutExcerpt();
  }
  // The members that close a cycle are poison, the others are what they are: one report for one mistake.
  const cut = (t: TypeId): TypeId => (holdsUnfinished(c, t) ? c.types.poison : t);
  n.fields = n.fields.map((x) => ({ ...x, type: cut(x.type) }));
  n.variants = n.variants.map((v) => ({ ...v, payload: cut(v.payload) }));
  n.complete = true;
}

/** The hook of Types.onInfinite: types that were all complete before one of them was looked at, as those of compile-time code are. */
export function infiniteLayout(c: Checker, t: TypeId): void {
  const n = c.types.info(t);
  const decl = c.typeDecls.get(t);
  const at = decl === undefined ? c.mintSites.get(t)?.start ?? 0 : decl.tree.pos(decl.node);
  c.sink.error('TYPE-INFINITE', at, at + 1, infiniteText(n.name)).withoutExcerpt();
  const cut = (x: TypeId): TypeId => (c.types.contains(x, t) ? c.types.poison : x);
  n.fields = n.fields.map((x) => ({ ...x, type: cut(x.type) }));
  n.variants = n.variants.map((v) => ({ ...v, payload: cut(v.payload) }));
}

/** Whether a value of this type has within it one of a type that is being completed. */
function holdsUnfinished(c: Checker, t: TypeId): boolean {
  const { types } = c;
  switch (types.kind[t]) {
    case Ty.array: case Ty.optional: return holdsUnfinished(c, types.a[t]!);
    case Ty.tuple: return types.lists[t]!.some((x) => holdsUnfinished(c, x));
    case Ty.struct: case Ty.union: case Ty.enum_: case Ty.tagged:
      if (c.typeDecls.get(t)?.state === 1) return true;
      return !types.info(t).complete ? false : [...types.info(t).fields.map((x) => x.type), ...types.info(t).variants.map((v) => v.payload)].some((x) => holdsUnfinished(c, x));
    default: return false;
  }
}

function completeStruct(c: Checker, decl: TypeDecl): void {
  const fields = structFields(typeCtx(c, decl), decl);
  c.types.info(decl.type).fields = fields;
  checkContains(c, decl, fields.map((x) => x.type));
}

/** The names that these members of a struct or union declare; an anonymous arm of a union promotes its own. */
function fieldNames(tree: TypeDecl['tree'], members: readonly NodeId[], names: NodeId[] = []): NodeId[] {
  for (const m of members) {
    if (tree.kindOf(m) !== Node.Field) continue;
    const own = tree.a[m]!;
    const count = tree.listCount(own);
    for (let i = 0; i < count; i++) names.push(tree.listAt(own, i));
    if (count === 0 && tree.kindOf(tree.b[m]!) === Node.StructDef) fieldNames(tree, tree.ids(tree.b[tree.b[m]!]!), names);
  }
  return names;
}

/** The fields in declaration order, `#using` spliced in; their defaults go to the declaration. */
function structFields(f: FnCtx, decl: TypeDecl): Field[] {
  const { c } = f;
  const { tree } = decl;
  const fields: Field[] = [];
  const members = tree.ids(tree.b[decl.node]!);
  rejectDuplicates(f, fieldNames(tree, members), 'field');
  const written = (): ReadonlySet<string> => new Set(fieldNames(tree, members).map((n) => c.text(tree.a[n]!)));
  for (const m of members) {
    const kind = tree.kindOf(m);
    if (kind === Node.Using) useFields(f, decl, m, members, fields);
    if (kind !== Node.Field) continue;
    const t = fieldType(f, tree.b[m]!);
    const count = tree.listCount(tree.a[m]!);
    for (let i = 0; i < count; i++) {
      const name = c.text(tree.a[tree.listAt(tree.a[m]!, i)]!);
      let handle = 0;
      if (tree.c[m] !== 0) handle = decl.defaults.push({ node: tree.c[m]!, tree, file: decl.file, env: decl.env });
      fields.push({ name: name === '_' ? paddingName(fields.length, written()) : name, type: t, offset: -1, default: handle });
    }
  }
  return fields;
}

/** Asks for the size of by-value members now, so that self containment is found while this type is being completed. */
function checkContains(c: Checker, decl: TypeDecl, members: readonly TypeId[]): void {
  for (const t of members) {
    let inner = t;
    while (c.types.kind[inner] === Ty.array || (c.types.kind[inner] === Ty.optional && !c.types.isPointerLike(c.types.a[inner]!))) inner = c.types.a[inner]!;
    if (c.types.kind[inner] === Ty.tuple) checkContains(c, decl, c.types.lists[inner]!);
    else if (c.types.nominals[inner] !== null) c.types.complete(inner);
  }
}

/** The name of the padding field at index `i`: one that no field has (it shows in reflection and in print). */
function paddingName(i: number, written: ReadonlySet<string>): string {
  let name = `_${i}`;
  while (written.has(name)) name += '_';
  return name;
}

const isPadding = (name: string): boolean => /^_\d+_*$/.test(name);

function fieldType(f: FnCtx, node: NodeId): TypeId {
  if (introducesIn(f, node, (name) => f.env !== null && f.env.get(name) !== null)) return f.c.types.poison;
  return typeExpr(f, node);
}

function useFields(f: FnCtx, decl: TypeDecl, node: NodeId, members: readonly NodeId[], fields: Field[]): void {
  const { types } = f.c;
  const name = f.tree.a[node]!;
  const ident = f.tree.a[name]!;
  const v = f.tree.kindOf(name) === Node.TypeName ? lookupIdent(f, ident, 'type', name) : null;
  if (f.tree.kindOf(name) === Node.TypeName && v === null) {
    if (f.lookupReported) f.lookupReported = false;
    else errorAt(f, 'TYPE-UNKNOWN', name, `unknown type '${f.c.text(ident)}' in #using inside struct`);
    return;
  }
  const t = typeExpr(f, name);
  if (types.kind[t] !== Ty.struct) return;
  const base = f.c.typeDecls.get(t);
  const written = new Map(fieldNames(f.tree, members).map((n) => [f.c.text(f.tree.a[n]!), n]));
  for (const x of types.members(t).fields) {
    const other = written.get(x.name);
    if (isPadding(x.name)) {
      // Each padding field has a name of its own.
    } else if (other === undefined) {
      if (fields.some((y) => y.name === x.name)) duplicate(f, name, name, 'field', x.name);
    } else if (f.pos(other) < f.pos(name)) duplicate(f, name, other, 'field', x.name);
    else duplicate(f, other, name, 'field', x.name);
    const handle = x.default === 0 || base === undefined ? 0 : decl.defaults.push(base.defaults[x.default - 1]!);
    fields.push({ name: x.name, type: x.type, offset: -1, default: handle });
  }
}

function completeUnion(c: Checker, decl: TypeDecl): void {
  const f = typeCtx(c, decl);
  const n = c.types.info(decl.type);
  unionFields(f, decl.tree, decl.node, n.fields, n.arms);
  checkContains(c, decl, n.fields.map((x) => x.type));
}

/** Members of a union: named ones at 0; fields of anonymous struct arms are promoted with their offsets. arms[i] = arm type or 0. */
function unionFields(f: FnCtx, tree: TypeDecl['tree'], node: NodeId, fields: Field[], arms: number[]): void {
  const { types } = f.c;
  const members = tree.ids(tree.a[node]!);
  rejectDuplicates(f, fieldNames(tree, members), 'field');
  for (const m of members) {
    const t = typeExpr(f, tree.b[m]!);
    const names = tree.list(tree.a[m]!);
    if (names.length > 0) {
      fields.push({ name: f.c.text(tree.a[names[0]!]!), type: t, offset: 0, default: 0 });
      arms.push(0);
      continue;
    }
    if (types.kind[t] !== Ty.struct) continue;
    types.size(t);
    for (const x of types.members(t).fields) {
      fields.push({ name: x.name, type: x.type, offset: x.offset, default: 0 });
      arms.push(t);
    }
  }
}

function completeEnum(c: Checker, decl: TypeDecl): void {
  const f = typeCtx(c, decl);
  const n = c.types.info(decl.type);
  const { tree, node } = decl;
  const flags = (tree.flags[node]! & EnumFlag.flags) !== 0;
  n.flags = flags;
  const t = backingType(f, node);
  if (c.types.kind[t] === Ty.struct) useLayoutStruct(c, n, t);
  else n.backing = t;
  n.variants = enumVariants(f, tree, node, flags, n.backing);
  checkContains(c, decl, n.variants.map((v) => v.payload));
}

/** The type written after `enum`: an integer or a layout struct. */
function backingType(f: FnCtx, node: NodeId): TypeId {
  const { types } = f.c;
  const written = f.tree.b[node]!;
  if (written === 0) return types.i64;
  const t = typeExpr(f, written);
  if (types.isInt(t)) return t;
  if (types.kind[t] === Ty.struct) {
    const tag = types.members(t).fields.find((x) => x.name === 'tag')?.type ?? types.i64;
    if (types.isInt(tag) || types.kind[tag] === Ty.enum_) return t;
    if (tag !== types.poison) errorAt(f, 'ENUM-BACKING', written, `the field 'tag' of an enum's layout struct is an integer, not '${types.text(tag)}'`);
    return types.i64;
  }
  if (t !== types.poison) errorAt(f, 'ENUM-BACKING', written, `the backing type of an enum is an integer type, not '${types.text(t)}'`);
  return types.i64;
}

function useLayoutStruct(c: Checker, n: ReturnType<Checker['types']['info']>, t: TypeId): void {
  const { types } = c;
  types.size(t);
  n.layoutStruct = t;
  for (const x of types.members(t).fields) {
    if (x.name === 'tag') n.backing = x.type;
    if (x.name === 'payload') n.payloadOffset = x.offset;
  }
}

/** The variants, their values in the range of the backing type. */
function enumVariants(f: FnCtx, tree: TypeDecl['tree'], node: NodeId, flags: boolean, backing: TypeId): Variant[] {
  const out: Variant[] = [];
  const { types } = f.c;
  rejectDuplicates(f, tree.list(tree.a[node]!), 'variant');
  for (const v of tree.list(tree.a[node]!)) {
    const i = out.length;
    let value: number | bigint = flags ? (i < 31 ? 1 << i : 1n << BigInt(i)) : i;
    const explicit = tree.b[v]!;
    // A negated literal is not recognised: the variant keeps its ordinal (reference 5.4).
    if (explicit !== 0 && tree.kindOf(explicit) !== Node.Unary) {
      const n = constIntOf(f, explicit, backing);
      if (n !== null) value = n;
    }
    const payload = tree.c[v] === 0 ? types.void : typeExpr(f, tree.c[v]!);
    out.push({ name: f.c.text(tree.a[v]!), payload, value: wrapInt(types.reg(backing), value) });
  }
  return out;
}

/** `struct { … }` in type position: one type per sequence of (name, type), or one of its own when it says more than that. */
export function anonymousStruct(f: FnCtx, node: NodeId): TypeId {
  const { tree, c } = f;
  const members = tree.ids(tree.b[node]!);
  if (members.some((m) => tree.kindOf(m) !== Node.Field || tree.c[m] !== 0)) return ownStruct(f, node);
  rejectDuplicates(f, fieldNames(tree, members), 'field');
  const names: string[] = [];
  const list: TypeId[] = [];
  for (const m of members) {
    const t = typeExpr(f, tree.b[m]!);
    for (const nm of tree.list(tree.a[m]!)) {
      names.push(c.text(tree.a[nm]!));
      list.push(t);
    }
  }
  return c.types.anonStruct(names, list);
}

/** An inline struct with defaults, `#using`, constants or methods: those belong to the place that wrote them. */
function ownStruct(f: FnCtx, node: NodeId): TypeId {
  const { tree, c } = f;
  const types: TypeId[] = [];
  for (const m of tree.list(tree.b[node]!)) if (tree.kindOf(m) === Node.Field) types.push(typeExpr(f, tree.b[m]!));
  return c.types.anonymous(Ty.struct, `${f.file.path}:${node}:${types.join(',')}`, (n, id) => {
    const decl: TypeDecl = {
      type: id, head: null, args: [], tree, node, file: f.file, env: new Env(comptimeEnv(f)), members: NO_MEMBERS, setters: NO_MEMBERS, depth: 0, state: 2, defaults: [],
    };
    c.typeDecls.set(id, decl);
    decl.env.bind(c.known.Self, c.typeVal(id));
    addMembers(c, decl, tree.b[node]!);
    n.fields = structFields(f, decl);
  });
}

export function anonymousUnion(f: FnCtx, node: NodeId): TypeId {
  const fields: Field[] = [];
  const arms: number[] = [];
  unionFields(f, f.tree, node, fields, arms);
  const key = fields.map((x) => `${x.name}=${x.type}@${x.offset}`).join(',');
  return f.c.types.anonymous(Ty.union, key, (n) => {
    n.fields = fields;
    n.arms = arms;
  });
}

export function anonymousEnum(f: FnCtx, node: NodeId): TypeId {
  const { types } = f.c;
  const flags = (f.tree.flags[node]! & EnumFlag.flags) !== 0;
  const kind = hasPayload(f.tree, node) ? Ty.tagged : Ty.enum_;
  const backing = backingType(f, node);
  const layout = types.kind[backing] === Ty.struct;
  const tag = layout ? types.members(backing).fields.find((x) => x.name === 'tag')?.type ?? types.i64 : backing;
  const variants = enumVariants(f, f.tree, node, flags, tag);
  const key = `${flags}${backing}:${variants.map((v) => `${v.name}=${v.value}:${v.payload}`).join(',')}`;
  return types.anonymous(kind, key, (n) => {
    n.variants = variants;
    n.flags = flags;
    if (layout) useLayoutStruct(f.c, n, backing);
    else n.backing = backing;
  });
}

export type { NameId };
