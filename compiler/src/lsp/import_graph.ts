// Takes the files of a workspace; gives the program that a file belongs to: the nearest file with `main` that imports it.
import { resolve } from 'node:path';
import { findImport } from '../resolve/load.ts';
import { joinPath, type Vfs } from '../source/vfs.ts';

/** What one file says, as far as its text shows. Words in comments may show more: the program that is loaded decides. */
interface Node {
  readonly bytes: Uint8Array;
  readonly main: boolean;
  readonly imports: readonly string[];
}

const IMPORT = /#import\s+"([^"\n]+)"/g;
const MAIN = /^(?:private\s+)?main\s*::/m;
const SKIPPED = /^(\.|node_modules$|bazel-)/;
/** A folder with more is not searched to its end. */
const MOST_FILES = 4000;
const decoder = new TextDecoder();

export class ImportGraph {
  private readonly nodes = new Map<string, Node>();
  private listed: readonly string[] | null = null;

  constructor(
    private readonly vfs: Vfs,
    private readonly stdlibRoots: readonly string[],
  ) {}

  hasMain(path: string): boolean {
    return this.node(path)?.main ?? false;
  }

  /** Files on disk may have come or gone. */
  forgetFolder(): void {
    this.listed = null;
  }

  /** The file with `main` that reaches `path` over the fewest imports; `first` are asked before the folder's. null when there is none. */
  rootOf(path: string, first: readonly string[]): string | null {
    return this.climb(path, first) ?? this.climb(path, this.folder());
  }

  /** All files with `main` of the folder that reach `path`. */
  rootsOf(path: string): string[] {
    const importers = this.importersAmong(this.folder());
    const seen = new Set([path]);
    for (const p of seen) for (const q of importers.get(p) ?? []) seen.add(q);
    return [...seen].filter((p) => this.hasMain(p)).sort();
  }

  private climb(path: string, files: readonly string[]): string | null {
    const importers = this.importersAmong(files);
    const seen = new Set([path]);
    for (let ring = [path]; ring.length > 0; ) {
      const next = ring.flatMap((p) => importers.get(p) ?? []).filter((p) => !seen.has(p));
      for (const p of next) seen.add(p);
      const root = next.filter((p) => this.hasMain(p)).sort()[0];
      if (root !== undefined) return root;
      ring = [...new Set(next)];
    }
    return null;
  }

  private importersAmong(files: readonly string[]): Map<string, string[]> {
    const out = new Map<string, string[]>();
    for (const file of files) {
      for (const to of this.node(file)?.imports ?? []) {
        const known = out.get(to);
        if (known === undefined) out.set(to, [file]);
        else known.push(file);
      }
    }
    return out;
  }

  private node(path: string): Node | null {
    const bytes = this.vfs.readFile(path);
    if (bytes === null) return null;
    const known = this.nodes.get(path);
    if (known !== undefined && Buffer.compare(known.bytes, bytes) === 0) return known;
    const text = decoder.decode(bytes);
    const made: Node = { bytes, main: MAIN.test(text), imports: [...text.matchAll(IMPORT)].flatMap((m) => this.filesOf(path, m[1])) };
    this.nodes.set(path, made);
    return made;
  }

  /** The file, or the files of the directory, that an import names. */
  private filesOf(importer: string, spelled: string): string[] {
    const found = findImport({ vfs: this.vfs, stdlibRoots: this.stdlibRoots }, importer, spelled);
    if (found === null) return [];
    const path = resolve(this.vfs.cwd, found.path);
    if (!found.dir) return [path];
    return this.vfs.listDir(path).filter((n) => n.endsWith('.sx')).map((n) => joinPath(path, n));
  }

  /** Source files below the working directory. */
  private folder(): readonly string[] {
    if (this.listed !== null) return this.listed;
    const out: string[] = [];
    const dirs = [this.vfs.cwd];
    for (let dir = dirs.shift(); dir !== undefined && out.length < MOST_FILES; dir = dirs.shift()) {
      for (const name of this.vfs.listDir(dir)) {
        const path = joinPath(dir, name);
        if (name.endsWith('.sx')) out.push(path);
        else if (!SKIPPED.test(name) && this.vfs.kind(path) === 'dir') dirs.push(path);
      }
    }
    this.listed = out;
    return out;
  }
}
