"""sx_binary: a program, compiled as a whole by one action and linked by the C toolchain."""

load(":attrs.bzl", "ROOT_ATTRS", "ROOT_RULE", "RUN_ATTRS", "coverage_of", "environment_of", "runfiles_of")
load(":compile.bzl", "check_modules", "compile", "library_info", "main_of")
load(":link.bzl", "link_executable")
load(":providers.bzl", "SxInfo")

def program_providers(ctx, runfiles = []):
    """Compiles and links the target's program.

    Args:
      ctx: the rule's context
      runfiles: list of further runfiles

    Returns:
      struct(executable, object, info, providers)
    """
    main = main_of(ctx)
    sx_deps = [d for d in ctx.attr.deps if SxInfo in d]
    info = library_info(ctx, ctx.files.srcs, sx_deps)
    check_modules(ctx, library_info(ctx, [], sx_deps))
    obj = ctx.actions.declare_file(ctx.label.name + ".o")
    compile(ctx, main, info, obj, need_main = True, coverage = ctx.coverage_instrumented() or (
        ctx.configuration.coverage_enabled and any([ctx.coverage_instrumented(d) for d in ctx.attr.deps])
    ))
    exe = link_executable(ctx, obj, ctx.attr.deps)
    return struct(executable = exe, object = obj, info = info, providers = [
        DefaultInfo(executable = exe, files = depset([exe]), runfiles = runfiles_of(ctx).merge_all(runfiles)),
        OutputGroupInfo(objects = depset([obj])),
        coverage_of(ctx),
        environment_of(ctx),
    ])

def _impl(ctx):
    return program_providers(ctx).providers

sx_binary = rule(
    implementation = _impl,
    executable = True,
    doc = "An executable sx program.",
    attrs = ROOT_ATTRS | RUN_ATTRS,
    **ROOT_RULE
)
