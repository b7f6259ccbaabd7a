"""Transitions: a target's sanitizer, and settings of a target's dependencies (sx_configure)."""

_SANITIZER = str(Label("//sx/settings:sanitizer"))
_HOST_SANITIZER = str(Label("//sx/settings:host_sanitizer"))
_FEATURES = "//command_line_option:features"
_SUFFIX = "//command_line_option:platform_suffix"

# The C toolchain's name for what a sanitizer is to the C parts.
C_FEATURES = {"asan": ["asan"], "none": [], "tsan": ["tsan"], "ubsan-trap": ["sx_ubsan_trap"]}
_ALL = [f for fs in C_FEATURES.values() for f in fs]

def features_for(features, sanitizer):
    """`features` with those of `sanitizer` and no other sanitizer's."""
    return [f for f in features if f not in _ALL] + C_FEATURES[sanitizer]

def is_exec(suffix):
    """Whether a platform suffix is that of an execution configuration."""
    return "exec" in (suffix or "").split("-")

def pick_sanitizer(attribute, setting, host_setting, suffix):
    """What a target is built with: tools take the host's setting whatever else is asked."""
    if is_exec(suffix):
        return host_setting
    return attribute or setting

def _sanitizer_impl(settings, attr):
    chosen = pick_sanitizer(attr.sanitizer, settings[_SANITIZER], settings[_HOST_SANITIZER], settings[_SUFFIX])
    return {
        _FEATURES: features_for(settings[_FEATURES], chosen),
        _SANITIZER: chosen,
    }

sanitizer_transition = transition(
    implementation = _sanitizer_impl,
    inputs = [_SANITIZER, _HOST_SANITIZER, _FEATURES, _SUFFIX],
    outputs = [_SANITIZER, _FEATURES],
)
