// Protocols: impls, erasure and ownership, views, dispatch, recovery, Into (reference 8.10–8.20).
import { runProgram, type Sources } from './callable.testlib.ts';

const output = (main: string, more: Sources = {}): string => {
  const r = runProgram(main, more);
  return r.errors.length > 0 ? r.errors.join('\n') : r.output;
};

describe('values and views', () => {
  const METER = `
    Meter :: protocol { read :: (self: *Self) -> i64; reset :: (self: *Self); }
    Tank :: struct { level: i64; }
    impl Meter for Tank { read :: (self: *Tank) -> i64 { self.level } reset :: (self: *Tank) { self.level = 0; } }
    drain :: (m: *Meter) -> i64 { v := m.read(); m.reset(); v }
  `;
  test('an owned value is a copy, a view borrows', () => {
    expect(
      output(
        `${METER} main :: () { t := Tank.{ level = 9 }; own := t.(Meter); say(drain(t)); say(t.level); say(own.read()); }`,
      ),
    ).toBe('9 0 9');
  });
  test('a view stored to a global outlives the frame that made it', () => {
    expect(
      output(`${METER}
      g : *Meter = null;
      install :: (t: *Tank) { g = t; }
      clobber :: () -> i64 { a : [40]i64 = ---; for 0..40 (i) { a[i] = i; } a[7] }
      main :: () { t := Tank.{ level = 77 }; install(*t); clobber(); say(g.read()); }`),
    ).toBe('77');
  });
  test('promotion copies as many bytes as the type has', () => {
    expect(
      output(
        `${METER} main :: () { t := Tank.{ level = 5 }; v : *Meter = t; own := v.(Meter); t.level = 1; say(own.read()); say(v.read()); }`,
      ),
    ).toBe('5 1');
  });
  test('words are shared by plain copies, the concrete value is reached again', () => {
    expect(
      output(`${METER}
      main :: () {
        p : Meter = Tank.{ level = 3 }; q := p;
        c := q.(*Tank); c.level = 8; say(p.read());
        raw := p.(ProtocolRaw); truth(raw.type_id == Tank); truth(raw.ctx == p.(*void));
        if p == { case Tank: (x) { say(x.level); } else: say(-1); }
        o : ?Meter = null; truth(o == null); o = p; say(o.read());
      }`),
    ).toBe('8 true true 8 true 8');
  });
  test('exactly one allocation per owning erasure, through a named allocator too', () => {
    expect(
      output(`${METER}
      Count :: struct { n: i64; }
      impl Allocator for Count { alloc_bytes :: (self: *Count, size: i64) -> *void { self.n += 1; libc_malloc(size) } dealloc_bytes :: (self: *Count, ptr: *void) { libc_free(ptr); } }
      main :: () {
        n := Count.{ n = 0 }; t := Tank.{ level = 2 };
        push .{ allocator = n } { p : Meter = Tank.{ level = 1 }; say(n.n); q := p; say(n.n); r := t.(Meter); say(n.n + r.read() * 10); }
        s := t.(Meter, n); say(n.n);
      }`),
    ).toBe('1 1 22 3');
  });
});

describe('dispatch', () => {
  test('inline layout, by-value receivers, defaults that stay in the protocol, adopted methods', () => {
    expect(
      output(`
      Shape :: protocol #inline { area :: (self: Self) -> i64; name :: (self: *Self) -> string { "shape" } both :: (self: *Self) -> i64 { self.area() * 2 } }
      Sq :: struct { s: i64; area :: (self: *Sq) -> i64 { 7777 } }
      impl Shape for Sq { area :: (self: Sq) -> i64 { self.s * self.s } }
      Circle :: struct { r: i64; area :: (self: *Circle) -> i64 { self.r * 3 } }
      impl Shape for Circle { name :: (self: *Circle) -> string { "circle" } }
      impl Shape for i64 { area :: (self: i64) -> i64 { self } }
      main :: () {
        s : Shape = Sq.{ s = 5 }; say(s.area()); text(s.name()); say(s.both());
        s = Circle.{ r = 4 }; say(s.area()); text(s.name()); say(s.both());
        s = 42; say(s.both()); x := Sq.{ s = 2 }; say(x.area()); say(x.both());
      }`),
    ).toBe('25 shape 50 12 circle 24 84 7777 8');
  });
  test('aggregate and failable signatures', () => {
    expect(
      output(`
      Big :: struct { a, b, c: i64; }
      Geo :: protocol { big :: (self: *Self, k: i64, b: Big) -> Big; fail :: (self: *Self, n: i64) -> (i64, !); only :: (self: *Self) -> !; }
      impl Geo for Big {
        big :: (self: Big, k: i64, b: Big) -> Big { r := b; r.a = self.a + k; r }
        fail :: (self: *Big, n: i64) -> (i64, !) { if n > 3 { raise error.TooBig; } n * 2 }
        only :: (self: *Big) -> ! { if self.a == 0 { raise error.Zero; } }
      }
      main :: () {
        g : Geo = Big.{ a = 1, b = 2, c = 3 };
        b := g.big(10, .{ a = 5, b = 6, c = 7 }); say(b.a); say(b.c);
        say(g.fail(2) catch (e) { -1 }); say(g.fail(5) catch (e) { -1 });
        g.only() catch (e) { text("bad"); };
        z : Geo = Big.{ a = 0, b = 0, c = 0 }; z.only() catch (e) { text("zero"); };
      }`),
    ).toBe('11 7 4 -1 zero');
  });
  test('parameterised protocols and generic impls', () => {
    expect(
      output(`
      Val :: protocol(T: Type) { get :: (self: *Self) -> T; }
      A :: struct { x: i64; }
      impl Val(i64) for A { get :: (self: *A) -> i64 { self.x } }
      Pair :: struct ($T: Type) { a: T; b: T; }
      Sum :: protocol { sum :: (self: *Self) -> i64; }
      impl Sum for Pair($T) { sum :: (self: *Pair) -> i64 { xx (self.a + self.b) } }
      Comb :: struct ($R: Type, ..$Ts: []Type) { r: R; parts: Tuple(..Ts); }
      impl Val($R) for Comb($R, ..$Ts) { get :: (self: *Comb(R, ..Ts)) -> R { self.r } }
      main :: () {
        v : Val(i64) = A.{ x = 4 }; say(v.get());
        p := Pair(i32).{ a = 1, b = 2 }; s : Sum = p.(Sum); say(s.sum()); say(p.sum());
        c := Comb(i64, string, bool).{ r = 42, parts = .{ "a", true } };
        w := c.(Val(i64)); say(w.get()); say(c.get());
      }`),
    ).toBe('4 3 3 42 42');
  });
  test('impls for slices, pointers and closures; bound type parameters', () => {
    expect(
      output(`
      Len :: protocol(T: Type) { measure :: (self: Self) -> T; }
      Box :: struct { x: i64; }
      impl Len(i64) for []u8 { measure :: (self: []u8) -> i64 { self.len } }
      impl Len(i64) for *Box { measure :: (self: *Box) -> i64 { self.x } }
      impl Len(bool) for Closure() -> void { measure :: (self: Closure() -> void) -> bool { self(); true } }
      Eq :: protocol { same :: (self: *Self, o: Self) -> bool; }
      impl Eq for i64 { same :: (self: *i64, o: i64) -> bool { self.* == o } }
      bound :: (a: $T/Eq, b: T) -> bool { a.same(b) }
      main :: () {
        s : []u8 = "hello"; say(s.measure());
        b := Box.{ x = 7 }; p := *b; say(p.measure());
        c := () { text("called"); }; truth(c.measure());
        truth(bound(3, 3)); truth(bound(3, 4));
      }`),
    ).toBe('5 7 called true true false');
  });
});

describe('Into', () => {
  const INTO = `
    Cel :: struct { d: i64; }
    Fah :: struct { d: i64; }
    impl Into(Fah) for Cel { convert :: (self: *Cel) -> Fah { Fah.{ d = self.d * 9 / 5 + 32 } } }
    impl Into(Cel) for i64 { convert :: (self: i64) -> Cel { Cel.{ d = self } } }
    Block :: struct { fp: *void; env: *void; n: i64; }
    impl Into(Block) for Closure(..$args) -> $R { convert :: (self: Closure(..args) -> R) -> Block { Block.{ fp = self.fn_ptr, env = self.env, n = 5 } } }
  `;
  test('explicit conversions, by address too, pack-shaped sources', () => {
    expect(
      output(`${INTO} main :: () {
      c := Cel.{ d = 100 }; f : Fah = xx c; say(f.d); say(c.(Fah).d); k := 7; e : Cel = xx k; say(e.d);
      cl := (x: i64) => x + k; b : Block = xx cl; say(b.n); p : *Block = xx cl; say(p.n);
    }`),
    ).toBe('212 212 7 5 5');
  });
  test('errors: invisible, duplicate, recursive', () => {
    const lib = '#import "std.sx";\nS :: struct { x: i64; }\nT :: struct { y: i64; }\nU :: struct { z: i64; }\n';
    const one =
      '#import "std.sx";\n#import "lib.sx";\nimpl Into(T) for S { convert :: (self: *S) -> T { T.{ y = self.x } } }\n';
    const two = `${one}impl Into(U) for S { convert :: (self: *S) -> U { u : U = xx self.*; u } }\n`;
    const r = runProgram(
      '#import "lib.sx";\na :: #import "one.sx";\nb :: #import "two.sx";\nBlock :: struct { a: *void; }\nmain :: () {\ns := S.{ x = 1 };\nt : T = xx s;\nu : U = xx s;\nc := () => 1;\np : *Block = xx c;\n}',
      { 'lib.sx': lib, 'one.sx': one, 'two.sx': two },
    );
    expect(r.errors).toEqual([
      "main.sx:8 COERCE-NONE duplicate xx conversion from 'S' to 'T': 'one.sx' and 'two.sx'",
      "two.sx:4 COERCE-NONE recursive xx conversion from 'S' to 'U'",
      "main.sx:11 COERCE-NONE no visible xx conversion from 'Closure() -> i64' to '*Block'",
    ]);
  });
});

describe('errors', () => {
  const HEAD = `
P :: protocol { m :: (self: *Self) -> i64; }
Q :: protocol #identity { m :: (self: *Self) -> i64; s :: (self: *Self, o: Self) -> bool; }
A :: struct { x: i64; }
B :: struct { x: i64; }
C :: struct { x: i64; }
impl P for A { m :: (self: *A) -> i64 { self.x } }
impl P for C { m :: (self: *C, k: i64) -> i64 { self.x } }
impl Q for A { m :: (self: *A) -> i64 { self.x } s :: (self: *A, o: A) -> bool { true } }
tv :: (p: *P) -> i64 { p.m() }
`;
  const errors = (main: string): readonly string[] =>
    runProgram(HEAD + main).errors.map((e) => e.slice(e.indexOf(' ') + 1));
  const cases: readonly (readonly [string, string])[] = [
    [
      'a := A.{ x = 1 }; p : P = a;',
      "OWN-DEMAND 'P' values own their storage: 'a' is an lvalue, so the erasure must say who owns the copy",
    ],
    [
      'a := A.{ x = 1 }; p : P = *a;',
      "OWN-DEMAND 'P' values own their storage: the operand is a pointer, so the erasure must say who owns the copy",
    ],
    [
      'q : Q = A.{ x = 1 };',
      "IDENTITY-RVALUE cannot erase an rvalue to '#identity' protocol 'Q': there is no object to borrow",
    ],
    ['b := B.{ x = 1 }; p := b.(P);', "PROTO-NOIMPL 'B' does not implement protocol 'P': missing method 'm'"],
    [
      'p : P = C.{ x = 1 };',
      "PROTO-SIG 'C' does not implement protocol 'P': mismatched signature of method 'm': the protocol declares 0 parameters after the receiver, the implementation has 1",
    ],
    ['tv(A.{ x = 1 });', "VIEW-RVALUE cannot view a 'A' as '*P': a value has no durable storage to borrow"],
    ['v : *P = A.{ x = 1 };', "VIEW-RVALUE cannot view a 'A' as '*P': an rvalue has no durable storage to borrow"],
    [
      'a := A.{ x = 1 }; q : Q = a; q.s(q);',
      "ERASED-SELF method 's' is unavailable on an erased 'Q' value: parameter 'o' mentions 'Self'",
    ],
    [
      'a := A.{ x = 1 }; p := a.(P, A.{ x = 1 });',
      'OWN-DEMAND the second operand of `.(P, …)` must be an LVALUE naming an allocator',
    ],
    [
      'a := A.{ x = 1 }; q := a.(Q, a);',
      "OWN-DEMAND 'Q' is '#identity': identity erasure is a borrow, it takes no allocator",
    ],
    [
      'a := A.{ x = 1 }; p := a.(P); r := p.(*P);',
      "CTX-RECOVER cannot recover a '*P' from a protocol value: its target must be the concrete pointee type",
    ],
    ['a := A.{ x = 1 }; p := a.(P); p.m(1);', "ARITY 'm' expects 0 arguments, but 1 was given"],
  ];
  test.each(cases)('%s', (body, expected) => {
    expect(errors(`main :: () { ${body} }`)).toEqual([expected]);
  });
  test('impl heads', () => {
    expect(
      errors('impl P for A { m :: (self: *A) -> i64 { 1 } }\nimpl Nope for A { }\nimpl P for Zork { }\nmain :: () { }'),
    ).toEqual([
      "IMPL-DUP duplicate impl 'P' for source 'A'",
      "IMPL-PROTO unknown protocol 'Nope' in impl",
      "TYPE-UNKNOWN cannot register impl 'P' for 'Zork': unknown type 'Zork'",
    ]);
  });
});
