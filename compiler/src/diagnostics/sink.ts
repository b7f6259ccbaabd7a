// Takes reports of all phases; gives the ordered, deduplicated list of diagnostics.
import type { Pos } from '../base/ids.ts';
import type { SourceMap } from '../source/source_map.ts';
import type { Code } from './codes.ts';

export type Severity = 'error' | 'warning';

export interface Note {
  readonly message: string;
  /** Global positions; 0, 0 = no location. */
  readonly start: Pos;
  readonly end: Pos;
}

export interface Help {
  readonly message: string;
  /** Replacement for the diagnostic's own span (or for start..end when given). */
  readonly replacement: string | null;
  readonly start: Pos;
  readonly end: Pos;
}

/** One primary diagnostic with its notes and helps; `note` and `help` return it for chaining. */
export class Diag {
  readonly severity: Severity;
  code: Code;
  readonly start: Pos;
  readonly end: Pos;
  readonly message: string;
  readonly notes: Note[] = [];
  readonly helps: Help[] = [];
  /** Further lines printed verbatim right below the block (traces, call paths). */
  readonly lines: string[] = [];
  /** False: the text shows the header line only (reference 15.3); tools still get the place. */
  shown = true;

  /** `text` is what a help replaces when that is not the place shown. */
  constructor(severity: Severity, code: Code, start: Pos, end: Pos, message: string, private readonly text: Span = { start, end }) {
    this.severity = severity;
    this.code = code;
    this.start = start;
    this.end = end;
    this.message = message;
  }

  note(start: Pos, end: Pos, message: string): this {
    this.notes.push({ message, start, end });
    return this;
  }

  /** `replacement` is shown in place of the span start..end (default: the diagnostic's span). */
  help(message: string, replacement: string | null = null, start: Pos = 0, end: Pos = 0): this {
    this.helps.push({
      message,
      replacement,
      start: start === 0 ? this.text.start : start,
      end: start === 0 ? this.text.end : end,
    });
    return this;
  }

  line(text: string): this {
    this.lines.push(text);
    return this;
  }

  /** For classes that are about a whole type or evaluation: the text shows no place. */
  withoutExcerpt(): this {
    this.shown = false;
    return this;
  }
}

interface Span {
  readonly start: Pos;
  readonly end: Pos;
}

/** What is shown of a load that failed: syntax errors stop after the first (reference 15.3). */
export function untilError(diags: readonly Diag[]): readonly Diag[] {
  const first = diags.findIndex((d) => d.severity === 'error');
  return first < 0 ? diags : diags.slice(0, first + 1);
}

/** Longer messages quote something absurd, such as a name of a megabyte. */
const MAX_MESSAGE = 4096;

/** Bytes of `#insert` and `#import`, which inserted texts come from. */
const DIRECTIVE_WIDTH = 7;

/** A stretch of the report that is filled later than what follows it. */
export interface Place {
  readonly items: (Diag | Place)[];
}

/** The status that compile-time code ended the compiler with, and the number of reports until then. */
export interface ProgramEnd {
  readonly status: number;
  readonly shown: number;
}

/**
 * Where phases report. Order of reports is kept. A report with the same severity, message and span as an earlier one
 * returns a detached Diag: chaining works and nothing is shown twice.
 */
export class Sink {
  private current: Place = { items: [] };
  private readonly root = this.current;
  private seen = new Set<string>();
  private errors = 0;
  private reports = 0;
  private muted = 0;
  /** Errors of speculative work so far. */
  unheard = 0;
  private end: ProgramEnd | null = null;

  /** With `sources`, what is wrong in inserted text is shown where the text was inserted, with a note in the text. */
  constructor(private readonly sources: SourceMap | null = null) {}

  /** All reports, in their order. */
  get diags(): Diag[] {
    const out: Diag[] = [];
    // Every function has a place: a large program is not walked for nothing.
    if (this.reports === 0) return out;
    // Calls nest as deeply as the program does: no recursion here.
    const stack: { place: Place; next: number }[] = [{ place: this.root, next: 0 }];
    const met = new Set<Place>();
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const x = top.place.items[top.next++];
      if (x === undefined) stack.pop();
      else if (x instanceof Diag) out.push(x);
      else if (!met.has(x)) {
        met.add(x);
        stack.push({ place: x, next: 0 });
      }
    }
    return out;
  }

  /** Keeps a place for reports that belong here and are made later (the body of a function that is called here). */
  place(): Place {
    const p: Place = { items: [] };
    this.current.items.push(p);
    return p;
  }

  /** What belongs to `place` belongs here, too: it is shown where it is met first, and callers are walked in another order than shown. */
  again(place: Place): void {
    const { items } = this.current;
    if (items.at(-1) !== place) items.push(place);
  }

  /** What `work` reports goes to `place`. */
  within(place: Place, work: () => void): void {
    const { current } = this;
    this.current = place;
    work();
    this.current = current;
  }

  /** The errors from the `from`-th report on belong to another class. */
  reclass(from: number, code: Code): void {
    for (const d of this.diags.slice(from)) if (d.severity === 'error') d.code = code;
  }

  get errorCount(): number {
    return this.errors;
  }

  /** Whether the program's compile-time code ended the compiler (reference 17.3), and how. */
  get ended(): ProgramEnd | null { return this.end; }

  /** The program's compile-time code asked for this status: what is reported from here on is the compilation ending, and not shown. */
  endWith(status: number): void {
    this.end ??= { status, shown: this.diags.length };
  }

  /** Reports so far, of every severity. */
  get count(): number { return this.reports; }

  get isMuted(): boolean { return this.muted > 0; }

  get hasErrors(): boolean {
    return this.errors > 0;
  }

  /** `start`..`end` are global positions; 0, 0 = no location. */
  error(code: Code, start: Pos, end: Pos, message: string): Diag {
    return this.report('error', code, start, end, message);
  }

  warning(code: Code, start: Pos, end: Pos, message: string): Diag {
    return this.report('warning', code, start, end, message);
  }

  report(severity: Severity, code: Code, start: Pos, end: Pos, message: string): Diag {
    const site = this.siteOf(start, end);
    const shown = message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE)}...`;
    const diag = new Diag(severity, code, site.start, site.end, shown, { start, end });
    if (site.start !== start) diag.note(start, end, 'in the inserted text');
    if (this.muted > 0) {
      if (severity === 'error') this.unheard++;
      return diag;
    }
    const key = `${severity}\0${start}\0${end}\0${message}`;
    if (this.seen.has(key)) return diag;
    this.seen.add(key);
    this.current.items.push(diag);
    this.reports++;
    if (severity === 'error') this.errors++;
    return diag;
  }

  private siteOf(start: Pos, end: Pos): Span {
    let span = { start, end };
    if (this.sources === null || start === 0) return span;
    for (let { origin } = this.sources.fileOf(start); origin !== 0; { origin } = this.sources.fileOf(origin)) {
      span = { start: origin, end: origin + DIRECTIVE_WIDTH };
    }
    return span;
  }

  /** Between mute and unmute reports vanish (speculative work). Nests. */
  mute(): void {
    this.muted++;
  }

  unmute(): void {
    this.muted--;
  }

  /** What `work` reports counts, also in the middle of something speculative: it is not done again. */
  aloud(work: () => void): void {
    const { muted } = this;
    this.muted = 0;
    work();
    this.muted = muted;
  }
}
