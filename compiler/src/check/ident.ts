// Takes an identifier in expression position; gives its value (reference 13.3, 1.3).
import type { NodeId } from '../base/ids.ts';
import type { TypeId } from '../types/types.ts';
import { explainRefused } from './c_refused.ts';
import { contextValue } from './context.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { lookupIdent } from './names.ts';
import { preDeclared } from './type_table.ts';
import { primitiveType } from './primitive.ts';
import { closest, errorAt, whereabouts } from './report.ts';
import { coerce, OTHER } from './coerce.ts';
import { noteName } from './semantics.ts';
import { placeVal, type Val, VK } from './val.ts';
import { newSlot, poison } from './value.ts';

export function identExpr(f: FnCtx, node: NodeId, want: TypeId): Val {
  const { c, tree } = f;
  const name = tree.a[node]!;
  const raw = (tree.flags[node]! & 2) !== 0;
  noteName(f, node);
  if (name === c.known.context && f.find(name) === null) return contextValue(f, node);
  const v = lookupIdent(f, name, 'any', node);
  if (v === null) {
    if (f.lookupReported) {
      f.lookupReported = false;
      return poison(f);
    }
    const p = raw ? 0 : primitiveType(c, name);
    if (p !== 0) return c.typeVal(p);
    const minted = preDeclared(c, tree, name);
    if (minted !== 0) return c.typeVal(minted);
    unresolved(f, node, name);
    return poison(f);
  }
  return useVal(f, v, node, want);
}

/** A looked-up value as it is used in an expression: lazy constants are evaluated here, markers reported. */
export function useVal(f: FnCtx, v: Val, node: NodeId, want: TypeId): Val {
  if (v.k === VK.lazy) return evalLazy(f, v, node);
  if (v.k === VK.outer && f.comptime && f.typesOnly) return placeVal(v.ty, newSlot(f, v.ty));
  if (v.k === VK.outer && f.comptime) {
    errorAt(f, 'CT-INIT', node, `the local '${f.c.text(v.captureName)}' has no value at compile time: only a compile-time constant can stand here`)
      .help('declare it with `::`');
    return poison(f);
  }
  if (v.k === VK.outer) {
    errorAt(f, 'NESTED-LOCAL', node, `a nested function cannot reference the enclosing local '${f.c.text(v.captureName)}'`)
      .help('make it a closure: `name := (…) => …;`');
    return poison(f);
  }
  if (v.k === VK.head && !v.head!.generic) {
    const t = v.head!.instances.get('');
    if (t !== undefined) return f.c.typeVal(t);
  }
  void want;
  return v;
}

/** Evaluates a constant's expression anew, in the scope of its declaration. */
export function evalLazy(f: FnCtx, v: Val, node: NodeId): Val {
  const { tree, file, env, locals } = f;
  const lazy = v.lazy!;
  f.tree = lazy.tree;
  f.file = lazy.file;
  f.env = lazy.env;
  f.locals = [];
  const outer = f.outer;
  f.outer = null;
  let r = expr(f, lazy.node, lazy.want, 0);
  if (lazy.want !== 0) r = coerce(f, r, lazy.want, lazy.node, OTHER);
  f.tree = tree;
  f.file = file;
  f.env = env;
  f.locals = locals;
  f.outer = outer;
  f.b.at = f.pos(node);
  return r;
}

function unresolved(f: FnCtx, node: NodeId, name: number): void {
  const text = f.c.text(name);
  const d = errorAt(f, 'UNRESOLVED', node, `unresolved '${text}'${whereabouts(f)}`);
  const near = closest(text, visibleNames(f));
  if (near !== null) d.help(`did you mean '${near}'?`);
  explainRefused(f, d, name);
}

function* visibleNames(f: FnCtx): Iterable<string> {
  for (const l of f.locals) if (l.name !== 0) yield f.c.text(l.name);
  for (const n of f.file.decls.keys()) yield f.c.text(n);
  for (const u of f.file.flat) for (const g of u.files) for (const [n, d] of g.decls) if (!d.private) yield f.c.text(n);
}
