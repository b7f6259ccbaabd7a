// Takes an instruction; gives every operand reference it reads, whatever the op's shape.
import type { FnBody, Ref } from './module.ts';
import { Op, OP_INFO } from './op.ts';

const REF_R = 1;
const REF_LIST = 2;

const column = (pick: 'a' | 'b' | 'c'): Uint8Array =>
  Uint8Array.from(OP_INFO, (row) => (row[pick] === 'r' || row[pick] === 'R' ? REF_R : row[pick] === 'l' ? REF_LIST : 0));
const A = column('a');
const B = column('b');
const C = column('c');

/** Calls `visit` with every operand of instruction `i` (instructions and constants; absent ones are skipped). */
export function eachRef(body: FnBody, i: number, visit: (ref: Ref) => void): void {
  const op = body.op[i]!;
  if (A[op] === REF_R && body.a[i] !== 0) visit(body.a[i]!);
  if (B[op] === REF_R) {
    if (body.b[i] !== 0) visit(body.b[i]!);
  } else if (B[op] === REF_LIST) {
    const at = body.b[i]!;
    const n = body.extra[at]!;
    for (let k = 1; k <= n; k++) visit(body.extra[at + k]!);
  }
  if (C[op] === REF_R && body.c[i] !== 0) visit(body.c[i]!);
  switch (op) {
    case Op.call_ptr: {
      const at = body.b[i]!;
      const n = body.extra[at + 1]!;
      for (let k = 0; k < n; k++) visit(body.extra[at + 2 + k]!);
      break;
    }
    case Op.vec_bin: case Op.cmpxchg:
      visit(body.extra[body.b[i]!]!);
      visit(body.extra[body.b[i]! + 1]!);
      break;
    case Op.vec_un:
      visit(body.extra[body.b[i]!]!);
      break;
    case Op.switch_: {
      const at = body.b[i]!;
      for (let k = 0; k < body.extra[at]!; k++) visit(body.extra[at + 2 + 2 * k]!);
      break;
    }
    case Op.asm:
      for (const out of body.asms[body.a[i]!]?.outs ?? []) visit(out);
      break;
    default: break;
  }
}

/** The operand list of a call or call_ptr, as [start, count] in `extra`. */
export function callArgs(body: FnBody, i: number): [start: number, count: number] {
  const at = body.b[i]!;
  return body.op[i] === Op.call ? [at + 1, body.extra[at]!] : [at + 2, body.extra[at + 1]!];
}
