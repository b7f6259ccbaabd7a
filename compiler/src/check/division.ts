// Integer `/` and `%` as IR: two registers of one type → the quotient or remainder, modular like all arithmetic (reference 2.3, 2.11).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { BinOp } from '../parse/node.ts';
import { type IrTy, irIsSigned } from '../types/ir_type.ts';
import { constantOf, zeroCheck } from './checks.ts';
import type { FnCtx } from './fn_ctx.ts';

export function isDivision(op: BinOp): boolean { return op === BinOp.div || op === BinOp.rem; }

/** `op` is `/` or `%`. Traps for a divisor of 0 in safe builds; min / -1 is min, which the processor's own division is not asked for. */
export function divide(f: FnCtx, node: NodeId, op: BinOp, reg: IrTy, a: Ref, b: Ref): Ref {
  zeroCheck(f, node, reg, b, op === BinOp.div ? 'division' : 'remainder');
  const signed = irIsSigned(reg);
  const by = constantOf(f, b);
  if (!signed || (by !== null && by !== -1)) {
    if (op === BinOp.div) return f.b.bin(signed ? Op.sdiv : Op.udiv, reg, a, b);
    return f.b.bin(signed ? Op.srem : Op.urem, reg, a, b);
  }
  const zero = f.c.module.int(reg, 0);
  if (by === -1) return op === BinOp.div ? f.b.bin(Op.sub, reg, zero, a) : zero;
  // Division by 1 has the remainder of division by -1, and the negated quotient.
  const negates = f.b.cmp(Op.eq, b, f.c.module.int(reg, -1));
  const safe = f.b.select(reg, negates, f.c.module.int(reg, 1), b);
  if (op === BinOp.rem) return f.b.bin(Op.srem, reg, a, safe);
  return f.b.select(reg, negates, f.b.bin(Op.sub, reg, zero, a), f.b.bin(Op.sdiv, reg, a, safe));
}
