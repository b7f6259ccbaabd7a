// Takes a Fn node; gives its declaration record: parameter modes and the names its `$` introduce (reference 7.1).
import type { NameId, NodeId } from '../base/ids.ts';
import { FnFlag, FnRec, NameFlag, Node, ParamFlag, ParamRec } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { comptimeEnv } from './comptime_eval.ts';
import { FnCtx } from './fn_ctx.ts';
import { type FnDecl, type ParamDecl, ParamMode } from './fn_decl.ts';
import { Instances } from './instances.ts';
import { lookupIdent, lookupPath } from './names.ts';
import { rejectDuplicates } from './report.ts';
import { VK } from './val.ts';

export function makeFnDecl(f: FnCtx, name: NameId, node: NodeId, display: string, owner: TypeId): FnDecl {
  const env = comptimeEnv(f);
  return declOf(env === f.env && f.outer === null ? f : new FnCtx(f.c, f.file, f.tree, env), name, node, display, owner);
}

export interface FnSite {
  readonly tree: Tree;
  readonly file: FnDecl['file'];
  readonly env: FnDecl['env'];
}

export function buildFnDecl(c: Checker, site: FnSite, name: NameId, node: NodeId, display: string, owner: TypeId): FnDecl {
  return declOf(new FnCtx(c, site.file, site.tree, site.env), name, node, display, owner);
}

const NO_NAMES: readonly NameId[] = [];

/** The record of Fn node `node`, whose names resolve in `f`. */
function declOf(f: FnCtx, name: NameId, node: NodeId, display: string, owner: TypeId): FnDecl {
  const { c, tree } = f;
  const names: NameId[] = [];
  const list = tree.ids(tree.a[node]!);
  for (let i = 0; i < list.length; i++) introducedBy(f, list[i]!, names);
  const introduced = names.length === 0 ? NO_NAMES : names;
  rejectDuplicates(f, list, 'parameter');
  // Made at their length: what grows has room for sixteen more, and a program has many declarations.
  const params = list.map((p) => paramDecl(f, p, introduced));
  const flags = tree.flags[node]!;
  const generic = params.some((p) => p.generic || p.mode === ParamMode.type || p.mode === ParamMode.constant || p.mode === ParamMode.pack);
  return {
    id: c.nextId++, name, display, tree, node, file: f.file, env: f.env, params, generic,
    ufcs: (flags & FnFlag.ufcs) !== 0, owner, introduced, instances: new Instances(),
    intrinsic: (flags & FnFlag.intrinsic) !== 0 ? c.text(name) : null, protocolDomain: 0,
  };
}

function introducedBy(f: FnCtx, p: NodeId, out: NameId[]): void {
  const { tree } = f;
  if ((tree.flags[p]! & ParamFlag.comptime) !== 0) {
    out.push(tree.a[p]!);
    return;
  }
  if (tree.b[p] !== 0) collectGenerics(f, tree.b[p]!, out);
}

/** Names introduced as `$T` inside a type. */
export function collectGenerics(f: FnCtx, node: NodeId, out: NameId[]): void {
  const { tree } = f;
  switch (tree.kindOf(node)) {
    case Node.TypeGeneric:
      if (!out.includes(tree.a[node]!) && (f.env === null || f.env.get(tree.a[node]!) === null)) out.push(tree.a[node]!);
      return;
    case Node.TypePtr: case Node.TypeManyPtr: case Node.TypeSlice: case Node.TypeSentinel: case Node.TypeOptional: case Node.TypeSpread: case Node.TypeGroup:
    case Node.AddrOf: case Node.Paren: case Node.Spread:
      return collectGenerics(f, tree.a[node]!, out);
    case Node.TypeArray:
      collectGenerics(f, tree.b[node]!, out);
      return collectGenerics(f, tree.a[node]!, out);
    case Node.TypeNamed: return collectGenerics(f, tree.b[node]!, out);
    case Node.TypeFn: case Node.TypeClosure:
      for (const t of tree.list(tree.a[node]!)) collectGenerics(f, t, out);
      if (tree.b[node] !== 0) collectGenerics(f, tree.b[node]!, out);
      return;
    case Node.TypeTuple:
      for (const t of tree.list(tree.a[node]!)) collectGenerics(f, t, out);
      return;
    case Node.TypeMulti:
      for (const s of tree.list(tree.a[node]!)) collectGenerics(f, tree.b[s]!, out);
      return;
    case Node.TypeApply: case Node.Call:
      for (const t of tree.list(tree.b[node]!)) collectGenerics(f, t, out);
      return;
    default:
  }
}

function paramDecl(f: FnCtx, p: NodeId, introduced: readonly NameId[]): ParamDecl {
  const { tree } = f;
  const flags = tree.flags[p]!;
  const type = tree.b[p]!;
  const dflt = tree.rec(tree.c[p]!, ParamRec.default);
  const name = tree.a[p]!;
  const comptime = (flags & ParamFlag.comptime) !== 0;
  if ((flags & ParamFlag.variadic) !== 0) {
    if (!comptime && type !== 0 && tree.kindOf(type) === Node.TypeSlice) {
      return { name, node: p, mode: ParamMode.variadic, type, default: 0, generic: mentions(f, type, introduced) };
    }
    return { name, node: p, mode: ParamMode.pack, type, default: 0, generic: true };
  }
  if (comptime) {
    const mode = isTypeKind(f, type) ? ParamMode.type : ParamMode.constant;
    return { name, node: p, mode, type, default: dflt, generic: true };
  }
  return { name, node: p, mode: ParamMode.value, type, default: dflt, generic: type !== 0 && mentions(f, type, introduced) };
}

/** Whether a type node is the word `Type`. */
export function isTypeName(c: Checker, tree: Tree, node: NodeId): boolean {
  return tree.kindOf(node) === Node.TypeName && tree.a[node] === c.known.Type && (tree.flags[node]! & NameFlag.raw) === 0;
}

/** `Type`, `Type/P`, or a protocol: the parameter is a type parameter (reference 7.1). */
function isTypeKind(f: FnCtx, type: NodeId): boolean {
  const { tree, c } = f;
  if (type === 0) return true;
  const kind = tree.kindOf(type);
  if (kind === Node.TypeConstrained) return true;
  if (isTypeName(c, tree, type)) return true;
  c.sink.mute();
  const v = kind === Node.TypeName ? lookupIdent(f, tree.a[type]!, 'type') : kind === Node.TypePath ? lookupPath(f, type) : null;
  c.sink.unmute();
  if (v === null) return false;
  return (v.k === VK.type && (c.types.kind[v.cv as number] === Ty.protocol || v.cv === c.types.type)) || (v.k === VK.head && v.head!.tree.kindOf(v.head!.node) === Node.ProtocolDef);
}

/** Whether a type mentions one of the function's own `$` names. */
export function mentions(f: FnCtx, node: NodeId, names: readonly NameId[]): boolean {
  const { tree } = f;
  if (names.length === 0) return false;
  switch (tree.kindOf(node)) {
    case Node.TypeGeneric: case Node.TypeName: case Node.Ident: case Node.TypePackIndex: return names.includes(tree.a[node]!);
    case Node.TypePath: case Node.Member: return mentions(f, tree.a[node]!, names);
    case Node.TypePtr: case Node.TypeManyPtr: case Node.TypeSlice: case Node.TypeSentinel: case Node.TypeOptional: case Node.TypeSpread: case Node.TypeGroup:
    case Node.AddrOf: case Node.Paren: case Node.Spread: case Node.Unary: case Node.TypeFail:
      return tree.a[node] !== 0 && mentions(f, tree.a[node]!, names);
    case Node.TypeArray: case Node.Binary: return mentions(f, tree.a[node]!, names) || mentions(f, tree.b[node]!, names);
    case Node.TypeNamed: return mentions(f, tree.b[node]!, names);
    case Node.TypeFn: case Node.TypeClosure: return anyMentions(f, tree.a[node]!, names) || (tree.b[node] !== 0 && mentions(f, tree.b[node]!, names));
    case Node.TypeTuple: return anyMentions(f, tree.a[node]!, names);
    case Node.TypeMulti: return [...tree.list(tree.a[node]!)].some((s) => mentions(f, tree.b[s]!, names));
    case Node.TypeApply: case Node.Call: return anyMentions(f, tree.b[node]!, names) || mentions(f, tree.a[node]!, names);
    case Node.StructDef:
      return [...tree.list(tree.b[node]!)].some((m) => tree.kindOf(m) === Node.Field && mentions(f, tree.b[m]!, names));
    default: return false;
  }
}

function anyMentions(f: FnCtx, list: number, names: readonly NameId[]): boolean {
  for (const n of f.tree.list(list)) if (mentions(f, n, names)) return true;
  return false;
}

/** The result type node of a function, 0 = inferred. */
export const retNode = (d: FnDecl): NodeId => d.tree.rec(d.tree.c[d.node]!, FnRec.ret);
