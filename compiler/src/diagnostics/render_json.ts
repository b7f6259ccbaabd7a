// Takes diagnostics and the source map; gives one JSON object per line (machine-readable form of the same reports).
import type { Pos } from '../base/ids.ts';
import type { SourceMap } from '../source/source_map.ts';
import { codeTitle } from './codes.ts';
import { explanation } from './explain.ts';
import type { Diag } from './sink.ts';

export interface JsonSpan {
  path: string;
  line: number;
  col: number;
  endLine: number;
  endCol: number;
}

/** 1-based line/col span; end is exclusive. Null without location. */
export function jsonSpan(map: SourceMap, start: Pos, end: Pos): JsonSpan | null {
  if (start === 0) return null;
  const from = map.locate(start);
  const to = map.locate(Math.max(start, end));
  return { path: from.file.path, line: from.line, col: from.col, endLine: to.line, endCol: to.col };
}

export function renderJson(diags: readonly Diag[], map: SourceMap): string {
  let out = '';
  for (const diag of diags) {
    out +=
      JSON.stringify({
        severity: diag.severity,
        code: diag.code,
        title: codeTitle(diag.code),
        explanation: explanation(diag.code),
        message: diag.message,
        span: jsonSpan(map, diag.start, diag.end),
        notes: diag.notes.map((note) => ({ message: note.message, span: jsonSpan(map, note.start, note.end) })),
        helps: diag.helps.map((help) => ({
          message: help.message,
          replacement: help.replacement,
          span: help.replacement === null ? null : jsonSpan(map, help.start, help.end),
        })),
        lines: diag.lines,
      }) + '\n';
  }
  return out;
}
