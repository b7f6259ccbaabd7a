// `a or b or c`: failable chains (reference 9.7); everything else with `or` is the boolean operator of cond.ts.
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { BinOp, Node } from '../parse/node.ts';
import { IR_U32 } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { escapes } from './check_error_sets.ts';
import { failableOperand, failableParts, type FailableParts, failed, returnError } from './check_errors.ts';
import { coerce, OTHER } from './coerce.ts';
import { boolOr } from './cond.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { retNode } from './fn_sig.ts';
import { lookupIdent } from './names.ts';
import { errorAt } from './report.ts';
import { traceClear, tracePush } from './trace.ts';
import { memVal, type Val, VK, voidVal } from './val.ts';
import { isPoison, loadVal, newSlot, poison, storeTo } from './value.ts';

const isOr = (f: FnCtx, n: NodeId): boolean => f.tree.kindOf(n) === Node.Binary && (f.tree.flags[n]! as BinOp) === BinOp.or;

/** The operands of the left-associative chain at `node`, and its `or` nodes from the innermost. */
function flatten(f: FnCtx, node: NodeId): { operands: NodeId[]; ors: NodeId[] } {
  const operands: NodeId[] = [];
  const ors: NodeId[] = [];
  let n = node;
  while (isOr(f, n)) {
    operands.unshift(f.tree.b[n]!);
    ors.unshift(n);
    n = f.tree.a[n]!;
  }
  operands.unshift(n);
  return { operands, ors };
}

/** Whether `or` at `node` may be a failable chain, by its first operand (used where a condition could branch directly). */
export function isFailableOr(f: FnCtx, node: NodeId): boolean {
  return mayFail(f, flatten(f, node).operands[0]!);
}

function mayFail(f: FnCtx, n: NodeId): boolean {
  const { tree } = f;
  switch (tree.kindOf(n)) {
    case Node.Try: case Node.Cast: case Node.OptCast: return true;
    case Node.Paren: return mayFail(f, tree.a[n]!);
    case Node.Binary: return isOr(f, n) && isFailableOr(f, n);
    case Node.Call: {
      const callee = tree.a[n]!;
      // `.name(…)` needs the chain's type to mean anything.
      if (tree.kindOf(callee) === Node.EnumLit) return false;
      if (tree.kindOf(callee) !== Node.Ident) return true;
      const v = lookupIdent(f, tree.a[callee]!);
      if (v === null) return false;
      if (v.k !== VK.fn || v.fn === null) return true;
      const ret = retNode(v.fn);
      if (ret === 0) return false;
      const kind = v.fn.tree.kindOf(ret);
      return kind === Node.TypeFail || kind === Node.TypeMulti || kind === Node.TypeName || kind === Node.TypePath;
    }
    default: return false;
  }
}

/** A call of a declared function with a value and an error channel. */
function returnsFailable(f: FnCtx, n: NodeId): boolean {
  const { tree } = f;
  if (tree.kindOf(n) !== Node.Call || tree.kindOf(tree.a[n]!) !== Node.Ident) return false;
  const v = lookupIdent(f, tree.a[tree.a[n]!]!);
  if (v === null || v.k !== VK.fn || v.fn === null) return false;
  const ret = retNode(v.fn);
  return ret !== 0 && v.fn.tree.kindOf(ret) === Node.TypeMulti && mayFail(f, n);
}

/** `a or b`: a failable chain or the boolean operator, by what the first operand turns out to be. */
export function orExpr(f: FnCtx, node: NodeId, want: TypeId, dst: Ref): Val {
  return chain(f, node, want, dst, false)!;
}

/** A parenthesised chain under `try` or `catch`: its failure is a value. null: not failable by its syntax, nothing was evaluated. */
export function failableChain(f: FnCtx, node: NodeId, want: TypeId, dst: Ref, absorb: boolean): Val | null {
  return isFailableOr(f, node) ? chain(f, node, want, dst, absorb) : null;
}

/** An operand: `try` is written for the reader, it does not return inside a chain. */
function operandValue(f: FnCtx, n: NodeId): Val {
  return failableOperand(f, f.tree.kindOf(n) === Node.Try ? f.tree.a[n]! : n);
}

/** Error variables are boolean operands; results of calls are failables. */
function isFailable(f: FnCtx, n: NodeId, v: Val): boolean {
  const { types } = f.c;
  if (!types.isFailable(v.ty)) return false;
  if (types.kind[v.ty] !== Ty.errset) return true;
  const kind = f.tree.kindOf(n);
  return kind === Node.Try || kind === Node.Call || kind === Node.Paren || kind === Node.Binary;
}

interface Chain {
  readonly node: NodeId;
  readonly value: TypeId;
  readonly slot: Ref;
  readonly done: number;
  readonly absorb: boolean;
  /** Where a failing absorbed chain leaves its tag. */
  readonly errSlot: Ref;
  /** The tag of the operand that failed last. */
  lastErr: Ref;
}

function chain(f: FnCtx, node: NodeId, want: TypeId, dst: Ref, absorb: boolean): Val | null {
  const { types } = f.c;
  const { operands, ors } = flatten(f, node);
  const first = operandValue(f, operands[0]!);
  if (isPoison(first)) return first;
  if (!isFailable(f, operands[0]!, first)) {
    if (operands.some((n) => f.tree.kindOf(n) === Node.Try) || (first.ty !== types.bool && types.kind[first.ty] !== Ty.errset && returnsFailable(f, operands[1]!))) {
      errorAt(f, 'ERR-CHANNEL', operands[0]!, 'the left operand of a failable `or` must be failable');
      return poison(f);
    }
    let v = first;
    for (const n of ors) v = boolOr(f, v, n);
    return v;
  }
  const parts = failableParts(f, first);
  const value = parts.value;
  const dead = !f.b.live;
  const slot = value === types.void ? 0 : dst !== 0 && want === value && !absorb ? dst : newSlot(f, value);
  const q: Chain = { node, value, slot, done: f.b.block(), absorb, errSlot: absorb ? f.b.slot(4, 4) : 0, lastErr: 0 };
  step(f, q, parts, false);
  let last: Val = first;
  let ok = true;
  let failing = false;
  for (let i = 1; i < operands.length; i++) {
    const n = operands[i]!;
    const final = i === operands.length - 1;
    const v = final && f.tree.kindOf(n) !== Node.Try && !mayFail(f, n) ? expr(f, n, value, slot) : operandValue(f, n);
    if (isPoison(v)) {
      ok = false;
      f.b.br(q.done);
      break;
    }
    if (isFailable(f, n, v)) {
      last = v;
      step(f, q, failableParts(f, v), true);
      if (final) {
        failing = true;
        fail(f, q, v);
      }
    } else if (final) ok = terminate(f, q, v, n) && ok;
    else if (v.ty !== types.noreturn) {
      errorAt(f, 'ERR-CHANNEL', n, 'operand of a failable `or` chain must be failable');
      ok = false;
      f.b.br(q.done);
      break;
    }
  }
  f.b.start(q.done);
  if (dead) f.b.unreachable();
  if (!ok) return poison(f);
  if (absorb && failing) return absorbed(f, q, last);
  return slot === 0 ? voidVal(types.void) : loadVal(f, value, slot);
}

/** One failable operand: success ends the chain, failure goes on. */
function step(f: FnCtx, q: Chain, parts: FailableParts, later: boolean): void {
  if (!f.b.live) return;
  const bad = f.b.block();
  const good = f.b.block();
  f.b.condBr(failed(f, parts.err), bad, good);
  f.b.start(good);
  if (q.slot !== 0) storeTo(f, q.slot, coerce(f, parts.load(), q.value, q.node, OTHER));
  if (q.errSlot !== 0) f.b.store(q.errSlot, f.c.module.int(IR_U32, 0));
  if (later) traceClear(f);
  f.b.br(q.done);
  f.b.start(bad);
  tracePush(f, f.pos(q.node));
  if (q.errSlot !== 0) f.b.store(q.errSlot, parts.err);
  q.lastErr = parts.err;
}

/** Total failure: the last tag leaves the function, or becomes the chain's own result. */
function fail(f: FnCtx, q: Chain, v: Val): void {
  const { types } = f.c;
  if (q.absorb) {
    f.b.br(q.done);
    return;
  }
  const set = types.kind[v.ty] === Ty.errset ? v.ty : types.lists[v.ty]!.at(-1)!;
  if (f.errors === 0) {
    errorAt(f, 'ERR-CHANNEL', q.node, 'a failable `or` chain propagates on total failure, but this function is not failable').help('end the chain with a value, or handle it with `catch`');
    f.b.unreachable();
    return;
  }
  escapes(f, set, v.source, q.node);
  returnError(f, q.lastErr);
}

/** A value ends the chain: it cannot fail any more. */
function terminate(f: FnCtx, q: Chain, v: Val, n: NodeId): boolean {
  const { types } = f.c;
  if (v.ty === types.noreturn || !f.b.live) return true;
  if (q.slot === 0) {
    errorAt(f, 'ERR-CHANNEL', n, '`or value` requires a value-carrying failable: this one has no value');
    f.b.br(q.done);
    return false;
  }
  if (v.k === VK.void) {
    errorAt(f, 'ARM-VOID', n, `the last operand of this \`or\` must produce a value of type '${types.text(q.value)}'`);
    f.b.br(q.done);
    return false;
  }
  const r = coerce(f, v, q.value, n, OTHER);
  if (!(r.k === VK.mem && r.ref === q.slot)) storeTo(f, q.slot, r);
  if (q.errSlot !== 0) f.b.store(q.errSlot, f.c.module.int(IR_U32, 0));
  traceClear(f);
  f.b.br(q.done);
  return !isPoison(r);
}

/** The failable value of an absorbed chain. */
function absorbed(f: FnCtx, q: Chain, last: Val): Val {
  const { types } = f.c;
  const set = types.kind[last.ty] === Ty.errset ? last.ty : types.lists[last.ty]!.at(-1)!;
  if (q.slot === 0) {
    const v = loadVal(f, set, q.errSlot);
    v.source = last.source;
    return v;
  }
  const list = types.kind[last.ty] === Ty.tuple ? types.lists[last.ty]! : [q.value, set];
  const t = types.tuple([...list.slice(0, -1), set], types.names[last.ty] ?? null, true);
  const out = newSlot(f, t);
  f.b.copy(out, q.slot, types.size(q.value));
  f.b.store(f.b.field(out, types.tupleOffset(t, list.length - 1)), f.b.load(IR_U32, q.errSlot));
  const v = memVal(t, out);
  v.source = last.source;
  return v;
}
