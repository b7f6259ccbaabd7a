// Takes the head of a generic struct, protocol or type function and its arguments; gives the instance (same arguments, same type).
import type { NodeId } from '../base/ids.ts';
import { Node, ParamFlag, ParamRec } from '../parse/node.ts';
import { irIsInt } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { argSlot, OTHER, rangeText } from './coerce.ts';
import { evalNow } from './comptime_eval.ts';
import { constValueOf, intOf } from './const_count.ts';
import { Env } from './env.ts';
import { FnCtx } from './fn_ctx.ts';
import { lookupIdent, lookupPath } from './names.ts';
import { declareType, endlessFamily } from './nominal.ts';
import type { TypeHead } from './nominal_decl.ts';
import { errorAt } from './report.ts';
import { noteName } from './semantics.ts';
import { asType, spreadTypes, typeExpr } from './type_expr.ts';
import { constVal, Val, VK } from './val.ts';
import { wrapInt } from './value.ts';

/** The generic head that a node names, null when it names something else. */
export function headOf(f: FnCtx, node: NodeId): TypeHead | null {
  const { tree } = f;
  const kind = tree.kindOf(node);
  let v: Val | null = null;
  if (kind === Node.TypeName || kind === Node.Ident) {
    noteName(f, node, true);
    v = lookupIdent(f, tree.a[node]!, 'type', 0);
  } else if (kind === Node.TypePath || kind === Node.Member) {
    f.c.sink.mute();
    v = lookupPath(f, node);
    f.c.sink.unmute();
  }
  if (v === null) return null;
  if (v.k === VK.head) return v.head;
  // Inside a struct the bare name is the instance, but `Name(args)` is still the head.
  if (v.k === VK.type) {
    const head = f.c.typeDecls.get(v.cv as number)?.head;
    return head !== undefined && head !== null && head.generic ? head : null;
  }
  return null;
}

/** `given` null: the arguments are those of the TypeApply/Call node. */
export function applyHead(f: FnCtx, head: TypeHead, given: readonly Val[] | null, node: NodeId): TypeId {
  const { c } = f;
  const args = given ?? argVals(f, head, node);
  if (args === null) return c.types.poison;
  const env = bindParams(f, head, args, node);
  if (env === null) return c.types.poison;
  const flat = env.entries().map(([, v]) => v);
  const key = flat.map((v) => argKey(c, v)).join(';');
  c.generics.applications++;
  const known = head.instances.get(key);
  if (known !== undefined) return known;
  if (endlessFamily(f, node, head.name)) return c.types.poison;
  c.generics.types++;
  const name = `${head.name}__${flat.map((v) => argText(c, v)).join('_')}`;
  const t = declareType(c, head, name, env, flat);
  c.types.info(t).head = head.id;
  head.instances.set(key, t);
  return t;
}

/** Identity of a compile-time argument. */
/** Names a bound value: texts carry their length, so that values written one after the other read in one way only. */
export function argKey(c: FnCtx['c'], v: Val): string {
  if (v.k === VK.type) return `t${v.cv}`;
  if (v.k === VK.pack) return `p${v.elems!.map((e) => argKey(c, e)).join(',')}`;
  if (v.k === VK.const_) return v.cv instanceof Uint8Array ? `s${v.ty}:${v.cv.length}:${Buffer.from(v.cv.buffer, v.cv.byteOffset, v.cv.length).toString('latin1')}` : `c${v.ty}:${Object.is(v.cv, -0) ? '-0' : v.cv}`;
  if (v.k === VK.fn) return `f${v.fn!.id}`;
  if (v.k === VK.mem) return `m${v.ty}:${v.ref}`;
  if (v.k === VK.head) return `h${v.head!.id}`;
  return `?${v.k}:${v.ty}`;
}

export function argText(c: FnCtx['c'], v: Val): string {
  if (v.k === VK.type) return c.types.text(v.cv as number);
  if (v.k === VK.pack) return v.elems!.map((e) => argText(c, e)).join('_');
  if (v.k === VK.const_ && !(v.cv instanceof Uint8Array)) return String(v.cv);
  return 'x';
}

function params(head: TypeHead): Int32Array {
  return head.tree.list(head.tree.a[head.node]!);
}

function argVals(f: FnCtx, head: TypeHead, node: NodeId): Val[] | null {
  const { tree, c } = f;
  const out: Val[] = [];
  const ps = params(head);
  for (const a of tree.list(tree.b[node]!)) {
    const kind = tree.kindOf(a);
    if (kind === Node.TypeSpread || kind === Node.Spread) {
      for (const t of spreadTypes(f, tree.a[a]!)) out.push(c.typeVal(t));
      continue;
    }
    const p = ps[Math.min(out.length, ps.length - 1)];
    if (p === undefined || isTypeParam(head, p)) {
      const t = typeExpr(f, a);
      if (t === c.types.poison) return null;
      out.push(c.typeVal(t));
    } else {
      const v = kind === Node.TypeGeneric ? f.env?.get(tree.a[a]!) ?? null : valueArg(f, head, p, a);
      if (v === null) {
        errorAt(f, 'VALPARAM-CONST', a, `generic value parameter '${c.text(head.tree.a[p]!)}' must be a compile-time integer constant`);
        return null;
      }
      if (v.k === VK.poison) return null;
      out.push(v);
    }
  }
  return out;
}

/** A value argument; enum literals and the like type themselves from the parameter. */
function valueArg(f: FnCtx, head: TypeHead, p: NodeId, a: NodeId): Val | null {
  const { c } = f;
  const want = typeExpr(new FnCtx(c, head.file, head.tree, head.env), head.tree.b[p]!);
  if (c.types.isInt(want) || want === c.types.poison) return constValueOf(f, a);
  const name = head.tree.a[p]!;
  return evalNow(f, a, { label: `${head.name}.${c.text(name)}`, name, want, slot: argSlot(c.text(name)) });
}

/** Protocol parameters have no `$` and are always types when their kind says so. */
function isTypeParam(head: TypeHead, p: NodeId): boolean {
  const { tree } = head;
  if ((tree.flags[p]! & ParamFlag.variadic) !== 0) return true;
  const kind = tree.b[p]!;
  if (kind === 0 || tree.kindOf(kind) === Node.TypeConstrained) return true;
  if (tree.kindOf(kind) !== Node.TypeName) return false;
  const text = tree.text(kind);
  if (text === 'Type') return true;
  const f = new FnCtx(CURRENT.c, head.file, tree, head.env);
  const v = lookupIdent(f, tree.a[kind]!, 'type');
  return v !== null && ((v.k === VK.type && f.c.types.kind[v.cv as number] === Ty.protocol) || (v.k === VK.head && v.head!.tree.kindOf(v.head!.node) === Node.ProtocolDef));
}

/** isTypeParam needs the checker and is called from places that hold only a head. */
const CURRENT: { c: FnCtx['c'] } = { c: null as unknown as FnCtx['c'] };

export function useChecker(c: FnCtx['c']): void { CURRENT.c = c; }

/** Binds arguments to parameters: kinds, ranges and constraints checked. */
function bindParams(f: FnCtx, head: TypeHead, args: readonly Val[], node: NodeId): Env | null {
  const { c } = f;
  const { tree } = head;
  const env = new Env(head.env);
  const ps = params(head);
  let at = 0;
  for (const p of ps) {
    const name = tree.a[p]!;
    if ((tree.flags[p]! & ParamFlag.variadic) !== 0) {
      const pack = new Val(VK.pack, c.types.void, 0, 0);
      pack.elems = args.slice(at);
      pack.captureName = name;
      env.bind(name, pack);
      at = args.length;
      continue;
    }
    const arg = args[at++];
    if (arg === undefined) {
      const dflt = tree.rec(tree.c[p]!, ParamRec.default);
      if (dflt === 0) break;
      env.bind(name, evalNow(new FnCtx(c, head.file, tree, env), dflt, { label: c.text(name), name, want: 0, slot: OTHER }));
      at--;
      continue;
    }
    const v = bindOne(f, head, p, arg, env, node);
    if (v === null) return null;
    env.bind(name, v);
  }
  if (at !== args.length || (ps.length > args.length && args.length < required(head))) {
    errorAt(f, 'ARITY', node, `'${head.name}' expects ${ps.length} type argument(s), but ${args.length} ${args.length === 1 ? 'was' : 'were'} given`);
    return null;
  }
  return env;
}

function required(head: TypeHead): number {
  let n = 0;
  for (const p of params(head)) if ((head.tree.flags[p]! & ParamFlag.variadic) === 0 && head.tree.rec(head.tree.c[p]!, ParamRec.default) === 0) n++;
  return n;
}

function bindOne(f: FnCtx, head: TypeHead, p: NodeId, arg: Val, env: Env, node: NodeId): Val | null {
  const { c } = f;
  const { tree } = head;
  const kind = tree.b[p]!;
  const t = asType(f, arg);
  if (t !== 0) {
    if (kind !== 0) {
      const ok = checkConstraints(f, new FnCtx(c, head.file, tree, env), kind, t, node);
      if (!ok) return null;
    }
    return c.typeVal(t);
  }
  const g = new FnCtx(c, head.file, tree, env);
  const want = typeExpr(g, kind);
  return bindConstant(f, arg, want, c.text(tree.a[p]!), node);
}

/** A compile-time value argument as a constant of the parameter's type. */
export function bindConstant(f: FnCtx, arg: Val, want: TypeId, name: string, node: NodeId): Val | null {
  const { c } = f;
  const { types } = c;
  if (want === types.poison) return null;
  if (types.isInt(want)) {
    const n = intOf(f, arg);
    if (n === null) {
      errorAt(f, 'VALPARAM-CONST', node, `generic value parameter '${name}' must be a compile-time integer constant`);
      return null;
    }
    const wrapped = irIsInt(types.reg(want)) ? wrapInt(types.reg(want), n) : n;
    if (BigInt(wrapped) !== BigInt(n)) {
      errorAt(f, 'VALPARAM-RANGE', node, `value ${n} does not fit in ${types.text(want)} parameter ${name} ${rangeText(f, want)}`);
      return null;
    }
    const v = constVal(want, wrapped);
    v.captureName = c.names.intern(name);
    return v;
  }
  if (arg.k === VK.const_ && types.isFloat(want)) return constVal(want, Number(arg.cv));
  if (arg.k === VK.const_) {
    const v = constVal(want, arg.cv);
    v.captureName = c.names.intern(name);
    return v;
  }
  return arg;
}

/** `$T: Type/P/Q`, `$T: P`: every protocol must be implemented. */
export function checkConstraints(f: FnCtx, g: FnCtx, kind: NodeId, t: TypeId, node: NodeId): boolean {
  const { tree, c } = g;
  const protocols: NodeId[] = [];
  if (tree.kindOf(kind) === Node.TypeConstrained) {
    if (tree.text(tree.a[kind]!) !== 'Type') protocols.push(tree.a[kind]!);
    protocols.push(...tree.list(tree.b[kind]!));
  } else if (tree.kindOf(kind) === Node.TypeName && tree.text(kind) !== 'Type') protocols.push(kind);
  else if (tree.kindOf(kind) === Node.TypeApply || tree.kindOf(kind) === Node.TypePath) protocols.push(kind);
  else if (tree.kindOf(kind) === Node.TypeGeneric) protocols.push(...tree.list(tree.b[kind]!));
  for (const p of protocols) {
    const proto = typeExpr(g, p);
    if (proto === c.types.poison) return false;
    if (c.types.kind[proto] !== Ty.protocol || proto === t) continue;
    if (!c.impls.implements(t, proto)) {
      const d = errorAt(f, 'PROTO-NOIMPL', node, `${c.types.text(t)} does not implement ${c.types.text(proto)}`);
      const found = c.impls.find(proto, t);
      const problem = found === null ? null : c.impls.problemOf(found);
      if (problem !== null && problem.start !== 0) d.note(problem.start, problem.end, `'${c.types.text(t)}' does not implement protocol '${c.types.text(proto)}': ${problem.text}`);
      return false;
    }
  }
  return true;
}
