// Takes nothing; gives what the machine must have: each with a probe, its Debian packages and a sentence for other systems.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The folder of what is kept between clones: SX_CACHE_DIR, else XDG_CACHE_HOME/sx, else ~/.cache/sx. */
export function cacheDir() {
  return process.env.SX_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sx');
}

/** First of `names` found on PATH, as an absolute path, or undefined. */
export function which(...names) {
  for (const name of names) {
    for (const dir of (process.env.PATH ?? '').split(delimiter)) {
      if (dir && existsSync(join(dir, name))) return join(dir, name);
    }
  }
  return undefined;
}

/** Where tools/arm64-libraries puts the C libraries that corpus programs use, for AArch64. */
export const arm64Libraries = () => join(cacheDir(), 'arm64-libraries');

/** Path of libLLVM 19: SX_LLVM_LIB when it names a file, else where the usual packages put it; or undefined. */
export function findLibLLVM() {
  const named = process.env.SX_LLVM_LIB;
  if (named) return existsSync(named) ? named : undefined;
  const dirs = [
    '/usr/lib/llvm-19/lib',
    '/usr/lib64/llvm19/lib',
    '/usr/lib/llvm19/lib',
    '/opt/homebrew/opt/llvm@19/lib',
  ];
  for (const dir of [...dirs, '/usr/local/opt/llvm@19/lib']) {
    const name = ['libLLVM.so.19.1', 'libLLVM-19.so', 'libLLVM.so.19', 'libLLVM.dylib'].find((n) =>
      existsSync(join(dir, n)),
    );
    if (name) return join(dir, name);
  }
  return undefined;
}

const CROSS = ['/usr/aarch64-linux-gnu/lib/libc.so.6', '/usr/aarch64-linux-gnu/sys-root/usr/lib64/libc.so.6'];

function hasSanitizerRuntimes() {
  const dir = '/usr/lib/llvm-19/lib/clang/19/lib/linux';
  return existsSync(dir) && readdirSync(dir).some((f) => f.startsWith('libclang_rt.tsan'));
}

/** Every tool; `quick` ones are needed by the quickstart, the others by the tests only. */
export const requirements = [
  {
    what: 'LLVM 19 shared library',
    version: '19.1',
    debian: ['llvm-19', 'libllvm19'],
    quick: true,
    probe: findLibLLVM,
  },
  {
    what: 'C compiler',
    version: 'gcc 12 or clang 14',
    debian: ['gcc', 'libc6-dev'],
    quick: true,
    probe: () => which('gcc', 'cc'),
  },
  { what: 'C++ compiler', version: 'g++ 12', debian: ['g++'], quick: true, probe: () => which('g++', 'c++') },
  { what: 'lld 19 linker', version: '19.1', debian: ['lld-19'], quick: true, probe: () => which('ld.lld-19') },
  { what: 'Python', version: '3.9', debian: ['python3'], quick: true, probe: () => which('python3') },
  { what: 'LLVM 19 tools and headers', version: '19.1', debian: ['llvm-19-dev'], probe: () => which('llvm-config-19') },
  { what: 'clang 19', version: '19.1', debian: ['clang-19'], probe: () => which('clang-19') },
  {
    what: 'sanitizer runtimes of clang 19',
    version: '19.1',
    debian: ['libclang-rt-19-dev'],
    probe: hasSanitizerRuntimes,
  },
  { what: 'mold linker', version: '1.10', debian: ['mold'], probe: () => which('mold') },
  {
    what: 'qemu-aarch64',
    version: '7.2',
    debian: ['qemu-user'],
    probe: () => which('qemu-aarch64', 'qemu-aarch64-static'),
  },
  {
    what: 'AArch64 cross compiler',
    version: 'gcc 12',
    debian: ['gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross'],
    probe: () => which('aarch64-linux-gnu-gcc') && CROSS.some((f) => existsSync(f)),
  },
  {
    what: 'C libraries that corpus programs use',
    version: 'of the distribution',
    debian: ['zlib1g-dev', 'libsqlite3-dev', 'libpng-dev'],
    probe: () => ['zlib.h', 'sqlite3.h', 'png.h'].every((h) => existsSync(join('/usr/include', h))) || undefined,
  },
  {
    what: 'nginx (a remote cache for the end-to-end checks)',
    version: '1.18',
    debian: ['nginx-light'],
    probe: () => which('nginx') ?? existsSync('/usr/sbin/nginx'),
  },
  { what: 'gdb', version: '13', debian: ['gdb'], probe: () => which('gdb') },
  {
    what: 'cmake and make',
    version: '3.17',
    debian: ['cmake', 'make'],
    probe: () => which('cmake') && which('make', 'ninja'),
  },
  {
    what: 'LLVM 14 library and headers (the second verifier)',
    version: '14.0',
    debian: ['llvm-14-dev'],
    probe: () => existsSync('/usr/lib/llvm-14/lib/libLLVM-14.so') || which('llvm-config-14'),
  },
];
