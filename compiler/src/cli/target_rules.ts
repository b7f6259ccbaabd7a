// Takes a command line; says what in it this compiler cannot do for the target, and what can be done instead (reference 15.1).
import type { Args } from './args.ts';

const ARCHITECTURES = ['x86_64', 'aarch64', 'arm64', 'wasm32', 'wasm64'];

const isApple = (triple: string): boolean => /-apple-/.test(triple);
const isAndroid = (triple: string): boolean => /-android/.test(triple);

/** null when there is nothing to object to. */
export function targetProblem(a: Args): string | null {
  const { triple } = a;
  const arch = triple.split('-')[0]!;
  if (!ARCHITECTURES.includes(arch)) {
    return `unknown target '${triple}': name a shorthand (linux, linux-arm, macos, windows, …) or a triple of ${ARCHITECTURES.join(', ')}`;
  }
  return bundleProblem(a) ?? codeProblem(a, arch) ?? linkProblem(a);
}

/** Bundles are an Apple application, or an Android package. */
function bundleProblem(a: Args): string | null {
  const { triple } = a;
  if (a.frameworkDirs.length > 0 && !isApple(triple)) return `-F names a directory of frameworks, which only Apple targets have; the target is ${triple}`;
  if (a.bundle !== '' && !isApple(triple)) return `--bundle makes the application bundle of an Apple target; the target is ${triple}`;
  if (a.apk !== '' && !isAndroid(triple)) return `--apk makes the package of an Android target; the target is ${triple}`;
  const first = Object.keys(a.bundleSettings)[0];
  if (first !== undefined && a.bundle === '' && a.apk === '') return `${first} is about a bundle: it needs --bundle or --apk`;
  return null;
}

function codeProblem(a: Args, arch: string): string | null {
  const code = a.command === 'run' || a.command === 'asm' || (a.command === 'build' && a.emit !== 'ir');
  if (!code || !arch.startsWith('wasm')) return null;
  return `code is generated for x86_64 and aarch64: a program for ${a.triple} can be checked (sx check) and its IR be written (sx ir)`;
}

function linkProblem(a: Args): string | null {
  const links = a.command === 'run' || (a.command === 'build' && a.emit === 'exe');
  if (!links || /-linux-gnu/.test(a.triple)) return null;
  if (/-linux-/.test(a.triple)) {
    return a.sysroot !== '' ? null : `linking for ${a.triple} needs that system's C library: give its directory with --sysroot, or build an object (--emit obj)`;
  }
  return a.linker !== '' ? null : `there is no linker for ${a.triple} on this host: name one with --linker, or build an object (--emit obj)`;
}
