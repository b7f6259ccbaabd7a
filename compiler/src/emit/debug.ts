// Takes source positions, functions and variables; gives DWARF metadata (compile unit, subprograms, locations, variables).
import type { DebugVar, Fn, Global } from '../ir/module.ts';
import { DebugTypes } from './debug_types.ts';
import type { FnWriter } from './fn_writer.ts';
import type { DebugOptions } from './options.ts';
import type { EmitState } from './state.ts';
import { escapeName, type Frag, fixed, type Text } from './text.ts';

/** Metadata numbers 0 and up: 0 the compile unit, 1..5 fixed nodes. */
const UNIT = 0;
const EMPTY = 3;
const SUBROUTINE = 4;
const GLOBALS = 5;

const BANG = 33;
const IS = fixed(' = ');
const CLOSE = fixed(')\n');
const LOCATION = fixed('!DILocation(line: ');
const SUBPROGRAM = fixed('distinct !DISubprogram(name: "');
const SUBPROGRAM_TYPE = fixed(`, type: !${SUBROUTINE}, scopeLine: `);
const subprogramEnd = (flags: string): Frag => fixed(`, flags: DIFlagPrototyped, spFlags: ${flags}, unit: !${UNIT}, retainedNodes: !${EMPTY}`);
const SUBPROGRAM_PLAIN = subprogramEnd('DISPFlagDefinition');
const SUBPROGRAM_OPTIMIZED = subprogramEnd('DISPFlagDefinition | DISPFlagOptimized');
const VARIABLE = fixed('!DILocalVariable(name: "');
const QUOTE_ARG = fixed('", arg: ');
const QUOTE_SCOPE = fixed('", scope: !');
const SCOPE = fixed(', scope: !');
const FILE = fixed(', file: !');
const LINE = fixed(', line: ');
const TYPE = fixed(', type: !');
const DECLARE = fixed('  call void @llvm.dbg.declare(metadata ptr ');
const DECLARED = fixed(', metadata !');
const EXPRESSION = fixed(', metadata !DIExpression()), !dbg !');

/**
 * Writes nodes into the module's text and numbers them; shared with the type writer. A node always stands before the function or
 * global that uses it, because a reference to a number that LLVM's reader has not met costs it several times the node.
 */
export class MetaText {
  next = 6;

  constructor(readonly text: Text) {}

  /** Writes a node and returns its number. */
  node(text: string): number {
    const id = this.next++;
    this.write(id, text);
    return id;
  }

  write(id: number, text: string): void {
    this.text.lettered(BANG, id);
    this.text.put(IS);
    this.text.str(text);
    this.text.byte(10);
  }

  /** Begins a node that starts with `head`, and returns its number; `close` ends it. */
  begin(head: Frag): number {
    const id = this.next++;
    this.text.lettered(BANG, id);
    this.text.put(IS);
    this.text.put(head);
    return id;
  }

  close(): void {
    this.text.put(CLOSE);
  }

  list(ids: readonly number[]): number {
    return ids.length === 0 ? EMPTY : this.node(`!{${ids.map((n) => `!${n}`).join(', ')}}`);
  }
}

/**
 * A number of the range for vendors: there is none for sx. With DW_LANG_C99 gdb goes by the file's name, takes `.sx` for assembly, and
 * stops at a function's first instruction, where its arguments have no values yet. Unknown languages print like C.
 */
const LANGUAGE = 0x8073;

/** gdb trusts the line table about the end of a prologue when the producer's name begins with `clang `; the code is LLVM's. */
const PRODUCER = 'clang LLVM (sx)';

export class DebugWriter {
  private readonly meta: MetaText;
  private readonly types: DebugTypes;
  private readonly files = new Map<string, number>();
  private readonly locs = new Map<number, number>();
  private readonly globals: number[] = [];
  private scope = 0;
  /** The line of the last location, and its node. */
  private lineFrom = 0;
  private lineTo = -1;
  private lineLoc = 0;
  private fnPath = '';
  /** Scopes of the current function for positions in other files. */
  private readonly otherScopes = new Map<string, number>();
  private fnPos = 0;
  /** Where the innermost block with variables changes in the current function, ascending, and the scope from there on. */
  private bounds: number[] = [];
  private boundScopes: number[] = [];
  /** Scopes of such blocks by where they begin. */
  private readonly blocks = new Map<number, number>();

  constructor(
    private readonly st: EmitState,
    private readonly opts: DebugOptions,
  ) {
    this.meta = new MetaText(st.out);
    this.types = new DebugTypes(st.types, this.meta);
    this.begin();
  }

  /** Nodes of every module; the list of globals comes last and is known by its number until then. */
  private begin(): void {
    const optimized = (this.st.opts.optLevel ?? 0) >= 2;
    const out = this.st.out;
    out.str(`!llvm.dbg.cu = !{!${UNIT}}\n!llvm.module.flags = !{!1, !2}\n`);
    out.str('!1 = !{i32 7, !"Dwarf Version", i32 4}\n!2 = !{i32 2, !"Debug Info Version", i32 3}\n');
    out.str(`!${EMPTY} = !{}\n!${SUBROUTINE} = !DISubroutineType(types: !${EMPTY})\n`);
    const file = this.file(this.opts.mainFile);
    out.str(
      `!${UNIT} = distinct !DICompileUnit(language: ${LANGUAGE}, file: !${file}, producer: "${PRODUCER}", isOptimized: ${optimized}, runtimeVersion: 0, emissionKind: FullDebug, globals: !${GLOBALS}, splitDebugInlining: false, nameTableKind: None)\n`,
    );
  }

  private file(path: string): number {
    let id = this.files.get(path);
    if (id === undefined) {
      id = this.meta.node(`!DIFile(filename: "${escapeName(path)}", directory: "${escapeName(this.opts.compDir)}")`);
      this.files.set(path, id);
    }
    return id;
  }

  /** Opens the subprogram of `fn`; returns its metadata number, 0 for a function without one. */
  beginFn(fn: Fn): number {
    this.locs.clear();
    this.lineTo = -1;
    this.otherScopes.clear();
    this.fnPos = fn.pos;
    this.types.know(fn.body?.looked ?? []);
    if (fn.pos === 0) return this.beginMade(fn.display === '' ? fn.symbol : fn.display);
    const at = this.opts.source.locate(fn.pos);
    this.fnPath = at.file.path;
    const file = this.file(at.file.path);
    const name = fn.display === '' ? fn.symbol : fn.display;
    const { meta } = this;
    const { text } = meta;
    this.scope = meta.begin(SUBPROGRAM);
    text.str(escapeName(name));
    text.put(QUOTE_SCOPE);
    text.num(file);
    text.put(FILE);
    text.num(file);
    text.put(LINE);
    text.num(at.line);
    text.put(SUBPROGRAM_TYPE);
    text.num(at.line);
    text.put((this.st.opts.optLevel ?? 0) >= 2 ? SUBPROGRAM_OPTIMIZED : SUBPROGRAM_PLAIN);
    meta.close();
    this.openBlocks(fn.body?.vars ?? []);
    return this.scope;
  }

  /** Scopes for the blocks that variables end with; they nest. */
  private openBlocks(vars: readonly DebugVar[]): void {
    this.bounds = [];
    this.boundScopes = [];
    this.blocks.clear();
    const ranges = new Map<number, number>();
    for (const { from, to } of vars) if (from !== undefined && to !== undefined && to > 0) ranges.set(from, to);
    if (ranges.size === 0) return;
    const open: { to: number; scope: number }[] = [];
    const mark = (at: number): void => {
      this.bounds.push(at);
      this.boundScopes.push(open.length === 0 ? 0 : open[open.length - 1]!.scope);
    };
    const close = (upTo: number): void => {
      while (open.length > 0 && open[open.length - 1]!.to <= upTo) mark(open.pop()!.to);
    };
    for (const [from, to] of [...ranges].sort((x, y) => x[0] - y[0])) {
      close(from);
      const at = this.opts.source.lineAt(from);
      const parent = open.length === 0 ? this.scopeIn(at.file.path) : open[open.length - 1]!.scope;
      const scope = this.meta.node(`distinct !DILexicalBlock(scope: !${parent}, file: !${this.file(at.file.path)}, line: ${at.line})`);
      this.blocks.set(from, scope);
      open.push({ to, scope });
      mark(from);
    }
    close(Infinity);
  }

  /** The index of the last bound at or before `pos`; -1 before all. */
  private boundAt(pos: number): number {
    let low = 0;
    let high = this.bounds.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.bounds[mid]! <= pos) low = mid + 1;
      else high = mid;
    }
    return low - 1;
  }

  /**
   * Opens the subprogram of a function that no line of the program made. Without optimisation it has none: it is no place to stop at. With it,
   * what is inlined into a function without a subprogram loses its lines.
   */
  beginMade(name: string): number {
    this.fnPos = 0;
    this.fnPath = '';
    this.scope = 0;
    this.openBlocks([]);
    if ((this.st.opts.optLevel ?? 0) === 0) return 0;
    const file = this.file(this.opts.mainFile);
    this.scope = this.meta.node(
      `distinct !DISubprogram(name: "${escapeName(name)}", scope: !${file}, file: !${file}, line: 0, type: !${SUBROUTINE}, scopeLine: 0, ` +
        `flags: DIFlagArtificial | DIFlagPrototyped, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !${UNIT}, retainedNodes: !${EMPTY})`,
    );
    return this.scope;
  }

  /** The location of what no line of the function asked for; 0 for none. */
  fnLoc(): number {
    if (this.fnPos !== 0) return this.loc(this.fnPos);
    return this.scope === 0 ? 0 : this.locNode(this.scope, 0);
  }

  /**
   * The location of a position in the current function; 0 for none. One location per line and block, without a column: a debugger
   * stops at lines, and locations were half of what LLVM read.
   */
  loc(pos: number): number {
    if (pos >= this.lineFrom && pos <= this.lineTo) return this.lineLoc;
    if (this.scope === 0) return 0;
    const at = this.opts.source.lineAt(pos);
    this.lineFrom = at.from;
    this.lineTo = at.to;
    let scope = 0;
    if (this.bounds.length > 0) {
      const i = this.boundAt(pos);
      if (i >= 0) {
        this.lineFrom = Math.max(at.from, this.bounds[i]!);
        scope = this.boundScopes[i]!;
      }
      if (i + 1 < this.bounds.length) this.lineTo = Math.min(at.to, this.bounds[i + 1]! - 1);
    }
    let node = this.locs.get(this.lineFrom);
    if (node === undefined) {
      node = this.locNode(scope !== 0 ? scope : this.scopeIn(at.file.path), at.line);
      this.locs.set(this.lineFrom, node);
    }
    this.lineLoc = node;
    return node;
  }

  private locNode(scope: number, line: number): number {
    const { meta } = this;
    const { text } = meta;
    const id = meta.begin(LOCATION);
    text.num(line);
    text.put(SCOPE);
    text.num(scope);
    meta.close();
    return id;
  }

  private scopeIn(path: string): number {
    return path === this.fnPath ? this.scope : this.otherScope(path);
  }

  private otherScope(path: string): number {
    let id = this.otherScopes.get(path);
    if (id === undefined) {
      id = this.meta.node(`!DILexicalBlockFile(scope: !${this.scope}, file: !${this.file(path)}, discriminator: 0)`);
      this.otherScopes.set(path, id);
    }
    return id;
  }

  /** Declares a variable whose memory is known in the prologue. */
  declareVar(w: FnWriter, v: DebugVar): void {
    if (this.scope === 0 || v.slot <= 0 || w.val[v.slot] === 0 || v.pos === 0 || v.name === '' || v.type === 0) return;
    const at = this.opts.source.lineAt(v.pos);
    const block = this.blocks.get(v.from ?? 0);
    const scope = block ?? this.scopeIn(at.file.path);
    const file = this.file(at.file.path);
    const type = this.types.node(v.type);
    const { meta } = this;
    const { text } = meta;
    const id = meta.begin(VARIABLE);
    text.str(escapeName(v.name));
    if (v.param > 0) {
      text.put(QUOTE_ARG);
      text.num(v.param);
      text.put(SCOPE);
    } else text.put(QUOTE_SCOPE);
    text.num(scope);
    text.put(FILE);
    text.num(file);
    text.put(LINE);
    text.num(at.line);
    text.put(TYPE);
    text.num(type);
    meta.close();
    this.st.declare('llvm.dbg.declare', 'declare void @llvm.dbg.declare(metadata, metadata, metadata)');
    // LLVM puts a variable where its declaration's location is; the name of `if n := e { … }` stands before its block.
    const loc = block !== undefined && v.pos < v.from! ? this.locNode(block, at.line) : this.loc(v.pos);
    const { out } = w;
    out.put(DECLARE);
    w.ref(v.slot);
    out.put(DECLARED);
    out.num(id);
    out.put(EXPRESSION);
    out.num(loc);
    out.byte(10);
  }

  /** `, !dbg !n` of a global's definition, or ''. */
  globalVar(g: Global): string {
    if (g.pos === 0 || g.display === '' || g.type === 0) return '';
    const at = this.opts.source.locate(g.pos);
    const file = this.file(at.file.path);
    const variable = this.meta.node(
      `distinct !DIGlobalVariable(name: "${escapeName(g.display)}", scope: !${UNIT}, file: !${file}, line: ${at.line}, type: !${this.types.node(g.type)}, isLocal: true, isDefinition: true)`,
    );
    const id = this.meta.node(`!DIGlobalVariableExpression(var: !${variable}, expr: !DIExpression())`);
    this.globals.push(id);
    return `, !dbg !${id}`;
  }

  /** Writes the list of globals. */
  finish(): void {
    this.meta.write(GLOBALS, `!{${this.globals.map((n) => `!${n}`).join(', ')}}`);
  }
}
