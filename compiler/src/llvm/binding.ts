// Takes nothing; gives the one binding to libLLVM's C API (koffi, loaded on first use) or an error value with a clear message.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Koffi, type KoffiLib, openKoffi, type Ptr } from '../host/koffi.ts';

/** An out parameter: koffi writes element 0. */
export type Out = [Ptr];

const P = 'uintptr_t';
const OUT = 'OUT';

/** name: [result, ...parameters]; OUT is `T **`. */
const SIGNATURES = {
  LLVMContextCreate: [P],
  LLVMContextDispose: ['void', P],
  LLVMContextSetDiagnosticHandler: ['void', P, P, P],
  LLVMGetDiagInfoDescription: [P, P],
  LLVMGetDiagInfoSeverity: ['int', P],
  LLVMCreateMemoryBufferWithMemoryRangeCopy: [P, 'void*', 'size_t', 'str'],
  LLVMDisposeMemoryBuffer: ['void', P],
  LLVMGetBufferStart: [P, P],
  LLVMGetBufferSize: ['size_t', P],
  LLVMParseIRInContext: ['int', P, P, OUT, OUT],
  LLVMDisposeMessage: ['void', P],
  LLVMParseCommandLineOptions: ['void', 'int', 'char**', 'str'],
  LLVMVerifyModule: ['int', P, 'int', OUT],
  LLVMDisposeModule: ['void', P],
  LLVMPrintModuleToString: [P, P],
  LLVMGetTargetFromTriple: ['int', 'str', OUT, OUT],
  LLVMCreateTargetMachine: [P, P, 'str', 'str', 'str', 'int', 'int', 'int'],
  LLVMSetTargetMachineFastISel: ['void', P, 'int'],
  LLVMDisposeTargetMachine: ['void', P],
  LLVMCreateTargetDataLayout: [P, P],
  LLVMSetModuleDataLayout: ['void', P, P],
  LLVMDisposeTargetData: ['void', P],
  LLVMSetTarget: ['void', P, 'str'],
  LLVMTargetMachineEmitToMemoryBuffer: ['int', P, P, 'int', OUT, OUT],
  LLVMCreatePassBuilderOptions: [P],
  LLVMDisposePassBuilderOptions: ['void', P],
  LLVMRunPasses: [P, P, 'str', P, P],
  LLVMGetErrorMessage: [P, P],
  LLVMDisposeErrorMessage: ['void', P],
  LLVMGetHostCPUName: [P],
  LLVMGetHostCPUFeatures: [P],
  LLVMInitializeX86TargetInfo: ['void'],
  LLVMInitializeX86Target: ['void'],
  LLVMInitializeX86TargetMC: ['void'],
  LLVMInitializeX86AsmPrinter: ['void'],
  LLVMInitializeX86AsmParser: ['void'],
  LLVMInitializeAArch64TargetInfo: ['void'],
  LLVMInitializeAArch64Target: ['void'],
  LLVMInitializeAArch64TargetMC: ['void'],
  LLVMInitializeAArch64AsmPrinter: ['void'],
  LLVMInitializeAArch64AsmParser: ['void'],
} as const;

/**
 * LLVMContext::setDiagnosticHandlerCallBack(handler, data, respectFilters). What the C API offers instead cannot respect the filters:
 * it hands over a remark per function (how many instructions it has), from a thread that then waits for ours to listen.
 */
const FILTERED_HANDLER = '_ZN4llvm11LLVMContext28setDiagnosticHandlerCallBackEPFvPKNS_14DiagnosticInfoEPvES4_b';

/** A function of the library; `async` runs it on a thread of libuv's pool and calls back. */
export type LlvmFn = ((...args: readonly unknown[]) => Ptr) & { async(...args: readonly unknown[]): void };

/** Calls a function of the library on a thread of libuv's pool. */
export function aside(fn: LlvmFn, ...args: readonly unknown[]): Promise<Ptr> {
  return new Promise((resolve, reject) => {
    fn.async(...args, (error: unknown, result: Ptr) => (error ? reject(error as Error) : resolve(result)));
  });
}

export type LlvmFns = { readonly [K in keyof typeof SIGNATURES]: LlvmFn };

export interface Llvm {
  readonly c: LlvmFns;
  readonly koffi: Koffi;
  readonly lib: KoffiLib;
  readonly path: string;
  /** Errors and warnings of a context go to a callback, with a key. */
  setHandler(context: Ptr, handler: Ptr, key: number): void;
  /** Text of a C string, which is not freed. */
  text(ptr: Ptr): string;
  /** Text of a message owned by LLVM, which is freed. */
  take(ptr: Ptr): string;
}

export type LlvmResult = { readonly ok: true; readonly llvm: Llvm } | { readonly ok: false; readonly error: string };

export const LLVM_MAJOR = 19;
const OPTIONS = ['sx', '-disable-auto-upgrade-debug-info'];
const RTLD_LAZY = 1;

let loaded: LlvmResult | null = null;

/** Loads libLLVM once. The result is an error value when the library is missing or of another major version. */
export function loadLlvm(): LlvmResult {
  loaded ??= load();
  return loaded;
}

function candidates(): string[] {
  const out: string[] = [];
  const dirs = [
    `/usr/lib/llvm-${LLVM_MAJOR}/lib`,
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/usr/lib64',
    '/usr/local/lib',
    '/usr/lib',
  ];
  for (const dir of dirs) {
    for (const name of [`libLLVM.so.${LLVM_MAJOR}.1`, `libLLVM-${LLVM_MAJOR}.so`, `libLLVM-${LLVM_MAJOR}.so.1`])
      out.push(join(dir, name));
  }
  return out;
}

/** The path of libLLVM: SX_LLVM_LIB, well-known places, then llvm-config. */
function findLibrary(): string | null {
  for (const path of candidates()) if (existsSync(path)) return path;
  for (const tool of [`llvm-config-${LLVM_MAJOR}`, 'llvm-config']) {
    const run = spawnSync(tool, ['--libdir', '--version'], { encoding: 'utf8' });
    if (run.status !== 0) continue;
    const [dir, version] = run.stdout.trim().split('\n');
    if (dir === undefined || !version?.startsWith(`${LLVM_MAJOR}.`) || !existsSync(dir)) continue;
    const name = readdirSync(dir).find(
      (n) => n.startsWith(`libLLVM.so.${LLVM_MAJOR}`) || n === `libLLVM-${LLVM_MAJOR}.so`,
    );
    if (name !== undefined) return join(dir, name);
  }
  return null;
}

/** The library that would be loaded; null when none is found. */
export function libraryPath(): string | null {
  const fixed = process.env['SX_LLVM_LIB'];
  return fixed !== undefined && fixed !== '' ? fixed : findLibrary();
}

/**
 * Maps the library on a thread of libuv's pool: its relocations are most of what loading costs. A failure shows when it is loaded.
 */
export function preload(): void {
  const path = libraryPath();
  if (loaded !== null || path === null || !existsSync(path)) return;
  try {
    const dlopen = openKoffi().load('libc.so.6').func('dlopen', P, ['str', 'int']) as unknown as LlvmFn;
    dlopen.async(path, RTLD_LAZY, () => undefined);
  } catch {
    // Not a system with this C library.
  }
}

function load(): LlvmResult {
  const path = libraryPath();
  if (path === null) {
    return {
      ok: false,
      error: `libLLVM ${LLVM_MAJOR} was not found: install llvm-${LLVM_MAJOR} or set SX_LLVM_LIB to the shared library`,
    };
  }
  if (!existsSync(path)) return { ok: false, error: `SX_LLVM_LIB: no such file '${path}'` };
  try {
    return bind(path);
  } catch (e) {
    return {
      ok: false,
      error: `cannot load '${path}' as libLLVM ${LLVM_MAJOR}: ${e instanceof Error ? e.message : String(e)}`,
    };
  }
}

/** The major version that the library claims, 0 when it is no LLVM (or older than 16, which has no such function). */
function majorOf(lib: KoffiLib, outType: unknown): number {
  try {
    const major: Out = [0];
    (lib.func('LLVMGetVersion', 'void', [outType, outType, outType]) as (...args: readonly unknown[]) => void)(
      major,
      [0],
      [0],
    );
    return Number(BigInt(major[0]) & 0xffffffffn); // the out words are 32 bits wide
  } catch {
    return 0;
  }
}

/** null when the library does not export its C++ names. */
function filteredHandler(lib: KoffiLib): Llvm['setHandler'] | null {
  try {
    const set = lib.func(FILTERED_HANDLER, 'void', [P, P, P, 'bool']) as unknown as LlvmFn;
    return (context, handler, key) => void set(context, handler, key, true);
  } catch {
    return null;
  }
}

function bind(path: string): LlvmResult {
  const koffi = openKoffi();
  const lib = koffi.load(path, { lazy: true });
  const outType = koffi.out(koffi.pointer(P));
  const version = majorOf(lib, outType);
  if (version === 0)
    return { ok: false, error: `'${path}' is not libLLVM ${LLVM_MAJOR} (it does not tell its version)` };
  if (version !== LLVM_MAJOR) return { ok: false, error: `'${path}' is LLVM ${version}; LLVM ${LLVM_MAJOR} is needed` };
  const c: Record<string, LlvmFn> = {};
  for (const [name, sig] of Object.entries(SIGNATURES)) {
    const [result, ...params] = sig as readonly string[];
    c[name] = lib.func(
      name,
      result,
      params.map((p) => (p === OUT ? outType : p)),
    ) as unknown as LlvmFn;
  }
  const fns = c as unknown as LlvmFns;
  const decodeString = koffi.decode.string;
  const text = (ptr: Ptr): string =>
    !ptr ? '' : decodeString ? decodeString(ptr) : String(koffi.decode(ptr, 'string'));
  for (const arch of ['X86', 'AArch64'] as const) {
    for (const part of ['TargetInfo', 'Target', 'TargetMC', 'AsmPrinter', 'AsmParser'] as const)
      fns[`LLVMInitialize${arch}${part}`]();
  }
  // Reading a module would verify it whole when it has debug info, only to drop what an older LLVM may have written.
  fns.LLVMParseCommandLineOptions(OPTIONS.length, OPTIONS, '');
  const take = (ptr: Ptr): string => {
    if (!ptr) return '';
    const s = text(ptr);
    fns.LLVMDisposeMessage(ptr);
    return s;
  };
  const setHandler = filteredHandler(lib) ?? ((context, handler, key) => void fns.LLVMContextSetDiagnosticHandler(context, handler, key));
  return { ok: true, llvm: { c: fns, koffi, lib, path, setHandler, text, take } };
}
