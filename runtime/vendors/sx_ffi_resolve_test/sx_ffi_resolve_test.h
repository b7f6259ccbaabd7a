#ifndef SX_FFI_RESOLVE_TEST_H
#define SX_FFI_RESOLVE_TEST_H
int sx_ffi_resolve_test_add(int a, int b);
int sx_ffi_resolve_test_mul(int a, int b);
#endif
