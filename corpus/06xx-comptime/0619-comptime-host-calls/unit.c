typedef struct { double x, y; } Vec;
typedef struct { long a, b, c; } Big;
typedef struct { char tag; short n; } Tiny;
Vec vec_add(Vec a, Vec b) { Vec r = { a.x + b.x, a.y + b.y }; return r; }
Big big_scale(Big v, int k) { v.a *= k; v.b *= k; v.c *= k; return v; }
Tiny tiny(char tag, short n) { Tiny t = { tag, n }; return t; }
float mixed(char a, short b, int c, long d, float e, double f, unsigned char g, float h, long i, long j) {
    return a + b + c + (float)d + e + (float)f + g + h + (float)i + (float)j;
}
static int counter;
int *counter_address(void) { return &counter; }
int bump(void) { return ++counter; }
double sum_with(double (*f)(double, float, Tiny), int n) {
    double s = 0;
    for (int i = 0; i < n; i++) { Tiny t = { (char)i, 10 }; s += f(i, 0.5f, t); }
    return s;
}
