// `while`, `while n := e`, `break`, `continue`, and the state loops share (reference 4.8, 4.9). `for` is in check_for.ts.
import type { NodeId } from '../base/ids.ts';
import type { BlockId } from '../ir/builder.ts';
import { Node } from '../parse/node.ts';
import { emitCleanups, leaveScope } from './cleanup.ts';
import { branchOn, narrowings, narrowScope } from './cond.ts';
import type { FnCtx, Loop } from './fn_ctx.ts';
import { optionalBinding } from './optional.ts';
import { errorAt } from './report.ts';
import { blockStatement } from './stmt.ts';

export { forStatement } from './check_for.ts';

/** Enters a loop body: `break` and `continue` inside `run` go to these blocks. */
export function loopBody(f: FnCtx, breakTo: BlockId, continueTo: BlockId, run: () => void): Loop {
  const loop: Loop = { breakTo, continueTo, depth: f.scopes.length, broke: false, continued: false };
  // A body may run zero times: what it sets is not set after it.
  const unset = f.retLocals === null ? null : f.retLocals.filter((l) => !l.assigned);
  const { loops } = f;
  f.loops = loops.length === 0 ? [loop] : [...loops, loop];
  run();
  f.loops = loops;
  if (unset !== null) for (const l of unset) l.assigned = false;
  return loop;
}

export function whileStatement(f: FnCtx, node: NodeId): void {
  const { tree } = f;
  const cond = tree.a[node]!;
  const dead = !f.b.live;
  forgetAssigned(f, node);
  const head = f.b.block();
  const body = f.b.block();
  const done = f.b.block();
  f.b.start(head);
  const endless = isTrue(f, cond);
  if (endless) f.b.br(body);
  else branchOn(f, cond, body, done);
  f.b.start(body);
  const loop = loopBody(f, done, head, () => {
    f.push();
    narrowScope(f, narrowings(f, cond, true));
    blockStatement(f, tree.b[node]!);
    leaveScope(f);
  });
  f.b.br(head);
  if (!endless || loop.broke) f.b.start(done);
  if (dead && f.b.live) f.b.unreachable();
}

function isTrue(f: FnCtx, n: NodeId): boolean {
  const kind = f.tree.kindOf(n);
  return kind === Node.True || (kind === Node.Paren && isTrue(f, f.tree.a[n]!));
}

/** `while n := e { }`: e is evaluated before each round; null ends the loop. */
export function whileBindStatement(f: FnCtx, node: NodeId): void {
  const { tree } = f;
  const dead = !f.b.live;
  forgetAssigned(f, node);
  const head = f.b.block();
  const body = f.b.block();
  const done = f.b.block();
  f.b.start(head);
  const binding = optionalBinding(f, tree.a[node]!, body, done, 'while');
  f.b.start(body);
  loopBody(f, done, head, () => {
    f.push();
    binding.declare(tree.b[node]!);
    blockStatement(f, tree.b[node]!);
    leaveScope(f);
  });
  f.b.br(head);
  f.b.start(done);
  if (dead) f.b.unreachable();
}

/** The body runs again after its own assignments: names it assigns are not narrowed inside it. */
export function forgetAssigned(f: FnCtx, loop: NodeId): void {
  if (!f.locals.some((l) => l.narrowed)) return;
  const { tree } = f;
  const from = tree.start[loop]!;
  const to = tree.end[loop]!;
  // Children have smaller ids than their parent and stand inside its span.
  for (let n = loop - 1; n > 0 && tree.start[n]! >= from; n--) {
    if (tree.end[n]! > to) continue;
    const kind = tree.kindOf(n);
    if (kind === Node.Assign) forget(f, tree.a[n]!);
    else if (kind === Node.MultiAssign) for (const t of tree.list(tree.a[n]!)) forget(f, t);
  }
}

function forget(f: FnCtx, target: NodeId): void {
  if (f.tree.kindOf(target) !== Node.Ident) return;
  const local = f.find(f.tree.a[target]!);
  if (local !== null) local.narrowed = false;
}

export function breakStatement(f: FnCtx, node: NodeId): void {
  const loop = innermost(f, node, 'break');
  if (loop === null || !f.b.live) return;
  emitCleanups(f, loop.depth, 0);
  if (f.b.live) loop.broke = true;
  f.b.br(loop.breakTo);
}

export function continueStatement(f: FnCtx, node: NodeId): void {
  const loop = innermost(f, node, 'continue');
  if (loop === null || !f.b.live) return;
  emitCleanups(f, loop.depth, 0);
  if (f.b.live) loop.continued = true;
  f.b.br(loop.continueTo);
}

function innermost(f: FnCtx, node: NodeId, word: 'break' | 'continue'): Loop | null {
  const loop = f.loops[f.loops.length - 1];
  if (loop !== undefined) return loop;
  errorAt(f, 'LOOP-JUMP', node, `\`${word}\` outside a loop`);
  f.b.unreachable();
  return null;
}
