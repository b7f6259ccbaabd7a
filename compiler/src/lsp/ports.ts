// Takes nothing; gives what the language server is handed by the command line: the compiler's own host, options and library.
import type { Kept } from '../driver/kept.ts';
import type { CompileOptions } from '../driver/options.ts';
import type { Host } from '../driver/session.ts';

export interface ServerPorts {
  readonly version: string;
  readonly host: (kept: Kept) => Host;
  /** Called with the workspace folder entered, before anything is asked of it: it may name import roots of its own. */
  readonly entered: () => void;
  /** Folders of the import roots that hold other people's files: the library, other repositories, what rules generate. */
  readonly foreign: () => readonly string[];
  /** Options of a compilation whose root is `file`. */
  readonly options: (file: string) => CompileOptions;
  /** Names and trees to begin with: the library's. */
  readonly kept: () => Kept;
  /** A line for the user's log. */
  readonly log: (text: string) => void;
}
