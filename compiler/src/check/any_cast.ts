// Checked assertions `x.(T)` on any and protocol values in their three temperaments (reference 9.10).
import type { NameId, NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { Node } from '../parse/node.ts';
import { IR_U32 } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { anyData, anyTag } from './any.ts';
import { callDecl } from './check_call.ts';
import { valArg } from './call_args.ts';
import type { Checker } from './checker.ts';
import { declVal } from './decls.ts';
import type { FnCtx } from './fn_ctx.ts';
import type { FnDecl } from './fn_decl.ts';
import { loadPayload, optionalPresent, storeAbsent, wrapOptional } from './optional.ts';
import { question } from './question.ts';
import { errorAt } from './report.ts';
import { memVal, type Val, VK } from './val.ts';
import { loadVal, newSlot, poison, storeTo, toMem } from './value.ts';

/** The cast node that is the direct operand of `try`, `or` or `catch`, per function being checked. */
const failable = new WeakMap<FnCtx, NodeId>();
const castErrors = new WeakMap<Checker, TypeId>();

/** Says that the cast `node`, about to be evaluated, stands where a failable is wanted. */
export function markFailable(f: FnCtx, node: NodeId): void { failable.set(f, node); }

/** `error { mismatch }`: tags are identities by name, so any set of that shape will do. */
export function castErrorSet(c: Checker): TypeId {
  let t = castErrors.get(c);
  if (t === undefined) {
    t = c.types.errorSet('CastError', ['mismatch']);
    castErrors.set(c, t);
  }
  return t;
}

/** Whether a cast from type `from` to `to` asserts the dynamic type (else it is an ordinary conversion). */
export function isAsserted(f: FnCtx, from: TypeId, to: TypeId): boolean {
  const { types } = f.c;
  const kind = types.kind[to]!;
  if (types.kind[from] === Ty.any) return kind !== Ty.any && !isRaw(f, to, 'AnyRaw');
  if (types.kind[from] !== Ty.protocol) return false;
  return kind !== Ty.ptr && kind !== Ty.manyptr && kind !== Ty.any && kind !== Ty.protocol && kind !== Ty.void && !isRaw(f, to, 'ProtocolRaw');
}

function isRaw(f: FnCtx, t: TypeId, name: string): boolean {
  const { types } = f.c;
  return types.kind[t] === Ty.struct && types.info(t).name === name && types.size(t) === 16;
}

/** `x.(T)` at cast node `node` for an any or protocol value; null: not an assertion, convert as usual. */
export function castAssertion(f: FnCtx, v: Val, to: TypeId, node: NodeId): Val | null {
  const { types } = f.c;
  const wanted = failable.get(f) === node;
  if (wanted) failable.delete(f);
  const optional = types.kind[to] === Ty.optional;
  const target = optional ? types.a[to]! : to;
  // `.(?AnyRaw)` asserts the payload; only the bare raw view is exempt: the words of the `any` itself.
  if (types.kind[v.ty] === Ty.any && !optional && isRaw(f, to, 'AnyRaw')) {
    const words = newSlot(f, to);
    f.b.copy(words, toMem(f, v), 16);
    return memVal(to, words);
  }
  if (!isAsserted(f, v.ty, to) && !(optional && types.kind[v.ty] === Ty.any)) return null;
  if (types.kind[v.ty] === Ty.any && types.kind[target] === Ty.protocol) {
    errorAt(f, 'ANY-PROTO-ASSERT', node, `an 'any' never holds an erased '${types.text(target)}' value: it holds the concrete one`);
    return poison(f);
  }
  const at = toMem(f, v);
  if (!optional) return wanted ? asFailable(f, at, to) : orPanic(f, node, at, to);
  // `.(?T)` is one of the temperaments as it is written; a computed or bound type that is optional is what the view may hold (18 §1.1).
  if (f.tree.kindOf(f.tree.b[node]!) === Node.TypeOptional) return maybe(f, at, target, to, newSlot(f, to));
  return wanted ? asFailable(f, at, to) : exactOrMaybe(f, at, target, to);
}

/** u1: the view at `at` holds a `t`. */
function holds(f: FnCtx, at: Ref, t: TypeId): Ref {
  return f.b.cmp(Op.eq, anyTag(f, at), f.c.module.typeTag(t));
}

interface Split { some(): void; none(): void }

/** Writes both outcomes and goes on behind them. */
function branch(f: FnCtx, cond: Ref, s: Split): void {
  const dead = !f.b.live;
  const yes = f.b.block();
  const no = f.b.block();
  const done = f.b.block();
  f.b.condBr(cond, yes, no);
  f.b.start(yes);
  s.some();
  f.b.br(done);
  f.b.start(no);
  s.none();
  f.b.start(done);
  if (dead) f.b.unreachable();
}

/** `x.(?T)`: null on a mismatch. */
function maybe(f: FnCtx, at: Ref, target: TypeId, to: TypeId, slot: Ref): Val {
  branch(f, holds(f, at, target), {
    some: () => wrapInto(f, slot, loadVal(f, target, anyData(f, at)), to),
    none: () => storeAbsent(f, slot, to),
  });
  return loadVal(f, to, slot);
}

/** The optional that the view at `at` holds, or its payload as one; else null. */
function exactOrMaybe(f: FnCtx, at: Ref, target: TypeId, to: TypeId): Val {
  const slot = newSlot(f, to);
  branch(f, holds(f, at, to), {
    some: () => storeTo(f, slot, loadVal(f, to, anyData(f, at))),
    none: () => { maybe(f, at, target, to, slot); },
  });
  return loadVal(f, to, slot);
}

function wrapInto(f: FnCtx, slot: Ref, payload: Val, to: TypeId): void {
  const w = wrapOptional(f, payload, to, slot);
  if (!(w.k === VK.mem && w.ref === slot)) storeTo(f, slot, w);
}

/** `(T, !CastError)` in memory. */
function asFailable(f: FnCtx, at: Ref, to: TypeId): Val {
  const { types, module } = f.c;
  const t = types.tuple([to, castErrorSet(f.c)], null, true);
  const slot = newSlot(f, t);
  const err = f.b.field(slot, types.tupleOffset(t, 1));
  branch(f, holds(f, at, to), {
    some: () => {
      storeTo(f, slot, loadVal(f, to, anyData(f, at)));
      f.b.store(err, module.int(IR_U32, 0));
    },
    none: () => f.b.store(err, module.errTag(f.c.errorTag('mismatch'))),
  });
  return memVal(t, slot);
}

/** The payload; a mismatch ends the program with the library's message. */
function orPanic(f: FnCtx, node: NodeId, at: Ref, to: TypeId): Val {
  const { b } = f;
  if (b.live) {
    const bad = b.block();
    const good = b.block();
    b.condBr(holds(f, at, to), good, bad);
    b.start(bad);
    panic(f, node, at, to);
    if (b.live) b.unreachable();
    b.start(good);
  }
  return loadVal(f, to, anyData(f, at));
}

/** Calls `__sx_cast_or_panic(av, T)` of modules/std/fmt.sx, which reports the mismatch. */
function panic(f: FnCtx, node: NodeId, at: Ref, to: TypeId): void {
  const { c } = f;
  const decl = libraryFn(c, '__sx_cast_or_panic');
  if (decl === null) {
    errorAt(f, 'UNRESOLVED', node, 'a checked assertion needs `modules/std/fmt.sx` in the program');
    return;
  }
  callDecl(f, decl, [valArg(node, memVal(c.types.any, at)), valArg(node, c.typeVal(to))], { node, trailing: 0, receiver: false, want: to, dst: 0 });
}

/** A function of the formatting library by name. */
export function libraryFn(c: Checker, text: string): FnDecl | null {
  const name: NameId = c.names.intern(text);
  const d = question(c, null, `fmt:${text}`, (p) => p.files.find((file) => file.path.endsWith('std/fmt.sx') && file.decls.has(name))?.decls.get(name) ?? null);
  return d === null ? null : declVal(c, d).fn;
}

/** `o?.(T)` on a `?any` or `?P`: null stays null; the payload is asserted; `held` is the optional. */
export function chainAssertion(f: FnCtx, node: NodeId, held: Val, to: TypeId): Val {
  const { types, module } = f.c;
  const wanted = failable.get(f) === node;
  if (wanted) failable.delete(f);
  const optional = types.kind[to] === Ty.optional;
  const target = optional ? types.a[to]! : to;
  const result = types.optional(target);
  const at = (): Ref => toMem(f, loadPayload(f, held));
  if (!wanted || optional) {
    const slot = newSlot(f, result);
    branch(f, optionalPresent(f, held), {
      some: () => {
        const v = optional ? maybe(f, at(), target, result, slot) : orPanic(f, node, at(), to);
        if (!optional) wrapInto(f, slot, v, result);
        else if (!(v.k === VK.mem && v.ref === slot)) storeTo(f, slot, v);
      },
      none: () => storeAbsent(f, slot, result),
    });
    return loadVal(f, result, slot);
  }
  const t = types.tuple([result, castErrorSet(f.c)], null, true);
  const slot = newSlot(f, t);
  const err = f.b.field(slot, types.tupleOffset(t, 1));
  f.b.store(err, module.int(IR_U32, 0));
  branch(f, optionalPresent(f, held), {
    some: () => {
      const view = at();
      branch(f, holds(f, view, to), {
        some: () => wrapInto(f, slot, loadVal(f, to, anyData(f, view)), result),
        none: () => f.b.store(err, module.errTag(f.c.errorTag('mismatch'))),
      });
    },
    none: () => storeAbsent(f, slot, result),
  });
  return memVal(t, slot);
}
