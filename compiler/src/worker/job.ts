// What the worker and its executors say to each other over Node's channel between processes.

/** One request, as an executor gets it. */
export interface Job {
  /** The worker's own number for it: request ids are 0 for every request of a singleplex worker. */
  readonly key: number;
  readonly argv: readonly string[];
  /** Absolute; relative paths of `argv` lie here. */
  readonly cwd: string;
  /** The files that it may read, relative to cwd; null where a sandbox holds no others. */
  readonly inputs: readonly string[] | null;
}

/** How it ended. */
export interface JobResult {
  readonly key: number;
  readonly exitCode: number;
  /** What the command wrote to stdout and stderr. */
  readonly output: string;
  readonly ms: number;
  /** Bytes that the executor holds by now. */
  readonly rss: number;
  /** Files whose tree was known from an earlier request, of all that were loaded. */
  readonly cached: number;
  readonly loaded: number;
  /** Modules of which an earlier request had checked what was met of them, of all that were looked at; 0 of 0 when none are kept. */
  readonly reused: number;
  readonly modules: number;
  /** Why nothing was kept of its modules; '' when they were, or nobody wanted to. */
  readonly unkept: string;
  /** Whether it went on from a program that the job before it had checked. */
  readonly resumed: boolean;
  /** Root file, as written, of the checked program that the executor holds now; '' for none. */
  readonly holds: string;
}

/** Status of a job that the compiler failed, through a fault of its own. */
export const EXIT_OF_FAILURE = 70;
