// Takes nothing; gives the path of a built llvm-bindings addon, kept in a cache outside the tree (about a minute once).
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const version = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).dependencies['llvm-bindings'];

/** The folder of everything that setup keeps between clones: SX_CACHE_DIR, else XDG_CACHE_HOME/sx, else ~/.cache/sx. */
function cacheDir() {
  return process.env.SX_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sx');
}

/** Path of the addon for this version, architecture and LLVM 14, built or not. */
export function addonPath() {
  return join(cacheDir(), `llvm-bindings-${version}-${process.arch}`, 'llvm-bindings.node');
}

function llvmConfig() {
  for (const name of ['llvm-config-14', '/usr/lib/llvm-14/bin/llvm-config']) {
    const r = spawnSync(name, ['--libdir'], { encoding: 'utf8' });
    if (r.status === 0) {
      const libdir = r.stdout.trim();
      const include = execFileSync(name, ['--includedir'], { encoding: 'utf8' }).trim();
      for (const lib of ['libLLVM-14.so', 'libLLVM-14.so.1', 'libLLVM.so']) {
        if (existsSync(join(libdir, lib))) return { include, lib: join(libdir, lib) };
      }
    }
  }
  throw new Error('LLVM 14 with its headers and shared library is not installed (Debian: llvm-14-dev)');
}

function nodeHeaders() {
  const prefixes = [process.env.npm_config_nodedir, dirname(dirname(process.execPath)), '/usr', '/usr/local'];
  for (const p of prefixes) if (p && existsSync(join(p, 'include/node/node_api.h'))) return join(p, 'include/node');
  throw new Error(
    "Node's headers (node_api.h) were not found: set npm_config_nodedir to the prefix that has include/node",
  );
}

function run(cmd, args) {
  const r = spawnSync(cmd, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (r.error) throw new Error(`${cmd}: ${r.error.message}`);
  if (r.status !== 0) throw new Error(`${cmd} ${args.join(' ')} failed:\n${r.stderr}`);
}

/** Builds the addon unless the cache has it. Returns its path; throws with a sentence for the user. */
export function buildAddon(log) {
  const out = addonPath();
  if (existsSync(out)) return out;
  const source = join(here, 'node_modules/llvm-bindings');
  if (!existsSync(source)) {
    log('llvm14: npm packages');
    run('npm', ['ci', '--ignore-scripts', '--prefix', here]);
  }
  const llvm = llvmConfig();
  const build = mkdtempSync(join(tmpdir(), 'sx-llvm-bindings-'));
  log('llvm14: building llvm-bindings against LLVM 14 (about a minute, once per machine)');
  try {
    const defs = {
      CMAKE_BUILD_TYPE: 'Release',
      NPM_SOURCE: source,
      ADDON_API: join(here, 'node_modules/node-addon-api'),
      NODE_INC: nodeHeaders(),
      LLVM_INC: llvm.include,
      LLVM_LIB: llvm.lib,
    };
    run('cmake', ['-S', here, '-B', build, ...Object.entries(defs).map(([k, v]) => `-D${k}=${v}`)]);
    run('cmake', ['--build', build, '--parallel', '2']);
    mkdirSync(dirname(out), { recursive: true });
    copyFileSync(join(build, 'llvm-bindings.node'), `${out}.${process.pid}`);
    renameSync(`${out}.${process.pid}`, out);
  } finally {
    rmSync(build, { recursive: true, force: true });
  }
  return out;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log(buildAddon((line) => console.error(line)));
  } catch (e) {
    console.error(`llvm14: ${e.message}`);
    process.exit(2);
  }
}
