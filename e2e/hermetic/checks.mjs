// Equal outputs in other places, by another user, in another language; everything from a remote cache; path mapping.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tools/e2e/bazel.mjs';
import { otherUser } from '../../tools/e2e/other_user.mjs';
import { startCacheServer } from '../../tools/e2e/cache_server.mjs';

const TARGETS = ['//...', '//:snapshot'];
const EXECUTING = ['linux-sandbox', 'processwrapper-sandbox', 'local', 'worker', 'multiplex-worker'];
const executions = (r) => EXECUTING.reduce((n, k) => n + (r.runners[k] ?? 0), 0);

/** Digest of every output, the tools' among them, by path below bazel-out. */
function digests(t) {
  const out = {};
  for (const f of t.files('bazel-out')) {
    if (!/^[^/]+\/bin\//.test(f) || /\.runfiles|[.-]params$/.test(f)) continue;
    out[f] = createHash('sha256').update(readFileSync(join(t.dir, 'bazel-out', f))).digest('hex');
  }
  return out;
}

/** Another person in another place: another uid, when this is root. */
function elsewhere(t) {
  const user = otherUser(join(t.run.scratch, 'someone'));
  const home = join(user.dir ?? t.run.scratch, 'home-of-someone');
  mkdirSync(home, { recursive: true });
  user.own?.(home);
  return { as: user.problem === undefined ? user : undefined, note: user.problem ?? `as uid ${user.uid}`, cache: false, env: { HOME: home, USER: 'someone', LOGNAME: 'someone', LANG: 'de_DE.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'Pacific/Auckland', TMPDIR: home } };
}

export const checks = [
  {
    name: 'equal-outputs-elsewhere',
    async run(t) {
      await t.ok('clean', []);
      await t.ok('build', TARGETS, { cache: false });
      const here = digests(t);
      const other = t.copy('somewhere-else-with-a-longer-name');
      const someone = elsewhere(t);
      someone.as?.own(other.dir);
      await other.ok('build', TARGETS, someone);
      const there = digests(other);
      await other.close([other.base], someone);
      t.true(Object.keys(here).length >= 15, `only ${Object.keys(here).length} outputs are compared`);
      t.equal(there, here);
      t.lacks(readFileSync(join(t.dir, 'bazel-bin/program_none')).toString('latin1'), new RegExp(t.run.scratch));
      return someone.note;
    },
  },
  {
    name: 'worker-equals-one-shot',
    async run(t) {
      const strategies = (name) => [`--strategy=SxCompile=${name}`, `--strategy=SxEmit=${name}`, `--strategy=SxCheck=${name}`];
      await t.ok('clean', []);
      await t.ok('build', [...strategies('sandboxed'), ...TARGETS], { cache: false });
      const alone = digests(t);
      // Twice: the second time the worker knows the files.
      for (const round of [1, 2]) {
        await t.ok('clean', []);
        const r = await t.ok('build', [...strategies('worker'), '--worker_sandboxing', '--experimental_worker_multiplex_sandboxing', ...TARGETS], { cache: false });
        t.true((r.runners.worker ?? 0) + (r.runners['multiplex-worker'] ?? 0) > 3, `round ${round}: the worker compiled ${JSON.stringify(r.runners)}`);
        t.equal(digests(t), alone, `round ${round}: outputs of the worker`);
      }
    },
  },
  {
    name: 'worker-reuses-checked-modules',
    async run(t) {
      const worker = ['--strategy=SxCompile=worker', '--worker_sandboxing', '--experimental_worker_multiplex_sandboxing', '--worker_verbose', '--jobs=1', '--norun_validations'];
      await t.ok('clean', []);
      // Each request comes from a sandbox directory of its own; the second program has the library's modules and words.sx in common with the first.
      await t.ok('build', [...worker, '//:first'], { cache: false });
      await t.ok('build', [...worker, '//:second'], { cache: false });
      const second = readFileSync(join(t.dir, 'second.sx'), 'utf8');
      t.write('second.sx', second.replace('xyz', 'xyzw'));
      await t.ok('build', [...worker, '//:second'], { cache: false });
      t.write('second.sx', second); // The checks after this one compare the workspace with copies of what is checked in.
      const base = (await t.ok('info', ['output_base'])).stdout.trim();
      const seen = [];
      for (const f of readdirSync(join(base, 'bazel-workers')).filter((name) => name.endsWith('.log'))) {
        const log = readFileSync(join(base, 'bazel-workers', f), 'utf8');
        seen.push(...[...log.matchAll(/ modules (\d+) checked and (\d+) reused/g)].map((m) => [Number(m[1]), Number(m[2])]));
      }
      const last = seen.slice(-3);
      t.equal(last.length, 3, `requests in the workers' logs: ${JSON.stringify(seen)}`);
      const all = last[0][0] + last[0][1];
      t.equal(last.slice(1), [[1, all - 1], [1, all - 1]], 'modules that the second program checked and reused, before and after an edit');
    },
  },
  {
    name: 'declared-inputs-alone',
    async run(t) {
      // As an executor elsewhere would see it: the inputs as files, the system's folders, nothing of this repository or its caches.
      const system = ['/bin', '/etc', '/lib', '/lib64', '/usr'].map((d) => `--sandbox_add_mount_pair=${d}`);
      const sandbox = ['--spawn_strategy=linux-sandbox', '--strategy=SxCompile=linux-sandbox', '--strategy=SxEmit=linux-sandbox', '--strategy=SxCheck=linux-sandbox', '--experimental_use_hermetic_linux_sandbox', '--sandbox_default_allow_network=false', ...system];
      await t.ok('clean', []);
      const r = await t.ok('build', [...sandbox, ...TARGETS], { cache: false });
      t.true((r.runners['linux-sandbox'] ?? 0) > 10, `actions in sandboxes ${JSON.stringify(r.runners)}`);
      t.equal(executions(r) - (r.runners['linux-sandbox'] ?? 0), 0, `actions outside of one ${JSON.stringify(r.runners)}`);
      // And it is so: what is no input cannot be read.
      mkdirSync(join(t.dir, 'peek'));
      t.write('peek/BUILD.bazel', `genrule(name = "peek", outs = ["seen"], cmd = "cat ${join(root, 'package.json')} > $@")\n`);
      await t.fails('build', [...sandbox, '//peek'], [/package\.json: No such file/]);
      rmSync(join(t.dir, 'peek'), { recursive: true });
    },
  },
  {
    name: 'remote-cache',
    async run(t) {
      const dir = join(t.run.scratch, 'cache-server');
      mkdirSync(dir, { recursive: true });
      const server = await startCacheServer(dir);
      try {
        await t.ok('clean', []);
        const first = await t.ok('build', [`--remote_cache=${server.url}`, ...TARGETS], { cache: false });
        t.true(executions(first) > 5, 'the first build executes actions');
        const other = t.copy('cached');
        const second = await other.ok('build', [`--remote_cache=${server.url}`, ...TARGETS], { cache: false });
        await other.close();
        t.equal(executions(second), 0, `actions that the second output base executed ${JSON.stringify(second.runners)}`);
        t.true((second.runners['remote cache hit'] ?? 0) > 5, 'the second build hits the cache');
      } finally {
        await server.stop();
      }
    },
  },
  {
    name: 'path-mapping',
    async run(t) {
      const r = await t.ok('aquery', ['--experimental_output_paths=strip', '--include_param_files', 'mnemonic("SxCompile", //:program_none)']);
      t.matches(r.stdout, /--module-root=bazel-out\/cfg\/bin/);
      t.lacks(r.stdout, /--module-root=bazel-out\/k8/);
      t.matches(r.stdout, /supports-path-mapping/);

      // Two configurations, one action: the second build finds the first one's result.
      // (Workers take no mapped paths of a generated compiler, see toolchain/compile.bzl.)
      const strip = ['--experimental_output_paths=strip', '--strategy=SxCompile=sandboxed', '--strategy=SxEmit=sandboxed', '--strategy=SxCheck=sandboxed', '//:program_none'];
      await t.ok('build', strip);
      const again = await t.ok('build', [`--platform_suffix=other${Date.now()}`, ...strip], { log: true });
      t.equal(again.executed.SxCompile, 1, 'compiles of the second configuration');
      t.equal(again.hits.SxCompile, 1, 'compiles that the cache had');
    },
  },
  {
    name: 'no-environment',
    async run(t) {
      const r = await t.ok('aquery', ['mnemonic("SxCompile", //:program_none)']);
      const [, names] = /Environment: \[(.*)\]/.exec(r.stdout);
      t.equal(names.split(', ').map((n) => n.split('=')[0]).sort(), ['NODE_PATH', 'SX_CACHE_DIR', 'SX_LLVM_LIB', 'SX_STDLIB_PATH'], 'environment of a compile action');
      t.lacks(r.stdout.replace(/Environment:.*/, ''), new RegExp(t.run.scratch));
    },
  },
];
