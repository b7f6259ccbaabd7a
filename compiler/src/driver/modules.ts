// Takes programs that one process checks one after another; gives each the modules that an earlier one has checked, when they mean the same
// in it: docs/plan/PLAN-WORKER-MODULES.md.
import { hasOpenLambdas } from '../check/check_error_sets.ts';
import type { Checker } from '../check/checker.ts';
import { holdsFor } from '../check/question.ts';
import { Linkage } from '../ir/module.ts';
import { farImpls, type ImplSite } from '../resolve/far_impls.ts';
import type { ModFile, Program } from '../resolve/module.ts';
import { planReuse, type Reuse } from '../resolve/reuse.ts';
import { KeptSources } from '../source/kept_sources.ts';
import { hasAsmOfItsOwn } from './asm_code.ts';
import { type CompileOptions, checkOptions } from './options.ts';
import { type Host, libraryStarts, type Session } from './session.ts';

/** What runs in a checker that others have used reached beyond what is compared: it is done again in one of its own. */
export class GoesBeyond extends Error {
  constructor(what: string) { super(`goes beyond its modules: ${what}`); }
}

/** A checker with everything that was checked in it; all of it without a report. */
interface World {
  readonly key: string;
  readonly sources: KeptSources;
  readonly checker: Checker;
  /** The last file of each path. */
  readonly files: Map<string, ModFile>;
  readonly contexts: readonly ModFile[];
  readonly impls: readonly ImplSite[];
  /** Instructions and source bytes when it began: what is not met any more has grown on top of them. */
  readonly began: Size;
}

interface Size {
  readonly instructions: number;
  readonly bytes: number;
}

/** A world that has grown by so much, and to so many times of what it began with, is left behind. */
const ROOM: Size = { instructions: 500_000, bytes: 32 << 20 };
const TIMES = 4;

/** Worlds of a process: of one set of options each, the last ones used. */
const MOST = 2;

export class ModuleStore {
  private worlds: World[] = [];
  /** Of the compilation that runs: an evaluator outlives the one that made it. */
  current: ModuleRun | null = null;
  /** Modules that programs were made of, and how many of them had been checked before. */
  readonly count = { all: 0, reused: 0 };
  /** Why nothing was kept of the last program; '' when it was. */
  unkept = '';

  /** The world is the run's own until it gives it back: whatever ends a run early, nothing is left of it. */
  begin(options: CompileOptions, cwd: string): ModuleRun {
    const key = JSON.stringify({ ...(checkOptions(options) as object), file: '', stdlibRoots: libraryStarts(options, cwd) });
    const at = this.worlds.findIndex((w) => w.key === key);
    return (this.current = new ModuleRun(this, key, at < 0 ? null : this.worlds.splice(at, 1)[0]!));
  }

  put(w: World): void {
    this.worlds.unshift(w);
    if (this.worlds.length > MOST) this.worlds.pop();
  }

  drop(): void { this.worlds = []; }
}

/** One compilation, from the loading of its files on. */
export class ModuleRun {
  readonly sources: KeptSources;
  /** Why nothing is kept of this run; '' = it may be. */
  private refused = '';
  /** The checker is one that others have used. */
  private goesOn = false;
  private reused = 0;

  constructor(readonly store: ModuleStore, private readonly key: string, private world: World | null) {
    this.sources = world?.sources ?? new KeptSources();
  }

  /** Nothing has happened so far that stands against it. */
  get mayBeKept(): boolean { return this.refused === ''; }

  /** Something happens that another run would have to do again: not in a used checker, and nothing is kept of one where it happened. */
  beyond(what: string): void {
    if (this.goesOn) throw new GoesBeyond(what);
    this.refused = what;
  }

  /** `host`, with its effects told. */
  watch(host: Host): Host {
    const { native } = host;
    const write: Host['write'] = (fd, bytes) => {
      this.store.current?.beyond('output');
      host.write(fd, bytes);
    };
    if (native === undefined) return { ...host, write };
    return {
      ...host, write,
      native: new Proxy(native, {
        get: (t, key) => {
          this.store.current?.beyond('C calls');
          return Reflect.get(t, key) as unknown;
        },
      }),
    };
  }

  /** The checker for `program` with the program as it stands in it; null: a new one, and the program as it is. */
  join(s: Session, program: Program): { readonly checker: Checker; readonly program: Program } | null {
    const { store, world } = this;
    store.count.all += program.files.length;
    if (s.cUnits.length > 0) this.refused = 'C units';
    const reuse = world === null || this.refused !== '' ? null : planReuse(program, world.files);
    if (reuse === null || !sameFacts(world!, reuse)) {
      this.world = null;
      return null;
    }
    reuse.apply();
    this.reused = reuse.files.size;
    store.count.reused += this.reused;
    s.timing.fact('modules', `${program.files.length - reuse.files.size} checked, ${reuse.files.size} reused`);
    this.goesOn = true;
    world!.checker.goOn(reuse.program, s.sink, reuse.files);
    return { checker: world!.checker, program: reuse.program };
  }

  /** The program is checked by itself: nothing was reused in the end, and nothing is kept. */
  end(): void {
    this.store.count.reused -= this.reused;
    this.store.current = null;
  }

  /** Whether a run in a used checker came to something that only one of its own can tell. */
  mustGoAlone(s: Session, c: Checker): boolean { return this.goesOn && (s.sink.count > 0 || c.module.rawTags); }

  /** The program is checked: the next run may go on from it. */
  leave(s: Session, c: Checker, program: Program): void {
    this.refused ||= unkeepable(s, c);
    this.store.unkept = this.refused;
    if (this.refused !== '') return;
    const files = this.world?.files ?? new Map<string, ModFile>();
    for (const f of program.files) files.set(f.path, f);
    const size: Size = { instructions: c.module.instructions, bytes: this.sources.bytes };
    const began = this.world?.began ?? size;
    if (outgrown(size.instructions, began.instructions, ROOM.instructions) || outgrown(size.bytes, began.bytes, ROOM.bytes)) {
      this.store.unkept = 'much that nothing meets any more';
      return;
    }
    this.store.put({ key: this.key, sources: this.sources, checker: c, files, contexts: contextsOf(program), impls: farImpls(program), began });
  }
}

const outgrown = (now: number, began: number, room: number): boolean => now > Math.max(began * TIMES, began + room);

const contextsOf = (p: Program): ModFile[] => p.files.filter((f) => f.contextFields.length > 0);

/** Whether all that a kept body may depend on beside its modules is as it was. */
function sameFacts(w: World, reuse: Reuse): boolean {
  const { program, files } = reuse;
  return sameList(contextsOf(program), w.contexts, (a, b) => a === b)
    && sameList(farImpls(program), w.impls, (a, b) => a.file === b.file && a.node === b.node)
    && holdsFor(w.checker, program, files) && externsIn(w, files);
}

function sameList<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): boolean {
  return a.length === b.length && a.every((x, i) => same(x, b[i]!));
}

/** Variables of other objects are one for all their declarations: the one that was met first is still there. */
function externsIn(w: World, files: ReadonlySet<ModFile>): boolean {
  return w.checker.module.globals.every((g) => {
    if (g === null || g.linkage !== Linkage.extern || g.pos === 0) return true;
    const file = w.files.get(w.sources.fileOf(g.pos).path);
    return file !== undefined && files.has(file) && file.tree.file === w.sources.fileOf(g.pos);
  });
}

/** Why a checker cannot go on with another program; '' when it can. */
function unkeepable(s: Session, c: Checker): string {
  if (s.sink.count > 0) return 'reports';
  if (hasAsmOfItsOwn(s, { checker: c })) return 'asm';
  if (s.reads.size > 0) return 'files read at compile time';
  if (s.build.asked || s.build.settings.size > 0) return 'build options';
  if (c.module.rawTags) return 'numbers of error tags';
  if (c.minted.size > 0) return 'types made at compile time';
  if (c.ofThisProgram !== '') return c.ofThisProgram;
  if (hasOpenLambdas(c)) return 'lambdas with inferred errors';
  if (c.deepest > 200) return 'deeply nested instances';
  const { fns, globals } = c.module;
  // Internal symbols hold a dot, and keep clear of those of other objects, whichever program named them.
  if (fns.some((f) => f?.linkage !== undefined && f.linkage !== Linkage.internal && f.symbol.includes('.') && f.body === null && !f.symbol.startsWith('sx.'))) return 'symbols with a dot';
  if (globals.some((g) => g?.linkage !== undefined && g.linkage !== Linkage.internal && g.name.includes('.'))) return 'symbols with a dot';
  return '';
}
