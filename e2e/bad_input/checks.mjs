// Mistakes of users: each fails with a message that names the target and says what to do.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const build = (name, target, patterns, options) => ({ name, run: (t) => t.fails('build', [target], patterns, options) });

/** With other text at the end of MODULE.bazel. */
async function withModule(t, text, body) {
  const before = t.read('MODULE.bazel');
  t.write('MODULE.bazel', `${before}\n${text}\n`);
  try {
    await body();
  } finally {
    t.write('MODULE.bazel', before);
  }
}

const EXTENSION = 'sx = use_extension("@rules_sx//toolchain:extension.bzl", "sx")\n';

export const checks = [
  { name: 'good', run: (t) => t.ok('build', ['//:all']) },
  build('unknown-attribute', '//attribute:x', [/no such attribute 'sources' in 'sx_binary' rule/]),
  build('wrong-sanitizer', '//setting:x', [/invalid value in 'sanitizer' attribute: has to be one of '', 'none', 'tsan', 'asan' or 'ubsan-trap' instead of 'msan'/]),
  build('wrong-emit', '//emit:x', [/sx_snapshot_test\(name = "x"\): emit takes ir, asm, stdout, not "bitcode"/]),
  build('main-not-said', '//:two_sources', [/:two_sources: main is needed, the file that holds the program's `main`: srcs has 2 files \(good\.sx, no_main\.sx\)/]),
  build('missing-main', '//:no_main', [/'no_main\.sx' has no `main` function/]),
  build('duplicate-module', '//:ambiguous', [/the module "util\.sx" comes from two libraries, .*:first \(first\/util\.sx\) and .*:second \(second\/util\.sx\): rename one, or give one a module_root/]),
  build('cyclic-deps', '//:chicken', [/cycle in dependency graph/, /:egg/]),
  build('wrong-dep', '//:wrong_dep', [/'\/\/:texts' does not have mandatory providers: 'SxInfo' or 'CcInfo'/]),
  build('undeclared-source', '//:undeclared', [/undeclared\.sx:1:/, /first\/util\.sx/]),
  build('outside-of-module-root', '//:outside', [/:outside: no_main\.sx is not below module_root "first"/]),
  build('type-error', '//:type_error', [/type_error\.sx:2:12/, /'i32'/]),
  {
    // Where it is, without a program that reaches it; a program that does not is none the worse.
    name: 'error-in-a-library',
    async run(t) {
      const r = await t.fails('build', ['//:broken_library'], [/SxCheck \S*broken_library\S* failed|sx \S*broken_library failed/, /error: [^\n]*'string'[^\n]*\n *--> wrong_body\.sx:5:40\n/]);
      t.lacks(r.text, /good_module\.sx:/);
      await t.ok('build', ['--norun_validations', '//:broken_library']);
      t.equal((await t.ok('run', ['--norun_validations', '//:uses_broken_library'])).status, 0);
      t.edit('wrong_body.sx', 'half("two")', 'half(2)');
      await t.ok('build', ['//:broken_library']);
    },
  },
  {
    name: 'missing-toolchain',
    run: (t) => t.fails('build', ['--platforms=//:riscv', '//:good'], [/:good: there is no sx target toolchain for the platform \S*\/\/:riscv: Linux on x86_64 and aarch64 are known \(@rules_sx\/\/platforms\); for another one, register an sx_target_toolchain/]),
  },
  {
    name: 'missing-sanitizer-runtimes',
    run: (t) => t.fails('build', ['--platforms=@rules_sx//platforms:linux_aarch64', '//:sanitized'], [/:sanitized: sanitizer "tsan" takes clang 19 with its runtimes, and this machine has none for \S*linux_aarch64 \(Debian: clang-19 and libclang-rt-19-dev[^)]*\); --@rules_sx\/\/sx\/settings:sanitizer_clang=false takes your own C toolchain/]),
  },
  {
    name: 'missing-llvm',
    run: (t) => t.fails('build', ['//:good'], [/SX_LLVM_LIB names \/nowhere\/libLLVM\.so, which does not exist\. Install LLVM 19 \(Debian: apt-get install llvm-19\), or name its shared library with the environment variable SX_LLVM_LIB/], { env: { SX_LLVM_LIB: '/nowhere/libLLVM.so' } }),
  },
  {
    name: 'wrong-llvm',
    async run(t) {
      const file = join(t.run.scratch, 'libLLVM-other.so');
      writeFileSync(file, 'not LLVM 19, LLVM_18');
      await t.fails('build', ['//:good'], [/libLLVM-other\.so is not LLVM 19/], { env: { SX_LLVM_LIB: file } });
    },
  },
  {
    name: 'unknown-version',
    run: (t) => withModule(t, `${EXTENSION}sx.toolchain(version = "7.7.7")`, () => t.fails('build', ['//:good'], [/bad_input: sx\.toolchain\(version = "7\.7\.7"\): this rules_sx has version \S+ built in; name another one's archive with urls and integrity/])),
  },
  {
    name: 'unknown-version-chosen',
    run: (t) => t.fails('build', ['--@rules_sx//sx/settings:version=7.7.7', '//:good'], [/:good: there is no sx compiler for this build: .*--@rules_sx\/\/sx\/settings:version, when it is given, a version that an sx\.toolchain tag of MODULE\.bazel names/]),
  },
];
