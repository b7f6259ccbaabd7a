// Runs the build callback that a program registered with on_build, or the library's own (reference 11.10, 18 §3).
import type { Checker } from '../check/checker.ts';
import { declVal } from '../check/decls.ts';
import { drainQueue, irFn, plainInst } from '../check/fn.ts';
import { libraryVal } from '../check/library.ts';
import { type Val, VK } from '../check/val.ts';
import { DeclKind } from '../resolve/module.ts';
import { baseOf } from '../source/vfs.ts';
import type { CheckedProgram } from './program.ts';
import type { Session } from './session.ts';

/** Finds the functions that the settings of build programs ask for, so that they are there when the build runs them. */
export function prepareDrivers(c: Checker, s: Session): void {
  const { build } = s;
  const fnOf = (v: Val | null): number => (v !== null && v.k === VK.fn && !v.fn!.generic ? irFn(c, plainInst(c, v.fn!)).id : 0);
  if (build.onBuild === 0 && (build.settings.get('bundle_path') ?? '') !== '') build.driver = fnOf(libraryVal(c, 'default_pipeline', 'modules/build.sx'));
  const module = build.settings.get('post_link_module') ?? '';
  if (module !== '') {
    const named = c.program.root.decls.get(c.names.intern(module));
    const files = named?.kind === DeclKind.namespace ? named.unit!.files : c.program.files.filter((f) => baseOf(f.path) === `${module}.sx`);
    const d = files.map((f) => f.decls.get(c.names.intern('bundle_main'))).find((x) => x !== undefined);
    build.afterLink = d === undefined ? 0 : fnOf(declVal(c, d));
  }
  drainQueue(c);
}

/** Whether a program of its own, not the compiler's linking, makes the executable. */
export function isDriven(s: Session): boolean { return s.build.onBuild !== 0 || s.build.driver !== 0 || (s.build.settings.get('post_link_module') ?? '') !== ''; }

/** null on success, else why the build failed. `link` is the compiler's own way, for a build with nothing but a module after linking. */
export function runBuildDriver(s: Session, p: CheckedProgram, link: () => string | null): string | null {
  const { build } = s;
  s.phase = 'build';
  let error: string | null;
  if (build.onBuild !== 0) {
    const target = p.checker.comptime.pointee(build.onBuild);
    error = target === null || target.kind !== 'fn' ? 'on_build was given something that is no function' : runDriver(p, target.id);
  } else error = build.driver !== 0 ? runDriver(p, build.driver) : link();
  const module = build.settings.get('post_link_module') ?? '';
  if (error !== null || module === '') return error;
  if (build.afterLink === 0) return `no module '${module}' with a function 'bundle_main' is in the program (set_post_link_module)`;
  return runDriver(p, build.afterLink);
}

function runDriver(p: CheckedProgram, id: number): string | null {
  const c = p.checker;
  const args = c.usesContext ? [c.comptime.globalAddress(c.defaultContext)] : [];
  const sig = c.module.sigs[c.module.fns[id]!.sig]!;
  // BuildOptions is empty, but an aggregate parameter still takes a pointer.
  while (args.length < sig.params.length) args.push(c.comptime.alloc(8, 8));
  const r = c.comptime.call(id, args);
  const name = c.module.fns[id]!.display;
  if (!r.ok) return `the build driver '${name}' failed: ${r.reason}`;
  return Number(r.value ?? 0) !== 0 ? null : `the build driver '${name}' returned false`;
}
