// Takes the command line; gives it with each `@FILE` replaced by the lines of that file, as build systems pass long ones.
import { readFileSync } from 'node:fs';

/** Words after `--` are the program's own and stay. A message when a file cannot be read. */
export function expandArgumentFiles(argv: readonly string[]): readonly string[] | string {
  const words: string[] = [];
  for (const [i, word] of argv.entries()) {
    if (word === '--') return [...words, ...argv.slice(i)];
    if (!word.startsWith('@') || word.length === 1) {
      words.push(word);
      continue;
    }
    try {
      words.push(...readFileSync(word.slice(1), 'utf8').split('\n').filter((line) => line !== ''));
    } catch (e) {
      return `cannot read the arguments in '${word.slice(1)}': ${(e as Error).message}`;
    }
  }
  return words;
}
