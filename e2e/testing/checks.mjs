// Bazel's test contract, snapshot, stress and format tests, sx_configure.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const CALLER = { env: { FROM_CALLER: 'caller' } };
const names = (xml) => [...xml.matchAll(/<testcase name="([^"]*)"/g)].map((m) => m[1]).sort();
const ALL = ['alpha.one', 'alpha.two', 'beta.one', 'beta.two', 'delta', 'gamma'];
const xmlOf = (t, r, label) => r.tests[label].map((one) => t.readUri(one.files['test.xml']));
const logOf = (t, r, label) => r.tests[label].map((one) => t.readUri(one.files['test.log'])).join('\n');

export const checks = [
  {
    name: 'contract',
    async run(t) {
      const r = await t.ok('test', ['//suite:all'], CALLER);
      t.equal(names(xmlOf(t, r, '//suite:contract_test')[0]), ['TEST_TMPDIR', 'args', 'data', 'data of a library', 'env', 'env_inherit']);
    },
  },
  {
    name: 'shards',
    async run(t) {
      const r = await t.ok('test', ['//suite:cases_test', '//suite:sharded_test']);
      t.equal(names(xmlOf(t, r, '//suite:cases_test')[0]), ALL);
      const parts = xmlOf(t, r, '//suite:sharded_test').map(names);
      t.equal(parts.length, 3, 'shards');
      t.equal(parts.flat().sort(), ALL, 'cases of all shards together');
    },
  },
  {
    name: 'filter',
    async run(t) {
      const r = await t.ok('test', ['--test_filter=alpha.*:gamma:-alpha.two', '//suite:cases_test']);
      t.equal(names(xmlOf(t, r, '//suite:cases_test')[0]), ['alpha.one', 'gamma']);
    },
  },
  {
    name: 'failure-in-xml',
    async run(t) {
      const r = await t.fails('test', ['--test_env=BREAK_DELTA=1', '//suite:cases_test'], [/suite\/cases_test\.sx:11: delta is broken/, /FAILED delta/, /cases: 5 of 6 cases passed/]);
      const [xml] = xmlOf(t, r, '//suite:cases_test');
      t.matches(xml, /<testsuite name="cases" tests="6" failures="1" skipped="0"/);
      t.matches(xml, /<testcase name="delta" classname="cases" time="[\d.]+"><failure message="suite\/cases_test\.sx:11: delta is broken">/);
    },
  },
  {
    name: 'seeds-of-runs',
    async run(t) {
      const r = await t.bazel('test', ['--runs_per_test=4', '--test_output=all', '//suite:seeded_test']);
      const seeds = new Set([...logOf(t, r, '//suite:seeded_test').matchAll(/^seed (\d+)$/gm)].map((m) => m[1]));
      t.equal(seeds.size, 4, 'different seeds of four runs');
    },
  },
  {
    name: 'flaky',
    async run(t) {
      const file = join(t.run.scratch, 'flaky-file');
      rmSync(file, { force: true });
      const r = await t.ok('test', ['--nocache_test_results', `--sandbox_writable_path=${t.run.scratch}`, '//suite:flaky_test'], { env: { FLAKY_FILE: file } });
      t.matches(r.text, /suite:flaky_test\s+FLAKY, failed in 1 out of 2/);
    },
  },
  {
    name: 'snapshot',
    async run(t) {
      await t.ok('test', ['//snap:all']);
      await t.fails('test', ['//snap:square'], [/MISSING snap\/square\.x86_64\.ir/, /MISSING snap\/square\.aarch64\.asm/, /bazel run \/\/snap:square\.update/]);
      await t.ok('run', ['//snap:square.update']);
      t.matches(t.read('snap/square.aarch64.ir'), /target triple = "aarch64-linux-gnu"[\s\S]*mul i64/);
      t.matches(t.read('snap/square.aarch64.asm'), /mul\s+x0, x0, x0/);
      t.matches(t.read('snap/square.x86_64.asm'), /imul/);
      await t.ok('test', ['//snap:square']);
      t.edit('snap/square.x86_64.ir', 'mul', 'add');
      await t.fails('test', ['//snap:square'], [/DIFFERS snap\/square\.x86_64\.ir/, /^-.*add/m, /^\+.*mul/m, /ok {6}snap\/square\.aarch64\.ir/]);
      t.edit('snap/shout.sx', 'HEY', 'HO');
      await t.fails('test', ['//snap:shout'], [/DIFFERS snap\/shout\.stdout/, /^-HEY$/m, /^\+HO$/m]);
      await t.ok('run', ['//snap:shout.update']);
      t.equal(t.read('snap/shout.stdout'), 'HO\n');
      await t.ok('test', ['//snap:shout']);
    },
  },
  {
    name: 'stress',
    async run(t) {
      const r = await t.ok('test', ['--test_arg=--seed=5', '//stress:steady']);
      const log = logOf(t, r, '//stress:steady');
      for (const v of ['plain', 'tsan', 'asan']) t.matches(log, new RegExp(`^${v}: 12 of 12 runs passed, steps 1[0-4]\\.\\.1[0-4], preemptions 2\\.\\.2$`, 'm'));
      t.equal(names(xmlOf(t, r, '//stress:steady')[0]).length, 36);
      const report = JSON.parse(t.outputOf(r, '//stress:steady', 'stress.json'));
      t.equal([report.seed, report.count, report.variants.map((v) => v.runs)], ['5', 12, [12, 12, 12]]);
      t.equal(report.variants[0].bounds.preemptions, { runs: 12, min: 2, max: 2, sum: 24 });
    },
  },
  {
    name: 'stress-shards',
    async run(t) {
      const r = await t.ok('test', ['--test_arg=--seed=5', '//stress:spread']);
      const parts = xmlOf(t, r, '//stress:spread').map(names);
      t.equal(parts.map((p) => p.length).sort(), [3, 4], 'runs of the shards');
      const whole = await t.ok('test', ['--test_arg=--seed=5', '--test_arg=--count=7', '//stress:steady']);
      const plain = [...xmlOf(t, whole, '//stress:steady')[0].matchAll(/name="([^"]*)" classname="[^"]*\.plain"/g)].map((m) => m[1]);
      t.equal(parts.flat().sort(), plain.sort(), 'their seeds are those of one process');
    },
  },
  {
    name: 'stress-replay',
    async run(t) {
      const r = await t.fails('test', ['--test_arg=--seed=1', '//stress:shaky'], [/FAILED plain run \d+ seed \d+: status 1/]);
      const log = logOf(t, r, '//stress:shaky');
      const [, command, seed] = /again: bazel (test \/\/stress:shaky.*--test_arg=--run-seed=(\d+).*)/.exec(log);
      const again = await t.fails(command.split(' ')[0], command.split(' ').slice(1), [new RegExp(`unlucky ${seed}`)]);
      t.equal(names(xmlOf(t, again, '//stress:shaky')[0]), [`run 0 seed ${seed}`]);
      const twice = await t.bazel('test', ['--test_arg=--seed=1', '--nocache_test_results', '//stress:shaky']);
      t.equal(names(xmlOf(t, twice, '//stress:shaky')[0]), names(xmlOf(t, r, '//stress:shaky')[0]), 'seeds of two runs of one seed');
    },
  },
  {
    name: 'stress-variants',
    async run(t) {
      const r = await t.fails('test', ['//stress:racy', '//stress:stuck', '--keep_going'], []);
      t.matches(logOf(t, r, '//stress:racy'), /^plain: 2 of 2 runs passed/m);
      t.matches(logOf(t, r, '//stress:racy'), /^tsan: 0 of 2 runs passed/m);
      t.matches(logOf(t, r, '//stress:racy'), /ThreadSanitizer: data race/);
      t.matches(logOf(t, r, '//stress:stuck'), /still running after 1 s/);
    },
  },
  {
    name: 'format',
    async run(t) {
      await t.ok('test', ['//style:all']);
      await t.fails('test', ['//style:untidy_fmt_test'], [/would reformat: style\/untidy\.sx/, /bazel run \/\/style:untidy_fmt_test\.fix/]);
      await t.ok('run', ['//style:untidy_fmt_test.fix']);
      t.equal(t.read('style/untidy.sx'), 'two :: () -> i64 { return 2; }\n');
      await t.ok('test', ['//style:untidy_fmt_test']);
    },
  },
  {
    name: 'configure',
    async run(t) {
      const r = await t.ok('cquery', ['--output=files', '//conf:all']);
      await t.ok('build', ['//conf:all']);
      const files = [...new Set(r.stdout.trim().split('\n'))].map((f) => readFileSync(join(t.dir, f)));
      t.equal(files.length, 4, 'programs of four configurations');
      t.equal(files.filter((b) => b.readUInt16LE(18) === 183).length, 1, 'programs for AArch64');
      t.equal(files.filter((b) => b.includes('__tsan_init')).length, 1, 'sanitized programs');
    },
  },
  {
    name: 'coverage-of-c',
    async run(t) {
      const r = await t.ok('coverage', ['//cover_c:clamp_test', '--instrumentation_filter=//cover_c']);
      const lcov = t.readUri(r.tests['//cover_c:clamp_test'][0].files['test.lcov']);
      const [record] = lcov.split('end_of_record').filter((part) => /^SF:cover_c\/clamp\.c$/m.test(part));
      t.true(record !== undefined, `no record of clamp.c in:\n${lcov}`);
      for (const line of ['FNDA:2,clamp', 'FNDA:0,unused', 'DA:5,2', 'DA:6,0', 'DA:8,2', 'DA:12,0']) t.true(record.split('\n').includes(line), `${line} is in${record}`);
    },
  },
  {
    name: 'coverage-of-unreached-functions',
    async run(t) {
      const r = await t.ok('coverage', ['//cover:all']);
      for (const label of ['//cover:negative_test', '//cover:positive_test']) {
        t.matches(t.readUri(r.tests[label][0].files['test.lcov']), /^FN:12,magnitude$[\s\S]*^FNDA:0,magnitude$[\s\S]*^DA:13,0$/m);
      }
      t.matches(t.read('bazel-out/_coverage/_coverage_report.dat'), /^DA:13,0$/m);
    },
  },
  {
    name: 'coverage',
    async run(t) {
      const r = await t.ok('coverage', ['//cover:all']);
      const lcov = (label) => t.readUri(r.tests[label][0].files['test.lcov']);
      const lines = (label) => Object.fromEntries([...lcov(label).matchAll(/^DA:(\d+),(\d+)$/gm)].map((m) => [m[1], Number(m[2])]));
      t.matches(lcov('//cover:negative_test'), /^SF:cover\/sign\.sx$/m);
      t.lacks(lcov('//cover:negative_test'), /modules\/std|negative_test\.sx/);
      const negative = lines('//cover:negative_test');
      t.equal([negative[3], negative[6], negative[8]], [1, 0, 0], 'lines that the negative test runs');
      const positive = lines('//cover:positive_test');
      t.equal([positive[3], positive[6], positive[8]], [0, 0, 2], 'lines that the positive test runs');
      t.matches(lcov('//cover:positive_test'), /^FNDA:2,sign$/m);
      const all = t.read('bazel-out/_coverage/_coverage_report.dat');
      t.matches(all, /^DA:3,1$[\s\S]*^DA:6,0$[\s\S]*^DA:8,2$/m);
    },
  },
];
