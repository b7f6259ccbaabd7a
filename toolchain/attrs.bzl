"""Attributes, toolchains and providers that the rules share."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "use_cc_toolchain")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load(":compile.bzl", "COMPILE_ATTRS", "SANITIZERS", "SX_TOOLCHAINS", "sanitizer_of")
load(":providers.bzl", "SxInfo")
load(":transition.bzl", "sanitizer_transition")

SOURCE_ATTRS = {
    "comptime_ffi": attr.bool(doc = "Code that runs while compiling may call C functions: what they read is not among the action's inputs."),
    "deps": attr.label_list(
        providers = [[SxInfo], [CcInfo]],
        doc = "sx_library targets whose modules are imported, and cc_library targets to link with.",
    ),
    "srcs": attr.label_list(
        allow_files = [".sx", ".c", ".h"],
        mandatory = True,
        doc = "sx sources of this target, and the C files that their `#import c` blocks name.",
    ),
}

ROOT_ATTRS = SOURCE_ATTRS | COMPILE_ATTRS | {
    "data": attr.label_list(allow_files = True, doc = "Files that the program reads when it runs, and programs that it starts."),
    "linkopts": attr.string_list(doc = "Further flags of the linker."),
    "main": attr.label(allow_single_file = [".sx"], doc = "The root file; may be left out when srcs has one file."),
    "opt": attr.string(values = ["", "0", "1", "2", "3"], doc = "Optimisation level; by default 0, and 2 with -c opt."),
    "sanitizer": attr.string(
        values = [""] + SANITIZERS,
        doc = "The sanitizer of this target and everything it links; by default that of //sx/settings:sanitizer.",
    ),
    "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
}

RUN_ATTRS = {
    "env": attr.string_dict(doc = "Environment of the program under `bazel run` and `bazel test`; $(location) and make variables are expanded."),
    "env_inherit": attr.string_list(doc = "Variables that come from the caller's environment."),
}

# sx programs let the end of the process free what is in use until then, so leaks are reported on demand only:
# env = {"ASAN_OPTIONS": "detect_leaks=1"}.
ASAN_OPTIONS = "detect_leaks=0"

# Not mandatory to Bazel: the rules say what is missing in words of their own.
ROOT_TOOLCHAINS = SX_TOOLCHAINS + use_cc_toolchain(mandatory = False)

FRAGMENTS = ["cpp", "platform"]

# A rule whose target is a whole program or library, linked.
ROOT_RULE = dict(
    cfg = sanitizer_transition,
    fragments = FRAGMENTS,
    toolchains = ROOT_TOOLCHAINS,
)

def runfiles_of(ctx):
    """data and the runfiles of everything that the target depends on."""
    runfiles = ctx.runfiles(files = ctx.files.data)
    return runfiles.merge_all([d[DefaultInfo].default_runfiles for d in ctx.attr.data + ctx.attr.deps])

def environment_of(ctx):
    """RunEnvironmentInfo of env and env_inherit.

    Args:
      ctx: the rule's context; its rule has RUN_ATTRS

    Returns:
      RunEnvironmentInfo
    """
    env = {
        name: ctx.expand_make_variables("env", ctx.expand_location(value, ctx.attr.data), {})
        for name, value in ctx.attr.env.items()
    }
    if sanitizer_of(ctx) == "asan" and "ASAN_OPTIONS" not in env and "ASAN_OPTIONS" not in ctx.attr.env_inherit:
        env["ASAN_OPTIONS"] = ASAN_OPTIONS
    return RunEnvironmentInfo(environment = env, inherited_environment = ctx.attr.env_inherit)

def coverage_of(ctx):
    """Which files count for coverage. What reads the counters of C parts (gcov) comes along with the cc_library targets."""
    return coverage_common.instrumented_files_info(
        ctx,
        source_attributes = ["srcs"],
        dependency_attributes = ["deps", "data"],
        extensions = ["sx"],
    )
