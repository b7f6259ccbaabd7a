#include "unit.h"

struct pair { long a; double b; };
struct big { long xs[4]; };

int scaled(int n) { return n * SCALE; }
double average(double a, double b) { return (a + b) / 2; }
double pair_sum(struct pair p) { return p.a + p.b; }
struct pair pair_make(long a, double b) { struct pair p = { a, b }; return p; }
struct big big_double(struct big b) {
    for (int i = 0; i < 4; i++) b.xs[i] *= 2;
    return b;
}
int walk(int n, int (*f)(int, void *), void *data) {
    int total = 0;
    for (int i = 0; i < n; i++) total += f(i, data);
    return total;
}
const char *label(int n) { return n == 2 ? "two" : "other"; }
