// Takes the toolchain of a Bazel workspace; gives a copy of it outside of Bazel's output, with an `sx` command: it outlives `bazel clean`.
import { createHash } from 'node:crypto';
import { chmodSync, constants, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Absolute paths of what `bazel run` gave. */
export interface Toolchain {
  readonly version: string;
  readonly compiler: string;
  /** The protocol's library, which `sx lsp` loads from beside the compiler. */
  readonly lsp: string;
  readonly node: string;
  readonly llvm: string;
  /** A folder node_modules with koffi. */
  readonly nodeModules: string;
  /** The folder modules of the library. */
  readonly modules: string;
}

const cache = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sx/toolchains');

function* filesBelow(dir: string, below = ''): Generator<string> {
  for (const name of readdirSync(join(dir, below)).sort()) {
    const path = join(below, name);
    if (statSync(join(dir, path)).isDirectory()) yield* filesBelow(dir, path);
    else yield path;
  }
}

/** Names the compiler and the library by what they hold: another compiler is another folder, the same one is found again. */
export function identity(t: Toolchain): string {
  const hash = createHash('sha256');
  for (const file of [t.compiler, t.lsp, join(t.nodeModules, 'koffi/package.json')]) hash.update(readFileSync(file));
  hash.update(`${statSync(t.node).size} ${realpathSync(t.llvm)}`);
  for (const path of filesBelow(t.modules)) hash.update(`${path}\0`).update(readFileSync(join(t.modules, path)));
  return `${t.version}-${hash.digest('hex').slice(0, 16)}`;
}

export const folderOf = (id: string): string => join(cache(), id);

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Makes the copy unless it is there. A process that makes the same meanwhile does no harm: the folder appears as a whole. */
export function install(t: Toolchain, id: string): void {
  const dir = folderOf(id);
  if (existsSync(join(dir, 'sx'))) return;
  const part = `${dir}.${process.pid}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const copy = (from: string, to: string): void => {
    copyFileSync(from, join(part, to), constants.COPYFILE_FICLONE);
    chmodSync(join(part, to), 0o644);
  };
  copy(t.compiler, 'sx.cjs');
  copy(t.lsp, 'sx-lsp.cjs');
  copy(t.node, 'node');
  chmodSync(join(part, 'node'), 0o755);
  cpSync(t.modules, join(part, 'runtime/modules'), { recursive: true, dereference: true });
  cpSync(t.nodeModules, join(part, 'node_modules'), { recursive: true, dereference: true });
  writeFileSync(join(part, 'sx'), `#!/bin/sh
# sx ${t.version}, copied from a Bazel toolchain by @rules_sx//editors:setup.
here=$(dirname "$(readlink -f "$0")")
: "\${SX_LLVM_LIB:=${quoted(realpathSync(t.llvm)).slice(1, -1)}}"
export SX_LLVM_LIB
exec "$here/node" "$here/sx.cjs" "$@"
`, { mode: 0o755 });
  mkdirSync(dirname(dir), { recursive: true });
  rmSync(dir, { recursive: true, force: true });
  try {
    renameSync(part, dir);
  } catch (e) {
    rmSync(part, { recursive: true, force: true });
    if (!existsSync(join(dir, 'sx'))) throw e;
  }
}

/** The text of a command in the workspace that runs the copy, for people who share the workspace: each has a copy of their own. */
export function workspaceCommand(id: string): string {
  return `#!/bin/sh
# The sx compiler of this workspace's Bazel toolchain, for editors. Made by: bazel run @rules_sx//editors:setup -- vscode
sx="\${XDG_CACHE_HOME:-$HOME/.cache}/sx/toolchains/${id}/sx"
if [ ! -x "$sx" ]; then
  echo "sx: the toolchain is not on this machine yet: bazel run @rules_sx//editors:setup -- vscode" >&2
  exit 2
fi
exec "$sx" "$@"
`;
}
