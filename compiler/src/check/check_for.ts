// `for` over ranges and collections (reference 4.9). `inline for` is in check_inline_for.ts.
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { ForFlag, Node, RangeOp, rangeExcludesStart, rangeIncludesEnd } from '../parse/node.ts';
import { IR_I64, IR_PTR } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { inlineFor } from './check_inline_for.ts';
import { forgetAssigned, loopBody } from './check_loops.ts';
import { leaveScope } from './cleanup.ts';
import { coerce, OTHER, valTypeText } from './coerce.ts';
import { unnarrow } from './convert.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { tryMember } from './member.ts';
import { derefVal } from './place.ts';
import { errorAt } from './report.ts';
import { blockStatement, statement } from './stmt.ts';
import { Capture, placeVal, regVal, type Val, VK } from './val.ts';
import { isPoison, loadVal, newSlot, poison, storeTo, toMem, toReg } from './value.ts';

/** Elements up to this size are copied into a by-value capture; larger ones are read in place. */
const COPY_LIMIT = 128;

/** An evaluated iterable: a cursor that starts at `start`, or elements in memory. */
interface Source {
  readonly range: boolean;
  /** Range: first cursor. */
  readonly start: Ref;
  /** Elements: address, type. */
  readonly base: Ref;
  readonly elem: TypeId;
  /** Bounded range: exclusive end; elements: count. 0 = not computed. */
  readonly end: Ref;
}

export function forStatement(f: FnCtx, node: NodeId): void {
  const { tree } = f;
  const captures = tree.list(tree.b[node]!);
  const iters = tree.list(tree.a[node]!);
  if (captures.length > 0 && captures.length !== iters.length) {
    errorAt(f, 'FOR-ARITY', node, `for capture count must match the iterable count: ${captures.length} captures, ${iters.length} iterables`);
    return;
  }
  if ((tree.flags[node]! & ForFlag.inline) !== 0) {
    inlineFor(f, node);
    return;
  }
  if (!checkShape(f, iters, captures)) return;
  const dead = !f.b.live;
  forgetAssigned(f, node);
  const sources: Source[] = [];
  for (let i = 0; i < iters.length; i++) {
    const s = isRange(f, iters[i]!) ? rangeSource(f, iters[i]!, i === 0) : elements(f, tree.a[iters[i]!]!);
    sources.push(s ?? broken(f));
  }
  emitLoop(f, node, sources, captures);
  if (dead && f.b.live) f.b.unreachable();
}

export const isRange = (f: FnCtx, iter: NodeId): boolean => (f.tree.flags[iter]! as RangeOp) !== RangeOp.none;

/** Stands for what was reported: the body is looked at all the same, with captures about which nothing more is said. */
function broken(f: FnCtx): Source {
  const { types, module } = f.c;
  return { range: false, start: 0, base: newSlot(f, types.poison), elem: types.poison, end: module.int(IR_I64, 1) };
}

/** Errors that need no evaluation. */
function checkShape(f: FnCtx, iters: Int32Array, captures: Int32Array): boolean {
  const { tree } = f;
  if (isRange(f, iters[0]!) && tree.b[iters[0]!] === 0) {
    errorAt(f, 'FOR-OPEN', iters[0]!, 'the first iterable must have a bounded length: an open range has none').help('put a collection or a bounded range first');
    return false;
  }
  for (let i = 0; i < captures.length; i++) {
    if ((tree.flags[captures[i]!]! & 1) !== 0 && isRange(f, iters[i]!)) {
      errorAt(f, 'FOR-REF', captures[i]!, 'a range element cannot be captured by reference');
      return false;
    }
  }
  return true;
}

/** A function converts to a number, but as a bound it is a call whose arguments were read as the capture. */
function bound(f: FnCtx, node: NodeId): Val {
  const v = expr(f, node, f.c.types.i64, 0);
  if (!isFunction(f, v)) return coerce(f, v, f.c.types.i64, node, OTHER);
  errorAt(f, 'FOR-ITER', node, `the function '${f.tree.text(node)}' is no bound of a range: the parentheses before the body are the capture`)
    .help('give the capture after the call: `for 0..f(n) (i) { }`');
  return poison(f);
}

const isFunction = (f: FnCtx, v: Val): boolean => v.k === VK.fn || f.c.types.kind[v.ty] === Ty.fn || f.c.types.kind[v.ty] === Ty.closure;

/** A range; only the driving one evaluates its end. */
function rangeSource(f: FnCtx, iter: NodeId, drives: boolean): Source | null {
  const { types, module } = f.c;
  const { tree } = f;
  const op = tree.flags[iter]! as RangeOp;
  const one = module.int(IR_I64, 1);
  const lo = bound(f, tree.a[iter]!);
  if (isPoison(lo)) return null;
  let start = toReg(f, lo);
  if (rangeExcludesStart(op)) start = f.b.bin(Op.add, IR_I64, start, one);
  let end: Ref = 0;
  if (drives) {
    const hi = bound(f, tree.b[iter]!);
    if (isPoison(hi)) return null;
    end = toReg(f, hi);
    if (rangeIncludesEnd(op)) end = f.b.bin(Op.add, IR_I64, end, one);
  }
  return { range: true, start, base: 0, elem: types.i64, end };
}

/** A collection: array, slice, string, pointer to one, or a struct with items. */
function elements(f: FnCtx, node: NodeId): Source | null {
  const { types } = f.c;
  const v = unnarrow(f, expr(f, node, 0, 0));
  if (isPoison(v) || v.ty === types.noreturn) return null;
  const s = elementsOf(f, v, node);
  if (s !== null) return s;
  if (v.k === VK.pack) {
    errorAt(f, 'PACK-VALUE', node, `pack '${f.c.text(v.captureName)}' has no runtime value`).help('unroll it with `inline for`, or declare the parameter `..xs: []P`');
  } else if (isFunction(f, v)) {
    errorAt(f, 'FOR-ITER', node, `cannot iterate the function '${f.tree.text(node)}': the parentheses before the body are the capture`)
      .help('write the call in parentheses, or give the capture: `for f(n) (x) { }`');
  } else errorAt(f, 'FOR-ITER', node, `cannot iterate a value of type '${valTypeText(f, v)}'`);
  return null;
}

function elementsOf(f: FnCtx, v: Val, node: NodeId): Source | null {
  const { types, module, known } = f.c;
  const list = (base: Ref, elem: TypeId, end: Ref): Source => ({ range: false, start: 0, base, elem, end });
  switch (types.kind[v.ty]) {
    case Ty.array: return list(toMem(f, v), types.a[v.ty]!, module.int(IR_I64, types.b[v.ty]!));
    case Ty.slice: case Ty.string: {
      const at = toMem(f, v);
      return list(f.b.load(IR_PTR, at), types.kind[v.ty] === Ty.string ? types.u8 : types.a[v.ty]!, f.b.load(IR_I64, f.b.field(at, 8)));
    }
    case Ty.ptr: return v.k === VK.null_ ? null : elementsOf(f, derefVal(f, v), node);
    case Ty.struct: {
      const info = types.members(v.ty);
      const text = f.c.text(known.items);
      const i = info.fields.findIndex((x) => x.name === text);
      if (i < 0) return null;
      const t = info.fields[i]!.type;
      const at = f.b.field(toMem(f, v), types.fieldOffset(v.ty, i));
      if (types.kind[t] === Ty.slice) return list(f.b.load(IR_PTR, at), types.a[t]!, f.b.load(IR_I64, f.b.field(at, 8)));
      if (types.kind[t] !== Ty.manyptr) return null;
      const len = tryMember(f, v, known.len, node);
      if (len === null || isPoison(len) || !types.isInt(len.ty)) return null;
      return list(f.b.load(IR_PTR, at), types.a[t]!, widen(f, len));
    }
    default: return null;
  }
}

function widen(f: FnCtx, v: Val): Ref {
  const { types } = f.c;
  const r = toReg(f, v);
  return types.width(v.ty) === 64 ? (types.isSigned(v.ty) ? r : f.b.conv(Op.trunc, IR_I64, r)) : f.b.conv(Op.ext, IR_I64, r);
}

/** The loop over one index; a lone range counts its cursor itself. */
function emitLoop(f: FnCtx, node: NodeId, sources: readonly Source[], captures: Int32Array): void {
  const { module } = f.c;
  const { b } = f;
  const driver = sources[0]!;
  const lone = driver.range && sources.length === 1;
  const limit = driver.range && !lone ? b.bin(Op.sub, IR_I64, driver.end, driver.start) : driver.end;
  const counter = b.slot(8, 8);
  b.store(counter, lone ? driver.start : module.int(IR_I64, 0));
  const head = b.block();
  const body = b.block();
  const next = b.block();
  const done = b.block();
  b.start(head);
  const i = b.load(IR_I64, counter);
  b.condBr(b.cmp(Op.slt, i, limit), body, done);
  b.start(body);
  const loop = loopBody(f, done, next, () => {
    f.push();
    for (let k = 0; k < captures.length; k++) bindCapture(f, captures[k]!, sources[k]!, lone ? i : 0, i);
    const stmt = f.tree.c[node]!;
    if ((f.tree.flags[node]! & ForFlag.arrow) !== 0 && f.tree.kindOf(stmt) !== Node.Block) statement(f, stmt);
    else blockStatement(f, stmt);
    leaveScope(f);
  });
  if (b.live || loop.continued) {
    b.start(next);
    b.at = f.pos(node);
    b.store(counter, b.bin(Op.add, IR_I64, i, module.int(IR_I64, 1)));
    b.br(head);
  }
  b.start(done);
}

/** Declares one capture of an iteration; `cursor` is the cursor itself when the loop counts it, else index `i` leads to it. */
function bindCapture(f: FnCtx, capture: NodeId, s: Source, cursor: Ref, i: Ref): void {
  const { tree, c } = f;
  const name = tree.a[capture]!;
  if (name === c.known._) return;
  const pos = tree.posOf(tree.b[capture]!);
  const v = captureVal(f, capture, s, cursor, i);
  v.captureName = name;
  f.declare(name, v, pos);
}

function captureVal(f: FnCtx, capture: NodeId, s: Source, cursor: Ref, i: Ref): Val {
  const { types } = f.c;
  if (s.range) {
    const at = cursor !== 0 ? cursor : s.start === f.c.module.int(IR_I64, 0) ? i : f.b.bin(Op.add, IR_I64, s.start, i);
    const v = regVal(types.i64, at);
    v.capture = Capture.range;
    return v;
  }
  const place = f.b.index(s.base, i, types.size(s.elem));
  if ((f.tree.flags[capture]! & 1) !== 0) {
    const v = regVal(types.ptr(s.elem), place);
    v.capture = Capture.refElement;
    return v;
  }
  let v = loadVal(f, s.elem, place);
  if (v.k === VK.mem) {
    let at = place;
    if (types.size(s.elem) <= COPY_LIMIT) {
      at = newSlot(f, s.elem);
      storeTo(f, at, v);
    }
    v = placeVal(s.elem, at);
  }
  v.capture = Capture.element;
  return v;
}

