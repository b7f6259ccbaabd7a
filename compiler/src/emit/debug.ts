// Takes source positions, functions and variables; gives DWARF metadata (compile unit, subprograms, locations, variables).
import type { DebugVar, Fn, Global } from '../ir/module.ts';
import { DebugTypes } from './debug_types.ts';
import type { FnWriter } from './fn_writer.ts';
import type { DebugOptions } from './options.ts';
import type { EmitState } from './state.ts';
import { escapeName, Text } from './text.ts';

/** Metadata numbers 0 and up: 0 the compile unit, 1..5 fixed nodes. */
const UNIT = 0;
const EMPTY = 3;
const SUBROUTINE = 4;
const GLOBALS = 5;

/** The metadata text and its numbering, shared with the type writer. */
export class MetaText {
  readonly text = new Text(1 << 14);
  next = 6;

  /** Writes a node and returns its number. */
  node(text: string): number {
    const id = this.next++;
    this.write(id, text);
    return id;
  }

  write(id: number, text: string): void {
    this.text.byte(33);
    this.text.num(id);
    this.text.str(' = ');
    this.text.str(text);
    this.text.byte(10);
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
  private readonly meta = new MetaText();
  private readonly types: DebugTypes;
  private readonly files = new Map<string, number>();
  private readonly locs = new Map<number, string>();
  private readonly globals: number[] = [];
  private scope = 0;
  /** The line of the last location, and its text. */
  private lineFrom = 0;
  private lineTo = -1;
  private lineText = '';
  private fnPath = '';
  /** Scopes of the current function for positions in other files. */
  private readonly otherScopes = new Map<string, number>();
  private fnPos = 0;

  constructor(
    private readonly st: EmitState,
    private readonly opts: DebugOptions,
  ) {
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
    this.flush();
    out.str(
      `!${UNIT} = distinct !DICompileUnit(language: ${LANGUAGE}, file: !${file}, producer: "${PRODUCER}", isOptimized: ${optimized}, runtimeVersion: 0, emissionKind: FullDebug, globals: !${GLOBALS}, splitDebugInlining: false, nameTableKind: None)\n`,
    );
  }

  /**
   * Writes the nodes made since the last call to the module's text: always before the function or global that uses them,
   * because a reference to a number that LLVM's reader has not met costs it several times the node.
   */
  flush(): void {
    this.st.out.append(this.meta.text);
    this.meta.text.length = 0;
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
    const optimized = (this.st.opts.optLevel ?? 0) >= 2 ? ' | DISPFlagOptimized' : '';
    const name = fn.display === '' ? fn.symbol : fn.display;
    this.scope = this.meta.node(
      `distinct !DISubprogram(name: "${escapeName(name)}", scope: !${file}, file: !${file}, line: ${at.line}, ` +
        `type: !${SUBROUTINE}, scopeLine: ${at.line}, flags: DIFlagPrototyped, spFlags: DISPFlagDefinition${optimized}, unit: !${UNIT}, retainedNodes: !${EMPTY})`,
    );
    return this.scope;
  }

  /**
   * Opens the subprogram of a function that no line of the program made. Without optimisation it has none: it is no place to stop at. With it,
   * what is inlined into a function without a subprogram loses its lines.
   */
  beginMade(name: string): number {
    this.fnPos = 0;
    this.fnPath = '';
    this.scope = 0;
    if ((this.st.opts.optLevel ?? 0) === 0) return 0;
    const file = this.file(this.opts.mainFile);
    this.scope = this.meta.node(
      `distinct !DISubprogram(name: "${escapeName(name)}", scope: !${file}, file: !${file}, line: 0, type: !${SUBROUTINE}, scopeLine: 0, ` +
        `flags: DIFlagArtificial | DIFlagPrototyped, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !${UNIT}, retainedNodes: !${EMPTY})`,
    );
    return this.scope;
  }

  /** `, !dbg !n` for what no line of the function asked for. */
  fnLoc(): string {
    if (this.fnPos !== 0) return this.loc(this.fnPos);
    return this.scope === 0 ? '' : `, !dbg !${this.meta.node(`!DILocation(line: 0, scope: !${this.scope})`)}`;
  }

  /**
   * `, !dbg !n` for a position in the current function. One location per line, without a column: a debugger stops at lines,
   * and locations were half of what LLVM read.
   */
  loc(pos: number): string {
    if (pos >= this.lineFrom && pos <= this.lineTo) return this.lineText;
    if (this.scope === 0) return '';
    const at = this.opts.source.lineAt(pos);
    this.lineFrom = at.from;
    this.lineTo = at.to;
    let text = this.locs.get(at.from);
    if (text === undefined) {
      text = `, !dbg !${this.locNode(at.file.path, at.line)}`;
      this.locs.set(at.from, text);
    }
    this.lineText = text;
    return text;
  }

  private locNode(path: string, line: number): number {
    const scope = path === this.fnPath ? this.scope : this.otherScope(path);
    const id = this.meta.next++;
    const out = this.meta.text;
    out.byte(33);
    out.num(id);
    out.str(' = !DILocation(line: ');
    out.num(line);
    out.str(', scope: !');
    out.num(scope);
    out.str(')\n');
    return id;
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
    const scope = at.file.path === this.fnPath ? this.scope : this.otherScope(at.file.path);
    const file = this.file(at.file.path);
    const type = this.types.node(v.type);
    const id = this.meta.next++;
    const { text } = this.meta;
    text.byte(33);
    text.num(id);
    text.str(' = !DILocalVariable(name: "');
    text.str(escapeName(v.name));
    if (v.param > 0) {
      text.str('", arg: ');
      text.num(v.param);
      text.str(', scope: !');
    } else text.str('", scope: !');
    text.num(scope);
    text.str(', file: !');
    text.num(file);
    text.str(', line: ');
    text.num(at.line);
    text.str(', type: !');
    text.num(type);
    text.str(')\n');
    this.st.declare('llvm.dbg.declare', 'declare void @llvm.dbg.declare(metadata, metadata, metadata)');
    const { out } = w;
    out.str('  call void @llvm.dbg.declare(metadata ptr ');
    w.ref(v.slot);
    out.str(', metadata !');
    out.num(id);
    out.str(', metadata !DIExpression())');
    out.str(this.loc(v.pos));
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

  /** Writes what is left, and the list of globals. */
  finish(): void {
    this.meta.write(GLOBALS, `!{${this.globals.map((n) => `!${n}`).join(', ')}}`);
    this.flush();
  }
}
