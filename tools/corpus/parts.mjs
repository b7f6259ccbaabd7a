// Takes the corpus; runs it with a compiler that compiles every program in parts, as others only large ones. Exit status of the runner.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HELP = `Usage: node tools/corpus/parts.mjs [PATH-SUBSTRING...]

From 50,000 instructions on LLVM compiles the parts of a program on other threads while the rest is still checked, and the objects are
merged. No program of the corpus is that large: this builds a compiler that does it from the first function on, in parts of 8 KiB of
text (compiler/dist-parts), and runs the programs (tools/corpus/run.mjs --mode aot-o0) with it.

Examples
  node tools/corpus/parts.mjs            every program
  node tools/corpus/parts.mjs 12xx asm   some of them`;

const filters = process.argv.slice(2);
if (filters.includes('--help') || filters.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const dist = join(root, 'compiler/dist-parts');
const run = (...args) => {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
run('tools/build.mjs', '--quiet', '--small-parts', '--out', dist);
run('tools/corpus/run.mjs', '--mode', 'aot-o0', '--sx', join(dist, 'sx.cjs'), ...filters);
