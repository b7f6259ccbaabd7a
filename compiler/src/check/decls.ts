// Takes a file-level declaration; gives its value, resolved on first use and memoised: functions, types, constants, aliases, globals.
import type { NameId, NodeId } from '../base/ids.ts';
import { Linkage } from '../ir/module.ts';
import { ExternRec, FnFlag, Node } from '../parse/node.ts';
import { stringValue } from '../parse/string_value.ts';
import type { Tree } from '../parse/tree.ts';
import { DeclKind, type ModDecl, type ModFile } from '../resolve/module.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { evalConstant } from './const_decl.ts';
import type { Env } from './env.ts';
import { FnCtx } from './fn_ctx.ts';
import { makeFnDecl } from './fn_sig.ts';
import { globalVar } from './global_var.ts';
import { targetConstant } from './target_const.ts';
import { declareError, declareHead, declareProtocol } from './nominal.ts';
import { lookupFileName, sameVal } from './names.ts';
import { errorAt } from './report.ts';
import { noteName } from './semantics.ts';
import { typeExpr } from './type_expr.ts';
import { placeVal, Val, VK } from './val.ts';

const enum State { none, busy, done }

interface Facts {
  state: State;
  val: Val;
}

function facts(d: ModDecl): Facts {
  if (d.facts === null) d.facts = { state: State.none, val: null as unknown as Val } satisfies Facts;
  return d.facts as Facts;
}

/** Whether a declaration is a type by its syntax (aliases count by what they end at only when resolved). */
export function isTypeDecl(d: ModDecl): boolean {
  if (d.kind !== DeclKind.const_) return false;
  const known = facts(d);
  if (known.state === State.done) return known.val.k === VK.type || known.val.k === VK.head;
  switch (d.file.tree.kindOf(d.file.tree.b[d.node]!)) {
    case Node.StructDef: case Node.EnumDef: case Node.UnionDef: case Node.ErrorDef: case Node.ProtocolDef:
    case Node.TypePtr: case Node.TypeSlice: case Node.TypeArray: case Node.TypeOptional: case Node.TypeFn: case Node.TypeClosure: case Node.TypeTuple: case Node.TypeManyPtr:
    case Node.Ident: case Node.Member: case Node.Call:
      return true;
    default: return false;
  }
}

/** One thing reached twice: the same declaration, or extern bindings of one C symbol. */
export function sameTarget(a: ModDecl, b: ModDecl): boolean {
  if (a === b) return true;
  const sa = externSymbol(a);
  return sa !== null && sa === externSymbol(b);
}

function externSymbol(d: ModDecl): string | null {
  const { tree } = d.file;
  if (d.kind !== DeclKind.const_) return null;
  const fn = tree.b[d.node]!;
  if (tree.kindOf(fn) !== Node.Fn || (tree.flags[fn]! & FnFlag.extern) === 0) return null;
  return String(d.name);
}

/** Whether the declaration's value is being worked out right now. */
export const isBeingMade = (d: ModDecl): boolean => facts(d).state === State.busy;

export function declVal(c: Checker, d: ModDecl): Val {
  const x = facts(d);
  if (x.state === State.done) return x.val;
  if (x.state === State.busy) return cycle(c, d, x);
  x.state = State.busy;
  c.active.push(d);
  const v = resolve(c, d, x);
  c.active.pop();
  if (x.state as State !== State.done) {
    x.val = v;
    x.state = State.done;
  }
  return x.val;
}


function cycle(c: Checker, d: ModDecl, x: Facts): Val {
  const from = c.active.indexOf(d);
  const chain = [...c.active.slice(from), d].map((m) => c.text(m.name)).join(' -> ');
  const first = d;
  const { tree } = first.file;
  c.sink.error('ALIAS-CYCLE', tree.pos(first.node), tree.posOf(tree.nameEnd(tree.start[first.node]!)), `alias cycle: ${chain}`);
  x.val = new Val(VK.poison, c.types.poison, 0, 0);
  x.state = State.done;
  return x.val;
}

function setEarly(x: Facts, v: Val): Val {
  x.val = v;
  x.state = State.done;
  return v;
}

function resolve(c: Checker, d: ModDecl, x: Facts): Val {
  switch (d.kind) {
    case DeclKind.namespace: {
      const v = new Val(VK.ns, c.types.void, 0, 0);
      v.unit = d.unit;
      return v;
    }
    case DeclKind.library: return new Val(VK.void, c.types.void, 0, 0);
    case DeclKind.var_: return (d.file.path.endsWith('std/target.sx') ? targetConstant(c, d.name) : null) ?? globalVar(c, d, (place) => setEarly(x, place));
    case DeclKind.extern_: return externGlobal(c, d);
    default: return constantVal(c, d, x);
  }
}

function externGlobal(c: Checker, d: ModDecl): Val {
  const { tree } = d.file;
  const f = new FnCtx(c, d.file, tree, null);
  const type = typeExpr(f, tree.b[d.node]!);
  const rec = tree.c[d.node]!;
  const symbolNode = tree.rec(rec, ExternRec.symbol);
  let name = symbolNode === 0 ? c.text(d.name) : new TextDecoder().decode(stringValue(tree, symbolNode));
  if (name === '__stdinp' || name === '__stdoutp' || name === '__stderrp') name = name.slice(2, -1);
  const existing = c.module.globals.find((g) => g !== null && g.name === name && g.linkage === Linkage.extern);
  const g = existing ?? c.module.addGlobal({
    name, type, size: type === c.types.poison ? 8 : c.types.size(type), align: c.types.align(type), bytes: null, relocs: [], mutable: true, linkage: Linkage.extern,
    threadLocal: false, pos: tree.pos(d.node), display: c.text(d.name),
  });
  return placeVal(type, c.module.globalAddr(g.id));
}

function constantVal(c: Checker, d: ModDecl, x: Facts): Val {
  const f = new FnCtx(c, d.file, d.file.tree, null);
  const v = namedValue(f, d.name, d.node, (early) => setEarly(x, early));
  if (v !== null) return v;
  return evalConstant(f, d.name, d.node);
}

/** Functions, nominal types and aliases of `name :: value`; null = the value is a constant expression. Used for locals and members too. */
export function namedValue(f: FnCtx, name: NameId, node: NodeId, early: (v: Val) => void, owner: TypeId = 0, ownerName = ''): Val | null {
  const { c, tree } = f;
  const value = tree.b[node]!;
  switch (tree.kindOf(value)) {
    case Node.Fn: {
      const display = ownerName === '' ? c.text(name) : `${ownerName}.${c.text(name)}`;
      return fnVal(f, makeFnDecl(f, name, value, display, owner));
    }
    case Node.UfcsAlias: return ufcsAlias(f, name, value);
    case Node.StructDef: case Node.EnumDef: case Node.UnionDef: return declareHead(f, c.text(name), value, early);
    case Node.ErrorDef: return declareError(f, c.text(name), value);
    case Node.ProtocolDef: return declareProtocol(f, c.text(name), value, early);
    case Node.Intrinsic: return new Val(VK.void, c.types.void, 0, 0);
    case Node.RuntimeClass:
      errorAt(f, 'UNSUPPORTED', value, 'Objective-C, Java and Swift classes are not available on this target');
      return new Val(VK.poison, c.types.poison, 0, 0);
    default: return null;
  }
}

export function fnVal(f: FnCtx, decl: import('./fn_decl.ts').FnDecl): Val {
  const v = new Val(VK.fn, f.c.types.poison, 0, 0);
  v.fn = decl;
  return v;
}

function ufcsAlias(f: FnCtx, name: NameId, value: NodeId): Val {
  const target = f.tree.a[value]!;
  noteName(f, target);
  const v = f.env?.get(f.tree.a[target]!) ?? lookupFileName(f, f.tree.a[target]!, 'call', target);
  if (v === null || v.k !== VK.fn) {
    if (!f.lookupReported) errorAt(f, 'UNRESOLVED', target, `unresolved '${f.tree.text(target)}': '${f.c.text(name)}' must name a function`);
    return new Val(VK.poison, f.c.types.poison, 0, 0);
  }
  const out = new Val(VK.fn, v.ty, 0, 0);
  out.fn = { ...v.fn!, ufcs: true };
  return out;
}

export interface DeclSite {
  readonly file: ModFile;
  readonly tree: Tree;
  readonly env: Env | null;
}

export const isErrorSet = (c: Checker, t: TypeId): boolean => c.types.kind[t] === Ty.errset;
export { sameVal };
