// Takes a checked program; gives the functions with a body that nothing reaches, with the lines that running them would count.
import type { NodeId } from '../base/ids.ts';
import type { Names } from '../base/names.ts';
import type { UnreachedFn } from '../emit/options.ts';
import type { Module } from '../ir/module.ts';
import { FnRec, Node } from '../parse/node.ts';
import { forEachChild } from '../parse/node_shape.ts';
import type { Tree } from '../parse/tree.ts';
import type { Program } from '../resolve/module.ts';
import type { SourceMap } from '../source/source_map.ts';

/**
 * What was checked for compile-time code alone counts as reached, and so does a function that makes types: both have run. A function that
 * is declared inside of another one is one of its own.
 */
export function unreachedFns(program: Program, module: Module, of: { readonly sources: SourceMap; readonly names: Names }, counts: (path: string) => boolean): UnreachedFn[] {
  const { sources, names } = of;
  const checked = new Set<number>();
  for (const fn of module.fns) if (fn?.body) checked.add(fn.pos);
  const out: UnreachedFn[] = [];
  for (const { tree, path } of program.files) {
    if (!counts(path)) continue;
    for (let n = 1; n < tree.count; n++) {
      if (tree.kind[n] !== Node.ConstDecl) continue;
      const fn = tree.b[n]!;
      if (tree.kind[fn] !== Node.Fn || tree.b[fn] === 0 || checked.has(tree.pos(n)) || checked.has(tree.pos(fn)) || makesType(tree, fn)) continue;
      const lines = linesOf(tree, fn, sources);
      if (lines.length > 0) out.push({ path, name: names.text(tree.name(n)), line: sources.locate(tree.pos(n)).line, lines });
    }
  }
  // Rows of a tree come children first.
  return out.sort((x, y) => (x.path === y.path ? x.line - y.line : x.path < y.path ? -1 : 1));
}

function makesType(tree: Tree, fn: NodeId): boolean {
  const ret = tree.rec(tree.c[fn]!, FnRec.ret);
  return ret !== 0 && tree.text(ret) === 'Type';
}

/** Lines on which statements, tails and the branches of control flow begin; not constants, which no code is made for. */
function linesOf(tree: Tree, fn: NodeId, sources: SourceMap): number[] {
  const lines = new Set<number>();
  const add = (n: NodeId): void => {
    if (n !== 0 && tree.kind[n] !== Node.ConstDecl) lines.add(sources.locate(tree.pos(n)).line);
  };
  const walk = (n: NodeId): void => {
    const kind = tree.kindOf(n);
    if (kind === Node.ConstDecl) return;
    if (kind === Node.Block) {
      for (const statement of tree.list(tree.a[n]!)) add(statement);
      add(tree.b[n]!);
    } else if (kind === Node.If || kind === Node.IfBind || kind === Node.Match) add(n);
    else if (kind === Node.Fn && tree.kind[tree.b[n]!] !== Node.Block) add(tree.b[n]!);
    forEachChild(tree, n, walk);
  };
  walk(fn);
  return [...lines].sort((x, y) => x - y);
}
