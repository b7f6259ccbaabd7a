// Takes nothing; gives temporary directories that disappear when the process ends, also by a signal.
import { accessSync, constants, mkdtempSync, readdirSync, rmdirSync, rmSync, statfsSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const live = new Set<string>();
let hooked = false;

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

function removeAll(): void {
  for (const dir of live) rmSync(dir, { recursive: true, force: true });
  live.clear();
}

function hook(): void {
  if (hooked) return;
  hooked = true;
  process.on('exit', removeAll);
  for (const [name, number] of Object.entries(SIGNALS)) {
    process.on(name, () => {
      removeAll();
      process.exit(128 + number);
    });
  }
}

/** A fresh directory under the system's temporary directory (or `parent`). */
export function makeTempDir(prefix = 'sx-', parent: string = tmpdir()): string {
  hook();
  const dir = mkdtempSync(join(parent, prefix));
  live.add(dir);
  return dir;
}

const TMPFS_MAGIC = 0x01021994;
/** Memory that others may count on stays theirs. */
const ROOM = 256 << 20;

/**
 * Where small files that live for a moment go: into memory, where the system has a place for that and nobody asked for another. Creating
 * and removing three files on a disk takes as long as compiling a small program.
 */
export function quickTempParent(asked = process.env['TMPDIR']): string {
  if (asked) return asked;
  if (process.platform !== 'linux') return tmpdir();
  try {
    const { type, bavail, bsize } = statfsSync('/dev/shm');
    accessSync('/dev/shm', constants.W_OK);
    return type === TMPFS_MAGIC && bavail * bsize >= ROOM ? '/dev/shm' : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Some systems mount /dev/shm so that nothing there can be executed; only a file's own access tells. */
export function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function removeTempDir(dir: string): void {
  live.delete(dir);
  try {
    // A few files, mostly; what Node.js has for whole trees takes a millisecond to load.
    for (const name of readdirSync(dir)) unlinkSync(join(dir, name));
    rmdirSync(dir);
  } catch {
    rmSync(dir, { recursive: true, force: true });
  }
}
