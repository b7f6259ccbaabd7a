// `if` in every form: statement, value, binding, compile-time (reference 4.7, 11.5).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { IfFlag, Node } from '../parse/node.ts';
import type { TypeId } from '../types/types.ts';
import { type Arm, planArms, unifyArms } from './arms.ts';
import { leaveScope } from './cleanup.ts';
import { branchOn, narrowings, narrowScope } from './cond.ts';
import { expr } from './expr.ts';
import { isPrunable, staticCondition } from './static_cond.ts';
import type { FnCtx } from './fn_ctx.ts';
import { optionalBinding } from './optional.ts';
import { errorAt } from './report.ts';
import { blockStatement, blockValue, endChosen, exprStatement, statement } from './stmt.ts';
import { type Val, voidVal } from './val.ts';
import { poison } from './value.ts';

export function ifExpr(f: FnCtx, node: NodeId, want: TypeId, dst: Ref, asValue: boolean): Val {
  const { tree } = f;
  const cond = tree.a[node]!;
  const inline = (tree.flags[node]! & IfFlag.inline) !== 0;
  if (inline || isPrunable(f, cond)) {
    const known = staticCondition(f, cond);
    if (known !== null) {
      const { live } = f;
      const v = taken(f, known ? tree.b[node]! : tree.c[node]!, want, dst, asValue, inline);
      if (live) endChosen(f);
      return v;
    }
  }
  const isValue = asValue && yieldsValue(f, node);
  if (asValue && tree.c[node] === 0 && isValue && needsElse(f, node)) {
    errorAt(f, 'IF-NOELSE', node, 'an `if` used as a value must have an `else` branch');
    return poison(f);
  }
  return branches(f, node, want, dst, isValue && tree.c[node] !== 0);
}

/** A value position whose then-branch has a value. */
function needsElse(f: FnCtx, node: NodeId): boolean {
  const then = f.tree.b[node]!;
  if (f.tree.kindOf(then) === Node.Block) return f.tree.b[then] !== 0;
  return !isJump(f.tree.kindOf(then));
}

function isJump(k: Node): boolean { return k === Node.Return || k === Node.Raise || k === Node.Break || k === Node.Continue; }

/** Whether some branch has a value by its syntax. */
function yieldsValue(f: FnCtx, node: NodeId): boolean {
  const { tree } = f;
  if (node === 0) return false;
  switch (tree.kindOf(node)) {
    case Node.If: return yieldsValue(f, tree.b[node]!) || yieldsValue(f, tree.c[node]!);
    case Node.IfBind: return yieldsValue(f, tree.b[node]!) || yieldsValue(f, tree.c[node]!);
    case Node.Block: return tree.b[node] !== 0 ? yieldsValue(f, tree.b[node]!) : false;
    case Node.Return: case Node.Raise: case Node.Break: case Node.Continue: return false;
    default: return true;
  }
}

/** The one live branch of a compile-time condition. */
function taken(f: FnCtx, branch: NodeId, want: TypeId, dst: Ref, asValue: boolean, inline: boolean): Val {
  if (branch === 0) return voidVal(f.c.types.void);
  if (asValue) return blockValue(f, branch, want, dst);
  if (inline && f.tree.kindOf(branch) === Node.Block) {
    blockStatement(f, branch);
    return voidVal(f.live ? f.c.types.void : f.c.types.noreturn);
  }
  runBranch(f, branch);
  return voidVal(f.live ? f.c.types.void : f.c.types.noreturn);
}

function runBranch(f: FnCtx, branch: NodeId): void {
  const k = f.tree.kindOf(branch);
  if (k === Node.Block) blockStatement(f, branch);
  else if (k === Node.If || k === Node.IfBind || k === Node.Match) exprStatement(f, branch);
  else {
    f.push();
    statement(f, branch);
    leaveScope(f);
  }
}

function branches(f: FnCtx, node: NodeId, want: TypeId, dst: Ref, asValue: boolean): Val {
  const { tree } = f;
  const cond = tree.a[node]!;
  const elseNode = tree.c[node]!;
  const plan = planArms(f, want, dst, 'if', asValue);
  const then = f.b.block();
  const done = f.b.block();
  const otherwise = elseNode === 0 ? done : f.b.block();
  branchOn(f, cond, then, otherwise);
  const whenTrue = narrowings(f, cond, true);
  const whenFalse = narrowings(f, cond, false);
  let armEnds = false;
  const arm = (n: NodeId, block: number, facts: typeof whenTrue): Arm => ({
    block, node: valueNode(f, n), present: facts,
    run: (w, d) => {
      const v = asValue ? armValue(f, n, w, d) : statementArm(f, n);
      armEnds = !f.live;
      return v;
    },
  });
  const arms: Arm[] = [arm(tree.b[node]!, then, whenTrue)];
  if (elseNode !== 0) arms.push(arm(elseNode, otherwise, whenFalse));
  const v = unifyArms(f, plan, arms, done, elseNode === 0, node);
  // A guard that always leaves proves the opposite for the rest of the block.
  if (elseNode === 0 && armEnds && f.live) narrowScope(f, whenFalse);
  return v;
}

function armValue(f: FnCtx, n: NodeId, want: TypeId, dst: Ref): Val {
  const k = f.tree.kindOf(n);
  if (k === Node.Block) return blockValue(f, n, want, dst);
  return expr(f, n, want, dst);
}

function statementArm(f: FnCtx, n: NodeId): Val {
  runBranch(f, n);
  return voidVal(f.live ? f.c.types.void : f.c.types.noreturn);
}

/** Where an arm's value stands, for messages. */
function valueNode(f: FnCtx, n: NodeId): NodeId {
  return f.tree.kindOf(n) === Node.Block && f.tree.b[n] !== 0 ? f.tree.b[n]! : n;
}

/** `if n := e { … } else { … }`. */
export function ifBindExpr(f: FnCtx, node: NodeId, want: TypeId, dst: Ref, asValue: boolean): Val {
  const { tree } = f;
  const elseNode = tree.c[node]!;
  const isValue = asValue && elseNode !== 0 && yieldsValue(f, node);
  if (asValue && elseNode === 0 && yieldsValue(f, tree.b[node]!)) {
    errorAt(f, 'IF-NOELSE', node, 'an `if` used as a value must have an `else` branch');
    return poison(f);
  }
  const plan = planArms(f, want, dst, 'if', isValue);
  const some = f.b.block();
  const done = f.b.block();
  const none = elseNode === 0 ? done : f.b.block();
  const binding = optionalBinding(f, tree.a[node]!, some, none, 'if');
  const body = tree.b[node]!;
  const arms: Arm[] = [{
    block: some, node: valueNode(f, body),
    run: (w, d) => {
      f.push();
      binding.declare(body);
      let v: Val;
      if (isValue) v = blockValue(f, body, w, d);
      else {
        blockStatement(f, body);
        v = voidVal(f.live ? f.c.types.void : f.c.types.noreturn);
      }
      leaveScope(f);
      return v;
    },
  }];
  if (elseNode !== 0) arms.push({ block: none, node: valueNode(f, elseNode), run: (w, d) => (isValue ? armValue(f, elseNode, w, d) : statementArm(f, elseNode)) });
  return unifyArms(f, plan, arms, done, elseNode === 0, node);
}

