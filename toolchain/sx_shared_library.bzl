"""sx_shared_library: exported functions as lib<name>.so, to load or to link C targets against."""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load(":attrs.bzl", "ROOT_RULE")
load(":link.bzl", "link_shared")
load(":sx_static_library.bzl", "C_LIBRARY_ATTRS", "c_library_impl")

def _impl(ctx):
    return c_library_impl(ctx, link_shared)

sx_shared_library = rule(
    implementation = _impl,
    doc = "The `export`ed functions of an sx program as a shared library; C targets take it in their deps, programs load it as data.",
    attrs = C_LIBRARY_ATTRS,
    provides = [CcInfo],
    **ROOT_RULE
)
