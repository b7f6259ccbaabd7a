"""sx_snapshot_test: recorded IR, assembly or output of a program, compared; `bazel run NAME.update` records it again."""

load(":attrs.bzl", "ROOT_ATTRS", "ROOT_RULE", "runfiles_of")
load(":compile.bzl", "check_modules", "compile", "library_info", "main_of")
load(":launcher.bzl", "rlocation", "script_program")
load(":link.bzl", "link_executable")
load(":providers.bzl", "SxInfo")

_TARGETS = {"aarch64": "aarch64-linux-gnu", "x86_64": "x86_64-linux-gnu"}
_KINDS = ["ir", "asm", "stdout"]

def snapshot_names(name, emit, targets):
    """The recorded files' names of a snapshot test.

    Args:
      name: name of the test
      emit: kinds of recorded texts
      targets: architectures of those that are for one

    Returns:
      list of file names
    """
    out = []
    for kind in emit:
        out += [name + ".stdout"] if kind == "stdout" else ["%s.%s.%s" % (name, t, kind) for t in targets]
    return out

def _impl(ctx):
    main = main_of(ctx)
    sx_deps = [d for d in ctx.attr.deps if SxInfo in d]
    info = library_info(ctx, ctx.files.srcs, sx_deps)
    check_modules(ctx, library_info(ctx, [], sx_deps))
    recorded = {f.basename: f for f in ctx.files.recorded}
    base = ctx.attr.snapshot_name
    level = ctx.attr.opt or "2"
    snapshots, files, runfiles = [], list(ctx.files.recorded), []

    def add(name, actual = "", program = ""):
        expected = recorded.get(name)
        snapshots.append(struct(
            path = "/".join([p for p in [ctx.label.package, ctx.attr.snapshot_dir, name] if p]),
            expected = rlocation(ctx, expected) if expected else "",
            actual = actual,
            program = program,
            args = ctx.attr.program_args,
            exit = ctx.attr.exit_status,
        ))

    for kind in ctx.attr.emit:
        if kind == "stdout":
            obj = ctx.actions.declare_file("_%s/program.o" % ctx.label.name)
            compile(ctx, main, info, obj, need_main = True)
            exe = link_executable(ctx, obj, ctx.attr.deps, name = "_%s/program" % ctx.label.name)
            files.append(exe)
            runfiles.append(runfiles_of(ctx))
            add(base + ".stdout", program = rlocation(ctx, exe))
            continue
        for t in ctx.attr.targets:
            name = "%s.%s.%s" % (base, t, kind)
            out = ctx.actions.declare_file("_%s/%s" % (ctx.label.name, name))
            compile(ctx, main, info, out, emit = kind, opt = level, triple = _TARGETS[t], sanitizer = "none")
            files.append(out)
            add(name, actual = rlocation(ctx, out))
    made = script_program(ctx, ctx.file._script, struct(
        mode = "update" if ctx.attr.update else "compare",
        snapshots = snapshots,
        update = "//%s:%s.update" % (ctx.label.package, base),
    ), files, runfiles)
    return [DefaultInfo(executable = made.executable, runfiles = made.runfiles)]

_ATTRS = ROOT_ATTRS | {
    "emit": attr.string_list(default = ["ir"]),
    "exit_status": attr.int(),
    "program_args": attr.string_list(),
    "recorded": attr.label_list(allow_files = True),
    "snapshot_dir": attr.string(),
    "snapshot_name": attr.string(mandatory = True),
    "targets": attr.string_list(default = ["x86_64"]),
    "update": attr.bool(),
    "_script": attr.label(default = "//toolchain/scripts:snapshot.cjs", allow_single_file = True),
}

_snapshot_test = rule(implementation = _impl, test = True, attrs = _ATTRS, **ROOT_RULE)
_snapshot_update = rule(implementation = _impl, executable = True, attrs = _ATTRS, **ROOT_RULE)

def sx_snapshot_test(
        name,
        srcs,
        emit = ["ir"],
        targets = ["x86_64", "aarch64"],
        snapshot_dir = "",
        program_args = [],
        exit_status = 0,
        deps = [],
        data = [],
        main = None,
        opt = "",
        sanitizer = "",
        linkopts = [],
        tags = [],
        visibility = None,
        **kwargs):
    """Compares what a program compiles to, or prints, with recorded files.

    The files are NAME.TARGET.ir, NAME.TARGET.asm and NAME.stdout beside the BUILD file. Code for every target is made and
    compared on every host; only `stdout` runs something.

    Args:
      name: name of the test; NAME.update, run with `bazel run`, records
      srcs: the program's sources
      emit: any of "ir", "asm", "stdout"
      targets: for "ir" and "asm": any of "x86_64", "aarch64"
      snapshot_dir: folder of the package that has the recorded files
      program_args: arguments of the program, for "stdout"
      exit_status: its expected status, for "stdout"
      deps: sx_library and cc_library targets
      data: files that the program reads
      main: the root file
      opt: optimisation level of "ir" and "asm", by default "2": without debug information, which would name every line
      sanitizer: as of sx_binary, for "stdout"
      linkopts: as of sx_binary
      tags: tags of both targets; NAME.update is "manual" besides
      visibility: as usual
      **kwargs: other attributes of a test: size, timeout, flaky ...
    """
    for kind in emit:
        if kind not in _KINDS:
            fail("sx_snapshot_test(name = \"%s\"): emit takes %s, not \"%s\"" % (name, ", ".join(_KINDS), kind))
    for t in targets:
        if t not in _TARGETS:
            fail("sx_snapshot_test(name = \"%s\"): targets takes %s, not \"%s\"" % (name, ", ".join(_TARGETS.keys()), t))
    prefix = snapshot_dir + "/" if snapshot_dir else ""
    common = dict(
        srcs = srcs,
        data = data,
        deps = deps,
        emit = emit,
        exit_status = exit_status,
        linkopts = linkopts,
        main = main,
        opt = opt,
        program_args = program_args,
        recorded = native.glob([prefix + n for n in snapshot_names(name, emit, targets)], allow_empty = True),
        sanitizer = sanitizer,
        snapshot_dir = snapshot_dir,
        snapshot_name = name,
        targets = targets,
        visibility = visibility,
    )
    _snapshot_test(name = name, tags = tags, **(common | kwargs))
    _snapshot_update(name = name + ".update", tags = tags + ["manual"], testonly = True, update = True, **common)
