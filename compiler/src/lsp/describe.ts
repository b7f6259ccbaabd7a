// Takes a declaration; gives it as text for people: signature, type, where it stands, what is said above it.
import type { Checker } from '../check/checker.ts';
import { declVal } from '../check/decls.ts';
import type { TypeId } from '../types/types.ts';
import type { Val } from '../check/val.ts';
import { VK } from '../check/val.ts';
import type { Analysis } from '../driver/analyze.ts';
import { ContextExtendRec, FnRec, Node, ParamRec } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';
import { type Declaration, namesOf } from './declarations.ts';

const decoder = new TextDecoder();
/** Longer declarations are shown by their first lines. */
const MOST_LINES = 24;

export const sourceText = (tree: Tree, from: number, to: number): string => decoder.decode(tree.file.bytes.subarray(from, to));

/** The text of a declaration as sx code; null when nothing can be said. */
export function codeOf(a: Analysis, d: Declaration): string {
  const { tree, node } = d;
  const name = a.session.names.text(d.name);
  switch (d.as) {
    case 'function': return `${ownerName(a, d)}${signature(tree, node)}`;
    case 'struct': case 'enum': case 'interface':
      return shortened(dedent(sourceText(tree, tree.start[node], tree.end[node]), column(tree, tree.start[node])));
    case 'field': {
      const type = tree.b[node] === 0 ? '' : `: ${sourceText(tree, tree.start[tree.b[node]], tree.end[tree.b[node]])}`;
      const init = tree.c[node] === 0 ? '' : ` = ${sourceText(tree, tree.start[tree.c[node]], tree.end[tree.c[node]])}`;
      return `${ownerName(a, d)}${name}${type}${init}`;
    }
    case 'enumMember': return `${ownerName(a, d)}${sourceText(tree, tree.start[node], tree.end[node])}`;
    case 'contextField': {
      const rec = tree.c[node];
      const init = tree.rec(rec, ContextExtendRec.default);
      return `context.${name}: ${sourceText(tree, tree.start[tree.b[node]], tree.end[tree.b[node]])}${init === 0 ? '' : ` = ${sourceText(tree, tree.start[init], tree.end[init])}`}`;
    }
    case 'typeParameter': return `$${name}${tree.kindOf(node) === Node.Param && tree.b[node] !== 0 ? `: ${sourceText(tree, tree.start[tree.b[node]], tree.end[tree.b[node]])}` : ''}`;
    case 'namespace': case 'library': case 'alias': case 'type': return sourceText(tree, tree.start[node], tree.end[node]).replace(/;$/, '');
    case 'constant': {
      const type = typeOf(a, d);
      const value = shortened(sourceText(tree, tree.start[tree.b[node]], tree.end[tree.b[node]]));
      return type === null || tree.c[node] !== 0 ? sourceText(tree, tree.start[node], tree.end[node]).replace(/;$/, '') : `${ownerName(a, d)}${name} : ${type} : ${value}`;
    }
    default: {
      const type = typeOf(a, d);
      const rec = tree.kindOf(node) === Node.Param ? tree.c[node] : 0;
      const init = rec === 0 ? 0 : tree.rec(rec, ParamRec.default);
      const written = rec === 0 || tree.b[node] === 0 ? null : sourceText(tree, tree.start[tree.b[node]], tree.end[tree.b[node]]);
      return `${name}: ${type ?? written ?? '?'}${init === 0 ? '' : ` = ${sourceText(tree, tree.start[init], tree.end[init])}`}`;
    }
  }
}

/** The type of a variable, parameter or constant; null when the checker has not seen it. */
export function typeOf(a: Analysis, d: Declaration): string | null {
  const v = declaredVal(a, d);
  if (v === null || v.k === VK.poison) return null;
  if (v.k === VK.type || v.k === VK.head) return 'Type';
  if (v.k === VK.fn || v.k === VK.ns || v.k === VK.pack || v.ty === 0) return null;
  return typeText(a, v.ty);
}

export function declaredVal(a: Analysis, d: Declaration): Val | null {
  const local = a.semantics.locals.get(d.tree.posOf(d.at));
  if (local !== undefined) return local;
  const c = a.checker;
  const file = a.program?.files.find((f) => f.tree === d.tree);
  const decl = file?.decls.get(d.name);
  if (c === null || decl === undefined || decl.node !== d.node) return null;
  c.sink.mute();
  try {
    return declVal(c, decl);
  } catch {
    return null;
  } finally {
    c.sink.unmute();
  }
}

const instances = new WeakMap<Checker, Map<string, TypeId>>();

/** A type as a program writes it: the compiler's own text names instances of generic types in one word. */
export function typeText(a: Analysis, t: TypeId): string {
  const c = a.checker!;
  let known = instances.get(c);
  if (known === undefined) {
    known = new Map([...c.typeDecls].filter(([, d]) => d.head?.generic === true).map(([type]) => [c.types.text(type), type]));
    instances.set(c, known);
  }
  return c.types.text(t).replaceAll(/[A-Za-z_]\w*__\w+/g, (word) => {
    const d = c.typeDecls.get(known.get(word) ?? 0);
    return d === undefined ? word : `${d.head!.name}(${d.args.map((v) => (v.k === VK.type ? typeText(a, v.cv as TypeId) : String(v.cv))).join(', ')})`;
  });
}

/** `Name :: (params) -> result`, without its body. */
export function signature(tree: Tree, decl: number): string {
  const fn = tree.b[decl];
  if (tree.kindOf(fn) !== Node.Fn) return sourceText(tree, tree.start[decl], tree.end[decl]).replace(/;$/, '');
  const body = tree.b[fn];
  const text = sourceText(tree, tree.start[decl], body === 0 ? tree.end[fn] : tree.start[body]);
  return text.replace(/\s*(=>)?\s*$/, '').replace(/\s+/g, ' ');
}

/** Each parameter as written, and what follows the list. */
export function parameters(tree: Tree, fn: number): { readonly params: readonly string[]; readonly result: string } {
  const ret = tree.rec(tree.c[fn], FnRec.ret);
  return {
    params: [...tree.list(tree.a[fn])].map((p) => sourceText(tree, tree.start[p], tree.end[p]).replace(/\s+/g, ' ')),
    result: ret === 0 ? '' : ` -> ${sourceText(tree, tree.start[ret], tree.end[ret])}`,
  };
}

function ownerName(a: Analysis, d: Declaration): string {
  return d.owner === 0 ? '' : `${a.session.names.text(d.tree.a[d.owner])}.`;
}

function column(tree: Tree, at: number): number {
  return at - (tree.file.bytes.lastIndexOf(10, at - 1) + 1);
}

const dedent = (text: string, by: number): string => text.replaceAll(new RegExp(`\n {1,${Math.max(1, by)}}`, 'g'), by === 0 ? '$&' : '\n');

function shortened(text: string): string {
  const lines = text.split('\n');
  return lines.length <= MOST_LINES ? text : [...lines.slice(0, MOST_LINES - 1), '  …'].join('\n');
}

/** The comment lines right above a declaration, without their slashes. */
export function commentAbove(d: Declaration): string {
  const { bytes } = d.tree.file;
  const out: string[] = [];
  let end = bytes.lastIndexOf(10, d.at - 1);
  while (end > 0) {
    const start = bytes.lastIndexOf(10, end - 1) + 1;
    const line = decoder.decode(bytes.subarray(start, end)).trim();
    if (!line.startsWith('//')) break;
    out.unshift(line.replace(/^\/\/+!?\s?/, ''));
    end = start - 1;
  }
  return out.join('\n');
}

/** Declarations of the file around, in the order of the text. */
export function declarationsOf(tree: Tree): Declaration[] {
  return [...namesOf(tree).declarations.values()].sort((x, y) => x.at - y.at);
}
