// Takes a file; gives the meaning of each of its tokens, for colouring (the legend is that of reference 15.7).
import { primitiveType } from '../check/primitive.ts';
import { VK } from '../check/val.ts';
import { Sink } from '../diagnostics/sink.ts';
import { lexFile } from '../lex/lex_file.ts';
import { Tok } from '../lex/token.ts';
import { Node } from '../parse/node.ts';
import { namesOf, type Declaration, type Occurrence } from './declarations.ts';
import { declaredVal } from './describe.ts';
import type { LineIndex } from './positions.ts';
import { declarationOf, type Site, targetOf, throughAliases } from './symbols.ts';

export const TOKEN_TYPES = [
  'namespace', 'type', 'enum', 'struct', 'parameter', 'variable', 'enumMember', 'function', 'keyword', 'number', 'string', 'operator', 'interface',
] as const;
export const TOKEN_MODIFIERS = ['declaration', 'readonly'] as const;

type TokenType = (typeof TOKEN_TYPES)[number];
const DECLARATION = 1;
const READONLY = 2;

interface Meaning {
  readonly type: TokenType;
  readonly modifiers: number;
}

/** Five numbers a token, as the protocol has it. */
export function semanticTokens(site: Site, lines: LineIndex): number[] {
  const { tree } = site.file;
  const { file } = tree;
  const { declarations, uses } = namesOf(tree);
  const used = new Map(uses.map((u) => [u.at, u]));
  const out: number[] = [];
  let line = 0;
  let character = 0;
  const emit = (from: number, to: number, m: Meaning): void => {
    const at = lines.position(from);
    const width = lines.width(from, to);
    if (width <= 0) return;
    out.push(at.line - line, at.line === line ? at.character - character : at.character, width, TOKEN_TYPES.indexOf(m.type), m.modifiers);
    line = at.line;
    character = at.character;
  };
  const tokens = lexFile(file, site.analysis.session.names, new Sink());
  for (let i = 0; i < tokens.count; i++) {
    const from = tokens.start[i];
    const kind = tokens.kind[i] as Tok;
    let m: Meaning | null;
    const declared = declarations.get(from);
    const use = used.get(from);
    if (declared !== undefined) m = meaning(site, declared, DECLARATION);
    else if (use !== undefined) m = ofUse(site, use);
    else m = ofToken(kind);
    if (m === null) continue;
    // Tokens of several lines are told line by line.
    let start = from;
    const lineEnd = (): number => (kind === Tok.heredoc || kind === Tok.string ? file.bytes.indexOf(10, start) : -1);
    for (let stop = lineEnd(); stop >= 0 && stop < tokens.end[i]; stop = lineEnd()) {
      emit(start, stop, m);
      start = stop + 1;
    }
    emit(start, tokens.end[i], m);
  }
  return out;
}

function ofToken(kind: Tok): Meaning | null {
  const plain = (type: TokenType): Meaning => ({ type, modifiers: 0 });
  switch (kind) {
    case Tok.int: case Tok.float: return plain('number');
    case Tok.char: case Tok.string: case Tok.heredoc: return plain('string');
    case Tok.kwF32: case Tok.kwF64: case Tok.kwType: case Tok.kwSelf: return plain('type');
    case Tok.ident: case Tok.raw: return plain('variable');
    case Tok.comma: case Tok.semi: case Tok.dot: case Tok.lparen: case Tok.rparen: case Tok.lbracket: case Tok.rbracket: case Tok.lbrace: case Tok.rbrace: case Tok.eof: case Tok.invalid:
      return null;
    default: return plain(kind >= Tok.hashImport ? 'keyword' : 'operator');
  }
}

function meaning(site: Site, d0: Declaration, modifiers: number): Meaning {
  const d = throughAliases(site.analysis, d0);
  switch (d.as) {
    case 'function': return { type: 'function', modifiers };
    case 'struct': return { type: 'struct', modifiers };
    case 'enum': return { type: 'enum', modifiers };
    case 'interface': return { type: 'interface', modifiers };
    case 'namespace': case 'library': return { type: 'namespace', modifiers };
    case 'type': case 'typeParameter': return { type: 'type', modifiers };
    case 'enumMember': return { type: 'enumMember', modifiers: modifiers | READONLY };
    case 'parameter': return { type: 'parameter', modifiers };
    case 'constant': case 'alias': {
      const v = declaredVal(site.analysis, d);
      if (v !== null && (v.k === VK.type || v.k === VK.head)) return { type: 'type', modifiers };
      return { type: v !== null && v.k === VK.fn ? 'function' : 'variable', modifiers: modifiers | READONLY };
    }
    // Captures cannot be assigned to.
    default: return { type: 'variable', modifiers: d.tree.kindOf(d.node) === Node.Capture ? modifiers | READONLY : modifiers };
  }
}

function ofUse(site: Site, use: Occurrence): Meaning {
  const { tree } = site.file;
  const { analysis } = site;
  const d = declarationOf(analysis, targetOf(analysis, tree, use));
  if (d !== null) return meaning(site, d, 0);
  // What has no declaration in the program is told by what it denotes, else by how it is written.
  const facts = analysis.semantics.of(tree);
  if (facts.denotes.get(use.node)?.k === VK.type) return { type: 'type', modifiers: 0 };
  switch (tree.kindOf(use.node)) {
    case Node.TypeName: case Node.TypePath: case Node.TypeGeneric: return { type: 'type', modifiers: 0 };
    case Node.EnumLit: case Node.ErrorTag: return { type: 'enumMember', modifiers: READONLY };
    default:
      if (analysis.checker !== null && tree.kindOf(use.node) === Node.Ident && primitiveType(analysis.checker, use.name) !== 0) return { type: 'type', modifiers: 0 };
      return { type: isCallee(site, use.node) ? 'function' : 'variable', modifiers: 0 };
  }
}

const callees = new WeakMap<object, ReadonlySet<number>>();

function isCallee(site: Site, node: number): boolean {
  const { tree } = site.file;
  let set = callees.get(tree);
  if (set === undefined) {
    const found = new Set<number>();
    for (let n = 1; n < tree.count; n++) if (tree.kindOf(n) === Node.Call) found.add(tree.a[n]);
    callees.set(tree, found);
    set = found;
  }
  return set.has(node);
}
