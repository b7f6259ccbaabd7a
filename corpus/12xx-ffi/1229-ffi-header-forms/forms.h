#include <stdbool.h>
#include <stddef.h>
#include <complex.h>
#define CH 'x'
#define ESC "tab\there\n"
#define OCT "\001\377"
#define WIDE L"wide"
#define HEXF 0x1.8p3
#define BIGF 1e300
#define SMALLF 1.5e-7f
#define SZ sizeof(int)
#define CASTED ((unsigned char)300)
#define TERN (1 ? 7 : 8)
#define SHIFT (1u << 31)
#define NEG (-5)
#define LL 0x7fffffffffffffffLL
#define MINLL (-0x7fffffffffffffffLL - 1)
#define INF (1.0/0.0)
#define EMPTY
#define STR2 ESC
#define ENUMV RED2
enum { RED2 = 3, HUGE_E = 0xffffffffffffffffULL };
typedef int arr4[4];
struct s1 { arr4 a; int (*f[2])(int); const char *names[2]; bool b; };
int use_arr(arr4 a);
int use_bool(bool b);
bool give_bool(int x);
typedef struct { int x, y; } pt;
pt mk(int x, int y);
pt (*get_mk(void))(int, int);
int kr();
int constp(const pt p);
double _Complex cplx(double _Complex z);
_Atomic int counter;
extern _Atomic(long) count2;
int ptr_arr(int (*p)[4]);
typedef pt pair_t[2];
int use_pair(pair_t p);
union u8al { long a; double b; char c[3]; };
union u8al un(union u8al v);
int shadow(int sizeof_, int type, int in, int fn);
typedef enum { E_A = -1, E_B } neg_enum;
neg_enum flip(neg_enum e);
typedef void (*cb)(void *user, int n);
void each(int n, cb f, void *user);
struct node { struct node *next; int v; };
int len(const struct node *n);
extern struct { int anon_x; struct { short z; } list[2]; } anon_global;
int anon_double(void);
typedef struct { int w; } *handle_ptr, handle_val;
handle_val made(void);
int held(handle_ptr h);
extern int plain_global;
static const int static_const = 12;
int vsum(int n, ...);
float addf(float a, float b);
short shorts(short a, unsigned short b, signed char c, unsigned char d);
unsigned long long ull(unsigned long long x);
void nothing(void);
struct big { long v[5]; };
struct big bigger(struct big b, int k);
