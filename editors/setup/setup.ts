// Takes a Bazel workspace and names of editors; gives each editor its sx settings: `bazel run @rules_sx//editors:setup -- vscode`.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addMissing, EMPTY, setDefault, Unreadable } from './merge.ts';
import { NoRoots, projectRoots } from './project.ts';
import { folderOf, identity, install, type Toolchain, workspaceCommand } from './toolchain.ts';
import { vsix } from './vsix.ts';

const HELP = `usage: bazel run @rules_sx//editors:setup -- EDITOR...|project [--dry-run] [--no-install] [--bazel COMMAND]

Sets editors up for sx in this workspace. The compiler of the workspace's Bazel toolchain is copied to ~/.cache/sx/toolchains
(or $XDG_CACHE_HOME), so that it is there after \`bazel clean\`, too; run this again after another version of rules_sx is taken.

  vscode   merges sx into .vscode/settings.json, extensions.json, tasks.json and launch.json (what is there stays, comments
           included), writes .vscode/sx, the compiler's command, and installs the extension with \`code --install-extension\`
  neovim   prints configuration for init.lua
  helix    prints configuration for languages.toml
  zed      prints configuration for settings.json
  project  writes sx-project.json, which tells \`sx lsp\` of any editor where modules are that no path of the workspace leads to: a
           library's module_root, other repositories, generated sources. It asks Bazel (cquery), and holds paths of this
           machine: leave it out of version control, and run this again when a library with such modules is added

  --bazel COMMAND  project: how Bazel is called (default: bazel or bazelisk of the PATH)
  --dry-run      say what would be done, and do nothing
  --no-install   vscode: write the files, do not install the extension

Examples
  bazel run @rules_sx//editors:setup -- vscode
  bazel run @rules_sx//editors:setup -- vscode --dry-run
  bazel run @rules_sx//editors:setup -- neovim helix
  bazel run @rules_sx//editors:setup -- project`;

/** What the rule says of its files, by their path in the runfiles. */
interface Manifest {
  readonly version: string;
  readonly compiler: string;
  readonly lsp: string;
  readonly node: string;
  readonly llvm: string;
  readonly koffi: string;
  readonly stdlib: string;
  /** Where SxInfo is made, as the end of its name in a query. */
  readonly provider: string;
  /** Files of the extension: path in it → path in the runfiles. */
  readonly extension: Readonly<Record<string, string>>;
}

const EDITORS = ['vscode', 'neovim', 'helix', 'zed'];
const PROJECT = 'project';
/** VS Code and what is made of it, by the commands that install extensions. */
const CODE_COMMANDS = ['code', 'codium', 'code-insiders', 'cursor'];
/** Modules that rules generate are below Bazel's output, once they were built. */
const GENERATED = ['--module-root', 'bazel-bin'];
const EXTENSION = 'rules-sx.sx';
const DEBUGGER = 'vadimcn.vscode-lldb';

class Setup {
  private failed = false;

  constructor(
    private readonly root: string,
    private readonly workspace: string,
    private readonly m: Manifest,
    private readonly dryRun: boolean,
  ) {}

  private say(text: string): void {
    console.log(text);
  }

  private runfile(path: string): string {
    return join(this.root, path);
  }

  get status(): number {
    return this.failed ? 1 : 0;
  }

  /** The copy of the toolchain; its id. */
  toolchain(): string {
    const t: Toolchain = {
      version: this.m.version, compiler: this.runfile(this.m.compiler), lsp: this.runfile(this.m.lsp), node: this.runfile(this.m.node), llvm: this.runfile(this.m.llvm),
      nodeModules: dirname(dirname(this.runfile(this.m.koffi))), modules: dirname(this.runfile(this.m.stdlib)),
    };
    const id = identity(t);
    this.say(`${existsSync(join(folderOf(id), 'sx')) ? 'is there ' : this.would('copy')} ${folderOf(id)}`);
    if (!this.dryRun) install(t, id);
    return id;
  }

  private would(what: string): string {
    return this.dryRun ? `would ${what}` : what;
  }

  private write(name: string, text: string, mode: number): void {
    const path = join(this.workspace, name);
    const old = existsSync(path) ? readFileSync(path, 'utf8') : null;
    if (old === text) {
      this.say(`is there  ${name}`);
      return;
    }
    this.say(`${this.would(old === null ? 'write' : 'change')} ${name}`);
    if (this.dryRun) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
  }

  private merge(name: string, merged: (text: string) => string): void {
    const path = join(this.workspace, name);
    const old = existsSync(path) ? readFileSync(path, 'utf8') : '';
    try {
      this.write(name, merged(old.trim() === '' ? EMPTY : old), 0o644);
    } catch (e) {
      if (!(e instanceof Unreadable)) throw e;
      this.failed = true;
      console.error(`setup: ${name} cannot be read as JSON with comments and stays as it is: ${e.message}`);
    }
  }

  vscode(id: string, installs: boolean): void {
    this.write('.vscode/sx', workspaceCommand(id), 0o755);
    this.merge('.vscode/settings.json', (text) => {
      let now = setDefault(text, ['sx.path'], `\${workspaceFolder}/.vscode/sx`);
      now = setDefault(now, ['sx.lsp.arguments'], GENERATED);
      now = setDefault(now, ['[sx]', 'editor.defaultFormatter'], EXTENSION);
      now = setDefault(now, ['[sx]', 'editor.formatOnSave'], true);
      // The links to Bazel's output hold every source again.
      for (const key of ['files.watcherExclude', 'search.exclude']) now = setDefault(now, [key, '**/bazel-*/**'], true);
      return now;
    });
    this.merge('.vscode/extensions.json', (text) => addMissing(text, ['recommendations'], [EXTENSION, DEBUGGER], null));
    const task = (label: string, args: string[], group: unknown): object => ({ label, type: 'shell', command: 'bazel', args, group, problemMatcher: ['$sx'] });
    this.merge('.vscode/tasks.json', (text) => {
      const now = setDefault(text, ['version'], '2.0.0');
      return addMissing(now, ['tasks'], [
        task('bazel build //...', ['build', '//...'], 'build'), task('bazel test //...', ['test', '//...', '--test_output=errors'], 'test'),
        task('bazel build -c dbg //...', ['build', '-c', 'dbg', '//...'], 'build'),
      ], 'label');
    });
    this.merge('.vscode/launch.json', (text) => {
      let now = setDefault(text, ['version'], '0.2.0');
      now = addMissing(now, ['configurations'], [{
        name: 'sx: debug a binary', type: 'lldb', request: 'launch', program: `\${workspaceFolder}/bazel-bin/\${input:sxBinary}`, args: [], cwd: `\${workspaceFolder}`, preLaunchTask: 'bazel build -c dbg //...',
        // Bazel compiles in a folder of its own; sources are named from the workspace on.
        sourceMap: { '.': `\${workspaceFolder}` },
      }], 'name');
      return addMissing(now, ['inputs'], [{ id: 'sxBinary', type: 'promptString', description: 'The program below bazel-bin, e.g. app/server' }], 'id');
    });
    this.extension(id, installs);
  }

  private extension(id: string, installs: boolean): void {
    const file = join(folderOf(id), 'sx.vsix');
    const files = new Map(Object.entries(this.m.extension).map(([path, from]) => [path, new Uint8Array(readFileSync(this.runfile(from)))] as const));
    this.say(`${this.would('write')} ${file}`);
    if (!this.dryRun) writeFileSync(file, vsix(files));
    const dirs = (process.env['PATH'] ?? '').split(':');
    const command = CODE_COMMANDS.find((c) => dirs.some((d) => d !== '' && existsSync(join(d, c))));
    if (!installs || command === undefined) {
      this.say(`${command === undefined ? `none of ${CODE_COMMANDS.join(', ')} is on the PATH: ` : ''}install the extension with: code --install-extension ${file}`);
      return;
    }
    this.say(`${this.would('run')} ${command} --install-extension ${file} --force`);
    if (this.dryRun) return;
    const r = spawnSync(command, ['--install-extension', file, '--force'], { stdio: ['ignore', 'inherit', 'inherit'] });
    if (r.status === 0) return;
    this.failed = true;
    console.error(`setup: ${command} could not install the extension${r.error === undefined ? ` (status ${r.status})` : `: ${r.error.message}`}`);
  }

  project(bazel: string | undefined): void {
    try {
      const roots = projectRoots({ bazel, workspace: this.workspace, provider: this.m.provider });
      this.write('sx-project.json', `${JSON.stringify({ module_roots: roots }, null, 2)}\n`, 0o644);
    } catch (e) {
      if (!(e instanceof NoRoots)) throw e;
      this.failed = true;
      console.error(`setup: ${e.message}`);
    }
  }

  print(editor: string, id: string): void {
    const sx = join(folderOf(id), 'sx');
    const texts: Readonly<Record<string, string>> = {
      neovim: `-- init.lua, Neovim 0.11
vim.filetype.add({ extension = { sx = 'sx' } })
vim.lsp.config('sx', { cmd = { '${sx}', 'lsp', ${GENERATED.map((w) => `'${w}'`).join(', ')} }, filetypes = { 'sx' }, root_markers = { 'MODULE.bazel', '.git' } })
vim.lsp.enable('sx')`,
      helix: `# languages.toml
[language-server.sx]
command = "${sx}"
args = ${JSON.stringify(['lsp', ...GENERATED])}

[[language]]
name = "sx"
scope = "source.sx"
file-types = ["sx"]
roots = ["MODULE.bazel"]
comment-token = "//"
indent = { tab-width = 4, unit = "    " }
language-servers = ["sx"]
auto-format = true`,
      zed: `// settings.json: Zed knows language servers by extensions; until one for sx exists, files take the colours of another language
{
  "lsp": { "sx": { "binary": { "path": "${sx}", "arguments": ${JSON.stringify(['lsp', ...GENERATED])} } } },
  "file_types": { "Odin": ["sx"] }
}`,
    };
    this.say(`\n${texts[editor]}`);
  }
}

function main(argv: readonly string[]): number {
  const [root, manifest, ...given] = argv;
  const at = given.indexOf('--bazel');
  const bazel = at < 0 ? undefined : given[at + 1];
  const words = at < 0 ? given : [...given.slice(0, at), ...given.slice(at + 2)];
  const editors = words.filter((w) => !w.startsWith('-'));
  const flags = words.filter((w) => w.startsWith('-'));
  if (flags.includes('--help') || flags.includes('-h')) {
    console.log(HELP);
    return 0;
  }
  const wrong = [...editors.filter((e) => !EDITORS.includes(e) && e !== PROJECT), ...flags.filter((x) => x !== '--dry-run' && x !== '--no-install')];
  const workspace = process.env['BUILD_WORKSPACE_DIRECTORY'];
  if (wrong.length > 0 || editors.length === 0) {
    console.error(`setup: ${wrong.length > 0 ? `unknown argument ${wrong[0]}` : 'no editor was named'}\n\n${HELP}`);
    return 2;
  }
  if (workspace === undefined) {
    console.error('setup: run this with `bazel run`: it says where the workspace is');
    return 2;
  }
  const s = new Setup(root, workspace, JSON.parse(readFileSync(manifest, 'utf8')) as Manifest, flags.includes('--dry-run'));
  const id = editors.some((e) => e !== PROJECT) ? s.toolchain() : '';
  for (const e of editors) {
    if (e === PROJECT) s.project(bazel);
    else if (e === 'vscode') s.vscode(id, !flags.includes('--no-install'));
    else s.print(e, id);
  }
  return s.status;
}

process.exitCode = main(process.argv.slice(2));
