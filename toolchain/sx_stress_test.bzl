"""sx_stress_test: one program run many times with seeds, plain and sanitized; a failing run's seed replays it."""

load(":attrs.bzl", "ASAN_OPTIONS")
load(":compile.bzl", "COMPILER_TOOLCHAINS")
load(":launcher.bzl", "rlocation", "script_program")
load(":sx_binary.bzl", "sx_binary")

_VARIANTS = {"asan": "asan", "plain": "none", "tsan": "tsan"}

def _impl(ctx):
    programs, files, runfiles = [], [], []
    for target, variant in ctx.attr.programs.items():
        exe = target[DefaultInfo].files_to_run.executable
        programs.append(struct(variant = variant, file = rlocation(ctx, exe)))
        files.append(exe)
        runfiles.append(target[DefaultInfo].default_runfiles)
    made = script_program(ctx, ctx.file._script, struct(
        label = "//%s:%s" % (ctx.label.package, ctx.label.name),
        programs = programs,
        count = ctx.attr.count,
        run_timeout = ctx.attr.run_timeout,
        args = ctx.attr.program_args,
        env = {"ASAN_OPTIONS": ASAN_OPTIONS} | ctx.attr.program_env,
    ), files, runfiles)
    return [DefaultInfo(executable = made.executable, runfiles = made.runfiles)]

_stress_test = rule(
    implementation = _impl,
    test = True,
    attrs = {
        "count": attr.int(default = 100),
        "program_args": attr.string_list(),
        "program_env": attr.string_dict(),
        "programs": attr.label_keyed_string_dict(mandatory = True),
        "run_timeout": attr.int(default = 60),
        "_script": attr.label(default = "//toolchain/scripts:stress.cjs", allow_single_file = True),
    },
    toolchains = COMPILER_TOOLCHAINS,
)

def sx_stress_test(
        name,
        srcs,
        count = 100,
        variants = ["plain", "tsan", "asan"],
        run_timeout = 60,
        program_args = [],
        program_env = {},
        tags = [],
        visibility = None,
        size = None,
        timeout = None,
        flaky = None,
        shard_count = None,
        exec_properties = None,
        target_compatible_with = None,
        **kwargs):
    """Runs a program `count` times in each variant; fails when a run ends with another status than 0 or does not end.

    Every run gets a seed of its own in SX_STRESS_SEED. The seeds come from one that is printed: TEST_RANDOM_SEED where
    Bazel sets it (--runs_per_test), --test_arg=--seed=N, else a new one. A failing run prints the command that repeats
    it. docs/guides/stress.md has the options and the protocol.

    Args:
      name: name of the test; NAME.plain, NAME.tsan ... are the programs
      srcs: as of sx_binary
      count: runs of each variant
      variants: any of "plain", "tsan", "asan"
      run_timeout: seconds that a run may take
      program_args: arguments of the program
      program_env: environment of the program
      tags: tags of the test; the programs are "manual"
      visibility: as usual
      size: as usual
      timeout: as usual
      flaky: as usual
      shard_count: the runs are spread over the shards
      exec_properties: as usual
      target_compatible_with: as usual
      **kwargs: other attributes of sx_binary: deps, data, main, opt ...
    """
    programs = {}
    for v in variants:
        if v not in _VARIANTS:
            fail("sx_stress_test(name = \"%s\"): variants takes %s, not \"%s\"" % (name, ", ".join(_VARIANTS.keys()), v))
        sx_binary(
            name = "%s.%s" % (name, v),
            srcs = srcs,
            sanitizer = _VARIANTS[v],
            tags = ["manual"],
            target_compatible_with = target_compatible_with,
            testonly = True,
            visibility = ["//visibility:private"],
            **kwargs
        )
        programs[":%s.%s" % (name, v)] = v
    _stress_test(
        name = name,
        count = count,
        exec_properties = exec_properties,
        flaky = flaky,
        program_args = program_args,
        program_env = program_env,
        programs = programs,
        run_timeout = run_timeout,
        shard_count = shard_count,
        size = size,
        tags = tags,
        target_compatible_with = target_compatible_with,
        timeout = timeout,
        visibility = visibility,
    )
