// The whole compiler on one page: source → parse → resolve → check ⇄ comptime → passes → emit → objects.
import { emitModule } from '../emit/emit.ts';
import { compileText, SANITIZER_PASSES } from '../llvm/codegen.ts';
import { loadProgram } from '../resolve/load.ts';
import { targetFacts } from '../resolve/target.ts';
import { type CheckedProgram, checkProgram } from './program.ts';
import type { Session } from './session.ts';

/** Parses, resolves and checks; null after errors (they are in the session's sink). */
export function check(s: Session, bytes: Uint8Array): CheckedProgram | null {
  s.phase = 'parse';
  const program = loadProgram({
    vfs: s.host.vfs, names: s.names, sources: s.sources, sink: s.sink, target: targetFacts(s.options.triple), stdlibRoots: s.options.stdlibRoots,
  }, s.options.file, bytes);
  s.timing.mark('parse');
  if (program === null) return null;
  s.phase = 'check';
  const checked = checkProgram(s, program);
  s.timing.mark('check');
  s.timing.fact('IR insts', String(checked.checker.module.fns.reduce((n, f) => n + (f?.body?.count ?? 0), 0)));
  return s.sink.errorCount > 0 ? null : checked;
}

/** LLVM text of a checked program. */
export function emitText(s: Session, p: CheckedProgram): Uint8Array {
  s.phase = 'emit';
  const o = s.options;
  const text = emitModule(p.checker.module, p.checker.types, {
    triple: o.triple, arch: o.triple.startsWith('aarch64') ? 'aarch64' : 'x86_64', roots: p.roots, entry: p.entry, optLevel: o.opt, sanitizer: o.sanitizer,
    debug: o.debug ? { source: s.sources, mainFile: o.file, compDir: '.' } : null,
  });
  s.timing.mark('emit');
  s.timing.fact('LLVM text', `${text.length} bytes`);
  return text;
}

/** Object code or assembly; a message when LLVM refuses. */
export function generate(s: Session, text: Uint8Array, kind: 'obj' | 'asm'): Uint8Array | { readonly error: string } {
  s.phase = 'llvm';
  const o = s.options;
  const r = compileText(text, {
    triple: o.triple, cpu: o.cpu, opt: o.opt, kind, verify: false, passes: o.sanitizer === null ? undefined : SANITIZER_PASSES[o.sanitizer],
  });
  s.timing.mark('llvm');
  return r.ok ? r.bytes : { error: r.error };
}
