// Takes a sink's diagnostics and the source map; gives the terminal text of chapter 15.3, byte for byte.
import type { Pos } from '../base/ids.ts';
import type { SourceMap } from '../source/source_map.ts';
import type { Diag } from './sink.ts';

export interface HumanOptions {
  /** ANSI colours on severity words, arrows and carets; default off. */
  readonly color?: boolean;
}

const COLORS: Record<string, string> = { error: '31', warning: '33', note: '36', help: '32', frame: '34' };

/** All diagnostics, separated by empty lines, ending in a newline; '' when there are none. */
export function renderHuman(diags: readonly Diag[], map: SourceMap, options: HumanOptions = {}): string {
  return diags.map((diag) => renderDiag(diag, map, options)).join('\n');
}

/** One diagnostic with its notes and helps; every block is followed by a newline, blocks are separated by an empty line. */
export function renderDiag(diag: Diag, map: SourceMap, options: HumanOptions = {}): string {
  const paint = painter(options.color === true);
  let primary = block(diag.severity, diag.message, diag.shown ? diag.start : 0, diag.end, map, paint, null, true);
  for (const line of diag.lines) primary += line + '\n';
  const blocks = [primary];
  for (const note of diag.notes) blocks.push(block('note', note.message, note.start, note.end, map, paint, null, true));
  for (const help of diag.helps) {
    const spanned = help.replacement !== null && help.start !== 0;
    const start = spanned ? help.start : 0;
    blocks.push(block('help', help.message, start, spanned ? help.end : 0, map, paint, help.replacement, false));
  }
  return blocks.join('\n');
}

type Paint = (style: string, text: string) => string;

function painter(on: boolean): Paint {
  if (!on) return (_style, text) => text;
  return (style, text) => `\x1b[1;${COLORS[style] ?? '0'}m${text}\x1b[0m`;
}

function block(
  word: string,
  message: string,
  start: Pos,
  end: Pos,
  map: SourceMap,
  paint: Paint,
  replacement: string | null,
  arrow: boolean,
): string {
  let out = `${paint(word, word)}: ${message}\n`;
  if (start === 0) return out;
  const from = map.locate(start);
  const last = end > start ? map.locate(end - 1) : from;
  const lastLine = last.file === from.file ? Math.max(last.line, from.line) : from.line;
  const width = Math.max(2, String(replacement === null ? lastLine : from.line).length);
  const bar = (line: string): string => `${paint('frame', `${line.padStart(width)} |`)}`;
  const gutter = bar('');
  if (arrow) out += `${' '.repeat(width)}${paint('frame', '-->')} ${from.file.path}:${from.line}:${from.col}\n`;
  out += `${gutter}\n`;
  if (replacement !== null) return out + replaced(map, start, end, replacement, bar, paint);
  for (let line = from.line; line <= lastLine; line++) {
    const lineStart = map.lineStart(from.file, line);
    const lineEnd = map.lineEnd(from.file, line);
    const startCol = line === from.line ? from.col - 1 : 0;
    const stop = line === lastLine && end > start ? end - from.file.base - lineStart : lineEnd - lineStart;
    const carets = line === lastLine && end <= start ? 1 : Math.max(1, Math.min(stop, lineEnd - lineStart) - startCol);
    const shown = window(map, from.file.base + lineStart, lineEnd - lineStart, startCol, carets);
    out += `${bar(String(line))} ${shown.text}\n`;
    out += `${gutter} ${' '.repeat(shown.col)}${paint(word, '^'.repeat(shown.carets))}\n`;
  }
  return out;
}

/** Longer lines (in bytes) are shown in part. */
const LONG_LINE = 4096;
const AROUND = 100;

/** The line at `at`, of `length` bytes; of a long one what is near the column. */
function window(map: SourceMap, at: Pos, length: number, col: number, carets: number): { text: string; col: number; carets: number } {
  if (length <= LONG_LINE) return { text: map.text(at, at + length), col, carets };
  const first = Math.max(0, col - AROUND);
  const last = Math.min(length, col + AROUND);
  const [left, right] = [first > 0 ? '...' : '', last < length ? '...' : ''];
  return { text: left + map.text(at + first, at + last) + right, col: left.length + col - first, carets: Math.min(carets, last - col) || 1 };
}

/** The line with the span replaced, carets under the new text. */
function replaced(
  map: SourceMap,
  start: Pos,
  end: Pos,
  replacement: string,
  bar: (line: string) => string,
  paint: Paint,
): string {
  const from = map.locate(start);
  const lineStart = from.file.base + map.lineStart(from.file, from.line);
  const to = map.locate(end > start ? end - 1 : start);
  const lineEnd = from.file.base + map.lineEnd(from.file, to.line);
  const before = start > lineStart ? map.text(lineStart, start) : '';
  const after = lineEnd > end ? map.text(end, lineEnd) : '';
  const text = before + replacement + after;
  const col = from.col - 1;
  const firstLine = text.split('\n', 1)[0]!;
  const shown = text === firstLine ? text : firstLine;
  const width = Math.max(1, Math.min(new TextEncoder().encode(replacement.split('\n', 1)[0]!).length, shown.length));
  return `${bar(String(from.line))} ${shown}\n${bar('')} ${' '.repeat(col)}${paint('help', '^'.repeat(width))}\n`;
}
