// Takes a place in a file; gives what stands there: the declaration of a name, or the type of a member that has none.
import type { Hover } from 'vscode-languageserver/node';
import { codeOf, commentAbove, typeText } from './describe.ts';
import { lsp } from './library.ts';
import type { Places } from './navigation.ts';
import { nameAt, type Site, throughAliases } from './symbols.ts';

export function hover(x: Places, site: Site, offset: number): Hover | null {
  const named = nameAt(site, offset);
  if (named === null) return null;
  const { analysis } = site;
  const { tree } = named;
  const range = x.lines.of(tree.file.bytes).range(named.at, tree.nameEnd(named.at));
  const made = (code: string, more: readonly string[]): Hover => ({
    contents: { kind: lsp.MarkupKind.Markdown, value: [`\`\`\`sx\n${code}\n\`\`\``, ...more.filter((m) => m !== '')].join('\n\n') }, range,
  });
  if (named.declaration === null) {
    const type = named.use === null ? 0 : analysis.semantics.of(tree).type[named.use.node];
    return type === 0 ? null : made(`${analysis.session.names.text(named.use!.name)}: ${typeText(analysis, type)}`, []);
  }
  const d = throughAliases(analysis, named.declaration);
  // The file says more than the name where the two are apart.
  const from = d.tree === site.file.tree && d.as !== 'contextField' ? '' : `declared in \`${d.tree.file.path}\``;
  return made(codeOf(analysis, d), [commentAbove(d), from]);
}
