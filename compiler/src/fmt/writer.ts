// Takes printed pieces; gives source text with indentation, and puts the comments of the original back between them.
import type { NodeId } from '../base/ids.ts';
import { Names } from '../base/names.ts';
import { Sink } from '../diagnostics/sink.ts';
import { lexFile } from '../lex/lex_file.ts';
import type { Tree } from '../parse/tree.ts';
import { pipeHead } from './pipe.ts';

const INDENT = '    ';
const decoder = new TextDecoder('utf-8');

interface Comment {
  readonly start: number;
  readonly end: number;
}

/** The parts of the printer call one another through this table (they would import in a cycle otherwise). */
export interface Printers {
  expr(w: Writer, n: NodeId): void;
  type(w: Writer, n: NodeId): void;
  stmt(w: Writer, n: NodeId): void;
  block(w: Writer, n: NodeId): void;
  fn(w: Writer, n: NodeId): void;
  def(w: Writer, n: NodeId): void;
}

/** Builder of one formatted file. */
export class Writer {
  readonly tree: Tree;
  readonly names: Names;
  readonly to: Printers;
  /** Heads of pipes whose piped value is printed already. */
  readonly openPipes = new Set<NodeId>();
  private readonly done: string[] = [];
  private line = '';
  private indent = 0;
  private fresh = true;
  private comments: Comment[] = [];
  private nextComment = 0;

  constructor(tree: Tree, names: Names, to: Printers) {
    this.tree = tree;
    this.names = names;
    this.to = to;
    this.comments = findComments(tree);
  }

  text(piece: string): void {
    if (piece === '') return;
    this.line = this.fresh ? INDENT.repeat(this.indent) + piece : this.line + piece;
    this.fresh = false;
  }

  newline(): void {
    this.done.push(this.line.trimEnd());
    this.line = '';
    this.fresh = true;
  }

  /** Takes back a line break that was just written. */
  trimLine(): void {
    if (this.fresh && this.done.length > 0) {
      this.line = this.done.pop() as string;
      this.fresh = false;
    }
  }

  indented(body: () => void): void {
    this.indent++;
    body();
    this.indent--;
  }

  get lastChar(): string {
    return this.line.length === 0 ? '' : this.line[this.line.length - 1];
  }

  finish(): string {
    const text = [...this.done, this.line].join('\n').trimEnd();
    return text === '' ? '' : `${text}\n`;
  }

  /** Source bytes verbatim (literals). */
  source(start: number, end: number): void {
    this.text(decoder.decode(this.tree.file.bytes.subarray(start, end)));
  }

  /** Name token at a byte offset, raw spelling kept. */
  nameAt(offset: number): void {
    this.source(offset, this.tree.nameEnd(offset));
  }

  name(id: number): string {
    return this.names.text(id);
  }

  /** Number of line feeds in the source between two offsets. */
  lineFeeds(start: number, end: number): number {
    const bytes = this.tree.file.bytes;
    let count = 0;
    for (let i = start; i < end; i++) if (bytes[i] === 10) count++;
    return count;
  }

  hasCommentIn(start: number, end: number): boolean {
    for (let k = this.nextComment; k < this.comments.length; k++) {
      if (this.comments[k].start >= end) return false;
      if (this.comments[k].start >= start) return true;
    }
    return false;
  }

  /**
   * Elements each on its own line between brackets at `open` and `close` (offsets), comments between them kept, at most
   * one empty line between two. The cursor is after the opening bracket before and at the start of a line after.
   */
  lines(items: ArrayLike<number>, open: number, close: number, print: (item: NodeId, index: number) => void): void {
    let last = open;
    for (let k = 0; k < items.length; k++) {
      const start = this.startOf(items[k]);
      last = this.flush(last, start, k === 0 && open === last);
      this.separate(last, start, k === 0 && last === open);
      print(items[k], k);
      last = Math.max(last, this.endOf(items[k]));
      last = this.leftovers(last);
    }
    this.flush(last, close, items.length === 0);
    if (!this.fresh) this.newline();
  }

  /** Where a node begins in the source, the piped value included. */
  startOf(n: NodeId): number {
    let at = n;
    for (
      let head = pipeHead(this.tree, at, this.openPipes);
      head !== 0;
      head = pipeHead(this.tree, at, this.openPipes)
    ) {
      at = this.tree.listAt(this.tree.b[head], 0);
    }
    return this.tree.start[at];
  }

  endOf(n: NodeId): number {
    return this.tree.end[n];
  }

  /** Starts a new line before an element at `start`; keeps one empty line of the source. */
  private separate(last: number, start: number, first: boolean): void {
    if (!this.fresh) this.newline();
    if (!first && this.lineFeeds(last, start) > 1 && this.done.length > 0) this.done.push('');
  }

  /** Comments before offset `until`; returns the offset after the last thing printed. */
  private flush(from: number, until: number, first: boolean): number {
    let last = from;
    let head = first;
    while (this.nextComment < this.comments.length && this.comments[this.nextComment].start < until) {
      const comment = this.comments[this.nextComment++];
      const sameLine = comment.start >= last && this.lineFeeds(last, comment.start) === 0 && !this.fresh;
      if (sameLine) this.text(' ');
      else this.separate(last, comment.start, head);
      this.source(comment.start, comment.end);
      this.newline();
      last = comment.end;
      head = false;
    }
    return last;
  }

  /** Comments inside an element that had no place of their own: after it, the first on its line. */
  private leftovers(end: number): number {
    while (this.nextComment < this.comments.length && this.comments[this.nextComment].start < end) {
      const comment = this.comments[this.nextComment++];
      this.text(this.fresh ? '' : ' ');
      this.source(comment.start, comment.end);
      this.newline();
    }
    return end;
  }
}

/** Comments lie in the gaps between tokens. */
function findComments(tree: Tree): Comment[] {
  const bytes = tree.file.bytes;
  const tokens = lexFile(tree.file, new Names(), new Sink());
  const found: Comment[] = [];
  let gap = 0;
  for (let t = 0; t < tokens.count; t++) {
    let i = gap;
    const stop = tokens.start[t];
    while (i < stop) {
      if (bytes[i] === 0x2f && bytes[i + 1] === 0x2f) {
        const start = i;
        while (i < stop && bytes[i] !== 10) i++;
        let end = i;
        while (end > start && (bytes[end - 1] === 13 || bytes[end - 1] === 32 || bytes[end - 1] === 9)) end--;
        found.push({ start, end });
      } else i++;
    }
    gap = tokens.end[t];
  }
  return found;
}
