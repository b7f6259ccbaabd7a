"""Which sanitizer a target gets, and what that sets."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//toolchain:transition.bzl", "is_exec", "pick_sanitizer", "sanitized_mode", "sanitizer_settings")

def _pick(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "none", pick_sanitizer("", "none", "none", None))
    asserts.equals(env, "tsan", pick_sanitizer("", "tsan", "none", ""))
    asserts.equals(env, "asan", pick_sanitizer("asan", "tsan", "none", "tsan"))
    asserts.equals(env, "none", pick_sanitizer("none", "tsan", "none", ""))
    asserts.equals(env, "none", pick_sanitizer("asan", "tsan", "none", "exec"))
    asserts.equals(env, "asan", pick_sanitizer("", "tsan", "asan", "tsan-exec"))
    return unittest.end(env)

def _exec(ctx):
    env = unittest.begin(ctx)
    asserts.false(env, is_exec(None))
    asserts.false(env, is_exec("executor"))
    asserts.true(env, is_exec("exec"))
    return unittest.end(env)

def _settings(ctx):
    env = unittest.begin(ctx)
    got = sanitizer_settings("tsan", ["asan", "pic"], ["-DX"], ["//a:b"], True)
    asserts.equals(env, ["pic", "tsan"], got.features)
    asserts.equals(env, ["-DX"], got.copts)
    asserts.equals(env, 2, len(got.toolchains))

    # Back to none: what the sanitizer set is gone, what was there before is not.
    back = sanitizer_settings("none", got.features, got.copts, got.toolchains, True)
    asserts.equals(env, (["pic"], ["-DX"], ["//a:b"]), (back.features, back.copts, back.toolchains))
    trap = sanitizer_settings("ubsan-trap", [], [], [], True)
    asserts.equals(env, ([], 2, []), (trap.features, len(trap.copts), trap.toolchains))
    asserts.equals(env, [], sanitizer_settings("none", [], trap.copts, [], True).copts)
    asserts.equals(env, ["//a:b"], sanitizer_settings("asan", [], [], ["//a:b"], False).toolchains)
    return unittest.end(env)

def _mode(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "dbg", sanitized_mode("fastbuild", "tsan"))
    asserts.equals(env, "fastbuild", sanitized_mode("fastbuild", "none"))
    asserts.equals(env, "opt", sanitized_mode("opt", "asan"))
    return unittest.end(env)

t0_test = unittest.make(_pick)
t1_test = unittest.make(_exec)
t2_test = unittest.make(_settings)
t3_test = unittest.make(_mode)

def transition_test_suite(name):
    unittest.suite(name, t0_test, t1_test, t2_test, t3_test)
