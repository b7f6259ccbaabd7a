// Takes diagnostics and the source map; gives one SARIF 2.1.0 log (for code-scanning tools).
import type { Pos } from '../base/ids.ts';
import type { SourceMap } from '../source/source_map.ts';
import { type Code, codeTitle } from './codes.ts';
import { explanation, pageMarkdown } from './explain.ts';
import { jsonSpan } from './render_json.ts';
import type { Diag } from './sink.ts';

export function renderSarif(diags: readonly Diag[], map: SourceMap, version: string): string {
  const codes = [...new Set(diags.map((diag) => diag.code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'sx',
            version,
            rules: codes.map(rule),
          },
        },
        columnKind: 'unicodeCodePoints',
        results: diags.map((diag) => ({
          ruleId: diag.code,
          ruleIndex: codes.indexOf(diag.code),
          level: diag.severity,
          message: { text: [diag.message, ...diag.helps.map((help) => `help: ${help.message}`)].join('\n') },
          locations: locations(map, diag.start, diag.end, null),
          relatedLocations: diag.notes.flatMap((note) => locations(map, note.start, note.end, note.message)),
        })),
      },
    ],
  };
  return JSON.stringify(log, null, 2) + '\n';
}

/** A class with its page: what code-scanning tools show beside a finding. */
function rule(code: Code): unknown {
  return {
    id: code,
    shortDescription: { text: codeTitle(code) },
    fullDescription: { text: explanation(code) },
    help: { text: explanation(code), markdown: pageMarkdown(code) },
    // The pages are in the compiler (`sx explain CODE`), not on a web site.
    helpUri: `urn:sx:explain:${code}`,
  };
}

function locations(map: SourceMap, start: Pos, end: Pos, message: string | null): unknown[] {
  const span = jsonSpan(map, start, end);
  if (span === null) return [];
  return [
    {
      physicalLocation: {
        artifactLocation: { uri: encodeURI(span.path) },
        region: {
          startLine: span.line,
          startColumn: codePointColumn(map, start),
          endLine: span.endLine,
          endColumn: codePointColumn(map, Math.max(start, end)),
        },
      },
      ...(message === null ? {} : { message: { text: message } }),
    },
  ];
}

/** SARIF counts code points, the compiler counts bytes. */
function codePointColumn(map: SourceMap, pos: Pos): number {
  const { file, line } = map.locate(pos);
  const from = map.lineStart(file, line);
  let count = 1;
  for (let i = from; i < pos - file.base; i++) if ((file.bytes[i]! & 0xc0) !== 0x80) count++;
  return count;
}
