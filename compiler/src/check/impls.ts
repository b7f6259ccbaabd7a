// Takes the impl blocks of the program; gives for a protocol and a concrete type its implementation: methods, adopted ones, defaults (reference 8.11, 8.12, 8.17).
import type { NameId, NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';
import type { ModFile } from '../resolve/module.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { headOf } from './apply_type.ts';
import type { Checker } from './checker.ts';
import { declVal } from './decls.ts';
import { conformanceProblem, type Problem } from './conformance.ts';
import { Env } from './env.ts';
import { FnCtx } from './fn_ctx.ts';
import type { FnDecl } from './fn_decl.ts';
import { buildFnDecl } from './fn_sig.ts';
import { targetPattern, unknownTypeName } from './impl_head.ts';
import { matchType, patternNames } from './impl_match.ts';
import { type Member, MemberKind, type TypeHead } from './nominal_decl.ts';
import { protocolInfo, type ProtoMethod } from './protocol_decl.ts';
import { rejectDuplicates } from './report.ts';
import { asType, typeExpr } from './type_expr.ts';
import { VK } from './val.ts';

/** One `impl P for T { … }` as written. */
export interface ImplBlock {
  readonly file: ModFile;
  readonly tree: Tree;
  readonly node: NodeId;
  /** `$` names of its head; empty for a concrete one. */
  readonly names: readonly NameId[];
  /** The generic protocol it gives arguments to, null for a plain protocol. */
  readonly head: TypeHead | null;
  /** The plain protocol type; 0 when it depends on `$` names. */
  readonly proto: TypeId;
  /** Own methods: name → ConstDecl node. */
  readonly methods: ReadonlyMap<NameId, NodeId>;
  /** Matches of a pattern, by concrete type (null = does not match). */
  readonly matches: Map<TypeId, Impl | null>;
}

/** An implementation of a protocol type for a concrete type. */
export interface Impl {
  readonly block: ImplBlock;
  readonly proto: TypeId;
  readonly target: TypeId;
  readonly env: Env;
  /** Declarations of own, default and adopted methods met so far. */
  readonly own: Map<NameId, FnDecl>;
  readonly defaults: Map<NameId, FnDecl>;
  /** Slot functions by slot number (see protocol_value.ts), 0 = not made yet. */
  readonly slots: number[];
  /** Global with the words of a protocol value whose ctx is null; 0 = not made yet. */
  template: number;
  /** undefined = not checked yet. */
  problem: Problem | null | undefined;
}

export class ImplRegistry {
  private readonly pending: { file: ModFile; node: NodeId }[] = [];
  private at = 0;
  private active = 0;
  private listed = false;
  private readonly files = new Set<ModFile>();
  private readonly exact = new Map<TypeId, Impl[]>();
  private readonly patterns: ImplBlock[] = [];
  private readonly members = new Map<FnDecl, Member>();
  private readonly heads = new Map<TypeId, TypeHead>();
  private readonly byTarget = new Map<TypeId, readonly Impl[]>();

  constructor(private readonly c: Checker) {}

  /** Registers every block (reporting bad heads and duplicates). Blocks being registered further up the stack are not seen yet. */
  ensure(): void {
    if (!this.listed) {
      this.listed = true;
      this.add(this.c.program.files);
    }
    while (this.at < this.pending.length) {
      const { file, node } = this.pending[this.at++]!;
      this.active++;
      this.register(file, node);
      this.active--;
    }
  }

  /** Blocks of files that were not there before. */
  add(files: readonly ModFile[]): void {
    for (const file of files) {
      if (this.files.has(file)) continue;
      this.files.add(file);
      for (const node of file.impls) this.pending.push({ file, node });
    }
  }

  /** All implementations for a concrete type, in program order. */
  implsOf(target: TypeId): readonly Impl[] {
    this.ensure();
    const known = this.byTarget.get(target);
    if (known !== undefined) return known;
    const list = [...(this.exact.get(target) ?? [])];
    if (this.mayMatch(target)) {
      for (const p of this.patterns) {
        const m = this.match(p, target);
        if (m !== null) list.push(m);
      }
    }
    if (this.active === 0) this.byTarget.set(target, list);
    return list;
  }

  private mayMatch(target: TypeId): boolean {
    const { types } = this.c;
    if (types.nominals[target] === null) return types.kind[target]! > Ty.null_;
    return this.c.typeDecls.get(target)?.head?.generic === true;
  }

  find(proto: TypeId, target: TypeId): Impl | null {
    for (const i of this.implsOf(target)) if (i.proto === proto) return i;
    return null;
  }

  /** Whether `target` has a complete implementation of `proto`. */
  implements(target: TypeId, proto: TypeId): boolean {
    if (target === proto) return true;
    const i = this.find(proto, target);
    return i !== null && this.problemOf(i) === null;
  }

  problemOf(i: Impl): Problem | null {
    if (i.problem === undefined) {
      i.problem = null; // a check that comes back to itself holds
      i.problem = conformanceProblem(this.c, i);
    }
    return i.problem;
  }

  /** A method that an impl (or a protocol's default) gives to a concrete type: `x.method()`, `T.method`. */
  methodOf(type: TypeId, name: NameId): Member | null {
    const impls = this.implsOf(type);
    for (const i of impls) {
      const own = this.ownMethod(i, name);
      if (own !== null) return this.member(own);
    }
    for (const i of impls) {
      const m = protocolInfo(this.c, i.proto).byName.get(name);
      if (m !== undefined && m.hasBody) return this.member(this.defaultMethod(i, m));
    }
    return null;
  }

  /** Names of all methods that impls give to a type: for editors. */
  methodNames(type: TypeId): NameId[] {
    return this.implsOf(type).flatMap((i) => [...i.block.methods.keys(), ...protocolInfo(this.c, i.proto).byName.keys()]);
  }

  /** Types that impls name as their target, generic ones aside. */
  targets(): TypeId[] { return [...this.exact.keys()]; }

  private member(d: FnDecl): Member {
    let m = this.members.get(d);
    if (m === undefined) {
      m = {
        kind: MemberKind.method,
        name: d.name,
        tree: d.tree,
        node: 0,
        file: d.file,
        env: d.env,
        get: false,
        set: false,
        fn: d,
        val: null,
        busy: false,
      };
      this.members.set(d, m);
    }
    return m;
  }

  /** The method that dispatch through the protocol uses: the impl's, else the default, else one adopted from the type. */
  protocolMethod(i: Impl, m: ProtoMethod): FnDecl | null {
    const own = this.ownMethod(i, m.name);
    if (own !== null) return own;
    if (m.hasBody) return this.defaultMethod(i, m);
    const inherent = this.inherentMethod(i.target, m.name);
    if (inherent !== null) return inherent;
    for (const other of this.implsOf(i.target)) {
      const adopted = other === i ? null : this.ownMethod(other, m.name);
      if (adopted !== null) return adopted;
    }
    return null;
  }

  /** `self.name()` in a default body of `proto` for a concrete type: the protocol's own method, null when it is no member. */
  domainMethod(proto: TypeId, target: TypeId, name: NameId): FnDecl | null {
    const i = this.find(proto, target);
    const m = protocolInfo(this.c, proto).byName.get(name);
    return i === null || m === undefined ? null : this.protocolMethod(i, m);
  }

  ownMethod(i: Impl, name: NameId): FnDecl | null {
    const known = i.own.get(name);
    if (known !== undefined) return known;
    const node = i.block.methods.get(name);
    if (node === undefined) return null;
    const { tree, file } = i.block;
    const d = buildFnDecl(
      this.c,
      { tree, file, env: i.env },
      name,
      tree.b[node]!,
      this.display(i.target, name),
      i.target,
    );
    i.own.set(name, d);
    return d;
  }

  private defaultMethod(i: Impl, m: ProtoMethod): FnDecl {
    const known = i.defaults.get(m.name);
    if (known !== undefined) return known;
    const { decl } = protocolInfo(this.c, i.proto);
    const env = new Env(decl.env);
    env.bind(this.c.known.Self, this.c.typeVal(i.target));
    const d = buildFnDecl(
      this.c,
      { tree: decl.tree, file: decl.file, env },
      m.name,
      m.node,
      this.display(i.target, m.name),
      i.target,
    );
    d.protocolDomain = i.proto;
    i.defaults.set(m.name, d);
    return d;
  }

  private inherentMethod(type: TypeId, name: NameId): FnDecl | null {
    const m = this.c.typeDecls.get(type)?.members.get(name);
    if (m === undefined || m.kind !== MemberKind.method || m.tree.kindOf(m.tree.b[m.node]!) !== Node.Fn) return null;
    m.fn ??= buildFnDecl(this.c, m, name, m.tree.b[m.node]!, this.display(type, name), type);
    return m.fn;
  }

  private display(type: TypeId, name: NameId): string {
    return `${this.c.types.text(type)}.${this.c.text(name)}`;
  }

  /** A stand-in for the protocols of a parameterised head without arguments (`..xs: Val`): negative, never a TypeId. */
  headKey(head: TypeHead): TypeId {
    this.heads.set(-head.id, head);
    return -head.id;
  }

  /** Whether `type` implements protocol `only` (a type, or a headKey: any instance of that head). */
  conforms(type: TypeId, only: TypeId): boolean {
    if (only >= 0) return this.implements(type, only);
    return this.instanceOf(type, this.heads.get(only)!) !== 0;
  }

  /** Whether a protocol (or any instance of a headKey's head) declares method `name`. */
  isMethodOf(only: TypeId, name: string): boolean {
    const id = this.c.names.find(name);
    if (only >= 0) return protocolInfo(this.c, only).byName.has(id);
    const head = this.heads.get(only)!;
    return [...head.tree.list(head.tree.b[head.node]!)].some(
      (n) => head.tree.kindOf(n) === Node.ConstDecl && head.tree.a[n] === id,
    );
  }

  protocolText(only: TypeId): string {
    return only >= 0 ? this.c.types.text(only) : this.heads.get(only)!.name;
  }

  /** The instance of generic protocol `head` that `type` is or implements; 0 = none. */
  instanceOf(type: TypeId, head: TypeHead): TypeId {
    const c = this.c;
    if (c.typeDecls.get(type)?.head === head) return type;
    for (const i of this.implsOf(type))
      if (c.typeDecls.get(i.proto)?.head === head && this.problemOf(i) === null) return i.proto;
    return 0;
  }

  /** The type argument that `type` gives to parameter `name` of the protocols `only` stands for (0 = any it implements); 0 = none. */
  protocolArgument(type: TypeId, only: TypeId, name: NameId): TypeId {
    const c = this.c;
    const own =
      only < 0
        ? [this.instanceOf(type, this.heads.get(only)!)]
        : only > 0
          ? [only]
          : [type, ...this.implsOf(type).map((i) => i.proto)];
    for (const proto of own) {
      const v = c.typeDecls.get(proto)?.env.own(name);
      if (
        v !== null &&
        v !== undefined &&
        v.k === VK.type &&
        name !== c.known.Self &&
        c.types.kind[proto] === Ty.protocol
      )
        return v.cv as number;
    }
    return 0;
  }

  // ---- registration

  private register(file: ModFile, node: NodeId): void {
    const { c } = this;
    const { tree } = file;
    const protoNode = tree.a[node]!;
    const targetNode = tree.b[node]!;
    const f = new FnCtx(c, file, tree, null);
    const names = patternNames(f, [protoNode, targetNode]);
    const applied = tree.kindOf(protoNode) === Node.TypeApply;
    const head = applied ? headOf(f, tree.a[protoNode]!) : null;
    const plain = applied ? 0 : this.plainProtocol(f, protoNode);
    if (applied ? head === null || head.tree.kindOf(head.node) !== Node.ProtocolDef : plain === 0) {
      const spelled = tree.text(applied ? tree.a[protoNode]! : protoNode);
      c.sink.error('IMPL-PROTO', tree.pos(protoNode), tree.endPos(protoNode), `unknown protocol '${spelled}' in impl`);
      return;
    }
    for (const n of [targetNode, protoNode]) {
      const unknown = unknownTypeName(f, n, names);
      if (unknown === 0) continue;
      c.sink.error(
        'TYPE-UNKNOWN',
        tree.pos(unknown),
        tree.endPos(unknown),
        `cannot register impl '${tree.text(protoNode)}' for '${tree.text(targetNode)}': unknown type '${tree.text(unknown)}'`,
      );
      return;
    }
    const methods = new Map<NameId, NodeId>();
    const members = [...tree.list(tree.c[node]!)].filter((m) => tree.kindOf(m) === Node.ConstDecl);
    rejectDuplicates(f, members, 'method');
    for (const m of members) methods.set(tree.a[m]!, m);
    const block: ImplBlock = { file, tree, node, names, head, proto: plain, methods, matches: new Map() };
    if (names.length > 0 || targetPattern(f, targetNode)) {
      this.patterns.push(block);
      return;
    }
    const target = typeExpr(f, targetNode);
    const proto = plain !== 0 ? plain : typeExpr(f, protoNode);
    if (target === c.types.poison || proto === c.types.poison) return;
    this.addExact(block, proto, target);
  }

  private addExact(block: ImplBlock, proto: TypeId, target: TypeId): void {
    const { c } = this;
    let list = this.exact.get(target);
    if (list === undefined) {
      list = [];
      this.exact.set(target, list);
    }
    const twin = list.find((i) => i.proto === proto && i.block.file === block.file);
    if (twin !== undefined) {
      const { tree, node } = block;
      c.sink
        .error(
          'IMPL-DUP',
          tree.pos(node),
          tree.endPos(tree.b[node]!),
          `duplicate impl '${c.types.text(proto)}' for source '${c.types.text(target)}'`,
        )
        .note(tree.pos(twin.block.node), tree.endPos(tree.b[twin.block.node]!), 'the first one is here');
      return;
    }
    list.push(this.makeImpl(block, proto, target, new Env(null)));
    this.byTarget.delete(target);
  }

  private makeImpl(block: ImplBlock, proto: TypeId, target: TypeId, env: Env): Impl {
    const { c } = this;
    env.bind(c.known.Self, c.typeVal(target));
    const head = c.typeDecls.get(target)?.head;
    if (head !== null && head !== undefined && head.generic) env.bind(c.names.intern(head.name), c.typeVal(target));
    return {
      block,
      proto,
      target,
      env,
      own: new Map(),
      defaults: new Map(),
      slots: [],
      template: 0,
      problem: undefined,
    };
  }

  /** The plain protocol that a node names; 0 = none. When the name has other authors too, only protocols count. */
  private plainProtocol(f: FnCtx, node: NodeId): TypeId {
    const { c } = this;
    c.sink.mute();
    const t = typeExpr(f, node);
    c.sink.unmute();
    if (c.types.kind[t] === Ty.protocol) return t;
    return f.tree.kindOf(node) === Node.TypeName ? protocolNamed(f, f.tree.a[node]!) : 0;
  }

  private match(block: ImplBlock, target: TypeId): Impl | null {
    const known = block.matches.get(target);
    if (known !== undefined) return known;
    block.matches.set(target, null);
    const { c } = this;
    const env = new Env(null);
    const f = new FnCtx(c, block.file, block.tree, env);
    const { tree, node } = block;
    let found: Impl | null = null;
    if (this.matchTarget(f, tree.b[node]!, target)) {
      const proto = block.proto !== 0 ? block.proto : typeExpr(f, tree.a[node]!);
      if (c.types.kind[proto] === Ty.protocol) found = this.makeImpl(block, proto, target, env);
    }
    block.matches.set(target, found);
    return found;
  }

  private matchTarget(f: FnCtx, node: NodeId, target: TypeId): boolean {
    if (f.tree.kindOf(node) === Node.TypeName) {
      const head = this.c.typeDecls.get(target)?.head;
      return head !== null && head !== undefined && headOf(f, node) === head;
    }
    return matchType(f, node, target);
  }
}

/** Among several authors of a name, the protocol. */
function protocolNamed(f: FnCtx, name: NameId): TypeId {
  for (const unit of f.file.flat) {
    for (const file of unit.files) {
      const d = file.decls.get(name);
      if (d === undefined || d.private) continue;
      if (file.tree.kindOf(file.tree.b[d.node]!) !== Node.ProtocolDef) continue;
      const t = asType(f, declVal(f.c, d));
      if (t !== 0) return t;
    }
  }
  return 0;
}
