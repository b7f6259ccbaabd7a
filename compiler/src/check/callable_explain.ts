// Takes a callable that does not fit its slot; reports which rule of reference 8.7 it breaks.
import { FN_C, Ty, type TypeId } from '../types/types.ts';
import type { FnCtx } from './fn_ctx.ts';
import { fnValueType } from './fn_value_type.ts';
import { type Val, VK } from './val.ts';

/** false = no rule about callables is broken. */
export function explainCallable(f: FnCtx, v: Val, to: TypeId, start: number, end: number): boolean {
  const { types, sink } = f.c;
  const target = types.kind[to] === Ty.optional ? types.a[to]! : to;
  const want = types.kind[target]!;
  if (want !== Ty.fn && want !== Ty.closure) return false;
  if (v.k === VK.fn && v.fn !== null && v.fn.generic && v.inst === null) {
    sink.error('COERCE-NONE', start, end, `generic function '${v.fn.display}' does not fit '${types.text(target)}'`);
    return true;
  }
  const own = v.k === VK.fn ? fnValueType(f, v) : v.ty;
  const have = types.kind[own]!;
  if (have !== Ty.fn && have !== Ty.closure) return false;
  if (want === Ty.fn && have === Ty.closure) {
    sink
      .error(
        'COERCE-NONE',
        start,
        end,
        `a closure value cannot be passed as a bare function-pointer '${types.text(target)}': it carries an environment`,
      )
      .help(`declare the slot as \`Closure(…)\``);
    return true;
  }
  if (want === Ty.fn && (types.b[own]! & FN_C) !== (types.b[target]! & FN_C)) {
    const c = (types.b[own]! & FN_C) !== 0;
    const who = v.k === VK.fn && v.fn !== null ? `function '${v.fn.display}'` : 'the function';
    sink
      .error(
        'CONV-MISMATCH',
        start,
        end,
        `calling convention mismatch: ${who} has the ${c ? 'C' : 'sx'} convention, '${types.text(target)}' expects the ${c ? 'sx' : 'C'} convention`,
      )
      .help(c ? "write `abi(.c)` in the slot's type" : 'declare the function with `abi(.c)`');
    return true;
  }
  if (types.isFailable(types.a[own]!) && !types.isFailable(types.a[target]!)) {
    sink
      .error(
        'ERR-CHANNEL',
        start,
        end,
        `failable closure cannot be assigned to a non-failable function-type slot '${types.text(target)}'`,
      )
      .help('handle the error inside, or give the slot an error channel');
    return true;
  }
  return false;
}
