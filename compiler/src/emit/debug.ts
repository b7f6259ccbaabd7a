// Takes source positions, functions and variables; gives DWARF metadata (compile unit, subprograms, locations, variables).
import type { DebugVar, Fn, Global } from '../ir/module.ts';
import { DebugTypes } from './debug_types.ts';
import type { FnWriter } from './fn_writer.ts';
import type { DebugOptions } from './options.ts';
import type { EmitState } from './state.ts';
import { escapeName, Text } from './text.ts';

/** Metadata numbers 0 and up: 0 the compile unit, 1..3 fixed nodes. */
const UNIT = 0;
const EMPTY = 3;
const SUBROUTINE = 4;

/** The metadata text and its numbering, shared with the type writer. */
export class MetaText {
  readonly text = new Text(1 << 14);
  next = 5;

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

export class DebugWriter {
  private readonly meta = new MetaText();
  private readonly types: DebugTypes;
  private readonly files = new Map<string, number>();
  private readonly locs = new Map<number, string>();
  private readonly globals: number[] = [];
  private scope = 0;
  private fnPath = '';
  /** Scopes of the current function for positions in other files. */
  private readonly otherScopes = new Map<string, number>();
  private fnPos = 0;

  constructor(
    private readonly st: EmitState,
    private readonly opts: DebugOptions,
  ) {
    this.types = new DebugTypes(st.types, this.meta);
  }

  private file(path: string): number {
    let id = this.files.get(path);
    if (id === undefined) {
      id = this.meta.node(`!DIFile(filename: "${escapeName(path)}", directory: "${escapeName(this.opts.compDir)}")`);
      this.files.set(path, id);
    }
    return id;
  }

  /** Opens the subprogram of `fn`; returns its metadata number, 0 for compiler-made functions. */
  beginFn(fn: Fn): number {
    this.locs.clear();
    this.otherScopes.clear();
    this.fnPos = fn.pos;
    if (fn.pos === 0) {
      this.scope = 0;
      return 0;
    }
    const at = this.opts.source.locate(fn.pos);
    this.fnPath = at.file.path;
    const file = this.file(at.file.path);
    const optimized = (this.st.opts.optLevel ?? 0) >= 2 ? ' | DISPFlagOptimized' : '';
    const name = fn.display === '' ? fn.symbol : fn.display;
    this.scope = this.meta.node(
      `distinct !DISubprogram(name: "${escapeName(name)}", linkageName: "${escapeName(fn.symbol)}", scope: !${file}, file: !${file}, line: ${at.line}, ` +
        `type: !${SUBROUTINE}, scopeLine: ${at.line}, flags: DIFlagPrototyped, spFlags: DISPFlagDefinition${optimized}, unit: !${UNIT}, retainedNodes: !${EMPTY})`,
    );
    return this.scope;
  }

  fnLoc(): string {
    return this.loc(this.fnPos);
  }

  /** `, !dbg !n` for a position in the current function. */
  loc(pos: number): string {
    if (this.scope === 0) return '';
    const hit = this.locs.get(pos);
    if (hit !== undefined) return hit;
    const text = `, !dbg !${this.locNode(pos)}`;
    this.locs.set(pos, text);
    return text;
  }

  private locNode(pos: number): number {
    const at = this.opts.source.locate(pos);
    const scope = at.file.path === this.fnPath ? this.scope : this.otherScope(at.file.path);
    const id = this.meta.next++;
    const out = this.meta.text;
    out.byte(33);
    out.num(id);
    out.str(' = !DILocation(line: ');
    out.num(at.line);
    out.str(', column: ');
    out.num(Math.min(at.col, 65535));
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
    const at = this.opts.source.locate(v.pos);
    const scope = at.file.path === this.fnPath ? this.scope : this.otherScope(at.file.path);
    const arg = v.param > 0 ? `arg: ${v.param}, ` : '';
    const id = this.meta.node(
      `!DILocalVariable(name: "${escapeName(v.name)}", ${arg}scope: !${scope}, file: !${this.file(at.file.path)}, line: ${at.line}, type: !${this.types.node(v.type)})`,
    );
    this.st.declare('llvm.dbg.declare', 'declare void @llvm.dbg.declare(metadata, metadata, metadata)');
    w.out.str(
      `  call void @llvm.dbg.declare(metadata ptr ${w.refText(v.slot)}, metadata !${id}, metadata !DIExpression())${this.loc(v.pos)}\n`,
    );
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

  /** Writes all metadata to the module's text. */
  finish(): void {
    const optimized = (this.st.opts.optLevel ?? 0) >= 2;
    const file = this.file(this.opts.mainFile);
    const globals = this.meta.list(this.globals);
    const out = this.st.out;
    out.str(`!llvm.dbg.cu = !{!${UNIT}}\n!llvm.module.flags = !{!1, !2}\n`);
    out.str(
      `!${UNIT} = distinct !DICompileUnit(language: DW_LANG_C99, file: !${file}, producer: "sx", isOptimized: ${optimized}, runtimeVersion: 0, emissionKind: FullDebug, globals: !${globals}, splitDebugInlining: false)\n`,
    );
    out.str(
      `!1 = !{i32 7, !"Dwarf Version", i32 4}\n!2 = !{i32 2, !"Debug Info Version", i32 3}\n!${EMPTY} = !{}\n!${SUBROUTINE} = !DISubroutineType(types: !${EMPTY})\n`,
    );
    out.append(this.meta.text);
  }
}
