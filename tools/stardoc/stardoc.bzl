"""starlark_docs: pages of markdown made of .bzl files' docstrings, compared with those that are checked in.

Stardoc itself is Java with dependencies of its own. Bazel extracts the docstrings by a rule that it has built in, and a page of them
takes a small script.
"""

load("@bazel_skylib//rules:diff_test.bzl", "diff_test")

def _markdown_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".md")
    packages = [f for f in ctx.files._protobufjs if f.path.endswith("node_modules/protobufjs/package.json")][0]
    args = ctx.actions.args()
    args.add(ctx.file._script)
    args.add(ctx.file.src)
    args.add(ctx.attr.loaded_as)
    args.add(out)
    ctx.actions.run(
        executable = ctx.file._node,
        arguments = [args],
        env = {"NODE_PATH": packages.dirname.rpartition("/")[0]},
        inputs = depset([ctx.file.src, ctx.file._script, ctx.file._proto] + ctx.files._protobufjs),
        outputs = [out],
        mnemonic = "StarlarkMarkdown",
        progress_message = "documenting " + ctx.attr.loaded_as,
    )
    return [DefaultInfo(files = depset([out]))]

_starlark_markdown = rule(
    implementation = _markdown_impl,
    attrs = {
        "loaded_as": attr.string(mandatory = True),
        "src": attr.label(allow_single_file = [".binaryproto"], mandatory = True),
        "_node": attr.label(default = "@rules_sx_npm//:node", allow_single_file = True, cfg = "exec"),
        "_proto": attr.label(default = "//tools:stardoc/stardoc_output.proto", allow_single_file = True),
        "_protobufjs": attr.label(default = "@rules_sx_npm//:bundled"),
        "_script": attr.label(default = "//tools:stardoc/render.cjs", allow_single_file = True),
    },
)

_UPDATE = """#!/bin/sh
# Writes the pages into the source tree that `bazel run` was called in.
set -eu
R=$0.runfiles
[ -d "$R" ] || R=${RUNFILES_DIR:?the runfiles of this program are not beside it}
"""

def _update_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".sh")
    lines = [
        "cp -f \"$R/%s/%s\" \"$BUILD_WORKSPACE_DIRECTORY/%s/%s\"" % (
            ctx.workspace_name,
            target.files.to_list()[0].short_path,
            ctx.label.package,
            page,
        )
        for target, page in ctx.attr.pages.items()
    ]
    ctx.actions.write(out, _UPDATE + "\n".join(lines) + "\n", is_executable = True)
    return [DefaultInfo(executable = out, runfiles = ctx.runfiles(ctx.files.pages))]

_update = rule(
    implementation = _update_impl,
    executable = True,
    attrs = {"pages": attr.label_keyed_string_dict(allow_files = True, mandatory = True)},
)

def starlark_docs(name, pages, deps):
    """A test for each page that it is what the docstrings say; `bazel run NAME` writes the pages.

    Args:
      name: name of the program that writes
      pages: dict from a page, a file of this package, to (label of the .bzl file, the label that users load)
      deps: bzl_library targets with everything that the .bzl files load
    """
    made = {}
    for page, (src, loaded_as) in pages.items():
        base = page.rpartition("/")[2].removesuffix(".md")
        native.starlark_doc_extract(name = base + "_docstrings", src = src, deps = deps)
        _starlark_markdown(name = base + "_page", src = ":%s_docstrings.binaryproto" % base, loaded_as = loaded_as)
        diff_test(
            name = base + "_test",
            failure_message = "The page is not what the docstrings say: bazel run //%s:%s" % (native.package_name(), name),
            file1 = page,
            file2 = ":%s_page" % base,
        )
        made[":%s_page" % base] = page
    _update(name = name, pages = made)
