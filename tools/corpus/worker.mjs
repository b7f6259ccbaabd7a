// Takes the corpus; compiles every program by itself and by a warm worker, many requests at a time in a random order. Exit 0 when all is equal.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkerClient } from '../worker_client.mjs';
import { compilerCommand, diff, discover, excerpt, execute, inParallel } from './lib.mjs';

const HELP = `Usage: node tools/corpus/worker.mjs [options] [PATH-SUBSTRING...]

Every program of corpus/, wrong ones too, is compiled twice: by a process of its own, and as a request to one worker whose executors
serve request after request. Exit status, messages and the file that is written have to be the same. LLVM text is compared (it is
what the compiler itself makes); of every tenth program, drawn by the seed, the object.

Of every third program the worker is asked for a check first, and at once for the output, which goes on from what was checked.

  --seed N    order of the requests and draw of the objects (default: the day, as a number)
  --jobs N    executors, and processes at a time (default: the processors of this machine)
  --flight N  requests that wait for an answer at a time (default 12)
  --sx PATH   the compiler (default compiler/bin/sx, or $SX_BIN)

Examples
  node tools/corpus/worker.mjs
  node tools/corpus/worker.mjs --seed 7 11xx`;

function fail(message) {
  process.stderr.write(`worker: ${message}\n`);
  process.exit(2);
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const options = { seed: Math.floor(Date.now() / 86_400_000), jobs: availableParallelism(), flight: 12, sx: process.env.SX_BIN ?? join(root, 'compiler/bin/sx') };
const filters = [];
const argv = process.argv.slice(2);
for (let i = 0; i < argv.length; i++) {
  const name = /^--(seed|jobs|flight|sx)$/.exec(argv[i])?.[1];
  if (argv[i] === '--help' || argv[i] === '-h') {
    console.log(HELP);
    process.exit(0);
  } else if (name !== undefined) {
    const value = argv[++i] ?? fail(`--${name} needs a value`);
    options[name] = name === 'sx' ? resolve(value) : Number(value);
    if (name !== 'sx' && !(options[name] >= (name === 'seed' ? 0 : 1))) fail(`--${name} takes a number, not '${value}'`);
  } else if (argv[i].startsWith('-')) fail(`unknown option ${argv[i]} (see --help)`);
  else filters.push(argv[i]);
}
if (!existsSync(options.sx)) fail(`no compiler at ${options.sx}`);

/** Marsaglia's xorshift with 32 bits. */
let state = (options.seed * 2654435761 + 1) >>> 0 || 1;
function random(below) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

const programs = discover(root, join(root, 'corpus')).filter((p) => filters.length === 0 || filters.some((f) => p.file.includes(f)));
if (programs.length === 0) fail('no program matches');
const scratch = mkdtempSync(join(tmpdir(), 'sx-corpus-worker-'));
// As in an action: nothing is kept between compilations but by the worker.
const env = { ...process.env, SX_CACHE_DIR: '/dev/null' };
const jobs = programs.map((p, i) => {
  const emit = random(10) === 0 ? 'obj' : 'ir';
  const out = join(scratch, `${i}.${emit}`);
  const level = p.options.opt === undefined ? [] : ['--opt', String(p.options.opt)];
  return { file: p.file, out, check: random(3) === 0 ? ['check', p.file, ...level] : null, args: ['build', '--quiet', p.file, '--emit', emit, ...level, '-o', out] };
});

/** What a compilation left: its file is gone afterwards, so that the next one starts from nothing. */
function outcome(job, status, output) {
  const bytes = existsSync(job.out) ? readFileSync(job.out) : null;
  rmSync(job.out, { force: true });
  return { status, output, bytes, digest: bytes === null ? '' : createHash('sha256').update(bytes).digest('hex') };
}

async function alone(job) {
  const [command, ...prefix] = compilerCommand(options.sx);
  const r = await execute(command, [...prefix, ...job.args], { cwd: root, timeout: 120_000, env });
  // Texts that the differences are shown with are large: they are made again when there is one.
  return { ...outcome(job, r.code, r.stdout + r.stderr), bytes: null };
}

async function difference(job, wanted, got) {
  if (got.status !== wanted.status) return `status ${got.status}, alone ${wanted.status}\n${excerpt(got.output)}`;
  if (got.output !== wanted.output) return `messages differ\n${diff(wanted.output, got.output)}`;
  if (got.digest === wanted.digest) return null;
  if (job.out.endsWith('.obj') || got.bytes === null) return 'the object differs, or there is none';
  await execute(compilerCommand(options.sx)[0], [...compilerCommand(options.sx).slice(1), ...job.args], { cwd: root, timeout: 120_000, env });
  return `LLVM text differs\n${diff(readFileSync(job.out, 'utf8'), got.bytes.toString('utf8')).slice(0, 2000)}`;
}

const began = Date.now();
const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
let told = '';
const worker = new WorkerClient(options.sx, root, [`--worker-jobs=${options.jobs}`], env, (text) => (told += text));
let failed = 0;
try {
  const wanted = new Map(await inParallel(jobs, options.jobs, async (job) => [job, await alone(job)]));
  const between = seconds();
  const order = [...jobs];
  for (let i = order.length - 1; i > 0; i--) {
    const k = random(i + 1);
    [order[i], order[k]] = [order[k], order[i]];
  }
  const used = new Set();
  await inParallel(order, options.flight, async (job) => {
    const checked = job.check === null ? null : worker.served(job.check);
    const answer = await worker.served(job.args);
    for (const pid of worker.executors()) used.add(pid);
    const problem = await difference(job, wanted.get(job), outcome(job, answer.exit_code, answer.output));
    // A check reports what a build reports, but for the output's name and what code generation refuses.
    const status = checked === null ? null : (await checked).exit_code;
    if (problem === null && (status === null || status === answer.exit_code || status === 0)) return;
    failed++;
    console.log(`FAIL ${job.file}: ${problem ?? `a check of it ends with ${status}`}`);
  });
  const files = [...wanted.values()].filter((w) => w.digest !== '').length;
  const wentOn = told.split(' checked before,').length - 1;
  console.log(`worker: ${jobs.length} programs, ${files} with an output, seed ${options.seed}; alone ${between}, both ${seconds()}, ${used.size} executors, ${wentOn} went on from a check`);
  if (wentOn === 0 && filters.length === 0) fail('no build after a check went on from it');
  // Executors are replaced when they hold too much; a new one for each request would prove nothing.
  if (files === 0 || used.size > options.jobs + jobs.length / 10) fail(`${used.size} executors served ${jobs.length} requests, ${files} files were compared`);
} finally {
  await worker.close();
  for (const line of told.split('\n')) if (line !== '' && !/^sx worker: request /.test(line)) console.error(line);
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`${jobs.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
