"""The repository of a downloaded release: its compiler bundle and library as toolchains."""

_BUILD = """load("@rules_sx//sx:defs.bzl", "sx_compiler_toolchain", "sx_target_toolchain")

package(default_visibility = ["//visibility:public"])

filegroup(
    name = "modules",
    srcs = glob(["runtime/modules/**/*.sx"]),
)

sx_compiler_toolchain(
    name = "sx_compiler",
    compiler = "compiler/sx.cjs",
    version = "{version}",
)

[
    sx_target_toolchain(
        name = "sx_linux_" + cpu,
        cpu = cpu,
        stdlib = ":modules",
        triple = cpu + "-linux-gnu",
    )
    for cpu in ["x86_64", "aarch64"]
]
"""

def _impl(rctx):
    rctx.download_and_extract(url = rctx.attr.urls, integrity = rctx.attr.integrity)
    for name in ["compiler/sx.cjs", "runtime/modules/std.sx"]:
        if not rctx.path(name).exists:
            fail("the archive of sx %s (%s) has no %s: is it a release of sx?" % (rctx.attr.version, rctx.attr.urls[0], name))
    for name in ["compiler", "runtime"]:
        rctx.delete(name + "/BUILD.bazel")
    rctx.file("BUILD.bazel", _BUILD.format(version = rctx.attr.version).replace("@rules_sx//", str(Label("//:BUILD.bazel")).split("//")[0] + "//"))

release_repo = repository_rule(
    implementation = _impl,
    attrs = {
        "integrity": attr.string(mandatory = True),
        "urls": attr.string_list(mandatory = True),
        "version": attr.string(mandatory = True),
    },
)
