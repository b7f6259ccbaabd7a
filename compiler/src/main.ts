// The bundle's entry: takes the process's arguments; is the sx command, Bazel's persistent worker, an executor of that worker, or a compiler's
// child that runs LLVM.
import { setFlagsFromString } from 'node:v8';
import { EXIT_USAGE, keptBetweenCommands } from './cli/compile.ts';
import { runCommandLine } from './cli/main.ts';
import { takeImagePlace } from './cli/library.ts';
import { collecting, endAtOnce, err } from './cli/output.ts';
import { CODEGEN_FLAG, codegenChild } from './driver/pipeline.ts';
import { EXECUTOR_FLAG, WORKER_FLAG } from './worker/flags.ts';

/** A directory that was removed has no relative paths; Node.js answers the first question for it with a stack trace. */
function standsSomewhere(): boolean {
  try {
    return process.cwd() !== '';
  } catch {
    return false;
  }
}

async function main(argv: readonly string[]): Promise<number> {
  if (!standsSomewhere()) {
    err('sx: the current directory does not exist any more: change to one that does\n');
    return EXIT_USAGE;
  }
  // The worker's modules are loaded when they are wanted: a short command does not wait for them.
  if (argv.includes(WORKER_FLAG)) return (await import('./worker/worker.ts')).runWorker(argv.filter((word) => word !== WORKER_FLAG));
  if (argv[0] === CODEGEN_FLAG) return codegenChild(argv[1]!);
  if (argv[0] !== EXECUTOR_FLAG) return runCommandLine(argv);
  const kept = keptBetweenCommands();
  await (await import('./worker/executor.ts')).serveJobs({
    run: (words, inputs) => collecting(() => runCommandLine(words, kept, inputs ?? undefined)),
    trees: kept.trees, checked: kept.checked, modules: kept.modules,
  });
  return 0;
}

// Deeply nested programs need more than Node's default stack; the flag holds for stacks entered from now on. The launcher gives it.
// V8 of Node.js 20 has no compiler between its baseline and its optimiser, whose threads take a quarter of a large build's processor
// time, of two processors that LLVM could use, and most of that is inlining. With little of it functions are optimised sooner and for
// less (100,000 lines: main thread 1.0 s instead of 1.5 s with ten times the budget, all threads 2.0 s instead of 2.3 s).
const FLAGS = ['--stack-size=6000', ...(process.versions.v8.startsWith('11.') ? ['--interrupt-budget=30000', '--max-inlined-bytecode-size-cumulative=150'] : [])];
for (const flag of FLAGS) if (!process.execArgv.includes(flag)) setFlagsFromString(flag);
/** The command begins when the bundle is evaluated. A process that makes a start-up snapshot (bin/sx) puts the beginning aside instead. */
function begin(): void {
  takeImagePlace();
  setImmediate(async () => {
    endAtOnce(await main(process.argv.slice(2)));
  });
}
const { sxSnapshot } = globalThis as { sxSnapshot?: (begin: () => void) => void };
if (sxSnapshot === undefined) begin();
else sxSnapshot(begin);
