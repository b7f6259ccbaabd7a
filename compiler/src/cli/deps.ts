// Takes a finished compilation; writes the rule that says what its output depends on, in the language of make.
import { existsSync } from 'node:fs';
import type { Session } from '../driver/session.ts';
import { writeFileAtomic } from '../host/files.ts';

/** Spaces, hashes and dollars as make wants them. */
const quoted = (path: string): string => path.replaceAll(/[ #]/g, '\\$&').replaceAll('$', '$$$$');

/** `output: sources, then what C compilations and code at compile time read`. Files that are gone (temporary ones) are left out. */
export function writeDeps(path: string, output: string, s: Session): void {
  const files = new Set<string>();
  for (const f of s.sources.all()) if (existsSync(f.path)) files.add(f.path);
  for (const f of s.reads) if (existsSync(f)) files.add(f);
  const lines = [`${quoted(output)}:`, ...[...files].map((f) => `  ${quoted(f)}`)];
  writeFileAtomic(path, Buffer.from(`${lines.join(' \\\n')}\n`));
}
