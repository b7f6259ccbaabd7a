// Takes `e.(P)` and `e.(P, allocator)`; gives the owned (or, for `#identity`, borrowing) protocol value (reference 8.14).
import type { NodeId } from '../base/ids.ts';
import type { TypeId } from '../types/types.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { castToProtocol } from './protocol.ts';
import { explainCast } from './protocol_explain.ts';
import { errorAt } from './report.ts';
import { type Val, VK } from './val.ts';
import { poison } from './value.ts';

/** `alloc` is the second operand's node or 0; `node` the cast. */
export function eraseOwned(f: FnCtx, v: Val, to: TypeId, alloc: NodeId, node: NodeId): Val {
  if (v.ty === to && alloc === 0) return v;
  const allocator = alloc === 0 ? null : expr(f, alloc, 0, 0);
  if (allocator !== null && allocator.k === VK.poison) return poison(f);
  f.b.at = f.pos(node);
  const errors = f.c.sink.errorCount;
  const r = castToProtocol(f, v, to, allocator);
  if (r !== null) return r;
  if (f.c.sink.errorCount === errors) {
    const operand = f.tree.a[node]!;
    explainCast(
      f,
      v,
      to,
      allocator,
      f.pos(operand),
      f.end(operand),
      alloc === 0 ? 0 : f.pos(alloc),
      alloc === 0 ? 0 : f.end(alloc),
    );
  }
  return poison(f);
}

/** `.{ … }` where a protocol value is expected: there is no concrete type to erase. */
export function ownProtocolLiteral(f: FnCtx, node: NodeId, to: TypeId): Val {
  const p = f.c.types.text(to);
  errorAt(f, 'LIT-NONSTRUCT', node, `cannot build a struct literal for non-struct type '${p}'`).help(
    `name the implementing type: \`T.{ … }\` becomes a '${p}' by itself`,
  );
  return poison(f);
}
