// Takes the arguments of a call as written; gives them bound to the callee's parameters: positions, names, spreads, trailing block (reference 3.7, 4.6).
import type { NameId, NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import { Ty } from '../types/types.ts';
import { type FnDecl, ParamMode } from './fn_decl.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { primitiveType } from './primitive.ts';
import { closest, errorAt } from './report.ts';
import { type Val, VK } from './val.ts';
import { poison, subPlace, toMem } from './value.ts';

export interface Arg {
  /** The expression, in the caller's tree. */
  readonly node: NodeId;
  /** Already evaluated: receivers and spread elements. */
  readonly val: Val | null;
  readonly name: NameId;
  /** `name = value` as a whole, for reports about the name. */
  readonly named?: NodeId;
  /** `..slice` handed whole to a variadic tail. */
  readonly spread: boolean;
}

export interface BoundArgs {
  /** By parameter index; null = default. Type slots that are inferred stay null. */
  readonly args: readonly (Arg | null)[];
  /** Arguments of the variadic or pack parameter. */
  readonly rest: readonly Arg[];
  /** Type slots are filled by position. */
  readonly explicitTypes: boolean;
}

export const plainArg = (node: NodeId): Arg => ({ node, val: null, name: 0, spread: false });
export const valArg = (node: NodeId, val: Val): Arg => ({ node, val, name: 0, spread: false });

/** Arguments as written: spreads of tuples, packs and anonymous structs are expanded. */
export function gatherArgs(f: FnCtx, list: number, receiver: Arg | null): Arg[] {
  const { tree } = f;
  const out: Arg[] = receiver === null ? [] : [receiver];
  const count = tree.listCount(list);
  for (let i = 0; i < count; i++) {
    const n = tree.listAt(list, i);
    switch (tree.kindOf(n)) {
      case Node.NamedArg: out.push({ node: tree.b[n]!, val: null, name: tree.a[n]!, named: n, spread: false }); break;
      case Node.Spread: case Node.TypeSpread: spreadArg(f, n, out); break;
      default: out.push(plainArg(n));
    }
  }
  return out;
}

function spreadArg(f: FnCtx, n: NodeId, out: Arg[]): void {
  const v = expr(f, f.tree.a[n]!, 0, 0);
  const elems = spreadElems(f, v);
  if (elems !== null) {
    for (const e of elems) out.push(valArg(n, e));
    return;
  }
  const kind = f.c.types.kind[v.ty];
  if (kind === Ty.slice || kind === Ty.array) {
    out.push({ node: n, val: v, name: 0, spread: true });
    return;
  }
  // Reported: how many arguments it stands for is not known, so nothing more is said about the call.
  out.push(valArg(n, poison(f)));
  if (v.k !== VK.poison) errorAt(f, 'SPREAD', f.tree.a[n]!, `cannot spread a value of type '${f.c.types.text(v.ty)}'`);
}

/** Elements of a pack, tuple or anonymous struct; null for other values. */
export function spreadElems(f: FnCtx, v: Val): Val[] | null {
  const { types } = f.c;
  if (v.k === VK.pack) return [...v.elems!];
  if (types.kind[v.ty] === Ty.tuple) {
    const p = toMem(f, v);
    return types.lists[v.ty]!.map((t, i) => subPlace(f, v, p, types.tupleOffset(v.ty, i), t));
  }
  if (types.kind[v.ty] === Ty.struct && types.members(v.ty).anonymous) {
    const p = toMem(f, v);
    return types.members(v.ty).fields.map((x, i) => subPlace(f, v, p, types.fieldOffset(v.ty, i), x.type));
  }
  return null;
}

/** Spread arrays have a known length: they expand, except where one stands in a slice tail that starts at `tailAt` (0 = none). */
export function expandArrays(f: FnCtx, given: readonly Arg[], tailAt: number): readonly Arg[] {
  const { types } = f.c;
  if (!given.some((a) => a.spread)) return given;
  const out: Arg[] = [];
  for (const a of given) {
    if (!a.spread || types.kind[a.val!.ty] !== Ty.array || (tailAt > 0 && out.length + 1 >= tailAt)) {
      out.push(a);
      continue;
    }
    const elem = types.a[a.val!.ty]!;
    const at = toMem(f, a.val!);
    for (let i = 0; i < types.b[a.val!.ty]!; i++) out.push(valArg(a.node, subPlace(f, a.val!, at, i * types.size(elem), elem)));
  }
  return out;
}

const NO_REST: readonly Arg[] = [];

/** One value for each ordinary parameter, none by its name: what most calls are. */
function isInOrder(d: FnDecl, written: readonly Arg[]): boolean {
  const { params } = d;
  if (written.length !== params.length) return false;
  for (let i = 0; i < params.length; i++) {
    const a = written[i]!;
    if (params[i]!.mode !== ParamMode.value || a.name !== 0 || a.spread || a.val?.k === VK.poison) return false;
  }
  return true;
}

/** Binds arguments to `d`'s parameters; null after a report. `isType` says whether an argument denotes a type. */
export function bindArgs(f: FnCtx, d: FnDecl, written: readonly Arg[], trailing: NodeId, node: NodeId, receiver: boolean, isType: (a: Arg) => boolean): BoundArgs | null {
  const { params } = d;
  if (trailing === 0 && isInOrder(d, written)) return { args: written, rest: NO_REST, explicitTypes: false };
  const last = params[params.length - 1];
  const tail = last !== undefined && (last.mode === ParamMode.variadic || last.mode === ParamMode.pack);
  const fixed = tail ? params.length - 1 : params.length;
  if (written.some((a) => a.val?.k === VK.poison)) return null;
  const given = expandArrays(f, written, last?.mode === ParamMode.variadic ? params.length : 0);
  const explicitTypes = typesAreExplicit(d, given, isType);
  const args: (Arg | null)[] = new Array<Arg | null>(params.length).fill(null);
  const rest: Arg[] = [];
  const order: number[] = [];
  for (let i = 0; i < fixed; i++) if (params[i]!.mode !== ParamMode.type || explicitTypes) order.push(i);
  let at = 0;
  let named = false;
  const spread = written.some((a) => a.spread || f.tree.kindOf(a.node) === Node.Spread);
  let extra = 0;
  for (const a of given) {
    if (a.name !== 0) {
      named = true;
      if (spread) {
        errorAt(f, 'NAMED-ARGS', a.node, 'a spread argument cannot be combined with named arguments');
        return null;
      }
      if (!bindNamed(f, d, a, args, node)) return null;
      continue;
    }
    if (named) {
      errorAt(f, 'NAMED-ARGS', a.node, 'positional argument after a named argument');
      return null;
    }
    if (a.spread && !tail) {
      errorAt(f, 'SPREAD', a.node, `cannot spread this value into '${d.display}': a slice has no statically-known length`).help('spread a tuple, or pass the elements');
      return null;
    }
    if (at < order.length && !(a.spread && tail)) args[order[at++]!] = a;
    else if (tail) rest.push(a);
    else extra++;
  }
  if (extra > 0) {
    arity(f, d, given.length, node, receiver);
    return null;
  }
  if (trailing !== 0 && !bindTrailing(f, d, trailing, args, given)) return null;
  const missing: string[] = [];
  for (let i = 0; i < fixed; i++) {
    const p = params[i]!;
    if (args[i] !== null || p.default !== 0) continue;
    if (p.mode === ParamMode.type) continue;
    missing.push(f.c.text(p.name));
  }
  if (missing.length > 0) {
    if (named) errorAt(f, 'NAMED-ARGS', node, `call to '${d.display}' is missing required parameter(s) ${missing.map((m) => `'${m}'`).join(', ')}`);
    else arity(f, d, given.length + (trailing !== 0 ? 1 : 0), node, receiver);
    return null;
  }
  return { args, rest, explicitTypes };
}

/** Reference 7.2.1: type slots are filled by position when the arguments at their places are types. */
function typesAreExplicit(d: FnDecl, given: readonly Arg[], isType: (a: Arg) => boolean): boolean {
  let any = false;
  for (let i = 0; i < d.params.length; i++) {
    if (d.params[i]!.mode !== ParamMode.type) continue;
    const a = given[i];
    if (a === undefined || a.name !== 0 || !isType(a)) return false;
    any = true;
  }
  return any;
}

function bindNamed(f: FnCtx, d: FnDecl, a: Arg, args: (Arg | null)[], node: NodeId): boolean {
  const text = f.c.text(a.name);
  const i = d.params.findIndex((p) => p.name === a.name);
  if (i < 0) {
    const e = errorAt(f, 'NAMED-ARGS', a.named ?? a.node, `'${d.display}' has no parameter named '${text}'`);
    const near = closest(text, d.params.map((p) => f.c.text(p.name)));
    if (near !== null) e.help(`did you mean '${near}'?`);
    return false;
  }
  const p = d.params[i]!;
  if (p.mode === ParamMode.variadic || p.mode === ParamMode.pack) {
    errorAt(f, 'NAMED-ARGS', a.named ?? a.node, `variadic parameter '${text}' cannot be bound by name`);
    return false;
  }
  if (p.mode === ParamMode.type || p.mode === ParamMode.constant) {
    errorAt(f, 'NAMED-ARGS', a.named ?? a.node, `comptime parameter '$${text}' cannot be bound by name`);
    return false;
  }
  const old = args[i];
  if (old !== null && old !== undefined) {
    if (old.val !== null && i === 0 && old.name === 0) errorAt(f, 'NAMED-ARGS', a.named ?? a.node, `parameter '${text}' is already bound by the receiver`);
    else errorAt(f, 'NAMED-ARGS', a.named ?? a.node, `parameter '${text}' is bound more than once`);
    return false;
  }
  void node;
  args[i] = a;
  return true;
}

function bindTrailing(f: FnCtx, d: FnDecl, trailing: NodeId, args: (Arg | null)[], given: readonly Arg[]): boolean {
  const i = d.params.length - 1;
  const p = d.params[i];
  const reject = (why: string): boolean => {
    errorAt(f, 'TRAILING-BLOCK', trailing, `'${d.display}' cannot take a trailing block: ${why}`);
    return false;
  };
  if (p === undefined) return reject('it has no parameters');
  const name = f.c.text(p.name);
  if (p.mode === ParamMode.variadic || p.mode === ParamMode.pack) return reject(`its last parameter '${name}' is variadic`);
  const type = p.type;
  const { tree } = d;
  let t = type;
  if (t !== 0 && tree.kindOf(t) === Node.TypeOptional) t = tree.a[t]!;
  if (t !== 0 && tree.kindOf(t) === Node.TypeClosure && tree.listCount(tree.a[t]!) > 0) {
    const spreadOnly = tree.kindOf(tree.listAt(tree.a[t]!, 0)) === Node.TypeSpread;
    if (!spreadOnly) {
      errorAt(f, 'TRAILING-BLOCK', trailing, `'${d.display}' expects a parameterized closure for '${name}': a trailing block takes no parameters`);
      return false;
    }
  } else if (t === 0 || !mayBeClosure(f, d, t)) {
    return reject(`its last parameter '${name}' is not a \`Closure\``);
  }
  if (args[i] !== null && args[i] !== undefined) {
    const how = args[i]!.name !== 0 ? 'a named argument' : 'a positional argument';
    errorAt(f, 'TRAILING-BLOCK', trailing, `parameter '${name}' is bound both by ${how} and by the trailing block`);
    return false;
  }
  void given;
  args[i] = plainArg(trailing);
  return true;
}

/** A type that is a closure by its syntax, or a name that may stand for one. */
function mayBeClosure(f: FnCtx, d: FnDecl, t: NodeId): boolean {
  const kind = d.tree.kindOf(t);
  if (kind === Node.TypeName) return primitiveType(f.c, d.tree.a[t]!) === 0;
  return kind === Node.TypeClosure || kind === Node.TypePath;
}

function arity(f: FnCtx, d: FnDecl, given: number, node: NodeId, receiver: boolean): void {
  const counted = d.params;
  const skip = receiver ? 1 : 0;
  const tail = counted.some((p) => p.mode === ParamMode.variadic || p.mode === ParamMode.pack);
  const max = counted.filter((p) => p.mode !== ParamMode.variadic && p.mode !== ParamMode.pack).length - skip;
  const min = counted.filter((p) => p.mode !== ParamMode.variadic && p.mode !== ParamMode.pack && p.default === 0).length - skip;
  const expects = tail ? `at least ${min}` : min === max ? String(max) : `between ${min} and ${max}`;
  const n = given - skip;
  // The types may be left out, all of them or none (reference 7.2.1).
  const slots = counted.filter((p) => p.mode === ParamMode.type).length;
  const without = slots === 0 || tail ? '' : ` (${min - slots} without its ${slots === 1 ? 'type' : 'types'})`;
  errorAt(f, 'ARITY', node, `'${d.display}' expects ${expects} argument(s)${without}, but ${n} ${n === 1 ? 'was' : 'were'} given`);
}


