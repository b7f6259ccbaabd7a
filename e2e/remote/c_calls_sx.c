#include "maths.h"

int main(void) { return maths_twice(21) == 42 && maths_count() == 1 ? 0 : 1; }
