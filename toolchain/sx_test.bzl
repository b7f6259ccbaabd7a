"""sx_test: a program that passes when it ends with status 0; the library's suite module speaks Bazel's test protocol."""

load(":attrs.bzl", "ROOT_ATTRS", "ROOT_RULE", "RUN_ATTRS")
load(":sx_binary.bzl", "program_providers")

def _impl(ctx):
    # Bazel hands a test the merger without its runfiles: they come with the test's own.
    merger = [t[DefaultInfo].default_runfiles for t in [ctx.attr._lcov_merger, ctx.attr._collect_cc_coverage]] if ctx.configuration.coverage_enabled else []
    return program_providers(ctx, runfiles = merger).providers

# Bazel runs what these attributes name after a test of `bazel coverage`: what reads the counters of C parts (gcov), and the merger, whose own
# default is a download.
COVERAGE_ATTRS = {
    "_collect_cc_coverage": attr.label(
        default = "//toolchain/scripts:gcov",
        executable = True,
        cfg = "exec",
    ),
    "_lcov_merger": attr.label(
        default = "//toolchain/scripts:lcov_merger",
        executable = True,
        cfg = "exec",
    ),
}

sx_test = rule(
    implementation = _impl,
    test = True,
    doc = """A test that is an sx program: it passes when it ends with status 0.

A program whose cases go through modules/std/suite.sx follows Bazel's test protocol: shards, --test_filter, test.xml.""",
    attrs = ROOT_ATTRS | RUN_ATTRS | COVERAGE_ATTRS,
    **ROOT_RULE
)
