// `#run e`: evaluated now; failable operands give their success value or a CT-RUN-ESCAPE error (reference 11.2, 9.13.1).
import type { NodeId } from '../base/ids.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { bakeValue } from './bake.ts';
import type { Checker } from './checker.ts';
import { coerce, initSlot } from './coerce.ts';
import { comptimeEnv, finishEval, openThunk, reportFailure, runThunk, type Thunk } from './comptime_eval.ts';
import { stagedValue } from './direct_eval.ts';
import { expr } from './expr.ts';
import { FnCtx } from './fn_ctx.ts';
import { initFailed } from './report.ts';
import { drainQueue } from './fn.ts';
import { type Val, VK, voidVal } from './val.ts';
import { poison, storeTo } from './value.ts';

/** `label` is what messages call it, `frame` what its frame is called. */
export function runExpr(f: FnCtx, node: NodeId, want: TypeId, label: string, frame = `__run_${label}`): Val {
  const { c } = f;
  const staged = want === 0 ? stagedValue(f, node) : null;
  if (staged !== null) return staged;
  const t = openThunk(f, comptimeEnv(f));
  t.f.display = frame;
  const errors = c.sink.errorCount;
  t.f.b.at = f.pos(node);
  let v = expr(t.f, node, want, 0);
  if (v.k === VK.poison || c.sink.errorCount > errors) return poison(f);
  if (c.types.isFailable(v.ty) && v.k !== VK.const_ && v.k !== VK.void) return runFailable(f, t, v, node, label, want);
  if (want !== 0) v = coerce(t.f, v, want, node, initSlot(label));
  // A constant that needed code (calls with effects) still runs it.
  if (v.k === VK.const_ && hasCalls(t)) {
    const { result } = runThunk(c, t, label, 8, 8);
    if (!result.ok) {
      reportFailure(f, node, label, result);
      return poison(f);
    }
    return v;
  }
  if (v.k === VK.fn) {
    return refuseFunction(f, node, label, v.fn!.display);
  }
  if (c.types.kind[v.ty] === Ty.fn) return runForFunction(f, t, v, node, label);
  if (v.k === VK.void && v.ty !== c.types.noreturn || v.ty === c.types.noreturn) return runForEffect(f, t, node, label);
  return finishEval(f, t, v, node, { label, name: 0, want, slot: initSlot(label) }, errors);
}

function hasCalls(t: Thunk): boolean { return t.f.b.hasEffects(); }

function runForEffect(f: FnCtx, t: Thunk, node: NodeId, label: string): Val {
  const { result } = runThunk(f.c, t, label, 8, 8);
  if (!result.ok) {
    reportFailure(f, node, label, result);
    return poison(f);
  }
  return voidVal(f.c.types.void);
}

function refuseFunction(f: FnCtx, node: NodeId, label: string, fn: string): Val {
  initFailed(f, 'CT-FNREF', node, label, `a function reference ('${fn}') cannot be baked`);
  return poison(f);
}

/** An operand that gives a function: it runs, for its effects and to name the function. */
function runForFunction(f: FnCtx, t: Thunk, v: Val, node: NodeId, label: string): Val {
  const { c } = f;
  storeTo(t.f, t.out, v);
  const { result, address } = runThunk(c, t, label, 8, 8);
  if (!result.ok) {
    reportFailure(f, node, label, result);
    return poison(f);
  }
  const bytes = c.comptime.read(address, 8);
  const at = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const p = at === 0 ? null : c.comptime.pointee(at);
  return refuseFunction(f, node, label, p?.kind === 'fn' ? c.module.fns[p.id]!.display : 'null');
}

/** Runs a failable operand; its error slot is read from evaluator memory. */
function runFailable(f: FnCtx, t: Thunk, v: Val, node: NodeId, label: string, want: TypeId): Val {
  const { c } = f;
  const { types } = c;
  storeTo(t.f, t.out, v);
  const { result, address } = runThunk(c, t, label, types.size(v.ty), types.align(v.ty));
  if (!result.ok) {
    reportFailure(f, node, label, result);
    return poison(f);
  }
  const tuple = types.kind[v.ty] === Ty.tuple;
  const list = tuple ? types.lists[v.ty]! : [];
  const at = tuple ? types.tupleOffset(v.ty, list.length - 1) : 0;
  const bytes = c.comptime.read(address + at, 4);
  const tag = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  if (tag !== 0) {
    reportEscape(f, label, c.module.errorNames[tag] ?? String(tag));
    return poison(f);
  }
  if (!tuple) return voidVal(types.void);
  const success = list.length === 2 ? list[0]! : types.tuple(list.slice(0, -1), types.names[v.ty]?.slice(0, -1) ?? null);
  const baked = bakeValue(f, success, address, label, node);
  if (want === 0 || baked.k === VK.poison) return baked;
  return coerce(f, baked, want, node, initSlot(label));
}

function reportEscape(f: FnCtx, label: string, tag: string): void {
  const { c } = f;
  const d = c.sink.error('CT-RUN-ESCAPE', 0, 0, `comptime \`#run\` (${label}) raised an unhandled error: error.${tag}`);
  const frames = c.comptime.trace();
  if (frames.length > 0) {
    d.line('error return trace (most recent call last):');
    for (const fr of frames) d.line(`  ${fr.func} at ${fr.file}:${fr.line}:${fr.col}`);
  }
  d.line('help: handle it at the `#run` site — `#run <expr> catch (e) { ... }` or `#run <expr> or <default>`');
}

/** The top-level `#run e;` statements, in program order, after everything checked without errors. */
export function runTopLevel(c: Checker): void {
  let n = 0;
  for (const file of c.program.files) {
    for (const item of file.topRuns) {
      if (c.sink.errorCount > 0) return;
      const f = new FnCtx(c, file, file.tree, null);
      f.display = `__run_${n}`;
      runExpr(f, file.tree.a[item]!, 0, f.display, f.display);
      n++;
      drainQueue(c);
    }
  }
}

