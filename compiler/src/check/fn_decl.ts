// Records of functions: the declaration (syntax and where its names resolve) and the instances made of it.
import type { Code } from '../diagnostics/codes.ts';
import type { Place } from '../diagnostics/sink.ts';
import type { NameId, NodeId } from '../base/ids.ts';
import type { Fn } from '../ir/module.ts';
import type { Tree } from '../parse/tree.ts';
import type { ModFile } from '../resolve/module.ts';
import type { TypeId } from '../types/types.ts';
import type { Env } from './env.ts';
import type { Instances } from './instances.ts';
import type { Val } from './val.ts';

export const enum ParamMode {
  /** An ordinary run-time parameter. */
  value,
  /** `$T: Type`: a type slot. */
  type,
  /** `$n: T`: a compile-time value. */
  constant,
  /** `..xs: []T`. */
  variadic,
  /** `..$xs`, `..xs: P`, `..xs: any`. */
  pack,
}

export interface ParamDecl {
  readonly name: NameId;
  readonly node: NodeId;
  readonly mode: ParamMode;
  /** Type node, 0 when none was written. */
  readonly type: NodeId;
  readonly default: NodeId;
  /** Its type introduces or mentions a `$` name of this function. */
  readonly generic: boolean;
}

export interface FnDecl {
  readonly id: number;
  readonly name: NameId;
  /** Source name, `Type.method` for methods. */
  display: string;
  readonly tree: Tree;
  /** The Fn node. */
  readonly node: NodeId;
  readonly file: ModFile;
  /** Names of the surroundings: struct parameters, enclosing function's compile-time names. */
  readonly env: Env | null;
  readonly params: readonly ParamDecl[];
  /** Needs compile-time arguments or inference: one instance per binding. */
  readonly generic: boolean;
  readonly ufcs: boolean;
  /** The type in whose body (or impl) it stands, 0 = none. */
  readonly owner: TypeId;
  /** Names introduced by `$` in parameter types, in order. */
  readonly introduced: readonly NameId[];
  readonly instances: Instances<FnInst>;
  /** Alias for an intrinsic (declared with `intrinsic`): its name. */
  readonly intrinsic: string | null;
  /** Default body of a protocol method: the protocol whose methods `self` calls go to. */
  protocolDomain: TypeId;
}

export const enum BodyState { none, queued, active, done }

export interface FnInst {
  readonly decl: FnDecl;
  readonly env: Env | null;
  /** The IR function; its signature is final once retKnown. */
  fn: Fn | null;
  /** Types of run-time parameters (packs expanded), without context. */
  readonly params: readonly TypeId[];
  readonly names: readonly NameId[];
  ret: TypeId;
  retKnown: boolean;
  /** Error set of the channel; 0 = not failable. */
  errors: TypeId;
  /** Labels and defaults of a named multi-return. */
  retNames: readonly NameId[] | null;
  state: BodyState;
  readonly display: string;
  /** Tags raised through a bare `!` channel so far, and the callees whose failures escape. */
  raised: Set<string> | null;
  propagates: Set<FnInst> | null;
  /** Element types of the pack parameter, null = none. */
  readonly pack: readonly TypeId[] | null;
  /** Compile-time strings that are arguments here because other literals share the instance (staged.ts): the first of them. */
  literals: ReadonlyMap<NameId, Val> | null;
  /** Checking the body reported something: every call site has to hear of it, so nothing else shares the instance. */
  faulty: boolean;
  /** First diagnostic order: callees met, interleaved with diagnostics. */
  usesContext: boolean;
  /** Captures of a lambda: allocated environment. */
  readonly lambda: boolean;
  /** Where the body's reports stand among the caller's; null when it is checked at once. */
  place: Place | null;
  /** The call that made this instance; null for plain functions. */
  site: InstSite | null;
  /** All calls so far that hand it compile-time values, and what its body has refused of them (blame.ts). */
  readonly sites: InstSite[];
  readonly blames: Blame[];
  /** How many instances ask for each other up to this one; 0 = asked for by plain code. */
  depth: number;
}

/** A call of an instance. */
export interface InstSite {
  readonly start: number;
  readonly end: number;
  /** The instance whose body holds the call, null = none. */
  readonly by: FnInst | null;
  /** The arguments of `$name: T` parameters. */
  readonly args: readonly InstArg[];
}

export interface InstArg {
  readonly name: NameId;
  readonly start: number;
  readonly end: number;
  /** The compile-time parameter of the caller that is handed on; 0 = the argument says something of its own. */
  readonly passes: NameId;
}

/** An error that a body finds in what its callers gave it. */
export interface Blame {
  readonly code: Code;
  readonly message: string;
  /** The compile-time parameter it is about; 0 = a type of the instance: the outermost call. */
  readonly param: NameId;
  /** Where the body uses it. */
  readonly start: number;
  readonly end: number;
}
