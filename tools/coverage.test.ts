// Takes the repository; gives what tools/coverage.mjs says about it: every class of diagnostics has a program, every tag a section.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

test('every diagnostic class has an error program, every tag names a section', () => {
  const r = spawnSync(process.execPath, [join(__dirname, 'coverage.mjs')], { encoding: 'utf8' });
  expect(r.stderr).toBe('');
  expect(r.status).toBe(0);
  expect(r.stdout).toMatch(/^\d+ of \d+ diagnostic classes have an error program$/m);
});
