// Takes open documents; gives the analysis of the program that each belongs to, made anew when something in it has changed.
import { resolve } from 'node:path';
import { type Analysis, analyze } from '../driver/analyze.ts';
import type { Kept } from '../driver/kept.ts';
import { Session } from '../driver/session.ts';
import { identity } from '../resolve/load.ts';
import type { ModFile } from '../resolve/module.ts';
import type { SourceFile } from '../source/source_map.ts';
import { Documents, OverlayVfs } from './documents.ts';
import { ImportGraph } from './import_graph.ts';
import type { ServerPorts } from './ports.ts';
import type { Site } from './symbols.ts';

/** Interned names from which on a process begins with new ones: they are never dropped one by one. */
const MOST_NAMES = 2_000_000;

export class Workspace {
  readonly documents = new Documents();
  private kept: Kept;
  private vfs: OverlayVfs;
  private graph: ImportGraph;
  /** By root file, absolute. */
  private analyses = new Map<string, Analysis>();
  private stale = true;
  /** Something on disk may have changed. */
  private diskChanged = true;
  /** Milliseconds that the last round of analyses took. */
  lastRound = 0;

  constructor(private readonly ports: ServerPorts) {
    this.kept = ports.kept();
    this.vfs = new OverlayVfs(ports.host(this.kept).vfs, this.documents);
    this.graph = new ImportGraph(this.vfs, ports.options('').stdlibRoots);
  }

  get cwd(): string {
    return this.vfs.cwd;
  }

  /** A text has changed, or (`disk`) a file beside the open ones may have. */
  changed(disk: boolean): void {
    this.stale = true;
    if (disk) {
      this.diskChanged = true;
      this.graph.forgetFolder();
    }
  }

  get isStale(): boolean {
    return this.stale;
  }

  /** Analyses of all open documents, up to date. */
  current(): ReadonlyMap<string, Analysis> {
    if (!this.stale) return this.analyses;
    const began = performance.now();
    if (this.kept.names.count > MOST_NAMES) this.kept = this.ports.kept();
    const before = this.analyses;
    const next = new Map<string, Analysis>();
    const made = (root: string): Analysis | null => {
      const done = next.get(root);
      if (done !== undefined) return done;
      const old = before.get(root);
      const a = old !== undefined && this.holds(old) ? old : this.analyzeRoot(root, this.vfs);
      if (a !== null) next.set(root, a);
      return a;
    };
    const open = [...this.documents.open.keys()];
    for (const path of open) if (this.graph.hasMain(path)) made(path);
    for (const path of open) {
      if ([...next.values()].some((a) => this.fileIn(a, path) !== null)) continue;
      const root = this.graph.rootOf(path, open);
      const a = root === null ? null : made(root);
      if (a === null || this.fileIn(a, path) === null) made(path);
    }
    this.analyses = next;
    this.stale = false;
    this.diskChanged = false;
    this.lastRound = performance.now() - began;
    return next;
  }

  /** The analysis to answer questions about a file with: of the file as a root, else of a program that it is part of. */
  analysisOf(path: string): Analysis | null {
    const all = this.current();
    return all.get(path) ?? [...all.values()].find((a) => this.fileIn(a, path) !== null) ?? null;
  }

  /** A file with the program that answers for it; null when it is in none. */
  site(path: string): Site | null {
    return this.siteIn(this.analysisOf(path), path);
  }

  private siteIn(analysis: Analysis | null, path: string): Site | null {
    const file = analysis === null ? null : this.fileIn(analysis, path);
    return file === null ? null : { analysis: analysis!, file, path };
  }

  /** The same program with another text in one file; nothing of it is kept. */
  siteWith(path: string, bytes: Uint8Array): Site | null {
    // Choosing the root takes a state of the workspace, but not one of this very moment: the text is another anyway.
    const all = this.analyses.size > 0 && !this.diskChanged ? this.analyses : this.current();
    const root = all.has(path) ? path : [...all].find(([, a]) => this.fileIn(a, path) !== null)?.[0];
    if (root === undefined) return null;
    return this.siteIn(this.analyzeRoot(root, new OverlayVfs(this.ports.host(this.kept).vfs, this.documents, { path, bytes })), path);
  }

  /**
   * A file with each program of the folder that has it, all their own files looked at whole. Files of the library are not the
   * workspace's own, also where the folder holds the library.
   */
  wholeSites(path: string): Site[] {
    const answering = [...this.current()].filter(([, a]) => this.fileIn(a, path) !== null).map(([root]) => root);
    const roots = new Set([...answering, ...this.graph.rootsOf(path)]);
    return [...roots].flatMap((root) => this.siteIn(this.analyzeRoot(root, this.vfs, (p) => this.isOurs(p) || this.documents.open.has(p)), path) ?? []);
  }

  /** Whether a file is the user's, not the library's or another repository's. */
  isOurs(path: string): boolean {
    return !this.ports.foreign().some((root) => path.startsWith(`${resolve(this.cwd, root)}/`));
  }

  fileIn(a: Analysis, path: string): ModFile | null {
    return a.program?.byPath.get(identity({ vfs: this.vfs }, path)) ?? null;
  }

  absolute(file: { readonly path: string }): string {
    return resolve(this.cwd, file.path);
  }

  private analyzeRoot(root: string, vfs: OverlayVfs, isWhole = (path: string): boolean => this.documents.open.has(path)): Analysis | null {
    const bytes = vfs.readFile(root);
    if (bytes === null) return null;
    const host = { ...this.ports.host(this.kept), vfs };
    const a = analyze(new Session(host, this.ports.options(identity({ vfs }, root))), bytes, (path) => isWhole(resolve(this.cwd, path)));
    if (a.failure !== null) this.ports.log(`analysis of ${root}: ${(a.failure as Error).stack ?? String(a.failure)}`);
    return a;
  }

  /** Whether an analysis would be the same now. */
  private holds(a: Analysis): boolean {
    if (this.diskChanged || a.program === null || a.program.broken) return false;
    return a.session.sources.all().every((f) => f.origin !== 0 || this.isUnchanged(f));
  }

  private isUnchanged(f: SourceFile): boolean {
    const doc = this.documents.open.get(this.absolute(f));
    return doc === undefined || doc.bytes === f.bytes;
  }
}
