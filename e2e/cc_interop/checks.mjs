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
    name: 'import-c',
    async run(t) {
      t.equal((await t.ok('run', ['//cimport:reads_header'])).stdout, '3 4 1 40\n');
      await t.ok('test', ['//cimport:holds_source']);
      t.edit('cimport/pair.h', '#define PAIR_LIMIT 40', '#define PAIR_LIMIT 50');
      t.equal((await t.ok('run', ['//cimport:reads_header'])).stdout, '3 4 1 50\n', 'after an edit of the header');
      await t.ok('build', ['--platforms=@rules_sx//platforms:linux_aarch64', '//cimport:reads_header']);
    },
  },
  {
    name: 'include-directories',
    async run(t) {
      const strip = ['--experimental_output_paths=strip', '--strategy=SxCompile=sandboxed', '--strategy=SxEmit=sandboxed', '--strategy=SxCheck=sandboxed'];
      for (const flags of [[], strip]) t.equal((await t.ok('run', [...flags, '//cimport:reads_included_header'])).stdout, '120 4\n');
    },
  },
  {
    name: 'tests',
    async run(t) {
      await t.ok('test', ['//...']);
    },
  },
];
