// Takes the child's executable and the evaluator's memory; gives the running child: requests, its memory, how it ended.
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { constants as os } from 'node:os';
import type { Koffi } from '../host/koffi.ts';
import { loadLlvm } from '../llvm/binding.ts';
import { type Reply, Request } from './child_text.ts';

/** The child is gone: what its end says. */
export class ChildEnd extends Error {}

interface Libc {
  memfd_create(name: string, flags: number): number;
  ftruncate(fd: number, size: number): number;
  mmap(at: bigint, size: number, prot: number, flags: number, fd: number, offset: number): number | bigint;
  pipe2(fds: Int32Array, flags: number): number;
  posix_spawn(pid: Int32Array, path: string, actions: Uint8Array, attr: null, argv: (string | null)[], env: (string | null)[]): number;
  posix_spawn_file_actions_init(actions: Uint8Array): number;
  posix_spawn_file_actions_adddup2(actions: Uint8Array, from: number, to: number): number;
  posix_spawn_file_actions_destroy(actions: Uint8Array): number;
  waitpid(pid: number, status: Int32Array, options: number): number;
  kill(pid: number, signal: number): number;
  poll(fds: Int32Array, count: number, milliseconds: number): number;
}

const CLOEXEC = 0o2000000;
const MFD_CLOEXEC = 1;
const PROT_RW = 3;
const SHARED_FIXED = 0x11;
const SHARED_FIXED_NOREPLACE = 0x100001;
const MAPPED = 0x10000;
/** Descriptors of the child: memory, requests, replies. */
const [MEMORY_FD, IN_FD, OUT_FD] = [3, 4, 5];
/** Where descriptors are on their way: the memory, requests, replies, the executable. */
const AWAY = 100;
const SIGKILL = 9;
const POLLIN = 1;

let bound: { libc: Libc; koffi: Koffi } | null = null;

function bind(): { libc: Libc; koffi: Koffi } | string {
  if (bound !== null) return bound;
  const found = loadLlvm();
  if (!found.ok) return found.error;
  const { koffi } = found.llvm;
  const lib = koffi.load(null as unknown as string);
  const f = (name: string, result: string, params: string[]): unknown => lib.func(name, result, params);
  bound = {
    koffi,
    libc: {
      memfd_create: f('memfd_create', 'int', ['str', 'uint']),
      ftruncate: f('ftruncate', 'int', ['int', 'int64']),
      mmap: f('mmap', 'uintptr_t', ['uintptr_t', 'size_t', 'int', 'int', 'int', 'int64']),
      pipe2: f('pipe2', 'int', ['int*', 'int']),
      posix_spawn: f('posix_spawn', 'int', ['int*', 'str', 'void*', 'void*', 'char**', 'char**']),
      posix_spawn_file_actions_init: f('posix_spawn_file_actions_init', 'int', ['void*']),
      posix_spawn_file_actions_adddup2: f('posix_spawn_file_actions_adddup2', 'int', ['void*', 'int', 'int']),
      posix_spawn_file_actions_destroy: f('posix_spawn_file_actions_destroy', 'int', ['void*']),
      waitpid: f('waitpid', 'int', ['int', 'int*', 'int']),
      kill: f('kill', 'int', ['int', 'int']),
      poll: f('poll', 'int', ['void*', 'ulong', 'int']),
    } as unknown as Libc,
  };
  return bound;
}

export interface ChildReply {
  readonly kind: Reply;
  readonly value: number;
  readonly errno: number;
  readonly words: Uint8Array;
}

export class Child {
  /** Address of the function that callbacks call. */
  readonly callback: number;
  private alive = true;
  private readonly header = new DataView(new ArrayBuffer(32));
  private readonly atExit = (): void => this.kill();

  private constructor(private readonly libc: Libc, private readonly pid: number, private readonly to: number, private readonly from: number, private readonly mem: number) {
    this.callback = this.reply().value;
    process.on('exit', this.atExit);
  }

  /** Starts the executable; the child gets `memory` (of at most `limit` bytes) at the addresses that the program uses. A text says why not. */
  static start(executable: Uint8Array, memory: WebAssembly.Memory, limit: number): Child | string {
    const b = bind();
    if (typeof b === 'string') return b;
    const { libc, koffi } = b;
    const fd = share(libc, koffi, memory, limit);
    if (typeof fd === 'string') return fd;
    const image = libc.memfd_create('sx-comptime-child', MFD_CLOEXEC);
    if (image < 0) return 'memfd_create failed';
    for (let at = 0; at < executable.length; ) at += writeAt(image, executable.subarray(at), at);
    const up = new Int32Array(2);
    const down = new Int32Array(2);
    if (libc.pipe2(up, CLOEXEC) !== 0 || libc.pipe2(down, CLOEXEC) !== 0) return 'pipe2 failed';
    const actions = new Uint8Array(512);
    libc.posix_spawn_file_actions_init(actions);
    // Out of the way first: the numbers wanted may be taken by the descriptors given.
    const given = [fd, up[0]!, down[1]!, image];
    given.forEach((x, i) => libc.posix_spawn_file_actions_adddup2(actions, x, AWAY + i));
    [MEMORY_FD, IN_FD, OUT_FD].forEach((x, i) => libc.posix_spawn_file_actions_adddup2(actions, AWAY + i, x));
    // Node.js marks its own stdin, stdout and stderr as not inherited; a descriptor copied to itself is.
    for (const x of [0, 1, 2]) libc.posix_spawn_file_actions_adddup2(actions, x, x);
    const pid = new Int32Array(1);
    const exe = `/proc/self/fd/${AWAY + 3}`;
    const env = Object.entries(process.env).map(([k, v]) => `${k}=${v}`);
    const error = libc.posix_spawn(pid, exe, actions, null, ['sx-comptime-child', null], [...env, null]);
    libc.posix_spawn_file_actions_destroy(actions);
    closeSync(fd);
    closeSync(image);
    closeSync(up[0]!);
    closeSync(down[1]!);
    if (error !== 0) return `posix_spawn failed with errno ${error}`;
    let mem: number;
    try {
      mem = openSync(`/proc/${pid[0]}/mem`, 'r+');
    } catch (e) {
      libc.kill(pid[0]!, SIGKILL);
      return `the memory of the child process cannot be opened: ${(e as Error).message}`;
    }
    const child = new Child(libc, pid[0]!, up[1]!, down[0]!, mem);
    const at = child.map(MAPPED, limit - MAPPED, PROT_RW, SHARED_FIXED_NOREPLACE, MEMORY_FD, MAPPED);
    return at === MAPPED ? child : 'the child process cannot map the memory of the evaluator';
  }

  map(at: number, size: number, prot: number, flags: number, fd: number, offset: number): number {
    return this.request(Request.map, at, size, words([prot, flags, fd, offset])).value;
  }

  request(op: Request, a: number, b: number, payload: Uint8Array = new Uint8Array(0)): ChildReply {
    this.send(op, a, b, payload);
    return this.reply();
  }

  send(op: Request, a: number, b: number, payload: Uint8Array): void {
    const all = new Uint8Array(32 + payload.length);
    const v = new DataView(all.buffer);
    [op, a, b, payload.length / 8].forEach((x, i) => v.setBigInt64(8 * i, BigInt(x), true));
    all.set(payload, 32);
    try {
      for (let at = 0; at < all.length; ) at += writeSync(this.to, all, at);
    } catch {
      this.ended();
    }
  }

  /** Whether a reply begins within the time. */
  replies(milliseconds: number): boolean { return this.libc.poll(Int32Array.of(this.from, POLLIN), 1, milliseconds) !== 0; }

  reply(): ChildReply {
    this.get(new Uint8Array(this.header.buffer));
    const word = (i: number): number => Number(this.header.getBigInt64(8 * i, true));
    const [kind, value, errno, n] = [word(0), word(1), word(2), word(3)];
    const payload = new Uint8Array(8 * n);
    this.get(payload);
    return { kind, value, errno, words: payload };
  }

  private get(into: Uint8Array): void {
    for (let at = 0; at < into.length; ) {
      const n = readSync(this.from, into, at, into.length - at, null);
      if (n === 0) this.ended();
      at += n;
    }
  }

  /** Throws what became of it. */
  private ended(): never {
    const status = new Int32Array(1);
    if (this.alive) this.libc.waitpid(this.pid, status, 0);
    this.alive = false;
    const signal = status[0]! & 127;
    const name = Object.entries(os.signals).find(([, v]) => v === signal)?.[0];
    throw new ChildEnd(signal !== 0 ? `was ended by ${name ?? `signal ${signal}`}` : `ended the process with status ${(status[0]! >> 8) & 255}`);
  }

  /** False when some of it is no memory of the child. */
  read(at: number, into: Uint8Array): boolean {
    try {
      return readSync(this.mem, into, 0, into.length, BigInt(at)) === into.length;
    } catch {
      return false;
    }
  }

  /** Also where the child itself cannot write: that is how its code gets there. */
  write(at: number, bytes: Uint8Array): boolean {
    try {
      return writeAt(this.mem, bytes, at) === bytes.length;
    } catch {
      return false;
    }
  }

  region(at: number): { start: number; end: number } | null {
    for (const line of readFileSync(`/proc/${this.pid}/maps`, 'latin1').split('\n')) {
      const m = /^([0-9a-f]+)-([0-9a-f]+) r/.exec(line);
      if (m === null) continue;
      const start = Number.parseInt(m[1]!, 16);
      const end = Number.parseInt(m[2]!, 16);
      if (at >= start && at < end) return { start, end };
    }
    return null;
  }

  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.libc.kill(this.pid, SIGKILL);
    this.libc.waitpid(this.pid, new Int32Array(1), 0);
    // A long-lived process has many children: nothing may stay of one.
    process.off('exit', this.atExit);
    for (const fd of new Set([this.to, this.from, this.mem])) closeSync(fd);
  }
}

/** fs.writeSync takes no bigint position; addresses of user space are exact as numbers. */
function writeAt(fd: number, bytes: Uint8Array, at: number): number { return writeSync(fd, bytes, 0, bytes.length, at); }

export function words(list: readonly number[]): Uint8Array {
  const v = new DataView(new ArrayBuffer(8 * list.length));
  list.forEach((x, i) => v.setBigInt64(8 * i, BigInt(x), true));
  return new Uint8Array(v.buffer);
}

/**
 * Replaces the pages under `memory` by those of a memory file with the same bytes, all of the reserved range up to `limit`, so that
 * growing (which only makes pages accessible) keeps it shared. Gives the file's descriptor.
 */
function share(libc: Libc, koffi: Koffi, memory: WebAssembly.Memory, limit: number): number | string {
  const fd = libc.memfd_create('sx-comptime', 1);
  if (fd < 0 || libc.ftruncate(fd, limit) !== 0) return 'memfd_create failed';
  const u8 = new Uint8Array(memory.buffer);
  const block = 1 << 16;
  const zero = Buffer.alloc(block);
  for (let at = 0; at < u8.length; at += block) {
    const part = Buffer.from(memory.buffer, at, Math.min(block, u8.length - at));
    if (Buffer.compare(part, zero) !== 0) writeAt(fd, part, at);
  }
  const base = BigInt(koffi.address(memory.buffer));
  const size = u8.length;
  const low = libc.mmap(base, size, PROT_RW, SHARED_FIXED, fd, 0);
  const high = size < limit ? libc.mmap(base + BigInt(size), limit - size, 0, SHARED_FIXED, fd, size) : base + BigInt(size);
  return BigInt(low) === base && BigInt(high) === base + BigInt(size) ? fd : 'mmap of the shared memory failed';
}
