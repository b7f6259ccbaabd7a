"""Transitions: a target's sanitizer, and settings of a target's dependencies (sx_configure)."""

_SANITIZER = str(Label("//sx/settings:sanitizer"))
_HOST_SANITIZER = str(Label("//sx/settings:host_sanitizer"))
_FEATURES = "//command_line_option:features"
_SUFFIX = "//command_line_option:platform_suffix"

_MODE = "//command_line_option:compilation_mode"
_COPT = "//command_line_option:copt"
_TOOLCHAINS = "//command_line_option:extra_toolchains"
_CLANG = str(Label("//sx/settings:sanitizer_clang"))
_SANITIZING = str(Label("@rules_sx_cc//sanitizing:BUILD.bazel")).rpartition(":")[0] + ":all"

# What a sanitizer is to the C parts: features of the C toolchain, and flags where it has no feature. The spelling of the
# trap is the one that both gcc and clang take.
_FEATURES_OF = {"asan": ["asan"], "tsan": ["tsan"]}
_COPTS_OF = {"ubsan-trap": ["-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"]}

def _replaced(values, table, chosen):
    """`values` without any of the table's, then those of `chosen`."""
    known = [v for vs in table.values() for v in vs]
    return [v for v in values if v not in known] + table.get(chosen, [])

def is_exec(suffix):
    """Whether a platform suffix is that of an execution configuration."""
    return "exec" in (suffix or "").split("-")

def pick_sanitizer(attribute, setting, host_setting, suffix):
    """What a target is built with: tools take the host's setting whatever else is asked."""
    if is_exec(suffix):
        return host_setting
    return attribute or setting

def sanitizer_settings(sanitizer, features, copts, toolchains, clang):
    """Settings of a configuration with `sanitizer`, as struct(features, copts, toolchains)."""
    extra = [_SANITIZING] if clang and sanitizer in _FEATURES_OF else []
    return struct(
        features = _replaced(features, _FEATURES_OF, sanitizer),
        copts = _replaced(copts, _COPTS_OF, sanitizer),
        toolchains = [t for t in toolchains if t != _SANITIZING] + extra,
    )

def sanitized_mode(mode, sanitizer):
    """fastbuild strips debug information, and a report without lines is of little use: those are built as dbg."""
    return "dbg" if mode == "fastbuild" and sanitizer in _FEATURES_OF else mode

def _sanitizer_impl(settings, attr):
    chosen = pick_sanitizer(attr.sanitizer, settings[_SANITIZER], settings[_HOST_SANITIZER], settings[_SUFFIX])
    out = sanitizer_settings(chosen, settings[_FEATURES], settings[_COPT], settings[_TOOLCHAINS], settings[_CLANG])
    return {
        _COPT: out.copts,
        _FEATURES: out.features,
        _MODE: sanitized_mode(str(settings[_MODE]), chosen),
        _SANITIZER: chosen,
        _TOOLCHAINS: out.toolchains,
    }

sanitizer_transition = transition(
    implementation = _sanitizer_impl,
    inputs = [_SANITIZER, _HOST_SANITIZER, _CLANG, _FEATURES, _COPT, _MODE, _TOOLCHAINS, _SUFFIX],
    outputs = [_SANITIZER, _FEATURES, _COPT, _MODE, _TOOLCHAINS],
)
