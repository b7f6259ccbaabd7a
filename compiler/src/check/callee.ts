// Takes a Call node; finds what is called — builtin, function, method, variant, closure — and calls it (reference 3.11, 4.6).
import type { NameId, NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { explainRefused } from './c_refused.ts';
import { FnFlag, Node } from '../parse/node.ts';
import { DeclKind } from '../resolve/module.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { applyHead, headOf } from './apply_type.ts';
import { builtinCall } from './builtins.ts';
import { type Arg, gatherArgs, valArg } from './call_args.ts';
import { callClosureValue } from './call_value.ts';
import { callDecl, type CallSite } from './check_call.ts';
import { declVal } from './decls.ts';
import { unnarrow } from './convert.ts';
import { variantCall } from './enum_lit.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { useVal } from './ident.ts';
import { lookupIdent, namespaceMember, reportNoMember } from './names.ts';
import { optMemberExpr } from './optional_expr.ts';
import { autoDeref } from './place.ts';
import { primitiveType } from './primitive.ts';
import { callProtocolMethod, protocolOf } from './protocol.ts';
import { question } from './question.ts';
import { errorAt, whereabouts } from './report.ts';
import { noteMember, noteMemberOf, noteName } from './semantics.ts';
import { findMember, memberVal, staticMember } from './static_member.ts';
import { baseVal, tryMember, UNWRAP_FIRST } from './member.ts';
import { ufcsCandidate } from './ufcs.ts';
import { typeExpr } from './type_expr.ts';
import { type Val, VK } from './val.ts';
import { poison } from './value.ts';

export function callExpr(f: FnCtx, node: NodeId, want: TypeId, dst: Ref): Val {
  const { tree } = f;
  const callee = tree.a[node]!;
  const site: CallSite = { node, trailing: tree.c[node]!, receiver: false, want, dst };
  switch (tree.kindOf(callee)) {
    case Node.Ident: case Node.TypeName: return callName(f, node, callee, site);
    case Node.EnumLit: return contextualCall(f, node, callee, site);
    case Node.Member: case Node.TypePath: return callMember(f, node, callee, site);
    case Node.OptMember: return optMemberExpr(f, node, want, dst);
    case Node.TypeTuple: case Node.TypeClosure: case Node.TypeApply: {
      const t = typeExpr(f, callee);
      return t === f.c.types.poison ? poison(f) : f.c.typeVal(t);
    }
    default: return callValue(f, expr(f, callee, 0, 0), node, callee, site);
  }
}

function callName(f: FnCtx, node: NodeId, callee: NodeId, site: CallSite): Val {
  const { tree } = f;
  const name = tree.a[callee]!;
  const raw = (tree.flags[callee]! & 2) !== 0;
  noteName(f, callee);
  const local = f.find(name);
  if (local === null && !raw) {
    const b = builtinCall(f, f.c.text(name), node, site.want, site.dst);
    if (b !== null) return b;
  }
  const v = local !== null ? local.val : lookupIdent(f, name) ?? intrinsicVal(f, name) ?? lookupIdent(f, name, 'call', callee);
  if (v === null) {
    if (f.lookupReported) {
      f.lookupReported = false;
      evalArgs(f, node);
      return poison(f);
    }
    if (!raw && (name === f.c.known.Vector || name === f.c.known.Array)) return typeCall(f, node);
    if (!raw && primitiveType(f.c, name) !== 0) {
      errorAt(f, 'NOT-CALLABLE', callee, `'${f.c.text(name)}' is a type: it cannot be called`).help(`a conversion is written \`e.(${f.c.text(name)})\``);
    } else explainRefused(f, errorAt(f, 'UNRESOLVED', callee, `unresolved '${f.c.text(name)}'${whereabouts(f)}`), name);
    evalArgs(f, node);
    return poison(f);
  }
  if (v.k === VK.fn) return callDecl(f, v.fn!, gatherArgs(f, tree.b[node]!, null), site);
  if (v.k === VK.type && headOf(f, callee) !== null) return typeCall(f, node);
  if (v.k === VK.head) return typeCall(f, node);
  return callValue(f, useVal(f, local !== null ? expr(f, callee, 0, 0) : v, callee, 0), node, callee, site);
}

/** A bare call of an intrinsic needs no import: its name is unique in the library (reference 18 §1.0). */
function intrinsicVal(f: FnCtx, name: NameId): Val | null {
  const d = question(f.c, f.file, `intrinsic:${name}`, (p) => {
    for (const file of p.files) {
      const found = file.decls.get(name);
      if (found === undefined || found.private || found.kind !== DeclKind.const_) continue;
      const fn = file.tree.b[found.node]!;
      if (file.tree.kindOf(fn) === Node.Fn && (file.tree.flags[fn]! & FnFlag.intrinsic) !== 0) return found;
    }
    return null;
  });
  return d === null ? null : declVal(f.c, d);
}

/** `Head(args)` in expression position: a type. */
function typeCall(f: FnCtx, node: NodeId): Val {
  const head = headOf(f, f.tree.a[node]!);
  const t = head === null ? typeExpr(f, node) : applyHead(f, head, null, node);
  return t === f.c.types.poison ? poison(f) : f.c.typeVal(t);
}

/** Arguments of a call that cannot be made are checked all the same, for their own errors. */
function evalArgs(f: FnCtx, node: NodeId): void {
  gatherArgs(f, f.tree.b[node]!, null).forEach((a) => {
    if (a.val === null && f.tree.kindOf(a.node) !== Node.EnumLit && f.tree.kindOf(a.node) !== Node.Fn) {
      f.c.sink.mute();
      expr(f, a.node, 0, 0);
      f.c.sink.unmute();
    }
  });
}

/** `.name(args)`: a variant of the expected tagged enum, or a static function of the expected struct. */
function contextualCall(f: FnCtx, node: NodeId, callee: NodeId, site: CallSite): Val {
  const { types } = f.c;
  const { tree } = f;
  const name = tree.a[callee]!;
  let t = site.want;
  while (t !== 0 && types.kind[t] === Ty.optional) t = types.a[t]!;
  noteMemberOf(f, callee, t, name);
  if (t === 0 || t === types.poison) {
    if (t === 0) errorAt(f, 'ENUM-NOTARGET', callee, `cannot infer enum type for '.${f.c.text(name)}': enum literal '.${f.c.text(name)}' has no destination type`);
    return poison(f);
  }
  if (types.kind[t] === Ty.tagged || types.kind[t] === Ty.enum_) {
    const i = types.members(t).variants.findIndex((v) => v.name === f.c.text(name));
    if (i >= 0) return variantCall(f, t, i, node, t === site.want ? site.dst : 0);
  }
  let owner = t;
  if (types.kind[t] === Ty.ptr) owner = types.a[t]!;
  const m = findMember(f.c, owner, name);
  if (m !== null) {
    const v = memberVal(f, m, owner);
    if (v.k === VK.fn) return callDecl(f, v.fn!, gatherArgs(f, tree.b[node]!, null), { ...site, dst: t === site.want ? site.dst : 0 });
  }
  if (types.kind[t] === Ty.tagged || types.kind[t] === Ty.enum_) {
    const names = types.members(t).variants.map((v) => v.name).join(', ');
    errorAt(f, 'ENUM-VARIANT', callee, `'${f.c.text(name)}' is not a variant of '${types.text(t)}' (variants are: ${names})`);
  } else errorAt(f, 'UNRESOLVED', callee, `type '${types.text(t)}' has no function '${f.c.text(name)}'`);
  return poison(f);
}

function callMember(f: FnCtx, node: NodeId, callee: NodeId, site: CallSite): Val {
  const { tree } = f;
  const name = tree.b[callee]!;
  const base = baseVal(f, tree.a[callee]!);
  noteMember(f, callee, base, name);
  if (base.k === VK.poison) {
    evalArgs(f, node);
    return base;
  }
  if (base.k === VK.ns) {
    const m = namespaceMember(f, base.unit!, name);
    if (m === null) {
      if (name === f.c.known.Vector) return typeCall(f, node);
      reportNoMember(f, callee, tree.a[callee]!, name);
      return poison(f);
    }
    if (m.k === VK.fn) {
      if (m.fn!.intrinsic !== null) {
        const b = builtinCall(f, m.fn!.intrinsic, node, site.want, site.dst);
        if (b !== null) return b;
      }
      return callDecl(f, m.fn!, gatherArgs(f, tree.b[node]!, null), site);
    }
    if (m.k === VK.head || (m.k === VK.type && headOf(f, callee) !== null)) return typeCall(f, node);
    const v = useVal(f, m, callee, 0);
    if (!callable(f, v)) {
      errorAt(f, 'NS-NOTCALL', callee, `'${tree.text(callee)}' is not a function: it cannot be called`);
      return poison(f);
    }
    return callValue(f, v, node, callee, site);
  }
  if (base.k === VK.type || base.k === VK.head) return staticCall(f, base, name, node, callee, site);
  return callMethod(f, base, name, node, callee, site);
}

function callable(f: FnCtx, v: Val): boolean {
  const k = f.c.types.kind[v.ty];
  return v.k === VK.fn || k === Ty.closure || k === Ty.fn || v.k === VK.poison;
}

/** `T.f(args)`, `E.variant(payload)`. */
function staticCall(f: FnCtx, base: Val, name: NameId, node: NodeId, callee: NodeId, site: CallSite): Val {
  const { types } = f.c;
  if (base.k === VK.type) {
    const t = base.cv as TypeId;
    if (types.kind[t] === Ty.tagged || types.kind[t] === Ty.enum_) {
      const i = types.members(t).variants.findIndex((v) => v.name === f.c.text(name));
      if (i >= 0) return variantCall(f, t, i, node, t === site.want ? site.dst : 0);
    }
    const m = staticMember(f, base, name, callee);
    if (m !== null && m.k === VK.fn) return callDecl(f, m.fn!, gatherArgs(f, f.tree.b[node]!, null), { ...site, dst: site.dst });
    if (m !== null) return callValue(f, m, node, callee, site);
  }
  const text = base.k === VK.type ? types.text(base.cv as number) : base.head!.name;
  // A Type value may be the receiver of a ufcs function.
  const u = ufcsCandidate(f, name, f.c.typeVal(base.k === VK.type ? (base.cv as number) : types.void), callee, node);
  if (u !== null && u !== 'reported') return callDecl(f, u, gatherArgs(f, f.tree.b[node]!, valArg(f.tree.a[callee]!, base)), { ...site, receiver: true });
  errorAt(f, 'UNRESOLVED', callee, `type '${text}' has no function '${f.c.text(name)}'`);
  return poison(f);
}

/** `recv.m(args)`: callable field, method, protocol method, ufcs function — in that order. */
export function callMethod(f: FnCtx, base0: Val, name: NameId, node: NodeId, callee: NodeId, site: CallSite): Val {
  const { c, tree } = f;
  const { types } = c;
  const recvNode = tree.a[callee]!;
  const base = unnarrow(f, base0);
  if (base.only !== 0 && c.impls.isMethodOf(base.only, c.text(name)) === false) {
    errorAt(f, 'INLINEFOR-PACK', callee, `'${c.text(name)}' is not part of protocol '${c.impls.protocolText(base.only)}'`);
    return poison(f);
  }
  const target = autoDerefType(f, base.ty);
  if (base.k !== VK.fn && hasField(f, target, c.text(name))) {
    const field = tryMember(f, base, name, callee);
    if (field !== null && callable(f, field)) return callValue(f, field, node, callee, site);
    if (field !== null) {
      if (field.k !== VK.poison) errorAt(f, 'NOT-CALLABLE', callee, `field '${c.text(name)}' of type '${types.text(field.ty)}' cannot be called`);
      return poison(f);
    }
  }
  // The body of a protocol's default method calls the protocol's own methods, also over inherent ones.
  const domain = f.inst?.decl.protocolDomain ?? 0;
  if (domain !== 0 && target === f.inst!.decl.owner && c.impls.isMethodOf(domain, c.text(name))) {
    const d = c.impls.domainMethod(domain, target, name);
    if (d !== null) return callWithReceiver(f, d, base, recvNode, node, site);
  }
  const member = findMember(c, target, name) ?? (target !== base.ty ? findMember(c, base.ty, name) : null);
  if (member !== null) {
    const v = memberVal(f, member, target);
    if (v.k === VK.fn) return callWithReceiver(f, v.fn!, base, recvNode, node, site);
    if (callable(f, v)) return callValue(f, v, node, callee, site);
  }
  const proto = protocolOf(f, base.ty);
  if (proto !== 0 && c.impls.isMethodOf(proto, c.text(name))) {
    return callProtocolMethod(f, base, proto, name, gatherArgs(f, tree.b[node]!, null), site);
  }
  const u = ufcsCandidate(f, name, base, callee, node);
  if (u === 'reported') return poison(f);
  if (u !== null) return callWithReceiver(f, u, base, recvNode, node, site);
  const t = base.k === VK.fn ? 'function' : types.text(base.ty);
  const plain = lookupIdent(f, name);
  if (plain !== null && plain.k === VK.fn) {
    errorAt(f, 'UFCS-OPTIN', callee, `'${c.text(name)}' is not a ufcs function, so it cannot be called with a dot on a value of type '${t}'`)
      .help(`call it directly: \`${c.text(name)}(…)\`, pipe the value: \`|> ${c.text(name)}(…)\`, or declare it \`ufcs\``);
    return poison(f);
  }
  const d = errorAt(f, 'UNRESOLVED', callee, `unresolved method '${c.text(name)}' on type '${t}'`);
  if (types.kind[base.ty] === Ty.optional && findMember(c, autoDerefType(f, types.a[base.ty]!), name) !== null) d.help(UNWRAP_FIRST);
  return poison(f);
}

function autoDerefType(f: FnCtx, t: TypeId): TypeId { return f.c.types.kind[t] === Ty.ptr ? f.c.types.a[t]! : t; }

function hasField(f: FnCtx, t: TypeId, name: string): boolean {
  const { types } = f.c;
  const k = types.kind[t];
  if (k === Ty.struct || k === Ty.union) return types.fieldIndex(t, name) >= 0;
  if (k === Ty.tuple) return types.names[t]?.includes(name) ?? false;
  return (k === Ty.closure || k === Ty.fn) && name === 'fn_ptr';
}

/** Passes the receiver as the first argument, adapted: address of the live storage, or the pointee. */
export function callWithReceiver(f: FnCtx, d: Parameters<typeof callDecl>[1], base: Val, recvNode: NodeId, node: NodeId, site: CallSite): Val {
  const recv: Arg = valArg(recvNode, adaptReceiver(f, d, base));
  return callDecl(f, d, gatherArgs(f, f.tree.b[node]!, recv), { ...site, receiver: true });
}

/** A pointer receiver is dereferenced when the first parameter wants the value. */
function adaptReceiver(f: FnCtx, d: Parameters<typeof callDecl>[1], base: Val): Val {
  const { types } = f.c;
  const p = d.params[0];
  if (p === undefined || types.kind[base.ty] !== Ty.ptr || p.type === 0) return base;
  const kind = d.tree.kindOf(p.type);
  if (kind === Node.TypePtr || kind === Node.TypeGeneric || kind === Node.TypeManyPtr) return base;
  if (kind === Node.TypeName && f.c.text(d.tree.a[p.type]!) === 'any') return base;
  if (p.generic && kind !== Node.TypeApply && kind !== Node.TypeSlice && kind !== Node.TypeName) return base;
  if (!p.generic) {
    const v = paramTypeOf(f, d, p.type);
    if (types.kind[v] === Ty.ptr || v === base.ty || types.kind[v] === Ty.protocol && v !== types.a[base.ty]) return base;
  }
  return autoDeref(f, base);
}

function paramTypeOf(f: FnCtx, d: Parameters<typeof callDecl>[1], node: NodeId): TypeId {
  const g = Object.create(f) as FnCtx;
  g.tree = d.tree;
  g.file = d.file;
  g.env = d.env;
  g.locals = [];
  g.outer = null;
  return typeExpr(g, node);
}

/** A call of a closure or function-pointer value. */
function callValue(f: FnCtx, v0: Val, node: NodeId, callee: NodeId, site: CallSite): Val {
  const v = unnarrow(f, v0);
  if (v.k === VK.poison) {
    evalArgs(f, node);
    return v;
  }
  if (v.k === VK.fn) return callDecl(f, v.fn!, gatherArgs(f, f.tree.b[node]!, null), site);
  const maker = v.k === VK.type ? f.c.typeDecls.get(v.cv as number)?.head?.maker ?? null : null;
  if (maker !== null && (f.tree.kindOf(callee) === Node.Ident || f.tree.kindOf(callee) === Node.TypeName) && f.tree.a[callee] === maker.name) return callDecl(f, maker, gatherArgs(f, f.tree.b[node]!, null), site);
  const target = autoDeref(f, v);
  const k = f.c.types.kind[target.ty];
  if (k === Ty.closure || k === Ty.fn) return callClosureValue(f, target, gatherArgs(f, f.tree.b[node]!, null), callee, site);
  const text = f.tree.text(callee);
  const what = v.k === VK.ns ? `'${text}' is a namespace: it` : v.k === VK.type ? `'${text}' is a type: it` : `a value of type '${f.c.types.text(v.ty)}'`;
  const d = errorAt(f, 'NOT-CALLABLE', callee, `${what} cannot be called`);
  if (v.k === VK.type) d.help(`a value is written \`${text}.{ … }\`, a conversion \`e.(${text})\``);
  return poison(f);
}
