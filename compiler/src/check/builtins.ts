// Intrinsics recognised by name before ordinary lookup: table of handlers (reference 11.7, 18 §1). A program's own function of the name wins.
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { FMath, Op } from '../ir/op.ts';
import { DeclKind } from '../resolve/module.ts';
import { FnFlag, Node } from '../parse/node.ts';
import { IR_BOOL } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { ATOMICS } from './builtin_atomic.ts';
import { META } from './builtin_meta.ts';
import { REFLECT } from './builtin_reflect.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { lookupIdent } from './names.ts';
import { valueOperand } from './ops.ts';
import { errorAt } from './report.ts';
import { constVal, Lit, memVal, regVal, type Val, VK } from './val.ts';
import { newSlot, poison, toMem, toReg } from './value.ts';

/** The call's argument nodes, the call node, the expected type and destination. */
export interface BuiltinCall {
  readonly args: readonly NodeId[];
  readonly node: NodeId;
  readonly want: TypeId;
  readonly dst: Ref;
  readonly name: string;
}

export type Builtin = (f: FnCtx, call: BuiltinCall) => Val;

const MATH: Readonly<Record<string, FMath>> = { sqrt: FMath.sqrt, sin: FMath.sin, cos: FMath.cos, floor: FMath.floor };

/** Number of arguments of each builtin, where it is fixed. */
const ARITY: Readonly<Record<string, number>> = {
  size_of: 1, align_of: 1, type_of: 1, type_name: 1, type_eq: 2, is_unsigned: 1, is_flags: 1, is_struct: 1, is_identity: 1, has_impl: 2, vector_lanes: 1,
  struct_field_count: 1, struct_field_name: 2, struct_field_type: 2, struct_field_offset: 2, struct_field_value: 2, variant_count: 1, variant_name: 2, variant_type: 2,
  variant_value: 2, variant_index: 2, variant_payload: 2, pointee_type: 1, error_name: 1, any_element: 3, raw_any_data: 1, raw_make_any: 2, is_comptime: 0,
  __sx_variant_tag_width: 1, __sx_array_len: 1, type_info: 1, sqrt: 1, sin: 1, cos: 1, floor: 1, __sx_call_site: 0, __trace_resolve_frame: 1, __interp_print_frames: 0,
  atomic_load: 3, atomic_store: 4, atomic_swap: 4, atomic_fetch_add: 4, atomic_fetch_sub: 4, atomic_fetch_and: 4, atomic_fetch_or: 4, atomic_fetch_xor: 4,
  atomic_fetch_min: 4, atomic_fetch_max: 4, atomic_cmpxchg: 6, atomic_cmpxchg_weak: 6, atomic_fence: 1,
};

/** null: not a builtin name (or the program declares its own). */
export function builtinCall(f: FnCtx, name: string, node: NodeId, want: TypeId, dst: Ref): Val | null {
  const handler = HANDLERS.get(name);
  if (handler === undefined || shadowed(f, name)) return null;
  const { tree } = f;
  const args = [...tree.list(tree.b[node]!)].map((n) => (tree.kindOf(n) === Node.NamedArg ? tree.b[n]! : n));
  const arity = ARITY[name];
  if (arity !== undefined && args.length !== arity) {
    errorAt(f, 'ARITY', node, `'${name}' expects ${arity} argument(s), but ${args.length} ${args.length === 1 ? 'was' : 'were'} given`);
    return poison(f);
  }
  for (const a of args) if (tree.kindOf(a) === Node.TypeGeneric && lookupIdent(f, tree.a[a]!)?.k !== VK.pack) {
    const text = f.c.text(tree.a[a]!);
    errorAt(f, 'DOLLAR-USE', a, `'$${text}' cannot be used here: \`$\` introduces a generic parameter only in its declaration; write \`${text}\``);
    return poison(f);
  }
  return handler(f, { args, node, want, dst, name });
}

const HANDLERS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ...Object.entries(REFLECT), ...Object.entries(ATOMICS), ...Object.entries(META), ...Object.keys(MATH).map((name): [string, Builtin] => [name, math]),
  ['is_comptime', (f) => regVal(f.c.types.bool, f.b.inst(Op.comptime_flag, IR_BOOL, 0, 0, 0))],
]);

/** An own or flat-imported ordinary function of the same name. */
function shadowed(f: FnCtx, name: string): boolean {
  const id = f.c.names.find(name);
  const own = f.file.decls.get(id);
  const isPlain = (d: typeof own): boolean => {
    if (d === undefined) return false;
    if (d.kind !== DeclKind.const_) return true;
    const { tree } = d.file;
    const v = tree.b[d.node]!;
    return !(tree.kindOf(v) === Node.Intrinsic || (tree.kindOf(v) === Node.Fn && (tree.flags[v]! & FnFlag.intrinsic) !== 0));
  };
  if (isPlain(own)) return true;
  if (own !== undefined) return false;
  return f.file.flat.some((u) => u.files.some((g) => {
    const d = g.decls.get(id);
    return d !== undefined && !d.private && isPlain(d);
  }));
}

function math(f: FnCtx, call: BuiltinCall): Val {
  const { types } = f.c;
  let v = valueOperand(f, expr(f, call.args[0]!, 0, 0));
  if (v.k === VK.poison) return v;
  if (types.isInt(v.ty) && v.lit !== Lit.none) v = constVal(types.f64, Number(v.cv));
  if (types.kind[v.ty] === Ty.vector && types.isFloat(types.a[v.ty]!)) return lanewise(f, v, call);
  if (!types.isFloat(v.ty)) {
    errorAt(f, 'BINOP-TYPES', call.node, `'${call.name}' needs a float or a vector of floats, not '${types.text(v.ty)}'`);
    return poison(f);
  }
  f.b.at = f.pos(call.node);
  return regVal(v.ty, f.b.inst(Op.fmath, types.reg(v.ty), toReg(f, v), 0, MATH[call.name]!));
}

function lanewise(f: FnCtx, v: Val, call: BuiltinCall): Val {
  const { types } = f.c;
  const elem = types.a[v.ty]!;
  const from = toMem(f, v);
  const out = newSlot(f, v.ty);
  f.b.at = f.pos(call.node);
  f.b.zero(out, types.size(v.ty));
  for (let i = 0; i < types.b[v.ty]!; i++) {
    const at = i * types.size(elem);
    const lane = f.b.load(types.reg(elem), f.b.field(from, at));
    f.b.store(f.b.field(out, at), f.b.inst(Op.fmath, types.reg(elem), lane, 0, MATH[call.name]!));
  }
  return memVal(v.ty, out);
}
