// Records of nominal type declarations: heads (perhaps generic) and what is known of each type made of one.
import type { NameId, NodeId } from '../base/ids.ts';
import type { Tree } from '../parse/tree.ts';
import type { ModFile } from '../resolve/module.ts';
import type { TypeId } from '../types/types.ts';
import type { Env } from './env.ts';
import type { FnDecl } from './fn_decl.ts';
import type { Instances } from './instances.ts';
import type { Val } from './val.ts';

/** A struct/enum/union/protocol declaration, or a type function, as written. */
export interface TypeHead {
  readonly id: number;
  readonly name: string;
  readonly tree: Tree;
  readonly node: NodeId;
  readonly file: ModFile;
  readonly env: Env | null;
  /** Instances by argument key; '' for a head without parameters. */
  readonly instances: Instances<TypeId>;
  readonly generic: boolean;
  /** The type function whose result this is: within the type its name followed by arguments is a call of it. */
  readonly maker: FnDecl | null;
}

export const enum MemberKind { method, constant }

/** A method or constant in a type's namespace. */
export interface Member {
  readonly kind: MemberKind;
  readonly name: NameId;
  readonly tree: Tree;
  /** The ConstDecl node. */
  readonly node: NodeId;
  readonly file: ModFile;
  readonly env: Env | null;
  readonly get: boolean;
  readonly set: boolean;
  fn: FnDecl | null;
  val: Val | null;
  busy: boolean;
}

/** Most types have no methods: they share this. */
export const NO_MEMBERS: ReadonlyMap<NameId, Member> = new Map();

/** The checker's side of a nominal type. */
export interface TypeDecl {
  readonly type: TypeId;
  readonly head: TypeHead | null;
  readonly args: readonly Val[];
  readonly tree: Tree;
  readonly node: NodeId;
  readonly file: ModFile;
  readonly env: Env;
  members: ReadonlyMap<NameId, Member>;
  /** #set accessors share names with #get ones. */
  setters: ReadonlyMap<NameId, Member>;
  /** How many types up the one stands that no member of another type asked for first. */
  readonly depth: number;
  state: number; // 0 declared, 1 completing, 2 complete
  /** Default expression nodes by field index + the environment they are checked in. */
  readonly defaults: { node: NodeId; tree: Tree; file: ModFile; env: Env }[];
}
