// Takes a function instance; writes its IR body: parameters into places, statements, the result.
import type { NodeId } from '../base/ids.ts';

import { Op } from '../ir/op.ts';
import { FnFlag, Node } from '../parse/node.ts';
import { IR_PTR, IR_VOID } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { emitCleanups } from './cleanup.ts';
import { slotDefault } from './coerce.ts';
import { defaultContextRef } from './context.ts';
import { expr, exprAs } from './expr.ts';
import { irFn, setResult } from './fn.ts';
import { FnCtx } from './fn_ctx.ts';
import type { FnInst } from './fn_decl.ts';
import { retNode } from './fn_sig.ts';
import { cannotInfer } from './recursive_result.ts';
import { takeTag } from './known_variant.ts';
import { errorAt } from './report.ts';
import { defaultInto } from './default_value.ts';
import { fnValueType } from './fn_value_type.ts';
import { blockValue, blockStatement } from './stmt.ts';
import { finishNamedReturns, returnSuccess } from './check_return.ts';
import { nakedBody } from './asm.ts';
import { leaving } from './leaving.ts';
import { paramPlace } from './semantics.ts';
import { placeVal, Val, VK, voidVal } from './val.ts';
import { storeTo } from './value.ts';

export function checkBody(c: Checker, inst: FnInst): void {
  const d = inst.decl;
  const { tree, node } = d;
  const body = tree.b[node]!;
  if (body === 0) return;
  const f = new FnCtx(c, d.file, tree, inst.env);
  f.inst = inst;
  f.display = inst.display;
  if (inst.retKnown) {
    irFn(c, inst);
    useResult(f, inst.ret);
  } else f.retReserve = f.b.slot(0, 1);
  if ((tree.flags[node]! & FnFlag.abiNaked) !== 0) {
    nakedBody(f, inst, body);
    return;
  }
  f.b.at = tree.pos(node);
  const errors = c.sink.errorCount;
  enterParams(f, inst);
  runBody(f, body, (tree.flags[node]! & FnFlag.arrow) !== 0, inst);
  const fn = irFn(c, inst);
  // Without a body nothing that reaches it is evaluated (reference 11.3).
  if (c.sink.errorCount === errors) fn.body = f.b.finish();
  else f.b.discard();
}

/** Fixes the function's result type: where results go and what the error channel is. */
export function useResult(f: FnCtx, ret: TypeId): void {
  const { types } = f.c;
  f.ret = ret;
  f.errors = 0;
  if (types.kind[ret] === Ty.errset) f.errors = ret;
  else if (types.kind[ret] === Ty.tuple && types.b[ret] === 1) f.errors = types.lists[ret]!.at(-1)!;
  if (types.reg(ret) !== IR_VOID || ret === types.void || ret === types.noreturn || ret === types.poison) return;
  if (f.retReserve === 0) {
    f.retPtr = f.b.inst(Op.ret_slot, IR_PTR, 0, 0, 0);
    return;
  }
  f.retPtr = f.retReserve;
  f.b.op[f.retPtr] = Op.ret_slot;
  f.b.a[f.retPtr] = 0;
  f.b.b[f.retPtr] = 0;
}

/** Parameters become mutable local places; packs become names of several. */
export function enterParams(f: FnCtx, inst: FnInst): void {
  const { c } = f;
  let index = 0;
  if (inst.usesContext) f.ctx = f.b.inst(Op.param, IR_PTR, index++, 0, 0);
  else if (c.usesContext) f.ctx = defaultContextRef(c);
  f.push();
  const fixed = inst.pack === null ? inst.params.length : inst.params.length - inst.pack.length;
  for (let i = 0; i < fixed; i++) {
    const place = declareParam(f, inst.names[i]!, inst.params[i]!, index++, i + 1);
    if (inst.env !== null) takeTag(c, inst.env, inst.names[i]!, place);
  }
  if (inst.pack !== null) bindPack(f, inst, fixed, index);
  namedReturns(f, inst);
}

/** Where a parameter's name is written: for editors; debug information says where the function is. */
function paramPos(f: FnCtx, name: number): number | null {
  if (f.c.semantics === null || f.inst === null) return null;
  const { tree, node } = f.inst.decl;
  const param = tree.list(tree.a[node]!).find((p) => tree.a[p] === name);
  return param === undefined ? null : paramPlace(tree, param);
}

export function declareParam(f: FnCtx, name: number, t: TypeId, index: number, number: number): Val {
  const { c } = f;
  const pos = f.b.at;
  const declared = paramPos(f, name) ?? pos;
  // The type was reported where it is written: uses of the parameter stay silent.
  if (t === c.types.poison) {
    const v = new Val(VK.poison, t, 0, 0);
    if (name !== 0) f.declare(name, v, declared);
    return v;
  }
  const reg = c.types.reg(t);
  let place: Val;
  if (reg !== IR_VOID) {
    const p = f.b.inst(Op.param, reg, index, 0, 0);
    const slot = f.b.slot(c.types.size(t), c.types.align(t));
    f.b.store(slot, p);
    place = placeVal(t, slot);
  } else {
    place = placeVal(t, f.b.inst(Op.param, IR_PTR, index, 0, 0));
  }
  if (name !== 0) {
    f.declare(name, place, declared);
    f.b.debugVar({ name: c.text(name), type: t, slot: place.ref, pos, param: number });
  }
  return place;
}

function bindPack(f: FnCtx, inst: FnInst, fixed: number, index: number): void {
  const { c } = f;
  const bound = inst.env!.get(inst.names[fixed]!)!;
  const elems = inst.pack!.map((t, i) => {
    const place = declareParam(f, 0, t, index + i, 0);
    const v = placeVal(t, place.ref);
    v.only = bound.only;
    return v;
  });
  const pack = new Val(VK.pack, c.types.void, 0, 0);
  pack.elems = elems;
  pack.only = bound.only;
  pack.captureName = inst.names[fixed]!;
  f.declare(inst.names[fixed]!, pack, paramPos(f, inst.names[fixed]!) ?? f.b.at);
}

/** `-> (lo: i64, hi: i64)`: the slots are locals. */
export function namedReturns(f: FnCtx, inst: FnInst): void {
  const { c, tree } = f;
  const ret = retNode(inst.decl);
  if (ret === 0 || tree.kindOf(ret) !== Node.TypeMulti || !inst.retKnown) return;
  const slots = [...tree.list(tree.a[ret]!)].filter((s) => tree.kindOf(tree.b[s]!) !== Node.TypeFail);
  if (!slots.some((s) => tree.a[s] !== 0)) return;
  f.retLocals = [];
  f.retNames = slots.map((s) => tree.a[s]!);
  const types = c.types.kind[inst.ret] === Ty.tuple ? c.types.lists[inst.ret]! : [inst.ret];
  slots.forEach((s, i) => {
    const t = types[i]!;
    const name = tree.a[s]!;
    if (name === 0) return;
    if (inst.ret === c.types.poison) {
      f.declare(name, new Val(VK.poison, inst.ret, 0, 0), f.pos(s)).assigned = true;
      return;
    }
    const collides = inst.names.includes(name);
    if (collides) errorAt(f, 'NAMED-RETURN', ret, `named return '${c.text(name)}' collides with a parameter`);
    const slot = f.b.slot(c.types.size(t), c.types.align(t));
    const place = placeVal(t, slot);
    const dflt = tree.c[s]!;
    const local = f.declare(name, place, f.pos(s));
    local.assigned = dflt !== 0 || collides;
    if (dflt !== 0) storeTo(f, slot, leaving(f, () => exprAs(f, dflt, t, slotDefault(c.text(name)), 0)));
    else defaultInto(f, slot, t);
    f.b.debugVar({ name: c.text(name), type: t, slot, pos: f.pos(s), param: 0 });
    f.retLocals!.push(local);
  });
}

/** Body statements and the result they give; infers the result type when none is known. */
export function runBody(f: FnCtx, body: NodeId, arrow: boolean, inst: FnInst): void { leaving(f, () => bodyAndResult(f, body, arrow, inst)); }

function bodyAndResult(f: FnCtx, body: NodeId, arrow: boolean, inst: FnInst): void {
  const { c } = f;
  f.body = body;
  if (!inst.retKnown) {
    inferBody(f, body, arrow, inst);
    return;
  }
  const { types } = c;
  const valueType = successType(f);
  if (arrow && f.tree.kindOf(body) !== Node.Block) {
    f.b.at = f.pos(body);
    const v = valueType === types.void ? expr(f, body, 0, 0) : expr(f, body, f.ret === valueType ? f.ret : valueType, resultDst(f, valueType));
    finish(f, v, body);
    return;
  }
  const wantsValue = valueType !== types.void && valueType !== types.noreturn && (f.retLocals === null || hasTailValue(f, body));
  // Named results are what the slots hold when the body ends, before its cleanups.
  const namedEnd = f.retLocals === null ? undefined : (): void => finishVoid(f, body);
  if (!wantsValue) {
    blockStatement(f, body, namedEnd);
    finishVoid(f, body);
    return;
  }
  const v = blockValue(f, body, valueType, resultDst(f, valueType), namedEnd);
  if (f.retLocals !== null && v.k === VK.void) finishVoid(f, body);
  else finish(f, v, body);
}

/** With named slots a block ends in its locals, unless its tail is an expression that is no statement form. */
function hasTailValue(f: FnCtx, body: NodeId): boolean {
  const tail = f.tree.kindOf(body) === Node.Block ? f.tree.b[body]! : body;
  return tail !== 0 && !STATEMENT_FORMS.has(f.tree.kindOf(tail));
}

const STATEMENT_FORMS: ReadonlySet<number> = new Set([
  Node.Block, Node.If, Node.IfBind, Node.Match, Node.While, Node.WhileBind, Node.For, Node.Push, Node.Insert,
]);

/** Where a result may be built in place: the result memory, when it is exactly the result. */
function resultDst(f: FnCtx, t: TypeId): number { return f.retPtr !== 0 && t === f.ret ? f.retPtr : 0; }

/** The type of the value part of the result. */
export function successType(f: FnCtx): TypeId {
  const { types } = f.c;
  if (f.errors === 0) return f.ret;
  if (types.kind[f.ret] === Ty.errset) return types.void;
  const list = types.lists[f.ret]!;
  if (list.length === 2) return list[0]!;
  return types.tuple(list.slice(0, -1), types.names[f.ret]?.slice(0, -1) ?? null);
}

function finish(f: FnCtx, v: Val, body: NodeId): void {
  const { types } = f.c;
  if (!f.live) return;
  const want = successType(f);
  if (want === types.void) {
    finishVoid(f, body);
    return;
  }
  if (v.k === VK.void && v.ty !== types.noreturn) {
    missingValue(f, body);
    f.b.unreachable();
    return;
  }
  const at = f.tree.kindOf(body) === Node.Block && f.tree.b[body] !== 0 ? f.tree.b[body]! : body;
  returnSuccess(f, v, at);
}

function missingValue(f: FnCtx, body: NodeId): void {
  const { tree } = f;
  if (f.ret === f.c.types.poison) return;
  const want = f.c.types.text(f.ret);
  if (tree.kindOf(body) === Node.Block) {
    const list = tree.list(tree.a[body]!);
    const last = list[list.length - 1];
    if (last !== undefined && tree.kindOf(last) === Node.ExprStmt && (tree.flags[last]! & 1) !== 0) {
      const semi = tree.file.base + tree.end[last]! - 1;
      f.c.sink.error('RETURN-DISCARD', semi, semi + 1, `function returns '${want}' but the last expression's value is discarded by this \`;\``);
      return;
    }
  }
  errorAt(f, 'RETURN-MISSING', body, `function '${f.display}' returns '${want}' but its body produces no value`);
}

function finishVoid(f: FnCtx, body: NodeId): void {
  if (!f.live) return;
  if (f.retLocals !== null) {
    finishNamedReturns(f, body);
    return;
  }
  if (f.errors !== 0) {
    returnSuccess(f, voidVal(f.c.types.void), body);
    return;
  }
  emitCleanups(f, 0, 0);
  f.b.ret(0);
}

/** No `->`: an arrow body gives its own type; a block body that of its first `return e`, else void. */
function inferBody(f: FnCtx, body: NodeId, arrow: boolean, inst: FnInst): void {
  const { c } = f;
  if (arrow && f.tree.kindOf(body) !== Node.Block) {
    const v = expr(f, body, 0, 0);
    settle(f, inst, resultTypeOf(f, v));
    if (f.live) {
      if (f.ret === c.types.void) finishVoid(f, body);
      else returnSuccess(f, v, body);
    }
    return;
  }
  const packFn = inst.pack !== null && retNode(inst.decl) !== 0;
  f.inferring = (v) => settle(f, inst, v === null ? c.types.void : resultTypeOf(f, v));
  if (packFn || (inst.lambda && false)) {
    const v = blockValue(f, body, 0, 0);
    if (f.inferring !== null) settle(f, inst, v.k === VK.void ? c.types.void : resultTypeOf(f, v));
    if (f.live) {
      if (f.ret === c.types.void) finishVoid(f, body);
      else returnSuccess(f, v, body);
    }
    return;
  }
  blockStatement(f, body);
  if (f.inferring !== null) settle(f, inst, c.types.void);
  if (f.live) {
    if (f.ret === c.types.void) finishVoid(f, body);
    else {
      missingValue(f, body);
      f.b.unreachable();
    }
  }
}

export function settle(f: FnCtx, inst: FnInst, t: TypeId): void {
  f.inferring = null;
  if (inst.retKnown && t !== inst.ret && t !== f.c.types.poison) {
    cannotInfer(f.c, inst, `it calls itself as one of '${f.c.types.text(inst.ret)}' and returns '${f.c.types.text(t)}'`);
    t = f.c.types.poison;
  } else if (inst.retKnown) t = inst.ret;
  setResult(f.c, inst, t);
  useResult(f, t);
}

/** The type that a value gives an inferred result. */
export function resultTypeOf(f: FnCtx, v: Val): TypeId {
  const { types } = f.c;
  if (v.k === VK.type) return types.type;
  if (v.k === VK.fn) return coerceFnType(f, v);
  if (v.k === VK.void) return v.ty === types.noreturn ? types.void : types.void;
  return v.ty;
}

function coerceFnType(f: FnCtx, v: Val): TypeId {
  return fnValueType(f, v);
}





