// Takes a program and the files of earlier ones; gives the program with the earlier files in place of those that are the same, with all
// that they import: what was found out about their declarations holds for it, too.
import type { ModDecl, ModFile, Program, Unit } from './module.ts';

export interface Reuse {
  /** The program with the earlier files in it; complete once `apply` was called. */
  readonly program: Program;
  /** The earlier files that are in it. */
  readonly files: ReadonlySet<ModFile>;
  /** Makes imports of the other files lead to the earlier files. */
  apply(): void;
}

/**
 * `known`: the last file of each path, of programs for the same target (and so with the same `inline if`) whose positions are those of the
 * same source map: files of one record there have the same bytes.
 */
export function planReuse(p: Program, known: ReadonlyMap<string, ModFile>): Reuse {
  const same = new Map<ModFile, ModFile>();
  for (const file of p.files) {
    const old = known.get(file.path);
    if (old !== undefined && old.tree.file === file.tree.file && old.isRoot === file.isRoot && file.cUnits.length === 0) same.set(file, old);
  }
  // Imports may go in circles: all are taken to be the same, until one is found that is not.
  for (let before = -1; before !== same.size;) {
    before = same.size;
    for (const [file, old] of same) if (!sameImports(file, old, same)) same.delete(file);
  }
  const fileOf = (f: ModFile): ModFile => same.get(f) ?? f;
  const declOf = (d: ModDecl): ModDecl => same.get(d.file)?.decls.get(d.name) ?? d;
  const program: Program = {
    root: fileOf(p.root), files: p.files.map(fileOf), decls: p.decls.map(declOf), outward: p.outward.map(declOf), byPath: new Map([...p.byPath].map(([path, f]) => [path, fileOf(f)])), broken: p.broken,
  };
  return { program, files: new Set(same.values()), apply: () => apply(p, same) };
}

function apply(p: Program, same: ReadonlyMap<ModFile, ModFile>): void {
  const units = new Map<string, Unit>();
  for (const old of same.values()) for (const u of unitsOf(old)) units.set(u.path, u);
  const instead = (u: Unit): Unit => {
    const old = units.get(u.path);
    if (old !== undefined) return old;
    u.files.forEach((f, i) => { u.files[i] = same.get(f) ?? f; });
    return u;
  };
  for (const file of p.files) {
    const old = same.get(file);
    if (old !== undefined) {
      old.flatFromRoot = file.flatFromRoot;
      continue;
    }
    file.flat.forEach((u, i) => { file.flat[i] = instead(u); });
    for (const d of file.decls.values()) if (d.unit !== null) d.unit = instead(d.unit);
  }
}

function unitsOf(file: ModFile): Unit[] {
  const out = [...file.flat];
  for (const d of file.decls.values()) if (d.unit !== null) out.push(d.unit);
  return out;
}

function sameImports(a: ModFile, b: ModFile, same: ReadonlyMap<ModFile, ModFile>): boolean {
  const x = unitsOf(a);
  const y = unitsOf(b);
  return x.length === y.length && x.every((u, i) => u.path === y[i]!.path && u.files.length === y[i]!.files.length && u.files.every((f, k) => same.get(f) === y[i]!.files[k]));
}
