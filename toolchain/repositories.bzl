"""WORKSPACE users: `sx_repositories()` makes the repositories that MODULE.bazel's extensions make otherwise.

Kept until Bazel 9 is the oldest supported version.
"""

load(":cc.bzl", "cc_repo")
load(":hub.bzl", "hub_repo")
load(":llvm.bzl", "llvm_repo")
load(":npm.bzl", "npm_repo")
load(":versions.bzl", "BUILT_IN")

# buildifier: disable=unnamed-macro
def sx_repositories():
    """Makes the repositories that the rules need, and registers the toolchains.

    Call it in WORKSPACE after rules_sx, bazel_skylib, platforms and rules_cc are there.
    """
    npm_repo(
        name = "rules_sx_npm",
        package_json = Label("//:package.json"),
        package_lock = Label("//:package-lock.json"),
        packages = [
            "balanced-match",
            "brace-expansion",
            "esbuild",
            "fflate",
            "jsonc-parser",
            "koffi",
            "long",
            "minimatch",
            "protobufjs",
            "semver",
            "vscode-jsonrpc",
            "vscode-languageclient",
            "vscode-languageserver",
            "vscode-languageserver-protocol",
            "vscode-languageserver-textdocument",
            "vscode-languageserver-types",
            "@esbuild",
            "@koromix",
        ],
    )
    llvm_repo(name = "rules_sx_llvm")
    cc_repo(name = "rules_sx_cc")
    hub_repo(name = "rules_sx_toolchains", default = BUILT_IN, versions = {BUILT_IN: "rules_sx"})
    native.register_toolchains(
        "@rules_sx_toolchains//:all",
        "@rules_sx_cc//cross:all",
    )
