// Takes a function with `$name: string` parameters; gives call sites with other literals the same instance when compile-time
// code makes the same of them: the literal itself then travels as an ordinary argument.
//
// `print` is such a function: what it inserts depends on the placeholders only, so one body serves every text of a shape.
import type { NameId, NodeId } from '../base/ids.ts';
import { FnFlag, FnRec, IfFlag, Node } from '../parse/node.ts';
import { forEachChild, RECORD_SHAPES, shapeOf } from '../parse/node_shape.ts';
import type { Tree } from '../parse/tree.ts';
import { argKey } from './apply_type.ts';
import type { Checker } from './checker.ts';
import { directCall, directRun, keepResult } from './direct_eval.ts';
import { Env } from './env.ts';
import { FnCtx } from './fn_ctx.ts';
import { type FnDecl, type FnInst, ParamMode } from './fn_decl.ts';
import { insertedText } from './insert.ts';
import { lookupFileName } from './names.ts';
import { staticCondition } from './static_cond.ts';
import { type Val, VK } from './val.ts';

/** What a body asks about its literals while it is compiled, in order. */
type Step =
  /** `name :: #run f(literal)`, `#insert f(literal)` (name 0). */
  | { readonly k: 'eval'; readonly call: NodeId; readonly name: NameId; readonly at: NodeId }
  /** `#insert name` of an earlier step. */
  | { readonly k: 'insert'; readonly name: NameId; readonly at: NodeId }
  /** `inline if cond { … } else { … }` with steps in its branches: the condition knows the earlier steps. */
  | { readonly k: 'if'; readonly cond: NodeId; readonly then: readonly Step[]; readonly other: readonly Step[] };

interface Plan {
  readonly literals: readonly NameId[];
  /** Names that the function declares anywhere: they may hide functions of the file. */
  readonly declared: ReadonlySet<NameId>;
  readonly steps: readonly Step[];
  /** The calls that are given literals, when none of them hangs on a condition: their results decide all else. */
  readonly asked: readonly Step[] | null;
  /** Inserted texts that were looked at: whether they use the literals as arguments only. */
  readonly texts: Map<Tree, boolean>;
}

const plans = new WeakMap<FnDecl, Plan | null>();

/** An instance that is there already, or the bindings of a new one: all but the literals. */
export type Staged =
  | { readonly key: string; readonly inst: FnInst; readonly env: null; readonly literals: null }
  | { readonly key: string; readonly inst: null; readonly env: Env; readonly literals: ReadonlyMap<NameId, Val> };

/** What all literals with this one's expansion share; null when the instance has to know the literal itself. */
export function stage(c: Checker, d: FnDecl, env: Env): Staged | null {
  let plan = plans.get(d);
  if (plan === undefined) {
    plan = planOf(c, d);
    plans.set(d, plan);
  }
  if (plan === null) return null;
  for (const n of plan.literals) {
    const v = env.own(n);
    if (v === null || v.k !== VK.const_ || !(v.cv instanceof Uint8Array)) return null;
  }
  // A context of this call's own: what is evaluated may compile other calls of the same function.
  const f = new FnCtx(c, d.file, d.tree, new Env(env));
  const made = evaluate(f, d, plan, plan.asked ?? plan.steps, plan.asked === null);
  if (made === null) return null;
  let key = `~${made}~`;
  env.each((n, v) => { if (!plan.literals.includes(n)) key += `${n}=${argKey(c, v)};`; });
  const inst = d.instances.get(key);
  if (inst !== undefined) return { key, inst, env: null, literals: null };
  if (plan.asked !== null && evaluate(f, d, plan, plan.steps, true, plan.asked) === null) return null;
  keep(f, plan.steps);
  const shared = new Env(env.parent);
  const literals = new Map<NameId, Val>();
  env.each((n, v) => { if (plan.literals.includes(n)) literals.set(n, v); else shared.bind(n, v); });
  return { key, inst: null, env: shared, literals };
}

/**
 * The results of the steps as text, bound in the environment of `f`; null when one fails or gives a text that needs the literal.
 * `done`: steps whose results are bound already. `texts`: whether to look at what is inserted.
 */
function evaluate(f: FnCtx, d: FnDecl, plan: Plan, steps: readonly Step[], texts: boolean, done: readonly Step[] = []): string | null {
  let key = '';
  for (const s of steps) {
    if (s.k === 'if') {
      const taken = staticCondition(f, s.cond);
      const inner = taken === null ? null : evaluate(f, d, plan, taken ? s.then : s.other, texts, done);
      if (inner === null) return null;
      key += inner;
      continue;
    }
    const named = s.k === 'eval' && s.name !== 0;
    if (named && done.includes(s)) continue;
    const v = s.k === 'insert' ? f.env!.own(s.name) : named ? directRun(f, s.call) : directCall(f, s.call);
    if (v === null) return null;
    if (s.k === 'eval') key += `${argKey(f.c, v)};`;
    if (named) f.env!.bind(s.name, v);
    else if (!(v.cv instanceof Uint8Array) || (texts && !allows(f, d, plan, v.cv, s.at))) return null;
  }
  return key;
}

/** The body of the new instance asks again, and has to hear the same. */
function keep(f: FnCtx, steps: readonly Step[]): void {
  for (const s of steps) {
    if (s.k === 'if') keep(f, [...s.then, ...s.other]);
    const v = s.k === 'eval' && s.name !== 0 ? f.env!.own(s.name) : null;
    if (v !== null) keepResult(f, (s as { call: NodeId }).call, v);
  }
}

/** Whether an inserted text uses the literals as arguments only. */
function allows(f: FnCtx, d: FnDecl, plan: Plan, text: Uint8Array, at: NodeId): boolean {
  const { c } = f;
  // What is wrong with the text is reported by the instance that inserts it.
  c.sink.mute();
  const tree = insertedText(f, text, at);
  c.sink.unmute();
  if (tree === null) return false;
  let ok = plan.texts.get(tree);
  if (ok === undefined) {
    const names = new Set(plan.declared);
    collectNames(tree, tree.root, names);
    const w = new Walk(c, d, tree, plan.literals, names);
    ok = !plan.literals.some((n) => declares(tree, tree.root, n)) && w.all([...tree.list(tree.a[tree.root]!), tree.b[tree.root]!].filter((n) => n !== 0)) && w.steps.length === 0;
    plan.texts.set(tree, ok);
  }
  return ok;
}

function planOf(c: Checker, d: FnDecl): Plan | null {
  const { tree } = d;
  const literals = d.params.filter((p) => p.mode === ParamMode.constant && isString(tree, p.type) && p.default === 0).map((p) => p.name);
  const body = tree.b[d.node]!;
  if (literals.length === 0 || body === 0 || d.env !== null || d.owner !== 0 || (tree.flags[d.node]! & FnFlag.arrow) !== 0) return null;
  const ret = tree.rec(tree.c[d.node]!, FnRec.ret);
  const heads = [...d.params.flatMap((p) => [p.type, p.default]), ret].filter((n) => n !== 0);
  if (heads.some((n) => literals.some((l) => mentions(tree, n, l))) || literals.some((l) => declares(tree, body, l))) return null;
  const declared = new Set<NameId>(d.params.map((p) => p.name));
  collectNames(tree, body, declared);
  const w = new Walk(c, d, tree, literals, declared);
  if (!w.statement(body)) return null;
  const takes = (s: Step): boolean => (s.k === 'if' ? [...s.then, ...s.other].some(takes) : s.k === 'eval' && literals.some((l) => mentions(tree, s.call, l)));
  const asked = w.steps.some((s) => s.k === 'if' && takes(s)) ? null : w.steps.filter(takes);
  return { literals, declared, steps: w.steps, asked, texts: new Map() };
}

const isString = (tree: Tree, type: NodeId): boolean => type !== 0 && tree.kindOf(type) === Node.TypeName && tree.text(type) === 'string';

/** Looks for uses of the literals: steps, arguments of plain functions, or anything else (then the answer is false). */
class Walk {
  steps: Step[] = [];
  private readonly made = new Set<NameId>();

  constructor(
    private readonly c: Checker, private readonly d: FnDecl, private readonly tree: Tree,
    private readonly literals: readonly NameId[], private readonly declared: ReadonlySet<NameId>,
  ) {}

  all(nodes: Iterable<NodeId>): boolean {
    for (const n of nodes) if (!this.statement(n)) return false;
    return true;
  }

  statement(n: NodeId): boolean {
    const { tree } = this;
    if (!this.concerns(n)) return true;
    switch (tree.kindOf(n)) {
      case Node.Block: return this.all(tree.list(tree.a[n]!)) && (tree.b[n] === 0 || this.statement(tree.b[n]!));
      case Node.ExprStmt: return this.statement(tree.a[n]!);
      case Node.Return: return this.all(tree.list(tree.a[n]!));
      case Node.VarDecl: return (tree.b[n] === 0 || !this.concerns(tree.b[n]!)) && this.statement(tree.c[n]!);
      case Node.Assign: return !this.concerns(tree.a[n]!) && this.statement(tree.b[n]!);
      case Node.ConstDecl: return this.constant(n);
      case Node.Insert: return this.insert(n);
      case Node.If: return this.branches(n);
      case Node.Paren: return this.statement(tree.a[n]!);
      case Node.Binary: return this.statement(tree.a[n]!) && this.statement(tree.b[n]!);
      case Node.Call: return this.call(n);
      default: return false;
    }
  }

  /** Whether a subtree names a literal or inserts text. */
  private concerns(n: NodeId): boolean {
    return inserts(this.tree, n) || this.literals.some((l) => mentions(this.tree, n, l));
  }

  private step(s: Step): true {
    this.steps.push(s);
    return true;
  }

  private constant(n: NodeId): boolean {
    const { tree } = this;
    const run = tree.b[n]!;
    if (tree.c[n] !== 0 || tree.kindOf(run) !== Node.Run || !this.direct(tree.a[run]!)) return false;
    this.made.add(tree.a[n]!);
    return this.step({ k: 'eval', call: tree.a[run]!, name: tree.a[n]!, at: n });
  }

  private insert(n: NodeId): boolean {
    const { tree } = this;
    let text = tree.a[n]!;
    if (tree.kindOf(text) === Node.Run) text = tree.a[text]!;
    if (tree.kindOf(text) === Node.Ident && this.made.has(tree.a[text]!)) return this.step({ k: 'insert', name: tree.a[text]!, at: n });
    return this.direct(text) && this.step({ k: 'eval', call: text, name: 0, at: n });
  }

  private branches(n: NodeId): boolean {
    const { tree } = this;
    const cond = tree.a[n]!;
    const outer = this.steps;
    const then: Step[] = [];
    const other: Step[] = [];
    this.steps = then;
    let ok = this.statement(tree.b[n]!);
    this.steps = other;
    ok &&= tree.c[n] === 0 || this.statement(tree.c[n]!);
    this.steps = outer;
    if (!ok) return false;
    if ((tree.flags[n]! & IfFlag.inline) === 0) return this.statement(cond) && then.length + other.length === 0;
    if (this.concerns(cond)) return false;
    return then.length + other.length === 0 || this.step({ k: 'if', cond, then, other });
  }

  /** `f(literals, strings, earlier steps)` of a function of the file: the evaluator is asked for it directly. */
  private direct(n: NodeId): boolean {
    const { tree } = this;
    if (tree.kindOf(n) !== Node.Call || tree.c[n] !== 0 || this.plain(tree.a[n]!) === null) return false;
    for (const a of tree.list(tree.b[n]!)) {
      const k = tree.kindOf(a);
      if (k !== Node.String && k !== Node.Heredoc && !(k === Node.Ident && (this.literals.includes(tree.a[a]!) || this.made.has(tree.a[a]!)))) return false;
    }
    return true;
  }

  /** A call of a plain function may take a literal where it takes a string. */
  private call(n: NodeId): boolean {
    const { tree } = this;
    if (tree.c[n] !== 0 || this.concerns(tree.a[n]!)) return false;
    let at = 0;
    for (const a of tree.list(tree.b[n]!)) {
      const p = at++;
      if (!this.concerns(a)) continue;
      if (tree.kindOf(a) !== Node.Ident) {
        if (!this.statement(a)) return false;
        continue;
      }
      const param = this.plain(tree.a[n]!)?.params[p];
      if (param === undefined || param.mode !== ParamMode.value || !isString(this.plain(tree.a[n]!)!.tree, param.type)) return false;
    }
    return true;
  }

  /** The function of the file, or of its flat imports, that a callee names; null when it is generic, C's or the compiler's. */
  private plain(callee: NodeId): FnDecl | null {
    const { tree, d, c } = this;
    if (tree.kindOf(callee) !== Node.Ident || this.declared.has(tree.a[callee]!)) return null;
    const v = lookupFileName(new FnCtx(c, d.file, d.tree, null), tree.a[callee]!);
    if (v === null || v.k !== VK.fn || v.fn!.generic || v.fn!.intrinsic !== null) return null;
    return (v.fn!.tree.flags[v.fn!.node]! & (FnFlag.extern | FnFlag.abiC)) === 0 ? v.fn : null;
  }
}

/** The names in a node's own columns. */
function eachName(tree: Tree, n: NodeId, visit: (name: NameId) => void): void {
  const shape = shapeOf(tree.kindOf(n));
  for (let k = 0; k < 3; k++) {
    const value = k === 0 ? tree.a[n]! : k === 1 ? tree.b[n]! : tree.c[n]!;
    const letter = shape[k]!;
    if (letter === 'm') visit(value);
    else if (value !== 0 && RECORD_SHAPES[letter] !== undefined) [...RECORD_SHAPES[letter]].forEach((l, i) => { if (l === 'm') visit(tree.extra[value + i]!); });
  }
}

function some(tree: Tree, n: NodeId, test: (n: NodeId) => boolean): boolean {
  if (test(n)) return true;
  let found = false;
  forEachChild(tree, n, (x) => { found ||= some(tree, x, test); });
  return found;
}

const inserts = (tree: Tree, n: NodeId): boolean => some(tree, n, (x) => tree.kindOf(x) === Node.Insert);

function mentions(tree: Tree, n: NodeId, name: NameId): boolean {
  return some(tree, n, (x) => {
    let found = false;
    eachName(tree, x, (m) => { found ||= m === name; });
    return found;
  });
}

/** Node kinds whose name is a use, not a declaration. */
const USES: ReadonlySet<number> = new Set([
  Node.Ident, Node.TypeName, Node.TypePath, Node.Member, Node.OptMember, Node.NamedArg, Node.EnumLit, Node.ErrorTag, Node.FfiCall,
]);

const declares = (tree: Tree, n: NodeId, name: NameId): boolean => some(tree, n, (x) => {
  let found = false;
  if (!USES.has(tree.kindOf(x))) eachName(tree, x, (m) => { found ||= m === name; });
  return found;
});

/** Every name that something in the subtree declares (targets of a destructuring are written as uses). */
function collectNames(tree: Tree, n: NodeId, out: Set<NameId>): void {
  some(tree, n, (x) => {
    if (!USES.has(tree.kindOf(x))) eachName(tree, x, (m) => out.add(m));
    if (tree.kindOf(x) === Node.Destructure) for (const t of tree.list(tree.a[x]!)) out.add(tree.a[t]!);
    return false;
  });
}
