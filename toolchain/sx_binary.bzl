"""sx_binary and sx_test: one object by the compiler, linked by the C toolchain."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")

_TOOLCHAIN = "//toolchain:toolchain_type"

def _dirname(path):
    return path.rpartition("/")[0]

def _sx_impl(ctx):
    sx = ctx.toolchains[_TOOLCHAIN].sx
    cc = find_cc_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = cc,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    main = ctx.file.main
    if not main:
        if len(ctx.files.srcs) != 1:
            fail("main is needed: srcs has %d files" % len(ctx.files.srcs))
        main = ctx.files.srcs[0]
    obj = ctx.actions.declare_file(ctx.label.name + ".o")
    args = ctx.actions.args()
    args.add(sx.compiler)
    args.add("build")
    args.add("--quiet")
    args.add(main)
    args.add("--emit", "obj")
    args.add("--target", sx.triple)
    args.add("--opt", ctx.attr.opt or ("2" if ctx.var["COMPILATION_MODE"] == "opt" else "0"))
    args.add("-o", obj)
    ctx.actions.run(
        executable = sx.node,
        arguments = [args],
        env = {
            "NODE_PATH": _dirname(_dirname(sx.koffi.path)),
            "SX_LLVM_LIB": sx.llvm.path,
            "SX_STDLIB_PATH": _dirname(_dirname(sx.stdlib_root.path)),
        },
        inputs = depset(ctx.files.srcs + [main], transitive = [sx.files]),
        outputs = [obj],
        mnemonic = "SxCompile",
        progress_message = "sx %{label}",
        toolchain = _TOOLCHAIN,
    )
    deps = cc_common.merge_cc_infos(cc_infos = [d[CcInfo] for d in ctx.attr.deps])
    exe = cc_common.link(
        actions = ctx.actions,
        name = ctx.label.name,
        feature_configuration = features,
        cc_toolchain = cc,
        compilation_outputs = cc_common.create_compilation_outputs(objects = depset([obj]), pic_objects = depset([obj])),
        linking_contexts = [deps.linking_context],
        user_link_flags = ["-lpthread", "-lm"],
        output_type = "executable",
    ).executable
    return [
        DefaultInfo(executable = exe, files = depset([exe]), runfiles = ctx.runfiles(ctx.files.data)),
        OutputGroupInfo(objects = depset([obj])),
    ]

_ATTRS = {
    "data": attr.label_list(allow_files = True, doc = "Files the program reads when it runs."),
    "deps": attr.label_list(providers = [CcInfo], doc = "C libraries to link with."),
    "main": attr.label(allow_single_file = [".sx"], doc = "The root file; may be left out when srcs has one file."),
    "opt": attr.string(values = ["", "0", "1", "2", "3"], doc = "Optimisation level; by default 0, and 2 with -c opt."),
    "srcs": attr.label_list(allow_files = [".sx"], mandatory = True, doc = "The root file and the files it imports."),
}

_RULE = dict(
    implementation = _sx_impl,
    attrs = _ATTRS,
    fragments = ["cpp"],
    toolchains = [_TOOLCHAIN] + use_cc_toolchain(),
)

sx_binary = rule(executable = True, doc = "An executable sx program.", **_RULE)
sx_test = rule(test = True, doc = "A test that is an sx program: it passes when it ends with status 0.", **_RULE)
