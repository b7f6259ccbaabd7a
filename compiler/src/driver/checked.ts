// Takes a checked program out of one compilation; gives it to the next one of the same program: no parse and no check (worker).
import type { Sink } from '../diagnostics/sink.ts';
import { type Digest, type Observation, stillHolds } from '../source/recording_vfs.ts';
import type { SourceMap } from '../source/source_map.ts';
import type { Vfs } from '../source/vfs.ts';
import { type CompileOptions, checkOptions } from './options.ts';
import type { CheckedProgram } from './program.ts';
import type { RecordedHost } from './recorded_host.ts';
import type { Session } from './session.ts';

/** Everything that a check leaves behind; of a program that RecordedHost.covers, there is nothing else. */
export interface Checked {
  readonly file: string;
  /** Options, place and root file. */
  readonly key: string;
  readonly seen: readonly Observation[];
  readonly program: CheckedProgram;
  readonly sources: SourceMap;
  /** Warnings, for the next compilation to report. */
  readonly sink: Sink;
}

/**
 * At most one program, and only until the next compilation of the process begins: that one takes it, or it is gone. Emission adds to a
 * program, and loading another one gives the trees that both share other positions; and so no two programs are ever held at a time.
 */
export class CheckedSlot {
  private held: Checked | null = null;
  /** How often one was taken. */
  taken = 0;

  constructor(readonly digest: Digest) {}

  /** Root file of the program that is held, as it was written; '' for none. */
  get file(): string { return this.held?.file ?? ''; }

  put(checked: Checked): void { this.held = checked; }

  drop(): null { return (this.held = null); }

  /** What was checked, when checking `root` would give the same now. Nothing is held afterwards. */
  take(options: CompileOptions, root: Uint8Array, vfs: Vfs): Checked | null {
    const { held } = this;
    this.held = null;
    if (held === null || held.key !== keyOf(options, root, vfs, this.digest) || !stillHolds(vfs, this.digest, held.seen)) return null;
    this.taken++;
    return held;
  }
}

/** The program of a session for a slot; null when checking it again would not be the same, or had effects that would be missed. */
export function checkedOf(s: Session, p: CheckedProgram, root: Uint8Array, recorded: RecordedHost): Checked | null {
  // The key knows nothing of C compilers, and objects of C sources end with their session.
  if (!recorded.covers(s) || s.cUnits.length > 0) return null;
  const { file } = s.options;
  return { file, key: keyOf(s.options, root, recorded.files, recorded.digest), seen: recorded.record.observations, program: p, sources: s.sources, sink: s.sink };
}

function keyOf(options: CompileOptions, root: Uint8Array, vfs: Vfs, digest: Digest): string {
  return JSON.stringify([checkOptions(options), vfs.cwd, digest(root)]);
}
