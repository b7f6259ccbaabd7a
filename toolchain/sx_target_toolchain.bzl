"""sx_target_toolchain: triple, library and link flags of a target platform, as one ToolchainInfo."""

load(":providers.bzl", "SxTargetInfo")

def _impl(ctx):
    std = [f for f in ctx.files.stdlib if f.path.endswith("modules/std.sx")]
    if not std:
        fail("%s: stdlib has no modules/std.sx" % ctx.label)
    return [platform_common.ToolchainInfo(sx_target = SxTargetInfo(
        cpu = ctx.attr.cpu,
        link_flags = ctx.attr.link_flags,
        stdlib = depset(ctx.files.stdlib),
        stdlib_root = std[0],
        triple = ctx.attr.triple,
    ))]

sx_target_toolchain = rule(
    implementation = _impl,
    doc = "What sx code is compiled for. Register it with toolchain_type @rules_sx//toolchain:target_toolchain_type.",
    attrs = {
        "cpu": attr.string(mandatory = True, doc = "x86_64 or aarch64."),
        "link_flags": attr.string_list(default = ["-lpthread", "-lm"], doc = "Flags that every link of sx code needs."),
        "stdlib": attr.label(default = "//runtime:modules", doc = "The library's sources."),
        "triple": attr.string(mandatory = True, doc = "LLVM triple, x86_64-linux-gnu for one."),
    },
)
