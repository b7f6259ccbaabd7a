// Takes a Bazel workspace; gives the import roots of its sx libraries, those of other repositories and of generated modules, too.
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { existsSync } from 'node:fs';

/** What Bazel's own launchers are called. */
const COMMANDS = ['bazel', 'bazelisk'];

/** Run by Bazel for each library (cquery's Starlark): a line `SOURCE|ROOT|PATH` for each module's root. The provider is known by its file. */
const ROOTS = (provider: string): string =>
  `"\\n".join(["%s|%s|%s" % (r.file.is_source, r.file.root.path, r.path) for k, p in (providers(target) or {}).items() if k.endswith("${provider}") for r in p.roots.to_list()])`;

export interface Query {
  readonly bazel: string | undefined;
  readonly workspace: string;
  /** `//toolchain:providers.bzl%SxInfo` */
  readonly provider: string;
}

/** A failure that the user can do something about. */
export class NoRoots extends Error {}

function run(command: string, q: Query, args: readonly string[]): string {
  const r = spawnSync(command, args, { cwd: q.workspace, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (r.error !== undefined) throw new NoRoots(`${command} cannot be run (${r.error.message}): --bazel names another one`);
  // Packages that cannot be loaded leave the others: status 1 with --keep_going.
  if (r.status !== 0 && !(r.status === 1 && args.includes('--keep_going'))) throw new NoRoots(`${command} ${args[0]} ended with status ${r.status}:\n${r.stderr.trimEnd()}`);
  return r.stdout;
}

function commandOf(q: Query): string {
  if (q.bazel !== undefined) return q.bazel;
  const dirs = (process.env['PATH'] ?? '').split(delimiter);
  const found = COMMANDS.find((c) => dirs.some((d) => d !== '' && existsSync(join(d, c))));
  if (found === undefined) throw new NoRoots(`neither ${COMMANDS.join(' nor ')} is on the PATH: --bazel names the command`);
  return found;
}

/** A root as the workspace's files see it: `root` is '' or an output folder, `path` a path below it, of another repository `external/NAME`. */
export function folderOfRoot(line: string, outputBase: string, executionRoot: string): string | null {
  const [source, root, path] = line.split('|') as [string, string, string];
  if (source !== 'True') return join(executionRoot, root, path);
  if (path.startsWith('external/')) return join(outputBase, path);
  return path === '' ? null : path;
}

/** Folders for `module_roots`: those of the workspace first, then other repositories', then generated ones; each in the order of its name. */
export function projectRoots(q: Query): string[] {
  const bazel = commandOf(q);
  const info = Object.fromEntries(run(bazel, q, ['info', 'output_base', 'execution_root']).split('\n').map((l) => l.split(': ') as [string, string]));
  const text = run(bazel, q, ['cquery', 'kind("sx_library rule", deps(//...))', '--keep_going', '--output=starlark', `--starlark:expr=${ROOTS(q.provider)}`]);
  const own = new Set<string>();
  const others = new Set<string>();
  const generated = new Set<string>();
  for (const line of text.split('\n').filter((l) => l.includes('|'))) {
    const folder = folderOfRoot(line, info['output_base']!, info['execution_root']!);
    if (folder === null) continue;
    if (!line.startsWith('True|')) generated.add(folder);
    else if (folder.startsWith('/')) others.add(folder);
    else own.add(folder);
  }
  return [own, others, generated].flatMap((s) => [...s].sort());
}
