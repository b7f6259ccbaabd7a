// Takes a function declaration with its bindings; gives the instance: types, IR function, body checked on demand, calls of it.
import type { NodeId } from '../base/ids.ts';
import { Abi, type AbiSlot, type Fn, Linkage, type Ref, type SigId } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { FnFlag, FnRec, Node } from '../parse/node.ts';
import { forEachChild } from '../parse/node_shape.ts';
import { stringValue } from '../parse/string_value.ts';
import type { Tree } from '../parse/tree.ts';
import { IR_PTR, IR_VOID } from '../types/ir_type.ts';
import { FN_C, FN_VARIADIC, Ty, type TypeId } from '../types/types.ts';
import { noteSite } from './call_site.ts';
import { slotSource } from './check_error_sets.ts';
import type { Checker } from './checker.ts';
import { PTR_SLOT } from './comptime_eval.ts';
import { defaultContextRef } from './context.ts';
import { checkBody } from './fn_body.ts';
import { externFn } from './extern_fn.ts';
import { FnCtx } from './fn_ctx.ts';
import { BodyState, type FnDecl, type FnInst } from './fn_decl.ts';
import { retNode } from './fn_sig.ts';
import { recursiveResult } from './recursive_result.ts';
import { resultType, typeExpr } from './type_expr.ts';
import { memVal, regVal, type Val, Val as ValClass, VK, voidVal } from './val.ts';
import { newSlot, toMem, toReg } from './value.ts';

/** The instance of a function without compile-time parameters. */
export function plainInst(c: Checker, d: FnDecl): FnInst {
  const known = d.instances.get('');
  if (known !== undefined) return known;
  const f = new FnCtx(c, d.file, d.tree, d.env);
  const params = d.params.map((p) => (p.type === 0 ? c.types.poison : typeExpr(f, p.type)));
  const names = d.params.map((p) => p.name);
  return addInst(f, d, '', params, names, null, d.display);
}

/** Of plain functions, which are given nothing at compile time. */
const NOTHING = Object.freeze([]) as never as never[];

/** Registers an instance whose names resolve in `f`; its result type is resolved at once when it is written, else when its body is checked. */
export function addInst(
  f: FnCtx, d: FnDecl, key: string, params: readonly TypeId[], names: readonly number[], pack: readonly TypeId[] | null, display: string,
): FnInst {
  const { c, env } = f;
  const inst: FnInst = {
    decl: d, env, fn: null, params, names, ret: 0, retKnown: false, errors: 0, retNames: null, state: BodyState.none, display,
    raised: null, propagates: null, pack, literals: null, faulty: false, usesContext: usesContext(c, d), lambda: false, place: null, site: null, sites: d.generic ? [] : NOTHING, blames: d.generic ? [] : NOTHING, depth: 0,
  };
  d.instances.set(key, inst);
  const ret = retNode(d);
  if (ret !== 0) {
    if (!unboundResult(f, ret)) setResult(c, inst, resultType(f, ret));
  } else if (d.tree.b[d.node] === 0 || !returnsValue(d) || (d.tree.flags[d.node]! & FnFlag.noParams) !== 0 && (d.tree.flags[d.node]! & FnFlag.lambda) === 0) {
    setResult(c, inst, c.types.void);
  }
  return inst;
}

const valued = new WeakMap<FnDecl, boolean>();

/** Whether a body may give a value: an expression body, or a block with a `return e` (inserted text may hold one). */
function returnsValue(d: FnDecl): boolean {
  let v = valued.get(d);
  if (v === undefined) {
    const body = d.tree.b[d.node]!;
    v = d.tree.kindOf(body) !== Node.Block || hasReturn(d.tree, body);
    valued.set(d, v);
  }
  return v;
}

function hasReturn(tree: Tree, node: NodeId): boolean {
  const kind = tree.kindOf(node);
  if (kind === Node.Fn) return false;
  if (kind === Node.Insert || (kind === Node.Return && tree.listCount(tree.a[node]!) > 0)) return true;
  let found = false;
  forEachChild(tree, node, (x) => { found ||= hasReturn(tree, x); });
  return found;
}

/** `-> $R` that no parameter bound: inferred from the body. */
function unboundResult(f: FnCtx, ret: number): boolean {
  const { tree } = f;
  return tree.kindOf(ret) === Node.TypeGeneric && (f.env === null || f.env.get(tree.a[ret]!) === null);
}

export function setResult(c: Checker, inst: FnInst, ret: TypeId): void {
  const { types } = c;
  inst.ret = ret;
  inst.retKnown = true;
  if (types.kind[ret] === Ty.errset) inst.errors = ret;
  else if (types.kind[ret] === Ty.tuple && types.b[ret] === 1) {
    const list = types.lists[ret]!;
    inst.errors = list[list.length - 1]!;
  }
}

/** Whether a function takes the hidden context parameter. */
export function usesContext(c: Checker, d: FnDecl): boolean {
  const flags = d.tree.flags[d.node]!;
  return c.usesContext && (flags & (FnFlag.abiC | FnFlag.abiNaked | FnFlag.extern | FnFlag.export)) === 0;
}

/** The result type, checking the body now when it is inferred. Recursion through one takes the first result that says it, else poison. */
export function resultOf(c: Checker, inst: FnInst): TypeId {
  if (inst.retKnown) return inst.ret;
  if (inst.state === BodyState.active) return recursiveResult(c, inst);
  checkInst(c, inst);
  if (!inst.retKnown) setResult(c, inst, c.types.void);
  return inst.ret;
}

export function abiSlot(c: Checker, t: TypeId): AbiSlot {
  const { types } = c;
  const reg = types.reg(t);
  if (reg !== IR_VOID) {
    // What types of compile-time code are made of may still change.
    if (types.nominals[t] !== null) return { ty: reg, mem: false, type: t, size: types.size(t), align: types.align(t) };
    return c.scalarSlots[t] ??= { ty: reg, mem: false, type: t, size: types.size(t), align: types.align(t) };
  }
  return { ty: IR_PTR, mem: true, type: t, size: types.size(t), align: types.align(t) };
}

/** A signature from language types; the hidden context pointer comes first for the sx convention. */
export function sigOf(c: Checker, params: readonly TypeId[], ret: TypeId, flags: number, extraFirst = 0): SigId {
  const slots: AbiSlot[] = [];
  const isC = (flags & FN_C) !== 0;
  if (!isC && c.usesContext) slots.push(PTR_SLOT);
  for (let i = 0; i < extraFirst; i++) slots.push(PTR_SLOT);
  for (const p of params) slots.push(abiSlot(c, p));
  const none = ret === c.types.void || ret === c.types.noreturn || ret === c.types.poison;
  return c.module.sig(slots, none ? null : abiSlot(c, ret), isC ? Abi.c : Abi.sx, (flags & FN_VARIADIC) !== 0);
}

function abiFlags(d: FnDecl): number {
  const flags = d.tree.flags[d.node]!;
  return (flags & (FnFlag.abiC | FnFlag.extern | FnFlag.export | FnFlag.abiNaked)) !== 0 ? FN_C : 0;
}

/** The function type of an instance used as a value. */
export function fnTypeOf(c: Checker, inst: FnInst): TypeId {
  return c.types.fn(inst.params, resultOf(c, inst), abiFlags(inst.decl));
}

/** The IR function of an instance: declared now, its body queued (extern functions have none). */
export function irFn(c: Checker, inst: FnInst): Fn {
  if (inst.fn !== null) {
    if (inst.place !== null) c.sink.again(inst.place);
    return inst.fn;
  }
  const d = inst.decl;
  const flags = d.tree.flags[d.node]!;
  const ret = resultOf(c, inst);
  if (inst.fn !== null) return inst.fn;
  const rec = d.tree.c[d.node]!;
  const symbolNode = d.tree.rec(rec, FnRec.symbol);
  const cName = symbolNode !== 0 ? new TextDecoder().decode(stringValue(d.tree, symbolNode)) : c.text(d.name);
  const isExtern = (flags & FnFlag.extern) !== 0;
  const isExport = (flags & FnFlag.export) !== 0;
  if (isExtern) return externFn(c, inst, cName, ret);
  let sig = sigOf(c, inst.params, ret, abiFlags(d), 0);
  if ((flags & FnFlag.abiNaked) !== 0) {
    const s = c.module.sigs[sig]!;
    sig = c.module.sig(s.params, s.result, Abi.naked);
  }
  const symbol = isExport ? cName : linkName(c, inst);
  const fn = c.module.addFn(symbol, inst.display, sig, isExport ? Linkage.export_ : Linkage.internal, d.tree.pos(d.node));
  fn.noreturn = ret === c.types.noreturn;
  inst.fn = fn;
  c.fnInsts.set(fn.id, inst);
  if (inst.state === BodyState.none) {
    inst.state = BodyState.queued;
    inst.place = c.sink.place();
    c.queue.push(inst);
  }
  return fn;
}

/** The program's own main is not C's. */
function linkName(c: Checker, inst: FnInst): string {
  const { name, display } = inst.decl;
  if (inst.display !== display || display !== c.text(name)) return c.symbol(inst.display);
  return name === c.known.main ? c.symbol('main.sx') : c.symbol(display, name);
}

/** Checks an instance's body now (once, so what is wrong with it is reported whatever asks). */
export function checkInst(c: Checker, inst: FnInst): void {
  if (inst.state === BodyState.active || inst.state === BodyState.done) return;
  inst.state = BodyState.active;
  c.sink.aloud(() => {
    if (inst.place === null) checkBody(c, inst);
    else c.sink.within(inst.place, () => checkBody(c, inst));
  });
  inst.state = BodyState.done;
}

/** The body of an instance that call sites share is checked at the first of them: what it reports, the others have to report, too. */
export function checkStaged(c: Checker, inst: FnInst): void {
  if (inst.state !== BodyState.none) return;
  const before = c.sink.count;
  checkInst(c, inst);
  inst.faulty = c.sink.count > before;
}

/** Checks everything queued, callees of callees included. */
export function drainQueue(c: Checker): void { checkQueued(c, Infinity); }

/** Checks the next `count` bodies in line; false when none is left. */
export function checkQueued(c: Checker, count: number): boolean {
  for (let n = 0; n < count && c.queueAt < c.queue.length; n++) {
    const inst = c.queue[c.queueAt++]!;
    checkInst(c, inst);
  }
  return c.queueAt < c.queue.length;
}

/** An argument as the call instruction wants it: a register, or a pointer for aggregates. */
export function argRef(f: FnCtx, v: Val): Ref {
  return f.c.types.reg(v.ty) !== IR_VOID ? toReg(f, v) : toMem(f, v);
}

/** A direct call; `args` are of the instance's parameter types already. */
export function emitCall(f: FnCtx, inst: FnInst, args: readonly Val[], dst: Ref): Val {
  const { c } = f;
  // Recursion whose result nothing says so far.
  if (!inst.retKnown && resultOf(c, inst) === c.types.poison) return new ValClass(VK.poison, c.types.poison, 0, 0);
  const fn = irFn(c, inst);
  if ((inst.decl.tree.flags[inst.decl.node]! & FnFlag.extern) !== 0) return emitExternCall(f, inst, fn, args);
  const refs: Ref[] = [];
  if (inst.usesContext) refs.push(f.ctx !== 0 ? f.ctx : defaultContextRef(c));
  for (let i = 0; i < args.length; i++) refs.push(argRef(f, args[i]!));
  noteSite(f, inst.decl.file);
  const r = finishCall(f, inst.ret, dst, (ty, d) => f.b.call(fn.id, ty, refs, d));
  if (inst.errors === c.types.anyError) r.source = inst;
  return r;
}

/** Result handling shared by direct and indirect calls. */
export function finishCall(f: FnCtx, ret: TypeId, dst: Ref, call: (ty: number, dst: Ref) => Ref): Val {
  const { types } = f.c;
  if (ret === types.noreturn) {
    call(IR_VOID, 0);
    f.b.unreachable();
    return voidVal(types.noreturn);
  }
  if (ret === types.void) {
    call(IR_VOID, 0);
    return voidVal(types.void);
  }
  if (ret === types.poison) return new ValClass(VK.poison, ret, 0, 0);
  const reg = types.reg(ret);
  if (reg !== IR_VOID) return regVal(ret, call(reg, 0));
  const place = dst !== 0 ? dst : newSlot(f, ret);
  call(IR_VOID, place);
  return memVal(ret, place);
}

/** C mapping of reference 12.4: strings and slices pass their pointer; strings come back through strlen. */
function emitExternCall(f: FnCtx, inst: FnInst, fn: Fn, args: readonly Val[]): Val {
  const { c } = f;
  const { types } = c;
  const refs: Ref[] = [];
  const fixed = c.module.sigs[fn.sig]!.params.length;
  args.forEach((a, i) => {
    if (a.ty === types.string || types.kind[a.ty] === Ty.slice) refs.push(a.k === VK.const_ ? c.module.globalAddr(c.module.stringData(a.cv as Uint8Array)) : f.b.load(IR_PTR, toMem(f, a)));
    else if (i >= fixed) refs.push(promote(f, a));
    else refs.push(argRef(f, a));
  });
  const ret = inst.ret;
  if (ret === types.string || ret === types.optional(types.string)) {
    const p = f.b.call(fn.id, IR_PTR, refs, 0);
    return stringFromC(f, p, ret);
  }
  const tail = args.slice(fixed).map((a) => abiSlot(c, a.ty));
  if (!tail.some((s) => s.mem && s.type !== types.string && types.kind[s.type] !== Ty.slice)) return finishCall(f, ret, 0, (ty, d) => f.b.call(fn.id, ty, refs, d));
  // Aggregates after the `...` travel by the platform's rules: this call has a signature of its own.
  const of = c.module.sigs[fn.sig]!;
  const own = c.module.sig([...of.params, ...tail.map((s, i) => promotedSlot(c, s, args[fixed + i]!.ty))], of.result, Abi.c, true, fixed);
  return finishCall(f, ret, 0, (ty, d) => f.b.callPtr(c.module.fnAddr(fn.id), own, ty, refs, d));
}

/** How argument `t` of a variadic tail travels after its promotion. */
function promotedSlot(c: Checker, s: AbiSlot, t: TypeId): AbiSlot {
  const { types } = c;
  if (t === types.string || types.kind[t] === Ty.slice) return PTR_SLOT;
  return s.mem ? s : abiSlot(c, promotedType(c, t));
}

/** The type that C's default argument promotions give to a scalar. */
function promotedType(c: Checker, t: TypeId): TypeId {
  const { types } = c;
  if (t === types.f32) return types.f64;
  return (types.isInt(t) || t === types.bool) && types.size(t) < 4 ? (types.isSigned(t) ? types.i32 : types.u32) : t;
}

/** C default argument promotions. */
function promote(f: FnCtx, v: Val): Ref {
  const { types } = f.c;
  const r = argRef(f, v);
  const to = promotedType(f.c, v.ty);
  return to === v.ty ? r : f.b.conv(v.ty === types.f32 ? Op.fpext : Op.ext, types.reg(to), r);
}

/** char* → string (null → empty), or ?string (null → absent): the length is found with strlen. */
function stringFromC(f: FnCtx, p: Ref, ret: TypeId): Val {
  const { c } = f;
  const { types, module } = c;
  const strlen = c.module.fns.find((x) => x !== null && x.symbol === 'strlen' && x.linkage === Linkage.extern)
    ?? module.addFn('strlen', 'strlen', module.sig([PTR_SLOT], abiSlot(c, types.i64), Abi.c), Linkage.extern, 0);
  const out = newSlot(f, ret);
  f.b.zero(out, types.size(ret));
  const some = f.b.block();
  const done = f.b.block();
  f.b.condBr(f.b.cmp(Op.ne, p, module.nullPtr()), some, done);
  f.b.start(some);
  const n = f.b.call(strlen.id, types.reg(types.i64), [p], 0);
  f.b.store(out, p);
  f.b.store(f.b.field(out, 8), n);
  if (ret !== types.string) f.b.store(f.b.field(out, 16), module.int(types.reg(types.bool), 1));
  f.b.start(done);
  return memVal(ret, out);
}

/** A call through a code pointer of function type `fnType`; `extraFirst` are pointers passed after the context. */
export function emitIndirectCall(f: FnCtx, callee: Ref, fnType: TypeId, extraFirst: readonly Ref[], args: readonly Val[], dst: Ref): Val {
  const { c } = f;
  const { types } = c;
  const flags = types.kind[fnType] === Ty.fn ? types.b[fnType]! : 0;
  const ret = types.a[fnType]!;
  const sig = sigOf(c, types.lists[fnType]!, ret, flags, extraFirst.length);
  const refs: Ref[] = [];
  if ((flags & FN_C) === 0 && c.usesContext) refs.push(f.ctx !== 0 ? f.ctx : defaultContextRef(c));
  refs.push(...extraFirst);
  for (const a of args) refs.push(argRef(f, a));
  const r = finishCall(f, ret, dst, (ty, d) => f.b.callPtr(callee, sig, ty, refs, d));
  if (types.isFailable(ret)) r.source = slotSource(c, fnType);
  return r;
}
