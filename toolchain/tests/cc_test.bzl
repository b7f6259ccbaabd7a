"""What a C compiler says about its include directories."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//toolchain:cc.bzl", "parse_include_directories")

_SAID = """gcc version 12.2.0 (Debian 12.2.0-14)
ignoring nonexistent directory "/usr/local/include/x86_64-linux-gnu"
#include "..." search starts here:
 /not/this
#include <...> search starts here:
 /usr/lib/gcc/x86_64-linux-gnu/12/include
 /usr/include
End of search list.
 /nor/this
"""

def _includes(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, ["/usr/lib/gcc/x86_64-linux-gnu/12/include", "/usr/include"], parse_include_directories(_SAID))
    asserts.equals(env, [], parse_include_directories("error: no such language"))
    return unittest.end(env)

includes_test = unittest.make(_includes)

def cc_test_suite(name):
    unittest.suite(name, includes_test)
