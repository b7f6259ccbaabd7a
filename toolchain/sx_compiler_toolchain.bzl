"""sx_compiler_toolchain: the compiler bundle, Node.js, koffi and LLVM of the execution platform, as one ToolchainInfo."""

load(":providers.bzl", "SxCompilerInfo")

def _impl(ctx):
    koffi = [f for f in ctx.files.koffi if f.path.endswith("node_modules/koffi/package.json")]
    if not koffi:
        fail("%s: koffi has no node_modules/koffi/package.json" % ctx.label)
    return [platform_common.ToolchainInfo(sx_compiler = SxCompilerInfo(
        clang = ctx.files.clang[0] if ctx.files.clang else None,
        compiler = ctx.file.compiler,
        files = depset([ctx.file.compiler, ctx.file.node, ctx.file.llvm] + ctx.files.clang + ctx.files.koffi),
        koffi = koffi[0],
        llvm = ctx.file.llvm,
        node = ctx.file.node,
        version = ctx.attr.version,
    ))]

sx_compiler_toolchain = rule(
    implementation = _impl,
    doc = "What compiles sx code. Register it with toolchain_type @rules_sx//toolchain:compiler_toolchain_type.",
    attrs = {
        "clang": attr.label(default = "@rules_sx_cc//clang", cfg = "exec", doc = "clang 19, for `#import c` where the C toolchain is not clang; may be empty."),
        "compiler": attr.label(allow_single_file = True, cfg = "exec", mandatory = True, doc = "The bundled compiler, sx.cjs."),
        "koffi": attr.label(default = "@rules_sx_npm//:koffi", cfg = "exec", doc = "Files of the npm packages koffi and @koromix/koffi-*."),
        "llvm": attr.label(default = "@rules_sx_llvm//:libLLVM.so.19.1", allow_single_file = True, cfg = "exec", doc = "The shared library of LLVM 19."),
        "node": attr.label(default = "@rules_sx_npm//:node", allow_single_file = True, cfg = "exec", doc = "The Node.js binary, 20 or newer."),
        "version": attr.string(mandatory = True, doc = "The compiler's version, which `sx version` prints."),
    },
)
