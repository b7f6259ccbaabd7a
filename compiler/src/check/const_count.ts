// Takes an expression in a counting position; gives its compile-time integer (reference 2.5 counts, 11.3 folding positions).
import type { NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import { forEachChild } from '../parse/node_shape.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { comptimeEnv, evalNow } from './comptime_eval.ts';
import { asksStaticType } from './check_call.ts';
import { coerce, OTHER } from './coerce.ts';
import { isConstantExpr } from './const_expr.ts';
import { expr } from './expr.ts';
import { FnCtx } from './fn_ctx.ts';
import { knownTag } from './known_variant.ts';
import { lengthByType } from './member.ts';
import { errorAt } from './report.ts';
import { Capture, constVal, Lit, type Val, VK } from './val.ts';
import { literalInt, small } from './value.ts';

export type CountUse = 'dimension' | 'lanes' | 'pack' | 'range';

/** The value of a constant expression, null when it is not one (nothing reported besides errors inside it). `want`: the type that its literals are meant for. */
export function constValueOf(f: FnCtx, node: NodeId, want: TypeId = 0): Val | null {
  if (want === 0 && f.tree.kindOf(node) === Node.Int) {
    const n = f.tree.intNumber(node);
    if (typeof n === 'number') return literalInt(f, n);
  }
  const tag = knownTag(f, node);
  if (tag !== null) return constVal(f.c.types.i64, tag);
  if (isRuntimeName(f, node)) return null;
  if (readsVariable(f, node)) return null;
  const t = new FnCtx(f.c, f.file, f.tree, comptimeEnv(f));
  t.comptime = true;
  t.display = f.inst === null ? f.display : f.inst.decl.display;
  const v = expr(t, node, want, 0);
  if (v.k === VK.const_ || v.k === VK.type || v.k === VK.poison) return v;
  if (v.k === VK.lazy || !isConstantExpr(f, node)) return null;
  return evalNow(f, node, { label: f.tree.text(node), name: 0, want: 0, slot: OTHER });
}

/** Whether a bare name in the expression is a local variable of this function. */
export function readsVariable(f: FnCtx, node: NodeId): boolean {
  if (f.tree.kindOf(node) === Node.Ident || f.tree.kindOf(node) === Node.TypeName) {
    const v = f.find(f.tree.a[node]!)?.val ?? null;
    return v !== null && (v.k === VK.reg || (v.k === VK.mem && !(v.capture === Capture.constant && v.ref < 0)));
  }
  if (f.tree.kindOf(node) === Node.Member && f.tree.b[node] === f.c.known.len && lengthByType(f, f.tree.a[node]!) >= 0) return false;
  if (asksStaticType(f, node)) return false;
  let found = false;
  if (f.tree.kindOf(node) !== Node.Fn) forEachChild(f.tree, node, (x) => { found ||= readsVariable(f, x); });
  return found;
}

/** A bare name of a run-time variable: certainly no constant. */
function isRuntimeName(f: FnCtx, node: NodeId): boolean {
  const kind = f.tree.kindOf(node);
  if (kind !== Node.Ident && kind !== Node.TypeName) return false;
  const l = f.find(f.tree.a[node]!);
  return l !== null && (l.val.k === VK.reg || (l.val.k === VK.mem && l.val.capture !== Capture.constant));
}

/** A constant integer (integral floats fold); null when it is none. A literal has to fit `want`. */
export function constIntOf(f: FnCtx, node: NodeId, want: TypeId = 0): number | bigint | null {
  const v = constValueOf(f, node, want);
  if (v === null) return null;
  return intOf(f, want !== 0 && v.lit !== Lit.none && f.c.types.isInt(v.ty) ? coerce(f, v, want, node, OTHER) : v);
}

export function intOf(f: FnCtx, v: Val): number | bigint | null {
  const { types } = f.c;
  if (v.k !== VK.const_ || typeof v.cv === 'object') return null;
  if (types.isFloat(v.ty)) return Number.isInteger(Number(v.cv)) ? small(BigInt(Number(v.cv))) : null;
  if (types.isInt(v.ty) || types.kind[v.ty] === Ty.enum_ || v.ty === types.bool) return v.cv;
  return null;
}

/** A count: ≥ 0 (lanes ≥ 1) and at most u32; -1 after a report. */
export function constCount(f: FnCtx, node: NodeId, use: CountUse): number {
  const { sink, types } = f.c;
  const before = sink.errorCount;
  const v = constValueOf(f, node);
  if (sink.errorCount > before || v?.k === VK.poison) return -1;
  const n = v === null ? null : intOf(f, v);
  if (n === null) {
    if (v !== null && v.k === VK.const_ && types.isFloat(v.ty) && use === 'dimension') {
      errorAt(f, 'DIM-FLOAT', node, `array dimension must be an integer, but '${v.cv}' is a non-integral float`);
    } else if (use === 'lanes') errorAt(f, 'DIM-NONCONST', node, 'Vector lane count must be a positive compile-time integer constant');
    else if (use === 'pack') errorAt(f, 'PACK-INDEX', node, 'a pack must be indexed by a compile-time constant');
    else errorAt(f, 'DIM-NONCONST', node, 'array dimension must be a compile-time integer constant');
    return -1;
  }
  if (use === 'lanes') {
    if (n < 1) {
      errorAt(f, 'DIM-NEG', node, 'Vector lane count must be a positive compile-time integer constant');
      return -1;
    }
    if (n > 0xffffffff) {
      errorAt(f, 'DIM-RANGE', node, `Vector lane count ${n} does not fit in u32`);
      return -1;
    }
    return Number(n);
  }
  if (n < 0) {
    errorAt(f, 'DIM-NEG', node, 'array dimension must be non-negative');
    return -1;
  }
  if (n > 0xffffffff) {
    errorAt(f, 'DIM-RANGE', node, `array dimension ${n} does not fit in u32`);
    return -1;
  }
  return Number(n);
}
