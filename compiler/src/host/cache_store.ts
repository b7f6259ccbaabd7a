// Takes a directory; gives the store of the build cache in it. What cannot be read is absent, what cannot be written is not kept.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from './files.ts';

/** Above this many entries the older half goes. */
const MOST_ENTRIES = 512;

export function digestOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export class DirectoryStore {
  constructor(private readonly dir: string) {}

  digest(bytes: Uint8Array | string): string {
    return digestOf(bytes);
  }

  /** A text is kept with its digest in front: half a file, or another's, is no answer. */
  index(key: string): string | null {
    const file = this.read(`${key}.key`)?.toString('utf8') ?? '';
    const text = file.slice(65);
    return file[64] === '\n' && digestOf(text) === file.slice(0, 64) ? text : null;
  }

  putIndex(key: string, text: string): void {
    this.write(`${key}.key`, `${digestOf(text)}\n${text}`, 0o644);
  }

  blob(digest: string): Uint8Array | null {
    const bytes = this.read(`${digest}.bin`);
    return bytes !== null && digestOf(bytes) === digest ? bytes : null;
  }

  putBlob(bytes: Uint8Array): string | null {
    const digest = digestOf(bytes);
    return this.write(`${digest}.bin`, bytes, 0o755) ? digest : null;
  }

  /** The file that holds a blob; it can be executed. */
  pathOf(digest: string): string {
    return join(this.dir, `${digest}.bin`);
  }

  stamp(path: string): string {
    try {
      const stat = statSync(path, { bigint: true });
      return `${stat.size} ${stat.mtimeNs} ${stat.ino}`;
    } catch {
      return '';
    }
  }

  private read(name: string): Buffer | null {
    try {
      return readFileSync(join(this.dir, name));
    } catch {
      return null;
    }
  }

  private write(name: string, content: Uint8Array | string, mode: number): boolean {
    try {
      this.prepare();
      writeFileAtomic(join(this.dir, name), content, mode);
      return true;
    } catch {
      return false;
    }
  }

  private prepare(): void {
    mkdirSync(this.dir, { recursive: true });
    const names = readdirSync(this.dir);
    if (names.length === 0) writeFileSync(join(this.dir, '.gitignore'), '*\n');
    if (names.length <= MOST_ENTRIES) return;
    const aged = names.filter((n) => n !== '.gitignore').map((n) => ({ n, at: statSync(join(this.dir, n), { throwIfNoEntry: false })?.mtimeMs ?? 0 }));
    aged.sort((x, y) => x.at - y.at);
    for (const { n } of aged.slice(0, aged.length >> 1)) rmSync(join(this.dir, n), { force: true });
  }
}
