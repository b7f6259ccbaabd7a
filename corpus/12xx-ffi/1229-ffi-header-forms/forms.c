#include "forms.h"
#include <stdarg.h>
int use_arr(arr4 a) { return a[0] + a[3]; }
int use_bool(bool b) { return b ? 10 : 20; }
bool give_bool(int x) { return x > 2; }
pt mk(int x, int y) { return (pt){x, y}; }
pt (*get_mk(void))(int, int) { return mk; }
int kr() { return 5; }
int constp(const pt p) { return p.x - p.y; }
double _Complex cplx(double _Complex z) { return z; }
_Atomic(long) count2 = 4;
int ptr_arr(int (*p)[4]) { return (*p)[1]; }
int use_pair(pair_t p) { return p[1].y; }
union u8al un(union u8al v) { v.a += 1; return v; }
int shadow(int a, int b, int c, int d) { return a * 1000 + b * 100 + c * 10 + d; }
neg_enum flip(neg_enum e) { return e == E_A ? E_B : E_A; }
void each(int n, cb f, void *user) { for (int i = 0; i < n; i++) f(user, i); }
int len(const struct node *n) { int k = 0; while (n) { k++; n = n->next; } return k; }
int plain_global = 31;
int vsum(int n, ...) { va_list ap; va_start(ap, n); double s = 0; for (int i = 0; i < n; i++) s += va_arg(ap, double); va_end(ap); return (int)s; }
float addf(float a, float b) { return a + b; }
short shorts(short a, unsigned short b, signed char c, unsigned char d) { return a + b + c + d; }
unsigned long long ull(unsigned long long x) { return x + 1; }
int hits;
void nothing(void) { hits++; plain_global++; }
struct big bigger(struct big b, int k) { for (int i = 0; i < 5; i++) b.v[i] *= k; return b; }
__typeof__(anon_global) anon_global = {3, {{1}, {2}}};
int anon_double(void) { return anon_global.anon_x * 2; }
handle_val made(void) { return (handle_val){8}; }
int held(handle_ptr h) { return h->w * 2; }
