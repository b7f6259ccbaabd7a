// Takes compiler/src; gives compiler/dist/sx.cjs, the one bundle of the CLI and the worker, and beside it sx-lsp.cjs, the protocol's
// library, which only `sx lsp` loads. `--out DIR`, `--quiet`.
import * as childProcess from 'node:child_process';
import * as crypto from 'node:crypto';
import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v8 from 'node:v8';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
if (args.includes('--help')) {
  console.log(
    'usage: node tools/build.mjs [--out DIR] [--quiet]\nBundles compiler/src/main.ts into DIR/sx.cjs (default compiler/dist), and vscode-languageserver into DIR/sx-lsp.cjs.',
  );
  process.exit(0);
}
const outAt = args.indexOf('--out');
const outDir = resolve(outAt >= 0 ? args[outAt + 1] : join(root, 'compiler/dist'));
const entry = join(root, 'compiler/src/main.ts');
if (!existsSync(entry)) {
  console.error(`build: ${entry} does not exist`);
  process.exit(1);
}

/** Modules of Node.js that take some milliseconds to load and that a short command may not need. */
const DEFERRED = { 'node:child_process': childProcess, 'node:crypto': crypto, 'node:v8': v8 };

/** Loads such a module at the first call of one of its functions. */
const deferred = {
  name: 'deferred',
  setup(on) {
    on.onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      Object.hasOwn(DEFERRED, path) && namespace !== 'deferred' ? { path, namespace: 'deferred' } : { path, external: true },
    );
    on.onLoad({ filter: /./, namespace: 'deferred' }, ({ path }) => ({
      contents: Object.keys(DEFERRED[path])
        .filter((name) => name !== 'default' && typeof DEFERRED[path][name] === 'function')
        .map((name) => `export function ${name}(...args) { return require(${JSON.stringify(path)}).${name}(...args); }`)
        .join('\n'),
    }));
  },
};

/**
 * The launcher reads the bundle without decoding it. Comments may hold any characters; esbuild escapes those of code, except where
 * it cannot (regular expressions), which is refused.
 */
function ascii(text) {
  const plain = text.replace(/^\s*(\/\*\*|\*|\/\/).*$/gm, (line) => line.replace(/[^\0-\x7f]/g, '?'));
  const other = /.*[^\0-\x7f].*/.exec(plain);
  if (other === null) return Buffer.from(plain, 'latin1');
  console.error(`build: a character that is not ASCII outside of strings and comments: ${other[0]}`);
  process.exit(1);
}

const started = performance.now();
const COMMON = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
  absWorkingDir: root,
  tsconfigRaw: '{}',
  write: false,
};

try {
  const library = await build({ ...COMMON, entryPoints: ['vscode-languageserver/node'], outfile: join(outDir, 'sx-lsp.cjs'), minify: true });
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: { sx: entry },
    outdir: outDir,
    outExtension: { '.js': '.cjs' },
    external: ['koffi'],
    plugins: [deferred],
    sourcemap: 'linked',
    sourcesContent: false,
  });
  // A compiler that runs meanwhile must never see half a bundle.
  mkdirSync(outDir, { recursive: true });
  for (const file of [...library.outputFiles, ...outputFiles]) {
    const part = `${file.path}.${process.pid}.part`;
    writeFileSync(part, file.path.endsWith('sx.cjs') ? ascii(file.text) : file.contents);
    renameSync(part, file.path);
  }
} catch {
  process.exit(1); // esbuild has printed the errors
}
const out = join(outDir, 'sx.cjs');
if (!args.includes('--quiet')) {
  const kib = Math.round(statSync(out).size / 1024);
  console.log(`built ${out} (${kib} KiB) in ${Math.round(performance.now() - started)} ms`);
}
