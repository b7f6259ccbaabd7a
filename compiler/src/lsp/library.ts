// Takes the bundle beside the compiler's; gives vscode-languageserver, the protocol's reference implementation: framing, cancellation, types.
// It is a file of its own (tools/build.mjs), so that commands other than `sx lsp` do not load it.
import { createRequire } from 'node:module';
import type * as Library from 'vscode-languageserver/node';

export const lsp = createRequire(__filename)('./sx-lsp.cjs') as typeof Library;
