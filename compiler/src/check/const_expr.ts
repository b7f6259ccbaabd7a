// Takes an expression; says whether it is a constant expression (reference 3.2): nothing in it needs code to run.
import type { NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { FnCtx } from './fn_ctx.ts';
import { lookupIdent } from './names.ts';
import { primitiveType } from './primitive.ts';
import { Capture, VK } from './val.ts';

const FOLDING = new Set([
  'size_of', 'align_of', 'struct_field_count', 'variant_count', 'struct_field_offset', 'vector_lanes', 'type_name', 'type_eq', 'is_struct', 'is_flags',
  'is_unsigned', 'has_impl', 'is_identity', 'variant_value', 'variant_index', 'struct_field_name', 'struct_field_type', 'variant_name', 'variant_type', 'pointee_type', 'type_of',
]);

/** Whether the name of a variable is a constant for the type: it becomes a value of a protocol by its address. */
function takesAddress(f: FnCtx, t: TypeId): boolean {
  const { kind, a } = f.c.types;
  const wrapped = kind[t] === Ty.ptr || kind[t] === Ty.optional;
  return t !== 0 && kind[wrapped ? a[t]! : t] === Ty.protocol;
}

/**
 * Whether `n` is constant where a `t` is wanted (0: its own type). There the name of a variable may stand at a protocol type: in the
 * fields and elements of literals, too.
 */
export function isConstantAt(f: FnCtx, n: NodeId, t: TypeId): boolean {
  const { tree } = f;
  const { types } = f.c;
  if (takesAddress(f, t) && isVariableName(f, n)) return true;
  switch (tree.kindOf(n)) {
    case Node.Paren: return isConstantAt(f, tree.a[n]!, t);
    case Node.StructLit: {
      const s = literalType(f, tree.a[n]!, t);
      if (types.kind[s] !== Ty.struct || tree.c[n] !== 0) return isConstantExpr(f, n);
      const { fields } = types.members(s);
      return [...tree.list(tree.b[n]!)].every((x, i) => {
        const named = tree.kindOf(x) === Node.NamedArg;
        const field = named ? fields[types.fieldIndex(s, f.c.text(tree.a[x]!))] : fields[i];
        return isConstantAt(f, named ? tree.b[x]! : x, field?.type ?? 0);
      });
    }
    case Node.ArrayLit: {
      const list = literalType(f, tree.a[n]!, t);
      const k = types.kind[list];
      const elem = k === Ty.array || k === Ty.slice ? types.a[list]! : 0;
      return [...tree.list(tree.b[n]!)].every((x) => isConstantAt(f, x, elem));
    }
    default: return isConstantExpr(f, n);
  }
}

/** The type of a literal: what is wanted, less `?`, else that of its head when it is a name. */
function literalType(f: FnCtx, head: NodeId, t: TypeId): TypeId {
  const { types } = f.c;
  if (t !== 0) return types.kind[t] === Ty.optional ? types.a[t]! : t;
  if (head === 0 || f.tree.kindOf(head) !== Node.Ident) return 0;
  const v = lookupIdent(f, f.tree.a[head]!);
  return v !== null && v.k === VK.type ? (v.cv as TypeId) : 0;
}

/** `g`, `ns.g`, `xx g`. */
function isVariableName(f: FnCtx, n: NodeId): boolean {
  const k = f.tree.kindOf(n);
  return k === Node.Xx ? isVariableName(f, f.tree.a[n]!) : k === Node.Ident || k === Node.Member;
}

export function isConstantExpr(f: FnCtx, n: NodeId): boolean {
  const { tree } = f;
  switch (tree.kindOf(n)) {
    case Node.Int: case Node.Float: case Node.Char: case Node.String: case Node.Heredoc: case Node.True: case Node.False: case Node.Null:
    case Node.Undef: case Node.EnumLit: case Node.ErrorTag: case Node.Fn: case Node.StructDef: case Node.UnionDef: case Node.EnumDef: case Node.Run:
      return true;
    case Node.Paren: case Node.Unary: case Node.Cast: case Node.Xx: case Node.NamedArg: case Node.Spread: case Node.AddrOf: case Node.TupleIndex: {
      const k = tree.kindOf(n);
      const inner = k === Node.NamedArg ? tree.b[n]! : tree.a[n]!;
      if (k === Node.AddrOf) return isGlobalPlace(f, inner) || isConstantExpr(f, inner);
      return isConstantExpr(f, inner);
    }
    case Node.Binary: return isConstantExpr(f, tree.a[n]!) && isConstantExpr(f, tree.b[n]!);
    case Node.Chain: return all(f, tree.a[n]!);
    case Node.Index: return isConstantExpr(f, tree.a[n]!) && isConstantExpr(f, tree.b[n]!);
    case Node.Member: return isConstantExpr(f, tree.a[n]!);
    case Node.StructLit: return tree.c[n] === 0 && all(f, tree.b[n]!);
    case Node.ArrayLit: return all(f, tree.b[n]!);
    case Node.If: return tree.c[n] !== 0 && isConstantExpr(f, tree.a[n]!) && isConstantExpr(f, tree.b[n]!) && isConstantExpr(f, tree.c[n]!);
    case Node.Block: return tree.b[n] !== 0 && tree.listCount(tree.a[n]!) === 0 && isConstantExpr(f, tree.b[n]!);
    case Node.Ident: case Node.TypeName: return isConstantName(f, n);
    case Node.Call: {
      const callee = tree.a[n]!;
      const k = tree.kindOf(callee);
      if (k === Node.EnumLit) return all(f, tree.b[n]!);
      if (k === Node.Ident && FOLDING.has(f.c.text(tree.a[callee]!))) return true;
      if (k === Node.Member) {
        const base = tree.a[callee]!;
        const v = tree.kindOf(base) === Node.Ident ? lookupIdent(f, tree.a[base]!) : null;
        return v !== null && v.k === VK.type && f.c.types.nominals[v.cv as number]?.variants.some((x) => x.name === f.c.text(tree.b[callee]!)) === true && all(f, tree.b[n]!);
      }
      const v = k === Node.Ident ? lookupIdent(f, tree.a[callee]!) : null;
      return v !== null && v.k === VK.head;
    }
    default: {
      const k = tree.kindOf(n);
      return k >= Node.TypeName && k <= Node.TypeConstrained;
    }
  }
}

function all(f: FnCtx, list: number): boolean {
  const count = f.tree.listCount(list);
  for (let i = 0; i < count; i++) if (!isConstantExpr(f, f.tree.listAt(list, i))) return false;
  return true;
}

function isConstantName(f: FnCtx, n: NodeId): boolean {
  const name = f.tree.a[n]!;
  const v = lookupIdent(f, name);
  if (v === null) return primitiveType(f.c, name) !== 0;
  switch (v.k) {
    case VK.const_: case VK.type: case VK.fn: case VK.head: case VK.ns: case VK.null_: case VK.pack: return true;
    case VK.mem: return v.capture === Capture.constant && v.ref < 0;
    default: return false;
  }
}

function isGlobalPlace(f: FnCtx, n: NodeId): boolean {
  const { tree } = f;
  const k = tree.kindOf(n);
  if (k === Node.Ident) {
    const v = lookupIdent(f, tree.a[n]!);
    return v !== null && v.k === VK.mem && v.ref < 0;
  }
  if (k === Node.Member) return isGlobalPlace(f, tree.a[n]!);
  if (k === Node.Index) return isGlobalPlace(f, tree.a[n]!) && isConstantExpr(f, tree.b[n]!);
  return false;
}
