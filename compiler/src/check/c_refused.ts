// Takes a name that was not found and its diagnostic; adds why `#import c` could not declare it, when it is a C name (reference 12.5).
import type { NameId } from '../base/ids.ts';
import type { Diag } from '../diagnostics/sink.ts';
import type { FnCtx } from './fn_ctx.ts';

export function explainRefused(f: FnCtx, d: Diag, name: NameId): void {
  for (const file of f.c.program.files) {
    const why = file.refused.get(name);
    if (why === undefined) continue;
    d.help(why);
    return;
  }
}
