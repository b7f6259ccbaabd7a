// Evaluates `f(consts…)` of a plain function over strings, integers and bools by calling the function itself in the evaluator: no
// thunk is compiled per site.
import type { NameId, NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import { IR_BOOL } from '../types/ir_type.ts';
import type { TypeId } from '../types/types.ts';
import { expr } from './expr.ts';
import { irFn, plainInst, resultOf } from './fn.ts';
import { FnCtx } from './fn_ctx.ts';
import type { FnInst } from './fn_decl.ts';
import { lookupIdent } from './names.ts';
import { constVal, type ConstValue, type Val, VK } from './val.ts';

/** Results by function and arguments. */
const cache = new WeakMap<FnInst, Map<string, Val>>();

/** The string, bool or integer; null when `node` is not such a call (or it failed: the general way then reports it). */
export function directCall(f: FnCtx, node: NodeId): Val | null {
  const q = request(f, node);
  if (q === null) return null;
  const key = keyOf(q.args);
  const known = cache.get(q.inst)?.get(key);
  if (known !== undefined) return known;
  const v = run(f, q);
  if (v !== null) remember(q.inst, key, v);
  return v;
}

/** The same, run whether or not its result is known. */
export function directRun(f: FnCtx, node: NodeId): Val | null {
  const q = request(f, node);
  return q === null ? null : run(f, q);
}

/** Later calls in this scope have `v` for their result. */
export function keepResult(f: FnCtx, node: NodeId, v: Val): void {
  const q = request(f, node);
  if (q !== null) remember(q.inst, keyOf(q.args), v);
}

function remember(inst: FnInst, key: string, v: Val): void {
  let table = cache.get(inst);
  if (table === undefined) {
    table = new Map();
    cache.set(inst, table);
  }
  table.set(key, v);
}

interface Request {
  readonly inst: FnInst;
  readonly ret: TypeId;
  readonly args: readonly ConstValue[];
}

function request(f: FnCtx, node: NodeId): Request | null {
  const { c, tree } = f;
  if (tree.kindOf(node) !== Node.Call || tree.c[node] !== 0) return null;
  const callee = tree.a[node]!;
  if (tree.kindOf(callee) !== Node.Ident) return null;
  const v = lookupIdent(f, tree.a[callee]!);
  if (v === null || v.k !== VK.fn || v.fn!.generic) return null;
  const inst = plainInst(c, v.fn!);
  const ret = resultOf(c, inst);
  if (!isSimple(f, ret)) return null;
  const args = simpleArgs(f, inst, tree.list(tree.b[node]!));
  return args === null ? null : { inst, ret, args };
}

/** The result of a call that a staged instance makes of its literals: they are arguments there, and known all the same. */
export function stagedValue(f: FnCtx, node: NodeId): Val | null {
  const { tree } = f;
  if (f.inst === null || f.inst.literals === null || tree.kindOf(node) !== Node.Call) return null;
  for (const a of tree.list(tree.b[node]!)) if (tree.kindOf(a) === Node.Ident && literal(f, tree.a[a]!) !== null) return directCall(f, node);
  return null;
}

/** The literal that a parameter of a staged instance stands for (staged.ts). */
function literal(f: FnCtx, name: NameId): Val | null { return f.inst?.literals?.get(name) ?? null; }

function isSimple(f: FnCtx, t: TypeId): boolean {
  const { types } = f.c;
  return t === types.string || t === types.bool || types.isInt(t);
}

/** Constants of exactly the parameters' types (literal integers, which adapt, are the general way's business). */
function simpleArgs(f: FnCtx, inst: FnInst, list: Int32Array): ConstValue[] | null {
  const out: ConstValue[] = [];
  if (list.length !== inst.params.length) return null;
  for (const n of list) {
    const k = f.tree.kindOf(n);
    if (k !== Node.Ident && k !== Node.String && k !== Node.Heredoc) return null;
    const v: Val | null = k === Node.Ident ? literal(f, f.tree.a[n]!) ?? lookupIdent(f, f.tree.a[n]!) : expr(new FnCtx(f.c, f.file, f.tree, null), n, 0, 0);
    if (v === null || v.k !== VK.const_ || v.ty !== inst.params[out.length] || !isSimple(f, v.ty)) return null;
    out.push(v.cv);
  }
  return out;
}

function run(f: FnCtx, q: Request): Val | null {
  const { c } = f;
  const { inst, ret } = q;
  const fn = irFn(c, inst);
  const words: (number | bigint)[] = [];
  const out = ret === c.types.string ? c.comptime.alloc(16, 8) : 0;
  if (inst.usesContext) words.push(c.comptime.globalAddress(c.defaultContext));
  for (const a of q.args) words.push(a instanceof Uint8Array ? place(f, a) : a);
  const r = c.comptime.call(fn.id, words, out);
  if (!r.ok) return null;
  return constVal(ret, ret === c.types.string ? text(f, out) : c.types.reg(ret) === IR_BOOL ? Number(r.value) & 1 : r.value!);
}

function keyOf(args: readonly ConstValue[]): string {
  let key = '';
  for (const a of args) key += a instanceof Uint8Array ? `${a.length}:${Buffer.from(a.buffer, a.byteOffset, a.length).toString('latin1')}` : `${a};`;
  return key;
}

/** A string in the evaluator's memory: its text and, before it, pointer and length. */
function place(f: FnCtx, bytes: Uint8Array): number {
  const at = f.c.comptime.alloc(16 + bytes.length, 8);
  const image = new Uint8Array(16 + bytes.length);
  const view = new DataView(image.buffer);
  view.setUint32(0, at + 16, true);
  view.setUint32(8, bytes.length, true);
  image.set(bytes, 16);
  f.c.comptime.write(at, image);
  return at;
}

function text(f: FnCtx, at: number): Uint8Array {
  const result = f.c.comptime.read(at, 16);
  const rv = new DataView(result.buffer, result.byteOffset, 16);
  const len = Number(rv.getBigInt64(8, true));
  return len === 0 ? new Uint8Array(0) : f.c.comptime.read(Number(rv.getBigUint64(0, true)), len).slice();
}
