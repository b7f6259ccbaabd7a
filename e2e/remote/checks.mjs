// Everything executed by a server of the Remote Execution API: equal outputs, nothing local, results kept, properties told.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tools/e2e/bazel.mjs';
import { startRemote } from '../../tools/e2e/remote/server.mjs';

/** Digest of every output, the tools' among them, by path below bazel-out; but for lists of headers (.d), which Bazel keeps in memory when others execute. */
function digests(t) {
  const out = {};
  for (const f of t.files('bazel-out')) {
    if (!/^[^/]+\/bin\//.test(f) || /\.runfiles|[.-]params$|\.d$/.test(f)) continue;
    out[f] = createHash('sha256').update(readFileSync(join(t.dir, 'bazel-out', f))).digest('hex');
  }
  return out;
}

/** What ran anywhere but at the server: runners by name without those that execute nothing. */
function elsewhere(r) {
  const out = { ...r.runners };
  for (const name of ['total', 'internal', 'remote', 'remote cache hit']) delete out[name];
  return out;
}

/** All by the server: no strategy is left to fall back to. */
const remotely = (server, more = []) => [
  `--remote_executor=${server.url}`,
  '--spawn_strategy=remote',
  '--extra_execution_platforms=//:executor',
  '--remote_download_outputs=all',
  ...more,
];

/** Runs `body` with a server in a folder of its own. */
async function withServer(t, name, body) {
  const dir = join(t.run.scratch, name);
  mkdirSync(dir, { recursive: true });
  const server = await startRemote(dir);
  try {
    return await body(server);
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The copy of the workspace that is built remotely, with no output yet. */
async function fresh(t) {
  const there = t.copy('there');
  await there.ok('clean', []);
  return there;
}

const passed = (r) => Object.entries(r.tests).flatMap(([label, runs]) => runs.map((one) => `${label} ${one.status}`)).sort();

export const checks = [
  {
    name: 'executed-there',
    async run(t) {
      // On this machine first: the executor's platform, so that the two builds have the same configurations.
      await t.ok('test', ['--extra_execution_platforms=//:executor', '//...'], { cache: false });
      const here = digests(t);
      await withServer(t, 'remote-server', async (server) => {
        const there = await fresh(t);
        const first = await there.ok('test', [...remotely(server), '//...'], { cache: false });
        t.equal(elsewhere(first), {}, 'what ran elsewhere');
        t.equal(new Set(passed(first).map((line) => line.split(' ')[1])), new Set(['PASSED']), 'statuses of the tests');
        t.equal(Object.keys(first.tests).length, 7, `tests (${passed(first).join(', ')})`);
        const kinds = new Set(server.actions.map((a) => a.mnemonic));
        for (const kind of ['CppCompile', 'CppLink', 'Genrule', 'SxBundle', 'SxCompile', 'TestRunner']) t.true(kinds.has(kind), `the server executed no ${kind}, but ${[...kinds].join(', ')}`);
        t.equal(digests(there), here, 'outputs');
        t.true(Object.keys(here).length >= 15, `only ${Object.keys(here).length} outputs are compared`);
        await there.close();

        // Another output base gets everything from the server's action cache.
        const executed = server.actions.length;
        const third = t.copy('third');
        const second = await third.ok('test', [...remotely(server), '//...'], { cache: false });
        await third.close();
        t.equal(server.actions.length - executed, 0, 'actions that the server executed for the second output base');
        t.equal(elsewhere(second), {}, 'what ran elsewhere for the second output base');
        t.equal(second.runners.remote ?? 0, 0, 'actions of the second output base that no cache answered');
        t.true(second.runners['remote cache hit'] >= executed, `${second.runners['remote cache hit']} of ${executed} from the cache`);
      });
    },
  },
  {
    name: 'properties',
    async run(t) {
      await withServer(t, 'remote-properties', async (server) => {
        const other = await fresh(t);
        await other.ok('build', [...remotely(server), '//:sx_calls_c', '//:maths'], { cache: false });
        await other.close();
        const of = (target, mnemonic) => server.actions.find((a) => a.target === target && a.mnemonic === mnemonic)?.properties;
        t.equal(of('//:sx_calls_c', 'SxCompile'), { image: 'debian-with-gcc', pool: 'large' }, 'properties of a target with its own');
        t.equal(of('//:sx_calls_c', 'CppLink'), { image: 'debian-with-gcc', pool: 'large' }, 'of its link');
        t.equal(of('//:maths', 'SxCompile'), { image: 'debian-with-gcc' }, 'of one without');
        const [compile] = server.actions.filter((a) => a.mnemonic === 'SxCompile');
        t.equal(compile.environment.sort(), ['NODE_PATH', 'SX_CACHE_DIR', 'SX_LLVM_LIB', 'SX_STDLIB_PATH'], 'environment of a compile action');
        t.lacks(compile.arguments.join(' '), /(^| |=)\//);
      });
    },
  },
  {
    name: 'inputs-alone',
    async run(t) {
      // The server shows what it is: an action finds its inputs and the system, nothing else of this machine.
      await withServer(t, 'remote-peek', async (server) => {
        const other = await fresh(t);
        mkdirSync(join(other.dir, 'peek'));
        other.write('peek/BUILD.bazel', `genrule(name = "peek", outs = ["seen"], cmd = "cat ${join(root, 'package.json')} > $@")\ngenrule(name = "list", outs = ["listed"], cmd = "{ find . -type f; ls /tmp /; env | cut -d= -f1 | sort; } > $@")\n`);
        await other.fails('build', [...remotely(server), '//peek'], [/package\.json: No such file/], { cache: false });
        await other.ok('build', [...remotely(server), '//peek:list'], { cache: false });
        const listed = other.read('bazel-bin/peek/listed').split('\n');
        await other.close();
        t.equal(listed.filter((l) => l.startsWith('./') && !l.endsWith('genrule-setup.sh') && !l.endsWith('peek/listed')), [], 'files beside the inputs');
        t.equal(listed.filter((l) => ['home', 'root', 'work', 'HOME', 'USER'].includes(l)), [], 'folders and variables of the machine');
      });
    },
  },
  {
    name: 'errors-come-back',
    async run(t) {
      await withServer(t, 'remote-errors', async (server) => {
        const other = await fresh(t);
        other.edit('sx_calls_c.sx', 'counter_next(2);', 'counter_next("two");');
        await other.fails('build', [...remotely(server), '//:sx_calls_c'], [/error: cannot coerce[^\n]*\n *--> sx_calls_c\.sx:5:18\n/], { cache: false });
        await other.close();
        t.true(server.actions.some((a) => a.mnemonic === 'SxCompile' && a.exitCode === 1), 'the compiler ended with status 1 at the server');
      });
    },
  },
];
