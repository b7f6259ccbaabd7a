"""A test or tool that is one of the rules' Node.js scripts with a manifest of what it works on."""

load(":compile.bzl", "compiler_of")

_TEXT = """#!/bin/sh
# Runs {script} on {manifest} with the toolchain's Node.js.
set -eu
R=$0.runfiles
[ -d "$R" ] || R=${{RUNFILES_DIR:?the runfiles of this program are not beside it}}
R=$(cd "$R" && pwd)
exec "$R/{node}" "$R/{script}" "$R" "$R/{manifest}" "$@"
"""

def rlocation(ctx, file):
    """The file's path in the runfiles folder."""
    return file.short_path[3:] if file.short_path.startswith("../") else ctx.workspace_name + "/" + file.short_path

def script_program(ctx, script, manifest, files, runfiles = []):
    """An executable that runs `script` with `manifest`, a struct or dict written as JSON.

    Args:
      ctx: the rule's context; it has the compiler toolchain
      script: the script, a file of toolchain/scripts
      manifest: what the script works on
      files: files that the manifest names by rlocation
      runfiles: runfiles of programs that it names

    Returns:
      struct(executable, runfiles)
    """
    node = compiler_of(ctx).node
    out = ctx.actions.declare_file(ctx.label.name)
    data = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(data, json.encode_indent(manifest, indent = " "))
    ctx.actions.write(out, _TEXT.format(
        node = rlocation(ctx, node),
        script = rlocation(ctx, script),
        manifest = rlocation(ctx, data),
    ), is_executable = True)
    return struct(
        executable = out,
        runfiles = ctx.runfiles(files = [node, script, data] + files).merge_all(runfiles),
    )
