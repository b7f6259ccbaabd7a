// Takes a language type; gives the scalar leaves of its memory (offset, size, class), for the C ABIs.
import { IR_F32, IR_F64, IR_VOID } from '../types/ir_type.ts';
import { Ty, type TypeId, type Types } from '../types/types.ts';

export const enum LeafKind {
  int,
  f32,
  f64,
  vector,
}

export interface Leaf {
  readonly offset: number;
  readonly size: number;
  readonly kind: LeafKind;
}

/** Leaves of `type` in order of declaration. Overlapping leaves (unions, tagged payloads) are all listed. */
export function leavesOf(types: Types, type: TypeId): Leaf[] {
  const out: Leaf[] = [];
  walk(types, type, 0, out);
  return out;
}

/** Types above this many bytes are in no register class: callers only need a sample of their leaves. */
const LARGE = 64;
const SAMPLE = 64;

function walk(types: Types, id: TypeId, base: number, out: Leaf[]): void {
  if (types.size(id) === 0 || (types.size(id) > LARGE && out.length > SAMPLE)) return;
  const reg = types.reg(id);
  if (reg !== IR_VOID) {
    out.push({
      offset: base,
      size: types.size(id),
      kind: reg === IR_F32 ? LeafKind.f32 : reg === IR_F64 ? LeafKind.f64 : LeafKind.int,
    });
    return;
  }
  const kind = types.kind[id]!;
  const a = types.a[id]!;
  switch (kind) {
    case Ty.array: {
      const step = types.size(a);
      for (let i = 0; i < types.b[id]! && i <= SAMPLE; i++) walk(types, a, base + i * step, out);
      return;
    }
    case Ty.vector:
      out.push({ offset: base, size: types.size(id), kind: LeafKind.vector });
      return;
    case Ty.optional:
      walk(types, a, base, out);
      if (!types.isPointerLike(a)) out.push({ offset: base + types.size(a), size: 1, kind: LeafKind.int });
      return;
    case Ty.tuple:
      for (const [i, t] of types.lists[id]!.entries()) walk(types, t, base + types.tupleOffset(id, i), out);
      return;
    case Ty.struct:
    case Ty.union:
      for (const [i, f] of types.info(id).fields.entries()) walk(types, f.type, base + types.fieldOffset(id, i), out);
      return;
    case Ty.tagged: {
      const n = types.info(id);
      if (n.layoutStruct !== 0) {
        walk(types, n.layoutStruct, base, out);
        return;
      }
      walk(types, n.backing, base, out);
      for (const v of n.variants) walk(types, v.payload, base + n.payloadOffset, out);
      return;
    }
    default:
      words(base, types.size(id), out);
  }
}

/** string, slice, any, closure, protocol: machine words. */
function words(base: number, size: number, out: Leaf[]): void {
  for (let o = 0; o < size; o += 8) out.push({ offset: base + o, size: Math.min(8, size - o), kind: LeafKind.int });
}
