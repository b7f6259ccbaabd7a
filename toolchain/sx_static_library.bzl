"""sx_static_library: exported functions as lib<name>.a, for cc_binary and cc_library to depend on."""

load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load(":attrs.bzl", "ROOT_ATTRS", "ROOT_RULE", "coverage_of", "runfiles_of")
load(":compile.bzl", "check_modules", "compile", "library_info", "main_of")
load(":link.bzl", "header_context", "link_static", "merged_cc_info")
load(":providers.bzl", "SxInfo")

def c_library_impl(ctx, link):
    """A library for C.

    Args:
      ctx: the rule's context
      link: link_static or link_shared

    Returns:
      list of providers
    """
    sx_deps = [d for d in ctx.attr.deps if SxInfo in d]
    info = library_info(ctx, ctx.files.srcs, sx_deps)
    check_modules(ctx, library_info(ctx, [], sx_deps))
    obj = ctx.actions.declare_file(ctx.label.name + ".o")
    compile(ctx, main_of(ctx), info, obj)
    linked = link(ctx, obj, ctx.attr.deps)
    headers = cc_common.merge_cc_infos(direct_cc_infos = [CcInfo(
        compilation_context = header_context(ctx, ctx.files.hdrs),
        linking_context = linked.linking_context,
    )], cc_infos = [CcInfo(compilation_context = merged_cc_info(ctx.attr.deps).compilation_context)])
    return [
        DefaultInfo(files = depset([linked.file]), runfiles = runfiles_of(ctx)),
        OutputGroupInfo(objects = depset([obj])),
        coverage_of(ctx),
        headers,
    ]

C_LIBRARY_ATTRS = ROOT_ATTRS | {
    "hdrs": attr.label_list(allow_files = [".h"], doc = "C headers that declare the exported functions, included by their path from the repository's root."),
}

def _impl(ctx):
    return c_library_impl(ctx, link_static)

sx_static_library = rule(
    implementation = _impl,
    doc = "The `export`ed functions of an sx program as a static library; C targets take it in their deps.",
    attrs = C_LIBRARY_ATTRS,
    provides = [CcInfo],
    **ROOT_RULE
)
