// Closures, captures and conversions between callables (reference 8.1–8.9).
import { runProgram } from './callable.testlib.ts';

const output = (main: string): string => {
  const r = runProgram(main);
  return r.errors.length > 0 ? r.errors.join('\n') : r.output;
};

describe('captures', () => {
  test('are copies: each call starts from the value at the literal', () => {
    expect(
      output(`main :: () { n := 1; bump := () -> i64 { n += 10; n }; n = 500; say(bump()); say(bump()); say(n); }`),
    ).toBe('11 11 500');
  });
  test('share state through a pointer', () => {
    expect(output(`main :: () { n := 1; p := *n; f := () => { p.* = 7; }; f(); say(n); }`)).toBe('7');
  });
  test('go through nested lambdas', () => {
    expect(
      output(
        `main :: () { k := 3; n := 4; f := () -> i64 { g := () -> i64 { k * 10 + n }; n += 1; g() }; say(f()); say(n); }`,
      ),
    ).toBe('34 4');
  });
  test('first met in a branch are still valid after it', () => {
    expect(
      output(`
      Big :: struct { a, b, c: i64; }
      main :: () {
        o : ?i64 = 5; big := Big.{ a = 1, b = 2, c = 3 };
        f := (k: i64) -> i64 {
          if o != null and o! > 3 { o = o! + 1; }
          r := 0;
          if (k > 0 and big.a == 1) or k == -1 { r = big.b; }
          r + o! + big.c
        };
        say(f(1)); say(f(-2)); say(f(-1));
      }`),
    ).toBe('11 9 11');
  });
  test('a pack is captured element by element', () => {
    expect(
      output(`
      V :: protocol { v :: (self: *Self) -> i64; }
      A :: struct { x: i64; }
      impl V for A { v :: (self: *A) -> i64 { self.x } }
      cap :: (..xs: V) -> Closure() -> i64 { () -> i64 { t := 0; inline for xs (x) { t += x.v(); } t } }
      main :: () { a := A.{ x = 3 }; f := cap(a, A.{ x = 4 }); a.x = 100; say(f()); }`),
    ).toBe('7');
  });
  test('one allocation for each literal that captures, none for others', () => {
    expect(
      output(`
      main :: () {
        k := 1; m := 2;
        before := c_allocator.count;
        f := () => k + m; say(c_allocator.count - before);
        g := (x: i64) => x; say(c_allocator.count - before);
        truth(f.env != null); truth(g.env == null);
      }`),
    ).toBe('1 1 true true');
  });
  test('work without a Context: the environment comes from the C heap', () => {
    expect(runProgram('main :: () { k := 4; f := (x: i64) => x * k; say(f(5)); }', {}, false)).toEqual({
      output: '20',
      errors: [],
    });
  });
});

describe('lambda types', () => {
  test('parameters from the slot, results inferred', () => {
    expect(
      output(`
      apply :: (f: Closure(i64) -> i64, x: i64) -> i64 { f(x) }
      main :: () {
        say(apply((x) => x + 1, 41));
        less := (a: i64, b: i64) { return a < b; };
        truth(less(1, 2));
        f := (k: i64) { if k > 3 { return .{ k, 1 }; } return .{ 0, 0 }; };
        say(f(9).0); say(f(1).1);
      }`),
    ).toBe('42 true 9 0');
  });
  test('aggregate results and inferred aggregates from several returns', () => {
    expect(
      output(`
      Big :: struct { a, b, c: i64; }
      main :: () {
        big := Big.{ a = 1, b = 2, c = 3 };
        f := (k: i64) { if k > 3 { return Big.{ a = k, b = 0, c = 0 }; } return big; };
        say(f(9).a); say(f(1).c);
      }`),
    ).toBe('9 3');
  });
});

describe('conversions', () => {
  test('function to closure, optional closure, pointer; capture-free literal to pointer', () => {
    expect(
      output(`
      double :: (x: i64) -> i64 => x * 2;
      viaC :: (f: Closure(i64) -> i64) -> i64 { f(4) }
      viaP :: (f: (i64) -> i64) -> i64 { f(5) }
      main :: () {
        say(viaC(double)); say(viaP(double)); say(viaP((x) => x + 1));
        o : ?Closure(i64) -> i64 = null; truth(o == null); o = double; say(o!(7));
        f := double; c : Closure(i64) -> i64 = f; say(c(8));
        table : [2](i64) -> i64 = .[ double, (x: i64) -> i64 => -x ]; say(table[1](3));
      }`),
    ).toBe('8 10 6 true 14 16 -3');
  });
  test('non-failable into failable slots: functions, literals, closures with environments', () => {
    expect(
      output(`
      E :: error { Neg }
      double :: (x: i64) -> i64 => x * 2;
      run :: (f: Closure(i64) -> (i64, !E), x: i64) -> i64 { f(x) catch (e) { -1 } }
      main :: () {
        k := 3;
        say(run(double, 4));
        say(run((x: i64) -> i64 { x * k }, 5));
        g : Closure(i64) -> i64 = (x: i64) => x + k; say(run(g, 6));
        say(run((x: i64) -> (i64, !E) { if x < 0 { raise error.Neg; } x }, -2));
      }`),
    ).toBe('8 15 9 -1');
  });
  test('the raw words of a closure call with its environment', () => {
    expect(
      output(
        `main :: () { k := 3; f := (x: i64) => x * k; raw := f.(ClosureRaw); p : (*void, i64) -> i64 = xx raw.fn_ptr; say(p(raw.env, 5)); }`,
      ),
    ).toBe('15');
  });
  test('recursion through a stored closure', () => {
    expect(
      output(`
      Rec :: struct { f: ?Closure(i64) -> i64 = null; }
      main :: () { r := Rec.{}; p := *r; r.f = (n: i64) -> i64 { if n < 2 then 1 else n * (p.f!)(n - 1) }; say((r.f!)(6)); }`),
    ).toBe('720');
  });
});

describe('errors', () => {
  const errors = (main: string): readonly string[] => runProgram(main).errors.map((e) => e.slice(e.indexOf(' ') + 1));
  const cases: readonly (readonly [string, string, string])[] = [
    ['untyped parameter', 'main :: () { f := (x) => 1; }', "GENERIC-INFER cannot infer type of lambda parameter 'x'"],
    [
      'capturing literal at a pointer',
      'p :: (f: (i64) -> i64) {} main :: () { n := 1; p((x: i64) => x + n); }',
      "COERCE-NONE a capturing closure cannot be passed as a bare function pointer: it captures 'n'",
    ],
    [
      'closure variable at a pointer',
      'p :: (f: (i64) -> i64) {} main :: () { c := (x: i64) => x; p(c); }',
      "COERCE-NONE a closure value cannot be passed as a bare function-pointer '(i64) -> i64': it carries an environment",
    ],
    [
      'conventions',
      'p :: (f: (i64) -> i64 abi(.c)) {} g :: (x: i64) -> i64 { x } main :: () { p(g); }',
      "CONV-MISMATCH calling convention mismatch: function 'g' has the sx convention, '(i64) -> i64' expects the C convention",
    ],
    [
      'failable at a plain slot',
      'g :: (x: i64) -> (i64, !) { if x > 0 { raise error.Bad; } x } main :: () { c : Closure(i64) -> i64 = g; }',
      "ERR-CHANNEL failable closure cannot be assigned to a non-failable function-type slot 'Closure(i64) -> i64'",
    ],
    ['arity', 'main :: () { c := (x: i64) => x; c(1, 2); }', "ARITY 'c' expects 1 argument, but 2 were given"],
    [
      'other parameters',
      'g :: (x: i64) -> i64 { x } main :: () { f : (string) -> i64 = g; }',
      "INIT-MISMATCH cannot initialize 'f' of type '(string) -> i64' with a value of type '(i64) -> i64'",
    ],
  ];
  test.each(cases)('%s', (_name, main, expected) => {
    expect(errors(main)).toEqual([expected]);
  });
});
