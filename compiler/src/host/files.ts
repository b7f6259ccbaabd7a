// Takes paths of the machine; gives file contents (the real implementation of source/vfs.ts) and atomic writes.
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Same shape as `Vfs` in source/vfs.ts, over the real file system. */
export class RealVfs {
  readonly cwd: string;

  constructor(cwd: string = process.cwd()) {
    this.cwd = cwd;
  }

  private full(path: string): string {
    return path.startsWith('/') ? path : resolve(this.cwd, path);
  }

  readFile(path: string): Uint8Array | null {
    try {
      return readFileSync(this.full(path));
    } catch {
      return null;
    }
  }

  kind(path: string): 'file' | 'dir' | null {
    const stat = statSync(this.full(path), { throwIfNoEntry: false });
    return stat === undefined ? null : stat.isDirectory() ? 'dir' : 'file';
  }

  /** Sorted by bytes. */
  listDir(path: string): string[] {
    try {
      return readdirSync(resolve(this.cwd, path)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    } catch {
      return [];
    }
  }

  /** One file by device and inode. */
  sameFile(a: string, b: string): boolean {
    const x = statSync(resolve(this.cwd, a), { throwIfNoEntry: false, bigint: true });
    const y = statSync(resolve(this.cwd, b), { throwIfNoEntry: false, bigint: true });
    return x !== undefined && y !== undefined && x.ino === y.ino && x.dev === y.dev;
  }
}

let counter = 0;

/**
 * Writes beside `path` and renames: readers see the old file or the new one. Parent directories are made. What is there and no
 * regular file (/dev/null, a pipe, a link) is written into: another file in its place would be a surprise to everybody.
 */
export function writeFileAtomic(path: string, content: Uint8Array | string, mode?: number): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) {
    writeFileSync(path, content);
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  const temp = `${path}.${process.pid}.${counter++}.tmp`;
  try {
    writeFileSync(temp, content);
    if (mode !== undefined) chmodSync(temp, mode);
    renameSync(temp, path);
  } catch (e) {
    try {
      unlinkSync(temp);
    } catch {
      // It was never made.
    }
    throw e;
  }
}
