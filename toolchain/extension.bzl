"""The module extension: which versions of the compiler there are, and what of this machine they need.

```starlark
sx = use_extension("@rules_sx//toolchain:extension.bzl", "sx")
sx.toolchain(version = "0.1.0", default = True)
```
"""

load(":cc.bzl", "cc_repo")
load(":hub.bzl", "hub_repo")
load(":llvm.bzl", "llvm_repo")
load(":release.bzl", "release_repo")
load(":versions.bzl", "repo_name", "resolve_toolchains")

def _tag(t):
    return struct(version = t.version, default = t.default, urls = t.urls, integrity = t.integrity)

def _impl(mctx):
    error, result = resolve_toolchains([
        struct(name = m.name or "the root module", is_root = m.is_root, tags = [_tag(t) for t in m.tags.toolchain])
        for m in mctx.modules
    ])
    if error:
        fail(error)
    for version, archive in result.versions.items():
        if archive.urls:
            release_repo(name = repo_name(version), urls = archive.urls, integrity = archive.integrity, version = version)
    hub_repo(
        name = "rules_sx_toolchains",
        default = result.default,
        versions = {v: repo_name(v) if a.urls else "rules_sx" for v, a in result.versions.items()},
    )
    llvm_repo(name = "rules_sx_llvm")
    cc_repo(name = "rules_sx_cc")
    return mctx.extension_metadata(reproducible = True)

sx = module_extension(
    implementation = _impl,
    doc = "Makes the compilers that sx.toolchain tags name, LLVM's library and this machine's C toolchains.",
    tag_classes = {"toolchain": tag_class(
        doc = "A version of the compiler. --@rules_sx//sx/settings:version chooses one for a build.",
        attrs = {
            "default": attr.bool(doc = "Builds take this version; counts in the root module only."),
            "integrity": attr.string(doc = "Subresource integrity (sha256-...) of the archive."),
            "urls": attr.string_list(doc = "The release archive; left out for the version that rules_sx has built in."),
            "version": attr.string(mandatory = True, doc = "The version, as in 0.2.0."),
        },
    )},
)
