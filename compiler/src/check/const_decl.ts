// Takes a `name :: value` whose value is an expression; gives its constant, or the expression to evaluate at each use (reference 3.2, 11.3).
import type { NameId, NodeId } from '../base/ids.ts';
import { CallFlag, Node, UnOp } from '../parse/node.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { coerce, initSlot } from './coerce.ts';
import { comptimeEnv, evalNow, finishEval, isKnown, openThunk } from './comptime_eval.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { isConstantExpr } from './const_expr.ts';
import { errorAt } from './report.ts';
import { runExpr } from './run.ts';
import { typeExpr } from './type_expr.ts';
import { nameMade } from './type_function.ts';
import { Capture, type Lazy, Lit, Val, VK } from './val.ts';

export function evalConstant(f: FnCtx, name: NameId, node: NodeId): Val {
  const { c, tree } = f;
  const typeNode = tree.c[node]!;
  const want = typeNode === 0 ? 0 : typeExpr(f, typeNode);
  const value = tree.b[node]!;
  const label = c.text(name);
  if (want === c.types.poison) return new Val(VK.poison, c.types.poison, 0, 0);
  if (tree.kindOf(value) === Node.Run) return runExpr(f, tree.a[value]!, want, label);
  if (isTypeNode(tree.kindOf(value))) return c.typeVal(typeExpr(f, value));
  const t = openThunk(f, comptimeEnv(f));
  t.f.constant = label;
  const errors = c.sink.errorCount;
  t.f.b.at = f.pos(value);
  let v = expr(t.f, value, want, 0);
  if (want !== 0) v = typedConstant(t.f, v, want, value, label);
  if (c.sink.errorCount > errors || v.k === VK.poison) return new Val(VK.poison, c.types.poison, 0, 0);
  if (isKnown(v)) {
    t.f.b.discard();
    if (v.k === VK.type && tree.kindOf(value) === Node.Call) nameMade(c, v.cv as TypeId, name);
    return keepLiteral(v);
  }
  if (v.k === VK.mem && v.ref < 0 && v.capture === Capture.constant && !c.types.isScalar(v.ty)) return v;
  // Types exist at compile time only: an expression of type Type is evaluated now, whatever it calls.
  if (v.ty === c.types.type) return finishEval(f, t, v, value, { label, name, want, slot: initSlot(label) }, errors);
  const direct = tree.kindOf(value) === Node.Call && (tree.flags[value]! & CallFlag.piped) === 0;
  if (!isConstantExpr(f, value)) {
    const element = tree.kindOf(value) === Node.ArrayLit ? [...tree.list(tree.b[value]!)].find((n) => !isConstantExpr(f, n)) : undefined;
    if (element !== undefined) {
      errorAt(f, 'ARRAYCONST-ELEM', element, `constant '${label}' must be initialized by compile-time constant elements`);
      return new Val(VK.poison, c.types.poison, 0, 0);
    }
    if (!direct || !argsConstant(f, value)) return lazyVal(f, value, want === 0 ? 0 : want, v.ty);
    return tryCall(f, value, want, label, v.ty);
  }
  return finishEval(f, t, v, value, { label, name, want, slot: initSlot(label) }, errors);
}

/** A named constant is no literal any more for mixed arithmetic, but still folds. */
function keepLiteral(v: Val): Val {
  if (v.lit === Lit.none) return v;
  const copy = new Val(v.k, v.ty, v.ref, v.cv);
  return copy;
}

function typedConstant(f: FnCtx, v: Val, want: TypeId, node: NodeId, label: string): Val {
  const { types, sink } = f.c;
  const kind = literalKind(f, v, isWritten(f, node));
  const ok = !kind || v.ty === want || compatible(f, v, want);
  if (!ok) {
    sink.error('CONST-MISMATCH', f.pos(node), f.end(node), `type mismatch: constant '${label}' is declared '${types.text(want)}' but its initializer is ${kind}`);
    return new Val(VK.poison, types.poison, 0, 0);
  }
  return coerce(f, v, want, node, initSlot(label));
}

function compatible(f: FnCtx, v: Val, want: TypeId): boolean {
  const { types } = f.c;
  let target = want;
  while (types.kind[target] === Ty.optional && v.ty !== target) target = types.a[target]!;
  if (target === v.ty || target === types.any) return true;
  const kind = types.kind[target]!;
  if (types.isNumber(v.ty)) return types.isNumber(target) || kind === Ty.enum_ || kind === Ty.protocol;
  if (v.ty === types.bool) return kind === Ty.protocol;
  if (v.ty === types.string) return kind === Ty.cstring || kind === Ty.manyptr || kind === Ty.slice || kind === Ty.protocol;
  return true;
}

/** Whether the initializer is a literal, negated perhaps: what operators make of literals is an expression. */
function isWritten(f: FnCtx, node: NodeId): boolean {
  const { tree } = f;
  switch (tree.kindOf(node)) {
    case Node.Paren: return isWritten(f, tree.a[node]!);
    case Node.Unary: return tree.flags[node] === UnOp.neg && isWritten(f, tree.a[node]!);
    case Node.Int: case Node.Float: case Node.Char: case Node.String: case Node.Heredoc: case Node.True: case Node.False: return true;
    default: return false;
  }
}

function literalKind(f: FnCtx, v: Val, written: boolean): string {
  const { types } = f.c;
  if (v.k !== VK.const_) return '';
  const form = written ? 'literal' : 'expression';
  if (types.isInt(v.ty)) return `an integer ${form}`;
  if (types.isFloat(v.ty)) return `a float ${form}`;
  if (v.ty === types.bool) return `a boolean ${form}`;
  if (v.ty === types.string) return `a string ${form}`;
  return '';
}

export function isTypeNode(k: Node): boolean {
  return (k >= Node.TypeName && k <= Node.TypeConstrained) || k === Node.StructDef || k === Node.EnumDef || k === Node.UnionDef;
}

/** Whether every argument of a call is known at compile time. */
export function argsConstant(f: FnCtx, call: NodeId): boolean {
  const { tree } = f;
  for (const a of tree.list(tree.b[call]!)) {
    const e = tree.kindOf(a) === Node.NamedArg ? tree.b[a]! : a;
    if (!isConstantExpr(f, e)) return false;
  }
  return tree.c[call] === 0;
}

/** A call with compile-time arguments: evaluated now when the evaluator can, else at each use. */
function tryCall(f: FnCtx, node: NodeId, want: TypeId, label: string, ty: TypeId): Val {
  const { sink } = f.c;
  sink.mute();
  const before = sink.errorCount;
  const v = evalNow(f, node, { label, name: 0, want, slot: initSlot(label) });
  sink.unmute();
  if (v.k !== VK.poison || sink.errorCount !== before) return v;
  return lazyVal(f, node, want, ty);
}

export function lazyVal(f: FnCtx, node: NodeId, want: TypeId, ty: TypeId): Val {
  const v = new Val(VK.lazy, ty, 0, 0);
  const lazy: Lazy = { node, tree: f.tree, file: f.file, env: comptimeEnv(f), want };
  v.lazy = lazy;
  return v;
}

export function reportNotConstant(f: FnCtx, node: NodeId, what: string): void {
  errorAt(f, 'GLOBAL-NONCONST', node, what);
}
