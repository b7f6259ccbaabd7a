// Takes C source files; gives their object files by a C compiler (clang-19 first, gcc of the target else).
import type { LinkHost } from './host_port.ts';
import type { LinkArch } from './toolchain.ts';

export interface CcOptions {
  readonly arch: LinkArch;
  readonly source: string;
  readonly output: string;
  readonly flags?: readonly string[];
  readonly opt?: 0 | 1 | 2 | 3;
  readonly sanitizer?: 'thread' | 'address' | null;
}

/** null on success, else the compiler's words. */
export function compileC(host: LinkHost, o: CcOptions): string | null {
  const found = [`${o.arch}-linux-gnu-gcc`, 'clang-19', 'clang', 'cc']
    .map((n) => ({ n, path: host.findCommand(n) }))
    .find((x) => x.path !== null);
  const command = o.sanitizer ? host.findCommand('clang-19') : (found?.path ?? null);
  if (command === null || command === undefined)
    return `no C compiler for ${o.arch} was found (clang-19 or ${o.arch}-linux-gnu-gcc)`;
  const args = ['-c', o.source, '-o', o.output, '-fPIC', `-O${o.opt ?? 0}`];
  if (command.includes('clang')) args.push(`--target=${o.arch}-linux-gnu`);
  if (o.sanitizer) args.push(`-fsanitize=${o.sanitizer}`);
  args.push(...(o.flags ?? []));
  host.makeDirFor(o.output);
  const run = host.run(command, args);
  return run.status === 0
    ? null
    : `compiling '${o.source}' failed: ${command} ended with status ${run.status}\n${run.stderr.trim()}`;
}
