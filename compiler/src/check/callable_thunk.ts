// Takes a function and a callable type of another shape; gives the adapter between them, one per pair (reference 8.7, 10.9).
import type { Ref } from '../ir/module.ts';
import { FnFlag } from '../parse/node.ts';
import { IR_PTR, IR_U32, IR_VOID } from '../types/ir_type.ts';
import { FN_C, Ty, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { defaultContextRef } from './context.ts';
import { irFn, sigOf } from './fn.ts';
import type { FnInst } from './fn_decl.ts';
import { hasValue, makeThunk, type ThunkBody, thunkCall, thunkCallPtr } from './thunk.ts';

/** Whether result `have` is the value part of failable result `want`. */
export function failableFrom(c: Checker, have: TypeId, want: TypeId): boolean {
  const { types } = c;
  if (types.kind[want] === Ty.errset) return have === types.void;
  if (types.kind[want] !== Ty.tuple || types.b[want] !== 1) return false;
  const list = types.lists[want]!;
  if (list.length === 2) return have === list[0];
  const own = types.kind[have] === Ty.tuple ? types.lists[have]! : [];
  return own.length === list.length - 1 && own.every((t, i) => t === list[i]);
}

type InnerCall = (t: ThunkBody, dst: Ref) => Ref;

/** Runs `call` (result `have`) and gives result `want`: the same, or `have` with an empty error. */
function deliver(c: Checker, t: ThunkBody, have: TypeId, want: TypeId, call: InnerCall): Ref {
  const { types, module } = c;
  if (have === want || !types.isFailable(want) || types.isFailable(have)) return call(t, t.ret);
  const none = module.int(IR_U32, 0);
  if (types.kind[want] === Ty.errset) {
    call(t, 0);
    return none;
  }
  const r = call(t, t.ret);
  if (hasValue(c, have) && types.reg(have) !== IR_VOID) t.b.store(t.ret, r);
  t.b.store(t.b.field(t.ret, types.tupleOffset(want, types.lists[want]!.length - 1)), none);
  return 0;
}

function fits(c: Checker, have: TypeId, want: TypeId): boolean {
  return have === want || failableFrom(c, have, want);
}

function sameList(a: readonly TypeId[], b: readonly TypeId[]): boolean {
  return a.length === b.length && a.every((t, i) => t === b[i]);
}

function memo(c: Checker, key: string, make: () => number): Ref {
  let ref = c.baked.get(key);
  if (ref === undefined) {
    ref = c.module.fnAddr(make());
    c.baked.set(key, ref);
  }
  return ref;
}

/** Arguments for a direct call of `inst`: its context (the thunk's own, or the default one) and what follows it. */
function innerArgs(c: Checker, inst: FnInst, t: ThunkBody, env: Ref): Ref[] {
  const out: Ref[] = [];
  if (inst.usesContext) out.push(t.ctx !== 0 ? t.ctx : defaultContextRef(c));
  if (env !== 0) out.push(env);
  const extern = (inst.decl.tree.flags[inst.decl.node]! & FnFlag.extern) !== 0;
  t.args.forEach((a, i) => {
    const p = inst.params[i]!;
    // C bindings take the pointer of strings and slices.
    out.push(extern && (p === c.types.string || c.types.kind[p] === Ty.slice) ? t.b.load(IR_PTR, a) : a);
  });
  return out;
}

/** Function → closure: code that ignores its environment; 0 = the shapes differ. */
export function closureThunk(c: Checker, inst: FnInst, own: TypeId, to: TypeId): Ref {
  const { types } = c;
  if (!sameList(types.lists[own]!, types.lists[to]!) || !fits(c, types.a[own]!, types.a[to]!)) return 0;
  const fn = irFn(c, inst);
  return memo(c, `ct:${fn.id}:${to}`, () => {
    const shape = {
      display: `${inst.display}.closure`,
      extra: 1 as const,
      params: types.lists[to]!,
      ret: types.a[to]!,
      flags: 0,
      pos: inst.decl.tree.pos(inst.decl.node),
    };
    return makeThunk(c, shape, (t) =>
      deliver(c, t, types.a[own]!, types.a[to]!, (x, dst) =>
        thunkCall(c, x, fn.id, types.a[own]!, innerArgs(c, inst, x, 0), dst),
      ),
    );
  });
}

/** The same function behind a failable signature: fn → fn, or the code of a closure literal (its environment is passed on). */
export function adapterFor(c: Checker, inst: FnInst, own: TypeId, to: TypeId): Ref {
  const { types } = c;
  const closure = types.kind[own] === Ty.closure;
  const fn = irFn(c, inst);
  return memo(c, `ad:${fn.id}:${to}`, () => {
    const flags = closure ? 0 : types.b[to]!;
    const shape = {
      display: `${inst.display}.failable`,
      extra: closure ? (1 as const) : (0 as const),
      params: types.lists[to]!,
      ret: types.a[to]!,
      flags,
      pos: inst.decl.tree.pos(inst.decl.node),
    };
    return makeThunk(c, shape, (t) =>
      deliver(c, t, types.a[own]!, types.a[to]!, (x, dst) =>
        thunkCall(c, x, fn.id, types.a[own]!, innerArgs(c, inst, x, x.extra), dst),
      ),
    );
  });
}

/** Closure code for a callable known at run time: the environment is the code pointer of a function, or points at a closure. 0 = shapes differ. */
export function pointerThunk(c: Checker, own: TypeId, to: TypeId): Ref {
  const { types } = c;
  if (!sameList(types.lists[own]!, types.lists[to]!) || !fits(c, types.a[own]!, types.a[to]!)) return 0;
  const closure = types.kind[own] === Ty.closure;
  const flags = closure ? 0 : types.b[own]!;
  return memo(c, `pt:${own}:${to}`, () => {
    const shape = {
      display: `${types.text(own)}.closure`,
      extra: 1 as const,
      params: types.lists[to]!,
      ret: types.a[to]!,
      flags: 0,
      pos: 0,
    };
    const sig = sigOf(c, types.lists[own]!, types.a[own]!, flags, closure ? 1 : 0);
    return makeThunk(c, shape, (t) =>
      deliver(c, t, types.a[own]!, types.a[to]!, (x, dst) => {
        const args: Ref[] = (flags & FN_C) === 0 && c.usesContext ? [x.ctx] : [];
        if (closure) args.push(x.b.load(IR_PTR, x.b.field(x.extra, 8)));
        args.push(...x.args);
        return thunkCallPtr(c, x, closure ? x.b.load(IR_PTR, x.extra) : x.extra, sig, types.a[own]!, args, dst);
      }),
    );
  });
}
