typedef unsigned char v4u8 __attribute__((vector_size(4)));
typedef short v2i16 __attribute__((vector_size(4)));
typedef float v4f __attribute__((vector_size(16)));
typedef double v4d __attribute__((vector_size(32), aligned(32)));
struct mixed { v4u8 a; float b; v2i16 c; };

int sum_small(v4u8 a, v2i16 b, int scale) { return (a[0] + a[1] * 2 + a[2] * 3 + a[3] * 4 + b[0] - b[1]) * scale; }
struct mixed mixed_next(struct mixed m, double by) { m.a += 1; m.b += by; m.c = -m.c; return m; }
v4f scaled(v4f v, float by) { return v * by; }
double wide_sum(int skip, v4d v, v4u8 more) { return skip + v[0] + v[1] + v[2] + v[3] + more[3]; }
