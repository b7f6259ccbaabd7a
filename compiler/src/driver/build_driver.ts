// Runs the build callback that a program registered with on_build (reference 11.10).
import type { CheckedProgram } from './program.ts';
import type { Session } from './session.ts';

/** null on success, else why the build failed. */
export function runBuildDriver(s: Session, p: CheckedProgram): string | null {
  const c = p.checker;
  s.phase = 'build';
  const target = c.comptime.pointee(s.build.onBuild);
  if (target === null || target.kind !== 'fn') return 'on_build was given something that is no function';
  const args = c.usesContext ? [c.comptime.globalAddress(c.defaultContext)] : [];
  const sig = c.module.sigs[c.module.fns[target.id]!.sig]!;
  // BuildOptions is empty, but an aggregate parameter still takes a pointer.
  while (args.length < sig.params.length) args.push(c.comptime.alloc(8, 8));
  const r = c.comptime.call(target.id, args);
  if (!r.ok) return `the build driver '${c.module.fns[target.id]!.display}' failed: ${r.reason}`;
  return Number(r.value ?? 0) !== 0 ? null : `the build driver '${c.module.fns[target.id]!.display}' returned false`;
}
