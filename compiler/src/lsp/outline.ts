// Takes the tree of a file; gives its declarations as the outline that editors show.
import type { DocumentSymbol, SymbolKind } from 'vscode-languageserver/node';
import { Node } from '../parse/node.ts';
import type { Names } from '../base/names.ts';
import type { Tree } from '../parse/tree.ts';
import { type DeclaredAs, type Declaration, namesOf } from './declarations.ts';
import { parameters, sourceText } from './describe.ts';
import { lsp } from './library.ts';
import type { LineIndex } from './positions.ts';

export function symbolKind(as: DeclaredAs): SymbolKind {
  const { SymbolKind: K } = lsp;
  switch (as) {
    case 'function': return K.Function;
    case 'struct': return K.Struct;
    case 'enum': return K.Enum;
    case 'interface': return K.Interface;
    case 'namespace': case 'library': return K.Namespace;
    case 'field': case 'contextField': return K.Field;
    case 'enumMember': return K.EnumMember;
    case 'constant': case 'alias': return K.Constant;
    case 'type': case 'typeParameter': return K.TypeParameter;
    default: return K.Variable;
  }
}

export function outline(tree: Tree, names: Names, lines: LineIndex): DocumentSymbol[] {
  const { declarations } = namesOf(tree);
  const members = new Map<number, Declaration[]>();
  for (const d of declarations.values()) {
    if (d.scope !== 0 || d.as === 'typeParameter' || d.as === 'parameter') continue;
    const list = members.get(d.owner);
    if (list === undefined) members.set(d.owner, [d]);
    else list.push(d);
  }
  const symbol = (d: Declaration): DocumentSymbol => {
    const end = tree.nameEnd(d.at);
    const children = (tree.kindOf(d.node) === Node.ConstDecl ? (members.get(d.node) ?? []) : []).map(symbol);
    return {
      name: names.text(d.name), kind: d.owner !== 0 && d.as === 'function' ? lsp.SymbolKind.Method : symbolKind(d.as), detail: detail(tree, d),
      range: lines.range(Math.min(tree.start[d.node], d.at), Math.max(tree.end[d.node], end)), selectionRange: lines.range(d.at, end), ...(children.length > 0 ? { children } : {}),
    };
  };
  const impls: DocumentSymbol[] = [];
  for (let n = 1; n < tree.count; n++) {
    if (tree.kindOf(n) !== Node.Impl) continue;
    const methods = [...tree.list(tree.c[n])].flatMap((m) => declarations.get(tree.start[m]) ?? []);
    const title = `impl ${tree.text(tree.a[n])} for ${tree.text(tree.b[n])}`;
    const at = lines.range(tree.start[n], Math.max(tree.start[n], tree.end[tree.b[n]]));
    impls.push({ name: title, kind: lsp.SymbolKind.Class, range: lines.range(tree.start[n], tree.end[n]), selectionRange: at, children: methods.map(symbol) });
    const top = members.get(0);
    if (top !== undefined) members.set(0, top.filter((d) => !methods.includes(d)));
  }
  return [...(members.get(0) ?? []).map(symbol), ...impls].sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character);
}

function detail(tree: Tree, d: Declaration): string {
  if (d.as === 'function' && tree.kindOf(tree.b[d.node]) === Node.Fn) {
    const { params, result } = parameters(tree, tree.b[d.node]);
    return `(${params.join(', ')})${result}`;
  }
  if (d.as === 'field' && tree.b[d.node] !== 0) return sourceText(tree, tree.start[tree.b[d.node]], tree.end[tree.b[d.node]]);
  return '';
}
