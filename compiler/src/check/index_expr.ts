// Takes `a[i]` and `a[lo..hi]`; gives the element place or the slice (reference 2.5, 4.5).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { RangeOp, rangeExcludesStart, rangeHasEndMarker, rangeIncludesEnd } from '../parse/node.ts';
import { IR_BOOL, IR_I64, IR_PTR } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { boundsCheck, trapUnless } from './checks.ts';
import { coerce, OTHER } from './coerce.ts';
import { intOf } from './const_count.ts';
import { makeFat, scalarConv, unnarrow } from './convert.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { tupleIndex } from './member.ts';
import { chainOver, isOptChain } from './optional_expr.ts';
import { derefVal } from './place.ts';
import { errorAt } from './report.ts';
import { Capture, memVal, type Val, VK } from './val.ts';
import { poison, toMem, toReg } from './value.ts';

/** An i64 register of an index or bound. */
export function indexRef(f: FnCtx, node: NodeId): Ref | null {
  const { types } = f.c;
  const v = unnarrow(f, expr(f, node, 0, 0));
  if (v.k === VK.poison) return null;
  if (v.k === VK.const_ && types.isFloat(v.ty)) {
    const n = intOf(f, v);
    if (n !== null) return f.c.module.int(IR_I64, n);
  }
  if (types.isInt(v.ty) || types.kind[v.ty] === Ty.enum_) return scalarConv(f, toReg(f, v), types.reg(v.ty), IR_I64);
  if (v.capture === Capture.refElement && types.kind[v.ty] === Ty.ptr) return toReg(f, coerce(f, derefVal(f, v), types.i64, node, OTHER));
  errorAt(f, 'INDEX-TYPE', node, `an index is an integer, not '${types.text(v.ty)}'`);
  return null;
}

export function indexExpr(f: FnCtx, node: NodeId): Val {
  const { tree } = f;
  const base = expr(f, tree.a[node]!, 0, 0);
  if (base.k === VK.poison) {
    expr(f, tree.b[node]!, 0, 0);
    return base;
  }
  // `o?.f[i]` stays inside the chain.
  if (f.c.types.kind[base.ty] === Ty.optional && isOptChain(f, tree.a[node]!)) return chainOver(f, node, base, (p) => indexVal(f, p, tree.b[node]!, node));
  return indexVal(f, base, tree.b[node]!, node);
}

export function indexVal(f: FnCtx, base0: Val, indexNode: NodeId, node: NodeId): Val {
  const { types } = f.c;
  let base = unnarrow(f, base0);
  if (base.k === VK.pack) return packIndex(f, base, indexNode, node);
  if (types.kind[base.ty] === Ty.ptr) {
    const k = types.kind[types.a[base.ty]!];
    if (k === Ty.array || k === Ty.slice || k === Ty.string || k === Ty.vector || k === Ty.tuple) base = derefVal(f, base);
  }
  const kind = types.kind[base.ty];
  if (kind === Ty.tuple || kind === Ty.struct && types.members(base.ty).anonymous) return constIndex(f, base, indexNode, node);
  const elem = elementType(f, base.ty);
  if (elem === 0) {
    const d = errorAt(f, 'INDEX-TYPE', node, `cannot index a value of type '${types.text(base.ty)}'`);
    if (kind === Ty.ptr) d.help(`a pointer to many elements is '[*]T', here '[*]${types.text(types.a[base.ty]!)}'`);
    return poison(f);
  }
  // The base's place is found before the index is evaluated.
  const isArray = kind === Ty.array || kind === Ty.vector;
  const place = kind === Ty.manyptr ? 0 : toMem(f, base);
  const ptr = kind === Ty.manyptr ? toReg(f, base) : isArray ? place : f.b.load(IR_PTR, place);
  const index = indexRef(f, indexNode);
  if (index === null) return poison(f);
  f.b.at = f.pos(node);
  if (isArray) {
    if (!constBounds(f, base, index, indexNode)) return poison(f);
    boundsCheck(f, node, index, f.c.module.int(IR_I64, types.b[base.ty]!));
  } else if (kind !== Ty.manyptr && f.c.options.checks) boundsCheck(f, node, index, f.b.load(IR_I64, f.b.field(place, 8)));
  const v = memVal(elem, elemPtr(f, ptr, index, types.size(elem)));
  v.lv = isArray ? base.lv : true;
  v.capture = isArray ? base.capture : base.capture === Capture.constant ? Capture.constant : Capture.none;
  v.captureName = base.captureName;
  return v;
}

function elemPtr(f: FnCtx, ptr: Ref, index: Ref, size: number): Ref {
  const c = index < 0 ? f.c.module.consts[~index]! : null;
  if (c !== null && typeof c.value === 'number' && c.value >= 0 && c.value * size < 0x7fffffff) return f.b.field(ptr, c.value * size);
  return f.b.index(ptr, index, size);
}

/** A constant array read at a constant index out of range is a compile error: false after the report. */
function constBounds(f: FnCtx, base: Val, index: Ref, node: NodeId): boolean {
  if (index >= 0 || base.capture !== Capture.constant) return true;
  const c = f.c.module.consts[~index]!;
  const n = f.c.types.b[base.ty]!;
  if (typeof c.value === 'number' && (c.value < 0 || c.value >= n)) {
    errorAt(f, 'CONST-INDEX', node, `index ${c.value} is out of bounds for constant '${f.c.text(base.captureName)}' (${n} elements)`);
    return false;
  }
  return true;
}

function elementType(f: FnCtx, t: TypeId): TypeId {
  const { types } = f.c;
  switch (types.kind[t]) {
    case Ty.array: case Ty.slice: case Ty.manyptr: case Ty.vector: return types.a[t]!;
    case Ty.string: return types.u8;
    default: return 0;
  }
}

function packIndex(f: FnCtx, pack: Val, indexNode: NodeId, node: NodeId): Val {
  const v = expr(f, indexNode, 0, 0);
  if (v.k === VK.poison) return v;
  const i = intOf(f, v);
  if (i === null) {
    errorAt(f, 'PACK-INDEX', indexNode, `pack '${f.c.text(pack.captureName)}' must be indexed by a compile-time constant`);
    return poison(f);
  }
  const e = tupleIndex(f, pack, Number(i), node);
  if (e.k !== VK.poison) e.ofPack = true;
  return e;
}

function constIndex(f: FnCtx, base: Val, indexNode: NodeId, node: NodeId): Val {
  const { types } = f.c;
  const v = expr(f, indexNode, 0, 0);
  if (v.k === VK.poison) return v;
  const i = intOf(f, v);
  const what = types.kind[base.ty] === Ty.tuple ? 'tuple' : 'struct';
  if (i === null) {
    errorAt(f, 'INDEX-TYPE', indexNode, `a ${what} is indexed by a compile-time constant`);
    return poison(f);
  }
  const n = types.kind[base.ty] === Ty.tuple ? types.lists[base.ty]!.length : types.members(base.ty).fields.length;
  if (i < 0 || i >= n) {
    errorAt(f, 'FIELD', node, `${what} index ${i} out of bounds`);
    return poison(f);
  }
  return tupleIndex(f, base, Number(i), node);
}

export function sliceExpr(f: FnCtx, node: NodeId): Val {
  const { types, module } = f.c;
  const { tree } = f;
  const op = tree.flags[node]! as RangeOp;
  const loNode = tree.b[node]!;
  const hiNode = tree.c[node]!;
  let base = unnarrow(f, expr(f, tree.a[node]!, 0, 0));
  if (base.k === VK.poison) return base;
  if (types.kind[base.ty] === Ty.ptr) {
    const k = types.kind[types.a[base.ty]!];
    if (k === Ty.array || k === Ty.slice || k === Ty.string) base = derefVal(f, base);
  }
  const kind = types.kind[base.ty];
  const elem = elementType(f, base.ty);
  if (elem === 0 || kind === Ty.vector) {
    errorAt(f, 'INDEX-TYPE', node, `cannot index a value of type '${types.text(base.ty)}': only arrays, slices, strings and [*]T can be sliced`);
    return poison(f);
  }
  if (rangeHasEndMarker(op) && hiNode === 0 && (rangeIncludesEnd(op) || op === RangeOp.endExcl || op === RangeOp.startExclEndExcl || op === RangeOp.startInclEndExcl)) {
    errorAt(f, 'FOR-RANGE-END', node, 'an explicit end marker needs an end');
    return poison(f);
  }
  if (kind === Ty.array && !base.lv) {
    errorAt(f, 'SLICE-TEMP', node, 'cannot slice a temporary array').help('bind it to a variable first');
    return poison(f);
  }
  if (kind === Ty.manyptr && hiNode === 0) {
    errorAt(f, 'MANYPTR-OPEN', node, `slicing '${types.text(base.ty)}' requires an explicit upper bound`);
    return poison(f);
  }
  const place = kind === Ty.manyptr ? 0 : toMem(f, base);
  const ptr = kind === Ty.manyptr ? toReg(f, base) : kind === Ty.array ? place : f.b.load(IR_PTR, place);
  const full = kind === Ty.manyptr ? 0 : kind === Ty.array ? module.int(IR_I64, types.b[base.ty]!) : f.b.load(IR_I64, f.b.field(place, 8));
  let lo: Ref | null = loNode === 0 ? module.int(IR_I64, 0) : indexRef(f, loNode);
  let hi: Ref | null = hiNode === 0 ? full : indexRef(f, hiNode);
  if (lo === null || hi === null) return poison(f);
  f.b.at = f.pos(node);
  if (loNode !== 0 && rangeExcludesStart(op)) lo = f.b.bin(Op.add, IR_I64, lo, module.int(IR_I64, 1));
  if (hiNode !== 0 && rangeIncludesEnd(op)) hi = f.b.bin(Op.add, IR_I64, hi, module.int(IR_I64, 1));
  if (f.c.options.checks && (loNode !== 0 || hiNode !== 0)) sliceCheck(f, node, lo, hi, full);
  const t = kind === Ty.string ? types.string : types.slice(elem);
  const len = loNode === 0 ? hi : f.b.bin(Op.sub, IR_I64, hi, lo);
  const start = loNode === 0 ? ptr : elemPtr(f, ptr, lo, types.size(elem));
  return makeFat(f, t, start, len);
}

/** lo <= hi, hi <= len when the length is known. */
function sliceCheck(f: FnCtx, node: NodeId, lo: Ref, hi: Ref, full: Ref): void {
  let ok = f.b.cmp(Op.ule, lo, hi);
  if (full !== 0 && full !== hi) ok = f.b.bin(Op.and, IR_BOOL, ok, f.b.cmp(Op.ule, hi, full));
  trapUnless(f, node, ok, 'slice bounds are out of range');
}

