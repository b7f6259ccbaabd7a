// Takes what the client says of its open texts; gives a file system in which they stand over the files on disk.
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { baseOf, dirOf, type Vfs, type VfsKind } from '../source/vfs.ts';
import { type Encoding, LineIndex } from './positions.ts';

export interface OpenDocument {
  readonly uri: string;
  /** Absolute. */
  readonly path: string;
  version: number;
  bytes: Uint8Array;
}

const encoder = new TextEncoder();

/** All open texts by absolute path, and URIs as the client spells them. */
export class Documents {
  readonly open = new Map<string, OpenDocument>();

  pathOf(uri: string): string {
    if (uri.startsWith('file:')) {
      try {
        return fileURLToPath(uri);
      } catch {
        // A file of another host: a name like any other.
      }
    }
    return resolve('/', uri.replace(/^[a-z][a-z0-9+.-]*:/i, ''));
  }

  uriOf(path: string): string {
    return this.open.get(path)?.uri ?? pathToFileURL(path).href;
  }

  set(uri: string, version: number, text: string): OpenDocument {
    const path = this.pathOf(uri);
    const doc: OpenDocument = { uri, path, version, bytes: encoder.encode(text) };
    this.open.set(path, doc);
    return doc;
  }

  close(uri: string): void {
    this.open.delete(this.pathOf(uri));
  }
}

/** Open texts over `inner`. */
export class OverlayVfs implements Vfs {
  readonly cwd: string;

  constructor(
    private readonly inner: Vfs,
    private readonly documents: Documents,
    /** One text that replaces another for a moment. */
    private readonly instead: { readonly path: string; readonly bytes: Uint8Array } | null = null,
  ) {
    this.cwd = inner.cwd;
  }

  readFile(path: string): Uint8Array | null {
    const full = resolve(this.cwd, path);
    if (this.instead?.path === full) return this.instead.bytes;
    return this.documents.open.get(full)?.bytes ?? this.inner.readFile(path);
  }

  kind(path: string): VfsKind {
    return this.inner.kind(path) ?? (this.documents.open.has(resolve(this.cwd, path)) ? 'file' : null);
  }

  listDir(path: string): string[] {
    const names = this.inner.listDir(path);
    const dir = resolve(this.cwd, path);
    const unsaved = [...this.documents.open.keys()].filter((p) => dirOf(p) === dir && !names.includes(baseOf(p)));
    return unsaved.length === 0 ? names : [...names, ...unsaved.map(baseOf)].sort();
  }

  sameFile(a: string, b: string): boolean {
    return this.inner.sameFile(a, b) || (resolve(this.cwd, a) === resolve(this.cwd, b) && this.kind(a) === 'file');
  }
}

/** Line tables of the files of one answer. */
export class LineIndexes {
  private readonly byBytes = new Map<Uint8Array, LineIndex>();

  constructor(readonly encoding: Encoding) {}

  of(bytes: Uint8Array): LineIndex {
    let index = this.byBytes.get(bytes);
    if (index === undefined) {
      index = new LineIndex(bytes, this.encoding);
      this.byBytes.set(bytes, index);
    }
    return index;
  }
}
