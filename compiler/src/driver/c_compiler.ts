// Takes jobs for the C compiler (arguments, what they read); gives their outputs, from the cache when no file they read has changed.
import type { LinkHost } from '../link/host_port.ts';
import type { CMessage } from '../resolve/c_unit.ts';
import { probesOf } from './c_probes.ts';

/** What an earlier compilation kept; see host/cache.ts. */
export interface CCache {
  hash(bytes: Uint8Array | string): string;
  /** Something that changes when the file at `path` is replaced. */
  identity(path: string): string;
  get(key: string): Uint8Array | null;
  put(key: string, bytes: Uint8Array | string): void;
}

export interface CImportHost extends LinkHost {
  /** A fresh folder that is removed when the compiler ends. */
  tempDir(): string;
  writeFile(path: string, content: Uint8Array | string): void;
  /** A file that the result depends on. */
  readFile(path: string): Uint8Array | null;
  /** What a run wrote into a folder of `tempDir`. */
  readOutput(path: string): Uint8Array | null;
  /** A run read files that it did not tell of. */
  untold?(): void;
  readonly cwd: string;
  readonly cache: CCache;
  /** The C compiler that the environment names (SX_CC), '' for none. */
  readonly cc: string;
  /** A variable of the environment, '' when it is not set. */
  variable(name: string): string;
}

export interface CSettings {
  readonly triple: string;
  /** `--cc`, '' for the environment's or the machine's. */
  readonly cc: string;
  readonly sysroot: string;
  /** Flags of every `#import c`, before the unit's own. */
  readonly cflags: readonly string[];
  readonly sanitizer: 'thread' | 'address' | null;
}

/** Goes into every key: raise it when what is kept changes for the same input. */
const FORMAT = 'sx-c-8';

const CLANGS = ['clang-19', 'clang'];

/** Variables by which clang and gcc find headers or take flags. */
const VARIABLES = ['CPATH', 'C_INCLUDE_PATH', 'GCC_EXEC_PREFIX', 'COMPILER_PATH', 'CCC_OVERRIDE_OPTIONS', 'SOURCE_DATE_EPOCH'];

/** The C compiler: `--cc`, SX_CC, clang-19, clang. */
export function findCompiler(host: CImportHost, s: CSettings): { readonly command: string } | { readonly error: string } {
  const [name, from] = s.cc !== '' ? [s.cc, '--cc'] : [host.cc, 'SX_CC'];
  if (name !== '') {
    const command = host.findCommand(name);
    return command === null ? { error: `there is no C compiler '${name}' (${from})` } : { command };
  }
  const command = CLANGS.map((n) => host.findCommand(n)).find((p) => p !== null);
  return command === undefined || command === null
    ? { error: `\`#import c\` needs clang 19 (looked for ${CLANGS.join(', ')}; Debian: clang-19); --cc or SX_CC names another` }
    : { command };
}

/** What other than files and arguments decides what the C compiler makes: which one it is, and the environment. */
export function compilerIdentity(host: CImportHost, s: CSettings): string[] {
  const found = findCompiler(host, s);
  return 'error' in found ? [found.error] : identityOf(host, found.command);
}

const identityOf = (host: CImportHost, command: string): string[] => [host.cache.identity(command), ...VARIABLES.map((n) => host.variable(n))];

export interface Job {
  readonly args: readonly string[];
  /** Flags that decide where headers are looked for. */
  readonly flags: readonly string[];
  /** Text of the file that is compiled, when it is ours. */
  readonly text?: string;
  /** Makes the bytes to be kept, or a failure. `deps` is where the compiler shall list what it reads. */
  readonly run: (dir: string, deps: string) => Uint8Array | string | { readonly failed: string };
}

interface Manifest {
  readonly files: readonly (readonly [path: string, hash: string])[];
  /** Where the compiler looked in vain, or could have: nothing may appear there. */
  readonly absent: readonly string[];
  readonly result: string;
}

/** How many sets of contents of the same files are remembered. */
const VARIANTS = 8;

/** The job's bytes: kept ones while every file that it read is as it was, else made anew. */
export function cached(host: CImportHost, command: string, job: Job): Uint8Array | { readonly failed: string } {
  const { cache } = host;
  const key = cache.hash([FORMAT, ...identityOf(host, command), host.cwd, ...job.args, job.text ?? ''].join('\0'));
  const hashes = new Map<string, string>();
  const hashOf = (path: string): string => {
    let h = hashes.get(path);
    if (h === undefined) {
      const bytes = host.readFile(path);
      h = bytes === null ? '' : cache.hash(bytes);
      hashes.set(path, h);
    }
    return h;
  };
  const variants = manifests(cache.get(`${key}.list`));
  for (const m of variants) {
    if (!m.files.every(([path, hash]) => hashOf(path) === hash) || m.absent.some((path) => host.exists(path))) continue;
    const bytes = cache.get(m.result);
    if (bytes !== null && cache.hash(bytes) === m.result) return bytes;
  }
  const dir = host.tempDir();
  const made = job.run(dir, `${dir}/deps`);
  if (typeof made === 'object' && 'failed' in made) return made;
  const bytes = typeof made === 'string' ? new TextEncoder().encode(made) : made;
  const listed = host.readOutput(`${dir}/deps`);
  if (listed === null) host.untold?.();
  else {
    const files = dependencies(new TextDecoder().decode(listed)).filter((p) => !p.startsWith(`${dir}/`)).map((p) => [p, hashOf(p)] as const);
    const path = searchPath(host, command, job.flags);
    const asked = askedFor(host, files.map(([file]) => file), path.folders);
    if (asked === null || job.args.some((arg) => arg.includes('__has_'))) {
      host.untold?.();
      return bytes;
    }
    const absent = [...new Set([...earlier(files.map(([file]) => file), path.folders), ...asked, ...path.missing])].filter((p) => !host.exists(p));
    const m: Manifest = { files, absent, result: cache.hash(bytes) };
    cache.put(m.result, bytes);
    cache.put(`${key}.list`, JSON.stringify([m, ...variants].slice(0, VARIANTS)));
  }
  return bytes;
}

function manifests(bytes: Uint8Array | null): Manifest[] {
  if (bytes === null) return [];
  try {
    const list = JSON.parse(new TextDecoder().decode(bytes)) as Manifest[];
    return Array.isArray(list) ? list.filter((m) => Array.isArray(m.files) && Array.isArray(m.absent) && typeof m.result === 'string') : [];
  } catch {
    return [];
  }
}

/** The folders in which the compiler looks for headers, in order, and those where it would if they were there. */
function searchPath(host: CImportHost, command: string, flags: readonly string[]): { readonly folders: string[]; readonly missing: string[] } {
  const said = host.run(command, ['-x', 'c', '-E', '-v', ...flags, '/dev/null']).stderr;
  const list = /^#include "\.\.\."[^\n]*\n([\s\S]*?)^End of search list/m.exec(said)?.[1] ?? '';
  return {
    folders: list.split('\n').filter((line) => line.startsWith(' ')).map((line) => line.trim()),
    missing: [...said.matchAll(/^ignoring nonexistent directory "(.*)"$/gm)].map((m) => m[1]!),
  };
}

/** The places before those where `files` were found. */
function earlier(files: readonly string[], path: readonly string[]): string[] {
  const out = new Set<string>();
  for (const file of files) {
    const at = path.findIndex((dir) => file.startsWith(`${dir}/`));
    for (const dir of path.slice(0, Math.max(at, 0))) out.add(`${dir}/${file.slice(path[at]!.length + 1)}`);
  }
  return [...out];
}

/** Where `files` ask for headers that they may not find, or find further on; null when that cannot be told. */
function askedFor(host: CImportHost, files: readonly string[], path: readonly string[]): string[] | null {
  const out: string[] = [];
  const decoder = new TextDecoder();
  for (const file of files) {
    const probes = probesOf(decoder.decode(host.readFile(file) ?? new Uint8Array()));
    if (probes.untold) return null;
    const slash = file.lastIndexOf('/');
    for (const name of probes.beside) out.push(slash < 0 || name.startsWith('/') ? name : `${file.slice(0, slash)}/${name}`);
    for (const name of probes.anywhere) for (const dir of name.startsWith('/') ? [] : path) out.push(`${dir}/${name}`);
    out.push(...probes.anywhere.filter((name) => name.startsWith('/')));
  }
  return out;
}

/** Paths of a make rule as `-MD` writes it. */
function dependencies(rule: string): string[] {
  return (rule.slice(rule.indexOf(': ') + 2).replace(/\\\n/g, ' ').match(/(?:\\.|[^\s\\])+/g) ?? []).map((p) => p.replace(/\\(.)/g, '$1').replace(/\$\$/g, '$'));
}

/** Errors of the C compiler with their places. */
export function messagesOf(stderr: string): CMessage[] {
  const out: CMessage[] = [];
  for (const m of stderr.matchAll(/^(.+?):(\d+):(\d+): (?:fatal )?error: (.*)$/gm)) out.push({ path: m[1]!, line: Number(m[2]), column: Number(m[3]), text: m[4]! });
  return out;
}
