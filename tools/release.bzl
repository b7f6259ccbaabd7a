"""release_program: `bazel run` of release.mjs with the compiler that Bazel bundled."""

load("//toolchain:launcher.bzl", "rlocation")

_TEXT = """#!/bin/sh
set -eu
R=$0.runfiles
[ -d "$R" ] || R=${{RUNFILES_DIR:?the runfiles of this program are not beside it}}
R=$(cd "$R" && pwd)
exec "$R/{node}" "$R/{script}" --bundle "$R/{bundle}" "$@"
"""

def _impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(out, _TEXT.format(
        bundle = rlocation(ctx, ctx.file._bundle),
        node = rlocation(ctx, ctx.file._node),
        script = rlocation(ctx, ctx.file.script),
    ), is_executable = True)
    return [DefaultInfo(executable = out, runfiles = ctx.runfiles([ctx.file._bundle, ctx.file._node, ctx.file.script]))]

release_program = rule(
    implementation = _impl,
    executable = True,
    attrs = {
        "script": attr.label(allow_single_file = [".mjs"], mandatory = True),
        "_bundle": attr.label(default = "//compiler:sx", allow_single_file = True),
        "_node": attr.label(default = "@rules_sx_npm//:node", allow_single_file = True),
    },
)
