// Takes the command line of `sx lsp`; runs the language server on stdin and stdout with the compiler's own host and options.
import type { Kept } from '../driver/kept.ts';
import type { Args } from './args.ts';
import { makeHost, optionsOf, stdlibRoots } from './compile.ts';
import { libraryKept } from './library.ts';
import { err } from './output.ts';
import { VERSION } from './version.ts';

/** Code that is being typed may loop: it gets less time than a build gives it. */
const EDITOR_STEPS = 200_000_000;

export async function lspCommand(a: Args): Promise<number> {
  const { serve } = await import('../lsp/server.ts');
  return serve({
    version: VERSION,
    // stdout is the protocol's: what a program prints while it is compiled goes to the log.
    host: (kept: Kept) => ({ ...makeHost(kept), write: (_fd, bytes) => err(Buffer.from(bytes).toString()) }),
    options: (file) => ({ ...optionsOf(a, file, 0), comptimeSteps: Math.min(a.comptimeSteps, EDITOR_STEPS) }),
    kept: () => libraryKept(stdlibRoots()),
    log: (text) => err(`${text}\n`),
  });
}
