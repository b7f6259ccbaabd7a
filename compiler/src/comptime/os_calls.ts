// Takes calls of the C library's file and process functions; gives them through the host's operating system (11.3.6).
import type { Builtin, HostState } from './host.ts';
import { VmStop } from './memory.ts';

/** The operating system as the evaluator sees it. A negative result is -errno. */
export interface VmOs {
  open(path: string, flags: number, mode: number): number;
  close(fd: number): number;
  /** Reads into `into`; the number of bytes, 0 at the end. */
  read(fd: number, into: Uint8Array): number;
  write(fd: number, bytes: Uint8Array): number;
  lseek(fd: number, offset: number, whence: number): number;
  unlink(path: string): number;
  rmdir(path: string): number;
  mkdir(path: string, mode: number): number;
  chmod(path: string, mode: number): number;
  access(path: string, mode: number): number;
  rename(from: string, to: string): number;
  getenv(name: string): string | null;
  /** Runs a shell command; its wait status and, when `capture`, what it wrote to stdout. */
  shell(command: string, capture: boolean): { readonly status: number; readonly stdout: Uint8Array };
  /** Nanoseconds since 1970, or of a clock that never goes back. */
  clock(monotonic: boolean): bigint;
  sleep(microseconds: number): void;
}

interface Pipe {
  readonly bytes: Uint8Array;
  readonly status: number;
  at: number;
  ended: boolean;
}

/** Pipes that popen opened, by handle; handles are addresses of a block of their own, so that no two are alike. */
const pipes = new WeakMap<HostState, Map<number, Pipe>>();
const errnoAt = new WeakMap<HostState, number>();

function os(s: HostState): VmOs {
  if (s.host.os === undefined) throw new VmStop('the evaluator has no operating system here');
  return s.host.os;
}

function errnoLocation(s: HostState): number {
  let at = errnoAt.get(s);
  if (at === undefined) errnoAt.set(s, (at = s.memory.permanent(4, 4)));
  return at;
}

/** The C convention: -1 and errno for a failure. */
function result(s: HostState, value: number): number {
  if (value >= 0) return value;
  s.memory.view.setInt32(errnoLocation(s), -value, true);
  return -1;
}

const EBADF = 9;
const EFAULT = 14;

function read(s: HostState, fd: number, at: number, n: number): number {
  if (n < 0) return result(s, -EFAULT);
  return result(s, os(s).read(fd, s.memory.bytes(at, n, 'read')));
}

function popen(s: HostState, command: number, mode: number): number {
  const how = s.memory.cstring(mode);
  if (!how.startsWith('r')) throw new VmStop(`popen with mode "${how}" is not available at compile time: only "r" is`);
  const ran = os(s).shell(s.memory.cstring(command), true);
  let open = pipes.get(s);
  if (open === undefined) pipes.set(s, (open = new Map()));
  const handle = s.memory.malloc(8);
  open.set(handle, { bytes: ran.stdout, status: ran.status, at: 0, ended: false });
  return handle;
}

function pipe(s: HostState, handle: number, by: string): Pipe {
  const p = pipes.get(s)?.get(handle);
  if (p === undefined) throw new VmStop(`${by}: the stream was not opened by popen, or is closed`);
  return p;
}

function fread(s: HostState, at: number, size: number, count: number, stream: number): number {
  const p = pipe(s, stream, 'fread');
  const want = size * count;
  if (want === 0) return 0;
  const got = Math.min(want, p.bytes.length - p.at);
  s.memory.bytes(at, got, 'fread').set(p.bytes.subarray(p.at, p.at + got));
  p.at += got;
  p.ended ||= got < want;
  return Math.floor(got / size);
}

function pclose(s: HostState, stream: number): number {
  const p = pipe(s, stream, 'pclose');
  pipes.get(s)?.delete(stream);
  s.memory.release(stream);
  return p.status;
}

function clockGettime(s: HostState, clock: number, at: number): number {
  s.memory.check(at, 16, 'clock_gettime');
  const now = os(s).clock(clock !== 0);
  s.memory.view.setBigInt64(at, now / 1_000_000_000n, true);
  s.memory.view.setBigInt64(at + 8, now % 1_000_000_000n, true);
  return 0;
}

export const OS_CALLS: Readonly<Record<string, Builtin>> = {
  open: (s, path, flags, mode) => result(s, os(s).open(s.memory.cstring(path), flags, mode)),
  close: (s, fd) => result(s, fd <= 2 ? -EBADF : os(s).close(fd)),
  read,
  lseek: (s, fd, offset, whence) => result(s, os(s).lseek(fd, offset, whence)),
  unlink: (s, path) => result(s, os(s).unlink(s.memory.cstring(path))),
  rmdir: (s, path) => result(s, os(s).rmdir(s.memory.cstring(path))),
  mkdir: (s, path, mode) => result(s, os(s).mkdir(s.memory.cstring(path), mode)),
  chmod: (s, path, mode) => result(s, os(s).chmod(s.memory.cstring(path), mode)),
  access: (s, path, mode) => result(s, os(s).access(s.memory.cstring(path), mode)),
  rename: (s, from, to) => result(s, os(s).rename(s.memory.cstring(from), s.memory.cstring(to))),
  system: (s, command) => os(s).shell(s.memory.cstring(command), false).status,
  popen,
  pclose,
  fread,
  feof: (s, stream) => (pipe(s, stream, 'feof').ended ? 1 : 0),
  clock_gettime: clockGettime,
  usleep: (s, us) => {
    os(s).sleep(us);
    return 0;
  },
  __errno_location: errnoLocation,
};
