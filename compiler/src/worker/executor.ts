// An executor: a child process that serves one job of the worker after another, and keeps what it learned between them.
import { EXIT_OF_FAILURE, type Job, type JobResult } from './job.ts';

export interface ExecutorPorts {
  /** One command in the current directory, with its output collected. */
  readonly run: (argv: readonly string[], inputs: readonly string[] | null) => Promise<{ readonly status: number; readonly output: string }>;
  /** Counts of files asked for and known. */
  readonly trees: { readonly asked: number; readonly known: number };
  /** Counts of modules that programs were made of, and of those that had been checked before; why nothing was kept of the last program. */
  readonly modules: { readonly count: { readonly all: number; readonly reused: number }; unkept: string };
  /** The checked program that is held, and how often one was taken. */
  readonly checked: { readonly file: string; readonly taken: number };
}

/** Serves jobs from the parent's channel until the channel closes. */
export function serveJobs(ports: ExecutorPorts): Promise<void> {
  const send = (result: JobResult): void => void process.send?.(result);
  process.on('message', async (job: Job) => send(await serve(ports, job)));
  return new Promise((done) => {
    process.on('disconnect', () => done());
    // The worker starts an executor before it has work for it, and is told that it may send some.
    process.send?.('ready');
  });
}

async function serve(ports: ExecutorPorts, job: Job): Promise<JobResult> {
  const began = performance.now();
  const { asked, known } = ports.trees;
  const { taken } = ports.checked;
  const { all, reused } = ports.modules.count;
  ports.modules.unkept = '';
  let exitCode: number;
  let output: string;
  try {
    // An executor has one job at a time, so the job's directory can be the process's: relative paths then mean, and print, the
    // same as in a run of its own.
    process.chdir(job.cwd);
    ({ status: exitCode, output } = await ports.run(job.argv, job.inputs));
  } catch (e) {
    exitCode = EXIT_OF_FAILURE;
    output = `sx: internal compiler error: ${(e as Error).stack ?? String(e)}\n`;
  }
  return {
    key: job.key, exitCode, output, ms: performance.now() - began, rss: process.memoryUsage.rss(),
    loaded: ports.trees.asked - asked, cached: ports.trees.known - known,
    modules: ports.modules.count.all - all, reused: ports.modules.count.reused - reused, unkept: ports.modules.unkept, resumed: ports.checked.taken > taken, holds: ports.checked.file,
  };
}
