// Takes `return`; writes the result, runs the cleanups, leaves the function (reference 3.10, 4.12, 9.3).
import type { NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import { IR_U32, IR_VOID } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { emitCleanups } from './cleanup.ts';
import { forwardFailable } from './check_errors.ts';
import { coerce, RETURN } from './coerce.ts';
import { expr, exprAs } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { successType } from './fn_body.ts';
import { retNode } from './fn_sig.ts';
import { leaving } from './leaving.ts';
import { errorAt, plural } from './report.ts';
import { subPlace, storeTo, toMem, toReg, loadVal } from './value.ts';
import { type Val, VK, voidVal } from './val.ts';

export function returnStatement(f: FnCtx, node: NodeId): void { leaving(f, () => returnResult(f, node)); }

function returnResult(f: FnCtx, node: NodeId): void {
  const { tree } = f;
  const { types } = f.c;
  const items = tree.ids(tree.a[node]!);
  if (f.inCleanup > 0) {
    errorAt(f, 'DEFER-JUMP', node, '`return` is not allowed inside a `defer` body');
    return;
  }
  if (f.inferring !== null) {
    inferReturn(f, node, items);
    return;
  }
  if (items.length === 0) {
    bareReturn(f, node);
    return;
  }
  const want = successType(f);
  const named = items.some((n) => tree.kindOf(n) === Node.NamedArg);
  if (items.length > 1 || named) {
    returnList(f, node, items);
    return;
  }
  const e = items[0]!;
  if (isFullTuple(f, e)) {
    const v = exprAs(f, e, f.ret, RETURN, f.retPtr);
    if (v.k !== VK.poison) {
      if (v.ref !== f.retPtr) storeTo(f, f.retPtr, v);
      emitCleanups(f, 0, 0);
    }
    f.b.ret(0);
    return;
  }
  if (want === types.void && f.errors === 0) {
    const v = expr(f, e, 0, 0);
    if (v.k !== VK.void && v.k !== VK.poison) errorAt(f, 'RETURN-MISMATCH', e, `cannot return a value of type '${types.text(v.ty)}' where 'void' is expected`);
    leave(f);
    return;
  }
  const v = expr(f, e, want === types.void ? f.ret : want, f.retPtr !== 0 && want === f.ret ? f.retPtr : 0);
  if (!f.live) return;
  if (v.k === VK.poison) {
    f.b.unreachable();
    return;
  }
  returnSuccess(f, v, e);
}

/** One value cannot be a list of results: said as such, not as a mismatch of types. */
function isOneOfSeveral(f: FnCtx, v: Val, want: TypeId): boolean {
  const { types } = f.c;
  if (types.kind[want] !== Ty.tuple || f.inst === null || v.k === VK.undef || v.k === VK.poison || v.ty === types.noreturn || isTupleLike(f, v)) return false;
  const { decl } = f.inst;
  const written = retNode(decl);
  return written !== 0 && decl.tree.kindOf(written) === Node.TypeMulti;
}

function isTupleLike(f: FnCtx, v: Val): boolean {
  const { types } = f.c;
  return types.kind[v.ty] === Ty.tuple || types.kind[v.ty] === Ty.struct;
}

/** `return .{v, error.X}`: the literal has one element more than there are values. */
function isFullTuple(f: FnCtx, e: NodeId): boolean {
  const { types } = f.c;
  if (f.errors === 0 || types.kind[f.ret] !== Ty.tuple || f.tree.kindOf(e) !== Node.StructLit || f.tree.a[e] !== 0) return false;
  const items = f.tree.list(f.tree.b[e]!);
  return items.length === types.lists[f.ret]!.length && items.every((n) => f.tree.kindOf(n) !== Node.NamedArg);
}

function bareReturn(f: FnCtx, node: NodeId): void {
  const { types } = f.c;
  if (f.retLocals !== null) {
    finishNamedReturns(f, node);
    return;
  }
  const want = successType(f);
  if (want !== types.void && want !== types.noreturn) {
    errorAt(f, 'RETURN-MISMATCH', node, `this function returns '${types.text(f.ret)}': \`return\` needs a value`);
    f.b.unreachable();
    return;
  }
  if (f.errors !== 0) returnSuccess(f, voidVal(types.void), node);
  else leave(f);
}

function leave(f: FnCtx): void {
  emitCleanups(f, 0, 0);
  f.b.ret(0);
}

/** The first return decides an inferred result type. */
function inferReturn(f: FnCtx, node: NodeId, items: readonly NodeId[]): void {
  if (items.length === 0) {
    f.inferring!(null);
    leave(f);
    return;
  }
  const v = expr(f, items[0]!, 0, 0);
  if (!f.live) return;
  if (v.k === VK.poison) {
    if (f.inferring !== null) f.inferring(v);
    f.b.unreachable();
    return;
  }
  if (f.inferring !== null) f.inferring(v);
  void node;
  returnSuccess(f, v, items[0]!);
}

/** `return a, b` and `return hi = a, lo = b`. */
function returnList(f: FnCtx, node: NodeId, items: readonly NodeId[]): void {
  const { types } = f.c;
  const { tree } = f;
  const want = successType(f);
  const slots = types.kind[want] === Ty.tuple ? types.lists[want]! : [want];
  const labels = types.kind[want] === Ty.tuple ? types.names[want] : (f.retNames?.map((n) => f.c.text(n)) ?? null);
  const named = items.some((n) => tree.kindOf(n) === Node.NamedArg);
  if (want === types.poison) {
    for (const n of items) expr(f, tree.kindOf(n) === Node.NamedArg ? tree.b[n]! : n, 0, 0);
    f.b.unreachable();
    return;
  }
  if (types.kind[want] !== Ty.tuple && !named) {
    errorAt(f, 'RETURN-COUNT', node, `this function returns a single value, but a list of ${items.length} was given`);
    f.b.unreachable();
    return;
  }
  if (!named && items.length !== slots.length) {
    errorAt(f, 'RETURN-COUNT', node, `this function returns ${plural(slots.length, 'value')}, but a list of ${items.length} was given`);
    f.b.unreachable();
    return;
  }
  const seen = new Set<number>();
  const vals: { i: number; v: Val }[] = [];
  items.forEach((n, k) => {
    let i = k;
    let e = n;
    if (tree.kindOf(n) === Node.NamedArg) {
      const name = f.c.text(tree.a[n]!);
      i = labels?.indexOf(name) ?? -1;
      e = tree.b[n]!;
      if (i < 0) {
        errorAt(f, 'NAMED-RETURN', n, `named return element '${name}' does not name any return slot`);
        return;
      }
      if (seen.has(i)) {
        errorAt(f, 'NAMED-RETURN', n, `named return element '${name}' is given more than once`);
        return;
      }
    }
    seen.add(i);
    const v = exprAs(f, e, slots[i]!, RETURN, 0);
    vals.push({ i, v: types.isScalar(v.ty) && v.k === VK.mem ? loadVal(f, v.ty, v.ref) : v });
  });
  if (!f.live) return;
  if (vals.some((x) => x.v.k === VK.poison) || vals.length !== items.length) {
    f.b.unreachable();
    return;
  }
  if (types.kind[f.ret] !== Ty.tuple) {
    returnSuccess(f, vals[0]!.v, node);
    return;
  }
  for (const { i, v } of vals) storeTo(f, f.b.field(f.retPtr, types.tupleOffset(f.ret, i)), v);
  if (vals.length < slots.length) fillFromLocals(f, node, seen);
  endTuple(f);
}

/** Slots that a partial named return leaves out keep their locals' values: they need one. */
function fillFromLocals(f: FnCtx, node: NodeId, given: ReadonlySet<number>): void {
  const { types } = f.c;
  f.retNames?.forEach((name, i) => {
    if (given.has(i)) return;
    const local = f.retLocals!.find((l) => l.name === name);
    if (local === undefined) errorAt(f, 'RETURN-COUNT', node, `this list gives no value for result ${i + 1}, which has no name`);
    else if (!local.assigned) errorAt(f, 'NAMED-RETURN', node, `named return '${f.c.text(name)}' may be unset: this list leaves it out, and it has no default`);
    else f.b.copy(f.b.field(f.retPtr, types.tupleOffset(f.ret, i)), local.val.ref, types.size(local.val.ty));
  });
}

/** The error slot says success; cleanups; out. */
function endTuple(f: FnCtx): void {
  const { types, module } = f.c;
  if (f.errors !== 0) f.b.store(f.b.field(f.retPtr, types.tupleOffset(f.ret, types.lists[f.ret]!.length - 1)), module.int(IR_U32, 0));
  emitCleanups(f, 0, 0);
  f.b.ret(0);
}

/** Returns `v` as the value part of the result. */
export function returnSuccess(f: FnCtx, v: Val, at: NodeId): void {
  const { types, module } = f.c;
  if (!f.live) return;
  const want = successType(f);
  if (f.errors !== 0 && v.k !== VK.void && types.isFailable(v.ty) && v.k !== VK.undef && forwardFailable(f, v, at)) {
    // Still live: the forward was refused and reported.
    f.b.unreachable();
    return;
  }
  if (f.errors !== 0 && want === types.void) {
    if (v.k !== VK.void && v.k !== VK.poison) coerce(f, v, f.ret, at, RETURN);
    emitCleanups(f, 0, 0);
    f.b.ret(module.int(IR_U32, 0));
    return;
  }
  if (isOneOfSeveral(f, v, want)) {
    errorAt(f, 'RETURN-COUNT', at, `this function returns ${types.lists[want]!.length} values, but one of type '${types.text(v.ty)}' was given`);
    f.b.unreachable();
    return;
  }
  const r = coerce(f, v, want, at, RETURN);
  if (r.k === VK.poison) {
    f.b.unreachable();
    return;
  }
  if (f.errors !== 0) {
    storeSuccess(f, r, want);
    endTuple(f);
    return;
  }
  if (types.reg(want) !== IR_VOID) {
    const reg = toReg(f, r);
    emitCleanups(f, 0, 0);
    f.b.ret(reg);
    return;
  }
  if (f.retPtr !== 0 && !(r.k === VK.mem && r.ref === f.retPtr)) storeTo(f, f.retPtr, r);
  emitCleanups(f, 0, 0);
  f.b.ret(0);
}

function storeSuccess(f: FnCtx, r: Val, want: TypeId): void {
  const { types } = f.c;
  const list = types.lists[f.ret]!;
  if (list.length === 2) {
    storeTo(f, f.retPtr, r);
    return;
  }
  const p = toMem(f, r);
  for (let i = 0; i < list.length - 1; i++) {
    storeTo(f, f.b.field(f.retPtr, types.tupleOffset(f.ret, i)), subPlace(f, r, p, types.tupleOffset(want, i), list[i]!));
  }
}

/** Falling off the end, or a bare `return`, with named slots: every one must be set. */
export function finishNamedReturns(f: FnCtx, node: NodeId): void {
  const { types } = f.c;
  if (!f.live) return;
  if (f.ret === types.poison) {
    // The slots were reported where they are written.
    f.b.unreachable();
    return;
  }
  for (const l of f.retLocals!) {
    if (l.assigned) continue;
    const at = f.tree.kindOf(node) === Node.Block ? f.pos(node) : f.pos(node);
    f.c.sink.error('NAMED-RETURN', at, at + 1, `named return '${f.c.text(l.name)}' may be unset`);
  }
  if (types.kind[f.ret] !== Ty.tuple) {
    returnSuccess(f, f.retLocals![0]!.val, node);
    return;
  }
  const labels = f.retNames!;
  labels.forEach((n, i) => {
    const l = f.retLocals!.find((x) => x.name === n);
    if (l !== undefined) f.b.copy(f.b.field(f.retPtr, types.tupleOffset(f.ret, i)), l.val.ref, types.size(l.val.ty));
  });
  endTuple(f);
}
