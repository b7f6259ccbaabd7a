#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct pair { int a; double b; };
struct big { long x[3]; };
struct small { unsigned char c[3]; };
struct floats { float f[3]; };
enum { END, INT, DOUBLE, PAIR, BIG, SMALL, FLOATS, TEXT, BOOL };

/* The tail is tag, value, tag, value ... END. */
double sum_tail(int count, ...) {
  va_list ap;
  va_start(ap, count);
  double total = 0;
  for (int i = 0; i < count; i++) {
    switch (va_arg(ap, int)) {
      case INT: total += va_arg(ap, int); break;
      case DOUBLE: total += va_arg(ap, double); break;
      case PAIR: { struct pair p = va_arg(ap, struct pair); total += p.a + p.b; break; }
      case BIG: { struct big b = va_arg(ap, struct big); total += b.x[0] + b.x[1] + b.x[2]; break; }
      case SMALL: { struct small s = va_arg(ap, struct small); total += s.c[0] + s.c[1] + s.c[2]; break; }
      case FLOATS: { struct floats f = va_arg(ap, struct floats); total += f.f[0] + f.f[1] + f.f[2]; break; }
      case TEXT: total += strlen(va_arg(ap, char *)); break;
      case BOOL: total += va_arg(ap, int) ? 1000 : 0; break;
    }
  }
  va_end(ap);
  return total;
}

struct big format(struct big start, char *out, int size, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  start.x[2] = vsnprintf(out, size, fmt, ap);
  va_end(ap);
  return start;
}
