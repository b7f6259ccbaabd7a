// Takes runfiles and a manifest of programs; runs each many times with seeds, keeps what failing runs said, writes a report and JUnit XML.
// The protocol with the program (SX_STRESS_SEED, `sx-stress: bound` lines) is docs/guides/stress.md.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const HELP = `usage: bazel test //:NAME [--test_arg=OPTION]...

  --count=N            runs of each variant
  --seed=N             seed that the runs' seeds are made from (default TEST_RANDOM_SEED, else one that is printed)
  --run-seed=N         one run, with this very seed: what a failing run prints
  --variant=NAME       plain, tsan or asan only
  --jobs=N             runs at a time (default: 1)
  --keep-going=N       failing runs of a variant after which the rest is left out (default 10; 0 for all)`;

const [runfiles, manifestPath, ...args] = process.argv.slice(2);
const manifest = JSON.parse(fs.readFileSync(manifestPath, 'utf8'));
const env = process.env;
const MASK = (1n << 64n) - 1n;
const LIMIT = 64 * 1024;
const BOUND = /^sx-stress: bound ((?:[a-z][a-z0-9_]*=\d+)(?: [a-z][a-z0-9_]*=\d+)*)$/;

function fail(text) {
  console.error(`stress: ${text}\n\n${HELP}`);
  process.exit(2);
}

function number(name, text) {
  if (!/^\d+$/.test(text ?? '')) fail(`--${name} takes a number, not '${text}'`);
  return BigInt(text);
}

const o = { count: manifest.count, seed: null, runSeed: null, variant: '', jobs: 1, keepGoing: 10 };
for (const a of args) {
  const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/.exec(a) ?? fail(`unknown argument '${a}'`);
  if (name === 'count') o.count = Number(number(name, value));
  else if (name === 'seed') o.seed = number(name, value) & MASK;
  else if (name === 'run-seed') o.runSeed = number(name, value) & MASK;
  else if (name === 'variant') o.variant = value ?? '';
  else if (name === 'jobs') o.jobs = Math.max(1, Number(number(name, value)));
  else if (name === 'keep-going') o.keepGoing = Number(number(name, value));
  else fail(`unknown argument '${a}'`);
}
const programs = manifest.programs.filter((p) => o.variant === '' || p.variant === o.variant);
if (programs.length === 0) fail(`there is no variant '${o.variant}' (${manifest.programs.map((p) => p.variant).join(', ')})`);

/** A step of SplitMix64 (Steele, Lea, Flood 2014): every seed gives another, well mixed. */
function mix(x) {
  let z = (x + 0x9e3779b97f4a7c15n) & MASK;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return z ^ (z >> 31n);
}

let base = o.seed;
let from = '--seed';
if (base === null && env.TEST_RANDOM_SEED) {
  base = BigInt(env.TEST_RANDOM_SEED) & MASK;
  from = 'TEST_RANDOM_SEED';
} else if (base === null) {
  base = mix(BigInt(Date.now()) ^ (BigInt(process.pid) << 32n));
  from = 'chosen now';
}
/** The seed of run `i`: the same whatever variant, shard and number of runs. */
const seedOf = (i) => mix((base + BigInt(i) * 0xd1342543de82ef95n) & MASK);

const shards = Number(env.TEST_TOTAL_SHARDS ?? 1) || 1;
const shard = Number(env.TEST_SHARD_INDEX ?? 0);
if (env.TEST_SHARD_STATUS_FILE) fs.writeFileSync(env.TEST_SHARD_STATUS_FILE, '');
const outputs = env.TEST_UNDECLARED_OUTPUTS_DIR ?? fs.mkdtempSync(path.join(os.tmpdir(), 'sx-stress-'));
const scratch = env.TEST_TMPDIR ?? fs.mkdtempSync(path.join(os.tmpdir(), 'sx-stress-'));

function keep(buffers, chunk) {
  buffers.size += chunk.length;
  if (buffers.size - chunk.length < LIMIT) buffers.list.push(chunk);
}

/** One run: {seed, ok, why, seconds, output, bounds}. */
function runOnce(program, index, seed) {
  const tmp = path.join(scratch, `${program.variant}-${index}`);
  fs.mkdirSync(tmp, { recursive: true });
  const began = performance.now();
  return new Promise((done) => {
    const child = spawn(path.join(runfiles, program.file), manifest.args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...env, ...manifest.env, SX_STRESS_SEED: String(seed), SX_STRESS_RUN: String(index), SX_STRESS_VARIANT: program.variant, TEST_TMPDIR: tmp, RUNFILES_DIR: runfiles },
    });
    const said = { list: [], size: 0 };
    const bounds = {};
    let rest = '';
    child.stdout.on('data', (d) => keep(said, d));
    child.stderr.on('data', (d) => {
      keep(said, d);
      rest += d;
      const lines = rest.split('\n');
      rest = lines.pop();
      for (const line of lines) {
        const m = BOUND.exec(line);
        if (m) for (const pair of m[1].split(' ')) bounds[pair.split('=')[0]] = Number(pair.split('=')[1]);
      }
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
    }, manifest.run_timeout * 1000);
    child.on('error', (e) => {
      clearTimeout(timer);
      done({ index, seed, ok: false, why: e.message, seconds: 0, output: '', bounds });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      fs.rmSync(tmp, { recursive: true, force: true });
      const ok = code === 0 && !late;
      const why = ok ? '' : late ? `still running after ${manifest.run_timeout} s` : signal !== null ? `ended by ${signal}` : `status ${code}`;
      const cut = said.size > LIMIT ? `\n… ${said.size - LIMIT} more bytes\n` : '';
      done({ index, seed, ok, why, seconds: (performance.now() - began) / 1000, output: ok ? '' : Buffer.concat(said.list).toString() + cut, bounds });
    });
  });
}

function replay(program, seed) {
  return `bazel test ${manifest.label} --test_arg=--variant=${program.variant} --test_arg=--run-seed=${seed} --test_output=all`;
}

/** min, max and sum over the runs of every bound that they logged. */
function boundsOf(runs) {
  const out = {};
  for (const r of runs) {
    for (const [name, value] of Object.entries(r.bounds)) {
      const b = (out[name] ??= { runs: 0, min: value, max: value, sum: 0 });
      b.runs++;
      b.min = Math.min(b.min, value);
      b.max = Math.max(b.max, value);
      b.sum += value;
    }
  }
  return out;
}

async function runVariant(program) {
  const plan = [];
  if (o.runSeed !== null) plan.push({ index: 0, seed: o.runSeed });
  else for (let i = shard; i < o.count; i += shards) plan.push({ index: i, seed: seedOf(i) });
  const runs = [];
  let failures = 0;
  const worker = async () => {
    for (;;) {
      const next = plan.shift();
      if (next === undefined || (o.keepGoing > 0 && failures >= o.keepGoing)) return;
      const r = await runOnce(program, next.index, next.seed);
      runs.push(r);
      if (r.ok) continue;
      failures++;
      const log = `${program.variant}-seed-${r.seed}.log`;
      fs.writeFileSync(path.join(outputs, log), r.output);
      console.log(`FAILED ${program.variant} run ${r.index} seed ${r.seed}: ${r.why} (${log})\n${r.output.split('\n').slice(0, 40).join('\n')}\n  again: ${replay(program, r.seed)}`);
    }
  };
  await Promise.all(Array.from({ length: o.jobs }, worker));
  runs.sort((a, b) => a.index - b.index);
  const bounds = boundsOf(runs);
  console.log(`${program.variant}: ${runs.length - failures} of ${runs.length} runs passed${Object.entries(bounds).map(([n, b]) => `, ${n} ${b.min}..${b.max}`).join('')}`);
  return { variant: program.variant, runs, failures, bounds, skipped: plan.length };
}

const xmlText = (text) => text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '?').replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

function junit(variants) {
  const suite = (v) => {
    const cases = v.runs.map((r) => {
      const inner = r.ok ? '' : `<failure message="${xmlText(r.why)}, seed ${r.seed}">${xmlText(r.output)}</failure>`;
      return `    <testcase name="run ${r.index} seed ${r.seed}" classname="${xmlText(manifest.label)}.${v.variant}" time="${r.seconds.toFixed(3)}">${inner}</testcase>\n`;
    });
    const time = v.runs.reduce((n, r) => n + r.seconds, 0);
    return `  <testsuite name="${xmlText(manifest.label)}.${v.variant}" tests="${v.runs.length}" failures="${v.failures}" time="${time.toFixed(3)}">\n${cases.join('')}  </testsuite>\n`;
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${variants.map(suite).join('')}</testsuites>\n`;
}

async function main() {
  if (o.runSeed === null) console.log(`stress: seed ${base} (${from}), ${o.count} runs of ${programs.map((p) => p.variant).join(', ')}`);
  const variants = [];
  for (const p of programs) variants.push(await runVariant(p));
  const report = {
    label: manifest.label,
    seed: String(base),
    seedFrom: from,
    count: o.count,
    variants: variants.map((v) => ({
      variant: v.variant,
      runs: v.runs.length,
      failures: v.failures,
      skipped: v.skipped,
      bounds: v.bounds,
      failing: v.runs.filter((r) => !r.ok).map((r) => ({ run: r.index, seed: String(r.seed), why: r.why, seconds: r.seconds })),
    })),
  };
  fs.writeFileSync(path.join(outputs, shards > 1 ? `stress-${shard}.json` : 'stress.json'), `${JSON.stringify(report, null, 2)}\n`);
  if (env.XML_OUTPUT_FILE) fs.writeFileSync(env.XML_OUTPUT_FILE, junit(variants));
  process.exitCode = variants.every((v) => v.failures === 0) ? 0 : 1;
}

main();
