// Takes models of C types; gives their sx spelling by the table of reference 12.5.
import { type CField, type CRecord, type CType, layoutOf, refusal } from './c_types.ts';

/** Targets of pointers that keep their type in a signature; any other pointer is `*void`. */
const TARGETS: ReadonlySet<string> = new Set(['i32', 'u32', 'f32', 'f64', 'i16']);

function pointer(to: CType): string {
  if (to.k === 'scalar') return to.sx === 'u8' ? '[*]u8' : TARGETS.has(to.sx) ? `*${to.sx}` : '*void';
  return '*void';
}

/** A parameter or result. Ask `refusal` first. */
export function spellValue(t: CType): string {
  switch (t.k) {
    case 'void': return 'void';
    case 'scalar': return t.sx;
    case 'ptr': return pointer(t.to);
    case 'array': return pointer(t.of);
    case 'vector': return `Vector(${t.lanes}, ${spellValue(t.of)})`;
    case 'record': return quoted(t.record.name);
    default: return '*void';
  }
}

/** `(a0: i32, …) -> R` of a function type. */
export function spellSignature(params: readonly CType[], ret: CType, variadic: boolean): string {
  const list = params.map((p, i) => `a${i}: ${spellValue(p)}`);
  if (variadic) list.push('..rest: []i64');
  return `(${list.join(', ')})${ret.k === 'void' ? '' : ` -> ${spellValue(ret)}`}`;
}

/** Why a function cannot be declared in sx; '' when it can. */
export const signatureRefusal = (params: readonly CType[], ret: CType): string => [ret, ...params].map(refusal).find((w) => w !== '') ?? '';

/** A member: pointers to records keep their type, function pointers are optionals. */
export function spellMember(t: CType): string {
  switch (t.k) {
    case 'ptr': {
      if (t.to.k === 'fn') return t.to.variadic || signatureRefusal(t.to.params, t.to.ret) !== '' ? '*void' : `?(${t.to.params.map(spellValue).join(', ')}) -> ${spellValue(t.to.ret)} abi(.c)`;
      return t.to.k === 'record' && refusal(t.to) === '' && t.to.record.name !== '' ? `*${quoted(t.to.record.name)}` : pointer(t.to);
    }
    case 'array': return `[${t.length}]${spellMember(t.of)}`;
    case 'record': return t.record.name === '' ? spellRecord(t.record) : quoted(t.record.name);
    default: return spellValue(t);
  }
}

/** `struct { … }` or `union { … }`. An sx union is aligned to 8: one that is not in C is spelled by its bits. */
export function spellRecord(r: CRecord): string {
  const l = layoutOf({ k: 'record', record: r });
  if (r.union && (l.align !== 8 || l.size === 0)) return `struct { bits: [${l.size / l.align}]u${l.align * 8}; }`;
  let nameless = 0;
  const member = (f: CField): string => {
    if (f.name !== '') return `${quoted(f.name)}: ${spellMember(f.type)};`;
    if (f.type.k === 'record' && !f.type.record.union && (r.union || flattens(r, f))) {
      const inner = f.type.record.fields.map(member).join(' ');
      return r.union ? `struct { ${inner} };` : inner;
    }
    return `anon${nameless++}: ${spellMember(f.type)};`;
  };
  return `${r.union ? 'union' : 'struct'} { ${r.fields.map(member).join(' ')} }`;
}

/** Whether the members of an anonymous structure lie the same when they are written into the outer one. */
function flattens(outer: CRecord, f: CField): boolean {
  if (f.type.k !== 'record') return false;
  const inner = layoutOf(f.type);
  let at = 0;
  for (const o of outer.fields) {
    if (o === f) break;
    const l = layoutOf(o.type);
    at = Math.ceil(at / l.align) * l.align + l.size;
  }
  let end = 0;
  for (const m of f.type.record.fields) {
    const l = layoutOf(m.type);
    end = Math.ceil(end / l.align) * l.align + l.size;
  }
  return at % inner.align === 0 && end === inner.size;
}

/** An integer constant: untyped where it fits i64, as those of sx do. */
export const spellConstant = (name: string, v: bigint): string => `${quoted(name)} :${v > 0x7fffffffffffffffn ? ' u64 ' : ''}: ${v};\n`;

/** C names may be words of sx. */
export const quoted = (name: string): string => `\`${name}`;
