// Every diagnostic class has a page whose wrong program gives exactly that diagnostic and whose right program gives none.
import { resolve } from 'node:path';
import { allCodes, type Code } from '../diagnostics/codes.ts';
import { type Example, explainedCodes, pageOf } from '../diagnostics/explain.ts';
import { Kept } from '../driver/kept.ts';
import { check } from '../driver/pipeline.ts';
import { Session } from '../driver/session.ts';
import { RealVfs } from '../host/files.ts';
import { MemoryVfs, type Vfs } from '../source/vfs.ts';
import { parseArgs } from './args.ts';
import { makeHost, optionsOf } from './compile.ts';

const RUNTIME = resolve(__dirname, '../../../runtime');

/** The example's files, then the library on disk. */
function overlay(example: Example): Vfs {
  const real = new RealVfs();
  const own = new MemoryVfs(Object.fromEntries(Object.entries(example).map(([name, lines]) => [name, `${lines.join('\n')}\n`])));
  const of = (path: string): Vfs => (path.startsWith(RUNTIME) ? real : own);
  return {
    cwd: own.cwd,
    readFile: (path) => of(path).readFile(path),
    kind: (path) => of(path).kind(path),
    listDir: (path) => of(path).listDir(path),
    sameFile: (a, b) => of(a) === of(b) && of(a).sameFile(a, b),
  };
}

function codesOf(example: Example): string[] {
  const host = { ...makeHost(new Kept()), vfs: overlay(example), write: () => {}, now: () => 0 };
  const args = parseArgs(['check', 'main.sx', '--module-root', RUNTIME]);
  if (typeof args === 'string') throw new Error(args);
  const session = new Session(host, optionsOf(args, 'main.sx', 0));
  check(session, new TextEncoder().encode(`${example['main.sx']!.join('\n')}\n`));
  // Parsing stops at the first error (reference 15.3).
  const shown = session.phase === 'parse' ? session.sink.diags.slice(0, 1) : session.sink.diags;
  return [...new Set(shown.map((d) => d.code))];
}

test('a page for every class, and for no other', () => {
  expect(explainedCodes().sort()).toEqual(allCodes().sort());
});

describe.each(allCodes())('%s', (code: Code) => {
  const page = pageOf(code);
  const hasExample = page !== null && page.bad !== undefined && page.good !== undefined;

  test('says why and what to do', () => {
    expect(page?.why ?? '').toMatch(/\w.*[.]$/);
    expect(page?.fix ?? '').toMatch(/\w.*[.]$/);
    expect(hasExample || page?.noExample !== undefined).toBe(true);
  });

  if (!hasExample) return;
  test('the wrong program gives it, and only it', () => expect(codesOf(page.bad!)).toEqual([code]));
  test('the right program is clean', () => expect(codesOf(page.good!)).toEqual([]));
});
