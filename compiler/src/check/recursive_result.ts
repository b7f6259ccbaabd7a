// Takes a function whose result type is asked for while its body is being checked to find it; gives the type of the first result in
// source order that needs no such call (reference 7.2.6).
import type { NodeId } from '../base/ids.ts';
import { FnFlag, Node } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';
import type { TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { expr } from './expr.ts';
import { enterParams, resultTypeOf, useResult } from './fn_body.ts';
import { setResult } from './fn.ts';
import { FnCtx } from './fn_ctx.ts';
import type { FnInst } from './fn_decl.ts';
import { blockStatement } from './stmt.ts';
import { type Val, VK } from './val.ts';

/** Functions whose results are looked at right now: a call of one of them says nothing. */
const asked = new WeakMap<Checker, Set<FnInst>>();

/** The type that recursion takes for the result; poison, and nothing is settled, when no result says it. */
export function recursiveResult(c: Checker, inst: FnInst): TypeId {
  let busy = asked.get(c);
  if (busy === undefined) asked.set(c, (busy = new Set()));
  if (inst.lambda || busy.has(inst)) return c.types.poison;
  // Of functions that call each other it is the first one asked that is looked at.
  c.ofThisProgram = 'recursion without a written result type';
  busy.add(inst);
  c.sink.mute();
  const before = c.sink.unheard;
  const t = firstResult(c, inst);
  const isFaulty = c.sink.unheard > before;
  c.sink.unmute();
  busy.delete(inst);
  if (t !== c.types.poison) setResult(c, inst, t);
  else if (busy.size === 0 && !isFaulty) {
    // What is wrong with a result is said when the body is checked.
    c.sink.aloud(() => cannotInfer(c, inst, 'every result needs the function itself'));
    setResult(c, inst, t);
  }
  return t;
}

export function cannotInfer(c: Checker, inst: FnInst, why: string): void {
  const { tree, node } = inst.decl;
  c.sink.error('GENERIC-INFER', tree.pos(node), tree.pos(node) + 1, `cannot infer the result type of '${inst.display}': ${why}; write it, \`-> T\``);
}

function firstResult(c: Checker, inst: FnInst): TypeId {
  const { tree, node } = inst.decl;
  const body = tree.b[node]!;
  if ((tree.flags[node]! & FnFlag.arrow) === 0 || tree.kindOf(body) === Node.Block) return firstReturn(c, inst, body);
  const results: NodeId[] = [];
  leaves(tree, body, results);
  for (const leaf of results) {
    const f = within(c, inst);
    const v = expr(f, leaf, 0, 0);
    const t = typeOf(f, v);
    f.b.discard();
    if (t !== c.types.poison) return t;
  }
  return c.types.poison;
}

/** Results of a block may need its locals: its statements are walked, what they give is thrown away. */
function firstReturn(c: Checker, inst: FnInst, body: NodeId): TypeId {
  const f = within(c, inst);
  // Without any `return` there is no result.
  let found = c.types.void;
  f.retReserve = f.b.slot(0, 1);
  f.inferring = (v) => {
    found = v === null ? c.types.void : typeOf(f, v);
    if (found === c.types.poison) return;
    f.inferring = null;
    useResult(f, found);
  };
  blockStatement(f, body);
  f.b.discard();
  return found;
}

/** A context inside the function's body whose code nobody keeps. */
function within(c: Checker, inst: FnInst): FnCtx {
  const f = new FnCtx(c, inst.decl.file, inst.decl.tree, inst.env);
  f.inst = inst;
  f.display = inst.display;
  enterParams(f, inst);
  return f;
}

function typeOf(f: FnCtx, v: Val): TypeId { return v.k === VK.poison || v.k === VK.void ? f.c.types.poison : resultTypeOf(f, v); }

/** The expressions that an expression's value comes from. */
function leaves(tree: Tree, n: NodeId, out: NodeId[]): void {
  if (n === 0) return;
  switch (tree.kindOf(n)) {
    case Node.Paren: leaves(tree, tree.a[n]!, out); return;
    case Node.If: case Node.IfBind:
      leaves(tree, tree.b[n]!, out);
      leaves(tree, tree.c[n]!, out);
      return;
    case Node.Match:
      for (const arm of tree.list(tree.b[n]!)) leaves(tree, tree.c[arm]!, out);
      return;
    case Node.Block: leaves(tree, tree.b[n]!, out); return;
    default: out.push(n);
  }
}
