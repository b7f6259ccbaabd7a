"""The public rules of sx: `load("@rules_sx//sx:defs.bzl", "sx_binary", "sx_test")`."""

load("//toolchain:current_sx_toolchain.bzl", _current_sx_toolchain = "current_sx_toolchain")
load("//toolchain:providers.bzl", _SxCompilerInfo = "SxCompilerInfo", _SxInfo = "SxInfo", _SxTargetInfo = "SxTargetInfo")
load("//toolchain:sx_binary.bzl", _sx_binary = "sx_binary")
load("//toolchain:sx_compiler_toolchain.bzl", _sx_compiler_toolchain = "sx_compiler_toolchain")
load("//toolchain:sx_configure.bzl", _sx_configure = "sx_configure")
load("//toolchain:sx_fmt_test.bzl", _sx_fmt_test = "sx_fmt_test")
load("//toolchain:sx_library.bzl", _sx_library = "sx_library")
load("//toolchain:sx_shared_library.bzl", _sx_shared_library = "sx_shared_library")
load("//toolchain:sx_snapshot_test.bzl", _sx_snapshot_test = "sx_snapshot_test")
load("//toolchain:sx_static_library.bzl", _sx_static_library = "sx_static_library")
load("//toolchain:sx_stress_test.bzl", _sx_stress_test = "sx_stress_test")
load("//toolchain:sx_target_toolchain.bzl", _sx_target_toolchain = "sx_target_toolchain")
load("//toolchain:sx_test.bzl", _sx_test = "sx_test")

SxCompilerInfo = _SxCompilerInfo
SxInfo = _SxInfo
SxTargetInfo = _SxTargetInfo

current_sx_toolchain = _current_sx_toolchain
sx_binary = _sx_binary
sx_compiler_toolchain = _sx_compiler_toolchain
sx_configure = _sx_configure
sx_fmt_test = _sx_fmt_test
sx_library = _sx_library
sx_shared_library = _sx_shared_library
sx_snapshot_test = _sx_snapshot_test
sx_static_library = _sx_static_library
sx_stress_test = _sx_stress_test
sx_target_toolchain = _sx_target_toolchain
sx_test = _sx_test
