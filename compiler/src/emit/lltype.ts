// Takes IR register types; gives their LLVM spellings, as tables indexed by IrTy.
import { IR_F32, IR_F64, IR_PTR, IR_VOID, irIsSigned, irSize, irWidth, type IrTy } from '../types/ir_type.ts';
import { type Frag, fixed } from './text.ts';

const COUNT = 257;

/** LLVM type of a register: `void ptr float double i1..i64`. */
export const REG_TY: readonly string[] = fill((t) =>
  t === IR_VOID ? 'void' : t === IR_PTR ? 'ptr' : t === IR_F32 ? 'float' : t === IR_F64 ? 'double' : 'i' + irWidth(t),
);

/** LLVM type of the same value in memory: integers widened to 1, 2, 4 or 8 bytes. */
export const MEM_TY: readonly string[] = fill((t) => (t > 64 ? 'i' + irSize(t) * 8 : REG_TY[t]!));

/** Whether memory holds a wider integer than the register (bool and odd widths). */
export const ODD: Uint8Array = Uint8Array.from({ length: COUNT }, (_, t) =>
  t > 64 && irWidth(t) !== irSize(t) * 8 ? 1 : 0,
);

/** The instruction that widens an odd integer to its memory form. */
export const EXT_OP: readonly string[] = fill((t) => (irIsSigned(t) ? 'sext ' : 'zext '));

/** The same spellings as they are written: with a space behind. */
export const REG_FRAG: Int32Array = spell(REG_TY);
export const MEM_FRAG: Int32Array = spell(MEM_TY);
export const EXT_FRAG: Int32Array = Int32Array.from(EXT_OP, fixed);

function spell(types: readonly string[]): Int32Array {
  const known = new Map<string, Frag>();
  const out = new Int32Array(COUNT);
  for (let t = 0; t < COUNT; t++) {
    const text = types[t]!;
    let frag = known.get(text);
    if (frag === undefined) known.set(text, (frag = fixed(`${text} `)));
    out[t] = frag;
  }
  return out;
}

function fill(f: (t: IrTy) => string): string[] {
  const out: string[] = [];
  for (let t = 0; t < COUNT; t++) out.push(f(t));
  return out;
}
