// Takes a function body; gives which blocks the emitted code can reach and in what order to print them.
import type { FnBody, Module, Ref } from '../ir/module.ts';
import type { BodyReader } from '../ir/packed_body.ts';
import { Op } from '../ir/op.ts';

/** The value of a branch condition known at emission: 1, 0, or -1 when it is a run-time value. */
export function knownCondition(module: Module, body: FnBody, cond: Ref): number {
  if (cond < 0) {
    const c = module.consts[~cond]!;
    return c.kind === 0 ? (Number(c.value) !== 0 ? 1 : 0) : -1;
  }
  return body.op[cond] === Op.comptime_flag ? 0 : -1;
}

/** Calls `visit` with every block that the end of `block` may go to. */
function successors(module: Module, body: FnBody, block: number, visit: (to: number) => void): void {
  const t = body.blockEnd[block]! - 1;
  switch (body.op[t]) {
    case Op.br:
      visit(body.a[t]!);
      return;
    case Op.cond_br: {
      const known = knownCondition(module, body, body.a[t]!);
      if (known !== 0) visit(body.b[t]!);
      if (known !== 1) visit(body.c[t]!);
      return;
    }
    case Op.switch_: {
      const at = body.b[t]!;
      visit(body.extra[at + 1]!);
      for (let k = 0; k < body.extra[at]!; k++) visit(body.extra[at + 3 + k * 2]!);
      return;
    }
    default:
  }
}

/**
 * Reached blocks in the order of `body.order`. `reached[block]` is 1 when reached, 2 when some block jumps to it
 * (only block 0 can be reached without).
 */
export function reachedBlocks(module: Module, body: FnBody, reached: Uint8Array): void {
  const stack = [0];
  reached[0] = 1;
  const visit = (to: number): void => {
    if (reached[to] === 0) stack.push(to);
    reached[to] = 2;
  };
  while (stack.length > 0) successors(module, body, stack.pop()!, visit);
}

/** Reached blocks in reverse postorder: every definition then precedes its uses in the text. */
export function reversePostorder(module: Module, body: BodyReader): number[] {
  const seen = new Uint8Array(body.blocks);
  const out: number[] = [];
  const stack: { readonly block: number; readonly next: number[] }[] = [];
  const enter = (block: number): void => {
    seen[block] = 1;
    const next: number[] = [];
    successors(module, body, block, (to) => next.push(to));
    stack.push({ block, next });
  };
  enter(0);
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const to = top.next.shift();
    if (to === undefined) {
      out.push(top.block);
      stack.pop();
    } else if (seen[to] === 0) {
      enter(to);
    }
  }
  return out.reverse();
}
