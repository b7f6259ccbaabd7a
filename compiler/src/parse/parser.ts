// Takes token columns; gives the parser's state: cursor, node and list building, error reports, speculation.
import { I32Column } from '../base/columns.ts';
import type { NodeId } from '../base/ids.ts';
import type { Names } from '../base/names.ts';
import type { Code } from '../diagnostics/codes.ts';
import { type Diag, Sink } from '../diagnostics/sink.ts';
import type { Tokens } from '../lex/lex_file.ts';
import { Tok, tokText } from '../lex/token.ts';
import type { SourceFile } from '../source/source_map.ts';
import type { Grammar } from './grammar.ts';
import { Node } from './node.ts';
import { NAMES_SOMETHING, Tree } from './tree.ts';

/**
 * Deepest nesting of constructs; deeper sources get an error instead of a stack overflow. A level of parentheses costs
 * about 1.3 KB of stack in cold code, node gives 984 KB.
 */
const MAX_DEPTH = 300;
/** Longest run of one left-associative operator level or postfix chain (each step makes the tree one level deeper). */
export const MAX_CHAIN = 500;
const MAX_ERRORS = 20;

/** What the header of a control statement changes at its top level (brackets and braces lift it again): bits. */
export const enum Header {
  none = 0,
  /** no trailing blocks (while, for) */
  noTrailing = 1,
  /** no trailing blocks and no init blocks (if, push) */
  noBlocks = 2,
  /** the paren group before `{` or `=>` is the capture (for) */
  capture = 4,
  /** `== {` ends the subject of a match (if) */
  subject = 8,
  while = noTrailing,
  for = noTrailing | capture,
  if = noBlocks | subject,
}

/** Everything a speculative parse may change. */
export interface Mark {
  i: number;
  nodes: number;
  extra: number;
  top: number;
  errors: number;
  lastErrorToken: number;
  depth: number;
  header: Header;
  deferDepth: number;
  loopDepth: number;
}

export class Parser {
  readonly file: SourceFile;
  readonly names: Names;
  readonly tokens: Tokens;
  readonly tokKind: Uint8Array;
  readonly tokStart: Int32Array;
  readonly tokEnd: Int32Array;
  readonly tokValue: Int32Array;
  readonly g: Grammar;
  /** Index of the current token; `advance` and `moveTo` change it with the three that follow from it. */
  i = 0;
  /** Its kind. */
  tok: Tok;
  /** Offset of the current token. */
  at: number;
  /** End offset of the token before the current one. */
  prevEnd = 0;

  kind: Uint8Array;
  flags: Uint16Array;
  start: Int32Array;
  end: Int32Array;
  a: Int32Array;
  b: Int32Array;
  c: Int32Array;
  count = 1;
  private capacity: number;
  private extra: Int32Array;
  private extraCount = 1;
  /** Children of the lists being built, the first `top` of them; see push/list. */
  stack = new Int32Array(256);
  top = 0;
  /** Nodes that declare a name or name a type, in order (tree.ts: NAMES_SOMETHING). */
  private readonly naming: I32Column;

  header: Header = Header.none;
  /** Inside a defer/onfail body (not through a function boundary). */
  deferDepth = 0;
  /** Enclosing loops (not through a function boundary); -1 = unknown (inserted text). */
  loopDepth = 0;
  depth = 0;
  /** Length of the `else if` chain being parsed. */
  elseChain = 0;
  /** Set by expression-statement parsing: the token index right after a trailing block that just ended. */
  trailingEnd = -1;
  /** Set by stmt(): the expression of a statement that stands right before the end of its block without `;`, else 0. */
  tail: NodeId = 0;
  fatal = false;
  muted = 0;
  /** Reports of this parse in the order found; flushed by parseFile. */
  readonly pending = new Sink();
  /** Errors of the lexer, merged with `pending` when the parse ends. */
  lexical: Diag[] = [];
  private lastErrorToken = -1;
  /** Token positions where a type argument turned out to be an expression. */
  readonly notType = new Set<number>();
  /** Token index of a result type → index after it (0 = does not parse). */
  readonly resultEnd = new Map<number, number>();

  readonly nameTuple: number;
  readonly nameClosure: number;

  constructor(file: SourceFile, names: Names, tokens: Tokens, grammar: Grammar) {
    this.file = file;
    this.names = names;
    this.tokens = tokens;
    this.tokKind = tokens.kind;
    this.tokStart = tokens.start;
    this.tokEnd = tokens.end;
    this.tokValue = tokens.value;
    this.tok = tokens.kind[0]!;
    this.at = tokens.start[0]!;
    this.g = grammar;
    // Seven nodes to ten tokens in dense code, and four fields: see lexFile for why not more.
    this.capacity = Math.floor(tokens.count * 0.75) + 16;
    this.kind = new Uint8Array(this.capacity);
    this.flags = new Uint16Array(this.capacity);
    this.start = new Int32Array(this.capacity);
    this.end = new Int32Array(this.capacity);
    this.a = new Int32Array(this.capacity);
    this.b = new Int32Array(this.capacity);
    this.c = new Int32Array(this.capacity);
    this.extra = new Int32Array((tokens.count >> 1) + 16);
    this.naming = new I32Column((this.capacity >> 3) + 16);
    this.nameTuple = names.intern('Tuple');
    this.nameClosure = names.intern('Closure');
  }

  // ------------------------------------------------------------------------------------------------------- cursor
  /** The kind some tokens on; peek(0) is `tok`, for places of which TypeScript believes that it is still what it was. */
  peek(distance: number): Tok {
    // Kinds are followed by some that are Tok.eof.
    return this.tokKind[this.i + distance];
  }

  advance(): void {
    // The end of the file is the last token.
    if (this.tok === Tok.eof) return;
    const index = this.i + 1;
    this.prevEnd = this.tokEnd[this.i];
    this.i = index;
    this.tok = this.tokKind[index];
    this.at = this.tokStart[index];
  }

  moveTo(index: number): void {
    this.i = index;
    this.tok = this.tokKind[index];
    this.at = this.tokStart[index];
    this.prevEnd = index > 0 ? this.tokEnd[index - 1] : 0;
  }

  accept(kind: Tok): boolean {
    if (this.tok !== kind) return false;
    this.advance();
    return true;
  }

  /** Consumes `kind` or reports `expected …`; true when consumed. */
  expect(kind: Tok, context = ''): boolean {
    if (this.accept(kind)) return true;
    this.expected(tokText(kind), context);
    return false;
  }

  /** Source text between byte offsets (ASCII tokens). */
  sourceText(start: number, end: number): string {
    let text = '';
    for (let k = start; k < end; k++) text += String.fromCharCode(this.file.bytes[k]);
    return text;
  }

  /** True when an LF lies between the previous token and the current one. */
  newlineBefore(): boolean {
    const bytes = this.file.bytes;
    for (let k = this.prevEnd; k < this.at; k++) if (bytes[k] === 10) return true;
    return false;
  }

  /** ident, raw, or one of the keywords that are accepted as plain names. */
  isName(kind: Tok): boolean {
    return (
      kind === Tok.ident || kind === Tok.raw || kind === Tok.kwProtocol || kind === Tok.kwImpl || kind === Tok.kwUfcs
    );
  }

  /** Where a name is bound `f32` and `f64` are read like the other reserved names, which parse/reserved.ts reports (reference 1.3). */
  bindsName(kind: Tok): boolean {
    return this.isName(kind) || kind === Tok.kwF32 || kind === Tok.kwF64;
  }

  isKeyword(kind: Tok): boolean {
    return kind >= Tok.kwFirst && kind <= Tok.kwLast;
  }

  /** The index of the bracket that closes the one at `index`; 0 = it is none that opens, or unmatched. */
  closing(index = this.i): number {
    const kind = this.tokKind[index];
    return kind === Tok.lparen || kind === Tok.lbrace || kind === Tok.lbracket ? this.tokValue[index] : 0;
  }

  /** Begins what a header's rules do not reach into, or a header; gives what `header` has to be set to afterwards. */
  enterHeader(header: Header): Header {
    const outer = this.header;
    this.header = header;
    return outer;
  }

  /** Token after the bracket that matches the current opening one; eof when unmatched. */
  afterMatch(index = this.i): Tok {
    const close = this.closing(index);
    return close === 0 ? Tok.eof : this.tokKind[close + 1];
  }

  // -------------------------------------------------------------------------------------------------------- nodes
  node(kind: Node, start: number, end: number, a = 0, b = 0, c = 0, flags = 0): NodeId {
    const id = this.count;
    if (id === this.capacity) this.growNodes();
    this.kind[id] = kind;
    this.flags[id] = flags;
    this.start[id] = start;
    this.end[id] = Math.max(end, start);
    this.a[id] = a;
    this.b[id] = b;
    this.c[id] = c;
    this.count = id + 1;
    if (NAMES_SOMETHING[kind] === 1) this.naming.push(id);
    return id;
  }

  errorNode(start = this.at, end = this.at): NodeId {
    return this.node(Node.Error, start, Math.max(start, end));
  }

  push(id: number): void {
    const at = this.top;
    if (at === this.stack.length) {
      const wider = new Int32Array(at * 2);
      wider.set(this.stack);
      this.stack = wider;
    }
    this.stack[at] = id;
    this.top = at + 1;
  }

  /** Ends a list begun with `const mark = p.top` and pushes; returns its index in extra. */
  list(mark: number): number {
    const count = this.top - mark;
    if (count === 0) return 0;
    const at = this.reserveExtra(count + 1);
    const { extra, stack } = this;
    extra[at] = count;
    for (let k = 0; k < count; k++) extra[at + 1 + k] = stack[mark + k];
    this.top = mark;
    return at;
  }

  /** A record of two fields in extra. */
  rec(a: number, b: number): number {
    const at = this.reserveExtra(2);
    this.extra[at] = a;
    this.extra[at + 1] = b;
    return at;
  }

  /** A record of three. */
  rec3(a: number, b: number, c: number): number {
    const at = this.reserveExtra(3);
    this.extra[at] = a;
    this.extra[at + 1] = b;
    this.extra[at + 2] = c;
    return at;
  }

  /** A record of six. */
  rec6(a: number, b: number, c: number, d: number, e: number, f: number): number {
    const at = this.rec3(a, b, c);
    this.rec3(d, e, f);
    return at;
  }

  extraAt(index: number): number {
    return this.extra[index];
  }

  private reserveExtra(count: number): number {
    const at = this.extraCount;
    const need = at + count;
    if (need > this.extra.length) {
      const next = new Int32Array(Math.max(need, this.extra.length * 2));
      next.set(this.extra);
      this.extra = next;
    }
    this.extraCount = need;
    return at;
  }

  private growNodes(): void {
    const size = this.capacity + (this.capacity >> 1) + 16;
    const wider = (old: Int32Array): Int32Array => {
      const next = new Int32Array(size);
      next.set(old);
      return next;
    };
    const kind = new Uint8Array(size);
    kind.set(this.kind);
    this.kind = kind;
    const flags = new Uint16Array(size);
    flags.set(this.flags);
    this.flags = flags;
    this.start = wider(this.start);
    this.end = wider(this.end);
    this.a = wider(this.a);
    this.b = wider(this.b);
    this.c = wider(this.c);
    this.capacity = size;
  }

  // ------------------------------------------------------------------------------------------------------- errors
  /** Reports at byte offsets of this file; at most one report per token, none after a fatal one. */
  error(code: Code, start: number, end: number, message: string): Diag {
    const base = this.file.base;
    if (this.muted > 0) {
      this.mutedErrors++;
      return SILENT.error(code, 0, 0, message);
    }
    if (this.fatal || this.lastErrorToken === this.i) return SILENT.error(code, 0, 0, message);
    this.lastErrorToken = this.i;
    // The lexer has said what is wrong with an invalid token.
    if (code === 'SYNTAX' && this.tokens.kind[this.i] === Tok.invalid) return SILENT.error(code, 0, 0, message);
    if (this.pending.errorCount >= MAX_ERRORS) {
      this.fatal = true;
      this.moveTo(this.tokens.count - 1);
      return SILENT.error(code, 0, 0, message);
    }
    return this.pending.error(code, base + start, base + end, message);
  }

  /** An error that is not about the current token (it never hides another report). */
  errorAt(code: Code, start: number, end: number, message: string): Diag {
    const saved = this.lastErrorToken;
    this.lastErrorToken = -1;
    const diag = this.error(code, start, end, message);
    this.lastErrorToken = saved;
    return diag;
  }

  /** Counts errors in mute mode, so that a speculation knows that it failed. */
  mutedErrors = 0;

  get errorCount(): number {
    return this.muted > 0 ? this.mutedErrors : this.pending.errorCount;
  }

  /** `expected X`, at the previous token's end for a missing terminator, else at the offending token. */
  expected(what: string, context = ''): void {
    const found = this.describe();
    const tail = context === '' ? '' : ` ${context}`;
    if (what === "';'" && this.i > 0) {
      const at = this.prevEnd;
      this.error('SYNTAX', Math.max(0, at - 1), at, `expected ';'${tail}, found ${found}`);
    } else this.error('SYNTAX', this.at, this.tokEnd[this.i], `expected ${what}${tail}, found ${found}`);
  }

  /** The current token in words. */
  describe(): string {
    const kind = this.tok;
    if (kind === Tok.ident || kind === Tok.raw) return `'${this.names.text(this.tokValue[this.i])}'`;
    if (kind === Tok.hashFfi) return `'#${this.names.text(this.tokValue[this.i])}'`;
    return tokText(kind);
  }

  /** Call at the entry of every recursive construct; false = too deep (reported, the cursor is at the end). */
  enter(): boolean {
    if (++this.depth <= MAX_DEPTH) return true;
    this.tooDeep();
    return false;
  }

  tooDeep(levels = MAX_DEPTH): void {
    if (!this.fatal) {
      this.error('NESTING', this.at, this.tokEnd[this.i], `nested too deeply (more than ${levels} levels)`);
      if (this.muted === 0) this.fatal = true;
    }
    this.moveTo(this.tokens.count - 1);
  }

  leave(): void {
    this.depth--;
  }

  // -------------------------------------------------------------------------------------------------- speculation
  save(): Mark {
    return {
      i: this.i,
      nodes: this.count,
      extra: this.extraCount,
      top: this.top,
      errors: this.mutedErrors,
      lastErrorToken: this.lastErrorToken,
      depth: this.depth,
      header: this.header,
      deferDepth: this.deferDepth,
      loopDepth: this.loopDepth,
    };
  }

  restore(mark: Mark): void {
    this.moveTo(mark.i);
    this.count = mark.nodes;
    const { naming } = this;
    while (naming.length > 0 && naming.data[naming.length - 1]! >= mark.nodes) naming.length--;
    this.extraCount = mark.extra;
    this.top = mark.top;
    this.mutedErrors = mark.errors;
    this.lastErrorToken = mark.lastErrorToken;
    this.depth = mark.depth;
    this.header = mark.header;
    this.deferDepth = mark.deferDepth;
    this.loopDepth = mark.loopDepth;
  }

  /** Runs `body` with reports off; true = it met no error. The caller decides about restore. */
  attempt(body: () => void): boolean {
    const before = this.mutedErrors;
    this.muted++;
    body();
    this.muted--;
    return this.mutedErrors === before;
  }

  // --------------------------------------------------------------------------------------------------------- tree
  finish(root: NodeId): Tree {
    const n = this.count;
    return new Tree({
      file: this.file,
      root,
      count: n,
      kind: this.kind.subarray(0, n),
      flags: this.flags.subarray(0, n),
      start: this.start.subarray(0, n),
      end: this.end.subarray(0, n),
      a: this.a.subarray(0, n),
      b: this.b.subarray(0, n),
      c: this.c.subarray(0, n),
      extra: this.extra.subarray(0, this.extraCount),
      hasErrors: this.pending.errorCount + this.lexical.length > 0,
      naming: this.naming.data.subarray(0, this.naming.length),
    });
  }
}

/** Target of reports that nobody sees; muted, so that it keeps nothing. */
const SILENT = new Sink();
SILENT.mute();
