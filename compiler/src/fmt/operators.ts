// Takes operator numbers of the tree; gives their spelling.

const BINARY = '  + - * / % & | ^ << >> == != < <= > >= in and or ??'.split(' ').slice(1);
const RANGES = '  .. ..= ..< <.. <..= <..< =.. =..= =..<'.split(' ').slice(1);

/** Of a BinOp; '' for none. */
export function binaryText(op: number): string {
  return BINARY[op];
}

/** Of a RangeOp, with a space where it would melt into the character before it. */
export function rangeText(op: number, before: string): string {
  const text = RANGES[op];
  return text[0] !== '.' && before !== '' && '!<>=.|&*-+?'.includes(before) ? ` ${text}` : text;
}
