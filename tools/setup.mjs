// Takes a machine; gives it npm packages, LLVM, linkers, cross tools, Bazel and the second verifier. Says what it does.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arm64Libraries, cacheDir, findLibLLVM, requirements, which } from './requirements.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const BAZEL = readFileSync(join(root, '.bazelversion'), 'utf8').trim();
const BAZELISK_SECONDS = Number(process.env.SX_BAZELISK_TIMEOUT ?? 20);
const USAGE = `usage: tools/setup [--quick] [--check] [--help]

Installs what the project needs, and is done in under a second when nothing is missing:
  npm packages      by package-lock.json, into node_modules
  system tools      LLVM 19, linkers, sanitizer runtimes, qemu-user, cross compiler, gdb, cmake, LLVM 14
                    (as root on Debian with apt-get; elsewhere it says what to install and exits 2)
  Bazel ${BAZEL}       bazelisk's own download, else Debian's packages unpacked into a cache directory
  C libraries       zlib, sqlite and libpng for AArch64, Debian's packages unpacked into a cache directory
  llvm-bindings     the second LLVM verifier, built once per machine into a cache directory

  --quick   only what \`npm run quickstart\` needs (no test tools)
  --check   change nothing: say what is missing, exit 2 when something is

Environment: SX_LLVM_LIB names another libLLVM 19; SX_CACHE_DIR moves the cache (now ${cacheDir()});
SX_BAZELISK_TIMEOUT seconds for bazelisk's own download (default 20).`;

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  console.log(USAGE);
  process.exit(0);
}
const unknown = args.find((a) => a !== '--quick' && a !== '--check');
if (unknown) {
  console.error(`setup: unknown argument ${unknown}\n${USAGE}`);
  process.exit(2);
}
const quick = args.includes('--quick');
const checkOnly = args.includes('--check');
const started = performance.now();
let did = 0;

const say = (line) => console.log(`setup: ${line}`);
function fail(text) {
  console.error(`setup: ${text}`);
  process.exit(2);
}

/** What --check found, told together at the end. */
const lacking = [];
const lacks = (text) => void lacking.push(text);

/** Runs a long command with its output in a log file, a line every 15 seconds; ok tells the exit, log the file. */
function runLong(what, cmd, cmdArgs, options = {}) {
  const log = join(tmpdir(), `sx-setup-${process.pid}-${did++}.log`);
  const fd = openSync(log, 'w');
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  say(`${what} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', ...options.env };
  const child = spawn(cmd, cmdArgs, { cwd: root, stdio: ['ignore', fd, fd], env, detached: options.seconds > 0 });
  const tick = setInterval(() => say(`${what} ... still working (${seconds()} s)`), 15000);
  let late = false;
  const stop = () => {
    late = true;
    process.kill(-child.pid, 'SIGKILL');
  };
  const limit = options.seconds > 0 ? setTimeout(stop, options.seconds * 1000) : undefined;
  return new Promise((done) => {
    const end = (ok) => {
      clearInterval(tick);
      clearTimeout(limit);
      const text = readFileSync(log, 'utf8');
      say(`${what}: ${ok ? 'done' : late ? 'no answer' : 'failed'} (${seconds()} s)`);
      done({ ok, late, text, tail: text.trimEnd().split('\n').slice(-25).join('\n') });
    };
    child.on('error', (e) => {
      writeFileSync(log, `${e.message}\n`);
      end(false);
    });
    child.on('exit', (code) => end(code === 0));
  });
}

/** True when every package that the lock wants on this machine is in node_modules in that version. */
function npmIsCurrent() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const want = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const have = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const differs = ([path, p]) => path !== '' && have[path]?.version !== p.version && !(p.optional && !have[path]);
  return !Object.entries(want).some(differs);
}

async function npmPackages() {
  if (npmIsCurrent()) return;
  if (checkOnly) return lacks('npm packages are missing or old: run tools/setup');
  if (!which('npm')) fail('npm is not installed: it comes with Node.js 20 or newer');
  // Not `npm ci`: it refuses a lock that lacks other platforms' binaries, and not every registry has those.
  const r = await runLong('npm packages', 'npm', [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  if (!r.ok) fail(`npm install failed:\n${r.tail}`);
}

const isDebian = () => existsSync('/etc/debian_version') && which('apt-get') !== undefined;
const missingTools = () => requirements.filter((r) => (!quick || r.quick) && !r.probe());

function describe(missing) {
  const rows = missing.map(
    (r) => `  - ${r.what}, version ${r.version} (Debian 12: apt-get install ${r.debian.join(' ')})`,
  );
  return `these tools are missing:\n${rows.join('\n')}`;
}

async function systemTools() {
  const missing = missingTools();
  if (missing.length === 0) return;
  if (checkOnly || !isDebian() || process.getuid?.() !== 0) {
    const how = isDebian()
      ? 'Run tools/setup as root, or the commands above with sudo.'
      : 'Install them with your system, then run this again.';
    if (checkOnly) return lacks(`${describe(missing)}\n${how}`);
    fail(`${describe(missing)}\n${how}`);
  }
  const packages = missing.flatMap((r) => r.debian);
  const update = await runLong('apt-get update', 'apt-get', ['-q', 'update']);
  if (!update.ok) say(`apt-get update failed (going on with the lists that are here):\n${update.tail}`);
  const install = ['-q', '-y', '-o', 'Dpkg::Use-Pty=0', 'install', '--no-install-recommends', ...packages];
  const r = await runLong(`apt-get install ${packages.join(' ')}`, 'apt-get', install);
  if (!r.ok) fail(`apt-get install failed:\n${r.tail}`);
  const left = missingTools();
  if (left.length > 0) fail(`installed, but still not found: ${describe(left)}`);
}

const bazelPrefix = () => join(cacheDir(), `bazel-${BAZEL}`);

/** Writes the untracked .bazeliskrc that points bazelisk at a Bazel on this disk. */
function pointBazelisk(bazel) {
  const text = `USE_BAZEL_VERSION=${bazel}\n`;
  const rc = join(root, '.bazeliskrc');
  if (!existsSync(rc) || readFileSync(rc, 'utf8') !== text) writeFileSync(rc, text);
}

function bazelIsThere() {
  const rc = join(root, '.bazeliskrc');
  if (existsSync(rc)) {
    const named = /^USE_BAZEL_VERSION=(.*)$/m.exec(readFileSync(rc, 'utf8'))?.[1];
    if (named && (!named.startsWith('/') || existsSync(named))) return true;
  }
  if (process.env.USE_BAZEL_VERSION) return true;
  if (existsSync(join(bazelPrefix(), 'bazel'))) {
    if (!checkOnly) pointBazelisk(join(bazelPrefix(), 'bazel'));
    return true;
  }
  return existsSync(join(cacheDir(), `bazelisk-has-${BAZEL}`));
}

async function bazel() {
  if (bazelIsThere()) return;
  if (checkOnly) return lacks(`Bazel ${BAZEL} is missing: run tools/setup`);
  mkdirSync(cacheDir(), { recursive: true });
  const bazelisk = join(root, 'node_modules/.bin/bazelisk');
  const own = await runLong(`Bazel ${BAZEL} through bazelisk`, bazelisk, ['--version'], {
    seconds: BAZELISK_SECONDS,
    env: { USE_BAZEL_VERSION: BAZEL },
  });
  if (own.ok && own.text.includes(BAZEL)) {
    writeFileSync(join(cacheDir(), `bazelisk-has-${BAZEL}`), own.text);
    return;
  }
  say("bazelisk's own download is not to be had here; taking Debian's packages");
  const tools = ['apt-get', 'dpkg-deb', 'python3'].filter((t) => !which(t));
  if (tools.length > 0) {
    fail(
      `Bazel ${BAZEL} is missing. Install it so that USE_BAZEL_VERSION=/path/to/bazel works (bazelisk failed: ${own.tail})`,
    );
  }
  const r = await runLong(`Bazel ${BAZEL} from Debian's packages`, 'bash', [
    join(root, 'tools/bazel-debian/setup.sh'),
    bazelPrefix(),
  ]);
  if (!r.ok) fail(`unpacking Bazel failed:\n${r.tail}`);
  const v = spawnSync(join(bazelPrefix(), 'bazel'), ['--version'], { encoding: 'utf8' });
  if (!v.stdout?.includes(BAZEL))
    fail(`Debian's packages hold "${v.stdout?.trim()}", not Bazel ${BAZEL}: install that version by hand`);
  pointBazelisk(join(bazelPrefix(), 'bazel'));
}

/** Without them three programs of the corpus run on x86-64 alone: no reason to fail. */
async function foreignLibraries() {
  if (existsSync(arm64Libraries()) || !isDebian()) return;
  if (checkOnly) return lacks('zlib, sqlite and libpng for AArch64 are missing: run tools/setup');
  mkdirSync(cacheDir(), { recursive: true });
  const r = await runLong('zlib, sqlite and libpng for AArch64', join(root, 'tools/arm64-libraries/setup.sh'), [arm64Libraries()]);
  if (!r.ok) say(`zlib, sqlite and libpng for AArch64 are not to be had (going on without them):\n${r.tail}`);
}

async function secondVerifier() {
  const { addonPath } = await import('../compiler/llvm14/build.mjs');
  if (existsSync(addonPath())) return;
  if (checkOnly) return lacks('llvm-bindings (the second verifier) is not built: run tools/setup');
  const r = await runLong('llvm-bindings, the second verifier', process.execPath, [
    join(root, 'compiler/llvm14/build.mjs'),
  ]);
  if (!r.ok) fail(`llvm-bindings failed:\n${r.tail}`);
}

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) fail(`Node.js ${process.versions.node} is too old: version 20 or newer is needed`);
const named = process.env.SX_LLVM_LIB;
if (named && !existsSync(named)) fail(`SX_LLVM_LIB names ${named}, which does not exist`);
await npmPackages();
await systemTools();
await bazel();
if (!quick) await foreignLibraries();
if (!quick) await secondVerifier();
if (lacking.length > 0) fail(lacking.join('\nsetup: '));
const took = ((performance.now() - started) / 1000).toFixed(1);
say(`${did === 0 ? 'everything is in place' : 'done'}: libLLVM ${findLibLLVM()}, Bazel ${BAZEL} (${took} s)`);
