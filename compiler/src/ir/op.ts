// The instruction set. One row per op: what the columns mean. The table OP_INFO drives printer, reader and verifier.
//
// Columns of an instruction: op, ty (IrTy of the result register; void = none), a, b, c, pos (global source position).
// A *ref* is an operand: > 0 the result of instruction number n of the same function, < 0 the module constant ~n, 0 none.
// Memory is byte-addressed; aggregates live in memory only. `imm` is a plain number, `blk` a block id, `ex` an index into
// the function's `extra` column (a count-prefixed list unless stated otherwise).

export const enum Op {
  nop = 0,
  /** param: a = imm parameter index. Scalar parameter → its value; aggregate parameter → ptr to a copy this activation owns. */
  param,
  /** ret_slot: → ptr to the memory where an aggregate result goes (only in functions whose result is an aggregate). May stand anywhere, like slot. */
  ret_slot,
  /** slot: a = imm size in bytes, b = imm align. → ptr to a fixed place of the frame. May stand anywhere; the place is one per activation. Contents undefined. */
  slot,

  // ---- memory
  /** load: ty, a = ref ptr, c = imm alignment (0 = natural). */
  load,
  /** store: a = ref ptr, b = ref value, c = imm alignment (0 = natural); the value's own type says how many bytes. c may carry flag bit 16 = volatile (also load). */
  store,
  /** copy: a = ref dst, b = ref src, c = imm bytes. Regions are identical or disjoint. */
  copy,
  /** zero: a = ref dst, c = imm bytes. */
  zero,
  /** field: a = ref ptr, c = imm byte offset → ptr. */
  field,
  /** index: a = ref ptr, b = ref index (any integer type, sign as its type says), c = imm element size → ptr. */
  index,

  // ---- integer arithmetic (modular at the width of ty; a, b refs of type ty)
  add, sub, mul, sdiv, udiv, srem, urem, and, or, xor,
  /** shl/ashr/lshr: the count b is of type ty too; a count >= width gives 0 (ashr: the sign). */
  shl, ashr, lshr,
  // ---- float arithmetic
  fadd, fsub, fmul, fdiv, frem,
  /** fneg: a. */
  fneg,

  // ---- comparison: ty = u1, a, b refs of one type (int, ptr: eq..uge; float: feq..fge ordered except fne which is true on NaN)
  eq, ne, slt, sle, sgt, sge, ult, ule, ugt, uge,
  feq, fne, flt, fle, fgt, fge,

  // ---- conversion: a = ref, ty = target
  /** int → narrower int (keeps low bits), or same width other signedness. */
  trunc,
  /** int → wider int, extending by the SOURCE's signedness. */
  ext,
  /** float → int: truncate toward zero to a 64-bit integer, keep the low bits; out of 64-bit range gives 0x8000… (no trap). */
  f2i,
  /** int → float by the source's signedness. */
  i2f,
  fpext, fptrunc,
  /** ptr → int of ty (truncating or zero-extending); int → ptr. */
  p2i, i2p,
  /** same-size bit reinterpretation between int and float. */
  bits,
  /** select: a = ref u1, b = ref if true, c = ref if false. */
  select,

  // ---- calls
  /** call: a = imm FnId, b = ex list of argument refs (aggregates by ptr; callee gets a copy), c = ref ptr where an aggregate result is written (0 = none). */
  call,
  /** call_ptr: a = ref code pointer, b = ex [sigId, n, args…] , c = ref dst of an aggregate result (0 = none). */
  call_ptr,

  // ---- whole-memory helpers
  /** mem_eq: a, b = ref ptr, c = ref byte count (i64) → u1. */
  mem_eq,
  /** mem_move: a = ref dst, b = ref src, c = ref byte count; regions may overlap. */
  mem_move,
  /** mem_set: a = ref dst, b = ref u8, c = ref byte count. */
  mem_set,

  // ---- vectors: lanes in memory
  /** vec_bin: a = ref dst, b = ex [lhs ptr ref, rhs ptr ref, Op, IrTy lane, lanes] (not count-prefixed); compare ops write one u1 byte per lane. */
  vec_bin,
  /** vec_un: a = ref dst, b = ex [src ptr ref, Op (fneg, sub = negate, xor = complement), IrTy lane, lanes, 0]. */
  vec_un,
  /** fmath: a = ref float, c = imm FMath; ty = type of a. */
  fmath,

  // ---- run-time type information (TypeIds as u64 values)
  /** rtti: a = ref type tag, b = ref member index or 0, c = imm RttiCol; ty as the column says. */
  rtti,
  /** err_name: a = ref u32 error tag → ptr to a 16-byte string {ptr,len} ("" for 0). */
  err_name,
  /** comptime_flag: → u1, true in the evaluator, false in emitted code. */
  comptime_flag,

  // ---- atomics (c = imm MemOrder | MemOrder2 << 4 | flags). Volatile to passes: each stays as often and in the order in which it is written.
  /** atomic_load: a = ref ptr, c = MemOrder → value. atomic_store: a = ref ptr, b = ref value, c = MemOrder. The place is aligned to its size. */
  atomic_load, atomic_store,
  /** atomic_load_mem: a = ref dst (private), b = ref src (atomic), c = MemOrder | bytes << 8: what no register holds, read as one piece. */
  atomic_load_mem,
  /** atomic_store_mem: a = ref dst (atomic), b = ref src (private), c = MemOrder | bytes << 8. */
  atomic_store_mem,
  /** atomic_rmw: a = ref ptr, b = ref operand, c = imm AtomicRmw << 8 | MemOrder → old value. add and sub: integers that fill their bytes. */
  atomic_rmw,
  /** cmpxchg: a = ref ptr, b = ex [expected ref, desired ref] (not count-prefixed), c = success | failure << 4 | weak << 8 → old value. */
  cmpxchg,
  /** cmpxchg_ok: a = ref of a cmpxchg instruction → u1 exchanged. */
  cmpxchg_ok,
  fence,

  /** asm: b = ex index into the function's `asms` table… a = imm index of FnBody.asms, b = ex list of input refs; results stored by the asm's own out slots. */
  asm,
  /** va_start-like ops are absent on purpose: variadics exist only as C calls. */

  // ---- terminators (last instruction of every block, nowhere else)
  /** br: a = blk. */
  br,
  /** cond_br: a = ref u1, b = blk if true, c = blk if false. */
  cond_br,
  /** switch_: a = ref int, b = ex [n, default blk, then n × (const ref, blk)] */
  switch_,
  /** ret: a = ref value of a scalar result, 0 when void or aggregate (already in ret_slot). */
  ret,
  /** trap: a = const ref: address of a NUL-terminated message `file:line:col: text`; prints it to stderr, aborts (134). */
  trap,
  unreachable,
}

export const enum FMath { sqrt, sin, cos, floor, fabs, trunc, ceil }
export const enum MemOrder { relaxed, acquire, release, acq_rel, seq_cst }
export const enum AtomicRmw { add, sub, and, or, xor, min, max, umin, umax, xchg }

/** Columns of the run-time type table. `str` columns give a ptr to a 16-byte string constant. */
export const enum RttiCol {
  size, // i64
  align, // i64
  category, // i64, a RttiCategory
  is_unsigned, // u1
  is_flags, // u1
  name, // ptr to string
  field_count, // i64: struct_field_count
  variant_count, // i64
  lanes, // i64: vector lanes, else 0
  len, // i64: array length / vector lanes
  child, // u64 type tag: element / pointee / payload of optional
  tag_width, // i64: __sx_variant_tag_width
  member_name, // ptr to string (b = index)
  member_type, // u64 type tag (b = index); fields, variants (payload), index 0 of array/slice/optional: child
  member_offset, // i64 (b = index)
  member_value, // i64 (b = index)
  type_info, // ptr to the TypeInfo record
}

/** Categories of type switches (reference 4.11, 7.6). tagged enums are both `enum` and `union`. */
export const enum RttiCategory {
  other, int, float, bool, string, void, struct, enum_, tagged, union, vector, array, slice, pointer, optional,
  error_set, closure, type, function, tuple, any, cstring, protocol, manyptr,
}

/** Shapes of the operand columns: r ref, R optional ref, i imm, k blk, f FnId, l ex list of refs, x special extra, - unused. */
export interface OpInfo {
  readonly name: string;
  readonly a: string;
  readonly b: string;
  readonly c: string;
  readonly terminator: boolean;
}

const row = (name: string, shape: string, terminator = false): OpInfo => ({
  name, a: shape[0]!, b: shape[1]!, c: shape[2]!, terminator,
});

/** Indexed by Op. Order must equal the enum's. */
export const OP_INFO: readonly OpInfo[] = [
  row('nop', '---'), row('param', 'i--'), row('ret_slot', '---'), row('slot', 'ii-'),
  row('load', 'r-i'), row('store', 'rri'), row('copy', 'rri'), row('zero', 'r-i'), row('field', 'r-i'), row('index', 'rri'),
  row('add', 'rr-'), row('sub', 'rr-'), row('mul', 'rr-'), row('sdiv', 'rr-'), row('udiv', 'rr-'), row('srem', 'rr-'),
  row('urem', 'rr-'), row('and', 'rr-'), row('or', 'rr-'), row('xor', 'rr-'), row('shl', 'rr-'), row('ashr', 'rr-'), row('lshr', 'rr-'),
  row('fadd', 'rr-'), row('fsub', 'rr-'), row('fmul', 'rr-'), row('fdiv', 'rr-'), row('frem', 'rr-'), row('fneg', 'r--'),
  row('eq', 'rr-'), row('ne', 'rr-'), row('slt', 'rr-'), row('sle', 'rr-'), row('sgt', 'rr-'), row('sge', 'rr-'),
  row('ult', 'rr-'), row('ule', 'rr-'), row('ugt', 'rr-'), row('uge', 'rr-'),
  row('feq', 'rr-'), row('fne', 'rr-'), row('flt', 'rr-'), row('fle', 'rr-'), row('fgt', 'rr-'), row('fge', 'rr-'),
  row('trunc', 'r--'), row('ext', 'r--'), row('f2i', 'r--'), row('i2f', 'r--'), row('fpext', 'r--'), row('fptrunc', 'r--'),
  row('p2i', 'r--'), row('i2p', 'r--'), row('bits', 'r--'), row('select', 'rrr'),
  row('call', 'flR'), row('call_ptr', 'rxR'),
  row('mem_eq', 'rrr'), row('mem_move', 'rrr'), row('mem_set', 'rrr'),
  row('vec_bin', 'rx-'), row('vec_un', 'rx-'), row('fmath', 'r-i'),
  row('rtti', 'rRi'), row('err_name', 'r--'), row('comptime_flag', '---'),
  row('atomic_load', 'r-i'), row('atomic_store', 'rri'), row('atomic_load_mem', 'rri'), row('atomic_store_mem', 'rri'),
  row('atomic_rmw', 'rri'), row('cmpxchg', 'rxi'), row('cmpxchg_ok', 'r--'), row('fence', '--i'),
  row('asm', 'il-'),
  row('br', 'k--', true), row('cond_br', 'rkk', true), row('switch', 'rx-', true), row('ret', 'R--', true), row('trap', 'r--', true), row('unreachable', '---', true),
];
