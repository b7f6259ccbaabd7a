// The rules as a user of another repository meets them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tools/e2e/bazel.mjs';

const compiles = (r) => r.executed.SxCompile ?? 0;
const links = (r) => r.executed.CppLink ?? 0;

export const checks = [
  {
    name: 'build',
    async run(t) {
      await t.ok('build', ['//...']);
      const run = await t.ok('run', ['//app']);
      t.equal(run.stdout, 'hello 42 7 vendored\n', 'what the program prints');
    },
  },
  {
    name: 'toolchain-in-genrule',
    async run(t) {
      await t.ok('build', ['//gen:toolchain_facts']);
      t.equal(t.read('bazel-bin/gen/facts.txt'), 'triple=x86_64-linux-gnu version=0.1.0\nsx 0.1.0\n');
    },
  },
  {
    name: 'nothing-changed',
    async run(t) {
      await t.ok('build', ['//...']);
      const again = await t.ok('build', ['//...'], { cache: false });
      t.equal(compiles(again) + links(again) + (again.executed.SxEmit ?? 0), 0, 'actions of a second build');
    },
  },
  {
    name: 'edit-one-body',
    async run(t) {
      await t.ok('build', ['//app:app', '//app:other'], { cache: false });
      t.edit('app/greeting.sx', '"hello"', '"good day"');
      const r = await t.ok('build', ['//app:app', '//app:other'], { cache: false });
      t.equal([compiles(r), links(r)], [1, 1], 'compiles and links after an edit of one body');
      t.equal((await t.ok('run', ['//app'])).stdout, 'good day 42 7 vendored\n');
    },
  },
  {
    name: 'edit-a-comment',
    async run(t) {
      await t.ok('build', ['//app:app', '//app:other'], { cache: false });
      t.edit('lib/area.sx', 'How much a rectangle covers.', 'What a rectangle covers.');
      const r = await t.ok('build', ['//app:app', '//app:other'], { cache: false });
      t.equal([compiles(r), links(r)], [1, 0], 'compiles and links after an edit of a comment');
    },
  },
  {
    name: 'version-from-archive',
    async run(t) {
      const dir = join(t.run.scratch, 'archive');
      mkdirSync(join(dir, 'compiler'), { recursive: true });
      copyFileSync(join(root, 'compiler/dist/sx.cjs'), join(dir, 'compiler/sx.cjs'));
      cpSync(join(root, 'runtime/modules'), join(dir, 'runtime/modules'), { recursive: true });
      const tar = join(t.run.scratch, 'sx.tar.gz');
      t.equal(spawnSync('tar', ['-czf', tar, '-C', dir, 'compiler', 'runtime']).status, 0);
      const integrity = `sha256-${createHash('sha256').update(readFileSync(tar)).digest('base64')}`;
      const before = t.read('MODULE.bazel');
      const tag = `sx.toolchain(version = "9.9.9", urls = ["file://${tar}"], integrity = "${integrity}"`;
      t.write('MODULE.bazel', `${before}\nsx = use_extension("@rules_sx//toolchain:extension.bzl", "sx")\n${tag})\n`);
      await t.ok('build', ['//gen:toolchain_facts']);
      t.matches(t.read('bazel-bin/gen/facts.txt'), /version=0\.1\.0/);
      await t.ok('build', ['--@rules_sx//sx/settings:version=9.9.9', '//gen:toolchain_facts', '//app:other']);
      t.matches(t.read('bazel-bin/gen/facts.txt'), /version=9\.9\.9/);
      t.write('MODULE.bazel', `${before}\nsx = use_extension("@rules_sx//toolchain:extension.bzl", "sx")\n${tag}, default = True)\n`);
      await t.ok('build', ['//gen:toolchain_facts']);
      t.matches(t.read('bazel-bin/gen/facts.txt'), /version=9\.9\.9/);
      t.write('MODULE.bazel', before);
    },
  },
  {
    name: 'library-errors',
    async run(t) {
      t.edit('lib/shapes.sx', 'h: i64;', 'h: i64_t;');
      await t.fails('build', ['//lib:shapes'], [/unknown type 'i64_t'/, /lib\/shapes\.sx:1:/]);
      t.edit('lib/shapes.sx', 'i64_t', 'i64');
    },
  },
  {
    name: 'c-at-compile-time',
    async run(t) {
      const target = (name, more) => `sx_binary(name = "${name}", srcs = ["calls_c.sx"]${more})\n`;
      t.write('comptime/BUILD.bazel', `load("@rules_sx//sx:defs.bzl", "sx_binary")\n${target('asks', ', comptime_ffi = True')}${target('does_not_ask', '')}`);
      t.equal((await t.ok('run', ['//comptime:asks'])).stdout, '4\n');
      await t.fails('build', ['//comptime:does_not_ask'], [/cannot call 'labs' at compile time/, /comptime_ffi = True/]);
      t.remove('comptime/BUILD.bazel');
    },
  },
];
