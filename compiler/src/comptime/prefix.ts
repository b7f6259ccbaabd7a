// Takes a function with a result of up to two words and another signature; gives a function of that signature, whose result is the
// first word (reference 2.7: a call through a pointer to a shorter result).
import { Builder } from '../ir/builder.ts';
import { Linkage, type FnId, type Module, type Sig } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_PTR, IR_VOID } from '../types/ir_type.ts';
import { sigKey } from './layout.ts';

/** The function, new in the module; null when the parameters differ or the result is no prefix. */
export function prefixFn(module: Module, target: FnId, as: Sig): FnId | null {
  const fn = module.fns[target]!;
  const own = module.sigs[fn.sig]!;
  const { result } = own;
  if (result === null || !result.mem || as.result?.mem || sigKey({ ...own, result: null }) !== sigKey({ ...as, result: null })) return null;
  if (as.result !== null && as.result.size > result.size) return null;
  const b = new Builder(module);
  const args = as.params.map((p, k) => b.inst(Op.param, p.mem ? IR_PTR : p.ty, k, 0, 0));
  const place = b.slot(result.size, result.align);
  b.call(target, IR_VOID, args, place);
  b.ret(as.result === null ? 0 : b.load(as.result.ty, place));
  const made = module.addFn(`${fn.symbol}.prefix`, fn.display, as.id, Linkage.internal, fn.pos);
  made.comptimeOnly = true;
  made.body = b.finish();
  return made.id;
}
