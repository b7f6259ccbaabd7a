// The launcher (compiler/bin/sx) on bundles made for the test: what it hands on, and that an old cache is never another bundle's code.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
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

/** A bundle as tools/build.mjs makes it: with a digest, and a beginning that can be put aside. It tells what it sees, and whether it was evaluated before. */
function whole(word: string, begin = 'if (globalThis.sxSnapshot === undefined) begin();\nelse globalThis.sxSnapshot(begin);'): string {
  const [head, rest] = [`(function (exports, require, module, __filename, __dirname) {`, `
const evaluated = process.pid;
function begin() {
  setImmediate(() => {
    const { NODE_EXTRA_CA_CERTS, GIVEN, SX_LIBRARY_IMAGE } = process.env;
    const given = /GLIBC_TUNABLES=[^\\0]*/.exec(require('node:fs').readFileSync('/proc/self/environ', 'latin1'))?.[0];
    const seen = [process.argv, process.execArgv, process.cwd(), __filename, require('node:path').resolve('x'), NODE_EXTRA_CA_CERTS, GIVEN, SX_LIBRARY_IMAGE, '${word}'];
    console.log(JSON.stringify({ fresh: evaluated === process.pid, seen, tuned: [given, process.env.GLIBC_TUNABLES], random: Math.random() }));
    if (process.argv.includes('fail')) process.exitCode = 81;
    if (process.argv.includes('other')) require('./other.cjs');
  });
}
${begin}
})(exports, require, module, __filename, __dirname);
`];
  return `${head} // ${createHash('sha256').update(head + rest).digest('hex').slice(0, 32)}${rest}`;
}

interface Told { readonly fresh: boolean; readonly seen: readonly unknown[]; readonly tuned: readonly unknown[]; readonly random: number }
const told = (launcher: string, args: readonly string[] = ['run'], env: Record<string, string> = {}): Told => JSON.parse(output(launcher, args, env).split('\n')[0]!) as Told;
const heaps = (root: string): string[] => readdirSync(join(root, 'compiler/dist')).filter((name) => name.startsWith('sx.cjs.snapshot-'));

/** An installation with a snapshot, which the second complete run has left. */
function withSnapshot(): ReturnType<typeof installation> {
  const made = installation(whole('a'));
  expect(told(made.launcher).fresh).toBe(true);
  expect(heaps(made.root)).toEqual([]);
  expect(told(made.launcher).fresh).toBe(true);
  expect(heaps(made.root).length).toBe(1);
  return made;
}

test('a process that begins with a snapshot sees what one without sees', () => {
  const { root, launcher } = withSnapshot();
  const link = join(root, 'link');
  symlinkSync(launcher, link);
  const first = told(launcher);
  expect(first.fresh).toBe(false);
  expect(told(launcher).random).not.toBe(first.random);
  for (const [args, env, cwd] of [
    [['run'], {}, root],
    [['check', 'a b', '', '$HOME', '--', '-x', '--eval', '*'], { GIVEN: 'x=y' }, '/'],
    [['build', '--snapshot-blob', 'x'], { NODE_EXTRA_CA_CERTS: launcher }, tmpdir()],
    [['run', 'fail'], { TZ: 'Asia/Tokyo', flags: 'of the user' }, root],
  ] as const) {
    const without = spawnSync(process.execPath, ['--stack-size=6000', '--min-semi-space-size=16', '--no-rehash-snapshot', '--no-flush-bytecode', launcher, ...args], { encoding: 'utf8', cwd, env: { ...ENV, ...env } });
    for (const command of [launcher, link]) {
      const r = spawnSync(command, args, { encoding: 'utf8', cwd, env: { ...ENV, ...env } });
      expect(r.stderr).toBe('');
      expect(r.status).toBe(args.includes('fail' as never) ? 81 : 0);
      const [a, b] = [JSON.parse(r.stdout), JSON.parse(without.stdout)] as [Told, Told];
      expect([a.fresh, b.fresh]).toEqual([false, true]);
      expect(a.seen).toEqual(b.seen);
    }
  }
});

test('bundles beside it, and those that fail, behave the same', () => {
  const { root, launcher } = withSnapshot();
  writeFileSync(join(root, 'compiler/dist/other.cjs'), "console.log('other', require('node:path').basename(__filename)); process.exitCode = 7;");
  const r = spawnSync(launcher, ['run', 'other'], { encoding: 'utf8', env: ENV });
  expect([r.status, r.stderr, r.stdout.split('\n')[1]]).toEqual([7, '', 'other other.cjs']);
  rmSync(join(root, 'compiler/dist/other.cjs'));
  const failed = spawnSync(launcher, ['run', 'other'], { encoding: 'utf8', env: ENV });
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain("Cannot find module './other.cjs'");
});

/** What makes a snapshot another's; each time the launcher does without, and says nothing. */
const OTHERS: readonly (readonly [string, (made: ReturnType<typeof installation>) => unknown])[] = [
  ['another bundle that is as old', ({ root, put }) => {
    put(whole('b'));
    utimesSync(join(root, 'compiler/dist/sx.cjs'), 1, 1);
  }],
  ['a bundle that was changed by hand', ({ root }) => {
    const bundle = join(root, 'compiler/dist/sx.cjs');
    writeFileSync(bundle, readFileSync(bundle, 'utf8').replace(", 'a']", ", 'by hand']"));
    utimesSync(bundle, Date.now() / 1000 + 100, Date.now() / 1000 + 100);
  }],
  ['another launcher', ({ launcher }) => utimesSync(launcher, Date.now() / 1000 + 100, Date.now() / 1000 + 100)],
  ['another place', ({ root }) => {
    renameSync(root, `${root}-moved`);
    dirs.push(`${root}-moved`);
    return join(`${root}-moved`, 'compiler/bin/sx');
  }],
  ['another start of the system', ({ root }) => edit(root, 5, () => '00000000-0000-0000-0000-000000000000')],
  ['another executable in the place of the same', ({ root }) => edit(root, 6, (line) => `${line.slice(0, -1)}x`)],
  ['an executable elsewhere', ({ root }) => edit(root, 2, () => '/bin/sh')],
  ['a heap that is gone', ({ root }) => { for (const name of heaps(root)) rmSync(join(root, 'compiler/dist', name)); }],
  ['a description that is cut off', ({ root }) => {
    const kept = join(root, 'compiler/dist/sx.cjs.snapshot');
    writeFileSync(kept, readFileSync(kept).subarray(0, 300));
  }],
];

function edit(root: string, line: number, change: (line: string) => string): void {
  const kept = join(root, 'compiler/dist/sx.cjs.snapshot');
  const lines = readFileSync(kept, 'latin1').split('\n');
  lines[line] = change(lines[line]!);
  writeFileSync(kept, lines.join('\n'), 'latin1');
}

test.each(OTHERS)('no snapshot is taken: %s', (_name, change) => {
  const made = withSnapshot();
  const moved = change(made);
  const launcher = typeof moved === 'string' ? moved : made.launcher;
  expect(told(launcher, ['check']).fresh).toBe(true);
});

test('no snapshot is taken by servers, or with options for Node.js', () => {
  const { launcher } = withSnapshot();
  expect(told(launcher, ['lsp']).fresh).toBe(true);
  expect(told(launcher, ['--persistent_worker']).fresh).toBe(true);
  expect(told(launcher, ['run'], { NODE_OPTIONS: '--max-old-space-size=500' }).fresh).toBe(true);
  expect(told(launcher, ['run']).fresh).toBe(false);
});

test('a node on PATH that is a script runs as it is', () => {
  const { root, launcher } = withSnapshot();
  const node = join(root, 'node');
  writeFileSync(node, `#!/bin/sh\nGIVEN='by a script' exec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  const r = told(launcher, ['check'], { PATH: `${root}:${ENV.PATH}` });
  expect([r.fresh, r.seen[6]]).toEqual([true, 'by a script']);
});

test('a snapshot that is no longer taken is replaced, at most once an hour for one bundle, and old heaps go', () => {
  const { root, launcher, put } = withSnapshot();
  const [before] = heaps(root);
  edit(root, 5, () => 'another system');
  told(launcher);
  expect(heaps(root)).toEqual([before]);
  const kept = join(root, 'compiler/dist/sx.cjs.snapshot');
  utimesSync(kept, Date.now() / 1000 - 7200, Date.now() / 1000 - 7200);
  told(launcher);
  // Somebody may still be about to read the heap that was replaced.
  expect(heaps(root).length).toBe(2);
  expect(told(launcher).fresh).toBe(false);
  utimesSync(join(root, 'compiler/dist', before!), 1, 1);
  put(whole('b'));
  for (let i = 0; i < 2; i++) told(launcher);
  expect(heaps(root)).not.toContain(before);
  expect(told(launcher).fresh).toBe(false);
});

test('several first runs at once leave one snapshot', async () => {
  const { root, launcher } = installation(whole('a'));
  told(launcher);
  const runs = Array.from({ length: 4 }, () => new Promise<number | null>((done) => spawn(launcher, ['run'], { env: ENV, stdio: 'ignore' }).on('exit', done)));
  expect(await Promise.all(runs)).toEqual([0, 0, 0, 0]);
  expect(heaps(root).length).toBe(1);
  expect(readdirSync(join(root, 'compiler/dist')).filter((name) => /lock|part/.test(name))).toEqual([]);
  expect(told(launcher).fresh).toBe(false);
});

test('a bundle without a digest leaves no snapshot', () => {
  const { root, launcher } = installation(whole('a').replace(/ \/\/ [0-9a-f]{32}/, ''));
  for (let i = 0; i < 3; i++) expect(told(launcher).fresh).toBe(true);
  expect(heaps(root)).toEqual([]);
});

test('where no snapshot can be made it is tried once', () => {
  const counting = "require('node:fs').appendFileSync(require('node:path').join(__dirname, 'evaluated'), 'x');\nif (globalThis.sxSnapshot === undefined) begin();\nelse throw new Error();";
  const { root, launcher } = installation(whole('a', counting));
  for (let i = 0; i < 4; i++) expect(told(launcher).fresh).toBe(true);
  expect(heaps(root)).toEqual([]);
  expect(readFileSync(join(root, 'compiler/dist/evaluated'), 'utf8')).toBe('xxxxx');
});

test('the same bundle that was made again keeps its snapshot, one that was changed by hand does not', () => {
  const { root, launcher, put } = withSnapshot();
  const [before] = heaps(root);
  const bundle = join(root, 'compiler/dist/sx.cjs');
  const later = (text: string, seconds: number): void => {
    put(text);
    utimesSync(bundle, Date.now() / 1000 + seconds, Date.now() / 1000 + seconds);
    // The first of these runs finds no code for a bundle of that time.
    for (let i = 0; i < 2; i++) expect(told(launcher).fresh).toBe(true);
    expect(told(launcher).fresh).toBe(false);
  };
  later(whole('a'), 5);
  expect(heaps(root)).toEqual([before]);
  later(whole('a').replace(", 'a']", ", 'by hand']"), 10);
  expect(heaps(root).length).toBe(2);
  expect(told(launcher).seen.at(-1)).toBe('by hand');
});

/** The same installation as a checkout, whose sources become a bundle that says so. */
function withSources(made: ReturnType<typeof installation>): ReturnType<typeof installation> {
  for (const dir of ['compiler/src', 'tools', 'node_modules/esbuild']) mkdirSync(join(made.root, dir), { recursive: true });
  const source = join(made.root, 'compiler/src/a.ts');
  writeFileSync(source, '');
  writeFileSync(join(made.root, 'tools/text'), whole('built'));
  const copy = (from: string, to: string): string => `fs.copyFileSync('${join(made.root, from)}', '${join(made.root, to)}');`;
  writeFileSync(join(made.root, 'tools/build.mjs'), `import fs from 'node:fs'; ${copy('tools/text', 'compiler/dist/new')} fs.renameSync('${join(made.root, 'compiler/dist/new')}', '${join(made.root, 'compiler/dist/sx.cjs')}');`);
  utimesSync(source, Date.now() / 1000 - 50, Date.now() / 1000 - 50);
  utimesSync(join(made.root, 'compiler/dist/sx.cjs'), Date.now() / 1000 - 100, Date.now() / 1000 - 100);
  return made;
}

test('sources that are newer are compiled first', () => {
  const { launcher } = withSources(installation(whole('a')));
  expect(told(launcher).seen.at(-1)).toBe('built');
});

test('with a snapshot, too', () => {
  const { root, launcher } = withSources(installation(whole('a')));
  for (const fresh of [true, true, false]) expect(told(launcher)).toMatchObject({ fresh, seen: expect.arrayContaining(['built']) });
  const source = join(root, 'compiler/src/a.ts');
  writeFileSync(join(root, 'tools/text'), whole('built again'));
  utimesSync(source, Date.now() / 1000 + 100, Date.now() / 1000 + 100);
  const r = spawnSync(launcher, ['run', 'fail', 'a b'], { encoding: 'utf8', env: { ...ENV, GIVEN: 'x' } });
  expect([r.status, r.stderr]).toEqual([81, '']);
  const { fresh, seen } = JSON.parse(r.stdout) as Told;
  expect([fresh, (seen[0] as string[]).slice(2), seen[6], seen[7], seen[8]]).toEqual([true, ['run', 'fail', 'a b'], 'x', join(root, 'compiler/dist/sx.cjs.trees'), 'built again']);
  expect(told(launcher, ['run'], { SX_NO_REBUILD: '1' }).fresh).toBe(true);
});

test('settings of the C library are handed on as they were', () => {
  const { launcher } = withSnapshot();
  for (const command of ['run', 'lsp']) {
    expect(told(launcher, [command]).tuned[1]).toBe(null);
    expect(told(launcher, [command], { GLIBC_TUNABLES: 'glibc.malloc.arena_max=2' }).tuned).toEqual(['GLIBC_TUNABLES=glibc.malloc.arena_max=2', 'glibc.malloc.arena_max=2']);
  }
  expect(told(launcher, ['lsp']).tuned).toEqual([null, null]);
});

test('a command has memory in large pages', () => {
  const { launcher } = installation(whole('a'));
  for (let i = 0; i < 3; i++) expect(told(launcher).tuned[0]).toContain('glibc.malloc.hugetlb=1');
});

test('files that go away while a program runs, and files that stand where others would, cost time only and leave nothing', () => {
  const { root, launcher } = installation(whole('a'));
  const dist = join(root, 'compiler/dist');
  const parts = (): string[] => readdirSync(dist).filter((name) => name.includes('.part'));
  for (const [name, runs] of [['sx.cjs.cache', 1], ['sx.cjs.snapshot', 2]] as const) {
    mkdirSync(join(dist, name, 'in the way'), { recursive: true });
    for (let i = 0; i < runs; i++) expect(told(launcher).fresh).toBe(true);
    expect([parts(), heaps(root)]).toEqual([[], []]);
    rmSync(join(dist, name), { recursive: true });
  }
  writeFileSync(join(dist, 'other.cjs'), "require('node:fs').rmSync(__dirname, { recursive: true });");
  const r = spawnSync(launcher, ['run', 'other'], { encoding: 'utf8', env: ENV });
  expect([r.status, r.stderr]).toEqual([0, '']);
});

test('a heap that no process can begin with is not kept', () => {
  const { root, launcher } = installation(whole('a', 'if (globalThis.sxSnapshot === undefined) begin();\nelse globalThis.sxSnapshot(() => process.exit(9));'));
  for (let i = 0; i < 4; i++) expect(told(launcher).fresh).toBe(true);
  expect(heaps(root)).toEqual([]);
});

test('Node.js that is a shared library, which its executable does not tell from another, leaves no snapshot', () => {
  const { root, launcher } = installation(whole('a'));
  const shared = join(root, 'shared.cjs');
  writeFileSync(shared, "const variables = { ...process.config.variables, node_shared: true };\nObject.defineProperty(process, 'config', { value: { ...process.config, variables } });");
  writeFileSync(join(root, 'node'), `#!/bin/sh\nexec '${process.execPath}' -r '${shared}' "$@"\n`, { mode: 0o755 });
  for (let i = 0; i < 3; i++) told(launcher, ['run'], { PATH: `${root}:${ENV.PATH}` });
  expect(heaps(root)).toEqual([]);
});

test('a system whose large pages are not of 2 MB gives memory in small ones', () => {
  const { root, launcher } = installation(whole('a'));
  const text = readFileSync(launcher, 'utf8');
  const size = join(root, 'size');
  const known = '/sys/kernel/mm/transparent_hugepage/hpage_pmd_size';
  expect(text).toContain(known);
  writeFileSync(launcher, text.replace(known, size));
  expect(told(launcher).tuned[0]).toBe(null);
  writeFileSync(size, '536870912\n');
  expect(told(launcher).tuned[0]).toBe(null);
  writeFileSync(size, '2097152\n');
  expect(told(launcher).tuned[0]).toContain('glibc.malloc.hugetlb=1');
});

test('a source that went needs no compilation, with a snapshot or without: who imported it was changed', () => {
  const { root, launcher } = withSources(installation(whole('a')));
  const [source, lock] = [join(root, 'compiler/src/b.ts'), join(root, 'compiler/src/.#a.ts')];
  writeFileSync(source, '');
  utimesSync(source, 1, 1);
  for (const fresh of [true, true, false]) expect(told(launcher).fresh).toBe(fresh);
  rmSync(source);
  expect(told(launcher).fresh).toBe(false);
  // What an editor puts beside a file that it changes.
  symlinkSync('somebody@somewhere', lock);
  rmSync(join(root, 'tools/build.mjs'));
  expect(told(launcher, ['lsp']).fresh).toBe(true);
});

test('a file without a dot among the sources is no folder', () => {
  const { root, launcher } = withSources(installation(whole('a')));
  writeFileSync(join(root, 'compiler/src/4913'), '');
  expect(told(launcher).seen.at(-1)).toBe('built');
});

test('a link needs no command but node on PATH', () => {
  const { root, launcher } = withSnapshot();
  symlinkSync(launcher, join(root, 'link'));
  mkdirSync(join(root, 'path'));
  symlinkSync(process.execPath, join(root, 'path/node'));
  expect(told(join(root, 'link'), ['check'], { PATH: join(root, 'path') }).seen.at(-1)).toBe('a');
});

test('a snapshot whose making was interrupted is made by the next run', () => {
  const interrupted = `if (globalThis.sxSnapshot !== undefined && !require('node:fs').existsSync(__dirname + '/interrupted')) {
  require('node:fs').writeFileSync(__dirname + '/interrupted', '');
  process.kill(process.pid, 'SIGINT');
}
if (globalThis.sxSnapshot === undefined) begin();
else globalThis.sxSnapshot(begin);`;
  const { root, launcher } = installation(whole('a', interrupted));
  for (const fresh of [true, true, true, false]) expect(told(launcher).fresh).toBe(fresh);
  expect(existsSync(join(root, 'compiler/dist/interrupted'))).toBe(true);
});

test('a copy made of hard links, and one whose folder of bundles is a link, are other places', () => {
  const { root } = withSnapshot();
  for (const way of ['files', 'folder']) {
    const copy = join(root, way);
    mkdirSync(join(copy, 'compiler/bin'), { recursive: true });
    linkSync(join(root, 'compiler/bin/sx'), join(copy, 'compiler/bin/sx'));
    if (way === 'folder') symlinkSync(join(root, 'compiler/dist'), join(copy, 'compiler/dist'));
    else {
      mkdirSync(join(copy, 'compiler/dist'));
      for (const name of readdirSync(join(root, 'compiler/dist'))) linkSync(join(root, 'compiler/dist', name), join(copy, 'compiler/dist', name));
    }
    const { fresh, seen } = told(join(copy, 'compiler/bin/sx'), ['check']);
    expect([fresh, seen[3]]).toEqual([true, join(copy, 'compiler/dist/sx.cjs')]);
  }
  const link = join(root, 'all');
  symlinkSync(join(root, 'compiler'), link);
  expect(told(join(link, 'bin/sx'), ['check']).fresh).toBe(false);
});
