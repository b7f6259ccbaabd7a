// Takes a file and options of the command line; gives its code and executables: what run, build, check and asm share.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { now } from '../base/clock.ts';
import { InternalCompilerError } from '../base/ice.ts';
import { BuildCache, type Compiled } from '../driver/build_cache.ts';
import { isDriven } from '../driver/build_driver.ts';
import { checkedOf, CheckedSlot } from '../driver/checked.ts';
import { DeclaredVfs } from '../driver/declared_vfs.ts';
import { Kept } from '../driver/kept.ts';
import { ModuleStore } from '../driver/modules.ts';
import { type CompileOptions, HOST_TRIPLE } from '../driver/options.ts';
import { check, checkWhole, CodeBuild, llvmFile, missingLlvm, preloadLlvm } from '../driver/pipeline.ts';
import type { CheckedProgram } from '../driver/program.ts';
import { RecordedHost } from '../driver/recorded_host.ts';
import { type Host, Session } from '../driver/session.ts';
import { DirectoryStore, digestOf } from '../host/cache_store.ts';
import { fileCache } from '../host/cache.ts';
import { RealVfs } from '../host/files.ts';
import { linkHost } from '../host/process.ts';
import { makeTempDir, quickTempParent, removeTempDir } from '../host/temp.ts';
import { link, missingLibraries, type LinkOptions } from '../link/link.ts';
import { type Args, BUNDLE_SETTINGS } from './args.ts';
import { helpOf } from './help.ts';
import { keepLibrary, libraryKept } from './library.ts';
import { err, writeAll } from './output.ts';
import { targetProblem } from './target_rules.ts';
import { renderAs, renderDiagnostics } from './report.ts';
import { VERSION } from './version.ts';

export const EXIT_ERRORS = 1;
export const EXIT_USAGE = 2;
export const EXIT_INTERNAL = 70;

/** Where the library is: $SX_STDLIB_PATH, then beside the compiler. */
export function stdlibRoots(): string[] {
  const roots: string[] = [];
  const env = process.env['SX_STDLIB_PATH'];
  if (env !== undefined && env !== '') roots.push(env);
  const here = dirname(process.argv[1] === undefined ? __filename : __filename);
  for (const up of ['../../runtime', '../runtime', 'runtime', '../../library', '../library', 'library']) roots.push(resolve(here, up));
  return roots;
}

export function makeHost(kept: Kept, inputs?: readonly string[]): Host {
  const vfs = inputs === undefined ? new RealVfs() : new DeclaredVfs(new RealVfs(), inputs);
  return {
    kept,
    vfs, write: (fd, bytes) => writeAll(fd, bytes), now,
    native: { ...linkHost, tempDir: makeTempDir, removeTempDir, writeBytes: writeFileSync, readBytes: (path) => readFileSync(path), arch: process.arch === 'arm64' ? 'aarch64' : 'x86_64' },
    c: { ...linkHost, tempDir: makeTempDir, writeFile: (path, content) => writeFileSync(path, content), readFile: (path) => vfs.readFile(path), readOutput: (path) => vfs.readFile(path), cwd: vfs.cwd, cache: fileCache, cc: process.env['SX_CC'] ?? '', variable: (name) => process.env[name] ?? '' },
  };
}

const CACHE_DIR = '.sx-cache';

interface Cached {
  readonly cache: BuildCache;
  readonly store: DirectoryStore;
}

/** The cache of a compilation that is recorded. */
function cacheOf(recorded: RecordedHost): Cached {
  const store = new DirectoryStore(CACHE_DIR);
  return { cache: new BuildCache(store, recorded, [VERSION, digestOf(readFileSync(__filename)), process.version, store.stamp(llvmFile())]), store };
}

/** What a process that runs one command after another keeps. */
export function keptBetweenCommands(): Kept & { readonly checked: CheckedSlot; readonly modules: ModuleStore } {
  const checked = new CheckedSlot(digestOf);
  const modules = new ModuleStore();
  return Object.assign(new Kept(undefined, checked, modules), { checked, modules });
}

export function optionsOf(a: Args, file: string, defaultOpt: 0 | 2): CompileOptions {
  const opt = a.opt ?? defaultOpt;
  return {
    file, triple: a.triple, opt, cpu: a.cpu, cc: a.cc, cflags: a.cflags, sysroot: a.sysroot, features: a.features, stdlibRoots: [...a.moduleRoots, ...stdlibRoots()], sanitizer: a.sanitizer, coverage: a.coverage, debug: a.debug ?? (opt <= 1 || a.keepObject || a.sanitizer !== null), checks: !(a.unchecked && opt > 0), dumpAfter: a.dumpAfter,
    everyBody: a.everyBody, comptimeFfi: a.comptimeFfi, comptimeSteps: a.comptimeSteps, comptimeMemory: a.comptimeMemory, libs: a.libs, libDirs: a.libDirs,
  };
}

/** Bytes of a root file, or the reason it cannot be read. */
export function readRoot(path: string): Uint8Array | string {
  try {
    if (statSync(path).isDirectory()) return `'${path}' is a directory: name a source file`;
    const bytes = readFileSync(path);
    return bytes;
  } catch (e) {
    const code = (e as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return `cannot find '${path}'`;
    if (code === 'EACCES') return `cannot read '${path}': permission denied`;
    return `cannot read '${path}': ${(e as Error).message}`;
  }
}

export interface Opened {
  readonly session: Session;
  readonly bytes: Uint8Array;
  /** Where what the compilation asks of its host is recorded. */
  readonly recorded: RecordedHost | null;
  /** With --cache. */
  readonly cached: Cached | null;
}

/** Commands that go on from a program that is checked; others run its code, in the evaluator or as build programs. */
const GOES_ON: readonly string[] = ['check', 'build'];

/** What a process of one command begins with; it leaves the library's trees to the next one. */
function ownKept(a: Args): Kept {
  const roots = stdlibRoots();
  const kept = libraryKept(roots);
  if (a.command === 'run' || a.command === 'build') process.once('exit', () => keepLibrary(kept, roots));
  return kept;
}

/** A session that goes on from the program that the command before has checked, else a new one; recorded where somebody will ask. */
function begin(a: Args, kept: Kept, options: CompileOptions, root: Uint8Array): Omit<Opened, 'bytes'> {
  const host = makeHost(kept, a.inputs);
  // Dependencies are those of a compilation that looks at its files.
  const caches = a.cache && a.deps === '';
  const plain = a.bundle === '' && a.apk === '' && Object.keys(a.bundleSettings).length === 0;
  const goesOn = GOES_ON.includes(a.command) && plain && !caches;
  const from = (goesOn ? kept.checked?.take(options, root, host.vfs) : kept.checked?.drop()) ?? null;
  const leaves = a.command === 'check' && kept.checked !== undefined && from === null;
  const recorded = caches || leaves ? new RecordedHost(host, digestOf) : null;
  const modules = goesOn && from === null && !options.coverage && options.dumpAfter.length === 0 ? kept.modules?.begin(options, host.vfs.cwd) ?? null : null;
  const used = recorded?.host ?? host;
  return { session: new Session(modules === null ? used : modules.watch(used), options, from, modules), recorded, cached: caches ? cacheOf(recorded!) : null };
}

export function open(a: Args, defaultOpt: 0 | 2): Opened | number {
  const problem = targetProblem(a);
  if (problem !== null) {
    err(`sx ${a.command}: ${problem}\n`);
    return EXIT_USAGE;
  }
  const file = a.files[a.files.length - 1];
  if (file === undefined) {
    err(`sx ${a.command}: no file was given\n\n${helpOf(a.command)}`);
    return EXIT_USAGE;
  }
  const bytes = readRoot(file);
  if (typeof bytes === 'string') {
    err(`error: ${bytes}\n`);
    return EXIT_ERRORS;
  }
  const kept = a.kept ?? ownKept(a);
  const begun = begin(a, kept, optionsOf(a, file, defaultOpt), bytes);
  const { session } = begun;
  a.ends.push(() => session.end());
  const { build } = session;
  build.cliFlags = [...a.lflags, ...a.frameworkDirs.map((d) => `-F${d}`)];
  const bundle = a.bundle !== '' ? a.bundle : a.apk;
  if (bundle !== '') build.settings.set('bundle_path', bundle);
  for (const [name, value] of Object.entries(a.bundleSettings)) build.settings.set(BUNDLE_SETTINGS[name]!, value);
  build.cliOutput = a.output;
  build.defaultOutput = basename(file).replace(/\.sx$/, '');
  build.triple = a.triple;
  build.hostTriple = HOST_TRIPLE;
  build.objects = session.objects;
  return { ...begun, bytes };
}

/** Checks; prints diagnostics; null after errors. */
export function checked(a: Args, o: Opened): CheckedProgram | null {
  const p = guarded(o.session, () => check(o.session, o.bytes));
  report(a, o);
  return p;
}

/** Like `checked`, of one of the files of `sx check`. */
export function checkedWhole(a: Args, o: Opened, told: Set<string> | null): CheckedProgram | null {
  const p = guarded(o.session, () => checkWhole(o.session, o.bytes));
  report(a, o, told);
  return p;
}

/** The status after a check that gave no program: errors', or what compile-time code ended the compiler with. */
export function failedStatus(o: Opened): number { return o.session.sink.ended?.status ?? EXIT_ERRORS; }

/** Leaves a checked program, of which nothing was made, to the next command of this process. */
export function leave(o: Opened, p: CheckedProgram): void {
  const { session, bytes, recorded } = o;
  const left = session.from ?? (recorded === null ? null : checkedOf(session, p, bytes, recorded));
  if (left !== null) session.host.kept?.checked?.put(left);
}

/** Like `checked`, while LLVM is at work on what is checked already. */
async function checkedWith(build: CodeBuild, a: Args, o: Opened): Promise<CheckedProgram | null> {
  const p = await guardedAside(o.session, () => build.check(o.bytes));
  report(a, o);
  return p;
}

/** What there is to say; formats for programs say also that there is nothing. */
function report(a: Args, o: Opened, told: Set<string> | null = null): void {
  const before = told !== null && told.size > 0;
  const text = renderDiagnostics(o.session, a.errorFormat, 0, told);
  if (text === '' || (a.errorFormat === 'human' && o.session.sink.diags.length === 0)) return;
  if (before && a.errorFormat === 'human') err('\n');
  err(text.endsWith('\n') ? text : `${text}\n`);
}

export class CompilerFailure extends Error {}

/** A failure of the compiler itself names phase, file, version and how to see it again. */
export function guarded<T>(s: Session, run: () => T): T {
  try {
    return run();
  } catch (e) {
    throw failure(s, e);
  }
}

export async function guardedAside<T>(s: Session, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (e) {
    throw failure(s, e);
  }
}

export function failure(s: Session, e: unknown): CompilerFailure {
  if (e instanceof CompilerFailure) return e;
  const what = e instanceof InternalCompilerError ? e.message : e instanceof RangeError && /call stack/i.test(e.message) ? 'the program is nested too deeply for the compiler' : String((e as Error).stack ?? e);
  const diags = renderDiagnostics(s, 'human');
  return new CompilerFailure(`${diags}sx: internal compiler error in phase '${s.phase}' of ${s.options.file}: ${what}\n  version ${VERSION}, reproduce with: sx check ${s.options.file}${s.options.triple === '' ? '' : ` --target ${s.options.triple}`}\n${process.env['SX_DEBUG'] ? `${(e as Error).stack}\n` : ''}`);
}

export function needMain(a: Args, o: Opened, hasMain: boolean): boolean {
  if (hasMain) return true;
  const { sink, sources } = o.session;
  const d = sink.error('NO-MAIN', 0, 0, `'${o.session.options.file}' has no \`main\` function: there is nothing to run`);
  err(renderAs(a.errorFormat, [d], sources));
  return false;
}

export function timing(a: Args, s: Session): void {
  if (a.time) err(s.timing.table());
}

export interface Request {
  readonly kind: 'obj' | 'asm';
  /** A program without main is an error. */
  readonly main: boolean;
  /** A build driver that the program registered takes over. */
  readonly driver: boolean;
}

/** Code that `compile` made, now or earlier; `program` is what it was made from when that was now. */
export interface Made extends Compiled { readonly program: CheckedProgram | null }

/** Code, the program that wants to build itself, or the exit status after a report. */
export async function compile(a: Args, o: Opened, q: Request): Promise<Made | { readonly drivenBy: CheckedProgram } | number> {
  const { session, bytes, cached } = o;
  const known = cached?.cache.find(session, bytes, q.kind) ?? null;
  if (known !== null) {
    session.timing.mark('cache');
    report(a, o);
    return q.main && !needMain(a, o, known.hasMain) ? EXIT_ERRORS : { ...known, program: null };
  }
  preloadLlvm();
  const build = new CodeBuild(session, q.kind, availableParallelism());
  const p = await checkedWith(build, a, o);
  if (p === null) return failedStatus(o);
  if (q.main && !needMain(a, o, p.entry !== null)) {
    build.drop();
    return EXIT_ERRORS;
  }
  if (q.driver && isDriven(session)) {
    build.drop();
    return { drivenBy: p };
  }
  const missing = missingLlvm();
  if (missing !== null) {
    err(`error: ${missing}\n`);
    return EXIT_USAGE;
  }
  const shown = session.sink.diags.length;
  const code = await guardedAside(session, () => build.generate(p));
  if (!(code instanceof Uint8Array)) {
    err(code.error === '' ? renderDiagnostics(session, a.errorFormat, shown) : `error: ${code.error}\n`);
    return EXIT_ERRORS;
  }
  cached?.cache.keep(session, p, bytes, q.kind, code);
  return { code, libraries: p.checker.libraries, hasMain: p.entry !== null, objects: session.objects, program: p };
}

/** Up to this size of an object the linker's start is most of linking. */
export const SMALL_OBJECT = 1 << 20;

/** Links to `output`; the path of the executable (with a cache, perhaps the one in it), null after a report. */
export function linkExe(a: Args, o: Opened, made: Made, output: string): string | null {
  const { session, cached } = o;
  const dir = makeTempDir('sx-', made.code.length < SMALL_OBJECT ? quickTempParent() : undefined);
  const path = join(dir, 'main.o');
  const wanted = linkOptions(a, [path, ...made.objects], made.libraries, output, session.build.flags);
  const options = a.command === 'run' ? withoutMissing({ ...wanted, quick: made.code.length < SMALL_OBJECT }) : wanted;
  const known = cached?.cache.findLinked(linkHost, options, made.code) ?? null;
  let error: string | null = null;
  if (known === null) {
    writeFileSync(path, made.code);
    const r = link(linkHost, options);
    error = r.ok ? null : r.error;
    if (r.ok) cached?.cache.keepLinked(linkHost, options, made.code, readFileSync(output));
  }
  removeTempDir(dir);
  session.timing.mark('link');
  if (error !== null) err(`error: ${error}\n`);
  return error !== null ? null : known === null ? output : cached!.store.pathOf(known);
}

/** `sx run` goes on without a library that is not there (reference 12.3). */
function withoutMissing(o: LinkOptions): LinkOptions {
  const missing = missingLibraries(linkHost, o);
  for (const l of missing) err(`warning: library '${l}' was not found: nothing of it can be called\n`);
  return missing.length === 0 ? o : { ...o, libs: o.libs?.filter((l) => !missing.includes(l)) };
}

export function linkOptions(a: Args, objects: readonly string[], libraries: readonly string[], output: string, flags: readonly string[]): LinkOptions {
  return {
    arch: a.triple.startsWith('aarch64') ? 'aarch64' : 'x86_64', objects, output, libs: [...new Set([...libraries.filter((l) => l !== 'c'), ...a.libs])],
    libDirs: a.libDirs, lflags: flags, linker: a.linker, sysroot: a.sysroot, sanitizer: a.sanitizer, static: a.selfContained,
  };
}

