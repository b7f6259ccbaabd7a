// Takes every loaded file; gives the libraries that the program declares, reports bindings to others (reference 12.3).
import type { NameId } from '../base/ids.ts';
import { ExternRec, FnFlag, FnRec, Node } from '../parse/node.ts';
import { stringValue } from '../parse/string_value.ts';
import { DeclKind, type ModDecl } from '../resolve/module.ts';
import type { Checker } from './checker.ts';
import { declVal } from './decls.ts';
import { Binder, binderOf } from './extern_fn.ts';
import { irFn, plainInst } from './fn.ts';
import { VK } from './val.ts';

/** A library may be declared anywhere: visibility plays no part. */
export function checkExternLibraries(c: Checker): void {
  const known = new Set<NameId>();
  for (const d of c.program.outward) {
    if (d.kind === DeclKind.library) addLibrary(c, d);
    if (d.kind === DeclKind.library || isCUnit(d)) known.add(d.name);
  }
  for (const d of c.program.outward) {
    const lib = libraryOf(d);
    if (lib === 0 || known.has(lib)) continue;
    const { tree } = d.file;
    c.sink.error('EXT-LIB', tree.pos(d.node), tree.endPos(d.node), `extern '${c.text(d.name)}' names the library '${c.text(lib)}', which nothing in the program declares`)
      .help(`declare it: \`${c.text(lib)} :: #library "${c.text(lib)}";\``);
  }
}

/** Every binding of a symbol has one signature, called or not. What `#import c` declares has C's, and is compared where it is called. */
export function checkExternSignatures(c: Checker): void {
  const bySymbol = new Map<string, ModDecl[]>();
  for (const d of c.program.outward) {
    const symbol = symbolOf(c, d);
    if (symbol === '' || binderOf(c, d.file, symbol) > Binder.contract) continue;
    const list = bySymbol.get(symbol);
    if (list === undefined) bySymbol.set(symbol, [d]);
    else list.push(d);
  }
  for (const list of bySymbol.values()) {
    if (list.length < 2) continue;
    for (const d of list) {
      const v = declVal(c, d);
      if (v.k === VK.fn && v.fn !== null && !v.fn.generic) irFn(c, plainInst(c, v.fn));
    }
  }
}

/** The C symbol that a function declaration binds; '' for anything else. */
function symbolOf(c: Checker, d: ModDecl): string {
  if (d.kind !== DeclKind.const_) return '';
  const { tree } = d.file;
  const value = tree.b[d.node]!;
  if (tree.kindOf(value) !== Node.Fn || (tree.flags[value]! & FnFlag.extern) === 0) return '';
  const symbol = tree.rec(tree.c[value]!, FnRec.symbol);
  return symbol === 0 ? c.text(d.name) : decoder.decode(stringValue(tree, symbol));
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
