// Takes an asm template; gives the source position of each of its lines, for what the assembler has to say (reference 12.7).
import type { NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import type { FnCtx } from './fn_ctx.ts';

const NEWLINE = 10;
const BACKSLASH = 92;

/** Positions of the first character that is no blank. A template that is computed lies wholly where it is named. */
export function templateLines(f: FnCtx, node: NodeId): number[] {
  const { tree } = f;
  const { bytes, base } = tree.file;
  const kind = tree.kindOf(node);
  if (kind !== Node.String && kind !== Node.Heredoc) return [f.pos(node)];
  const [start, end] = kind === Node.Heredoc ? [tree.a[node]!, tree.b[node]!] : [tree.start[node]! + 1, tree.end[node]! - 1];
  const out: number[] = [];
  const line = (from: number): void => {
    let at = from;
    while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++;
    out.push(base + at);
  };
  line(start);
  for (let i = start; i < end; i++) {
    if (bytes[i] === NEWLINE) line(i + 1);
    else if (kind === Node.String && bytes[i] === BACKSLASH) {
      i++;
      if (bytes[i] === 110) line(i + 1);
    }
  }
  return out;
}
