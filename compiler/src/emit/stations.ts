// Takes a function body and one of its slots; gives whether the slot is a mere station of a result on its way to the caller.
import type { FnBody, Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { eachRef } from '../ir/refs.ts';

/**
 * Whether slot `i` of a block that ends at `end` only holds what is copied into it from other memory of the function, until the
 * very next instructions copy it to the result and return. Then it can be that other memory: nothing can come between, and no
 * other code looks at it.
 */
export function isStation(body: FnBody, i: Ref, end: number): boolean {
  const { op, a, b, c } = body;
  if (i + 4 !== end || op[i + 1] !== Op.copy || op[i + 2] !== Op.copy || op[i + 3] !== Op.ret) return false;
  if (a[i + 1] !== i || b[i + 2] !== i || c[i + 1] !== c[i + 2] || op[a[i + 2]!] !== Op.ret_slot) return false;
  // What the caller sees could be the memory of the result, or lie across it.
  const source = b[i + 1]!;
  if (source <= 0 || op[source] !== Op.slot) return false;
  let used = false;
  const look = (r: Ref): void => { used ||= r === i; };
  for (let k = 1; k < body.count && !used; k++) if (k < i || k >= end) eachRef(body, k, look);
  return !used;
}
