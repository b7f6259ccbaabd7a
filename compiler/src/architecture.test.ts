// Takes the sources of the compiler; holds the import table of ARCHITECTURE.md against them: which folder may import which.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

const SRC = dirname(__filename);

/** Folders of phases, in the order of the pipeline; each may import itself and what its row names. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  source: ['base'],
  diagnostics: ['base', 'source'],
  lex: ['base', 'source', 'diagnostics'],
  parse: ['base', 'source', 'diagnostics', 'lex'],
  resolve: ['base', 'source', 'diagnostics', 'parse'],
  types: ['base'],
  ir: ['base', 'types'],
  check: ['base', 'source', 'diagnostics', 'parse', 'resolve', 'types', 'ir'],
  comptime: ['base', 'types', 'ir'],
  passes: ['base', 'types', 'ir'],
  emit: ['base', 'types', 'ir'],
  host: ['base'],
  llvm: ['base', 'host'],
  link: ['base'],
  jit: ['base', 'host', 'llvm', 'emit'],
  fmt: ['base', 'source', 'diagnostics', 'lex', 'parse'],
  driver: [
    ...['base', 'source', 'diagnostics', 'lex', 'parse', 'resolve', 'types', 'ir', 'check', 'comptime', 'passes'],
    ...['emit', 'llvm', 'jit', 'link'],
  ],
  lsp: ['base', 'source', 'diagnostics', 'lex', 'parse', 'resolve', 'types', 'check', 'driver', 'fmt'],
  cli: ['base', 'diagnostics', 'ir', 'driver', 'fmt', 'link', 'host', 'lsp'],
  worker: ['base', 'diagnostics', 'driver', 'link', 'host'],
  // The bundle's entry: which shell it is.
  'main.ts': ['driver', 'cli', 'worker'],
};
/** The only folders that know Node.js. */
const NODE = ['host', 'llvm', 'jit', 'cli', 'worker', 'lsp', 'main.ts'];
/** Packages from npm, by the folder that binds them. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = { host: ['koffi'], worker: ['protobufjs'], lsp: ['vscode-languageserver/node'] };

interface Source {
  file: string;
  folder: string;
  text: string;
  /** Specifiers of `import … from`, `export … from` and `import()`. */
  imports: string[];
}

const sources: Source[] = readdirSync(SRC, { recursive: true })
  .map((f) => String(f).replaceAll('\\', '/'))
  .filter((f) => f.endsWith('.ts') && !/\.(test|testlib|fixture)\.ts$/.test(f))
  .sort()
  .map((file) => {
    const text = readFileSync(join(SRC, file), 'utf8');
    const statements = text.match(/^(import\b|export (type )?[{*])[^;]*;/gm) ?? [];
    const named = statements.flatMap((s) => /(?:\bfrom\s+|^import\s+)'([^']+)'/.exec(s)?.[1] ?? []);
    const called = [...text.matchAll(/\b(?:import|require)\(\s*['"`]([^'"`]+)/g)].map((m) => m[1]);
    return { file, folder: file.split('/')[0], text, imports: [...named, ...called] };
  });

/** `FILE: text` for each finding; an empty list is what a test wants. */
function findings(of: (s: Source) => readonly string[]): string[] {
  return sources.flatMap((s) => of(s).map((text) => `${s.file}: ${text}`));
}

test('the sources are seen', () => {
  expect(sources.length).toBeGreaterThan(150);
  expect(sources.find((s) => s.file === 'cli/main.ts')?.imports).toContain('node:fs');
});

test('every file lies in a folder of the table', () => {
  expect(findings((s) => (s.folder in MAY_IMPORT ? [] : [`no row for '${s.folder}'`]))).toEqual([]);
});

test('the table has no cycles: a folder imports only folders above it', () => {
  const order = Object.keys(MAY_IMPORT);
  for (const [folder, row] of Object.entries(MAY_IMPORT)) {
    for (const other of row)
      expect([folder, other, order.indexOf(other) < order.indexOf(folder)]).toEqual([folder, other, true]);
  }
});

test('folders import what their row allows', () => {
  const bad = findings((s) =>
    s.imports
      .filter((i) => i.startsWith('.'))
      .map((i) => posix.join(posix.dirname(s.file), i).split('/')[0])
      .filter((to) => to !== s.folder && !MAY_IMPORT[s.folder]?.includes(to))
      .map((to) => `${s.folder} may not import ${to}`),
  );
  expect(bad).toEqual([]);
});

test('Node.js and npm packages are known only to the shells and bindings', () => {
  const allowed = (s: Source, i: string) =>
    i.startsWith('.') || (i.startsWith('node:') ? NODE.includes(s.folder) : PACKAGES[s.folder]?.includes(i) === true);
  expect(findings((s) => s.imports.filter((i) => !allowed(s, i)))).toEqual([]);
});

test('imports of files name the file', () => {
  expect(findings((s) => s.imports.filter((i) => i.startsWith('.') && !/\.(ts|pb\.js|json)$/.test(i)))).toEqual([]);
});

test('no barrel files', () => {
  const isBarrel = (s: Source) =>
    /(^|\/)index\.ts$/.test(s.file) ||
    /^export \*/m.test(s.text) ||
    !/^(export )?(declare |abstract |async |default |const )*(function|class|const|let|type|interface|enum|namespace)\b|^\w+\(/m.test(
      s.text.replace(/^export (type )?\{[^}]*\} from '[^']*';$/gm, ''),
    );
  expect(sources.filter(isBarrel).map((s) => s.file)).toEqual([]);
});

test('the first line of a file says what it takes and gives', () => {
  expect(findings((s) => (/^\/\/ \S.{15,}/.test(s.text) ? [] : ['the first line is no sentence']))).toEqual([]);
});
