#pragma once
#define PAIR_LIMIT 40
typedef struct { int a, b; } pair;
int pair_sum(pair p);
static inline int pair_first(pair p) { return p.a; }
