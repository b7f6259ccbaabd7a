typedef struct { double a; signed char b; short c; } Mixed;
typedef struct { Mixed (*make)(double, signed char, short, _Bool, unsigned char); int times; } Table;

/* Registers as C leaves them: what is above a narrow argument is anything. */
Mixed through(Mixed (*f)(double, signed char, short, _Bool, unsigned char), long n) {
    signed char b = (signed char)(n * 1000003);
    return f(0.5, b, (short)(n * 70001), (_Bool)(n & 2), (unsigned char)(n * 511));
}
long by_table(Table t, long n) {
    long sum = 0;
    for (int i = 0; i < t.times; i++) { Mixed m = through(t.make, n + i); sum = sum * 10 + m.b + m.c + (long)m.a; }
    return sum;
}
signed char narrow(signed char (*f)(signed char), int v) { return f((signed char)v); }
