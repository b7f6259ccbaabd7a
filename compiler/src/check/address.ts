// Takes prefix `*e`; gives the address of a place, the code of a function, or the pointer type (reference 2.4).
import type { NodeId } from '../base/ids.ts';
import type { TypeId } from '../types/types.ts';
import { expr } from './expr.ts';
import { toReg } from './value.ts';
import type { FnCtx } from './fn_ctx.ts';
import { fnValueType } from './fn_value_type.ts';
import { errorAt } from './report.ts';
import { asType } from './type_expr.ts';
import { Capture, regVal, type Val, VK } from './val.ts';
import { poison, toMem } from './value.ts';
import { Ty } from '../types/types.ts';
import { Node } from '../parse/node.ts';

export function addressOfExpr(f: FnCtx, node: NodeId, want: TypeId): Val {
  const { types } = f.c;
  const operand = f.tree.a[node]!;
  const inner = want !== 0 && types.kind[want] === Ty.ptr && isLiteral(f, operand) ? types.a[want]! : 0;
  const v = expr(f, operand, inner, 0);
  if (v.k === VK.poison) return v;
  const t = asType(f, v);
  if (t !== 0) return f.c.typeVal(types.ptr(t));
  if (v.k === VK.fn) {
    const ft = fnValueType(f, v);
    return regVal(ft, toReg(f, v));
  }
  if (v.k === VK.const_ || (v.k === VK.mem && v.capture === Capture.constant && types.isScalar(v.ty))) {
    if (f.tree.kindOf(operand) === Node.Ident || f.tree.kindOf(operand) === Node.Member) {
      errorAt(f, 'ADDR-CONST', node, `cannot take the address of constant '${f.tree.text(operand)}'`);
      return poison(f);
    }
  }
  if (v.k === VK.pack) {
    errorAt(f, 'PACK-VALUE', node, `pack '${f.c.text(v.captureName)}' has no runtime value`);
    return poison(f);
  }
  const out = regVal(types.ptr(v.ty), toMem(f, v));
  // The context is read-only by name, however its place is spelled; a pointer that is kept is a pointer.
  if (v.capture === Capture.context) out.capture = v.capture;
  return out;
}

function isLiteral(f: FnCtx, n: NodeId): boolean {
  const k = f.tree.kindOf(n);
  return k === Node.StructLit || k === Node.ArrayLit;
}
