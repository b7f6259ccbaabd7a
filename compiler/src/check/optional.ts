// Optionals: presence, payload, wrapping, and the optional bindings of `if` and `while` (reference 5.6).
import type { NameId, NodeId } from '../base/ids.ts';
import type { BlockId } from '../ir/builder.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { BindRec } from '../parse/node.ts';
import { IR_BOOL, IR_PTR } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { valTypeText } from './coerce.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { errorAt } from './report.ts';
import { memVal, placeVal, regVal, Val, VK } from './val.ts';
import { boolConst, isPoison, loadVal, newSlot, snapshot, storeTo, subPlace, toMem, toReg } from './value.ts';

/** Whether presence is a non-null first word (pointer-like payloads) instead of a flag byte. */
function byNull(f: FnCtx, payload: TypeId): boolean { return f.c.types.isPointerLike(payload); }

/** u1: the optional has a payload. */
export function optionalPresent(f: FnCtx, v: Val): Ref {
  const { types, module } = f.c;
  if (v.k === VK.null_) return toReg(f, boolConst(f, false));
  if (types.reg(v.ty) === IR_PTR) return f.b.cmp(Op.ne, toReg(f, v), module.nullPtr());
  const payload = types.a[v.ty]!;
  const at = toMem(f, v);
  if (byNull(f, payload)) return f.b.cmp(Op.ne, f.b.load(IR_PTR, at), module.nullPtr());
  return f.b.load(IR_BOOL, f.b.field(at, types.size(payload)));
}

/** The payload as a place inside the optional (valid while it is present). */
export function payloadPlace(f: FnCtx, v: Val): Val {
  return subPlace(f, v, toMem(f, v), 0, f.c.types.a[v.ty]!);
}

/** The payload's value, presence unchecked: a register, or a place inside the optional. */
export function loadPayload(f: FnCtx, v: Val): Val {
  const { types } = f.c;
  const payload = types.a[v.ty]!;
  if (v.k === VK.poison) return v;
  if (v.k === VK.mem) {
    const place = payloadPlace(f, v);
    return place.lv ? place : loadVal(f, payload, place.ref);
  }
  if (types.reg(v.ty) === IR_PTR) return regVal(payload, toReg(f, v));
  return loadVal(f, payload, toMem(f, v));
}

/** A present optional of type `optType` around `payload` (already of the payload type). */
export function wrapOptional(f: FnCtx, payload: Val, optType: TypeId, dst: Ref = 0): Val {
  const { types, module } = f.c;
  if (isPoison(payload)) return new Val(VK.poison, optType, 0, 0);
  if (payload.k === VK.undef) return new Val(VK.undef, optType, 0, 0);
  if (types.reg(optType) === IR_PTR) return regVal(optType, toReg(f, payload));
  const slot = dst !== 0 ? dst : newSlot(f, optType);
  storeTo(f, slot, payload);
  const inner = types.a[optType]!;
  if (!byNull(f, inner)) f.b.store(f.b.field(slot, types.size(inner)), module.int(IR_BOOL, 1));
  return memVal(optType, slot);
}

/** Writes an absent optional. */
export function storeAbsent(f: FnCtx, dst: Ref, optType: TypeId): void {
  f.b.zero(dst, f.c.types.size(optType));
}

/** A source of an optional binding, evaluated and branched upon; `declare` binds the payload in the block taken when present. */
export interface OptionalBinding {
  readonly ok: boolean;
  /** `body`: the block that the payload's name ends with. */
  declare(body: NodeId): void;
}

/** `n := e` of `if` and `while`: evaluates e and branches; call `declare` once the `some` block was started and its scope opened. */
export function optionalBinding(f: FnCtx, rec: number, some: BlockId, none: BlockId, word: 'if' | 'while'): OptionalBinding {
  const { types } = f.c;
  const { tree } = f;
  const name: NameId = tree.rec(rec, BindRec.name);
  const source = tree.rec(rec, BindRec.expr);
  const pos = tree.posOf(tree.rec(rec, BindRec.nameOffset));
  const v = expr(f, source, 0, 0);
  const bad = (): OptionalBinding => {
    f.b.br(none);
    return { ok: false, declare: () => void f.declare(name, new Val(VK.poison, types.poison, 0, 0), pos) };
  };
  if (isPoison(v) || v.ty === types.noreturn) return bad();
  if (types.kind[v.ty] !== Ty.optional) {
    errorAt(f, 'OPT-OPERAND', source, `the source of \`${word} v := …\` must be an optional, got '${valTypeText(f, v)}'`);
    return bad();
  }
  const held = snapshot(f, v.k === VK.mem || types.isScalar(v.ty) ? v : memVal(v.ty, toMem(f, v)));
  f.b.condBr(optionalPresent(f, held), some, none);
  const payload = types.a[v.ty]!;
  return {
    ok: true,
    declare: (body) => {
      const slot = newSlot(f, payload);
      storeTo(f, slot, loadPayload(f, held));
      f.declare(name, placeVal(payload, slot), pos);
      if (types.size(payload) > 0) f.b.debugVar({ name: f.c.text(name), type: payload, slot, pos, param: 0, from: f.pos(body), to: f.end(body) });
    },
  };
}
