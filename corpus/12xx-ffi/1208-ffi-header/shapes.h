#ifndef SHAPES_H
#define SHAPES_H
#include <stdarg.h>
#include <stddef.h>

#define SHAPES_MAJOR 3
#define SHAPES_LIMIT (SHAPES_MAJOR * 100u + 1)
#define SHAPES_MASK 0xff00ff00u
#define SHAPES_NAME "shapes" " and more"
#define SHAPES_RATIO (-0.25)
#define SHAPES_TINY 1e-3
#define SHAPES_SCALE SHAPES_FACTOR
#define SHAPES_CALL(x) ((x) + 1)

enum color { RED, GREEN = 5, BLUE };
typedef enum { LEFT = -1, MIDDLE, RIGHT } side;

typedef struct point { double x, y; } point;
struct type { int if_; int in; };                 /* members and a tag that are words elsewhere */
typedef struct shape {
  enum color color;
  side side;
  struct { short w, h; };                         /* anonymous */
  union { long bits; double real; } value;
  point corners[2];
  const struct shape *parent;
  int (*measure)(const struct shape *, int);
  const char *label;
} shape;
typedef union { int i; unsigned char b[4]; } word; /* aligned to 4: no sx union */
typedef int (*measure_fn)(const shape *, int);
typedef struct opaque opaque;
typedef unsigned long handle;

struct flags { unsigned a : 3, b : 5; };
struct __attribute__((packed)) tight { char c; int i; };

extern int shapes_made;
extern const char *const shapes_title;

int shape_area(const shape *s);
point point_add(point a, point b);                 /* by value, two floats */
shape shape_copy(shape s);                         /* by value, in memory */
word word_swap(word w);
int shape_measure(shape *s, int scale);
int sum_all(int n, ...);
handle next_handle(handle h);
opaque *opaque_new(int v);
int opaque_get(const opaque *o);
_Bool is_side(side s, side t);
struct flags flags_make(int a);
long double widest(long double v);
int vsum(int n, va_list ap);
static inline int twice(int v) { return 2 * v; }
static inline point mirror(point p) { point r = {-p.x, -p.y}; return r; }
#endif
