// Takes type spellings as clang prints them (`int (*)(void *, const char **)`); gives a model of the type with its C layout.

export type CType =
  | { readonly k: 'void' }
  /** Integers and floats with their sx spelling. */
  | { readonly k: 'scalar'; readonly sx: string; readonly size: number }
  | { readonly k: 'ptr'; readonly to: CType }
  | { readonly k: 'fn'; readonly ret: CType; readonly params: readonly CType[]; readonly variadic: boolean }
  | { readonly k: 'array'; readonly of: CType; readonly length: number }
  | { readonly k: 'vector'; readonly of: CType; readonly lanes: number }
  | { readonly k: 'record'; readonly record: CRecord }
  /** No sx type says this; `why` is for the user. */
  | { readonly k: 'none'; readonly why: string };

export interface CField {
  /** '' for an anonymous member. */
  readonly name: string;
  readonly type: CType;
}

export interface CRecord {
  readonly union: boolean;
  /** For messages: `'struct tag'`. */
  what: string;
  /** sx name; '' while it is written in place. */
  name: string;
  /** How C spells it: `struct tag`, or the name of a type; '' while C has none. */
  spelling: string;
  fields: CField[];
  complete: boolean;
  /** What C's text says of its layout (packed, aligned): the reason when that is not sx's; else ''. */
  odd: string;
  /** Why sx cannot lay it out; '' when it can. */
  refused: string;
}

/** Names that a spelling may use. */
export interface CNames {
  typedef(name: string): CType | null;
  /** `struct tag`, `union tag`, `enum tag`; tag '' is the nameless one declared just before. */
  tag(kind: string, tag: string): CType | null;
}

const scalar = (sx: string, size: number): CType => ({ k: 'scalar', sx, size });
const none = (what: string): CType => ({ k: 'none', why: `'${what}' has no sx type` });

/** By the sorted words of the specifiers, \`int\` left out beside others. */
const SCALARS: Readonly<Record<string, CType>> = {
  int: scalar('i32', 4), signed: scalar('i32', 4), unsigned: scalar('u32', 4), short: scalar('i16', 2), 'short signed': scalar('i16', 2), 'short unsigned': scalar('u16', 2),
  long: scalar('i64', 8), 'long signed': scalar('i64', 8), 'long long': scalar('i64', 8), 'long long signed': scalar('i64', 8), 'long unsigned': scalar('u64', 8), 'long long unsigned': scalar('u64', 8),
  char: scalar('u8', 1), 'char signed': scalar('u8', 1), 'char unsigned': scalar('u8', 1), _Bool: scalar('u8', 1), bool: scalar('u8', 1),
  float: scalar('f32', 4), double: scalar('f64', 8), void: { k: 'void' },
};
const BASE = new Set(['int', 'signed', 'unsigned', 'short', 'long', 'char', '_Bool', 'bool', 'float', 'double', 'void', '_Complex', '__int128', '__float128', '_Float16', '_BitInt', '_Float128']);
const QUALIFIERS = new Set(['const', 'volatile', 'restrict', '__restrict', '__restrict__', '_Nonnull', '_Nullable', '_Null_unspecified', 'register', 'extern']);

/** Stands before the number of lanes, among the words of a type. */
const LANES = '__lanes_';

export function parseCType(text: string, names: CNames): CType {
  // Nameless records are spelled with the place of their declaration.
  const clean = text.replace(/\b(struct|union|enum) (?:[\w:]*::)?\((?:unnamed|anonymous)[^)]*\)/g, '$1 @')
    .replace(/__attribute__\(\((?:__vector_size__\((\d+) \* sizeof\([^()]*\)\)|ext_vector_type\((\d+)\))\)\)/g, (_, a: string, b: string) => `${LANES}${a ?? b}`)
    .replace(/__attribute__\(\(.*?\)\)/g, '');
  return new TypeParser(clean.match(/[A-Za-z_]\w*|\d+|\.\.\.|@|\S/g) ?? [], names, text).type();
}

class TypeParser {
  private i = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly names: CNames,
    private readonly text: string,
  ) {}

  private next(): string { return this.tokens[this.i] ?? ''; }
  private isWord(): boolean { return /^\w/.test(this.next()) && !/^\d/.test(this.next()); }
  private skipQualifiers(): void { while (QUALIFIERS.has(this.next())) this.i++; }

  type(): CType { return this.declarator(this.specifiers()); }

  private specifiers(): CType {
    const words: string[] = [];
    let named: CType | null = null;
    let lanes = 0;
    while (this.isWord()) {
      const w = this.tokens[this.i++]!;
      if (QUALIFIERS.has(w)) continue;
      if (w.startsWith(LANES)) {
        lanes = Number(w.slice(LANES.length));
        continue;
      }
      if (w === 'struct' || w === 'union' || w === 'enum') {
        const tag = this.tokens[this.i++]!;
        named = this.names.tag(w, tag === '@' ? '' : tag) ?? none(`${w} ${tag}`);
      } else if (BASE.has(w)) words.push(w);
      else if (words.length === 0 && named === null) named = this.names.typedef(w) ?? none(w);
    }
    const key = (words.length > 1 ? words.filter((w) => w !== 'int') : words).sort().join(' ');
    const one = named ?? SCALARS[key] ?? none(words.join(' ') || this.text);
    return lanes > 0 && one.k === 'scalar' ? { k: 'vector', of: one, lanes } : one;
  }

  private declarator(base: CType): CType {
    this.skipQualifiers();
    if (this.next() === '*') {
      this.i++;
      return this.declarator({ k: 'ptr', to: base });
    }
    let inner = -1;
    if (this.next() === '(' && (this.tokens[this.i + 1] === '*' || this.tokens[this.i + 1] === '(')) {
      inner = this.i + 1;
      for (let depth = 0; this.i < this.tokens.length; ) {
        const t = this.tokens[this.i++];
        if (t === '(') depth++;
        if (t === ')' && --depth === 0) break;
      }
    }
    const whole = this.suffixes(base);
    if (inner < 0) return whole;
    const after = this.i;
    this.i = inner;
    const t = this.declarator(whole);
    this.i = after;
    return t;
  }

  /** `[2][3]`, `(int, ...)`: the first is the outermost. */
  private suffixes(base: CType): CType {
    const list: ((of: CType) => CType)[] = [];
    for (;;) {
      if (this.next() === '[') {
        this.i++;
        const length = /^\d+$/.test(this.next()) ? Number(this.tokens[this.i++]) : 0;
        while (this.next() !== ']' && this.next() !== '') this.i++;
        this.i++;
        list.push((of) => ({ k: 'array', of, length }));
      } else if (this.next() === '(') {
        const { params, variadic } = this.params();
        list.push((ret) => ({ k: 'fn', ret, params, variadic }));
      } else return list.reduceRight((t, f) => f(t), base);
    }
  }

  private params(): { params: CType[]; variadic: boolean } {
    const params: CType[] = [];
    let variadic = false;
    this.i++;
    while (this.next() !== ')' && this.next() !== '') {
      if (this.next() === '...') {
        variadic = true;
        this.i++;
      } else params.push(this.type());
      if (this.next() === ',') this.i++;
      else if (this.next() !== ')') break;
    }
    this.i++;
    return { params: params.length === 1 && params[0]!.k === 'void' ? [] : params, variadic };
  }
}

export interface Layout { readonly size: number; readonly align: number }

/** Size and alignment by C's rules. */
export function layoutOf(t: CType): Layout {
  switch (t.k) {
    case 'scalar': return { size: t.size, align: t.size };
    case 'ptr': return { size: 8, align: 8 };
    case 'array': {
      const of = layoutOf(t.of);
      return { size: of.size * t.length, align: of.align };
    }
    case 'vector': {
      const size = 2 ** Math.ceil(Math.log2(layoutOf(t.of).size * t.lanes));
      return { size, align: size };
    }
    case 'record': return recordLayout(t.record);
    default: return { size: 0, align: 1 };
  }
}

function recordLayout(r: CRecord): Layout {
  let size = 0;
  let align = 1;
  for (const f of r.fields) {
    const l = layoutOf(f.type);
    align = Math.max(align, l.align);
    size = r.union ? Math.max(size, l.size) : roundUp(size, l.align) + l.size;
  }
  return { size: roundUp(size, align), align };
}

/** Members with a name and where sx has them, with those of nameless structures: `[['a', 0], ['in.b', 8]]`. */
export function membersOf(r: CRecord, path = '', base = 0): [path: string, offset: number][] {
  const out: [string, number][] = [];
  let at = 0;
  for (const f of r.fields) {
    const l = layoutOf(f.type);
    if (!r.union) at = roundUp(at, l.align);
    if (f.name !== '') out.push([`${path}${f.name}`, base + at]);
    // C reaches the members of a nameless member like the outer's own.
    if (f.type.k === 'record' && f.type.record.spelling === '') out.push(...membersOf(f.type.record, f.name === '' ? path : `${path}${f.name}.`, base + at));
    if (!r.union) at += l.size;
  }
  return out;
}

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Why a value of this type cannot be had in sx; '' when it can. */
export function refusal(t: CType): string {
  switch (t.k) {
    case 'none': return t.why;
    case 'array': return refusal(t.of);
    case 'record': return t.record.refused !== '' ? t.record.refused : t.record.complete ? '' : `'${t.record.name}' is declared without its members`;
    default: return '';
  }
}
