// Takes keys and bytes; gives what an earlier compilation kept under the key. Nothing here can fail: a cache that cannot be used is empty.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from './files.ts';

const MOST = 2000;

/** SX_CACHE_DIR, else XDG_CACHE_HOME/sx, else ~/.cache/sx; null without any (a Bazel action has none). */
function cacheDir(): string | null {
  const env = process.env;
  const set = (name: string): string | null => (env[name] === undefined || env[name] === '' ? null : env[name]!);
  const own = set('SX_CACHE_DIR');
  if (own !== null) return own;
  const base = set('XDG_CACHE_HOME') ?? (set('HOME') === null ? null : join(set('HOME')!, '.cache'));
  return base === null ? null : join(base, 'sx');
}

/** Names the content. */
export const contentHash = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Size and time of a file: cheap to ask, and other after an upgrade. */
export function fileIdentity(path: string): string {
  const s = statSync(path, { throwIfNoEntry: false });
  return s === undefined ? path : `${path} ${s.size} ${s.mtimeMs}`;
}

export const fileCache = {
  hash: contentHash,
  identity: fileIdentity,
  get(key: string): Uint8Array | null {
    const dir = cacheDir();
    if (dir === null) return null;
    try {
      return readFileSync(join(dir, 'c', key));
    } catch {
      return null;
    }
  },
  put(key: string, bytes: Uint8Array | string): void {
    const dir = cacheDir();
    if (dir === null) return;
    try {
      mkdirSync(join(dir, 'c'), { recursive: true });
      writeFileAtomic(join(dir, 'c', key), bytes);
      prune(join(dir, 'c'));
    } catch {
      // A full or read-only disk costs time, not builds.
    }
  },
};

/** The older half goes when there are too many. */
function prune(dir: string): void {
  const names = readdirSync(dir);
  if (names.length <= MOST) return;
  const aged = names.map((n) => ({ n, at: statSync(join(dir, n), { throwIfNoEntry: false })?.mtimeMs ?? 0 })).sort((a, b) => a.at - b.at);
  for (const { n } of aged.slice(0, aged.length / 2)) unlinkSync(join(dir, n));
}
