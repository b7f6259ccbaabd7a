// The rules as a user of another repository meets them.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../tools/e2e/bazel.mjs';

const compiles = (r) => r.executed.SxCompile ?? 0;
const links = (r) => r.executed.CppLink ?? 0;
// By either mnemonic: a text as the proof of a check was that of SxEmit.
const checked = (r) => (r.executed.SxCheck ?? 0) + (r.executed.SxEmit ?? 0);

/** What a program has written when it has answered, its input being open until then; or when it ends. */
function answerOf(program, args, input, options) {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { ...options, stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece) => {
      text += piece;
      child.stdin.end();
    });
    child.on('error', failed);
    child.on('close', () => done(text));
    child.stdin.write(input);
  });
}

export const checks = [
  {
    name: 'build',
    async run(t) {
      await t.ok('build', ['//...']);
      const run = await t.ok('run', ['//app']);
      t.equal(run.stdout, 'hello 42 7 vendored\n', 'what the program prints');
    },
  },
  {
    name: 'toolchain-in-genrule',
    async run(t) {
      await t.ok('build', ['//gen:toolchain_facts']);
      t.equal(t.read('bazel-bin/gen/facts.txt'), 'triple=x86_64-linux-gnu version=0.1.0\nsx 0.1.0\n');
    },
  },
  {
    name: 'nothing-changed',
    async run(t) {
      await t.ok('build', ['//...']);
      const again = await t.ok('build', ['//...'], { cache: false });
      t.equal(compiles(again) + links(again) + checked(again), 0, 'actions of a second build');
    },
  },
  {
    name: 'edit-one-body',
    async run(t) {
      await t.ok('build', ['//app:app', '//app:other'], { cache: false });
      t.edit('app/greeting.sx', '"hello"', '"good day"');
      const r = await t.ok('build', ['//app:app', '//app:other'], { cache: false });
      t.equal([compiles(r), links(r)], [1, 1], 'compiles and links after an edit of one body');
      t.equal((await t.ok('run', ['//app'])).stdout, 'good day 42 7 vendored\n');
    },
  },
  {
    name: 'edit-a-library',
    async run(t) {
      const built = (args) => t.ok('build', ['//app:app', '//app:other', '//lib:all'], { cache: false, ...args });
      await built();
      t.edit('lib/area.sx', 'return r.w * r.h;', 'return r.h * r.w + 0;');
      const body = await built();
      // The library is checked by itself, the one program that uses it is compiled and linked, the other one is left alone.
      t.equal([checked(body), compiles(body), links(body)], [1, 1, 1], 'checks, compiles and links after an edit of a library function\'s body');
      t.write('lib/area.sx', `${t.read('lib/area.sx')}\nunused :: () -> i64 { return 1; }\n`);
      const unused = await built();
      t.equal([compiles(unused), links(unused)], [1, 0], 'compiles and links after a function that the program does not use');
      const touched = new Date(Date.now() + 5000);
      for (const file of t.files('.').filter((f) => f.endsWith('.sx') && !f.startsWith('bazel-'))) utimesSync(join(t.dir, file), touched, touched);
      const nothing = await built();
      t.equal([checked(nothing), compiles(nothing), links(nothing)], [0, 0, 0], 'actions after nothing but times of files has changed');
    },
  },
  {
    name: 'edit-a-comment',
    async run(t) {
      await t.ok('build', ['//app:app', '//app:other'], { cache: false });
      t.edit('lib/area.sx', 'How much a rectangle covers.', 'What a rectangle covers.');
      const r = await t.ok('build', ['//app:app', '//app:other'], { cache: false });
      t.equal([compiles(r), links(r)], [1, 0], 'compiles and links after an edit of a comment');
    },
  },
  {
    name: 'editors',
    async run(t) {
      const home = join(t.run.scratch, 'editors-home');
      const bin = join(home, 'bin');
      rmSync(home, { recursive: true, force: true });
      mkdirSync(bin, { recursive: true });
      writeFileSync(join(bin, 'code'), `#!/bin/sh\necho "$@" >> ${home}/installed\n`, { mode: 0o755 });
      // Bazelisk keeps its Bazel where it is.
      const env = { BAZELISK_HOME: process.env.BAZELISK_HOME ?? join(homedir(), '.cache/bazelisk'), XDG_CACHE_HOME: join(home, 'cache'), PATH: `${bin}:${process.env.PATH}` };
      const setup = (...args) => t.ok('run', ['@rules_sx//editors:setup', '--', ...args], { env });
      const installed = () => (existsSync(join(home, 'installed')) ? readFileSync(join(home, 'installed'), 'utf8').trim().split('\n') : []);
      const mine = '{\n    // fonts matter\n    "editor.fontSize": 13, /* px */\n    "[sx]": { "editor.formatOnSave": false }, // I format myself\n    "search.exclude": { "**/old/**": true },\n}\n';
      mkdirSync(join(t.dir, '.vscode'), { recursive: true });
      t.write('.vscode/settings.json', mine);
      t.write('.vscode/tasks.json', '{ "version": "2.0.0", "tasks": [{ "label": "mine", "type": "shell", "command": "true" }] }\n');

      const dry = await setup('vscode', '--dry-run');
      t.matches(dry.stdout, /would change \.vscode\/settings\.json/);
      t.equal([t.read('.vscode/settings.json'), existsSync(join(t.dir, '.vscode/sx')), installed().length], [mine, false, 0], 'a dry run does nothing');

      await setup('vscode');
      const settings = t.read('.vscode/settings.json');
      for (const kept of ['// fonts matter', '"editor.fontSize": 13, /* px */', '// I format myself', '"editor.formatOnSave": false', '"**/old/**": true']) t.true(settings.includes(kept), `settings keep ${kept}`);
      for (const added of ['"sx.path": "${workspaceFolder}/.vscode/sx"', '"editor.defaultFormatter": "rules-sx.sx"', '"--module-root"', '"**/bazel-*/**": true']) t.true(settings.includes(added), `settings get ${added}`);
      const tasks = JSON.parse(t.read('.vscode/tasks.json')).tasks.map((x) => x.label);
      t.equal(tasks, ['mine', 'bazel build //...', 'bazel test //...', 'bazel build -c dbg //...']);
      t.equal(JSON.parse(t.read('.vscode/extensions.json')).recommendations, ['rules-sx.sx', 'vadimcn.vscode-lldb']);
      t.equal(JSON.parse(t.read('.vscode/launch.json')).configurations.map((x) => x.name), ['sx: debug a binary']);
      t.equal(installed().length, 1, 'extensions that were installed');
      const file = /--install-extension (\S+\.vsix) --force/.exec(installed()[0])[1];
      const list = spawnSync('unzip', ['-Z1', file], { encoding: 'utf8' }).stdout.split('\n');
      for (const name of ['extension.vsixmanifest', '[Content_Types].xml', 'extension/package.json', 'extension/dist/extension.cjs', 'extension/syntaxes/sx.tmLanguage.json', 'extension/language-configuration.json']) t.true(list.includes(name), `the extension has ${name}`);

      const names = ['settings', 'tasks', 'launch', 'extensions'];
      const texts = () => [...names.map((n) => t.read(`.vscode/${n}.json`)), t.read('.vscode/sx')];
      const before = texts();
      t.matches((await setup('vscode', 'neovim', 'helix', 'zed', '--no-install')).stdout, /is there {2}\.vscode\/settings\.json[^]*vim\.lsp\.enable[^]*language-server\.sx[^]*"lsp"/);
      t.equal(texts(), before, 'a second run changes nothing');

      // The command is there when Bazel's output is not, and answers as a server.
      await t.ok('clean', []);
      const options = { cwd: t.dir, env: { ...process.env, ...env }, encoding: 'utf8' };
      const run = (args) => spawnSync(join(t.dir, '.vscode/sx'), args, options);
      t.equal(run(['version']).stdout, 'sx 0.1.0\n');
      t.write('probe.sx', '#import "modules/std.sx";\nmain :: () { print("probe\\n"); }\n');
      t.equal(run(['run', 'probe.sx']).stdout, 'probe\n', 'the library and LLVM are found');
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
      // The end of its input would end the server before it has answered.
      t.matches(await answerOf(join(t.dir, '.vscode/sx'), ['lsp'], `Content-Length: ${body.length}\r\n\r\n${body}`, options), /"definitionProvider":true/);

      t.write('.vscode/settings.json', '{ "a": , }');
      await t.fails('run', ['@rules_sx//editors:setup', '--', 'vscode', '--no-install'], [/settings\.json cannot be read as JSON with comments and stays as it is: line 1/], { env });
      t.equal(t.read('.vscode/settings.json'), '{ "a": , }');
      await t.fails('run', ['@rules_sx//editors:setup', '--', 'emacs'], [/unknown argument emacs/], { env });
    },
  },
  {
    name: 'editors-find-modules',
    async run(t) {
      // Bazel as it is called here: the program asks it where the modules of the workspace are.
      const bazel = join(t.run.scratch, 'bazel-of-smoke');
      const { argv } = await t.ok('build', ['//gen:table']);
      const startup = argv.slice(0, argv.indexOf('build')).map((w) => `'${w}'`);
      writeFileSync(bazel, `#!/bin/sh\nexec '${join(root, 'node_modules/.bin/bazelisk')}' ${startup.join(' ')} "$@"\n`, { mode: 0o755 });
      const r = await t.ok('run', ['@rules_sx//editors:setup', '--', 'project', '--bazel', bazel]);
      t.matches(r.stdout, /write sx-project\.json/);
      const project = JSON.parse(t.read('sx-project.json'));
      t.equal(project.module_roots[0], 'vendored/src', 'the folder of a library of the workspace');
      const output = (await t.ok('info', ['bazel-bin'])).stdout.trim();
      t.true(project.module_roots.includes(output), `generated modules: ${project.module_roots}`);
      // The compiler finds with them what a program imports.
      const options = { cwd: t.dir, encoding: 'utf8' };
      const sx = (...more) => spawnSync(process.execPath, [join(root, 'compiler/bin/sx'), 'check', 'app/app.sx', ...more], options);
      t.matches(sx().stderr, /cannot find import 'gen\/table\.sx'/);
      const found = sx(...project.module_roots.map((dir) => `--module-root=${dir}`));
      t.equal([found.status, found.stderr], [0, '']);
      t.matches((await t.ok('run', ['@rules_sx//editors:setup', '--', 'project', '--bazel', bazel])).stdout, /is there {2}sx-project\.json/);
      await t.fails('run', ['@rules_sx//editors:setup', '--', 'project', '--bazel', '/nowhere/bazel'], [/setup: \/nowhere\/bazel [^\n]*: --bazel names another one/]);
    },
  },
  {
    name: 'version-from-archive',
    async run(t) {
      const dir = join(t.run.scratch, 'archive');
      mkdirSync(join(dir, 'compiler'), { recursive: true });
      t.equal(spawnSync(process.execPath, [join(root, 'tools/build.mjs'), '--whole', '--quiet', '--out', join(dir, 'compiler')], { stdio: 'inherit' }).status, 0);
      cpSync(join(root, 'runtime/modules'), join(dir, 'runtime/modules'), { recursive: true });
      const tar = join(t.run.scratch, 'sx.tar.gz');
      t.equal(spawnSync('tar', ['-czf', tar, '-C', dir, 'compiler', 'runtime']).status, 0);
      const integrity = `sha256-${createHash('sha256').update(readFileSync(tar)).digest('base64')}`;
      const before = t.read('MODULE.bazel');
      const tag = `sx.toolchain(version = "9.9.9", urls = ["file://${tar}"], integrity = "${integrity}"`;
      t.write('MODULE.bazel', `${before}\nsx = use_extension("@rules_sx//toolchain:extension.bzl", "sx")\n${tag})\n`);
      await t.ok('build', ['//gen:toolchain_facts']);
      t.matches(t.read('bazel-bin/gen/facts.txt'), /version=0\.1\.0/);
      await t.ok('build', ['--@rules_sx//sx/settings:version=9.9.9', '//gen:toolchain_facts', '//app:other']);
      t.matches(t.read('bazel-bin/gen/facts.txt'), /version=9\.9\.9/);
      t.write('MODULE.bazel', `${before}\nsx = use_extension("@rules_sx//toolchain:extension.bzl", "sx")\n${tag}, default = True)\n`);
      await t.ok('build', ['//gen:toolchain_facts']);
      t.matches(t.read('bazel-bin/gen/facts.txt'), /version=9\.9\.9/);
      t.write('MODULE.bazel', before);
    },
  },
  {
    name: 'one-worker',
    async run(t) {
      // Each mnemonic would have a process of its own, with the trees of the same files.
      await t.ok('clean', []);
      const r = await t.ok('build', ['--worker_verbose', '//lib:shapes', '//app'], { cache: false });
      t.true(checked(r) > 0 && compiles(r) > 0, `checks and compiles ${JSON.stringify(r.executed)}`);
      const keys = new Set([...r.text.matchAll(/Created new .*worker \(id \d+, key hash (-?\d+)\)/g)].map((m) => m[1]));
      t.equal(keys.size, 1, `keys of workers in\n${r.text}`);
    },
  },
  {
    name: 'library-errors',
    async run(t) {
      t.edit('lib/shapes.sx', 'h: i64;', 'h: i64_t;');
      await t.fails('build', ['//lib:shapes'], [/unknown type 'i64_t'/, /lib\/shapes\.sx:1:/]);
      t.edit('lib/shapes.sx', 'i64_t', 'i64');
    },
  },
  {
    name: 'c-at-compile-time',
    async run(t) {
      const target = (name, more) => `sx_binary(name = "${name}", srcs = ["calls_c.sx"]${more})\n`;
      t.write('comptime/BUILD.bazel', `load("@rules_sx//sx:defs.bzl", "sx_binary")\n${target('asks', ', comptime_ffi = True')}${target('does_not_ask', '')}`);
      t.equal((await t.ok('run', ['//comptime:asks'])).stdout, '4\n');
      await t.fails('build', ['//comptime:does_not_ask'], [/cannot call 'labs' at compile time/, /comptime_ffi = True/]);
      t.remove('comptime/BUILD.bazel');
    },
  },
  {
    name: 'build-program-bytes',
    async run(t) {
      // A program that drives its build, calls C and runs assembly while it is compiled: Bazel's object is that of the command line.
      t.write('comptime/driven.sx', `#import "modules/std.sx";
#import "modules/build.sx";
#import "modules/compiler.sx";
labs :: (n: i64) -> i64 extern;
up :: (n: i64) -> i64 {
    v := n;
    inline if ARCH == {
        case .x86_64: { asm volatile { "incq %[v]", [v] "+r" -> *v, clobbers(.cc) }; }
        case .aarch64: { asm volatile { "add %[v], %[v], #1", [v] "+r" -> *v }; }
    }
    return v;
}
ship :: (opt: BuildOptions) -> bool { return emit_and_link(opt); }
#run on_build(ship);
N :: #run up(labs(-4));
main :: () { print("{}\\n", N); }
`);
      t.write('comptime/BUILD.bazel', 'load("@rules_sx//sx:defs.bzl", "sx_binary")\nsx_binary(name = "driven", srcs = ["driven.sx"], comptime_ffi = True)\n');
      t.equal((await t.ok('run', ['//comptime:driven'])).stdout, '5\n');
      const bazels = readFileSync(join(t.dir, 'bazel-bin/comptime/driven.o'));
      // Messages and line tables hold the library's path as the action has it.
      const library = /external\/[\w~+.-]+\/runtime(?=\/modules\/)/.exec(bazels.toString('latin1'))?.[0];
      t.true(library !== undefined, 'a path of the library');
      const cwd = (await t.ok('info', ['execution_root'])).stdout.trim();
      const words = ['build', '--quiet', '--emit', 'obj', '--opt', '0', '--need-main', 'comptime/driven.sx', '-o', join(t.dir, 'driven.o')];
      const own = spawnSync(process.execPath, [join(root, 'compiler/bin/sx'), ...words], { cwd, encoding: 'utf8', env: { ...process.env, SX_STDLIB_PATH: library } });
      t.equal([own.status, own.stdout + own.stderr], [0, '']);
      t.true(readFileSync(join(t.dir, 'driven.o')).equals(bazels), 'the same object');
      for (const file of ['comptime/BUILD.bazel', 'comptime/driven.sx', 'driven.o']) t.remove(file);
    },
  },
];
