// The whole compiler on one page: source → parse → resolve → check ⇄ comptime → passes → emit → objects.
import { typeInfoGlobal } from '../check/type_info.ts';
import { emitModule } from '../emit/emit.ts';
import { printModule } from '../ir/print.ts';
import { loadLlvm } from '../llvm/binding.ts';
import { compileText, hostCpu, SANITIZER_PASSES } from '../llvm/codegen.ts';
import { PASSES, runPasses } from '../passes/run.ts';
import { importC } from './c_import.ts';
import { featuresFor } from './options.ts';
import { loadProgram } from '../resolve/load.ts';
import { targetFacts } from '../resolve/target.ts';
import { type CheckedProgram, checkProgram } from './program.ts';
import type { Session } from './session.ts';

const encoder = new TextEncoder();

/** Names that `--dump=after:` takes. */
export const DUMP_POINTS: readonly string[] = ['check', ...PASSES.map((x) => x.name)];

/** Parses, resolves and checks; null after errors (they are in the session's sink). */
export function check(s: Session, bytes: Uint8Array): CheckedProgram | null {
  s.phase = 'parse';
  const program = loadProgram({
    vfs: s.host.vfs, names: s.names, sources: s.sources, sink: s.sink, target: targetFacts(s.options.triple), stdlibRoots: s.options.stdlibRoots,
    importC: s.host.c === undefined ? undefined : (q) => importC(s.host.c!, s.options.triple, q), objects: s.objects,
  }, s.options.file, bytes);
  s.timing.mark('parse');
  if (program === null) return null;
  s.phase = 'check';
  const checked = checkProgram(s, program);
  s.timing.mark('check');
  s.timing.fact('IR insts', String(checked.checker.module.fns.reduce((n, f) => n + (f?.body?.count ?? 0), 0)));
  return s.sink.errorCount > 0 ? null : checked;
}

/** IR → IR, in place; dumps what `--dump=after:<pass>` names. */
export function transform(s: Session, p: CheckedProgram): void {
  const dump = s.options.dumpAfter;
  const err = (text: string): void => s.host.write(2, encoder.encode(text));
  const { module } = p.checker;
  if (dump.includes('check')) err(printModule(module));
  s.phase = 'passes';
  const fns = module.fns.filter((f) => f !== null && f !== undefined && !f.comptimeOnly).map((f) => f.id);
  // At -O0 a pass of ours costs more than LLVM saves (measured: 0.25 s against 0.05 s on 100k lines); above, LLVM gets less to optimise.
  const wanted = PASSES.filter((x) => s.options.opt > 0 || dump.includes(x.name));
  for (const pass of wanted) runPasses(module, [pass.name], { fns, dump: dump.includes(pass.name) ? { after: pass.name, write: err } : undefined });
  s.timing.mark('passes');
}

/** LLVM text of a checked program. */
export function emitText(s: Session, p: CheckedProgram): Uint8Array {
  transform(s, p);
  s.phase = 'emit';
  const o = s.options;
  const text = emitModule(p.checker.module, p.checker.types, {
    triple: o.triple, arch: o.triple.startsWith('aarch64') ? 'aarch64' : 'x86_64', roots: p.roots, entry: p.entry, optLevel: o.opt, sanitizer: o.sanitizer,
    typeInfo: (t) => typeInfoGlobal(p.checker, t),
    debug: o.debug ? { source: s.sources, mainFile: o.file, compDir: '.' } : null,
  });
  s.timing.mark('emit');
  s.timing.fact('LLVM text', `${text.length} bytes`);
  return text;
}

/** Why there is no LLVM to generate code with; null when there is. */
export function missingLlvm(): string | null {
  const found = loadLlvm();
  return found.ok ? null : found.error;
}

/** Object code or assembly; a message when LLVM refuses. */
export function generate(s: Session, text: Uint8Array, kind: 'obj' | 'asm'): Uint8Array | { readonly error: string } {
  s.phase = 'llvm';
  const o = s.options;
  const machine = o.cpu === 'native' ? hostCpu() : { cpu: o.cpu, features: '' };
  const r = compileText(text, {
    triple: o.triple, cpu: machine.cpu, features: featuresFor(o.triple, machine.features, o.features), opt: o.opt, kind, verify: false, passes: o.sanitizer === null ? undefined : SANITIZER_PASSES[o.sanitizer],
  });
  s.timing.mark('llvm');
  return r.ok ? r.bytes : { error: r.error };
}
