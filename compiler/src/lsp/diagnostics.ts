// Takes analyses; gives the diagnostics of each file as the protocol has them.
import { resolve } from 'node:path';
import type { Diagnostic, DiagnosticRelatedInformation, Location, Range } from 'vscode-languageserver/node';
import type { Diag } from '../diagnostics/sink.ts';
import type { Analysis } from '../driver/analyze.ts';
import type { Documents, LineIndexes } from './documents.ts';
import { lsp } from './library.ts';

/** A replacement that a help offers, for quick fixes. */
export interface Fix {
  readonly title: string;
  readonly range: Range;
  readonly text: string;
}

/** Diagnostics by absolute path; what several programs say of a file is said once. */
export function diagnosticsByFile(cwd: string, analyses: ReadonlyMap<string, Analysis>, documents: Documents, lines: LineIndexes): Map<string, Diagnostic[]> {
  const out = new Map<string, Diagnostic[]>();
  const seen = new Set<string>();
  for (const [root, a] of analyses) {
    for (const d of a.diags) {
      const at = place(cwd, a, d.start, d.end, documents, lines) ?? { path: root, location: { uri: documents.uriOf(root), range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } } };
      const made = diagnostic(cwd, a, d, at.location.range, documents, lines);
      const key = JSON.stringify([at.path, made.range, made.message]);
      if (seen.has(key)) continue;
      seen.add(key);
      const known = out.get(at.path);
      if (known === undefined) out.set(at.path, [made]);
      else known.push(made);
    }
  }
  return out;
}

function diagnostic(cwd: string, a: Analysis, d: Diag, range: Range, documents: Documents, lines: LineIndexes): Diagnostic {
  const related: DiagnosticRelatedInformation[] = [];
  const extra: string[] = [...d.lines];
  for (const n of d.notes) {
    const at = n.start === 0 ? null : place(cwd, a, n.start, n.end, documents, lines);
    if (at === null) extra.push(`note: ${n.message}`);
    else related.push({ location: at.location, message: n.message });
  }
  const fixes: Fix[] = [];
  for (const h of d.helps) {
    extra.push(h.replacement === null ? `help: ${h.message}` : `help: ${h.message}: \`${h.replacement}\``);
    const at = h.replacement === null ? null : place(cwd, a, h.start, h.end, documents, lines);
    if (at !== null) fixes.push({ title: h.message, range: at.location.range, text: h.replacement! });
  }
  return {
    range, severity: d.severity === 'error' ? lsp.DiagnosticSeverity.Error : lsp.DiagnosticSeverity.Warning, code: d.code, source: 'sx',
    message: [d.message, ...extra].join('\n'), ...(related.length > 0 ? { relatedInformation: related } : {}), ...(fixes.length > 0 ? { data: fixes } : {}),
  };
}

/** Where a stretch of source is; text that was inserted or made of C is where it came from. null without a place. */
function place(cwd: string, a: Analysis, start: number, end: number, documents: Documents, lines: LineIndexes): { readonly path: string; readonly location: Location } | null {
  const { sources } = a.session;
  let from = start;
  let to = end;
  if (from === 0) return null;
  for (let file = sources.fileOf(from); file.origin !== 0; file = sources.fileOf(from)) {
    from = file.origin;
    to = from;
  }
  const file = sources.fileOf(from);
  const path = resolve(cwd, file.path);
  return { path, location: { uri: documents.uriOf(path), range: lines.of(file.bytes).range(from - file.base, Math.max(from, to) - file.base) } };
}
