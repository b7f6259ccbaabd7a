// Takes a type as written (in type or expression position); gives its TypeId, poison after a report.
import type { NameId, NodeId } from '../base/ids.ts';
import { explainRefused } from './c_refused.ts';
import { FnFlag, Node } from '../parse/node.ts';
import { FN_C, Ty, type TypeId } from '../types/types.ts';
import { applyHead, headOf } from './apply_type.ts';
import { plainArg, valArg } from './call_args.ts';
import { callExpr } from './callee.ts';
import { callDecl } from './check_call.ts';
import { constCount } from './const_count.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { lookupIdent, lookupPath } from './names.ts';
import { anonymousEnum, anonymousStruct, anonymousUnion } from './nominal.ts';
import { preDeclared } from './type_table.ts';
import { primitiveType } from './primitive.ts';
import { errorAt, rejectDuplicates } from './report.ts';
import { noteName } from './semantics.ts';
import { type Val, VK } from './val.ts';

/** Kinds that are types by their syntax alone: everything else in an expression is a value or no expression at all. */
export const TYPE_SYNTAX: ReadonlySet<Node> = new Set([
  Node.TypeApply, Node.TypePtr, Node.TypeManyPtr, Node.TypeSlice, Node.TypeSentinel, Node.TypeArray, Node.TypeOptional, Node.TypeFn, Node.TypeClosure,
  Node.TypeTuple, Node.TypeNamed, Node.TypeGeneric, Node.TypePackIndex, Node.TypeFail, Node.TypeMulti, Node.TypeUnit, Node.TypeGroup, Node.TypeConstrained,
  Node.StructDef, Node.UnionDef, Node.EnumDef, Node.Error, Node.TypeName, Node.TypePath,
]);

export function typeExpr(f: FnCtx, node: NodeId): TypeId {
  const { types } = f.c;
  const { tree } = f;
  switch (tree.kindOf(node)) {
    case Node.TypeName: return typeByName(f, node, tree.a[node]!, (tree.flags[node]! & 2) !== 0);
    case Node.Ident: return typeByName(f, node, tree.a[node]!, (tree.flags[node]! & 2) !== 0);
    case Node.TypePath: case Node.Member: {
      const v = lookupPath(f, node);
      return v === null ? types.poison : typeOfVal(f, v, node);
    }
    case Node.TypeApply: case Node.Call: return applyType(f, node);
    case Node.TypePtr: return types.ptr(typeExpr(f, tree.a[node]!));
    case Node.AddrOf: return types.ptr(typeExpr(f, tree.a[node]!));
    case Node.TypeManyPtr: return types.manyPtr(typeExpr(f, tree.a[node]!));
    case Node.TypeSlice: return types.slice(typeExpr(f, tree.a[node]!));
    case Node.TypeSentinel: return types.string;
    case Node.TypeArray: {
      const n = constCount(f, tree.b[node]!, 'dimension');
      const elem = typeExpr(f, tree.a[node]!);
      return n < 0 || elem === types.poison ? types.poison : types.array(elem, n);
    }
    case Node.TypeOptional: return types.optional(typeExpr(f, tree.a[node]!));
    case Node.TypeFn: {
      const abi = (tree.flags[node]! & FnFlag.abiC) !== 0 ? FN_C : 0;
      return types.fn(typeList(f, tree.a[node]!).types, resultType(f, tree.b[node]!), abi);
    }
    case Node.TypeClosure: {
      const result = tree.b[node]!;
      return types.closure(typeList(f, tree.a[node]!).types, result === 0 ? types.void : resultType(f, result));
    }
    case Node.TypeTuple: {
      const list = typeList(f, tree.a[node]!);
      rejectDuplicates(f, [...tree.list(tree.a[node]!)].filter((n) => tree.kindOf(n) === Node.TypeNamed), 'element');
      if (list.types.includes(types.poison)) return types.poison;
      return types.tuple(list.types, list.names);
    }
    case Node.TypeNamed: return typeExpr(f, tree.b[node]!);
    case Node.TypeGeneric: return genericName(f, node);
    case Node.TypePackIndex: return packElement(f, node);
    case Node.TypeFail: return errorChannel(f, node);
    case Node.TypeMulti:
      errorAt(f, 'NOT-A-TYPE', node, 'a multi-return signature is only a result type; a value of several parts is a `Tuple(…)`');
      return types.poison;
    case Node.TypeUnit: return types.void;
    case Node.TypeGroup: case Node.Paren: return typeExpr(f, tree.a[node]!);
    case Node.TypeConstrained: return typeExpr(f, tree.a[node]!);
    case Node.StructDef: return anonymousStruct(f, node);
    case Node.UnionDef: return anonymousUnion(f, node);
    case Node.EnumDef: return anonymousEnum(f, node);
    case Node.Error: return types.poison;
    default: {
      const v = expr(f, node, 0, 0);
      return typeOfVal(f, v, node);
    }
  }
}

/** The result type of a signature: also multi-returns and error channels. */
export function resultType(f: FnCtx, node: NodeId): TypeId {
  const { types } = f.c;
  const { tree } = f;
  if (tree.kindOf(node) !== Node.TypeMulti) return typeExpr(f, node);
  const elems: TypeId[] = [];
  const names: string[] = [];
  let failable = false;
  const once = rejectDuplicates(f, tree.list(tree.a[node]!), 'result');
  for (const slot of tree.list(tree.a[node]!)) {
    const t = tree.b[slot]!;
    if (tree.kindOf(t) === Node.TypeFail) failable = true;
    elems.push(typeExpr(f, t));
    names.push(tree.a[slot] === 0 ? '' : f.c.text(tree.a[slot]!));
  }
  if (!once || elems.includes(types.poison)) return types.poison;
  if (elems.length === 1) return elems[0]!;
  return types.tuple(elems, names, failable);
}

function errorChannel(f: FnCtx, node: NodeId): TypeId {
  const { types } = f.c;
  const set = f.tree.a[node]!;
  if (set === 0) return types.anyError;
  const before = f.c.sink.errorCount;
  if (f.tree.kindOf(set) === Node.TypeName && isUnknown(f, set)) {
    explainRefused(f, errorAt(f, 'ERRSET-UNKNOWN', set, `unknown error set '${f.tree.text(set)}'`), f.tree.a[set]!);
    return types.poison;
  }
  const t = typeExpr(f, set);
  if (t === types.poison) return t;
  if (types.kind[t] !== Ty.errset) {
    if (f.c.sink.errorCount === before) errorAt(f, 'ERRSET-UNKNOWN', set, `'${f.tree.text(set)}' is not an error set`);
    return types.poison;
  }
  return t;
}

/** Whether a name denotes nothing here, so that no other report says what is wrong with it. */
function isUnknown(f: FnCtx, node: NodeId): boolean {
  const name = f.tree.a[node]!;
  return primitiveType(f.c, name) === 0 && lookupIdent(f, name, 'type', node) === null && !f.lookupReported && preDeclared(f.c, f.tree, name) === 0;
}

interface TypeList {
  readonly types: TypeId[];
  readonly names: string[];
}

/** Element types of a fn, closure or tuple type: spreads are expanded. */
export function typeList(f: FnCtx, list: number): TypeList {
  const out: TypeList = { types: [], names: [] };
  for (const n of f.tree.list(list)) {
    switch (f.tree.kindOf(n)) {
      case Node.TypeSpread: {
        for (const t of spreadTypes(f, f.tree.a[n]!)) {
          out.types.push(t);
          out.names.push('');
        }
        break;
      }
      case Node.TypeNamed:
        out.types.push(element(f, f.tree.b[n]!));
        out.names.push(f.c.text(f.tree.a[n]!));
        break;
      default:
        out.types.push(element(f, n));
        out.names.push('');
    }
  }
  return out;
}

function element(f: FnCtx, n: NodeId): TypeId {
  switch (f.tree.kindOf(n)) {
    case Node.Int: case Node.Float: case Node.Char: case Node.String: case Node.True: case Node.False:
      errorAt(f, 'TUPLE-ELEM', n, `tuple type element is not a type: '${f.tree.text(n)}' is a value`);
      return f.c.types.poison;
    default: return typeExpr(f, n);
  }
}

/** The types that `..X` stands for: a type pack, a projection of a pack, a function applied to a pack, a pack of values. */
export function spreadTypes(f: FnCtx, node: NodeId): TypeId[] {
  const { types } = f.c;
  const { tree } = f;
  const kind = tree.kindOf(node);
  if (kind === Node.TypeApply || kind === Node.Call) {
    // ..F(Ts): apply F to each type of the pack among its arguments.
    const args = tree.list(tree.b[node]!);
    for (const a of args) {
      const pack = packOf(f, a);
      if (pack === null) continue;
      const head = headOf(f, tree.a[node]!);
      if (head === null) return pack.elems!.map((e) => applyFunction(f, node, a, e.k === VK.type ? e : typeValOf(f, e)));
      return pack.elems!.map((e) => applyHead(f, head, [e.k === VK.type ? e : typeValOf(f, e)], node));
    }
    return [];
  }
  if (kind === Node.TypePath || kind === Node.Member) {
    const pack = packOf(f, tree.a[node]!);
    if (pack !== null) return projectTypes(f, pack, tree.b[node]!, node);
  }
  const pack = packOf(f, node);
  if (pack !== null) return pack.elems!.map((e) => (e.k === VK.type ? (e.cv as number) : e.ty));
  const t = typeExpr(f, node);
  if (types.kind[t] === Ty.tuple) return [...types.lists[t]!];
  if (t !== types.poison) errorAt(f, 'SPREAD', node, `cannot spread a value of type '${types.text(t)}'`);
  return [types.poison];
}

/** A type function applied to one element: `arg` is the argument that names the pack. */
function applyFunction(f: FnCtx, node: NodeId, arg: NodeId, e: Val): TypeId {
  const { tree } = f;
  const callee = tree.a[node]!;
  const kind = tree.kindOf(callee);
  const v = kind === Node.TypeName || kind === Node.Ident ? lookupIdent(f, tree.a[callee]!) : lookupPath(f, callee);
  if (v === null || v.k !== VK.fn) {
    errorAt(f, 'NOT-A-TYPE', callee, `expected a type, found a value '${tree.text(callee)}'`);
    return f.c.types.poison;
  }
  const args = [...tree.list(tree.b[node]!)].map((n) => (n === arg ? valArg(n, e) : plainArg(n)));
  return typeOfVal(f, callDecl(f, v.fn!, args, { node, trailing: 0, receiver: false, want: f.c.types.type, dst: 0 }), node);
}

function typeValOf(f: FnCtx, v: Val): Val {
  return f.c.typeVal(v.ty);
}

function packOf(f: FnCtx, node: NodeId): Val | null {
  const kind = f.tree.kindOf(node);
  if (kind === Node.TypeGeneric || kind === Node.TypeName || kind === Node.Ident) {
    const v = lookupIdent(f, f.tree.a[node]!);
    return v !== null && v.k === VK.pack ? v : null;
  }
  return null;
}

/** `xs.T` in type position: each element's argument for a type parameter of its protocol. */
function projectTypes(f: FnCtx, pack: Val, name: NameId, node: NodeId): TypeId[] {
  const out: TypeId[] = [];
  for (const e of pack.elems!) {
    const t = f.c.impls.protocolArgument(e.k === VK.type ? (e.cv as number) : e.ty, pack.only, name);
    if (t === 0) {
      errorAt(f, 'PACK-PROJECTION', node, `pack projection '${f.tree.text(node)}' has no type for an element of type '${f.c.typeText(e.k === VK.type ? (e.cv as number) : e.ty)}'`);
      return [f.c.types.poison];
    }
    out.push(t);
  }
  return out;
}

function genericName(f: FnCtx, node: NodeId): TypeId {
  const name = f.tree.a[node]!;
  noteName(f, node, true);
  const v = f.env?.get(name) ?? lookupIdent(f, name);
  if (v !== null && v.k === VK.type) return v.cv as number;
  errorAt(f, 'DOLLAR-USE', node, `'$${f.c.text(name)}' cannot be used here: \`$\` introduces a generic parameter only in its declaration`);
  return f.c.types.poison;
}

function packElement(f: FnCtx, node: NodeId): TypeId {
  const { types } = f.c;
  const name = f.tree.a[node]!;
  const pack = lookupIdent(f, name);
  if (pack === null || pack.k !== VK.pack) {
    errorAt(f, 'UNRESOLVED', node, `'${f.c.text(name)}' is not a pack`);
    return types.poison;
  }
  const i = constCount(f, f.tree.b[node]!, 'pack');
  if (i < 0) return types.poison;
  const elems = pack.elems!;
  if (i >= elems.length) {
    errorAt(f, 'PACK-INDEX', node, `pack index ${i} out of bounds: '${f.c.text(name)}' has ${elems.length} element${elems.length === 1 ? '' : 's'}`);
    return types.poison;
  }
  const e = elems[i]!;
  return e.k === VK.type ? (e.cv as number) : e.ty;
}

/** The type that heads a literal. An unknown one is reported with the whole literal as its place (reference 15.4). */
export function literalType(f: FnCtx, head: NodeId, literal: NodeId): TypeId {
  const { tree } = f;
  const kind = tree.kindOf(head);
  const named = kind === Node.Call ? tree.a[head]! : head;
  const isName = tree.kindOf(named) === Node.Ident || tree.kindOf(named) === Node.TypeName;
  const { Vector, Array: array } = f.c.known;
  if (!isName || (kind === Node.Call && (tree.a[named] === Vector || tree.a[named] === array || isTypeBuiltin(f.c.text(tree.a[named]!))))) return typeExpr(f, head);
  const name = tree.a[named]!;
  const known = f.find(name) !== null || ((tree.flags[named]! & 2) === 0 && primitiveType(f.c, name) !== 0) || lookupIdent(f, name, 'type', named) !== null;
  if (known || f.lookupReported || preDeclared(f.c, tree, name) !== 0) return typeExpr(f, head);
  explainRefused(f, errorAt(f, 'TYPE-UNKNOWN', literal, `unknown type '${f.c.text(name)}'`), name);
  return f.c.types.poison;
}

function typeByName(f: FnCtx, node: NodeId, name: NameId, raw: boolean): TypeId {
  const { types } = f.c;
  if (!raw) {
    const p = primitiveType(f.c, name);
    if (p !== 0) return p;
  }
  noteName(f, node, true);
  const v = lookupIdent(f, name, 'type', node);
  if (v === null) {
    const minted = f.lookupReported ? 0 : preDeclared(f.c, f.tree, name);
    if (minted !== 0) return minted;
    if (f.lookupReported) f.lookupReported = false;
    else explainRefused(f, errorAt(f, 'TYPE-UNKNOWN', node, `unknown type '${f.c.text(name)}'`), name);
    return types.poison;
  }
  return typeOfVal(f, v, node);
}

/** The type that a value denotes when it stands in type position. */
export function typeOfVal(f: FnCtx, v: Val, node: NodeId): TypeId {
  const { types } = f.c;
  switch (v.k) {
    case VK.type: return v.cv as number;
    case VK.poison: return types.poison;
    case VK.head: {
      if (!v.head!.generic && v.head!.instances.get('') !== undefined) return v.head!.instances.get('')!;
      errorAt(f, 'NOT-A-TYPE', node, `'${v.head!.name}' is generic: write its arguments, \`${v.head!.name}(…)\``);
      return types.poison;
    }
    case VK.const_:
      if (types.kind[v.ty] === Ty.type) return v.cv as number;
      break;
    case VK.reg: case VK.mem:
      if (v.ty === types.type) {
        errorAt(f, 'VALPARAM-AS-TYPE', node, `'${f.tree.text(node)}' is a value parameter, not a type`).help('a type parameter is written `$T: Type`');
        return types.poison;
      }
      break;
    default: break;
  }
  if (v.captureName !== 0 && f.env?.get(v.captureName) === v && types.isInt(v.ty)) {
    errorAt(f, 'VALPARAM-AS-TYPE', node, `'${f.c.text(v.captureName)}' is a value parameter, not a type`).help('a type parameter is written `$T: Type`');
    return types.poison;
  }
  errorAt(f, 'NOT-A-TYPE', node, `expected a type, found a value '${f.tree.text(node)}'`);
  return types.poison;
}

function applyType(f: FnCtx, node: NodeId): TypeId {
  const { types } = f.c;
  const { tree } = f;
  const headNode = tree.a[node]!;
  const kind = tree.kindOf(headNode);
  let name = 0;
  if (kind === Node.TypeName || kind === Node.Ident) name = tree.a[headNode]!;
  else if (kind === Node.TypePath || kind === Node.Member) name = tree.b[headNode]!;
  const { known } = f.c;
  if (name === known.Vector || name === known.Array) {
    const args = tree.list(tree.b[node]!);
    if (args.length !== 2) {
      errorAt(f, 'ARITY', node, `'${f.c.text(name)}' expects 2 arguments, but ${args.length} were given`);
      return types.poison;
    }
    const n = constCount(f, args[0]!, name === known.Vector ? 'lanes' : 'dimension');
    const elem = typeExpr(f, args[1]!);
    if (n < 0 || elem === types.poison) return types.poison;
    if (name === known.Vector && !types.isNumber(elem) && elem !== types.bool) {
      errorAt(f, 'VECTOR-ELEM', args[1]!, `the lanes of a vector are integers or floats, not '${types.text(elem)}'`);
      return types.poison;
    }
    return name === known.Vector ? types.vector(elem, n) : types.array(elem, n);
  }
  const head = headOf(f, headNode);
  if (head === null) {
    // A type function, or a builtin that answers a type: the node reads as a call.
    if (kind === Node.TypeName && lookupIdent(f, name, 'type') === null && !isTypeBuiltin(f.c.text(name))) {
      typeByName(f, headNode, name, false);
      return types.poison;
    }
    return typeOfVal(f, callExpr(f, node, types.type, 0), node);
  }
  return applyHead(f, head, null, node);
}

const TYPE_BUILTINS = new Set(['struct_field_type', 'variant_type', 'pointee_type', 'type_of', 'raw_pointer_to']);

const isTypeBuiltin = (name: string): boolean => TYPE_BUILTINS.has(name);

/** The type that value `v` denotes, 0 when it denotes none (no report). */
export function asType(f: FnCtx, v: Val): TypeId {
  if (v.k === VK.type) return v.cv as number;
  if (v.k === VK.const_ && f.c.types.kind[v.ty] === Ty.type) return v.cv as number;
  if (v.k === VK.head && !v.head!.generic) return v.head!.instances.get('') ?? 0;
  return 0;
}
