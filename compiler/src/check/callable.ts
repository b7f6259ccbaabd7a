// Takes function names, function pointers and closures; gives them as the callable type a slot wants, through thunks where shapes differ (reference 8.7).
import type { Ref } from '../ir/module.ts';
import { IR_I64, IR_PTR } from '../types/ir_type.ts';
import { FN_C, Ty, type TypeId } from '../types/types.ts';
import { boxAny } from './any.ts';
import { adapterFor, closureThunk, failableFrom, pointerThunk } from './callable_thunk.ts';
import { instantiate } from './check_call.ts';
import { convert, type Mode } from './convert.ts';
import { Env } from './env.ts';
import { fnTypeOf, irFn } from './fn.ts';
import { FnCtx } from './fn_ctx.ts';
import { type FnDecl, type FnInst, ParamMode } from './fn_decl.ts';
import { valueInst } from './fn_value_type.ts';
import { unify } from './infer.ts';
import { userConversion } from './into.ts';
import { wrapOptional } from './optional.ts';
import { contextAlloc } from './protocol_alloc.ts';
import { memVal, regVal, type Val, VK } from './val.ts';
import { newSlot, poison, toMem, toReg } from './value.ts';

const EXPLICIT = 1 as Mode;

/** Converts a callable; null when it does not fit (explainCallable says why). */
export function convertCallable(f: FnCtx, v: Val, to: TypeId, mode: Mode): Val | null {
  if (v.k === VK.fn) return convertNamed(f, v, to, mode);
  const { types } = f.c;
  const from = types.kind[v.ty]!;
  const want = types.kind[to]!;
  if (from === Ty.fn && want === Ty.fn) return pointerToPointer(f, v, to, mode);
  if (from === Ty.fn && want === Ty.closure) return pointerToClosure(f, v, to);
  if (from === Ty.closure && want === Ty.closure) return closureToClosure(f, v, to);
  return null;
}

/** `xx closure` at a target that an `Into` impl gives. */
export function closureToInto(f: FnCtx, v: Val, to: TypeId): Val | null {
  return userConversion(f, v, to);
}

/** A function by name. */
function convertNamed(f: FnCtx, v: Val, to: TypeId, mode: Mode): Val | null {
  const { types } = f.c;
  const want = types.kind[to]!;
  if (want === Ty.optional) {
    const inner = convertNamed(f, v, types.a[to]!, mode);
    return inner === null ? null : wrapOptional(f, inner, to);
  }
  const inst = valueInst(f, v) ?? (want === Ty.fn || want === Ty.closure ? bindGeneric(f, v.fn!, to) : null);
  if (inst === null) return null;
  const own = fnTypeOf(f.c, inst);
  if (types.a[own] === types.poison) return poison(f);
  if (want === Ty.closure) return namedToClosure(f, inst, own, to);
  const value = regVal(own, f.c.module.fnAddr(irFn(f.c, inst).id));
  value.inst = inst;
  if (own === to) return value;
  if (want === Ty.fn) return pointerToPointer(f, value, to, mode);
  return want === Ty.any ? boxAny(f, value) : convert(f, value, to, mode);
}

/** The instance of a generic function that fits a callable type. */
function bindGeneric(f: FnCtx, d: FnDecl, to: TypeId): FnInst | null {
  const { types } = f.c;
  const list = types.lists[to]!;
  const values = d.params.filter((p) => p.mode === ParamMode.value);
  if (
    values.length !== list.length ||
    d.params.some((p) => p.mode === ParamMode.pack || p.mode === ParamMode.constant || p.mode === ParamMode.variadic)
  )
    return null;
  const env = new Env(d.env);
  const dc = new FnCtx(f.c, d.file, d.tree, env);
  for (const [i, p] of values.entries()) unify(dc, p.type, list[i]!, d.introduced, env);
  if (d.introduced.some((n) => env.own(n) === null)) return null;
  return instantiate(f, d, env, null);
}

/** Whether parameter lists agree: equal types, or pointers for pointers. */
function sameParams(f: FnCtx, a: TypeId, b: TypeId): boolean {
  const { types } = f.c;
  const x = types.lists[a]!;
  const y = types.lists[b]!;
  return (
    x.length === y.length && x.every((t, i) => t === y[i] || (types.reg(t) === IR_PTR && types.reg(y[i]!) === IR_PTR))
  );
}

function pointerToPointer(f: FnCtx, v: Val, to: TypeId, mode: Mode): Val | null {
  const { types } = f.c;
  const bits = (): Val => {
    const r = regVal(to, toReg(f, v));
    r.inst = v.inst;
    return r;
  };
  if (v.ty === to || mode === EXPLICIT) return bits();
  if ((types.b[v.ty]! & FN_C) !== (types.b[to]! & FN_C) || !sameParams(f, v.ty, to)) return null;
  const have = types.a[v.ty]!;
  const want = types.a[to]!;
  if (types.isFailable(have) === types.isFailable(want)) return bits();
  if (types.isFailable(have) || v.inst === null || !failableFrom(f.c, have, want)) return null;
  return regVal(to, adapterFor(f.c, v.inst, v.ty, to));
}

function namedToClosure(f: FnCtx, inst: FnInst, own: TypeId, to: TypeId): Val | null {
  const code = closureThunk(f.c, inst, own, to);
  return code === 0 ? null : makeClosure(f, to, code, f.c.module.nullPtr());
}

/** A function pointer known only at run time travels in the environment word. */
function pointerToClosure(f: FnCtx, v: Val, to: TypeId): Val | null {
  if (v.inst !== null) return namedToClosure(f, v.inst, v.ty, to);
  const code = pointerThunk(f.c, v.ty, to);
  return code === 0 ? null : makeClosure(f, to, code, toReg(f, v));
}

/** Only the error channel may differ: the adapter returns {value, 0}. */
function closureToClosure(f: FnCtx, v: Val, to: TypeId): Val | null {
  const { types } = f.c;
  if (v.ty === to) return v;
  const have = types.a[v.ty]!;
  const want = types.a[to]!;
  const x = types.lists[v.ty]!;
  const y = types.lists[to]!;
  if (x.length !== y.length || x.some((t, i) => t !== y[i])) return null;
  if (types.isFailable(have) && types.isFailable(want))
    return sameValueShape(f, have, want) ? memVal(to, toMem(f, v)) : null;
  if (types.isFailable(have) || !failableFrom(f.c, have, want)) return null;
  const at = toMem(f, v);
  if (v.inst !== null) return makeClosure(f, to, adapterFor(f.c, v.inst, v.ty, to), f.b.load(IR_PTR, f.b.field(at, 8)));
  const boxed = contextAlloc(f, f.c.module.int(IR_I64, 16));
  f.b.copy(boxed, at, 16);
  return makeClosure(f, to, pointerThunk(f.c, v.ty, to), boxed);
}

/** Failable results that differ in their error set only: a bare `!` slot takes any set. */
function sameValueShape(f: FnCtx, have: TypeId, want: TypeId): boolean {
  const { types } = f.c;
  if (types.kind[have] === Ty.errset) return types.kind[want] === Ty.errset && want === types.anyError;
  const a = types.lists[have]!;
  const b = types.lists[want];
  return (
    types.kind[want] === Ty.tuple &&
    b !== undefined &&
    a.length === b.length &&
    b[b.length - 1] === types.anyError &&
    a.every((t, i) => i === a.length - 1 || t === b[i])
  );
}

/** A {code, environment} pair. */
export function makeClosure(f: FnCtx, t: TypeId, code: Ref, env: Ref): Val {
  const slot = newSlot(f, t);
  f.b.store(slot, code);
  f.b.store(f.b.field(slot, 8), env);
  return memVal(t, slot);
}
