// Takes nothing; gives the branded number ids that every store of the compiler uses as keys (0 = none everywhere).

/**
 * A number with a compile-time tag. Ids are plain numbers at run time, so arithmetic and typed-array reads stay cheap:
 * `arr[id]` works as is, and a raw number becomes an id with `n as NameId`.
 */
export type Id<Tag extends string> = number & { readonly __id?: Tag };

export type NameId = Id<'Name'>;
export type FileId = Id<'File'>;
/** Global byte position: SourceFile.base + byte offset. 0 = no position. */
export type Pos = Id<'Pos'>;
/** Index into the columns of one Tree (local to that tree). */
export type NodeId = Id<'Node'>;
export type ModuleId = Id<'Module'>;
export type DeclId = Id<'Decl'>;
export type ScopeId = Id<'Scope'>;
export type TypeId = Id<'Type'>;
export type FnId = Id<'Fn'>;
export type GlobalId = Id<'Global'>;
export type BlockId = Id<'Block'>;
export type InstId = Id<'Inst'>;
export type ConstId = Id<'Const'>;
