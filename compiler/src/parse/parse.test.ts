// Shapes of trees, messages of syntax errors, and totality of the parser.
import fc from 'fast-check';
import { Sink } from '../diagnostics/sink.ts';
import { KEYWORDS } from '../lex/token.ts';
import { dumpTree, nodeName, parseText } from './dump.ts';
import { Node } from './node.ts';
import { checkReserved } from './reserved.ts';

function expr(text: string): string {
  const parsed = parseText(text, 'expression');
  expect(parsed.errors).toEqual([]);
  return dumpTree(parsed.tree, parsed.names);
}

function stmts(text: string): string {
  const parsed = parseText(text, 'statements');
  expect(parsed.errors).toEqual([]);
  return dumpTree(parsed.tree, parsed.names);
}

test('node names follow the enum', () => {
  expect([nodeName(Node.File), nodeName(Node.TypeName), nodeName(Node.Ident), nodeName(Node.OnFail)]).toEqual([
    'File',
    'TypeName',
    'Ident',
    'OnFail',
  ]);
});

test.each([
  ['a & b == c', '(Binary#6 (Ident a) (Binary#11 (Ident b) (Ident c)))'],
  ['-x.(i8)', '(Unary#1 (Cast (Ident x) (TypeName i8)))'],
  ['*s.f', '(AddrOf (Member (Ident s) f))'],
  ['xx a + b', '(Binary#1 (Xx (Ident a)) (Ident b))'],
  ['a < b <= c', '(Chain [(Ident a) (Ident b) (Ident c)] [13 14])'],
  ['a ?? b ?? c', '(Binary#20 (Ident a) (Binary#20 (Ident b) (Ident c)))'],
  ['a |> f(x)', '(Call#1 (Ident f) [(Ident a) (Ident x)])'],
  ['a |> f |> g', '(Call#3 (Ident g) [(Call#3 (Ident f) [(Ident a)])])'],
  ['a |> try f(x) or d', '(Binary#19 (Try (Call#1 (Ident f) [(Ident a) (Ident x)])) (Ident d))'],
  ['f() catch (e) -1 + n', '(Catch#1 (Call (Ident f) []) (Binary#1 (Unary#1 (Int 1 0)) (Ident n)) e)'],
  ['try f() catch { }', '(Try (Catch (Call (Ident f) []) (Block [])))'],
  ['(x) => x', '(Fn#3 [(Param x)] (Ident x))'],
  ['(x: i64) -> i64 { x }', '(Fn#2 [(Param x (TypeName i64))] (Block [] (Ident x)) (TypeName i64))'],
  ['(i32) -> i32', '(TypeFn [(TypeName i32)] (TypeName i32))'],
  ['(x)', '(Paren (Ident x))'],
  ['[3]i64.[1]', '(ArrayLit (TypeArray (TypeName i64) (Int 3 0)) [(Int 1 0)])'],
  ['.{ if = 1, a, ..b, }', '(StructLit#1 _ [(NamedArg if (Int 1 0)) (Ident a) (Spread (Ident b))])'],
  ['t.0.1', '(TupleIndex (TupleIndex (Ident t) 0) 1)'],
  ['a[lo<..<hi]', '(Slice#6 (Ident a) (Ident lo) (Ident hi))'],
  ['if c then a else b', '(If#2 (Ident c) (Ident a) (Ident b))'],
  [
    'if x == { case .a: (p) => p; else: 3; }',
    '(Match (Ident x) [(Arm#2 (EnumLit a) p _ (Block#3 [] (Ident p))) (Arm _ (Block#3 [] (Int 3 0)))])',
  ],
  ['0xffff_ffff_ffff_ffff', '(Int -1 -1)'],
])('expression %s', (text, tree) => {
  expect(expr(text)).toBe(tree);
});

test.each([
  ['f(1) { g(); }', '(Block [] (Call (Ident f) [(Int 1 0)] (Fn#3074 [] (Block [(ExprStmt#1 (Call (Ident g) []))]))))'],
  ['a, b := f();', '(Block [(Destructure [(Ident a) (Ident b)] (Call (Ident f) []))])'],
  ['a, b = b, a;', '(Block [(MultiAssign [(Ident a) (Ident b)] [(Ident b) (Ident a)])])'],
  ['for f(n) (x) { }', '(Block [] (For [(Iter (Call (Ident f) [(Ident n)]))] [(Capture x)] (Block [])))'],
  ['for f(n) { }', '(Block [] (For [(Iter (Ident f))] [(Capture n)] (Block [])))'],
  ['for (f(n)) { }', '(Block [] (For [(Iter (Paren (Call (Ident f) [(Ident n)])))] [] (Block [])))'],
  [
    'for xs, 1.. (*w, n) { }',
    '(Block [] (For [(Iter (Ident xs)) (Iter#1 (Int 1 0))] [(Capture#1 w) (Capture n)] (Block [])))',
  ],
  [
    'if T.{ a = 1 } == { case 1: 2 }',
    '(Block [] (Match (StructLit (Ident T) [(NamedArg a (Int 1 0))]) [(Arm (Int 1 0) (Block#1 [] (Int 2 0)))]))',
  ],
  ['push .{ a = 1 } { }', '(Block [] (Push (StructLit _ [(NamedArg a (Int 1 0))]) (Block [])))'],
  ['f() \n { x; }', null],
  [
    'x := if a { 1 } else { 2 } y := 3;',
    '(Block [(VarDecl x _ (If (Ident a) (Block [] (Int 1 0)) (Block [] (Int 2 0)))) (VarDecl y _ (Int 3 0))])',
  ],
])('statements %s', (text, tree) => {
  if (tree === null) expect(parseText(text, 'statements').errors).toEqual(["expected ';', found '{'"]);
  else expect(stmts(text)).toBe(tree);
});

test('declarations', () => {
  const { tree, names, errors } = parseText(
    'K :: (A + 1) * 2; Cb :: (i32) -> i32; f :: (x: $T/P, ..xs: []T) -> (a: T, !E) { } g :: ufcs f; private h :: () -> i32 extern lib "s";',
  );
  expect(errors).toEqual([]);
  expect(Array.from(tree.list(tree.a[tree.root]), (n) => dumpTree(tree, names, n))).toEqual([
    '(ConstDecl K (Binary#3 (Paren (Binary#1 (Ident A) (Int 1 0))) (Int 2 0)))',
    '(ConstDecl Cb (TypeFn [(TypeName i32)] (TypeName i32)))',
    '(ConstDecl f (Fn [(Param x (TypeGeneric T [(TypeName P)])) (Param#1 xs (TypeSlice (TypeName T)))] (Block []) ' +
      '(TypeMulti [(RetSlot a (TypeName T)) (RetSlot _ (TypeFail (TypeName E)))])))',
    '(ConstDecl g (UfcsAlias (Ident f)))',
    '(ConstDecl#1 h (Fn#8 [] _ (TypeName i32) _ lib (String "s")))',
  ]);
});

test.each<[string, string, string]>([
  ['x :: 3', "expected ';'", 'SYNTAX@1:6'],
  ['3;', 'expected identifier at top level', 'TOP-LEVEL@1:1'],
  ['x :: 18446744073709551616;', 'integer literal overflow', 'INT-OVERFLOW@1:6'],
  ['f :: () { x := (a, b); }', '.{ … }', 'SYNTAX@1:16'],
  ['f :: () { x := .(1); }', 'Tuple(…)', 'SYNTAX@1:16'],
  ['f :: () { a.b, c := g(); }', 'destructuring targets must be identifiers', 'SYNTAX@1:11'],
  ['f :: () { private x := 3; }', "'private' is only allowed on module-scope declarations", 'PRIV-PLACE@1:11'],
  ['private #import "a";', "'private' is only allowed on module-scope declarations", 'PRIV-PLACE@1:1'],
  ['S :: struct { inline: i64; }', "'inline' cannot name a member bare", 'INLINE-MEMBER@1:15'],
  ['f :: () { for xs: (x) { } }', "':' before the capture was removed", 'FOR-COLON@1:17'],
  ['f :: () { for g() { } }', 'expected capture variable name', 'FOR-CAPTURE@1:17'],
  ['f :: () { for a, b (x) { } }', 'for capture count must match the iterable count', 'FOR-ARITY@1:20'],
  ['f :: () { for 0.. (x) { } }', 'the first iterable must have a bounded length', 'FOR-OPEN@1:15'],
  ['f :: () { for 0..3 (*x) { } }', 'a range element cannot be captured by reference', 'FOR-REF@1:21'],
  ['f :: () { x := a[1..=]; }', 'explicit end marker', 'FOR-RANGE-END@1:19'],
  ['f :: () { g() catch e { } }', 'the catch error binding needs parens', 'CATCH-PARENS@1:21'],
  ['f :: () { onfail e { } }', 'the onfail error binding needs parens', 'CATCH-PARENS@1:18'],
  ['f :: () { x := g() { }.m(); }', 'a trailing block ends the call chain', 'TRAILING-CHAIN@1:23'],
  ['f :: () { defer { return; } }', 'not allowed inside a `defer` body', 'DEFER-JUMP@1:19'],
  ['f :: () { onfail { for 0..3 { break; } } }', 'not allowed inside an `onfail` body', 'DEFER-JUMP@1:31'],
  ['f :: () { break; }', '`break` outside a loop', 'LOOP-JUMP@1:11'],
  ['f :: () abi(.d) { }', "unknown calling convention '.d'", 'ABI-UNKNOWN@1:14'],
  ['P :: protocol { m :: () }', 'protocol method must declare its receiver as the first parameter', 'PROTO-RECV@1:17'],
  ['P :: protocol { m :: (self: i64) }', 'receiver must be typed `*Self` or `Self`', 'PROTO-RECV@1:23'],
  ['S :: struct { p :: (self: *S, a: i64) -> i64 #set { } }', "a '#set' accessor returns void", 'PROP-SHAPE@1:42'],
  ['f :: (a: (i64, i64)) { }', 'multi-return signature', 'SYNTAX@1:10'],
  ['f :: (..xs: []i64, y: i64) { }', 'variadic parameter must be the last parameter', 'SYNTAX@1:7'],
  ['E :: error { }', 'an error set needs at least one tag', 'SYNTAX@1:6'],
  ['F :: enum flags { a: i64; }', 'flags enum variants cannot have payloads', 'SYNTAX@1:22'],
  ['U :: union { a; }', 'union fields must have a type', 'SYNTAX@1:14'],
  ['f :: () { #context_extend a: i64 = 3; }', 'only allowed at top level', 'CTX-PLACE@1:11'],
  ["f :: () { x := ''; }", 'empty character literal', 'CHAR-LITERAL@1:16'],
])('error: %s', (text, words, place) => {
  const parsed = parseText(text);
  expect(parsed.errors[0]).toContain(words);
  expect(parsed.places[0]).toBe(place);
});

test('a lambda inside defer may return; an empty arm is no jump', () => {
  expect(
    parseText('f :: () { defer { g := () -> i64 { return 1; }; } if x == { case 1: break; else: 2; } }').errors,
  ).toEqual([]);
});

test('errors of several statements are all found', () => {
  expect(parseText('f :: () {\n x := ;\n y := 3;\n z := ;\n}\ng :: ( {\n}\nh :: () { }\n').places.slice(0, 2)).toEqual([
    'SYNTAX@2:7',
    'SYNTAX@4:7',
  ]);
});

test('reserved names', () => {
  const text =
    'u8 := 1; f :: (i2: i64) { for xs (i3) { } if any := o { } g() catch (u1) { }; void, k := h(); `u8 := 3; } ' +
    'S :: struct { u8: i64; i9 :: 3; } E :: enum { i4; } P :: protocol { u5 :: (self: Self); } i65 := 3; ' +
    'impl P for S { u5 :: (self: *S) { } }';
  const { tree, names, errors } = parseText(text);
  expect(errors).toEqual([]);
  const sink = new Sink();
  checkReserved(tree, names, sink);
  expect(sink.diags.map((diag) => diag.message.split("'")[1])).toEqual([
    'u8',
    'i2',
    'i3',
    'any',
    'u1',
    'void',
    'i9',
    'u5',
  ]);
});

test.each(['1 + (', '{', '[', '- ', '.{', 'f(', 'if a {', '() => ', 'a ?? '])(
  'deep nesting of %s is an error, not a crash',
  (open) => {
    const parsed = parseText(`x :: ${open.repeat(10000)}`);
    expect(parsed.errors.length).toBeGreaterThan(0);
    expect(parsed.sink.diags.some((diag) => diag.code === 'NESTING')).toBe(true);
  },
);

test('total on token soup: a tree with spans inside the file', () => {
  const soup = [
    ...KEYWORDS,
    ...'( ) [ ] { } . .. ..= , ; : :: := = == -> => + - * ? ?? ?. ! $ x Foo 1 2.5 "s" #run #insert'.split(' '),
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...soup), { maxLength: 60 }), fc.boolean(), (words, file) => {
      const text = words.join(' ');
      const { tree } = parseText(text, file ? 'file' : 'statements');
      for (let n = 1; n < tree.count; n++) {
        expect(tree.start[n]).toBeGreaterThanOrEqual(0);
        expect(tree.end[n]).toBeGreaterThanOrEqual(tree.start[n]);
        expect(tree.end[n]).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 500 },
  );
});

test('records and lists stay whole while their store grows', () => {
  const unit = 'while x := f() { } g() catch (e) { }; h :: (p: i32) -> i32 { }';
  const inner = /^\(Block \[(.*)\]\)$/.exec(stmts(unit))![1]!;
  expect(inner).toContain('(Param p');
  for (let n = 2; n < 60; n++) expect(stmts(`${unit}\n`.repeat(n))).toBe(`(Block [${Array(n).fill(inner).join(' ')}])`);
});
