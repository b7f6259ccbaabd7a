// The rules without bzlmod, for as long as that is supported.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Flags of WORKSPACE mode: the modules that bzlmod resolved stand in for the downloads that a WORKSPACE would declare. */
async function flags(t) {
  const base = `${t.base}-modules`;
  const names = ['bazel_skylib', 'platforms', 'rules_cc'];
  await t.ok('query', ['--noshow_progress', `set(${names.map((n) => `@${n}//:all`).join(' ')})`], { base });
  const { stdout } = await t.ok('info', ['output_base'], { base });
  await t.close([base]);
  const external = join(stdout.trim(), 'external');
  const found = readdirSync(external).filter((d) => /^\w+[~+]$/.test(d));
  return ['--noenable_bzlmod', '--enable_workspace', ...found.map((d) => `--override_repository=${d.slice(0, -1)}=${join(external, d)}`)];
}

export const checks = [
  {
    name: 'build-and-test',
    async run(t) {
      const mode = await flags(t);
      await t.ok('test', [...mode, '//...']);
      t.equal((await t.ok('run', [...mode, '//:hello'])).stdout, 'hello 42\n');
    },
  },
];
