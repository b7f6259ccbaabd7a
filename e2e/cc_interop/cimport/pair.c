#include "pair.h"

static int calls;

int pair_sum(pair p) { return p.a + p.b + calls++; }
