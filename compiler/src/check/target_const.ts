// OS, ARCH, POINTER_SIZE and SANITIZER as values; their enums come from modules/std/target.sx when it is in the program.
import type { NameId } from '../base/ids.ts';
import { ARCH_NAMES, OS_NAMES, SANITIZER_NAMES } from '../resolve/target.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { declVal } from './decls.ts';
import { question } from './question.ts';
import { constVal, type Val, VK } from './val.ts';

const cache = new WeakMap<Checker, Map<NameId, Val>>();

export function targetConstant(c: Checker, name: NameId): Val | null {
  const { known } = c;
  if (name !== known.OS && name !== known.ARCH && name !== known.POINTER_SIZE && name !== known.SANITIZER) return null;
  let table = cache.get(c);
  if (table === undefined) {
    const { target } = c.options;
    table = new Map();
    table.set(known.OS, constVal(enumType(c, 'OperatingSystem', OS_NAMES), OS_NAMES.indexOf(target.os)));
    table.set(known.ARCH, constVal(enumType(c, 'Architecture', ARCH_NAMES), ARCH_NAMES.indexOf(target.arch)));
    table.set(known.POINTER_SIZE, constVal(c.types.i64, target.pointerSize));
    table.set(known.SANITIZER, constVal(enumType(c, 'Sanitizer', SANITIZER_NAMES), SANITIZER_NAMES.indexOf(target.sanitizer)));
    cache.set(c, table);
  }
  return table.get(name)!;
}

/** The library's enum when it is loaded, else one of the same shape. */
function enumType(c: Checker, name: string, variants: readonly string[]): TypeId {
  const id = c.names.intern(name);
  const decls = question(c, null, `target:${name}`, (p) => p.files.filter((file) => file.path.endsWith('std/target.sx') && file.decls.has(id)).map((file) => file.decls.get(id)!));
  for (const d of decls) {
    const v = declVal(c, d);
    if (v.k === VK.type) return v.cv as TypeId;
  }
  const t = c.types.nominal(Ty.enum_, name);
  const n = c.types.info(t);
  n.variants = variants.map((v, i) => ({ name: v, payload: c.types.void, value: i }));
  n.complete = true;
  return t;
}
