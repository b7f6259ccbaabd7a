// Takes an implementation; tells why its type does not implement the protocol: missing methods, other signatures (reference 8.11).
import type { Code } from '../diagnostics/codes.ts';
import { Ty, type TypeId } from '../types/types.ts';
import type { Checker } from './checker.ts';
import { plainInst, resultOf } from './fn.ts';
import { type FnDecl, ParamMode } from './fn_decl.ts';
import type { Impl } from './impls.ts';
import { methodSigFor, protocolInfo, type ProtoMethod } from './protocol_decl.ts';
import { plural } from './report.ts';

export interface Problem {
  readonly code: Code;
  /** Follows "'T' does not implement protocol 'P'". */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** null = it conforms. Types that failed to resolve were reported and count as equal. */
export function conformanceProblem(c: Checker, i: Impl): Problem | null {
  for (const m of protocolInfo(c, i.proto).methods) {
    const d = c.impls.protocolMethod(i, m);
    if (d === null) return { code: 'PROTO-NOIMPL', text: `missing method '${c.text(m.name)}'`, start: 0, end: 0 };
    if (d.protocolDomain !== 0) continue;
    const text = signatureProblem(c, i, m, d);
    if (text !== null) return { code: 'PROTO-SIG', text, start: d.tree.pos(d.node), end: d.tree.pos(d.node) + 1 };
  }
  return null;
}

function signatureProblem(c: Checker, i: Impl, m: ProtoMethod, d: FnDecl): string | null {
  const name = c.text(m.name);
  if (d.generic) {
    const own = d.introduced[0] ?? d.params.find((p) => p.mode !== ParamMode.value)?.name ?? 0;
    return `method '${name}' has type parameters of its own ('$${c.text(own)}')`;
  }
  const inst = plainInst(c, d);
  const want = methodSigFor(c, protocolInfo(c, i.proto), m, i.target);
  if (d.params.length !== want.params.length + 1) {
    return `mismatched signature of method '${name}': the protocol declares ${plural(want.params.length, 'parameter')} after the receiver, the implementation has ${Math.max(0, d.params.length - 1)}`;
  }
  for (let k = 0; k < want.params.length; k++) {
    const have = inst.params[k + 1]!;
    if (!sameType(c, want.params[k]!, have)) {
      const param = c.text(d.params[k + 1]!.name);
      return `mismatched signature of method '${name}': parameter '${param}' is '${c.types.text(have)}', the protocol declares '${c.types.text(want.params[k]!)}'${homonyms(c, have, want.params[k]!)}`;
    }
  }
  const ret = resultOf(c, inst);
  if (!sameType(c, want.ret, ret)) {
    return `mismatched signature of method '${name}': it returns '${c.types.text(ret)}', the protocol declares '${c.types.text(want.ret)}'${homonyms(c, ret, want.ret)}`;
  }
  return null;
}

function sameType(c: Checker, want: TypeId, have: TypeId): boolean {
  const { types } = c;
  if (want === have || want === types.poison || have === types.poison) return true;
  // A bare `!` in the protocol admits an implementation with a named set: both are one word.
  if (types.kind[want] === Ty.errset && types.kind[have] === Ty.errset) return want === types.anyError;
  if (
    types.isFailable(want) &&
    types.isFailable(have) &&
    types.kind[want] === Ty.tuple &&
    types.kind[have] === Ty.tuple
  ) {
    const a = types.lists[want]!;
    const b = types.lists[have]!;
    return a.length === b.length && a.every((t, i) => (i === a.length - 1 ? sameType(c, t, b[i]!) : t === b[i]));
  }
  return false;
}

function homonyms(c: Checker, a: TypeId, b: TypeId): string {
  return c.types.text(a) === c.types.text(b) ? ' (same spelling, distinct nominal declarations)' : '';
}

/** Reports that `target` does not implement `proto`, at a span. */
export function reportNoImpl(c: Checker, target: TypeId, proto: TypeId, start: number, end: number): void {
  const i = c.impls.find(proto, target);
  const problem = i === null ? null : c.impls.problemOf(i);
  const base = `'${c.types.text(target)}' does not implement protocol '${c.types.text(proto)}'`;
  if (problem !== null) {
    const d = c.sink.error(problem.code, start, end, `${base}: ${problem.text}`);
    if (problem.start !== 0) d.note(problem.start, problem.end, 'the implementation is here');
    return;
  }
  const first = protocolInfo(c, proto).methods.find((m) => !m.hasBody);
  const missing = first === undefined ? '' : `: missing method '${c.text(first.name)}'`;
  c.sink
    .error('PROTO-NOIMPL', start, end, `${base}${missing}`)
    .help(`write \`impl ${c.types.text(proto)} for ${c.types.text(target)} { … }\``);
}
