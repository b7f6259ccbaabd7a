// Takes nothing; gives the words that make the bundle Bazel's worker, or an executor of it.
export const WORKER_FLAG = '--persistent_worker';
export const EXECUTOR_FLAG = '--worker-executor';
