// Takes assembly text with the positions of its lines; gives the text with these positions in comments, and errors of LLVM back.
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

/** What the assembler says of a line that it quotes. */
const OF_A_LINE = /^(?:error: )?<inline asm>:\d+:\d+: (?:error: )?(.*)\n(.*)$/gm;
/** What instruction selection says of an expression: its `srcloc`. */
const OF_AN_EXPRESSION = /^(?:error: )?(?!<inline asm>)(.*) at line (\d+)$/gm;
/** What the reader of LLVM text says of a call; the text is marked, so the call names its place. */
const OF_THE_TEXT = /^(?:error: )?sx\.ll:(\d+):\d+: error: (.*)$/m;

/** The located errors in LLVM's words; those without a mark are left out. */
export function markedErrors(errors: string, module: Uint8Array): AsmError[] {
  const out: AsmError[] = [];
  const seen = new Set<string>();
  const add = (pos: number, words: string): void => {
    const message = words.replaceAll(/ (?:#|\/\/) sx@\d+/g, '');
    // Each instance of a function has the text again.
    const key = `${pos} ${message}`;
    if (seen.has(key)) return;
    seen.add(key);
    out.push({ pos, message });
  };
  for (const m of errors.matchAll(OF_A_LINE)) {
    const mark = m[2]!.lastIndexOf(MARK);
    if (mark >= 0) add(Number.parseInt(m[2]!.slice(mark + MARK.length), 10), m[1]!);
  }
  for (const m of errors.matchAll(OF_AN_EXPRESSION)) add(Number(m[2]), m[1]!);
  const refused = OF_THE_TEXT.exec(errors);
  if (refused !== null) {
    const lines = new TextDecoder().decode(module).split('\n');
    const node = /!srcloc !(\d+)$/.exec(lines[Number(refused[1]) - 1] ?? '')?.[1];
    const pos = lines.find((line) => line.startsWith(`!${node} = !{i64 `))?.slice(`!${node} = !{i64 `.length);
    if (pos !== undefined) add(Number.parseInt(pos, 10), refused[2]!);
  }
  return out;
}
