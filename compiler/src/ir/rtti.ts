// Takes a type; gives its row of the run-time type table as plain data (emit prints it, the evaluator reads it).
import { Ty, type TypeId, type Types } from '../types/types.ts';
import { RttiCategory } from './op.ts';

export interface RttiMember {
  readonly name: string;
  readonly type: TypeId;
  readonly offset: number;
  readonly value: number | bigint;
}

/** The columns of RttiCol. Types that lack a column read 0, '' or type 0. */
export interface RttiRow {
  readonly size: number;
  readonly align: number;
  readonly category: RttiCategory;
  readonly isUnsigned: boolean;
  readonly isFlags: boolean;
  readonly name: string;
  readonly fieldCount: number;
  readonly variantCount: number;
  readonly lanes: number;
  readonly len: number;
  readonly child: TypeId;
  /** Bytes of the tag word of an enum, negative when signed; 0 for other types. */
  readonly tagWidth: number;
  /** Fields, elements or variants; for array, vector, slice and optional one row that answers the child. */
  readonly members: readonly RttiMember[];
}

const CATEGORY: readonly RttiCategory[] = categories();

function categories(): RttiCategory[] {
  const c: RttiCategory[] = new Array<RttiCategory>(Ty.protocol + 1).fill(RttiCategory.other);
  c[Ty.void] = RttiCategory.void;
  c[Ty.bool] = RttiCategory.bool;
  c[Ty.int] = c[Ty.usize] = c[Ty.isize] = RttiCategory.int;
  c[Ty.f32] = c[Ty.f64] = RttiCategory.float;
  c[Ty.string] = RttiCategory.string;
  c[Ty.cstring] = RttiCategory.cstring;
  c[Ty.any] = RttiCategory.any;
  c[Ty.type] = RttiCategory.type;
  c[Ty.ptr] = RttiCategory.pointer;
  c[Ty.manyptr] = RttiCategory.manyptr;
  c[Ty.slice] = RttiCategory.slice;
  c[Ty.array] = RttiCategory.array;
  c[Ty.optional] = RttiCategory.optional;
  c[Ty.vector] = RttiCategory.vector;
  c[Ty.fn] = RttiCategory.function;
  c[Ty.closure] = RttiCategory.closure;
  c[Ty.tuple] = RttiCategory.tuple;
  c[Ty.struct] = RttiCategory.struct;
  c[Ty.union] = RttiCategory.union;
  c[Ty.enum_] = RttiCategory.enum_;
  c[Ty.tagged] = RttiCategory.tagged;
  c[Ty.errset] = RttiCategory.error_set;
  c[Ty.protocol] = RttiCategory.protocol;
  return c;
}

export function rttiCategory(types: Types, id: TypeId): RttiCategory {
  return CATEGORY[types.kind[id]!]!;
}

function members(types: Types, id: TypeId): RttiMember[] {
  const kind = types.kind[id]!;
  switch (kind) {
    case Ty.struct:
      return types
        .info(id)
        .fields.map((f, i) => ({ name: f.name, type: f.type, offset: types.fieldOffset(id, i), value: 0 }));
    case Ty.union:
      return types.info(id).fields.map((f) => ({ name: f.name, type: f.type, offset: 0, value: 0 }));
    case Ty.tuple:
      return types.lists[id]!.map((t, i) => ({
        name: types.names[id]?.[i] ?? '',
        type: t,
        offset: types.tupleOffset(id, i),
        value: 0,
      }));
    case Ty.enum_:
    case Ty.tagged: {
      const n = types.info(id);
      const offset = kind === Ty.tagged ? n.payloadOffset : 0;
      return n.variants.map((v) => ({ name: v.name, type: v.payload, offset, value: v.value }));
    }
    case Ty.array:
    case Ty.vector:
    case Ty.slice:
    case Ty.optional:
      return [{ name: '', type: types.a[id]!, offset: 0, value: 0 }];
    default:
      return [];
  }
}

/** The row of `id`, whose nominal types must be complete. */
export function rttiRow(types: Types, id: TypeId): RttiRow {
  const kind = types.kind[id]!;
  const size = types.size(id); // also fixes field offsets and the payload offset
  const list = members(types, id);
  const isEnum = kind === Ty.enum_ || kind === Ty.tagged;
  const hasFields = kind === Ty.struct || kind === Ty.union || kind === Ty.tuple;
  const hasChild =
    kind === Ty.ptr ||
    kind === Ty.manyptr ||
    kind === Ty.slice ||
    kind === Ty.array ||
    kind === Ty.optional ||
    kind === Ty.vector;
  let tagWidth = 0;
  if (isEnum) {
    const backing = types.info(id).backing;
    tagWidth = kind === Ty.enum_ ? size : types.size(backing);
    if (types.isSigned(backing)) tagWidth = -tagWidth;
  }
  return {
    size,
    align: types.align(id),
    category: rttiCategory(types, id),
    isUnsigned: types.isInt(id) && !types.isSigned(id),
    isFlags: kind === Ty.enum_ && types.info(id).flags,
    name: types.text(id),
    fieldCount: hasFields ? list.length : 0,
    variantCount: isEnum ? list.length : 0,
    lanes: kind === Ty.vector ? types.b[id]! : 0,
    len: kind === Ty.vector || kind === Ty.array ? types.b[id]! : 0,
    child: hasChild ? types.a[id]! : 0,
    tagWidth,
    members: list,
  };
}
