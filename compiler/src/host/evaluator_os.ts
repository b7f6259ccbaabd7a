// Takes nothing; gives the operating system that code run by the evaluator sees: files, the shell, clocks.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { constants as os } from 'node:os';

/** Result of a call, -errno when it failed. */
function attempt(call: () => unknown): number {
  try {
    const value = call();
    return typeof value === 'number' ? value : 0;
  } catch (e) {
    const errno = (e as NodeJS.ErrnoException).errno;
    if (errno === undefined) throw e;
    return errno < 0 ? errno : -errno;
  }
}

/** The offset of each open file: node moves a file's own offset for reads without a position, but has no lseek. */
const offsets = new Map<number, number>();
const appending = new Set<number>();

function seek(fd: number, offset: number, whence: number): number {
  const at = offsets.get(fd);
  if (at === undefined) return -os.errno.ESPIPE;
  const base = whence === 0 ? 0 : whence === 1 ? at : whence === 2 ? fs.fstatSync(fd).size : Number.NaN;
  const next = base + offset;
  if (!(next >= 0)) return -os.errno.EINVAL;
  offsets.set(fd, next);
  return next;
}

/** Wait status as C sees it: the exit status in the second byte, or the signal in the first. */
function waitStatus(status: number | null, signal: NodeJS.Signals | null): number {
  return signal !== null ? os.signals[signal] : (status ?? 127) << 8;
}

export const evaluatorOs = {
  open(path: string, flags: number, mode: number): number {
    return attempt(() => {
      const fd = fs.openSync(path, flags, mode);
      if (fs.fstatSync(fd).isFile()) offsets.set(fd, 0);
      if ((flags & fs.constants.O_APPEND) !== 0) appending.add(fd);
      return fd;
    });
  },
  close(fd: number): number {
    offsets.delete(fd);
    appending.delete(fd);
    return attempt(() => fs.closeSync(fd));
  },
  read(fd: number, into: Uint8Array): number {
    return attempt(() => {
      const at = offsets.get(fd);
      const n = fs.readSync(fd, into, 0, into.length, at ?? null);
      if (at !== undefined) offsets.set(fd, at + n);
      return n;
    });
  },
  write(fd: number, bytes: Uint8Array): number {
    return attempt(() => {
      const at = offsets.get(fd);
      const n = fs.writeSync(fd, bytes, 0, bytes.length, appending.has(fd) ? null : (at ?? null));
      if (at !== undefined) offsets.set(fd, appending.has(fd) ? fs.fstatSync(fd).size : at + n);
      return n;
    });
  },
  lseek: seek,
  unlink: (path: string): number => attempt(() => fs.unlinkSync(path)),
  rmdir: (path: string): number => attempt(() => fs.rmdirSync(path)),
  mkdir: (path: string, mode: number): number => attempt(() => void fs.mkdirSync(path, mode)),
  chmod: (path: string, mode: number): number => attempt(() => fs.chmodSync(path, mode)),
  access: (path: string, mode: number): number => attempt(() => fs.accessSync(path, mode)),
  rename: (from: string, to: string): number => attempt(() => fs.renameSync(from, to)),
  getenv: (name: string): string | null => process.env[name] ?? null,
  shell(command: string, capture: boolean): { status: number; stdout: Uint8Array } {
    const r = spawnSync('/bin/sh', ['-c', command], {
      stdio: ['inherit', capture ? 'pipe' : 'inherit', 'inherit'], maxBuffer: 1 << 30,
    });
    return { status: waitStatus(r.status, r.signal), stdout: capture && r.stdout ? new Uint8Array(r.stdout) : new Uint8Array(0) };
  },
  clock: (monotonic: boolean): bigint => (monotonic ? process.hrtime.bigint() : BigInt(Date.now()) * 1_000_000n),
  sleep(microseconds: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, microseconds / 1000);
  },
};
