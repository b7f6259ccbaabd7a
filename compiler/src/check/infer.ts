// Takes a parameter's declared type and an argument's type; binds the `$` names by structural matching (reference 7.2.2).
import type { NameId, NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Env } from './env.ts';
import type { FnCtx } from './fn_ctx.ts';
import { headOf } from './apply_type.ts';
import { constVal, Val, VK } from './val.ts';

/** `d`: a context in the function's declaring file whose env receives the bindings; `own`: the names it may bind. */
export function unify(d: FnCtx, node: NodeId, actual: TypeId, own: readonly NameId[], env: Env): void {
  const { types } = d.c;
  const { tree } = d;
  if (actual === types.poison) return;
  const kind = types.kind[actual]!;
  switch (tree.kindOf(node)) {
    case Node.TypeGeneric: case Node.TypeName: case Node.Ident: {
      const name = tree.a[node]!;
      if (own.includes(name)) bindType(d, name, actual, env);
      return;
    }
    case Node.TypeGroup: case Node.Paren: return unify(d, tree.a[node]!, actual, own, env);
    case Node.TypeNamed: return unify(d, tree.b[node]!, actual, own, env);
    case Node.TypeSlice:
      if (kind === Ty.slice || kind === Ty.array) unify(d, tree.a[node]!, types.a[actual]!, own, env);
      else if (kind === Ty.ptr && types.kind[types.a[actual]!] === Ty.array) unify(d, tree.a[node]!, types.a[types.a[actual]!]!, own, env);
      return;
    case Node.TypePtr: case Node.AddrOf:
      if (kind === Ty.ptr) unify(d, tree.a[node]!, types.a[actual]!, own, env);
      else unify(d, tree.a[node]!, actual, own, env);
      return;
    case Node.TypeManyPtr: if (kind === Ty.manyptr || kind === Ty.ptr) unify(d, tree.a[node]!, types.a[actual]!, own, env); return;
    case Node.TypeOptional:
      if (kind === Ty.optional) unify(d, tree.a[node]!, types.a[actual]!, own, env);
      return;
    case Node.TypeArray:
      if (kind !== Ty.array) return;
      bindCount(d, tree.b[node]!, types.b[actual]!, own, env);
      return unify(d, tree.a[node]!, types.a[actual]!, own, env);
    case Node.TypeFn: case Node.TypeClosure:
      if (kind === Ty.fn || kind === Ty.closure) unifyCallable(d, node, actual, own, env);
      else if (kind === Ty.optional) unify(d, node, types.a[actual]!, own, env);
      return;
    case Node.TypeMulti: return unifyMulti(d, node, actual, own, env);
    case Node.TypeTuple: {
      if (kind !== Ty.tuple && !(kind === Ty.struct && types.members(actual).anonymous)) return;
      const have = kind === Ty.tuple ? types.lists[actual]! : types.members(actual).fields.map((x) => x.type);
      unifyList(d, tree.a[node]!, have, own, env);
      return;
    }
    case Node.TypeApply: case Node.Call: return unifyApply(d, node, actual, own, env);
    default:
  }
}

function bindType(d: FnCtx, name: NameId, t: TypeId, env: Env): void {
  const { types } = d.c;
  const old = env.own(name);
  if (old === null) {
    env.bind(name, d.c.typeVal(t));
    return;
  }
  if (old.k !== VK.type) return;
  const o = old.cv as number;
  // Numeric join: a later f64 wins over anything that is not f64, a later f32 over what is no float.
  if (t === types.f64 && types.isNumber(o) && o !== types.f64) env.bind(name, d.c.typeVal(t));
  else if (t === types.f32 && types.isInt(o)) env.bind(name, d.c.typeVal(t));
}

function bindCount(d: FnCtx, node: NodeId, n: number, own: readonly NameId[], env: Env): void {
  const { tree } = d;
  const kind = tree.kindOf(node);
  if ((kind === Node.TypeGeneric || kind === Node.Ident || kind === Node.TypeName) && own.includes(tree.a[node]!) && env.own(tree.a[node]!) === null) {
    const v = constVal(d.c.types.i64, n);
    v.captureName = tree.a[node]!;
    env.bind(tree.a[node]!, v);
  }
}

function unifyCallable(d: FnCtx, node: NodeId, actual: TypeId, own: readonly NameId[], env: Env): void {
  const { types } = d.c;
  const { tree } = d;
  const result = tree.b[node]!;
  if (result !== 0) unify(d, result, types.a[actual]!, own, env);
  unifyList(d, tree.a[node]!, types.lists[actual]!, own, env);
}

function unifyList(d: FnCtx, list: number, have: readonly TypeId[], own: readonly NameId[], env: Env): void {
  const { tree } = d;
  let i = 0;
  for (const n of tree.list(list)) {
    if (tree.kindOf(n) === Node.TypeSpread) {
      const inner = tree.a[n]!;
      const k = tree.kindOf(inner);
      if ((k === Node.TypeGeneric || k === Node.TypeName || k === Node.Ident) && env.own(tree.a[inner]!) === null && own.includes(tree.a[inner]!)) {
        const pack = new Val(VK.pack, d.c.types.void, 0, 0);
        pack.elems = have.slice(i).map((t) => d.c.typeVal(t));
        pack.captureName = tree.a[inner]!;
        env.bind(tree.a[inner]!, pack);
      }
      return;
    }
    if (i < have.length) unify(d, n, have[i]!, own, env);
    i++;
  }
}

/** `($R, !E)` against a failable tuple, `(A, B)` against a tuple. */
function unifyMulti(d: FnCtx, node: NodeId, actual: TypeId, own: readonly NameId[], env: Env): void {
  const { types } = d.c;
  const { tree } = d;
  const slots = tree.list(tree.a[node]!);
  if (types.kind[actual] === Ty.tuple) {
    const have = types.lists[actual]!;
    const failable = types.b[actual] === 1;
    const values = failable ? have.length - 1 : have.length;
    let i = 0;
    for (const s of slots) {
      if (tree.kindOf(tree.b[s]!) === Node.TypeFail) continue;
      if (i < values) unify(d, tree.b[s]!, have[i]!, own, env);
      i++;
    }
    return;
  }
  // A non-failable callable fits a failable slot of the same value shape.
  const values = [...slots].filter((s) => tree.kindOf(tree.b[s]!) !== Node.TypeFail);
  if (values.length === 1) unify(d, tree.b[values[0]!]!, actual, own, env);
}

function unifyApply(d: FnCtx, node: NodeId, actual: TypeId, own: readonly NameId[], env: Env): void {
  const { types } = d.c;
  const { tree } = d;
  let t = actual;
  if (types.kind[t] === Ty.ptr && types.nominals[types.a[t]!] !== null) t = types.a[t]!;
  const args = tree.list(tree.b[node]!);
  const headName = tree.text(tree.a[node]!);
  if (headName === 'Vector' && types.kind[t] === Ty.vector) {
    bindCount(d, args[0]!, types.b[t]!, own, env);
    unify(d, args[1]!, types.a[t]!, own, env);
    return;
  }
  if (headName === 'Array' && types.kind[t] === Ty.array) {
    bindCount(d, args[0]!, types.b[t]!, own, env);
    unify(d, args[1]!, types.a[t]!, own, env);
    return;
  }
  const decl = d.c.typeDecls.get(t);
  if (decl === undefined || decl.head === null) return;
  const head = headOf(d, tree.a[node]!);
  if (head === null || head !== decl.head) return;
  let i = 0;
  for (const a of args) {
    const kind = tree.kindOf(a);
    if (kind === Node.TypeSpread || kind === Node.Spread) {
      const inner = tree.a[a]!;
      const pack = decl.args[i];
      const k = tree.kindOf(inner);
      if (pack !== undefined && pack.k === VK.pack && (k === Node.TypeGeneric || k === Node.TypeName || k === Node.Ident) && own.includes(tree.a[inner]!)) env.bind(tree.a[inner]!, pack);
      return;
    }
    const have = decl.args[i++];
    if (have === undefined) return;
    if (have.k === VK.type) unify(d, a, have.cv as number, own, env);
    else if (have.k === VK.const_ && (kind === Node.TypeGeneric || kind === Node.Ident || kind === Node.TypeName) && own.includes(tree.a[a]!) && env.own(tree.a[a]!) === null) {
      env.bind(tree.a[a]!, have);
    }
  }
}
