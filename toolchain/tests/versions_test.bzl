"""What sx.toolchain tags mean together."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//toolchain:versions.bzl", "BUILT_IN", "repo_name", "resolve_toolchains")

def _tag(version, default = False, urls = [], integrity = ""):
    return struct(version = version, default = default, urls = urls, integrity = integrity)

def _module(name, tags, is_root = False):
    return struct(name = name, is_root = is_root, tags = tags)

def _nothing_asked(ctx):
    env = unittest.begin(ctx)
    error, got = resolve_toolchains([_module("root", [], is_root = True)])
    asserts.equals(env, None, error)
    asserts.equals(env, BUILT_IN, got.default)
    asserts.equals(env, [BUILT_IN], got.versions.keys())
    return unittest.end(env)

def _root_sets_the_default(ctx):
    env = unittest.begin(ctx)
    other = _tag("9.9", default = True, urls = ["u"], integrity = "sha256-a")
    error, got = resolve_toolchains([
        _module("dep", [_tag("8.8", default = True, urls = ["v"], integrity = "sha256-b")]),
        _module("root", [other], is_root = True),
    ])
    asserts.equals(env, None, error)
    asserts.equals(env, "9.9", got.default)
    asserts.equals(env, [BUILT_IN, "9.9", "8.8"], got.versions.keys())
    return unittest.end(env)

def _a_dependency_never_does(ctx):
    env = unittest.begin(ctx)
    error, got = resolve_toolchains([
        _module("root", [], is_root = True),
        _module("dep", [_tag("8.8", default = True, urls = ["v"], integrity = "sha256-b")]),
    ])
    asserts.equals(env, None, error)
    asserts.equals(env, BUILT_IN, got.default)
    return unittest.end(env)

def _root_archive_wins(ctx):
    env = unittest.begin(ctx)
    error, got = resolve_toolchains([
        _module("dep", [_tag("9.9", urls = ["theirs"], integrity = "sha256-b")]),
        _module("root", [_tag("9.9", urls = ["ours"], integrity = "sha256-a")], is_root = True),
    ])
    asserts.equals(env, None, error)
    asserts.equals(env, ["ours"], got.versions["9.9"].urls)
    return unittest.end(env)

def _root_replaces_the_built_in(ctx):
    env = unittest.begin(ctx)
    error, got = resolve_toolchains([_module("root", [_tag(BUILT_IN, urls = ["ours"], integrity = "sha256-a")], is_root = True)])
    asserts.equals(env, None, error)
    asserts.equals(env, ["ours"], got.versions[BUILT_IN].urls)
    return unittest.end(env)

def _errors(ctx):
    env = unittest.begin(ctx)

    def error_of(modules):
        error, got = resolve_toolchains(modules)
        asserts.equals(env, None, got)
        return error

    asserts.equals(env, "m: sx.toolchain needs a version", error_of([_module("m", [_tag("")])]))
    asserts.true(env, "has version %s built in" % BUILT_IN in error_of([_module("m", [_tag("7.7")])]))
    asserts.true(env, "need an integrity" in error_of([_module("m", [_tag("7.7", urls = ["u"])])]))
    asserts.true(env, "letters, digits" in error_of([_module("m", [_tag("7/7", urls = ["u"], integrity = "i")])]))
    asserts.true(env, "two sx.toolchain tags are the default" in error_of([_module("m", [
        _tag(BUILT_IN, default = True),
        _tag("7.7", default = True, urls = ["u"], integrity = "i"),
    ], is_root = True)]))
    asserts.true(env, "different archives for sx 7.7" in error_of([
        _module("a", [_tag("7.7", urls = ["u"], integrity = "i")]),
        _module("b", [_tag("7.7", urls = ["u"], integrity = "j")]),
    ]))
    asserts.true(env, "two sx.toolchain tags for version 7.7" in error_of([_module("m", [
        _tag("7.7", urls = ["u"], integrity = "i"),
        _tag("7.7", urls = ["u"], integrity = "j"),
    ], is_root = True)]))
    return unittest.end(env)

def _names(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "rules_sx_compiler_0_2_0_rc_1", repo_name("0.2.0-rc.1"))
    return unittest.end(env)

t0_test = unittest.make(_nothing_asked)
t1_test = unittest.make(_root_sets_the_default)
t2_test = unittest.make(_a_dependency_never_does)
t3_test = unittest.make(_root_archive_wins)
t4_test = unittest.make(_root_replaces_the_built_in)
t5_test = unittest.make(_errors)
t6_test = unittest.make(_names)

def versions_test_suite(name):
    unittest.suite(name, t0_test, t1_test, t2_test, t3_test, t4_test, t5_test, t6_test)
