// Takes nothing; gives the token kinds and their spellings for messages.

export const enum Tok {
  eof = 0,
  /** a byte sequence that is no token (reported by the lexer) */
  invalid,
  // --- values; value column: NameId for ident/raw/keywords, code point for char, terminator length for heredoc
  ident,
  raw,
  int,
  float,
  char,
  string,
  heredoc,
  // --- punctuation
  plus,
  minus,
  star,
  slash,
  percent,
  amp,
  pipe,
  caret,
  tilde,
  shl,
  shr,
  eqEq,
  notEq,
  lt,
  ltEq,
  gt,
  gtEq,
  bang,
  question,
  questionQuestion,
  questionDot,
  pipeGt,
  eq,
  plusEq,
  minusEq,
  starEq,
  slashEq,
  percentEq,
  ampEq,
  pipeEq,
  caretEq,
  shlEq,
  shrEq,
  dot,
  dotDot,
  dotDotEq,
  dotDotLt,
  ltDotDot,
  ltDotDotEq,
  ltDotDotLt,
  eqDotDot,
  eqDotDotEq,
  eqDotDotLt,
  colon,
  colonColon,
  colonEq,
  arrow,
  fatArrow,
  comma,
  semi,
  dollar,
  undef,
  lparen,
  rparen,
  lbracket,
  rbracket,
  lbrace,
  rbrace,
  // --- directives
  hashImport,
  hashInsert,
  hashRun,
  hashError,
  hashLibrary,
  hashFramework,
  hashUsing,
  hashInclude,
  hashSource,
  hashDefine,
  hashFlags,
  hashInline,
  hashIdentity,
  hashGet,
  hashSet,
  hashCallerLocation,
  hashContextExtend,
  /** any word of the Objective-C / JNI / Swift family; value = NameId of the word without '#' */
  hashFfi,
  // --- keywords (kwFirst … kwLast), in the order of KEYWORDS
  kwIf,
  kwElse,
  kwThen,
  kwWhile,
  kwFor,
  kwIn,
  kwBreak,
  kwContinue,
  kwReturn,
  kwDefer,
  kwPush,
  kwCase,
  kwTrue,
  kwFalse,
  kwNull,
  kwAnd,
  kwOr,
  kwXx,
  kwStruct,
  kwEnum,
  kwUnion,
  kwError,
  kwProtocol,
  kwImpl,
  kwInline,
  kwRaise,
  kwTry,
  kwCatch,
  kwOnfail,
  kwF32,
  kwF64,
  kwType,
  kwSelf,
  kwUfcs,
  kwAbi,
  kwExtern,
  kwExport,
  kwAsm,
  kwIntrinsic,
  kwPrivate,
  count,
  kwFirst = kwIf,
  kwLast = kwPrivate,
}

export const KEYWORDS: readonly string[] = (
  'if else then while for in break continue return defer push case true false null and or xx ' +
  'struct enum union error protocol impl inline raise try catch onfail f32 f64 Type Self ' +
  'ufcs abi extern export asm intrinsic private'
).split(' ');

/** Directive words in the order of Tok.hashImport … Tok.hashContextExtend. */
export const DIRECTIVES: readonly string[] = (
  'import insert run error library framework using include source define flags inline identity get set ' +
  'caller_location context_extend'
).split(' ');

export const FFI_DIRECTIVES: readonly string[] = (
  'objc_call jni_call jni_static_call jni_class jni_interface objc_class objc_protocol swift_class swift_struct ' +
  'swift_protocol extends implements jni_method_descriptor jni_env jni_main selector property'
).split(' ');

const PUNCTUATION = (
  '+ - * / % & | ^ ~ << >> == != < <= > >= ! ? ?? ?. |> = += -= *= /= %= &= |= ^= <<= >>= . ' +
  '.. ..= ..< <.. <..= <..< =.. =..= =..< : :: := -> => , ; $ --- ( ) [ ] { }'
).split(' ');

/** How a token kind is named in messages: `'('`, `identifier`, `end of file`. */
export function tokText(kind: Tok): string {
  if (kind >= Tok.kwFirst && kind <= Tok.kwLast) return `'${KEYWORDS[kind - Tok.kwFirst]}'`;
  if (kind >= Tok.hashImport && kind < Tok.hashFfi) return `'#${DIRECTIVES[kind - Tok.hashImport]}'`;
  if (kind >= Tok.plus && kind <= Tok.rbrace) return `'${PUNCTUATION[kind - Tok.plus]}'`;
  switch (kind) {
    case Tok.eof:
      return 'end of file';
    case Tok.ident:
    case Tok.raw:
      return 'identifier';
    case Tok.int:
      return 'integer literal';
    case Tok.float:
      return 'float literal';
    case Tok.char:
      return 'character literal';
    case Tok.string:
      return 'string literal';
    case Tok.heredoc:
      return 'heredoc';
    case Tok.hashFfi:
      return 'directive';
    default:
      return 'invalid token';
  }
}
