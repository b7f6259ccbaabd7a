// Run-time checks of safe builds: division by zero, shifts, bounds. Failing ones trap with a message.
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { type IrTy, irIsSigned, irWidth } from '../types/ir_type.ts';
import type { FnCtx } from './fn_ctx.ts';
import { ConstKind } from '../ir/module.ts';

/** Traps with `file:line:col: text` unless `ok` (u1) holds. */
export function trapUnless(f: FnCtx, node: NodeId, ok: Ref, text: string): void {
  if (!f.live) return;
  const bad = f.b.block();
  const good = f.b.block();
  f.b.condBr(ok, good, bad);
  f.b.start(bad);
  trapHere(f, node, text);
  f.b.start(good);
}

export function trapHere(f: FnCtx, node: NodeId, text: string): void {
  f.b.trap(f.c.trapMessage(f.pos(node), text));
}

/** The value of an integer constant: a bigint only outside of ±2^53. */
export function constantOf(f: FnCtx, r: Ref): number | bigint | null {
  if (r >= 0) return null;
  const c = f.c.module.consts[~r]!;
  return c.kind === ConstKind.int ? c.value : null;
}

/** The divisor of an integer `/` or `%` is not zero. */
export function zeroCheck(f: FnCtx, node: NodeId, reg: IrTy, divisor: Ref, what: string): void {
  if (!f.c.options.checks) return;
  const n = constantOf(f, divisor);
  if (n === null || n === 0) trapUnless(f, node, f.b.cmp(Op.ne, divisor, f.c.module.int(reg, 0)), `${what} by zero`);
}

/** Shift counts are below the width. */
export function shiftCheck(f: FnCtx, node: NodeId, reg: IrTy, count: Ref): void {
  if (!f.c.options.checks) return;
  const n = constantOf(f, count);
  const width = irWidth(reg);
  if (n !== null && n >= 0 && n < width) return;
  // A width that the type cannot hold can never be reached.
  const max = irIsSigned(reg) ? (1n << BigInt(width - 1)) - 1n : (1n << BigInt(width)) - 1n;
  if (BigInt(width) > max) return;
  trapUnless(f, node, f.b.cmp(Op.ult, count, f.c.module.int(reg, width)), `shift count is not below ${width}`);
}

/** `0 <= index < len` (both i64 registers). */
export function boundsCheck(f: FnCtx, node: NodeId, index: Ref, len: Ref): void {
  if (!f.c.options.checks) return;
  const i = constantOf(f, index);
  const n = constantOf(f, len);
  if (i !== null && n !== null && i >= 0 && i < n) return;
  trapUnless(f, node, f.b.cmp(Op.ult, index, len), 'index out of bounds');
}

