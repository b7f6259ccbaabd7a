// Takes an explicit conversion without a builtin rule; gives the call of the visible `impl Into(T) for S` (reference 8.20).
import type { ModFile } from '../resolve/module.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { emitCall, plainInst, resultOf } from './fn.ts';
import type { FnCtx } from './fn_ctx.ts';
import type { FnDecl } from './fn_decl.ts';
import type { Impl } from './impls.ts';
import { protocolInfo } from './protocol_decl.ts';
import { isLvalue } from './protocol.ts';
import { regVal, type Val, VK } from './val.ts';
import { poison, rvalue, toMem } from './value.ts';

/** null = no impl concerns this pair; poison after a report. */
export function userConversion(f: FnCtx, v: Val, to: TypeId): Val | null {
  const { types } = f.c;
  const direct = candidates(f, v.ty, to);
  // `x : *Block = xx cl`: the impl targets Block, its value is materialised in this frame.
  const pointee = types.kind[to] === Ty.ptr ? types.a[to]! : 0;
  const byAddress = direct.length === 0 && pointee !== 0 && pointee !== types.void;
  const all = byAddress ? candidates(f, v.ty, pointee) : direct;
  if (all.length === 0) return callableSource(f, v, to) ? noneVisible(f, v.ty, to) : null;
  const visible = all.filter((i) => imports(f.file).has(i.block.file));
  if (visible.length === 0) return noneVisible(f, v.ty, to);
  const concrete = visible.filter((i) => i.block.names.length === 0);
  if (concrete.length > 1) {
    report(
      f,
      `duplicate xx conversion from '${types.text(v.ty)}' to '${types.text(to)}': '${concrete[0]!.block.file.path}' and '${concrete[1]!.block.file.path}'`,
    );
    return poison(f);
  }
  const r = callConvert(f, v, concrete[0] ?? visible[0]!, to);
  return byAddress && r.k !== VK.poison ? regVal(to, toMem(f, r)) : r;
}

/** Implementations of `Into(target)` for a source type, exact ones first. */
function candidates(f: FnCtx, source: TypeId, target: TypeId): Impl[] {
  const { c } = f;
  return c.impls.implsOf(source).filter((i) => {
    if (i.block.head === null || i.block.head.name !== 'Into') return false;
    const arg = c.typeDecls.get(i.proto)?.args[0];
    return arg !== undefined && arg.k === VK.type && arg.cv === target;
  });
}

/** A closure or function has no meaning as another type without an impl: its bits are never passed silently. */
function callableSource(f: FnCtx, v: Val, to: TypeId): boolean {
  const { types } = f.c;
  if (types.kind[v.ty] !== Ty.closure) return false;
  const target = types.kind[to] === Ty.ptr ? types.a[to]! : to;
  return types.kind[to] === Ty.ptr && types.kind[target] === Ty.struct;
}

function callConvert(f: FnCtx, v: Val, i: Impl, to: TypeId): Val {
  const { c } = f;
  const m = protocolInfo(c, i.proto).byName.get(c.known.convert);
  const problem = c.impls.problemOf(i);
  const decl = m === undefined ? null : c.impls.protocolMethod(i, m);
  if (decl === null || problem !== null) {
    report(
      f,
      `'${c.types.text(v.ty)}' does not implement protocol '${c.types.text(i.proto)}'${problem === null ? '' : `: ${problem.text}`}`,
    );
    return poison(f);
  }
  if (inside(f, decl)) {
    report(f, `recursive xx conversion from '${c.types.text(v.ty)}' to '${c.types.text(to)}'`);
    return poison(f);
  }
  const inst = plainInst(c, decl);
  resultOf(c, inst);
  const byPointer = c.types.kind[inst.params[0]!] === Ty.ptr;
  const receiver = byPointer ? regVal(inst.params[0]!, isLvalue(v) ? v.ref : toMem(f, v)) : rvalue(f, v);
  return emitCall(f, inst, [receiver], 0);
}

/** Whether this code is (nested in) the body of `decl`. */
function inside(f: FnCtx, decl: FnDecl): boolean {
  for (let x: FnCtx | null = f; x !== null; x = x.outer) if (x.inst?.decl === decl) return true;
  return false;
}

function noneVisible(f: FnCtx, from: TypeId, to: TypeId): Val {
  report(f, `no visible xx conversion from '${f.c.types.text(from)}' to '${f.c.types.text(to)}'`);
  return poison(f);
}

/** At the operand that is being converted. */
function report(f: FnCtx, message: string): void {
  const { start, end } = f.convertSpan ?? { start: f.b.at, end: f.b.at + 1 };
  f.c.sink.error('COERCE-NONE', start, end, message);
}

const reach = new WeakMap<ModFile, Set<ModFile>>();

/** The files that a file imports, directly or not, itself included. */
function imports(file: ModFile): Set<ModFile> {
  let set = reach.get(file);
  if (set !== undefined) return set;
  set = new Set([file]);
  reach.set(file, set);
  for (const at of set) {
    for (const u of at.flat) for (const g of u.files) set.add(g);
    for (const d of at.decls.values()) if (d.unit !== null) for (const g of d.unit.files) set.add(g);
  }
  return set;
}
