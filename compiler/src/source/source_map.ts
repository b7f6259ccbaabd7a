// Takes files' bytes; gives every byte of the program one global position and turns positions back into file:line:col.
import type { FileId, Pos } from '../base/ids.ts';
import { ice } from '../base/ice.ts';

export interface SourceFile {
  readonly id: FileId;
  /** Normalised path: the module's identity key and the spelling used in diagnostics. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Global position of byte 0; byte offset o is at Pos base + o. */
  readonly base: number;
  /** For synthetic files (text of #insert): where the text came from; 0 = a real file. */
  readonly origin: Pos;
}

export interface Location {
  readonly file: SourceFile;
  /** 1-based line. */
  readonly line: number;
  /** 1-based column in bytes (a tab is one). */
  readonly col: number;
}

export interface Line {
  readonly file: SourceFile;
  /** 1-based. */
  readonly line: number;
  readonly from: Pos;
  readonly to: Pos;
}

const decoder = new TextDecoder('utf-8');
const encoder = new TextEncoder();

/** All files of one compilation, in order of loading. */
export class SourceMap {
  private files: SourceFile[] = [];
  private lineTables: (Int32Array | null)[] = [];
  private nextBase = 1;
  private last = 0;
  private lastRow = 0;

  addFile(path: string, bytes: Uint8Array): SourceFile {
    return this.add(path, bytes, 0);
  }

  /** A file that has no path on disk (text of an #insert); `origin` is where it was produced. */
  addSynthetic(displayPath: string, text: string | Uint8Array, origin: Pos): SourceFile {
    return this.add(displayPath, typeof text === 'string' ? encoder.encode(text) : text, origin);
  }

  get count(): number {
    return this.files.length;
  }

  /** Ids are 1-based: file(1) is the first file added. */
  file(id: FileId): SourceFile {
    return this.files[id - 1] ?? ice(`no source file ${id}`);
  }

  all(): readonly SourceFile[] {
    return this.files;
  }

  /** The file that holds `pos`. The position one past the last byte belongs to the file too. */
  fileOf(pos: Pos): SourceFile {
    const files = this.files;
    const hit = files[this.last];
    if (hit !== undefined && pos >= hit.base && pos <= hit.base + hit.bytes.length) return hit;
    let lo = 0;
    let hi = files.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if (files[mid]!.base <= pos) lo = mid;
      else hi = mid - 1;
    }
    this.last = lo;
    const file = files[lo];
    if (file === undefined || pos < file.base) ice(`position ${pos} is in no source file`);
    return file;
  }

  locate(pos: Pos): Location {
    const file = this.fileOf(pos);
    const offset = pos - file.base;
    const table = this.lines(file);
    const row = this.rowOf(table, offset);
    return { file, line: row + 1, col: offset - table[row]! + 1 };
  }

  /** The last row that begins at or before `offset`. Positions come in order mostly: the rows after the last answer are tried first. */
  private rowOf(table: Int32Array, offset: number): number {
    let lo = 0;
    let hi = table.length - 1;
    let near = this.lastRow;
    if (near <= hi && table[near]! <= offset) {
      for (const stop = Math.min(near + 4, hi); near < stop && table[near + 1]! <= offset; ) near++;
      if (near === hi || table[near + 1]! > offset) {
        this.lastRow = near;
        return near;
      }
      lo = near;
    }
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if (table[mid]! <= offset) lo = mid;
      else hi = mid - 1;
    }
    this.lastRow = lo;
    return lo;
  }

  /** The line that holds `pos`, and the positions from its first byte to its last. */
  lineAt(pos: Pos): Line {
    const file = this.fileOf(pos);
    const table = this.lines(file);
    const row = this.rowOf(table, pos - file.base);
    const to = row + 1 < table.length ? file.base + table[row + 1]! - 1 : file.base + file.bytes.length;
    return { file, line: row + 1, from: file.base + table[row]!, to };
  }

  lineCount(file: SourceFile): number {
    return this.lines(file).length;
  }

  /** Byte offset (in the file) of the first byte of a 1-based line. */
  lineStart(file: SourceFile, line: number): number {
    const table = this.lines(file);
    return line - 1 < table.length ? table[Math.max(0, line - 1)]! : file.bytes.length;
  }

  /** Byte offset of the end of a 1-based line, without its LF (and CR before it). */
  lineEnd(file: SourceFile, line: number): number {
    const table = this.lines(file);
    let end = line < table.length ? table[line]! - 1 : file.bytes.length;
    const start = this.lineStart(file, line);
    if (end > start && file.bytes[end - 1] === 13) end--;
    return Math.max(start, end);
  }

  lineText(file: SourceFile, line: number): string {
    return decoder.decode(file.bytes.subarray(this.lineStart(file, line), this.lineEnd(file, line)));
  }

  /** Source text of a span (global positions). */
  text(start: Pos, end: Pos): string {
    const file = this.fileOf(start);
    return decoder.decode(file.bytes.subarray(start - file.base, end - file.base));
  }

  private add(path: string, bytes: Uint8Array, origin: Pos): SourceFile {
    const file: SourceFile = { id: this.files.length + 1, path, bytes, base: this.nextBase, origin };
    this.files.push(file);
    this.lineTables.push(null);
    // One position more than bytes, so that the end of a file is a position of that file.
    this.nextBase += bytes.length + 1;
    return file;
  }

  private lines(file: SourceFile): Int32Array {
    const known = this.lineTables[file.id - 1];
    if (known) return known;
    const starts = [0];
    for (let at = file.bytes.indexOf(10); at >= 0; at = file.bytes.indexOf(10, at + 1)) starts.push(at + 1);
    const table = new Int32Array(starts);
    this.lineTables[file.id - 1] = table;
    return table;
  }
}
