// Default values: of types, of fields by their declarations, of parameters at a call (reference 3.3, 3.6, 5.1).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { Node } from '../parse/node.ts';
import { IR_I64 } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { fieldSlot } from './coerce.ts';
import { passArg } from './check_call.ts';
import { expr, exprInto } from './expr.ts';
import type { Env } from './env.ts';
import type { FnCtx } from './fn_ctx.ts';
import type { FnDecl, ParamDecl } from './fn_decl.ts';
import { errorAt } from './report.ts';
import { inScope } from './scope.ts';
import type { Val } from './val.ts';
import { poison, rvalue } from './value.ts';

/** Whether the default value of `t` is not all zero bytes. */
export function hasDefaults(f: FnCtx, t: TypeId): boolean {
  const { types } = f.c;
  switch (types.kind[t]) {
    case Ty.struct: return types.members(t).fields.some((x) => x.default !== 0 || hasDefaults(f, x.type));
    case Ty.array: return types.b[t]! > 0 && hasDefaults(f, types.a[t]!);
    case Ty.tuple: return types.lists[t]!.some((x) => hasDefaults(f, x));
    case Ty.enum_: return false;
    default: return false;
  }
}

/** Writes the default value of `t` to `dst`. */
export function defaultInto(f: FnCtx, dst: Ref, t: TypeId): void {
  const { types } = f.c;
  if (!hasDefaults(f, t)) {
    const reg = types.reg(t);
    if (reg !== 0 && reg !== 1 && types.isNumber(t)) f.b.store(dst, types.isFloat(t) ? f.c.module.float(reg, 0) : f.c.module.int(reg, 0));
    else f.b.zero(dst, types.size(t));
    return;
  }
  switch (types.kind[t]) {
    case Ty.struct: {
      const info = types.members(t);
      info.fields.forEach((_x, i) => fieldDefault(f, t, i, f.b.field(dst, types.fieldOffset(t, i)), 0));
      return;
    }
    case Ty.array: return defaultArray(f, dst, t);
    default: types.lists[t]!.forEach((x, i) => defaultInto(f, f.b.field(dst, types.tupleOffset(t, i)), x));
  }
}

function defaultArray(f: FnCtx, dst: Ref, t: TypeId): void {
  const { types, module } = f.c;
  const elem = types.a[t]!;
  const n = types.b[t]!;
  if (n <= 4) {
    for (let i = 0; i < n; i++) defaultInto(f, f.b.field(dst, i * types.size(elem)), elem);
    return;
  }
  const i = f.b.slot(8, 8);
  f.b.store(i, module.int(IR_I64, 0));
  const body = f.b.block();
  const done = f.b.block();
  f.b.start(body);
  const at = f.b.load(IR_I64, i);
  defaultInto(f, f.b.index(dst, at, types.size(elem)), elem);
  const next = f.b.bin(Op.add, IR_I64, at, module.int(IR_I64, 1));
  f.b.store(i, next);
  f.b.condBr(f.b.cmp(Op.slt, next, module.int(IR_I64, n)), body, done);
  f.b.start(done);
}

/** Field `i` of struct `t` as its declaration says: default expression, undefined for `---`, else the type's default. */
export function fieldDefault(f: FnCtx, t: TypeId, i: number, dst: Ref, _node: NodeId): void {
  const { types } = f.c;
  const field = types.members(t).fields[i]!;
  if (field.default === 0) {
    defaultInto(f, dst, field.type);
    return;
  }
  const d = f.c.typeDecls.get(t)?.defaults[field.default - 1];
  if (d === undefined || d.tree.kindOf(d.node) === Node.Undef) return;
  inScope(f, d, () => {
    if (tooDeep(f, d.node)) return;
    f.c.defaultDepth++;
    exprInto(f, d.node, field.type, fieldSlot(field.name), dst);
    f.c.defaultDepth--;
  });
}

/** Defaults within defaults: no program has so many, one that needs itself has no end. */
const MAX_DEPTH = 100;
const NEEDS_NOTHING: ReadonlySet<number> = new Set([Node.Int, Node.Float, Node.Char, Node.String, Node.True, Node.False, Node.Null]);

function tooDeep(f: FnCtx, node: NodeId): boolean {
  if (f.c.defaultDepth < MAX_DEPTH || NEEDS_NOTHING.has(f.tree.kindOf(node))) return false;
  errorAt(f, 'NESTING', node, `this default needs more than ${MAX_DEPTH} others, one within the other: does it need itself?`);
  return true;
}

/** A parameter's default, evaluated at the call: names of the declaration, context and position of the caller. */
export function evalDefault(f: FnCtx, d: FnDecl, env: Env | null, p: ParamDecl, t: TypeId, call: NodeId): Val {
  const site = f.callSite;
  const func = f.callFunc;
  if (site === 0) {
    f.callSite = f.pos(call);
    f.callFunc = f.display;
  }
  const v = inScope(f, { tree: d.tree, file: d.file, env }, () => {
    if (tooDeep(f, p.default)) return poison(f);
    f.c.defaultDepth++;
    const r = expr(f, p.default, t, 0);
    f.c.defaultDepth--;
    return rvalue(f, passArg(f, r, t, p.default, f.c.text(p.name)));
  });
  f.callSite = site;
  f.callFunc = func;
  return v;
}

