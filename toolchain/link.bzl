"""Objects of the compiler to executables and libraries, by the target's C toolchain."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load(":compile.bzl", "target_of")

def cc_of(ctx):
    """The C toolchain with the features of the target, as struct(toolchain, features)."""
    toolchain = find_cc_toolchain(ctx)
    return struct(toolchain = toolchain, features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    ))

def merged_cc_info(deps):
    return cc_common.merge_cc_infos(cc_infos = [d[CcInfo] for d in deps if CcInfo in d])

def _outputs(obj):
    # The compiler's code is position independent always: one object serves both.
    return cc_common.create_compilation_outputs(objects = depset([obj]), pic_objects = depset([obj]))

def link_executable(ctx, obj, deps, name = None):
    """Links a program.

    Args:
      ctx: the rule's context
      obj: the compiler's object
      deps: targets, of which those with CcInfo are linked
      name: name of the file, by default the target's

    Returns:
      the program, a File
    """
    cc = cc_of(ctx)
    return cc_common.link(
        actions = ctx.actions,
        name = name or ctx.label.name,
        feature_configuration = cc.features,
        cc_toolchain = cc.toolchain,
        compilation_outputs = _outputs(obj),
        linking_contexts = [merged_cc_info(deps).linking_context],
        user_link_flags = target_of(ctx).link_flags + ctx.attr.linkopts,
        output_type = "executable",
    ).executable

def link_shared(ctx, obj, deps):
    """Links lib<name>.so.

    Args:
      ctx: the rule's context
      obj: the compiler's object
      deps: targets, of which those with CcInfo are linked

    Returns:
      struct(file, linking_context), the context for who links against it
    """
    cc = cc_of(ctx)
    linked = cc_common.link(
        actions = ctx.actions,
        name = ctx.label.name,
        feature_configuration = cc.features,
        cc_toolchain = cc.toolchain,
        compilation_outputs = _outputs(obj),
        linking_contexts = [merged_cc_info(deps).linking_context],
        user_link_flags = target_of(ctx).link_flags + ctx.attr.linkopts,
        output_type = "dynamic_library",
    ).library_to_link
    file = linked.resolved_symlink_dynamic_library or linked.dynamic_library
    context = cc_common.create_linking_context(linker_inputs = depset([
        cc_common.create_linker_input(owner = ctx.label, libraries = depset([linked])),
    ]))
    return struct(file = file, linking_context = context)

def link_static(ctx, obj, deps):
    """Makes lib<name>.a.

    Args:
      ctx: the rule's context
      obj: the compiler's object
      deps: targets, of which those with CcInfo are needed by who links it

    Returns:
      struct(file, linking_context), the context with everything that the library needs
    """
    cc = cc_of(ctx)
    context, outputs = cc_common.create_linking_context_from_compilation_outputs(
        actions = ctx.actions,
        name = ctx.label.name,
        feature_configuration = cc.features,
        cc_toolchain = cc.toolchain,
        compilation_outputs = _outputs(obj),
        linking_contexts = [merged_cc_info(deps).linking_context],
        user_link_flags = target_of(ctx).link_flags + ctx.attr.linkopts,
        disallow_dynamic_library = True,
    )
    library = outputs.library_to_link
    return struct(file = library.pic_static_library or library.static_library, linking_context = context)

def header_context(ctx, hdrs):
    """Compilation context of the C headers that describe exported functions."""
    return cc_common.create_compilation_context(
        headers = depset(hdrs),
        includes = depset([p for p in [ctx.label.workspace_root or ".", ctx.bin_dir.path + ("/" + ctx.label.workspace_root if ctx.label.workspace_root else "")] if p]),
    )
