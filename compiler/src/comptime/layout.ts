// Takes nothing; gives the fixed addresses and limits of the evaluator's memory, and the value types of registers.
import { IR_F32, IR_F64, IR_PTR, IR_VOID, type IrTy, irWidth } from '../types/ir_type.ts';
import { Abi, type Module, type Sig } from '../ir/module.ts';
import { type TypeKey, Vt } from './wasm.ts';

export const PAGE = 65536;
/** Addresses below are never valid: a null pointer plus a small offset lands here. */
export const NULL_LIMIT = 65536;
/** Cell (inside the null page, unreachable for programs) that counts calls down to the next budget check. */
export const CALL_FUEL = 16;
/** Where a host call with exact 64-bit values leaves its arguments (8 bytes each) and finds its result. */
export const HOST_RESULT = 56;
export const HOST_ARGS = 64;
/** Table entries before the first function: the helpers. Function n is entry TABLE_FNS + n. */
export const TABLE_FNS = 32;
/** Steps between two budget checks. */
export const FUEL_CHUNK = 4096;
/** The program stack grows down from STACK_TOP to STACK_LOW. */
export const STACK_LOW = NULL_LIMIT + 4096;
export const STACK_TOP = 16 * 1024 * 1024;
export const HEAP_BASE = STACK_TOP;
/**
 * The stack and 1 MiB of heap, which most programs never fill. V8 counts the memory as its own: from 32 MiB on, it collects garbage
 * again and again in a process that would otherwise end before its first collection.
 */
export const INITIAL_PAGES = HEAP_BASE / PAGE + 16;

/** Code pointers are FN_BASE + 16 * FnId: outside of the memory, so a data access through one is refused. */
export const FN_BASE = 2 ** 40;
export const FN_SHIFT = 4;
/** Bytes fetched from the child's memory at a checked base address: accesses at a fixed offset below this need no check of their own. */
export const FOREIGN_WINDOW = 65536;
/** Bytes at FN_BASE that hold code in the child process: jumps for the code pointers, then thunks. */
export const CHILD_CODE = 32 << 20;
export const fnAddress = (id: number): number => FN_BASE + id * 16;
/** Bit of the code pointer of a function whose result is up to two words in memory: calls by another result type see it. */
export const PAIR = 8;

/** The code pointer of function `id`. */
export function codePointer(module: Module, id: number): number {
  const { abi, result } = module.sigs[module.fns[id]!.sig]!;
  return fnAddress(id) + (abi === Abi.sx && result !== null && result.mem && result.size <= 16 ? PAIR : 0);
}

/** The WebAssembly value type of a register. */
export function vtOf(ty: IrTy): Vt {
  if (ty === IR_VOID) return Vt.none;
  if (ty === IR_PTR) return Vt.i64;
  if (ty === IR_F32) return Vt.f32;
  if (ty === IR_F64) return Vt.f64;
  return irWidth(ty) <= 32 ? Vt.i32 : Vt.i64;
}

const CHARS: Record<number, string> = { [Vt.none]: '', [Vt.i32]: 'i', [Vt.i64]: 'l', [Vt.f32]: 'f', [Vt.f64]: 'd' };
export const tyChar = (ty: IrTy): string => CHARS[vtOf(ty)]!;

/** WebAssembly type of a sx function: stack pointer, address of an aggregate result, parameters → scalar result. */
export function sigKey(sig: Sig): TypeKey {
  let key = sig.result !== null && sig.result.mem ? 'il' : 'i';
  for (const p of sig.params) key += tyChar(p.ty);
  return key + '>' + (sig.result === null || sig.result.mem ? '' : tyChar(sig.result.ty));
}
