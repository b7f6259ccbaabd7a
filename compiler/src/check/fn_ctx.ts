// The state of checking one function body: builder, scopes, cleanups, loops, narrowing.
import type { NameId, NodeId, Pos } from '../base/ids.ts';
import { Builder, type BlockId } from '../ir/builder.ts';
import type { Ref } from '../ir/module.ts';
import type { Tree } from '../parse/tree.ts';
import type { ModFile } from '../resolve/module.ts';
import type { TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import type { Env } from './env.ts';
import type { FnInst } from './fn_decl.ts';
import type { Val } from './val.ts';

export interface Local {
  readonly name: NameId;
  readonly val: Val;
  /** What a use of it evaluates to, made at the first use. */
  used: Val | null;
  /** Local of optional type proven present here. */
  narrowed: boolean;
  /** Named return slots: whether every path so far has set it (definite assignment). */
  assigned: boolean;
  readonly pos: number;
  /** Declared by a statement of the block, not bound by its head. */
  statement: boolean;
}

/** `defer` / `onfail` code registered on a scope. */
export interface Cleanup {
  readonly node: NodeId;
  readonly tree: Tree;
  readonly file: ModFile;
  readonly env: Env | null;
  readonly onfail: boolean;
  readonly bind: NameId;
  readonly bindPos: Pos;
  /** Locals visible to it. */
  readonly visible: number;
  readonly ctx: Ref;
}

export interface Scope {
  readonly locals: number;
  cleanups: readonly Cleanup[];
  narrowed: readonly Local[];
  /** Environments of the functions declared in it: later siblings are visible in their bodies, too. */
  nested: readonly Env[];
}

export interface Loop {
  readonly breakTo: BlockId;
  readonly continueTo: BlockId;
  /** Number of scopes outside of the loop body. */
  readonly depth: number;
  broke: boolean;
  continued: boolean;
}

/** A lambda's captured variables, in order of first use. */
export interface CaptureInfo {
  readonly name: NameId;
  readonly outer: Local;
  readonly offset: number;
  readonly type: TypeId;
  readonly slot: Ref;
}

/** Lists that most contexts and scopes never put anything into are made when something is. */
const NONE: never[] = [];

export const added = <T>(list: readonly T[], item: T): readonly T[] => {
  if (list === NONE) return [item];
  (list as T[]).push(item);
  return list;
};

export class FnCtx {
  /** Many contexts only look at types: the builder is made when something is written. */
  private builder: Builder | null = null;
  tree: Tree;
  file: ModFile;
  env: Env | null;
  locals: Local[] = NONE;
  scopes: Scope[] = NONE;
  loops: readonly Loop[] = NONE;
  /** Pointer to the ambient Context, 0 when the program has none. */
  ctx: Ref = 0;
  /** The function's result: known type, or 0 while it is being inferred. */
  ret: TypeId = 0;
  /** Memory of an aggregate result. */
  retPtr: Ref = 0;
  /** Error set of the channel, 0 = not failable. */
  errors: TypeId = 0;
  /** Named return slots, null when none. */
  retLocals: Local[] | null = null;
  retNames: readonly NameId[] | null = null;
  inst: FnInst | null = null;
  /** For lambdas: the function around it, for capture. */
  outer: FnCtx | null = null;
  captures: readonly CaptureInfo[] = NONE;
  captureSize = 0;
  captureAlign = 1;
  envParam: Ref = 0;
  /** Inside a `defer`/`onfail` body. */
  inCleanup = 0;
  /** This is code for the evaluator only (a #run thunk). */
  comptime = false;
  /** What is being evaluated goes out of the function: arrays that slices of it see must not lie in the frame (reference 2.5). */
  leaves = false;
  /** Only the type of what is being looked at is wanted: locals around compile-time code have one, and no value. */
  typesOnly = false;
  /** Where a diagnostic of a generic body is to be reported too: the user's call. */
  display = '';
  /** The constant whose initialiser is being evaluated, for messages. */
  constant = '';
  isLambda = false;
  /** Type narrowing of category arms: the `any` whose tag decides conversions. */
  categoryArm: { kind: 'int' | 'float'; } | null = null;
  /** Position override for #caller_location in default arguments. */
  callSite = 0;
  callFunc = '';
  /** Block value context: where `return` of an inlined #insert goes… */
  resultSeen = false;
  /** A name lookup has reported (ambiguity, visibility): its caller stays silent. */
  lookupReported = false;
  /** Set while the result type is being inferred: told the first returned value (null = bare return). */
  inferring: ((v: Val | null) => void) | null = null;
  /** The operand of the `xx` or `.(T)` being converted, for messages of user conversions. */
  convertSpan: { readonly start: number; readonly end: number } | null = null;
  /** The function's own block, and the positions of the block under way when it is another one (debug information). */
  body: NodeId = 0;
  blockFrom = 0;
  blockTo = 0;
  /** A branch chosen at compile time has left: until something is live again, nothing after it is looked at (reference 4.7). */
  cut = false;
  /** Instructions kept free in the entry block for slots of captures that are met later (lambda.ts). */
  captureSlots: Ref[] = NONE;
  /** An instruction of the entry block kept free for ret_slot while the result type is inferred (it must dominate every return). */
  retReserve: Ref = 0;

  constructor(readonly c: Checker, file: ModFile, tree: Tree, env: Env | null) {
    this.file = file;
    this.tree = tree;
    this.env = env;
  }

  get b(): Builder { return this.builder ??= new Builder(this.c.module); }
  set b(b: Builder) { this.builder = b; }

  get live(): boolean { return this.b.live; }

  pos(n: NodeId): number { return this.tree.file.base + this.tree.start[n]!; }
  end(n: NodeId): number { return this.tree.file.base + this.tree.end[n]!; }

  push(): Scope {
    const s: Scope = { locals: this.locals.length, cleanups: NONE, narrowed: NONE, nested: NONE };
    if (this.scopes === NONE) this.scopes = [];
    this.scopes.push(s);
    return s;
  }

  /** Leaves the innermost scope; its cleanups must have been emitted. */
  pop(): void {
    const s = this.scopes.pop()!;
    if (this.locals.length !== s.locals) this.locals.length = s.locals;
    if (s.narrowed !== NONE) for (const l of s.narrowed) l.narrowed = false;
  }

  declare(name: NameId, val: Val, pos: number): Local {
    const l: Local = { name, val, used: null, narrowed: false, assigned: true, pos, statement: false };
    this.put(l);
    this.c.semantics?.locals.set(pos, val);
    return l;
  }

  put(l: Local): void {
    if (this.locals === NONE) this.locals = [];
    this.locals.push(l);
  }

  /** The index of the innermost local of this name, -1 = none. */
  indexOf(name: NameId): number {
    const ls = this.locals;
    let i = ls.length - 1;
    while (i >= 0 && ls[i]!.name !== name) i--;
    return i;
  }

  find(name: NameId): Local | null {
    const at = this.indexOf(name);
    return at < 0 ? null : this.locals[at]!;
  }
}
