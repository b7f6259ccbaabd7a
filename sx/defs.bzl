"""The public rules of sx: `load("@rules_sx//sx:defs.bzl", "sx_binary", "sx_test")`."""

load("//toolchain:sx_binary.bzl", _sx_binary = "sx_binary", _sx_test = "sx_test")

sx_binary = _sx_binary
sx_test = _sx_test
