"""The LLVM 19 shared library of this machine, as a file of a repository: SX_LLVM_LIB, else the usual places."""

_NAMES = ["libLLVM.so.19.1", "libLLVM-19.so", "libLLVM.so.19"]
_DIRS = ["/usr/lib/llvm-19/lib", "/usr/lib64/llvm19/lib", "/usr/lib/llvm19/lib"]

def _find(rctx):
    named = rctx.os.environ.get("SX_LLVM_LIB", "")
    if named:
        path = rctx.path(named)
        if not path.exists:
            fail("SX_LLVM_LIB names %s, which does not exist" % named)
        return path
    dirs = list(_DIRS)
    config = rctx.which("llvm-config-19")
    if config:
        dirs.insert(0, rctx.execute([config, "--libdir"]).stdout.strip())
    for d in dirs:
        for n in _NAMES:
            path = rctx.path(d + "/" + n)
            if path.exists:
                return path
    fail("LLVM 19's shared library was not found (looked for %s in %s): install it (Debian: llvm-19) or name it with SX_LLVM_LIB" % (", ".join(_NAMES), ", ".join(dirs)))

def _llvm_impl(rctx):
    rctx.symlink(_find(rctx).realpath, "libLLVM.so.19.1")
    rctx.file("BUILD.bazel", """package(default_visibility = ["//visibility:public"])
exports_files(["libLLVM.so.19.1"])
""")

llvm_repo = repository_rule(implementation = _llvm_impl, environ = ["SX_LLVM_LIB"], configure = True, local = True)

def _ext(mctx):
    llvm_repo(name = "rules_sx_llvm")
    return mctx.extension_metadata(reproducible = True)

llvm = module_extension(implementation = _ext)
