#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

int main(int argc, char **argv) {
  void *library = dlopen(argc > 1 ? argv[1] : "", RTLD_NOW);
  if (!library) return fprintf(stderr, "%s\n", dlerror()), 1;
  int64_t (*twice)(int64_t) = (int64_t (*)(int64_t))dlsym(library, "maths_twice");
  if (!twice) return fprintf(stderr, "%s\n", dlerror()), 1;
  printf("loaded %lld\n", (long long)twice(4));
  return 0;
}
