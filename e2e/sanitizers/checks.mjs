// Plain and sanitized outputs side by side; library, program and C parts instrumented, tools never.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const holds = (t, path, word) => readFileSync(join(t.dir, path)).includes(word);

/** Statuses and logs of the tests of one invocation. */
async function results(t) {
  const r = await t.bazel('test', ['--keep_going', '--test_output=errors', '//...']);
  const of = (label) => {
    const [one] = r.tests[label] ?? [];
    return one === undefined ? { status: 'NOT RUN', log: r.text } : { status: one.status, log: t.readUri(one.files['test.log']) };
  };
  return { r, of };
}

const pairs = {
  race: ['//:race_plain_test', '//:race_tsan_test', /ThreadSanitizer: data race[\s\S]*bump/],
  'heap-overflow': ['//:heap_none_test', '//:heap_asan_test', /AddressSanitizer: heap-buffer-overflow[\s\S]*heap\.sx:5/],
  'race-in-c': ['//:c_race_none_test', '//:c_race_tsan_test', /ThreadSanitizer: data race[\s\S]*faults\.c/],
  'heap-overflow-in-c': ['//:c_heap_none_test', '//:c_heap_asan_test', /AddressSanitizer: heap-buffer-overflow[\s\S]*faults\.c/],
  'undefined-in-c': ['//:c_shift_none_test', '//:c_shift_ubsan-trap_test', /./],
};

export const checks = [
  ...Object.entries(pairs).map(([name, [plain, sanitized, report]]) => ({
    name,
    async run(t) {
      const { of } = await results(t);
      t.equal(of(plain).status, 'PASSED', `${plain}\n${of(plain).log}`);
      t.equal(of(sanitized).status, 'FAILED', `${sanitized}\n${of(sanitized).log}`);
      t.matches(of(sanitized).log, report);
    },
  })),
  {
    name: 'side-by-side',
    async run(t) {
      const plain = await t.ok('cquery', ['--output=files', '//:race']);
      const tsan = await t.ok('cquery', ['--output=files', '//:race_tsan']);
      await t.ok('build', ['//:race', '//:race_tsan']);
      t.true(!holds(t, plain.stdout.trim(), '__tsan_init'), 'the plain program is not instrumented');
      t.true(holds(t, tsan.stdout.trim(), '__tsan_init'), 'the other one is');
      const config = ['--config=tsan'];
      const global = await t.ok('cquery', [...config, '--output=files', '//:race']);
      await t.ok('build', [...config, '//:race']);
      t.true(global.stdout !== plain.stdout, 'a configuration for all has its own outputs');
      t.true(holds(t, global.stdout.trim(), '__tsan_init'), 'and is instrumented');
      const again = await t.ok('build', ['//:race'], { cache: false });
      t.equal(again.executed.SxCompile ?? 0, 0, 'compiles after going back to the plain configuration');
    },
  },
  {
    name: 'config-asan',
    async run(t) {
      const r = await t.bazel('test', ['--config=asan', '--keep_going', '//:race_plain_test', '//:race_tsan_test', '//:heap_asan_test']);
      t.equal(['//:race_plain_test', '//:race_tsan_test', '//:heap_asan_test'].map((l) => r.tests[l][0].status), ['PASSED', 'FAILED', 'FAILED'], 'a target\'s own sanitizer comes before the configuration\'s');
    },
  },
  {
    name: 'lines-in-optimised-reports',
    async run(t) {
      const r = await t.fails('test', ['-c', 'opt', '//:c_heap_asan_test'], []);
      t.matches(t.readUri(r.tests['//:c_heap_asan_test'][0].files['test.log']), /heap-buffer-overflow[\s\S]*c_heap[\s\S]*c_heap\.sx:2/);
    },
  },
  {
    name: 'tools-stay-plain',
    async run(t) {
      await t.ok('build', ['--config=tsan', '//:made_by_tool']);
      t.true(!holds(t, 'bazel-bin/tool.copy', '__tsan_init'), 'the tool is not instrumented');
    },
  },
];
