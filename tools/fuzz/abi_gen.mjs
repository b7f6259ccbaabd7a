// Takes a seed and a count; gives an sx program and a C program that call each other with that many random C signatures.

/** Small deterministic generator (mulberry32): random(n) is below n. */
function randomFrom(seed) {
  let s = seed | 0;
  return (n) => {
    s = (s + 0x6d2b79f5) | 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

/** How a scalar is spelled, made from 64 random bits, and folded into a checksum, in both languages. */
const scalar = (c, sx, bytes, fold, cMake, sxMake) => ({ kind: 'scalar', c, sx, bytes, fold, cMake, sxMake });
const int = (c, sx, bytes, fold) => scalar(c, sx, bytes, fold, (m) => `(${c})${m}`, (m) => `xx ${m}`);
const SCALARS = [
  int('signed char', 'i8', 1, 'i'),
  int('unsigned char', 'u8', 1, 'u'),
  int('short', 'i16', 2, 'i'),
  int('unsigned short', 'u16', 2, 'u'),
  int('int', 'i32', 4, 'i'),
  int('unsigned', 'u32', 4, 'u'),
  int('long', 'i64', 8, 'i'),
  int('unsigned long', 'u64', 8, 'u'),
  scalar('_Bool', 'bool', 1, 'b', (m) => `(_Bool)(${m} & 1)`, (m) => `(${m} & 1) == 1`),
  scalar('void *', '*void', 8, 'p', (m) => `(void *)${m}`, (m) => `xx ${m}`),
  scalar('enum small', 'Small', 4, 'e', (m) => `(enum small)(${m} & 3)`, (m) => `xx (${m} & 3)`),
];
const FLOAT = scalar('float', 'f32', 4, 'f', (m) => `(float)((long)(${m} & 65535) - 32768)`, (m) => `real32(${m})`);
const DOUBLE = scalar('double', 'f64', 8, 'f', (m) => `(double)((long)(${m} & 65535) - 32768)`, (m) => `real64(${m})`);

/** Element and lanes of the vector types: of 8 and 16 bytes, smaller, larger than any register of the base machine, and of three lanes. */
const VECTORS = [[FLOAT, 2], [FLOAT, 4], [DOUBLE, 2], [SCALARS[4], 2], [SCALARS[4], 4], [SCALARS[1], 8], [SCALARS[1], 16], [SCALARS[3], 4], [SCALARS[7], 2],
  [SCALARS[1], 2], [SCALARS[1], 4], [SCALARS[3], 2], [FLOAT, 8], [DOUBLE, 4], [SCALARS[4], 8], [SCALARS[7], 4], [SCALARS[1], 32],
  [FLOAT, 3], [DOUBLE, 3], [SCALARS[4], 3], [SCALARS[1], 3], [SCALARS[2], 3], [SCALARS[7], 3]];
/** Size in C and in sx. */
const vectorSize = (t) => 2 ** Math.ceil(Math.log2(t.of.bytes * t.lanes));

class Shapes {
  constructor(random) {
    this.random = random;
    /** Named types in order of declaration. */
    this.named = [];
  }

  /** Floats often: homogeneous aggregates are the interesting ones. */
  scalar() {
    const r = this.random(5);
    return r === 0 ? FLOAT : r === 1 ? DOUBLE : SCALARS[this.random(SCALARS.length)];
  }

  vector() {
    const [of, lanes] = VECTORS[this.random(VECTORS.length)];
    return { kind: 'vector', of, lanes, name: `V${lanes}${of.sx}` };
  }

  member(depth, vectors) {
    const r = this.random(24);
    if (r < 3 && depth > 0) return this.aggregate(depth - 1, vectors);
    if (r < 6) return { kind: 'array', of: depth > 0 && this.random(3) === 0 ? this.aggregate(depth - 1, vectors) : this.scalar(), length: 1 + this.random(4) };
    if (r === 6 && vectors) return this.vector();
    return this.scalar();
  }

  /** A homogeneous aggregate: one element type, spelled flat, nested or as an array. */
  homogeneous() {
    const of = this.random(4) === 0 ? this.vector() : this.random(2) === 0 ? FLOAT : DOUBLE;
    const n = 1 + this.random(5);
    const r = this.random(3);
    if (r === 0) return this.declare('struct', [{ kind: 'array', of, length: n }]);
    const flat = this.declare('struct', Array.from({ length: r === 1 ? n : Math.ceil(n / 2) }, () => of));
    return r === 1 || n === 1 ? flat : this.declare('struct', [flat, ...Array.from({ length: n - Math.ceil(n / 2) }, () => of)]);
  }

  aggregate(depth, vectors = true) {
    const r = this.random(16);
    if (r < 3) return this.homogeneous();
    if (r === 3) return this.declare('struct', []);
    if (r === 4 || r === 5) {
      // An sx union is aligned to 8: no vectors in it.
      return this.declare('union', Array.from({ length: 1 + this.random(3) }, () => this.member(depth, false)));
    }
    return this.declare('struct', Array.from({ length: 1 + this.random(this.random(3) === 0 ? 6 : 3) }, () => this.member(depth, vectors)));
  }

  declare(kind, members) {
    // A union inside which a struct holds a vector would want more alignment than sx gives it.
    let clean = kind === 'union' ? members.filter((m) => !hasVector(m)) : members;
    // clang 19 passes 4 bytes of an x86-64 eightbyte that is a float in one arm and a double in another; gcc and the psABI pass 8.
    if (kind === 'union' && clean.some((m) => has(m, DOUBLE))) clean = clean.filter((m) => !has(m, FLOAT));
    const t = { kind, name: `T${this.named.length}`, members: kind === 'union' && clean.length === 0 ? [FLOAT] : clean };
    this.named.push(t);
    return t;
  }

  /** The type of a parameter or a result. */
  value() {
    const r = this.random(10);
    return r < 5 ? this.aggregate(2) : r === 5 && this.random(2) === 0 ? this.vector() : this.scalar();
  }

  signature(index) {
    const variadic = this.random(5) === 0;
    const most = [2, 4, 6, 14][this.random(4)];
    const params = Array.from({ length: (variadic ? 1 : 0) + this.random(most) }, () => this.value());
    const extras = variadic ? Array.from({ length: this.random(10) }, () => this.value()) : [];
    return { index, params, extras, variadic, result: this.random(8) === 0 ? null : this.result() };
  }

  /**
   * On x86-64 without AVX, clang gives 32 bytes back in two registers and gcc in memory; on AArch64, clang gives vectors below 8 bytes
   * back in a vector register and gcc in an integer one. Inside a struct they agree.
   */
  result() {
    const t = this.value();
    return t.kind === 'vector' && vectorSize(t) !== 8 && vectorSize(t) !== 16 ? this.declare('struct', [t]) : t;
  }
}

const has = (t, s) => t === s || (t.of !== undefined && has(t.of, s)) || (t.members !== undefined && t.members.some((m) => has(m, s)));
const hasVector = (t) => t.kind === 'vector' || (t.kind === 'array' ? hasVector(t.of) : t.members !== undefined && t.members.some(hasVector));

/** Scalars of a type with their paths. Of a union only the longest member is filled and summed. */
function leaves(t, path = '') {
  switch (t.kind) {
    case 'scalar':
      return [{ path, type: t }];
    case 'vector':
      return Array.from({ length: t.lanes }, (_, i) => ({ path: `${path}[${i}]`, type: t.of }));
    case 'array':
      return Array.from({ length: t.length }, (_, i) => leaves(t.of, `${path}[${i}]`)).flat();
    case 'struct':
      return t.members.flatMap((m, i) => leaves(m, `${path}.m${i}`));
    default: {
      const all = t.members.map((m, i) => leaves(m, `${path}.m${i}`));
      return all.reduce((a, b) => (bytes(b) > bytes(a) ? b : a));
    }
  }
}
const bytes = (list) => list.reduce((n, l) => n + l.type.bytes, 0);

const cName = (t) => (t.kind === 'scalar' ? t.c : t.kind === 'vector' ? t.name : `${t.kind} ${t.name}`);
const sxName = (t) => (t.kind === 'scalar' ? t.sx : t.name);
const isScalar = (t) => t.kind === 'scalar';

/**
 * gcc has no vectors of three lanes; clang passes them like those of four. C on AArch64 aligns no vector above 16, which sx does (2.1):
 * such a type is declared with its alignment.
 */
function cVector(t) {
  const of = (n) => `typedef ${t.of.c} ${t.name} __attribute__((${n}${vectorSize(t) > 16 ? `, aligned(${vectorSize(t)})` : ''}));`;
  return t.lanes === 3 ? `#ifdef __clang__\n${of('ext_vector_type(3)')}\n#else\n${of(`vector_size(${vectorSize(t)})`)}\n#endif` : of(`vector_size(${vectorSize(t)})`);
}

function cDeclare(t) {
  // An sx union has the size of C's; where it is a member it is aligned to 8.
  const place = (m) => ((m.kind === 'array' ? m.of : m).kind === 'union' ? ' __attribute__((aligned(8)))' : '');
  const members = t.members.map((m, i) => (m.kind === 'array' ? `${cName(m.of)} m${i}[${m.length}]${place(m)};` : `${cName(m)} m${i}${place(m)};`)).join(' ');
  return `${t.kind} ${t.name} { ${members} };`;
}

function sxDeclare(t) {
  return `${t.name} :: ${t.kind} { ${t.members.map((m, i) => (m.kind === 'array' ? `m${i}: [${m.length}]${sxName(m.of)};` : `m${i}: ${sxName(m)};`)).join(' ')} }`;
}

/** fill_T and sum_T of an aggregate or vector type. */
function cHelpers(t) {
  const list = leaves(t);
  const at = (l) => `(*p)${l.path}`;
  return [
    `static void fill_${t.name}(${cName(t)} *p, u64 s) { ${list.map((l, k) => `${at(l)} = ${l.type.cMake(`mix(s + ${k})`)};`).join(' ')} }`,
    `static u64 sum_${t.name}(u64 h, const ${cName(t)} *p) { ${list.map((l) => `h = fold_${l.type.fold}(h, ${at(l)});`).join(' ')} return h; }`,
  ].join('\n');
}

function sxHelpers(t) {
  const list = leaves(t);
  const at = (l) => `p.*${l.path}`;
  return [
    `fill_${t.name} :: (p: *${t.name}, s: u64) { ${list.map((l, k) => `${at(l)} = ${l.type.sxMake(`mix(s + ${k})`)};`).join(' ')} }`,
    `sum_${t.name} :: (start: u64, p: *${t.name}) -> u64 { h := start; ${list.map((l) => `h = fold_${l.type.fold}(h, ${at(l)});`).join(' ')} return h; }`,
  ].join('\n');
}

const cParams = (s) => s.params.map((t, i) => `${cName(t)} a${i}`).join(', ') + (s.variadic ? ', ...' : '') || 'void';
const cResult = (s) => (s.result === null ? 'void' : cName(s.result));
const cFold = (t, x) => (isScalar(t) ? `h = fold_${t.fold}(h, ${x});` : `h = sum_${t.name}(h, &${x});`);
const sxFold = (t, x) => (isScalar(t) ? `h = fold_${t.fold}(h, ${x});` : `h = sum_${t.name}(h, *${x});`);

/** The value that argument k of signature i has: locals for aggregates, expressions for scalars (so that registers hold what C leaves there). */
const seedOf = (s, k) => `${(s.index + 1) * 4096 + k * 64}`;
const cArg = (s, t, k) => (isScalar(t) ? t.cMake(`mix(${seedOf(s, k)})`) : `v${k}`);

/** C's promotion of an argument without a parameter, for va_arg. */
const promoted = (t) => (!isScalar(t) ? cName(t) : t === FLOAT ? 'double' : t.bytes < 4 ? 'int' : t.c);

const expected = (s) => [...s.params, ...s.extras];

function cBody(s) {
  const take = s.extras.map((t, k) => `${cName(t)} e${k} = (${isScalar(t) ? t.c : ''})va_arg(ap, ${promoted(t)});`.replace('= ()', '= ')).join(' ');
  const folds = [...s.params.map((t, i) => cFold(t, `a${i}`)), ...s.extras.map((t, i) => cFold(t, `e${i}`))].join(' ');
  const va = s.variadic ? `va_list ap; va_start(ap, a${s.params.length - 1}); ${take} va_end(ap); ` : '';
  return `${va}u64 h = ${s.index}; ${folds} abi_got = h; abi_calls++; ${cReturn(s)}`;
}
function cReturn(s) {
  if (s.result === null) return '';
  if (isScalar(s.result)) return `return ${s.result.cMake('mix(h)')};`;
  return `${cName(s.result)} r; memset(&r, 0x5a, sizeof r); fill_${s.result.name}(&r, h); return r;`;
}

/** C calls \`callee\` (of signature s) and checks what it saw and gave. */
function cCall(s, callee, what) {
  const args = expected(s).slice(0, s.params.length);
  const locals = args.map((t, k) => (isScalar(t) ? '' : `${cName(t)} v${k}; memset(&v${k}, 0xa5, sizeof v${k}); fill_${t.name}(&v${k}, ${seedOf(s, k)});`)).join(' ');
  const folds = args.map((t, k) => cFold(t, isScalar(t) ? cArg(s, t, k) : `v${k}`)).join(' ');
  const call = `${callee}(${args.map((t, k) => cArg(s, t, k)).join(', ')})`;
  const check = s.result === null ? `${call};` : `${cName(s.result)} r = ${call};`;
  const result = s.result === null ? '' : `u64 x = ${isScalar(s.result) ? `fold_${s.result.fold}(1, r)` : `sum_${s.result.name}(1, &r)`}; ${
    isScalar(s.result) ? `u64 y = fold_${s.result.fold}(1, ${s.result.cMake('mix(h)')});` : `${cName(s.result)} w; fill_${s.result.name}(&w, h); u64 y = sum_${s.result.name}(1, &w);`
  } abi_check(x == y, ${s.index}, "${what}: result");`;
  return `u64 h = ${s.index}; ${locals} ${folds} abi_got = 0; ${check} abi_check(abi_got == h, ${s.index}, "${what}: arguments"); ${result}`;
}

function sxLocals(s) {
  return expected(s)
    .map((t, k) => (isScalar(t) ? `v${k} : ${t.sx} = ${t.sxMake(`mix(${seedOf(s, k)})`)};` : `v${k} : ${t.name} = ---; fill_${t.name}(*v${k}, ${seedOf(s, k)});`))
    .join(' ');
}
function sxCall(s, callee, what) {
  const all = expected(s);
  const folds = all.map((t, k) => sxFold(t, `v${k}`)).join(' ');
  const call = `${callee}(${all.map((_, k) => `v${k}`).join(', ')})`;
  const made = s.result === null ? `${call};` : `r := ${call};`;
  const result = s.result === null ? '' : isScalar(s.result)
    ? `w : ${s.result.sx} = ${s.result.sxMake('mix(h)')}; abi_check(fold_${s.result.fold}(1, r) == fold_${s.result.fold}(1, w), ${s.index}, "${what}: result");`
    : `w : ${s.result.name} = ---; fill_${s.result.name}(*w, h); abi_check(sum_${s.result.name}(1, *r) == sum_${s.result.name}(1, *w), ${s.index}, "${what}: result");`;
  return `h : u64 = ${s.index}; ${sxLocals(s)} ${folds} abi_clear(); ${made} abi_check(abi_seen() == h, ${s.index}, "${what}: arguments"); ${result}`;
}
function sxBody(s) {
  const folds = s.params.map((t, i) => (isScalar(t) ? sxFold(t, `a${i}`) : `c${i} := a${i}; ${sxFold(t, `c${i}`)}`)).join(' ');
  const back = s.result === null ? '' : isScalar(s.result)
    ? `w : ${s.result.sx} = ${s.result.sxMake('mix(h)')}; return w;`
    : `r : ${s.result.name} = ---; fill_${s.result.name}(*r, h); return r;`;
  return `h : u64 = ${s.index}; ${folds} abi_saw(h); ${back}`;
}
const sxParams = (s, names) => s.params.map((t, i) => (names ? `a${i}: ${sxName(t)}` : sxName(t))).join(', ');
const sxResult = (s) => (s.result === null ? '' : ` -> ${sxName(s.result)}`);

const C_PRELUDE = `
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
typedef unsigned long u64;
enum small { S0, S1, S2, S3, WIDE = -1 };
static u64 mix(u64 x) { x ^= x >> 33; x *= 0xff51afd7ed558ccdUL; x ^= x >> 33; x *= 0xc4ceb9fe1a85ec53UL; return x ^ (x >> 33); }
static u64 fold_u(u64 h, u64 x) { return mix(h ^ x) + 1; }
static u64 fold_i(u64 h, long x) { return fold_u(h, (u64)x); }
static u64 fold_e(u64 h, enum small x) { return fold_u(h, (u64)(long)x); }
static u64 fold_b(u64 h, _Bool x) { unsigned char raw; memcpy(&raw, &x, 1); return fold_u(h, raw); }
static u64 fold_p(u64 h, void *x) { return fold_u(h, (u64)x); }
static u64 fold_f(u64 h, double x) { return fold_u(h, (u64)(long)x); }
static u64 abi_got, abi_calls, abi_failures;
void abi_saw(u64 h) { abi_got = h; abi_calls++; }
void abi_clear(void) { abi_got = 0; }
u64 abi_seen(void) { return abi_got; }
void abi_fail(long index, const char *what) { printf("signature %ld: %s\\n", index, what); fflush(stdout); abi_failures++; }
static void abi_check(int ok, int index, const char *what) { if (!ok) abi_fail(index, what); }
int abi_end(void) { printf("%lu calls, %lu wrong\\n", abi_calls, abi_failures); return abi_failures != 0; }
`;

const SX_PRELUDE = `#import "modules/std.sx";
Small :: enum i32 { s0; s1; s2; s3; }
mix :: (v: u64) -> u64 { x := v; x = x ^ (x >> 33); x = x * 0xff51afd7ed558ccd; x = x ^ (x >> 33); x = x * 0xc4ceb9fe1a85ec53; return x ^ (x >> 33); }
real64 :: (m: u64) -> f64 { n : i64 = xx (m & 65535); return (n - 32768).(f64); }
real32 :: (m: u64) -> f32 { n : i64 = xx (m & 65535); return (n - 32768).(f32); }
fold_u :: (h: u64, x: u64) -> u64 { return mix(h ^ x) + 1; }
fold_i :: (h: u64, x: i64) -> u64 { y : u64 = xx x; return fold_u(h, y); }
fold_e :: (h: u64, x: Small) -> u64 { y : i64 = xx x; return fold_i(h, y); }
fold_b :: (h: u64, x: bool) -> u64 { return fold_u(h, if x then 1 else 0); }
fold_p :: (h: u64, x: *void) -> u64 { y : u64 = xx x; return fold_u(h, y); }
fold_f :: (h: u64, x: f64) -> u64 { y : i64 = xx x; return fold_i(h, y); }
abi_saw :: (h: u64) extern;
abi_clear :: () extern;
abi_seen :: () -> u64 extern;
abi_fail :: (index: i64, what: cstring) extern;
abi_end :: () -> i32 extern;
abi_check :: (ok: bool, index: i64, what: cstring) { if !ok { abi_fail(index, what); } }
`;

/** Lines of text, C signature by index: for reports. */
export function describe(s) {
  return `${cResult(s)} f(${[...s.params.map(cName), ...(s.variadic ? ['...', ...s.extras.map(cName)] : [])].join(', ')})`;
}

/**
 * A program of `count` random signatures. `underRun`: everything happens in a `#run`, with the C side (`abi.c`, by these flags) as a
 * source of the program; C then reaches sx through pointers only.
 */
export function generate(seed, count, underRun = null) {
  const shapes = new Shapes(randomFrom(seed));
  const list = Array.from({ length: count }, (_, i) => shapes.signature(i));
  const vectors = new Map();
  const collect = (t) => {
    if (t.kind === 'vector') vectors.set(t.name, t);
    else if (t.kind === 'array') collect(t.of);
    else for (const m of t.members ?? []) collect(m);
  };
  for (const t of shapes.named) collect(t);
  for (const s of list) for (const t of [...expected(s), ...(s.result === null ? [] : [s.result])]) collect(t);
  const v = [...vectors.values()];
  const fixed = list.filter((s) => !s.variadic);
  const c = [
    C_PRELUDE,
    ...v.map(cVector),
    ...shapes.named.map(cDeclare),
    ...[...v, ...shapes.named].map(cHelpers),
    ...list.map((s) => `${cResult(s)} c_${s.index}(${cParams(s)}) { ${cBody(s)} }`),
    ...fixed.map((s) => `${underRun === null ? `extern ${cResult(s)} sx_${s.index}(${cParams(s)});\n` : ''}void drive_${s.index}(${cResult(s)} (*f)(${cParams(s)})) { ${underRun === null ? `{ ${cCall(s, `sx_${s.index}`, 'C calls sx by name')} } ` : ''}{ ${cCall(s, 'f', 'C calls sx by pointer')} } }`),
    ...list.map((s) => `void *pointer_${s.index}(void) { return (void *)c_${s.index}; }`),
  ].join('\n');
  const sx = [
    SX_PRELUDE,
    ...v.map((t) => `${t.name} :: Vector(${t.lanes}, ${t.of.sx});`),
    ...shapes.named.map(sxDeclare),
    ...[...v, ...shapes.named].map(sxHelpers),
    ...list.map((s) => `c_${s.index} :: (${sxParams(s, true)}${s.variadic ? ', ..rest: []i64' : ''})${sxResult(s)} extern;`),
    ...fixed.map((s) => `sx_${s.index} :: (${sxParams(s, true)})${sxResult(s)} export { ${sxBody(s)} }
local_${s.index} :: (${sxParams(s, true)})${sxResult(s)} abi(.c) { ${sxBody(s)} }
drive_${s.index} :: (f: (${sxParams(s, false)}) ->${sxResult(s).slice(3) || ' void'} abi(.c)) extern;
pointer_${s.index} :: () -> *void extern;`),
    ...list.map((s) => `test_${s.index} :: () {
    { ${sxCall(s, `c_${s.index}`, 'sx calls C by name')} }${
      s.variadic ? '' : `
    f : (${sxParams(s, false)}) ->${sxResult(s).slice(3) || ' void'} abi(.c) = xx pointer_${s.index}();
    { ${sxCall(s, 'f', 'sx calls C by pointer')} }
    { ${sxCall(s, `local_${s.index}`, 'sx calls sx in C convention')} }
    drive_${s.index}(local_${s.index});`
    }
}`),
    ...(underRun === null ? [] : [`#import c { #source "abi.c"; #flags "${underRun}"; };\nRESULT :: #run everything();\nmain :: () -> i32 { return RESULT; }`]),
    `${underRun === null ? 'main' : 'everything'} :: () -> i32 { ${list.map((s) => `test_${s.index}();`).join(' ')} return abi_end(); }`,
  ].join('\n');
  return { c, sx, signatures: list, calls: list.length + (underRun === null ? 4 : 3) * fixed.length };
}
