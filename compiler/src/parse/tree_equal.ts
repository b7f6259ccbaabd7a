// Takes two syntax trees; gives the first difference between them (positions do not count), or null when they are equivalent.
import type { Names } from '../base/names.ts';
import { Node } from './node.ts';
import { RECORD_SHAPES, shapeOf } from './node_shape.ts';
import { stringText } from './string_value.ts';
import type { Tree } from './tree.ts';

/** Both trees must use the same interner. */
export function treeDifference(left: Tree, right: Tree, names: Names): string | null {
  const work: number[] = [left.root, right.root];
  while (work.length > 0) {
    const r = work.pop() as number;
    const l = work.pop() as number;
    if (l === 0 && r === 0) continue;
    const at = `${left.text(l)} / ${right.text(r)}`;
    if (l === 0 || r === 0) return `one side is absent at: ${at}`;
    if (left.kind[l] !== right.kind[r]) return `kind ${left.kind[l]} against ${right.kind[r]} at: ${at}`;
    if (left.flags[l] !== right.flags[r]) return `flags ${left.flags[l]} against ${right.flags[r]} at: ${at}`;
    const kind = left.kind[l] as Node;
    if (kind === Node.Float && left.floatValue(l) !== right.floatValue(r)) return `float value at: ${at}`;
    if ((kind === Node.String || kind === Node.Heredoc) && stringText(left, l) !== stringText(right, r))
      return `text at: ${at}`;
    const shape = shapeOf(kind);
    for (let column = 0; column < 3; column++) {
      const a = column === 0 ? left.a[l] : column === 1 ? left.b[l] : left.c[l];
      const b = column === 0 ? right.a[r] : column === 1 ? right.b[r] : right.c[r];
      const problem = compare(shape[column], a, b, left, right, names, work);
      if (problem !== null) return `${problem} at: ${at}`;
    }
  }
  return null;
}

function compare(
  letter: string,
  a: number,
  b: number,
  left: Tree,
  right: Tree,
  names: Names,
  work: number[],
): string | null {
  switch (letter) {
    case '-':
      return null;
    case 'n':
      work.push(a, b);
      return null;
    case 'm':
      return a === b ? null : `name '${names.text(a)}' against '${names.text(b)}'`;
    case 'i':
      return a === b ? null : `number ${a} against ${b}`;
    case 'l':
    case 'o': {
      const count = left.extra[a];
      if (count !== right.extra[b]) return `list of ${count} against ${right.extra[b]}`;
      for (let k = 1; k <= count; k++) {
        if (letter === 'l') work.push(left.extra[a + k], right.extra[b + k]);
        else if (left.extra[a + k] !== right.extra[b + k]) return 'operators';
      }
      return null;
    }
    default: {
      if (a === 0 || b === 0) return a === b ? null : 'binding on one side only';
      const fields = RECORD_SHAPES[letter];
      for (let k = 0; k < fields.length; k++) {
        const problem = compare(fields[k], left.extra[a + k], right.extra[b + k], left, right, names, work);
        if (problem !== null) return problem;
      }
      return null;
    }
  }
}
