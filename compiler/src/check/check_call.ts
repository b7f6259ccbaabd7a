// Takes a call of a declared function and its arguments; gives the result: binding, inference, instantiation, conversion, the call itself.
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { FnFlag, FnRec, Node } from '../parse/node.ts';
import { IR_I64 } from '../types/ir_type.ts';
import { FN_C, Ty, type TypeId } from '../types/types.ts';
import { boxAny } from './any.ts';
import { applyHead, argKey, argText, bindConstant, checkConstraints, headOf } from './apply_type.ts';
import { noteSite } from './blame.ts';
import type { Checker } from './checker.ts';
import { type Arg, bindArgs, type BoundArgs } from './call_args.ts';
import { argSlot, coerce, isAlready } from './coerce.ts';
import { constValueOf, readsVariable } from './const_count.ts';
import { argsConstant } from './const_decl.ts';
import { evalNow } from './comptime_eval.ts';
import { makeFat } from './convert.ts';
import { Env } from './env.ts';
import { expr } from './expr.ts';
import { addInst, checkStaged, emitCall, irFn, plainInst } from './fn.ts';
import { FnCtx } from './fn_ctx.ts';
import { type FnDecl, type FnInst, type ParamDecl, ParamMode } from './fn_decl.ts';
import { isTypeName, mentions, retNode } from './fn_sig.ts';
import { fnValueType } from './fn_value_type.ts';
import { unify } from './infer.ts';
import { argumentTag, bindTag, carriesCall } from './known_variant.ts';
import { lambdaExpr, lambdaGenerics } from './lambda.ts';
import { constMember } from './member.ts';
import { lookupIdent } from './names.ts';
import { loadPayload, optionalPresent } from './optional.ts';
import { isOrdering, NOT_CONSTANT } from './ordering.ts';
import { primitiveType } from './primitive.ts';
import { errorAt } from './report.ts';
import { stage } from './staged.ts';
import { noteCall } from './semantics.ts';
import { isService, serviceCall } from './service_call.ts';
import { evalDefault } from './default_value.ts';
import { asType, resultType, typeExpr, typeList } from './type_expr.ts';
import { typeFunctionResult } from './type_function.ts';
import { Capture, constVal, Lit, memVal, regVal, Val, VK } from './val.ts';
import { mayRun, newSlot, poison, rvalue, snapshot, storeTo, toMem, toReg } from './value.ts';

/** Whether an argument denotes a type at compile time, without checking it as a value. */
export function denotesType(f: FnCtx, a: Arg): boolean {
  if (a.val !== null) return asType(f, a.val) !== 0;
  return nodeDenotesType(f, a.node);
}

const TYPE_CALLS = new Set(['struct_field_type', 'variant_type', 'pointee_type', 'type_of', 'Vector', 'Array', 'declare', 'define', 'make_enum', 'raw_pointer_to']);

/** Those that also answer at run time: a type only when their own arguments are known. */
const RUN_TIME_TYPES = new Set(['struct_field_type', 'variant_type']);

export function nodeDenotesType(f: FnCtx, n: NodeId): boolean {
  const { tree } = f;
  const kind = tree.kindOf(n);
  if (spellsValue(f, n)) return false;
  if ((kind >= Node.TypeName && kind <= Node.TypeConstrained) || kind === Node.StructDef || kind === Node.EnumDef || kind === Node.UnionDef) {
    return kind !== Node.TypeGeneric || lookupIdent(f, tree.a[n]!)?.k === VK.type;
  }
  switch (kind) {
    case Node.Paren: return nodeDenotesType(f, tree.a[n]!);
    case Node.AddrOf: return nodeDenotesType(f, tree.a[n]!);
    case Node.Ident: {
      const local = f.find(tree.a[n]!);
      if (local !== null) return asType(f, local.val) !== 0;
      f.c.sink.mute();
      const v = lookupIdent(f, tree.a[n]!, 'type');
      f.c.sink.unmute();
      if (v === null) return isPrimitive(f, n);
      return asType(f, v) !== 0;
    }
    case Node.Member: case Node.Call: {
      if (kind === Node.Call) {
        const callee = tree.a[n]!;
        if (tree.kindOf(callee) === Node.Ident && TYPE_CALLS.has(f.c.text(tree.a[callee]!)) && f.find(tree.a[callee]!) === null) {
          const callText = f.c.text(tree.a[callee]!);
          if (callText === 'type_of') return asksStaticType(f, n);
          if (!RUN_TIME_TYPES.has(callText)) return true;
          f.c.sink.mute();
          const t = constValueOf(f, n);
          f.c.sink.unmute();
          return t?.k === VK.type;
        }
        return headOf(f, callee) !== null || callsTypeFunction(f, n);
      }
      f.c.sink.mute();
      const v = constMember(f, n);
      f.c.sink.unmute();
      return v !== null && asType(f, v) !== 0;
    }
    default: return false;
  }
}

/** A call of a function that answers a Type, by its name: a type when its arguments are known, else a value. */
export function callsTypeFunction(f: FnCtx, n: NodeId): boolean {
  const { tree } = f;
  const callee = tree.kindOf(n) === Node.Call ? tree.a[n]! : 0;
  const fn = callee !== 0 && tree.kindOf(callee) === Node.Ident && headOf(f, callee) === null ? lookupIdent(f, tree.a[callee]!) : null;
  return fn !== null && fn.k === VK.fn && returnsType(f, fn.fn!);
}

/** In type position (`y : type_of(x.f)`) the argument is spelled like a type, and names a value. */
function spellsValue(f: FnCtx, n: NodeId): boolean {
  let root = n;
  while (f.tree.kindOf(root) === Node.TypePath) root = f.tree.a[root]!;
  if (f.tree.kindOf(root) !== Node.TypeName) return false;
  f.c.sink.mute();
  const v = f.find(f.tree.a[root]!)?.val ?? lookupIdent(f, f.tree.a[root]!);
  f.c.sink.unmute();
  return v !== null && (v.k === VK.reg || v.k === VK.mem || v.k === VK.const_) && asType(f, v) === 0;
}

/** Whether `type_of` an expression is known now: not of an `any` or a protocol value, which hold their type. Writes no code. */
function hasStaticType(f: FnCtx, n: NodeId): boolean {
  if (nodeDenotesType(f, n)) return true;
  const v = forItsType(f, n);
  const kind = f.c.types.kind[v.ty];
  return v.k !== VK.poison && kind !== Ty.any && kind !== Ty.protocol;
}

/** Whether this is `type_of(x)` of an x whose type is known now. */
export function asksStaticType(f: FnCtx, n: NodeId): boolean {
  const { tree } = f;
  const callee = tree.kindOf(n) === Node.Call ? tree.a[n]! : 0;
  if (callee === 0 || tree.kindOf(callee) !== Node.Ident || tree.a[callee] !== f.c.known.type_of || f.find(tree.a[callee]!) !== null) return false;
  return tree.listCount(tree.b[n]!) === 1 && hasStaticType(f, tree.listAt(tree.b[n]!, 0));
}

/** An operand of which only the type is wanted: in compile-time code it may name locals around it, which have no value there. */
export function forItsType(f: FnCtx, n: NodeId): Val {
  const before = f.typesOnly;
  f.typesOnly = true;
  const v = withoutCode(f, n);
  f.typesOnly = before;
  return v;
}

/** What the expression is here, with the locals in scope: for its type or constant alone. Says nothing and writes no code. */
export function withoutCode(f: FnCtx, n: NodeId): Val {
  f.c.sink.mute();
  const v = f.b.withoutCode(() => expr(f, n, 0, 0));
  f.c.sink.unmute();
  return v;
}

function isPrimitive(f: FnCtx, n: NodeId): boolean {
  return primitiveType(f.c, f.tree.a[n]!) !== 0;
}


/** Whether a function's written result is `Type`. */
export function returnsType(f: FnCtx, d: FnDecl): boolean {
  const r = retNode(d);
  return r !== 0 && isTypeName(f.c, d.tree, r);
}

export interface CallSite {
  /** The Call node: position of the call and of arity errors. */
  readonly node: NodeId;
  readonly trailing: NodeId;
  readonly receiver: boolean;
  readonly want: TypeId;
  readonly dst: Ref;
}

/** The memory offered for a result: only a result of exactly the wanted type may be built in it. */
export function placeFor(site: CallSite, ret: TypeId): Ref { return site.want === ret ? site.dst : 0; }

/** A call of declared function `d`. */
export function callDecl(f: FnCtx, d: FnDecl, given: readonly Arg[], site: CallSite): Val {
  noteCall(f, site.node, d);
  const bound = bindArgs(f, d, given, site.trailing, site.node, site.receiver, (a) => denotesType(f, a));
  if (bound === null) {
    if (!d.generic) enterBody(f, plainInst(f.c, d));
    return poison(f);
  }
  if (!d.generic) return callPlain(f, d, bound, site);
  return callGeneric(f, d, bound, site);
}

function callPlain(f: FnCtx, d: FnDecl, bound: BoundArgs, site: CallSite): Val {
  const inst = plainInst(f.c, d);
  const vals: Val[] = [];
  let bad = false;
  let open = false;
  const early = hasNames(bound) ? writtenOrder(f, bound, inst.params, d) : null;
  for (let i = 0; i < d.params.length; i++) {
    const p = d.params[i]!;
    if (p.mode === ParamMode.variadic) {
      for (const v of variadicTail(f, d, p, inst.params[i]!, bound.rest)) vals.push(v);
      continue;
    }
    const a = bound.args[i];
    if (a === null || a === undefined) {
      vals.push(null as unknown as Val);
      open = true;
      continue;
    }
    const v = early?.get(i) ?? argument(f, a, inst.params[i]!, f.c.text(p.name));
    if (v.k === VK.poison) bad = true;
    vals.push(early === null && later(f, bound, i) ? snapshot(f, v) : rvalue(f, v));
  }
  if (open) fillDefaults(f, d, inst, vals, site);
  if (bad || anyPoison(vals)) {
    enterBody(f, inst);
    return poisonOf(f, inst);
  }
  f.b.at = f.pos(site.node);
  if (isService(inst)) return serviceCall(f, inst, vals, site.node);
  if (returnsType(f, d)) {
    const t = typeFunctionResult(f, d, inst, vals, site.node);
    if (t !== null) return t;
  }
  return emitCall(f, inst, vals, placeFor(site, inst.ret));
}

function anyPoison(vals: readonly Val[]): boolean {
  for (let i = 0; i < vals.length; i++) if (vals[i]!.k === VK.poison) return true;
  return false;
}

function hasNames(bound: BoundArgs): boolean {
  for (let i = 0; i < bound.args.length; i++) if ((bound.args[i]?.name ?? 0) !== 0) return true;
  return false;
}

/** Named arguments out of parameter order are evaluated as written; null when the orders agree. */
function writtenOrder(f: FnCtx, bound: BoundArgs, params: readonly TypeId[], d: FnDecl): Map<number, Val> | null {
  const given = bound.args.map((a, i) => ({ a, i })).filter((x): x is { a: Arg; i: number } => x.a !== null && x.a.val === null);
  const sorted = [...given].sort((x, y) => x.a.node - y.a.node);
  if (sorted.every((x, k) => x === given[k])) return null;
  sorted.sort((x, y) => f.tree.start[x.a.node]! - f.tree.start[y.a.node]!);
  return new Map(sorted.map(({ a, i }) => [i, snapshot(f, rvalue(f, argument(f, a, params[i]!, f.c.text(d.params[i]!.name))))]));
}

/** A call with wrong arguments is a call: what is wrong in the callee is told, too (reference 15.3.1 step 6). */
function enterBody(f: FnCtx, inst: FnInst): void {
  if (!f.comptime) irFn(f.c, inst);
}

function poisonOf(f: FnCtx, inst: FnInst): Val {
  return new Val(VK.poison, f.c.types.poison, 0, inst.ret);
}

/** Whether an argument after position i (of the list and its tail) runs code that could change an earlier argument's place. */
function later(f: FnCtx, bound: BoundArgs, i: number): boolean {
  for (let k = i + 1; k < bound.args.length; k++) {
    const a = bound.args[k];
    if (a !== null && a !== undefined && runsCode(f, a)) return true;
  }
  for (let k = Math.max(0, i + 1 - bound.args.length); k < bound.rest.length; k++) if (runsCode(f, bound.rest[k]!)) return true;
  return false;
}

const runsCode = (f: FnCtx, a: Arg): boolean => a.val === null && mayRun(f, a.node);

/** Defaults are evaluated after the written arguments, in the declaration's scope, under the caller's context. */
function fillDefaults(f: FnCtx, d: FnDecl, inst: FnInst, vals: Val[], site: CallSite): void {
  let at = 0;
  d.params.forEach((p) => {
    if (p.mode === ParamMode.pack || p.mode === ParamMode.variadic || !isPassed(inst.env, p)) return;
    if (vals[at] === null) vals[at] = evalDefault(f, d, inst.env, p, inst.params[at]!, site.node);
    at++;
  });
}

/** An argument evaluated for a parameter of known type. */
export function argument(f: FnCtx, a: Arg, want: TypeId, name: string): Val {
  const v = a.val ?? expr(f, a.node, argTarget(f, want), 0);
  return passArg(f, v, want, a.node, name);
}

/** A `*T` parameter takes lvalues of T by address: its pointee is no expected type for literals, but shorthand forms need one. */
function argTarget(_f: FnCtx, want: TypeId): TypeId { return want; }

/** Converts an argument: lvalues of T are passed by address to `*T`, temporaries by the address of a copy. */
export function passArg(f: FnCtx, v: Val, want: TypeId, node: NodeId, name: string): Val {
  const { types } = f.c;
  if (v.k === VK.poison || isAlready(v, want)) return v;
  if (types.kind[want] === Ty.ptr && v.k !== VK.null_ && v.k !== VK.undef) {
    const pointee = types.a[want]!;
    if (v.ty === pointee && v.k !== VK.fn) return regVal(want, addressOf(f, v));
    if (types.kind[v.ty] === Ty.vector && v.ty === pointee) return regVal(want, addressOf(f, v));
  }
  return coerce(f, v, want, node, argSlot(name));
}

/** The live storage of an lvalue, else a temporary copy. */
export function addressOf(f: FnCtx, v: Val): Ref {
  if (v.k === VK.mem && v.lv && v.capture !== Capture.constant) return v.ref;
  const slot = newSlot(f, v.ty);
  storeTo(f, slot, v);
  return slot;
}

/** The `[]T` value of a variadic tail (a C variadic gets the arguments one by one). */
function variadicTail(f: FnCtx, d: FnDecl, p: ParamDecl, slice: TypeId, rest: readonly Arg[]): Val[] {
  const { types, module } = f.c;
  const elem = types.kind[slice] === Ty.slice ? types.a[slice]! : slice;
  const isExtern = (d.tree.flags[d.node]! & FnFlag.extern) !== 0;
  if (isExtern) return rest.map((a) => {
    const v = a.val ?? expr(f, a.node, 0, 0);
    return rvalue(f, v.lit !== Lit.none && types.isInt(v.ty) && types.isInt(elem) ? coerce(f, v, elem, a.node, argSlot('')) : v);
  });
  if (rest.length === 1 && rest[0]!.spread) return [coerce(f, rest[0]!.val!, slice, rest[0]!.node, argSlot(f.c.text(p.name)))];
  const n = rest.length;
  const size = types.size(elem);
  const arr = f.b.slot(Math.max(size * n, 1), types.align(elem));
  rest.forEach((a, i) => {
    const v = a.val ?? expr(f, a.node, elem, 0);
    storeTo(f, f.b.field(arr, i * size), variadicElem(f, v, elem, a.node, f.c.text(p.name)));
  });
  return [makeFat(f, slice, arr, module.int(IR_I64, n))];
}

/** In a `[]any` tail an optional is boxed as its payload, or as the string "null" (reference 10.6). */
function variadicElem(f: FnCtx, v: Val, elem: TypeId, node: NodeId, name: string): Val {
  const { types } = f.c;
  if (elem === types.any && types.kind[v.ty] === Ty.optional && v.k !== VK.null_) return optionalAsAny(f, v);
  return coerce(f, v, elem, node, argSlot(name));
}


function optionalAsAny(f: FnCtx, v: Val): Val {
  const { types } = f.c;
  const out = newSlot(f, types.any);
  const some = f.b.block();
  const none = f.b.block();
  const done = f.b.block();
  const m = memVal(v.ty, toMem(f, v));
  f.b.condBr(optionalPresent(f, m), some, none);
  f.b.start(some);
  storeTo(f, out, boxAny(f, loadPayload(f, m)));
  f.b.br(done);
  f.b.start(none);
  storeTo(f, out, boxAny(f, new Val(VK.const_, types.string, 0, new TextEncoder().encode('null'))));
  f.b.start(done);
  return memVal(types.any, out);
}

/** A call that binds `$` names: evaluate, infer, instantiate, convert, call. */
function callGeneric(f: FnCtx, d: FnDecl, bound: BoundArgs, site: CallSite): Val {
  const { c } = f;
  const { types } = c;
  const env = new Env(d.env);
  const dc = new FnCtx(c, d.file, d.tree, env);
  const vals: (Val | null)[] = d.params.map(() => null);
  const delayed: number[] = [];
  const errors = c.sink.errorCount;
  const order = evaluationOrder(f, d, bound);
  for (let k = 0; k < d.params.length; k++) {
    const i = order === null ? k : order[k]!;
    const p = d.params[i]!;
    const a = bound.args[i] ?? null;
    switch (p.mode) {
      case ParamMode.type: {
        if (a === null) break;
        const t = a.val !== null ? asType(f, a.val) : typeExpr(f, a.node);
        if (t === types.poison) return poison(f);
        if (p.type !== 0 && !checkConstraints(f, dc, p.type, t, a.node)) return poison(f);
        env.bind(p.name, c.typeVal(t));
        break;
      }
      case ParamMode.constant: {
        if (a !== null && isText(f, a) && typeExpr(dc, p.type) === types.string) {
          const v = constVal(types.string, expr(f, a.node, types.string, 0).cv);
          v.captureName = p.name;
          env.bind(p.name, v);
          break;
        }
        if (a !== null && carriesVariable(f, dc, p, a)) {
          const v = argument(f, a, typeExpr(dc, p.type), c.text(p.name));
          if (v.k === VK.poison) return poison(f);
          const tag = argumentTag(f, v.ty, a.node);
          if (tag !== null) bindTag(c, env, p.name, tag);
          vals[i] = later(f, bound, i) ? snapshot(f, v) : v;
          break;
        }
        const v = constantArg(f, dc, d, p, a, site.node);
        if (v === null) return poison(f);
        env.bind(p.name, v);
        break;
      }
      case ParamMode.value: {
        if (a === null) break;
        if (a.val === null && p.generic && (isUntypedLambda(f, a.node) || isPointerLambda(f, d, p, a.node) || hasOpenResult(f, a.node, !later(f, bound, i)))) {
          delayed.push(i);
          break;
        }
        const want = p.generic ? knownType(dc, d, p, env) : typeExpr(dc, p.type);
        let v = a.val ?? expr(f, a.node, want, 0);
        if (v.k === VK.fn && v.fn!.generic === false) v = fnAsValue(f, v);
        if (v.k === VK.poison || !isValue(f, v, a.node)) return poison(f);
        if (v.k === VK.type && standsForType(f, d, p)) env.bind(d.tree.a[p.type]!, v);
        vals[i] = (order !== null || later(f, bound, i)) && !keepsPlace(f, d, p, want) ? snapshot(f, v) : v;
        break;
      }
      default: break;
    }
  }
  const known = typesDecide(d, vals, delayed) ? d.instances.ofTypes(inferenceType(f, vals[0]!), vals.length < 2 ? 0 : inferenceType(f, vals[1]!)) : undefined;
  if (known !== undefined && !tooDeep(f, d, site.node)) {
    c.generics.calls++;
    noteSite(f, known, d, bound, site.node);
    return finishGeneric(f, d, known, bound, vals, NO_VALS, NO_VALS, site);
  }
  const tail = d.params[d.params.length - 1];
  const restVals = bound.rest.map((a, i) => {
    const v = a.val ?? expr(f, a.node, restTarget(dc, d), 0);
    // A pack's elements are parameters; a tail of `any` borrows, any other is stored in order.
    return tail !== undefined && later(f, bound, d.params.length + i) && !keepsPlace(f, d, tail, restTarget(dc, d)) ? snapshot(f, v) : v;
  });
  if (c.sink.errorCount > errors && restVals.some((v) => v.k === VK.poison)) return poison(f);
  if (!restVals.every((v, i) => isValue(f, v, bound.rest[i]!.node))) return poison(f);
  if (!inferAll(f, dc, d, bound, vals, restVals, env, site)) return poison(f);
  const pack = bindRest(f, dc, d, restVals, bound, env, site.node);
  if (pack === undefined) return poison(f);
  for (const i of delayed) {
    const p = d.params[i]!;
    const v = delayedLambda(f, dc, d, p, bound.args[i]!, env);
    if (v === null) return poison(f);
    vals[i] = v;
    unify(dc, p.type, v.ty, d.introduced, env);
  }
  if (!allBound(f, d, env, site.node) || tooDeep(f, d, site.node)) return poison(f);
  const inst = instantiate(f, d, env, pack);
  if (typesDecide(d, vals, delayed)) d.instances.keep(inferenceType(f, vals[0]!), vals.length < 2 ? 0 : inferenceType(f, vals[1]!), inst);
  noteSite(f, inst, d, bound, site.node);
  if (inst.literals !== null) {
    d.params.forEach((p, i) => { if (inst.literals!.has(p.name)) vals[i] = env.own(p.name); });
    checkStaged(c, inst);
  }
  return finishGeneric(f, d, inst, bound, vals, pack === null ? [] : restVals, restVals, site);
}

const NO_VALS: readonly Val[] = [];

/** Whether the types of one or two values, and nothing else about a call, say which instance it is of. */
function typesDecide(d: FnDecl, vals: readonly (Val | null)[], delayed: readonly number[]): boolean {
  if (vals.length === 0 || vals.length > 2 || delayed.length > 0) return false;
  for (let i = 0; i < vals.length; i++) {
    const v = vals[i]!;
    if (d.params[i]!.mode !== ParamMode.value || v === null || (v.k !== VK.reg && v.k !== VK.mem && v.k !== VK.const_)) return false;
  }
  return true;
}

const isText = (f: FnCtx, a: Arg): boolean => a.val === null && f.tree.kindOf(a.node) === Node.String;

/** The order of evaluation when named arguments are written out of parameter order: what binds names first, then as written; else null. */
function evaluationOrder(f: FnCtx, d: FnDecl, bound: BoundArgs): readonly number[] | null {
  if (!hasNames(bound)) return null;
  const at = (i: number): number => {
    const a = bound.args[i] ?? null;
    return a === null || a.val !== null || d.params[i]!.mode !== ParamMode.value ? -1 : f.tree.start[a.node]!;
  };
  const natural = [...d.params.keys()];
  const order = [...natural].sort((x, y) => at(x) - at(y));
  return order.every((x, k) => x === natural[k]) ? null : order;
}

function restTarget(dc: FnCtx, d: FnDecl): TypeId {
  const p = d.params[d.params.length - 1]!;
  if (p.mode !== ParamMode.variadic || p.generic) return 0;
  const t = typeExpr(dc, p.type);
  return dc.c.types.kind[t] === Ty.slice ? dc.c.types.a[t]! : 0;
}

/** A parameter that takes an lvalue by its address: a pointer, a slice of an array, an `any`, a borrowing protocol. */
function keepsPlace(f: FnCtx, d: FnDecl, p: ParamDecl, want: TypeId): boolean {
  if (want !== 0) return PLACE_KINDS.has(f.c.types.kind[want]!);
  if (p.type === 0 || p.mode !== ParamMode.value) return false;
  const k = d.tree.kindOf(p.type);
  return k === Node.TypePtr || k === Node.TypeSlice || k === Node.TypeManyPtr;
}

const PLACE_KINDS: ReadonlySet<number> = new Set([Ty.ptr, Ty.manyptr, Ty.slice, Ty.any, Ty.protocol]);

function fnAsValue(f: FnCtx, v: Val): Val {
  const out = new Val(VK.fn, fnValueType(f, v), 0, 0);
  out.fn = v.fn;
  out.inst = v.inst;
  return out;
}

/** The parameter's type when everything it mentions is bound already, else 0. */
function knownType(dc: FnCtx, d: FnDecl, p: ParamDecl, env: Env): TypeId {
  for (const n of d.introduced) if (env.own(n) === null && mentions(dc, p.type, [n])) return 0;
  dc.c.sink.mute();
  const t = typeExpr(dc, p.type);
  dc.c.sink.unmute();
  return t === dc.c.types.poison ? 0 : t;
}


/** A lambda some of whose parameters have no written type, or one that a `$` leaves open. */
function isUntypedLambda(f: FnCtx, n: NodeId): boolean {
  const { tree } = f;
  if (tree.kindOf(n) !== Node.Fn) return false;
  return tree.list(tree.a[n]!).some((p) => tree.b[p] === 0) || lambdaGenerics(f, n).length > 0;
}

/** A lambda without `->` in the last place: what the other arguments bind may tell its result. */
function hasOpenResult(f: FnCtx, n: NodeId, last: boolean): boolean {
  return last && f.tree.kindOf(n) === Node.Fn && f.tree.rec(f.tree.c[n]!, FnRec.ret) === 0;
}

/** `(x: $T) -> Type`: a type given for `x` is `T` itself (reference 7.4). */
function standsForType(f: FnCtx, d: FnDecl, p: ParamDecl): boolean {
  return d.tree.kindOf(p.type) === Node.TypeGeneric && returnsType(f, d);
}

/** A literal at a `(A) -> R` parameter becomes a bare pointer: it has to know its target. */
function isPointerLambda(f: FnCtx, d: FnDecl, p: ParamDecl, n: NodeId): boolean {
  return f.tree.kindOf(n) === Node.Fn && d.tree.kindOf(p.type) === Node.TypeFn;
}

function delayedLambda(f: FnCtx, dc: FnCtx, d: FnDecl, p: ParamDecl, a: Arg, env: Env): Val | null {
  const { types } = dc.c;
  // Parameter types that are bound by now type the lambda's parameters; its result may still be unknown.
  const { tree } = d;
  let node = p.type;
  if (tree.kindOf(node) === Node.TypeOptional) node = tree.a[node]!;
  if (tree.kindOf(node) !== Node.TypeClosure && tree.kindOf(node) !== Node.TypeFn) {
    return lambdaExpr(f, a.node, 0);
  }
  const pointer = tree.kindOf(node) === Node.TypeFn;
  const list = isUntypedLambda(f, a.node) ? typeListOf(dc, tree.a[node]!) : [];
  if (list === null) return null;
  const ret = tree.b[node]!;
  const open = ret !== 0 && d.introduced.some((n) => env.own(n) === null && mentions(dc, ret, [n]));
  const result = open ? 0 : ret === 0 ? types.void : resultType(dc, ret);
  const abi = (tree.flags[node]! & FnFlag.abiC) !== 0 ? FN_C : 0;
  return lambdaExpr(f, a.node, pointer ? types.fn(list, result, abi) : types.closure(list, result));
}


function typeListOf(dc: FnCtx, list: number): TypeId[] | null {
  const r = typeList(dc, list);
  return r.types.includes(dc.c.types.poison) ? null : r.types;
}

/** Namespaces and heads without arguments have no type that a parameter could take. */
function isValue(f: FnCtx, v: Val, node: NodeId): boolean {
  if (v.k !== VK.ns && v.k !== VK.head) return true;
  errorAt(f, 'NOT-A-VALUE', node, `'${f.tree.text(node)}' is no value`);
  return false;
}

/** A variant whose payload only the running program knows: the parameter is an ordinary one in this instance (11.9). */
function carriesVariable(f: FnCtx, dc: FnCtx, p: ParamDecl, a: Arg): boolean {
  return a.val === null && dc.c.types.kind[typeExpr(dc, p.type)] === Ty.tagged && (readsVariable(f, a.node) || carriesCall(f, a.node));
}

/** Whether the instance takes parameter `p` when it runs. */
function isPassed(env: Env | null, p: ParamDecl): boolean {
  return p.mode === ParamMode.value || p.mode === ParamMode.variadic || (p.mode === ParamMode.constant && env?.own(p.name) === null);
}

function constantArg(f: FnCtx, dc: FnCtx, d: FnDecl, p: ParamDecl, a: Arg | null, node: NodeId): Val | null {
  const { c } = f;
  const want = typeExpr(dc, p.type);
  if (want === c.types.poison) return null;
  if (a === null) return evalNow(dc, p.default, { label: c.text(p.name), name: p.name, want, slot: argSlot(c.text(p.name)) });
  if (a.val !== null && a.val.k === VK.const_) return bindConstant(f, a.val, want, c.text(p.name), a.node);
  const errors = c.sink.errorCount;
  const scalarInt = c.types.isInt(want);
  if (scalarInt) {
    // A call with known arguments is evaluated in the caller's scope (11.9).
    const call = f.tree.kindOf(a.node) === Node.Call && argsConstant(f, a.node);
    const v = constValueOf(f, a.node) ?? (call ? evalNow(f, a.node, { label: `${d.display}.${c.text(p.name)}`, name: p.name, want, slot: argSlot(c.text(p.name)) }) : null);
    if (v === null) {
      errorAt(f, 'VALPARAM-CONST', a.node, `generic value parameter '${c.text(p.name)}' must be a compile-time integer constant`);
      return null;
    }
    return v.k === VK.poison ? null : bindConstant(f, v, want, c.text(p.name), a.node);
  }
  if (readsVariable(f, a.node)) {
    if (isOrdering(c.types, want)) errorAt(f, 'ATOM-CONST', a.node, NOT_CONSTANT);
    else errorAt(f, 'VALPARAM-CONST', a.node, `generic value parameter '${c.text(p.name)}' must be known at compile time, and this reads a variable`);
    return null;
  }
  const v = evalNow(f, a.node, { label: `${d.display}.${c.text(p.name)}`, name: p.name, want, slot: argSlot(c.text(p.name)) });
  void node;
  if (v.k === VK.poison || c.sink.errorCount > errors) return null;
  if (v.k === VK.const_) {
    const out = new Val(VK.const_, want, 0, v.cv);
    out.captureName = p.name;
    return out;
  }
  return v;
}

/** Matches every value parameter's declared type against its argument, left to right. */
function inferAll(f: FnCtx, dc: FnCtx, d: FnDecl, bound: BoundArgs, vals: readonly (Val | null)[], rest: readonly Val[], env: Env, site: CallSite): boolean {
  const { types } = f.c;
  if (d.introduced.length === 0 && !d.params.some((p) => p.mode === ParamMode.type)) return true;
  const explicit = new Set(d.params.filter((p) => p.mode === ParamMode.type && env.own(p.name) !== null).map((p) => p.name));
  const open = d.introduced.filter((n) => !explicit.has(n));
  d.params.forEach((p, i) => {
    const v = vals[i];
    if (p.mode === ParamMode.value && p.generic && v !== null && v !== undefined && !(v.k === VK.type && standsForType(f, d, p))) unify(dc, p.type, inferenceType(f, v), open, env);
    if (p.mode === ParamMode.variadic && p.generic) {
      for (const r of rest) {
        const t = bound.rest[0]?.spread ? r.ty : types.slice(inferenceType(f, r));
        unify(dc, p.type, t, open, env);
      }
    }
  });
  // Inferred type parameters must satisfy their constraints.
  for (const p of d.params) {
    const t = p.mode === ParamMode.type && !bound.explicitTypes ? env.own(p.name) : null;
    if (t !== null && t.k === VK.type && p.type !== 0 && !checkConstraints(f, dc, p.type, t.cv as number, site.node)) return false;
  }
  return inlineConstraints(f, dc, d, env, site.node);
}

/** `x: $T/P`: constraints written where the name is introduced. */
function inlineConstraints(f: FnCtx, dc: FnCtx, d: FnDecl, env: Env, node: NodeId): boolean {
  for (const p of d.params) {
    if (p.type === 0 || !p.generic) continue;
    const g = findConstrained(d, p.type);
    if (g === 0) continue;
    const t = env.own(d.tree.a[g]!);
    if (t !== null && t.k === VK.type && !checkConstraints(f, dc, g, t.cv as number, node)) return false;
  }
  return true;
}

function findConstrained(d: FnDecl, node: NodeId): NodeId {
  const { tree } = d;
  switch (tree.kindOf(node)) {
    case Node.TypeGeneric: return tree.listCount(tree.b[node]!) > 0 ? node : 0;
    case Node.TypePtr: case Node.TypeSlice: case Node.TypeOptional: case Node.TypeManyPtr: case Node.TypeArray: case Node.TypeGroup: return findConstrained(d, tree.a[node]!);
    default: return 0;
  }
}

function inferenceType(f: FnCtx, v: Val): TypeId {
  const { types } = f.c;
  if (v.k === VK.type) return types.type;
  if (v.k === VK.null_) return types.poison;
  if (v.only !== 0) return v.ty;
  // A narrowed optional is its payload for inference too.
  if (v.local !== 0 && types.kind[v.ty] === Ty.optional && f.locals[v.local - 1]?.narrowed === true) return types.a[v.ty]!;
  return v.ty;
}

/** Binds a pack parameter; null = no pack; undefined after a report. */
function bindRest(f: FnCtx, dc: FnCtx, d: FnDecl, rest: readonly Val[], bound: BoundArgs, env: Env, node: NodeId): TypeId[] | null | undefined {
  const { c } = f;
  const p = d.params[d.params.length - 1];
  if (p === undefined || p.mode !== ParamMode.pack) return null;
  let only = 0;
  if (p.type !== 0 && d.tree.text(p.type) !== 'any' && d.tree.kindOf(p.type) !== Node.TypeSlice) {
    c.sink.mute();
    const head = headOf(dc, p.type);
    const t = head !== null ? 0 : typeExpr(dc, p.type);
    c.sink.unmute();
    if (t !== 0 && c.types.kind[t] === Ty.protocol) only = t;
    if (head !== null && d.tree.kindOf(p.type) !== Node.TypeApply) only = c.impls.headKey(head);
    else if (head !== null) only = applyHead(dc, head, null, p.type);
  }
  const types: TypeId[] = [];
  for (let i = 0; i < rest.length; i++) {
    const v = rest[i]!;
    const t = v.k === VK.type ? c.types.type : v.k === VK.fn ? fnValueType(f, v) : v.k === VK.null_ ? c.types.voidPtr : v.ty;
    if (only !== 0 && t !== c.types.poison && !c.impls.conforms(t, only)) {
      errorAt(f, 'PROTO-NOIMPL', bound.rest[i]!.node, `pack argument of type '${c.typeText(t)}' does not conform to protocol '${d.tree.text(p.type)}'`);
      return undefined;
    }
    if (v.k === VK.fn && t === c.types.poison) {
      errorAt(f, 'GENERIC-INFER', bound.rest[i]!.node, `'${f.tree.text(bound.rest[i]!.node)}' is generic: it has no single function value`);
      return undefined;
    }
    types.push(t);
  }
  const pack = new Val(VK.pack, c.types.void, 0, 0);
  pack.elems = types.map((t) => c.typeVal(t));
  pack.only = only;
  pack.captureName = p.name;
  env.bind(p.name, pack);
  void node;
  return types;
}

function allBound(f: FnCtx, d: FnDecl, env: Env, node: NodeId): boolean {
  for (const n of d.introduced) {
    if (env.own(n) !== null || d.params.some((p) => p.mode === ParamMode.constant && p.name === n)) continue;
    errorAt(f, 'GENERIC-INFER', node, `cannot infer generic type parameter '${f.c.text(n)}' for '${d.display}'`);
    return false;
  }
  return true;
}

/** Instances that ask for others without end (`f(N - 1)` that no `inline if` stops) are an error at the call that began it. */
const MAX_DEPTH = 500;

function tooDeep(f: FnCtx, d: FnDecl, node: NodeId): boolean {
  if (f.inst === null || f.inst.depth < MAX_DEPTH) return false;
  const at = f.c.instantiationSite(f) ?? { start: f.pos(node), end: f.end(node) };
  f.c.sink.error('NESTING', at.start, at.end, `instances of '${d.display}' nest too deeply (more than ${MAX_DEPTH} levels)`).note(f.pos(node), f.end(node), 'each asks for the next here');
  return true;
}

/** The instance of a generic function for these bindings (one body per binding, or per what a body makes of its literals). */
export function instantiate(f: FnCtx, d: FnDecl, env: Env, pack: readonly TypeId[] | null): FnInst {
  const { c } = f;
  let key = '';
  env.each((n, v) => { key += `${n}=${argKey(c, v)};`; });
  c.generics.calls++;
  const known = d.instances.get(key);
  if (known !== undefined) return known;
  // Work that reports nothing must not decide whether a body is in order.
  const staged = c.sink.isMuted ? null : stage(c, d, env);
  if (staged !== null && staged.inst !== null && !staged.inst.faulty) {
    d.instances.set(key, staged.inst);
    return staged.inst;
  }
  c.generics.instances++;
  if (c.sink.isMuted && d.params.some((p) => p.mode === ParamMode.constant)) c.ofThisProgram = 'instances of work that reports nothing';
  if (staged === null || staged.inst !== null) return newInstance(c, d, key, env, pack);
  const inst = newInstance(c, d, staged.key, staged.env, pack);
  inst.literals = staged.literals;
  d.instances.set(key, inst);
  return inst;
}

function newInstance(c: Checker, d: FnDecl, key: string, env: Env, pack: readonly TypeId[] | null): FnInst {
  const dc = new FnCtx(c, d.file, d.tree, env);
  const params: TypeId[] = [];
  const names: number[] = [];
  for (const p of d.params) {
    if (isPassed(env, p)) {
      params.push(typeExpr(dc, p.type));
      names.push(p.name);
    } else if (p.mode === ParamMode.pack) {
      names.push(p.name);
      params.push(...pack!);
    }
  }
  const args = env.entries().filter(([, v]) => v.k === VK.type).map(([, v]) => argText(c, v));
  return addInst(dc, d, key, params, names, pack, args.length === 0 ? d.display : `${d.display}__${args.join('_')}`);
}

function finishGeneric(f: FnCtx, d: FnDecl, inst: FnInst, bound: BoundArgs, vals: readonly (Val | null)[], packVals: readonly Val[], rest: readonly Val[], site: CallSite): Val {
  const out: Val[] = [];
  let at = 0;
  let bad = false;
  let open = false;
  for (let i = 0; i < d.params.length; i++) {
    const p = d.params[i]!;
    if (p.mode !== ParamMode.pack && !isPassed(inst.env, p)) continue;
    if (p.mode === ParamMode.pack) {
      packVals.forEach((v, k) => out.push(packArg(f, v, inst.pack![k]!, bound.rest[k]!.node)));
      continue;
    }
    const t = inst.params[at++]!;
    if (p.mode === ParamMode.variadic) {
      const args = rest.map((v, k) => ({ ...bound.rest[k]!, val: v }));
      out.push(...variadicTail(f, d, p, t, args));
      continue;
    }
    const v = vals[i];
    if (v === null || v === undefined) {
      out.push(null as unknown as Val);
      open = true;
      continue;
    }
    if (v.k === VK.type && t === v.cv && standsForType(f, d, p)) {
      out.push(v);
      continue;
    }
    const r = passArg(f, v, t, bound.args[i]!.node, f.c.text(p.name));
    if (r.k === VK.poison) bad = true;
    out.push(rvalue(f, r));
  }
  if (open) fillDefaults(f, d, inst, out, site);
  if (bad || anyPoison(out)) return poisonOf(f, inst);
  f.b.at = f.pos(site.node);
  if (returnsType(f, d)) {
    const t = typeFunctionResult(f, d, inst, out, site.node);
    if (t !== null) return t;
  }
  return emitCall(f, inst, out, placeFor(site, inst.ret));
}

/** A pack element keeps its own type; types travel as Type values. */
function packArg(f: FnCtx, v: Val, t: TypeId, node: NodeId): Val {
  if (v.k === VK.type) return regVal(t, toReg(f, v));
  return rvalue(f, coerce(f, v, t, node, argSlot('')));
}

