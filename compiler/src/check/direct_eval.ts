// Evaluates `f(consts…) -> string` by calling the function itself in the evaluator: no thunk is compiled per site.
import type { NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import { expr } from './expr.ts';
import { irFn, plainInst, resultOf } from './fn.ts';
import { FnCtx } from './fn_ctx.ts';
import type { FnInst } from './fn_decl.ts';
import { lookupIdent } from './names.ts';
import { type Val, VK } from './val.ts';

const cache = new WeakMap<FnInst, Map<string, Uint8Array>>();

/** The string, null when `node` is not such a call (or it failed: the general way then reports it). */
export function directString(f: FnCtx, node: NodeId): Uint8Array | null {
  const { c, tree } = f;
  const { types } = c;
  if (tree.kindOf(node) !== Node.Call || tree.c[node] !== 0) return null;
  const callee = tree.a[node]!;
  if (tree.kindOf(callee) !== Node.Ident) return null;
  const v = lookupIdent(f, tree.a[callee]!);
  if (v === null || v.k !== VK.fn || v.fn!.generic) return null;
  const inst = plainInst(c, v.fn!);
  if (resultOf(c, inst) !== types.string || inst.params.some((p) => p !== types.string)) return null;
  const args = stringArgs(f, tree.list(tree.b[node]!));
  if (args === null || args.length !== inst.params.length) return null;
  return run(f, inst, args);
}

function stringArgs(f: FnCtx, list: Int32Array): Uint8Array[] | null {
  const out: Uint8Array[] = [];
  for (const n of list) {
    const k = f.tree.kindOf(n);
    if (k !== Node.Ident && k !== Node.String && k !== Node.Heredoc) return null;
    const v: Val | null = k === Node.Ident ? lookupIdent(f, f.tree.a[n]!) : expr(new FnCtx(f.c, f.file, f.tree, null), n, 0, 0);
    if (v === null || v.k !== VK.const_ || !(v.cv instanceof Uint8Array)) return null;
    out.push(v.cv);
  }
  return out;
}

const latin1 = new TextDecoder('latin1');

function run(f: FnCtx, inst: FnInst, args: readonly Uint8Array[]): Uint8Array | null {
  const { c } = f;
  let table = cache.get(inst);
  if (table === undefined) {
    table = new Map();
    cache.set(inst, table);
  }
  const key = args.map((a) => latin1.decode(a)).join('\0');
  const known = table.get(key);
  if (known !== undefined) return known;
  const fn = irFn(c, inst);
  const words: number[] = [];
  const pair = new Uint8Array(16);
  const view = new DataView(pair.buffer);
  const out = c.comptime.alloc(16, 8);
  if (inst.usesContext) words.push(c.comptime.globalAddress(c.defaultContext));
  for (const a of args) {
    const data = c.comptime.alloc(Math.max(a.length, 1), 1);
    c.comptime.write(data, a);
    const at = c.comptime.alloc(16, 8);
    view.setBigUint64(0, BigInt(data), true);
    view.setBigInt64(8, BigInt(a.length), true);
    c.comptime.write(at, pair);
    words.push(at);
  }
  const r = c.comptime.call(fn.id, words, out);
  if (!r.ok) return null;
  const result = c.comptime.read(out, 16);
  const rv = new DataView(result.buffer, result.byteOffset, 16);
  const len = Number(rv.getBigInt64(8, true));
  const text = len === 0 ? new Uint8Array(0) : c.comptime.read(Number(rv.getBigUint64(0, true)), len).slice();
  table.set(key, text);
  return text;
}
