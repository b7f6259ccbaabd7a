// The sx command: takes the command line, calls the driver, prints, exits 0/1/2/70 (or as the program did).
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { InternalCompilerError } from '../base/ice.ts';
import { renderHuman } from '../diagnostics/render_human.ts';
import { runBuildDriver } from '../driver/build_driver.ts';
import type { Kept } from '../driver/kept.ts';
import { type CompileOptions, HOST_TRIPLE } from '../driver/options.ts';
import { check, emitText, generate, generateAside, missingLlvm } from '../driver/pipeline.ts';
import { runInEvaluator } from '../driver/eval_main.ts';
import type { CheckedProgram } from '../driver/program.ts';
import { type Host, Session } from '../driver/session.ts';
import { formatSource } from '../fmt/format.ts';
import { evaluatorOs } from '../host/evaluator_os.ts';
import { RealVfs, writeFileAtomic } from '../host/files.ts';
import { linkHost, runInherited } from '../host/process.ts';
import { makeTempDir, removeTempDir } from '../host/temp.ts';
import { printModule } from '../ir/print.ts';
import { faultText, verifyModule } from '../ir/verify.ts';
import { link } from '../link/link.ts';
import { type Args, COMMANDS, parseArgs } from './args.ts';
import { expandArgumentFiles } from './arg_files.ts';
import { helpOf, USAGE } from './help.ts';
import { err, out, writeAll } from './output.ts';
import { renderDiagnostics } from './report.ts';
import { VERSION } from './version.ts';

const EXIT_ERRORS = 1;
const EXIT_USAGE = 2;
export const EXIT_INTERNAL = 70;

/** Where the library is: $SX_STDLIB_PATH, then beside the compiler. */
function stdlibRoots(): string[] {
  const roots: string[] = [];
  const env = process.env['SX_STDLIB_PATH'];
  if (env !== undefined && env !== '') roots.push(env);
  const here = dirname(process.argv[1] === undefined ? __filename : __filename);
  for (const up of ['../../runtime', '../runtime', 'runtime', '../../library', '../library', 'library']) roots.push(resolve(here, up));
  return roots;
}

function makeHost(kept: Kept | undefined): Host {
  return {
    kept,
    vfs: new RealVfs(), write: (fd, bytes) => writeAll(fd, bytes), now: () => performance.now(), os: evaluatorOs,
    c: { ...linkHost, tempDir: makeTempDir, writeFile: (path, text) => writeFileSync(path, text) },
  };
}

function optionsOf(a: Args, file: string, defaultOpt: 0 | 2): CompileOptions {
  const opt = a.opt ?? defaultOpt;
  return {
    file, triple: a.triple, opt, cpu: a.cpu, features: a.features, stdlibRoots: [...a.moduleRoots, ...stdlibRoots()], sanitizer: a.sanitizer, debug: opt <= 1, evaluateMain: a.exec === 'vm', checks: !(a.unchecked && opt > 0), dumpAfter: a.dumpAfter,
  };
}

/** Bytes of a root file, or the reason it cannot be read. */
function readRoot(path: string): Uint8Array | string {
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

interface Opened { readonly session: Session; readonly bytes: Uint8Array }

function open(a: Args, defaultOpt: 0 | 2): Opened | number {
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
  const session = new Session(makeHost(a.kept), optionsOf(a, file, defaultOpt));
  const { build } = session;
  build.cliFlags = a.lflags;
  build.cliOutput = a.output;
  build.defaultOutput = basename(file).replace(/\.sx$/, '');
  build.triple = a.triple;
  build.hostTriple = HOST_TRIPLE;
  build.objects = session.objects;
  return { session, bytes };
}

/** Checks; prints diagnostics; null after errors. */
function checked(a: Args, o: Opened): CheckedProgram | null {
  const p = guarded(o.session, () => check(o.session, o.bytes));
  const text = renderDiagnostics(o.session, a.errorFormat);
  if (text !== '' && (o.session.sink.diags.length > 0 || a.errorFormat !== 'human')) err(text.endsWith('\n') ? text : `${text}\n`);
  return p;
}

class CompilerFailure extends Error {}

/** A failure of the compiler itself names phase, file, version and how to see it again. */
function guarded<T>(s: Session, run: () => T): T {
  try {
    return run();
  } catch (e) {
    throw failure(s, e);
  }
}

async function guardedAside<T>(s: Session, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (e) {
    throw failure(s, e);
  }
}

function failure(s: Session, e: unknown): CompilerFailure {
  if (e instanceof CompilerFailure) return e;
  const what = e instanceof InternalCompilerError ? e.message : e instanceof RangeError && /call stack/i.test(e.message) ? 'the program is nested too deeply for the compiler' : String((e as Error).stack ?? e);
  const diags = renderDiagnostics(s, 'human');
  return new CompilerFailure(`${diags}sx: internal compiler error in phase '${s.phase}' of ${s.options.file}: ${what}\n  version ${VERSION}, reproduce with: sx check ${s.options.file}${s.options.triple === '' ? '' : ` --target ${s.options.triple}`}\n${process.env['SX_DEBUG'] ? `${(e as Error).stack}\n` : ''}`);
}

function needMain(o: Opened, p: CheckedProgram): boolean {
  if (p.entry !== null) return true;
  err(`error: '${o.session.options.file}' has no \`main\` function: there is nothing to run\n`);
  return false;
}

function timing(a: Args, s: Session): void {
  if (a.time) err(s.timing.table());
}

/** Object or assembly of the program, or the exit status after a report. */
async function codegen(o: Opened, p: CheckedProgram, kind: 'obj' | 'asm'): Promise<Uint8Array | number> {
  const missing = missingLlvm();
  if (missing !== null) {
    err(`error: ${missing}\n`);
    return EXIT_USAGE;
  }
  const code = await guardedAside(o.session, () => generateAside(o.session, p, kind, availableParallelism()));
  if (code instanceof Uint8Array) return code;
  err(`error: ${code.error}\n`);
  return EXIT_ERRORS;
}

function linkExe(a: Args, o: Opened, p: CheckedProgram, object: Uint8Array, output: string): boolean {
  const dir = makeTempDir();
  const path = join(dir, 'main.o');
  writeFileSync(path, object);
  const error = linkObjects(a, [path, ...o.session.objects], p.checker.libraries, output, o.session.build.flags);
  removeTempDir(dir);
  o.session.timing.mark('link');
  if (error !== null) err(`error: ${error}\n`);
  return error === null;
}

/** null on success. */
function linkObjects(a: Args, objects: readonly string[], libraries: readonly string[], output: string, flags: readonly string[]): string | null {
  const r = link(linkHost, {
    arch: a.triple.startsWith('aarch64') ? 'aarch64' : 'x86_64', objects, output, libs: [...new Set([...libraries.filter((l) => l !== 'c'), ...a.libs])],
    libDirs: a.libDirs, lflags: flags, linker: a.linker, sysroot: a.sysroot, sanitizer: a.sanitizer,
  });
  return r.ok ? null : r.error;
}

/** Runs the registered build driver in the evaluator (reference 11.10). */
function buildByProgram(a: Args, o: Opened, p: CheckedProgram): boolean {
  const { build } = o.session;
  const dir = makeTempDir();
  build.actions = {
    emitObject: () => {
      const code = generate(o.session, p, 'obj');
      if (!(code instanceof Uint8Array)) return code;
      const path = join(dir, 'main.o');
      writeFileSync(path, code);
      return path;
    },
    link: (q) => linkObjects(a, q.objects, q.libraries, q.output, q.flags),
  };
  const r = guarded(o.session, () => runBuildDriver(o.session, p));
  removeTempDir(dir);
  if (r === null) return true;
  err(`error: ${r}\n`);
  return false;
}

async function runCommand(a: Args): Promise<number> {
  const o = open(a, 0);
  if (typeof o === 'number') return o;
  if (a.triple.startsWith('wasm')) {
    err(`error: cannot run a '${a.triple}' program here\n`);
    return EXIT_USAGE;
  }
  const p = checked(a, o);
  if (p === null) return EXIT_ERRORS;
  if (!needMain(o, p)) return EXIT_ERRORS;
  if (a.exec === 'vm') {
    if (p.hasTopRun) out('--- build done ---\n');
    return guarded(o.session, () => runInEvaluator(o.session, p));
  }
  const object = await codegen(o, p, 'obj');
  if (typeof object === 'number') return object;
  const dir = makeTempDir();
  const exe = join(dir, basename(a.files.at(-1)!).replace(/\.sx$/, '') || 'program');
  if (!linkExe(a, o, p, object, exe)) return EXIT_ERRORS;
  timing(a, o.session);
  if (p.hasTopRun) out('--- build done ---\n');
  const cross = a.triple.startsWith('aarch64') && process.arch !== 'arm64';
  const status = cross
    ? runInherited(linkHost.findCommand('qemu-aarch64') ?? 'qemu-aarch64-static', ['-L', '/usr/aarch64-linux-gnu', exe, ...a.programArgs])
    : runInherited(exe, a.programArgs);
  removeTempDir(dir);
  return status;
}

async function buildCommand(a: Args): Promise<number> {
  const o = open(a, 0);
  if (typeof o === 'number') return o;
  const p = checked(a, o);
  if (p === null) return EXIT_ERRORS;
  const file = a.files.at(-1)!;
  const base = basename(file).replace(/\.sx$/, '');
  const suffix = { exe: '', obj: '.o', asm: '.s', ir: '.ll' }[a.emit];
  const output = a.emit === 'exe' ? o.session.build.output : a.output !== '' ? a.output : `${base}${suffix}`;
  if ((a.emit === 'exe' || a.needMain) && !needMain(o, p)) return EXIT_ERRORS;
  let ok = true;
  if (a.emit === 'exe' && o.session.build.onBuild !== 0) {
    ok = buildByProgram(a, o, p);
    if (ok) err(`compiled: ${o.session.build.output}\n`);
    timing(a, o.session);
    return ok ? 0 : EXIT_ERRORS;
  }
  if (a.emit === 'ir') writeFileAtomic(output, guarded(o.session, () => emitText(o.session, p)));
  else {
    const code = await codegen(o, p, a.emit === 'asm' ? 'asm' : 'obj');
    if (typeof code === 'number') return code;
    if (a.emit === 'exe') ok = linkExe(a, o, p, code, output);
    else writeFileAtomic(output, code);
  }
  if (ok && !a.quiet) err(`compiled: ${output}\n`);
  timing(a, o.session);
  return ok ? 0 : EXIT_ERRORS;
}

function checkCommand(a: Args): number {
  const files = [...a.files];
  if (a.stdin) files.push(...readFileSync(0, 'utf8').split('\n').filter((l) => l !== ''));
  if (files.length === 0) {
    err(`sx check: no file was given\n\n${helpOf('check')}`);
    return EXIT_USAGE;
  }
  let status = 0;
  for (const file of files) {
    const o = open({ ...a, files: [file] }, 0);
    if (typeof o === 'number') {
      status = Math.max(status, o);
      continue;
    }
    const p = checked(a, o);
    if (p === null) status = Math.max(status, EXIT_ERRORS);
    timing(a, o.session);
  }
  return status;
}

function irCommand(a: Args): number {
  const o = open(a, 2);
  if (typeof o === 'number') return o;
  const p = checked(a, o);
  if (p === null) return EXIT_ERRORS;
  const text = guarded(o.session, () => emitText(o.session, p));
  if (a.output !== '' && a.output !== '-') writeFileAtomic(a.output, text);
  else out(text);
  timing(a, o.session);
  return 0;
}

async function asmCommand(a: Args): Promise<number> {
  const o = open(a, 2);
  if (typeof o === 'number') return o;
  const p = checked(a, o);
  if (p === null) return EXIT_ERRORS;
  const code = await codegen(o, p, 'asm');
  if (typeof code === 'number') return code;
  const output = a.output !== '' ? a.output : `${basename(a.files.at(-1)!).replace(/\.sx$/, '')}.s`;
  if (output === '-') out(code);
  else writeFileAtomic(output, code);
  timing(a, o.session);
  return 0;
}

function irDumpCommand(a: Args): number {
  const o = open(a, 0);
  if (typeof o === 'number') return o;
  const p = checked(a, o);
  if (p === null) return EXIT_ERRORS;
  const { module } = p.checker;
  out(printModule(module));
  const faults = verifyModule(module);
  for (const fault of faults) err(`sx: ${faultText(module, fault)}\n`);
  return faults.length === 0 ? 0 : EXIT_INTERNAL;
}

function fmtCommand(a: Args): number {
  if (a.files.length === 0) {
    err(`sx fmt: no file was given\n\n${helpOf('fmt')}`);
    return EXIT_USAGE;
  }
  let status = 0;
  for (const file of a.files) {
    const bytes = readRoot(file);
    if (typeof bytes === 'string') {
      err(`error: ${bytes}\n`);
      status = EXIT_ERRORS;
      continue;
    }
    const r = formatSource(file, bytes);
    if (r.text === null) {
      err(`${renderHuman(r.diags.slice(0, 1), r.map)}\n`);
      status = EXIT_ERRORS;
      continue;
    }
    const text = Buffer.from(r.text);
    if (Buffer.compare(text, bytes) === 0) continue;
    if (a.check) {
      err(`would reformat: ${file}\n`);
      status = EXIT_ERRORS;
    } else writeFileAtomic(file, text);
  }
  return status;
}

function dispatch(a: Args): number | Promise<number> {
  switch (a.command) {
    case 'run': return runCommand(a);
    case 'build': return buildCommand(a);
    case 'check': return checkCommand(a);
    case 'ir': return irCommand(a);
    case 'asm': return asmCommand(a);
    case 'ir-dump': return irDumpCommand(a);
    case 'fmt': return fmtCommand(a);
    case 'version': out(`sx ${VERSION}\n`); return 0;
    default: out(a.files[0] === undefined ? USAGE : helpOf(a.files[0])); return 0;
  }
}

/**
 * One command; gives its exit status. `kept` is what earlier commands of this process left behind. A long-lived process gets
 * EXIT_INTERNAL for a failure of the compiler's own, after which `kept` is not to be trusted.
 */
export async function runCommandLine(argv: readonly string[], kept?: Kept): Promise<number> {
  const words = expandArgumentFiles(argv);
  const a = typeof words === 'string' ? words : parseArgs(words);
  if (typeof a === 'string') {
    err(`sx: ${a}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  a.kept = kept;
  if (a.help || a.command === '' || a.command === 'help') {
    out(a.command === '' || a.command === 'help' ? helpOf(a.files[0] ?? '') : helpOf(a.command));
    return a.command === '' && !a.help ? EXIT_USAGE : 0;
  }
  if (!COMMANDS.includes(a.command)) {
    err(`sx: unknown command '${a.command}'\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  try {
    return await dispatch(a);
  } catch (e) {
    if (!(e instanceof CompilerFailure)) throw e;
    err(e.message);
    return EXIT_INTERNAL;
  }
}
