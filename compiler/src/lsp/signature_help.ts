// Takes a place in an argument list; gives the signature of what is called, and which parameter is being written.
import type { SignatureHelp } from 'vscode-languageserver/node';
import type { FnDecl } from '../check/fn_decl.ts';
import { ParamMode } from '../check/fn_decl.ts';
import { VK } from '../check/val.ts';
import { Node } from '../parse/node.ts';
import { Ty } from '../types/types.ts';
import { commentAbove, parameters, typeText } from './describe.ts';
import { namesOf } from './declarations.ts';
import type { Site } from './symbols.ts';
import { completed, tokensBefore } from './tokens_before.ts';

/** Closes an argument list that is open, with something that may be an argument. */
const PLACEHOLDER = 'sx_argument_here';

export function signatureHelp(bytes: Uint8Array, offset: number, now: Site | null, analyzeWith: (bytes: Uint8Array) => Site | null): SignatureHelp | null {
  const before = tokensBefore(bytes, offset);
  if (before.call === null) return null;
  const { paren, commas } = before.call;
  const found = now === null ? null : calledAt(now, paren);
  if (found !== null) return help(found, commas);
  const site = analyzeWith(completed(bytes, offset, before, PLACEHOLDER));
  const again = site === null ? null : calledAt(site, paren);
  return again === null ? null : help(again, commas);
}

interface Called {
  readonly label: string;
  readonly params: readonly string[];
  /** Parameters before the first written argument. */
  readonly skipped: number;
  readonly variadic: boolean;
  readonly comment: string;
}

/** What the call with its `(` at `paren` calls; null when the checker has not got to it. */
function calledAt(site: Site, paren: number): Called | null {
  const { tree } = site.file;
  const { analysis } = site;
  const facts = analysis.semantics.of(tree);
  for (let n = 1; n < tree.count; n++) {
    if (tree.kindOf(n) !== Node.Call || tree.start[n] > paren || tree.end[n] < paren) continue;
    const callee = tree.a[n];
    if (tree.end[callee] > paren || Buffer.from(tree.file.bytes.subarray(tree.end[callee], paren)).toString().trim() !== '') continue;
    const d = facts.calls.get(n);
    if (d !== undefined) return ofFunction(site, d, hasReceiver(site, callee));
    const type = facts.type[callee];
    if (type === 0 || analysis.checker === null) return null;
    const { types } = analysis.checker;
    if (types.kind[type] !== Ty.closure && types.kind[type] !== Ty.fn) return null;
    const params = types.lists[type]!.map((t) => typeText(analysis, t));
    return { label: typeText(analysis, type), params, skipped: 0, variadic: false, comment: '' };
  }
  return null;
}

/** `value.method(…)`: the value is the first argument. */
function hasReceiver(site: Site, callee: number): boolean {
  const { tree } = site.file;
  const kind = tree.kindOf(callee);
  if (kind === Node.OptMember) return true;
  if (kind !== Node.Member) return false;
  const facts = site.analysis.semantics.of(tree);
  const k = facts.denotes.get(tree.a[callee])?.k;
  return k !== VK.ns && k !== VK.type && k !== VK.head;
}

function ofFunction(site: Site, d: FnDecl, receiver: boolean): Called {
  const { params, result } = parameters(d.tree, d.node);
  const last = d.params[d.params.length - 1];
  const owner = site.analysis.semantics.ownerOf(d.tree, d.node);
  const declaration = owner === 0 ? undefined : namesOf(d.tree).declarations.get(d.tree.start[owner]!);
  return {
    label: `${d.display}(${params.join(', ')})${result}`, params, skipped: receiver ? 1 : 0,
    variadic: last !== undefined && (last.mode === ParamMode.variadic || last.mode === ParamMode.pack), comment: declaration === undefined ? '' : commentAbove(declaration),
  };
}

function help(c: Called, commas: number): SignatureHelp {
  const at = commas + c.skipped;
  const active = c.variadic ? Math.min(at, c.params.length - 1) : at;
  // Parameters by where they stand in the label.
  let from = c.label.indexOf('(');
  const parameters_ = c.params.map((p) => {
    const start = c.label.indexOf(p, from);
    from = start + p.length;
    return { label: [start, from] as [number, number] };
  });
  return { signatures: [{ label: c.label, parameters: parameters_, ...(c.comment === '' ? {} : { documentation: c.comment }) }], activeSignature: 0, activeParameter: active };
}
