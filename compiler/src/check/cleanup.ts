// `defer` and `onfail`: registration on a scope, and the code of an exit path (reference 4.12, 9.8).
import type { NodeId, Pos } from '../base/ids.ts';
import { Builder } from '../ir/builder.ts';
import type { Ref } from '../ir/module.ts';
import { BindRec, Node } from '../parse/node.ts';
import { IR_U32 } from '../types/ir_type.ts';
import { expr } from './expr.ts';
import { added, type Cleanup, type FnCtx } from './fn_ctx.ts';
import { errorAt } from './report.ts';
import { blockStatement, statement } from './stmt.ts';
import { Capture, regVal, type Val } from './val.ts';

/** Values of FnCtx.inCleanup. */
export const IN_DEFER = 1;
export const IN_ONFAIL = 2;

function register(f: FnCtx, node: NodeId, onfail: boolean, bind: number, bindPos: Pos): void {
  const scope = f.scopes[f.scopes.length - 1]!;
  scope.cleanups = added(scope.cleanups, {
    node: f.tree.a[node]!, tree: f.tree, file: f.file, env: f.env, onfail, bind, bindPos, visible: f.locals.length, ctx: f.ctx,
  });
}

/** `defer S`. */
export function deferStmt(f: FnCtx, node: NodeId): void { register(f, node, false, 0, 0); }

/** `onfail [(e)] S`. */
export function onfailStmt(f: FnCtx, node: NodeId): void {
  if (f.errors === 0) {
    errorAt(f, 'ERR-CHANNEL', node, '`onfail` is only valid inside a failable function');
    return;
  }
  const rec = f.tree.b[node]!;
  register(f, node, true, rec === 0 ? 0 : f.tree.rec(rec, BindRec.name), rec === 0 ? 0 : f.tree.posOf(f.tree.rec(rec, BindRec.nameOffset)));
  if (f.outer === null) checkUnused(f);
}

/** The body of an `onfail` that no failing path follows is checked, too: written to a builder that is thrown away. */
function checkUnused(f: FnCtx): void {
  const { b } = f;
  const depth = f.scopes.length - 1;
  f.b = new Builder(f.c.module);
  f.b.at = b.at;
  runCleanup(f, f.scopes[depth]!.cleanups.at(-1)!, depth, f.c.module.int(IR_U32, 1));
  f.b = b;
}

/** Writes the cleanups of the scopes at depth >= `downTo`, newest first. `err`: the tag in flight, 0 on a normal exit. */
export function emitCleanups(f: FnCtx, downTo: number, err: Ref): void {
  for (let depth = f.scopes.length - 1; depth >= downTo; depth--) {
    const list = f.scopes[depth]!.cleanups;
    for (let i = list.length - 1; i >= 0 && f.b.live; i--) {
      const k = list[i]!;
      if (!k.onfail || err !== 0) runCleanup(f, k, depth, err);
    }
  }
}

/** Ends the innermost scope: its cleanups run when the end is reached. */
export function leaveScope(f: FnCtx): void {
  emitCleanups(f, f.scopes.length - 1, 0);
  f.pop();
}

/** Checks and writes one cleanup body as it stood at its registration; the state of the exit path comes back after. */
function runCleanup(f: FnCtx, k: Cleanup, depth: number, err: Ref): void {
  const { tree, file, env, ctx, locals, scopes, loops, inCleanup } = f;
  const at = f.b.at;
  f.tree = k.tree;
  f.file = k.file;
  f.env = k.env;
  f.ctx = k.ctx;
  f.locals = locals.slice(0, k.visible);
  f.scopes = scopes.slice(0, depth + 1);
  f.loops = [];
  f.inCleanup = k.onfail ? IN_ONFAIL : IN_DEFER;
  f.push();
  if (k.bind !== 0) {
    const v = regVal(f.errors, err);
    v.capture = Capture.error;
    v.captureName = k.bind;
    f.declare(k.bind, v, k.bindPos);
  }
  cleanupBody(f, k.node);
  leaveScope(f);
  f.tree = tree;
  f.file = file;
  f.env = env;
  f.ctx = ctx;
  f.locals = locals;
  f.scopes = scopes;
  f.loops = loops;
  f.inCleanup = inCleanup;
  f.b.at = at;
}

function cleanupBody(f: FnCtx, node: NodeId): void {
  const kind = f.tree.kindOf(node);
  f.b.at = f.pos(node);
  if (kind === Node.Block) blockStatement(f, node);
  else if (kind === Node.Assign || kind === Node.MultiAssign || kind === Node.ExprStmt) statement(f, node);
  else rejectInCleanup(f, node, expr(f, node, 0, 0));
}

/** Reports a failable value that a cleanup body leaves unabsorbed (statement, initialiser, assignment, condition). */
export function rejectInCleanup(f: FnCtx, node: NodeId, v: Val): boolean {
  if (f.inCleanup === 0 || !f.c.types.isFailable(v.ty) || f.tree.kindOf(node) !== Node.Call) return false;
  const body = f.inCleanup === IN_ONFAIL ? 'an `onfail` body' : 'a `defer` body';
  errorAt(f, 'ERR-UNHANDLED', node, `a bare failable call in ${body} would drop its error`).help('absorb it: `catch`, `or value`, or bind the error');
  return true;
}
