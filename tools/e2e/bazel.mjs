// Takes a workspace folder and Bazel's arguments; gives what Bazel said and executed. One output root for the whole run.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '../requirements.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const bazelisk = join(root, 'node_modules/.bin/bazelisk');
const BUILDS = new Set(['build', 'test', 'run', 'coverage', 'aquery', 'cquery']);

/** The Bazel that this clone uses: what tools/setup wrote, else the version of .bazelversion. */
function bazelVersion() {
  if (process.env.USE_BAZEL_VERSION) return process.env.USE_BAZEL_VERSION;
  const rc = join(root, '.bazeliskrc');
  const named = existsSync(rc) ? /^USE_BAZEL_VERSION=(.*)$/m.exec(readFileSync(rc, 'utf8'))?.[1] : undefined;
  return named ?? readFileSync(join(root, '.bazelversion'), 'utf8').trim();
}

/** Runs Bazel in `dir`. Options: base (name of the output base), startup and env (more of them), cache (false: no disk cache), as (another user, other_user.mjs), log (count cache hits). */
export function runBazel(run, dir, base, command, args, options = {}) {
  const home = options.as?.dir ?? run.scratch;
  const outputBase = join(home, 'bases', base);
  const events = join(home, `events-${run.count++}.json`);
  const startup = [`--output_user_root=${join(home, 'user')}`, `--output_base=${outputBase}`, '--max_idle_secs=600', ...(options.startup ?? [])];
  const flags = [];
  if (BUILDS.has(command)) {
    // A sandbox has a /tmp of its own, in which a repository that lies below the machine's is not to be seen.
    if (root.startsWith('/tmp/')) flags.push('--noincompatible_sandbox_hermetic_tmp');
    flags.push(`--repository_cache=${options.as === undefined ? join(cacheDir(), 'bazel-repositories') : join(home, 'repositories')}`, `--jobs=${run.jobs}`, '--curses=no', '--color=no');
    flags.push('--noshow_progress', '--symlink_prefix=bazel-');
    if (command !== 'aquery' && command !== 'cquery') flags.push(`--build_event_json_file=${events}`);
    if (command === 'test' || command === 'coverage') flags.push('--test_output=errors');
    if (options.log === true) flags.push(`--execution_log_json_file=${events}.exec`);
    if (options.cache !== false) flags.push(`--disk_cache=${join(run.scratch, 'disk')}`);
  }
  const env = { ...process.env, USE_BAZEL_VERSION: bazelVersion(), ...options.env };
  for (const name of options.unset ?? []) delete env[name];
  const began = performance.now();
  return new Promise((done) => {
    const argv = [...startup, command, ...flags, ...args];
    const [program, ...words] = options.as === undefined ? [bazelisk, ...argv] : options.as.wrap(bazelisk, argv);
    const child = spawn(program, words, { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (d) => (stdout += d));
    child.stderr.on('data', (d) => (stderr += d));
    child.on('error', (e) => done({ status: -1, stdout, stderr: String(e), text: String(e), argv, seconds: 0, executed: {} }));
    child.on('close', (code, signal) => {
      const seconds = (performance.now() - began) / 1000;
      const log = existsSync(events) ? readEvents(events) : { executed: {}, tests: {} };
      const hits = existsSync(`${events}.exec`) ? cacheHits(`${events}.exec`) : {};
      done({ status: code ?? signal, stdout, stderr, text: stdout + stderr, argv, seconds, hits, ...log });
    });
  });
}

/** Actions that were executed, by mnemonic, and the files of each test: {executed, runners, tests: {label: [{name, uri}]}}. */
function readEvents(file) {
  const out = { executed: {}, runners: {}, tests: {} };
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const event = JSON.parse(line);
    for (const a of event.buildMetrics?.actionSummary?.actionData ?? []) out.executed[a.mnemonic] = Number(a.actionsExecuted ?? 0);
    for (const r of event.buildMetrics?.actionSummary?.runnerCount ?? []) out.runners[r.name] = Number(r.count ?? 0);
    const test = event.id?.testResult;
    if (test !== undefined && event.testResult !== undefined) {
      out.tests[test.label] ??= [];
      out.tests[test.label].push({ shard: test.shard ?? 1, run: test.run ?? 1, status: event.testResult.status, cached: event.testResult.cachedLocally === true, files: Object.fromEntries((event.testResult.testActionOutput ?? []).map((f) => [f.name, f.uri])) });
    }
  }
  return out;
}

/** Spawns that a cache answered, by mnemonic: the log is JSON objects one after another. */
function cacheHits(file) {
  const out = {};
  for (const text of readFileSync(file, 'utf8').replace(/^\}\{/gm, '}\n{').split(/^(?=\{)/m)) {
    if (text.trim() === '') continue;
    const spawned = JSON.parse(text);
    if (spawned.cacheHit === true) out[spawned.mnemonic] = (out[spawned.mnemonic] ?? 0) + 1;
  }
  return out;
}
