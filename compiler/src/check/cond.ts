// Conditions: truth of values, short-circuit branching, flow narrowing of optionals (reference 4.4, 5.6).
import type { NodeId } from '../base/ids.ts';
import type { BlockId } from '../ir/builder.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { BinOp, Node, UnOp } from '../parse/node.ts';
import { IR_BOOL, IR_PTR } from '../types/ir_type.ts';
import { Ty } from '../types/types.ts';
import { expr } from './expr.ts';
import { added, type FnCtx, type Local } from './fn_ctx.ts';
import { optionalPresent } from './optional.ts';
import { valueOperand } from './ops.ts';
import { rejectInCleanup } from './cleanup.ts';
import { errorAt } from './report.ts';
import { regVal, type Val, VK } from './val.ts';
import { boolConst, toReg } from './value.ts';

/** The truth of a value as a u1 register; reports when the type is no condition. */
export function truth(f: FnCtx, v0: Val, node: NodeId): Ref {
  rejectInCleanup(f, node, v0);
  const { types, module } = f.c;
  const v = types.kind[v0.ty] === Ty.optional ? v0 : valueOperand(f, v0);
  if (v.k === VK.poison || v.ty === types.noreturn) return module.int(IR_BOOL, 0);
  if (v.k === VK.null_) return module.int(IR_BOOL, 0);
  if (v.k === VK.fn) return module.int(IR_BOOL, 1);
  const k = types.kind[v.ty]!;
  if (v.ty === types.bool) return toReg(f, v);
  if (k === Ty.optional) return optionalPresent(f, v);
  if (v.k === VK.const_ && types.isInt(v.ty)) return module.int(IR_BOOL, Number(v.cv) !== 0 ? 1 : 0);
  if (types.isInt(v.ty) || k === Ty.errset || (k === Ty.enum_ && types.members(v.ty).flags)) return f.b.cmp(Op.ne, toReg(f, v), module.int(types.reg(v.ty), 0));
  if (types.reg(v.ty) === IR_PTR) return f.b.cmp(Op.ne, toReg(f, v), module.nullPtr());
  errorAt(f, 'COND-TYPE', node, `condition must be a bool, integer, pointer, or optional, not '${types.text(v.ty)}'`);
  return module.int(IR_BOOL, 0);
}

export function condition(f: FnCtx, node: NodeId): Ref {
  const v = expr(f, node, 0, 0);
  f.b.at = f.pos(node);
  return truth(f, v, node);
}

/** The compile-time truth of a condition, null when it is only known at run time. No code is written for known ones. */
export function knownTruth(f: FnCtx, v: Val): boolean | null {
  return v.k === VK.const_ && v.ty === f.c.types.bool ? v.cv !== 0 : null;
}

/** Branches on a condition; `and`, `or` and `!` become control flow. */
export function branchOn(f: FnCtx, node: NodeId, then: BlockId, else_: BlockId): void {
  const { tree } = f;
  const kind = tree.kindOf(node);
  if (kind === Node.Paren) return branchOn(f, tree.a[node]!, then, else_);
  if (kind === Node.Unary && tree.flags[node] === UnOp.not && isLogic(f, tree.a[node]!)) return branchOn(f, tree.a[node]!, else_, then);
  if (kind === Node.Binary && tree.flags[node] === BinOp.and) {
    const mid = f.b.block();
    branchOn(f, tree.a[node]!, mid, else_);
    f.b.start(mid);
    const undo = applyNarrowing(narrowings(f, tree.a[node]!, true));
    branchOn(f, tree.b[node]!, then, else_);
    undo();
    return;
  }
  const c = condition(f, node);
  f.b.condBr(c, then, else_);
}

function isLogic(f: FnCtx, node: NodeId): boolean {
  const k = f.tree.kindOf(node);
  if (k === Node.Paren) return isLogic(f, f.tree.a[node]!);
  return k === Node.Binary && f.tree.flags[node] === BinOp.and;
}

/** `a and b` as a bool value. */
export function boolAnd(f: FnCtx, node: NodeId): Val {
  const { tree } = f;
  const l = expr(f, tree.a[node]!, 0, 0);
  if (l.k === VK.const_) {
    const known = f.c.types.bool === l.ty ? l.cv !== 0 : null;
    if (known === false) return boolConst(f, false);
    if (known === true) return asBool(f, expr(f, tree.b[node]!, 0, 0), tree.b[node]!);
  }
  return shortCircuit(f, truth(f, l, tree.a[node]!), node, true);
}

/** `a or b` as a bool value, the left operand evaluated already. */
export function boolOr(f: FnCtx, l: Val, node: NodeId): Val {
  const { tree } = f;
  if (l.k === VK.const_ && l.ty === f.c.types.bool) {
    if (l.cv !== 0) return boolConst(f, true);
    return asBool(f, expr(f, tree.b[node]!, 0, 0), tree.b[node]!);
  }
  return shortCircuit(f, truth(f, l, tree.a[node]!), node, false);
}

function asBool(f: FnCtx, v: Val, node: NodeId): Val {
  if (v.ty === f.c.types.bool || v.k === VK.poison) return v;
  return regVal(f.c.types.bool, truth(f, v, node));
}

function shortCircuit(f: FnCtx, left: Ref, node: NodeId, isAnd: boolean): Val {
  const { types } = f.c;
  const out = f.b.slot(1, 1);
  f.b.store(out, left);
  const more = f.b.block();
  const done = f.b.block();
  if (isAnd) f.b.condBr(left, more, done);
  else f.b.condBr(left, done, more);
  f.b.start(more);
  const undo = applyNarrowing(narrowings(f, f.tree.a[node]!, isAnd));
  const r = expr(f, f.tree.b[node]!, 0, 0);
  undo();
  if (r.k !== VK.poison && f.live) f.b.store(out, truth(f, r, f.tree.b[node]!));
  f.b.start(done);
  return regVal(types.bool, f.b.load(IR_BOOL, out));
}

/** Locals proven present when the condition is `whenTrue`. */
export function narrowings(f: FnCtx, node: NodeId, whenTrue: boolean): readonly Local[] {
  return collectNarrowings(f, node, whenTrue, NOTHING);
}

const NOTHING: readonly Local[] = [];

/** `known` and what `node` adds to it. */
function collectNarrowings(f: FnCtx, node: NodeId, whenTrue: boolean, known: readonly Local[]): readonly Local[] {
  const { tree } = f;
  const kind = tree.kindOf(node);
  if (kind === Node.Paren) return collectNarrowings(f, tree.a[node]!, whenTrue, known);
  if (kind !== Node.Binary) return known;
  const op = tree.flags[node]! as BinOp;
  const l = tree.a[node]!;
  const r = tree.b[node]!;
  if (op === (whenTrue ? BinOp.and : BinOp.or)) return collectNarrowings(f, r, whenTrue, collectNarrowings(f, l, whenTrue, known));
  if (op !== (whenTrue ? BinOp.ne : BinOp.eq)) return known;
  const name = tree.kindOf(r) === Node.Null ? l : tree.kindOf(l) === Node.Null ? r : 0;
  if (name === 0 || tree.kindOf(name) !== Node.Ident) return known;
  const local = f.find(tree.a[name]!);
  return local !== null && f.c.types.kind[local.val.ty] === Ty.optional ? [...known, local] : known;
}

function nothing(): void {}

/** Narrows `locals`; the returned function ends it. */
export function applyNarrowing(locals: readonly Local[]): () => void {
  if (locals.length === 0) return nothing;
  const fresh = locals.filter((l) => !l.narrowed);
  for (const l of fresh) l.narrowed = true;
  return () => {
    for (const l of fresh) l.narrowed = false;
  };
}

/** Narrows `locals` for the rest of the enclosing block. */
export function narrowScope(f: FnCtx, locals: readonly Local[]): void {
  const scope = f.scopes[f.scopes.length - 1]!;
  for (const l of locals) {
    if (l.narrowed) continue;
    l.narrowed = true;
    scope.narrowed = added(scope.narrowed, l);
  }
}
