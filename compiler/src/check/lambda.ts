// Takes a lambda literal (or trailing block) and the expected type; gives a closure value or a bare function pointer (reference 8.3–8.5).
import type { NameId, NodeId } from '../base/ids.ts';
import { Linkage } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { FnFlag, FnRec, ParamFlag } from '../parse/node.ts';
import { IR_I64, IR_PTR } from '../types/ir_type.ts';
import { FN_C, roundUp, Ty, type TypeId } from '../types/types.ts';
import { makeClosure } from './callable.ts';
import { defaultContextRef } from './context.ts';
import { Env } from './env.ts';
import { setResult, sigOf } from './fn.ts';
import { declareParam, namedReturns, runBody, useResult } from './fn_body.ts';
import { FnCtx } from './fn_ctx.ts';
import { BodyState, type FnInst } from './fn_decl.ts';
import { buildFnDecl, collectGenerics, makeFnDecl } from './fn_sig.ts';
import { unify } from './infer.ts';
import { reserveCaptures, writeCaptures } from './lambda_capture.ts';
import { contextAlloc } from './protocol_alloc.ts';
import { errorAt } from './report.ts';
import { resultType, typeExpr } from './type_expr.ts';
import { regVal, type Val, Val as ValClass, VK } from './val.ts';
import { poison, storeTo } from './value.ts';

export { captureLocal } from './lambda_capture.ts';

/** The callable type that a slot expects, 0 = none. A result of type 0 is not known yet. */
function expectedCallable(f: FnCtx, want: TypeId): TypeId {
  const { types } = f.c;
  const t = want !== 0 && types.kind[want] === Ty.optional ? types.a[want]! : want;
  return t !== 0 && (types.kind[t] === Ty.closure || types.kind[t] === Ty.fn) ? t : 0;
}

export function lambdaExpr(f: FnCtx, node: NodeId, want: TypeId): Val {
  const { tree } = f;
  const { types } = f.c;
  const expected = expectedCallable(f, want);
  const flags = tree.flags[node]!;
  const introduced = lambdaGenerics(f, node);
  if (introduced.length > 0 && (expected === 0 || hasComptimeParam(f, node))) return genericLambda(f, node);
  const outerEnv = f.env;
  if (introduced.length > 0) f.env = bindGenerics(f, node, introduced, types.lists[expected]!);
  try {
    return closureLiteral(f, node, expected, flags);
  } finally {
    f.env = outerEnv;
  }
}

/** A literal with `$` parameters and no closure type to bind them: a function of its own, instantiated by each call; it captures nothing. */
function genericLambda(f: FnCtx, node: NodeId): Val {
  const v = new ValClass(VK.fn, f.c.types.poison, 0, 0);
  v.fn = makeFnDecl(f, 0, node, f.display === '' ? 'lambda' : `${f.display}.lambda`, 0);
  return v;
}

/** `$n: T` has a value only where a call gives one. */
function hasComptimeParam(f: FnCtx, node: NodeId): boolean {
  return f.tree.list(f.tree.a[node]!).some((p) => (f.tree.flags[p]! & ParamFlag.comptime) !== 0);
}

/** The names that the parameters introduce. */
export function lambdaGenerics(f: FnCtx, node: NodeId): NameId[] {
  const { tree } = f;
  const out: NameId[] = [];
  for (const p of tree.list(tree.a[node]!)) {
    if ((tree.flags[p]! & ParamFlag.comptime) !== 0) out.push(tree.a[p]!);
    else if (tree.b[p] !== 0) collectGenerics(f, tree.b[p]!, out);
  }
  return out;
}

/** `(x: $T) => …` at a closure type: the expected parameters bind the names. */
function bindGenerics(f: FnCtx, node: NodeId, introduced: readonly NameId[], have: readonly TypeId[]): Env {
  const { tree } = f;
  const env = new Env(f.env);
  const d = new FnCtx(f.c, f.file, tree, env);
  [...tree.list(tree.a[node]!)].forEach((p, i) => {
    if (tree.b[p] !== 0 && have[i] !== undefined) unify(d, tree.b[p]!, have[i]!, introduced, env);
  });
  for (const n of introduced) {
    if (env.own(n) !== null) continue;
    errorAt(f, 'GENERIC-INFER', node, `cannot infer generic type parameter '${f.c.text(n)}' of this lambda from the expected type`);
    env.bind(n, f.c.typeVal(f.c.types.poison));
  }
  return env;
}

function closureLiteral(f: FnCtx, node: NodeId, expected: TypeId, flags: number): Val {
  const { c, tree } = f;
  const { types } = c;
  const params = paramTypes(f, node, expected);
  const isC =
    (flags & FnFlag.abiC) !== 0 ||
    (expected !== 0 && types.kind[expected] === Ty.fn && (types.b[expected]! & FN_C) !== 0);
  const bare = isC || (expected !== 0 && types.kind[expected] === Ty.fn);
  const inst = makeInst(f, node, params ?? [], isC);
  const ret = tree.rec(tree.c[node]!, FnRec.ret);
  if (ret !== 0) setResult(c, inst, resultType(f, ret));
  else if (expected !== 0 && types.a[expected] !== 0 && types.a[expected] !== types.poison)
    setResult(c, inst, types.a[expected]!);
  if (params === null) return poison(f);
  const inner = checkLambda(f, node, inst, { bare, isC });
  if (params.includes(types.poison) || inst.ret === types.poison) return poison(f);
  const fn = inst.fn!;
  f.b.at = f.pos(node);
  if (bare) {
    if (inner.captures.length > 0) {
      const names = [...new Set(inner.captures.map((x) => `'${c.text(x.name)}'`))].join(', ');
      errorAt(
        f,
        'COERCE-NONE',
        node,
        `a capturing closure cannot be passed as a bare function pointer: it captures ${names}`,
      ).help('declare the slot as `Closure(...)`');
      return poison(f);
    }
    const v = regVal(types.fn(params, inst.ret, isC ? FN_C : 0), c.module.fnAddr(fn.id));
    v.inst = inst;
    return v;
  }
  const v = makeClosure(f, types.closure(params, inst.ret), c.module.fnAddr(fn.id), environment(f, inner));
  v.inst = inst;
  return v;
}

/** Written types, else those of the expected callable by position; null after a report. */
function paramTypes(f: FnCtx, node: NodeId, expected: TypeId): TypeId[] | null {
  const { types } = f.c;
  const { tree } = f;
  const list = expected === 0 ? [] : types.lists[expected]!;
  const out: TypeId[] = [];
  let bad = false;
  [...tree.list(tree.a[node]!)].forEach((p, i) => {
    if (tree.b[p] !== 0) {
      out.push(typeExpr(f, tree.b[p]!));
      return;
    }
    const t = list[i];
    if (t === undefined) {
      bad = true;
      errorAt(f, 'GENERIC-INFER', p, `cannot infer type of lambda parameter '${f.c.text(tree.a[p]!)}'`).help(
        `write its type: \`${f.c.text(tree.a[p]!)}: T\``,
      );
    }
    out.push(t ?? types.poison);
  });
  return bad ? null : out;
}

function makeInst(f: FnCtx, node: NodeId, params: readonly TypeId[], isC: boolean): FnInst {
  const { c, tree } = f;
  const outer = f.inst?.decl;
  const display = f.display === '' ? 'lambda' : `${f.display}.lambda`;
  const decl = buildFnDecl(c, { tree, file: f.file, env: f.env }, 0, node, display, outer?.owner ?? 0);
  decl.protocolDomain = outer?.protocolDomain ?? 0;
  return {
    decl,
    env: f.env,
    fn: null,
    params,
    names: [...tree.list(tree.a[node]!)].map((p) => tree.a[p]!),
    ret: 0,
    retKnown: false,
    errors: 0,
    retNames: null,
    state: BodyState.active,
    display,
    raised: null,
    propagates: null,
    literals: null,
    faulty: false,
    pack: null,
    usesContext: c.usesContext && !isC,
    lambda: true,
    place: null,
    site: f.inst?.site ?? null,
    sites: f.inst?.sites ?? [],
    blames: f.inst?.blames ?? [],
    depth: f.inst?.depth ?? 0,
  };
}

/** Checks the body at once, in a context whose names go on in `f`. */
function checkLambda(f: FnCtx, node: NodeId, inst: FnInst, shape: { bare: boolean; isC: boolean }): FnCtx {
  const { c, tree } = f;
  const inner = new FnCtx(c, f.file, tree, f.env);
  const { b } = inner;
  inner.outer = f;
  inner.isLambda = true;
  inner.inst = inst;
  inner.display = f.display === '' ? inst.display : f.display;
  inner.comptime = f.comptime;
  b.at = f.pos(node);
  let index = 0;
  if (inst.usesContext) inner.ctx = b.inst(Op.param, IR_PTR, index++, 0, 0);
  else if (c.usesContext) inner.ctx = defaultContextRef(c);
  if (!shape.bare) inner.envParam = b.inst(Op.param, IR_PTR, index++, 0, 0);
  if (inst.retKnown) useResult(inner, inst.ret);
  else inner.retReserve = b.slot(0, 1);
  inner.push();
  for (const [i, t] of inst.params.entries()) declareParam(inner, inst.names[i]!, t, index++, i + 1);
  reserveCaptures(inner, node);
  // The prologue copies captures into their slots; it is written when all of them are known.
  const prologue = b.block();
  const body = b.block();
  b.br(prologue);
  b.start(body);
  namedReturns(inner, inst);
  runBody(inner, tree.b[node]!, (tree.flags[node]! & FnFlag.arrow) !== 0, inst);
  if (b.live) b.unreachable();
  b.start(prologue);
  b.at = f.pos(node);
  writeCaptures(inner);
  b.br(body);
  if (!inst.retKnown) setResult(c, inst, c.types.void);
  const sig = sigOf(c, inst.params, inst.ret, shape.isC ? FN_C : 0, shape.bare ? 0 : 1);
  const fn = c.module.addFn(c.symbol(inst.display), inst.display, sig, Linkage.internal, f.pos(node));
  fn.body = b.finish();
  inst.fn = fn;
  inst.state = BodyState.done;
  c.fnInsts.set(fn.id, inst);
  return inner;
}

/** Memory with the captured values: one allocation per evaluation; null without captures. */
function environment(f: FnCtx, inner: FnCtx): number {
  if (inner.captures.length === 0) return f.c.module.nullPtr();
  const env = contextAlloc(f, f.c.module.int(IR_I64, Math.max(roundUp(inner.captureSize, inner.captureAlign), 1)));
  for (const x of inner.captures) storeTo(f, f.b.field(env, x.offset), x.outer.val);
  return env;
}
