// Takes object files and libraries; gives an executable or shared library by the quickest linker that is there.
import type { LinkHost } from './host_port.ts';
import { type CLibrary, findCLibrary, type LinkArch } from './toolchain.ts';

export interface LinkOptions {
  readonly arch: LinkArch;
  readonly objects: readonly string[];
  readonly output: string;
  readonly shared?: boolean;
  readonly static?: boolean;
  /** Names for -l. */
  readonly libs?: readonly string[];
  /** Directories for -L (also run-time search paths of shared libraries found there). */
  readonly libDirs?: readonly string[];
  readonly lflags?: readonly string[];
  readonly sysroot?: string;
  /** `--linker CMD`: a linker, or a C compiler as driver. '' = choose. */
  readonly linker?: string;
  readonly sanitizer?: 'thread' | 'address' | null;
  readonly strip?: boolean;
  /** A small program that runs once: what starts quickest is tried first (planQuick). */
  readonly quick?: boolean;
}

export type LinkResult =
  | { readonly ok: true; readonly linker: string }
  | { readonly ok: false; readonly error: string };

export interface LinkCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** Linkers by measured speed on a 1 MB object: mold 18 ms, lld 50 ms, bfd slower. */
const LINKERS = ['mold', 'ld.lld-19', 'ld.lld'];
/** By the time for one small object and the C library alone, most of it the linker's own start: gold 6 ms, mold 8, lld 20. */
const QUICK_LINKERS = ['ld.gold', ...LINKERS];
const BINUTILS: Readonly<Record<LinkArch, string>> = { x86_64: 'x86_64-linux-gnu-ld', aarch64: 'aarch64-linux-gnu-ld' };
const CLANG = ['clang-19', 'clang'];

const isDriver = (command: string): boolean => /(^|[/-])(gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(-[\d.]+)?$/.test(command);

/** Links; every failure is an error value with the linker's own words. */
export function link(host: LinkHost, o: LinkOptions): LinkResult {
  const quick = planQuick(host, o);
  if (quick !== null) {
    host.makeDirFor(o.output);
    if (host.run(quick.command, quick.args).status === 0) return { ok: true, linker: quick.command };
  }
  const plan = planLink(host, o);
  if (typeof plan === 'string') return { ok: false, error: plan };
  host.makeDirFor(o.output);
  const run = host.run(plan.command, plan.args);
  if (run.status === 0) return { ok: true, linker: plan.command };
  const said = (run.stderr + run.stdout).trim();
  return {
    ok: false,
    error: `linking failed: ${plan.command} ended with status ${run.status}${said === '' ? '' : `\n${said}`}`,
  };
}

/** The command line, or an error message. */
export function planLink(host: LinkHost, o: LinkOptions): LinkCommand | string {
  if (o.sanitizer) return planDriver(host, o, CLANG, [`-fsanitize=${o.sanitizer}`]);
  if (o.linker !== undefined && o.linker !== '') {
    if (isDriver(o.linker)) return planDriver(host, o, [o.linker], []);
    const found = host.findCommand(o.linker) ?? host.findCommand(`ld.${o.linker}`);
    if (found === null) return `linker '${o.linker}' was not found`;
    return planLd(host, o, found);
  }
  for (const name of [...LINKERS, BINUTILS[o.arch]]) {
    const found = host.findCommand(name);
    if (found !== null) return planLd(host, o, found);
  }
  return `no linker was found: install mold or lld-19 (looked for ${LINKERS.join(', ')}, ${BINUTILS[o.arch]})`;
}

/**
 * One object with the C library and nothing else: no search, no scripts, no archives, no startup files but the first. Null where more
 * is asked for. A program that needs more (of libm, of libgcc) is refused by the linker and then linked in full.
 */
export function planQuick(host: LinkHost, o: LinkOptions): LinkCommand | null {
  const asked = [...(o.libs ?? []), ...(o.libDirs ?? []), ...(o.lflags ?? []), ...o.objects.slice(1)];
  if (!o.quick || o.arch !== 'x86_64' || asked.length > 0) return null;
  if (o.static || o.shared || o.sanitizer || o.sysroot || o.linker) return null;
  const lib = findCLibrary(host, o.arch, '');
  const library = lib?.searchDirs.map((d) => `${d}/libc.so.6`).find((path) => host.exists(path));
  if (lib === null || library === undefined) return null;
  const name = QUICK_LINKERS.find((n) => host.findCommand(n) !== null);
  if (name === undefined) return null;
  const command = host.findCommand(name)!;
  const head = ['-o', o.output, '-m', lib.emulation, '--hash-style=gnu', '--eh-frame-hdr', '-pie', '-dynamic-linker', lib.dynamicLinker];
  return { command, args: [...head, `${lib.crtDir}/Scrt1.o`, ...o.objects, library] };
}

/** Libraries of the program that are nowhere to be found. */
export function missingLibraries(host: LinkHost, o: LinkOptions): string[] {
  const lib = findCLibrary(host, o.arch, o.sysroot ?? '');
  if (lib === null) return [];
  const flagged = (o.lflags ?? []).filter((f) => f.startsWith('-L')).map((f) => f.slice(2));
  const dirs = [...(o.libDirs ?? []), ...flagged, ...lib.searchDirs];
  return (o.libs ?? []).filter((l) => l !== 'c' && l !== 'm' && !dirs.some((d) => host.exists(`${d}/lib${l}.so`) || host.exists(`${d}/lib${l}.a`)));
}

function libraryArgs(o: LinkOptions): string[] {
  const out: string[] = [];
  for (const d of o.libDirs ?? []) out.push(`-L${d}`);
  for (const l of o.libs ?? []) if (l !== 'c' && l !== 'm') out.push(`-l${l}`);
  return out;
}

function planDriver(
  host: LinkHost,
  o: LinkOptions,
  names: readonly string[],
  extra: readonly string[],
): LinkCommand | string {
  const found = names.map((n) => host.findCommand(n)).find((c) => c !== null);
  if (found === undefined || found === null) return `'${names[0]}' is needed to link this program and was not found`;
  const args = [...extra, '-o', o.output];
  if (found.includes('clang')) args.push(`--target=${o.arch}-linux-gnu`, '-fuse-ld=lld');
  if (o.sysroot) args.push(`--sysroot=${o.sysroot}`);
  if (o.shared) args.push('-shared');
  if (o.static) args.push('-static');
  if (o.strip) args.push('-s');
  for (const d of o.libDirs ?? []) args.push(`-Wl,-rpath,${d}`);
  args.push(...o.objects, ...libraryArgs(o), ...(o.lflags ?? []), '-lm');
  return { command: found, args };
}

function planLd(host: LinkHost, o: LinkOptions, command: string): LinkCommand | string {
  const lib = findCLibrary(host, o.arch, o.sysroot ?? '');
  if (lib === null) {
    return `no C library for ${o.arch} was found${o.sysroot ? ` under '${o.sysroot}'` : ''} (Scrt1.o): install libc6-dev${o.arch === 'aarch64' ? '-arm64-cross' : ''}`;
  }
  const args = ['-o', o.output, '-m', lib.emulation, '--hash-style=gnu', '--eh-frame-hdr'];
  if (o.sysroot) args.push(`--sysroot=${o.sysroot}`);
  if (o.strip) args.push('-s');
  if (o.shared) args.push('-shared');
  else if (o.static) args.push('-static');
  else args.push('-pie', '-dynamic-linker', lib.dynamicLinker);
  args.push(...startFiles(host, o, lib));
  for (const d of o.libDirs ?? []) args.push('-rpath', d);
  args.push(...o.objects, ...libraryArgs(o));
  for (const d of lib.searchDirs) args.push(`-L${d}`);
  args.push(...linkerFlags(o.lflags ?? []));
  const gcc = lib.gccDir !== '';
  if (o.static) args.push('--start-group', '-lm', '-lc', ...(gcc ? ['-lgcc', '-lgcc_eh'] : []), '--end-group');
  else
    args.push(
      '--as-needed',
      '-lm',
      '--no-as-needed',
      '-lc',
      ...(gcc ? ['-lgcc', '--as-needed', '-lgcc_s', '--no-as-needed'] : []),
    );
  args.push(...endFiles(o, lib));
  return { command, args };
}

function startFiles(host: LinkHost, o: LinkOptions, lib: CLibrary): string[] {
  const out: string[] = [];
  if (!o.shared) out.push(`${lib.crtDir}/${o.static ? 'crt1.o' : 'Scrt1.o'}`);
  out.push(`${lib.crtDir}/crti.o`);
  if (lib.gccDir !== '') {
    const begin = `${lib.gccDir}/${o.static ? 'crtbeginT.o' : 'crtbeginS.o'}`;
    out.push(host.exists(begin) ? begin : `${lib.gccDir}/crtbegin.o`);
  }
  return out;
}

function endFiles(o: LinkOptions, lib: CLibrary): string[] {
  const out: string[] = [];
  if (lib.gccDir !== '') out.push(`${lib.gccDir}/${o.static ? 'crtend.o' : 'crtendS.o'}`);
  out.push(`${lib.crtDir}/crtn.o`);
  return out;
}

/** `--lflags` are written for a C compiler: `-Wl,a,b` becomes `a b`. */
function linkerFlags(flags: readonly string[]): string[] {
  const out: string[] = [];
  for (const f of flags) {
    if (f.startsWith('-Wl,')) out.push(...f.slice(4).split(','));
    else if (f !== '-pthread') out.push(f);
  }
  return out;
}
