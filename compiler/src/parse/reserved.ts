// Takes a syntax tree; reports every bare reserved type name used as the name of a declaration or binding (reference 1.3).
import type { NameId, NodeId } from '../base/ids.ts';
import type { Names } from '../base/names.ts';
import type { Sink } from '../diagnostics/sink.ts';
import { BindRec, Node, ParamRec } from './node.ts';
import type { Tree } from './tree.ts';

const WORDS = new Set(['bool', 'string', 'cstring', 'void', 'any', 'usize', 'isize', 'f32', 'f64']);

/** i1 … i64, u1 … u64 and the words of reference 1.3. */
export function isReservedTypeName(text: string): boolean {
  if (WORDS.has(text)) return true;
  if (text.length < 2 || text.length > 3 || (text[0] !== 'i' && text[0] !== 'u')) return false;
  let width = 0;
  for (let i = 1; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9 || (i === 1 && digit === 0)) return false;
    width = width * 10 + digit;
  }
  return width >= 1 && width <= 64;
}

/** Reports in source order. Member slots (fields, variants, union members, protocol signatures) are exempt. */
export function checkReserved(tree: Tree, names: Names, sink: Sink): void {
  if (tree.facts.noReserved) return;
  /** By name: 0 not asked yet, 1 no, 2 yes. */
  const known = new Uint8Array(names.count);
  const isReserved = (name: NameId): boolean => {
    if (known[name] === 0) known[name] = isReservedTypeName(names.text(name)) ? 2 : 1;
    return known[name] === 2;
  };
  const exempt = exemptDecls(tree);
  const found: number[] = [];
  const look = (name: NameId, offset: number): void => {
    if (name !== 0 && isReserved(name) && !tree.isRawAt(offset)) found.push(offset);
  };
  const bind = (rec: number): void => {
    if (rec !== 0) look(tree.extra[rec + BindRec.name], tree.extra[rec + BindRec.nameOffset]);
  };
  const naming = tree.naming();
  for (let i = 0; i < naming.length; i++) {
    const n = naming[i]!;
    switch (tree.kind[n] as Node) {
      case Node.ConstDecl:
        if (!exempt.has(n)) look(tree.a[n], tree.start[n]);
        break;
      case Node.VarDecl:
      case Node.ExternVar:
        look(tree.a[n], tree.start[n]);
        break;
      case Node.Param:
        look(tree.a[n], tree.extra[tree.c[n] + ParamRec.nameOffset]);
        break;
      case Node.Destructure:
        for (const target of tree.list(tree.a[n])) {
          if (tree.kind[target] === Node.Ident || tree.kind[target] === Node.TypeName) look(tree.a[target], tree.start[target]);
        }
        break;
      case Node.Capture:
        look(tree.a[n], tree.b[n]);
        break;
      case Node.IfBind:
      case Node.WhileBind:
        bind(tree.a[n]);
        break;
      case Node.Arm:
      case Node.OnFail:
        bind(tree.b[n]);
        break;
      case Node.Catch:
        bind(tree.c[n]);
        break;
    }
  }
  if (found.length === 0) tree.facts.noReserved = true;
  found.sort((a, b) => a - b);
  for (const offset of found) {
    const end = tree.nameEnd(offset);
    const text = new TextDecoder().decode(tree.file.bytes.subarray(offset, end));
    sink
      .error(
        'RESERVED',
        tree.posOf(offset),
        tree.posOf(end),
        `'${text}' is a reserved type name and cannot be used as an identifier`,
      )
      .help('write it with a backtick to use it as a name', `\`${text}`);
  }
}

/** Method signatures of protocols and members of runtime classes are reached through `.` only. */
function exemptDecls(tree: Tree): Set<NodeId> {
  const exempt = new Set<NodeId>();
  if (!tree.has(Node.ProtocolDef) && !tree.has(Node.RuntimeClass)) return exempt;
  for (const n of tree.naming()) {
    const kind = tree.kind[n];
    if (kind !== Node.ProtocolDef && kind !== Node.RuntimeClass) continue;
    for (const member of tree.list(tree.b[n])) exempt.add(member);
  }
  return exempt;
}
