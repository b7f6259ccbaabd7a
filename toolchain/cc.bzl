"""C toolchains of this machine for what the host's own cannot do: AArch64 (a cross gcc) and sanitizers (clang of LLVM 19).

The compiler instruments with LLVM 19's passes, which call functions that only the runtimes of that LLVM have, so
sanitized programs are linked, and their C parts compiled, by its clang. A machine without one of the compilers gets a
repository without that toolchain.
"""

_HEADER = """load("@bazel_tools//tools/cpp:unix_cc_toolchain_config.bzl", "cc_toolchain_config")

package(default_visibility = ["//visibility:public"])

filegroup(name = "empty")
"""

_TOOLCHAIN = """
cc_toolchain_config(
    name = "{name}_config",
    abi_libc_version = "glibc",
    abi_version = "{kind}",
    compile_flags = ["-fstack-protector", "-Wall", "-fno-omit-frame-pointer"],
    compiler = "{kind}",
    coverage_compile_flags = ["--coverage"],
    coverage_link_flags = ["--coverage"],
    cpu = "{cpu}",
    cxx_builtin_include_directories = {includes},
    cxx_flags = ["-std=c++17"],
    dbg_compile_flags = ["-g"],
    host_system_name = "local",
    link_flags = {link_flags},
    link_libs = ["-lm"],
    opt_compile_flags = ["-O2", "-DNDEBUG", "-ffunction-sections", "-fdata-sections"],
    opt_link_flags = ["-Wl,--gc-sections"],
    supports_start_end_lib = False,
    target_libc = "glibc",
    target_system_name = "{cpu}-linux-gnu",
    tool_paths = {tools},
    toolchain_identifier = "rules_sx_{name}",
    unfiltered_compile_flags = ["-no-canonical-prefixes", "-Wno-builtin-macro-redefined", "-D__DATE__=\\"redacted\\"", "-D__TIME__=\\"redacted\\"", "-D__TIMESTAMP__=\\"redacted\\""],
)

cc_toolchain(
    name = "{name}_cc",
    all_files = ":empty",
    ar_files = ":empty",
    as_files = ":empty",
    compiler_files = ":empty",
    dwp_files = ":empty",
    linker_files = ":empty",
    objcopy_files = ":empty",
    strip_files = ":empty",
    supports_param_files = 1,
    toolchain_config = ":{name}_config",
)

toolchain(
    name = "{name}",
    exec_compatible_with = ["@platforms//os:linux", "@platforms//cpu:{host}"],
    target_compatible_with = ["@platforms//os:linux", "@platforms//cpu:{cpu}"],
    toolchain = ":{name}_cc",
    toolchain_type = "@bazel_tools//tools/cpp:toolchain_type",
)
"""

_CLANG = """package(default_visibility = ["//visibility:public"])

# What reads the headers of `#import c`; empty on a machine without clang 19.
filegroup(
    name = "clang",
    srcs = [%s],
)
"""

_HOST = {"amd64": "x86_64", "arm64": "aarch64"}

def parse_include_directories(stderr):
    """The `#include <...>` search list in what `cc -E -v` printed.

    Args:
      stderr: what it printed

    Returns:
      list of absolute paths
    """
    found = []
    inside = False
    for line in stderr.split("\n"):
        if line.startswith("#include <"):
            inside = True
        elif line.startswith("End of search list"):
            inside = False
        elif inside and line.startswith(" "):
            found.append(line.strip())
    return found

def _includes(rctx, compiler):
    found = {}
    for lang in ["c", "c++"]:  # c++ has none where only the C compiler is installed
        run = rctx.execute([compiler, "-no-canonical-prefixes", "-E", "-x" + lang, "/dev/null", "-v"], environment = {"LC_ALL": "C"})
        for path in parse_include_directories(run.stderr):
            found[str(rctx.path(path).realpath)] = None
            found[path] = None
    return found.keys()

def _cross(rctx, cpu, host):
    gcc = rctx.which(cpu + "-linux-gnu-gcc")
    if not gcc or cpu == host:
        return ""
    prefix = str(gcc)[:-len("gcc")]
    names = ["ar", "ld", "cpp", "gcc", "gcov", "nm", "objcopy", "objdump", "strip", "dwp", "llvm-cov", "llvm-profdata"]
    return _TOOLCHAIN.format(
        name = "cross_" + cpu,
        kind = "gcc",
        cpu = cpu,
        host = host,
        includes = repr(_includes(rctx, gcc)),
        link_flags = repr([]),
        tools = repr({n: prefix + n for n in names}),
    )

def _sanitizing(rctx, host):
    clang = rctx.which("clang-19")
    if not clang:
        return ""
    run = rctx.execute([clang, "-no-canonical-prefixes", "-print-resource-dir"])
    resources = run.stdout.strip()
    runtime = rctx.path(resources + "/lib/linux/libclang_rt.tsan-%s.a" % host)
    if run.return_code != 0 or not runtime.exists:
        return ""
    bin = str(clang.realpath.dirname)
    tools = {n: bin + "/llvm-" + n for n in ["ar", "nm", "objcopy", "objdump", "strip", "dwp"]}
    tools.update({
        "cpp": bin + "/clang-cpp",
        "gcc": str(clang),
        "gcov": bin + "/llvm-cov",
        "ld": bin + "/ld.lld",
        "llvm-cov": bin + "/llvm-cov",
        "llvm-profdata": bin + "/llvm-profdata",
    })
    lld = rctx.path(bin + "/ld.lld").exists
    real = str(rctx.path(resources).realpath)
    return _TOOLCHAIN.format(
        name = "sanitizing_" + host,
        kind = "clang",
        cpu = host,
        host = host,
        includes = repr(_includes(rctx, clang) + [resources + "/share", real + "/share"]),
        link_flags = repr(["-fuse-ld=lld"] if lld else []),
        tools = repr(tools),
    )

def _impl(rctx):
    host = _HOST.get(rctx.os.arch, rctx.os.arch)
    cross = [_cross(rctx, cpu, host) for cpu in ["aarch64", "x86_64"]]
    rctx.file("cross/BUILD.bazel", _HEADER + "".join(cross) if any(cross) else "# no cross compiler on this machine\n")
    sanitizing = _sanitizing(rctx, host)
    rctx.file("sanitizing/BUILD.bazel", _HEADER + sanitizing if sanitizing else "# no clang-19 with sanitizer runtimes on this machine\n")
    clang = rctx.which("clang-19")
    if clang:
        rctx.symlink(clang.realpath, "clang/clang-19")
    rctx.file("clang/BUILD.bazel", _CLANG % ('"clang-19"' if clang else ""))
    rctx.file("BUILD.bazel", "")

cc_repo = repository_rule(
    implementation = _impl,
    doc = "C toolchains found on this machine: //cross:all, //sanitizing:all, //clang.",
    configure = True,
    environ = ["PATH"],
    local = True,
)
