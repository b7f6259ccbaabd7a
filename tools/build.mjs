// Takes compiler/src; gives compiler/dist/sx.cjs, the bundle of the CLI, and beside it what it loads when it is wanted: the worker, an
// executor of it, the language server, the protocol's library (sx-lsp.cjs). `--out DIR`, `--whole`, `--small-parts`, `--quiet`.
import * as childProcess from 'node:child_process';
import * as crypto from 'node:crypto';
import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v8 from 'node:v8';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
if (args.includes('--help')) {
  console.log(
    'usage: node tools/build.mjs [--out DIR] [--whole] [--small-parts] [--quiet]\nBundles compiler/src/main.ts into DIR/sx.cjs (default compiler/dist), and what it loads when it is wanted into DIR/sx-*.cjs (--whole: all of it into the one file).\n--small-parts: a compiler for tests, which compiles every program in parts, as others large ones.',
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

/** Modules that get bundles of their own, by the name of the bundle. */
const apartEntries = new Map();

/**
 * What is imported when it is wanted (the worker, the language server) has a bundle of its own, with everything it uses: the functions
 * of it that every start would make V8 know are a tenth of what a short run takes. Such a module gets the state it needs as arguments.
 */
const apart = {
  name: 'apart',
  setup(on) {
    on.onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const name = `sx-${basename(path, '.ts')}`;
      apartEntries.set(name, join(resolveDir, path));
      return { path: `./${name}.cjs`, external: true };
    });
  },
};

/** Every program in parts of some functions each: what is otherwise done to programs of 50,000 instructions. */
const smallParts = {
  name: 'small-parts',
  setup(on) {
    on.onLoad({ filter: /\/emit\/part_size\.ts$/ }, () => ({ contents: 'export const PARTED_FROM = 1; export const PART_BYTES = 8192;' }));
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

/**
 * The first line gets a digest of the bundle: by it the launcher knows that a snapshot of the heap is this bundle's. A release and Bazel
 * have none, as they keep no files beside their compiler.
 */
function marked(text) {
  if (args.includes('--whole')) return text;
  const end = text.indexOf('\n');
  const digest = crypto.createHash('sha256').update(text).digest('hex').slice(0, 32);
  return Buffer.concat([text.subarray(0, end), Buffer.from(` // ${digest}`), text.subarray(end)]);
}

const out = join(outDir, 'sx.cjs');
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
  const compiler = {
    ...COMMON,
    outdir: outDir,
    outExtension: { '.js': '.cjs' },
    external: ['koffi'],
    plugins: [deferred, ...(args.includes('--whole') ? [] : [apart]), ...(args.includes('--small-parts') ? [smallParts] : [])],
    supported: { 'dynamic-import': false },
    sourcemap: 'linked',
    sourcesContent: false,
  };
  // A function that calls itself with what a module has: the launcher compiles the text as it is, without a copy in Node.js's wrapper.
  const names = 'exports, require, module, __filename, __dirname';
  const main = await build({
    ...compiler,
    entryPoints: { sx: entry },
    // Its text is part of every start, and of the snapshot (3 ms per megabyte and more); names and short lines stay for who reads a stack.
    minifyWhitespace: true,
    lineLimit: 160,
    banner: { js: `(function (${names}) {` },
    footer: { js: `})(${names});` },
  });
  const others = apartEntries.size === 0 ? { outputFiles: [] } : await build({ ...compiler, entryPoints: Object.fromEntries(apartEntries) });
  const outputFiles = [...library.outputFiles, ...others.outputFiles, ...main.outputFiles];
  // A compiler that runs meanwhile must never see half a bundle.
  mkdirSync(outDir, { recursive: true });
  for (const file of outputFiles) {
    const part = `${file.path}.${process.pid}.part`;
    writeFileSync(part, file.path === out ? marked(ascii(file.text)) : file.contents);
    renameSync(part, file.path);
  }
} catch {
  process.exit(1); // esbuild has printed the errors
}
if (!args.includes('--quiet')) {
  const kib = Math.round(statSync(out).size / 1024);
  console.log(`built ${out} (${kib} KiB) in ${Math.round(performance.now() - started)} ms`);
}
