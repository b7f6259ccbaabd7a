// Calls of library functions declared `intrinsic` that the compiler itself answers at compile time (build programs, reference 11.10).
// Arguments travel as words: scalars widened, strings as (pointer, length), other aggregates by pointer; aggregate results through a last pointer.
import type { NodeId } from '../base/ids.ts';
import { Abi, type Fn, Linkage, type Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_BOOL, IR_I64, IR_PTR, IR_VOID } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { CT_PREFIX } from './builtin_meta.ts';
import { scalarConv } from './convert.ts';
import { abiSlot, resultOf } from './fn.ts';
import type { FnCtx } from './fn_ctx.ts';
import type { FnInst } from './fn_decl.ts';
import { memVal, regVal, type Val, voidVal } from './val.ts';
import { newSlot, toMem, toReg } from './value.ts';

/** Files whose intrinsics are services of the compiler. */
const HOMES = ['modules/build.sx', 'modules/compiler.sx'];

export function isService(inst: FnInst): boolean {
  return inst.decl.intrinsic !== null && HOMES.some((h) => inst.decl.file.path.endsWith(h));
}

export function serviceCall(f: FnCtx, inst: FnInst, args: readonly Val[], node: NodeId): Val {
  const { types } = f.c;
  const refs: Ref[] = [];
  for (const a of args) words(f, a, refs);
  const ret = resultOf(f.c, inst);
  const aggregate = types.reg(ret) === IR_VOID && types.size(ret) > 0;
  const out = aggregate ? newSlot(f, ret) : 0;
  if (aggregate) refs.push(f.b.conv(Op.p2i, IR_I64, out));
  f.b.at = f.pos(node);
  const hasResult = types.reg(ret) !== IR_VOID;
  const fn = service(f, inst.decl.intrinsic!, refs.length, hasResult);
  const r = f.b.call(fn.id, hasResult ? IR_I64 : IR_VOID, refs, 0);
  if (aggregate) return memVal(ret, out);
  if (!hasResult) return types.size(ret) === 0 && ret !== types.void ? memVal(ret, newSlot(f, ret)) : voidVal(types.void);
  return regVal(ret, types.reg(ret) === IR_BOOL ? f.b.cmp(Op.ne, r, f.c.module.int(IR_I64, 0)) : scalarConv(f, r, IR_I64, types.reg(ret)));
}

function words(f: FnCtx, v: Val, out: Ref[]): void {
  const { types } = f.c;
  const reg = types.reg(v.ty);
  if (reg !== IR_VOID) {
    out.push(reg === IR_PTR ? f.b.conv(Op.p2i, IR_I64, toReg(f, v)) : scalarConv(f, toReg(f, v), reg, IR_I64));
    return;
  }
  if (types.size(v.ty) === 0) return;
  const p = toMem(f, v);
  if (types.kind[v.ty] === Ty.string) out.push(f.b.conv(Op.p2i, IR_I64, f.b.load(IR_PTR, p)), f.b.load(IR_I64, f.b.field(p, 8)));
  else out.push(f.b.conv(Op.p2i, IR_I64, p));
}

function service(f: FnCtx, name: string, params: number, hasResult: boolean): Fn {
  const { c } = f;
  const symbol = CT_PREFIX + name;
  let fn = c.hostFns.get(symbol);
  if (fn === undefined) {
    const word = abiSlot(c, c.types.i64 as TypeId);
    fn = c.module.addFn(symbol, name, c.module.sig(Array.from({ length: params }, () => word), hasResult ? word : null, Abi.c), Linkage.extern, 0);
    c.hostFns.set(symbol, fn);
  }
  return fn;
}
