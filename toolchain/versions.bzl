"""What `sx.toolchain` tags of all modules mean together: pure functions, tested in toolchain/tests."""

BUILT_IN = "0.1.0"

def _check(tag, module):
    if not tag.version:
        return "%s: sx.toolchain needs a version" % module
    for c in tag.version.elems():
        if not (c.isalnum() or c in ".-_+"):
            return "%s: sx.toolchain(version = \"%s\"): a version has letters, digits and . - _ + only" % (module, tag.version)
    if tag.urls and not tag.integrity:
        return "%s: sx.toolchain(version = \"%s\"): urls need an integrity, so that every build gets the same compiler" % (module, tag.version)
    if not tag.urls and tag.version != BUILT_IN:
        return "%s: sx.toolchain(version = \"%s\"): this rules_sx has version %s built in; name another one's archive with urls and integrity" % (module, tag.version, BUILT_IN)
    return None

def resolve_toolchains(modules):
    """The toolchains of a build.

    Args:
      modules: list of struct(name, is_root, tags), tags a list of struct(version, default, urls, integrity)

    Returns:
      (error or None, struct(default, versions)), versions a dict from version to struct(urls, integrity), urls empty for
      the built-in one. The root module's word counts: only it sets the default, and its archive for a version replaces
      that of any other module.
    """
    root_first = [m for m in modules if m.is_root] + [m for m in modules if not m.is_root]
    versions = {BUILT_IN: struct(urls = [], integrity = "")}
    owners = {}
    default = None
    for m in root_first:
        for tag in m.tags:
            problem = _check(tag, m.name)
            if problem:
                return problem, None
            if tag.default and m.is_root:
                if default and default != tag.version:
                    return "%s: two sx.toolchain tags are the default, %s and %s" % (m.name, default, tag.version), None
                default = tag.version
            if not tag.urls:
                continue
            archive = struct(urls = tag.urls, integrity = tag.integrity)
            owner = owners.get(tag.version)
            if owner and not owner.is_root and versions[tag.version].integrity != tag.integrity:
                return "%s and %s name different archives for sx %s (%s and %s): the root module can decide with a tag of its own" % (
                    owner.name,
                    m.name,
                    tag.version,
                    versions[tag.version].integrity,
                    tag.integrity,
                ), None
            if owner and owner.is_root and m.is_root and versions[tag.version] != archive:
                return "%s: two sx.toolchain tags for version %s" % (m.name, tag.version), None
            if not owner:
                owners[tag.version] = m
                versions[tag.version] = archive
    return None, struct(default = default or BUILT_IN, versions = versions)

def repo_name(version):
    """The repository of a downloaded version."""
    return "rules_sx_compiler_" + "".join([c if c.isalnum() else "_" for c in version.elems()])
