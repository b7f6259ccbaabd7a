// Takes names that a lambda's body uses; gives locals of the lambda that copy the enclosing function's variables on every call (reference 8.4).
import type { NameId, NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Node } from '../parse/node.ts';
import { roundUp } from '../types/types.ts';
import { added, type CaptureInfo, type FnCtx, type Local } from './fn_ctx.ts';
import { Capture, placeVal, Val, VK } from './val.ts';
import { loadVal, storeTo } from './value.ts';

/** `#insert` can use names that the text of the lambda does not show. */
const INSERT_RESERVE = 8;

/** Whether a value lives in the frame (constants, types and functions are used without capture). */
function isRuntime(v: Val): boolean {
  if (v.k === VK.reg) return v.ref > 0;
  return v.k === VK.mem && v.ref > 0;
}

/** The variable that `name` denotes around lambda `f`, without capturing it. */
function outerLocal(f: FnCtx, name: NameId): Local | null {
  for (let x = f.outer; x !== null; x = x.outer) {
    const l = x.find(name);
    if (l !== null) return l;
  }
  return null;
}

/**
 * Keeps instructions of the entry block free for the slots of captures: they are met in the middle of the body, but their slots must
 * dominate every use. The number is bounded by the identifiers of the lambda's text that name outer variables.
 */
export function reserveCaptures(f: FnCtx, node: NodeId): void {
  const { tree } = f;
  const start = tree.start[node]!;
  const end = tree.end[node]!;
  const seen = new Set<NameId>();
  let n = 0;
  for (let i = 1; i < tree.count; i++) {
    const s = tree.start[i]!;
    if (s < start || s >= end) continue;
    const kind = tree.kindOf(i);
    if (kind === Node.Insert) n += INSERT_RESERVE;
    if (kind !== Node.Ident && kind !== Node.TypeName && kind !== Node.TypePackIndex) continue;
    const name = tree.a[i]!;
    if (seen.has(name)) continue;
    seen.add(name);
    const l = outerLocal(f, name);
    if (l === null) continue;
    if (l.val.k === VK.pack) n += l.val.elems!.length;
    else if (isRuntime(l.val)) n++;
  }
  f.captureSlots = [];
  for (let i = 0; i < n; i++) f.captureSlots.push(f.b.slot(0, 1));
}

/** The lambda's own copy of an outer variable (or the outer compile-time entity itself); null when no function around declares `name`. */
export function captureLocal(f: FnCtx, name: NameId): Local | null {
  const outer = f.outer!;
  const found = outer.find(name) ?? (outer.outer !== null ? captureLocal(outer, name) : null);
  if (found === null) return null;
  const v = found.val;
  if (v.k === VK.pack) return capturePack(f, name, found);
  if (!isRuntime(v)) return found;
  return declareCapture(f, name, copyOf(f, name, found).slot, found);
}

function declareCapture(f: FnCtx, name: NameId, slot: Ref, outer: Local): Local {
  const val = placeVal(outer.val.ty, slot);
  // By-reference loop captures go on being dereferenced by themselves; the rest are fresh variables.
  if (outer.val.capture === Capture.refElement) val.capture = Capture.refElement;
  val.only = outer.val.only;
  return f.declare(name, val, outer.pos);
}

/** The capture of `outer`, made on first use: a place in the environment and a slot in this frame. */
function copyOf(f: FnCtx, name: NameId, outer: Local): CaptureInfo {
  const known = f.captures.find((x) => x.outer.val.ref === outer.val.ref && x.type === outer.val.ty);
  if (known !== undefined) return known;
  const { types } = f.c;
  const type = outer.val.ty;
  const align = types.align(type);
  const offset = roundUp(f.captureSize, align);
  const size = types.size(type);
  const slot = f.captureSlots.pop() ?? f.b.slot(size, align);
  f.b.a[slot] = size;
  f.b.b[slot] = align;
  f.captureSize = offset + size;
  f.captureAlign = Math.max(f.captureAlign, align);
  const info: CaptureInfo = { name, outer, offset, type, slot };
  f.captures = added(f.captures, info);
  if (name !== 0) f.b.debugVar({ name: f.c.text(name), type, slot, pos: outer.pos, param: 0 });
  return info;
}

/** A pack is captured element by element. */
function capturePack(f: FnCtx, name: NameId, outer: Local): Local {
  const v = outer.val;
  const elems = v.elems!.map((e) => {
    if (!isRuntime(e)) return e;
    const place = placeVal(
      e.ty,
      copyOf(f, name, { name, val: e, used: null, narrowed: false, assigned: true, pos: outer.pos, statement: false }).slot,
    );
    place.only = e.only;
    place.capture = e.capture;
    return place;
  });
  const pack = new Val(VK.pack, v.ty, 0, 0);
  pack.elems = elems;
  pack.only = v.only;
  pack.captureName = v.captureName;
  return f.declare(name, pack, outer.pos);
}

/** environment → slots; part of the lambda's prologue. */
export function writeCaptures(f: FnCtx): void {
  if (f.envParam === 0) return; // a bare function pointer: captures were reported
  for (const x of f.captures) storeTo(f, x.slot, loadVal(f, x.type, f.b.field(f.envParam, x.offset)));
}
