"""node_bundle: TypeScript, or a package of npm, as one file, by esbuild in the Node.js that npm ships: no Node of the host is used."""

def _bundle_impl(ctx):
    out = ctx.actions.declare_file(ctx.attr.out)
    esbuild = [f for f in ctx.files._esbuild if f.path.endswith("node_modules/esbuild/bin/esbuild")][0]
    args = ctx.actions.args()
    args.add(esbuild)
    args.add(ctx.file.entry or ctx.attr.package)
    args.add("--bundle")
    args.add("--platform=node")
    args.add("--format=cjs")
    args.add("--target=node20")
    args.add("--external:koffi")
    args.add("--legal-comments=none")

    # Inputs are links out of the sandbox: followed, they would put the place of the output base into the bundle.
    args.add("--preserve-symlinks")
    args.add("--log-level=warning")
    args.add("--tsconfig-raw={}")
    args.add_all(ctx.attr.options)
    args.add(out, format = "--outfile=%s")
    ctx.actions.run(
        executable = ctx.file._node,
        arguments = [args],
        inputs = depset(ctx.files.srcs + ctx.files.entry + ctx.files._esbuild + ctx.files._bundled),
        # esbuild looks for packages beside the sources, then here.
        env = {"NODE_PATH": esbuild.path[:-len("/esbuild/bin/esbuild")]},
        outputs = [out],
        mnemonic = "SxBundle",
        progress_message = "bundling %{output}",
    )
    return [DefaultInfo(files = depset([out]))]

node_bundle = rule(
    implementation = _bundle_impl,
    doc = "Bundles an entry file and what it imports into one CommonJS file.",
    attrs = {
        "entry": attr.label(allow_single_file = [".ts"], doc = "The file that begins; or"),
        "options": attr.string_list(doc = "More options of esbuild."),
        "out": attr.string(mandatory = True),
        "package": attr.string(doc = "the package of npm."),
        "srcs": attr.label_list(allow_files = [".ts", ".js", ".json"]),
        "_bundled": attr.label(default = "@rules_sx_npm//:bundled", doc = "Packages that become part of the bundle."),
        "_esbuild": attr.label(default = "@rules_sx_npm//:esbuild", cfg = "exec"),
        "_node": attr.label(default = "@rules_sx_npm//:node", allow_single_file = True, cfg = "exec"),
    },
)
