// C calls sx, sx calls C, statically, dynamically and by name.
export const checks = [
  {
    name: 'sx-calls-c',
    async run(t) {
      await t.ok('build', ['//...']);
      t.equal((await t.ok('run', ['//:sx_calls_c'])).stdout, 'counted 5\n');
    },
  },
  {
    name: 'c-calls-sx',
    async run(t) {
      t.equal((await t.ok('run', ['//:c_calls_sx'])).stdout, 'name 7\ntwice 21\ngot 42 1\n');
    },
  },
  {
    name: 'c-calls-shared-sx',
    async run(t) {
      t.equal((await t.ok('run', ['//:c_calls_shared_sx'])).stdout, 'name 7\ntwice 21\ngot 42 1\n');
      t.true(t.exists('bazel-bin/libmaths_shared.so'), 'the shared library has the usual name');
    },
  },
  {
    name: 'loaded-by-name',
    async run(t) {
      t.equal((await t.ok('run', ['//:loads_sx'])).stdout, 'twice 4\nloaded 8\n');
    },
  },
  {
    name: 'tests',
    async run(t) {
      await t.ok('test', ['//...']);
    },
  },
];
