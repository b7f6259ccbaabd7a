// Arms of a value `if` or match: each is checked once; their values meet in one slot of the unified type (reference 4.7).
import type { NodeId } from '../base/ids.ts';
import type { BlockId } from '../ir/builder.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_VOID } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { coerce, OTHER, valTypeText } from './coerce.ts';
import { applyNarrowing } from './cond.ts';
import { unnarrow } from './convert.ts';
import type { FnCtx, Local } from './fn_ctx.ts';
import { errorAt } from './report.ts';
import { storedType } from './tuple.ts';
import { fnValueType } from './fn_value_type.ts';
import { regVal, Val, VK, voidVal } from './val.ts';
import { isPoison, loadVal, newSlot, poison, storeTo, toReg } from './value.ts';

export interface Arm {
  /** Where the arm's code begins; -1 = it can never be reached: checked, not written. */
  readonly block: BlockId;
  readonly node: NodeId;
  /** Optionals that are present in the arm. */
  readonly present?: readonly Local[];
  /** Checks the arm in its own scope; `want`, `dst` as for expr. */
  readonly run: (want: TypeId, dst: Ref) => Val;
}

export interface ArmPlan {
  readonly want: TypeId;
  readonly slot: Ref;
  /** The slot's size is set when the type is known. */
  readonly open: boolean;
  readonly word: 'if' | 'match';
  readonly asValue: boolean;
  /** The locals around, and what is known of them before the branch. */
  readonly locals: readonly Local[];
  readonly entry: Flow;
  readonly dead: boolean;
}

/** What is known of each local on one path: bits NARROWED and ASSIGNED. */
type Flow = readonly number[];
const NARROWED = 1;
const ASSIGNED = 2;

const NO_LOCALS: readonly Local[] = [];

/** The locals of which a path may prove something: optionals, and result slots that are not set yet. Most code has none. */
function changeable(f: FnCtx): readonly Local[] {
  const { kind } = f.c.types;
  let out: Local[] | null = null;
  for (let i = 0; i < f.locals.length; i++) {
    const l = f.locals[i]!;
    if (!l.assigned || l.narrowed || kind[l.val.ty] === Ty.optional) (out ??= []).push(l);
  }
  return out ?? NO_LOCALS;
}

const NO_FLOW: Flow = [];

function flowOf(locals: readonly Local[]): Flow {
  if (locals.length === 0) return NO_FLOW;
  const out: number[] = [];
  for (const l of locals) out.push((l.narrowed ? NARROWED : 0) | (l.assigned ? ASSIGNED : 0));
  return out;
}

/** Call before the branch to the arms is written. `want`: expected type or 0; `dst`: memory for an aggregate of that type, or 0. */
export function planArms(f: FnCtx, want: TypeId, dst: Ref, word: 'if' | 'match', asValue: boolean): ArmPlan {
  const { types } = f.c;
  const locals = changeable(f);
  const entry = flowOf(locals);
  const dead = !f.b.live;
  const known = want !== 0 && want !== types.void && want !== types.poison && want !== types.noreturn;
  if (!asValue) return { want: 0, slot: 0, open: false, word, asValue, locals, entry, dead };
  // Numeric arms meet in their own common type first and only that is converted to the expected one (1.5 and 2 at i64 is 1.5 truncated).
  if (known && types.isNumber(want)) return { want, slot: f.b.slot(8, 8), open: true, word, asValue, locals, entry, dead };
  if (known) return { want, slot: dst !== 0 ? dst : newSlot(f, want), open: false, word, asValue, locals, entry, dead };
  return { want: 0, slot: f.b.slot(8, 8), open: true, word, asValue, locals, entry, dead };
}

interface Outcome {
  readonly arm: Arm;
  readonly val: Val;
  /** Where the value's conversion is written; -1 when the arm does not complete. */
  readonly join: BlockId;
  readonly flow: Flow;
}

/** Checks the arms and ends at `done`. `bypass`: the branch may reach `done` without any arm. */
export function unifyArms(f: FnCtx, plan: ArmPlan, arms: readonly Arm[], done: BlockId, bypass: boolean, node: NodeId): Val {
  const { types } = f.c;
  const outcomes: Outcome[] = [];
  for (const arm of arms) outcomes.push(runArm(f, plan, arm, done));
  mergeFlow(plan, outcomes, bypass);
  const reached = (bypass && !plan.dead) || outcomes.some((o) => o.join >= 0);
  let result = voidVal(types.void);
  if (plan.asValue) result = plan.open ? joinOpen(f, plan, outcomes, done, node) : joinKnown(f, plan, outcomes);
  if (!reached || plan.dead) {
    if (f.b.live) f.b.unreachable();
    return reached || outcomes.some((o) => isPoison(o.val)) ? result : voidVal(types.noreturn);
  }
  f.b.start(done);
  if (result.k === VK.mem && types.isScalar(result.ty)) return loadVal(f, result.ty, result.ref);
  return result;
}

function runArm(f: FnCtx, plan: ArmPlan, arm: Arm, done: BlockId): Outcome {
  const { types } = f.c;
  for (let i = 0; i < plan.entry.length; i++) {
    const local = plan.locals[i]!;
    local.narrowed = (plan.entry[i]! & NARROWED) !== 0;
    local.assigned = (plan.entry[i]! & ASSIGNED) !== 0;
  }
  if (arm.block >= 0) f.b.start(arm.block);
  // Until its value is converted: what a narrowed optional gives depends on what is wanted.
  const undo = applyNarrowing(arm.present ?? []);
  let val = arm.run(plan.want, plan.open ? 0 : plan.slot);
  if (plan.asValue && !plan.open && !isPoison(val) && val.ty !== types.noreturn) {
    if (val.k === VK.void && val.ty === types.void && plan.want !== types.void) reportVoid(f, plan, arm);
    else {
      val = coerce(f, val, plan.want, arm.node, OTHER);
      if (!(val.k === VK.mem && val.ref === plan.slot)) storeTo(f, plan.slot, val);
    }
  }
  // Numbers meet in their own types, and a narrowed optional's is its payload where a number is wanted.
  if (plan.open && plan.want !== 0 && f.b.live) val = unnarrow(f, val);
  undo();
  // A function by name has no type of its own until it is a value.
  if (plan.asValue && plan.open && val.k === VK.fn && f.b.live) val = namedFn(f, val);
  if (!f.b.live) return { arm, val, join: -1, flow: [] };
  const flow = flowOf(plan.locals);
  const join = plan.open ? f.b.block() : done;
  f.b.br(join);
  return { arm, val, join, flow };
}

function namedFn(f: FnCtx, v: Val): Val {
  const t = fnValueType(f, v);
  return t === f.c.types.poison ? v : regVal(t, toReg(f, v));
}

function reportVoid(f: FnCtx, plan: ArmPlan, arm: Arm): void {
  errorAt(f, 'ARM-VOID', arm.node, `this \`${plan.word}\` arm is used as a value but yields no value`);
}

/** After the arms a fact holds when it holds on every path that arrives. */
function mergeFlow(plan: ArmPlan, outcomes: readonly Outcome[], bypass: boolean): void {
  for (let i = 0; i < plan.entry.length; i++) {
    let facts = bypass ? plan.entry[i]! : NARROWED | ASSIGNED;
    let arrives = bypass;
    for (const o of outcomes) {
      if (o.join < 0) continue;
      facts &= o.flow[i]!;
      arrives = true;
    }
    plan.locals[i]!.narrowed = arrives && (facts & NARROWED) !== 0;
    plan.locals[i]!.assigned = (facts & ASSIGNED) !== 0;
  }
}

function joinKnown(f: FnCtx, plan: ArmPlan, outcomes: readonly Outcome[]): Val {
  if (outcomes.some((o) => isPoison(o.val))) return new Val(VK.poison, plan.want, 0, 0);
  return placed(f, plan.want, plan.slot);
}

const placed = (f: FnCtx, t: TypeId, slot: Ref): Val => (t === f.c.types.void ? voidVal(t) : new Val(VK.mem, t, slot, 0));

/** Unifies the arms' types, then converts each value at the end of its arm. */
function joinOpen(f: FnCtx, plan: ArmPlan, outcomes: readonly Outcome[], done: BlockId, node: NodeId): Val {
  const { types } = f.c;
  const t = unifiedType(f, plan, outcomes, node);
  setSlot(f, plan.slot, t);
  let bad = t === types.poison;
  for (const o of outcomes) {
    if (o.join < 0) continue;
    f.b.start(o.join);
    if (!bad && t !== types.void && o.val.ty !== types.noreturn) {
      const v = coerce(f, o.val, t, o.arm.node, OTHER);
      bad ||= isPoison(v);
      storeTo(f, plan.slot, v);
    }
    f.b.br(done);
  }
  if (bad) return poison(f);
  return placed(f, t, plan.slot);
}

/** Gives a slot made before its type was known its size; a slot that holds nothing vanishes. */
export function setSlot(f: FnCtx, slot: Ref, t: TypeId): void {
  const { types } = f.c;
  if (slot <= 0) return;
  if (t === types.void || t === types.poison || t === types.noreturn) {
    f.b.op[slot] = Op.nop;
    f.b.ty[slot] = IR_VOID;
    f.b.a[slot] = 0;
    f.b.b[slot] = 0;
    return;
  }
  f.b.a[slot] = types.size(t);
  f.b.b[slot] = types.align(t);
}

function unifiedType(f: FnCtx, plan: ArmPlan, outcomes: readonly Outcome[], node: NodeId): TypeId {
  const { types } = f.c;
  let have: TypeId = 0;
  let nulls = false;
  let voids: Outcome | null = null;
  for (const o of outcomes) {
    const v = o.val;
    if (v.ty === types.noreturn || (o.join < 0 && o.arm.block >= 0)) continue;
    if (isPoison(v)) return types.poison;
    if (v.k === VK.null_) nulls = true;
    else if (v.k === VK.void) voids ??= o;
    else if (have === 0) have = storedType(f, v);
    else {
      const u = unifyTypes(f, have, storedType(f, v));
      if (u === 0) {
        errorAt(f, 'ARM-MISMATCH', o.arm.node, `match arms have incompatible types: '${types.text(have)}' vs '${valTypeText(f, v)}'`);
        return types.poison;
      }
      have = u;
    }
  }
  if (voids !== null && (have !== 0 || nulls)) {
    reportVoid(f, plan, voids.arm);
    return types.poison;
  }
  if (nulls && have === 0) {
    errorAt(f, 'ARM-MISMATCH', node, `cannot infer the type of this \`${plan.word}\`: every arm is null`);
    return types.poison;
  }
  if (nulls && types.kind[have] !== Ty.optional) return types.optional(have);
  return have === 0 ? types.void : have;
}

/** The type two arms meet in; 0 = none. */
export function unifyTypes(f: FnCtx, a: TypeId, b: TypeId): TypeId {
  const { types } = f.c;
  if (a === b) return a;
  if (types.isNumber(a) && types.isNumber(b)) {
    if (types.isFloat(a) !== types.isFloat(b)) return types.isFloat(a) ? a : b;
    if (types.isFloat(a)) return types.size(b) > types.size(a) ? b : a;
    return types.width(b) > types.width(a) ? b : a;
  }
  const ka = types.kind[a]!;
  const kb = types.kind[b]!;
  if (ka === Ty.optional && types.a[a] === b) return a;
  if (kb === Ty.optional && types.a[b] === a) return b;
  if (ka === Ty.any || kb === Ty.any) return types.any;
  if (ka === Ty.closure && kb === Ty.fn) return a;
  if (ka === Ty.fn && kb === Ty.closure) return b;
  if (ka === Ty.errset && kb === Ty.errset) return types.anyError;
  if (ka === Ty.array && kb === Ty.slice && types.a[a] === types.a[b]) return b;
  if (kb === Ty.array && ka === Ty.slice && types.a[a] === types.a[b]) return a;
  return passesBits(ka) && types.size(a) === types.size(b) && ka === kb ? a : 0;
}

/** Kinds whose values of equal size the ladder's last rule lets through. */
function passesBits(k: Ty): boolean {
  return k === Ty.ptr || k === Ty.manyptr || k === Ty.fn || k === Ty.struct || k === Ty.union || k === Ty.slice || k === Ty.vector || k === Ty.tuple;
}
