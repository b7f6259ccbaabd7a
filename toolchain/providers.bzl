"""What the rules hand to one another."""

SxInfo = provider(
    doc = "An sx library: sources to compile with, and where `#import` finds them.",
    fields = {
        "modules": "depset of struct(path, file, label): the name by which `#import` finds a source, the source, its target",
        "roots": "depset of struct(file, path): import roots, a path below the root of `file` (source tree or bazel-out)",
        "srcs": "depset of every source, transitively",
    },
)

SxCompilerInfo = provider(
    doc = "What runs when sx code is compiled, built for the execution platform.",
    fields = {
        "clang": "clang of LLVM 19, which reads the headers of `#import c`; None where there is none",
        "compiler": "the bundled compiler (sx.cjs)",
        "files": "depset of everything the compiler reads besides sources",
        "koffi": "a file of the koffi package: its folder's parent is NODE_PATH",
        "llvm": "libLLVM 19",
        "node": "the Node.js binary",
        "version": "version of the compiler",
    },
)

SxTargetInfo = provider(
    doc = "What sx code is compiled for.",
    fields = {
        "cpu": "cpu of @platforms//cpu: x86_64, aarch64",
        "link_flags": "flags that every link of sx code needs",
        "stdlib": "depset of the library's files",
        "stdlib_root": "the file modules/std.sx of the library: two folders up is the import root",
        "triple": "LLVM triple",
    },
)

SxEmitInfo = provider(
    doc = "A text that the compiler or a program gave, with the recorded one.",
    fields = {
        "actual": "the file that an action made",
        "expected": "the recorded file",
    },
)
