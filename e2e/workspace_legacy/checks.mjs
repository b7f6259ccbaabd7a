// The rules without bzlmod, for as long as that is supported.
import { resolvedModules } from '../../tools/e2e/modules.mjs';

/** Flags of WORKSPACE mode: the modules that bzlmod resolved stand in for the downloads that a WORKSPACE would declare. */
async function flags(t) {
  const modules = await resolvedModules(t, ['bazel_skylib', 'platforms', 'rules_cc']);
  return ['--noenable_bzlmod', '--enable_workspace', ...modules.map(([name, path]) => `--override_repository=${name}=${path}`)];
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
