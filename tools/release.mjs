// Takes this repository and the compiler's bundle; gives the archive that other repositories depend on, and a registry that has it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HELP = `usage: bazel run //tools:release -- [--out DIR] [--url URL]

Writes into DIR (default out/release):
  rules_sx-VERSION.tar.gz   the rules, the library and the compiler as one bundle; always the same bytes for the same sources
  registry/                 a Bazel registry that holds it: --registry=file://DIR/registry

  --out DIR      where to
  --url URL      where users will find the archive (default: the file itself)
  --bundle FILE, --lsp FILE, --editor-setup FILE, --editor-client FILE
                 the compiler's bundle and what editors take (bazel run gives Bazel's own)

Examples
  bazel run //tools:release
  bazel run //tools:release -- --out /srv/sx --url https://example.org/sx/rules_sx-0.1.0.tar.gz`;

const fail = (text) => {
  console.error(`release: ${text}`);
  process.exit(2);
};
const o = { out: '', url: '', bundle: '', lsp: '', 'editor-setup': '', 'editor-client': '' };
for (let i = 2; i < process.argv.length; i++) {
  const word = process.argv[i];
  if (word === '--help' || word === '-h') {
    console.log(HELP);
    process.exit(0);
  }
  const name = /^--(out|url|bundle|lsp|editor-setup|editor-client)$/.exec(word)?.[1];
  if (name === undefined) fail(`unknown argument ${word}\n${HELP}`);
  o[name] = process.argv[++i] ?? fail(`${word} needs a value`);
}
// Bazel runs its programs elsewhere and says where the sources and the user are.
const root = process.env.BUILD_WORKSPACE_DIRECTORY ?? resolve(dirname(fileURLToPath(import.meta.url)), '..');
const here = process.env.BUILD_WORKING_DIRECTORY ?? process.cwd();
const out = o.out === '' ? join(root, 'out/release') : resolve(here, o.out);
const bundle = o.bundle === '' ? wholeBundle() : resolve(o.bundle);
const lsp = resolve(o.lsp === '' ? join(dirname(bundle), 'sx-lsp.cjs') : o.lsp);
for (const file of [bundle, lsp]) if (!existsSync(file)) fail(`no compiler at ${file}: run this with bazel`);
for (const name of ['editor-setup', 'editor-client']) if (o[name] === '') fail(`--${name} is missing: Bazel makes what editors take, run this with \`bazel run //tools:release\``);

/** A release has the compiler in one file, as Bazel makes it; that of a checkout has parts beside it. */
function wholeBundle() {
  const dir = mkdtempSync(join(tmpdir(), 'sx-release-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  const built = spawnSync(process.execPath, [join(root, 'tools/build.mjs'), '--whole', '--quiet', '--out', dir], { stdio: 'inherit' });
  if (built.status !== 0) fail('the compiler could not be bundled: see above');
  return join(dir, 'sx.cjs');
}

/** Packages that the compiler loads when it runs; what it is bundled from is no longer needed. */
const RUNS_WITH = ['koffi'];
const BUNDLED = {
  'compiler/sx.cjs': ['protobufjs', 'long'],
  'compiler/sx-lsp.cjs': ['vscode-languageserver', 'vscode-languageserver-protocol', 'vscode-languageserver-types', 'vscode-jsonrpc'],
  'editors/vscode/dist/extension.cjs': ['vscode-languageclient', 'vscode-languageserver-textdocument', 'minimatch', 'brace-expansion', 'balanced-match', 'semver'],
  'editors/setup_editors.cjs': ['jsonc-parser', 'fflate'],
};
/** Folders that are taken whole, without what is for our own tests. */
const FOLDERS = ['sx', 'toolchain', 'platforms', 'editors', 'runtime/modules', 'docs/guides', 'docs/rules', 'docs/stability.md'];
const OURS = /^toolchain\/(tests(\/|$)|node\.bzl$|node_test\.bzl$)|^editors\/(setup(\/|$)|vscode\/(src|dist)(\/|$))/;

const read = (path) => readFileSync(join(root, path), 'utf8');

/** The version, which several files say. */
function version() {
  const said = {
    'MODULE.bazel': /^module\(.*?version = "([^"]+)"/ms.exec(read('MODULE.bazel'))?.[1],
    'package.json': JSON.parse(read('package.json')).version,
    'toolchain/versions.bzl': /^BUILT_IN = "([^"]+)"/m.exec(read('toolchain/versions.bzl'))?.[1],
    'compiler/src/cli/version.ts': /VERSION = '([^']+)'/.exec(read('compiler/src/cli/version.ts'))?.[1],
  };
  const all = [...new Set(Object.values(said))];
  if (all.length !== 1) fail(`the version is not the same everywhere: ${JSON.stringify(said)}`);
  return all[0];
}

/** MODULE.bazel without what only this repository's own tests need. */
function moduleFile() {
  const text = read('MODULE.bazel');
  const users = text
    .split(/\n(?=\n)/)
    .filter((part) => !part.includes('dev_dependency = True'))
    .join('\n')
    .replace(/packages = \[[^\]]*\]/, `packages = ${JSON.stringify([...RUNS_WITH, '@koromix']).replaceAll(',', ', ')}`);
  if (users === text || users.includes('_dev')) fail('MODULE.bazel: the packages of the tests could not be told from the others');
  return users;
}

/** The lock, with what the compiler runs with and the Node.js it runs in. */
function lockFile() {
  const lock = JSON.parse(read('package-lock.json'));
  const wanted = (path) => /^node_modules\/(koffi|@koromix\/[^/]+|node-linux-[^/]+)$/.test(path);
  const packages = Object.fromEntries(Object.entries(lock.packages).filter(([path]) => wanted(path)));
  return { name: 'rules_sx', version: lock.version, lockfileVersion: lock.lockfileVersion, requires: true, packages };
}

function licenses() {
  const of = (name) => {
    const dir = join(root, 'node_modules', name);
    const pkg = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
    const file = readdirSync(dir).find((f) => /^licen[sc]e(\.(txt|md))?$/i.test(f)) ?? fail(`${dir} has no license`);
    return `## ${name} ${pkg.version} (${pkg.license})\n\n\`\`\`text\n${readFileSync(join(dir, file), 'utf8').trim()}\n\`\`\`\n`;
  };
  return Object.entries(BUNDLED).map(([file, names]) => `# Packages that are part of ${file}\n\n${names.map(of).join('\n')}`).join('\n');
}

const COMPILER_BUILD = `package(default_visibility = ["//visibility:public"])

# The compiler, bundled from its sources.
filegroup(
    name = "sx",
    srcs = ["sx.cjs"],
)

# The protocol's library, which \`sx lsp\` loads from beside the compiler.
filegroup(
    name = "sx_lsp",
    srcs = ["sx-lsp.cjs"],
)
`;

const EDITORS_BUILD = `load(":setup.bzl", "editor_setup")

package(default_visibility = ["//visibility:public"])

# \`bazel run @rules_sx//editors:setup -- vscode\`
editor_setup(
    name = "setup",
    extension = glob(["vscode/**"]),
    script = "setup_editors.cjs",
)
`;

function fill(dir) {
  for (const folder of FOLDERS) {
    if (!existsSync(join(root, folder))) continue;
    cpSync(join(root, folder), join(dir, folder), { recursive: true, filter: (from) => !OURS.test(from.slice(root.length + 1)) });
  }
  const write = (path, text) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  const { dependencies, optionalDependencies, ...pkg } = JSON.parse(read('package.json'));
  const only = Object.fromEntries(Object.entries(dependencies).filter(([name]) => RUNS_WITH.includes(name)));
  write('package.json', `${JSON.stringify({ name: 'rules_sx', version: pkg.version, private: true, license: pkg.license, dependencies: only, optionalDependencies }, null, 2)}\n`);
  write('package-lock.json', `${JSON.stringify(lockFile(), null, 2)}\n`);
  write('MODULE.bazel', moduleFile());
  write('BUILD.bazel', 'exports_files([\n    "package.json",\n    "package-lock.json",\n])\n');
  write('WORKSPACE', read('WORKSPACE'));
  write('LICENSES.md', licenses());
  write('README.md', read('README.md'));
  write('runtime/BUILD.bazel', read('runtime/BUILD.bazel'));
  write('compiler/BUILD.bazel', COMPILER_BUILD);
  write('editors/BUILD.bazel', EDITORS_BUILD);
  const made = { 'compiler/sx.cjs': bundle, 'compiler/sx-lsp.cjs': lsp, 'editors/setup_editors.cjs': o['editor-setup'], 'editors/vscode/dist/extension.cjs': o['editor-client'] };
  for (const [path, from] of Object.entries(made)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    cpSync(from, join(dir, path), { dereference: true });
  }
}

/** A tar whose bytes depend on names and contents only. */
function pack(parent, name, file) {
  const tar = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--mode=u=rwX,go=rX', '--format=ustar'];
  const made = spawnSync('tar', [...tar, '-C', parent, '-cf', '-', name], { maxBuffer: 1 << 30 });
  if (made.status !== 0) fail(`tar: ${made.stderr}`);
  const zipped = spawnSync('gzip', ['-n', '-9'], { input: made.stdout, maxBuffer: 1 << 30 });
  if (zipped.status !== 0) fail(`gzip: ${zipped.stderr}`);
  writeFileSync(file, zipped.stdout);
}

function registry(v, file, name) {
  const dir = join(out, 'registry');
  const at = join(dir, 'modules/rules_sx', v);
  mkdirSync(at, { recursive: true });
  const json = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
  json(join(dir, 'bazel_registry.json'), {});
  json(join(dir, 'modules/rules_sx/metadata.json'), { ...JSON.parse(read('.bcr/metadata.template.json')), versions: [v] });
  writeFileSync(join(at, 'MODULE.bazel'), moduleFile());
  const integrity = `sha256-${createHash('sha256').update(readFileSync(file)).digest('base64')}`;
  json(join(at, 'source.json'), { url: o.url === '' ? `file://${file}` : o.url, integrity, strip_prefix: name });
  return integrity;
}

const v = version();
const name = `rules_sx-${v}`;
const work = mkdtempSync(join(tmpdir(), 'sx-release-'));
try {
  fill(join(work, name));
  mkdirSync(out, { recursive: true });
  const file = join(out, `${name}.tar.gz`);
  pack(work, name, file);
  const integrity = registry(v, file, name);
  const files = readdirSync(join(work, name), { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).length;
  console.log(`${file}: ${files} files, ${Math.round(readFileSync(file).length / 1024)} KiB\nintegrity ${integrity}\nregistry ${join(out, 'registry')}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
