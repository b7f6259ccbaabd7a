// Takes a signature; gives how each parameter and the result travel in LLVM terms (sx convention here, C per architecture).
import { type AbiSlot, Abi, type Sig } from '../ir/module.ts';
import type { Types } from '../types/types.ts';
import { classifyC as classifyAarch64 } from './aarch64/abi.ts';
import { REG_TY } from './lltype.ts';
import {
  type Lowering,
  type LoweredSig,
  NONE,
  Pass,
  intPiece,
  memoryLowering,
  piecesLowering,
  pointerLowering,
  scalarLowering,
  scratchSize,
} from './lowering.ts';
import { classifyC as classifyX8664 } from './x86_64/abi.ts';

export type Arch = 'x86_64' | 'aarch64';

/** Scalars of the sx convention, by IrTy. */
const SCALARS: readonly Lowering[] = REG_TY.map(scalarLowering);

function sxSlot(slot: AbiSlot): Lowering {
  if (!slot.mem) return SCALARS[slot.ty]!;
  if (slot.size === 0) return NONE;
  if (slot.size <= 8) return piecesLowering([intPiece(slot.size, 0)], slot.size, slot.align);
  if (slot.size <= 16) return piecesLowering([intPiece(slot.size, 0), intPiece(slot.size, 8)], slot.size, slot.align);
  return pointerLowering(slot, 0);
}

/** Aggregates over two words go to memory that the caller names. */
function sxResult(slot: AbiSlot | null): Lowering {
  if (slot === null || (!slot.mem && slot.ty === 0)) return NONE;
  return slot.mem && slot.size > 16 ? memoryLowering('ptr', slot) : sxSlot(slot);
}

/** Lowers `sig` for `arch`. Pure: cache by signature id. */
export function lowerSig(sig: Sig, types: Types, arch: Arch): LoweredSig {
  let params: readonly Lowering[];
  let result: Lowering;
  if (sig.abi === Abi.sx) {
    params = sig.params.map(sxSlot);
    result = sxResult(sig.result);
  } else {
    ({ params, result } = arch === 'x86_64' ? classifyX8664(sig, types) : classifyAarch64(sig, types));
  }
  const resultTy = resultType(result);
  const attrs = result.pass === Pass.scalar ? result.text.split(' ') : [];
  let scratch = 0;
  for (const p of params) scratch += scratchSize(p);
  return {
    params,
    result,
    resultTy,
    resultText: attrs.length === 2 ? `${attrs[1]} ${attrs[0]}` : resultTy,
    variadicTy: sig.variadic ? variadicType(params.slice(0, sig.fixed), result) : '',
    scratch: Math.max(scratch, scratchSize(result)),
  };
}

function resultType(l: Lowering): string {
  switch (l.pass) {
    case Pass.scalar:
      return l.text.split(' ')[0]!;
    case Pass.pieces:
      return l.pieces.length === 1 ? l.pieces[0]!.ty : `{ ${l.pieces.map((p) => p.ty).join(', ')} }`;
    default:
      return 'void';
  }
}

function variadicType(params: readonly Lowering[], result: Lowering): string {
  const out: string[] = [];
  if (result.pass === Pass.memory) out.push('ptr');
  for (const p of params) {
    if (p.pass === Pass.pieces) for (const piece of p.pieces) out.push(piece.ty);
    else if (p.pass === Pass.scalar) out.push(p.text.split(' ')[0]!);
    else if (p.pass !== Pass.none) out.push('ptr');
  }
  out.push('...');
  return `(${out.join(', ')})`;
}
