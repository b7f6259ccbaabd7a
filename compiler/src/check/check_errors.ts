// The error channel: `error.X`, `raise`, `try`, `catch`, failable results taken apart (reference 9). Chains with `or` are in check_error_chain.ts.
import type { NameId, NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { BinOp, BindRec, Node } from '../parse/node.ts';
import { IR_U32, IR_VOID } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { markFailable } from './any_cast.ts';
import { emitCleanups, leaveScope } from './cleanup.ts';
import { failableChain } from './check_error_chain.ts';
import { escapes, raiseTag } from './check_error_sets.ts';
import { matchExpr } from './check_match.ts';
import { coerce, OTHER, valTypeText } from './coerce.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { errorAt } from './report.ts';
import { blockStatement } from './stmt.ts';
import { traceClear, tracePush } from './trace.ts';
import { Capture, constVal, regVal, type Val, VK, voidVal } from './val.ts';
import { isPoison, loadVal, newSlot, poison, storeTo, toMem, toReg } from './value.ts';

export { deferStmt, onfailStmt } from './cleanup.ts';
export { checkErrorSets } from './check_error_sets.ts';
export { isFailableOr, orExpr } from './check_error_chain.ts';

/** The parts of a failable result type. */
export interface FailableType {
  /** void, the one value's type, or the tuple of the values. */
  readonly value: TypeId;
  readonly errors: TypeId;
  /** Byte offset of the tag, -1 when the result is the tag itself. */
  readonly errorOffset: number;
}

export function failableType(f: FnCtx, t: TypeId): FailableType {
  const { types } = f.c;
  if (types.kind[t] === Ty.errset) return { value: types.void, errors: t, errorOffset: -1 };
  const list = types.lists[t]!;
  const names = types.names[t];
  const value = list.length === 2 ? list[0]! : types.tuple(list.slice(0, -1), names === null || names === undefined ? null : names.slice(0, -1));
  return { value, errors: list[list.length - 1]!, errorOffset: types.tupleOffset(t, list.length - 1) };
}

/** A failable result taken apart: the tag (u32 register) and, where it is absent, the value. */
export interface FailableParts extends FailableType {
  readonly err: Ref;
  readonly load: () => Val;
}

export function failableParts(f: FnCtx, v: Val): FailableParts {
  const t = failableType(f, v.ty);
  if (t.errorOffset < 0) return { ...t, err: toReg(f, v), load: () => voidVal(f.c.types.void) };
  const at = toMem(f, v);
  return { ...t, err: f.b.load(IR_U32, f.b.field(at, t.errorOffset)), load: () => loadVal(f, t.value, at) };
}

/** The slots of a destructured failable, the tag last; binding it absorbs the failure. */
export function destructureFailable(f: FnCtx, v: Val): Val[] {
  const { types } = f.c;
  traceClear(f);
  if (types.kind[v.ty] === Ty.errset) return [v];
  const at = toMem(f, v);
  return types.lists[v.ty]!.map((t, i) => loadVal(f, t, f.b.field(at, types.tupleOffset(v.ty, i))));
}

/** u1: the tag is present. */
export function failed(f: FnCtx, err: Ref): Ref {
  return f.b.cmp(Op.ne, err, f.c.module.int(IR_U32, 0));
}

/** Leaves the function with tag `err`: cleanups of every scope, `onfail` included, then the error result. */
export function returnError(f: FnCtx, err: Ref): void {
  if (!f.b.live) return;
  emitCleanups(f, 0, err);
  const { types } = f.c;
  if (types.reg(f.ret) !== IR_VOID) {
    f.b.ret(err);
    return;
  }
  f.b.store(f.b.field(f.retPtr, failableType(f, f.ret).errorOffset), err);
  f.b.ret(0);
}

/** `error.X` typed by its destination. */
export function errorTagExpr(f: FnCtx, node: NodeId, want: TypeId): Val {
  const { types } = f.c;
  const tag = f.c.text(f.tree.a[node]!);
  const id = f.c.errorTag(tag);
  let t = want;
  if (types.kind[t] === Ty.optional) t = types.a[t]!;
  if (t === 0 || t === types.anyError || t === types.poison) return constVal(types.anyError, id);
  if (types.kind[t] === Ty.errset) {
    if (types.members(t).tags!.includes(tag)) return constVal(t, id);
    errorAt(f, 'ERRTAG-SET', node, `error tag 'error.${tag}' is not in error set '${types.text(t)}'`);
    return poison(f);
  }
  if (types.isInt(t)) {
    f.c.module.rawTags = true;
    return constVal(t, id);
  }
  errorAt(f, 'ERRTAG-DEST', node, `error tag 'error.${tag}' cannot be used where '${types.text(want)}' is expected`);
  return poison(f);
}

/** `raise e;` */
export function raiseStatement(f: FnCtx, node: NodeId): void {
  const { types } = f.c;
  const operand = f.tree.a[node]!;
  if (f.errors === 0) {
    errorAt(f, 'ERR-CHANNEL', node, f.isLambda ? 'lambda body raises; declare its return type explicitly' : '`raise` is only valid inside a failable function');
    expr(f, operand, types.anyError, 0);
    f.b.unreachable();
    return;
  }
  const literal = f.tree.kindOf(operand) === Node.ErrorTag;
  const v = expr(f, operand, literal ? f.errors : 0, 0);
  if (!isPoison(v) && v.ty !== types.noreturn) {
    if (types.kind[v.ty] !== Ty.errset) errorAt(f, 'ERR-CHANNEL', operand, `\`raise\` needs an error value, got '${valTypeText(f, v)}'`);
    else {
      if (literal) raiseTag(f, f.c.text(f.tree.a[operand]!));
      else escapes(f, v.ty, v.source, node);
      const tag = toReg(f, v);
      tracePush(f, f.pos(node));
      returnError(f, tag);
    }
  }
  f.b.unreachable();
}

/** The operand of `try`, `catch` or a chain: casts of any and protocol values and parenthesised chains are failable here. */
export function failableOperand(f: FnCtx, node: NodeId): Val {
  const { tree } = f;
  const kind = tree.kindOf(node);
  if (kind === Node.Paren) return failableOperand(f, tree.a[node]!);
  if (kind === Node.Cast || kind === Node.OptCast) markFailable(f, node);
  if (kind === Node.Binary && (tree.flags[node]! as BinOp) === BinOp.or) {
    const chain = failableChain(f, node, 0, 0, true);
    if (chain !== null) return chain;
  }
  return expr(f, node, 0, 0);
}

/** `try X`: X's value; a failure leaves the function. */
export function tryExpr(f: FnCtx, node: NodeId, _want: TypeId, _dst: Ref): Val {
  const { types } = f.c;
  const operand = f.tree.a[node]!;
  const v = failableOperand(f, operand);
  if (isPoison(v) || v.ty === types.noreturn) return v;
  if (!types.isFailable(v.ty)) {
    errorAt(f, 'ERR-CHANNEL', node, `\`try\` requires a failable expression; operand has type '${valTypeText(f, v)}'`);
    return v;
  }
  const parts = failableParts(f, v);
  if (f.errors === 0) {
    errorAt(f, 'ERR-CHANNEL', node, '`try` is only valid inside a failable function');
    return parts.load();
  }
  escapes(f, parts.errors, v.source, node);
  propagate(f, parts.err, f.pos(node));
  return parts.load();
}

/** Leaves the function when `err` is a tag; code goes on where it is not. */
export function propagate(f: FnCtx, err: Ref, pos: number): void {
  if (!f.b.live) return;
  const bad = f.b.block();
  const good = f.b.block();
  f.b.condBr(failed(f, err), bad, good);
  f.b.start(bad);
  tracePush(f, pos);
  returnError(f, err);
  f.b.start(good);
}

/** `e catch …` */
export function catchExpr(f: FnCtx, node: NodeId, want: TypeId, dst: Ref): Val {
  const { types } = f.c;
  const operand = f.tree.a[node]!;
  const v = failableOperand(f, operand);
  if (isPoison(v)) {
    checkHandler(f, node, poison(f), types.void, 0);
    return v;
  }
  if (!types.isFailable(v.ty)) {
    if (endsInValue(f, operand)) errorAt(f, 'ERR-CHANNEL', node, '`catch` here is redundant: the chain before it ends in a value');
    else if (v.ty !== types.noreturn) errorAt(f, 'ERR-CHANNEL', node, `\`catch\` requires a failable expression; operand has type '${valTypeText(f, v)}'`);
    return v;
  }
  const parts = failableParts(f, v);
  const slot = parts.value === types.void ? 0 : dst !== 0 && want === parts.value ? dst : newSlot(f, parts.value);
  const dead = !f.b.live;
  const bad = f.b.block();
  const good = f.b.block();
  const done = f.b.block();
  f.b.condBr(failed(f, parts.err), bad, good);
  f.b.start(good);
  if (slot !== 0) storeTo(f, slot, parts.load());
  f.b.br(done);
  f.b.start(bad);
  const tag = regVal(parts.errors, parts.err);
  tag.source = v.source;
  const ok = checkHandler(f, node, tag, parts.value, slot);
  if (f.b.live) traceClear(f);
  f.b.start(done);
  if (dead) f.b.unreachable();
  if (!ok) return poison(f);
  return slot === 0 ? voidVal(types.void) : loadVal(f, parts.value, slot);
}

const endsInValue = (f: FnCtx, node: NodeId): boolean => {
  const kind = f.tree.kindOf(node);
  if (kind === Node.Paren) return endsInValue(f, f.tree.a[node]!);
  return kind === Node.Binary && (f.tree.flags[node]! as BinOp) === BinOp.or;
};

/** Checks the handler in a scope with the binding; its value goes to `slot`. False after a report. */
function checkHandler(f: FnCtx, node: NodeId, tag: Val, value: TypeId, slot: Ref): boolean {
  const { types } = f.c;
  const { tree } = f;
  const handler = tree.b[node]!;
  const rec = tree.c[node]!;
  f.push();
  if (rec !== 0) {
    const name = tree.rec(rec, BindRec.name);
    tag.capture = Capture.error;
    tag.captureName = name;
    f.declare(name, tag, tree.posOf(tree.rec(rec, BindRec.nameOffset)));
  }
  let ok = true;
  if (value === types.void) handlerStatement(f, handler);
  else {
    const h = expr(f, handler, value, slot);
    if (isPoison(h)) ok = false;
    else if (h.ty !== types.noreturn && f.b.live) {
      if (h.k === VK.void) {
        errorAt(f, 'ERR-CHANNEL', handler, `\`catch\` body must produce a value of type '${types.text(value)}'`);
        ok = false;
      } else {
        const r = coerce(f, h, value, handler, OTHER);
        ok = !isPoison(r);
        if (!(r.k === VK.mem && r.ref === slot)) storeTo(f, slot, r);
      }
    }
  }
  leaveScope(f);
  return ok;
}

/** A handler without a value. */
function handlerStatement(f: FnCtx, handler: NodeId): void {
  const kind = f.tree.kindOf(handler);
  if (kind === Node.Block) blockStatement(f, handler);
  else if (kind === Node.Match) matchExpr(f, handler, 0, 0, false);
  else expr(f, handler, 0, 0);
}

/** `return callee(…)` of a failable (9.3.1): checks sets and shapes and returns. False: the value is no failable. */
export function forwardFailable(f: FnCtx, v: Val, node: NodeId): boolean {
  const { types } = f.c;
  const own = f.errors;
  if (own === 0 || !types.isFailable(v.ty)) return false;
  const from = failableType(f, v.ty);
  const to = failableType(f, f.ret);
  const count = (t: TypeId): number => (types.kind[t] === Ty.tuple ? types.lists[t]!.length - 1 : 0);
  if (count(v.ty) !== count(f.ret)) {
    const n = count(v.ty);
    errorAt(f, 'FORWARD-SHAPE', node, `cannot forward this failable result: it carries ${n} value slot${n === 1 ? '' : 's'}, the function has ${count(f.ret)}`);
    return true;
  }
  if (own !== types.anyError && from.errors === types.anyError && v.k !== VK.const_) {
    errorAt(f, 'FORWARD-SET', node, `cannot forward a bare-\`!\` failable result through the named error set '${types.text(own)}'`);
    return true;
  }
  if (v.k === VK.const_ && from.errors === types.anyError) raiseTag(f, f.c.module.errorNames[Number(v.cv)] ?? '');
  else escapes(f, from.errors, v.source, node);
  const parts = failableParts(f, v);
  forwardParts(f, parts, to, node);
  return true;
}

/** Re-packs values and tag; failing runs `onfail`, success the ordinary cleanups. */
function forwardParts(f: FnCtx, parts: FailableParts, to: FailableType, node: NodeId): void {
  const { types } = f.c;
  if (!f.b.live) return;
  const bad = f.b.block();
  const good = f.b.block();
  f.b.condBr(failed(f, parts.err), bad, good);
  f.b.start(bad);
  returnError(f, parts.err);
  f.b.start(good);
  if (to.errorOffset < 0) {
    emitCleanups(f, 0, 0);
    f.b.ret(f.c.module.int(IR_U32, 0));
    return;
  }
  const value = coerce(f, parts.load(), to.value, node, OTHER);
  if (types.kind[value.ty] !== Ty.void) storeTo(f, f.retPtr, value);
  emitCleanups(f, 0, 0);
  f.b.store(f.b.field(f.retPtr, to.errorOffset), f.c.module.int(IR_U32, 0));
  f.b.ret(0);
}

/** 9.11.1: a value-carrying failable that nothing marks, in code of the root file. True when reported. */
export function rejectUnmarked(f: FnCtx, node: NodeId, v: Val): boolean {
  const { types } = f.c;
  if (isPoison(v) || types.kind[v.ty] !== Ty.tuple || types.b[v.ty] !== 1 || !f.file.isRoot || f.tree.kindOf(node) !== Node.Call) return false;
  const callee = f.tree.text(f.tree.a[node]!);
  errorAt(f, 'ERR-UNHANDLED', node, `'${callee}' can fail: its error would be dropped`)
    .help('handle it: `try`, `catch`, `or value`, or bind the error (`v, err := …`)');
  return true;
}

/** A destructuring that leaves out the error slot or discards it; `slots` counts the error. True when reported. */
export function rejectDroppedError(f: FnCtx, node: NodeId, names: readonly NameId[], slots: number): boolean {
  if (names.length > slots || (names.length === slots && names[slots - 1] !== f.c.known._)) return false;
  errorAt(f, 'ERR-UNHANDLED', node, 'the error slot of a failable cannot be dropped').help('bind it (`v, err := …`), or handle it with `try`, `catch` or `or`');
  return true;
}
