// Takes an expression node and the type its surroundings expect; gives its value, writing IR as it goes. One row per node kind.
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { BinOp, Node, type UnOp } from '../parse/node.ts';
import { stringValue } from '../parse/string_value.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { arrayLiteral } from './array_lit.ts';
import { asmExpr } from './asm.ts';
import { addressOfExpr } from './address.ts';
import { callExpr } from './callee.ts';
import { castExpr, xxExpr } from './cast.ts';
import { catchExpr, errorTagExpr, orExpr, raiseStatement, tryExpr } from './check_errors.ts';
import { ifBindExpr, ifExpr } from './check_if.ts';
import { forStatement, whileBindStatement, whileStatement, breakStatement, continueStatement } from './check_loops.ts';
import { matchExpr } from './check_match.ts';
import { returnStatement } from './check_return.ts';
import { coerce, type Slot } from './coerce.ts';
import { unnarrow } from './convert.ts';
import { enumLiteral } from './enum_lit.ts';
import type { FnCtx } from './fn_ctx.ts';
import { callerLocation } from './caller_location.ts';
import { identExpr } from './ident.ts';
import { indexExpr, sliceExpr } from './index_expr.ts';
import { insertExpr } from './insert.ts';
import { lambdaExpr } from './lambda.ts';
import { memberExpr, tupleIndexExpr } from './member.ts';
import { binaryExpr, chainExpr, unaryExpr } from './ops.ts';
import { coalesceExpr, optCastExpr, optMemberExpr, unwrapExpr } from './optional_expr.ts';
import { pushStatement } from './context.ts';
import { handsOn, staying } from './leaving.ts';
import { derefVal } from './place.ts';
import { errorAt } from './report.ts';
import { runExpr } from './run.ts';
import { blockValue } from './stmt.ts';
import { structLiteral } from './struct_lit.ts';
import { packTypeList } from './pack_types.ts';
import { TYPE_SYNTAX, typeExpr } from './type_expr.ts';
import { constVal, Lit, Val, VK, voidVal } from './val.ts';
import { boolConst, poison, storeTo } from './value.ts';

export function expr(f: FnCtx, node: NodeId, want: TypeId, dst: Ref): Val {
  const v = f.leaves && !handsOn(f.tree, node) ? staying(f, () => exprByKind(f, node, want, dst)) : exprByKind(f, node, want, dst);
  if (f.c.semantics !== null) f.c.semantics.value(f.tree, node, v);
  // Poison stands for a reported error: without one the program would silently lose this expression.
  if (v.k === VK.poison && !f.c.sink.hasErrors && !f.c.sink.isMuted) errorAt(f, 'UNEXPLAINED', node, `this expression could not be compiled: '${f.tree.text(node)}'`);
  // A value whose type is a reported error (a parameter of an unknown type, say) is one, too.
  return v.ty === f.c.types.poison && (v.k === VK.mem || v.k === VK.reg) ? poison(f) : v;
}

function exprByKind(f: FnCtx, node: NodeId, want: TypeId, dst: Ref): Val {
  const { tree, c } = f;
  const { types } = c;
  f.b.at = tree.file.base + tree.start[node]!;
  switch (tree.kindOf(node)) {
    case Node.Int: return intLiteral(f, tree.intNumber(node), Lit.int, node, want);
    case Node.Char: return intLiteral(f, tree.a[node]!, Lit.char, node, want);
    case Node.Float: {
      const v = constVal(types.f64, tree.floatValue(node));
      v.lit = Lit.float;
      return v;
    }
    case Node.String: case Node.Heredoc: return constVal(types.string, stringValue(tree, node));
    case Node.True: return boolConst(f, true);
    case Node.False: return boolConst(f, false);
    case Node.Null: return new Val(VK.null_, types.null, 0, 0);
    case Node.Undef:
      if (want === 0) {
        errorAt(f, 'UNDEF-TYPE', node, '`---` needs a type');
        return poison(f);
      }
      f.b.looksInto(0);
      return new Val(VK.undef, want, 0, 0);
    case Node.Ident: case Node.TypeName: return identExpr(f, node, want);
    case Node.Paren: return expr(f, tree.a[node]!, want, dst);
    case Node.Unary: return unaryExpr(f, node, tree.flags[node]! as UnOp, want);
    case Node.AddrOf: return addressOfExpr(f, node, want);
    case Node.Xx: return xxExpr(f, node, want, dst);
    case Node.Try: return tryExpr(f, node, want, dst);
    case Node.Binary: {
      const op = tree.flags[node]! as BinOp;
      if (op === BinOp.or) return orExpr(f, node, want, dst);
      if (op === BinOp.coalesce) return coalesceExpr(f, node, want, dst);
      return binaryExpr(f, node, op, want, dst);
    }
    case Node.Chain: return chainExpr(f, node);
    case Node.Call: return callExpr(f, node, want, dst);
    case Node.Index: return indexExpr(f, node);
    case Node.Slice: return sliceExpr(f, node);
    case Node.Member: case Node.TypePath: return memberExpr(f, node, want);
    case Node.TupleIndex: return tupleIndexExpr(f, node);
    case Node.Deref: return derefExpr(f, node);
    case Node.Cast: return castExpr(f, node, dst);
    case Node.OptMember: case Node.OptTupleIndex: return optMemberExpr(f, node, want, dst);
    case Node.OptCast: return optCastExpr(f, node, want, dst);
    case Node.Unwrap: return unwrapExpr(f, node);
    case Node.Catch: return catchExpr(f, node, want, dst);
    case Node.StructLit: return structLiteral(f, node, want, dst);
    case Node.ArrayLit: return arrayLiteral(f, node, want, dst);
    case Node.EnumLit: return enumLiteral(f, node, want);
    case Node.ErrorTag: return errorTagExpr(f, node, want);
    case Node.Block: return blockValue(f, node, want, dst);
    case Node.If: return ifExpr(f, node, want, dst, true);
    case Node.IfBind: return ifBindExpr(f, node, want, dst, true);
    case Node.Match: return matchExpr(f, node, want, dst, true);
    case Node.While: whileStatement(f, node); return statementVal(f);
    case Node.WhileBind: whileBindStatement(f, node); return statementVal(f);
    case Node.For: forStatement(f, node); return statementVal(f);
    case Node.Push: pushStatement(f, node); return statementVal(f);
    case Node.Run: return runExpr(f, tree.a[node]!, want, tree.text(tree.a[node]!));
    case Node.Insert: return insertExpr(f, node, want, dst);
    case Node.CallerLocation: return callerLocation(f, node);
    case Node.Asm: return asmExpr(f, node, want);
    case Node.Fn: return lambdaExpr(f, node, want);
    case Node.Return: returnStatement(f, node); return statementVal(f);
    case Node.Raise: raiseStatement(f, node); return statementVal(f);
    case Node.Break: breakStatement(f, node); return statementVal(f);
    case Node.Continue: continueStatement(f, node); return statementVal(f);
    case Node.Error: return poison(f);
    case Node.FfiCall: case Node.JniEnv:
      errorAt(f, 'UNSUPPORTED', node, 'Objective-C and Java calls are not available on this target');
      return poison(f);
    default: {
      const list = tree.kindOf(node) === Node.TypeGeneric ? packTypeList(f, tree.a[node]!) : null;
      if (list !== null) return list;
      // `[$N]T`, `Vector($N, T)`: a count that the call bound.
      const count = tree.kindOf(node) === Node.TypeGeneric ? (f.env?.get(tree.a[node]!) ?? null) : null;
      if (count !== null && count.k === VK.const_) return count;
      if (!TYPE_SYNTAX.has(tree.kindOf(node))) {
        errorAt(f, 'SYNTAX', node, `'${tree.text(node)}' is no expression`);
        return poison(f);
      }
      const t = typeExpr(f, node);
      return t === types.poison ? poison(f) : c.typeVal(t);
    }
  }
}

function statementVal(f: FnCtx): Val { return voidVal(f.live ? f.c.types.void : f.c.types.noreturn); }

function intLiteral(f: FnCtx, n: number | bigint, lit: Lit, node: NodeId, want: TypeId): Val {
  const { types } = f.c;
  const v = constVal(types.i64, n);
  v.lit = lit;
  // Without a destination the limit is i64; with another integer than that the destination's range decides (at the conversion).
  if (typeof n === 'bigint' && n > 0x7fffffffffffffffn && (want === 0 || want === types.i64 || !types.isInt(want))) {
    if (want === 0 || (types.kind[want] !== Ty.optional && !types.isFloat(want) && want !== types.any)) {
      errorAt(f, 'INT-RANGE', node, `integer literal ${n} does not fit in i64 (max 9223372036854775807)`);
      return poison(f);
    }
  }
  return v;
}

/** Evaluates and coerces to exactly `want`. */
export function exprAs(f: FnCtx, node: NodeId, want: TypeId, slot: Slot, dst: Ref): Val {
  const v = expr(f, node, want, dst);
  if (v.ty === want && v.k !== VK.fn && v.k !== VK.undef) return v;
  return coerce(f, v, want, node, slot);
}

/** Evaluates, coerces and stores to `dst`. */
export function exprInto(f: FnCtx, node: NodeId, want: TypeId, slot: Slot, dst: Ref): void {
  const v = exprAs(f, node, want, slot, dst);
  if (v.k === VK.mem && v.ref === dst) return;
  storeTo(f, dst, v);
}

function derefExpr(f: FnCtx, node: NodeId): Val {
  const { types } = f.c;
  const v = unnarrow(f, expr(f, f.tree.a[node]!, 0, 0));
  if (v.k === VK.poison) return v;
  if (types.kind[v.ty] !== Ty.ptr && types.kind[v.ty] !== Ty.manyptr) {
    errorAt(f, 'DEREF', node, `cannot dereference a value of type '${types.text(v.ty)}'`);
    return poison(f);
  }
  return derefVal(f, v);
}

