// Takes the root file's syntax; reports type names that no file declares and value parameters used as types (reference 15.3.1 step 4).
// It also walks functions nobody calls and generics nobody instantiates; whatever needs more than names is left to the bodies.
import type { NameId, NodeId } from '../base/ids.ts';
import type { Code } from '../diagnostics/codes.ts';
import { explainRefused } from './c_refused.ts';
import { reachedIn } from '../parse/after_jump.ts';
import { BindRec, IfFlag, Node, ParamFlag } from '../parse/node.ts';
import { forEachChild } from '../parse/node_shape.ts';
import type { Tree } from '../parse/tree.ts';
import { declsAnywhere } from '../resolve/lookup.ts';
import type { ModFile } from '../resolve/module.ts';
import type { Checker } from './checker.ts';
import { FnCtx } from './fn_ctx.ts';
import { primitiveType } from './primitive.ts';
import { errorAt } from './report.ts';
import { isPrunable, staticCondition } from './static_cond.ts';
import { preDeclared } from './type_table.ts';

/** Heads and words that are types without a declaration. */
const BUILT_IN = new Set(['Self', 'Vector', 'Array', 'Tuple', 'Closure', 'struct_field_type', 'variant_type', 'pointee_type', 'type_of', 'raw_pointer_to', 'protocol', 'impl', 'ufcs']);

export function checkTypeNames(c: Checker): void {
  const file = c.program.root;
  const { tree } = file;
  const doubtful = doubtfulNames(c, tree);
  if (doubtful.length === 0) return;
  const roots: NodeId[] = [];
  const consider = (node: NodeId): void => { if (holdsOne(doubtful, tree.start[node]!, tree.end[node]!)) roots.push(node); };
  for (const node of file.impls) consider(node);
  for (const node of file.topRuns) consider(node);
  for (const d of file.decls.values()) if (d.file === file) consider(d.node);
  roots.sort((x, y) => tree.start[x]! - tree.start[y]!);
  for (const node of roots) new TypeNames(c, file, node).run();
}

/** Whether one of the positions, which are sorted, is in `start`..`end`. */
function holdsOne(sorted: readonly number[], start: number, end: number): boolean {
  let lo = 0;
  let hi = sorted.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (sorted[mid]! < start) lo = mid + 1;
    else hi = mid;
  }
  return lo < sorted.length && sorted[lo]! < end;
}

/**
 * Where names stand that a type might be spelled with and that no file declares, in source order. One look over the columns:
 * most items have none (generic parameters and names bound inside an item count, too), and only the others are walked.
 */
function doubtfulNames(c: Checker, tree: Tree): number[] {
  const { kind } = tree;
  const naming = tree.naming();
  const values = new Set<NameId>();
  for (let i = 0; i < naming.length; i++) {
    const n = naming[i]!;
    if (kind[n] === Node.Param && ((tree.flags[n]! & ParamFlag.comptime) !== 0 || isTypeWord(c, tree, tree.b[n]!))) values.add(tree.a[n]!);
  }
  /** By name: 0 not asked yet, 1 doubtful, 2 declared. */
  const plain = new Uint8Array(c.names.count);
  const found: number[] = [];
  const own = c.program.root.decls;
  const look = (n: NodeId): void => {
    const name = tree.a[n]!;
    if (plain[name] === 0) {
      const declared = !values.has(name) && (own.has(name) || c.program.files.some((file) => file.decls.has(name)));
      plain[name] = declared || BUILT_IN.has(c.text(name)) ? 2 : 1;
    }
    if (plain[name] === 1 && ((tree.flags[n]! & RAW) !== 0 || primitiveType(c, name) === 0)) found.push(tree.start[n]!);
  };
  for (let i = 0; i < naming.length; i++) {
    const n = naming[i]!;
    switch (kind[n] as Node) {
      case Node.TypeName: look(n); break;
      // Its parameters have no `$`, and a method may be named like one.
      case Node.ProtocolDef: if (tree.listCount(tree.a[n]!) > 0) found.push(tree.start[n]!); break;
      case Node.StructLit: case Node.ArrayLit: case Node.TypeApply: case Node.TypeFail: if (tree.kindOf(tree.a[n]!) === Node.Ident) look(tree.a[n]!); break;
      default: break;
    }
  }
  return found.sort((x, y) => x - y);
}

function isTypeWord(c: Checker, tree: Tree, type: NodeId): boolean {
  return type !== 0 && tree.kindOf(type) === Node.TypeName && primitiveType(c, tree.a[type]!) === c.types.type;
}

/** Flag of a name written with a backtick. */
const RAW = 2;

/** One item of the file. A name that anything inside the item binds is left alone: the bodies know its scope. */
class TypeNames {
  private readonly tree: Tree;
  private readonly f: FnCtx;
  private readonly bound = new Set<NameId>();
  /** Parameters in scope that are values a type might be mistaken for; innermost last. */
  private readonly values: NameId[] = [];
  /** Code made at compile time may declare anything. */
  private inserts = false;
  private readonly found: (readonly [number, () => void])[] = [];

  constructor(private readonly c: Checker, file: ModFile, private readonly root: NodeId) {
    this.tree = file.tree;
    this.f = new FnCtx(c, file, file.tree, null);
  }

  run(): void {
    this.bind(this.root, true);
    // An impl's target is reported by its registration.
    const target = this.tree.kindOf(this.root) === Node.Impl ? this.tree.b[this.root]! : 0;
    if (target !== 0 && this.tree.kindOf(target) === Node.TypeName) this.bound.add(this.tree.a[target]!);
    this.visit(this.root);
    // Children come by column: what was found is told in source order.
    for (const [, report] of this.found.sort((x, y) => x[0] - y[0])) report();
  }

  private bind(n: NodeId, top: boolean): void {
    const { tree } = this;
    const rec = (r: number): void => { if (r !== 0) this.bound.add(tree.rec(r, BindRec.name)); };
    switch (tree.kindOf(n)) {
      case Node.ConstDecl: case Node.VarDecl: if (!top) this.bound.add(tree.a[n]!); break;
      case Node.Param: if (!this.isValueParam(n)) this.bound.add(tree.a[n]!); break;
      case Node.TypeGeneric: case Node.TypePackIndex: case Node.Capture: this.bound.add(tree.a[n]!); break;
      case Node.Destructure: for (const t of tree.list(tree.a[n]!)) if (tree.kindOf(t) === Node.Ident) this.bound.add(tree.a[t]!); break;
      case Node.IfBind: case Node.WhileBind: rec(tree.a[n]!); break;
      case Node.Arm: rec(tree.b[n]!); break;
      case Node.Insert: case Node.RuntimeClass: this.inserts = true; break;
      default: break;
    }
    forEachChild(tree, n, (x) => this.bind(x, false));
  }

  /** `$N: u32`, `T: Type` without `$`. */
  private isValueParam(n: NodeId): boolean {
    const { tree } = this;
    const type = tree.b[n]!;
    if (type === 0 || (tree.flags[n]! & ParamFlag.variadic) !== 0 || tree.kindOf(type) !== Node.TypeName) return false;
    const p = primitiveType(this.c, tree.a[type]!);
    const comptime = (tree.flags[n]! & ParamFlag.comptime) !== 0;
    return comptime ? this.c.types.isInt(p) : p === this.c.types.type;
  }

  private visit(n: NodeId): void {
    const { tree } = this;
    switch (tree.kindOf(n)) {
      case Node.TypeName: this.name(n, false); return;
      case Node.TypePath: case Node.Using: return;
      case Node.TypeFail:
        if (tree.a[n] !== 0) this.name(tree.a[n]!, false, 'ERRSET-UNKNOWN', 'unknown error set');
        return;
      case Node.TypeApply:
        this.name(tree.a[n]!, true);
        for (const arg of tree.list(tree.b[n]!)) {
          if (tree.kindOf(arg) === Node.TypeName) this.name(arg, true);
          else this.visit(arg);
        }
        return;
      case Node.StructLit: case Node.ArrayLit: if (tree.a[n] !== 0 && tree.kindOf(tree.a[n]!) === Node.Ident) this.name(tree.a[n]!, true, 'TYPE-UNKNOWN', 'unknown type', n); break;
      case Node.If: if ((tree.flags[n]! & IfFlag.inline) !== 0 || isPrunable(this.f, tree.a[n]!)) return this.staticIf(n); break;
      case Node.Match: if ((tree.flags[n]! & IfFlag.inline) !== 0) return; break;
      // Heads of impls belong to step 2.
      case Node.Impl: for (const m of tree.list(tree.c[n]!)) this.visit(m); return;
      case Node.Block: for (const s of reachedIn(tree, n)) this.visit(s); return;
      case Node.ProtocolDef: return this.protocol(n);
      case Node.Fn: case Node.StructDef: return this.scope(n);
      default: break;
    }
    forEachChild(tree, n, (x) => this.visit(x));
  }

  /** A branch that is never taken may name anything. */
  private staticIf(n: NodeId): void {
    const { tree } = this;
    const known = staticCondition(this.f, tree.a[n]!);
    if (known !== false) this.visit(tree.b[n]!);
    if (known !== true && tree.c[n] !== 0) this.visit(tree.c[n]!);
  }

  /** Type parameters of protocols are written without `$`. */
  private protocol(n: NodeId): void {
    const { tree, c } = this;
    const params = [...tree.list(tree.a[n]!)].map((p) => tree.a[p]!);
    for (const p of params) this.bound.add(p);
    for (const m of tree.list(tree.b[n]!)) {
      if (tree.kindOf(m) !== Node.ConstDecl || !params.includes(tree.a[m]!)) continue;
      c.sink.warning('PROJECTION-NAME', tree.pos(m), tree.pos(m) + c.text(tree.a[m]!).length,
        `method '${c.text(tree.a[m]!)}' is named like a type parameter of its protocol: a projection means the type where a type stands, the method elsewhere`);
    }
    forEachChild(this.tree, n, (x) => this.visit(x));
  }

  private scope(n: NodeId): void {
    const { tree } = this;
    const depth = this.values.length;
    for (const p of tree.list(tree.a[n]!)) if (tree.kindOf(p) === Node.Param && this.isValueParam(p)) this.values.push(tree.a[p]!);
    forEachChild(tree, n, (x) => this.visit(x));
    this.values.length = depth;
  }

  /** `loose`: a head or an argument, where a value may stand, too. */
  private name(n: NodeId, loose: boolean, code: Code = 'TYPE-UNKNOWN', problem = 'unknown type', place = n): void {
    const { tree, c } = this;
    const kind = tree.kindOf(n);
    if (kind !== Node.TypeName && kind !== Node.Ident) {
      this.visit(n);
      return;
    }
    const name = tree.a[n]!;
    const raw = (tree.flags[n]! & RAW) !== 0;
    if (this.inserts || this.bound.has(name) || (!raw && primitiveType(c, name) !== 0) || BUILT_IN.has(c.text(name))) return;
    if (this.values.includes(name)) {
      if (!loose) this.later(n, () => errorAt(this.f, 'VALPARAM-AS-TYPE', n, `'${c.text(name)}' is a value parameter, not a type`).help('a type parameter is written `$T: Type`'));
      return;
    }
    if (declsAnywhere(c.program.files, name).length > 0 || preDeclared(c, tree, name) !== 0) return;
    this.later(n, () => explainRefused(this.f, errorAt(this.f, code, place, `${problem} '${c.text(name)}'`), name));
  }

  private later(n: NodeId, report: () => void): void { this.found.push([this.tree.start[n]!, report]); }
}
