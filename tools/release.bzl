"""release_program: `bazel run` of release.mjs with what Bazel bundled: the compiler, and what editors take."""

load("//toolchain:launcher.bzl", "rlocation")

_TEXT = """#!/bin/sh
set -eu
R=$0.runfiles
[ -d "$R" ] || R=${{RUNFILES_DIR:?the runfiles of this program are not beside it}}
R=$(cd "$R" && pwd)
exec "$R/{node}" "$R/{script}" --bundle "$R/{bundle}" --lsp "$R/{lsp}" --editor-setup "$R/{setup}" --editor-client "$R/{client}" "$@"
"""

def _impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(out, _TEXT.format(
        bundle = rlocation(ctx, ctx.file._bundle),
        client = rlocation(ctx, ctx.file._client),
        lsp = rlocation(ctx, ctx.file._lsp),
        node = rlocation(ctx, ctx.file._node),
        setup = rlocation(ctx, ctx.file._setup),
        script = rlocation(ctx, ctx.file.script),
    ), is_executable = True)
    return [DefaultInfo(executable = out, runfiles = ctx.runfiles([
        ctx.file._bundle,
        ctx.file._client,
        ctx.file._lsp,
        ctx.file._node,
        ctx.file._setup,
        ctx.file.script,
    ]))]

release_program = rule(
    implementation = _impl,
    executable = True,
    attrs = {
        "script": attr.label(allow_single_file = [".mjs"], mandatory = True),
        "_bundle": attr.label(default = "//compiler:sx", allow_single_file = True),
        "_client": attr.label(default = "//editors:client", allow_single_file = True),
        "_lsp": attr.label(default = "//compiler:sx_lsp", allow_single_file = True),
        "_node": attr.label(default = "@rules_sx_npm//:node", allow_single_file = True),
        "_setup": attr.label(default = "//editors:setup_script", allow_single_file = True),
    },
)
