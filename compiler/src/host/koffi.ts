// Takes nothing; gives koffi, which calls functions of shared libraries, loaded on first use.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

/** An address, or a handle of a C library. */
export type Ptr = number | bigint;

export interface Koffi {
  load(path: string, options?: { lazy?: boolean; global?: boolean }): KoffiLib;
  config(options: Record<string, number>): unknown;
  out(type: unknown): unknown;
  pointer(type: unknown, depth?: number): unknown;
  /** Anonymous: named types are global to the process, across reloads of this module. */
  proto(result: string, params: readonly string[]): unknown;
  register(fn: (...args: never[]) => unknown, type: unknown): Ptr;
  view(ptr: Ptr, size: number): ArrayBuffer;
  /** Of the last call of this thread. */
  errno(): number;
  address(value: unknown): Ptr;
  call(ptr: Ptr, proto: unknown, ...args: unknown[]): unknown;
  decode: ((ptr: Ptr, type: unknown) => unknown) & { string?(ptr: Ptr): string };
}

export interface KoffiLib {
  func(name: string, result: unknown, params: readonly unknown[]): (...args: never[]) => unknown;
}

const NATIVE_STACK = 16 << 20;

let koffiModule: Koffi | null = null;

/**
 * koffi's binary itself where npm has put it: the package's own search for it takes 10 ms of a short run, and what its JavaScript
 * adds are warnings about old names. Elsewhere the package finds it.
 */
function requireKoffi(): Koffi {
  const here = typeof __filename === 'string' ? __filename : join(process.cwd(), 'x.js');
  const platform = `${process.platform}-${process.arch}`;
  const roots: string[] = [];
  for (let dir = dirname(here); dir !== dirname(dir); dir = dirname(dir)) roots.push(join(dir, 'node_modules'));
  roots.push(...(process.env['NODE_PATH'] ?? '').split(delimiter).filter((root) => root !== ''));
  for (const root of roots) {
    const path = join(root, '@koromix', `koffi-${platform}`, platform.replace('-', '_'), 'koffi.node');
    if (!existsSync(path)) continue;
    try {
      // What `require` does for a binary, without looking for the package that it belongs to (1 ms).
      const binary = { exports: {} };
      process.dlopen(binary, path);
      return binary.exports as Koffi;
    } catch {
      // Another C library than it was built for.
    }
  }
  return createRequire(here)('koffi') as Koffi;
}

export function openKoffi(): Koffi {
  if (koffiModule !== null) return koffiModule;
  const koffi = requireKoffi();
  try {
    koffi.config({ sync_stack_size: NATIVE_STACK, async_stack_size: NATIVE_STACK });
  } catch {
    // Somebody loaded a library before: the stack keeps its size.
  }
  koffiModule = koffi;
  return koffi;
}

/**
 * Ends a process that has loaded libraries, after its listeners for `exit`: what Node.js, V8 and LLVM would do then (4 ms of a short run) gives
 * memory back that goes with the process. Returns where that is not so: nothing is loaded, or Node.js was told to write something at its end.
 */
export function endAtOnce(status: number): void {
  process.exitCode = status;
  const atEnd = process.env['NODE_V8_COVERAGE'] !== undefined || process.execArgv.some((flag) => /^--(?:cpu-prof|heap-prof|prof|inspect|trace)/.test(flag));
  if (koffiModule === null || process.platform === 'win32' || atEnd) return;
  const exit = koffiModule.load(null as never).func('_exit', 'void', ['int']) as (status: number) => void;
  process.emit('exit', status);
  exit(Number(process.exitCode));
}
