// Takes the corpus and a compiler; gives one line per failing program with a difference, and the closing line `N passed, M failed`.
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { discover, inParallel, judge, junit, MODES, readXfail } from './lib.mjs';

const HELP = `Usage: node tools/corpus/run.mjs [options] [PATH-SUBSTRING...]

Runs the programs of corpus/ and compares stdout, exit status and stderr with what is recorded beside them.
Error programs (with //~ ERROR CODE lines) go through \`sx check\`; everything else through the mode.

  --mode MODE     run (sx run, the default), aot-o0, aot-o2 (sx build, then the binary), vm (sx run --exec vm),
                  check (sx check only); several: --mode run,aot-o2
  --sx PATH       the compiler (default compiler/bin/sx, or $SX_BIN)
  --root DIR      the repository root; programs run with this working directory (default: two levels up from here)
  --dir DIR       folder of programs, relative to the root (default corpus)
  --xfail FILE    expected failures (default DIR/xfail.txt): PATH [mode,mode] reason
  --shard I/N     only every N-th program, starting at I (0-based); Bazel's TEST_SHARD_INDEX/TEST_TOTAL_SHARDS work too
  -j N            programs at once (default 2)
  --timeout S     seconds per command (default 30)
  --xml FILE      JUnit XML (or $XML_OUTPUT_FILE)
  --list          print the programs and stop
  --run-xfail-only   run only the programs of the xfail list (which of them pass by now?)
  -v              one line per program

Examples
  node tools/corpus/run.mjs                          the whole corpus with sx run
  node tools/corpus/run.mjs 0012 quicksort           two programs
  node tools/corpus/run.mjs --mode aot-o0,aot-o2     natively, at two levels
  node tools/corpus/run.mjs 11xx --mode check        the error programs
`;

function parseArgs(argv) {
  const options = { modes: ['run'], filters: [], jobs: 2, timeout: 30, verbose: false, list: false, onlyXfail: false };
  const value = (i, name) => {
    if (argv[i] === undefined) fail(`${name} needs a value`);
    return argv[i];
  };
  for (let i = 0; i < argv.length; i++) {
    let arg = argv[i];
    const inline = /^(--[a-z-]+)=(.*)$/.exec(arg);
    if (inline) {
      arg = inline[1];
      argv.splice(i + 1, 0, inline[2]);
    }
    if (arg === '--help' || arg === '-h') {
      process.stdout.write(HELP);
      process.exit(0);
    } else if (arg === '--mode') options.modes = value(++i, arg).split(',');
    else if (arg === '--sx') options.sx = resolve(value(++i, arg));
    else if (arg === '--root') options.root = resolve(value(++i, arg));
    else if (arg === '--dir') options.dir = value(++i, arg);
    else if (arg === '--xfail') options.xfail = resolve(value(++i, arg));
    else if (arg === '--shard') options.shard = value(++i, arg);
    else if (arg === '-j') options.jobs = Number(value(++i, arg));
    else if (arg === '--timeout') options.timeout = Number(value(++i, arg));
    else if (arg === '--xml') options.xml = value(++i, arg);
    else if (arg === '--list') options.list = true;
    else if (arg === '--run-xfail-only') options.onlyXfail = true;
    else if (arg === '-v') options.verbose = true;
    else if (arg.startsWith('-')) fail(`unknown option ${arg} (see --help)`);
    else options.filters.push(arg);
  }
  for (const mode of options.modes) if (!MODES.includes(mode)) fail(`unknown mode ${mode}: one of ${MODES.join(' ')}`);
  return options;
}

function fail(message) {
  process.stderr.write(`corpus: ${message}\n`);
  process.exit(2);
}

/** [index, total] of --shard, else of Bazel's environment, else the whole. */
function shardOf(options) {
  if (options.shard !== undefined) {
    const match = /^(\d+)\/(\d+)$/.exec(options.shard);
    if (!match || Number(match[1]) >= Number(match[2])) fail(`--shard wants I/N with I < N, got ${options.shard}`);
    return [Number(match[1]), Number(match[2])];
  }
  const { TEST_SHARD_INDEX, TEST_TOTAL_SHARDS, TEST_SHARD_STATUS_FILE } = process.env;
  if (TEST_SHARD_STATUS_FILE) writeFileSync(TEST_SHARD_STATUS_FILE, '');
  return TEST_TOTAL_SHARDS ? [Number(TEST_SHARD_INDEX), Number(TEST_TOTAL_SHARDS)] : [0, 1];
}

const options = parseArgs(process.argv.slice(2));
const root = options.root ?? resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const dir = options.dir ?? 'corpus';
const sx = options.sx ?? process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
const xfail = readXfail(options.xfail ?? join(root, dir, 'xfail.txt'));
const [shard, shards] = shardOf(options);

let programs = discover(root, join(root, dir));
for (const name of xfail.keys()) {
  if (!programs.some((p) => p.file === name)) fail(`the xfail list names ${name}, which is no program`);
}
if (options.filters.length > 0) programs = programs.filter((p) => options.filters.some((f) => p.file.includes(f)));
if (options.onlyXfail) programs = programs.filter((p) => xfail.has(p.file));
programs = programs.filter((_, index) => index % shards === shard);
if (options.list) {
  for (const p of programs)
    process.stdout.write(`${p.file}${xfail.has(p.file) ? `  (xfail: ${xfail.get(p.file).reason})` : ''}\n`);
  process.exit(0);
}
if (programs.length === 0) fail('no program matches');
if (!existsSync(sx)) fail(`no compiler at ${sx}`);

const jobs = [];
for (const mode of options.modes) {
  for (const program of programs) {
    if (program.options.modes && !program.options.modes.includes(mode)) continue;
    // An error program is judged the same way in every mode: once is enough.
    if (mode !== options.modes[0] && program.errors.some((e) => e.severity === 'error')) continue;
    jobs.push({ program, mode });
  }
}

const started = Date.now();
let done = 0;
const progress = setInterval(() => process.stderr.write(`corpus: ${done}/${jobs.length}\n`), 10_000);
progress.unref();

const results = await inParallel(jobs, options.jobs, async ({ program, mode }) => {
  const begin = Date.now();
  const failure = await judge(program, { root, sx, mode, timeout: options.timeout * 1000 });
  done++;
  return { program, mode, failure, ms: Date.now() - begin };
});

let passed = 0;
let failed = 0;
let expected = 0;
const cases = [];
for (const { program, mode, failure, ms } of results) {
  const name = `${program.file} [${mode}]`;
  const entry = xfail.get(program.file);
  const isXfail = entry !== undefined && (entry.modes === null || entry.modes.includes(mode));
  let problem = failure;
  if (isXfail) problem = failure === null ? `unexpected pass: remove it from the xfail list (${entry.reason})` : null;
  if (problem !== null) {
    failed++;
    process.stdout.write(`FAIL ${name}: ${problem}\n`);
  } else if (isXfail) {
    expected++;
    if (options.verbose) process.stdout.write(`xfail ${name}: ${entry.reason}\n`);
  } else {
    passed++;
    if (options.verbose) process.stdout.write(`ok ${name} (${ms} ms)\n`);
  }
  cases.push({ name, ms, failure: problem, skipped: isXfail && problem === null ? `xfail: ${entry.reason}` : null });
}
const xml = options.xml ?? process.env.XML_OUTPUT_FILE;
if (xml) writeFileSync(xml, junit('corpus', cases));
process.stdout.write(`corpus: ${expected} expected failures, ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
