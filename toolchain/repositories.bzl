"""WORKSPACE users: `sx_repositories()` makes the repositories that MODULE.bazel's extensions make otherwise.

Kept until Bazel 9 is the oldest supported version.
"""

load(":llvm.bzl", "llvm_repo")
load(":npm.bzl", "npm_repo")

def sx_repositories():
    npm_repo(name = "rules_sx_npm", package_json = Label("//:package.json"), package_lock = Label("//:package-lock.json"))
    llvm_repo(name = "rules_sx_llvm")
    native.register_toolchains("@rules_sx//toolchain:all")
