// Takes compiler/src; gives compiler/dist/sx.cjs, the one bundle of the CLI and the worker, and beside it sx-lsp.cjs, the protocol's
// library, which only `sx lsp` loads. `--out DIR`, `--quiet`.
import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
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
    sourcemap: 'linked',
    sourcesContent: false,
  });
  // A compiler that runs meanwhile must never see half a bundle.
  mkdirSync(outDir, { recursive: true });
  for (const file of [...library.outputFiles, ...outputFiles]) {
    const part = `${file.path}.${process.pid}.part`;
    writeFileSync(part, file.contents);
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
