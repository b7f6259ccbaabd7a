// Takes the bytes of a text; gives positions of the protocol (line and UTF-16 or UTF-8 column, from 0) for byte offsets and back.
import type { Position, Range } from 'vscode-languageserver/node';

/** What a column counts, as client and server agreed. */
export type Encoding = 'utf-8' | 'utf-16';

/** UTF-16 units of the character that begins with `byte`; 0 for a byte inside of one. */
function unitsAt(byte: number): number {
  return (byte & 0xc0) === 0x80 ? 0 : byte >= 0xf0 ? 2 : 1;
}

export class LineIndex {
  private readonly starts: number[] = [0];

  constructor(
    readonly bytes: Uint8Array,
    readonly encoding: Encoding,
  ) {
    for (let i = bytes.indexOf(10); i >= 0; i = bytes.indexOf(10, i + 1)) this.starts.push(i + 1);
  }

  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.bytes.length));
    let lo = 0;
    let hi = this.starts.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if (this.starts[mid] <= at) lo = mid;
      else hi = mid - 1;
    }
    const start = this.starts[lo];
    if (this.encoding === 'utf-8') return { line: lo, character: at - start };
    let character = 0;
    for (let i = start; i < at; i++) character += unitsAt(this.bytes[i]);
    return { line: lo, character };
  }

  /** Columns beyond the end of a line mean its end, lines beyond the last the end of the text. */
  offset(p: Position): number {
    if (p.line >= this.starts.length) return this.bytes.length;
    const start = this.starts[p.line];
    const end = this.lineEnd(p.line);
    if (this.encoding === 'utf-8') return Math.min(start + p.character, end);
    let i = start;
    for (let units = p.character; i < end; ) {
      units -= unitsAt(this.bytes[i]);
      if (units < 0) break;
      do i++;
      while (i < end && (this.bytes[i] & 0xc0) === 0x80);
    }
    return i;
  }

  range(from: number, to: number): Range {
    return { start: this.position(from), end: this.position(to) };
  }

  /** Units of the encoding between two offsets of one line. */
  width(from: number, to: number): number {
    if (this.encoding === 'utf-8') return to - from;
    let units = 0;
    for (let i = from; i < to; i++) units += unitsAt(this.bytes[i]);
    return units;
  }

  /** The offset after the last byte of a line, its line break not counted. */
  lineEnd(line: number): number {
    if (line + 1 >= this.starts.length) return this.bytes.length;
    const end = this.starts[line + 1] - 1;
    return end > this.starts[line] && this.bytes[end - 1] === 13 ? end - 1 : end;
  }

  get lineCount(): number {
    return this.starts.length;
  }

  lineStart(line: number): number {
    return this.starts[line];
  }
}
