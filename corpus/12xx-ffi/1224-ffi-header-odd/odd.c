#include "odd.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
_Static_assert(sizeof(struct holds) == 8, "");
int table[] = {3, 5, 8};
const char *const names[3] = {"zero", "one", "two"};
v4 scale(v4 a, float by) { return a * by; }
struct with_vector next(struct with_vector w) { w.v += 1; w.k++; return w; }
static int add(int a, int b) { return a + b; }
static int sub(int a, int b) { return a - b; }
op find_op(const char *name) { return strcmp(name, "add") == 0 ? add : sub; }
int apply(op f, int a, int b) { return f(a, b); }
int flex_sum(const struct flex *f) { int s = 0; for (int i = 0; i < f->n; i++) s += f->data[i]; return s; }
static void (*handler)(int);
void (*set_handler(int n, void (*h)(int)))(int) { void (*old)(int) = handler; handler = h; if (old) old(n); return old; }
int outer_call(const struct outer *o) { return o->cb(o, (void *)o) + o->list[1].s; }
struct opaque { int n; };
struct opaque *opaque_make(int n) { struct opaque *o = malloc(sizeof *o); o->n = n; return o; }
int opaque_get(const struct opaque *o) { return o->n; }
int total(int n, ...) { va_list ap; va_start(ap, n); int s = 0; while (n-- > 0) s += va_arg(ap, int); va_end(ap); return s; }
