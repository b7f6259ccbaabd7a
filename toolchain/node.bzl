"""node_bundle: the compiler's TypeScript as one file, by esbuild in the Node.js that npm ships: no Node of the host is used."""

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
        inputs = depset(ctx.files.srcs + [ctx.file.entry] + ctx.files._esbuild + ctx.files._bundled),
        # esbuild looks for packages beside the sources, then here.
        env = {"NODE_PATH": esbuild.path[:-len("/esbuild/bin/esbuild")]},
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
        "srcs": attr.label_list(allow_files = [".ts", ".js", ".json"]),
        "_bundled": attr.label(default = "@rules_sx_npm//:bundled", doc = "Packages that become part of the bundle."),
        "_esbuild": attr.label(default = "@rules_sx_npm//:esbuild", cfg = "exec"),
        "_node": attr.label(default = "@rules_sx_npm//:node", allow_single_file = True, cfg = "exec"),
    },
)
