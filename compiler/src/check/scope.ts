// Runs checking code in another place's scope: defaults, lazy constants and inserted text resolve where they were written.
import type { Tree } from '../parse/tree.ts';
import type { ModFile } from '../resolve/module.ts';
import type { Env } from './env.ts';
import type { FnCtx } from './fn_ctx.ts';

export interface Site {
  readonly tree: Tree;
  readonly file: ModFile;
  readonly env: Env | null;
}

/** `run` sees only `site`'s names; code goes on being written to f's function. */
export function inScope<T>(f: FnCtx, site: Site, run: () => T): T {
  const { tree, file, env, locals, outer, retLocals } = f;
  const at = f.b.at;
  f.tree = site.tree;
  f.file = site.file;
  f.env = site.env;
  f.locals = [];
  f.outer = null;
  const r = run();
  f.tree = tree;
  f.file = file;
  f.env = env;
  f.locals = locals;
  f.outer = outer;
  f.retLocals = retLocals;
  f.b.at = at;
  return r;
}
