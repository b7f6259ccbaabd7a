// `#insert e`: the string is computed now, parsed as statements and compiled in place (reference 11.4).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Node } from '../parse/node.ts';
import { parseStatements } from '../parse/parse_file.ts';
import type { Tree } from '../parse/tree.ts';
import type { TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { OTHER } from './coerce.ts';
import { evalNow } from './comptime_eval.ts';
import { directCall } from './direct_eval.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { leaveHole } from './names.ts';
import { errorAt } from './report.ts';
import { exprStatement, statement } from './stmt.ts';
import { type Val, VK, voidVal } from './val.ts';
import { poison } from './value.ts';

const decoder = new TextDecoder();
/** Parsed texts: the same format string makes the same statements at every site. */
const parsed = new WeakMap<Checker, Map<string, Tree>>();

/** Text may insert text, which ends: a deeper nest is one that does not. */
const MAX_DEPTH = 300;

function insertedTree(f: FnCtx, node: NodeId): Tree | null {
  if (f.c.insertDepth >= MAX_DEPTH) {
    errorAt(f, 'NESTING', node, `inserted text inserts text more than ${MAX_DEPTH} levels deep`);
    return null;
  }
  let source = f.tree.a[node]!;
  if (f.tree.kindOf(source) === Node.Run) source = f.tree.a[source]!;
  const direct = directCall(f, source);
  const bytes = direct !== null && direct.cv instanceof Uint8Array ? direct.cv : evaluated(f, source);
  return bytes === null ? null : insertedText(f, bytes, node);
}

/** The statements of a text that `node` inserts. */
export function insertedText(f: FnCtx, bytes: Uint8Array, node: NodeId): Tree | null {
  const { c } = f;
  const text = decoder.decode(bytes);
  let table = parsed.get(c);
  if (table === undefined) {
    table = new Map();
    parsed.set(c, table);
  }
  const key = `${f.file.tree.file.id}\0${text}`;
  const known = table.get(key);
  if (known !== undefined) return known;
  const file = c.sources.addSynthetic(`${f.file.path}#insert`, text, f.pos(node));
  const tree = parseStatements(file, c.names, c.sink);
  if (tree.hasErrors) return null;
  table.set(key, tree);
  return tree;
}

function evaluated(f: FnCtx, source: NodeId): Uint8Array | null {
  const v = evalNow(f, source, { label: '#insert', name: 0, want: f.c.types.string, slot: OTHER });
  if (v.k === VK.poison) return null;
  if (v.k !== VK.const_ || !(v.cv instanceof Uint8Array)) {
    errorAt(f, 'CT-INIT', source, `\`#insert\` needs a string known at compile time, not a value of type '${f.c.types.text(v.ty)}'`);
    return null;
  }
  return v.cv;
}

/** In statement position: declarations stay visible in the enclosing block. */
export function insertStatements(f: FnCtx, node: NodeId): void {
  const tree = insertedTree(f, node);
  if (tree === null) {
    leaveHole(f);
    // The text may have returned, or been the value of its block.
    if (f.live) f.b.unreachable();
    return;
  }
  const saved = f.tree;
  f.tree = tree;
  f.c.insertDepth++;
  for (const s of tree.list(tree.a[tree.root]!)) statement(f, s);
  const tail = tree.b[tree.root]!;
  if (tail !== 0) exprStatement(f, tail);
  f.c.insertDepth--;
  f.tree = saved;
}

/** In expression position: the value of the last inserted expression. */
export function insertExpr(f: FnCtx, node: NodeId, want: TypeId, dst: Ref): Val {
  const tree = insertedTree(f, node);
  if (tree === null) {
    leaveHole(f);
    return poison(f);
  }
  const saved = f.tree;
  f.tree = tree;
  f.c.insertDepth++;
  for (const s of tree.list(tree.a[tree.root]!)) statement(f, s);
  const tail = tree.b[tree.root]!;
  let v = tail === 0 ? voidVal(f.c.types.void) : expr(f, tail, want, dst);
  if (!f.live && v.k !== VK.poison) v = voidVal(f.c.types.noreturn);
  f.c.insertDepth--;
  f.tree = saved;
  return v;
}

