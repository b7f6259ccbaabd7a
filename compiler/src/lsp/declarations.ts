// Takes the tree of a file; gives the names that it declares and the names that it uses, with where each is written.
import type { NameId, NodeId } from '../base/ids.ts';
import { BindRec, ContextExtendRec, FnRec, Node, ParamFlag, ParamRec } from '../parse/node.ts';
import { forEachChild } from '../parse/node_shape.ts';
import type { Tree } from '../parse/tree.ts';

/** What a declared name is. */
export type DeclaredAs =
  | 'function' | 'struct' | 'enum' | 'interface' | 'type' | 'namespace' | 'constant' | 'alias' | 'variable' | 'parameter' | 'typeParameter'
  | 'field' | 'enumMember' | 'contextField' | 'library';

export interface Declaration {
  readonly as: DeclaredAs;
  readonly name: NameId;
  readonly tree: Tree;
  /** Offset of the first byte of the name. */
  readonly at: number;
  readonly node: NodeId;
  /** The ConstDecl of the type that it is a member of; 0 = none. */
  readonly owner: NodeId;
  /** The function, block or loop in which a local name holds; 0 for names of files and types. */
  readonly scope: NodeId;
}

/** A place where a name is written. */
export interface Occurrence {
  readonly node: NodeId;
  readonly name: NameId;
  readonly at: number;
}

export interface TreeNames {
  readonly declarations: ReadonlyMap<number, Declaration>;
  readonly byName: ReadonlyMap<NameId, readonly Declaration[]>;
  /** In the order of the text; declarations are not among them. */
  readonly uses: readonly Occurrence[];
}

const known = new WeakMap<Tree, TreeNames>();

export function namesOf(tree: Tree): TreeNames {
  let names = known.get(tree);
  if (names === undefined) {
    names = new Collector(tree).run();
    known.set(tree, names);
  }
  return names;
}

const ALIASES: ReadonlySet<Node> = new Set([Node.Ident, Node.Member, Node.TypeName, Node.TypePath]);

function kindOfConst(tree: Tree, value: NodeId): DeclaredAs {
  const kind = tree.kindOf(value);
  switch (kind) {
    case Node.Fn: case Node.UfcsAlias: case Node.Intrinsic: return 'function';
    case Node.StructDef: case Node.UnionDef: case Node.RuntimeClass: return 'struct';
    case Node.EnumDef: case Node.ErrorDef: return 'enum';
    case Node.ProtocolDef: return 'interface';
    case Node.Import: case Node.ImportC: return 'namespace';
    case Node.Library: return 'library';
    default:
      if (ALIASES.has(kind)) return 'alias';
      return kind >= Node.TypePtr && kind <= Node.TypeConstrained ? 'type' : 'constant';
  }
}

class Collector {
  private readonly declarations = new Map<number, Declaration>();
  private readonly uses: Occurrence[] = [];
  private readonly generics = new Set<string>();

  constructor(private readonly tree: Tree) {}

  run(): TreeNames {
    this.visit(this.tree.root, 0, 0);
    this.uses.sort((a, b) => a.at - b.at);
    const byName = new Map<NameId, Declaration[]>();
    for (const d of this.declarations.values()) {
      const list = byName.get(d.name);
      if (list === undefined) byName.set(d.name, [d]);
      else list.push(d);
    }
    return { declarations: this.declarations, byName, uses: this.uses };
  }

  private declare(as: DeclaredAs, name: NameId, at: number, node: NodeId, owner: NodeId, scope: NodeId): void {
    if (name !== 0) this.declarations.set(at, { as, name, tree: this.tree, at, node, owner, scope });
  }

  private use(node: NodeId, name: NameId, at: number): void {
    if (name !== 0) this.uses.push({ node, name, at });
  }

  private bind(rec: number, node: NodeId, scope: NodeId): void {
    const { tree } = this;
    if (rec !== 0) this.declare('variable', tree.rec(rec, BindRec.name), tree.rec(rec, BindRec.nameOffset), node, 0, scope);
  }

  /** `owner`: the type around, `scope`: what local names hold in (0 outside of functions). */
  private visit(n: NodeId, owner: NodeId, scope: NodeId): void {
    const { tree } = this;
    const start = tree.start[n];
    const name = tree.a[n];
    const kind = tree.kindOf(n);
    switch (kind) {
      case Node.ConstDecl: {
        const as = kindOfConst(tree, tree.b[n]);
        this.declare(as, name, start, n, owner, owner === 0 ? scope : 0);
        if (tree.c[n] !== 0) this.visit(tree.c[n], 0, scope);
        if (tree.b[n] !== 0) this.visit(tree.b[n], as === 'struct' || as === 'enum' || as === 'interface' ? n : 0, scope);
        return;
      }
      case Node.VarDecl: case Node.ExternVar:
        this.declare('variable', name, start, n, 0, scope);
        break;
      case Node.Destructure:
        for (const t of tree.list(tree.a[n])) if (tree.kindOf(t) === Node.Ident) this.declare('variable', tree.a[t], tree.start[t], t, 0, scope);
        this.visit(tree.b[n], 0, scope);
        return;
      case Node.ContextExtend:
        this.declare('contextField', name, tree.rec(tree.c[n], ContextExtendRec.nameOffset), n, 0, 0);
        break;
      case Node.Param: {
        const type = (tree.flags[n] & ParamFlag.comptime) !== 0 && tree.b[n] !== 0 && tree.text(tree.b[n]).startsWith('Type');
        this.declare(type || tree.kindOf(scope) !== Node.Fn ? 'typeParameter' : 'parameter', name, tree.rec(tree.c[n], ParamRec.nameOffset), n, 0, scope);
        break;
      }
      case Node.Impl:
        this.visit(tree.a[n], 0, n);
        this.visit(tree.b[n], 0, n);
        for (const m of tree.list(tree.c[n])) this.visit(m, 0, 0);
        return;
      case Node.Field:
        for (const x of tree.list(tree.a[n])) this.declare('field', tree.a[x], tree.start[x], n, owner, 0);
        if (tree.b[n] !== 0) this.visit(tree.b[n], tree.listCount(tree.a[n]) === 0 ? owner : 0, scope);
        if (tree.c[n] !== 0) this.visit(tree.c[n], 0, scope);
        return;
      case Node.Variant:
        this.declare('enumMember', name, start, n, owner, 0);
        break;
      case Node.ErrorDef:
        for (const x of tree.list(tree.a[n])) this.declare('enumMember', tree.a[x], tree.start[x], x, owner, 0);
        return;
      case Node.RetSlot:
        if (name !== 0) this.declare('variable', name, start, n, 0, scope);
        break;
      case Node.Capture:
        this.declare('variable', name, tree.b[n], n, 0, scope);
        return;
      case Node.IfBind: case Node.WhileBind:
        this.bind(tree.a[n], n, n);
        break;
      case Node.Catch:
        this.bind(tree.c[n], n, n);
        break;
      case Node.Arm: case Node.OnFail:
        this.bind(tree.b[n], n, n);
        break;
      case Node.TypeGeneric: {
        const at = start + 1;
        // The first `$T` among the parameters of a function, or in the head of an impl, introduces T.
        const introduces = tree.kindOf(scope) === Node.Impl || (tree.kindOf(scope) === Node.Fn && start < tree.rec(tree.c[scope], FnRec.paramsEnd));
        const key = `${scope} ${name}`;
        if (introduces && !this.generics.has(key)) this.declare('typeParameter', name, at, n, 0, scope);
        else this.use(n, name, at);
        if (introduces) this.generics.add(key);
        break;
      }
      case Node.Ident: case Node.TypeName: this.use(n, name, start); return;
      case Node.NamedArg: this.use(n, name, start); break;
      case Node.TypePackIndex: this.use(n, name, start + 1); break;
      case Node.EnumLit: case Node.ErrorTag: this.use(n, name, tree.b[n]); return;
      case Node.Member: case Node.OptMember: case Node.TypePath: this.use(n, tree.b[n], tree.c[n]); break;
      default: break;
    }
    const inner = kind === Node.Fn || kind === Node.Block || kind === Node.For || kind === Node.IfBind || kind === Node.WhileBind || kind === Node.Catch || kind === Node.Arm
      || kind === Node.OnFail ? (scope === 0 && kind !== Node.Fn ? 0 : n) : kind === Node.StructDef || kind === Node.ProtocolDef ? n : scope;
    if (kind === Node.Fn) {
      // Parameters before what is said with them.
      for (const p of tree.list(tree.a[n])) this.visit(p, 0, n);
      forEachChild(tree, n, (x) => {
        if (tree.kindOf(x) !== Node.Param) this.visit(x, 0, n);
      });
      return;
    }
    const own = kind === Node.StructDef || kind === Node.EnumDef || kind === Node.UnionDef || kind === Node.ProtocolDef || kind === Node.RuntimeClass ? owner : 0;
    forEachChild(tree, n, (x) => this.visit(x, own, inner));
  }
}

/** The occurrence whose name holds `offset` (its end included), and else null. */
export function useAt(tree: Tree, offset: number): Occurrence | null {
  const { uses } = namesOf(tree);
  let lo = 0;
  let hi = uses.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (uses[mid].at <= offset) lo = mid + 1;
    else hi = mid;
  }
  const x = uses[lo - 1];
  return x !== undefined && offset <= tree.nameEnd(x.at) ? x : null;
}

export function declarationAt(tree: Tree, offset: number): Declaration | null {
  for (const d of namesOf(tree).declarations.values()) if (d.at <= offset && offset <= tree.nameEnd(d.at)) return d;
  return null;
}
