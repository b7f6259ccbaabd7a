// Takes the files of one compilation after another; gives a file that comes again with the same bytes its old positions.
import { type SourceFile, SourceMap } from './source_map.ts';

export class KeptSources extends SourceMap {
  private readonly known = new Map<string, SourceFile>();
  /** Of all files and versions of them. */
  bytes = 0;

  override addFile(path: string, bytes: Uint8Array): SourceFile {
    const known = this.known.get(path);
    if (known !== undefined && Buffer.compare(known.bytes, bytes) === 0) return known;
    const file = super.addFile(path, bytes);
    this.known.set(path, file);
    this.bytes += bytes.length;
    return file;
  }
}
