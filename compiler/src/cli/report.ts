// Prints diagnostics in the asked form on stderr.
import { type Diag, untilError } from '../diagnostics/sink.ts';
import { renderDiag, renderHuman } from '../diagnostics/render_human.ts';
import { renderJson } from '../diagnostics/render_json.ts';
import { renderSarif } from '../diagnostics/render_sarif.ts';
import type { Session } from '../driver/session.ts';
import type { ErrorFormat } from './args.ts';
import { VERSION } from './version.ts';

/**
 * Diagnostics of a session; syntax errors stop after the first (reference 15.3). `told` has what this command said of other
 * files' programs, which is not said again.
 */
export function renderDiagnostics(s: Session, format: ErrorFormat, from = 0, told: Set<string> | null = null): string {
  const diags = s.sink.diags.slice(from, s.sink.ended?.shown);
  let shown = s.phase === 'parse' ? untilError(diags) : diags;
  if (told !== null) shown = shown.filter((d) => { const size = told.size; return told.add(renderDiag(d, s.sources)).size > size; });
  return format === 'human' ? renderHuman(shown, s.sources) : renderAs(format, shown, s.sources);
}

/** These diagnostics in one form. */
export function renderAs(format: ErrorFormat, diags: readonly Diag[], sources: Session['sources']): string {
  if (format === 'json') return renderJson(diags, sources);
  if (format === 'sarif') return renderSarif(diags, sources, VERSION);
  const text = renderHuman(diags, sources);
  return text.endsWith('\n') ? text : `${text}\n`;
}
