// Takes a place in a file; gives the declaration that is meant there, and every place where a declaration is named.
import type { Pos } from '../base/ids.ts';
import type { Analysis } from '../driver/analyze.ts';
import { Node } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';
import type { ModFile } from '../resolve/module.ts';
import { targetByScope } from './by_scope.ts';
import { type Declaration, declarationAt, namesOf, type Occurrence, useAt } from './declarations.ts';

/** A file of an analysis, as requests speak of it. */
export interface Site {
  readonly analysis: Analysis;
  readonly file: ModFile;
  readonly path: string;
}

export interface Named {
  /** Where the name is written at the place asked for. */
  readonly tree: Tree;
  readonly at: number;
  /** null where the name is a use that the checker knows no declaration of. */
  readonly declaration: Declaration | null;
  /** null at the declaration itself. */
  readonly use: Occurrence | null;
}

/** The name at an offset. */
export function nameAt(site: Site, offset: number): Named | null {
  const { tree } = site.file;
  const use = useAt(tree, offset);
  if (use !== null) return { tree, at: use.at, use, declaration: declarationOf(site.analysis, targetOf(site.analysis, tree, use)) };
  const declaration = declarationAt(tree, offset);
  return declaration === null ? null : { tree, at: declaration.at, use: null, declaration };
}

/** Where what is used is declared; 0 = not known. */
export function targetOf(a: Analysis, tree: Tree, use: Occurrence): Pos {
  const known = a.semantics.of(tree).target[use.node];
  if (known !== 0) return known;
  return tree.kindOf(use.node) === Node.ErrorTag ? errorTagPlace(a, tree, use) : targetByScope(a, tree, use);
}

/** A tag's name is its identity: the first set that has it, of this file if possible. */
function errorTagPlace(a: Analysis, tree: Tree, use: Occurrence): Pos {
  const files = a.program?.files.map((f) => f.tree) ?? [];
  for (const t of [tree, ...files]) {
    for (const d of namesOf(t).declarations.values()) {
      if (d.as === 'enumMember' && d.name === use.name && t.kindOf(d.node) === Node.Name) return t.posOf(d.at);
    }
  }
  return 0;
}

export function declarationOf(a: Analysis, at: Pos): Declaration | null {
  if (at === 0) return null;
  const file = a.session.sources.fileOf(at);
  const tree = a.program?.files.find((f) => f.tree.file === file)?.tree;
  return tree === undefined ? null : (namesOf(tree).declarations.get(at - file.base) ?? null);
}

/** What an alias (`name :: other.name;`) stands for in the end. */
export function throughAliases(a: Analysis, d: Declaration): Declaration {
  let now = d;
  for (let hops = 0; now.as === 'alias' && hops < 16; hops++) {
    const value = now.tree.b[now.node];
    const next = declarationOf(a, a.semantics.of(now.tree).target[value]);
    if (next === null || next === now) break;
    now = next;
  }
  return now;
}

export interface Place {
  readonly tree: Tree;
  readonly at: number;
}

/** All places of the program where `d` is named, its declaration first. */
export function placesOf(a: Analysis, d: Declaration): Place[] {
  const out: Place[] = [{ tree: d.tree, at: d.at }];
  const pos = d.tree.posOf(d.at);
  for (const { tree } of a.program?.files ?? []) {
    for (const use of namesOf(tree).uses) if (use.name === d.name && targetOf(a, tree, use) === pos) out.push({ tree, at: use.at });
  }
  return out;
}
