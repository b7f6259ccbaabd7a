#include "shapes.h"
#include <stdlib.h>

struct opaque { int v; };
int shapes_made = 7;
const char *const shapes_title = "Shapes";

int shape_area(const shape *s) { return s->w * s->h; }
point point_add(point a, point b) { point r = {a.x + b.x, a.y + b.y}; return r; }
shape shape_copy(shape s) { s.w += 1; s.value.bits *= 2; s.corners[1].y += 0.5; return s; }
word word_swap(word w) { word r; for (int i = 0; i < 4; i++) r.b[i] = w.b[3 - i]; return r; }
int shape_measure(shape *s, int scale) { return s->measure ? s->measure(s, scale) : -1; }
int vsum(int n, va_list ap) { int t = 0; while (n-- > 0) t += va_arg(ap, int); return t; }
int sum_all(int n, ...) { va_list ap; va_start(ap, n); int t = vsum(n, ap); va_end(ap); return t; }
handle next_handle(handle h) { return h + SHAPES_LIMIT; }
opaque *opaque_new(int v) { opaque *o = malloc(sizeof *o); o->v = v; return o; }
int opaque_get(const opaque *o) { return o->v; }
_Bool is_side(side s, side t) { return s == t; }
struct flags flags_make(int a) { struct flags f = {a, 1}; return f; }
long double widest(long double v) { return v; }
