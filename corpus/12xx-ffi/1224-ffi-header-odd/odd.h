enum tiny : unsigned char { TINY_A = 1, TINY_B = 200 };
enum __attribute__((packed)) near { NEAR_A = 1, NEAR_B = -3 };
typedef enum : short { SHORT_A = -1 } short_enum;
struct holds { enum tiny t; enum near n; short_enum s; int x; };   /* 1 + 1 + 2 + 4 */

/* Attributes that change nothing. */
struct natural { unsigned a; unsigned long b __attribute__((aligned(8))); } __attribute__((aligned(8)));
struct __attribute__((packed)) bytes { unsigned char tag, len[2], body[5]; };

typedef float v4 __attribute__((vector_size(16)));
struct with_vector { v4 v; int k; };
v4 scale(v4 a, float by);
struct with_vector next(struct with_vector w);

static int helper(int x) { return x + 1; }
extern int table[];
extern const char *const names[3];
typedef int (*op)(int, int);
op find_op(const char *name);
int apply(op f, int a, int b);
struct flex { int n; int data[]; };
int flex_sum(const struct flex *f);
void (*set_handler(int n, void (*h)(int)))(int);
struct outer {
  struct { int a; union { int b; float c; }; };
  struct { short s; } list[2];
  enum { INNER = 4 } e;
  struct inner { int z; } in;
  int (*cb)(const struct outer *, void *);
};
int outer_call(const struct outer *o);
struct opaque;
struct opaque *opaque_make(int n);
int opaque_get(const struct opaque *o);
int total(int n, ...);
#define ODD_DEFAULT (NEAR_B * 2)
