// Takes paths; gives file bytes through an interface (real one in host/) and an in-memory implementation for tests.

export type VfsKind = 'file' | 'dir' | null;

/** The only way by which the compiler reads files. Paths use '/'; relative ones are against `cwd`. */
export interface Vfs {
  /** Absolute path of the working directory, without a trailing '/'. */
  readonly cwd: string;
  /** Bytes of a regular file, or null when there is none. */
  readFile(path: string): Uint8Array | null;
  kind(path: string): VfsKind;
  /** Names (not paths) of the entries of a directory, sorted by bytes; [] when it is none. */
  listDir(path: string): string[];
  /** True when both spellings reach one file (device and inode). */
  sameFile(a: string, b: string): boolean;
}

/** Lexical normalisation: `.`, `a/..`, doubled and trailing slashes are removed; `..` above the start is kept. */
export function normalizePath(path: string): string {
  const absolute = path.startsWith('/');
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (out.length > 0 && out[out.length - 1] !== '..') out.pop();
      else if (!absolute) out.push('..');
    } else {
      out.push(part);
    }
  }
  const joined = out.join('/');
  if (absolute) return '/' + joined;
  return joined === '' ? '.' : joined;
}

export function joinPath(dir: string, path: string): string {
  if (path.startsWith('/')) return normalizePath(path);
  return normalizePath(dir === '' ? path : dir + '/' + path);
}

/** The directory part of a path ('' when there is no '/'). */
export function dirOf(path: string): string {
  const at = path.lastIndexOf('/');
  if (at < 0) return '';
  return at === 0 ? '/' : path.slice(0, at);
}

export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const encoder = new TextEncoder();

/** Files in a map; directories exist because files are in them. */
export class MemoryVfs implements Vfs {
  readonly cwd: string;
  private files = new Map<string, Uint8Array>();

  constructor(files: Record<string, string | Uint8Array> = {}, cwd = '/work') {
    this.cwd = cwd;
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  write(path: string, content: string | Uint8Array): void {
    this.files.set(this.absolute(path), typeof content === 'string' ? encoder.encode(content) : content);
  }

  readFile(path: string): Uint8Array | null {
    return this.files.get(this.absolute(path)) ?? null;
  }

  kind(path: string): VfsKind {
    const abs = this.absolute(path);
    if (this.files.has(abs)) return 'file';
    const prefix = abs === '/' ? '/' : abs + '/';
    for (const file of this.files.keys()) if (file.startsWith(prefix)) return 'dir';
    return null;
  }

  listDir(path: string): string[] {
    const abs = this.absolute(path);
    const prefix = abs === '/' ? '/' : abs + '/';
    const names = new Set<string>();
    for (const file of this.files.keys()) {
      if (!file.startsWith(prefix)) continue;
      const rest = file.slice(prefix.length);
      const slash = rest.indexOf('/');
      names.add(slash < 0 ? rest : rest.slice(0, slash));
    }
    return [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }

  sameFile(a: string, b: string): boolean {
    const abs = this.absolute(a);
    return abs === this.absolute(b) && this.files.has(abs);
  }

  private absolute(path: string): string {
    return joinPath(this.cwd, path);
  }
}
