// Takes a switch; writes a jump table when its keys are dense, else a chain of comparisons.
import type { MemGen } from './gen_mem.ts';
import { vtOf } from './layout.ts';
import { Vt, W } from './wasm.ts';

/** A switch; `target(block)` is the label depth of a case's block. */
export function switchCode(g: MemGen, i: number, target: (block: number) => number): void {
  const { a, b, extra } = g.body;
  const code = g.code;
  const at = b[i]!;
  const n = extra[at]!;
  const otherwise = target(extra[at + 1]!);
  const ty = g.typeOf(a[i]!);
  const wide = vtOf(ty) === Vt.i64;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  const keys: number[] = [];
  for (let k = 0; k < n; k++) {
    const v = Number(g.constOf(extra[at + 2 + 2 * k]!) ?? Number.NaN);
    keys.push(v);
    if (v < min) min = v;
    if (v > max) max = v;
  }
  g.value(a[i]!);
  const t = g.temp(wide ? Vt.i64 : Vt.i32);
  if (n >= 3 && Math.abs(min) < 2 ** 30 && Math.abs(max) < 2 ** 30 && max - min < 4 * n + 16) {
    const span = max - min + 1;
    if (wide) {
      code.i64c(min);
      code.op(W.i64_sub);
      code.tee(t);
      code.i64c(span);
      code.op(W.i64_ge_u);
      code.brIf(otherwise);
      code.get(t);
      code.op(W.i32_wrap_i64);
    } else if (min !== 0) {
      code.i32c(min);
      code.op(W.i32_sub);
    }
    const table = new Array<number>(span).fill(otherwise);
    for (let k = n - 1; k >= 0; k--) table[keys[k]! - min] = target(extra[at + 3 + 2 * k]!);
    code.op(W.br_table);
    code.u32(span);
    for (const depth of table) code.u32(depth);
    code.u32(otherwise);
  } else {
    code.set(t);
    for (let k = 0; k < n; k++) {
      code.get(t);
      g.value(extra[at + 2 + 2 * k]!);
      code.op(wide ? W.i64_eq : W.i32_eq);
      code.brIf(target(extra[at + 3 + 2 * k]!));
    }
    code.br(otherwise);
  }
  g.freeTemp(wide ? Vt.i64 : Vt.i32, t);
}
