// Takes what the checker finds out about names and expressions; keeps it by tree and node, for editors. A build has no such table.
import type { NameId, NodeId, Pos } from '../base/ids.ts';
import { ContextExtendRec, Node, ParamRec } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';
import { lookupMember, lookupName } from '../resolve/lookup.ts';
import type { ModDecl } from '../resolve/module.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { isTypeDecl, sameTarget } from './decls.ts';
import type { FnCtx } from './fn_ctx.ts';
import type { FnDecl } from './fn_decl.ts';
import { genericPlace } from './generic_scope.ts';
import { typeCtx } from './nominal.ts';
import type { TypeDecl } from './nominal_decl.ts';
import { findMember } from './static_member.ts';
import { typeExpr } from './type_expr.ts';
import { type Val, VK } from './val.ts';

/** Columns by NodeId of one tree. */
export class TreeFacts {
  /** Where what the node's name denotes is declared: the position of its name; 0 = not known. */
  readonly target: Int32Array;
  /** Type of an expression's value; 0 = not looked at. */
  readonly type: Int32Array;
  /** Expressions that denote a type, a namespace, a generic head or a pack. */
  readonly denotes = new Map<NodeId, Val>();
  /** Functions by the Call nodes that call them. */
  readonly calls = new Map<NodeId, FnDecl>();

  /** `whole`: types of expressions are kept, too. */
  constructor(tree: Tree, readonly whole: boolean) {
    this.target = new Int32Array(tree.count);
    this.type = new Int32Array(tree.count);
  }
}

export class Semantics {
  /** Values of local names, by the position of the name that declares them. */
  readonly locals = new Map<Pos, Val>();
  private readonly byTree = new Map<Tree, TreeFacts>();
  private readonly owners = new Map<Tree, Map<NodeId, NodeId>>();

  /** Facts are kept of all trees; `wantsTypes` says of which also the types of expressions. */
  constructor(private readonly wantsTypes: (tree: Tree) => boolean) {}

  of(tree: Tree): TreeFacts {
    let facts = this.byTree.get(tree);
    if (facts === undefined) {
      facts = new TreeFacts(tree, this.wantsTypes(tree));
      this.byTree.set(tree, facts);
    }
    return facts;
  }

  trees(): IterableIterator<Tree> {
    return this.byTree.keys();
  }

  use(tree: Tree, node: NodeId, at: Pos): void {
    if (at !== 0) this.of(tree).target[node] = at;
  }

  value(tree: Tree, node: NodeId, v: Val): void {
    const facts = this.of(tree);
    if (v.k === VK.poison || !facts.whole) return;
    facts.type[node] = v.ty;
    if (v.k === VK.type || v.k === VK.ns || v.k === VK.head || v.k === VK.pack) facts.denotes.set(node, v);
  }

  /** The ConstDecl whose value `value` is (a Fn, a StructDef …); 0 = none. */
  ownerOf(tree: Tree, value: NodeId): NodeId {
    let owners = this.owners.get(tree);
    if (owners === undefined) {
      owners = new Map();
      for (let n = 1; n < tree.count; n++) if (tree.kindOf(n) === Node.ConstDecl) owners.set(tree.b[n]!, n);
      this.owners.set(tree, owners);
    }
    return owners.get(value) ?? 0;
  }

  fnPlace(d: FnDecl): Pos {
    const owner = this.ownerOf(d.tree, d.node);
    return owner === 0 ? 0 : d.tree.pos(owner);
  }
}

export const declPlace = (d: ModDecl): Pos => d.file.tree.pos(d.node);

/** Notes what a bare name denotes here; `types`: where a type is wanted, types count first. */
export function noteName(f: FnCtx, node: NodeId, types = false): void {
  const { semantics } = f.c;
  if (semantics !== null) semantics.use(f.tree, node, namePlace(f, node, f.tree.a[node]!, types));
}

function namePlace(f: FnCtx, node: NodeId, name: NameId, types: boolean): Pos {
  for (let g: FnCtx | null = f; g !== null; g = g.outer) {
    const local = g.find(name);
    if (local !== null) return local.pos;
  }
  const bound = f.env?.get(name) ?? null;
  if (bound !== null) {
    const generic = genericPlace(f.tree, node, name);
    if (generic !== 0) return generic;
    if (bound.k === VK.fn) return f.c.semantics!.fnPlace(bound.fn!);
    if (bound.k === VK.type) return typePlace(f.c, bound.cv as TypeId);
  }
  const found = types ? lookupName(f.file, name, isTypeDecl, sameTarget) : null;
  const any = found !== null && found.decl !== null ? found : lookupName(f.file, name, null, sameTarget);
  const d = any.decl ?? any.ambiguous?.[0] ?? null;
  return d === null ? 0 : declPlace(d);
}

/** Where a nominal type is declared. */
export function typePlace(c: Checker, t: TypeId): Pos {
  const d = c.typeDecls.get(t);
  if (d === undefined) return 0;
  const owner = c.semantics!.ownerOf(d.tree, d.node);
  return owner === 0 ? 0 : d.tree.pos(owner);
}

/** Notes what `base.name` denotes. */
export function noteMember(f: FnCtx, node: NodeId, base: Val, name: NameId): void {
  const { semantics } = f.c;
  if (semantics === null || base.k === VK.poison) return;
  if (base.k === VK.ns) {
    const d = lookupMember(base.unit!, name);
    if (d !== null) semantics.use(f.tree, node, declPlace(d));
  } else if (base.k === VK.head) semantics.use(f.tree, node, memberNode(base.head!.tree, base.head!.node, name));
  else noteMemberOf(f, node, base.k === VK.type ? (base.cv as TypeId) : base.ty, name);
}

/** Notes that a node names member `name` of type `t`: field, variant, method. */
export function noteMemberOf(f: FnCtx, node: NodeId, t: TypeId, name: NameId): void {
  const { semantics } = f.c;
  if (semantics === null) return;
  semantics.use(f.tree, node, memberPlace(f.c, t, name));
  if (t !== 0 && f.tree.kindOf(node) === Node.EnumLit) semantics.of(f.tree).type[node] = t;
}

/** Notes the fields that a literal of type `t` names. */
export function noteLiteral(f: FnCtx, node: NodeId, t: TypeId): void {
  if (f.c.semantics === null) return;
  for (const n of f.tree.list(f.tree.b[node]!)) if (f.tree.kindOf(n) === Node.NamedArg) noteMemberOf(f, n, t, f.tree.a[n]!);
}

/** Notes which function a call selects, and the parameters that it names. */
export function noteCall(f: FnCtx, call: NodeId, d: FnDecl): void {
  const { semantics } = f.c;
  const { tree } = f;
  if (semantics === null || tree.kindOf(call) !== Node.Call) return;
  const facts = semantics.of(tree);
  facts.calls.set(call, d);
  const callee = tree.a[call]!;
  // What the name itself denotes is known for all but ufcs functions.
  if (facts.target[callee] === 0) semantics.use(tree, callee, semantics.fnPlace(d));
  for (const n of tree.list(tree.b[call]!)) {
    const p = tree.kindOf(n) === Node.NamedArg ? d.params.find((x) => x.name === tree.a[n]) : undefined;
    if (p !== undefined) semantics.use(tree, n, paramPlace(d.tree, p.node));
  }
}

/** The position of a parameter's name. */
export function paramPlace(tree: Tree, param: NodeId): Pos {
  return tree.posOf(tree.rec(tree.c[param]!, ParamRec.nameOffset));
}

/** Where member `name` of a type is declared: in the type, by an impl, or in what it uses; 0 = nowhere. */
export function memberPlace(c: Checker, t0: TypeId, name: NameId): Pos {
  const { types } = c;
  let t = t0;
  while (types.kind[t] === Ty.ptr || types.kind[t] === Ty.optional) t = types.a[t]!;
  if (t === c.contextType && t !== 0) return contextPlace(c, name);
  const d = c.typeDecls.get(t);
  const own = d === undefined ? 0 : memberNode(d.tree, d.node, name);
  if (own !== 0) return own;
  const member = findMember(c, t, name) ?? d?.setters.get(name) ?? null;
  // Methods of impls have no node of their own.
  if (member !== null) return member.node !== 0 ? member.tree.pos(member.node) : c.semantics!.fnPlace(member.fn!);
  return d === undefined ? 0 : usedPlace(c, d, name);
}

function contextPlace(c: Checker, name: NameId): Pos {
  for (const { tree, contextFields } of c.program.files) {
    for (const n of contextFields) if (tree.a[n] === name) return tree.posOf(tree.rec(tree.c[n]!, ContextExtendRec.nameOffset));
  }
  return 0;
}

/** A member written in a type's declaration. */
function memberNode(tree: Tree, type: NodeId, name: NameId): Pos {
  const kind = tree.kindOf(type);
  if (kind === Node.EnumDef && tree.b[type] !== 0 && tree.kindOf(tree.b[type]!) === Node.StructDef) {
    const layout = memberNode(tree, tree.b[type]!, name);
    if (layout !== 0) return layout;
  }
  const members = kind === Node.StructDef || kind === Node.ProtocolDef ? tree.b[type]! : kind === Node.EnumDef || kind === Node.UnionDef ? tree.a[type]! : 0;
  for (const m of members === 0 ? [] : tree.list(members)) {
    switch (tree.kindOf(m)) {
      case Node.ConstDecl: case Node.Variant:
        if (tree.a[m] === name) return tree.pos(m);
        break;
      case Node.Field: {
        const names = tree.list(tree.a[m]!);
        for (const n of names) if (tree.a[n] === name) return tree.pos(n);
        const promoted = names.length === 0 ? memberNode(tree, tree.b[m]!, name) : 0;
        if (promoted !== 0) return promoted;
        break;
      }
      default: break;
    }
  }
  return 0;
}

/** A field that comes with `#using`. */
function usedPlace(c: Checker, d: TypeDecl, name: NameId): Pos {
  if (d.tree.kindOf(d.node) !== Node.StructDef) return 0;
  for (const m of d.tree.list(d.tree.b[d.node]!)) {
    if (d.tree.kindOf(m) !== Node.Using) continue;
    c.sink.mute();
    const t = typeExpr(typeCtx(c, d), d.tree.a[m]!);
    c.sink.unmute();
    const at = t === c.types.poison || t === d.type ? 0 : memberPlace(c, t, name);
    if (at !== 0) return at;
  }
  return 0;
}
