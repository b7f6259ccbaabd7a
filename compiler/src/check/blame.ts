// Takes an error that an instance's body finds in its compile-time arguments; reports it where a caller wrote the argument.
import type { NameId, NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import type { BoundArgs } from './call_args.ts';
import type { FnCtx } from './fn_ctx.ts';
import { type Blame, type FnDecl, type FnInst, type InstArg, type InstSite, ParamMode } from './fn_decl.ts';
import type { Code } from '../diagnostics/codes.ts';
import type { Sink } from '../diagnostics/sink.ts';
import { errorAt } from './report.ts';
import { VK } from './val.ts';

/** Remembers the call of `inst`: what its body refuses of the arguments, now or later, is reported there. */
export function noteSite(f: FnCtx, inst: FnInst, d: FnDecl, bound: BoundArgs, node: NodeId): void {
  const valued = d.params.some((p) => p.mode === ParamMode.constant);
  if (inst.site !== null && !valued) return;
  const args: InstArg[] = [];
  d.params.forEach((p, i) => {
    const a = bound.args[i] ?? null;
    if (p.mode === ParamMode.constant && a !== null) args.push({ name: p.name, start: f.pos(a.node), end: f.end(a.node), passes: constantParam(f, a.node) });
  });
  const site: InstSite = { start: f.pos(node), end: f.end(node), by: f.inst, args };
  if (inst.site === null) {
    inst.depth = (f.inst?.depth ?? 0) + 1;
    f.c.deepest = Math.max(f.c.deepest, inst.depth);
  }
  inst.site ??= site;
  inst.sites.push(site);
  for (const b of inst.blames) blameSite(f.c.sink, site, b);
}

/** The compile-time value parameter that a bare name, bracketed or not, stands for; 0 = none. */
function constantParam(f: FnCtx, node: NodeId): NameId {
  const kind = f.tree.kindOf(node);
  if (kind === Node.Paren) return constantParam(f, f.tree.a[node]! as NodeId);
  if ((kind !== Node.Ident && kind !== Node.TypeName) || f.inst === null) return 0;
  const name = f.tree.a[node]!;
  return f.find(name) === null && f.inst.decl.params.some((p) => p.mode === ParamMode.constant && p.name === name) ? name : 0;
}

/** Whether the node is a bare name of a type that the instance was made for. */
function boundType(f: FnCtx, node: NodeId): boolean {
  const kind = f.tree.kindOf(node);
  return (kind === Node.Ident || kind === Node.TypeName) && f.inst?.site != null && f.env?.get(f.tree.a[node]!)?.k === VK.type;
}

/** An error about the compile-time argument at `node`: at the node, or where a caller gave what the node names. */
export function blameAt(f: FnCtx, code: Code, node: NodeId, message: string): void {
  const { inst } = f;
  const param = constantParam(f, node);
  if (inst === null || inst.sites.length === 0 || (param === 0 && !boundType(f, node))) errorAt(f, code, node, message);
  else blame(f.c.sink, inst, { code, message, param, start: f.pos(node), end: f.end(node) });
}

function blame(sink: Sink, inst: FnInst, b: Blame): void {
  if (inst.blames.some((x) => x.code === b.code && x.start === b.start && x.message === b.message)) return;
  inst.blames.push(b);
  for (const site of inst.sites) blameSite(sink, site, b);
}

function blameSite(sink: Sink, site: InstSite, b: Blame): void {
  const arg = site.args.find((a) => a.name === b.param);
  const outer = site.by !== null && site.by.sites.length > 0 ? site.by : null;
  if (outer !== null && (b.param === 0 || (arg !== undefined && arg.passes !== 0))) blame(sink, outer, { ...b, param: arg?.passes ?? 0 });
  else sink.error(b.code, arg?.start ?? site.start, arg?.end ?? site.end, b.message).note(b.start, b.end, 'this operation refuses it');
}
