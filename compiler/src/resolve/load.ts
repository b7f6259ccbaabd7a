// Takes the root path and a file system; gives the program's module graph: every file parsed once, in program order.
import type { NameId, NodeId, Pos } from '../base/ids.ts';
import type { Names } from '../base/names.ts';
import type { Sink } from '../diagnostics/sink.ts';
import { CItemKind, DeclFlag, FnFlag, Node, type RuntimeClassKind } from '../parse/node.ts';
import { parseFile } from '../parse/parse_file.ts';
import { stringValue } from '../parse/string_value.ts';
import type { Tree } from '../parse/tree.ts';
import type { SourceFile, SourceMap } from '../source/source_map.ts';
import { firstInvalidUtf8 } from '../source/utf8.ts';
import { dirOf, joinPath, normalizePath, type Vfs } from '../source/vfs.ts';
import type { CFile, CImportRequest, CImportResult, CMessage, CSymbol } from './c_unit.ts';
import { DeclKind, type ModDecl, type ModFile, type Program, type Unit } from './module.ts';
import { liveItems } from './module_if.ts';
import type { TargetFacts } from './target.ts';
import type { TreeStore } from './tree_store.ts';

export interface LoadContext {
  readonly vfs: Vfs;
  readonly names: Names;
  readonly sources: SourceMap;
  readonly sink: Sink;
  readonly target: TargetFacts;
  /** Directories searched last (reference 13.2, tier 3). */
  readonly stdlibRoots: readonly string[];
  /** The C front end behind `#import c`; absent = an error. */
  readonly importC?: (q: CImportRequest) => CImportResult;
  /** Receives object files of `#source` items. */
  readonly objects?: string[];
  /** Trees of earlier compilations with the same `names`. */
  readonly trees?: TreeStore;
  /** Modules of the program besides what the root imports, as imports spell them; one that is not there is left out. No file sees their names. */
  readonly beside?: readonly string[];
  /** For editors: after the error that ends a load, the rest is loaded, too, and says nothing (the sink stays muted). */
  readonly goOn?: boolean;
}

interface Loader extends LoadContext {
  readonly probes: Map<string, Probe>;
  readonly files: ModFile[];
  readonly decls: ModDecl[];
  readonly outward: ModDecl[];
  readonly byPath: Map<string, ModFile>;
  readonly units: Map<string, Unit>;
  /** C files that errors were shown in. */
  readonly cFiles: Map<string, SourceFile>;
  /** Sources by the C symbols they define. */
  readonly cSymbols: Map<string, string>;
  /** Runtime classes by the name that the program gives them (reference 12.6). */
  readonly runtimeClasses: Map<NameId, RuntimeClass>;
  /** Errors about names declared twice. */
  duplicates: number;
  /** The load went on after an error. */
  broken: boolean;
}

/** Whether an error ends the load. A name declared twice is an error of step 2 (15.3.1): it does not stop the rest. */
function isOver(x: Loader): boolean {
  if (x.sink.errorCount <= x.duplicates) return false;
  if (x.goOn !== true) return true;
  if (!x.broken) x.sink.mute();
  x.broken = true;
  return false;
}

interface RuntimeClass {
  readonly kind: RuntimeClassKind;
  readonly name: string;
  readonly file: string;
}

/** null when the root cannot be read or something did not parse (reported to the sink). */
export function loadProgram(x: LoadContext, rootPath: string, rootBytes: Uint8Array): Program | null {
  const loader: Loader = { ...x, probes: new Map(), files: [], decls: [], outward: [], byPath: new Map(), units: new Map(), cFiles: new Map(), cSymbols: new Map(), runtimeClasses: new Map(), duplicates: 0, broken: false };
  const path = identity(loader, normalizePath(rootPath));
  const root = loadFile(loader, path, rootBytes, true);
  for (const spelled of x.beside ?? []) {
    const found = findImport(loader, path, spelled);
    if (found !== null && !found.dir && !isOver(loader)) addUnitFile(loader, { path: found.path, files: [] }, found.path);
  }
  if (isOver(loader)) return null;
  markFlat(root);
  return { root, files: loader.files, decls: loader.decls, outward: loader.outward, byPath: loader.byPath, broken: loader.broken };
}

function markFlat(file: ModFile): void {
  if (file.flatFromRoot) return;
  file.flatFromRoot = true;
  for (const unit of file.flat) for (const f of unit.files) markFlat(f);
}

/** Absolute paths under the working directory become relative to it, when that spelling names the same file. */
export function identity(x: Pick<LoadContext, 'vfs'>, path: string): string {
  const cwd = x.vfs.cwd;
  if (path.startsWith(`${cwd}/`)) {
    const relative = path.slice(cwd.length + 1);
    if (x.vfs.sameFile(relative, path)) return relative;
  }
  return path;
}

function loadFile(x: Loader, path: string, bytes: Uint8Array, isRoot: boolean): ModFile {
  const tree = parseOnce(x, x.sources.addFile(path, bytes));
  const file: ModFile = {
    path, tree, decls: new Map(), flat: [], impls: [], contextFields: [], topRuns: [], asms: [], errors: [], cUnits: [], refused: new Map(),
    isRoot, flatFromRoot: false,
  };
  x.byPath.set(path, file);
  if (!tree.hasErrors || x.goOn === true) {
    for (const item of tree.list(tree.a[tree.root]!)) addItem(x, file, item);
  }
  x.files.push(file);
  return file;
}

/** The tree of a file: parsed, or known from an earlier compilation. */
function parseOnce(x: Loader, source: SourceFile): Tree {
  const known = x.trees?.find(source.path, source.bytes) ?? null;
  if (known !== null) return known.at(source);
  const said = x.sink.diags.length;
  const bad = firstInvalidUtf8(source.bytes);
  if (bad >= 0) x.sink.error('LEXICAL', source.base + bad, source.base + bad + 1, `'${source.path}' is not UTF-8: byte 0x${source.bytes[bad]!.toString(16)} at offset ${bad}`);
  const tree = parseFile(source, x.names, x.sink);
  // The root is the first file there is.
  if (x.byPath.size > 0 && x.sink.diags.length > said) x.sink.reclass(said, 'IMPORT-PARSE');
  // What parsing had to say is said once, so only a tree without remarks can stand for its parse.
  if (x.sink.diags.length === said && !x.broken) x.trees?.keep(tree);
  return tree;
}

function addItem(x: Loader, file: ModFile, node: NodeId): void {
  if (isOver(x)) return;
  const { tree } = file;
  switch (tree.kindOf(node)) {
    case Node.ConstDecl: return addConst(x, file, node);
    case Node.VarDecl: return addDecl(x, file, node, DeclKind.var_, null);
    case Node.ExternVar: return addDecl(x, file, node, DeclKind.extern_, null);
    case Node.Import: {
      const unit = importUnit(x, file, tree.a[node]!);
      if (unit !== null) file.flat.push(unit);
      return;
    }
    case Node.Impl: file.impls.push(node); return;
    case Node.ContextExtend: file.contextFields.push(node); return;
    case Node.TopRun: file.topRuns.push(node); return;
    case Node.Asm: file.asms.push(node); return;
    case Node.ErrorDirective: file.errors.push(node); return;
    case Node.ImportC: {
      const unit = cUnit(x, file, node);
      if (unit === null) return;
      file.cUnits.push(node);
      for (const [name, d] of unit.files[0]!.decls) if (!file.decls.has(name)) file.decls.set(name, d);
      return;
    }
    case Node.If: case Node.Match: {
      const live = liveItems({ tree, names: x.names, sink: x.sink, target: x.target }, node);
      for (const item of live) addItem(x, file, item);
      return;
    }
    case Node.ExprStmt: return addItem(x, file, tree.a[node]!);
    default: return;
  }
}

function addConst(x: Loader, file: ModFile, node: NodeId): void {
  const { tree } = file;
  const value = tree.b[node]!;
  switch (tree.kindOf(value)) {
    case Node.Import: {
      const unit = importUnit(x, file, tree.a[value]!);
      return addDecl(x, file, node, DeclKind.namespace, unit);
    }
    case Node.Library: return addDecl(x, file, node, DeclKind.library, null);
    case Node.ImportC: {
      const unit = cUnit(x, file, value);
      return addDecl(x, file, node, DeclKind.namespace, unit ?? { path: file.path, files: [] });
    }
    default: return addDecl(x, file, node, DeclKind.const_, null);
  }
}

/** Flags of functions that others than this program know. */
const OUTWARD = FnFlag.extern | FnFlag.export | FnFlag.intrinsic;

function addDecl(x: Loader, file: ModFile, node: NodeId, kind: DeclKind, unit: Unit | null): void {
  const { tree } = file;
  const name: NameId = tree.a[node]!;
  const decl: ModDecl = {
    kind, name, file, node, private: (tree.flags[node]! & DeclFlag.private) !== 0, unit, order: x.decls.length, facts: null,
  };
  const earlier = file.decls.get(name);
  if (earlier !== undefined) {
    x.duplicates++;
    const at = tree.pos(node);
    x.sink.error('DUP-DECL', at, tree.posOf(tree.nameEnd(tree.start[node]!)), `'${x.names.text(name)}' is already declared in this file`)
      .note(tree.pos(earlier.node), tree.posOf(tree.nameEnd(tree.start[earlier.node]!)), 'the first declaration is here');
    return;
  }
  file.decls.set(name, decl);
  x.decls.push(decl);
  if (kind === DeclKind.var_) return;
  const value = tree.b[node]!;
  const what = kind === DeclKind.const_ ? tree.kind[value] : Node.Error;
  if (what === Node.Fn ? (tree.flags[value]! & OUTWARD) !== 0 : kind !== DeclKind.const_) x.outward.push(decl);
  if (what === Node.RuntimeClass && !decl.private) runtimeClass(x, decl, value);
}

/** Views of one runtime class in several files are one class; one name for two of them is none. */
function runtimeClass(x: Loader, d: ModDecl, node: NodeId): void {
  const { tree } = d.file;
  const spelled = tree.a[node] === 0 ? x.names.text(d.name) : decoder.decode(stringValue(tree, tree.a[node]!));
  const view: RuntimeClass = { kind: tree.c[node]! as RuntimeClassKind, name: spelled, file: d.file.path };
  const other = x.runtimeClasses.get(d.name);
  if (other === undefined) x.runtimeClasses.set(d.name, view);
  else if (other.kind !== view.kind || other.name !== view.name) {
    x.sink.error('RTCLASS-CONFLICT', 0, 0, `'${x.names.text(d.name)}' names two runtime classes: '${other.name}' (in '${other.file}') and '${view.name}' (in '${view.file}')`);
  }
}

const decoder = new TextDecoder();

/** The declarations of an `#import c` block, as a file of extern functions; null after a report. */
function cUnit(x: Loader, file: ModFile, node: NodeId): Unit | null {
  const { tree } = file;
  const q: { includes: CFile[]; sources: CFile[]; defines: string[]; flags: string[] } = { includes: [], sources: [], defines: [], flags: [] };
  for (const item of tree.list(tree.a[node]!)) {
    const text = decoder.decode(stringValue(tree, tree.a[item]!));
    const kind = tree.flags[item]! as CItemKind;
    if (kind === CItemKind.define) q.defines.push(text);
    else if (kind === CItemKind.flags) q.flags.push(...text.split(/\s+/).filter((w) => w !== ''));
    else {
      const found = findImport(x, file.path, text);
      if (kind === CItemKind.source && found === null) {
        x.sink.error('IMPORT-MISSING', tree.pos(item), tree.endPos(item), `cannot find C source '${text}'`);
        return null;
      }
      // A header that is not found beside the program is one of the system's.
      const path = found === null ? text : joinPath(x.vfs.cwd, found.path);
      (kind === CItemKind.include ? q.includes : q.sources).push({ path, shown: found === null ? text : found.path });
    }
  }
  const r = x.importC === undefined ? { error: '`#import c` is not available here', messages: [] } : x.importC(q);
  if ('error' in r) {
    if (r.messages.length === 0) x.sink.error('CIMPORT', tree.pos(node), tree.endPos(node), r.error);
    else for (const m of r.messages) {
      const item = m.header === undefined ? undefined : [...tree.list(tree.a[node]!)].filter((n) => tree.flags[n] === CItemKind.include)[m.header];
      if (item === undefined) cMessage(x, m, tree.pos(node), tree.endPos(node));
      else x.sink.error('CIMPORT', tree.pos(item), tree.endPos(item), m.text);
    }
    return null;
  }
  for (const s of r.symbols) cSymbol(x, s);
  x.objects?.push(...r.objects);
  const source = x.sources.addSynthetic(`${file.path}#import c`, r.text, tree.pos(node));
  const unitTree = parseFile(source, x.names, x.sink);
  const unit: ModFile = {
    path: source.path, tree: unitTree, decls: new Map(), flat: [], impls: [], contextFields: [], topRuns: [], asms: [], errors: [], cUnits: [], refused: new Map(), isRoot: false, flatFromRoot: false,
  };
  for (const [name, why] of r.refused) unit.refused.set(x.names.intern(name), why);
  for (const item of unitTree.list(unitTree.a[unitTree.root]!)) addItem(x, unit, item);
  x.files.push(unit);
  return { path: source.path, files: [unit] };
}

/** An error in C text, shown in the C file. */
function cMessage(x: Loader, m: CMessage, at: Pos, end: Pos): void {
  const bytes = x.vfs.readFile(m.path);
  const known = x.cFiles.get(m.path);
  const file = known ?? (bytes === null ? null : x.sources.addFile(identity(x, m.path), bytes));
  if (file === null) {
    x.sink.error('CIMPORT', at, end, `${m.path}:${m.line}:${m.column}: ${m.text}`);
    return;
  }
  x.cFiles.set(m.path, file);
  let line = 1;
  let offset = 0;
  while (line < m.line && offset < file.bytes.length) if (file.bytes[offset++] === 10) line++;
  const start = file.base + Math.min(offset + m.column - 1, file.bytes.length);
  x.sink.error('CIMPORT', start, start + 1, m.text).note(at, end, 'imported here');
}

/** Each symbol has one definition: the linker would name objects that nobody wrote. */
function cSymbol(x: Loader, s: CSymbol): void {
  const other = x.cSymbols.get(s.name);
  if (other !== undefined) x.sink.error('C-DUP', 0, 0, `C symbol '${s.name}' is defined by both '${other}' and '${s.source}'`);
  else x.cSymbols.set(s.name, s.source);
}

function importUnit(x: Loader, file: ModFile, stringNode: NodeId): Unit | null {
  const { tree } = file;
  const spelled = decoder.decode(stringValue(tree, stringNode));
  const at = tree.pos(stringNode);
  const end = tree.endPos(stringNode);
  const found = findImport(x, file.path, spelled);
  if (found === null) {
    x.sink.error('IMPORT-MISSING', at, end, `cannot find import '${spelled}'`)
      .help(`looked beside '${file.path}', in the working directory and in the library roots`);
    return null;
  }
  if (found.ambiguous) {
    x.sink.error('IMPORT-AMBIG', at, end, `import '${spelled}' is ambiguous: both the directory '${found.path}' and the file '${found.path}.sx' exist`)
      .help(`write '${spelled}.sx' to import the file`);
    return null;
  }
  const known = x.units.get(found.path);
  if (known !== undefined) return known;
  const unit: Unit = { path: found.path, files: [] };
  x.units.set(found.path, unit);
  if (!found.dir) {
    addUnitFile(x, unit, found.path);
    return unit;
  }
  for (const entry of x.vfs.listDir(found.path)) {
    if (entry.endsWith('.sx') && !isOver(x)) addUnitFile(x, unit, identity(x, joinPath(found.path, entry)));
  }
  return unit;
}

function addUnitFile(x: Loader, unit: Unit, path: string): void {
  const known = x.byPath.get(path);
  if (known !== undefined) {
    unit.files.push(known);
    return;
  }
  const bytes = x.vfs.readFile(path);
  if (bytes === null) {
    x.sink.error('IMPORT-MISSING', 0, 0, `cannot read '${path}'`);
    return;
  }
  unit.files.push(loadFileInto(x, path, bytes));
}

/** A file is registered before its imports are followed, so that import cycles end. */
function loadFileInto(x: Loader, path: string, bytes: Uint8Array): ModFile {
  return loadFile(x, path, bytes, false);
}

export interface Found {
  readonly path: string;
  readonly dir: boolean;
  readonly ambiguous: boolean;
}

/** What there is under a name in a directory. */
interface Probe { readonly path: string; readonly kind: ReturnType<Vfs['kind']> }

/** While one program is loaded a name is looked at once: the library's files import each other more than a hundred times. */
function probe(x: Pick<LoadContext, 'vfs'> & { readonly probes?: Map<string, Probe> }, tier: string, spelled: string): Probe {
  const key = `${tier}\0${spelled}`;
  let known = x.probes?.get(key);
  if (known === undefined) {
    const path = identity(x, joinPath(tier, spelled));
    known = { path, kind: x.vfs.kind(path) };
    x.probes?.set(key, known);
  }
  return known;
}

/** The import search of reference 13.2: beside the importer, the working directory, the library roots. */
export function findImport(x: Pick<LoadContext, 'vfs' | 'stdlibRoots'> & { readonly probes?: Map<string, Probe> }, importer: string, spelled: string): Found | null {
  for (const tier of [dirOf(importer), '', ...x.stdlibRoots]) {
    const { path, kind } = probe(x, tier, spelled);
    if (kind === 'file') return { path, dir: false, ambiguous: false };
    if (kind === 'dir') {
      const twin = `${path}.sx`;
      const ambiguous = x.vfs.kind(twin) === 'file' && !x.vfs.sameFile(twin, importer);
      return { path, dir: true, ambiguous };
    }
  }
  return null;
}
