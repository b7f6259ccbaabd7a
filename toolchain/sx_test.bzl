"""sx_test: a program that passes when it ends with status 0; the library's suite module speaks Bazel's test protocol."""

load(":attrs.bzl", "ROOT_ATTRS", "ROOT_RULE", "RUN_ATTRS")
load(":sx_binary.bzl", "program_providers")

def _impl(ctx):
    return program_providers(ctx).providers

# `bazel coverage` merges what the program wrote with the tool that this names.
COVERAGE_ATTRS = {
    "_lcov_merger": attr.label(
        default = configuration_field(fragment = "coverage", name = "output_generator"),
        executable = True,
        cfg = config.exec(exec_group = "test"),
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
