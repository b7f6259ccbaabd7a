// The launcher (compiler/bin/sx) on bundles made for the test: what it hands on, and that an old cache is never another bundle's code.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const LAUNCHER = resolve(__dirname, '../../bin/sx');
const dirs: string[] = [];
afterAll(() => { for (const dir of dirs) rmSync(dir, { recursive: true, force: true }); });
jest.setTimeout(60_000);

/** An installation: the launcher and a bundle of the given text, without sources. `put` replaces the bundle as tools/build.mjs does. */
function installation(text: string): { readonly root: string; readonly launcher: string; readonly put: (text: string) => void } {
  const root = mkdtempSync(join(tmpdir(), 'sx-launcher-'));
  dirs.push(root);
  for (const d of ['bin', 'dist']) mkdirSync(join(root, 'compiler', d), { recursive: true });
  const launcher = join(root, 'compiler/bin/sx');
  copyFileSync(LAUNCHER, launcher);
  chmodSync(launcher, 0o755);
  const put = (content: string): void => {
    const bundle = join(root, 'compiler/dist/sx.cjs');
    writeFileSync(`${bundle}.new`, content);
    renameSync(`${bundle}.new`, bundle);
  };
  put(text);
  return { root, launcher, put };
}

/** PATH that finds the Node.js of the test, and nothing that the tests do not set. */
const ENV = { PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };

function output(command: string, args: readonly string[], env: Record<string, string> = {}): string {
  const r = spawnSync(command, [...args], { encoding: 'utf8', env: { ...ENV, ...env } });
  expect(r.stderr).toBe('');
  return r.stdout;
}

const TELL = `console.log(JSON.stringify([process.argv.slice(2), Object.keys(process.env).filter((k) => k.includes('CERTS')), process.env.NODE_EXTRA_CA_CERTS]));`;

test('arguments and certificates reach the bundle as they were', () => {
  const { root, launcher } = installation(TELL);
  const link = join(root, 'link');
  symlinkSync(launcher, link);
  const certs = join(root, 'some certificates.pem');
  writeFileSync(certs, '');
  for (const [command, args] of [[launcher, []], [link, []], [process.execPath, [launcher]]] as const) {
    const words = ['run', 'a b', '', '$HOME', '--', '-x'];
    expect(JSON.parse(output(command, [...args, ...words]))).toEqual([words, [], null]);
    const name = 'NODE_EXTRA_CA_CERTS';
    const r = spawnSync(command, [...args, ...words], { encoding: 'utf8', env: { ...ENV, [name]: certs } });
    expect(JSON.parse(r.stdout)).toEqual([words, [name], certs]);
  }
});

test('the status is that of the bundle', () => {
  expect(spawnSync(installation('process.exitCode = 81;').launcher, ['run'], { env: ENV }).status).toBe(81);
});

test('a bundle that takes the place of another of the same length is what runs', () => {
  const text = (word: string): string => `function f() { console.log('${word}'); } f();`;
  const { root, launcher, put } = installation(text('one'));
  for (let i = 0; i < 2; i++) expect(output(launcher, ['run'])).toBe('one\n');
  expect(existsSync(join(root, 'compiler/dist/sx.cjs.cache'))).toBe(true);
  put(text('two'));
  for (let i = 0; i < 2; i++) expect(output(launcher, ['run'])).toBe('two\n');
});

test('what is no cache, and a place where none can be written, cost time only', () => {
  const { root, launcher } = installation("console.log('ran');");
  const cache = join(root, 'compiler/dist/sx.cjs.cache');
  writeFileSync(cache, 'x'.repeat(1000));
  expect(output(launcher, ['run'])).toBe('ran\n');
  rmSync(cache);
  writeFileSync(cache, '');
  expect(output(launcher, ['run'])).toBe('ran\n');
  rmSync(cache);
  mkdirSync(join(cache, 'in the way'), { recursive: true });
  expect(output(launcher, ['run'])).toBe('ran\n');
});

test('without a bundle and sources there is a message and status 70', () => {
  const { root, launcher } = installation('');
  rmSync(join(root, 'compiler/dist/sx.cjs'));
  const r = spawnSync(launcher, ['version'], { encoding: 'utf8', env: ENV });
  expect(r.status).toBe(70);
  expect(r.stderr).toContain('sx.cjs is missing');
});
