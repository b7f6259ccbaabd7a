// Takes a block; gives what of it can run: what follows a jump in it is parsed and ignored (reference 1.8).
import type { NodeId } from '../base/ids.ts';
import { Node } from './node.ts';
import type { Tree } from './tree.ts';

/** How many of a list's statements there are up to its first jump, that one included; all of them when there is none. */
export function untilJump(tree: Tree, list: number): number {
  const n = tree.listCount(list);
  for (let i = 0; i < n; i++) {
    switch (tree.kindOf(tree.listAt(list, i))) {
      case Node.Return: case Node.Raise: case Node.Break: case Node.Continue: return i + 1;
      default:
    }
  }
  return n;
}

/** Whether a list of statements has a jump in it. */
export function jumps(tree: Tree, list: number): boolean {
  const n = untilJump(tree, list);
  if (n === 0) return false;
  switch (tree.kindOf(tree.listAt(list, n - 1))) {
    case Node.Return: case Node.Raise: case Node.Break: case Node.Continue: return true;
    default: return false;
  }
}

/** The statements of a block that can run, its tail last. */
export function reachedIn(tree: Tree, block: NodeId): NodeId[] {
  const list = tree.a[block]!;
  const n = untilJump(tree, list);
  const out: NodeId[] = [];
  for (let i = 0; i < n; i++) out.push(tree.listAt(list, i));
  if (tree.b[block] !== 0 && !jumps(tree, list)) out.push(tree.b[block]!);
  return out;
}
