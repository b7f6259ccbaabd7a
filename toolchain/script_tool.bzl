"""script_tool: one of the rules' scripts as a tool of the build, for this repository's own use."""

load(":compile.bzl", "COMPILER_TOOLCHAINS")
load(":launcher.bzl", "script_program")

def _impl(ctx):
    made = script_program(ctx, ctx.file.script, struct(), [])
    return [DefaultInfo(executable = made.executable, runfiles = made.runfiles)]

script_tool = rule(
    implementation = _impl,
    executable = True,
    attrs = {"script": attr.label(allow_single_file = [".cjs"], mandatory = True)},
    toolchains = COMPILER_TOOLCHAINS,
)
