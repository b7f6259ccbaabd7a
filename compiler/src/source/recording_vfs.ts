// Takes a file system; gives it with a record of every question and answer, so that a later process can ask whether all still hold.
import type { Vfs, VfsKind } from './vfs.ts';

export type Digest = (bytes: Uint8Array | string) => string;

/** Question, its path (and the second one of `same`), answer in short. */
export type Observation = readonly [what: 'read' | 'kind' | 'list' | 'same', path: string, other: string, answer: string];

export class RecordingVfs implements Vfs {
  readonly cwd: string;
  private readonly seen = new Map<string, Observation>();

  constructor(
    private readonly inner: Vfs,
    private readonly digest: Digest,
  ) {
    this.cwd = inner.cwd;
  }

  readFile(path: string): Uint8Array | null {
    const bytes = this.inner.readFile(path);
    this.note('read', path, '', readAnswer(bytes, this.digest));
    return bytes;
  }

  kind(path: string): VfsKind {
    const kind = this.inner.kind(path);
    this.note('kind', path, '', String(kind));
    return kind;
  }

  listDir(path: string): string[] {
    const names = this.inner.listDir(path);
    this.note('list', path, '', this.digest(names.join('\0')));
    return names;
  }

  sameFile(a: string, b: string): boolean {
    const same = this.inner.sameFile(a, b);
    this.note('same', a, b, String(same));
    return same;
  }

  get observations(): Observation[] {
    return [...this.seen.values()];
  }

  private note(...o: Observation): void {
    this.seen.set(`${o[0]}\0${o[1]}\0${o[2]}`, o);
  }
}

function readAnswer(bytes: Uint8Array | null, digest: Digest): string {
  return bytes === null ? 'none' : digest(bytes);
}

/** Whether `vfs` would answer everything as it was answered. */
export function stillHolds(vfs: Vfs, digest: Digest, observations: readonly Observation[]): boolean {
  return observations.every(([what, path, other, answer]) => {
    switch (what) {
      case 'read':
        return readAnswer(vfs.readFile(path), digest) === answer;
      case 'kind':
        return String(vfs.kind(path)) === answer;
      case 'list':
        return digest(vfs.listDir(path).join('\0')) === answer;
      case 'same':
        return String(vfs.sameFile(path, other)) === answer;
      default:
        return false;
    }
  });
}
