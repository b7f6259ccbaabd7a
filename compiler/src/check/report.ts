// Reports diagnostics from check: at a node of the current tree, or at a span.
import type { NameId, NodeId } from '../base/ids.ts';
import type { Diag } from '../diagnostics/sink.ts';
import type { Code } from '../diagnostics/codes.ts';
import type { FnCtx } from './fn_ctx.ts';

/** An error whose span is the node. */
export function errorAt(f: FnCtx, code: Code, node: NodeId, message: string): Diag {
  // Text that a library function inserts is the caller's business.
  const site = f.tree.file.origin !== 0 && !f.file.isRoot ? f.c.instantiationSite(f) : null;
  if (site !== null) return f.c.sink.error(code, site.start, site.end, message).note(f.pos(node), f.end(node), 'in the inserted text');
  return f.c.sink.error(code, f.pos(node), f.end(node), message);
}

/** An error at the name token that starts at byte `offset` of the current tree. */
export function errorAtName(f: FnCtx, code: Code, offset: number, message: string): Diag {
  const base = f.tree.file.base;
  return f.c.sink.error(code, base + offset, base + f.tree.nameEnd(offset), message);
}

/** Function and file of an unknown name. The function as it is declared: instances of a generic one say the same once. */
export function whereabouts(f: FnCtx): string {
  const name = f.inst === null || f.inst.lambda ? f.display : f.inst.decl.display;
  return name === '' ? '' : ` (in '${name}', ${f.file.path})`;
}

export function plural(n: number, word: string): string { return `${n} ${word}${n === 1 ? '' : 's'}`; }

/** CT-INIT and its kin: an evaluation that failed, or whose result the program cannot hold. It has no place in the text (reference 15.3). */
export function initFailed(f: FnCtx, code: Code, node: NodeId, label: string, why: string): Diag {
  return f.c.sink.error(code, f.pos(node), f.end(node), `comptime init of '${label}' failed: ${why}`).withoutExcerpt();
}

/** A literal gives each field once; says so at the second. */
export function givenTwice(f: FnCtx, node: NodeId, name: string): void {
  errorAt(f, 'DUP-NAME', node, `field '${name}' is given twice in this literal`);
}

const FEW_NAMES = 16;

/** The first of `nodes` that has the name of the i-th; 0 = there is none before it. */
function earlier(f: FnCtx, nodes: ArrayLike<NodeId>, i: number): NodeId {
  const name = f.tree.a[nodes[i]!]!;
  for (let k = 0; k < i; k++) if (f.tree.a[nodes[k]!] === name) return nodes[k]!;
  return 0;
}

/** A list of names (parameters, fields, variants, tags …) has each of them once; whether it is so. `_` is no name. */
export function rejectDuplicates(f: FnCtx, nodes: ArrayLike<NodeId>, what: string): boolean {
  if (nodes.length < 2) return true;
  let once = true;
  const seen = nodes.length > FEW_NAMES ? new Map<NameId, NodeId>() : null;
  for (let i = 0; i < nodes.length; i++) {
    const n = nodes[i]!;
    const name = f.tree.a[n]!;
    if (name === 0 || name === f.c.known._) continue;
    const first = seen === null ? earlier(f, nodes, i) : (seen.get(name) ?? 0);
    if (first === 0) {
      seen?.set(name, n);
      continue;
    }
    duplicate(f, n, first, what);
    once = false;
  }
  return once;
}

/** `n` declares a name (what it starts with, unless `name` says it) that `first` declares already. */
export function duplicate(f: FnCtx, n: NodeId, first: NodeId, what: string, name = f.c.text(f.tree.a[n]!)): void {
  const span = (x: NodeId): [number, number] => [f.pos(x), f.tree.posOf(f.tree.nameEnd(f.tree.start[x]!))];
  f.c.sink.error('DUP-NAME', ...span(n), `${what} '${name}' is already declared`).note(...span(first), 'the other declaration is here');
}

/** The closest of `candidates` to `name` (edit distance at most 2), for "did you mean". */
export function closest(name: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  // A name that shares nothing with it is no slip of the pen.
  let bestDistance = Math.min(3, Math.max(1, Math.floor(name.length / 3)) + 1, name.length);
  for (const c of candidates) {
    const d = distance(name, c, bestDistance);
    if (d < bestDistance) {
      bestDistance = d;
      best = c;
    }
  }
  return best;
}

function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      let d = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      // Two letters the wrong way round are one mistake.
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, before[j - 2]! + 1);
      next.push(d);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
