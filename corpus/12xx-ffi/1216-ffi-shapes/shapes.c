#include "shapes.h"
#include <stdarg.h>
static double circle_area(struct shape *s) { return 3 * s->u.radius * s->u.radius * SCALE; }
static double rect_area(struct shape *s) { return s->u.rect.w * s->u.rect.h; }
static double (*areas[3])(struct shape *) = { circle_area, rect_area, 0 };
struct shape circle(double r) { struct shape s = { SH_CIRCLE, { .radius = r } }; return s; }
struct shape rect(double w, double h) { struct shape s = { SH_RECT, { .rect = { w, h } } }; return s; }
void set_area(int kind, double (*f)(struct shape *)) { areas[kind - SH_CIRCLE] = f; }
double area_of(struct shape *s) { return areas[s->kind - SH_CIRCLE](s); }
int walk(struct shape *s, int n, int (*f)(struct shape *, void *), void *state) {
    for (int i = 0; i < n; i++) if (f(&s[i], state)) return i;
    return -1;
}
size2 bounds(struct shape a, struct shape b) {
    size2 r = { a.u.rect.w > b.u.rect.w ? a.u.rect.w : b.u.rect.w, a.u.rect.h > b.u.rect.h ? a.u.rect.h : b.u.rect.h };
    return r;
}
double total(int n, ...) {
    va_list ap;
    double s = 0;
    va_start(ap, n);
    for (int i = 0; i < n; i++) s += va_arg(ap, double);
    va_end(ap);
    return s;
}
