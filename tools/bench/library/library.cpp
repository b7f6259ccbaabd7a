// Takes a count of rounds and a JSON file; prints `NAME NANOSECONDS`, the least of the rounds, for each piece of work.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <ctime>
#include <string_view>
#include <unordered_map>
#include <vector>

extern "C" long json_count(const char *text, long len);

static const long N = 1000000;
static long best[16];
static volatile long sink;

// Processor time: others share the machine.
static long now() {
  timespec ts;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
  return ts.tv_sec * 1000000000l + ts.tv_nsec;
}
static uint64_t next(uint64_t x) {
  x ^= x << 13;
  x ^= x >> 7;
  return x ^ (x << 17);
}
static void note(int at, long t0, long check) {
  long dt = now() - t0;
  sink = check;
  if (dt < best[at]) best[at] = dt;
}

static void list_append() {
  long t0 = now();
  long s;
  {
    std::vector<int64_t> xs;
    for (long i = 0; i < 10 * N; i++) xs.push_back(i);
    s = xs[xs.size() / 2];
  }
  note(0, t0, s);
}

static void map_ints(const std::vector<int64_t> &ints, const std::vector<long> &order) {
  std::unordered_map<int64_t, int64_t> m;
  long t0 = now();
  uint64_t x = 88172645463325252ull;
  for (long i = 0; i < N; i++) { x = next(x); m[(int64_t)x] = i; }
  note(1, t0, m.size());
  t0 = now();
  long s = 0;
  x = 88172645463325252ull;
  for (long i = 0; i < N; i++) { x = next(x); auto it = m.find((int64_t)x); if (it != m.end()) s += it->second; }
  note(2, t0, s);
  t0 = now();
  for (long i = 0; i < N; i++) { x = next(x); s += m.count((int64_t)x); }
  note(3, t0, s);
  t0 = now();
  for (long i : order) { auto it = m.find(ints[(size_t)i]); if (it != m.end()) s += it->second; }
  note(10, t0, s);
}

static void map_strings(const std::vector<std::string> &keys) {
  std::unordered_map<std::string_view, int64_t> m;
  long t0 = now();
  for (long i = 0; i < N; i++) m[keys[i]] = i;
  note(4, t0, m.size());
  t0 = now();
  long s = 0;
  for (auto &k : keys) { auto it = m.find(k); if (it != m.end()) s += it->second; }
  note(5, t0, s);
}

static void json_parse(const std::string &text) {
  long t0 = now();
  long n = json_count(text.data(), (long)text.size());
  note(6, t0, n);
}

static void string_bytes() {
  long t0 = now();
  long s;
  {
    std::string xs;
    for (long i = 0; i < 20 * N; i++) xs.push_back((char)(65 + (i & 15)));
    s = xs[xs.size() / 2];
  }
  note(7, t0, s);
}

static void string_format() {
  long t0 = now();
  long n = 0;
  for (long i = 0; i < N; i++) {
    char buf[64];
    int len = snprintf(buf, sizeof buf, "item %ld of %s\n", i, "list");
    std::string s(buf, (size_t)len);
    n += (long)s.size();
  }
  note(8, t0, n);
}

static void string_join(const std::vector<std::string> &keys) {
  long t0 = now();
  long n = 0;
  for (long i = 0; i < N; i++) { std::string s = keys[i] + keys[N - 1 - i]; n += s.back(); }
  note(9, t0, n);
}

static void sort_ints(const std::vector<int64_t> &ints) {
  std::vector<int64_t> xs = ints;
  long t0 = now();
  std::sort(xs.begin(), xs.end());
  note(11, t0, xs[xs.size() / 2]);
  xs = ints;
  t0 = now();
  std::sort(xs.begin(), xs.end(), [](int64_t a, int64_t b) { return b < a; });
  note(12, t0, xs[xs.size() / 2]);
}

int main(int argc, char **argv) {
  int rounds = atoi(argv[1]);
  for (long &b : best) b = INT64_MAX;
  std::vector<std::string> keys;
  uint64_t x = 88172645463325252ull;
  std::vector<long> order;
  std::vector<int64_t> ints;
  for (long i = 0; i < N; i++) { x = next(x); order.push_back(i); std::swap(order[(size_t)i], order[x % (uint64_t)(i + 1)]); }
  x = 88172645463325252ull;
  for (long i = 0; i < N; i++) { x = next(x); ints.push_back((int64_t)x); }
  for (long i = 0; i < N; i++) { x = next(x); keys.push_back("account/item/" + std::to_string(x % 1000000000)); }
  FILE *f = fopen(argv[2], "rb");
  fseek(f, 0, SEEK_END);
  std::string text((size_t)ftell(f), 0);
  rewind(f);
  if (fread(text.data(), 1, text.size(), f) != text.size()) return 1;
  fclose(f);
  for (int r = 0; r < rounds; r++) {
    list_append();
    map_ints(ints, order);
    map_strings(keys);
    json_parse(text);
    string_bytes();
    string_format();
    string_join(keys);
    sort_ints(ints);
  }
  const char *names[] = {"list_append", "map_int_insert", "map_int_hit", "map_int_miss", "map_string_insert", "map_string_hit", "json_parse", "string_bytes", "string_format", "string_concat", "map_int_hit_random", "sort_ints", "sort_by_closure"};
  for (int i = 0; i < 13; i++) printf("%s %ld\n", names[i], best[i]);
}
