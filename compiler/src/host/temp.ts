// Takes nothing; gives temporary directories that disappear when the process ends, also by a signal.
import { mkdtempSync, readdirSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
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
