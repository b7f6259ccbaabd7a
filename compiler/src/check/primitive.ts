// Takes a name; gives the builtin type it spells, or 0.
import type { NameId } from '../base/ids.ts';
import type { TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';

/** i1..i64, u1..u64, bool, string, cstring, void, any, usize, isize, f32, f64, Type, noreturn. */
export function primitiveType(c: Checker, name: NameId): TypeId {
  const table = c.primitives ??= primitiveTypes(c);
  return name < table.length ? table[name]! : 0;
}

/** By name, up to the last of them. */
function primitiveTypes(c: Checker): Int32Array {
  const { types, names } = c;
  const found = new Map<NameId, TypeId>();
  for (let w = 1; w <= 64; w++) {
    found.set(names.intern(`i${w}`), types.int(w, true));
    found.set(names.intern(`u${w}`), types.int(w, false));
  }
  const named: readonly (readonly [string, TypeId])[] = [
    ['bool', types.bool], ['string', types.string], ['cstring', types.cstring], ['void', types.void], ['any', types.any], ['usize', types.usize],
    ['isize', types.isize], ['f32', types.f32], ['f64', types.f64], ['Type', types.type], ['noreturn', types.noreturn],
  ];
  for (const [n, t] of named) found.set(names.intern(n), t);
  const table = new Int32Array(Math.max(...found.keys()) + 1);
  for (const [n, t] of found) table[n] = t;
  return table;
}
