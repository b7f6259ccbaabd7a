// Takes the command line of `sx lsp`; runs the language server on stdin and stdout with the compiler's own host and options.
import { existsSync, realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Kept } from '../driver/kept.ts';
import type { Args } from './args.ts';
import { makeHost, optionsOf, stdlibRoots } from './compile.ts';
import { libraryKept } from './library.ts';
import { err } from './output.ts';
import { projectRoots } from './project.ts';
import { VERSION } from './version.ts';

/** Code that is being typed may loop: it gets less time than a build gives it. */
const EDITOR_STEPS = 200_000_000;

export async function lspCommand(a: Args): Promise<number> {
  const { serve } = await import('../lsp/server.ts');
  const outside = (root: string): boolean => relative(realpathSync('.'), existsSync(root) ? realpathSync(root) : resolve(root)).startsWith('..');
  let foreign: readonly string[] = [];
  return serve({
    version: VERSION,
    // stdout is the protocol's: what a program prints while it is compiled goes to the log.
    host: (kept: Kept) => ({ ...makeHost(kept), write: (_fd, bytes) => err(Buffer.from(bytes).toString()) }),
    entered: () => {
      const roots = projectRoots('.');
      if (typeof roots === 'string') err(`sx lsp: ${roots}\n`);
      else a.moduleRoots.push(...roots);
      foreign = [...a.moduleRoots.filter(outside), ...stdlibRoots()];
    },
    foreign: () => foreign,
    options: (file) => ({ ...optionsOf(a, file, 0), comptimeSteps: Math.min(a.comptimeSteps, EDITOR_STEPS) }),
    kept: () => libraryKept(stdlibRoots()),
    log: (text) => err(`${text}\n`),
  });
}
