"""The one way to run the compiler: every rule's compile action is made here."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load(":providers.bzl", "SxInfo")

COMPILER_TYPE = Label("//toolchain:compiler_toolchain_type")
TARGET_TYPE = Label("//toolchain:target_toolchain_type")

# Not mandatory to Bazel: compiler_of and target_of say what is missing in words of their own.
COMPILER_TOOLCHAINS = [config_common.toolchain_type(COMPILER_TYPE, mandatory = False)]
SX_TOOLCHAINS = COMPILER_TOOLCHAINS + [config_common.toolchain_type(TARGET_TYPE, mandatory = False)]

# What an action can be served by. The worker keeps parsed files and what it has checked of modules (by their contents and those of
# all that they import), serves several requests at a time, each in its sandbox, and can be told to stop one; without one (--strategy, remote execution) the same command line runs by itself. Path mapping
# (--experimental_output_paths=strip) lets configurations share an action's cache entry. The two go together only where the
# compiler is a source file, as in a release: Bazel 7.7 maps the path of a generated tool in a worker's command line, and puts it
# nowhere (measured). In this repository --config=shared-actions compiles without the worker.
EXECUTION_REQUIREMENTS = {
    "requires-worker-protocol": "proto",
    "supports-multiplex-sandboxing": "1",
    "supports-multiplex-workers": "1",
    "supports-path-mapping": "1",
    "supports-worker-cancellation": "1",
    "supports-workers": "1",

    # One process for all mnemonics: what checking a library has read is there when a program with it is compiled.
    "worker-key-mnemonic": "SxCompile",
}

SANITIZERS = ["none", "tsan", "asan", "ubsan-trap"]
_COMPILER_SANITIZER = {"asan": "address", "none": "none", "tsan": "thread", "ubsan-trap": "none"}

# Those whose instrumentation calls functions that gcc 12's runtimes lack (__tsan_memcpy); those of asan are in both.
_OF_CLANG = ["tsan"]

COMPILE_ATTRS = {
    "_sanitizer": attr.label(default = "//sx/settings:sanitizer"),
    "_sanitizer_clang": attr.label(default = "//sx/settings:sanitizer_clang"),
}

def sanitizer_of(ctx):
    """The sanitizer of the target's configuration."""
    return ctx.attr._sanitizer[BuildSettingInfo].value

def opt_of(ctx):
    """The optimisation level: the attribute's, else that of the compilation mode."""
    return getattr(ctx.attr, "opt", "") or ("2" if ctx.var["COMPILATION_MODE"] == "opt" else "0")

def sx_sources(ctx):
    """srcs without the C files."""
    return [f for f in ctx.files.srcs if f.extension == "sx"]

def main_of(ctx):
    """The root file: `main`, else the only source.

    Args:
      ctx: the rule's context

    Returns:
      a File
    """
    if ctx.file.main:
        return ctx.file.main
    modules = sx_sources(ctx)
    if len(modules) != 1:
        fail("%s: main is needed, the file that holds the program's `main`: srcs has %d files (%s)" % (
            ctx.label,
            len(modules),
            ", ".join([f.basename for f in modules]),
        ))
    return modules[0]

def _below(path, root):
    return path[len(root) + 1:] if path.startswith(root + "/") else path

def library_info(ctx, srcs, deps, module_root = None):
    """SxInfo of a target with `srcs`.

    Args:
      ctx: the rule's context
      srcs: its own sources
      deps: targets with SxInfo
      module_root: a folder of the package that imports start from; None for the repository's root

    Returns:
      SxInfo of the sources and of everything they may import
    """
    workspace = ctx.label.workspace_root
    roots = []
    modules = []
    base = workspace
    if module_root != None:
        base = "/".join([p for p in [workspace, ctx.label.package, module_root.strip("/")] if p and p != "."])
    for f in [f for f in srcs if f.extension == "sx"]:
        inside = f.path[len(f.root.path):].lstrip("/") if not f.is_source else f.path
        name = _below(inside, base) if base else inside
        if module_root != None and name == inside and base:
            fail("%s: %s is not below module_root \"%s\"" % (ctx.label, f.short_path, module_root))
        modules.append(struct(path = name, file = f, label = str(ctx.label)))
        if base or not f.is_source:
            roots.append(struct(file = f, path = base))
    return SxInfo(
        modules = depset(modules, transitive = [d[SxInfo].modules for d in deps]),
        roots = depset(roots, transitive = [d[SxInfo].roots for d in deps]),
        srcs = depset(srcs, transitive = [d[SxInfo].srcs for d in deps]),
    )

def check_modules(ctx, info):
    """Fails when two libraries offer a module under one name: an import could mean either.

    Args:
      ctx: the rule's context
      info: SxInfo
    """
    seen = {}
    for m in info.modules.to_list():
        other = seen.get(m.path)
        if other and other.file != m.file:
            fail("%s: the module \"%s\" comes from two libraries, %s (%s) and %s (%s): rename one, or give one a module_root" % (
                ctx.label,
                m.path,
                other.label,
                other.file.short_path,
                m.label,
                m.file.short_path,
            ))
        seen[m.path] = m

def _root_arg(root):
    base = root.file.root.path if not root.file.is_source else ""
    return "/".join([p for p in [base, root.path] if p])

def _below_bin(ctx, path, file):
    """A directory that a string names, for _directory: `file` is any output of the target's configuration."""
    bin = ctx.bin_dir.path
    if path == bin or path.startswith(bin + "/"):
        return struct(file = file, path = path[len(bin) + 1:])
    return struct(file = None, path = path)

def _directory(d):
    # The root of a file is what path mapping maps; a path in a string it does not know.
    return "/".join([p for p in [d.file.root.path if d.file else "", d.path] if p])

def _add_c_flags(ctx, args, context, out):
    """Adds arguments by which `#import c` finds and reads headers as a C target with the same dependencies does.

    Args:
      ctx: the rule's context
      args: Args of the action
      context: the dependencies' compilation context
      out: an output of the action
    """
    for flag, found in [
        ("-iquote", [context.quote_includes]),
        ("-I", [context.includes]),
        ("-isystem", [context.system_includes, context.external_includes]),
    ]:
        directories = [_below_bin(ctx, d, out) for d in depset(transitive = found).to_list()]
        args.add_all(directories, map_each = _directory, format_each = "--cflags=%s%%s" % flag, uniquify = True)
    args.add_all(context.defines, format_each = "--cflags=-D%s", uniquify = True)

def _dirname(path):
    return path.rpartition("/")[0]

def compiler_of(ctx):
    """SxCompilerInfo of the resolved toolchain.

    Args:
      ctx: the rule's context; its rule has COMPILER_TOOLCHAINS

    Returns:
      SxCompilerInfo; the build fails without one
    """
    found = ctx.toolchains[COMPILER_TYPE]
    if not found:
        fail(("%s: there is no sx compiler for this build: the execution platform has to be Linux on x86_64 or aarch64, and " +
              "--@rules_sx//sx/settings:version, when it is given, a version that an sx.toolchain tag of MODULE.bazel names") % ctx.label)
    return found.sx_compiler

def target_of(ctx):
    """SxTargetInfo of the resolved toolchain.

    Args:
      ctx: the rule's context; its rule has SX_TOOLCHAINS

    Returns:
      SxTargetInfo; the build fails without one
    """
    found = ctx.toolchains[TARGET_TYPE]
    if not found:
        fail(("%s: there is no sx target toolchain for the platform %s: Linux on x86_64 and aarch64 are known " +
              "(@rules_sx//platforms); for another one, register an sx_target_toolchain with its triple") % (
            ctx.label,
            ctx.fragments.platform.platform,
        ))
    return found.sx_target

def compile(ctx, main, info, out, emit = "obj", need_main = False, opt = None, triple = None, coverage = False, sanitizer = None):
    """Declares the action that compiles a program or library.

    Args:
      ctx: the rule's context; its rule has COMPILE_ATTRS and the compiler and target toolchains
      main: the root file
      info: SxInfo with every source that it may import
      out: the output
      emit: obj, asm or ir
      need_main: whether the root file has to have a main function
      opt: optimisation level; None for the attribute's or the mode's
      triple: None for the target toolchain's
      coverage: whether lines are counted
      sanitizer: None for the configuration's
    """
    words = ["build", "--quiet", "--emit", emit, "--opt", opt if opt != None else opt_of(ctx)]
    if emit == "obj" and ctx.var["COMPILATION_MODE"] == "dbg":
        words += ["--debug", "full"]
    if need_main:
        words.append("--need-main")
    if coverage:
        words.append("--coverage")
    _run(ctx, [main], info, out, words, "SxCompile" if emit == "obj" else "SxEmit", triple = triple, sanitizer = sanitizer or sanitizer_of(ctx))

def check(ctx, modules, info, out):
    """Declares the action that checks modules, each as a library: also the functions that nothing reaches.

    Args:
      ctx: the rule's context; its rule has COMPILE_ATTRS and the compiler and target toolchains
      modules: list of the files
      info: SxInfo with every source that they may import
      out: the output, empty
    """
    _run(ctx, modules, info, out, ["check", "--every-body"], "SxCheck", sanitizer = "none")

def _run(ctx, roots, info, out, words, mnemonic, sanitizer, triple = None):
    """Declares an action of the compiler: `words` are the command with its own options, the others are here."""
    compiler = compiler_of(ctx)
    target = target_of(ctx)
    cc = find_cc_toolchain(ctx, mandatory = False)
    if sanitizer in _OF_CLANG and ctx.attr._sanitizer_clang[BuildSettingInfo].value and not (cc and cc.compiler == "clang"):
        fail(("%s: sanitizer \"%s\" takes clang 19 with its runtimes, and this machine has none for %s (Debian: clang-19 and " +
              "libclang-rt-19-dev, which it has for the machine's own architecture only); --@rules_sx//sx/settings:sanitizer_clang=false takes your own C toolchain") % (
            ctx.label,
            sanitizer,
            ctx.fragments.platform.platform,
        ))
    deps = cc_common.merge_cc_infos(cc_infos = [d[CcInfo] for d in ctx.attr.deps if CcInfo in d])
    c_files = [deps.compilation_context.headers]

    # Reading C headers takes clang: the C toolchain's, else that of LLVM.
    front_end = compiler.clang.path if compiler.clang else ""
    if cc and cc.compiler == "clang":
        front_end = cc.compiler_executable
        c_files.append(cc.all_files)

    tool = ctx.actions.args()
    tool.add(compiler.compiler)

    # A worker's requests are the lines of this file.
    args = ctx.actions.args()
    args.set_param_file_format("multiline")
    args.use_param_file("@%s", use_always = True)
    args.add_all(words)
    args.add_all(roots)
    args.add("--target", triple or target.triple)
    if front_end:
        args.add("--cc", front_end)
    _add_c_flags(ctx, args, deps.compilation_context, out)

    # What C code does while compiling, no sandbox promises: a target has to ask for it.
    ffi = getattr(ctx.attr, "comptime_ffi", False)
    args.add("--comptime-ffi=" + ("allow" if ffi else "deny"))
    args.add_all(info.roots, map_each = _root_arg, format_each = "--module-root=%s", uniquify = True)
    if _COMPILER_SANITIZER[sanitizer] != "none":
        args.add("--sanitizer", _COMPILER_SANITIZER[sanitizer])
    args.add("-o", out)
    env = {
        "NODE_PATH": _dirname(_dirname(compiler.koffi.path)),
        "SX_CACHE_DIR": "/dev/null",  # Bazel keeps what was made
        "SX_LLVM_LIB": compiler.llvm.path,
        "SX_STDLIB_PATH": _dirname(_dirname(target.stdlib_root.path)),
    }
    if ffi:
        env["PATH"] = "/usr/bin:/bin"  # the linker of what runs while compiling is the machine's
    ctx.actions.run(
        executable = compiler.node,
        arguments = [tool, args],
        env = env,
        inputs = depset(roots, transitive = [info.srcs, target.stdlib] + c_files),
        # Other tools are another worker.
        tools = compiler.files,
        outputs = [out],
        mnemonic = mnemonic,
        progress_message = "sx %{label}",
        execution_requirements = EXECUTION_REQUIREMENTS,
        toolchain = COMPILER_TYPE,
    )
