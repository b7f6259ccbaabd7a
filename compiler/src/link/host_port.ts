// Takes nothing; gives what linking asks of the outside world, so that planning stays free of node:*.

export interface RunResult {
  /** Exit status; 128 + signal number when killed; -1 when the command could not be started. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LinkHost {
  exists(path: string): boolean;
  /** Names in a directory, [] when it is none. */
  listDir(path: string): string[];
  /** Absolute path of a command found on PATH (or of a path that exists), null when there is none. */
  findCommand(name: string): string | null;
  run(command: string, args: readonly string[]): RunResult;
  makeDirFor(path: string): void;
}
