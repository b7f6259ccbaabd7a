// Takes a place in a file; gives where what stands there is declared, and where it is used.
import { resolve } from 'node:path';
import type { Location, WorkspaceEdit } from 'vscode-languageserver/node';
import { Node } from '../parse/node.ts';
import { stringValue } from '../parse/string_value.ts';
import type { Tree } from '../parse/tree.ts';
import { findImport } from '../resolve/load.ts';
import { namesOf } from './declarations.ts';
import type { Documents, LineIndexes } from './documents.ts';
import { type Named, nameAt, type Place, placesOf, type Site, targetOf, throughAliases } from './symbols.ts';

/** What navigation needs to turn a place into a location. */
export interface Places {
  readonly cwd: string;
  readonly documents: Documents;
  readonly lines: LineIndexes;
}

export function locationOf(x: Places, tree: Tree, from: number, to: number): Location {
  const path = resolve(x.cwd, tree.file.path);
  return { uri: x.documents.uriOf(path), range: x.lines.of(tree.file.bytes).range(from, to) };
}

const nameLocation = (x: Places, p: Place): Location => locationOf(x, p.tree, p.at, p.tree.nameEnd(p.at));

export function definition(x: Places, site: Site, offset: number): Location[] {
  const named = nameAt(site, offset);
  if (named === null) return importedAt(x, site, offset);
  if (named.declaration === null) return [];
  // At an alias itself, what it stands for is of more interest than where one is.
  return [nameLocation(x, throughAliases(site.analysis, named.declaration))];
}

/** In the string of an import: the beginning of the file, or of each file of the directory. */
function importedAt(x: Places, site: Site, offset: number): Location[] {
  const { tree } = site.file;
  for (let n = 1; n < tree.count; n++) {
    const string = tree.a[n];
    if (tree.kindOf(n) !== Node.Import || tree.start[string] > offset || tree.end[string] < offset) continue;
    const { host, options } = site.analysis.session;
    const found = findImport({ vfs: host.vfs, stdlibRoots: options.stdlibRoots }, site.file.path, new TextDecoder().decode(stringValue(tree, string)));
    if (found === null) return [];
    const paths = found.dir ? host.vfs.listDir(found.path).filter((f) => f.endsWith('.sx')).map((f) => `${found.path}/${f}`) : [found.path];
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    return paths.map((p) => ({ uri: x.documents.uriOf(resolve(x.cwd, p)), range }));
  }
  return [];
}

export function highlights(x: Places, site: Site, offset: number): Location[] {
  const d = nameAt(site, offset)?.declaration ?? null;
  return d === null ? [] : placesOf(site.analysis, d).filter((p) => p.tree === site.file.tree).map((p) => nameLocation(x, p));
}

/** The same place in several programs: a file may be part of more than one. */
export function references(x: Places, sites: readonly Site[], offset: number, withDeclaration: boolean): Location[] {
  const out = new Map<string, Location>();
  for (const site of sites) {
    const d = nameAt(site, offset)?.declaration ?? null;
    if (d === null) continue;
    for (const p of placesOf(site.analysis, d).slice(withDeclaration ? 0 : 1)) {
      const l = nameLocation(x, p);
      out.set(JSON.stringify(l), l);
    }
  }
  return [...out.values()];
}

/** The range and text of the name that would be renamed, or why it cannot be. */
export function renameTarget(x: Places, site: Site, offset: number, isOurs: (path: string) => boolean): { readonly location: Location; readonly text: string } | string {
  const named = nameAt(site, offset);
  if (named === null) return 'there is no name here';
  const d = named.declaration;
  if (d === null) return 'the compiler does not know where this name is declared';
  if (!isOurs(resolve(x.cwd, d.tree.file.path))) return `it is declared in ${d.tree.file.path}, which is not part of the workspace`;
  return { location: locationOf(x, named.tree, named.at, named.tree.nameEnd(named.at)), text: textOf(named) };
}

const textOf = (named: Named): string => new TextDecoder().decode(named.tree.file.bytes.subarray(named.at, named.tree.nameEnd(named.at)));

/** Edits for all places, or why there can be none: a use that the checker has not seen would keep the old name. */
export function rename(x: Places, sites: readonly Site[], offset: number, to: string, isOurs: (path: string) => boolean): WorkspaceEdit | string {
  if (!/^`?[A-Za-z_][A-Za-z0-9_]*$/.test(to)) return `'${to}' is no name`;
  const changes: Record<string, { range: Location['range']; newText: string }[]> = {};
  const seen = new Set<string>();
  for (const site of sites) {
    const target = renameTarget(x, site, offset, isOurs);
    if (typeof target === 'string') return target;
    const d = nameAt(site, offset)!.declaration!;
    const { analysis } = site;
    for (const { tree } of analysis.program?.files ?? []) {
      if (!isOurs(resolve(x.cwd, tree.file.path))) continue;
      const unknown = d.scope !== 0 && tree !== d.tree ? undefined : namesOf(tree).uses.find((u) => u.name === d.name && isInScope(d.tree, d.scope, tree, u.at) && targetOf(analysis, tree, u) === 0);
      if (unknown !== undefined) {
        const at = x.lines.of(tree.file.bytes).position(unknown.at);
        return `'${textOf({ tree, at: unknown.at, use: unknown, declaration: null })}' at ${tree.file.path}:${at.line + 1}:${at.character + 1} may be another use: that code was not checked (a generic function without an instance, or code with errors)`;
      }
    }
    for (const p of placesOf(analysis, d)) {
      const l = nameLocation(x, p);
      const key = JSON.stringify(l);
      if (seen.has(key)) continue;
      seen.add(key);
      changes[l.uri] ??= [];
      changes[l.uri].push({ range: l.range, newText: to });
    }
  }
  return { changes };
}

function isInScope(tree: Tree, scope: number, of: Tree, at: number): boolean {
  return scope === 0 || (tree === of && tree.start[scope] <= at && at <= tree.end[scope]);
}
