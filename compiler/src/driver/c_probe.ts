// Takes C text that declares names beginning with PROBE; gives what clang makes of these declarations: how the compiler asks C for values.
import type { Ast } from './c_decls.ts';

/** What is asked has names of its own, so that clang shows nothing else. */
export const PROBE = 'sxp_';

/** An error in one question leaves the others their answers. */
export const PROBE_ARGS: readonly string[] = ['-x', 'c', '-fsyntax-only', '-w', '-ferror-limit=0', '-Xclang', '-ast-dump=json', '-Xclang', `-ast-dump-filter=${PROBE}`];

/** The declarations in clang's answer. */
export function probed(dump: string): Ast[] {
  return dump.split(/\n(?=\{\n)/).filter((piece) => piece.trimStart().startsWith('{')).map((piece) => JSON.parse(piece) as Ast);
}
