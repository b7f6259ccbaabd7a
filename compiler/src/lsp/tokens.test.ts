// Semantic tokens against what a reader of the text would say of each word.
//! ref: 15.7
import { Folder, LspClient } from './client.testlib.ts';

jest.setTimeout(60_000);

const TYPES = ['namespace', 'type', 'enum', 'struct', 'parameter', 'variable', 'enumMember', 'function', 'keyword', 'number', 'string', 'operator', 'interface'];
const MODIFIERS = ['declaration', 'readonly'];

/** `word:type` (and `.declaration`, `.readonly`) of all tokens of a line. */
function spelled(text: string, data: readonly number[]): string[][] {
  const lines = text.split('\n');
  const out: string[][] = lines.map(() => []);
  let line = 0;
  let at = 0;
  for (let i = 0; i < data.length; i += 5) {
    line += data[i];
    at = data[i] === 0 ? at + data[i + 1] : data[i + 1];
    const word = lines[line].slice(at, at + data[i + 2]);
    expect(word.length).toBe(data[i + 2]);
    out[line].push([`${word}:${TYPES[data[i + 3]]}`, ...MODIFIERS.filter((_, k) => (data[i + 4] & (1 << k)) !== 0)].join('.'));
  }
  return out;
}

async function tokensOf(text: string): Promise<string[][]> {
  const folder = new Folder({ 'main.sx': text });
  const c = new LspClient(folder.dir);
  const { capabilities } = await c.start();
  expect(capabilities).toMatchObject({ semanticTokensProvider: { legend: { tokenTypes: TYPES, tokenModifiers: MODIFIERS }, full: true } });
  c.open(folder.uri('main.sx'), text);
  const { data } = (await c.request('textDocument/semanticTokens/full', { textDocument: { uri: folder.uri('main.sx') } })) as { data: number[] };
  expect(await c.stop()).toBe(0);
  folder.remove();
  return spelled(text, data);
}

test('every word of a program', async () => {
  const text = `#import "modules/std.sx";
mem_ns :: #import "modules/std/mem.sx";
Kind :: enum { low; high; }
Area :: protocol { area :: (self: *Self) -> f64; }
Box :: struct ($T: Type) { value: T; limit :: 9; }
Alias :: Kind;
Number :: *i64;
LIMIT :: 0x10;
Oops :: error { Bad, Worse }
total := 1.5;
pick :: (k: Kind, $N: i64) -> string {
  // nothing here
  if k == { case .low: return "a\\n"; else: {} }
  for 0..N (i) { total += xx i; }
  \`while := 'c';
  unknown_name(LIMIT, \`while);
  "b"
}
main :: () { b := Box(i64).{ value = 3 }; print("{}", b.value + Box(i64).limit); }
`;
  const lines = await tokensOf(text);
  expect(lines).toEqual([
    ['#import:keyword', '"modules/std.sx":string'],
    ['mem_ns:namespace.declaration', ':::operator', '#import:keyword', '"modules/std/mem.sx":string'],
    ['Kind:enum.declaration', ':::operator', 'enum:keyword', 'low:enumMember.declaration.readonly', 'high:enumMember.declaration.readonly'],
    ['Area:interface.declaration', ':::operator', 'protocol:keyword', 'area:function.declaration', ':::operator', 'self:parameter.declaration', '::operator', '*:operator', 'Self:type', '->:operator', 'f64:type'],
    [
      'Box:struct.declaration', ':::operator', 'struct:keyword', '$:operator', 'T:type.declaration', '::operator', 'Type:type',
      'value:variable.declaration', '::operator', 'T:type', 'limit:variable.declaration.readonly', ':::operator', '9:number',
    ],
    ['Alias:enum.declaration', ':::operator', 'Kind:enum'],
    ['Number:type.declaration', ':::operator', '*:operator', 'i64:type'],
    ['LIMIT:variable.declaration.readonly', ':::operator', '0x10:number'],
    ['Oops:enum.declaration', ':::operator', 'error:keyword', 'Bad:enumMember.declaration.readonly', 'Worse:enumMember.declaration.readonly'],
    ['total:variable.declaration', ':=:operator', '1.5:number'],
    [
      'pick:function.declaration', ':::operator', 'k:parameter.declaration', '::operator', 'Kind:enum', '$:operator', 'N:parameter.declaration', '::operator', 'i64:type',
      '->:operator', 'string:type',
    ],
    [],
    ['if:keyword', 'k:parameter', '==:operator', 'case:keyword', 'low:enumMember.readonly', '::operator', 'return:keyword', '"a\\n":string', 'else:keyword', '::operator'],
    ['for:keyword', '0:number', '..:operator', 'N:parameter', 'i:variable.declaration.readonly', 'total:variable', '+=:operator', 'xx:keyword', 'i:variable.readonly'],
    ['`while:variable.declaration', ':=:operator', "'c':string"],
    ['unknown_name:function', 'LIMIT:variable.readonly', '`while:variable'],
    ['"b":string'],
    [],
    [
      'main:function.declaration', ':::operator', 'b:variable.declaration', ':=:operator', 'Box:struct', 'i64:type', 'value:variable', '=:operator', '3:number', 'print:function',
      '"{}":string', 'b:variable', 'value:variable', '+:operator', 'Box:struct', 'i64:type', 'limit:variable.readonly',
    ],
    [],
  ]);
});

test('strings of several lines, and characters of several units', async () => {
  const text = 'main :: () {\n  s := #string END\nä one\n😀 two\nEND;\n  t := "😀"; u := 1;\n}\n';
  const lines = await tokensOf(text);
  expect(lines[2]).toEqual(['ä one:string']);
  expect(lines[3]).toEqual(['😀 two:string']);
  expect(lines[5]).toEqual(['t:variable.declaration', ':=:operator', '"😀":string', 'u:variable.declaration', ':=:operator', '1:number']);
});
