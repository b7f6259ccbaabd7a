// Takes nothing; gives the records of the module graph: files, their declarations, imports and namespaces.
import type { NameId, NodeId } from '../base/ids.ts';
import type { Tree } from '../parse/tree.ts';

/** One importable unit: a file, or the files of a directory (reference 13.2). */
export interface Unit {
  readonly path: string;
  readonly files: ModFile[];
}

export const enum DeclKind {
  /** `n :: value` (function, type, constant, alias): the value node says which. */
  const_,
  /** `n := e`, `n : T = e`. */
  var_,
  /** `n : T extern …`. */
  extern_,
  /** `n :: #import "p"`, `n :: #import c {…}`. */
  namespace,
  /** `n :: #library "x"`. */
  library,
}

/** A file-level declaration. `facts` is the checker's own memo. */
export interface ModDecl {
  readonly kind: DeclKind;
  readonly name: NameId;
  readonly file: ModFile;
  readonly node: NodeId;
  readonly private: boolean;
  unit: Unit | null; // namespace target
  readonly order: number; // program order
  facts: unknown;
}

export interface Item {
  readonly file: ModFile;
  readonly node: NodeId;
}

export interface ModFile {
  readonly path: string;
  readonly tree: Tree;
  /** Own declarations; several authors of one name only after an error, or for accessor pairs. */
  readonly decls: Map<NameId, ModDecl>;
  /** Units imported flat, in order. */
  readonly flat: Unit[];
  readonly impls: NodeId[];
  readonly contextFields: NodeId[];
  readonly topRuns: NodeId[];
  readonly asms: NodeId[];
  readonly errors: NodeId[];
  readonly cUnits: NodeId[];
  /** C names of `#import c` blocks that sx cannot have, with the reason. */
  readonly refused: Map<NameId, string>;
  readonly isRoot: boolean;
  /** True when reached from the root through flat imports only. */
  flatFromRoot: boolean;
}

export interface Program {
  readonly root: ModFile;
  /** In program order: imported files stand where their first import stands. */
  readonly files: ModFile[];
  /** All declarations in program order. */
  readonly decls: ModDecl[];
  /** Those of them that are not the file's own matter alone: namespaces, libraries, what is extern, exported or an intrinsic. */
  readonly outward: ModDecl[];
  readonly byPath: Map<string, ModFile>;
  /** There was an error that ends a compilation (LoadContext.goOn). */
  readonly broken: boolean;
}
