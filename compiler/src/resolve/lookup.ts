// Takes a file and a bare name; gives the declaration that the visibility rules of reference 13.3 select.
import type { NameId } from '../base/ids.ts';
import { DeclKind, type ModDecl, type ModFile, type Unit } from './module.ts';

/** What a lookup is for: kinds are separate for visibility (a visible function does not make an invisible type visible). */
export type DeclFilter = (d: ModDecl) => boolean;

export interface Lookup {
  readonly decl: ModDecl | null;
  /** Two or more distinct visible authors. */
  readonly ambiguous: readonly ModDecl[] | null;
}

const NONE: Lookup = { decl: null, ambiguous: null };

/** Own declaration, else the one author among direct flat imports (namespace aliases carried one level). */
export function lookupName(file: ModFile, name: NameId, filter: DeclFilter | null, same: (a: ModDecl, b: ModDecl) => boolean): Lookup {
  const own = file.decls.get(name);
  if (own !== undefined && (filter === null || filter(own))) return { decl: own, ambiguous: null };
  let found: ModDecl | null = null;
  let all: ModDecl[] | null = null;
  for (const unit of file.flat) {
    for (const f of unit.files) {
      if (f === file) continue;
      const d = f.decls.get(name);
      if (d === undefined || d.private || d === found || (filter !== null && !filter(d))) continue;
      if (found === null) found = d;
      else if (!same(found, d)) {
        all ??= [found];
        if (!all.includes(d)) all.push(d);
      }
    }
  }
  if (all !== null) return { decl: null, ambiguous: all };
  return found === null ? NONE : { decl: found, ambiguous: null };
}

/** Members of a namespace: authored in its files, plus namespace aliases of files these import flat (reference 13.5). */
export function lookupMember(unit: Unit, name: NameId): ModDecl | null {
  for (const f of unit.files) {
    const d = f.decls.get(name);
    if (d !== undefined && !d.private) return d;
  }
  for (const f of unit.files) {
    for (const u of f.flat) {
      for (const g of u.files) {
        const d = g.decls.get(name);
        if (d !== undefined && !d.private && d.kind === DeclKind.namespace) return d;
      }
    }
  }
  return null;
}

/** Any file-level declaration of the program with this name: for "exists but is not visible" messages and ufcs. */
export function declsAnywhere(files: readonly ModFile[], name: NameId): ModDecl[] {
  const out: ModDecl[] = [];
  for (const f of files) {
    const d = f.decls.get(name);
    if (d !== undefined) out.push(d);
  }
  return out;
}
