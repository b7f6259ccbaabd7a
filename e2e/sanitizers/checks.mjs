// Plain and sanitized outputs side by side; library, program and C parts instrumented, tools never.
import { spawnSync } from 'node:child_process';
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

const AARCH64 = '--platforms=@rules_sx//platforms:linux_aarch64';

/** Builds a program for AArch64 and runs it under qemu-user: {status, signal, stderr}. */
async function emulated(t, label) {
  await t.ok('build', [AARCH64, label]);
  const { stdout } = await t.ok('cquery', [AARCH64, '--output=files', label]);
  return spawnSync('qemu-aarch64', ['-L', '/usr/aarch64-linux-gnu', join(t.dir, stdout.trim())], { encoding: 'utf8', env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' } });
}

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
    name: 'undefined-in-c-on-aarch64',
    async run(t) {
      t.equal((await emulated(t, '//:c_shift_none_test')).status, 0, 'status of the plain program');
      t.equal((await emulated(t, '//:c_shift_ubsan-trap_test')).signal, 'SIGTRAP', 'what ends the one that traps');
    },
  },
  {
    name: 'heap-overflow-on-aarch64',
    async run(t) {
      for (const [plain, sanitized, report] of [pairs['heap-overflow'], pairs['heap-overflow-in-c']]) {
        t.equal((await emulated(t, plain)).status, 0, `status of ${plain}`);
        const r = await emulated(t, sanitized);
        t.equal(r.status, 1, `status of ${sanitized}: ${r.stderr}`);
        t.matches(r.stderr, report);
      }
    },
  },
  {
    name: 'race-on-aarch64',
    run: (t) => t.fails('build', [AARCH64, '//:race_tsan_test'], [/:race_tsan_test: sanitizer "tsan" takes clang 19 with its runtimes, and this machine has none for \S*linux_aarch64 \(Debian: clang-19 and libclang-rt-19-dev, which it has for the machine's own architecture only\); /]),
  },
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
