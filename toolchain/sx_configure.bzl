"""sx_configure: targets under other settings than the build's: sanitizer, compilation mode, platform, compiler version."""

load(":compile.bzl", "SANITIZERS")
load(":transition.bzl", "sanitizer_settings")

_SANITIZER = str(Label("//sx/settings:sanitizer"))
_CLANG = str(Label("//sx/settings:sanitizer_clang"))
_VERSION = str(Label("//sx/settings:version"))
_FEATURES = "//command_line_option:features"
_COPT = "//command_line_option:copt"
_MODE = "//command_line_option:compilation_mode"
_PLATFORMS = "//command_line_option:platforms"
_TOOLCHAINS = "//command_line_option:extra_toolchains"

def _transition_impl(settings, attr):
    sanitizer = attr.sanitizer or settings[_SANITIZER]
    out = sanitizer_settings(sanitizer, settings[_FEATURES], settings[_COPT], settings[_TOOLCHAINS], settings[_CLANG])
    return {
        _COPT: out.copts,
        _FEATURES: out.features,
        _MODE: attr.compilation_mode or str(settings[_MODE]),
        _PLATFORMS: [str(attr.platform)] if attr.platform else settings[_PLATFORMS],
        _SANITIZER: sanitizer,
        _TOOLCHAINS: out.toolchains,
        _VERSION: attr.version or settings[_VERSION],
    }

_transition = transition(
    implementation = _transition_impl,
    inputs = [_SANITIZER, _CLANG, _FEATURES, _COPT, _MODE, _PLATFORMS, _TOOLCHAINS, _VERSION],
    outputs = [_SANITIZER, _FEATURES, _COPT, _MODE, _PLATFORMS, _TOOLCHAINS, _VERSION],
)

def _impl(ctx):
    runfiles = ctx.runfiles().merge_all([d[DefaultInfo].default_runfiles for d in ctx.attr.deps])
    return [DefaultInfo(files = depset(transitive = [d[DefaultInfo].files for d in ctx.attr.deps]), runfiles = runfiles)]

sx_configure = rule(
    implementation = _impl,
    doc = "The files of `deps`, built with the settings given here; what is left out is as in the build.",
    attrs = {
        "compilation_mode": attr.string(values = ["", "fastbuild", "dbg", "opt"], doc = "The compilation mode, as of -c."),
        "deps": attr.label_list(cfg = _transition, mandatory = True, doc = "The targets to build with these settings."),
        "platform": attr.label(doc = "A platform target: @rules_sx//platforms:linux_aarch64, for one."),
        "sanitizer": attr.string(values = [""] + SANITIZERS, doc = "The sanitizer of targets that have none of their own."),
        "version": attr.string(doc = "A version of the compiler that sx.toolchain named."),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
