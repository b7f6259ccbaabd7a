// Takes nothing; gives the node kinds of the syntax tree and, for every kind, the meaning of its columns.
//
// A node has kind, flags, start, end (byte offsets in the file, end exclusive) and three numbers a, b, c.
// Notation in the comments below:
//   node      a node id, never 0 unless "or 0" is said (0 = absent)
//   list      index into tree.extra of a count-prefixed list: extra[i] = count, extra[i+1 .. i+count] = node ids.
//             Index 0 is the empty list (extra[0] === 0). Read it with tree.listCount(i) / tree.listAt(i, k).
//   rec       index into tree.extra of a fixed record; its fields are the const enums *Rec below: extra[rec + FnRec.ret]
//   name      NameId (raw `x and bare x have the same NameId; raw-ness is NameFlag.raw or the byte '`' at its offset)
//   offset    byte offset in the file of a token (for a name: of its first byte, the backtick included)
// A list that may hold "args" holds: expression | NamedArg | Spread.
//
// Unless stated otherwise a declaration node STARTS at its name, so the name's span is
// tree.nameSpanEnd(start) (`private` is not part of the span, it is DeclFlag.private).
//
// Types in type position are the kinds Type* (plus StructDef, EnumDef, UnionDef, and Error). In expression position
// builtin and user type names are Ident / Member / Call, `*T` is AddrOf, and the forms that can only be types
// ([N]T, []T, [*]T, [:0]T, ?T, (A) -> R, Tuple(…), Closure(…), struct/union/enum {…}, $T, $xs[i]) use the same Type* kinds.
// Type arguments (TypeApply) and array dimensions may be expressions.

export const enum Node {
  None = 0,
  /** Something that did not parse (already reported): poison, stay silent. Children, if any: a list. */
  Error,

  // ------------------------------------------------------------------------------------------------ file and items
  /** Whole file. a = list of items (declarations and the item kinds below). */
  File,
  /**
   * `n :: value` and `n : T : value` everywhere (file, local, struct / impl / protocol / runtime class member).
   * a = name, b = value node, c = type node or 0. flags: DeclFlag.
   * The value says what is declared: Fn, StructDef, EnumDef, UnionDef, ErrorDef, ProtocolDef, RuntimeClass, Import,
   * ImportC, Library, Run, Intrinsic, UfcsAlias, or any expression (constant / alias / type expression).
   */
  ConstDecl,
  /** `n := e`, `n : T = e`, `n : T;`. a = name, b = type node or 0, c = init node or 0 (`---` is Undef). flags: DeclFlag. */
  VarDecl,
  /** `n : T extern [lib] ["sym"];`. a = name, b = type node, c = rec ExternRec. flags: DeclFlag. */
  ExternVar,
  /** `a, b := e;`. a = list of targets (Ident each; others were reported), b = init node. Starts at the first target. */
  Destructure,
  /** `#import "p"`: as an item (flat import) or as the value of a ConstDecl (namespaced). a = String node. */
  Import,
  /** `#import c { … }`: as an item or as the value of a ConstDecl. a = list of CItem. */
  ImportC,
  /** One entry of an ImportC. a = String node. flags: CItemKind. */
  CItem,
  /** `#library "x"`, only as the value of a ConstDecl. a = String node. */
  Library,
  /** `#framework "X";` item. a = String node. */
  Framework,
  /** `#run e;` at file level (item only; in expressions and constants it is Run). a = expression. */
  TopRun,
  /**
   * `impl P for T { … }`. a = protocol type node (TypeName / TypePath / TypeApply), b = target type node,
   * c = list of ConstDecl (value Fn). Generic heads: `impl P for Pair($T)` has target TypeApply with TypeGeneric args.
   */
  Impl,
  /** `#context_extend n: T = e;`. a = name, b = type node, c = rec ContextExtendRec (name offset, default node or 0). */
  ContextExtend,
  /** `#error(e);` item or statement. a = expression (a String node in correct programs). */
  ErrorDirective,

  // ------------------------------------------------------------------------------------- values of ConstDecl only
  /** `n :: ufcs target;`. a = target expression (Ident). */
  UfcsAlias,
  /** `n :: intrinsic;`. */
  Intrinsic,
  /**
   * Every function body or signature: named functions, methods, lambdas, trailing blocks, `n :: { … }`.
   * a = list of Param, b = body or 0 (Block; with FnFlag.arrow any expression), c = rec FnRec. flags: FnFlag.
   * Starts at `(` (or `{` when FnFlag.noParams), for `ufcs` functions at the word `ufcs`.
   */
  Fn,
  /**
   * Parameter of Fn, StructDef or ProtocolDef. a = name, b = type node or 0, c = rec ParamRec.
   * flags: ParamFlag. Starts at the first token (`..`, `$` or the name).
   * `$T: Type/P/Q` has type TypeConstrained. Protocol type parameters have no `$`.
   */
  Param,

  // ------------------------------------------------------------------------------------------------- nominal types
  /** `struct [abi(.x)] [(params)] { … }`. a = list of Param, b = list of members (Field, Using, ConstDecl), c = abi name or 0. */
  StructDef,
  /**
   * `a, b: T = e;` in a struct, union or runtime class. a = list of Name, b = type node (0 was reported), c = default or 0.
   * In a union: exactly one name and no default; an anonymous `struct { … };` arm is a Field with an EMPTY name list.
   */
  Field,
  /** A name that is not its node's first token. a = name. Span = the name token. flags: NameFlag. */
  Name,
  /** `#using S;`. a = type node (TypeName). */
  Using,
  /** `enum [flags] [Backing] { … }`. a = list of Variant, b = backing type node or 0. flags: EnumFlag. */
  EnumDef,
  /** a = name, b = value expression or 0, c = payload type node or 0. Starts at the name. */
  Variant,
  /** `union { … }`. a = list of Field. */
  UnionDef,
  /** `error { A, B }`. a = list of Name. */
  ErrorDef,
  /** `protocol [(T: Type)] [#inline] [#identity] { … }`. a = list of Param, b = list of ConstDecl (value Fn, body 0 = required). flags: ProtocolFlag. */
  ProtocolDef,
  /**
   * `#objc_class("N") [extern|export] { … }` and its relatives, value of a ConstDecl. a = String node or 0,
   * b = list of members (Field, ConstDecl, RuntimeMember), c = RuntimeClassKind. flags: RuntimeClassFlag.
   */
  RuntimeClass,
  /** `#extends X;`, `#implements X;`, `#property(..) …` and other directives in a runtime class. a = list of nodes, b = name of the directive. */
  RuntimeMember,

  // ------------------------------------------------------------------------------------------------ types (syntax)
  /** A type name: `i64`, `Foo`, `` `u8 ``, also f32 f64 Type Self void any. a = name. flags: NameFlag. */
  TypeName,
  /** `x.Name` (namespace member, pack projection `xs.T`). a = left type node (TypeName/TypePath), b = name, c = name offset. */
  TypePath,
  /** `Head(args)`: generic instance, type function, reflection call, Vector/Array. a = head (TypeName/TypePath), b = list of args: type node | expression | TypeSpread. */
  TypeApply,
  /** `*T`. a = type node. */
  TypePtr,
  /** `[*]T`. a = type node. */
  TypeManyPtr,
  /** `[]T`. a = type node. */
  TypeSlice,
  /** `[:0]T`. a = type node, b = Int node (sentinel). */
  TypeSentinel,
  /** `[dim]T`. a = element type node, b = dimension expression. */
  TypeArray,
  /** `?T`. a = type node. */
  TypeOptional,
  /** `(A, x: B, ..C) -> R [abi(.c)]`. a = list of type nodes (TypeNamed / TypeSpread allowed), b = result type node. flags: FnFlag.abiC, abiNaked. */
  TypeFn,
  /** `Closure(A, ..xs.T) -> R`. a = list of type nodes (TypeNamed / TypeSpread allowed), b = result type node or 0 (void). */
  TypeClosure,
  /** `Tuple(A, x: B, ..C)`. a = list of type nodes (TypeNamed / TypeSpread allowed). */
  TypeTuple,
  /** `x: T` inside TypeFn / TypeClosure / TypeTuple. a = name, b = type node. Starts at the name. */
  TypeNamed,
  /** `..T` inside type lists. a = type node. */
  TypeSpread,
  /** `$T`, `$T/P/Q` (type or expression position). a = name, b = list of constraint type nodes. The name is at offset start + 1. */
  TypeGeneric,
  /** `$xs[i]` (type or expression position). a = name, b = index expression. The name is at offset start + 1. */
  TypePackIndex,
  /** `!` or `!Set`: error channel. a = set type node (TypeName/TypePath) or 0. */
  TypeFail,
  /** `(A, x: B = e, !E)` after `->`. a = list of RetSlot (a trailing error channel is a RetSlot whose type is TypeFail). */
  TypeMulti,
  /** Slot of TypeMulti. a = name or 0, b = type node, c = default expression or 0. Starts at the name if there is one. */
  RetSlot,
  /** `()` in type position = void. */
  TypeUnit,
  /** `(T)`: grouping only. a = type node. */
  TypeGroup,
  /** `T/P/Q` after `$x:`. a = type node, b = list of constraint type nodes. */
  TypeConstrained,

  // ---------------------------------------------------------------------------------------------------- literals
  /** Integer. a = low 32 bits, b = high 32 bits (both as signed Int32: use >>> 0). See tree.intValue(n) → bigint. */
  Int,
  /** Float. Value = Number(text without '_'): tree.floatValue(n). */
  Float,
  /** Character. a = code point. */
  Char,
  /** String literal, span includes the quotes. Bytes: stringValue(tree, n) in parse/string_value.ts. */
  String,
  /** `#string WORD …`. a = offset of the first byte of the text, b = offset after its last byte. Span ends after the terminator word. */
  Heredoc,
  True,
  False,
  Null,
  /** `---`. */
  Undef,

  // --------------------------------------------------------------------------------------------------- expressions
  /** Name in expression position (f32, f64, Type, Self, protocol, impl, ufcs included; also category words in patterns: struct enum union). a = name. flags: NameFlag. */
  Ident,
  /** `(e)`. a = expression. (Matters: `.{ (x) }` is positional, `(e) = …` etc.) */
  Paren,
  /** `-e`, `!e`, `~e`. a = operand. flags: UnOp. */
  Unary,
  /** Prefix `*e`: address-of, or pointer type when e denotes a type. a = operand. */
  AddrOf,
  /** `xx e`. a = operand. */
  Xx,
  /** `try e`. a = operand. */
  Try,
  /** a = left, b = right, c = offset of the operator token. flags: BinOp. One comparison alone is a Binary; two or more are a Chain. */
  Binary,
  /** `a < b <= c`: a = list of operands (n), b = list of BinOp numbers (n - 1, plain numbers not nodes). */
  Chain,
  /**
   * `f(args) [{ trailing }]`, and `x |> f(args)` / `x |> f`. a = callee, b = list of args (piped value first, when piped),
   * c = trailing block (Fn with FnFlag.lambda | FnFlag.trailing) or 0; it is not in the list. flags: CallFlag.
   * The span of a piped call is that of its right side (`f(args)`); the piped value lies before it.
   */
  Call,
  /** `n = e` in calls, literals and `return`. a = name, b = value node. Starts at the name. */
  NamedArg,
  /** `..e` in calls and literals. a = expression. */
  Spread,
  /** `x[i]`. a = base, b = index. */
  Index,
  /** `x[lo..hi]`. a = base, b = lo or 0, c = hi or 0. flags: RangeOp. */
  Slice,
  /** `x.name`. a = base, b = name, c = name offset. (`error.X` is ErrorTag.) */
  Member,
  /** `x.0`. a = base, b = index, c = offset of the number. */
  TupleIndex,
  /** `p.*`. a = base. */
  Deref,
  /** `e.(T)`, `e.(T, alloc)`. a = operand, b = type node, c = allocator expression or 0. */
  Cast,
  /** `x?.name`. a = base, b = name, c = name offset. */
  OptMember,
  /** `x?.0`. a = base, b = index, c = offset of the number. */
  OptTupleIndex,
  /** `x?.(T)`. a = operand, b = type node. */
  OptCast,
  /** `e!`. a = operand. */
  Unwrap,
  /**
   * `e catch { … }`, `e catch (x) { … }`, `e catch (x) expr`, `e catch (x) == { case … }`.
   * a = operand, b = handler (Block, expression, or Match whose subject is an Ident of the binding), c = rec BindRec
   * (0 = no binding). flags: CatchForm.
   */
  Catch,
  /** `.{ … }`, `T.{ … } [{ init block }]`. a = type as an expression/type node or 0, b = list of args (shorthand `x` is a bare Ident), c = init Block or 0. flags: StructLitFlag. */
  StructLit,
  /** `.[ … ]`, `T.[ … ]`. a = type as an expression/type node or 0, b = list of expressions. */
  ArrayLit,
  /** `.name`. a = name, b = name offset. `.name(x)` is a Call of it, `.name.{…}` a StructLit with it as type. */
  EnumLit,
  /** `error.X`. a = name, b = name offset. */
  ErrorTag,
  /**
   * `{ … }`. a = list of statements WITHOUT the tail, b = tail expression (last statement is an expression without `;`) or 0.
   * flags: BlockFlag. Also the body of a match arm (BlockFlag.bare: no braces; there the last expression is the tail even
   * with `;`, then BlockFlag.tailSemi). Blocks of a file-level `inline if` hold items in a.
   */
  Block,
  /**
   * `if c { } else …`, `if c then x else y`. a = condition, b = then (Block, or expression with IfFlag.then),
   * c = else or 0 (Block, If, IfBind, Match, or expression with IfFlag.then). flags: IfFlag.
   */
  If,
  /** `if n := e { } else …`. a = rec BindRec (name, offset, expression), b = then Block, c = else or 0. flags: IfFlag. */
  IfBind,
  /** `if subject == { case … }`. a = subject, b = list of Arm (an else arm is last). flags: IfFlag.inline. */
  Match,
  /**
   * a = pattern or 0 (= else arm), b = rec BindRec of the capture or 0, c = body Block (BlockFlag.bare). flags: ArmFlag.
   * Patterns: EnumLit, Int, Char, True, False, Ident (type name or category word), Type* nodes, Paren.
   */
  Arm,
  /** `while c { }`. a = condition, b = body Block. */
  While,
  /** `while n := e { }`. a = rec BindRec (name, offset, expression), b = body Block. */
  WhileBind,
  /** a = list of Iter, b = list of Capture, c = body (Block; with ForFlag.arrow one statement node). flags: ForFlag. */
  For,
  /** One iterable. a = expression, b = end expression or 0. flags: RangeOp; RangeOp.none = collection; a range with b = 0 is open. */
  Iter,
  /** Capture of a For. a = name, b = name offset. flags: 1 = by reference (`*x`). */
  Capture,
  /** `push e { }`. a = expression, b = Block. */
  Push,
  /** `#run e` in expressions and constants. a = expression. */
  Run,
  /** `#insert e` (statement or expression). a = expression. */
  Insert,
  CallerLocation,
  /** `asm [volatile] { template, parts… }`: expression, or item (then AsmFlag.global). a = template expression, b = list of AsmOperand, c = list of Name (clobbers). flags: AsmFlag. */
  Asm,
  /** a = Name node of `[n]` or 0, b = String node (constraint), c = value: expression, type node, or place expression (see flags: AsmOperandKind). */
  AsmOperand,
  /** `#objc_call(T)(args)`, `#jni_call`, `#jni_static_call`, `#selector("…")`. a = type node or 0, b = list of args, c = name of the directive. */
  FfiCall,
  /** `#jni_env(e) { }`, `#jni_main …`. a = expression or 0, b = Block. */
  JniEnv,

  // ---------------------------------------------------------------------------------------------------- statements
  /** Expression as a statement. a = expression. flags: 1 = ends in `;` (the `;` is at offset end - 1). */
  ExprStmt,
  /** `lv op= e;`. a = target, b = value, c = offset of the operator. flags: BinOp, BinOp.none = plain `=`. */
  Assign,
  /** `a, b = x, y;`. a = list of targets, b = list of values (equal counts were checked by the checker, not here). */
  MultiAssign,
  /** `return a, n = b;` statement or expression. a = list of expression | NamedArg. The span excludes the `;`. */
  Return,
  /** `raise e;` statement. a = expression. */
  Raise,
  /** `break` statement or expression. */
  Break,
  /** `continue` statement or expression. */
  Continue,
  /** `defer { }` / `defer e;`. a = Block, expression, or Assign. */
  Defer,
  /** `onfail [(e)] { }` / `onfail e;`. a = Block, expression or Assign, b = rec BindRec or 0. */
  OnFail,

  Count,
}

/** Record of a Fn node (column c). Strings and types are nodes, 0 = absent. */
export const enum FnRec {
  /** result type node or 0 */
  ret = 0,
  /** name in `abi(.x)` or 0 */
  abi = 1,
  /** `extern LIB` / `export LIB`: name or 0 */
  lib = 2,
  /** its offset */
  libOffset = 3,
  /** String node of the C symbol or 0 */
  symbol = 4,
  /** offset of the `)` of the parameter list (or of `{` when there is none) */
  paramsEnd = 5,
  size = 6,
}
export const enum ParamRec {
  nameOffset = 0,
  /** default expression or 0 */
  default = 1,
  size = 2,
}
export const enum ExternRec {
  lib = 0,
  libOffset = 1,
  symbol = 2,
  size = 3,
}
export const enum ContextExtendRec {
  nameOffset = 0,
  default = 1,
  size = 2,
}
/** A bound name. `expr` is 0 where the binding has no own expression (Catch, OnFail, Arm). */
export const enum BindRec {
  name = 0,
  nameOffset = 1,
  expr = 2,
  size = 3,
}

export const enum DeclFlag {
  private = 1,
  /** the name was written raw: `` `name `` */
  raw = 2,
}
export const enum NameFlag {
  raw = 2,
}
export const enum FnFlag {
  /** body is `=> expr` */
  arrow = 1,
  /** a lambda literal (also trailing blocks) */
  lambda = 2,
  /** declared with `ufcs` */
  ufcs = 4,
  extern = 8,
  export = 16,
  /** body is the word `intrinsic` */
  intrinsic = 32,
  get = 64,
  set = 128,
  abiC = 256,
  abiNaked = 512,
  /** `n :: { … }`: no parameter list was written (also trailing blocks) */
  noParams = 1024,
  /** the block after a call */
  trailing = 2048,
}
export const enum ParamFlag {
  /** `..x` */
  variadic = 1,
  /** the name was written raw (same bit as DeclFlag.raw / NameFlag.raw) */
  raw = 2,
  /** `$x` */
  comptime = 4,
}
export const enum EnumFlag {
  flags = 1,
}
export const enum ProtocolFlag {
  inline = 1,
  identity = 2,
}
export const enum IfFlag {
  inline = 1,
  /** `if c then x else y` */
  then = 2,
}
export const enum ForFlag {
  inline = 1,
  /** `for … => stmt` */
  arrow = 2,
}
export const enum BlockFlag {
  /** arm body without own braces */
  bare = 1,
  /** the tail was followed by `;` (arms only, where it does not discard) */
  tailSemi = 2,
}
export const enum ArmFlag {
  /** `case p: break;` – empty arm */
  break = 1,
  /** `case p: => e;` / `(x) => e;` */
  arrow = 2,
}
export const enum CallFlag {
  /** written `x |> f(args)`: the first arg is the piped value */
  piped = 1,
  /** written `x |> f` (no parentheses) */
  pipedBare = 2,
}
export const enum StructLitFlag {
  /** a comma stands before the `}`: `.{ x, }` */
  trailingComma = 1,
}
export const enum CatchForm {
  /** handler is a Block */
  block = 0,
  /** handler is an expression (binding present) */
  expr = 1,
  /** handler is a Match on the binding */
  match = 2,
}
export const enum AsmFlag {
  volatile = 1,
  global = 2,
}
export const enum AsmOperandKind {
  /** `"r" = e` */
  input = 0,
  /** `"=r" -> T` */
  output = 1,
  /** `"+r" -> *place` */
  place = 2,
}
export const enum CItemKind {
  include = 0,
  source = 1,
  define = 2,
  flags = 3,
}
export const enum RuntimeClassKind {
  objcClass = 0,
  objcProtocol = 1,
  jniClass = 2,
  jniInterface = 3,
  swiftClass = 4,
  swiftStruct = 5,
  swiftProtocol = 6,
}
export const enum RuntimeClassFlag {
  extern = 1,
  export = 2,
  /** `#jni_main` stood before or after the class directive */
  jniMain = 4,
}
export const enum UnOp {
  neg = 1,
  not = 2,
  bitNot = 3,
}
/** Binary operators; the same numbers name compound assignments (`+=` is add). 0 = none (plain `=`). */
export const enum BinOp {
  none = 0,
  add = 1,
  sub,
  mul,
  div,
  rem,
  bitAnd,
  bitOr,
  bitXor,
  shl,
  shr,
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  in,
  and,
  or,
  /** `??` */
  coalesce,
}
/** How a range includes its ends; order as the lexemes `.. ..= ..< <.. <..= <..< =.. =..= =..<`. 0 = not a range. */
export const enum RangeOp {
  none = 0,
  /** `a..b`: start inclusive, end exclusive (the default) */
  plain = 1,
  /** `a..=b` */
  endIncl,
  /** `a..<b` */
  endExcl,
  /** `a<..b` */
  startExcl,
  /** `a<..=b` */
  startExclEndIncl,
  /** `a<..<b` */
  startExclEndExcl,
  /** `a=..b` */
  startIncl,
  /** `a=..=b` */
  startInclEndIncl,
  /** `a=..<b` */
  startInclEndExcl,
}

export function rangeExcludesStart(op: RangeOp): boolean {
  return op >= RangeOp.startExcl && op <= RangeOp.startExclEndExcl;
}
export function rangeIncludesEnd(op: RangeOp): boolean {
  return op === RangeOp.endIncl || op === RangeOp.startExclEndIncl || op === RangeOp.startInclEndIncl;
}
/** True when the end marker is written (`..=`, `..<`), so that an end is required. */
export function rangeHasEndMarker(op: RangeOp): boolean {
  return op !== RangeOp.none && (op - 1) % 3 !== 0;
}
