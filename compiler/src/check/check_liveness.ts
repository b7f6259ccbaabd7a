// Takes the root file's syntax; reports values of failables that are read where their error may be present (reference 9.11). Failables
// are told by signatures; where several functions of a name differ, by the type that was found, if the function was checked.
import type { NameId, NodeId } from '../base/ids.ts';
import { reachedIn } from '../parse/after_jump.ts';
import { BinOp, BindRec, FnRec, Node, UnOp } from '../parse/node.ts';
import { forEachChild } from '../parse/node_shape.ts';
import type { Tree } from '../parse/tree.ts';
import { lookupName } from '../resolve/lookup.ts';
import type { ModFile, Program } from '../resolve/module.ts';
import type { Checker } from './checker.ts';
import { sameTarget } from './decls.ts';

/** Errors proven absent on a path, by their ids. */
type Facts = ReadonlySet<number>;

interface Binding {
  readonly name: NameId;
  /** Id of an error variable, 0 = none. */
  readonly error: number;
  /** The error whose absence makes this value readable, 0 = always readable. */
  guard: number;
  readonly guardName: NameId;
}

/** Whether destructurings of the root file take a failable apart, as far as their functions were checked. */
const checkedInits = new WeakMap<ModFile, Map<NodeId, boolean>>();

/** Notes what a destructuring takes apart; of a generic function one instance's failable is enough. */
export function noteDestructured(c: Checker, node: NodeId, isFailable: boolean): void {
  let of = checkedInits.get(c.program.root);
  if (of === undefined) checkedInits.set(c.program.root, (of = new Map()));
  of.set(node, isFailable || of.get(node) === true);
}

const both = (a: Facts, b: Facts): Facts => new Set([...a].filter((x) => b.has(x)));

/** Checks every function and lambda of the root file, each on its own, also those nobody calls. */
export function checkLiveness(c: Checker, file: ModFile = c.program.root): void {
  const { tree } = file;
  if (!tree.has(Node.Destructure)) return;
  for (let n = 1; n < tree.count; n++) {
    if (tree.kindOf(n) === Node.Fn && tree.b[n] !== 0) new Liveness(c, file).visit(tree.b[n]!);
  }
}

/** One function: names in scope and what is known of their errors. */
class Liveness {
  private readonly tree: Tree;
  private readonly names: Binding[] = [];
  private facts: Facts = new Set();
  private nextError = 1;

  constructor(private readonly c: Checker, private readonly file: ModFile) { this.tree = file.tree; }

  /** Walks a statement or expression; true when control does not come out of it. */
  visit(n: NodeId): boolean {
    const { tree } = this;
    if (n === 0) return false;
    switch (tree.kindOf(n)) {
      case Node.Ident: this.read(n); return false;
      case Node.Fn: return false;
      case Node.Paren: case Node.ExprStmt: return this.visit(tree.a[n]!);
      case Node.Block: return this.block(n);
      case Node.VarDecl: return this.variable(n);
      case Node.ConstDecl: if (tree.kindOf(tree.b[n]!) !== Node.Fn) this.visit(tree.b[n]!); this.bind(tree.a[n]!); return false;
      case Node.Destructure: return this.destructure(n);
      case Node.Assign: return this.assign(n);
      case Node.MultiAssign:
        for (const v of tree.list(tree.b[n]!)) this.visit(v);
        for (const t of tree.list(tree.a[n]!)) this.target(t);
        return false;
      case Node.If: return this.branches(tree.a[n]!, tree.b[n]!, tree.c[n]!);
      case Node.IfBind: return this.ifBind(n);
      case Node.Match: return this.match(n);
      case Node.While: this.apart(() => {
        this.facts = this.edges(tree.a[n]!)[0];
        this.visit(tree.b[n]!);
      });
        return false;
      case Node.WhileBind: this.apart(() => this.bound(tree.a[n]!, tree.b[n]!)); return false;
      case Node.For: this.loop(n); return false;
      case Node.Catch: this.handler(n); return false;
      case Node.Binary: if (tree.flags[n] === BinOp.and || tree.flags[n] === BinOp.or) this.logic(n); else this.children(n); return false;
      case Node.Return: case Node.Raise: case Node.Break: case Node.Continue: this.children(n); return true;
      case Node.Defer: this.apart(() => void this.visit(tree.a[n]!)); return false;
      case Node.OnFail: this.apart(() => {
        if (tree.b[n] !== 0) this.bind(tree.rec(tree.b[n]!, BindRec.name));
        this.visit(tree.a[n]!);
      });
        return false;
      case Node.Push: this.visit(tree.a[n]!); return this.visit(tree.b[n]!);
      default: this.children(n); return false;
    }
  }

  private children(n: NodeId): void { forEachChild(this.tree, n, (x) => void this.visit(x)); }

  private bind(name: NameId, error = 0, guard = 0, guardName: NameId = 0): void { this.names.push({ name, error, guard, guardName }); }

  private find(name: NameId): Binding | null {
    for (let i = this.names.length - 1; i >= 0; i--) if (this.names[i]!.name === name) return this.names[i]!;
    return null;
  }

  /** Runs `walk` on a copy of the facts and in a scope of its own. */
  private apart(walk: () => void): void {
    const { facts } = this;
    const scope = this.names.length;
    walk();
    this.names.length = scope;
    this.facts = facts;
  }

  private read(n: NodeId): void {
    const b = this.find(this.tree.a[n]!);
    if (b === null || b.guard === 0 || this.facts.has(b.guard)) return;
    const at = this.tree;
    this.c.sink.error('ERR-LIVENESS', at.pos(n), at.endPos(n), `value \`${this.c.text(b.name)}\` from a failable can be used only where its error \`${this.c.text(b.guardName)}\` is proven absent`)
      .help(`test it first: \`if !${this.c.text(b.guardName)} { … }\``);
  }

  private block(n: NodeId): boolean {
    const scope = this.names.length;
    let out = false;
    for (const s of reachedIn(this.tree, n)) out = this.visit(s) || out;
    this.names.length = scope;
    return out;
  }

  private variable(n: NodeId): boolean {
    const { tree } = this;
    const init = tree.c[n]!;
    const discards = tree.a[n] === this.c.known._ && tree.kindOf(init) === Node.Ident;
    if (init !== 0 && !discards) this.visit(init);
    this.bind(tree.a[n]!);
    return false;
  }

  private destructure(n: NodeId): boolean {
    const { tree } = this;
    const init = tree.b[n]!;
    this.visit(init);
    const names = [...tree.list(tree.a[n]!)].map((t) => tree.a[t]!);
    if (!this.isFailable(init, names.length, checkedInits.get(this.file)?.get(n))) {
      for (const name of names) this.bind(name);
      return false;
    }
    const error = this.nextError++;
    const errorName = names[names.length - 1]!;
    for (const name of names.slice(0, -1)) this.bind(name, 0, error, errorName);
    this.bind(errorName, error);
    return false;
  }

  private assign(n: NodeId): boolean {
    const { tree } = this;
    if (tree.flags[n] !== BinOp.none) this.visit(tree.a[n]!);
    this.visit(tree.b[n]!);
    this.target(tree.a[n]!);
    return false;
  }

  /** A store: the name holds a value of its own from here on. */
  private target(n: NodeId): void {
    const { tree } = this;
    if (tree.kindOf(n) !== Node.Ident) {
      this.children(n);
      return;
    }
    const b = this.find(tree.a[n]!);
    if (b === null) return;
    b.guard = 0;
    if (b.error !== 0) this.facts = new Set([...this.facts].filter((x) => x !== b.error));
  }

  /** Facts on the true and on the false edge of a condition. */
  private edges(n: NodeId): readonly [Facts, Facts] {
    const { tree } = this;
    const kind = tree.kindOf(n);
    if (kind === Node.Paren) return this.edges(tree.a[n]!);
    if (kind === Node.Unary && tree.flags[n] === UnOp.not) {
      const [t, f] = this.edges(tree.a[n]!);
      return [f, t];
    }
    if (kind === Node.Ident) {
      const error = this.find(tree.a[n]!)?.error ?? 0;
      if (error !== 0) return [this.facts, new Set([...this.facts, error])];
    }
    if (kind === Node.Binary && (tree.flags[n] === BinOp.and || tree.flags[n] === BinOp.or)) {
      const entry = this.facts;
      const isAnd = tree.flags[n] === BinOp.and;
      const [lt, lf] = this.edges(tree.a[n]!);
      this.facts = isAnd ? lt : lf;
      const [rt, rf] = this.edges(tree.b[n]!);
      this.facts = entry;
      return isAnd ? [rt, both(lf, rf)] : [both(lt, rt), rf];
    }
    this.visit(n);
    return [this.facts, this.facts];
  }

  private logic(n: NodeId): void {
    const { facts } = this;
    this.edges(n);
    this.facts = facts;
  }

  private branches(cond: NodeId, then: NodeId, else_: NodeId): boolean {
    const [t, f] = this.edges(cond);
    this.facts = t;
    const a = this.visit(then);
    const afterThen = this.facts;
    this.facts = f;
    const b = else_ !== 0 && this.visit(else_);
    if (b) this.facts = afterThen;
    else if (!a) this.facts = both(afterThen, this.facts);
    return a && b;
  }

  private ifBind(n: NodeId): boolean {
    const { tree } = this;
    const entry = this.facts;
    let a = false;
    this.apart(() => void (a = this.bound(tree.a[n]!, tree.b[n]!)));
    this.facts = entry;
    const b = tree.c[n] !== 0 && this.visit(tree.c[n]!);
    this.facts = entry;
    return a && b;
  }

  private bound(rec: number, body: NodeId): boolean {
    this.visit(this.tree.rec(rec, BindRec.expr));
    this.bind(this.tree.rec(rec, BindRec.name));
    return this.visit(body);
  }

  private match(n: NodeId): boolean {
    const { tree } = this;
    this.visit(tree.a[n]!);
    let all = true;
    let complete = false;
    for (const arm of tree.list(tree.b[n]!)) {
      if (tree.a[arm] === 0) complete = true;
      this.apart(() => {
        if (tree.b[arm] !== 0) this.bind(tree.rec(tree.b[arm]!, BindRec.name));
        all = this.visit(tree.c[arm]!) && all;
      });
    }
    return all && complete;
  }

  private loop(n: NodeId): void {
    const { tree } = this;
    for (const it of tree.list(tree.a[n]!)) this.children(it);
    this.apart(() => {
      for (const x of tree.list(tree.b[n]!)) this.bind(tree.a[x]!);
      this.visit(tree.c[n]!);
    });
  }

  private handler(n: NodeId): void {
    const { tree } = this;
    this.visit(tree.a[n]!);
    this.apart(() => {
      if (tree.c[n] !== 0) this.bind(tree.rec(tree.c[n]!, BindRec.name));
      this.visit(tree.b[n]!);
    });
  }

  /** Whether `init` is a call of a value-carrying failable with `slots` slots, the error among them; `found` is what its type says. */
  private isFailable(init: NodeId, slots: number, found: boolean | undefined): boolean {
    const { tree } = this;
    if (slots < 2) return false;
    if (tree.kindOf(init) === Node.Paren) return this.isFailable(tree.a[init]!, slots, found);
    if (tree.kindOf(init) !== Node.Call) return false;
    const callee = tree.a[init]!;
    if (tree.kindOf(callee) === Node.Member) return this.mayFail(tree.b[callee]!, slots, found);
    if (tree.kindOf(callee) !== Node.Ident) return false;
    const d = lookupName(this.file, tree.a[callee]!, null, sameTarget).decl;
    if (d === null) return this.mayFail(tree.a[callee]!, slots, found);
    const value = d.file.tree.b[d.node]!;
    return d.file.tree.kindOf(value) === Node.Fn && resultSlots(d.file.tree, value) === -slots;
  }

  /** A call by a name that may be several functions': without a type, all those with so many results have to be failables. */
  private mayFail(name: NameId, slots: number, found: boolean | undefined): boolean {
    const known = slotCounts(this.c).get(name);
    return known !== undefined && known.has(-slots) && (found ?? !known.has(slots));
  }
}

/** Number of slots of a function's result where there are several; negative for a failable, the error among them; 0 otherwise. */
function resultSlots(tree: Tree, fn: NodeId): number {
  const ret = tree.rec(tree.c[fn]!, FnRec.ret);
  if (ret === 0) return 0;
  if (tree.kindOf(ret) === Node.TypeTuple) return tree.listCount(tree.a[ret]!);
  if (tree.kindOf(ret) !== Node.TypeMulti) return 0;
  const slots = tree.list(tree.a[ret]!);
  const last = slots[slots.length - 1];
  return last !== undefined && tree.kindOf(tree.b[last]!) === Node.TypeFail ? -slots.length : slots.length;
}

const counts = new WeakMap<Program, Map<NameId, Set<number>>>();

/** Slot counts of all functions and methods of the program by name, for calls whose receiver's type is not known. */
function slotCounts(c: Checker): Map<NameId, Set<number>> {
  let table = counts.get(c.program);
  if (table !== undefined) return table;
  table = new Map();
  counts.set(c.program, table);
  for (const { tree } of c.program.files) {
    for (let n = 1; n < tree.count; n++) {
      if (tree.kindOf(n) !== Node.ConstDecl || tree.kindOf(tree.b[n]!) !== Node.Fn) continue;
      const k = resultSlots(tree, tree.b[n]!);
      if (k === 0) continue;
      const known = table.get(tree.a[n]!);
      if (known === undefined) table.set(tree.a[n]!, new Set([k]));
      else known.add(k);
    }
  }
  return table;
}
