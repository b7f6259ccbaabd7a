// The state of one compilation: names, sources, diagnostics, and what the phases made.
import { Names } from '../base/names.ts';
import { Sink } from '../diagnostics/sink.ts';
import type { CImportRequest } from '../resolve/c_unit.ts';
import { SourceMap } from '../source/source_map.ts';
import type { Vfs } from '../source/vfs.ts';
import { BuildState } from './build_state.ts';
import type { CImportHost } from './c_compiler.ts';
import type { Checked } from './checked.ts';
import type { Kept } from './kept.ts';
import type { ModuleRun } from './modules.ts';
import type { NativeHost } from './native_calls.ts';
import type { CompileOptions } from './options.ts';
import type { BatchedWrite } from './output.ts';
import { Timing } from './timing.ts';

export interface Host {
  readonly vfs: Vfs;
  readonly write: BatchedWrite;
  readonly now: () => number;
  /** What C calls of code that runs at compile time take; absent where it may make none. */
  readonly native?: NativeHost;
  /** Programs and files outside of the compiler, for `#import c`; absent where the compiler may run nothing. */
  readonly c?: CImportHost;
  /** What earlier compilations of this process left to this one. */
  readonly kept?: Kept;
}

/** What the paths of the library's files begin with. */
export function libraryStarts(options: CompileOptions, cwd: string): string[] {
  return options.stdlibRoots.map((r) => `${r.startsWith(`${cwd}/`) ? r.slice(cwd.length + 1) : r}/modules/`);
}

export class Session {
  readonly names: Names;
  sources: SourceMap;
  sink: Sink;
  readonly timing: Timing;
  /** What build programs set. */
  readonly build = new BuildState();
  /** Object files of the program's C sources. */
  readonly objects: string[] = [];
  /** The `#import c` blocks behind them. */
  readonly cUnits: CImportRequest[] = [];
  /** Files other than sx sources that the compilation read: at compile time, and for C. */
  readonly reads = new Set<string>();
  /** What the paths of the library's files begin with: files below the working directory are known by their relative paths. */
  readonly library: readonly string[];
  private readonly enders: (() => void)[] = [];
  /** The modules that earlier compilations have checked, and what becomes of this one's; null where none are kept. */
  modules: ModuleRun | null;
  /** What the compiler is doing, for reports of its own failures. */
  phase = 'start';

  /** `from`: the compilation goes on from what an earlier one checked. */
  constructor(readonly host: Host, readonly options: CompileOptions, readonly from: Checked | null = null, modules: ModuleRun | null = null) {
    this.modules = modules;
    this.names = host.kept?.names ?? new Names();
    this.sources = from?.sources ?? modules?.sources ?? new SourceMap();
    this.sink = from?.sink ?? new Sink(this.sources);
    this.timing = new Timing(host.now);
    const { cwd } = host.vfs;
    this.library = libraryStarts(options, cwd);
  }

  /** Begins again, by itself: nothing of earlier compilations takes part but names and trees. */
  goAlone(): void {
    this.modules?.end();
    this.modules = null;
    this.sources = new SourceMap();
    this.sink = new Sink(this.sources);
    this.objects.length = 0;
    this.cUnits.length = 0;
  }

  /** `work` is done when the compilation is over. */
  onEnd(work: () => void): void { this.enders.push(work); }

  isLibrary(path: string): boolean { return this.library.some((start) => path.startsWith(start)); }

  /** Gives back what the compilation holds outside of this process's memory. */
  end(): void { for (const work of this.enders.splice(0)) work(); }
}
