// Takes a root file; gives what can be known of its program, also when it is incomplete: for editors. Diagnostics are those of `check`.
import type { Checker } from '../check/checker.ts';
import { Semantics } from '../check/semantics.ts';
import { type Diag, untilError } from '../diagnostics/sink.ts';
import type { Program } from '../resolve/module.ts';
import type { Tree } from '../parse/tree.ts';
import { everyBody } from './every_body.ts';
import { load } from './pipeline.ts';
import { checkProgram } from './program.ts';
import type { Session } from './session.ts';

export interface Analysis {
  readonly session: Session;
  readonly program: Program | null;
  /** null when there is no program. */
  readonly checker: Checker | null;
  readonly semantics: Semantics;
  /** What `sx check` reports, in its order. */
  readonly diags: readonly Diag[];
  /** A fault of the compiler's own: what was found before it is there all the same. */
  readonly failure: unknown;
}

/** Never throws: a program that is being typed looks like nothing that phases have been tested with. `isOpen` says which files are looked at whole. */
export function analyze(s: Session, bytes: Uint8Array, isOpen: (path: string) => boolean): Analysis {
  const semantics = new Semantics((tree: Tree) => isOpen(tree.file.path));
  let program: Program | null = null;
  let checker: Checker | null = null;
  let failure: unknown = null;
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (e) {
      failure ??= e;
    }
  };
  guarded(() => {
    program = load(s, bytes, true);
    s.phase = 'check';
    if (program !== null) {
      checkProgram(s, program, (c) => {
        checker = c;
        c.semantics = semantics;
      });
    }
  });
  // The closures have set them.
  const made = { program: program as Program | null, checker: checker as Checker | null };
  const diags = made.program === null || made.program.broken ? untilError(s.sink.diags) : s.sink.diags;
  if (made.program !== null && made.checker !== null) {
    const c = made.checker;
    s.sink.mute();
    for (const file of made.program.files) if (isOpen(file.path)) guarded(() => everyBody(c, file, guarded));
  }
  s.end();
  return { session: s, ...made, semantics, diags, failure };
}
