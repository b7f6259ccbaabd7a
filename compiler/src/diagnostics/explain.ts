// Takes a diagnostic class; gives its page: why it is an error, how to fix it, a wrong and a right program (data in explain/*.json).
import { type Code, codeTitle } from './codes.ts';
import comptime from './explain/comptime.json';
import control from './explain/control.json';
import machine from './explain/machine.json';
import names from './explain/names.json';
import types from './explain/types.json';

/** Files of an example by name, as lines; `main.sx` is the root. */
export type Example = Readonly<Record<string, readonly string[]>>;

export interface Page {
  readonly why: string;
  readonly fix: string;
  /** A program with exactly this diagnostic, and one without any. Both, or the reason why there is none. */
  readonly bad?: Example;
  readonly good?: Example;
  readonly noExample?: string;
}

const PAGES: Readonly<Record<string, Page>> = { ...names, ...types, ...control, ...comptime, ...machine } as Record<string, Page>;

export function pageOf(code: Code): Page | null { return PAGES[code] ?? null; }

/** Codes that have a page. */
export function explainedCodes(): string[] { return Object.keys(PAGES); }

/** What tools show beside a finding: the reason and the remedy. */
export function explanation(code: Code): string {
  const page = pageOf(code);
  return page === null ? codeTitle(code) : `${page.why} ${page.fix}`;
}

/** The page as Markdown; `heading` is left out where the tool shows the code itself. */
export function pageMarkdown(code: Code): string {
  const page = pageOf(code);
  if (page === null) return '';
  return `${page.why}\n\n${page.fix}\n${exampleText('**Wrong**', page.bad)}${exampleText('**Right**', page.good)}`;
}

function exampleText(title: string, example: Example | undefined): string {
  if (example === undefined) return '';
  const files = Object.entries(example).map(([name, lines]) => `\`\`\`sx${name === 'main.sx' ? '' : ` ${name}`}\n${lines.join('\n')}\n\`\`\`\n`);
  return `\n${title}\n\n${files.join('\n')}`;
}

/** The page for a terminal, lines of at most `width` columns. */
export function pageText(code: Code, width: number): string {
  const page = pageOf(code);
  let text = `${code}: ${codeTitle(code)}\n`;
  if (page === null) return text;
  text += `\n${wrapped(page.why, width)}\n\nTo fix it: ${wrapped(page.fix[0]!.toLowerCase() + page.fix.slice(1), width, 'To fix it: '.length)}\n`;
  if (page.noExample !== undefined) return `${text}\nNo example: ${page.noExample}.\n`;
  return `${text}${indented('Wrong', page.bad)}${indented('Right', page.good)}`;
}

function indented(title: string, example: Example | undefined): string {
  if (example === undefined) return '';
  const several = Object.keys(example).length > 1;
  const files = Object.entries(example).map(([name, lines]) => `${several ? `    // ${name}\n` : ''}${lines.map((l) => `    ${l}`).join('\n')}\n`);
  return `\n${title}:\n\n${files.join('\n')}`;
}

function wrapped(text: string, width: number, used = 0): string {
  let out = '';
  let column = used;
  for (const word of text.split(' ')) {
    if (out !== '' && column + 1 + word.length > width) {
      out += `\n${word}`;
      column = word.length;
    } else {
      out += out === '' ? word : ` ${word}`;
      column += word.length + (out === word ? 0 : 1);
    }
  }
  return out;
}
