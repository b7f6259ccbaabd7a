// The programs of tools/bench/comptime.mjs: each work in sx and the same in JavaScript.

export const SX_SIEVE = `sieve :: (n: i64) -> i64 {
    m := alloc_string(n + 1);
    for 0..n + 1 (i) { m.ptr[i] = 1; }
    count := 0;
    i := 2;
    while i <= n {
        if m.ptr[i] == 1 { count += 1; j := i * 2; while j <= n { m.ptr[j] = 0; j += i; } }
        i += 1;
    }
    return count;
}
many :: () -> i64 { c := 0; for 0..20 (i) { c += sieve(1000000); } return c; }`;

export const JS_SIEVE = `let count = 0;
for (let r = 0; r < 20; r++) {
  const n = 1e6, m = new Uint8Array(n + 1).fill(1);
  let c = 0;
  for (let i = 2; i <= n; i++) if (m[i] === 1) { c++; for (let j = i * 2; j <= n; j += i) m[j] = 0; }
  count += c;
}
console.log(count);`;

/** An array of records of some `size` bytes: numbers, texts with escapes, nested objects. */
export function jsonText(size) {
  const items = [];
  for (let k = 0, n = 0; n < size; k++) {
    const s = `{"id": ${k}, "name": "item ${k}", "tags": ["red", "green \\"x\\"", "b\\u00e9"], "price": ${k * 125}, "ok": ${k % 3 !== 0}, "nested": {"a": [1, 2, 3, -4], "b": null}}`;
    n += s.length + 2;
    items.push(s);
  }
  return `[${items.join(',\n')}]`;
}

export const SX_JSON = (text) => `TEXT :: #string EOT
${text}
EOT;
total :: (v: json.Value) -> i64 {
    if v == {
        case .int: (n) { return n; }
        case .array: (a) { s := 1; for 0..a.len (i) { s += total(a.items[i]); } return s; }
        case .object: (o) { s := 1; for 0..o.len (i) { s += total(o.items[i].val); } return s; }
        else: { return 1; }
    }
}
work :: () -> i64 {
    v, e := json.parse(TEXT, context.allocator);
    if e { return -1; }
    return total(v);
}`;

/** A parser of the same shape, which gives arrays and lists of members, too. */
export const JS_JSON = (path) => `const text = require('node:fs').readFileSync(${JSON.stringify(path)}, 'latin1');
let at = 0;
const fail = () => { throw new Error('at ' + at); };
const space = () => { for (;;) { const c = text.charCodeAt(at); if (c === 32 || c === 10 || c === 13 || c === 9) at++; else return; } };
const expect = (word, v) => { if (!text.startsWith(word, at)) fail(); at += word.length; return v; };
function string() {
  const start = ++at;
  for (;;) {
    const c = text.charCodeAt(at);
    if (c === 34) return text.slice(start, at++);
    if (c === 92) return escaped(start);
    if (c < 32 || c !== c) fail();
    at++;
  }
}
function escaped(start) {
  let out = text.slice(start, at);
  for (;;) {
    const c = text.charCodeAt(at++);
    if (c === 34) return out;
    if (c < 32 || c !== c) fail();
    if (c !== 92) { out += String.fromCharCode(c); continue; }
    const e = text[at++];
    if (e === 'u') { out += String.fromCharCode(parseInt(text.slice(at, at + 4), 16)); at += 4; }
    else out += { n: '\\n', t: '\\t', r: '\\r', b: '\\b', f: '\\f' }[e] ?? e;
  }
}
function number() {
  const negative = text.charCodeAt(at) === 45;
  if (negative) at++;
  let n = 0, digits = 0;
  for (;;) { const d = text.charCodeAt(at) - 48; if (!(d >= 0 && d <= 9)) break; n = n * 10 + d; digits++; at++; }
  if (digits === 0) fail();
  return negative ? -n : n;
}
function value() {
  space();
  switch (text.charCodeAt(at)) {
    case 123: {
      const members = [];
      at++; space();
      if (text.charCodeAt(at) === 125) { at++; return { members }; }
      for (;;) {
        space();
        const key = string();
        space();
        if (text.charCodeAt(at++) !== 58) fail();
        members.push({ key, val: value() });
        space();
        const c = text.charCodeAt(at++);
        if (c === 125) return { members };
        if (c !== 44) fail();
      }
    }
    case 91: {
      const items = [];
      at++; space();
      if (text.charCodeAt(at) === 93) { at++; return items; }
      for (;;) {
        items.push(value());
        space();
        const c = text.charCodeAt(at++);
        if (c === 93) return items;
        if (c !== 44) fail();
      }
    }
    case 34: return string();
    case 116: return expect('true', true);
    case 102: return expect('false', false);
    case 110: return expect('null', null);
    default: return number();
  }
}
function total(v) {
  if (typeof v === 'number') return v;
  if (Array.isArray(v)) return v.reduce((s, x) => s + total(x), 1);
  if (v !== null && typeof v === 'object') return v.members.reduce((s, m) => s + total(m.val), 1);
  return 1;
}
const v = value();
space();
if (at !== text.length) fail();
console.log(total(v));`;

/** `n` enums of three variants: made in place, and by a builder each. */
export const sxTypes = (n) => [
  ['types', Array.from({ length: n }, (_, k) => `T${k} :: make_enum("T${k}", .[.{ name = "a", payload = i64 }, .{ name = "b", payload = void }, .{ name = "c", payload = string }]);`).join('\n')],
  ['types, built', Array.from({ length: n }, (_, k) => `T${k} :: build_${k}();
build_${k} :: () -> Type {
    vs : List(EnumVariant) = .{};
    vs.append(.{ name = "a", payload = i64 });
    vs.append(.{ name = "b", payload = void });
    vs.append(.{ name = "c", payload = string });
    return make_enum("T${k}", vs.items[0..vs.len]);
}`).join('\n')],
];

/** What a compiler keeps for such types, filled by a program. */
export const typeTables = (n) => `Variant :: struct { name: string; size: i64; align: i64; }
Made :: struct { name: string; variants: List(Variant); size: i64; align: i64; }
make :: (types: *List(Made), by_name: *HashMap(string, i64), name: string, vs: []Variant) {
    m : Made = .{ name = name, variants = .{}, size = 0, align = 8 };
    for vs (v) {
        for 0..m.variants.len (i) { if m.variants.items[i].name == v.name { return; } }
        if v.size > m.size { m.size = v.size; }
        if v.align > m.align { m.align = v.align; }
        m.variants.append(v);
    }
    m.size = (m.size + 8 + m.align - 1) / m.align * m.align;
    by_name.put(name, types.len);
    types.append(m);
}
main :: () {
    types : List(Made) = .{};
    by_name : HashMap(string, i64) = .{};
    for 0..${n} (k) {
        make(*types, *by_name, concat("T", int_to_string(k)), .[.{ name = "a", size = 8, align = 8 }, .{ name = "b", size = 0, align = 1 }, .{ name = "c", size = 16, align = 8 }]);
    }
    print("{}\\n", types.len);
}`;

/** Types are classes in JavaScript: one for each enum, with a maker for each variant, checked and laid out like ours, by a function each if `built`. */
export const JS_TYPES = (n, built) => `const types = new Map();
const size = { i64: 8, void: 0, string: 16 };
function makeEnum(name, variants) {
  if (types.has(name)) throw new Error(name);
  const made = class { constructor(tag, payload) { this.tag = tag; this.payload = payload; } };
  const seen = new Set();
  made.title = name;
  made.variants = variants;
  made.size = 0;
  variants.forEach((v, tag) => {
    if (seen.has(v.name)) throw new Error(v.name);
    seen.add(v.name);
    made[v.name] = (payload) => new made(tag, payload);
    made.size = Math.max(made.size, size[v.payload]);
  });
  made.size = Math.ceil((made.size + 8) / 8) * 8;
  types.set(name, made);
  return made;
}
${Array.from({ length: n }, (_, k) => (built
  ? `const T${k} = build_${k}();
function build_${k}() {
  const vs = [];
  vs.push({ name: "a", payload: "i64" });
  vs.push({ name: "b", payload: "void" });
  vs.push({ name: "c", payload: "string" });
  return makeEnum("T${k}", vs.slice(0, vs.length));
}`
  : `const T${k} = makeEnum("T${k}", [{ name: "a", payload: "i64" }, { name: "b", payload: "void" }, { name: "c", payload: "string" }]);`)).join('\n')}
`;

const ARGS = ['n', 's', 'f', 'b', 'p', 'e', 'o', 'u', 'arr', 'n + K'];

/**
 * `sites` calls, fifty a function, each with a text of its own and up to three arguments of ten kinds. `spread`: how many lists of
 * arguments there are, 0 = any. callee plain: functions that take the same.
 */
export function printSites(sites, callee, spread) {
  let x = 7;
  const random = (m) => {
    x = (x * 1103515245 + 12345) & 0x7fffffff;
    return (x >> 8) % m;
  };
  const list = () => Array.from({ length: random(4) }, () => ARGS[random(ARGS.length)]);
  const lists = Array.from({ length: spread }, list);
  let out = `Pt :: struct { x: i32; y: i32; }
Co :: enum { red; green; blue; }
p0 :: (t: string) {}
p1 :: (t: string, a: any) {}
p2 :: (t: string, a: any, b: any) {}
p3 :: (t: string, a: any, b: any, c: any) {}
`;
  for (let k = 0; k < sites; k++) {
    if (k % 50 === 0) out += `${k > 0 ? '}\n' : ''}group${k} :: () {
    n := 1; s := "s"; f := 2.5; b := true; p : Pt = .{ x = 1, y = 2 }; e : Co = .green; o : ?i32 = 3; u : u8 = 7; arr : [3]i64 = .[1, 2, 3];
`;
    const args = spread === 0 ? list() : lists[random(spread)];
    out += `    ${callee === 'plain' ? `p${args.length}` : callee}(${[`"line ${k}:${' {}'.repeat(args.length)}\\n"`, ...args].join(', ').replaceAll('K', String(k))});\n`;
  }
  out += '}\nmain :: () {\n';
  for (let k = 0; k < sites; k += 50) out += `    group${k}();\n`;
  return `${out}}\n`;
}
