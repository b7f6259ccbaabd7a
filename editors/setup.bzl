"""editor_setup: `bazel run` of the program that sets editors up, with the toolchain of the workspace it is run in."""

load("//toolchain:compile.bzl", "SX_TOOLCHAINS", "compiler_of", "target_of")
load("//toolchain:launcher.bzl", "rlocation", "script_program")

def _impl(ctx):
    compiler = compiler_of(ctx)
    target = target_of(ctx)
    prefix = ctx.label.package + "/vscode/"
    extension = {}
    for f in ctx.files.extension:
        path = f.short_path.rpartition(prefix)[2]
        extension[path] = rlocation(ctx, f)
    made = script_program(ctx, ctx.file.script, struct(
        version = compiler.version,
        compiler = rlocation(ctx, compiler.compiler),
        lsp = rlocation(ctx, ctx.file._lsp),
        node = rlocation(ctx, compiler.node),
        llvm = rlocation(ctx, compiler.llvm),
        koffi = rlocation(ctx, compiler.koffi),
        stdlib = rlocation(ctx, target.stdlib_root),
        provider = "//toolchain:providers.bzl%SxInfo",
        extension = extension,
    ), ctx.files.extension + [ctx.file._lsp] + compiler.files.to_list() + target.stdlib.to_list())
    return [DefaultInfo(executable = made.executable, runfiles = made.runfiles)]

editor_setup = rule(
    implementation = _impl,
    executable = True,
    doc = "Sets editors up for sx in the workspace that `bazel run` is called in.",
    attrs = {
        "extension": attr.label_list(allow_files = True, doc = "Files of the VS Code extension, below vscode/ of this package."),
        "script": attr.label(allow_single_file = [".cjs"], mandatory = True),
        "_lsp": attr.label(default = "//compiler:sx_lsp", allow_single_file = True),
    },
    toolchains = SX_TOOLCHAINS,
)
