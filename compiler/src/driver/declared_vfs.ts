// Takes a file system and the paths that were declared; gives those files, the folders they are in, and nothing else.
import { normalizePath, type Vfs, type VfsKind } from '../source/vfs.ts';

/** Files outside of `cwd` are not the declaration's matter: they are as they are. */
export class DeclaredVfs implements Vfs {
  readonly cwd: string;
  private readonly files = new Set<string>();
  /** Names in each folder that holds a declared file. */
  private readonly folders = new Map<string, Set<string>>([['.', new Set()]]);

  constructor(
    private readonly inner: Vfs,
    declared: Iterable<string>,
  ) {
    this.cwd = inner.cwd;
    for (const path of declared) this.declare(this.relative(path));
  }

  readFile(path: string): Uint8Array | null {
    return this.hides(path) ? null : this.inner.readFile(path);
  }

  kind(path: string): VfsKind {
    return this.hides(path) ? null : this.inner.kind(path);
  }

  listDir(path: string): string[] {
    const names = this.inner.listDir(path);
    const at = this.relative(path);
    if (isOutside(at)) return names;
    const known = this.folders.get(at);
    return known === undefined ? [] : names.filter((n) => known.has(n));
  }

  sameFile(a: string, b: string): boolean {
    return !this.hides(a) && !this.hides(b) && this.inner.sameFile(a, b);
  }

  private declare(path: string): void {
    this.files.add(path);
    for (let at = path; at !== '.'; ) {
      const slash = at.lastIndexOf('/');
      const folder = slash < 0 ? '.' : at.slice(0, slash);
      let names = this.folders.get(folder);
      const known = names !== undefined;
      if (names === undefined) this.folders.set(folder, (names = new Set()));
      names.add(at.slice(slash + 1));
      if (known) return;
      at = folder;
    }
  }

  private hides(path: string): boolean {
    const at = this.relative(path);
    return !isOutside(at) && !this.files.has(at) && !this.folders.has(at);
  }

  private relative(path: string): string {
    const at = normalizePath(path);
    if (at === this.cwd) return '.';
    return at.startsWith(`${this.cwd}/`) ? at.slice(this.cwd.length + 1) : at;
  }
}

const isOutside = (path: string): boolean => path.startsWith('/') || path === '..' || path.startsWith('../');
