// Takes a folder; gives a way to run Bazel as a user that owns that folder and nothing else. Only root can become somebody else.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheDir } from '../requirements.mjs';

const UID = 65534;
const BECOME = ['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--clear-groups'];

/**
 * Sees root's home folder as an empty one with this project's cache in it, where Bazel lies: in a mount namespace of its own, since the
 * folder is closed to others. $1 the home folder, $2 the cache, $3 a folder to hold it meanwhile; the rest is the command.
 */
const OPENED = 'set -e; home=$1; cache=$2; hold=$3; shift 3; mount --bind "$cache" "$hold"; mount -t tmpfs -o mode=755 tmpfs "$home"; mkdir -p "$cache"; mount --bind "$hold" "$cache"; exec "$@"';

/** {uid, dir, wrap, own}, or why there is none: {problem}. `dir` is made, for what the user writes. */
export function otherUser(dir) {
  if (process.getuid() !== 0) return { problem: 'not as another uid: only root can do that' };
  mkdirSync(join(dir, 'hold'), { recursive: true });
  cpSync(join(cacheDir(), 'bazel-repositories'), join(dir, 'repositories'), { recursive: true });
  chmodSync(dirname(dir), 0o755);
  const own = (path) => spawnSync('chown', ['-R', `${UID}:${UID}`, path]);
  own(dir);
  const closed = cacheDir().startsWith(`${homedir()}/`);
  const wrap = (command, args) => {
    const become = [...BECOME, command, ...args];
    return closed ? ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', OPENED, 'sh', homedir(), cacheDir(), join(dir, 'hold'), ...become] : become;
  };
  const [first, ...rest] = wrap('id', ['-u']);
  const tried = spawnSync(first, rest, { encoding: 'utf8', cwd: dir });
  if (tried.stdout?.trim() !== String(UID)) return { problem: `not as another uid: ${tried.error?.message ?? tried.stderr.trim()}` };
  return { uid: UID, dir, wrap, own };
}
