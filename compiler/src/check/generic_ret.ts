// Takes every loaded file; reports functions and methods whose result names a `$T` that no parameter can bind (reference 7.1).
import type { NameId, NodeId } from '../base/ids.ts';
import { FnRec, Node, ParamFlag } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';
import type { Checker } from './checker.ts';
import { FnCtx } from './fn_ctx.ts';
import { collectGenerics } from './fn_sig.ts';
import { errorAt } from './report.ts';

/** Declarations are looked at whether or not they are called. */
export function checkGenericReturns(c: Checker): void {
  for (const file of c.program.files) {
    const { tree } = file;
    const items = [...file.impls];
    for (const d of file.decls.values()) if (d.file === file && mayName(tree, d.node)) items.push(d.node);
    if (items.length === 0) continue;
    items.sort((x, y) => tree.start[x]! - tree.start[y]!);
    const f = new FnCtx(c, file, tree, null);
    for (const n of items) checkItem(f, n);
  }
}

/** Whether a declaration has a function whose result may mention a `$T`: more than a bare name, or a method. */
function mayName(tree: Tree, decl: NodeId): boolean {
  if (tree.kindOf(decl) !== Node.ConstDecl) return false;
  const value = tree.b[decl]!;
  switch (tree.kindOf(value)) {
    case Node.Fn: {
      const ret = tree.rec(tree.c[value]!, FnRec.ret);
      return ret !== 0 && tree.kindOf(ret) !== Node.TypeName;
    }
    case Node.StructDef: {
      const members = tree.b[value]!;
      for (let i = 0; i < tree.listCount(members); i++) if (tree.kindOf(tree.listAt(members, i)) === Node.ConstDecl) return true;
      return false;
    }
    default: return false;
  }
}

function checkItem(f: FnCtx, n: NodeId): void {
  const { c, tree } = f;
  if (tree.kindOf(n) === Node.Impl) {
    const bound: NameId[] = [];
    collectGenerics(f, tree.a[n]!, bound);
    collectGenerics(f, tree.b[n]!, bound);
    methods(f, tree.c[n]!, bound, tree.text(head(f, tree.b[n]!)));
    return;
  }
  const value = tree.b[n]!;
  if (tree.kindOf(value) === Node.Fn) checkFn(f, value, [], c.text(tree.a[n]!));
  else if (tree.kindOf(value) === Node.StructDef) {
    const bound = [...tree.list(tree.a[value]!)].map((p) => tree.a[p]!);
    methods(f, tree.b[value]!, bound, c.text(tree.a[n]!));
  }
}

/** `Pair` of `Pair($T)`. */
function head(f: FnCtx, target: NodeId): NodeId {
  return f.tree.kindOf(target) === Node.TypeApply ? f.tree.a[target]! : target;
}

function methods(f: FnCtx, list: number, bound: readonly NameId[], owner: string): void {
  const { tree } = f;
  for (const m of tree.list(list)) {
    if (tree.kindOf(m) === Node.ConstDecl && tree.kindOf(tree.b[m]!) === Node.Fn) checkFn(f, tree.b[m]!, bound, `${owner}.${f.c.text(tree.a[m]!)}`);
  }
}

function checkFn(f: FnCtx, fn: NodeId, outer: readonly NameId[], name: string): void {
  const { tree } = f;
  const ret = tree.rec(tree.c[fn]!, FnRec.ret);
  if (ret === 0) return;
  const used: NameId[] = [];
  collectGenerics(f, ret, used);
  if (used.length === 0) return;
  const bound = [...outer];
  for (const p of tree.list(tree.a[fn]!)) {
    const flags = tree.flags[p]!;
    const type = tree.b[p]!;
    // The body of a pack function answers for its result.
    if ((flags & ParamFlag.variadic) !== 0 && ((flags & ParamFlag.comptime) !== 0 || type === 0 || tree.kindOf(type) !== Node.TypeSlice)) return;
    if ((flags & ParamFlag.comptime) !== 0) bound.push(tree.a[p]!);
    else if (type !== 0) collectGenerics(f, type, bound);
  }
  const free = used.find((x) => !bound.includes(x));
  if (free !== undefined) errorAt(f, 'GENERIC-RET', ret, `generic return type '$${f.c.text(free)}' cannot be bound: no parameter of '${name}' mentions it`);
}
