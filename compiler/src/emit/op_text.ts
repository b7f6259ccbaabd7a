// Takes ops; gives the LLVM mnemonics of those that map one to one, with a trailing space.
import { FMath, MemOrder, Op } from '../ir/op.ts';
import { fixed } from './text.ts';

const table: string[] = [];
table[Op.add] = 'add ';
table[Op.sub] = 'sub ';
table[Op.mul] = 'mul ';
table[Op.sdiv] = 'sdiv ';
table[Op.udiv] = 'udiv ';
table[Op.srem] = 'srem ';
table[Op.urem] = 'urem ';
table[Op.and] = 'and ';
table[Op.or] = 'or ';
table[Op.xor] = 'xor ';
table[Op.shl] = 'shl ';
table[Op.ashr] = 'ashr ';
table[Op.lshr] = 'lshr ';
table[Op.fadd] = 'fadd ';
table[Op.fsub] = 'fsub ';
table[Op.fmul] = 'fmul ';
table[Op.fdiv] = 'fdiv ';
table[Op.frem] = 'frem ';
table[Op.eq] = 'icmp eq ';
table[Op.ne] = 'icmp ne ';
table[Op.slt] = 'icmp slt ';
table[Op.sle] = 'icmp sle ';
table[Op.sgt] = 'icmp sgt ';
table[Op.sge] = 'icmp sge ';
table[Op.ult] = 'icmp ult ';
table[Op.ule] = 'icmp ule ';
table[Op.ugt] = 'icmp ugt ';
table[Op.uge] = 'icmp uge ';
table[Op.feq] = 'fcmp oeq ';
table[Op.fne] = 'fcmp une ';
table[Op.flt] = 'fcmp olt ';
table[Op.fle] = 'fcmp ole ';
table[Op.fgt] = 'fcmp ogt ';
table[Op.fge] = 'fcmp oge ';

/** Indexed by Op; two-operand arithmetic and comparisons only. */
export const BIN_TEXT: readonly string[] = table;

/** The same as fragments; 0 for other ops. */
export const BIN_FRAG: Int32Array = Int32Array.from(table, (text: string | undefined) => (text === undefined ? 0 : fixed(text)));

const fmath: string[] = [];
fmath[FMath.sqrt] = 'sqrt';
fmath[FMath.sin] = 'sin';
fmath[FMath.cos] = 'cos';
fmath[FMath.floor] = 'floor';
fmath[FMath.fabs] = 'fabs';
fmath[FMath.trunc] = 'trunc';
fmath[FMath.ceil] = 'ceil';
export const FMATH_TEXT: readonly string[] = fmath;

const orders: string[] = [];
orders[MemOrder.relaxed] = 'monotonic';
orders[MemOrder.acquire] = 'acquire';
orders[MemOrder.release] = 'release';
orders[MemOrder.acq_rel] = 'acq_rel';
orders[MemOrder.seq_cst] = 'seq_cst';
export const ORDER_TEXT: readonly string[] = orders;

/** Indexed by AtomicRmw. */
export const RMW_TEXT: readonly string[] = ['add', 'sub', 'and', 'or', 'xor', 'min', 'max', 'umin', 'umax', 'xchg'];
