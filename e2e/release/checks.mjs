// The release as its users get it: one archive, always the same bytes; taken by archive_override and from a registry.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../tools/e2e/bazel.mjs';
import { resolvedModules } from '../../tools/e2e/modules.mjs';

const WORKERS = ['--worker_sandboxing', '--experimental_worker_multiplex_sandboxing', '--experimental_worker_cancellation'];

/** Folder with what `bazel run //tools:release` makes; made once. */
function release(t) {
  const out = join(t.run.scratch, 'release');
  if (t.run.released) return out;
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const r = spawnSync(join(root, 'node_modules/.bin/bazelisk'), ['run', '--curses=no', '--noshow_progress', '//tools:release', '--', '--out', out], { cwd: root, encoding: 'utf8' });
  t.equal(r.status, 0, `bazel run //tools:release: ${r.stderr}`);
  t.run.released = true;
  return out;
}

const archive = (t) => join(release(t), 'rules_sx-0.1.0.tar.gz');
const integrity = (file) => `sha256-${createHash('sha256').update(readFileSync(file)).digest('base64')}`;

/** Digest of every object by its path. */
const objects = (t) => Object.fromEntries(t.files('bazel-bin').filter((f) => f.endsWith('.o')).map((f) => [f, integrity(join(t.dir, 'bazel-bin', f))]));

/** `more`: further lines of MODULE.bazel. */
function takeArchive(t, more = '') {
  t.write('MODULE.bazel', `module(name = "release_user")
bazel_dep(name = "rules_sx", version = "0.1.0")
${more}
archive_override(
    module_name = "rules_sx",
    urls = ["file://${archive(t)}"],
    integrity = "${integrity(archive(t))}",
    strip_prefix = "rules_sx-0.1.0",
)
`);
}

const MODULES = ['bazel_skylib', 'platforms', 'rules_cc'];

export const checks = [
  {
    name: 'the-archive',
    async run(t) {
      const first = integrity(archive(t));
      const list = spawnSync('tar', ['-tzf', archive(t)], { encoding: 'utf8' }).stdout.trim().split('\n');
      for (const name of ['MODULE.bazel', 'sx/defs.bzl', 'compiler/sx.cjs', 'compiler/sx-lsp.cjs', 'editors/setup_editors.cjs', 'editors/vscode/dist/extension.cjs', 'runtime/modules/std.sx', 'LICENSES.md']) t.true(list.includes(`rules_sx-0.1.0/${name}`), `the archive holds ${name}`);
      t.equal(list.filter((f) => /node_modules|\.test\.|testlib|\/corpus\/|\/e2e\/|\/tests?\/|compiler\/src|editors\/.*\.ts$/.test(f)), [], 'files that are of no use to users');
      const lock = JSON.parse(spawnSync('tar', ['-xzOf', archive(t), 'rules_sx-0.1.0/package-lock.json'], { encoding: 'utf8' }).stdout);
      t.equal(Object.values(lock.packages).filter((p) => p.dev).length, 0, 'packages that only our tests need');
      t.run.released = false;
      t.equal(integrity(archive(t)), first, 'digest of a second release');
    },
  },
  {
    name: 'by-archive',
    async run(t) {
      takeArchive(t);
      await t.ok('test', ['//...']);
      t.equal((await t.ok('run', ['//:hello'])).stdout, 'hello 42\n');
    },
  },
  {
    name: 'editors',
    async run(t) {
      takeArchive(t);
      const cache = join(t.run.scratch, 'editors-cache');
      const env = { BAZELISK_HOME: process.env.BAZELISK_HOME ?? join(homedir(), '.cache/bazelisk'), XDG_CACHE_HOME: cache };
      await t.ok('run', ['@rules_sx//editors:setup', '--', 'vscode', '--no-install'], { env });
      const options = { cwd: t.dir, env: { ...process.env, ...env }, encoding: 'utf8' };
      t.equal(spawnSync(join(t.dir, '.vscode/sx'), ['version'], options).stdout, 'sx 0.1.0\n');
      t.equal(spawnSync(join(t.dir, '.vscode/sx'), ['run', 'hello.sx'], options).stdout, 'hello 42\n');
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
      const talk = spawnSync('sh', ['-c', '(printf "%s" "$0"; sleep 5) | .vscode/sx lsp', `Content-Length: ${body.length}\r\n\r\n${body}`], options);
      t.matches(talk.stdout, /"definitionProvider":true/);
    },
  },
  {
    name: 'by-registry',
    async run(t) {
      // A registry of our own has only rules_sx; the modules that it needs are those that the archive took.
      takeArchive(t, MODULES.map((name) => `bazel_dep(name = "${name}")`).join('\n'));
      const modules = (await resolvedModules(t, MODULES)).filter(([name]) => MODULES.includes(name)).map(([name, path]) => `--override_module=${name}=${path}`);
      t.write('MODULE.bazel', 'module(name = "release_user")\nbazel_dep(name = "rules_sx", version = "0.1.0")\n');
      const flags = [`--registry=file://${join(release(t), 'registry')}`, ...modules];
      t.equal((await t.ok('run', [...flags, '//:hello'], { base: `${t.base}-registry` })).stdout, 'hello 42\n');
      await t.close([`${t.base}-registry`]);
    },
  },
  {
    name: 'worker-with-path-mapping',
    async run(t) {
      takeArchive(t);
      await t.ok('clean', []);
      await t.ok('build', ['--strategy=SxCompile=sandboxed', '//:hello'], { cache: false });
      const alone = objects(t);
      t.true(Object.keys(alone).length > 0, 'objects are compared');
      await t.ok('clean', []);
      const r = await t.ok('build', ['--strategy=SxCompile=worker', '--experimental_output_paths=strip', ...WORKERS, '//:hello'], { cache: false });
      t.true((r.runners.worker ?? 0) + (r.runners['multiplex-worker'] ?? 0) > 0, `the worker compiled ${JSON.stringify(r.runners)}`);
      t.equal(objects(t), alone, 'objects of the worker');
    },
  },
];
