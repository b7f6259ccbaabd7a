"""The repository that registers every version's toolchains: @rules_sx_toolchains//:all."""

_VERSION = """
config_setting(
    name = "is_{id}",
    flag_values = {{"{flag}": "{flag_value}"}},
)

[
    toolchain(
        name = "{id}_linux_%s_compiler" % cpu,
        exec_compatible_with = ["@platforms//os:linux", "@platforms//cpu:" + cpu],
        target_settings = [":is_{id}"],
        toolchain = "{compiler}",
        toolchain_type = "{compiler_type}",
    )
    for cpu in ["x86_64", "aarch64"]
]

[
    toolchain(
        name = "{id}_linux_%s_target" % cpu,
        target_compatible_with = ["@platforms//os:linux", "@platforms//cpu:" + cpu],
        target_settings = [":is_{id}"],
        toolchain = "{target}" + cpu,
        toolchain_type = "{target_type}",
    )
    for cpu in ["x86_64", "aarch64"]
]
"""

def hub_text(default, versions, label, repo_label):
    """The BUILD file that registers the toolchains of every version.

    Args:
      default: the version that builds take
      versions: dict from a version to its repository
      label: function from a package of rules_sx, "//package:", to its text
      repo_label: function from a repository to the text of its root package

    Returns:
      text of the BUILD file
    """
    parts = ['package(default_visibility = ["//visibility:public"])\n']
    values = [("", default)] + [(v, v) for v in versions]
    for value, version in values:
        repo = versions[version]
        home = label("//toolchain:") if repo == "rules_sx" else repo_label(repo)
        parts.append(_VERSION.format(
            id = "default" if value == "" else "v" + "".join([c if c.isalnum() else "_" for c in value.elems()]),
            flag = label("//sx/settings:") + "version",
            flag_value = value,
            compiler = home + "sx_compiler",
            target = home + "sx_linux_",
            compiler_type = label("//toolchain:") + "compiler_toolchain_type",
            target_type = label("//toolchain:") + "target_toolchain_type",
        ))
    return "".join(parts)

def _package(label):
    """str of //package: without a target."""
    return str(Label(label + "BUILD.bazel"))[:-len("BUILD.bazel")]

def _impl(rctx):
    rctx.file("BUILD.bazel", hub_text(rctx.attr.default, rctx.attr.versions, _package, lambda repo: "@@%s//:" % rctx.name.replace("rules_sx_toolchains", repo)))

hub_repo = repository_rule(
    implementation = _impl,
    attrs = {
        "default": attr.string(mandatory = True),
        "versions": attr.string_dict(mandatory = True),
    },
)
