// Finds the declarations of the library that the compiler knows by name (reference 18 §1.8).
import { DeclKind, type ModDecl } from '../resolve/module.ts';
import type { TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { declVal } from './decls.ts';
import { question } from './question.ts';
import { type Val, VK } from './val.ts';

/** The declaration `name` of the file whose path ends in `home`; any file's when that one has none. */
export function libraryDecl(c: Checker, name: string, home: string): ModDecl | null {
  return question(c, null, `${home}:${name}`, (p) => {
    const id = c.names.find(name);
    if (id === 0) return null;
    let other: ModDecl | null = null;
    for (const file of p.files) {
      const d = file.decls.get(id);
      if (d === undefined || d.kind === DeclKind.namespace) continue;
      if (file.path.endsWith(home)) return d;
      other ??= d;
    }
    return other;
  });
}

export function libraryVal(c: Checker, name: string, home: string): Val | null {
  const d = libraryDecl(c, name, home);
  return d === null ? null : declVal(c, d);
}

/** A library type by name, 0 when the program does not have it. */
export function libraryType(c: Checker, name: string, home: string): TypeId {
  const v = libraryVal(c, name, home);
  return v !== null && v.k === VK.type ? (v.cv as number) : 0;
}
