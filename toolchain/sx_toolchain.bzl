"""The sx toolchain: compiler bundle, Node.js, koffi, LLVM and the library, as one ToolchainInfo."""

SxToolchainInfo = provider(
    doc = "What compiling an sx program takes.",
    fields = {
        "compiler": "the bundled compiler (sx.cjs)",
        "files": "depset of everything the compile action reads besides sources",
        "koffi": "a file of the koffi package: its folder's parent is NODE_PATH",
        "llvm": "libLLVM 19",
        "node": "the Node.js binary",
        "stdlib": "files of the library",
        "stdlib_root": "the file modules/std.sx of the library: two folders up is the import root",
        "triple": "LLVM triple of the target",
    },
)

def _impl(ctx):
    koffi = [f for f in ctx.files._koffi if f.path.endswith("node_modules/koffi/package.json")][0]
    std = [f for f in ctx.files.stdlib if f.path.endswith("modules/std.sx")]
    if not std:
        fail("the library has no modules/std.sx")
    return [platform_common.ToolchainInfo(sx = SxToolchainInfo(
        compiler = ctx.file.compiler,
        files = depset([ctx.file.compiler, ctx.file._node, ctx.file._llvm] + ctx.files._koffi + ctx.files.stdlib),
        koffi = koffi,
        llvm = ctx.file._llvm,
        node = ctx.file._node,
        stdlib = ctx.files.stdlib,
        stdlib_root = std[0],
        triple = ctx.attr.triple,
    ))]

sx_toolchain = rule(
    implementation = _impl,
    attrs = {
        "compiler": attr.label(allow_single_file = True, cfg = "exec", mandatory = True),
        "stdlib": attr.label(mandatory = True),
        "triple": attr.string(mandatory = True),
        "_koffi": attr.label(default = "@rules_sx_npm//:koffi", cfg = "exec"),
        "_llvm": attr.label(default = "@rules_sx_llvm//:libLLVM.so.19.1", allow_single_file = True, cfg = "exec"),
        "_node": attr.label(default = "@rules_sx_npm//:node", allow_single_file = True, cfg = "exec"),
    },
)
