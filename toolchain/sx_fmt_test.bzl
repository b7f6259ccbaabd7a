"""sx_fmt_test: sources are as `sx fmt` writes them; `bazel run NAME.fix` formats them."""

load(":compile.bzl", "COMPILER_TOOLCHAINS", "compiler_of")
load(":launcher.bzl", "rlocation", "script_program")

def _impl(ctx):
    compiler = compiler_of(ctx)
    sources = [f for f in ctx.files.srcs if f.is_source and f.extension == "sx"]
    if not sources:
        fail("%s: srcs has no .sx source files" % ctx.label)
    made = script_program(ctx, ctx.file._script, struct(
        mode = "fix" if ctx.attr.fix else "check",
        compiler = rlocation(ctx, compiler.compiler),
        fix = "//%s:%s.fix" % (ctx.label.package, ctx.label.name),
        sources = [struct(file = rlocation(ctx, f), path = f.short_path) for f in sources],
    ), sources + [compiler.compiler])
    return [DefaultInfo(executable = made.executable, runfiles = made.runfiles)]

_RULE = dict(
    implementation = _impl,
    attrs = {
        "fix": attr.bool(),
        "srcs": attr.label_list(allow_files = [".sx"], mandatory = True),
        "_script": attr.label(default = "//toolchain/scripts:fmt.cjs", allow_single_file = True),
    },
    toolchains = COMPILER_TOOLCHAINS,
)

_fmt_test = rule(test = True, **_RULE)
_fmt_fix = rule(executable = True, **_RULE)

def sx_fmt_test(name, srcs, tags = [], visibility = None, **kwargs):
    """Checks that sources are formatted.

    Args:
      name: name of the test; NAME.fix, run with `bazel run`, formats
      srcs: .sx files, and sx_library targets for theirs; generated files are left out
      tags: tags of both targets; NAME.fix is "manual" besides
      visibility: as usual
      **kwargs: other attributes of a test
    """
    _fmt_test(name = name, srcs = srcs, tags = tags, visibility = visibility, **kwargs)
    _fmt_fix(name = name + ".fix", srcs = srcs, fix = True, tags = tags + ["manual"], visibility = visibility)
