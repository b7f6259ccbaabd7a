// Takes a method name and a receiver; gives the `ufcs` function that a dot-call selects (reference 7.5, 13.3).
import type { NameId, NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { DeclKind, type ModDecl, type Program } from '../resolve/module.ts';
import { declVal } from './decls.ts';
import { Env } from './env.ts';
import { withoutCode } from './check_call.ts';
import { FnCtx } from './fn_ctx.ts';
import { type FnDecl, ParamMode } from './fn_decl.ts';
import { unify } from './infer.ts';
import { question } from './question.ts';
import { typeExpr } from './type_expr.ts';
import { convertible } from './convertible.ts';
import { type Val, VK } from './val.ts';

/** Functions of the enclosing blocks, then own file and flat imports; if none binds, any ufcs function of the program. */
export function ufcsCandidate(f: FnCtx, name: NameId, recv: Val, node: NodeId, call: NodeId): FnDecl | 'reported' | null {
  const local = f.find(name)?.val ?? f.env?.get(name) ?? null;
  if (local !== null && local.k === VK.fn && local.fn!.ufcs && score(f, local.fn!, recv) > 0) return local.fn!;
  const near: FnDecl[] = [];
  const own = f.file.decls.get(name);
  if (own !== undefined) collect(f, own, near);
  for (const u of f.file.flat) {
    for (const g of u.files) {
      const d = g.decls.get(name);
      if (d !== undefined && !d.private) collect(f, d, near);
    }
  }
  const a = select(f, near, recv, node, call, own !== undefined);
  if (a !== null) return a;
  const far: FnDecl[] = [];
  for (const d of question(f.c, f.file, `declared:${name}`, (p) => publicDecls(p, name))) collect(f, d, far);
  return select(f, far, recv, node, call, false);
}

/** In every file, imported or not. */
function publicDecls(p: Program, name: NameId): ModDecl[] {
  const out: ModDecl[] = [];
  for (const g of p.files) {
    const d = g.decls.get(name);
    if (d !== undefined && !d.private) out.push(d);
  }
  return out;
}

function collect(f: FnCtx, d: ModDecl, out: FnDecl[]): void {
  if (d.kind !== DeclKind.const_) return;
  const kind = d.file.tree.kindOf(d.file.tree.b[d.node]!);
  if (kind !== Node.Fn && kind !== Node.UfcsAlias && kind !== Node.Ident && kind !== Node.Member) return;
  const v = declVal(f.c, d);
  if (v.k === VK.fn && v.fn!.ufcs && !out.some((x) => x.id === v.fn!.id)) out.push(v.fn!);
}

function select(f: FnCtx, all: readonly FnDecl[], recv: Val, node: NodeId, call: NodeId, ownFirst: boolean): FnDecl | 'reported' | null {
  let scored = all.map((d) => ({ d, score: score(f, d, recv) })).filter((x) => x.score > 0);
  if (scored.length === 0) return null;
  if (scored.length > 1) {
    const bound = scored.filter((x) => bindsAll(f, x.d, recv, call));
    if (bound.length > 0) scored = bound;
  }
  const best = Math.max(...scored.map((x) => x.score));
  const top = scored.filter((x) => x.score === best);
  if (top.length === 1) return top[0]!.d;
  if (ownFirst) {
    const own = top.find((x) => x.d.file === f.file);
    if (own !== undefined) return own.d;
  }
  f.c.sink.error('AMBIG-FN', f.pos(node), f.end(node), `ambiguous ufcs call: several visible functions '${f.c.text(top[0]!.d.name)}' accept this receiver`);
  return 'reported';
}

/** 0 = cannot take the receiver; 0.5 = another number type; 1 = bare type variable; 2 = structure; 3 = concrete head; 4 = exactly it. */
function score(f: FnCtx, d: FnDecl, recv: Val): number {
  const p = d.params[0];
  if (p === undefined || p.type === 0) return 0;
  const { types } = f.c;
  const env = new Env(d.env);
  const dc = new FnCtx(f.c, d.file, d.tree, env);
  let t = recv.ty;
  if (!p.generic) {
    f.c.sink.mute();
    const want = typeExpr(dc, p.type);
    f.c.sink.unmute();
    if (want === types.poison) return 0;
    if (want === t || (types.kind[want] === Ty.ptr && types.a[want] === t) || (types.kind[t] === Ty.ptr && types.a[t] === want)) return 4;
    if (!convertible(f, recv, want)) return 0;
    return types.isNumber(want) && types.isNumber(t) ? 0.5 : 3;
  }
  if (types.kind[t] === Ty.ptr && d.tree.kindOf(p.type) !== Node.TypePtr && d.tree.kindOf(p.type) !== Node.TypeGeneric) t = types.a[t]!;
  unify(dc, p.type, t, d.introduced, env);
  let node = p.type;
  let depth = 1;
  while (d.tree.kindOf(node) === Node.TypePtr) node = d.tree.a[node]!;
  if (d.tree.kindOf(node) === Node.TypeGeneric) {
    return env.own(d.tree.a[node]!) === null ? 0 : 1;
  }
  if (d.tree.kindOf(node) === Node.TypeName && d.introduced.includes(d.tree.a[node]!)) return 1;
  depth = 2;
  f.c.sink.mute();
  const bound = typeExpr(dc, p.type);
  f.c.sink.unmute();
  if (bound === types.poison) return 0;
  const match = bound === t || bound === recv.ty || (types.kind[bound] === Ty.ptr && types.a[bound] === t) || convertible(f, recv, bound);
  return match ? depth : 0;
}

/** Whether the call's arguments fill the parameters of `d` and bind every `$` name. What only a chosen candidate can type (lambdas, spreads, type slots) counts as binding. */
function bindsAll(f: FnCtx, d: FnDecl, recv: Val, call: NodeId): boolean {
  if (d.params.some((p) => p.mode !== ParamMode.value)) return true;
  const { tree } = f;
  const given = [...tree.list(tree.b[call]!)];
  if (tree.c[call] !== 0 || given.some((n) => OPAQUE.has(tree.kindOf(n)))) return true;
  if (given.length + 1 > d.params.length || d.params.slice(given.length + 1).some((p) => p.default === 0)) return false;
  if (!d.generic) return true;
  const env = new Env(d.env);
  const dc = new FnCtx(f.c, d.file, d.tree, env);
  unify(dc, d.params[0]!.type, recv.ty, d.introduced, env);
  given.forEach((n, i) => {
    const p = d.params[i + 1]!;
    if (p.generic) unify(dc, p.type, probedType(f, n), d.introduced, env);
  });
  return d.introduced.every((n) => env.own(n) !== null);
}

const OPAQUE: ReadonlySet<number> = new Set([Node.Fn, Node.Spread, Node.NamedArg]);

/** The type of an expression without a target; writes no code and reports nothing. */
function probedType(f: FnCtx, n: NodeId): TypeId {
  const v = withoutCode(f, n);
  return v.k === VK.null_ ? f.c.types.poison : v.ty;
}
