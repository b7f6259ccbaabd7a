// Takes a seed and a count; gives the random C signatures for which sx, clang and gcc disagree, on x86-64 and on AArch64.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerCommand, execute, inParallel } from '../corpus/lib.mjs';
import { which } from '../requirements.mjs';
import { describe, generate } from './abi_gen.mjs';

const HELP = `Usage: node tools/fuzz/abi.mjs [--count N] [--seed S] [--batch N] [--arch LIST] [-j N] [--comptime] [--keep DIR] [--sx PATH]

Random C signatures: nested structs and unions, arrays in structs, homogeneous aggregates of floats and vectors, empty and
over-aligned structs, bool, small integers, enums, variadic tails, more arguments than registers, results of every class. In
one executable sx calls C and C calls sx, by name and through pointers; both sides fill every value from its position and
compare checksums. The C side is compiled by clang-19 and by gcc, for x86_64 (run natively) and aarch64 (run under qemu), each
at a random optimisation level.
Last line: N passed, M failed (one for each signature, architecture and C compiler).

  --count N   signatures (default 100)
  --seed S    default: the clock; printed, so that a failure can be had again
  --batch N   signatures in one program (default 50)
  --arch LIST default x86_64,aarch64
  -j N        batches at a time (default 2)
  --comptime  the same calls under #run: in the compiler's child process, with the C side as a source of the program (this
              machine's architecture; C calls sx through pointers only)
  --keep DIR  failing programs are kept there (default a temporary folder, printed)

Examples
  node tools/fuzz/abi.mjs --count 2000
  node tools/fuzz/abi.mjs --seed 7 --count 50 --arch aarch64`;

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
function value(name, otherwise) {
  const i = argv.indexOf(name);
  return i < 0 ? otherwise : argv[i + 1];
}
const known = ['--comptime', '--count', '--seed', '--batch', '--arch', '-j', '--keep', '--sx'];
const odd = argv.find((a, i) => a.startsWith('-') && !known.includes(a) && !known.includes(argv[i - 1]));
if (odd !== undefined) {
  console.error(`abi: unknown option '${odd}'\n${HELP}`);
  process.exit(2);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const count = Number(value('--count', '100'));
const seed = Number(value('--seed', String(Date.now() % 1000000)));
const size = Number(value('--batch', '50'));
const comptime = argv.includes('--comptime');
const keep = value('--keep', '');
const sx = compilerCommand(resolve(value('--sx', join(root, 'compiler/dist/sx.cjs'))));
const native = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
const arches = comptime ? [native] : value('--arch', 'x86_64,aarch64').split(',');
if ([count, seed, size].some((n) => !Number.isInteger(n)) || size < 1) {
  console.error(`abi: --count, --seed and --batch take whole numbers\n${HELP}`);
  process.exit(2);
}
/** gcc 12 drops the stores of va_arg of homogeneous vector aggregates on AArch64 as dead under strict aliasing: its own callers fail too. */
const C_FLAGS = ['-w', '-fPIC', '-fno-strict-aliasing'];
/** C compilers by architecture; both have to be there: a test without its tools proves nothing. */
const COMPILERS = {
  x86_64: [['clang-19', '--target=x86_64-linux-gnu'], [native === 'x86_64' ? 'gcc' : 'x86_64-linux-gnu-gcc']],
  aarch64: [['clang-19', '--target=aarch64-linux-gnu'], [native === 'aarch64' ? 'gcc' : 'aarch64-linux-gnu-gcc']],
};
const odder = arches.find((a) => COMPILERS[a] === undefined);
if (odder !== undefined) {
  console.error(`abi: unknown architecture '${odder}'\n${HELP}`);
  process.exit(2);
}
for (const a of arches) {
  for (const [name] of COMPILERS[a]) {
    if (which(name) === undefined) {
      console.error(`abi: no '${name}' for ${a}: run tools/setup`);
      process.exit(2);
    }
  }
}

const temp = mkdtempSync(join(tmpdir(), 'sx-abi-'));
let passed = 0;
let failed = 0;
/** Signatures whose C side ended the C compiler. */
let uncompared = 0;
const complaints = [];

async function command(cmd, args, dir, seconds = 300) {
  const r = await execute(cmd, args, { cwd: dir, timeout: seconds * 1000 });
  return { ok: r.code === 0, text: `${r.stdout}${r.stderr}`, status: r.code };
}

/** What a program said: how many of its signatures are wrong, and its words about them. */
function verdict(g, n, label, r, fail) {
  const wrong = new Set([...r.text.matchAll(/^signature (\d+):/gm)].map((m) => Number(m[1])));
  if (wrong.size === 0 && (!r.ok || !r.text.includes(`${g.calls} calls, 0 wrong`))) {
    fail(`${label}: ended with status ${r.status}`, r.text);
    return;
  }
  passed += n - wrong.size;
  if (wrong.size === 0) return;
  const shown = [...wrong].slice(0, 5).map((i) => `  ${i}: ${describe(g.signatures[i])}`);
  fail(label, `${shown.join('\n')}\n${r.text}`, wrong.size);
}

/** The calls of one program under #run, for each C compiler. */
async function batchUnderRun(first, n) {
  const batchSeed = seed + first;
  const dir = join(temp, `batch-${batchSeed}`);
  mkdirSync(dir);
  let bad = false;
  const fail = (what, text, signatures = n) => {
    bad = true;
    failed += signatures;
    complaints.push(`--comptime --seed ${batchSeed} --count ${n} --batch ${n}: ${what}\n${text.split('\n').slice(0, 20).join('\n')}`);
  };
  for (const [j, cc] of COMPILERS[native].entries()) {
    const level = (batchSeed + j) % 4;
    const g = generate(batchSeed, n, `-w -fno-strict-aliasing -O${level}`);
    writeFileSync(join(dir, 'abi.sx'), `${g.sx}\n`);
    writeFileSync(join(dir, 'abi.c'), `${g.c}\n`);
    const r = await command(sx[0], [...sx.slice(1), 'check', '--cc', cc[0], 'abi.sx'], dir);
    verdict(g, n, `#run, ${cc[0]} -O${level}`, r, fail);
  }
  if (!bad) rmSync(dir, { recursive: true });
}

async function batch(first, n) {
  const batchSeed = seed + first;
  const g = generate(batchSeed, n);
  const dir = join(temp, `batch-${batchSeed}`);
  mkdirSync(dir);
  writeFileSync(join(dir, 'abi.sx'), `${g.sx}\n`);
  writeFileSync(join(dir, 'abi.c'), `${g.c}\n`);
  let bad = false;
  const fail = (what, text, signatures = n) => {
    bad = true;
    failed += signatures;
    complaints.push(`--seed ${batchSeed} --count ${n} --batch ${n}: ${what}\n${text.split('\n').slice(0, 20).join('\n')}`);
  };
  for (const [k, arch] of arches.entries()) {
    const opt = (batchSeed + k) % 3;
    const built = await command(sx[0], [...sx.slice(1), 'build', 'abi.sx', '--emit', 'obj', '--quiet', '--opt', String(opt), '--target', `${arch}-linux-gnu`, '-o', `sx-${arch}.o`], dir);
    if (!built.ok) {
      fail(`${arch}: sx build --opt ${opt} ended with status ${built.status}`, built.text, 2 * n);
      continue;
    }
    for (const [j, cc] of COMPILERS[arch].entries()) {
      const level = (batchSeed + j + k) % 4;
      const label = `${arch}, ${cc[0]} -O${level}, sx --opt ${opt}`;
      const exe = `abi-${arch}-${j}`;
      const c = await command(cc[0], [...cc.slice(1), ...C_FLAGS, `-O${level}`, '-c', 'abi.c', '-o', `${exe}.o`], dir);
      // clang 19 ends in its own code generator for some vectors; the other compiler judges the same signatures.
      if (!c.ok && /PLEASE submit a bug report|internal compiler error/.test(c.text)) {
        uncompared += n;
        console.log(`NOT COMPARED: --seed ${batchSeed} --count ${n} --batch ${n}: ${label}: the C compiler itself crashed`);
        continue;
      }
      if (!c.ok) {
        fail(`${label}: the C side does not compile`, c.text);
        continue;
      }
      const linker = COMPILERS[arch][1][0];
      const linked = await command(linker, [`sx-${arch}.o`, `${exe}.o`, '-o', exe, '-lm', '-lpthread'], dir);
      if (!linked.ok) {
        fail(`${label}: linking`, linked.text);
        continue;
      }
      const r = arch === native ? await command(`./${exe}`, [], dir) : await command(`qemu-${arch}`, ['-L', `/usr/${arch}-linux-gnu`, exe], dir);
      verdict(g, n, label, r, fail);
    }
  }
  if (!bad) rmSync(dir, { recursive: true });
}

const began = performance.now();
console.log(`seed ${seed}: ${count} signatures, ${comptime ? 'under #run' : arches.join(' and ')}`);
const firsts = Array.from({ length: Math.ceil(count / size) }, (_, i) => i * size);
await inParallel(firsts, Number(value('-j', '2')), (first) => (comptime ? batchUnderRun : batch)(first, Math.min(size, count - first)));
for (const c of complaints) console.log(c);
if (failed > 0) {
  console.log(`failing programs are in ${temp}`);
  if (keep !== '') {
    const { cpSync } = await import('node:fs');
    cpSync(temp, keep, { recursive: true });
  }
} else rmSync(temp, { recursive: true });
console.log(`${((performance.now() - began) / 1000).toFixed(0)} s`);
console.log(`${passed} passed, ${failed} failed${uncompared === 0 ? '' : `, ${uncompared} not compared: the C compiler crashed`}`);
// Where most were not compared, nothing was tested.
process.exit(failed === 0 && passed > uncompared ? 0 : 1);
