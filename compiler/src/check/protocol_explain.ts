// Takes a value that could not be erased or viewed as asked; reports which rule of ownership or conformance it breaks (reference 8.14, 8.15).
import { Ty, type TypeId } from '../types/types.ts';
import { reportNoImpl } from './conformance.ts';
import type { FnCtx } from './fn_ctx.ts';
import { concreteFor, isLvalue } from './protocol.ts';
import { type Val, VK } from './val.ts';

/** Reports when `v` → `to` is a failed erasure or view; false = something else is wrong. `argument`: `v` is a call argument. */
export function explainErasure(f: FnCtx, v: Val, to: TypeId, start: number, end: number, argument = false): boolean {
  const { types } = f.c;
  const target = types.kind[to] === Ty.optional ? types.a[to]! : to;
  if (v.k === VK.null_ || v.k === VK.ns || v.k === VK.head || v.k === VK.type) return false;
  if (types.kind[target] === Ty.protocol) return explainValue(f, v, target, start, end);
  if (types.kind[target] === Ty.ptr && types.kind[types.a[target]!] === Ty.protocol)
    return explainView(f, v, types.a[target]!, start, end, argument);
  return false;
}

function explainValue(f: FnCtx, v: Val, proto: TypeId, start: number, end: number): boolean {
  const { types, sink } = f.c;
  const p = types.text(proto);
  if (v.k === VK.fn) {
    sink.error('COERCE-NONE', start, end, `cannot erase a value of type 'function' to protocol '${p}'`);
    return true;
  }
  const found = concreteFor(f, v.ty, proto);
  const view = v.ty === types.ptr(proto);
  if (found === null && !view) return explainNoImpl(f, v.ty, proto, start, end);
  const what = operandName(f, start, end);
  if (types.members(proto).identity) {
    sink
      .error(
        'IDENTITY-RVALUE',
        start,
        end,
        `cannot erase an rvalue to '#identity' protocol '${p}': there is no object to borrow`,
      )
      .help('bind the value to a variable first');
    return true;
  }
  const text =
    found?.pointer === true || view
      ? what === ''
        ? 'the operand is a pointer'
        : `'${what}' is a pointer`
      : what === ''
        ? 'the operand is an lvalue'
        : `'${what}' is an lvalue`;
  const spelled = what === '' ? 'e' : what;
  sink
    .error(
      'OWN-DEMAND',
      start,
      end,
      `'${p}' values own their storage: ${text}, so the erasure must say who owns the copy`,
    )
    .help(
      `write \`${spelled}.(${p})\` for an owned copy, \`${spelled}.(${p}, <alloc>)\` for one in another allocator, or borrow it through a \`*${p}\``,
    );
  return true;
}

function explainNoImpl(f: FnCtx, t: TypeId, proto: TypeId, start: number, end: number): boolean {
  const { types, sink } = f.c;
  const pointee = types.kind[t] === Ty.ptr ? types.a[t]! : t;
  switch (types.kind[pointee]) {
    case Ty.struct:
    case Ty.union:
    case Ty.enum_:
    case Ty.tagged:
    case Ty.int:
    case Ty.f32:
    case Ty.f64:
    case Ty.bool:
    case Ty.string:
    case Ty.usize:
    case Ty.isize:
      if (types.kind[pointee] === Ty.struct && types.info(pointee).anonymous) break;
      reportNoImpl(f.c, pointee, proto, start, end);
      return true;
    default:
      break;
  }
  sink.error(
    'COERCE-NONE',
    start,
    end,
    `cannot erase a value of type '${types.text(t)}' to protocol '${types.text(proto)}'`,
  );
  return true;
}

function explainView(f: FnCtx, v: Val, proto: TypeId, start: number, end: number, argument: boolean): boolean {
  const { types, sink } = f.c;
  const p = types.text(proto);
  if (types.kind[v.ty] === Ty.protocol && (v.ty !== proto || isLvalue(v))) {
    sink
      .error(
        'CTX-RECOVER',
        start,
        end,
        `cannot recover a '*${p}' from a protocol value: its target must be the concrete pointee type`,
      )
      .help(`the pointer inside a protocol value points at the concrete value: \`.(*C)\``);
    return true;
  }
  if (concreteFor(f, v.ty, proto) !== null || v.ty === proto) {
    const who = argument ? 'a value' : 'an rvalue';
    sink
      .error(
        'VIEW-RVALUE',
        start,
        end,
        `cannot view a '${types.text(v.ty)}' as '*${p}': ${who} has no durable storage to borrow`,
      )
      .help('bind the value to a variable first');
    return true;
  }
  const pointee = types.kind[v.ty] === Ty.ptr ? types.a[v.ty]! : v.ty;
  switch (types.kind[pointee]) {
    case Ty.struct:
    case Ty.union:
    case Ty.enum_:
    case Ty.tagged:
    case Ty.f32:
    case Ty.f64:
    case Ty.bool:
    case Ty.string:
      reportNoImpl(f.c, pointee, proto, start, end);
      return true;
    default:
      return false;
  }
}

/** Why `e.(P)` / `e.(P, a)` failed. `allocStart` 0 = no allocator was written. */
export function explainCast(
  f: FnCtx,
  v: Val,
  to: TypeId,
  allocator: Val | null,
  start: number,
  end: number,
  allocStart: number,
  allocEnd: number,
): void {
  const { types, sink } = f.c;
  const p = types.text(to);
  if (allocator !== null && types.members(to).identity) {
    sink.error(
      'OWN-DEMAND',
      allocStart,
      allocEnd,
      `'${p}' is '#identity': identity erasure is a borrow, it takes no allocator`,
    );
    return;
  }
  if (allocator !== null && !isLvalue(allocator)) {
    sink.error(
      'OWN-DEMAND',
      allocStart,
      allocEnd,
      `the second operand of \`.(${p}, …)\` must be an LVALUE naming an allocator`,
    );
    return;
  }
  const under = types.kind[v.ty] === Ty.ptr ? types.a[v.ty]! : v.ty;
  if (types.kind[under] === Ty.protocol && under !== to) {
    sink.error(
      'COERCE-NONE',
      start,
      end,
      `cannot promote a '${types.text(v.ty)}' to '${p}': promotion requires the same protocol`,
    );
    return;
  }
  if (allocator !== null && concreteFor(f, v.ty, to) !== null) {
    sink.error(
      'OWN-DEMAND',
      allocStart,
      allocEnd,
      `'${types.text(allocator.ty)}' is no allocator: the second operand must be an LVALUE naming an allocator`,
    );
    return;
  }
  if (!explainErasure(f, v, to, start, end))
    sink.error('COERCE-NONE', start, end, `cannot erase a value of type '${types.text(v.ty)}' to protocol '${p}'`);
}

/** The operand's text when it is a plain name, '' otherwise. */
function operandName(f: FnCtx, start: number, end: number): string {
  let text = f.c.sources.text(start, end).trim();
  if (text.startsWith('xx ')) text = text.slice(3).trim();
  return /^[A-Za-z_`][A-Za-z0-9_]*$/.test(text) ? text : '';
}
