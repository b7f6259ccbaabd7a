// Takes questions about the whole program that checking asks; writes them down with their answers, for who goes on with another program.
import type { ModFile, Program } from '../resolve/module.ts';
import type { Checker } from './checker.ts';

/** `run`: when it was answered last. */
interface Question {
  run: number;
  readonly ask: (p: Program) => unknown;
  readonly answer: unknown;
}

/** By the file for whose sake they were asked (null: for any), and by what they are about. */
export type Questions = Map<ModFile | null, Map<string, Question>>;

/** `ask` looks at nothing but the program; its answer is compared by identity, element by element when it is a list. */
export function question<T>(c: Checker, file: ModFile | null, about: string, ask: (p: Program) => T): T {
  let of = c.questions.get(file);
  if (of === undefined) {
    of = new Map();
    c.questions.set(file, of);
  }
  const known = of.get(about);
  if (known !== undefined && known.run === c.run) return known.answer as T;
  const answer = ask(c.program);
  of.set(about, { run: c.run, ask, answer });
  return answer;
}

/** Whether `p` would answer all that was asked for the sake of `files` as it was answered. */
export function holdsFor(c: Checker, p: Program, files: ReadonlySet<ModFile>): boolean {
  for (const [file, of] of c.questions) {
    if (file !== null && !files.has(file)) continue;
    for (const q of of.values()) if (!same(q.answer, q.ask(p))) return false;
  }
  return true;
}

function same(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((x, i) => x === b[i]);
}
