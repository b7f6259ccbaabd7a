// The sx command: takes the command line, calls the driver, prints, exits 0/1/2/70 (or as the program did).
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { renderHuman } from '../diagnostics/render_human.ts';
import { runBuildDriver } from '../driver/build_driver.ts';
import { emitText, generate, transform } from '../driver/pipeline.ts';
import type { Kept } from '../driver/kept.ts';
import { runInEvaluator } from '../driver/eval_main.ts';
import type { CheckedProgram } from '../driver/program.ts';
import { formatSource } from '../fmt/format.ts';
import { writeFileAtomic } from '../host/files.ts';
import { linkHost, runInherited } from '../host/process.ts';
import { makeTempDir, mayExecute, quickTempParent, removeTempDir } from '../host/temp.ts';
import { printModule } from '../ir/print.ts';
import { faultText, verifyModule } from '../ir/verify.ts';
import { link } from '../link/link.ts';
import { mergeObjects, unmergeable } from '../link/merge_elf.ts';
import { type Args, COMMANDS, parseArgs } from './args.ts';
import { expandArgumentFiles } from './arg_files.ts';
import { writeDeps } from './deps.ts';
import { explainCommand } from './explain.ts';
import { helpOf, USAGE } from './help.ts';
import { lspCommand } from './lsp.ts';
import { renderDiagnostics } from './report.ts';
import { VERSION } from './version.ts';
import { checked, checkedWhole, compile, CompilerFailure, EXIT_ERRORS, EXIT_INTERNAL, EXIT_USAGE, failedStatus, guarded, leave, linkExe, linkOptions, needMain, open, type Opened, readRoot, SMALL_OBJECT, timing } from './compile.ts';
import { err, out } from './output.ts';

/** Runs the registered build driver in the evaluator (reference 11.10). */
function buildByProgram(a: Args, o: Opened, p: CheckedProgram): boolean {
  const { build } = o.session;
  const dir = makeTempDir();
  build.actions = {
    emitObject: () => {
      const shown = o.session.sink.diags.length;
      const code = generate(o.session, p, 'obj');
      if (!(code instanceof Uint8Array)) {
        if (code.error !== '') return code;
        err(renderDiagnostics(o.session, a.errorFormat, shown));
        return { error: 'the object could not be made' };
      }
      const path = join(dir, 'main.o');
      writeFileSync(path, code);
      return path;
    },
    link: (q) => {
      const linked = link(linkHost, linkOptions(a, q.objects, q.libraries, q.output, q.flags));
      return linked.ok ? null : linked.error;
    },
  };
  const alone = (): string | null => {
    const object = build.actions!.emitObject();
    if (typeof object !== 'string') return object.error;
    build.binaryPath = build.output;
    return build.actions!.link({ objects: [...build.objects, object], output: build.output, libraries: p.checker.libraries, flags: build.flags });
  };
  const r = guarded(o.session, () => runBuildDriver(o.session, p, alone));
  removeTempDir(dir);
  if (r === null) return true;
  if (o.session.sink.ended === null) err(`error: ${r}\n`);
  return false;
}

async function runCommand(a: Args): Promise<number> {
  const o = open(a, 0);
  if (typeof o === 'number') return o;
  if (a.exec === 'vm') return runInVm(a, o);
  const made = await compile(a, o, { kind: 'obj', main: true, driver: false });
  if (typeof made === 'number' || 'drivenBy' in made) return made as number;
  const name = basename(a.files.at(-1)!).replace(/\.sx$/, '') || 'program';
  let dir = makeTempDir('sx-', made.code.length < SMALL_OBJECT ? quickTempParent() : undefined);
  let exe = linkExe(a, o, made, join(dir, name));
  if (exe === null) return EXIT_ERRORS;
  if (!mayExecute(exe)) {
    const elsewhere = makeTempDir();
    copyFileSync(exe, join(elsewhere, name));
    removeTempDir(dir);
    dir = elsewhere;
    exe = join(dir, name);
  }
  timing(a, o.session);
  if (made.program?.hasTopRun) out('--- build done ---\n');
  const cross = a.triple.startsWith('aarch64') && process.arch !== 'arm64';
  const status = cross
    ? runInherited(linkHost.findCommand('qemu-aarch64') ?? 'qemu-aarch64-static', ['-L', '/usr/aarch64-linux-gnu', exe, ...a.programArgs])
    : runInherited(exe, a.programArgs);
  removeTempDir(dir);
  return status;
}

function runInVm(a: Args, o: Opened): number {
  const p = checked(a, o);
  if (p === null) return failedStatus(o);
  if (!needMain(a, o, p.entry !== null)) return EXIT_ERRORS;
  if (p.hasTopRun) out('--- build done ---\n');
  return guarded(o.session, () => runInEvaluator(o.session, p));
}

/** The program's object with those of its `#import c` blocks, or why they do not fit into one. */
function withCObjects(code: Uint8Array, objects: readonly string[]): Uint8Array | string {
  const parts = [code, ...objects.map((f) => new Uint8Array(readFileSync(f)))];
  for (const p of parts.slice(1)) {
    const why = unmergeable(p);
    if (why !== null) return `an object of an \`#import c\` block cannot be part of --emit obj: ${why}; compile its C sources apart and link them`;
  }
  return mergeObjects(parts);
}

async function buildCommand(a: Args): Promise<number> {
  const o = open(a, 0);
  if (typeof o === 'number') return o;
  const base = basename(a.files.at(-1)!).replace(/\.sx$/, '');
  if (a.emit === 'ir') {
    const p = checked(a, o);
    if (p === null) return failedStatus(o);
    if (a.needMain && !needMain(a, o, p.entry !== null)) return EXIT_ERRORS;
    const output = a.output !== '' ? a.output : `${base}.ll`;
    const text = irText(a, o, p);
    if (text === null) return EXIT_ERRORS;
    writeFileAtomic(output, text);
    return built(a, o, output);
  }
  const exe = a.emit === 'exe';
  const made = await compile(a, o, { kind: a.emit === 'asm' ? 'asm' : 'obj', main: exe || a.needMain, driver: exe });
  if (typeof made === 'number') return made;
  if ('drivenBy' in made) {
    const ok = buildByProgram(a, o, made.drivenBy);
    if (ok) err(`compiled: ${o.session.build.output}\n`);
    if (ok && a.deps !== '') writeDeps(a.deps, o.session.build.output, o.session);
    timing(a, o.session);
    return ok ? 0 : failedStatus(o);
  }
  const output = exe ? o.session.build.output : a.output !== '' ? a.output : `${base}${a.emit === 'asm' ? '.s' : '.o'}`;
  if (a.emit === 'obj') {
    const whole = withCObjects(made.code, made.objects);
    if (typeof whole === 'string') {
      err(`error: ${whole}\n`);
      return EXIT_ERRORS;
    }
    writeFileAtomic(output, whole);
  } else if (!exe) writeFileAtomic(output, made.code);
  else {
    const linked = linkExe(a, o, made, output);
    if (linked === null) return EXIT_ERRORS;
    if (a.keepObject) writeFileAtomic('.sx-tmp/main.o', made.code);
    if (linked !== output) writeFileAtomic(output, readFileSync(linked), 0o755);
  }
  return built(a, o, output);
}

function built(a: Args, o: Opened, output: string): number {
  if (a.deps !== '') writeDeps(a.deps, output, o.session);
  if (!a.quiet) err(`compiled: ${output}\n`);
  timing(a, o.session);
  return 0;
}

function checkCommand(a: Args): number {
  const files = [...a.files];
  if (a.stdin) files.push(...readFileSync(0, 'utf8').split('\n').filter((l) => l !== ''));
  if (files.length === 0) {
    err(`sx check: no file was given\n\n${helpOf('check')}`);
    return EXIT_USAGE;
  }
  let status = 0;
  const told = files.length > 1 ? new Set<string>() : null;
  for (const file of files) {
    const o = open({ ...a, files: [file] }, 0);
    if (typeof o === 'number') {
      status = Math.max(status, o);
      continue;
    }
    const p = checkedWhole(a, o, told);
    if (p === null) status = Math.max(status, failedStatus(o));
    else if (a.dumpAfter.length > 0) guarded(o.session, () => transform(o.session, p));
    else leave(o, p);
    if (a.deps !== '') writeDeps(a.deps, file, o.session);
    timing(a, o.session);
  }
  if (status === 0 && a.output !== '') writeFileAtomic(a.output, '');
  return status;
}

/** LLVM text; null after a report of what only emission meets (types that the run-time type table alone needs). */
function irText(a: Args, o: Opened, p: CheckedProgram): Uint8Array | null {
  const { sink } = o.session;
  const shown = sink.diags.length;
  const text = guarded(o.session, () => emitText(o.session, p));
  if (sink.errorCount === 0) return text;
  err(renderDiagnostics(o.session, a.errorFormat, shown));
  return null;
}

function irCommand(a: Args): number {
  const o = open(a, 2);
  if (typeof o === 'number') return o;
  const p = checked(a, o);
  if (p === null) return failedStatus(o);
  const text = irText(a, o, p);
  if (text === null) return EXIT_ERRORS;
  if (a.output !== '' && a.output !== '-') writeFileAtomic(a.output, text);
  else out(text);
  timing(a, o.session);
  return 0;
}

async function asmCommand(a: Args): Promise<number> {
  const o = open(a, 2);
  if (typeof o === 'number') return o;
  const made = await compile(a, o, { kind: 'asm', main: false, driver: false });
  if (typeof made === 'number' || 'drivenBy' in made) return made as number;
  const output = a.output !== '' ? a.output : `${basename(a.files.at(-1)!).replace(/\.sx$/, '')}.s`;
  if (output === '-') out(made.code);
  else writeFileAtomic(output, made.code);
  timing(a, o.session);
  return 0;
}

function irDumpCommand(a: Args): number {
  const o = open(a, 0);
  if (typeof o === 'number') return o;
  const p = checked(a, o);
  if (p === null) return failedStatus(o);
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
    case 'explain': return explainCommand(a.files);
    case 'lsp': return lspCommand(a);
    case 'version': out(`sx ${VERSION}\n`); return 0;
    default: out(a.files[0] === undefined ? USAGE : helpOf(a.files[0])); return 0;
  }
}

/**
 * One command; gives its exit status. `kept` is what earlier commands of this process left behind, `inputs` what alone of the
 * working directory it may read (all when absent). A long-lived process gets
 * EXIT_INTERNAL for a failure of the compiler's own, after which `kept` is not to be trusted.
 */
export async function runCommandLine(argv: readonly string[], kept?: Kept, inputs?: readonly string[]): Promise<number> {
  const words = expandArgumentFiles(argv);
  const a = typeof words === 'string' ? words : parseArgs(words);
  if (typeof a === 'string') {
    err(`sx: ${a}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  a.kept = kept;
  a.inputs = inputs;
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
  } finally {
    for (const end of a.ends) end();
  }
}
