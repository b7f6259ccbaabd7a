// Takes statements and blocks; writes their code. One row per statement kind (reference 1.8, 4.2).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { jumps, untilJump } from '../parse/after_jump.ts';
import { Node } from '../parse/node.ts';
import { convert, Mode } from './convert.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { assignStatement, multiAssignStatement } from './assign.ts';
import { deferStmt, leaveScope, onfailStmt, rejectInCleanup } from './cleanup.ts';
import { raiseStatement, rejectUnmarked } from './check_errors.ts';
import { ifBindExpr, ifExpr } from './check_if.ts';
import { breakStatement, continueStatement } from './check_loops.ts';
import { matchExpr } from './check_match.ts';
import { returnStatement } from './check_return.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { insertStatements } from './insert.ts';
import { reportDirective } from './error_directive.ts';
import { destructureStatement, localConst, localVar } from './local_decl.ts';
import { errorAt } from './report.ts';
import { type Val, Val as ValClass, VK, voidVal } from './val.ts';
import { newSlot, storeTo } from './value.ts';
import { memVal } from './val.ts';

export function statement(f: FnCtx, node: NodeId): void {
  const { tree } = f;
  f.b.at = tree.file.base + tree.start[node]!;
  switch (tree.kindOf(node)) {
    case Node.VarDecl: return localVar(f, node);
    case Node.ConstDecl:
      if (FILE_LEVEL.has(tree.kindOf(tree.b[node]!))) { errorAt(f, 'TOP-LEVEL', node, 'this declaration is only allowed at top level'); return; }
      return localConst(f, node);
    case Node.Destructure: return destructureStatement(f, node);
    case Node.Assign: return assignStatement(f, node);
    case Node.MultiAssign: return multiAssignStatement(f, node);
    case Node.ExprStmt: return exprStatement(f, tree.a[node]!);
    case Node.Return: return returnStatement(f, node);
    case Node.Raise: return raiseStatement(f, node);
    case Node.Break: return breakStatement(f, node);
    case Node.Continue: return continueStatement(f, node);
    case Node.Defer: return deferStmt(f, node);
    case Node.OnFail: return onfailStmt(f, node);
    case Node.Insert: return insertStatements(f, node);
    case Node.ErrorDirective:
      reportDirective(f, node);
      // Nothing after it runs: no second error about a missing value.
      if (f.b.live) f.b.unreachable();
      return;
    case Node.Error: return;
    case Node.Import: case Node.Framework: case Node.TopRun: case Node.Impl: case Node.ContextExtend:
      errorAt(f, tree.kindOf(node) === Node.ContextExtend ? 'CTX-PLACE' : 'TOP-LEVEL', node, 'this declaration is only allowed at top level');
      return;
    default: return exprStatement(f, node);
  }
}

/** Right sides of `::` that declare modules, libraries and classes of the program. */
const FILE_LEVEL: ReadonlySet<Node> = new Set([Node.Import, Node.ImportC, Node.Library, Node.RuntimeClass]);

/** An expression whose value is dropped. */
export function exprStatement(f: FnCtx, node: NodeId): void {
  const { tree } = f;
  switch (tree.kindOf(node)) {
    case Node.If: ifExpr(f, node, 0, 0, false); return;
    case Node.IfBind: ifBindExpr(f, node, 0, 0, false); return;
    case Node.Match: matchExpr(f, node, 0, 0, false); return;
    case Node.Block: blockStatement(f, node); return;
    case Node.Insert: insertStatements(f, node); return;
    default: {
      const v = expr(f, node, 0, 0);
      if (rejectInCleanup(f, node, v)) return;
      rejectUnmarked(f, node, v);
    }
  }
}



function statements(f: FnCtx, list: number): void {
  const { tree } = f;
  const n = untilJump(tree, list);
  const { leaves } = f;
  f.leaves = false;
  for (let i = 0; i < n && !isCut(f); i++) statement(f, tree.listAt(list, i));
  f.leaves = leaves;
}

function enterBlock(f: FnCtx, node: NodeId): void {
  const own = node === f.body;
  f.blockFrom = own ? 0 : f.pos(node);
  f.blockTo = own ? 0 : f.end(node);
}

/** Whether what follows is behind a branch chosen at compile time that leaves. */
function isCut(f: FnCtx): boolean {
  if (f.live) f.cut = false;
  return f.cut;
}

/** Ends a branch chosen at compile time, which was live at its start. */
export function endChosen(f: FnCtx): void {
  if (!f.live) f.cut = true;
}

/** Statements of a block in their own scope; a tail value is dropped. `atEnd` comes before the block's cleanups. */
export function blockStatement(f: FnCtx, node: NodeId, atEnd?: () => void): void {
  const { tree } = f;
  if (tree.kindOf(node) !== Node.Block) {
    f.push();
    statement(f, node);
    leaveScope(f);
    return;
  }
  const { blockFrom, blockTo } = f;
  enterBlock(f, node);
  f.push();
  statements(f, tree.a[node]!);
  const tail = tree.b[node]!;
  if (tail !== 0 && !isCut(f) && !jumps(tree, tree.a[node]!)) exprStatement(f, tail);
  if (f.live) atEnd?.();
  leaveScope(f);
  f.blockFrom = blockFrom;
  f.blockTo = blockTo;
}

/** A block as a value: its tail's; `atEnd` as for blockStatement when it has none. Aggregates in the block's own locals are moved out before its cleanups run. */
export function blockValue(f: FnCtx, node: NodeId, want: TypeId, dst: Ref, atEnd?: () => void): Val {
  const { tree } = f;
  const { types } = f.c;
  if (tree.kindOf(node) !== Node.Block) return expr(f, node, want, dst);
  const { blockFrom, blockTo } = f;
  enterBlock(f, node);
  const scope = f.push();
  statements(f, tree.a[node]!);
  const tail = tree.b[node]!;
  let v: Val;
  if (tail === 0) v = voidVal(f.live ? types.void : types.noreturn);
  else if (!f.live) {
    // Dead code is parsed and ignored; its errors would be noise.
    v = voidVal(types.noreturn);
  } else {
    f.b.at = f.pos(tail);
    v = expr(f, tail, want, dst);
    if (!f.live && v.k !== VK.poison) v = voidVal(types.noreturn);
    else v = outlive(f, viewed(f, v, want), dst, scope.cleanups.length > 0);
  }
  if (v.local !== 0) v = unlocal(f, v);
  if (f.live && v.k === VK.void) atEnd?.();
  leaveScope(f);
  f.blockFrom = blockFrom;
  f.blockTo = blockTo;
  return v;
}

/** An array in memory that leaves as a slice or many-pointer is seen where it lies, not as a copy (reference 2.5). */
function viewed(f: FnCtx, v: Val, want: TypeId): Val {
  const { kind } = f.c.types;
  const view = v.k === VK.mem && v.lv && kind[v.ty] === Ty.array && (kind[want] === Ty.slice || kind[want] === Ty.manyptr);
  return view ? (convert(f, v, want, Mode.implicit) ?? v) : v;
}

/** A value that names a local of the closing scope becomes a temporary. */
function outlive(f: FnCtx, v: Val, dst: Ref, cleanups: boolean): Val {
  if (v.k !== VK.mem || v.ref === dst) return v;
  const { types } = f.c;
  if (types.isScalar(v.ty)) {
    const r = f.b.load(types.reg(v.ty), v.ref);
    const out = new ValClass(VK.reg, v.ty, r, 0);
    out.local = v.local;
    out.capture = v.capture;
    return out;
  }
  if (!v.lv && !cleanups) return v;
  if (!v.lv && v.ref < 0) return v;
  const slot = newSlot(f, v.ty);
  storeTo(f, slot, v);
  const out = memVal(v.ty, slot);
  out.local = v.local;
  return out;
}

/** Narrowing facts of a local do not outlive its scope: a narrowed optional leaves as its payload. */
function unlocal(f: FnCtx, v: Val): Val {
  const l = f.locals[v.local - 1];
  if (l?.narrowed === true && f.c.types.kind[v.ty] === Ty.optional) return v;
  const out = new ValClass(v.k, v.ty, v.ref, v.cv);
  out.lv = v.lv;
  out.lit = v.lit;
  out.capture = v.capture;
  return out;
}

