"""node_test: a Node.js script as a test, for this repository's own use: it needs every npm package of the lock."""

def _rloc(ctx, f):
    return f.short_path[3:] if f.short_path.startswith("../") else ctx.workspace_name + "/" + f.short_path

_LAUNCHER = """#!/bin/sh
# Copies the test's files into a tree of its own (links would lead a script out of the sandbox), adds npm's packages and
# the compiler bundle, and runs the script there with npm's node.
set -eu
R=${{RUNFILES_DIR:-$0.runfiles}}
R=$(cd "$R" && pwd)
W=$TEST_TMPDIR/ws
rm -rf "$W"
mkdir -p "$W/compiler/dist"
cp -RL "$R/{ws}/." "$W"
chmod -R u+w "$W"
ln -s "$R/{modules}" "$W/node_modules"
cp -L "$R/{bundle}" "$W/compiler/dist/sx.cjs"
cp -L "$R/{lsp}" "$W/compiler/dist/sx-lsp.cjs"
PATH=$(dirname "$R/{node}"):${{PATH:-/usr/bin:/bin}}
TMPDIR=$TEST_TMPDIR
HOME=$TEST_TMPDIR
SX_NO_REBUILD=1
SX_LLVM_LIB=$R/{llvm}
export PATH TMPDIR HOME SX_NO_REBUILD SX_LLVM_LIB
cd "$W"
exec "$R/{node}" "$W/{entry}" {args} "$@"
"""

def _node_test_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name)
    modules = ctx.files._modules[0]
    ctx.actions.write(out, _LAUNCHER.format(
        ws = ctx.workspace_name,
        node = _rloc(ctx, ctx.file._node),
        modules = _rloc(ctx, modules),
        bundle = _rloc(ctx, ctx.file._sx),
        lsp = _rloc(ctx, ctx.file._sx_lsp),
        llvm = _rloc(ctx, ctx.file._llvm),
        entry = ctx.file.entry.short_path,
        args = " ".join(["'%s'" % a for a in ctx.attr.script_args]),
    ), is_executable = True)
    files = [ctx.file._node, ctx.file.entry, modules, ctx.file._sx, ctx.file._sx_lsp, ctx.file._llvm] + ctx.files.data
    return [DefaultInfo(executable = out, runfiles = ctx.runfiles(files))]

node_test = rule(
    implementation = _node_test_impl,
    test = True,
    doc = "A test that is a Node.js script, run at the root of a copy of its files, with npm's packages and the built compiler.",
    attrs = {
        "data": attr.label_list(allow_files = True, doc = "Files of this workspace that the script reads."),
        "entry": attr.label(allow_single_file = True, mandatory = True, doc = "The script."),
        "script_args": attr.string_list(doc = "Its arguments."),
        "_llvm": attr.label(default = "@rules_sx_llvm//:libLLVM.so.19.1", allow_single_file = True),
        "_modules": attr.label(default = "@rules_sx_npm_dev//:modules"),
        "_node": attr.label(default = "@rules_sx_npm_dev//:node", allow_single_file = True),
        "_sx": attr.label(default = "//compiler:sx", allow_single_file = True),
        "_sx_lsp": attr.label(default = "//compiler:sx_lsp", allow_single_file = True),
    },
)
