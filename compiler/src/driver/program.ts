// Checks a whole program: contexts, impls, main, roots, then bodies on demand (reference 15.3.1).
import { Checker } from '../check/checker.ts';
import { globalAsm } from '../check/asm.ts';
import { assembleContext } from '../check/context.ts';
import { declVal } from '../check/decls.ts';
import { checkErrorSets } from '../check/check_error_sets.ts';
import { checkIntrinsics } from '../check/intrinsics.ts';
import { checkLiveness } from '../check/check_liveness.ts';
import { checkTypeNames } from '../check/check_type_names.ts';
import { checkQueued, drainQueue, irFn, plainInst, resultOf } from '../check/fn.ts';
import { ImplRegistry } from '../check/impls.ts';
import { completeType, infiniteLayout } from '../check/nominal.ts';
import { useChecker } from '../check/apply_type.ts';
import { checkRuntimeCalls } from '../check/runtime_reach.ts';
import { runTopLevel } from '../check/run.ts';
import { checkExternLibraries, checkExternSignatures } from '../check/extern_lib.ts';
import { checkDollarFields } from '../check/dollar_field.ts';
import { checkGenericReturns } from '../check/generic_ret.ts';
import { reportDirective } from '../check/error_directive.ts';
import { FnCtx } from '../check/fn_ctx.ts';
import { retNode } from '../check/fn_sig.ts';
import { VK } from '../check/val.ts';
import { EntryKind, type EntryOptions } from '../emit/options.ts';
import { FnFlag, Node } from '../parse/node.ts';
import { checkReserved } from '../parse/reserved.ts';
import { DeclKind, type Program } from '../resolve/module.ts';
import { targetFacts } from '../resolve/target.ts';
import { Ty } from '../types/types.ts';
import { prepareDrivers } from './build_driver.ts';
import { linkComptime } from './comptime_link.ts';
import { everyBody } from './every_body.ts';
import { hasTraces } from './options.ts';
import type { Session } from './session.ts';

export interface CheckedProgram {
  readonly checker: Checker;
  readonly entry: EntryOptions | null;
  readonly roots: readonly number[];
  /** A side-effect `#run` stands in the root or a flat import: `sx run` says when the build is done. */
  readonly hasTopRun: boolean;
}

/** Bodies between two pauses of checkSteps: a millisecond or two of work. */
const BODIES_A_STEP = 16;

/** What is wrong is in the session's sink. `begun` sees the checker before it has checked anything. */
export function checkProgram(s: Session, program: Program, begun: (c: Checker) => void = () => {}): CheckedProgram {
  const steps = checkSteps(s, program, begun);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * The same with pauses between bodies: what is given then is the program as far as it is known. Its entry, its roots and its
 * module assembly are final, and so is every function that has a body with all that the body names.
 */
export function* checkSteps(s: Session, loaded: Program, begun: (c: Checker) => void = () => {}): Generator<CheckedProgram, CheckedProgram> {
  const joined = s.modules?.join(s, loaded) ?? null;
  const program = joined?.program ?? loaded;
  const c = joined?.checker ?? newChecker(s, program);
  begun(c);
  useChecker(c);
  const hasTopRun = program.files.some((f) => f.flatFromRoot && f.topRuns.length > 0);
  const result = (entry: EntryOptions | null, roots: number[]): CheckedProgram => ({ checker: c, entry, roots, hasTopRun });
  for (const file of program.files) for (const node of file.errors) reportDirective(new FnCtx(c, file, file.tree, null), node);
  for (const file of program.files) for (const node of file.asms) globalAsm(new FnCtx(c, file, file.tree, null), node);
  if (joined !== null) c.impls.ensure();
  else if (!assembleContext(c)) return result(null, []);
  checkExternSignatures(c);
  checkDeclarations(c);
  checkIntrinsics(c);
  checkExternLibraries(c);
  checkGenericReturns(c);
  checkDollarFields(c);
  c.impls.ensure();
  // Found after the bodies, whose types it needs; shown before what names and bodies get wrong (reference 15.3.1).
  const liveness = s.sink.place();
  for (const file of program.files) checkReserved(file.tree, s.names, s.sink);
  checkTypeNames(c);
  const entry = mainEntry(c);
  const roots: number[] = [];
  for (const d of program.outward) exportRoot(c, d, roots);
  while (checkQueued(c, BODIES_A_STEP)) yield result(entry, roots);
  if (s.options.everyBody === true) everyBody(c, program.root, (work) => work());
  s.sink.within(liveness, () => checkLiveness(c, program.root));
  checkErrorSets(c);
  if (s.sink.errorCount === 0) checkRuntimeCalls(c, entry === null ? roots : [entry.mainFn, ...roots]);
  if (s.sink.errorCount === 0) runTopLevel(c);
  drainQueue(c);
  if (s.sink.errorCount === 0) prepareDrivers(c, s);
  s.modules?.leave(s, c, program);
  return result(entry, roots);
}

function newChecker(s: Session, program: Program): Checker {
  const c = new Checker(s.names, s.sources, s.sink, {
    target: targetFacts(s.options.triple, s.options.sanitizer), checks: s.options.checks, traces: hasTraces(s.options), library: s.library,
  });
  c.program = program;
  c.types.onIncomplete = (t) => completeType(c, t);
  c.types.onInfinite = (t) => infiniteLayout(c, t);
  c.impls = new ImplRegistry(c);
  linkComptime(c, s);
  return c;
}

/** Initializers that run code: those of imported files are evaluated when they are needed (reference 11.2). */
const EVALUATED: ReadonlySet<Node> = new Set([Node.Run, Node.Call, Node.Block, Node.If, Node.Match, Node.Catch]);

/** Constants, aliases and globals are looked at whether used or not, but for the library's, which are known to be right. */
function checkDeclarations(c: Checker): void {
  const { library } = c.options;
  for (const d of c.program.decls) {
    const { tree } = d.file;
    // What `#import c` declares is the compiler's own text.
    if (!d.file.isRoot && (tree.file.origin !== 0 || library.some((r) => d.file.path.startsWith(r)))) continue;
    if (d.kind === DeclKind.var_) declVal(c, d);
    else if (d.kind === DeclKind.const_) {
      const value = tree.b[d.node]!;
      const kind = tree.kindOf(value);
      if (!d.file.isRoot && EVALUATED.has(kind)) continue;
      if (kind === Node.Fn || kind === Node.UfcsAlias) {
        if (d.file.isRoot) declVal(c, d);
        continue;
      }
      const v = declVal(c, d);
      if (v.k === VK.type && c.types.nominals[v.cv as number] !== null) c.types.complete(v.cv as number);
    }
  }
}

function exportRoot(c: Checker, d: (typeof c.program.decls)[number], roots: number[]): void {
  if (d.kind !== DeclKind.const_) return;
  const { tree } = d.file;
  const fn = tree.b[d.node]!;
  if (tree.kindOf(fn) !== Node.Fn || (tree.flags[fn]! & FnFlag.export) === 0) return;
  const v = declVal(c, d);
  if (v.k === VK.fn && !v.fn!.generic) roots.push(irFn(c, plainInst(c, v.fn!)).id);
}

/** `main` of the root file: its signature and how its result becomes the exit status (reference 3.5, 9.12). */
function mainEntry(c: Checker): EntryOptions | null {
  const d = c.program.root.decls.get(c.known.main);
  if (d === undefined || d.kind !== DeclKind.const_) return null;
  const { tree } = d.file;
  const node = tree.b[d.node]!;
  if (tree.kindOf(node) !== Node.Fn) return null;
  const v = declVal(c, d);
  if (v.k !== VK.fn) return null;
  const f = new FnCtx(c, d.file, tree, null);
  const decl = v.fn!;
  if (decl.params.length > 0) {
    c.sink.error('MAIN-SIG', f.pos(node), f.end(node), 'main: parameters must be empty');
    return null;
  }
  const inst = plainInst(c, decl);
  const ret = resultOf(c, inst);
  const fn = irFn(c, inst);
  const defaultContext = inst.usesContext ? c.defaultContext : 0;
  const { types } = c;
  const make = (kind: EntryKind): EntryOptions => ({ mainFn: fn.id, kind, defaultContext });
  if (ret === types.void || ret === types.noreturn || ret === types.poison) return make(EntryKind.void);
  if (types.isInt(ret)) return make(EntryKind.int);
  if (types.kind[ret] === Ty.errset) return make(EntryKind.failable);
  if (types.kind[ret] === Ty.tuple && types.b[ret] === 1 && types.lists[ret]!.length === 2 && types.isInt(types.lists[ret]![0]!)) return make(EntryKind.int_failable);
  const at = retNode(decl);
  const where = at === 0 ? node : at;
  c.sink.error('MAIN-SIG', f.pos(where), f.end(where), `main: return type must be void, an integer, or \`!\`; got '${types.text(ret)}'`);
  return null;
}
