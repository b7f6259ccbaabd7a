// Takes a command line; gives a running process, started by posix_spawn: Node.js forks a process of hundreds of megabytes for it (5 ms).
import { closeSync, fstatSync, readSync } from 'node:fs';
import { type KoffiLib, openKoffi } from './koffi.ts';

interface Libc {
  posix_spawn(pid: Int32Array, path: string, actions: Uint8Array, attributes: Uint8Array, argv: readonly (string | null)[], env: readonly (string | null)[]): number;
  posix_spawn_file_actions_init(actions: Uint8Array): number;
  posix_spawn_file_actions_adddup2(actions: Uint8Array, from: number, to: number): number;
  posix_spawn_file_actions_destroy(actions: Uint8Array): number;
  posix_spawnattr_init(attributes: Uint8Array): number;
  posix_spawnattr_setflags(attributes: Uint8Array, flags: number): number;
  posix_spawnattr_setsigdefault(attributes: Uint8Array, signals: Uint8Array): number;
  posix_spawnattr_setsigmask(attributes: Uint8Array, signals: Uint8Array): number;
  posix_spawnattr_destroy(attributes: Uint8Array): number;
  waitpid(pid: number, status: Int32Array, options: number): number;
  memfd_create(name: string, flags: number): number;
}

const SIGNATURES: Readonly<Record<keyof Libc, readonly [string, ...string[]]>> = {
  posix_spawn: ['int', 'int*', 'str', 'void*', 'void*', 'char**', 'char**'],
  posix_spawn_file_actions_init: ['int', 'void*'],
  posix_spawn_file_actions_adddup2: ['int', 'void*', 'int', 'int'],
  posix_spawn_file_actions_destroy: ['int', 'void*'],
  posix_spawnattr_init: ['int', 'void*'],
  posix_spawnattr_setflags: ['int', 'void*', 'short'],
  posix_spawnattr_setsigdefault: ['int', 'void*', 'void*'],
  posix_spawnattr_setsigmask: ['int', 'void*', 'void*'],
  posix_spawnattr_destroy: ['int', 'void*'],
  waitpid: ['int', 'int', 'int*', 'int'],
  memfd_create: ['int', 'str', 'uint'],
};

/** Room for the C library's structures: 80 and 336 bytes in glibc, 128 for a set of signals. */
const STRUCT = 512;
const SIGNALS = 128;
const SETSIGDEF = 4;
const SETSIGMASK = 8;
const MFD_CLOEXEC = 1;
const EINTR = 4;

let libc: Libc | null | undefined;

/** The C library where its interface is the one above; null elsewhere (then Node.js starts processes). */
function bind(): Libc | null {
  if (libc !== undefined) return libc;
  libc = null;
  if (process.platform !== 'linux') return null;
  try {
    const lib: KoffiLib = openKoffi().load('libc.so.6');
    const all: Record<string, unknown> = {};
    for (const [name, [result, ...params]] of Object.entries(SIGNATURES)) all[name] = lib.func(name, result, params);
    libc = all as unknown as Libc;
  } catch {
    // No koffi, or another C library.
  }
  return libc;
}

/** Starts a process with our environment and directory whose stdin, stdout and stderr are these descriptors; 0 when it cannot be. */
function start(c: Libc, command: string, args: readonly string[], descriptors: readonly [number, number, number]): number {
  const actions = new Uint8Array(STRUCT);
  const attributes = new Uint8Array(STRUCT);
  c.posix_spawn_file_actions_init(actions);
  c.posix_spawnattr_init(attributes);
  // A descriptor that is copied, also to itself, is not closed at exec; ours are marked to be.
  descriptors.forEach((from, to) => c.posix_spawn_file_actions_adddup2(actions, from, to));
  // Node.js ignores SIGPIPE; programs begin with every signal as the system has it.
  c.posix_spawnattr_setflags(attributes, SETSIGDEF | SETSIGMASK);
  c.posix_spawnattr_setsigdefault(attributes, new Uint8Array(SIGNALS).fill(0xff));
  c.posix_spawnattr_setsigmask(attributes, new Uint8Array(SIGNALS));
  const pid = new Int32Array(1);
  const env = Object.entries(process.env).map(([k, v]) => `${k}=${v}`);
  const error = c.posix_spawn(pid, command, actions, attributes, [command, ...args, null], [...env, null]);
  c.posix_spawn_file_actions_destroy(actions);
  c.posix_spawnattr_destroy(attributes);
  return error === 0 ? pid[0]! : 0;
}

/** Waits for the end; the status as a shell gives it. */
function wait(c: Libc, pid: number): number {
  const status = new Int32Array(1);
  while (c.waitpid(pid, status, 0) !== pid) if (openKoffi().errno() !== EINTR) return -1;
  const signal = status[0]! & 127;
  return signal !== 0 ? 128 + signal : (status[0]! >> 8) & 255;
}

/** Runs an executable by its path on our own descriptors; its status as a shell gives it, null when it could not be started so. */
export function spawnInherited(path: string, args: readonly string[]): number | null {
  const c = bind();
  if (c === null) return null;
  const pid = start(c, path, args, [0, 1, 2]);
  return pid === 0 ? null : wait(c, pid);
}

/** The same with its output collected and nothing to read. It writes to memory, so that no pipe between us can be full. */
export function spawnCollected(path: string, args: readonly string[]): { readonly status: number; readonly stdout: string; readonly stderr: string } | null {
  const c = bind();
  if (c === null) return null;
  const files: number[] = [];
  try {
    for (const name of ['stdin', 'stdout', 'stderr']) {
      const fd = c.memfd_create(name, MFD_CLOEXEC);
      if (fd < 0) return null;
      files.push(fd);
    }
    const pid = start(c, path, args, files as [number, number, number]);
    if (pid === 0) return null;
    const status = wait(c, pid);
    return { status, stdout: content(files[1]!), stderr: content(files[2]!) };
  } finally {
    for (const fd of files) closeSync(fd);
  }
}

function content(fd: number): string {
  const bytes = Buffer.allocUnsafe(fstatSync(fd).size);
  let at = 0;
  while (at < bytes.length) {
    const n = readSync(fd, bytes, at, bytes.length - at, at);
    if (n === 0) break;
    at += n;
  }
  return bytes.toString('utf8', 0, at);
}
