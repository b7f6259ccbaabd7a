// Takes the corpus and a seed; gives the mutated programs that crash or hang the compiler or get errors outside the file.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerCommand, discover, execute, inParallel } from '../corpus/lib.mjs';

const HELP = `Usage: node tools/fuzz/mutate.mjs [--count N] [--seed S] [--keep DIR] [--sx PATH]

Mutates corpus programs (byte flips, truncation, tokens swapped, doubled, deleted, replaced, lines moved between programs)
and checks them: the compiler has to end with status 0 or 1 within 5 seconds, and every error has to lie inside its file.
The same seed gives the same programs. Files that fail are kept in DIR (default a temporary folder, printed).
Last line: N passed, M failed.

  --count N   mutated programs (default 300)
  --seed S    a number (default 1)

Examples
  node tools/fuzz/mutate.mjs --count 2000 --seed 7
  node tools/fuzz/mutate.mjs --count 50 --keep /tmp/fuzz`;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const fail = (message) => {
  console.error(`fuzz: ${message}`);
  process.exit(2);
};
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
let count = 300;
let seed = 1;
let keep = null;
let sx = process.env.SX_BIN ?? join(root, 'compiler/bin/sx');
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--count') count = Number(argv[++i]);
  else if (argv[i] === '--seed') seed = Number(argv[++i]);
  else if (argv[i] === '--keep') keep = resolve(argv[++i] ?? '');
  else if (argv[i] === '--sx') sx = resolve(argv[++i] ?? '');
  else fail(`unknown option ${argv[i]} (see --help)`);
}
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) fail('--count and --seed want whole numbers');

const HANG_MS = 5000;
const START_MS = 5000;
const BATCH = 25;

/** xorshift32: the same numbers on every machine. */
function randomSource(start) {
  let state = (Math.imul(start, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const TOKEN =
  /\/\/[^\n]*|"(?:\\.|[^"\\])*"|[A-Za-z_`#][A-Za-z0-9_]*|[0-9][0-9_.]*|::|:=|->|=>|\.\.[=<]?|[<>=!]=|<<|>>|\?\?|---|\s+|./gsu;
const POOL =
  '{ } ( ) [ ] ; , . .* .. := :: : = + - * / % & | ^ ~ ! ? ?? ?. -> => == < > <= $T $ 0 1 -1 18446744073709551615 0x 1.5 "s" \' ` # #run #insert #import if else for while return defer raise try catch or and xx null --- true struct enum union error protocol impl inline push case self Self main .{ .[ T i64 u8 *i64 ?i64 []i64 [4]i64 Type any context'.split(
    ' ',
  );

function mutateTokens(text, random, other) {
  const tokens = text.match(TOKEN) ?? [];
  const solid = tokens.map((t, i) => (/^\s+$/.test(t) ? -1 : i)).filter((i) => i >= 0);
  if (solid.length < 4) return text;
  const pick = () => solid[random(solid.length)];
  const at = pick();
  const kind = random(6);
  if (kind === 0) tokens[at] = '';
  else if (kind === 1) tokens[at] += ` ${tokens[at]}`;
  else if (kind === 2) {
    const to = pick();
    [tokens[at], tokens[to]] = [tokens[to], tokens[at]];
  } else if (kind === 3) tokens[at] = POOL[random(POOL.length)];
  else if (kind === 4) tokens[at] += ` ${POOL[random(POOL.length)]} `;
  else {
    const from = pick();
    const length = 1 + random(12);
    tokens.splice(at, random(8), ...(other.match(TOKEN) ?? []).slice(from, from + length));
  }
  return tokens.join('');
}

/** One mutated program: bytes. */
function mutate(texts, random) {
  const text = texts[random(texts.length)];
  const other = texts[random(texts.length)];
  const kind = random(10);
  if (kind === 0) {
    const bytes = Buffer.from(text);
    for (let n = 1 + random(3); n > 0; n--) bytes[random(bytes.length)] ^= 1 << random(8);
    return bytes;
  }
  if (kind === 1) return Buffer.from(text).subarray(0, random(text.length));
  if (kind === 2) {
    const lines = text.split('\n');
    const from = other.split('\n');
    lines.splice(random(lines.length), random(3), ...from.slice(random(from.length)).slice(0, 1 + random(5)));
    return Buffer.from(lines.join('\n'));
  }
  let out = text;
  for (let n = 1 + random(3); n > 0; n--) out = mutateTokens(out, random, other);
  return Buffer.from(out);
}

const [command, ...prefix] = compilerCommand(sx);
const check = (paths, timeout) =>
  execute(command, [...prefix, 'check', '--error-format=json', '--stdin-list'], {
    cwd: scratch,
    stdin: `${paths.join('\n')}\n`,
    timeout,
  });

/** Where the diagnostics of one output lie outside the mutated files: sentences. */
function misplaced(output) {
  const out = [];
  for (const line of output.split('\n')) {
    if (!line.startsWith('{')) continue;
    const d = JSON.parse(line);
    if (d.severity !== 'error' || d.span === null || d.span === undefined) continue;
    const path = resolve(scratch, d.span.path);
    if (!path.startsWith(scratch)) continue; // an error that a file of the library shows for an instance
    const lines = readFileSync(path, 'latin1').split('\n');
    const text = lines[d.span.line - 1];
    if (text === undefined || d.span.col < 1 || d.span.col > text.length + 1) {
      out.push({ path, why: `${d.code} is located at ${d.span.line}:${d.span.col}, outside the file` });
    }
  }
  return out;
}

const verdictOf = (result) => {
  if (result.code === 'timeout') return 'hangs';
  if (result.code !== 0 && result.code !== 1) {
    return `ends with status ${result.code}: ${result.stderr.split('\n').find((l) => l.trim() !== '' && !l.startsWith('{')) ?? ''}`;
  }
  return null;
};

const scratch = mkdtempSync(join(tmpdir(), 'sx-fuzz-'));
const texts = discover(root, join(root, 'corpus')).map((p) => readFileSync(p.path, 'utf8'));
if (texts.length === 0) fail('the corpus is empty');
const random = randomSource(seed);
const files = [];
for (let i = 0; i < count; i++) {
  const path = join(scratch, `m${seed}_${String(i).padStart(5, '0')}.sx`);
  writeFileSync(path, mutate(texts, random));
  files.push(path);
}
const batches = [];
for (let i = 0; i < files.length; i += BATCH) batches.push(files.slice(i, i + BATCH));

const failures = [];
let done = 0;
const started = Date.now();
const progress = setInterval(() => process.stderr.write(`fuzz: ${done}/${count}\n`), 10_000);
progress.unref();
await inParallel(batches, 2, async (batch) => {
  const result = await check(batch, START_MS + HANG_MS + 1000 * batch.length);
  if (verdictOf(result) === null) failures.push(...misplaced(result.stderr + result.stdout));
  else {
    // The batch fails: each of its files alone.
    for (const path of batch) {
      const single = await check([path], START_MS + HANG_MS);
      const why = verdictOf(single);
      if (why !== null) failures.push({ path, why });
      else failures.push(...misplaced(single.stderr + single.stdout));
    }
  }
  done += batch.length;
});

const bad = new Map(failures.map((f) => [f.path, f.why]));
if (bad.size > 0) {
  const target = keep ?? mkdtempSync(join(tmpdir(), 'sx-fuzz-failed-'));
  mkdirSync(target, { recursive: true });
  for (const [path, why] of [...bad].sort()) {
    const kept = join(target, basename(path));
    writeFileSync(kept, readFileSync(path));
    console.log(`FAIL ${kept}: ${why}`);
  }
}
rmSync(scratch, { recursive: true, force: true });
console.log(`fuzz: seed ${seed}, ${((Date.now() - started) / 1000).toFixed(1)} s`);
console.log(`${count - bad.size} passed, ${bad.size} failed`);
process.exit(bad.size === 0 ? 0 : 1);
