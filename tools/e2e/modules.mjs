// Takes a workspace whose root module depends on some modules; gives the folders that bzlmod resolved them to.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** [[name, folder]] of every module that the root depends on among `names`; fetched in an output base of its own. */
export async function resolvedModules(t, names) {
  const base = `${t.base}-modules`;
  await t.ok('query', ['--noshow_progress', `set(${names.map((n) => `@${n}//:all`).join(' ')})`], { base });
  const { stdout } = await t.ok('info', ['output_base'], { base });
  await t.close([base]);
  const external = join(stdout.trim(), 'external');
  return readdirSync(external).filter((d) => /^\w+[~+]$/.test(d)).map((d) => [d.slice(0, -1), join(external, d)]);
}
