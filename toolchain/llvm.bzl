"""The LLVM 19 shared library of this machine, as a file of a repository: SX_LLVM_LIB, else the usual places."""

_NAMES = ["libLLVM.so.19.1", "libLLVM-19.so", "libLLVM.so.19"]
_DIRS = ["/usr/lib/llvm-19/lib", "/usr/lib64/llvm19/lib", "/usr/lib/llvm19/lib"]
_HELP = "Install LLVM 19 (Debian: apt-get install llvm-19), or name its shared library with the environment variable SX_LLVM_LIB."

def _wrong_version(rctx, path):
    """Why the library is not LLVM 19, None when it is: its symbols carry the version."""
    run = rctx.execute(["grep", "-q", "-a", "-F", "LLVM_19", str(path)])
    return None if run.return_code == 0 else "%s is not LLVM 19" % path

def _find(rctx):
    named = rctx.os.environ.get("SX_LLVM_LIB", "")
    if named:
        path = rctx.path(named)
        if not path.exists:
            fail("SX_LLVM_LIB names %s, which does not exist. %s" % (named, _HELP))
        problem = _wrong_version(rctx, path)
        if problem:
            fail("SX_LLVM_LIB: %s. %s" % (problem, _HELP))
        return path
    dirs = list(_DIRS)
    config = rctx.which("llvm-config-19")
    if config:
        dirs.insert(0, rctx.execute([config, "--libdir"]).stdout.strip())
    problem = None
    for d in dirs:
        for n in _NAMES:
            path = rctx.path(d + "/" + n)
            if path.exists:
                problem = _wrong_version(rctx, path)
                if not problem:
                    return path
    fail("the shared library of LLVM 19 was not found (%slooked for %s in %s). %s" % (
        problem + "; " if problem else "",
        ", ".join(_NAMES),
        ", ".join(dirs),
        _HELP,
    ))

def _llvm_impl(rctx):
    rctx.symlink(_find(rctx).realpath, "libLLVM.so.19.1")
    rctx.file("BUILD.bazel", """package(default_visibility = ["//visibility:public"])

exports_files(["libLLVM.so.19.1"])
""")

llvm_repo = repository_rule(
    implementation = _llvm_impl,
    configure = True,
    environ = ["PATH", "SX_LLVM_LIB"],
    local = True,
)
