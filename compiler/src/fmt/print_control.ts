// Takes if, match, while and for nodes; gives their source text.
import type { NodeId } from '../base/ids.ts';
import { ArmFlag, BindRec, BlockFlag, ForFlag, IfFlag, Node, RangeOp } from '../parse/node.ts';
import { rangeText } from './operators.ts';
import type { Writer } from './writer.ts';

/** `underInline`: an else branch of an `inline if`, whose own `inline` is implied. */
export function printIf(w: Writer, n: NodeId, underInline: boolean): void {
  const tree = w.tree;
  const inline = (tree.flags[n] & IfFlag.inline) !== 0;
  if (inline && !underInline) w.text('inline ');
  w.text('if ');
  if (tree.kind[n] === Node.Match) {
    w.to.expr(w, tree.a[n]);
    w.text(' == ');
    printMatchArms(w, n);
    return;
  }
  if (tree.kind[n] === Node.IfBind) printBind(w, tree.a[n]);
  else w.to.expr(w, tree.a[n]);
  if ((tree.flags[n] & IfFlag.then) !== 0) {
    w.text(' then ');
    w.to.expr(w, tree.b[n]);
    if (tree.c[n] !== 0) {
      w.text(' else ');
      w.to.expr(w, tree.c[n]);
    }
    return;
  }
  w.text(' ');
  w.to.block(w, tree.b[n]);
  const other = tree.c[n];
  if (other === 0) return;
  w.text(' else ');
  if (tree.kind[other] === Node.Block) w.to.block(w, other);
  else printIf(w, other, inline);
}

function printBind(w: Writer, rec: number): void {
  w.nameAt(w.tree.extra[rec + BindRec.nameOffset]);
  w.text(' := ');
  w.to.expr(w, w.tree.extra[rec + BindRec.expr]);
}

/** `{ case … }` of a Match. */
export function printMatchArms(w: Writer, n: NodeId): void {
  const tree = w.tree;
  const arms = tree.list(tree.b[n]);
  const open = openBrace(w, n);
  if (arms.length === 0 && !w.hasCommentIn(open, tree.end[n])) {
    w.text('{}');
    return;
  }
  if (w.lineFeeds(open, tree.end[n]) === 0) {
    w.text('{ ');
    for (let k = 0; k < arms.length; k++) {
      if (k > 0) w.text(' ');
      printArm(w, arms[k]);
    }
    w.text(' }');
    return;
  }
  w.text('{');
  w.indented(() => w.lines(arms, open + 1, tree.end[n] - 1, (arm) => printArm(w, arm)));
  w.text('}');
}

/** Offset of the `{` after `==`. */
function openBrace(w: Writer, n: NodeId): number {
  const bytes = w.tree.file.bytes;
  const arms = w.tree.list(w.tree.b[n]);
  let at = arms.length > 0 ? w.tree.start[arms[0]] : w.tree.end[n] - 1;
  if (arms.length === 0) while (at > 0 && bytes[at - 1] <= 32) at--;
  // Comments may lie between; they hold no significant brace only when skipped from the subject on.
  let i = w.tree.end[w.tree.a[n]];
  while (i < at && bytes[i] !== 0x7b) {
    if (bytes[i] === 0x2f && bytes[i + 1] === 0x2f) while (i < at && bytes[i] !== 10) i++;
    else i++;
  }
  return i;
}

function printArm(w: Writer, n: NodeId): void {
  const tree = w.tree;
  if (tree.a[n] === 0) w.text('else:');
  else {
    w.text('case ');
    w.to.type(w, tree.a[n]);
    w.text(':');
  }
  const bind = tree.b[n];
  if (bind !== 0) {
    w.text(' (');
    w.nameAt(tree.extra[bind + BindRec.nameOffset]);
    w.text(')');
  }
  const body = tree.c[n];
  if ((tree.flags[n] & ArmFlag.break) !== 0) {
    w.text(' break;');
    return;
  }
  if ((tree.flags[n] & ArmFlag.arrow) !== 0) {
    w.text(' => ');
    w.to.expr(w, tree.b[body]);
    if ((tree.flags[body] & BlockFlag.tailSemi) !== 0) w.text(';');
    return;
  }
  if ((tree.flags[body] & BlockFlag.bare) === 0) {
    w.text(' ');
    w.to.block(w, body);
    return;
  }
  printArmBody(w, n, body);
}

function printArmBody(w: Writer, arm: NodeId, body: NodeId): void {
  const tree = w.tree;
  const items = [...tree.list(tree.a[body])];
  const tail = tree.b[body];
  if (tail !== 0) items.push(tail);
  if (items.length === 0) return;
  const head = headEnd(w, arm);
  const first = tree.start[items[0]];
  const spread =
    w.lineFeeds(head, first) > 0 ||
    (items.length > 1 && w.lineFeeds(first, tree.end[body]) > 0) ||
    w.hasCommentIn(head, first);
  const print = (item: NodeId): void => {
    if (item !== tail) {
      w.to.stmt(w, item);
      return;
    }
    w.to.expr(w, item);
    if ((tree.flags[body] & BlockFlag.tailSemi) !== 0) w.text(';');
  };
  if (!spread) {
    for (const item of items) {
      w.text(' ');
      print(item);
    }
    return;
  }
  w.indented(() => w.lines(items, head, tree.end[items[items.length - 1]], print));
  w.trimLine();
}

/** Offset after the `:` (or the capture) of an arm. */
function headEnd(w: Writer, arm: NodeId): number {
  const tree = w.tree;
  const bytes = tree.file.bytes;
  const bind = tree.b[arm];
  let at = tree.a[arm] !== 0 ? tree.end[tree.a[arm]] : tree.start[arm] + 4;
  const close = bind === 0 ? 0x3a : 0x29;
  if (bind !== 0) at = tree.nameEnd(tree.extra[bind + BindRec.nameOffset]);
  while (at < bytes.length && bytes[at] !== close) at++;
  return at + 1;
}

export function printWhile(w: Writer, n: NodeId): void {
  w.text('while ');
  if (w.tree.kind[n] === Node.WhileBind) printBind(w, w.tree.a[n]);
  else w.to.expr(w, w.tree.a[n]);
  w.text(' ');
  w.to.block(w, w.tree.b[n]);
}

export function printFor(w: Writer, n: NodeId): void {
  const tree = w.tree;
  if ((tree.flags[n] & ForFlag.inline) !== 0) w.text('inline ');
  w.text('for ');
  const iters = tree.list(tree.a[n]);
  for (let k = 0; k < iters.length; k++) {
    if (k > 0) w.text(', ');
    const iter = iters[k];
    w.to.expr(w, tree.a[iter]);
    if (tree.flags[iter] === RangeOp.none) continue;
    w.text(rangeText(tree.flags[iter], w.lastChar));
    if (tree.b[iter] !== 0) w.to.expr(w, tree.b[iter]);
  }
  const captures = tree.list(tree.b[n]);
  if (captures.length > 0) {
    w.text(' (');
    for (let k = 0; k < captures.length; k++) {
      if (k > 0) w.text(', ');
      if (tree.flags[captures[k]] === 1) w.text('*');
      w.nameAt(tree.b[captures[k]]);
    }
    w.text(')');
  }
  if ((tree.flags[n] & ForFlag.arrow) !== 0) {
    w.text(' => ');
    w.to.stmt(w, tree.c[n]);
  } else {
    w.text(' ');
    w.to.block(w, tree.c[n]);
  }
}
