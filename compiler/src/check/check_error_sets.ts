// Which error tags escape a function: subset checks at once for named sets, a program-wide fixed point for bare `!` (reference 9.9).
import type { NodeId } from '../base/ids.ts';
import { FnFlag } from '../parse/node.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import type { FnCtx } from './fn_ctx.ts';
import { BodyState, type FnInst } from './fn_decl.ts';
import type { ErrorSource } from './val.ts';

/** A failure with an inferred set inside a function with a named one: decided when the set is known. */
interface Pending {
  readonly source: ErrorSource;
  readonly set: TypeId;
  readonly start: number;
  readonly end: number;
}

interface State {
  readonly pending: Pending[];
  /** Shapes of bare-`!` slots whose failures escape an instance. */
  readonly shapes: Map<FnInst, Set<string>>;
  /** Bare-`!` lambda literals by shape. */
  readonly lambdas: Map<string, FnInst[]>;
  /** Instances through which failures of unknown sets escape. */
  readonly unknown: Set<FnInst>;
}

const states = new WeakMap<Checker, State>();

function stateOf(c: Checker): State {
  let s = states.get(c);
  if (s === undefined) {
    s = { pending: [], shapes: new Map(), lambdas: new Map(), unknown: new Set() };
    states.set(c, s);
  }
  return s;
}

/** Key of a bare-`!` closure or function slot: parameter types and value result. */
export function shapeKey(c: Checker, params: readonly TypeId[], ret: TypeId): string {
  const { types } = c;
  const values = types.kind[ret] === Ty.tuple ? types.lists[ret]!.slice(0, -1) : [];
  return `${params.join(',')}>${values.join(',')}`;
}

/** What an indirect call through `fnType` may raise, null when its set is named. */
export function slotSource(c: Checker, fnType: TypeId): ErrorSource | null {
  const { types } = c;
  const ret = types.a[fnType]!;
  return errorsOf(c, ret) === types.anyError ? shapeKey(c, types.lists[fnType]!, ret) : null;
}

/** The error set of a result type, 0 when it is not failable. */
export function errorsOf(c: Checker, ret: TypeId): TypeId {
  const { types } = c;
  if (types.kind[ret] === Ty.errset) return ret;
  return types.kind[ret] === Ty.tuple && types.b[ret] === 1 ? types.lists[ret]!.at(-1)! : 0;
}

/** Registers a bare-`!` lambda literal: its tags belong to every slot of its shape. */
function registerLambda(c: Checker, inst: FnInst): void {
  if (inst.errors !== c.types.anyError) return;
  const key = shapeKey(c, inst.params, inst.ret);
  const { lambdas } = stateOf(c);
  const list = lambdas.get(key);
  if (list === undefined) lambdas.set(key, [inst]);
  else if (!list.includes(inst)) list.push(inst);
}

/** Whether there are lambdas with inferred sets: what they may raise is a matter of all that have their shape. */
export function hasOpenLambdas(c: Checker): boolean { return (states.get(c)?.lambdas.size ?? 0) > 0; }

function raise(inst: FnInst, tag: string): void {
  (inst.raised ??= new Set()).add(tag);
}

/** A literal tag is raised: it must be known to the set, or it joins the inferred one. */
export function raiseTag(f: FnCtx, tag: string): void {
  if (f.errors === f.c.types.anyError && f.inst !== null) raise(f.inst, tag);
}

/** A failure of `set` (raised by `source` when inferred) leaves the function. Reports once per tag that the function may not raise. */
export function escapes(f: FnCtx, set: TypeId, source: ErrorSource | null, node: NodeId): void {
  const { types } = f.c;
  if (f.errors === 0) return;
  const tags = types.members(set).tags;
  if (f.errors !== types.anyError) {
    if (tags !== null) missing(f.c, tags, f.errors, f.pos(node), f.end(node));
    else if (source !== null) stateOf(f.c).pending.push({ source, set: f.errors, start: f.pos(node), end: f.end(node) });
    return;
  }
  if (f.inst === null) return;
  if (tags !== null) for (const t of tags) raise(f.inst, t);
  else if (source === null) stateOf(f.c).unknown.add(f.inst);
  else if (typeof source === 'string') {
    const { shapes } = stateOf(f.c);
    const known = shapes.get(f.inst);
    if (known === undefined) shapes.set(f.inst, new Set([source]));
    else known.add(source);
  } else (f.inst.propagates ??= new Set()).add(source);
}

function missing(c: Checker, tags: Iterable<string>, set: TypeId, start: number, end: number): void {
  const have = new Set(c.types.members(set).tags ?? []);
  for (const t of tags) {
    if (!have.has(t)) c.sink.error('ERRTAG-SET', start, end, `error tag '${t}' is not in caller's error set '${c.typeText(set)}'`);
  }
}

/** After all bodies: solves the inferred sets, reports what escapes a named set and functions declared `!` that never fail. */
export function checkErrorSets(c: Checker): void {
  const s = stateOf(c);
  const insts = new Set<FnInst>();
  for (const inst of c.fnInsts.values()) {
    if (inst.errors !== c.types.anyError) continue;
    insts.add(inst);
    if (inst.lambda) registerLambda(c, inst);
  }
  const sets = solve(s, insts);
  for (const p of s.pending) missing(c, tagsOf(s, sets, p.source), p.set, p.start, p.end);
  const open = openOnes(s, insts);
  for (const inst of insts) if (!open.has(inst)) warnSilent(c, inst, sets.get(inst)!);
}

/** Instances that may raise what is not known here, of a protocol value or a closure, themselves or through what they call. */
function openOnes(s: State, insts: ReadonlySet<FnInst>): ReadonlySet<FnInst> {
  const callers = new Map<FnInst, FnInst[]>();
  for (const inst of insts) {
    for (const from of inst.propagates ?? []) {
      const known = callers.get(from);
      if (known === undefined) callers.set(from, [inst]);
      else known.push(inst);
    }
  }
  const open = new Set<FnInst>([...s.unknown, ...s.shapes.keys()]);
  for (const inst of open) for (const caller of callers.get(inst) ?? []) open.add(caller);
  return open;
}

const NO_TAGS: ReadonlySet<string> = new Set();

function tagsOf(s: State, sets: Map<FnInst, Set<string>>, source: ErrorSource): ReadonlySet<string> {
  if (typeof source !== 'string') return sets.get(source) ?? source.raised ?? NO_TAGS;
  const out = new Set<string>();
  for (const inst of s.lambdas.get(source) ?? []) for (const t of sets.get(inst) ?? []) out.add(t);
  return out;
}

function solve(s: State, insts: Set<FnInst>): Map<FnInst, Set<string>> {
  const sets = new Map<FnInst, Set<string>>();
  for (const inst of insts) sets.set(inst, new Set(inst.raised ?? NO_TAGS));
  for (let changed = true; changed;) {
    changed = false;
    for (const [inst, set] of sets) {
      const before = set.size;
      for (const from of inst.propagates ?? []) for (const t of tagsOf(s, sets, from)) set.add(t);
      for (const key of s.shapes.get(inst) ?? []) for (const t of tagsOf(s, sets, key)) set.add(t);
      if (set.size !== before) changed = true;
    }
  }
  return sets;
}

/** UNUSED-FAILABLE: pure bare-`!` named functions with an empty set. */
function warnSilent(c: Checker, inst: FnInst, set: ReadonlySet<string>): void {
  const { decl } = inst;
  const flags = decl.tree.flags[decl.node]!;
  if (set.size > 0 || inst.lambda || inst.state !== BodyState.done || inst.ret !== c.types.anyError) return;
  if ((flags & (FnFlag.extern | FnFlag.lambda)) !== 0 || decl.owner !== 0 || inst.display === 'main') return;
  c.sink.warning('UNUSED-FAILABLE', decl.tree.pos(decl.node), decl.tree.endPos(decl.node), `function '${inst.display}' is declared \`!\` but never errors`);
}
