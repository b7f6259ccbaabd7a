// Takes an expression; gives its value computed now: folded when checking already knew it, else run by the evaluator and baked.
import type { NameId, NodeId } from '../base/ids.ts';
import { Linkage } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_PTR } from '../types/ir_type.ts';
import { Abi, type AbiSlot } from '../ir/module.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { bakeValue } from './bake.ts';
import type { Checker } from './checker.ts';
import { coerce, type Slot } from './coerce.ts';
import type { EvalResult } from './comptime_port.ts';
import { Env } from './env.ts';
import { expr } from './expr.ts';
import { FnCtx } from './fn_ctx.ts';
import { initFailed } from './report.ts';
import { storeTo } from './value.ts';
import { Capture, Val, VK } from './val.ts';

export const PTR_SLOT: AbiSlot = { ty: IR_PTR, mem: false, type: 0, size: 8, align: 8 };

/** The compile-time names visible in `f` (types, constants, functions of enclosing scopes), for code that is checked apart from it. */
export function comptimeEnv(f: FnCtx): Env | null {
  if (f.locals.length === 0 && f.outer === null) return f.env;
  const env = new Env(f.env);
  const chain: FnCtx[] = [];
  for (let x: FnCtx | null = f; x !== null; x = x.outer) chain.unshift(x);
  for (const x of chain) {
    for (const l of x.locals) {
      if (l.name === 0) continue;
      const k = l.val.k;
      if (k === VK.mem && l.val.capture === Capture.constant && l.val.ref < 0) env.bind(l.name, l.val);
      else if (k === VK.mem || k === VK.reg) {
        const marker = new Val(VK.outer, l.val.ty, 0, 0);
        marker.captureName = l.name;
        marker.tag = l.val.tag;
        env.bind(l.name, marker);
      } else env.bind(l.name, l.val);
    }
  }
  return env;
}

/** A function context for code that only the evaluator runs: parameters (context), out pointer. */
export interface Thunk {
  readonly f: FnCtx;
  readonly out: number;
}

export function openThunk(f: FnCtx, env: Env | null): Thunk {
  const t = new FnCtx(f.c, f.file, f.tree, env);
  t.comptime = true;
  t.display = f.display;
  let index = 0;
  if (f.c.usesContext) {
    t.ctx = t.b.inst(Op.param, IR_PTR, index, 0, 0);
    index++;
  }
  const out = t.b.inst(Op.param, IR_PTR, index, 0, 0);
  t.push();
  return { f: t, out };
}

/** Runs a thunk; gives the address of its result (memory of `size` bytes) or the failure. */
export function runThunk(c: Checker, t: Thunk, name: string, size: number, align: number): { result: EvalResult; address: number } {
  t.f.b.ret(0);
  const params = c.usesContext ? [PTR_SLOT, PTR_SLOT] : [PTR_SLOT];
  const fn = c.module.addFn(`__comptime.${name}`, t.f.display === '' ? name : t.f.display, c.module.sig(params, null, Abi.sx), Linkage.internal, 0);
  fn.comptimeOnly = true;
  fn.body = t.f.b.finish();
  const address = c.comptime.alloc(Math.max(size, 8), Math.max(align, 8));
  c.comptime.clearTrace();
  const args = c.usesContext ? [c.comptime.globalAddress(c.defaultContext), address] : [address];
  return { result: c.comptime.call(fn.id, args), address };
}

export interface EvalRequest {
  readonly label: string;
  readonly name: NameId;
  readonly want: TypeId;
  readonly slot: Slot;
}

/** Checks and evaluates `node` now, in the compile-time scope of `f`; poison after a report. */
export function evalNow(f: FnCtx, node: NodeId, q: EvalRequest): Val {
  const t = openThunk(f, comptimeEnv(f));
  const errors = f.c.sink.errorCount;
  t.f.b.at = f.pos(node);
  let v = expr(t.f, node, q.want, 0);
  if (q.want !== 0) v = coerce(t.f, v, q.want, node, q.slot);
  return finishEval(f, t, v, node, q, errors);
}

/** Ends a thunk whose expression has value `v`. */
export function finishEval(f: FnCtx, t: Thunk, v: Val, node: NodeId, q: EvalRequest, errors: number): Val {
  const { c } = f;
  const bad = c.sink.errorCount > errors || v.k === VK.poison;
  if (bad || isKnown(v) || (v.k === VK.mem && v.ref < 0 && v.capture === Capture.constant && !c.types.isScalar(v.ty))) {
    t.f.b.discard();
    return bad ? new Val(VK.poison, c.types.poison, 0, 0) : v;
  }
  const void_ = v.k === VK.void;
  if (!void_) storeTo(t.f, t.out, v);
  const outer = c.evalSite;
  c.evalSite ??= { start: f.pos(node), end: f.end(node) };
  const { result, address } = runThunk(c, t, q.label, void_ ? 0 : c.types.size(v.ty), void_ ? 1 : c.types.align(v.ty));
  c.evalSite = outer;
  if (!result.ok) {
    reportFailure(f, node, q.label, result);
    return new Val(VK.poison, c.types.poison, 0, 0);
  }
  if (void_) return v;
  const baked = bakeValue(f, v.ty, address, q.label, node);
  return baked;
}

/** Values that need no evaluation. */
export function isKnown(v: Val): boolean {
  switch (v.k) {
    case VK.const_: case VK.type: case VK.fn: case VK.head: case VK.ns: case VK.null_: case VK.undef: return true;
    default: return false;
  }
}

/** CT-INIT: an evaluation that could not be carried out. */
export function reportFailure(f: FnCtx, node: NodeId, label: string, r: EvalResult & { ok: false }): void {
  const { c } = f;
  if (c.sink.errorCount > 0 && r.reason === '') return;
  const d = initFailed(f, r.code ?? 'CT-INIT', node, label, r.reason);
  for (const fr of r.frames.slice(0, 16)) {
    const fn = c.module.fns[fr.fn];
    if (fn === undefined || fn.comptimeOnly) continue;
    if (fr.pos > 0) {
      const at = c.sources.locate(fr.pos);
      d.line(`  in ${fn.display} at ${at.file.path}:${at.line}:${at.col}`);
    } else d.line(`  in ${fn.display}`);
  }
}

export const isTypeVal = (c: Checker, t: TypeId): boolean => c.types.kind[t] === Ty.type;
