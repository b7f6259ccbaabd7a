// Every module of the library, checked as a root file (so that nothing in it goes unlooked at) for each of its systems.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../../..');
const SX = process.env['SX_BIN'] ?? join(ROOT, 'compiler/bin/sx');
jest.setTimeout(120_000);

const modules = readdirSync(join(ROOT, 'runtime/modules'), { recursive: true })
  .map((f) => join('runtime/modules', String(f)))
  .filter((f) => f.endsWith('.sx'))
  .sort();

/** Windows has no event loop yet, and with it no HTTP. */
const forTarget = (target: string): string[] => modules.filter((f) => target !== 'windows' || !f.includes('http'));

test.each(['x86_64-linux-gnu', 'aarch64-linux-gnu', 'macos', 'windows'])('the library type-checks for %s', (target) => {
  const r = spawnSync(process.execPath, [SX, 'check', ...forTarget(target), '--target', target], { cwd: ROOT, encoding: 'utf8' });
  expect({ status: r.status, text: `${r.stdout}${r.stderr}` }).toEqual({ status: 0, text: '' });
});
