// Takes token columns; gives for every opening bracket the index of its closing one (0 = unmatched).
import type { Tokens } from '../lex/lex_file.ts';
import { Tok } from '../lex/token.ts';

/** Linear, also on unbalanced input: a closing bracket closes the nearest open one of its kind, if any. */
export function matchBrackets(tokens: Tokens): Int32Array {
  const match = new Int32Array(tokens.count + 1);
  const stack: number[] = [];
  const open = [0, 0, 0];
  const kinds = tokens.kind;
  for (let i = 0; i < tokens.count; i++) {
    const which = bracket(kinds[i]);
    if (which < 0) continue;
    const type = which >> 1;
    if ((which & 1) === 0) {
      stack.push(i);
      open[type]++;
      continue;
    }
    if (open[type] === 0) continue;
    for (;;) {
      const top = stack.pop() as number;
      const topType = bracket(kinds[top]) >> 1;
      open[topType]--;
      if (topType === type) {
        match[top] = i;
        break;
      }
    }
  }
  return match;
}

/** type * 2 + (1 when closing), -1 = no bracket. */
function bracket(kind: Tok): number {
  switch (kind) {
    case Tok.lparen:
      return 0;
    case Tok.rparen:
      return 1;
    case Tok.lbracket:
      return 2;
    case Tok.rbracket:
      return 3;
    case Tok.lbrace:
      return 4;
    case Tok.rbrace:
      return 5;
    default:
      return -1;
  }
}
