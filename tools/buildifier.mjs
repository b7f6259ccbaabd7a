// Takes nothing; checks format and lint of every Starlark file with npm's buildifier. Exit 0 when nothing is to be said, 1 otherwise.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HELP = `usage: node tools/buildifier.mjs [--fix] [FILE...]

Format and warnings of the .bzl, BUILD.bazel, MODULE.bazel and WORKSPACE files that git knows, or of FILEs.

  --fix   write them as they should be, as far as buildifier can (\`npm run format:starlark\`)`;

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const buildifier = join(root, 'node_modules/@bazel/buildifier/buildifier.js');
/** What buildifier changes under --fix beyond the format; everything is warned of. */
const FIXED = 'load,unsorted-dict-items,no-effect';

function fail(text) {
  console.error(`buildifier: ${text}`);
  process.exit(2);
}

const words = process.argv.slice(2);
if (words.includes('--help') || words.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const unknown = words.find((w) => w.startsWith('-') && w !== '--fix');
if (unknown !== undefined) fail(`unknown option ${unknown}\n${HELP}`);
if (!existsSync(buildifier)) fail('the npm package @bazel/buildifier is not installed: run tools/setup');

function tracked() {
  const r = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '*.bzl', '*BUILD.bazel', '*MODULE.bazel', '*WORKSPACE'], { cwd: root, encoding: 'utf8' });
  if (r.status !== 0) fail(`git ls-files: ${r.stderr}`);
  return r.stdout.split('\0').filter((f) => f !== '' && existsSync(join(root, f)));
}

const given = words.filter((w) => w !== '--fix').map((f) => resolve(f));
const files = given.length > 0 ? given : tracked();
if (files.length === 0) fail('there are no Starlark files here');
const fix = words.includes('--fix');
const run = (args) => spawnSync(process.execPath, [buildifier, ...args, ...files], { cwd: root, encoding: 'utf8' });
if (fix) {
  const fixed = run(['--mode=fix', '--lint=fix', `--warnings=${FIXED}`]);
  if (fixed.status !== 0) fail(fixed.stderr);
}
const checked = run(['--mode=check', '--lint=warn', '--warnings=all']);
process.stdout.write(checked.stdout);
process.stderr.write(checked.stderr);
if (checked.status !== 0) {
  if (!fix) console.error('buildifier: `npm run format:starlark` writes what it can');
  process.exit(1);
}
console.log(`buildifier: ${files.length} files are formatted and without warnings`);
