// Takes a C signature; gives its System V x86-64 lowering (psABI 1.0, 3.2.3: eightbyte classes, register exhaustion).
import type { AbiSlot, Sig } from '../../ir/module.ts';
import { IR_F32, IR_F64 } from '../../types/ir_type.ts';
import type { Types } from '../../types/types.ts';
import { cScalar, intPiece, type Lowering, memoryLowering, NONE, type Piece, piecesLowering } from '../lowering.ts';
import { type Leaf, LeafKind, leavesOf } from '../leaves.ts';

const GPRS = 6;
const SSES = 8;

/** Classes of the (at most two) eightbytes; null = MEMORY. */
function classify(slot: AbiSlot, types: Types): readonly Piece[] | null {
  if (slot.size > 16) return null;
  const leaves = leavesOf(types, slot.type);
  if (leaves.length === 1 && leaves[0]!.kind === LeafKind.vector && leaves[0]!.size === 16)
    return [{ ty: '<2 x double>', offset: 0 }];
  for (const l of leaves) {
    // Unaligned leaves and leaves over an eightbyte border (16-byte vectors beside other data) go to memory.
    if (l.kind === LeafKind.vector ? l.size > 8 : l.offset % l.size !== 0) return null;
  }
  const out: Piece[] = [];
  for (let at = 0; at < slot.size; at += 8) out.push(eightbyte(leaves, at, slot.size));
  return out;
}

function eightbyte(leaves: readonly Leaf[], at: number, size: number): Piece {
  let floats = 0;
  let low = false;
  let high = false;
  let wide = false;
  for (const l of leaves) {
    if (l.offset + l.size <= at || l.offset >= at + 8) continue;
    // Vectors below an eightbyte are integers to both C compilers.
    if (l.kind === LeafKind.int || (l.kind === LeafKind.vector && l.size < 8)) return intPiece(size, at);
    floats++;
    if (l.kind === LeafKind.f32) {
      if (l.offset === at) low = true;
      else high = true;
    } else {
      wide = true;
    }
  }
  // Padding alone (NO_CLASS) is passed as an integer would be: such an eightbyte cannot be the first.
  if (floats === 0) return { ty: 'double', offset: at };
  if (wide) return { ty: 'double', offset: at };
  if (low && high) return { ty: '<2 x float>', offset: at };
  return low && size - at < 8
    ? { ty: 'float', offset: at }
    : low
      ? { ty: size - at >= 8 ? 'double' : 'float', offset: at }
      : { ty: 'double', offset: at };
}

const isSse = (p: Piece): boolean => p.ty[0] !== 'i';

export function classifyC(sig: Sig, types: Types): { params: Lowering[]; result: Lowering } {
  let gpr = GPRS;
  let sse = SSES;
  let result: Lowering = NONE;
  const r = sig.result;
  if (r !== null && (r.mem ? r.size > 0 : r.ty !== 0)) {
    if (!r.mem) {
      result = cScalar(r);
    } else {
      const pieces = classify(r, types);
      if (pieces !== null) {
        result = piecesLowering(pieces, r.size, r.align);
      } else {
        gpr--;
        result = memoryLowering(`ptr sret([${r.size} x i8]) align ${r.align}`, r);
      }
    }
  }
  const params = sig.params.map((slot): Lowering => {
    if (!slot.mem) {
      if (slot.ty === IR_F32 || slot.ty === IR_F64) sse--;
      else gpr--;
      return cScalar(slot);
    }
    if (slot.size === 0) return NONE;
    const pieces = classify(slot, types);
    if (pieces !== null) {
      const s = pieces.filter(isSse).length;
      const g = pieces.length - s;
      if (g <= Math.max(gpr, 0) && s <= Math.max(sse, 0)) {
        gpr -= g;
        sse -= s;
        return piecesLowering(pieces, slot.size, slot.align);
      }
    }
    return memoryLowering(`ptr byval([${slot.size} x i8]) align ${Math.max(8, slot.align)}`, slot);
  });
  return { params, result };
}
