// Takes a root file; gives what can be known of its program, also when it is incomplete: for editors. Diagnostics are those of `check`.
import type { Checker } from '../check/checker.ts';
import type { Diag } from '../diagnostics/sink.ts';
import type { Program } from '../resolve/module.ts';
import { load } from './pipeline.ts';
import { checkProgram } from './program.ts';
import type { Session } from './session.ts';

export interface Analysis {
  readonly session: Session;
  readonly program: Program | null;
  /** null when there is no program. */
  readonly checker: Checker | null;
  /** What `sx check` reports, in its order. */
  readonly diags: readonly Diag[];
  /** A fault of the compiler's own: what was found before it is there all the same. */
  readonly failure: unknown;
}

/** Never throws: a program that is being typed looks like nothing that phases have been tested with. */
export function analyze(s: Session, bytes: Uint8Array): Analysis {
  let program: Program | null = null;
  let checker: Checker | null = null;
  let failure: unknown = null;
  try {
    program = load(s, bytes, true);
    s.phase = 'check';
    if (program !== null) checkProgram(s, program, (c) => { checker = c; });
  } catch (e) {
    failure = e;
  }
  return { session: s, program, checker, diags: s.sink.diags, failure };
}
