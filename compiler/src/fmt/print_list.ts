// Takes lists of nodes; gives them separated by commas, on one line or one per line as in the source.
import type { NodeId } from '../base/ids.ts';
import type { Writer } from './writer.ts';

export function commaList(w: Writer, items: ArrayLike<number>, print: (w: Writer, n: NodeId) => void): void {
  for (let k = 0; k < items.length; k++) {
    if (k > 0) w.text(', ');
    print(w, items[k]);
  }
}

/** Comma-separated elements between brackets; one per line when the source breaks the line after the opening bracket. */
export function printArgs(
  w: Writer,
  items: ArrayLike<number>,
  open: number,
  close: number,
  print: (w: Writer, n: NodeId) => void = w.to.expr,
): void {
  if (items.length === 0) return;
  if (w.lineFeeds(open, w.tree.start[items[0]]) === 0) {
    commaList(w, items, print);
    return;
  }
  w.indented(() => {
    w.lines(items, open, close, (item, index) => {
      print(w, item);
      if (index + 1 < items.length) w.text(',');
    });
  });
}
