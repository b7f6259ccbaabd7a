// Takes nothing; runs every part of the suite and ends with one line `N passed, M failed`.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules/.bin', name);
const node = process.execPath;

const STEPS = [
  { name: 'build', what: 'bundle the compiler', cmd: [node, 'tools/build.mjs'] },
  { name: 'lint', what: 'biome', cmd: [bin('biome'), 'lint', '.'] },
  { name: 'buildifier', what: 'format and warnings of Starlark files', cmd: [node, 'tools/buildifier.mjs'] },
  { name: 'types', what: 'tsc', cmd: [bin('tsc'), '--noEmit', '-p', '.'] },
  {
    name: 'bazel',
    what: 'bazel test //... (jest, corpus, examples, sx_test)',
    cmd: [bin('bazelisk'), 'test', '--curses=no', '--show_progress_rate_limit=30', '//...'],
  },
  { name: 'e2e', what: 'the rules as other repositories use them, with real Bazel', cmd: [node, 'tools/e2e/run.mjs'] },
  { name: 'worker', what: 'every corpus program by the worker and by itself: equal outputs', cmd: [node, 'tools/corpus/worker.mjs'] },
  {
    name: 'parts',
    what: 'programs compiled in parts from the first function on',
    cmd: [node, 'tools/corpus/parts.mjs', '10xx', '12xx', '17xx', '18xx', 'apps'],
  },
  { name: 'aarch64', what: 'corpus sample under qemu', cmd: [node, 'tools/corpus/cross.mjs'] },
  { name: 'vm-list', what: 'the list of programs that the evaluator cannot run is fresh', cmd: [node, 'tools/corpus/vm_list.mjs', '--check'] },
  { name: 'llvm14', what: 'the second verifier itself', cmd: [node, 'compiler/llvm14/verify.mjs', '--self-test'] },
  { name: 'ir', what: 'recorded IR, both LLVMs', cmd: [node, 'tools/corpus/ir.mjs'] },
  { name: 'asm', what: 'recorded assembly of atomics, natively and under qemu', cmd: [node, 'tools/corpus/asm.mjs'] },
  { name: 'litmus', what: 'memory orderings on real threads, with ThreadSanitizer', cmd: [node, 'tools/litmus/run.mjs'] },
  { name: 'switch', what: 'the context switch and its mutants, natively and under qemu', cmd: [node, 'tools/fibers/switch.mjs'] },
  { name: 'fibers', what: 'programs of 18xx under sanitizers, seeded bugs that have to be caught', cmd: [node, 'tools/fibers/stress.mjs'] },
  { name: 'fuzz', what: 'mutated programs', cmd: [node, 'tools/fuzz/mutate.mjs', '--count', '300'] },
  { name: 'shapes', what: 'every kind of operand in every kind of place, a sample', cmd: [node, 'tools/fuzz/shapes.mjs', '--step', '32'] },
  { name: 'fuzz-asm', what: 'random inline assembly, which must not be the end of the compiler', cmd: [node, 'tools/fuzz/asm.mjs', '--count', '100'] },
  { name: 'abi', what: 'random C signatures against clang and gcc', cmd: [node, 'tools/fuzz/abi.mjs', '--count', '100'] },
  { name: 'abi-comptime', what: 'random C signatures under #run', cmd: [node, 'tools/fuzz/abi.mjs', '--comptime', '--count', '25', '--batch', '25'] },
  { name: 'cadence', what: 'tests and implementations in commits of their own', cmd: [node, 'tools/cadence.mjs'] },
];

const HELP = `usage: tools/test [STEP...] [--help]

Runs the steps (all of them without arguments) and prints one line for each, then \`N passed, M failed\`.

${STEPS.map((s) => `  ${s.name.padEnd(10)} ${s.what}`).join('\n')}

Examples
  tools/test                 everything
  tools/test lint types      two steps
  npx jest compiler/src/lex  one folder's tests, without Bazel
  node tools/corpus/run.mjs  the corpus, without Bazel`;

const wanted = process.argv.slice(2);
if (wanted.includes('--help') || wanted.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const unknown = wanted.find((w) => !STEPS.some((s) => s.name === w));
if (unknown !== undefined) {
  console.error(`test: no step '${unknown}'\n${HELP}`);
  process.exit(2);
}

let passed = 0;
const failed = [];
for (const step of STEPS) {
  if (wanted.length > 0 && !wanted.includes(step.name)) continue;
  console.log(`== ${step.name}: ${step.what}`);
  const began = performance.now();
  const r = spawnSync(step.cmd[0], step.cmd.slice(1), { cwd: root, stdio: 'inherit' });
  const ok = r.status === 0;
  console.log(
    `== ${step.name}: ${ok ? 'passed' : `FAILED (${r.error?.message ?? `status ${r.status ?? r.signal}`})`} in ${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
  if (ok) passed++;
  else failed.push(step.name);
}
if (failed.length > 0) console.log(`failed: ${failed.join(', ')}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
