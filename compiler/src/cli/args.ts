// Takes the command line; gives the command with its options, or a usage error.
import type { Kept } from '../driver/kept.ts';
import { DUMP_POINTS } from '../driver/pipeline.ts';
import { COMPTIME_MEMORY, COMPTIME_STEPS, featuresProblem, HOST_TRIPLE, type OptLevel, optLevel, tripleOf } from '../driver/options.ts';

export type ErrorFormat = 'human' | 'json' | 'sarif';

export interface Args {
  command: string;
  files: string[];
  triple: string;
  opt: OptLevel | null;
  output: string;
  time: boolean;
  /** Line tables, functions, variables and types for debuggers; null = below opt default. */
  debug: boolean | null;
  /** No `compiled:` line: build systems call it so. */
  quiet: boolean;
  /** Code and executables of unchanged programs are taken from .sx-cache/. */
  cache: boolean;
  emit: 'exe' | 'obj' | 'asm' | 'ir';
  errorFormat: ErrorFormat;
  dumpAfter: string[];
  check: boolean;
  unchecked: boolean;
  cpu: string;
  features: string;
  libDirs: string[];
  libs: string[];
  lflags: string[];
  linker: string;
  /** The C compiler of `#import c`. */
  cc: string;
  cflags: string[];
  sysroot: string;
  sanitizer: 'thread' | 'address' | null;
  /** Directories that imports are looked for in, before the library's. */
  moduleRoots: string[];
  /** Count lines, and write LCOV at exit. */
  coverage: boolean;
  /** A root file without main is an error, whatever is emitted. */
  needMain: boolean;
  /** `check` looks at functions that nothing reaches, too. */
  everyBody: boolean;
  help: boolean;
  stdin: boolean;
  /** Where the rule of dependencies goes. */
  deps: string;
  comptimeFfi: boolean;
  comptimeSteps: number;
  comptimeMemory: number;
  /** Directories of Apple frameworks. */
  frameworkDirs: string[];
  /** The executable needs no shared library. */
  selfContained: boolean;
  /** `--emit-obj`: the object of an executable stays, in .sx-tmp/main.o. */
  keepObject: boolean;
  bundle: string;
  apk: string;
  /** Further options of a bundle by their spelling. */
  bundleSettings: Record<string, string>;
  /** How `run` executes: a native process, or the evaluator. */
  exec: 'native' | 'vm';
  /** After `--`: the program's own arguments. */
  programArgs: string[];
  /** Not an option: what earlier commands of this process left. */
  kept?: Kept;
  /** What is to be done when the command is over. */
  readonly ends: (() => void)[];
  /** What alone of the working directory may be read; absent = all. */
  inputs?: readonly string[];
}

export const COMMANDS: readonly string[] = ['run', 'build', 'check', 'ir', 'asm', 'ir-dump', 'fmt', 'explain', 'lsp', 'version', 'help'];

/** Options of a bundle, and what build programs call them (modules/build.sx). */
export const BUNDLE_SETTINGS: Readonly<Record<string, string>> = {
  '--manifest': 'manifest_path', '--keystore': 'keystore_path', '--bundle-id': 'bundle_id', '--codesign-identity': 'codesign_identity',
  '--provisioning-profile': 'provisioning_profile', '--entitlements': 'entitlements',
};

const SMALLEST_MEMORY = 32 * 1024 ** 2;
const LARGEST_MEMORY = 4 * 1024 ** 3;

const VALUED: Readonly<Record<string, (a: Args, v: string) => string | null>> = {
  '--target': (a, v) => { a.triple = tripleOf(v); return null; },
  '--cpu': (a, v) => { a.cpu = v; return null; },
  '--features': (a, v) => {
    a.features = a.features === '' ? v : `${a.features},${v}`;
    return featuresProblem(v);
  },
  '--opt': (a, v) => {
    const o = optLevel(v);
    if (o === null) return `--opt takes none, 0, less, 1, default, 2, aggressive or 3, not '${v}'`;
    a.opt = o;
    return null;
  },
  '--debug': (a, v) => {
    if (v !== 'none' && v !== 'full') return `--debug takes none or full, not '${v}'`;
    a.debug = v === 'full';
    return null;
  },
  '-o': (a, v) => { a.output = v; return null; },
  '--output': (a, v) => { a.output = v; return null; },
  '--emit': (a, v) => {
    if (v !== 'exe' && v !== 'obj' && v !== 'asm' && v !== 'ir') return `--emit takes exe, obj, asm or ir, not '${v}'`;
    a.emit = v;
    return null;
  },
  '--error-format': (a, v) => {
    if (v !== 'human' && v !== 'json' && v !== 'sarif') return `--error-format takes human, json or sarif, not '${v}'`;
    a.errorFormat = v;
    return null;
  },
  '--dump': (a, v) => {
    const pass = /^after:(.+)$/.exec(v)?.[1] ?? '';
    if (!DUMP_POINTS.includes(pass)) return `--dump takes after:<pass> with one of ${DUMP_POINTS.join(', ')}; not '${v}'`;
    a.dumpAfter.push(v.slice('after:'.length));
    return null;
  },
  '--exec': (a, v) => {
    if (v !== 'native' && v !== 'vm') return `--exec takes native or vm, not '${v}'`;
    a.exec = v;
    return null;
  },
  '--deps': (a, v) => { a.deps = v; return null; },
  '--comptime-ffi': (a, v) => {
    if (v !== 'allow' && v !== 'deny') return `--comptime-ffi takes allow or deny, not '${v}'`;
    a.comptimeFfi = v === 'allow';
    return null;
  },
  '--comptime-steps': (a, v) => {
    a.comptimeSteps = Number(v);
    return /^\d+$/.test(v) && a.comptimeSteps > 0 ? null : `--comptime-steps takes a number of steps, not '${v}'`;
  },
  '--comptime-memory': (a, v) => {
    const m = /^(\d+)([KMG]?)$/.exec(v);
    if (m === null) return `--comptime-memory takes bytes, with K, M or G, not '${v}'`;
    a.comptimeMemory = Number(m[1]) * 1024 ** '_KMG'.indexOf(m[2] === '' ? '_' : m[2]!);
    return a.comptimeMemory >= SMALLEST_MEMORY && a.comptimeMemory <= LARGEST_MEMORY ? null : '--comptime-memory takes 32M to 4G';
  },
  '--bundle': (a, v) => { a.bundle = v; return null; },
  '--apk': (a, v) => { a.apk = v; return null; },
  ...Object.fromEntries(Object.keys(BUNDLE_SETTINGS).map((name) => [name, (a: Args, v: string) => { a.bundleSettings[name] = v; return null; }])),
  '-F': (a, v) => { a.frameworkDirs.push(v); return null; },
  '-L': (a, v) => { a.libDirs.push(v); return null; },
  '-l': (a, v) => { a.libs.push(v); return null; },
  '--lflags': (a, v) => { a.lflags.push(v); return null; },
  '--module-root': (a, v) => { a.moduleRoots.push(v); return null; },
  '--linker': (a, v) => { a.linker = v; return null; },
  '--cc': (a, v) => { a.cc = v; return null; },
  '--cflags': (a, v) => { a.cflags.push(v); return null; },
  '--sysroot': (a, v) => { a.sysroot = v; return null; },
  '--sanitizer': (a, v) => {
    if (v !== 'none' && v !== 'thread' && v !== 'address') return `--sanitizer takes none, thread or address, not '${v}'`;
    a.sanitizer = v === 'none' ? null : v;
    return null;
  },
};

const FLAGS: Readonly<Record<string, (a: Args) => void>> = {
  // Language clients say how they talk to a server; there is one way.
  '--stdio': () => {},
  '--time': (a) => { a.time = true; },
  '--quiet': (a) => { a.quiet = true; },
  '--cache': (a) => { a.cache = true; },
  '--check': (a) => { a.check = true; },
  '--coverage': (a) => { a.coverage = true; },
  '--need-main': (a) => { a.needMain = true; },
  '--every-body': (a) => { a.everyBody = true; },
  '--unchecked': (a) => { a.unchecked = true; },
  '--self-contained': (a) => { a.selfContained = true; },
  '--no-self-contained': (a) => { a.selfContained = false; },
  '--emit-obj': (a) => { a.keepObject = true; },
  '--stdin-list': (a) => { a.stdin = true; },
  '--help': (a) => { a.help = true; },
  '-h': (a) => { a.help = true; },
};

/** A message when the line cannot be understood. */
export function parseArgs(argv: readonly string[]): Args | string {
  const a: Args = {
    command: '', files: [], triple: HOST_TRIPLE, opt: null, output: '', time: false, debug: null, quiet: false, cache: false, emit: 'exe', errorFormat: 'human', dumpAfter: [], check: false, unchecked: false,
    cpu: '', features: '', libDirs: [], libs: [], lflags: [], linker: '', cc: '', cflags: [], sysroot: '', sanitizer: null, moduleRoots: [], coverage: false, needMain: false, everyBody: false, help: false, stdin: false, exec: 'native',
    frameworkDirs: [], selfContained: false, keepObject: false, bundle: '', apk: '', bundleSettings: {}, deps: '', comptimeFfi: true, comptimeSteps: COMPTIME_STEPS, comptimeMemory: COMPTIME_MEMORY, programArgs: [], ends: [],
  };
  let i = 0;
  while (i < argv.length) {
    const word = argv[i++]!;
    if (word === '--') {
      a.programArgs = argv.slice(i);
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      if (a.command === '') a.command = word;
      else a.files.push(word);
      continue;
    }
    const eq = word.indexOf('=');
    const name = eq > 0 ? word.slice(0, eq) : word;
    if (Object.hasOwn(FLAGS, name)) {
      FLAGS[name]!(a);
      continue;
    }
    const glued = /^(-[LlF])(.+)$/.exec(word);
    const key = glued !== null ? glued[1]! : name;
    if (!Object.hasOwn(VALUED, key)) return `unknown option '${word}'`;
    const value = glued !== null ? glued[2]! : eq > 0 ? word.slice(eq + 1) : argv[i++];
    if (value === undefined) return `option '${key}' needs a value`;
    const problem = VALUED[key]!(a, value);
    if (problem !== null) return problem;
  }
  return a;
}
