// Takes calls of closure and function values; gives their result: positional arguments converted to the value's parameter types (reference 8.6).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Node } from '../parse/node.ts';
import { IR_PTR } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { type Arg, expandArrays } from './call_args.ts';
import { argument, type CallSite, passArg, placeFor } from './check_call.ts';
import { emitIndirectCall } from './fn.ts';
import type { FnCtx } from './fn_ctx.ts';
import { errorAt, plural } from './report.ts';
import { type Val, VK } from './val.ts';
import { poison, rvalue, snapshot, toMem, toReg } from './value.ts';

/** A call of a value of closure or function type; `node` is the callee as written. */
export function callClosureValue(f: FnCtx, callee: Val, given: readonly Arg[], node: NodeId, site: CallSite): Val {
  const { types } = f.c;
  const closure = types.kind[callee.ty] === Ty.closure;
  const what = closure ? 'closure' : 'function';
  if (site.trailing !== 0) {
    errorAt(
      f,
      'TRAILING-BLOCK',
      site.trailing,
      `cannot use a trailing block here — ${isName(f, node) ? `'${f.tree.text(node)}'` : `this ${what}`} has no known declaration`,
    );
    return poison(f);
  }
  // The code and environment are read before the arguments run: they may assign to the variable.
  const at = closure ? toMem(f, callee) : 0;
  const code = closure ? f.b.load(IR_PTR, at) : toReg(f, callee);
  const env = closure ? [f.b.load(IR_PTR, f.b.field(at, 8))] : [];
  const args = valueArgs(
    f,
    types.lists[callee.ty]!,
    null,
    given,
    isName(f, node) ? `'${f.tree.text(node)}'` : `this ${what}`,
    site.node,
  );
  if (args === null) return poison(f);
  f.b.at = f.pos(site.node);
  return emitIndirectCall(f, code, callee.ty, env, args, placeFor(site, types.a[callee.ty]!));
}

function isName(f: FnCtx, node: NodeId): boolean {
  const k = f.tree.kindOf(node);
  return k === Node.Ident || k === Node.Member;
}

/** A call with arguments of the right types already. */
export function callClosure(f: FnCtx, callee: Val, args: readonly Val[], dst: Ref): Val {
  const at = toMem(f, callee);
  return emitIndirectCall(f, f.b.load(IR_PTR, at), callee.ty, [f.b.load(IR_PTR, f.b.field(at, 8))], args, dst);
}

/** Positional arguments for parameters known only by type; null after a report. */
export function valueArgs(
  f: FnCtx,
  params: readonly TypeId[],
  names: readonly string[] | null,
  given: readonly Arg[],
  callee: string,
  node: NodeId,
): Val[] | null {
  if (given.some((a) => a.val?.k === VK.poison)) return null;
  const all = expandArrays(f, given, 0);
  for (const a of all) {
    if (a.name !== 0) {
      errorAt(f, 'NAMED-ARGS', a.named ?? a.node, `cannot use named arguments here — ${callee} has no known parameter names`);
      return null;
    }
    if (a.spread) {
      errorAt(
        f,
        'SPREAD',
        a.node,
        `cannot spread this value into ${callee}: a slice has no statically-known length`,
      ).help('spread a tuple, or pass the elements');
      return null;
    }
  }
  if (all.length !== params.length) {
    errorAt(
      f,
      'ARITY',
      node,
      `${callee} expects ${plural(params.length, 'argument')}, but ${all.length} ${all.length === 1 ? 'was' : 'were'} given`,
    );
    return null;
  }
  const out: Val[] = [];
  let bad = false;
  all.forEach((a, i) => {
    const want = params[i]!;
    const name = names?.[i] ?? String(i + 1);
    const v = a.val === null ? argument(f, a, want, name) : passArg(f, a.val, want, a.node, name);
    if (v.k === VK.poison) bad = true;
    out.push(i + 1 < all.length ? snapshot(f, v) : rvalue(f, v));
  });
  return bad ? null : out;
}
