// Takes every loaded file; gives the libraries that the program declares, reports bindings to others (reference 12.3).
import type { NameId } from '../base/ids.ts';
import { ExternRec, FnFlag, FnRec, Node } from '../parse/node.ts';
import { stringValue } from '../parse/string_value.ts';
import { DeclKind, type ModDecl } from '../resolve/module.ts';
import type { Checker } from './checker.ts';

/** A library may be declared anywhere: visibility plays no part. */
export function checkExternLibraries(c: Checker): void {
  const known = new Set<NameId>();
  for (const d of c.program.decls) if (d.kind === DeclKind.library) addLibrary(c, d);
  for (const d of c.program.decls) if (d.kind === DeclKind.library || isCUnit(d)) known.add(d.name);
  for (const d of c.program.decls) {
    const lib = libraryOf(d);
    if (lib === 0 || known.has(lib)) continue;
    const { tree } = d.file;
    c.sink.error('EXT-LIB', tree.pos(d.node), tree.endPos(d.node), `extern '${c.text(d.name)}' names the library '${c.text(lib)}', which nothing in the program declares`)
      .help(`declare it: \`${c.text(lib)} :: #library "${c.text(lib)}";\``);
  }
}

const decoder = new TextDecoder();

/** A declared library goes to the linker, whether something binds to it or not. */
function addLibrary(c: Checker, d: ModDecl): void {
  const { tree } = d.file;
  const name = decoder.decode(stringValue(tree, tree.a[tree.b[d.node]!]!));
  if (!c.libraries.includes(name)) c.libraries.push(name);
}

const isCUnit = (d: ModDecl): boolean => d.kind === DeclKind.namespace && d.file.tree.kindOf(d.file.tree.b[d.node]!) === Node.ImportC;

/** The library a declaration binds to; 0 without one. */
function libraryOf(d: ModDecl): NameId {
  const { tree } = d.file;
  if (d.kind === DeclKind.extern_) return tree.rec(tree.c[d.node]!, ExternRec.lib);
  if (d.kind !== DeclKind.const_) return 0;
  const value = tree.b[d.node]!;
  if (tree.kindOf(value) !== Node.Fn || (tree.flags[value]! & FnFlag.extern) === 0) return 0;
  return tree.rec(tree.c[value]!, FnRec.lib);
}
