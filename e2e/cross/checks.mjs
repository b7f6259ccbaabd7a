// One source for two architectures; the foreign one runs under qemu-user.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PLATFORM = '--platforms=@rules_sx//platforms:linux_aarch64';
const EM_AARCH64 = 183;
const EM_X86_64 = 62;

const machine = (t, path) => readFileSync(join(t.dir, path)).readUInt16LE(18);

export const checks = [
  {
    name: 'native',
    async run(t) {
      t.equal((await t.ok('run', ['//:where'])).stdout, 'sx .x86_64 c x86_64\n');
      t.equal(machine(t, 'bazel-bin/where'), EM_X86_64);
    },
  },
  {
    name: 'aarch64-under-qemu',
    async run(t) {
      await t.ok('build', [PLATFORM, '//:where', '//:shared']);
      t.equal(machine(t, 'bazel-bin/where'), EM_AARCH64);
      t.equal(machine(t, 'bazel-bin/libshared.so'), EM_AARCH64);
      const qemu = spawnSync('qemu-aarch64', ['-L', '/usr/aarch64-linux-gnu', join(t.dir, 'bazel-bin/where')], { encoding: 'utf8' });
      t.equal([qemu.status, qemu.stdout, qemu.stderr], [0, 'sx .aarch64 c aarch64\n', '']);
    },
  },
  {
    name: 'tests-of-other-platforms-are-skipped',
    async run(t) {
      const r = await t.ok('test', ['//...']);
      t.equal(Object.keys(r.tests), ['//:native_test'], 'tests that ran');
      t.matches(r.text, /aarch64_test\s+SKIPPED/);
    },
  },
];
