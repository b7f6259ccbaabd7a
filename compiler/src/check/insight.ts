// Notes where code takes a value for something else; tells of which types that may show numbers of this very process: addresses, tags of
// types and errors, and bytes that no value fills. What was met and evaluated before decides those, so what is computed from them at compile
// time holds for no other program.
import { Ty, type TypeId, type Types } from '../types/types.ts';
import type { FnCtx } from './fn_ctx.ts';

/** Code of `f` converts from `from` to `to`. */
export function noteInsight(f: FnCtx, from: TypeId, to: TypeId): void {
  const { types } = f.c;
  const kind = types.kind[from];
  if (kind === Ty.type) {
    if (types.isInt(to)) f.b.looksInto(from);
    return;
  }
  if (kind !== Ty.ptr && kind !== Ty.manyptr) return;
  const other = types.kind[to];
  if (other !== Ty.ptr && other !== Ty.manyptr) return;
  const a = types.a[from]!;
  const b = types.a[to]!;
  if (a === b || a === types.void) return;
  // What the library hands on as *void comes back as what it was.
  if (b !== types.void || !f.c.options.library.some((r) => f.file.path.startsWith(r))) f.b.looksInto(a);
}

/** Asked while code runs: every type that it uses is complete. */
export function holdsNumbers(types: Types, t: TypeId): boolean {
  switch (types.kind[t]) {
    case Ty.ptr: case Ty.manyptr: case Ty.fn: case Ty.cstring: case Ty.type: case Ty.errset: case Ty.any: case Ty.protocol: case Ty.closure: case Ty.slice: case Ty.string:
      return true;
    case Ty.optional: case Ty.union: case Ty.tagged: return true;
    case Ty.array: case Ty.vector: return holdsNumbers(types, types.a[t]!);
    case Ty.tuple: return someOf(types, t, types.lists[t]!);
    case Ty.struct: return someOf(types, t, types.members(t).fields.map((x) => x.type));
    default: return false;
  }
}

function someOf(types: Types, whole: TypeId, parts: readonly TypeId[]): boolean {
  const filled = parts.reduce((sum, x) => sum + types.size(x), 0);
  return filled < types.size(whole) || parts.some((x) => holdsNumbers(types, x));
}
