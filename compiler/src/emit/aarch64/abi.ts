// Takes a C signature; gives its AAPCS64 lowering (homogeneous float and vector aggregates, x-register pairs, by-reference copies).
import type { AbiSlot, Sig } from '../../ir/module.ts';
import type { Types } from '../../types/types.ts';
import { REG_TY } from '../lltype.ts';
import { cScalar, intPiece, type Lowering, memoryLowering, NONE, piecesLowering, pointerLowering, scalarLowering, scalarWidth } from '../lowering.ts';
import { LeafKind, leavesOf } from '../leaves.ts';

/** The array type of a homogeneous aggregate of one to four floats or short vectors, or ''. */
function homogeneous(slot: AbiSlot, types: Types): string {
  if (slot.size > 64) return '';
  const leaves = leavesOf(types, slot.type);
  const first = leaves[0];
  if (first === undefined || first.kind === LeafKind.int) return '';
  if (first.kind === LeafKind.vector && first.size !== 8 && first.size !== 16) return '';
  for (const l of leaves) if (l.kind !== first.kind || l.size !== first.size || l.offset % l.size !== 0) return '';
  const count = slot.size / first.size;
  if (count > 4 || !Number.isInteger(count)) return '';
  // Every element must be covered: a union of floats overlaps, padding disqualifies.
  const seen = new Set(leaves.map((l) => l.offset));
  if (seen.size !== count) return '';
  const elem =
    first.kind === LeafKind.f32 ? 'float' : first.kind === LeafKind.f64 || first.size === 8 ? 'double' : '<2 x i64>';
  return `[${count} x ${elem}]`;
}

/** An aggregate in registers, or null when it goes by memory. */
function inRegisters(slot: AbiSlot, types: Types): Lowering | null {
  const h = homogeneous(slot, types);
  if (h !== '') return piecesLowering([{ ty: h, offset: 0 }], slot.size, slot.align);
  if (slot.size > 16) return null;
  if (slot.align >= 16) return piecesLowering([{ ty: 'i128', offset: 0 }], slot.size, slot.align);
  if (slot.size <= 8) return piecesLowering([intPiece(slot.size, 0)], slot.size, slot.align);
  // An array keeps both words together: in registers or on the stack, never split.
  return piecesLowering([{ ty: '[2 x i64]', offset: 0 }], slot.size, slot.align, slot.size < 16 ? 16 : 0);
}

/** Who receives a small integer extends it: the bits above it are anything (a bool is 0 or 1 in its byte, which LLVM knows of i1). */
function scalar(slot: AbiSlot): Lowering {
  const width = scalarWidth(slot);
  return width === 1 || width === 8 || width === 16 ? scalarLowering(REG_TY[slot.ty]!) : cScalar(slot);
}

export function classifyC(sig: Sig, types: Types): { params: Lowering[]; result: Lowering } {
  let result: Lowering = NONE;
  const r = sig.result;
  if (r !== null && (r.mem ? r.size > 0 : r.ty !== 0)) {
    if (!r.mem) result = scalar(r);
    else {
      result = inRegisters(r, types) ?? memoryLowering(`ptr sret([${r.size} x i8]) align ${r.align}`, r);
    }
  }
  const params = sig.params.map((slot): Lowering => {
    if (!slot.mem) return scalar(slot);
    if (slot.size === 0) return NONE;
    return inRegisters(slot, types) ?? pointerLowering(slot, slot.size);
  });
  return { params, result };
}
