// The peer of library.sx, by the same arguments and with the same output; what a number is that both have to give stands there.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory_resource>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

extern "C" long json_count(const char *text, long len);

static const long N = 1000000;
static const uint64_t SEED = 88172645463325252ull;

static std::vector<int64_t> ints;
static std::vector<long> order;
static std::vector<std::string> keys;
static std::string text;

struct Sample { long ns, check; };

// Processor time: others share the machine.
static long now() {
  timespec ts;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
  return ts.tv_sec * 1000000000l + ts.tv_nsec;
}
static Sample since(long t0, long check) { return {now() - t0, check}; }
static uint64_t next(uint64_t x) {
  x ^= x << 13;
  x ^= x >> 7;
  return x ^ (x << 17);
}

static void make_nothing() {}
static void make_ints() {
  uint64_t x = SEED;
  for (long i = 0; i < N; i++) { x = next(x); ints.push_back((int64_t)x); }
  for (long i = 0; i < N; i++) { x = next(x); order.push_back(i); std::swap(order[(size_t)i], order[x % (uint64_t)(i + 1)]); }
}
static void make_keys() {
  uint64_t x = SEED;
  for (long i = 0; i < N; i++) { x = next(x); keys.push_back("account/item/" + std::to_string(x % 1000000000)); }
}

static Sample list_append() {
  long t0 = now();
  long s;
  {
    std::vector<int64_t> xs;
    for (long i = 0; i < 10 * N; i++) xs.push_back(i);
    s = xs[xs.size() / 2];
  }
  return since(t0, s);
}

using Ints = std::unordered_map<int64_t, int64_t>;
static Ints filled_ints() {
  Ints m;
  for (long i = 0; i < N; i++) m[ints[(size_t)i]] = i;
  return m;
}
static Sample map_int_insert() {
  long t0 = now();
  Ints m = filled_ints();
  return since(t0, (long)m.size());
}
static Sample map_int_hit() {
  Ints m = filled_ints();
  long t0 = now(), s = 0;
  for (int64_t k : ints) { auto it = m.find(k); if (it != m.end()) s += it->second; }
  return since(t0, s);
}
static Sample map_int_hit_random() {
  Ints m = filled_ints();
  long t0 = now(), s = 0;
  for (long i : order) { auto it = m.find(ints[(size_t)i]); if (it != m.end()) s += it->second; }
  return since(t0, s);
}
static Sample map_int_miss() {
  Ints m = filled_ints();
  uint64_t x = (uint64_t)ints[N - 1];
  long t0 = now(), s = 0;
  for (long i = 0; i < N; i++) { x = next(x); s += (long)m.count((int64_t)x); }
  return since(t0, s);
}

using Strings = std::unordered_map<std::string_view, int64_t>;
static Strings filled_strings() {
  Strings m;
  for (long i = 0; i < N; i++) m[keys[(size_t)i]] = i;
  return m;
}
static Sample map_string_insert() {
  long t0 = now();
  Strings m = filled_strings();
  return since(t0, (long)m.size());
}
static Sample map_string_hit() {
  Strings m = filled_strings();
  long t0 = now(), s = 0;
  for (auto &k : keys) { auto it = m.find(k); if (it != m.end()) s += it->second; }
  return since(t0, s);
}

static Sample json_parse() {
  long t0 = now();
  return since(t0, json_count(text.data(), (long)text.size()));
}

static Sample string_bytes() {
  long t0 = now();
  long s;
  {
    std::string xs;
    for (long i = 0; i < 20 * N; i++) xs.push_back((char)(65 + (i & 15)));
    s = xs[xs.size() / 2];
  }
  return since(t0, s);
}

// Into an arena, like the peer.
static Sample string_format() {
  long t0 = now();
  long n = 0;
  {
    std::pmr::monotonic_buffer_resource arena(1 << 16);
    for (long i = 0; i < N; i++) {
      char buf[64];
      int len = snprintf(buf, sizeof buf, "item %ld of %s\n", i, "list");
      std::pmr::string s(buf, (size_t)len, &arena);
      n += (long)s.size();
      if ((i & 1023) == 0) arena.release();
    }
  }
  return since(t0, n);
}

static Sample string_concat() {
  long t0 = now();
  long n = 0;
  {
    std::string kept[64];
    for (long i = 0; i < N; i++) {
      std::string s = keys[(size_t)i] + keys[(size_t)(N - 1 - i)];
      n += s.back();
      kept[i & 63] = std::move(s);
    }
  }
  return since(t0, n);
}

static Sample sort_ints() {
  std::vector<int64_t> xs = ints;
  long t0 = now();
  std::sort(xs.begin(), xs.end());
  return since(t0, xs[xs.size() / 2]);
}
static Sample sort_by_closure() {
  std::vector<int64_t> xs = ints;
  long t0 = now();
  std::sort(xs.begin(), xs.end(), [](int64_t a, int64_t b) { return b < a; });
  return since(t0, xs[xs.size() / 2]);
}

static const struct Row {
  const char *name;
  void (*prepare)();
  Sample (*run)();
} rows[] = {
  {"list_append", make_nothing, list_append},
  {"map_int_insert", make_ints, map_int_insert},
  {"map_int_hit", make_ints, map_int_hit},
  {"map_int_hit_random", make_ints, map_int_hit_random},
  {"map_int_miss", make_ints, map_int_miss},
  {"map_string_insert", make_keys, map_string_insert},
  {"map_string_hit", make_keys, map_string_hit},
  {"json_parse", make_nothing, json_parse},
  {"string_bytes", make_nothing, string_bytes},
  {"string_format", make_nothing, string_format},
  {"string_concat", make_keys, string_concat},
  {"sort_ints", make_ints, sort_ints},
  {"sort_by_closure", make_ints, sort_by_closure},
};

int main(int argc, char **argv) {
  if (argc < 3) {
    for (const Row &row : rows) puts(row.name);
    return 0;
  }
  if (argc > 3) {
    FILE *f = fopen(argv[3], "rb");
    if (!f) return 1;
    fseek(f, 0, SEEK_END);
    text.resize((size_t)ftell(f));
    rewind(f);
    if (fread(text.data(), 1, text.size(), f) != text.size()) return 1;
    fclose(f);
  }
  for (const Row &row : rows) {
    if (strcmp(row.name, argv[1]) != 0) continue;
    row.prepare();
    Sample best = row.run();
    for (int rounds = atoi(argv[2]); rounds > 1; rounds--) {
      Sample s = row.run();
      if (s.ns < best.ns) best = s;
    }
    printf("%ld %ld\n", best.ns, best.check);
    return 0;
  }
  return 1;
}
