// Takes a store and an action; gives what came of it: run in a fresh folder of its declared inputs, in a namespace that has the system besides.
import { spawn } from 'node:child_process';
import { linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CODE, RpcError } from './grpc.mjs';
import { decode, encode } from './schema.mjs';
import { MissingBlobs } from './store.mjs';

/** Folders of the machine that an action sees, as the image of a real executor holds them; nothing else of the machine is there. */
export const IMAGE = ['usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'etc'];

/**
 * $1 an empty folder that becomes the root, $2 the action's folder, $3 where it runs, below that; the rest is `env -i`'s: variables and
 * command. The process namespace and the network are empty.
 */
const CONTAINED = `set -e
root=$1; inputs=$2; at=$3; shift 3
mount -t tmpfs -o mode=755 tmpfs "$root"
for d in ${IMAGE.join(' ')}; do
  if [ -L "/$d" ]; then ln -s "$(readlink "/$d")" "$root/$d"
  elif [ -d "/$d" ]; then mkdir "$root/$d"; mount --rbind "/$d" "$root/$d"; mount -o remount,bind,ro "$root/$d"
  fi
done
mkdir "$root/dev" "$root/proc" "$root/tmp" "$root/action"
chmod 1777 "$root/tmp"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount --bind "$inputs" "$root/action"
exec /usr/sbin/chroot "$root" /bin/sh -c 'cd "$0" && exec /usr/bin/env -i "$@"' "/action/$at" "$@"`;

function namespaces() {
  const own = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--net', '--ipc'];
  return process.getuid() === 0 ? own : ['--user', '--map-root-user', ...own];
}

/** Makes the tree of inputs in `dir`; every blob that is not there is named at once. */
function materialize(store, digest, dir, missing) {
  if (!store.has(digest)) {
    missing.push(digest);
    return;
  }
  const tree = decode('Directory', store.get(digest));
  mkdirSync(dir);
  for (const f of tree.files) {
    if (store.has(f.digest)) linkSync(store.file(f.digest, f.isExecutable), join(dir, f.name));
    else missing.push(f.digest);
  }
  for (const s of tree.symlinks) symlinkSync(s.target, join(dir, s.name));
  for (const d of tree.directories) materialize(store, d.digest, join(dir, d.name), missing);
}

const isProgram = (stat) => (stat.mode & 0o100) !== 0;

/** The Directory of a folder; those below it are added to `children`. */
function treeOf(store, dir, children) {
  const out = { files: [], directories: [], symlinks: [] };
  for (const name of readdirSync(dir).sort()) {
    const path = join(dir, name);
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) out.symlinks.push({ name, target: readlinkSync(path) });
    else if (stat.isDirectory()) {
      const child = treeOf(store, path, children);
      children.push(child);
      out.directories.push({ name, digest: store.put(encode('Directory', child)) });
    } else out.files.push({ name, digest: store.put(readFileSync(path)), isExecutable: isProgram(stat) });
  }
  return out;
}

/** What there is of the outputs that the command names: one that is not made is left out. */
function collect(store, base, paths) {
  const out = { outputFiles: [], outputDirectories: [], outputSymlinks: [] };
  for (const path of paths) {
    const at = join(base, path);
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    if (stat.isSymbolicLink()) out.outputSymlinks.push({ path, target: readlinkSync(at) });
    else if (stat.isDirectory()) {
      const children = [];
      const root = treeOf(store, at, children);
      out.outputDirectories.push({ path, treeDigest: store.put(encode('Tree', { root, children })) });
    } else out.outputFiles.push({ path, digest: store.put(readFileSync(at)), isExecutable: isProgram(stat) });
  }
  return out;
}

/** Runs the command: {code, stdout, stderr}. */
function run(argv, seconds, signal) {
  return new Promise((done, failed) => {
    const child = spawn('unshare', argv, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });
    const text = { stdout: [], stderr: [] };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (d) => text[name].push(d));
    let why;
    const end = (code, message) => {
      why = new RpcError(code, message);
      child.kill('SIGKILL');
    };
    const cancel = () => end(CODE.cancelled, 'the call was given up');
    signal.addEventListener('abort', cancel);
    const timer = seconds > 0 ? setTimeout(() => end(CODE.deadlineExceeded, `the action took longer than ${seconds} s`), seconds * 1000) : undefined;
    child.on('error', failed);
    child.on('close', (code, killed) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      // A shell's way to say that a signal ended the command.
      if (why === undefined) done({ code: code ?? 128 + (killed === 'SIGKILL' ? 9 : 15), stdout: Buffer.concat(text.stdout), stderr: Buffer.concat(text.stderr) });
      else failed(why);
    });
  });
}

/** Executes an action in the folder `dir`, which is removed afterwards. Gives {command, result}, result an ActionResult. */
export async function execute(store, action, dir, signal) {
  const inputs = join(dir, 'inputs');
  mkdirSync(join(dir, 'root'), { recursive: true });
  try {
    const missing = store.has(action.commandDigest) ? [] : [action.commandDigest];
    materialize(store, action.inputRootDigest, inputs, missing);
    if (missing.length > 0) throw new MissingBlobs(missing);
    const command = decode('Command', store.get(action.commandDigest));
    const base = join(inputs, command.workingDirectory);
    const paths = command.outputPaths.length > 0 ? command.outputPaths : [...command.outputFiles, ...command.outputDirectories];
    for (const path of paths) mkdirSync(dirname(join(base, path)), { recursive: true });
    const variables = command.environmentVariables.map((v) => `${v.name}=${v.value}`);
    const argv = [...namespaces(), 'sh', '-c', CONTAINED, 'sh', join(dir, 'root'), inputs, command.workingDirectory, ...variables, ...command.arguments];
    const ended = await run(argv, action.timeout?.seconds ?? 0, signal);
    const result = {
      ...collect(store, base, paths),
      exitCode: ended.code,
      stdoutDigest: store.put(ended.stdout),
      stderrDigest: store.put(ended.stderr),
      executionMetadata: { worker: 'tools/e2e/remote' },
    };
    return { command, result };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
