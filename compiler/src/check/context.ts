// The ambient context: its type assembled from every #context_extend, the default context, `context`, `push` (reference 10.1).
import type { FnInst } from './fn_decl.ts';
import type { NodeId, Pos } from '../base/ids.ts';
import { Linkage, type Ref } from '../ir/module.ts';
import { ContextExtendRec, Node } from '../parse/node.ts';
import type { Field } from '../types/types.ts';
import { bakeInto } from './bake.ts';
import type { Checker } from './checker.ts';
import { leaveScope } from './cleanup.ts';
import { coerce, fieldSlot, OTHER } from './coerce.ts';
import { openThunk, reportFailure, runThunk } from './comptime_eval.ts';
import { isConstantAt } from './const_expr.ts';
import { expr, exprInto } from './expr.ts';
import { FnCtx } from './fn_ctx.ts';
import { libraryType } from './library.ts';
import { errorAt, errorAtName, givenTwice, initFailed } from './report.ts';
import { noteLiteral } from './semantics.ts';
import { blockStatement } from './stmt.ts';
import { typeExpr } from './type_expr.ts';
import { Capture, placeVal, type Val, VK } from './val.ts';
import { newSlot, poison, toMem } from './value.ts';
import type { ModFile } from '../resolve/module.ts';
import { Ty } from '../types/types.ts';

interface ContextField {
  readonly name: string;
  readonly file: ModFile;
  readonly node: NodeId;
}

/** All #context_extend fields, by (module path, name). */
function contextFields(c: Checker): ContextField[] {
  const out: ContextField[] = [];
  for (const file of c.program.files) for (const node of file.contextFields) out.push({ name: c.text(file.tree.a[node]!), file, node });
  out.sort((a, b) => (a.file.path !== b.file.path ? (a.file.path < b.file.path ? -1 : 1) : a.name < b.name ? -1 : 1));
  return out;
}

/** Bytes of the default context in the evaluator while its size is not known. */
const RESERVED = 1 << 16;

/** Gives `Context` its fields and makes the default context; false after CTX-DUP / CTX-NODEFAULT. */
export function assembleContext(c: Checker): boolean {
  const t = libraryType(c, 'Context', 'std/core.sx');
  if (t === 0 || c.types.kind[t] !== Ty.struct) return true;
  const fields = contextFields(c);
  const errors = c.sink.errorCount;
  // Code that the fields' types are computed by gets a context already, and may not look at it.
  c.contextType = t;
  c.contextKnown = false;
  c.defaultContext = c.module.addGlobal({
    name: '__sx_default_context', type: t, size: RESERVED, align: 16, bytes: null, relocs: [], mutable: true,
    linkage: Linkage.internal, threadLocal: false, pos: 0, display: '',
  }).id;
  const seen = new Map<string, ContextField>();
  const list: Field[] = [];
  for (const x of fields) {
    const f = new FnCtx(c, x.file, x.file.tree, null);
    const at = x.file.tree.rec(x.file.tree.c[x.node]!, ContextExtendRec.nameOffset);
    const first = seen.get(x.name);
    if (first !== undefined) {
      errorAtName(f, 'CTX-DUP', at, `duplicate context field '${x.name}'`).note(first.file.tree.pos(first.node), first.file.tree.endPos(first.node), 'the other declaration is here');
      continue;
    }
    seen.set(x.name, x);
    if (x.file.tree.rec(x.file.tree.c[x.node]!, ContextExtendRec.default) === 0) {
      errorAt(f, 'CTX-NODEFAULT', x.node, `#context_extend '${x.name}' has no default value`);
      continue;
    }
    const typeNode = x.file.tree.b[x.node]!;
    c.sink.mute();
    const type = typeExpr(f, typeNode);
    c.sink.unmute();
    if (type === c.types.poison) {
      errorAt(f, 'TYPE-UNKNOWN', typeNode, `cannot resolve the type of context field '${x.name}': '${f.tree.text(typeNode)}'`);
      continue;
    }
    list.push({ name: x.name, type, offset: -1, default: 0 });
  }
  if (c.sink.errorCount > errors) return false;
  const info = c.types.info(t);
  info.fields = list;
  info.complete = true;
  const decl = c.typeDecls.get(t);
  if (decl !== undefined) decl.state = 2;
  const g = c.module.globals[c.defaultContext]!;
  g.size = c.types.size(t);
  g.align = c.types.align(t);
  if (c.sink.errorCount > errors) return false;
  if (g.size > RESERVED) c.comptime.forgetGlobal(g.id);
  c.contextKnown = true;
  // Impl heads first: what is wrong with them is no error of a default.
  c.impls.ensure();
  return initDefaultContext(c, fields.filter((x) => seen.get(x.name) === x));
}

/** Evaluates the defaults into the default context's image. */
function initDefaultContext(c: Checker, fields: readonly ContextField[]): boolean {
  const { types } = c;
  const first = fields[0];
  if (first === undefined) return true;
  const root = new FnCtx(c, first.file, first.file.tree, null);
  const t = openThunk(root, null);
  const errors = c.sink.errorCount;
  fields.forEach((x, i) => {
    const { tree } = x.file;
    t.f.file = x.file;
    t.f.tree = tree;
    const node = tree.rec(tree.c[x.node]!, ContextExtendRec.default);
    const field = types.members(c.contextType).fields[i]!;
    if (!isConstantAt(t.f, node, field.type)) {
      errorAt(t.f, 'GLOBAL-NONCONST', node, `context field '${x.name}' must be initialized by a compile-time constant`);
      return;
    }
    exprInto(t.f, node, field.type, fieldSlot(x.name), t.f.b.field(t.out, types.fieldOffset(c.contextType, i)));
  });
  if (c.sink.errorCount > errors) return false;
  const size = types.size(c.contextType);
  const { result, address } = runThunk(c, t, 'default_context', size, 8);
  if (!result.ok) {
    reportFailure(root, first.node, 'context', result);
    return false;
  }
  const bytes = c.comptime.read(address, size);
  const image = bakeInto(c, c.contextType, bytes);
  if (typeof image === 'string') {
    initFailed(root, 'CT-INIT', first.node, 'context', image);
    return false;
  }
  const g = c.module.globals[c.defaultContext]!;
  g.bytes = image.bytes;
  g.relocs = image.relocs;
  c.comptime.refreshGlobal(c.defaultContext);
  return true;
}

/** Address of the default context. */
export function defaultContextRef(c: Checker): Ref { return c.module.globalAddr(c.defaultContext); }

/** Defaults of functions that are called here are written elsewhere. */
function isWrittenIn(f: FnCtx, node: NodeId, inst: FnInst): boolean {
  const { tree, node: fn } = inst.decl;
  return f.tree === tree && tree.start[node]! >= tree.start[fn]! && tree.end[node]! <= tree.end[fn]!;
}

/** Whether `context` has its fields; else says so: this code computes the type of one of them. */
export function contextIsKnown(f: FnCtx, start: Pos, end: Pos): boolean {
  if (f.c.contextKnown) return true;
  f.c.sink.error('CTX-NONE', start, end, '`context` is not known yet: this code is run to find the type of one of its fields');
  return false;
}

/** `context`: the ambient one, read-only by name. */
export function contextValue(f: FnCtx, node: NodeId): Val {
  const { c } = f;
  if (!c.usesContext) {
    errorAt(f, 'CTX-NONE', node, '`context` requires the Context type (import modules/std.sx)');
    return poison(f);
  }
  if (!contextIsKnown(f, f.pos(node), f.end(node))) return poison(f);
  // In a C function the ambient context is nobody's choice; a `push` makes one (reference 12.2).
  if (f.inst !== null && !f.inst.usesContext && f.ctx === defaultContextRef(c) && isWrittenIn(f, node, f.inst)) {
    c.sink.warning('CTX-CABI', f.pos(node), f.end(node), `'${f.inst.display}' has the C convention: there is no context in it but the default one`)
      .help('make one: `push .{ allocator = ... } { ... }`');
  }
  const v = placeVal(c.contextType, f.ctx !== 0 ? f.ctx : defaultContextRef(c));
  v.capture = Capture.context;
  v.captureName = c.known.context;
  return v;
}

/** `push e { … }`: the block and all it calls see another context. */
export function pushStatement(f: FnCtx, node: NodeId): void {
  const { c, tree } = f;
  const { types } = c;
  const source = tree.a[node]!;
  if (!c.usesContext) {
    errorAt(f, 'CTX-NONE', node, '`push` requires the Context type (import modules/std.sx)');
    return;
  }
  if (!contextIsKnown(f, f.pos(node), f.end(node))) return;
  const old = f.ctx;
  const ambient = old !== 0 ? old : defaultContextRef(c);
  const size = types.size(c.contextType);
  const slot = newSlot(f, c.contextType);
  f.push();
  if (tree.kindOf(source) === Node.StructLit && isContextLiteral(f, tree.a[source]!)) {
    f.b.copy(slot, ambient, size);
    f.ctx = slot;
    noteLiteral(f, source, c.contextType);
    patchFields(f, source, slot);
  } else {
    const v = coerce(f, expr(f, source, c.contextType, slot), c.contextType, source, OTHER);
    if (v.k !== VK.poison) f.b.copy(slot, toMem(f, v), size);
    f.ctx = slot;
  }
  blockStatement(f, tree.b[node]!);
  leaveScope(f);
  f.ctx = old;
}

function isContextLiteral(f: FnCtx, head: NodeId): boolean { return head === 0 || f.tree.text(head).endsWith('Context'); }

function patchFields(f: FnCtx, literal: NodeId, slot: Ref): void {
  const { types } = f.c;
  const t = f.c.contextType;
  const info = types.members(t);
  const given = new Set<string>();
  for (const n of f.tree.list(f.tree.b[literal]!)) {
    const kind = f.tree.kindOf(n);
    const name = f.c.text(f.tree.a[n]!);
    const value = kind === Node.NamedArg ? f.tree.b[n]! : n;
    if (kind !== Node.NamedArg && (kind !== Node.Ident || !info.fields.some((x) => x.name === name))) {
      errorAt(f, 'CTX-PLACE', n, 'a context literal requires named fields');
      continue;
    }
    const i = info.fields.findIndex((x) => x.name === name);
    if (i < 0) {
      errorAt(f, 'FIELD', n, `field '${name}' not found on type 'Context'`);
      continue;
    }
    if (given.has(name)) {
      givenTwice(f, n, name);
      continue;
    }
    given.add(name);
    exprInto(f, value, info.fields[i]!.type, fieldSlot(name), f.b.field(slot, types.fieldOffset(t, i)));
  }
}
