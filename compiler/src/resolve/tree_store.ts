// Takes parsed trees; gives one back when the same path comes again with the same bytes (worker, language server).
import type { Tree } from '../parse/tree.ts';

/** Trees kept between compilations that share their Names. A path has one tree: that of its last bytes. */
export class TreeStore {
  private readonly byPath = new Map<string, Tree>();
  /** Files asked for, and those of them that were known. */
  asked = 0;
  known = 0;
  /** Paths that were parsed, because nothing was known of them. */
  readonly parsed: string[] = [];

  /** The tree of exactly these bytes. Comparing them costs less than a digest of them would. */
  find(path: string, bytes: Uint8Array): Tree | null {
    this.asked++;
    const tree = this.byPath.get(path);
    if (tree === undefined || Buffer.compare(tree.file.bytes, bytes) !== 0) return null;
    this.known++;
    return tree;
  }

  /** Does `work` again, which has been counted. */
  again<T>(work: () => T): T {
    const { asked, known } = this;
    const made = work();
    this.asked = asked;
    this.known = known;
    return made;
  }

  keep(tree: Tree): void {
    this.parsed.push(tree.file.path);
    this.add(tree);
  }

  /** Makes a tree known that this process has not parsed. */
  add(tree: Tree): void {
    this.byPath.set(tree.file.path, tree);
  }
}
