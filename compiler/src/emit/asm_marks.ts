// Takes assembly text with the positions of its lines; gives the text with these positions in comments, and errors of the assembler back.
import type { Arch } from './abi.ts';

const COMMENT: Readonly<Record<Arch, string>> = { x86_64: '#', aarch64: '//' };
const MARK = ' sx@';

/** LLVM names only the line inside a nameless block, but quotes that line: a comment tells which one it is. */
export function markLines(text: string, lines: readonly number[], arch: Arch): string {
  return text.split('\n').map((line, i) => (lines[i] === undefined ? line : `${line} ${COMMENT[arch]}${MARK}${lines[i]}`)).join('\n');
}

export interface AsmError {
  readonly pos: number;
  readonly message: string;
}

/** The located errors in LLVM's words; those without a mark are left out. */
export function markedErrors(text: string): AsmError[] {
  const out: AsmError[] = [];
  const seen = new Set<string>();
  for (const m of text.matchAll(/^(?:error: )?<inline asm>:\d+:\d+: (?:error: )?(.*)\n(.*)$/gm)) {
    const mark = m[2]!.lastIndexOf(MARK);
    if (mark < 0) continue;
    const pos = Number.parseInt(m[2]!.slice(mark + MARK.length), 10);
    // Each instance of a function has the text again.
    const key = `${pos} ${m[1]}`;
    if (seen.has(key)) continue;
    seen.add(key);
    out.push({ pos, message: m[1]! });
  }
  return out;
}
