// Takes unary, binary and chained operators; gives their values by the typing rules of reference 2.11 and 4.3.
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { BinOp, Node, UnOp } from '../parse/node.ts';
import { IR_BOOL, IR_PTR, irIsFloat, irIsSigned } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { coerce, OTHER, valTypeText } from './coerce.ts';
import { boolAnd } from './cond.ts';
import { convert, Mode, scalarConv, unnarrow } from './convert.ts';
import { equalVals } from './equality.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { foldBinary, foldCompare } from './fold.ts';
import { autoDeref } from './place.ts';
import { errorAt } from './report.ts';
import { tupleBinary, tupleIn } from './tuple_ops.ts';
import { vectorBinary, vectorCompare, vectorUnary } from './vector_ops.ts';
import { Capture, constVal, Lit, regVal, type Val, VK } from './val.ts';
import { boolConst, held, lastToRun, mayRun, poison, rvalue, small, toReg, wrapInt } from './value.ts';
import { asType } from './type_expr.ts';
import { shiftCheck } from './checks.ts';
import { divide } from './division.ts';

export const OP_TEXT: readonly string[] = ['', '+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '==', '!=', '<', '<=', '>', '>=', 'in', 'and', 'or', '??'];

export function isCompare(op: BinOp): boolean { return op >= BinOp.eq && op <= BinOp.ge; }

export function unaryExpr(f: FnCtx, node: NodeId, op: UnOp, want: TypeId): Val {
  const { types } = f.c;
  const operand = f.tree.a[node]!;
  if (op === UnOp.not) return notExpr(f, node, operand);
  const neg = op === UnOp.neg;
  const literal = neg && isIntLiteral(f, operand) && (want === types.i64 || !types.isNumber(want));
  // As a u64 it is not held to the limit of positive ones.
  const v = valueOperand(f, expr(f, operand, literal ? types.u64 : want, 0));
  if (v.k === VK.poison) return v;
  // The limit of a negated literal is the negative one (reference 2.11).
  if (literal && BigInt(v.cv as number | bigint) > 1n << 63n) {
    errorAt(f, 'INT-RANGE', node, `integer literal -${v.cv} does not fit in i64 (min -9223372036854775808)`);
    return poison(f);
  }
  if (v.k === VK.const_ && types.isNumber(v.ty) && (neg || types.isInt(v.ty))) {
    const n = v.cv as number | bigint;
    if (types.isFloat(v.ty)) {
      const out = constVal(v.ty, -Number(n));
      out.lit = v.lit;
      return out;
    }
    const raw = neg ? -BigInt(n) : ~BigInt(n);
    const out = constVal(v.ty, v.lit !== Lit.none ? small(raw) : wrapInt(types.reg(v.ty), small(raw)));
    if (neg) out.lit = v.lit;
    return out;
  }
  if (types.kind[v.ty] === Ty.vector) return vectorUnary(f, v, neg, node);
  f.b.at = f.pos(node);
  const reg = types.reg(v.ty);
  if (neg && types.isFloat(v.ty)) return regVal(v.ty, f.b.conv(Op.fneg, reg, toReg(f, v)));
  if (types.isInt(v.ty) || (!neg && types.kind[v.ty] === Ty.enum_)) {
    const r = toReg(f, v);
    return regVal(v.ty, neg ? f.b.bin(Op.sub, reg, f.c.module.int(reg, 0), r) : f.b.bin(Op.xor, reg, r, f.c.module.int(reg, wrapInt(reg, -1))));
  }
  errorAt(f, 'BINOP-TYPES', node, `cannot apply '${neg ? '-' : '~'}' to an operand of type '${types.text(v.ty)}'`);
  return poison(f);
}

function isIntLiteral(f: FnCtx, node: NodeId): boolean {
  let n = node;
  while (f.tree.kindOf(n) === Node.Paren) n = f.tree.a[n]!;
  return f.tree.kindOf(n) === Node.Int;
}

function notExpr(f: FnCtx, node: NodeId, operand: NodeId): Val {
  const { types } = f.c;
  const v = valueOperand(f, expr(f, operand, 0, 0));
  if (v.k === VK.poison) return v;
  if (v.k === VK.const_ && (v.ty === types.bool || types.isInt(v.ty))) return boolConst(f, Number(v.cv) === 0);
  const k = types.kind[v.ty];
  if (v.ty === types.bool) return regVal(types.bool, f.b.bin(Op.xor, IR_BOOL, toReg(f, v), f.c.module.int(IR_BOOL, 1)));
  if (types.isInt(v.ty) || k === Ty.errset || k === Ty.enum_) {
    const reg = types.reg(v.ty);
    return regVal(types.bool, f.b.cmp(Op.eq, toReg(f, v), f.c.module.int(reg, 0)));
  }
  if (types.reg(v.ty) === IR_PTR) return regVal(types.bool, f.b.cmp(Op.eq, toReg(f, v), f.c.module.nullPtr()));
  errorAt(f, 'NOT-OPERAND', node, `'!' needs a bool, an integer or an error, not '${types.text(v.ty)}'`);
  return poison(f);
}

/** An operand: narrowed optionals are their payload, by-reference loop captures their element. */
export function valueOperand(f: FnCtx, v0: Val): Val {
  const v = unnarrow(f, v0);
  return v.capture === Capture.refElement && f.c.types.kind[v.ty] === Ty.ptr ? autoDeref(f, v) : v;
}

export function binaryExpr(f: FnCtx, node: NodeId, op: BinOp, want: TypeId, dst: Ref): Val {
  const { tree } = f;
  const left = tree.a[node]!;
  const right = tree.b[node]!;
  if (op === BinOp.and) return boolAnd(f, node);
  if (isCompare(op)) return compareNodes(f, node, op, left, right);
  if (op === BinOp.in) return tupleIn(f, node, rvalue(f, valueOperand(f, expr(f, left, 0, 0))), expr(f, right, 0, 0));
  let l = valueOperand(f, expr(f, left, operandWant(f, want, left), 0));
  l = held(f, l, mayRun(f, right));
  const r = valueOperand(f, expr(f, right, rightWant(f, l, want, right), 0));
  f.b.at = f.pos(node);
  if (op >= BinOp.bitAnd && op <= BinOp.bitXor) warnBitsCompared(f, op, l, r, left, right);
  return arithmetic(f, node, op, l, r, want, dst);
}

/** `bits & 4 != 0` is `bits & (4 != 0)`: an integer beside a comparison without parentheses is hardly meant. */
function warnBitsCompared(f: FnCtx, op: BinOp, l: Val, r: Val, left: NodeId, right: NodeId): void {
  const { tree, c } = f;
  const compared = c.types.isInt(l.ty) && r.ty === c.types.bool ? right : c.types.isInt(r.ty) && l.ty === c.types.bool ? left : 0;
  if (compared === 0 || tree.kindOf(compared) !== Node.Binary || !isCompare(tree.flags[compared]! as BinOp)) return;
  const text = OP_TEXT[tree.flags[compared]!];
  c.sink.warning('BITS-COMPARED', f.pos(compared), tree.posOf(tree.end[compared]!), `\`${text}\` binds tighter than \`${OP_TEXT[op]}\`: this comparison is an operand of an integer's bits`)
    .help(`put the \`${OP_TEXT[op]}\` in parentheses, or the comparison when it is meant`);
}

/** The expected type reaches `xx` operands and literals of arithmetic, nothing else that could change meaning. */
function operandWant(f: FnCtx, want: TypeId, node: NodeId): TypeId {
  const { types } = f.c;
  if (want === 0) return 0;
  const k = types.kind[want];
  const kind = f.tree.kindOf(node);
  if (kind === Node.EnumLit || kind === Node.StructLit || kind === Node.ArrayLit || kind === Node.Null) return want;
  return types.isNumber(want) || k === Ty.enum_ || k === Ty.ptr || k === Ty.vector ? want : 0;
}

function rightWant(f: FnCtx, l: Val, want: TypeId, node: NodeId): TypeId {
  const { types } = f.c;
  const kind = f.tree.kindOf(node);
  if (kind === Node.Xx) return types.isNumber(want) ? want : l.ty;
  if (types.kind[l.ty] === Ty.enum_ || types.kind[l.ty] === Ty.tuple || types.kind[l.ty] === Ty.vector) return l.ty;
  return types.isNumber(want) ? want : 0;
}

export function arithmetic(f: FnCtx, node: NodeId, op: BinOp, l: Val, r: Val, want: TypeId, dst: Ref): Val {
  const { types } = f.c;
  if (l.k === VK.poison || r.k === VK.poison) return poison(f);
  if (l.ty === types.noreturn || r.ty === types.noreturn) return poison(f);
  if (l.k === VK.const_ && r.k === VK.const_) {
    const folded = foldBinary(f, op, l, r, want, node);
    if (folded !== null) return folded;
  }
  if (types.kind[l.ty] === Ty.vector || types.kind[r.ty] === Ty.vector) return vectorBinary(f, node, op, l, r, dst);
  if (types.kind[l.ty] === Ty.tuple) return tupleBinary(f, node, op, l, r);
  if (optionalOperand(f, node, l) || optionalOperand(f, node, r)) return poison(f);
  const t = resultType(f, op, l, r, want);
  if (t === 0) {
    const errors = f.c.sink.errorCount;
    void errors;
    errorAt(f, 'BINOP-TYPES', node, `cannot apply '${OP_TEXT[op]}' to operands of type '${types.text(l.ty)}' and '${types.text(r.ty)}'`);
    return poison(f);
  }
  const a = operand(f, l, t, node);
  const b = operand(f, r, t, node);
  if (a === null || b === null) return poison(f);
  return regVal(t, emitArith(f, node, op, t, a, b));
}

function optionalOperand(f: FnCtx, node: NodeId, v: Val): boolean {
  if (f.c.types.kind[v.ty] !== Ty.optional) return false;
  errorAt(f, 'OPT-OPERAND', node, `cannot use '${f.c.types.text(v.ty)}' as an operand: an optional does not implicitly unwrap`).help('use `!`, `??`, or test it for null first');
  return true;
}

function operand(f: FnCtx, v: Val, t: TypeId, node: NodeId): Ref | null {
  if (v.ty === t) return toReg(f, v);
  const { types } = f.c;
  if (v.k === VK.const_ && v.lit !== Lit.none && types.isInt(t) && types.isInt(v.ty)) {
    // A literal beside an integer is an i64 brought to the operand's type.
    const c = coerceLiteral(f, v, t, node);
    return c === null ? null : toReg(f, c);
  }
  const r = convert(f, v, t, Mode.explicit);
  return r === null ? null : toReg(f, r);
}

function coerceLiteral(f: FnCtx, v: Val, t: TypeId, node: NodeId): Val | null {
  const r = convert(f, v, t, Mode.implicit);
  if (r !== null) return r;
  const reg = f.c.types.reg(t);
  void node;
  return constVal(t, wrapInt(reg, v.cv as number | bigint));
}

/** int with float → the float; otherwise the left type (an untyped literal counts as i64 or f64). 0 = not applicable. */
function resultType(f: FnCtx, op: BinOp, l: Val, r: Val, want: TypeId): TypeId {
  const { types } = f.c;
  const bitwise = op >= BinOp.bitAnd && op <= BinOp.shr;
  const lk = types.kind[l.ty]!;
  const rk = types.kind[r.ty]!;
  if (types.isNumber(l.ty) && types.isNumber(r.ty)) {
    if (types.isInt(l.ty) && types.isFloat(r.ty)) return bitwise ? 0 : r.ty;
    if (types.isFloat(l.ty)) return bitwise ? 0 : l.ty;
    // A literal that only an unsigned destination can hold has the destination's type.
    if (l.lit !== Lit.none && want !== 0 && types.isInt(want) && typeof l.cv === 'bigint' && l.cv > 0x7fffffffffffffffn) return want;
    return l.ty;
  }
  if (bitwise) {
    if (l.ty === types.bool && r.ty === types.bool && op <= BinOp.bitXor) return types.bool;
    if (types.isInt(l.ty) && r.ty === types.bool || l.ty === types.bool && types.isInt(r.ty)) return l.ty;
    if (lk === Ty.enum_ && (rk === Ty.enum_ || types.isInt(r.ty))) return l.ty;
    if (types.isInt(l.ty) && rk === Ty.enum_) return r.ty;
    return 0;
  }
  // Pointer arithmetic on addresses as integers.
  if ((lk === Ty.ptr || lk === Ty.manyptr) && (types.isInt(r.ty) || rk === Ty.ptr || rk === Ty.manyptr)) return op === BinOp.add || op === BinOp.sub ? l.ty : 0;
  return 0;
}

function emitArith(f: FnCtx, node: NodeId, op: BinOp, t: TypeId, a: Ref, b: Ref): Ref {
  const { types } = f.c;
  const reg = types.reg(t);
  if (reg === IR_PTR) {
    const u = types.reg(types.u64);
    const x = f.b.conv(Op.p2i, u, a);
    const y = f.b.conv(Op.p2i, u, b);
    return f.b.conv(Op.i2p, IR_PTR, f.b.bin(op === BinOp.add ? Op.add : Op.sub, u, x, y));
  }
  if (irIsFloat(reg)) {
    const ops = [Op.nop, Op.fadd, Op.fsub, Op.fmul, Op.fdiv, Op.frem];
    return f.b.bin(ops[op]!, reg, a, b);
  }
  const signed = irIsSigned(reg);
  switch (op) {
    case BinOp.add: return f.b.bin(Op.add, reg, a, b);
    case BinOp.sub: return f.b.bin(Op.sub, reg, a, b);
    case BinOp.mul: return f.b.bin(Op.mul, reg, a, b);
    case BinOp.div: case BinOp.rem: return divide(f, node, op, reg, a, b);
    case BinOp.bitAnd: return f.b.bin(Op.and, reg, a, b);
    case BinOp.bitOr: return f.b.bin(Op.or, reg, a, b);
    case BinOp.bitXor: return f.b.bin(Op.xor, reg, a, b);
    case BinOp.shl: shiftCheck(f, node, reg, b); return f.b.bin(Op.shl, reg, a, b);
    default: shiftCheck(f, node, reg, b); return f.b.bin(signed ? Op.ashr : Op.lshr, reg, a, b);
  }
}

/** Arithmetic of a compound assignment: the target's type decides. */
export function compound(f: FnCtx, node: NodeId, op: BinOp, target: Val, value: Val): Val {
  const r = arithmetic(f, node, op, rvalue(f, target), valueOperand(f, value), target.ty, 0);
  return r.k === VK.poison ? r : coerce(f, r, target.ty, node, OTHER);
}

export function compareNodes(f: FnCtx, node: NodeId, op: BinOp, left: NodeId, right: NodeId): Val {
  const { l, r } = operands(f, left, right);
  f.b.at = f.pos(node);
  return compareVals(f, node, op, l, r);
}

/** Comparison operands: enum literals and untyped literals take the other side's type. */
function operands(f: FnCtx, left: NodeId, right: NodeId): { l: Val; r: Val } {
  const { tree } = f;
  if (tree.kindOf(left) === Node.EnumLit) {
    const r = held(f, expr(f, right, 0, 0), false);
    return { l: expr(f, left, r.ty, 0), r };
  }
  const l = held(f, expr(f, left, 0, 0), mayRun(f, right));
  const r = expr(f, right, compareWant(f, l, right), 0);
  return { l, r };
}

function compareWant(f: FnCtx, l: Val, right: NodeId): TypeId {
  const { types } = f.c;
  const kind = f.tree.kindOf(right);
  let t = l.ty;
  if (l.k === VK.null_) return 0;
  if (kind === Node.StructLit && f.tree.a[right] === 0) {
    while (types.kind[t] === Ty.optional) t = types.a[t]!;
    return t;
  }
  if (kind === Node.EnumLit || kind === Node.ErrorTag || kind === Node.Xx || kind === Node.Call || kind === Node.ArrayLit) {
    if (types.kind[t] === Ty.ptr && kind === Node.EnumLit) return types.a[t]!;
    return kind === Node.Call && f.tree.kindOf(f.tree.a[right]!) !== Node.EnumLit ? 0 : t;
  }
  return types.kind[t] === Ty.enum_ || types.kind[t] === Ty.tagged ? t : 0;
}

const INT_OPS: readonly (readonly [Op, Op])[] = [[Op.eq, Op.eq], [Op.ne, Op.ne], [Op.slt, Op.ult], [Op.sle, Op.ule], [Op.sgt, Op.ugt], [Op.sge, Op.uge]];
const FLOAT_OPS: readonly Op[] = [Op.feq, Op.fne, Op.flt, Op.fle, Op.fgt, Op.fge];

export function compareVals(f: FnCtx, node: NodeId, op: BinOp, l0: Val, r0: Val): Val {
  const { types } = f.c;
  let l = valueOperand(f, l0);
  let r = valueOperand(f, r0);
  // Presence tests look at the optional itself.
  if (l0.k === VK.null_ || r0.k === VK.null_) {
    l = l0;
    r = r0;
  }
  if (l.k === VK.poison || r.k === VK.poison) return poison(f);
  const lt = asType(f, l);
  const rt = asType(f, r);
  if (lt !== 0 && rt !== 0) return boolConst(f, (lt === rt) === (op === BinOp.eq));
  if (l.k === VK.const_ && r.k === VK.const_) {
    const folded = foldCompare(f, op, l, r);
    if (folded !== null) return folded;
  }
  if (types.kind[l.ty] === Ty.vector || types.kind[r.ty] === Ty.vector) return vectorCompare(f, node, op, l, r);
  if (op === BinOp.eq || op === BinOp.ne) {
    const e = equalVals(f, node, op, l, r);
    if (e === null) return poison(f);
    return op === BinOp.eq ? e : negate(f, e);
  }
  return order(f, node, op, l, r);
}

function negate(f: FnCtx, v: Val): Val {
  if (v.k === VK.const_) return boolConst(f, v.cv === 0);
  return regVal(v.ty, f.b.bin(Op.xor, IR_BOOL, toReg(f, v), f.c.module.int(IR_BOOL, 1)));
}

function order(f: FnCtx, node: NodeId, op: BinOp, l: Val, r: Val): Val {
  const { types } = f.c;
  if (types.kind[l.ty] === Ty.tuple) return tupleBinary(f, node, op, l, r);
  if (optionalOperand(f, node, l) || optionalOperand(f, node, r)) return poison(f);
  const scalarCmp = compareScalars(f, op, l, r);
  if (scalarCmp !== null) return regVal(types.bool, scalarCmp);
  errorAt(f, 'BINOP-TYPES', node, `cannot apply '${OP_TEXT[op]}' to operands of type '${valTypeText(f, l)}' and '${valTypeText(f, r)}'`);
  return poison(f);
}

/** Comparison of scalars: null when the types do not compare. */
export function compareScalars(f: FnCtx, op: BinOp, l: Val, r: Val): Ref | null {
  const { types } = f.c;
  const at = op - BinOp.eq;
  if (types.isNumber(l.ty) && types.isNumber(r.ty)) {
    if (types.isFloat(l.ty) || types.isFloat(r.ty)) {
      const t = types.isFloat(l.ty) ? l.ty : r.ty;
      const reg = types.reg(t);
      const a = scalarConv(f, toReg(f, l), types.reg(l.ty), reg);
      const b = scalarConv(f, toReg(f, r), types.reg(r.ty), reg);
      return f.b.cmp(FLOAT_OPS[at]!, a, b);
    }
    return compareInts(f, at, l, r);
  }
  const lk = types.kind[l.ty]!;
  const rk = types.kind[r.ty]!;
  if (lk === Ty.bool && rk === Ty.bool) return f.b.cmp(INT_OPS[at]![1], toReg(f, l), toReg(f, r));
  if ((lk === Ty.enum_ || types.isInt(l.ty)) && (rk === Ty.enum_ || types.isInt(r.ty)) && (lk === Ty.enum_ || rk === Ty.enum_)) {
    if (lk === Ty.enum_ && rk === Ty.enum_ && l.ty !== r.ty) return null;
    const t = lk === Ty.enum_ ? l.ty : r.ty;
    const reg = types.reg(t);
    const a = scalarConv(f, toReg(f, l), types.reg(l.ty), reg);
    const b = scalarConv(f, toReg(f, r), types.reg(r.ty), reg);
    return f.b.cmp(INT_OPS[at]![irIsSigned(reg) ? 0 : 1], a, b);
  }
  if (types.reg(l.ty) === IR_PTR && types.reg(r.ty) === IR_PTR) return f.b.cmp(INT_OPS[at]![1], toReg(f, l), toReg(f, r));
  return null;
}

/** Different widths: the narrower is extended by its own signedness; unsigned compare if either is unsigned. */
function compareInts(f: FnCtx, at: number, l: Val, r: Val): Ref {
  const { types } = f.c;
  let lt = l.ty;
  let rt = r.ty;
  if (l.k === VK.const_ && l.lit !== Lit.none && convert(f, l, rt, Mode.implicit) !== null) lt = rt;
  else if (r.k === VK.const_ && r.lit !== Lit.none && convert(f, r, lt, Mode.implicit) !== null) rt = lt;
  const wide = types.width(lt) >= types.width(rt) ? lt : rt;
  const reg = types.reg(wide);
  const a = lt === l.ty ? scalarConv(f, toReg(f, l), types.reg(l.ty), reg) : f.c.module.int(reg, wrapInt(reg, l.cv as number | bigint));
  const b = rt === r.ty ? scalarConv(f, toReg(f, r), types.reg(r.ty), reg) : f.c.module.int(reg, wrapInt(reg, r.cv as number | bigint));
  const unsigned = !types.isSigned(lt) || !types.isSigned(rt);
  return f.b.cmp(INT_OPS[at]![unsigned ? 1 : 0], a, b);
}

/** `a < b <= c`: every operand once, no short circuit, conjunction of neighbours. */
export function chainExpr(f: FnCtx, node: NodeId): Val {
  const { tree } = f;
  const nodes = tree.list(tree.a[node]!);
  const ops = tree.list(tree.b[node]!);
  const vals: Val[] = [];
  const last = lastToRun(f, [...nodes]);
  for (const n of nodes) {
    const prev = vals[vals.length - 1];
    vals.push(held(f, expr(f, n, prev === undefined ? 0 : compareWant(f, prev, n), 0), vals.length < last));
  }
  let out: Val | null = null;
  for (let i = 0; i < ops.length; i++) {
    const c = compareVals(f, node, ops[i]! as BinOp, vals[i]!, vals[i + 1]!);
    if (c.k === VK.poison) return c;
    if (out === null) out = c;
    else if (out.k === VK.const_ && c.k === VK.const_) out = boolConst(f, out.cv !== 0 && c.cv !== 0);
    else out = regVal(f.c.types.bool, f.b.bin(Op.and, IR_BOOL, toReg(f, out), toReg(f, c)));
  }
  return out!;
}

