// Takes command lines; gives their outcome as a shell would see it (128 + signal), and the host side of linking.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { constants as os } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { spawnCollected, spawnInherited } from './spawn.ts';

export interface RunResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string | Uint8Array;
  readonly timeoutMs?: number;
}

const OUTPUT_LIMIT = 256 << 20;

/** Exit status as a shell reports it; -1 when the command could not be started. */
function shellStatus(r: SpawnSyncReturns<unknown>): number {
  if (r.signal !== null) return 128 + (os.signals[r.signal] ?? 0);
  return r.status ?? -1;
}

/** Nothing is asked for that only Node.js's way of starting a process has. */
const isPlain = (o: RunOptions): boolean => Object.keys(o).length === 0;

/** Runs a command and captures its output. */
export function run(command: string, args: readonly string[], o: RunOptions = {}): RunResult {
  if (isPlain(o)) {
    const path = findCommand(command);
    const quick = path === null ? null : spawnCollected(path, args);
    if (quick !== null) return quick;
  }
  const r = spawnSync(command, [...args], {
    encoding: 'utf8',
    maxBuffer: OUTPUT_LIMIT,
    cwd: o.cwd,
    input: o.input,
    timeout: o.timeoutMs,
    env: o.env === undefined ? process.env : { ...o.env },
  });
  if (r.error !== undefined && r.status === null && r.signal === null)
    return { status: -1, stdout: '', stderr: `${command}: ${r.error.message}` };
  return { status: shellStatus(r), stdout: r.stdout, stderr: r.stderr };
}

/** Runs a command on our own stdin, stdout and stderr; returns the shell status. */
export function runInherited(command: string, args: readonly string[], o: RunOptions = {}): number {
  if (isPlain(o)) {
    const path = findCommand(command);
    const quick = path === null ? null : spawnInherited(path, args);
    if (quick !== null) return quick;
  }
  const r = spawnSync(command, [...args], {
    stdio: 'inherit',
    cwd: o.cwd,
    env: o.env === undefined ? process.env : { ...o.env },
  });
  return shellStatus(r);
}

const commands = new Map<string, string | null>();

/** Absolute path of a command on PATH; a name with a slash is tried as it is. Remembered. */
export function findCommand(name: string): string | null {
  const hit = commands.get(name);
  if (hit !== undefined) return hit;
  let found: string | null = null;
  if (name.includes('/')) {
    found = isExecutable(name) ? name : null;
  } else {
    for (const dir of (process.env['PATH'] ?? '').split(delimiter)) {
      const path = join(dir, name);
      if (dir !== '' && isExecutable(path)) {
        found = path;
        break;
      }
    }
  }
  commands.set(name, found);
  return found;
}

/** Most places that are asked have no such file: that is not told by an exception, which takes longer than the question. */
function isExecutable(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What link/ asks of the outside world. */
export const linkHost = {
  exists: (path: string): boolean => existsSync(path),
  listDir(path: string): string[] {
    try {
      return readdirSync(path);
    } catch {
      return [];
    }
  },
  findCommand,
  run: (command: string, args: readonly string[]): RunResult => run(command, args),
  makeDirFor(path: string): void {
    mkdirSync(dirname(path), { recursive: true });
  },
};
