// File-level variables: static storage with a constant image (reference 3.3).
import { Linkage, NO_RELOCS } from '../ir/module.ts';
import { Node } from '../parse/node.ts';
import type { ModDecl } from '../resolve/module.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { bakeInto, isPlain } from './bake.ts';
import type { Checker } from './checker.ts';
import { coerce, initSlot } from './coerce.ts';
import { openThunk, reportFailure, runThunk } from './comptime_eval.ts';
import { isConstantAt, isConstantExpr } from './const_expr.ts';
import { defaultInto, hasDefaults } from './default_value.ts';
import { expr, exprInto } from './expr.ts';
import { FnCtx } from './fn_ctx.ts';
import { constMember } from './member.ts';
import { errorAt, initFailed } from './report.ts';
import { findMember } from './static_member.ts';
import { storedImage } from './stored_image.ts';
import { storedType } from './tuple.ts';
import { literalType, typeExpr } from './type_expr.ts';
import { placeVal, type Val, Val as ValClass, VK } from './val.ts';
import { storeTo } from './value.ts';

/** `early` gets the variable before its initializer is looked at, which may hold its address. */
export function globalVar(c: Checker, d: ModDecl, early: (place: Val) => void): Val {
  const { tree } = d.file;
  const f = new FnCtx(c, d.file, tree, null);
  const typeNode = tree.b[d.node]!;
  const init = tree.c[d.node]!;
  const name = c.text(d.name);
  if (typeNode === 0 && init === 0) {
    errorAt(f, 'GLOBAL-NONCONST', d.node, `global '${name}' has no type annotation and no initializer`);
    return poisonVal(c);
  }
  // A literal's head is as good as an annotation.
  const isTyped = typeNode === 0 && tree.kindOf(init) === Node.StructLit && tree.a[init] !== 0;
  const declared = typeNode !== 0 ? typeExpr(f, typeNode) : isTyped ? literalType(f, tree.a[init]!, init) : 0;
  if (declared === c.types.poison) return poisonVal(c);
  if (declared !== 0) {
    const place = makeGlobal(c, d, declared);
    early(place);
    fill(f, d, place, declared, init);
    return place;
  }
  if (!allowed(f, init, name, 0)) return poisonVal(c);
  const t = openThunk(f, null);
  const errors = c.sink.errorCount;
  const v = expr(t.f, init, 0, 0);
  if (c.sink.errorCount > errors || v.k === VK.poison) return poisonVal(c);
  const type = storedType(t.f, v);
  const place = makeGlobal(c, d, type);
  storeTo(t.f, t.out, v);
  evaluate(f, d, place, type, t);
  return place;
}

function poisonVal(c: Checker): Val { return new ValClass(VK.poison, c.types.poison, 0, 0); }

function makeGlobal(c: Checker, d: ModDecl, type: TypeId): Val {
  const name = c.text(d.name);
  const g = c.module.addGlobal({
    name: c.symbol(name, d.name), type, size: c.types.size(type), align: c.types.align(type), bytes: null, relocs: NO_RELOCS, mutable: true,
    linkage: Linkage.internal, threadLocal: false, pos: d.file.tree.pos(d.node), display: name,
  });
  return placeVal(type, c.module.globalAddr(g.id));
}

/** Reference 3.3: literals, names of constants and literals of constant leaves; nothing at the top level that computes. */
function allowed(f: FnCtx, init: number, name: string, declared: TypeId): boolean {
  if (init === 0 || isAllowed(f, init, declared)) return true;
  errorAt(f, 'GLOBAL-NONCONST', init, `global '${name}' must be initialized by a compile-time constant`);
  return false;
}

function isAllowed(f: FnCtx, init: number, declared: TypeId): boolean {
  const { tree } = f;
  switch (tree.kindOf(init)) {
    case Node.Paren: return isAllowed(f, tree.a[init]!, declared);
    case Node.Binary: case Node.Chain: case Node.Index: case Node.If: case Node.Block: return false;
    case Node.Member: return isConstantExpr(f, init) && constMember(f, init) !== null;
    default: return isConstantAt(f, init, declared);
  }
}

/** `.zz` at an enum that has no such variant. */
function wrongVariant(f: FnCtx, init: number, type: TypeId): boolean {
  const { types } = f.c;
  if (f.tree.kindOf(init) !== Node.EnumLit || (types.kind[type] !== Ty.enum_ && types.kind[type] !== Ty.tagged)) return false;
  const text = f.c.text(f.tree.a[init]!);
  const names = types.members(type).variants.map((v) => v.name);
  if (names.includes(text) || findMember(f.c, type, f.tree.a[init]!) !== null) return false;
  errorAt(f, 'ENUM-VARIANT', init, `'${text}' is not a variant of enum '${types.text(type)}' (variants are: ${names.join(', ')})`);
  return true;
}

function fill(f: FnCtx, d: ModDecl, place: Val, type: TypeId, init: number): void {
  const { c } = f;
  const name = c.text(d.name);
  if (init === 0 && !hasDefaults(f, type)) return;
  if (init !== 0 && (f.tree.kindOf(init) === Node.Undef || f.tree.kindOf(init) === Node.Null)) {
    const errors = c.sink.errorCount;
    const probe = openThunk(f, null);
    coerce(probe.f, expr(probe.f, init, type, 0), type, init, initSlot(name));
    void errors;
    return;
  }
  if (init !== 0 && wrongVariant(f, init, type)) return;
  if (!allowed(f, init, name, type)) return;
  const t = openThunk(f, null);
  const errors = c.sink.errorCount;
  if (init === 0) defaultInto(t.f, t.out, type);
  else {
    exprInto(t.f, init, type, initSlot(name), t.out);
    if (c.sink.errorCount > errors) return;
  }
  evaluate(f, d, place, type, t);
}

function evaluate(f: FnCtx, d: ModDecl, place: Val, type: TypeId, t: ReturnType<typeof openThunk>): void {
  const { c } = f;
  const size = c.types.size(type);
  const name = c.text(d.name);
  const g = c.module.globals[c.module.consts[~place.ref]!.value as number]!;
  const stored = isPlain(c, type) ? storedImage(c, t, size) : null;
  if (stored !== null) {
    t.f.b.discard();
    g.bytes = stored;
    c.comptime.refreshGlobal(g.id);
    return;
  }
  const { result, address } = runThunk(c, t, name, size, c.types.align(type));
  if (!result.ok) {
    reportFailure(f, d.node, name, result);
    return;
  }
  const bytes = c.comptime.read(address, size);
  const image = bakeInto(c, type, bytes);
  if (typeof image === 'string') {
    initFailed(f, 'CT-INIT', d.node, name, image);
    return;
  }
  g.bytes = image.bytes;
  g.relocs = image.relocs;
  c.comptime.refreshGlobal(g.id);
}
