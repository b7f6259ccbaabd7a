// Takes an expression node; gives the call into which a value was piped (`v |> f(x)`), if it was written so.
import type { NodeId } from '../base/ids.ts';
import { BinOp, CallFlag, Node } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';

/** The innermost head call, reached through try, catch, or and ??; 0 when none or when it is in `open`. */
export function pipeHead(tree: Tree, n: NodeId, open: ReadonlySet<NodeId>): NodeId {
  let at = n;
  for (;;) {
    const kind = tree.kind[at];
    if (kind === Node.Call) return (tree.flags[at] & CallFlag.piped) !== 0 && !open.has(at) ? at : 0;
    const wraps =
      kind === Node.Try ||
      kind === Node.Catch ||
      (kind === Node.Binary && (tree.flags[at] === BinOp.or || tree.flags[at] === BinOp.coalesce));
    if (!wraps) return 0;
    at = tree.a[at];
  }
}
