// Takes a name; gives the builtin type it spells, or 0.
import type { NameId } from '../base/ids.ts';
import type { TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';

const tables = new WeakMap<Checker, Map<NameId, TypeId>>();

/** i1..i64, u1..u64, bool, string, cstring, void, any, usize, isize, f32, f64, Type, noreturn. */
export function primitiveType(c: Checker, name: NameId): TypeId {
  let table = tables.get(c);
  if (table === undefined) {
    const { types, names } = c;
    table = new Map();
    for (let w = 1; w <= 64; w++) {
      table.set(names.intern(`i${w}`), types.int(w, true));
      table.set(names.intern(`u${w}`), types.int(w, false));
    }
    const named: readonly (readonly [string, TypeId])[] = [
      ['bool', types.bool], ['string', types.string], ['cstring', types.cstring], ['void', types.void], ['any', types.any], ['usize', types.usize],
      ['isize', types.isize], ['f32', types.f32], ['f64', types.f64], ['Type', types.type], ['noreturn', types.noreturn],
    ];
    for (const [n, t] of named) table.set(names.intern(n), t);
    tables.set(c, table);
  }
  return table.get(name) ?? 0;
}
