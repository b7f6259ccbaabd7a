"""current_sx_toolchain: the resolved compiler and target toolchains, for rules and genrules of others."""

load(":compile.bzl", "COMPILER_TYPE", "SX_TOOLCHAINS", "compiler_of", "target_of")

def _impl(ctx):
    compiler = compiler_of(ctx)
    target = target_of(ctx)
    return [
        DefaultInfo(files = depset(transitive = [compiler.files, target.stdlib])),
        ctx.toolchains[COMPILER_TYPE],
        platform_common.TemplateVariableInfo({
            "SX_COMPILER": compiler.compiler.path,
            "SX_LLVM_LIB": compiler.llvm.path,
            "SX_NODE": compiler.node.path,
            "SX_NODE_PATH": compiler.koffi.path.rpartition("/")[0].rpartition("/")[0],
            "SX_STDLIB_PATH": target.stdlib_root.path.rpartition("/")[0].rpartition("/")[0],
            "SX_TRIPLE": target.triple,
            "SX_VERSION": compiler.version,
        }),
        compiler,
        target,
    ]

current_sx_toolchain = rule(
    implementation = _impl,
    doc = """The toolchain in use: its files, and make variables for genrules (toolchains = ["@rules_sx//sx:current_toolchain"]):

SX_NODE, SX_COMPILER, SX_NODE_PATH, SX_LLVM_LIB, SX_STDLIB_PATH, SX_TRIPLE, SX_VERSION.""",
    fragments = ["platform"],
    toolchains = SX_TOOLCHAINS,
)
