// Local declarations: variables, constants, nested functions and types, destructuring (reference 3.1, 3.4).
import type { NameId, NodeId } from '../base/ids.ts';
import { Node } from '../parse/node.ts';
import { Ty } from '../types/types.ts';
import { destructureFailable, rejectUnmarked } from './check_errors.ts';
import { noteDestructured } from './check_liveness.ts';
import { initSlot } from './coerce.ts';
import { comptimeEnv } from './comptime_eval.ts';
import { evalConstant } from './const_decl.ts';
import { namedValue } from './decls.ts';
import { defaultInto } from './default_value.ts';
import { Env } from './env.ts';
import { spreadElems } from './call_args.ts';
import { expr, exprInto } from './expr.ts';
import { added, FnCtx } from './fn_ctx.ts';
import { errorAt } from './report.ts';
import { storedType } from './tuple.ts';
import { typeExpr } from './type_expr.ts';
import { placeVal, type Val, Val as ValClass, VK } from './val.ts';
import { rejectInCleanup } from './cleanup.ts';
import { newSlot, storeTo, subPlace } from './value.ts';
import { rejectDroppedError } from './check_errors.ts';
import { valueOperand } from './ops.ts';
import { Capture } from './val.ts';

export function localVar(f: FnCtx, node: NodeId): void {
  const { tree, c } = f;
  const { types } = c;
  const name: NameId = tree.a[node]!;
  const typeNode = tree.b[node]!;
  const init = tree.c[node]!;
  const text = c.text(name);
  if (typeNode !== 0) {
    const t = typeExpr(f, typeNode);
    if (t === types.poison) {
      if (init !== 0) expr(f, init, types.poison, 0);
      declarePoison(f, name, node);
      return;
    }
    const place = placeVal(t, newSlot(f, t));
    if (init === 0) defaultInto(f, place.ref, t);
    else if (tree.kindOf(init) === Node.Undef) {
      // A local tuple left undefined is zero-filled: programs rely on it (reference 3.3).
      if (types.kind[t] === Ty.tuple) f.b.zero(place.ref, types.size(t));
      else f.b.looksInto(0);
    } else exprInto(f, init, t, initSlot(text), place.ref);
    declareVar(f, name, place, node);
    return;
  }
  const v = initValue(f, init);
  if (name === c.known._) return;
  if (v === null) {
    declarePoison(f, name, node);
    return;
  }
  if (v.k === VK.fn && v.fn!.generic && tree.kindOf(init) === Node.Fn) {
    f.declare(name, v, f.pos(node));
    return;
  }
  const t = storedType(f, v);
  const place = reusable(f, v) ? placeVal(t, v.ref) : placeVal(t, newSlot(f, t));
  if (place.ref !== v.ref) storeTo(f, place.ref, v);
  declareVar(f, name, place, node);
}

/** A fresh temporary can be the variable's own place. */
function reusable(f: FnCtx, v: Val): boolean {
  return v.k === VK.mem && !v.lv && v.ref > 0 && f.b.isSlot(v.ref) && v.capture === Capture.none;
}

/** The initialiser of an inferred variable: no expected type reaches it. */
function initValue(f: FnCtx, init: NodeId): Val | null {
  const { types } = f.c;
  const v0 = expr(f, init, 0, 0);
  if (v0.k === VK.poison) return null;
  if (rejectInCleanup(f, init, v0)) return null;
  if (rejectUnmarked(f, init, v0)) return null;
  const v = v0;
  if (v.k === VK.null_ && v.ty === types.null) {
    errorAt(f, 'NULL-TYPE', init, '`null` needs a type: annotate the variable');
    return null;
  }
  if (v.k === VK.void) {
    if (v.ty === types.noreturn) return null;
    if (f.tree.kindOf(init) === Node.Block) errorAt(f, 'BLOCK-VALUE', init, 'this block is used as a value but its last expression\'s value is discarded');
    else if (v.ty === types.void) return new ValClass(VK.undef, types.void, 0, 0);
    return null;
  }
  if (v.k === VK.ns || v.k === VK.head) {
    errorAt(f, 'NOT-A-VALUE', init, `'${f.tree.text(init)}' is no value`);
    return null;
  }
  if (v.k === VK.pack) {
    errorAt(f, 'PACK-VALUE', init, `pack '${f.c.text(v.captureName)}' has no runtime value`).help(`materialise it with \`.{..${f.c.text(v.captureName)}}\``);
    return null;
  }
  if (v.k === VK.fn && f.tree.kindOf(init) !== Node.Fn && storedType(f, v) === types.poison) {
    errorAt(f, 'GENERIC-INFER', init, `'${f.tree.text(init)}' is generic: it has no single function value`);
    return null;
  }
  return v;
}

/** A second declaration of a name in a block is legal (reference 3.1) and takes the later uses of the first: often a slip. */
function warnOfRedeclaration(f: FnCtx, name: NameId, node: NodeId): void {
  const scope = f.scopes[f.scopes.length - 1];
  if (scope === undefined || name === 0 || name === f.c.known._) return;
  for (let i = scope.locals; i < f.locals.length; i++) {
    const l = f.locals[i]!;
    if (l.name !== name || !l.statement) continue;
    const { tree } = f;
    const at = f.pos(node);
    f.c.sink.warning('REDECLARED', at, tree.posOf(tree.nameEnd(tree.start[node]!)), `'${f.c.text(name)}' is already declared in this block: later uses see this one`)
      .note(l.pos, l.pos + f.c.text(name).length, 'the other declaration is here')
      .help('if the first was meant, assign with `=`');
    return;
  }
}

export function declareVar(f: FnCtx, name: NameId, place: Val, node: NodeId): void {
  warnOfRedeclaration(f, name, node);
  f.declare(name, place, f.pos(node)).statement = true;
  if (f.c.types.size(place.ty) > 0) f.b.debugVar({ name: f.c.text(name), type: place.ty, slot: place.ref, pos: f.pos(node), param: 0, from: f.blockFrom, to: f.blockTo });
}

export function declarePoison(f: FnCtx, name: NameId, node: NodeId): void {
  f.declare(name, new ValClass(VK.poison, f.c.types.poison, 0, 0), f.pos(node)).statement = true;
}

/** `name :: value` inside a function. Nested functions and types see the compile-time names around them, and themselves. */
export function localConst(f: FnCtx, node: NodeId): void {
  const { tree, c } = f;
  const name: NameId = tree.a[node]!;
  const env = new Env(comptimeEnv(f));
  const g = new FnCtx(c, f.file, tree, env);
  g.display = f.display;
  const early = (v: Val): void => env.bind(name, v);
  let v = namedValue(g, name, node, early);
  if (v !== null) {
    env.bind(name, v);
    siblings(f, env, name, v);
  } else v = evalConstant(f, name, node);
  if (v.k === VK.mem || v.k === VK.const_) {
    const named = new ValClass(v.k, v.ty, v.ref, v.cv);
    named.lv = v.lv;
    named.lit = v.lit;
    named.capture = Capture.constant;
    named.captureName = name;
    v = named;
  }
  // As at file level, the members of a type are looked at whether anything uses it or not (reference 15.3.1).
  if (v.k === VK.type && c.types.nominals[v.cv as number] !== null) c.types.complete(v.cv as number);
  warnOfRedeclaration(f, name, node);
  f.declare(name, v, f.pos(node)).statement = true;
}

/** Nested functions of one scope may call each other in any order: their bodies are checked at the first call. */
function siblings(f: FnCtx, env: Env, name: NameId, v: Val): void {
  const scope = f.scopes[f.scopes.length - 1];
  if (scope === undefined || v.k !== VK.fn) return;
  for (const e of scope.nested) if (e.get(name) === null) e.bind(name, v);
  scope.nested = added(scope.nested, env);
}

/** `a, b, _ := e;` */
export function destructureStatement(f: FnCtx, node: NodeId): void {
  const { tree, c } = f;
  const { types } = c;
  const targets = tree.list(tree.a[node]!);
  const init = tree.b[node]!;
  const v = expr(f, init, 0, 0);
  const names: NameId[] = [];
  for (const t of targets) {
    if (tree.kindOf(t) === Node.Ident) names.push(tree.a[t]!);
    else {
      errorAt(f, 'DESTRUCTURE', t, 'destructuring targets must be identifiers');
      names.push(0);
    }
  }
  const fail = (): void => names.forEach((n, i) => { if (n !== 0 && n !== c.known._) declarePoison(f, n, targets[i]!); });
  if (v.k === VK.poison) return fail();
  let parts: Val[] | null;
  const isFailable = types.isFailable(v.ty) && types.kind[v.ty] === Ty.tuple;
  if (f.file.isRoot) noteDestructured(c, node, isFailable);
  if (isFailable) {
    const n = types.lists[v.ty]!.length;
    if (rejectDroppedError(f, node, names, n)) return fail();
    parts = destructureFailable(f, v);
  } else parts = spreadOf(f, v);
  if (parts === null) {
    errorAt(f, 'DESTRUCTURE', init, `cannot destructure a value of type '${types.text(v.ty)}'`);
    return fail();
  }
  if (parts.length < names.length) {
    errorAt(f, 'DESTRUCTURE', node, `${names.length} names for a value of ${parts.length} parts`);
    return fail();
  }
  names.forEach((n, i) => {
    if (n === 0 || n === c.known._) return;
    const p = parts![i]!;
    const place = placeVal(p.ty, newSlot(f, p.ty));
    storeTo(f, place.ref, p);
    declareVar(f, n, place, targets[i]!);
  });
}

function spreadOf(f: FnCtx, v0: Val): Val[] | null {
  const { types } = f.c;
  const v = valueOperand(f, v0);
  const parts = spreadElems(f, v);
  if (parts !== null) return parts;
  if (types.kind[v.ty] === Ty.struct) {
    const p = v.ref;
    return types.members(v.ty).fields.map((x, i) => subPlace(f, v, p, types.fieldOffset(v.ty, i), x.type));
  }
  return null;
}

