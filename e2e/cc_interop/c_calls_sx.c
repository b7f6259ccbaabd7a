#include <stdio.h>
#include "maths.h"

void names_say(int64_t n);

int main(void) {
  names_say(7);
  long long got = (long long)maths_twice(21);
  int count = maths_count();
  printf("got %lld %d\n", got, count);
  return got == 42 && count == 1 ? 0 : 1;
}
