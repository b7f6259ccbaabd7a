// Takes a signature and a body writer; gives a compiler-made function: adapters between calling shapes (reference 10.9).
import { Builder } from '../ir/builder.ts';
import { type FnId, Linkage, type Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_PTR, IR_VOID } from '../types/ir_type.ts';
import { FN_C, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { sigOf } from './fn.ts';

export interface ThunkShape {
  readonly display: string;
  /** Pointers after the context and before the parameters (environment, receiver). */
  readonly extra: 0 | 1;
  readonly params: readonly TypeId[];
  readonly ret: TypeId;
  /** FN_C: C convention, without the hidden context. */
  readonly flags: number;
  readonly pos: number;
}

export interface ThunkBody {
  readonly b: Builder;
  /** The hidden context, 0 = none. */
  readonly ctx: Ref;
  /** The extra pointer, 0 = none. */
  readonly extra: Ref;
  readonly args: readonly Ref[];
  /** Memory of an aggregate result, 0 = none. */
  readonly ret: Ref;
}

/** Writes a function; `write` gives the scalar result (0 for none or an aggregate already in `ret`). */
export function makeThunk(c: Checker, shape: ThunkShape, write: (t: ThunkBody) => Ref): FnId {
  const sigId = sigOf(c, shape.params, shape.ret, shape.flags, shape.extra);
  const sig = c.module.sigs[sigId]!;
  const fn = c.module.addFn(c.symbol(shape.display), shape.display, sigId, Linkage.internal, shape.pos);
  const b = new Builder(c.module);
  b.at = shape.pos;
  const all = sig.params.map((p, i) => b.inst(Op.param, p.ty, i, 0, 0));
  let at = 0;
  const ctx = (shape.flags & FN_C) === 0 && c.usesContext ? all[at++]! : 0;
  const extra = shape.extra === 1 ? all[at++]! : 0;
  const ret = sig.result !== null && sig.result.mem ? b.inst(Op.ret_slot, IR_PTR, 0, 0, 0) : 0;
  b.ret(write({ b, ctx, extra, args: all.slice(at), ret }));
  fn.body = b.finish();
  return fn.id;
}

/** Calls `fn` from a thunk with the register type of `result`; aggregates go to `dst`. */
export function thunkCall(c: Checker, t: ThunkBody, fn: FnId, result: TypeId, args: readonly Ref[], dst: Ref): Ref {
  const reg = hasValue(c, result) ? c.types.reg(result) : IR_VOID;
  const r = t.b.call(fn, reg, args, reg === IR_VOID && hasValue(c, result) ? dst : 0);
  return reg === IR_VOID ? 0 : r;
}

/** The same through a code pointer of signature `sig`. */
export function thunkCallPtr(
  c: Checker,
  t: ThunkBody,
  code: Ref,
  sig: number,
  result: TypeId,
  args: readonly Ref[],
  dst: Ref,
): Ref {
  const reg = hasValue(c, result) ? c.types.reg(result) : IR_VOID;
  const r = t.b.callPtr(code, sig, reg, args, reg === IR_VOID && hasValue(c, result) ? dst : 0);
  return reg === IR_VOID ? 0 : r;
}

export function hasValue(c: Checker, t: TypeId): boolean {
  return t !== c.types.void && t !== c.types.noreturn && t !== c.types.poison;
}
