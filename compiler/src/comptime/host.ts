// Takes calls of extern functions; gives the C library the evaluator carries itself: memory, output, exit, the trace ring.
import { EXIT_ABORT, type VmMemory, VmStop } from './memory.ts';
import type { NativeFactory } from './native.ts';

/** A frame of the error return trace, as the program recorded it. */
export interface TraceEntry {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  readonly func: string;
  readonly lineText: string;
}

/** A function of the host: receives registers as they are (64-bit integers and pointers as bigint). */
export type HostFn = (args: readonly (number | bigint)[]) => number | bigint | undefined;

/** What the evaluator asks of the session that owns it. */
export interface VmHost {
  /** Makes sure that the body of a function is in the module; false when it has errors. */
  ensureBody(fn: number): boolean;
  /** Whether the body of a function is being checked now (and asked for this evaluation). */
  isOpen?(fn: number): boolean;
  /** Output of the program: fd 1 or 2. */
  write(fd: number, bytes: Uint8Array): void;
  /** A host function that is not built in (a native call, a compiler hook); null when there is none. Asked before the built-in ones. */
  symbol?(name: string): HostFn | null;
  /** Makes the child process in which C functions run; calls of them end the evaluation where it is absent. */
  readonly native?: NativeFactory;
  /** The program opened a file for reading. */
  opened?(path: string): void;
  /** Code at `pos` that is about to run makes a number of an address, or compares two. */
  readonly seesAddress?: ((pos: number) => void) | undefined;
  /** Such code takes values of these types for something else (Module.insights). */
  readonly looksInto?: ((pos: number, types: readonly number[]) => void) | undefined;
  /** Why there is no child process. */
  readonly noNative?: string;
  /** Address of the TypeInfo record of a type. */
  typeInfo?(type: number): number;
}

const RING = 32;

/** The ring of return-trace frames: the newest 32 stay. */
export class TraceRing {
  private frames: number[] = [];
  truncated = false;

  push(frame: number): void {
    this.frames.push(frame);
    if (this.frames.length > RING) {
      this.frames.shift();
      this.truncated = true;
    }
  }
  clear(): void {
    this.frames = [];
    this.truncated = false;
  }
  get length(): number { return this.frames.length; }
  at(i: number): number { return this.frames[i] ?? 0; }

  /** The recorded frames, oldest first, read from TraceFrame {file: string, line: i32, col: i32, func: string, line_text: string}. */
  read(memory: VmMemory): TraceEntry[] {
    const text = (at: number): string => {
      const data = Number(memory.view.getBigUint64(at, true));
      const length = Number(memory.view.getBigUint64(at + 8, true));
      return new TextDecoder().decode(memory.bytes(data, length));
    };
    const out: TraceEntry[] = [];
    for (const f of this.frames) {
      try {
        const at = memory.check(f, 56, 'trace frame');
        out.push({
          file: text(at), line: memory.view.getInt32(at + 16, true), col: memory.view.getInt32(at + 20, true),
          func: text(at + 24), lineText: text(at + 40),
        });
      } catch (e) {
        if (!(e instanceof VmStop)) throw e;
      }
    }
    return out;
  }
}

/** What built-in functions work on. */
export interface HostState {
  readonly memory: VmMemory;
  readonly host: VmHost;
  readonly trace: TraceRing;
  /** Display names of the running functions, innermost first. */
  running(): string[];
  /** Calls a C function of integer arguments and result in the child. */
  forward(symbol: string, args: readonly number[]): number;
  /** The program's errno. */
  readonly errnoAt: number;
}

/** Arguments and the result are plain numbers (64-bit values are exact up to 2^53); nothing for functions without a result. */
export type Builtin = (s: HostState, a: number, b: number, c: number, d: number) => unknown;

const encoder = new TextEncoder();

function output(s: HostState, fd: number, at: number, n: number): number {
  if (fd !== 1 && fd !== 2) return s.forward('write', [fd, at, n]);
  s.host.write(fd, s.memory.bytes(at, n, 'write').slice());
  return n;
}

function say(s: HostState, fd: number, text: string): void { s.host.write(fd, encoder.encode(text)); }

function exit(code: number): never {
  throw new VmStop(`the program called exit(${code & 0xff})`, code & 0xff);
}

function compare(s: HostState, a: number, b: number, limit: number): number {
  for (let i = 0; i < limit; i++) {
    const x = s.memory.bytes(a + i, 1, 'strcmp')[0]!;
    const y = s.memory.bytes(b + i, 1, 'strcmp')[0]!;
    if (x !== y) return x - y;
    if (x === 0) return 0;
  }
  return 0;
}

function calloc(s: HostState, n: number, size: number): number {
  const at = s.memory.malloc(n * size);
  s.memory.u8.fill(0, at, at + n * size);
  return at;
}

export const BUILTINS: Readonly<Record<string, Builtin>> = {
  malloc: (s, n) => s.memory.malloc(n),
  calloc,
  realloc: (s, p, n) => (s.memory.isForeign(p) ? s.forward('realloc', [p, n]) : s.memory.realloc(p, n)),
  free: (s, p) => (s.memory.isForeign(p) ? s.forward('free', [p]) : s.memory.release(p)),
  aligned_alloc: (s, align, n) => s.memory.alignedMalloc(align, n),
  posix_memalign: (s, out, align, n) => {
    const place = s.memory.check(out, 8, 'posix_memalign');
    s.memory.view.setBigUint64(place, BigInt(s.memory.alignedMalloc(align, n)), true);
    return 0;
  },
  memcpy: (s, d, p, n) => {
    const to = s.memory.check(d, n, 'memcpy');
    const from = s.memory.check(p, n, 'memcpy');
    s.memory.u8.copyWithin(to, from, from + n);
    return d;
  },
  memset: (s, d, v, n) => {
    s.memory.bytes(d, n, 'memset').fill(v);
    return d;
  },
  memcmp: (s, a, b, n) => {
    const x = s.memory.bytes(a, n, 'memcmp');
    const y = s.memory.bytes(b, n, 'memcmp');
    for (let i = 0; i < n; i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
    return 0;
  },
  memchr: (s, p, v, n) => {
    const i = s.memory.bytes(p, n, 'memchr').indexOf(v & 0xff);
    return i < 0 ? 0 : p + i;
  },
  strlen: (s, p) => s.memory.strlen(p),
  strcmp: (s, a, b) => compare(s, a, b, Number.POSITIVE_INFINITY),
  strncmp: compare,
  toupper: (_s, c) => (c >= 97 && c <= 122 ? c - 32 : c),
  tolower: (_s, c) => (c >= 65 && c <= 90 ? c + 32 : c),
  isdigit: (_s, c) => (c >= 48 && c <= 57 ? 1 : 0),
  abs: (_s, v) => Math.abs(v),
  write: output,
  puts: (s, p) => {
    say(s, 1, s.memory.cstring(p) + '\n');
    return 1;
  },
  putchar: (s, c) => {
    s.host.write(1, Uint8Array.of(c & 0xff));
    return c & 0xff;
  },
  fflush: () => 0,
  abort: () => {
    throw new VmStop('the program called abort()', EXIT_ABORT);
  },
  exit: (_s, code) => exit(code),
  _exit: (_s, code) => exit(code),
  __errno_location: (s) => s.errnoAt,
  sx_trace_push: (s, frame) => s.trace.push(frame),
  sx_trace_clear: (s) => s.trace.clear(),
  sx_trace_len: (s) => s.trace.length,
  sx_trace_truncated: (s) => (s.trace.truncated ? 1 : 0),
  sx_trace_frame_at: (s, i) => s.trace.at(i),
  sx_trace_report_unhandled: (s, _tag, name, n) => {
    say(s, 2, `error: unhandled error reached main: error.${new TextDecoder().decode(s.memory.bytes(name, n))}\n`);
  },
  __interp_print_frames: (s) => {
    say(s, 1, 'comptime call frames (most recent call last):\n' + s.running().slice(1).reverse().map((f) => `  at ${f}\n`).join(''));
  },
};
for (const [alias, name] of [['memmove', 'memcpy'], ['_Exit', '_exit']] as const) {
  (BUILTINS as Record<string, Builtin>)[alias] = BUILTINS[name]!;
}

export const hasBuiltin = (name: string): boolean => Object.hasOwn(BUILTINS, name);
