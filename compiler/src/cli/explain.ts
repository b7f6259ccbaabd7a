// `sx explain [CODE...]`: what a diagnostic class means, why it is an error and how to fix it; without a code, the list.
import { allCodes, type Code, codeTitle } from '../diagnostics/codes.ts';
import { pageText } from '../diagnostics/explain.ts';
import { err, out } from './output.ts';

const WIDTH = 100;

/** Exit status: 0, or 2 for a code that does not exist. */
export function explainCommand(codes: readonly string[]): number {
  const known = allCodes();
  if (codes.length === 0) {
    const column = Math.max(...known.map((c) => c.length)) + 2;
    out(`${known.map((c) => `${c.padEnd(column)}${codeTitle(c)}`).join('\n')}\n\n\`sx explain CODE\` says more about one of them.\n`);
    return 0;
  }
  let status = 0;
  const pages: string[] = [];
  for (const written of codes) {
    const code = written.toUpperCase();
    if (known.includes(code as Code)) pages.push(pageText(code as Code, WIDTH));
    else {
      const near = known.filter((c) => c.startsWith(code) || code.startsWith(c));
      err(`error: there is no diagnostic '${written}'${near.length === 0 ? '' : `; did you mean ${near.slice(0, 5).join(', ')}?`} (\`sx explain\` lists them)\n`);
      status = 2;
    }
  }
  if (pages.length > 0) out(pages.join('\n'));
  return status;
}
