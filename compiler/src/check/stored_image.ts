// Takes a thunk that has been written; gives the bytes of its result when all it does is to store numbers there one after the other.
// Tables of numbers are the largest data that programs hold: running such a thunk would only copy them through the evaluator's memory.
import { ConstKind } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_BOOL, IR_F32, IR_F64, type IrTy, irIsInt, irSize, irWidth } from '../types/ir_type.ts';
import type { Checker } from './checker.ts';
import type { Thunk } from './comptime_eval.ts';

const word = new DataView(new ArrayBuffer(8));
const wordBytes = new Uint8Array(word.buffer);

/** null: something else happens too, or the stores do not fill `size` bytes in order; the thunk has to be run. */
export function storedImage(c: Checker, t: Thunk, size: number): Uint8Array | null {
  const { b } = t.f;
  if (!b.live) return null;
  const { op, a, count } = b;
  const bytes = new Uint8Array(size);
  /** Where the address computed last points, and the instruction that computed it. */
  let place = t.out;
  let offset = 0;
  let filled = 0;
  for (let i = 1; i < count; i++) {
    if (op[i] === Op.param) continue;
    if (op[i] === Op.field && a[i] === t.out) {
      place = i;
      offset = b.c[i]!;
      continue;
    }
    const ref = b.b[i]!;
    const at = a[i] === place ? offset : a[i] === t.out ? 0 : -1;
    if (op[i] !== Op.store || b.c[i] !== 0 || at !== filled || ref >= 0) return null;
    const value = c.module.consts[~ref]!;
    const n = fillWord(value.kind, value.ty, value.value);
    if (n === 0 || at + n > size) return null;
    for (let k = 0; k < n; k++) bytes[at + k] = wordBytes[k]!;
    filled += n;
  }
  return filled === size ? bytes : null;
}

/** Writes a number as memory holds it to `word`; gives its size, 0 for what is no number or no whole bytes. */
function fillWord(kind: ConstKind, ty: IrTy, value: number | bigint): number {
  if (kind === ConstKind.float) {
    if (ty === IR_F32) word.setFloat32(0, Number(value), true);
    else if (ty === IR_F64) word.setFloat64(0, Number(value), true);
    else return 0;
    return ty === IR_F32 ? 4 : 8;
  }
  const size = irSize(ty);
  if (kind !== ConstKind.int || (ty !== IR_BOOL && (!irIsInt(ty) || irWidth(ty) !== size * 8))) return 0;
  if (typeof value === 'bigint') word.setBigInt64(0, BigInt.asIntN(64, value), true);
  else {
    word.setInt32(0, value | 0, true);
    word.setInt32(4, Math.floor(value / 0x100000000), true);
  }
  return size;
}
