// Takes tools/setup on machines that lack something; gives what it says and its exit status. Nothing is installed here.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let empty: string;
beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), 'sx-setup-'));
});
afterAll(() => rmSync(empty, { recursive: true, force: true }));

function setup(args: readonly string[], env: Readonly<Record<string, string>> = {}): { status: number | null; out: string } {
  const base = { ...process.env };
  delete base.SX_LLVM_LIB;
  delete base.USE_BAZEL_VERSION;
  const r = spawnSync(process.execPath, [join(__dirname, 'setup.mjs'), ...args], {
    env: { ...base, ...env },
    encoding: 'utf8',
  });
  return { status: r.status, out: r.stdout + r.stderr };
}

test('--help', () => {
  const r = setup(['--help']);
  expect(r.status).toBe(0);
  expect(r.out).toMatch(/^usage: tools\/setup /);
});

test('an unknown argument', () => {
  const r = setup(['--wat']);
  expect(r.status).toBe(2);
  expect(r.out).toMatch(/^setup: unknown argument --wat\nusage: /);
});

test('SX_LLVM_LIB that names nothing', () => {
  expect(setup(['--check'], { SX_LLVM_LIB: '/no/such/libLLVM.so' })).toEqual({
    status: 2,
    out: 'setup: SX_LLVM_LIB names /no/such/libLLVM.so, which does not exist\n',
  });
});

test('--check on a machine without tools names each with its version and package, and changes nothing', () => {
  const r = setup(['--check'], { PATH: empty, SX_CACHE_DIR: empty });
  expect(r.status).toBe(2);
  expect(r.out).toContain('setup: these tools are missing:\n');
  expect(r.out).toContain('  - clang 19, version 19.1 (Debian 12: apt-get install clang-19)\n');
  expect(r.out).toContain('  - qemu-aarch64, version 7.2 (Debian 12: apt-get install qemu-user)\n');
  expect(r.out).toContain('Install them with your system, then run this again.');
  expect(r.out).toContain('setup: llvm-bindings (the second verifier) is not built: run tools/setup');
});

test('--quick asks only for what building and running a program takes', () => {
  const r = setup(['--check', '--quick'], { PATH: empty, SX_CACHE_DIR: empty });
  expect(r.status).toBe(2);
  expect(r.out).toContain('  - C compiler, version');
  expect(r.out).not.toContain('qemu');
  expect(r.out).not.toContain('llvm-bindings');
});
