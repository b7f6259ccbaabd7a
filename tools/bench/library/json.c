// Takes JSON text; builds the same tree as std/json.sx (bump allocation, views of strings without escapes) and gives how
// many elements its outermost array has. The plain recursive parser a C program would carry.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef enum { V_NULL, V_BOOL, V_INT, V_STR, V_ARRAY, V_OBJECT } kind;
typedef struct value value;
typedef struct { const char *ptr; long len; } str;
typedef struct { value *items; long len, cap; } array;
typedef struct { struct member *items; long len, cap; } object;
struct value { kind k; union { int b; int64_t n; str s; array a; object o; }; };
struct member { str key; value val; };

typedef struct chunk { struct chunk *next; long cap; } chunk;
typedef struct { chunk *first; long end; } arena;
typedef struct { const char *p, *end; arena a; } parser;

static void *take(arena *a, long n) {
  n = (n + 7) & ~7l;
  if (!a->first || a->end + n > a->first->cap - 16) {
    long cap = ((a->first ? a->first->cap : 1 << 20) + n + 32) * 3 / 2;
    chunk *c = malloc((size_t)cap);
    c->next = a->first;
    c->cap = cap;
    a->first = c;
    a->end = 0;
  }
  void *r = (char *)a->first + 16 + a->end;
  a->end += n;
  return r;
}

static int space(parser *p) {
  const char *at = p->p, *end = p->end;
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
  p->p = at;
  return at < end;
}
static int hex4(const char *p, const char *end, unsigned *v) {
  if (end - p < 4) return 0;
  *v = 0;
  for (int i = 0; i < 4; i++) {
    char c = p[i];
    unsigned d;
    if (c >= '0' && c <= '9') d = (unsigned)(c - '0');
    else if (c >= 'a' && c <= 'f') d = (unsigned)(c - 87);
    else if (c >= 'A' && c <= 'F') d = (unsigned)(c - 55);
    else return 0;
    *v = *v * 16 + d;
  }
  return 1;
}
static int unescape(str raw, char *out, long *len) {
  const char *p = raw.ptr, *end = raw.ptr + raw.len;
  char *o = out;
  while (p < end) {
    if (*p != '\\') { *o++ = *p++; continue; }
    p++;
    switch (*p++) {
      case '"': *o++ = '"'; break;
      case '\\': *o++ = '\\'; break;
      case '/': *o++ = '/'; break;
      case 'b': *o++ = 8; break;
      case 't': *o++ = 9; break;
      case 'n': *o++ = 10; break;
      case 'f': *o++ = 12; break;
      case 'r': *o++ = 13; break;
      case 'u': {
        unsigned c;
        if (!hex4(p, end, &c)) return 0;
        p += 4;
        if (c >= 0xd800 && c < 0xe000) {
          unsigned low;
          if (c >= 0xdc00 || end - p < 6 || p[0] != '\\' || p[1] != 'u' || !hex4(p + 2, end, &low) || low < 0xdc00 || low >= 0xe000) return 0;
          p += 6;
          c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        }
        if (c < 0x80) *o++ = (char)c;
        else if (c < 0x800) { *o++ = (char)(0xc0 | c >> 6); *o++ = (char)(0x80 | (c & 63)); }
        else if (c < 0x10000) { *o++ = (char)(0xe0 | c >> 12); *o++ = (char)(0x80 | (c >> 6 & 63)); *o++ = (char)(0x80 | (c & 63)); }
        else { *o++ = (char)(0xf0 | c >> 18); *o++ = (char)(0x80 | (c >> 12 & 63)); *o++ = (char)(0x80 | (c >> 6 & 63)); *o++ = (char)(0x80 | (c & 63)); }
        break;
      }
      default: return 0;
    }
  }
  *len = o - out;
  return 1;
}
static int string_at(parser *p, str *out) {
  const char *start = p->p + 1, *at = start, *end = p->end;
  int escapes = 0;
  for (;; at++) {
    if (at >= end) return 0;
    unsigned char c = (unsigned char)*at;
    if (c == '"') break;
    if (c < 32) return 0;
    if (c == '\\') { escapes = 1; if (++at >= end) return 0; }
  }
  out->ptr = start;
  out->len = at - start;
  p->p = at + 1;
  if (!escapes) return 1;
  char *buf = take(&p->a, out->len);
  long len;
  if (!unescape(*out, buf, &len)) return 0;
  out->ptr = buf;
  out->len = len;
  return 1;
}
static int number_at(parser *p, int64_t *out) {
  const char *at = p->p, *end = p->end;
  int neg = *at == '-';
  if (neg) at++;
  uint64_t limit = neg ? 9223372036854775808ull : 9223372036854775807ull, v = 0;
  const char *start = at;
  while (at < end && *at >= '0' && *at <= '9') {
    uint64_t d = (uint64_t)(*at - '0');
    // Eighteen digits always fit.
    if (at - start >= 18 && v > (limit - d) / 10) return 0;
    v = v * 10 + d;
    at++;
  }
  long n = at - start;
  p->p = at;
  if (n == 0 || (n > 1 && *start == '0')) return 0;
  if (at < end && (*at == '.' || *at == 'e' || *at == 'E')) return 0;
  *out = (int64_t)(neg ? 0 - v : v);
  return 1;
}
static int literal(parser *p, const char *w, long n) {
  if (p->end - p->p < n || memcmp(p->p, w, (size_t)n) != 0) return 0;
  p->p += n;
  return 1;
}
static int value_at(parser *p, value *v) {
  if (!space(p)) return 0;
  switch (*p->p) {
    case '"': v->k = V_STR; return string_at(p, &v->s);
    case 't': v->k = V_BOOL; v->b = 1; return literal(p, "true", 4);
    case 'f': v->k = V_BOOL; v->b = 0; return literal(p, "false", 5);
    case 'n': v->k = V_NULL; return literal(p, "null", 4);
    case '[': {
      array a = {0, 0, 0};
      p->p++;
      if (!space(p)) return 0;
      if (*p->p == ']') p->p++;
      else for (;;) {
        value e;
        if (!value_at(p, &e)) return 0;
        if (a.len == a.cap) {
          long cap = a.cap ? a.cap * 2 : 4;
          value *items = take(&p->a, cap * (long)sizeof(value));
          if (a.len) memcpy(items, a.items, (size_t)a.len * sizeof(value));
          a.items = items;
          a.cap = cap;
        }
        a.items[a.len++] = e;
        if (!space(p)) return 0;
        char c = *p->p++;
        if (c == ']') break;
        if (c != ',') return 0;
      }
      v->k = V_ARRAY;
      v->a = a;
      return 1;
    }
    case '{': {
      object o = {0, 0, 0};
      p->p++;
      if (!space(p)) return 0;
      if (*p->p == '}') p->p++;
      else for (;;) {
        struct member m;
        if (!space(p) || *p->p != '"' || !string_at(p, &m.key) || !space(p) || *p->p != ':') return 0;
        p->p++;
        if (!value_at(p, &m.val)) return 0;
        if (o.len == o.cap) {
          long cap = o.cap ? o.cap * 2 : 4;
          struct member *items = take(&p->a, cap * (long)sizeof(struct member));
          if (o.len) memcpy(items, o.items, (size_t)o.len * sizeof(struct member));
          o.items = items;
          o.cap = cap;
        }
        o.items[o.len++] = m;
        if (!space(p)) return 0;
        char c = *p->p++;
        if (c == '}') break;
        if (c != ',') return 0;
      }
      v->k = V_OBJECT;
      v->o = o;
      return 1;
    }
    default:
      if (*p->p != '-' && (*p->p < '0' || *p->p > '9')) return 0;
      v->k = V_INT;
      return number_at(p, &v->n);
  }
}

long json_count(const char *text, long len) {
  parser p = {text, text + len, {0, 0}};
  value v;
  long n = value_at(&p, &v) && !space(&p) ? v.a.len : -1;
  while (p.a.first) { chunk *c = p.a.first; p.a.first = c->next; free(c); }
  return n;
}
