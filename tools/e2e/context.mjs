// Takes a workspace of e2e/; gives its checks what they use: Bazel in a copy of it, files, and assertions that say what they saw.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, runBazel } from './bazel.mjs';

const tail = (text, lines = 30) => text.trimEnd().split('\n').slice(-lines).join('\n');

export class Workspace {
  constructor(run, name, copy = name) {
    this.run = run;
    this.name = name;
    this.base = copy;
    this.dir = join(run.scratch, 'ws', copy);
    rmSync(this.dir, { recursive: true, force: true });
    mkdirSync(join(run.scratch, 'ws'), { recursive: true });
    cpSync(join(root, 'e2e', name), this.dir, { recursive: true });
    for (const file of ['MODULE.bazel', 'WORKSPACE']) {
      const path = join(this.dir, file);
      if (existsSync(path)) writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"../.."', JSON.stringify(root)));
    }
    this.used = false;
  }

  /** Another copy with an output base of its own. */
  copy(as) {
    return new Workspace(this.run, this.name, `${this.name}-${as}`);
  }

  async bazel(command, args, options = {}) {
    this.used = true;
    const r = await runBazel(this.run, this.dir, options.base ?? this.base, command, args, options);
    if (this.run.verbose) console.log(`$ bazel ${r.argv.join(' ')}\n${r.text}`);
    return r;
  }

  /** Runs Bazel and demands status 0. */
  async ok(command, args, options = {}) {
    const r = await this.bazel(command, args, options);
    assert.equal(r.status, 0, `bazel ${command} ${args.join(' ')} ended with status ${r.status}:\n${tail(r.text)}`);
    return r;
  }

  /** Runs Bazel, demands a failure whose output matches every pattern. */
  async fails(command, args, patterns, options = {}) {
    const r = await this.bazel(command, args, options);
    assert.notEqual(r.status, 0, `bazel ${command} ${args.join(' ')} was to fail, and did not`);
    for (const p of patterns) this.matches(r.text, p);
    return r;
  }

  matches(text, pattern) {
    assert.ok(pattern.test(text), `${pattern} does not match:\n${tail(text, 40)}`);
  }

  lacks(text, pattern) {
    assert.ok(!pattern.test(text), `${pattern} matches:\n${tail(text, 40)}`);
  }

  equal(actual, expected, what) {
    assert.deepEqual(actual, expected, what === undefined ? undefined : `${what}: ${JSON.stringify(actual)}, wanted ${JSON.stringify(expected)}`);
  }

  true(value, what) {
    assert.ok(value, what);
  }

  /** Text of a file of the workspace (bazel-bin/... are outputs). */
  read(path) {
    return readFileSync(join(this.dir, path), 'utf8');
  }

  write(path, text) {
    writeFileSync(join(this.dir, path), text);
  }

  edit(path, from, to) {
    const text = this.read(path);
    assert.ok(text.includes(from), `${path} does not hold ${JSON.stringify(from)}`);
    this.write(path, text.replace(from, to));
  }

  remove(path) {
    rmSync(join(this.dir, path));
  }

  exists(path) {
    return existsSync(join(this.dir, path));
  }

  /** Every file below a folder, sorted, relative to it. */
  files(path) {
    const at = join(this.dir, path);
    return readdirSync(at, { recursive: true }).filter((f) => statSync(join(at, f), { throwIfNoEntry: false })?.isFile()).sort();
  }

  /** The text of a file that a build event names. */
  readUri(uri) {
    return readFileSync(fileURLToPath(uri), 'utf8');
  }

  /** A file of a test's undeclared outputs: in its folder, or in the zip that Bazel makes of it. */
  outputOf(r, label, name) {
    const log = fileURLToPath(r.tests[label][0].files['test.log']);
    const folder = join(dirname(log), 'test.outputs');
    if (existsSync(join(folder, name))) return readFileSync(join(folder, name), 'utf8');
    const zip = spawnSync('python3', ['-c', 'import sys, zipfile; sys.stdout.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())', join(folder, 'outputs.zip'), name], { encoding: 'utf8' });
    assert.equal(zip.status, 0, `${label} has no output ${name}: ${zip.stderr}`);
    return zip.stdout;
  }

  /** Ends the workspace's servers. */
  async close(bases = [this.base], options = {}) {
    if (!this.used) return;
    for (const base of bases) await runBazel(this.run, this.dir, base, 'shutdown', [], options);
  }
}
