// Takes positions and what checks say there when they fail; gives the constants that hold `file:line:col: text`.
// A program has one for every index and division in it: they are written as bytes, without a string for each.
import { IntMap } from '../base/int_map.ts';
import type { Module, Ref } from '../ir/module.ts';
import type { SourceFile, SourceMap } from '../source/source_map.ts';

const encoder = new TextEncoder();
const COLON = 58;
const SPACE = 32;

export class TrapMessages {
  private readonly texts: string[] = [];
  private readonly textBytes: Uint8Array[] = [];
  /** By position and index of the text. */
  private readonly known = new IntMap<Ref>();
  private file: SourceFile | null = null;
  private path = new Uint8Array(0);

  constructor(private readonly module: Module, private readonly sources: SourceMap) {}

  at(pos: number, text: string): Ref {
    let kind = this.texts.indexOf(text);
    if (kind < 0) {
      kind = this.texts.push(text) - 1;
      this.textBytes.push(encoder.encode(text));
    }
    let ref = this.known.get(pos, kind);
    if (ref === undefined) {
      ref = this.make(pos, this.textBytes[kind]!);
      this.known.set(pos, ref, kind);
    }
    return ref;
  }

  private make(pos: number, text: Uint8Array): Ref {
    const { file, line, col } = this.sources.locate(pos);
    if (file !== this.file) {
      this.file = file;
      this.path = encoder.encode(file.path);
    }
    const size = this.path.length + digits(line) + digits(col) + text.length + 4;
    return this.module.globalAddr(this.module.newText(size, (to) => {
      let end = copy(to, 0, this.path);
      to[end] = COLON;
      end = number(to, end + 1, line);
      to[end] = COLON;
      end = number(to, end + 1, col);
      to[end] = COLON;
      to[end + 1] = SPACE;
      copy(to, end + 2, text);
    }));
  }
}

/** Where what was written ends. */
function copy(to: Uint8Array, at: number, from: Uint8Array): number {
  for (let i = 0; i < from.length; i++) to[at + i] = from[i]!;
  return at + from.length;
}

function digits(n: number): number {
  let count = 1;
  for (let rest = n; rest >= 10; rest = Math.floor(rest / 10)) count++;
  return count;
}

function number(to: Uint8Array, at: number, n: number): number {
  const end = at + digits(n);
  let rest = n;
  for (let i = end - 1; i >= at; i--) {
    to[i] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return end;
}
