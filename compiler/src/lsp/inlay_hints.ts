// Takes a stretch of a file; gives the types that its variables have and do not name.
import type { InlayHint } from 'vscode-languageserver/node';
import { Node } from '../parse/node.ts';
import type { Declaration } from './declarations.ts';
import { declarationsOf, typeOf } from './describe.ts';
import { lsp } from './library.ts';
import type { LineIndex } from './positions.ts';
import type { Site } from './symbols.ts';

export function inlayHints(site: Site, from: number, to: number, lines: LineIndex): InlayHint[] {
  const out: InlayHint[] = [];
  for (const d of declarationsOf(site.file.tree)) {
    if (d.at < from || d.at > to || !isInferred(d) || site.analysis.session.names.text(d.name) === '_') continue;
    const type = typeOf(site.analysis, d);
    if (type !== null) out.push({ position: lines.position(d.tree.nameEnd(d.at)), label: `: ${type}`, kind: lsp.InlayHintKind.Type });
  }
  return out;
}

/** Names that are bound to a value without saying of which type. */
function isInferred(d: Declaration): boolean {
  const { tree, node } = d;
  switch (tree.kindOf(node)) {
    case Node.VarDecl: case Node.Param: return tree.b[node] === 0;
    case Node.Ident: case Node.Capture: case Node.IfBind: case Node.WhileBind: case Node.Arm: return d.as === 'variable';
    default: return false;
  }
}
