// Takes jobs; gives their results from a few executor processes: one job each at a time, a queue before them.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { EXECUTOR_FLAG } from './flags.ts';
import { EXIT_OF_FAILURE, type Job, type JobResult } from './job.ts';

export interface PoolOptions {
  /** Most executors at a time. */
  readonly size: number;
  /** Bytes of resident memory above which an executor makes room for a fresh one. */
  readonly memoryLimit: number;
  readonly log: (line: string) => void;
}

/** null: the job was cancelled. */
type Done = (result: JobResult | null) => void;

interface Waiting {
  readonly job: Job;
  readonly done: Done;
}

/** A checked program: the next job of an executor goes on from it, or it is gone. */
interface Held {
  readonly file: string;
  readonly cwd: string;
}

/** A guess, that needs no understanding of options: jobs of a program name its root file. */
const isOf = (job: Job, held: Held): boolean => job.cwd === held.cwd && job.argv.includes(held.file);

/**
 * Whether `running` checks the program that `job`, which came later, builds. Such a job waits: had it to check for itself it would be
 * done with that later, and a processor is left to others. What comes after it is not waited for, so that it waits for one check only.
 */
function checks(running: Job, job: Job): boolean {
  return running.key < job.key && running.argv[0] === 'check' && job.argv[0] === 'build'
    && running.argv.some((file) => file.endsWith('.sx') && isOf(job, { file, cwd: running.cwd }));
}

interface Executor {
  readonly child: ChildProcess;
  /** Temporary files of its compilations: an executor that is killed cannot remove them. */
  readonly temp: string;
  serving: Waiting | null;
  /** What it told of the program that it holds. */
  holds: Held | null;
  cancelled: boolean;
}

/**
 * Executors are processes, not threads: native code of LLVM's that dies takes only its own job along, and a job can be cancelled at
 * any instruction. Each keeps parsed files, so a free one is taken in the order of last use, warm ones first; before them comes the one
 * that has checked the job's program.
 */
export class ExecutorPool {
  private readonly idle: Executor[] = [];
  private readonly all = new Set<Executor>();
  private readonly queue: Waiting[] = [];
  private closed = false;

  constructor(private readonly options: PoolOptions) {}

  /** Executors that live, and jobs that wait for one. */
  get state(): { readonly executors: number; readonly waiting: number } {
    return { executors: this.all.size, waiting: this.queue.length };
  }

  submit(job: Job, done: Done): void {
    this.queue.push({ job, done });
    this.next();
  }

  /** Ends a job early. Its `done` gets null once nothing runs for it any more; a job that has ended is left alone. */
  cancel(key: number): void {
    const at = this.queue.findIndex((w) => w.job.key === key);
    if (at >= 0) {
      const [waiting] = this.queue.splice(at, 1);
      waiting!.done(null);
      return;
    }
    for (const e of this.all) {
      if (e.serving?.job.key !== key || e.cancelled) continue;
      e.cancelled = true;
      e.child.kill('SIGKILL');
    }
  }

  /** Ends every executor. Jobs that are being served are lost. */
  close(): void {
    this.closed = true;
    for (const e of this.all) e.child.kill('SIGKILL');
  }

  private next(): void {
    for (let i = 0; i < this.queue.length && !this.closed; ) {
      const e = this.executorFor(this.queue[i]!.job);
      if (e === null) {
        i++;
        continue;
      }
      const [waiting] = this.queue.splice(i, 1);
      e.serving = waiting!;
      e.holds = null;
      e.child.send(waiting!.job);
    }
  }

  /** null: the job waits. */
  private executorFor(job: Job): Executor | null {
    for (const { serving } of this.all) if (serving !== null && checks(serving.job, job)) return null;
    // After those that hold nothing, one whose program somebody may still ask for.
    const e = this.idle.findLast((x) => x.holds !== null && isOf(job, x.holds)) ?? this.idle.findLast((x) => x.holds === null) ?? this.idle.at(-1);
    if (e === undefined) return this.all.size < this.options.size ? this.start() : null;
    this.idle.splice(this.idle.indexOf(e), 1);
    return e;
  }

  private start(): Executor {
    const temp = mkdtempSync(join(tmpdir(), 'sx-executor-'));
    // Its stdout is not ours: that is the channel to Bazel, and a stray line there would end it.
    const child = fork(process.argv[1]!, [EXECUTOR_FLAG], { stdio: ['ignore', 2, 2, 'ipc'], env: { ...process.env, ...toolPaths(), TMPDIR: temp } });
    const e: Executor = { child, temp, serving: null, holds: null, cancelled: false };
    this.all.add(e);
    child.on('message', (message) => {
      if (message !== 'ready') this.finished(e, message as JobResult);
    });
    child.on('error', (error) => this.options.log(`executor ${child.pid}: ${error.message}`));
    child.on('exit', (code, signal) => this.ended(e, signal ?? `status ${code}`));
    return e;
  }

  private finished(e: Executor, result: JobResult): void {
    // The kill for a cancelled job may come after its result was sent: the job counts as cancelled when its process is gone.
    if (e.cancelled) return;
    const { job, done } = e.serving!;
    e.holds = result.holds === '' ? null : { file: result.holds, cwd: job.cwd };
    e.serving = null;
    if (result.exitCode === EXIT_OF_FAILURE || result.rss > this.options.memoryLimit) {
      this.options.log(`executor ${e.child.pid} is replaced: ${result.exitCode === EXIT_OF_FAILURE ? 'the compiler failed' : `it holds ${result.rss >> 20} MiB`}`);
      this.all.delete(e);
      e.child.kill('SIGKILL');
    } else this.idle.push(e);
    done(result);
    this.next();
  }

  private ended(e: Executor, how: string): void {
    this.all.delete(e);
    const at = this.idle.indexOf(e);
    if (at >= 0) this.idle.splice(at, 1);
    rmSync(e.temp, { recursive: true, force: true });
    const { serving } = e;
    e.serving = null;
    if (serving !== null && e.cancelled) serving.done(null);
    else if (serving !== null) {
      const output = `sx: internal compiler error: the process that compiled ended by ${how}\n  reproduce with: sx ${serving.job.argv.join(' ')}\n`;
      serving.done({ key: serving.job.key, exitCode: EXIT_OF_FAILURE, output, ms: 0, rss: 0, cached: 0, loaded: 0, reused: 0, modules: 0, unkept: '', resumed: false, holds: '' });
    }
    this.next();
  }
}

/** Paths of the compiler's own parts, which are given relative to the worker's directory and not to a request's. */
function toolPaths(): Record<string, string> {
  const paths: Record<string, string> = {};
  for (const name of ['SX_LLVM_LIB', 'NODE_PATH']) {
    const value = process.env[name];
    if (value !== undefined && value !== '') paths[name] = value.split(delimiter).map((p) => resolve(p)).join(delimiter);
  }
  return paths;
}
