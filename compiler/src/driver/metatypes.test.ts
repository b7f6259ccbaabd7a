// Takes types that programs make (11.8); checks that they are what written types are: reflection, layout, and the code of a match.
import { resolve } from 'node:path';
import { RealVfs } from '../host/files.ts';
import type { TypeId } from '../types/types.ts';
import { COMPTIME_MEMORY, COMPTIME_STEPS, HOST_TRIPLE } from './options.ts';
import { check, emitText } from './pipeline.ts';
import type { CheckedProgram } from './program.ts';
import { Session } from './session.ts';

const RUNTIME = resolve(__dirname, '../../../runtime');
jest.setTimeout(60_000);

/** Checks a program that imports std and meta. */
function compile(text: string): { session: Session; program: CheckedProgram } {
  const source = `#import "modules/std.sx";\n#import "modules/std/meta.sx";\n${text}`;
  const session = new Session({ vfs: new RealVfs(), write: () => {}, now: () => 0 }, {
    file: 'meta.sx', triple: HOST_TRIPLE, opt: 0, cpu: '', cc: '', cflags: [], sysroot: '', features: '', stdlibRoots: [RUNTIME], sanitizer: null, debug: false,
    comptimeFfi: false, comptimeSteps: COMPTIME_STEPS, comptimeMemory: COMPTIME_MEMORY, libs: [], libDirs: [], checks: true, coverage: false, dumpAfter: [],
  });
  const program = check(session, new TextEncoder().encode(source));
  if (program === null) throw new Error(session.sink.diags.map((d) => `${d.code} ${d.message}`).join('\n'));
  return { session, program };
}

/** A nominal type by name, with its layout spelled out. */
function shape(p: CheckedProgram, name: string): string {
  const { types } = p.checker;
  const t = types.nominals.findIndex((n) => n?.name === name) as TypeId;
  const info = types.info(t);
  const fields = info.fields.map((f, i) => `${f.name}:${types.text(f.type)}@${types.fieldOffset(t, i)}`);
  const variants = info.variants.map((v) => `${v.name}:${types.text(v.payload)}=${v.value}`);
  return `kind ${types.kind[t]} size ${types.size(t)} align ${types.align(t)} backing ${types.text(info.backing)} payload ${info.payloadOffset} [${[...fields, ...variants].join(' ')}]`;
}

const PAYLOADS = ['u8', 'i16', 'f32', 'i64', 'f64', 'string', '?i32', '[3]u16', '*i64', '(i64, bool)', 'bool', '[]u8', 'Vector(4, f32)'].map((t) => (t.startsWith('(') ? `Tuple${t}` : t));

/** Numbers that repeat. */
function random(seed: number): (n: number) => number {
  let s = seed;
  return (n) => {
    s = (Math.imul(s, 1103515245) + 12345) >>> 0;
    return (s >>> 8) % n;
  };
}

test('reflect, define, reflect: 60 random structs and enums come out as they went in', () => {
  const pick = random(7);
  const lines: string[] = [];
  for (let k = 0; k < 60; k++) {
    const n = pick(7);
    const members = Array.from({ length: n }, (_, i) => `m${i}`);
    const struct = k % 3 === 0;
    const plain = k % 3 === 1;
    if (struct) lines.push(`T${k} :: struct { ${members.map((m) => `${m}: ${PAYLOADS[pick(PAYLOADS.length)]};`).join(' ')} }`);
    else lines.push(`T${k} :: enum { ${members.map((m) => (plain || pick(3) === 0 ? `${m};` : `${m}: ${PAYLOADS[pick(PAYLOADS.length)]};`)).join(' ')} }`);
    lines.push(`C${k} :: define(declare("C${k}"), type_info(T${k}));`, `D${k} :: define(declare("D${k}"), type_info(C${k}));`);
  }
  const { program } = compile(`${lines.join('\n')}\nmain :: () {}\n`);
  for (let k = 0; k < 60; k++) {
    expect(shape(program, `C${k}`)).toBe(shape(program, `T${k}`));
    expect(shape(program, `D${k}`)).toBe(shape(program, `T${k}`));
  }
});

/** The LLVM text of function `name`, without its name. */
function code(text: string, name: string): string {
  const m = new RegExp(`^define [^\\n]*@${name}\\([\\s\\S]*?^}`, 'm').exec(text);
  if (m === null) throw new Error(`no function ${name}`);
  return m[0].replaceAll(name, 'F').replaceAll(/![^\n ,)]+/g, '!');
}

test('a match on a made enum compiles to the code of a match on a written one', () => {
  const body = (t: string): string => `(s: ${t}) -> i64 export { return if s == { case .none: 1; case .count: (n) => n + 2; case .label: (l) => l.len; case .pair: (p) => p.0 * 3; }; }`;
  const plain = (t: string): string => `(s: ${t}) -> i64 export { return if s == { case .red: 10; case .green: 20; case .blue: 30; }; }`;
  const { session, program } = compile(`
Written :: enum { none; count: i64; label: string; pair: Tuple(i64, u8); }
made :: () -> Type {
    vs : List(EnumVariant) = .{};
    vs.append(.{ name = "none", payload = void });
    vs.append(.{ name = "count", payload = i64 });
    vs.append(.{ name = "label", payload = string });
    vs.append(.{ name = "pair", payload = Tuple(i64, u8) });
    return make_enum("Made", vs.items);
}
Made :: made();
Colour :: enum { red; green; blue; }
Tint :: make_enum("Tint", .[.{ name = "red", payload = void }, .{ name = "green", payload = void }, .{ name = "blue", payload = void }]);
on_written :: ${body('Written')}
on_made :: ${body('Made')}
on_colour :: ${plain('Colour')}
on_tint :: ${plain('Tint')}
main :: () {}
`);
  expect(shape(program, 'Made')).toBe(shape(program, 'Written'));
  expect(shape(program, 'Tint')).toBe(shape(program, 'Colour'));
  const text = new TextDecoder('latin1').decode(emitText(session, program));
  expect(code(text, 'on_made')).toBe(code(text, 'on_written'));
  expect(code(text, 'on_made')).toContain('switch');
  expect(code(text, 'on_tint')).toBe(code(text, 'on_colour'));
});
