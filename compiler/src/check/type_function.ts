// Calls of functions that return `Type`: evaluated at compile time when the arguments allow, memoised by instance (reference 7.4, 11.8).
import type { NameId, NodeId } from '../base/ids.ts';
import type { Nominal, TypeId } from '../types/types.ts';
import { FnFlag, Node } from '../parse/node.ts';
import { argText } from './apply_type.ts';
import type { Checker } from './checker.ts';
import { finishEval, openThunk } from './comptime_eval.ts';
import { OTHER } from './coerce.ts';
import { Env } from './env.ts';
import { emitCall } from './fn.ts';
import { FnCtx } from './fn_ctx.ts';
import type { FnDecl, FnInst } from './fn_decl.ts';
import { declareType, endlessFamily, makeHead } from './nominal.ts';
import { typeExpr } from './type_expr.ts';
import { errorAt } from './report.ts';
import { memVal, type Val, VK } from './val.ts';
import { newSlot, poison } from './value.ts';
import { isTypeNode } from './const_decl.ts';

const memo = new WeakMap<FnInst, Val>();

/** Type functions within each other: those of a program are few. */
const MAX_DEPTH = 200;

/** The type value of a call; null when its arguments are only known at run time (an ordinary call then). */
export function typeFunctionResult(f: FnCtx, d: FnDecl, inst: FnInst, args: readonly Val[], node: NodeId): Val | null {
  if (args.some((a) => a.k !== VK.const_ && a.k !== VK.type)) return null;
  const simple = args.every((a, i) => isStandIn(f, inst, a, i));
  if (simple) {
    const known = memo.get(inst);
    if (known !== undefined) return known;
  }
  if (f.c.typeDepth >= MAX_DEPTH) {
    errorAt(f, 'NESTING', node, `calls of '${f.c.text(d.name)}' nest too deeply (more than ${MAX_DEPTH} levels): each asks for the next`);
    return poison(f);
  }
  f.c.typeDepth++;
  const v = (simple ? directType(f, d, inst, node) : null) ?? evaluate(f, inst, args, node);
  f.c.typeDepth--;
  if (simple && v.k === VK.type) {
    renameMinted(f, d, inst, Number(v.cv));
    memo.set(inst, v);
  }
  return v;
}

/** The compile-time arguments of an instance; the environment of a function that takes none is that of its surroundings. */
function instanceArgs(d: FnDecl, inst: FnInst): readonly Val[] { return d.generic ? inst.env!.entries().map(([, v]) => v) : []; }

const instanceName = (f: FnCtx, d: FnDecl, args: readonly Val[]): string => [f.c.text(d.name), args.map((v) => argText(f.c, v)).join('_')].join(args.length === 0 ? '' : '__');

/** What a generic type function mints is named after the instance. It, and what a nested one mints, is no slot any more: the next instance declares its own (11.8). */
function renameMinted(f: FnCtx, d: FnDecl, inst: FnInst, t: TypeId): void {
  const n = f.c.types.nominals[t];
  if (inst.env === null || n === null || n === undefined || !n.complete || f.c.minted.get(n.name) !== t) return;
  f.c.minted.delete(n.name);
  const args = instanceArgs(d, inst);
  if (args.length > 0) n.name = instanceName(f, d, args);
  f.c.minted.set(`\0${t}`, t);
}

const bound = new WeakSet<Nominal>();

/** A struct, enum or union written in a type function's body is called what it is bound to first (reference 7.4). */
export function nameMade(c: Checker, t: TypeId, name: NameId): void {
  const n = c.types.nominals[t];
  if (n === null || n === undefined || c.typeDecls.get(t)?.head?.maker == null || bound.has(n)) return;
  bound.add(n);
  n.name = c.text(name);
}

/** A type given for `x: $T`: only its `T` matters. */
function isStandIn(f: FnCtx, inst: FnInst, a: Val, i: number): boolean {
  return a.k === VK.type && inst.params[i] === a.cv && inst.params[i] !== f.c.types.type;
}

/** `=> type` and `{ return type; }` bodies need no evaluation. */
function directType(f: FnCtx, d: FnDecl, inst: FnInst, node: NodeId): Val | null {
  const { tree } = d;
  let body = tree.b[d.node]!;
  if (body === 0) return null;
  if ((tree.flags[d.node]! & FnFlag.arrow) === 0 || tree.kindOf(body) === Node.Block) {
    if (tree.kindOf(body) !== Node.Block) return null;
    const list = tree.list(tree.a[body]!);
    if (list.length === 0 && tree.b[body] !== 0) body = tree.b[body]!;
    else if (list.length === 1 && tree.b[body] === 0 && tree.kindOf(list[0]!) === Node.Return) {
      const items = tree.list(tree.a[list[0]!]!);
      if (items.length !== 1) return null;
      body = items[0]!;
    } else return null;
  }
  const kind = tree.kindOf(body);
  const g = new FnCtx(f.c, d.file, tree, inst.env);
  if (kind === Node.StructDef || kind === Node.EnumDef || kind === Node.UnionDef) {
    if (endlessFamily(f, node, f.c.text(d.name))) return poison(f);
    const args = instanceArgs(d, inst);
    const head = makeHead(g, f.c.text(d.name), body, false, d);
    return f.c.typeVal(declareType(f.c, head, instanceName(f, d, args), new Env(inst.env), args));
  }
  if (!isTypeNode(kind) && kind !== Node.AddrOf) return null;
  const t = typeExpr(g, body);
  return t === f.c.types.poison ? poison(f) : f.c.typeVal(t);
}

function evaluate(f: FnCtx, inst: FnInst, args: readonly Val[], node: NodeId): Val {
  const errors = f.c.sink.errorCount;
  const t = openThunk(f, f.env);
  t.f.b.at = f.pos(node);
  const v = emitCall(t.f, inst, args.map((a, i) => (isStandIn(f, inst, a, i) ? memVal(inst.params[i]!, newSlot(t.f, inst.params[i]!)) : a)), 0);
  return finishEval(f, t, v, node, { label: inst.display, name: 0, want: 0, slot: OTHER }, errors);
}
