"""sx_library: modules for other targets to import. Nothing is linked: a program is compiled as a whole."""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load(":attrs.bzl", "FRAGMENTS", "ROOT_TOOLCHAINS", "SOURCE_ATTRS", "coverage_of")
load(":compile.bzl", "COMPILE_ATTRS", "check", "check_modules", "compile", "library_info", "sx_sources")
load(":link.bzl", "merged_cc_info")
load(":providers.bzl", "SxInfo")

def _impl(ctx):
    deps = [d for d in ctx.attr.deps if SxInfo in d]
    info = library_info(ctx, ctx.files.srcs, deps, module_root = None if ctx.attr.module_root == "/" else ctx.attr.module_root)
    check_modules(ctx, info)

    # Building the library reports its errors without waiting for a program that uses it.
    modules = sx_sources(ctx)
    checked = []
    if modules:
        out = ctx.actions.declare_file("_%s/checked" % ctx.label.name)
        check(ctx, modules, info, out)
        checked.append(out)
    texts = []
    for i, src in enumerate(modules):
        out = ctx.actions.declare_file("_%s/%d.%s.ll" % (ctx.label.name, i, src.basename))
        compile(ctx, src, info, out, emit = "ir", opt = "0", sanitizer = "none")
        texts.append(out)
    runfiles = ctx.runfiles(files = ctx.files.data).merge_all([d[DefaultInfo].default_runfiles for d in ctx.attr.data + ctx.attr.deps])
    return [
        DefaultInfo(files = depset(modules), runfiles = runfiles),
        OutputGroupInfo(_validation = depset(checked), ir = depset(texts)),
        coverage_of(ctx),
        info,
        merged_cc_info(ctx.attr.deps),
    ]

sx_library = rule(
    implementation = _impl,
    doc = """sx sources that other targets import.

A module is imported by its path from the root of its repository (`#import "net/url.sx"`), from module_root when that is
given, or beside the importing file. When the library is built, or anything that depends on it, each source is checked by itself, with the
functions that no program reaches; `--norun_validations` leaves that out.""",
    attrs = SOURCE_ATTRS | COMPILE_ATTRS | {
        "data": attr.label_list(allow_files = True, doc = "Files that programs with this library read when they run."),
        "module_root": attr.string(default = "/", doc = "Folder of the package that imports start from; \"/\" is the repository's root, \"\" the package."),
    },
    toolchains = ROOT_TOOLCHAINS,
    fragments = FRAGMENTS,
    provides = [SxInfo, CcInfo],
)
