// Takes the type tags that code and data use; gives the run-time type table and its accessor functions as LLVM text.
import { ice } from '../base/ice.ts';
import { RttiCol } from '../ir/op.ts';
import { rttiRow } from '../ir/rtti.ts';
import type { EmitState } from './state.ts';
import { Text } from './text.ts';

interface Accessor {
  readonly name: string;
  readonly ty: string;
  /** Takes a member index. */
  readonly indexed: boolean;
  readonly body: string;
}

const ROW_TYPE = '{ i64, i64, i64, i64, { ptr, i64 }, i64, i64, i64, i64, i64, i64, ptr }';
const MEMBER_TYPE = '{ { ptr, i64 }, i64, i64, i64 }';
const FLAG_UNSIGNED = 1;
const FLAG_FLAGS = 2;

const rowField = (field: number): string => `  %p = getelementptr %sx.row, ptr @sx.rtti, i64 %tag, i32 ${field}\n`;

function column(name: string, field: number): Accessor {
  return {
    name: `sx.rtti.${name}`,
    ty: 'i64',
    indexed: false,
    body: `${rowField(field)}  %r = load i64, ptr %p\n  ret i64 %r\n`,
  };
}

function flag(name: string, bit: number): Accessor {
  return {
    name: `sx.rtti.${name}`,
    ty: 'i1',
    indexed: false,
    body: `${rowField(3)}  %f = load i64, ptr %p\n  %b = and i64 %f, ${bit}\n  %r = icmp ne i64 %b, 0\n  ret i1 %r\n`,
  };
}

function member(name: string, field: number): Accessor {
  const find = `${rowField(11)}  %m = load ptr, ptr %p\n  %q = getelementptr %sx.member, ptr %m, i64 %i, i32 ${field}\n`;
  return field === 0
    ? { name: `sx.rtti.${name}`, ty: 'ptr', indexed: true, body: `${find}  ret ptr %q\n` }
    : { name: `sx.rtti.${name}`, ty: 'i64', indexed: true, body: `${find}  %r = load i64, ptr %q\n  ret i64 %r\n` };
}

const ACCESSORS: readonly Accessor[] = accessors();

function accessors(): Accessor[] {
  const t: Accessor[] = [];
  t[RttiCol.size] = column('size', 0);
  t[RttiCol.align] = column('align', 1);
  t[RttiCol.category] = column('category', 2);
  t[RttiCol.is_unsigned] = flag('is_unsigned', FLAG_UNSIGNED);
  t[RttiCol.is_flags] = flag('is_flags', FLAG_FLAGS);
  t[RttiCol.name] = { name: 'sx.rtti.name', ty: 'ptr', indexed: false, body: `${rowField(4)}  ret ptr %p\n` };
  t[RttiCol.field_count] = column('field_count', 5);
  t[RttiCol.variant_count] = column('variant_count', 6);
  t[RttiCol.lanes] = column('lanes', 7);
  t[RttiCol.len] = column('len', 8);
  t[RttiCol.child] = column('child', 9);
  t[RttiCol.tag_width] = column('tag_width', 10);
  t[RttiCol.member_name] = member('member_name', 0);
  t[RttiCol.member_type] = member('member_type', 1);
  t[RttiCol.member_offset] = member('member_offset', 2);
  t[RttiCol.member_value] = member('member_value', 3);
  t[RttiCol.type_info] = {
    name: 'sx.rtti.type_info',
    ty: 'ptr',
    indexed: false,
    body: '  %p = getelementptr ptr, ptr @sx.type_infos, i64 %tag\n  %r = load ptr, ptr %p\n  ret ptr %r\n',
  };
  return t;
}

const used = new WeakMap<EmitState, Set<RttiCol>>();

/** The accessor of a column; from now on the table (and this accessor) is part of the module. */
export function rttiAccessor(st: EmitState, col: RttiCol): Accessor {
  let set = used.get(st);
  if (set === undefined) {
    set = new Set();
    used.set(st, set);
  }
  set.add(col);
  if (col === RttiCol.type_info) {
    if (st.opts.typeInfo === undefined) ice('emit: type_info of a run-time type, but the driver gave no records');
    st.needsRtti.typeInfo = true;
  }
  st.needsRtti.table = true;
  const f = ACCESSORS[col]!;
  if (st.parted) st.declare(f.name, `declare hidden ${f.ty} @${f.name}(i64${f.indexed ? ', i64' : ''}) nounwind`);
  return f;
}

/** Makes the table of error names, and its accessor `@sx.err_name`, part of the module. */
export function needErrorNames(st: EmitState): void {
  st.needsRtti.errNames = true;
  if (st.parted) st.declare('sx.err_name', 'declare hidden ptr @sx.err_name(i32) nounwind');
}

/** Rows collected so far; `advance` until it adds nothing, then `finish`. */
export class RttiTable {
  private readonly rows: Text;
  private readonly memberText: Text;
  private readonly names: Text;
  private readonly nameAt = new Map<string, { readonly at: number; readonly length: number }>();
  private readonly infos: string[] = ['ptr null'];
  private rowCount = 0;
  private memberCount = 0;

  constructor(private readonly st: EmitState) {
    this.rows = new Text(st.frags, 1 << 12);
    this.memberText = new Text(st.frags, 1 << 12);
    this.names = new Text(st.frags, 1 << 12);
  }

  /** Makes rows for tags given out since the last call; true when there were any. */
  advance(): boolean {
    const st = this.st;
    if (!st.needsRtti.table || this.rowCount === st.tagTypes.length) return false;
    while (this.rowCount < st.tagTypes.length) this.row(this.rowCount++);
    return true;
  }

  private row(tag: number): void {
    const st = this.st;
    const out = this.rows;
    if (tag > 0) out.str(',\n');
    if (tag === 0) {
      out.str('  %sx.row zeroinitializer');
      return;
    }
    const type = st.tagTypes[tag]!;
    const r = rttiRow(st.types, type);
    const first = this.memberCount;
    for (const m of r.members) {
      if (this.memberCount++ > 0) this.memberText.str(',\n');
      this.memberText.str('  %sx.member { ');
      this.name(this.memberText, m.name);
      this.memberText.str(`, i64 ${st.tag(m.type)}, i64 ${m.offset}, i64 ${BigInt.asIntN(64, BigInt(m.value))} }`);
    }
    const flags = (r.isUnsigned ? FLAG_UNSIGNED : 0) | (r.isFlags ? FLAG_FLAGS : 0);
    out.str(`  %sx.row { i64 ${r.size}, i64 ${r.align}, i64 ${r.category}, i64 ${flags}, `);
    this.name(out, r.name);
    out.str(
      `, i64 ${r.fieldCount}, i64 ${r.variantCount}, i64 ${r.lanes}, i64 ${r.len}, i64 ${r.child === 0 ? 0 : st.tag(r.child)}, i64 ${r.tagWidth}, `,
    );
    out.str(r.members.length === 0 ? 'ptr null }' : `ptr getelementptr (%sx.member, ptr @sx.members, i64 ${first}) }`);
    if (st.needsRtti.typeInfo) this.infos[tag] = `ptr ${st.globalName(st.opts.typeInfo!(type))}`;
  }

  private name(out: Text, text: string): void {
    let hit = this.nameAt.get(text);
    if (hit === undefined) {
      const bytes = new TextEncoder().encode(text);
      hit = { at: this.nameLength, length: bytes.length };
      this.nameAt.set(text, hit);
      this.names.escaped(bytes, 0, bytes.length);
      this.nameLength += bytes.length;
    }
    out.str(`{ ptr, i64 } { ptr getelementptr (i8, ptr @sx.names, i64 ${hit.at}), i64 ${hit.length} }`);
  }

  private nameLength = 0;

  /** Writes types, table and accessors. */
  finish(): void {
    const { st } = this;
    const out = st.out;
    if (st.needsRtti.table) {
      out.str(
        `%sx.row = type ${ROW_TYPE}\n%sx.member = type ${MEMBER_TYPE}\n@sx.rtti = internal constant [${this.rowCount} x %sx.row] [\n`,
      );
      out.append(this.rows);
      out.str(`\n]\n@sx.members = internal constant [${this.memberCount} x %sx.member] `);
      if (this.memberCount === 0) {
        out.str('zeroinitializer\n');
      } else {
        out.str('[\n');
        out.append(this.memberText);
        out.str('\n]\n');
      }
      const attrs = st.attrs('nounwind');
      for (const col of used.get(st) ?? []) {
        const f = ACCESSORS[col]!;
        st.defined.add(f.name);
        out.str(`define ${st.local}${f.ty} @${f.name}(i64 %tag${f.indexed ? ', i64 %i' : ''}) #${attrs} {\n${f.body}}\n`);
      }
      if (st.needsRtti.typeInfo) {
        for (let i = 0; i < this.rowCount; i++) this.infos[i] ??= 'ptr null';
        out.str(`@sx.type_infos = internal constant [${this.rowCount} x ptr] [ ${this.infos.join(', ')} ]\n`);
      }
    }
    if (st.needsRtti.errNames) this.errNames();
    if (this.nameLength > 0) {
      out.str(`@sx.names = private unnamed_addr constant [${this.nameLength} x i8] c"`);
      out.append(this.names);
      out.str('"\n');
    }
  }

  /** The error tag names: tag id → string. */
  private errNames(): void {
    const { st } = this;
    const out = st.out;
    const all = st.errorNames;
    st.defined.add('sx.err_name');
    out.str(`@sx.err_names = internal constant [${all.length} x { ptr, i64 }] [\n`);
    all.forEach((n, i) => {
      if (i > 0) out.str(',\n');
      out.str('  ');
      if (n === '') out.str('{ ptr, i64 } zeroinitializer');
      else this.name(out, n);
    });
    out.str(
      `\n]\ndefine ${st.local}ptr @sx.err_name(i32 %tag) #${st.attrs('nounwind')} {\n  %i = zext i32 %tag to i64\n`,
    );
    out.str('  %p = getelementptr { ptr, i64 }, ptr @sx.err_names, i64 %i\n  ret ptr %p\n}\n');
  }
}
