// Assignments: targets, compound forms, properties, several at once; read-only names are refused (reference 3.4, 4.10, 5.3).
import type { NameId, NodeId } from '../base/ids.ts';
import { BinOp, Node } from '../parse/node.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { callDecl } from './check_call.ts';
import { valArg } from './call_args.ts';
import { type Slot, SlotKind } from './coerce.ts';
import { expr, exprAs } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { plainInst } from './fn.ts';
import { tryMember } from './member.ts';
import { lookupIdent, namespaceMember } from './names.ts';
import { compound } from './ops.ts';
import { autoDeref } from './place.ts';
import { durableView } from './protocol.ts';
import { noteMember, noteName } from './semantics.ts';
import { errorAt } from './report.ts';
import { memberVal } from './static_member.ts';
import { Capture, type Val, VK } from './val.ts';
import { rvalue, snapshot, storeTo } from './value.ts';
import { unnarrow } from './convert.ts';
import { inFrame, leaving } from './leaving.ts';

/** Where an assignment stores. */
type Target =
  | { readonly kind: 'place'; readonly place: Val; readonly slot: Slot }
  | { readonly kind: 'property'; readonly recv: Val; readonly name: NameId; readonly type: TypeId; readonly node: NodeId }
  | { readonly kind: 'discard' }
  | null;

export function assignStatement(f: FnCtx, node: NodeId): void {
  const { tree, c } = f;
  const targetNode = tree.a[node]!;
  const valueNode = tree.b[node]!;
  const op = tree.flags[node]! as BinOp;
  if (tree.kindOf(targetNode) === Node.Ident && tree.a[targetNode] === c.known._) {
    if (op !== BinOp.none) errorAt(f, 'DISCARD-COMPOUND', node, "compound assignment on '_': it holds no value");
    else expr(f, valueNode, 0, 0);
    return;
  }
  const t = target(f, targetNode, node);
  if (t === null) {
    c.sink.mute();
    expr(f, valueNode, 0, 0);
    c.sink.unmute();
    return;
  }
  if (op === BinOp.none) assignPlain(f, t, valueNode);
  else assignCompound(f, t, op, valueNode, node);
}

function assignPlain(f: FnCtx, t: Exclude<Target, null>, valueNode: NodeId): void {
  if (t.kind === 'discard') {
    expr(f, valueNode, 0, 0);
    return;
  }
  if (t.kind === 'property') {
    setProperty(f, t, expr(f, valueNode, t.type, 0), valueNode);
    return;
  }
  const value = (): Val => exprAs(f, valueNode, t.place.ty, t.slot, 0);
  const v = inFrame(f, t.place.ref) ? value() : leaving(f, value);
  if (v.k === VK.poison) return;
  // A view stored to a global outlives this frame.
  storeTo(f, t.place.ref, t.place.ref < 0 ? durableView(f, v) : v);
}

function assignCompound(f: FnCtx, t: Exclude<Target, null>, op: BinOp, valueNode: NodeId, node: NodeId): void {
  if (t.kind === 'discard') return;
  if (t.kind === 'property') {
    const old = getProperty(f, t);
    if (old === null) return;
    const v = compound(f, node, op, old, expr(f, valueNode, old.ty, 0));
    if (v.k !== VK.poison) setProperty(f, t, v, valueNode);
    return;
  }
  const { types } = f.c;
  const want = types.isNumber(t.place.ty) || types.kind[t.place.ty] === Ty.enum_ || types.kind[t.place.ty] === Ty.vector ? t.place.ty : 0;
  // The right side runs first: the old value is what the target holds then.
  const right = expr(f, valueNode, want, 0);
  f.b.at = f.pos(node);
  const v = compound(f, node, op, t.place, rvalue(f, right));
  if (v.k === VK.poison) return;
  storeTo(f, t.place.ref, v);
}

export function multiAssignStatement(f: FnCtx, node: NodeId): void {
  const { tree, c } = f;
  const targets = [...tree.list(tree.a[node]!)];
  const values = [...tree.list(tree.b[node]!)];
  if (targets.length !== values.length) {
    errorAt(f, 'MULTI-COUNT', node, `multi-assignment target count does not match value count (${targets.length} and ${values.length})`);
    return;
  }
  const places = targets.map((t) => (tree.kindOf(t) === Node.Ident && tree.a[t] === c.known._ ? ({ kind: 'discard' } as const) : target(f, t, node)));
  if (places.includes(null)) return;
  const vals = values.map((v, i) => {
    const t = places[i]!;
    if (t.kind === 'discard') return expr(f, v, 0, 0);
    const want = t.kind === 'place' ? t.place.ty : t.type;
    const value = (): Val => exprAs(f, v, want, t.kind === 'place' ? t.slot : { kind: SlotKind.field, name: c.text(t.name) }, 0);
    return snapshot(f, rvalue(f, t.kind === 'place' && inFrame(f, t.place.ref) ? value() : leaving(f, value)));
  });
  places.forEach((t, i) => {
    const v = vals[i]!;
    if (v.k === VK.poison || t === null || t.kind === 'discard') return;
    if (t.kind === 'property') setProperty(f, t, v, values[i]!);
    else storeTo(f, t.place.ref, v);
  });
}

/** The place that an assignment target names; null after a report. */
function target(f: FnCtx, node: NodeId, statement: NodeId): Target {
  const { tree, c } = f;
  switch (tree.kindOf(node)) {
    case Node.Ident: return nameTarget(f, node);
    case Node.Paren: return target(f, tree.a[node]!, statement);
    case Node.Member: {
      const ns = namespaceTarget(f, node);
      if (ns !== undefined) return ns;
      const base = expr(f, tree.a[node]!, 0, 0);
      if (base.k === VK.poison) return null;
      noteMember(f, node, base, tree.b[node]!);
      const prop = propertyTarget(f, base, tree.b[node]!, node);
      if (prop !== null) return prop;
      return memberTarget(f, base, node);
    }
    case Node.Index: case Node.TupleIndex: case Node.Deref: {
      const v = expr(f, node, 0, 0);
      const name = tree.kindOf(node) === Node.TupleIndex ? String(tree.b[node]) : '';
      const kind = tree.kindOf(node) === Node.Deref ? SlotKind.deref : tree.kindOf(node) === Node.Index ? SlotKind.element : SlotKind.field;
      return writable(f, v, node, { kind, name });
    }
    case Node.OptMember: {
      const v = expr(f, node, 0, 0);
      return writable(f, v, node, { kind: SlotKind.field, name: c.text(tree.b[node]!) });
    }
    default: {
      const v = expr(f, node, 0, 0);
      if (v.k === VK.poison) return null;
      return writable(f, v, node, { kind: SlotKind.other, name: '' });
    }
  }
}

function nameTarget(f: FnCtx, node: NodeId): Target {
  const { tree, c } = f;
  const name = tree.a[node]!;
  const text = c.text(name);
  noteName(f, node);
  const v = lookupIdent(f, name, 'any', node);
  if (v === null && name === c.known.context && c.usesContext) {
    errorAt(f, 'CTX-WRITE', node, 'cannot assign to `context`').help('`push e { … }` makes `e` the context of a block');
    return null;
  }
  if (v === null) {
    if (f.lookupReported) f.lookupReported = false;
    else errorAt(f, 'ASSIGN-UNDECL', node, `unresolved '${text}' in assignment`).help(`declare it: \`${text} := ...\``);
    return null;
  }
  const local = f.find(name);
  if (v.k === VK.poison) return null;
  if (v.k === VK.outer) {
    errorAt(f, 'NESTED-LOCAL', node, `a nested function cannot reference the enclosing local '${text}'`).help('make it a closure: `name := (…) => …;`');
    return null;
  }
  if (v.capture !== Capture.none && v.capture !== Capture.constant && v.capture !== Capture.context) {
    readOnly(f, v, node, text);
    return null;
  }
  if (v.k !== VK.mem || v.capture === Capture.constant) {
    if (v.k === VK.pack) readOnly(f, v, node, text);
    else if (local !== null) errorAt(f, 'CONST-WRITE', node, `cannot assign to constant '${text}'`);
    else if (v.k === VK.fn || v.k === VK.type || v.k === VK.ns) errorAt(f, 'CONST-WRITE', node, `cannot assign to '${text}': it is no variable`);
    else errorAt(f, 'CONST-WRITE', node, `cannot assign through constant '${text}'`);
    return null;
  }
  if (local !== null) {
    local.narrowed = false;
    local.assigned = true;
  }
  return { kind: 'place', place: v, slot: { kind: SlotKind.reassign, name: text } };
}

function readOnly(f: FnCtx, v: Val, node: NodeId, text: string): void {
  if (v.capture === Capture.refElement) {
    errorAt(f, 'ASSIGN-REFCAP', node, `cannot assign to by-ref capture '${text}' directly`).help(`store through it: \`${text}.* = …\``);
    return;
  }
  const why = v.capture === Capture.element ? `it is a loop element: capture by reference with '(*${text})' to change it`
    : v.capture === Capture.range ? 'a range cursor has no storage'
      : v.capture === Capture.payload ? 'it is a match payload binding'
        : v.capture === Capture.error ? 'a catch/onfail error binding is read-only'
          : 'a pack-element alias is read-only';
  errorAt(f, 'CAPTURE-WRITE', node, `cannot assign to immutable capture '${text}': ${why}`).help('copy it to a `:=` local to change it');
}

/** The namespace that `a`, `a.b`, … names; null when it names none. */
function namespaceOf(f: FnCtx, node: NodeId): Val | null {
  const { tree } = f;
  if (tree.kindOf(node) === Node.Ident && f.find(tree.a[node]!) === null) {
    const v = lookupIdent(f, tree.a[node]!);
    if (v?.k !== VK.ns) return null;
    noteName(f, node);
    return v;
  }
  if (tree.kindOf(node) !== Node.Member) return null;
  const outer = namespaceOf(f, tree.a[node]!);
  const v = outer === null ? null : namespaceMember(f, outer.unit!, tree.b[node]!);
  if (v?.k !== VK.ns) return null;
  noteMember(f, node, outer!, tree.b[node]!);
  return v;
}

/** `ns.g = …`: undefined when the base is no namespace. */
function namespaceTarget(f: FnCtx, node: NodeId): Target | undefined {
  const { tree, c } = f;
  const base = tree.a[node]!;
  const ns = namespaceOf(f, base);
  if (ns === null) return undefined;
  noteMember(f, node, ns, tree.b[node]!);
  const m = namespaceMember(f, ns.unit!, tree.b[node]!);
  const text = tree.text(node);
  if (m === null) {
    errorAt(f, 'NS-MEMBER', node, `namespace '${tree.text(base)}' has no member '${c.text(tree.b[node]!)}'`);
    return null;
  }
  if (m.k === VK.fn) {
    errorAt(f, 'NS-STORE', node, `cannot assign to '${text}' — it is a function`);
    return null;
  }
  if (m.k !== VK.mem || m.capture === Capture.constant) {
    if (m.k !== VK.poison) errorAt(f, 'NS-STORE', node, `cannot assign to '${text}' — it is a constant`);
    return null;
  }
  return { kind: 'place', place: m, slot: { kind: SlotKind.reassign, name: text } };
}

function propertyTarget(f: FnCtx, base0: Val, name: NameId, node: NodeId): Target {
  const { c } = f;
  const { types } = c;
  const base = autoDeref(f, unnarrow(f, base0));
  const text = c.text(name);
  if (types.kind[base.ty] === Ty.struct && types.fieldIndex(base.ty, text) >= 0) return null;
  const decl = c.typeDecls.get(base.ty);
  const setter = decl?.setters.get(name);
  if (setter !== undefined) {
    const fn = memberVal(f, setter, base.ty);
    const p = fn.fn!.params[1];
    const g = p === undefined ? 0 : setterType(f, base.ty, setter);
    return { kind: 'property', recv: base, name, type: g, node };
  }
  const getter = decl?.members.get(name);
  if (getter !== undefined && getter.get) {
    errorAt(f, 'PROP-READONLY', node, `property '${text}' is read-only (no '#set')`);
    return { kind: 'discard' };
  }
  return null;
}

function setterType(f: FnCtx, owner: TypeId, setter: Parameters<typeof memberVal>[1]): TypeId {
  const fn = memberVal(f, setter, owner).fn!;
  return fn.generic ? 0 : (plainInst(f.c, fn).params[1] ?? 0);
}

function setProperty(f: FnCtx, t: { recv: Val; name: NameId; node: NodeId }, v: Val, node: NodeId): void {
  const setter = f.c.typeDecls.get(t.recv.ty)!.setters.get(t.name)!;
  const fn = memberVal(f, setter, t.recv.ty).fn!;
  callDecl(f, fn, [valArg(t.node, t.recv), valArg(node, v)], { node: t.node, trailing: 0, receiver: true, want: 0, dst: 0 });
}

function getProperty(f: FnCtx, t: { recv: Val; name: NameId; node: NodeId }): Val | null {
  const getter = f.c.typeDecls.get(t.recv.ty)?.members.get(t.name);
  if (getter === undefined || !getter.get) {
    errorAt(f, 'PROP-READONLY', t.node, `property '${f.c.text(t.name)}' is write-only (no '#get')`);
    return null;
  }
  const fn = memberVal(f, getter, t.recv.ty).fn!;
  return callDecl(f, fn, [valArg(t.node, t.recv)], { node: t.node, trailing: 0, receiver: true, want: 0, dst: 0 });
}

function memberTarget(f: FnCtx, base: Val, node: NodeId): Target {
  const { tree, c } = f;
  const { types } = c;
  const name = tree.b[node]!;
  const text = c.text(name);
  if (base.k === VK.type || base.k === VK.head || base.k === VK.ns) {
    errorAt(f, 'CONST-WRITE', node, `cannot assign through constant '${tree.text(node)}'`);
    return null;
  }
  const inner = autoDeref(f, unnarrow(f, base));
  if (types.kind[inner.ty] === Ty.tagged && types.members(inner.ty).variants.some((v) => v.name === text)) {
    errorAt(f, 'VARIANT-ASSIGN', node, `cannot assign to tagged-union variant '${text}' directly`).help(`assign the whole value: \`= .${text}(…)\``);
    return null;
  }
  const v = tryMember(f, base, name, node);
  if (v === null) {
    errorAt(f, 'FIELD', node, `field '${text}' not found on type '${types.text(inner.ty)}'`);
    return null;
  }
  return writable(f, v, node, { kind: SlotKind.field, name: text });
}

/** Checks that a place may be written. */
function writable(f: FnCtx, v: Val, node: NodeId, slot: Slot): Target {
  const { c } = f;
  if (v.k === VK.poison) return null;
  if (v.capture === Capture.context) {
    errorAt(f, 'CTX-WRITE', node, `cannot assign to context field '${/\bcontext\W+(\w+)/.exec(f.tree.text(node))?.[1] ?? f.tree.text(node)}'`).help('`push .{ … } { … }` changes the context of a block');
    return null;
  }
  if (v.capture === Capture.constant || v.k === VK.const_) {
    errorAt(f, 'CONST-WRITE', node, `cannot assign through constant '${rootName(f, node)}'`);
    return null;
  }
  if (v.capture !== Capture.none && v.capture !== Capture.refElement) {
    readOnly(f, v, node, c.text(v.captureName));
    return null;
  }
  if (v.k !== VK.mem) {
    errorAt(f, 'STORE-MISMATCH', node, `'${f.tree.text(node)}' is not a place that can be assigned`);
    return null;
  }
  return { kind: 'place', place: v, slot };
}

function rootName(f: FnCtx, node: NodeId): string {
  const { tree } = f;
  let n = node;
  for (;;) {
    switch (tree.kindOf(n)) {
      case Node.Member: case Node.Index: case Node.TupleIndex: case Node.Paren: case Node.Deref: n = tree.a[n]!; break;
      default: return tree.text(n);
    }
  }
}
