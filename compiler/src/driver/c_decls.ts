// Takes clang's AST of C headers; gives sx declarations: functions, records, enums, type names, globals (reference 12.5).
import { quoted, signatureRefusal, spellConstant, spellMember, spellRecord, spellSignature, spellValue } from './c_spell.ts';
import { type AskLayouts, compareLayout } from './c_layout.ts';
import { type CNames, type CRecord, type CType, layoutOf, parseCType, refusal } from './c_types.ts';

export interface Ast {
  readonly id?: string;
  readonly kind: string;
  readonly name?: string;
  readonly type?: { readonly qualType: string; readonly desugaredQualType?: string };
  readonly inner?: readonly Ast[];
  readonly storageClass?: string;
  readonly variadic?: boolean;
  readonly inline?: boolean;
  readonly tagUsed?: string;
  readonly completeDefinition?: boolean;
  readonly isBitfield?: boolean;
  readonly isImplicit?: boolean;
  readonly value?: string;
  readonly ownedTagDecl?: { readonly id: string; readonly name?: string };
  readonly parentDeclContextId?: string;
  readonly fixedUnderlyingType?: { readonly qualType: string };
}

export interface CDecls {
  /** Declarations by name, in order. */
  readonly text: Map<string, string>;
  /** Names that sx cannot have, with the reason. */
  readonly refused: Map<string, string>;
  /** Functions that only exist in the headers (static ones): they need a symbol made for them. */
  readonly inline: readonly string[];
}

/** The symbol under which an inline function is reached. */
export const inlineSymbol = (name: string): string => `sx_inline_${name}`;

/** The declarations of `root`; `ask` says how C lays out structures. */
export function declarations(root: Ast, ask: AskLayouts): CDecls {
  return new Reader().read(root, ask);
}

/** The value that clang computed for an enum constant: behind a conversion when its type is not int. */
export function constantValue(d: Ast): bigint | null {
  let n = d.inner?.find((v) => v.kind === 'ConstantExpr' || v.kind === 'ImplicitCastExpr');
  while (n !== undefined && n.kind === 'ImplicitCastExpr') n = n.inner?.[0];
  return n?.kind === 'ConstantExpr' && n.value !== undefined && /^-?\d+$/.test(n.value) ? BigInt(n.value) : null;
}

class Reader implements CNames {
  private readonly typedefs = new Map<string, CType>();
  private readonly tags = new Map<string, CType>();
  private readonly byId = new Map<string, CType>();
  /** The nameless record that spellings of the moment mean. */
  private nameless: CType | null = null;
  private readonly text = new Map<string, string>();
  private readonly refused = new Map<string, string>();
  private readonly inline: string[] = [];
  /** Records to be written, under the names they got. */
  private readonly records: CRecord[] = [];
  private readonly settled = new Set<CRecord>();

  read(root: Ast, ask: AskLayouts): CDecls {
    const list = root.inner ?? [];
    // Functions and variables keep their names: a structure of the same name gives way.
    const taken = new Set(list.filter((d) => d.kind === 'FunctionDecl' || d.kind === 'VarDecl').map((d) => d.name ?? ''));
    for (const d of list) this.typeDecl(d, taken);
    const laidOut = this.records.filter((r) => r.complete && r.refused === '' && r.spelling !== '');
    const layouts = ask(laidOut);
    const inC = new Map(laidOut.map((r, i) => [r, layouts[i] ?? null]));
    for (const r of this.records) this.settle(r, inC);
    for (const d of list) {
      this.remember(d);
      if (d.kind === 'FunctionDecl') this.fn(d);
      else if (d.kind === 'VarDecl') this.global(d);
    }
    for (const r of this.records) this.writeRecord(r);
    for (const [name, t] of this.typedefs) this.writeTypedef(name, t);
    return { text: this.text, refused: this.refused, inline: this.inline };
  }

  typedef(name: string): CType | null { return this.typedefs.get(name) ?? null; }

  tag(kind: string, tag: string): CType | null {
    if (tag === '') return this.nameless;
    const known = this.tags.get(tag);
    if (known !== undefined) return known;
    if (kind === 'enum') return null;
    return this.newRecord(tag, kind === 'union', new Set());
  }

  private parse(t: Ast['type']): CType { return parseCType(t?.qualType ?? 'int', this); }

  private newRecord(tag: string, union: boolean, taken: ReadonlySet<string>): CType {
    const kind = union ? 'union' : 'struct';
    const record: CRecord = {
      union, what: `'${kind} ${tag === '' ? '(nameless)' : tag}'`, name: taken.has(tag) ? `${kind}_${tag}` : tag, spelling: tag === '' ? '' : `${kind} ${tag}`, fields: [], complete: false, odd: '', refused: '',
    };
    const t: CType = { k: 'record', record };
    if (tag !== '') {
      this.tags.set(tag, t);
      this.records.push(record);
    }
    return t;
  }

  /** A nameless record or enum is what spellings mean until the next one. */
  private remember(d: Ast): void {
    if ((d.kind === 'RecordDecl' || d.kind === 'EnumDecl') && d.name === undefined && d.id !== undefined) this.nameless = this.byId.get(d.id) ?? null;
  }

  private typeDecl(d: Ast, taken: ReadonlySet<string>): void {
    if (d.kind === 'RecordDecl') this.record(d, taken);
    else if (d.kind === 'EnumDecl') this.enumDecl(d);
    this.remember(d);
    if (d.kind === 'TypedefDecl' && d.name !== undefined) {
      const owner = d.inner?.find((n) => n.ownedTagDecl !== undefined)?.ownedTagDecl;
      const known = owner !== undefined && (owner.name ?? '') === '' ? this.byId.get(owner.id) : undefined;
      if (known?.k === 'record' && known.record.name === '') {
        known.record.name = taken.has(d.name) ? `struct_${d.name}` : d.name;
        known.record.spelling = d.name;
        known.record.what = `'${d.name}'`;
        this.records.push(known.record);
      }
      this.typedefs.set(d.name, known ?? this.parse(d.type));
    }
  }

  private record(d: Ast, taken: ReadonlySet<string>): CType {
    const tag = d.name ?? '';
    const t = (tag === '' ? undefined : this.tags.get(tag)) ?? this.newRecord(tag, d.tagUsed === 'union', taken);
    if (d.id !== undefined) this.byId.set(d.id, t);
    if (t.k !== 'record' || d.completeDefinition !== true) return t;
    const { record } = t;
    const odd = (why: string): void => { if (record.odd === '') record.odd = why; };
    record.complete = true;
    for (const m of d.inner ?? []) {
      switch (m.kind) {
        case 'RecordDecl': this.nameless = this.record(m, taken); break;
        case 'EnumDecl': this.nameless = this.enumDecl(m); break;
        case 'FieldDecl': {
          if (m.isBitfield === true && record.refused === '') record.refused = `${record.what} has bit-fields ('${m.name ?? ''}'), and sx has none: reach it through functions of a \`#source\` file`;
          if (m.inner?.some((a) => a.kind === 'AlignedAttr') === true) odd(`aligns '${m.name ?? ''}' otherwise than its type, which sx cannot`);
          record.fields.push({ name: m.name ?? '', type: this.parse(m.type) });
          break;
        }
        case 'PackedAttr': case 'MaxFieldAlignmentAttr': odd('is packed, and sx structs are not'); break;
        case 'AlignedAttr': odd('has an alignment of its own, which sx structs have not'); break;
        default: break;
      }
    }
    return t;
  }

  /** Whether sx can have the record: its members first, then where C puts them. */
  private settle(r: CRecord, inC: ReadonlyMap<CRecord, readonly number[] | null>): void {
    if (this.settled.has(r)) return;
    this.settled.add(r);
    for (const f of r.fields) {
      const inner = recordIn(f.type);
      if (inner !== null) this.settle(inner, inC);
      const why = refusal(f.type);
      if (why !== '' && r.refused === '') r.refused = `${r.what} has a member '${f.name}' of which ${why}`;
    }
    if (r.union && r.refused === '' && layoutOf({ k: 'record', record: r }).align > 8) r.refused = `${r.what} is aligned above 8, which sx unions are not`;
    if (r.refused !== '' || !r.complete || r.spelling === '') return;
    const layout = inC.get(r) ?? null;
    const differs = layout === null ? '' : compareLayout(r, layout);
    if (layout === null ? r.odd === '' : differs === '') return;
    const nameless = r.fields.find((f) => f.type.k === 'record' && f.type.record.spelling === '' && f.type.record.odd !== '');
    if (r.odd !== '') r.refused = `${r.what} ${r.odd}`;
    else if (nameless?.type.k === 'record') r.refused = `${r.what} has a member '${nameless.name}' of which ${nameless.type.record.what} ${nameless.type.record.odd}`;
    else r.refused = `${r.what} ${differs}`;
  }

  private enumDecl(d: Ast): CType {
    let next = 0n;
    let negative = false;
    let wide = false;
    for (const m of d.inner ?? []) {
      if (m.kind !== 'EnumConstantDecl' || m.name === undefined) continue;
      const v = constantValue(m) ?? next;
      next = v + 1n;
      if (v < 0n) negative = true;
      if (v > 0xffffffffn || v < -0x80000000n) wide = true;
      this.text.set(m.name, spellConstant(m.name, v));
    }
    const t = this.enumType(d, negative, wide ? 8 : 4);
    if (d.name !== undefined) {
      this.tags.set(d.name, t);
      if (!this.text.has(d.name)) this.typedefs.set(d.name, this.typedefs.get(d.name) ?? t);
    }
    if (d.id !== undefined) this.byId.set(d.id, t);
    return t;
  }

  /** The integer that an enum is: the one it names, the smallest when it is packed, else int. */
  private enumType(d: Ast, negative: boolean, plain: number): CType {
    let size = plain;
    let signed = negative;
    if (d.fixedUnderlyingType !== undefined) {
      size = layoutOf(this.parse(d.fixedUnderlyingType)).size;
      signed = negative || /\b(signed|short|int|long)\b/.test(d.fixedUnderlyingType.qualType) && !/unsigned/.test(d.fixedUnderlyingType.qualType);
    } else if (d.inner?.some((m) => m.kind === 'PackedAttr') === true) {
      const values = (d.inner ?? []).filter((m) => m.kind === 'EnumConstantDecl').map((m) => constantValue(m) ?? 0n);
      const fits = (bits: bigint): boolean => values.every((v) => (negative ? v >= -(1n << (bits - 1n)) && v < 1n << (bits - 1n) : v < 1n << bits));
      size = [1, 2, 4].find((n) => fits(BigInt(n * 8))) ?? 8;
    }
    return { k: 'scalar', sx: `${signed ? 'i' : 'u'}${size * 8}`, size };
  }

  private fn(d: Ast): void {
    const name = d.name ?? '';
    if (name === '' || name.startsWith('__builtin')) return;
    const own = d.storageClass === 'static';
    if (own && (name.startsWith('_') || d.inner?.some((n) => n.kind === 'CompoundStmt') !== true)) return;
    const t = this.parse(d.type);
    if (t.k !== 'fn') return;
    const why = signatureRefusal(t.params, t.ret);
    if (why !== '') {
      this.refused.set(name, `the C function '${name}' cannot be called from sx: ${why}`);
      return;
    }
    if (own && t.variadic) {
      this.refused.set(name, `the C function '${name}' is static and variadic: nothing can call it but C`);
      return;
    }
    if (own && !this.inline.includes(name)) this.inline.push(name);
    this.text.set(name, `${quoted(name)} :: ${spellSignature(t.params, t.ret, t.variadic)} extern "${own ? inlineSymbol(name) : name}";\n`);
  }

  private global(d: Ast): void {
    const name = d.name ?? '';
    if (name === '' || name.startsWith('_') || d.storageClass === 'static') return;
    const t = this.parse(d.type);
    const why = refusal(t);
    if (why !== '') this.refused.set(name, `the C variable '${name}' cannot be reached from sx: ${why}`);
    else this.text.set(name, `${quoted(name)} : ${spellMember(t)} extern;\n`);
  }

  private writeRecord(r: CRecord): void {
    if (this.text.has(r.name)) return;
    if (r.refused !== '') this.refused.set(r.name, r.refused);
    else if (r.complete) this.text.set(r.name, `${quoted(r.name)} :: ${spellRecord(r)}\n`);
    else this.refused.set(r.name, `'${r.name}' is declared without its members: it is a '*void' in sx`);
  }

  private writeTypedef(name: string, t: CType): void {
    if (this.text.has(name) || (name.startsWith('__') && t.k !== 'record')) return;
    const why = refusal(t);
    if (why !== '') {
      if (!this.refused.has(name)) this.refused.set(name, `the C type '${name}' has no sx form: ${why}`);
      return;
    }
    if (t.k === 'void' || t.k === 'fn') return;
    const spelled = t.k === 'record' ? quoted(t.record.name) : t.k === 'scalar' ? spellValue(t) : spellMember(t);
    if (spelled !== quoted(name)) this.text.set(name, `${quoted(name)} :: ${spelled};\n`);
  }
}

/** The record that a value of the type holds. */
function recordIn(t: CType): CRecord | null {
  return t.k === 'record' ? t.record : t.k === 'array' ? recordIn(t.of) : null;
}
