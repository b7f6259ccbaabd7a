// Help texts of the sx command.

export const USAGE = `usage: sx <command> [options] FILE

commands
  run FILE [-- ARGS]   compile and execute; the exit status is the program's
  build FILE [-o OUT]  compile to an executable (or --emit obj|asm|ir)
  check FILE...        report errors, write nothing
  ir FILE              LLVM IR text on stdout
  asm FILE             assembly to -o or <base>.s
  ir-dump FILE         the compiler's own IR on stdout
  fmt FILE...          format in place; --check only reports
  explain [CODE...]    what a diagnostic means and how to fix it; without CODE the list
  lsp                  language server on stdin and stdout, for editors
  version              version of the compiler
  help [COMMAND]       this text, or a command's

options
  --target T           x86_64-linux-gnu (default), aarch64-linux-gnu, linux, linux-arm, …
  --opt L              none|0, less|1, default|2, aggressive|3
  --debug none|full    debug information (default: full with --opt none and less, or a sanitizer)
  -o PATH              output
  --emit KIND          exe, obj, asm, ir (build)
  --unchecked          no run-time checks with --opt
  --error-format F     human, json, sarif
  --exec native|vm     run: in a process (default), or main in the compile-time evaluator
  --deps FILE          build, check: a make rule of all files read: sources, C headers, what compile-time code opened
  --comptime-ffi W     allow (default) or deny calls of C functions at compile time
  --comptime-steps N   calls and loop rounds that compile-time code may make (default 4000000000)
  --comptime-memory B  memory of compile-time code, e.g. 256M (default 1G)
  --time               table of phase times on stderr
  --cache              run, build, asm: unchanged programs come from .sx-cache/ in the working directory
  --quiet              no \`compiled:\` line
  --dump after:PASS    IR after a pass, on stderr
  --module-root DIR    imports are looked for in DIR too, before the library (repeatable)
  --coverage           count the lines that run; LCOV is appended to $SX_COVERAGE_FILE or $COVERAGE_DIR/sx-PID.dat at exit
  --need-main          build: a file without main is an error, whatever --emit says
  --cpu NAME           processor to generate code for; native = this machine's (default: the architecture's oldest)
  --features LIST      +name and -name, e.g. +lse or +outline-atomics (default on x86_64: +cx16)
  --sanitizer S        none, thread (data races), address (memory errors)
  @FILE                more arguments, one a line, from FILE
  -L DIR, -l NAME, --lflags F, --linker CMD, --sysroot DIR
  --self-contained     the executable needs no shared library (--no-self-contained: the default)
  --emit-obj           build: the object stays, with debug information, in .sx-tmp/main.o
  --bundle P, --bundle-id S, --codesign-identity S, --provisioning-profile P, --entitlements P, -F DIR   Apple targets
  --apk P, --manifest P, --keystore P                                                                    Android targets
  --cc CMD             the C compiler of #import c blocks (default SX_CC, else clang-19, else clang)
  --cflags F           a flag of it for every #import c block, before the block's own (repeatable): --cflags=-Iinclude

examples
  sx run hello.sx
  sx run tool.sx -- --verbose input.txt
  sx build server.sx -o bin/server --opt 2
  sx build lib.sx --emit obj --target aarch64-linux-gnu --features +lse -o lib.o
  sx run --sanitizer thread --opt 2 queue.sx
  sx check src/main.sx --error-format json

exit status: 0 success, 1 errors in the program, 2 wrong usage or a missing tool, 70 a failure of the compiler itself;
\`run\` ends with the program's own status (128 + signal when a signal ends it).
`;

const COMMAND_HELP: Readonly<Record<string, string>> = {
  explain: 'usage: sx explain [CODE...]\n\nPrints what each diagnostic class means, why it is an error and how to fix it, with a wrong and a right program.\nWithout a code it lists them all. Codes are shown by --error-format json and sarif. A code that does not exist: status 2.\n\nexample\n  sx explain INT-RANGE\n',
  run: 'usage: sx run FILE [options] [-- ARGS]\n\nCompiles FILE (opt none unless --opt) and executes it in a process of its own: a crash of the program is\nthe program\'s. stdin, stdout and stderr are inherited; what follows `--` is the program\'s argument list.\n\nexamples\n  sx run hello.sx\n  sx run wc.sx -- README.md < input\n',
  build: 'usage: sx build FILE [-o OUT] [--emit exe|obj|asm|ir] [--target T] [--opt L]\n\nWrites OUT (default: the file\'s base name in the working directory) and prints `compiled: OUT` on stderr.\n\nexamples\n  sx build app.sx -o bin/app --opt 2\n  sx build app.sx --emit obj -o app.o\n',
  check: 'usage: sx check FILE... [--every-body] [-o OUT] [--error-format human|json|sarif] [--stdin-list]\n\nReports errors; exit status 1 when any file has one. --stdin-list reads further paths, one a line, from stdin.\n--every-body looks at functions that nothing reaches, too: those of a library. OUT is written, empty, when no file has an error.\n\nexamples\n  sx check src/*.sx --error-format json\n  sx check --every-body lib/*.sx\n',
  ir: 'usage: sx ir FILE [--target T] [--opt L]\n\nPrints the LLVM IR of the program on stdout.\n\nexample\n  sx ir hello.sx --target aarch64-linux-gnu\n',
  asm: 'usage: sx asm FILE [-o OUT] [--target T] [--opt L]\n\nWrites assembly to OUT (default <base>.s; `-o -` is stdout).\n\nexample\n  sx asm hello.sx -o -\n',
  'ir-dump': 'usage: sx ir-dump FILE\n\nPrints the compiler\'s own IR and verifies it; a broken rule is a failure of the compiler (exit 70).\n\nexample\n  sx ir-dump hello.sx\n',
  lsp: 'usage: sx lsp [--target T] [--module-root DIR] [--comptime-ffi allow|deny]\n\nThe language server: JSON-RPC on stdin and stdout (--stdio is understood). Editors start it in the folder they have opened;\nimports, library and diagnostics are those of `sx check` there. Folders that sx-project.json names there\n({"module_roots": [...]}) come after those of --module-root. What programs print at compile time goes to stderr.\n\nexamples\n  sx lsp\n  sx lsp --target aarch64-linux-gnu --module-root third_party\n  sx lsp --comptime-ffi deny    (code that is being typed calls no C functions)\n',
  fmt: 'usage: sx fmt FILE... [--check]\n\nFormats files in place. With --check nothing is written and the status is 1 when a file would change.\n\nexample\n  sx fmt --check src/*.sx\n',
};

export function helpOf(command: string): string { return COMMAND_HELP[command] ?? USAGE; }
