// What a compilation is asked to do.

export type OptLevel = 0 | 1 | 2 | 3;

export interface CompileOptions {
  /** Path of the root file as the user wrote it. */
  readonly file: string;
  readonly triple: string;
  readonly opt: OptLevel;
  /** `native` = the host's with all its features, '' = the architecture's oldest. */
  readonly cpu: string;
  /** As written after --features: `+lse,-neon`. */
  readonly features: string;
  /** The C compiler of `#import c`, '' for SX_CC or the machine's clang. */
  readonly cc: string;
  /** Flags of the C compiler in every `#import c`. */
  readonly cflags: readonly string[];
  /** Root of the target's headers and libraries. */
  readonly sysroot: string;
  /** Directories of the library (import tier 3). */
  readonly stdlibRoots: readonly string[];
  readonly sanitizer: 'thread' | 'address' | null;
  readonly debug: boolean;
  /** Lines outside of the library are counted, and LCOV is written at exit. */
  readonly coverage: boolean;
  /** Run-time checks: on without --opt, and with --opt unless --unchecked. */
  readonly checks: boolean;
  /** The root file's functions are checked whether anything reaches them or not: those of a library. */
  readonly everyBody?: boolean;
  /** Whether code that runs at compile time may call C functions. */
  readonly comptimeFfi: boolean;
  /** Calls and loop rounds that all evaluations together may make, and bytes of memory that they may use. */
  readonly comptimeSteps: number;
  readonly comptimeMemory: number;
  /** Libraries and their directories from the command line. */
  readonly libs: readonly string[];
  readonly libDirs: readonly string[];
  /** Names of passes after which the IR is dumped. */
  readonly dumpAfter: readonly string[];
}

/** Whether a failing program keeps the way an error took. */
export function hasTraces(o: CompileOptions): boolean { return o.opt <= 1; }

/** What a check depends on; the other options are those of code that is made of it. */
export function checkOptions(o: CompileOptions): unknown {
  return { ...o, opt: hasTraces(o), cpu: '', features: '', debug: false, coverage: false };
}

export const COMPTIME_STEPS = 4_000_000_000;
export const COMPTIME_MEMORY = 1024 * 1024 * 1024;

export const HOST_TRIPLE = 'x86_64-linux-gnu';

const SHORTHANDS: Readonly<Record<string, string>> = {
  linux: 'x86_64-linux-gnu', 'linux-x86': 'x86_64-linux-gnu', 'linux-arm': 'aarch64-linux-gnu', 'linux-musl': 'x86_64-linux-musl', 'linux-musl-arm': 'aarch64-linux-musl',
  x86_64: 'x86_64-linux-gnu', aarch64: 'aarch64-linux-gnu',
  macos: 'aarch64-apple-darwin', 'macos-arm': 'aarch64-apple-darwin', 'macos-x86': 'x86_64-apple-darwin', windows: 'x86_64-windows-msvc', 'windows-gnu': 'x86_64-windows-gnu',
  wasm: 'wasm32-unknown-emscripten', wasm32: 'wasm32-unknown-emscripten', emscripten: 'wasm32-unknown-emscripten', wasm64: 'wasm64-unknown-emscripten',
  ios: 'aarch64-apple-ios', 'ios-arm': 'aarch64-apple-ios', 'ios-sim': 'aarch64-apple-ios-simulator', 'ios-sim-arm': 'aarch64-apple-ios-simulator', 'ios-sim-x86': 'x86_64-apple-ios-simulator',
  android: 'aarch64-linux-android', 'android-arm64': 'aarch64-linux-android', 'android-x86_64': 'x86_64-linux-android',
};

/** Processor without --cpu. With none at all, LLVM takes the instructions of x86-64 and schedules them for an i586. */
export function cpuFor(triple: string, written: string): string { return written === '' && triple.startsWith('x86_64') ? 'x86-64' : written; }

/**
 * What every machine of an architecture is taken to have. cmpxchg16b is in all x86-64 processors but the first of 2003;
 * without it LLVM makes 16-byte atomics calls of libatomic, which may lock.
 */
const BASE_FEATURES: readonly (readonly [arch: string, features: string])[] = [['x86_64', '+cx16']];

/** Features for the target machine: the base, the host's for `--cpu native`, what the user wrote (the last word on each wins). */
export function featuresFor(triple: string, native: string, written: string): string {
  const base = BASE_FEATURES.filter(([arch]) => triple.startsWith(arch)).map(([, f]) => f);
  return [...base, native, written].filter((f) => f !== '').join(',');
}

/** What is wrong with a list of features; null when nothing is. */
export function featuresProblem(text: string): string | null {
  const bad = text.split(',').find((f) => !/^[+-][a-z0-9.-]+$/.test(f));
  return bad === undefined ? null : `--features takes a list like +lse,-neon: each starts with + or -, not '${bad}'`;
}

/** A target as written → its triple (reference 15.1). */
export function tripleOf(target: string): string { return SHORTHANDS[target] ?? target; }

export function optLevel(text: string): OptLevel | null {
  switch (text) {
    case 'none': case '0': return 0;
    case 'less': case '1': return 1;
    case 'default': case '2': return 2;
    case 'aggressive': case '3': return 3;
    default: return null;
  }
}
