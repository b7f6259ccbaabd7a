// Takes a file-level `inline if` and the target's facts; gives the items of the branch that is live (reference 11.5).
import type { Names } from '../base/names.ts';
import type { NodeId } from '../base/ids.ts';
import type { Sink } from '../diagnostics/sink.ts';
import { ArmFlag, BinOp, Node } from '../parse/node.ts';
import type { Tree } from '../parse/tree.ts';
import { ARCH_NAMES, OS_NAMES, SANITIZER_NAMES, type TargetFacts } from './target.ts';

export interface ModIfContext {
  readonly tree: Tree;
  readonly names: Names;
  readonly sink: Sink;
  readonly target: TargetFacts;
}

/** The live items of an `inline if` (If or Match node) at file level. */
export function liveItems(x: ModIfContext, node: NodeId): NodeId[] {
  const { tree } = x;
  const kind = tree.kindOf(node);
  if (kind === Node.If) {
    const value = condition(x, tree.a[node]!);
    if (value === null) return [];
    const branch = value ? tree.b[node]! : tree.c[node]!;
    return branch === 0 ? [] : branchItems(x, branch);
  }
  if (kind === Node.Match) return matchItems(x, node);
  return [node];
}

function branchItems(x: ModIfContext, node: NodeId): NodeId[] {
  const { tree } = x;
  const kind = tree.kindOf(node);
  if (kind === Node.If || kind === Node.Match) return liveItems(x, node);
  if (kind !== Node.Block) return [node];
  const out: NodeId[] = [];
  for (const item of tree.list(tree.a[node]!)) {
    const k = tree.kindOf(item);
    if (k === Node.If || k === Node.Match) out.push(...liveItems(x, item));
    else if (k === Node.ExprStmt && (tree.kindOf(tree.a[item]!) === Node.If || tree.kindOf(tree.a[item]!) === Node.Match)) {
      out.push(...liveItems(x, tree.a[item]!));
    } else out.push(item);
  }
  const tail = tree.b[node]!;
  if (tail !== 0) out.push(...branchItems(x, tail));
  return out;
}

function matchItems(x: ModIfContext, node: NodeId): NodeId[] {
  const { tree } = x;
  const subject = fact(x, tree.a[node]!);
  if (subject === null) {
    badCondition(x, tree.a[node]!);
    return [];
  }
  for (const arm of tree.list(tree.b[node]!)) {
    const pattern = tree.a[arm]!;
    const hit = pattern === 0 || patternText(x, pattern) === subject;
    if (!hit) continue;
    if ((tree.flags[arm]! & ArmFlag.break) !== 0) return [];
    return branchItems(x, tree.c[arm]!);
  }
  return [];
}

function patternText(x: ModIfContext, node: NodeId): string | null {
  const { tree } = x;
  switch (tree.kindOf(node)) {
    case Node.EnumLit: return x.names.text(tree.a[node]!);
    case Node.Int: return String(tree.intValue(node));
    case Node.Paren: return patternText(x, tree.a[node]!);
    default: return null;
  }
}

/** The value of OS, ARCH, POINTER_SIZE or SANITIZER as text; null for anything else. */
function fact(x: ModIfContext, node: NodeId): string | null {
  const { tree } = x;
  if (tree.kindOf(node) === Node.Paren) return fact(x, tree.a[node]!);
  if (tree.kindOf(node) !== Node.Ident) return null;
  switch (x.names.text(tree.a[node]!)) {
    case 'OS': return x.target.os;
    case 'ARCH': return x.target.arch;
    case 'POINTER_SIZE': return String(x.target.pointerSize);
    case 'SANITIZER': return x.target.sanitizer;
    default: return null;
  }
}

function condition(x: ModIfContext, node: NodeId): boolean | null {
  const { tree } = x;
  if (tree.kindOf(node) === Node.Paren) return condition(x, tree.a[node]!);
  if (tree.kindOf(node) === Node.Binary) {
    const op = tree.flags[node]! as BinOp;
    if (op === BinOp.and || op === BinOp.or) {
      const l = condition(x, tree.a[node]!);
      if (l === null) return null;
      const r = condition(x, tree.b[node]!);
      if (r === null) return null;
      return op === BinOp.and ? l && r : l || r;
    }
    if (op === BinOp.eq || op === BinOp.ne) {
      const subject = fact(x, tree.a[node]!);
      const pattern = patternText(x, tree.b[node]!);
      if (subject !== null && pattern !== null && isKnown(x, tree.a[node]!, tree.b[node]!, pattern)) {
        return (subject === pattern) === (op === BinOp.eq);
      }
    }
  }
  badCondition(x, node);
  return null;
}

function isKnown(x: ModIfContext, subject: NodeId, pattern: NodeId, text: string): boolean {
  const { tree } = x;
  if (tree.kindOf(pattern) === Node.Int) return true;
  const which = x.names.text(tree.a[tree.kindOf(subject) === Node.Paren ? tree.a[subject]! : subject]!);
  return which === 'OS' ? OS_NAMES.includes(text) : which === 'ARCH' ? ARCH_NAMES.includes(text)
    : which === 'SANITIZER' ? SANITIZER_NAMES.includes(text) : false;
}

function badCondition(x: ModIfContext, node: NodeId): void {
  const { tree } = x;
  x.sink.error('MODIF-COND', tree.pos(node), tree.endPos(node),
    `a file-level \`inline if\` can only test OS, ARCH, POINTER_SIZE and SANITIZER, not \`${tree.text(node)}\``);
}
