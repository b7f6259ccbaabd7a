"""Actions and tests that run the Node.js shipped as an npm package: no Node of the host is used."""

def _bundle_impl(ctx):
    out = ctx.actions.declare_file("sx.cjs")
    esbuild = [f for f in ctx.files._esbuild if f.path.endswith("node_modules/esbuild/bin/esbuild")][0]
    args = ctx.actions.args()
    args.add(esbuild)
    args.add(ctx.file.entry)
    args.add("--bundle")
    args.add("--platform=node")
    args.add("--format=cjs")
    args.add("--target=node20")
    args.add("--external:koffi")
    args.add("--legal-comments=none")
    args.add("--log-level=warning")
    args.add("--tsconfig-raw={}")
    args.add(out, format = "--outfile=%s")
    ctx.actions.run(
        executable = ctx.file._node,
        arguments = [args],
        inputs = depset(ctx.files.srcs + [ctx.file.entry] + ctx.files._esbuild),
        outputs = [out],
        mnemonic = "SxBundle",
        progress_message = "bundling the sx compiler",
    )
    return [DefaultInfo(files = depset([out]))]

node_bundle = rule(
    implementation = _bundle_impl,
    doc = "Bundles the compiler's TypeScript into one sx.cjs.",
    attrs = {
        "entry": attr.label(allow_single_file = [".ts"], mandatory = True),
        "srcs": attr.label_list(allow_files = [".ts"]),
        "_esbuild": attr.label(default = "@rules_sx_npm//:esbuild", cfg = "exec"),
        "_node": attr.label(default = "@rules_sx_npm//:node", allow_single_file = True, cfg = "exec"),
    },
)

def _rloc(ctx, f):
    return f.short_path[3:] if f.short_path.startswith("../") else ctx.workspace_name + "/" + f.short_path

def _node_test_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name)
    modules = ctx.files._modules[0]
    ctx.actions.write(out, """#!/bin/sh
# Runs a script of the workspace from its runfiles tree, with npm's node.
set -eu
R=${{RUNFILES_DIR:-$0.runfiles}}
R=$(cd "$R" && pwd)
cd "$R/{ws}"
[ -e node_modules ] || ln -s "$R/{modules}" node_modules 2>/dev/null || true
export NODE_PATH="$R/{modules}"
{env}
exec "$R/{node}" "$R/{entry}" {args} "$@"
""".format(
        ws = ctx.workspace_name,
        node = _rloc(ctx, ctx.file._node),
        modules = _rloc(ctx, modules),
        entry = _rloc(ctx, ctx.file.entry),
        args = " ".join(["'%s'" % ctx.expand_location(a, ctx.attr.data) for a in ctx.attr.script_args]),
        env = "\n".join(["export %s=\"%s\"" % (k, v) for k, v in ctx.attr.script_env.items()]),
    ), is_executable = True)
    files = [ctx.file._node, ctx.file.entry, modules] + ctx.files.data
    return [DefaultInfo(executable = out, runfiles = ctx.runfiles(files))]

node_test = rule(
    implementation = _node_test_impl,
    test = True,
    doc = "A test that is a Node.js script run in the workspace's runfiles.",
    attrs = {
        "data": attr.label_list(allow_files = True),
        "entry": attr.label(allow_single_file = True, mandatory = True),
        "script_args": attr.string_list(),
        "script_env": attr.string_dict(),
        "_modules": attr.label(default = "@rules_sx_npm//:modules", cfg = "exec"),
        "_node": attr.label(default = "@rules_sx_npm//:node", allow_single_file = True, cfg = "exec"),
    },
)
