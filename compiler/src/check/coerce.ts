// Takes a value and the slot it flows into; gives it converted, or reports why it cannot be (reference 2.10 rule 8, 2.11).
import type { Code } from '../diagnostics/codes.ts';
import type { Diag } from '../diagnostics/sink.ts';
import type { NodeId } from '../base/ids.ts';
import { irIsSigned, irWidth } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { explainCallable } from './callable_explain.ts';
import { convert, Mode } from './convert.ts';
import type { FnCtx } from './fn_ctx.ts';
import { fnValueType } from './fn_value_type.ts';
import { explainErasure } from './protocol.ts';
import { Capture, Lit, Val, VK } from './val.ts';

export const enum SlotKind { init, reassign, field, element, deref, ret, arg, other, default_ }

/** What a value flows into; `name` is the variable, field or parameter. */
export interface Slot {
  readonly kind: SlotKind;
  readonly name: string;
}

export const OTHER: Slot = { kind: SlotKind.other, name: '' };
export const RETURN: Slot = { kind: SlotKind.ret, name: '' };
export const argSlot = (name: string): Slot => ({ kind: SlotKind.arg, name });
export const initSlot = (name: string): Slot => ({ kind: SlotKind.init, name });
export const slotDefault = (name: string): Slot => ({ kind: SlotKind.default_, name });
export const fieldSlot = (name: string): Slot => ({ kind: SlotKind.field, name });

/** Converts `v` (written at `node` of the current tree) to `to`; poison after a report. */
export function coerce(f: FnCtx, v: Val, to: TypeId, node: NodeId, slot: Slot): Val {
  if (isAlready(v, to)) return v;
  return coerceSpan(f, v, to, f.pos(node), f.end(node), slot);
}

/** Whether `v` is a value of type `to` as it stands. */
export function isAlready(v: Val, to: TypeId): boolean {
  return v.ty === to && v.k !== VK.fn && v.k !== VK.undef && v.k !== VK.poison;
}

export function coerceSpan(f: FnCtx, v: Val, to: TypeId, start: number, end: number, slot: Slot): Val {
  if (isAlready(v, to)) return v;
  if (to === f.c.types.poison || (v.ty === f.c.types.poison && (v.k === VK.mem || v.k === VK.reg))) return new Val(VK.poison, to, 0, 0);
  const errors = f.c.sink.errorCount;
  // An owning erasure allocates: it stands where its operand starts, not where the operand's last part does.
  const target = f.c.types.kind[to] === Ty.optional ? f.c.types.a[to]! : to;
  if (f.c.types.kind[target] === Ty.protocol) f.b.at = start;
  // A pointer to the expected type is a forgotten `.*`, even where its bits would fit.
  const address = slot.kind === SlotKind.arg && f.c.types.kind[v.ty] === Ty.ptr && f.c.types.a[v.ty] === to;
  const r = address ? null : convert(f, v, to, Mode.implicit);
  if (r !== null) return r;
  if (f.c.sink.errorCount === errors) explain(f, v, to, start, end, slot);
  return new Val(VK.poison, to, 0, 0);
}

/** Text of a value's type for messages; functions are shown by signature. */
export function valTypeText(f: FnCtx, v: Val): string {
  if (v.k === VK.null_) return 'null';
  if (v.k === VK.ns) return 'namespace';
  if (v.k === VK.fn && v.fn !== null && v.inst === null && v.fn.generic) return `generic function ${v.fn.display}`;
  return f.c.types.text(v.k === VK.fn ? fnValueType(f, v) : v.ty);
}

/** `(range lo..hi)` of an integer type, `(max …)` for 64-bit ones. */
export function rangeText(f: FnCtx, t: TypeId): string {
  const reg = f.c.types.reg(t);
  const w = BigInt(irWidth(reg));
  if (irIsSigned(reg)) return w === 64n ? '(max 9223372036854775807)' : `(range ${-(1n << (w - 1n))}..${(1n << (w - 1n)) - 1n})`;
  return w === 64n ? '(max 18446744073709551615)' : `(range 0..${(1n << w) - 1n})`;
}

function explain(f: FnCtx, v: Val, to: TypeId, start: number, end: number, slot: Slot): void {
  const { types, sink } = f.c;
  const want = types.text(to);
  const have = valTypeText(f, v);
  if (v.k === VK.pack) {
    sink.error('PACK-VALUE', start, end, `pack '${f.c.text(v.captureName)}' has no runtime value`)
      .help('materialise it with `.{..' + f.c.text(v.captureName) + '}`');
    return;
  }
  // A number for an optional is one for its payload.
  if (v.k === VK.const_ && types.isNumber(v.ty) && types.kind[to] === Ty.optional && types.isNumber(types.a[to]!)) {
    explain(f, v, types.a[to]!, start, end, slot);
    return;
  }
  if (v.k === VK.const_ && v.lit !== Lit.none && types.isInt(to) && types.isInt(v.ty)) {
    if (v.lit === Lit.char) {
      sink.error('INT-RANGE', start, end, `char literal ${f.c.sources.text(start, end)} (value ${v.cv}) does not fit in ${want} ${rangeText(f, to)}`)
        .help('use `u32` for any character');
      return;
    }
    sink.error('INT-RANGE', start, end, `integer literal ${v.cv} does not fit in ${want} ${rangeText(f, to)}`);
    return;
  }
  if (v.k === VK.const_ && types.isFloat(v.ty) && types.isInt(to)) {
    sink.error('FLOAT-NARROW', start, end, `cannot implicitly narrow non-integral float '${floatText(Number(v.cv))}' to '${want}'`)
      .help(`convert explicitly: \`.(${want})\` truncates toward zero`);
    return;
  }
  if (types.kind[v.ty] === Ty.any) {
    sink.error('ANY-UNBOX', start, end, `an 'any' does not implicitly unbox to '${want}'`).help(`assert the type: \`.(${want})\``);
    return;
  }
  if (types.kind[v.ty] === Ty.optional && types.kind[to] !== Ty.optional) {
    if (to === types.bool) {
      sink.error('OPT-TO-BOOL', start, end, `a value of type '${have}' is used where 'bool' is expected`).help('compare with null, or test it as a condition');
      return;
    }
    mismatch(f, have, want, start, end, slot, ': an optional does not implicitly unwrap').help('use `!`, `??`, or test it for null first');
    return;
  }
  if (to === types.cstring && types.kind[v.ty] === Ty.string) {
    sink.error('CSTR-LIT', start, end, `cannot pass a 'string' as 'cstring': only a string LITERAL coerces`).help('materialize it with to_cstring');
    return;
  }
  if (types.kind[v.ty] === Ty.cstring && (to === types.string)) {
    sink.error('CSTR-STR', start, end, `a 'cstring' is not a 'string'`).help('convert with from_cstring');
    return;
  }
  if (types.kind[v.ty] === Ty.manyptr && types.kind[to] === Ty.slice) {
    sink.error('MANYPTR-SLICE', start, end, `cannot use '${have}' as '${want}': its length is unknown`).help('slice it: `ptr[0..len]`');
    return;
  }
  if (explainErasure(f, v, to, start, end, slot.kind === SlotKind.arg) || explainCallable(f, v, to, start, end)) return;
  if (slot.kind === SlotKind.arg && types.kind[v.ty] === Ty.ptr && types.a[v.ty] === to) {
    if (v.capture === Capture.refElement) {
      sink.error('PTR-FOR-VALUE', start, end, `argument '${slot.name}' has type '${have}' because it is a by-reference loop capture, but '${want}' is expected`)
        .help('read the element: `.*`');
    } else {
      sink.error('PTR-FOR-VALUE', start, end, `argument '${slot.name}' has type '${have}', but '${want}' is expected`).help('load the value: `.*`');
    }
    return;
  }
  if (types.isFailable(v.ty) && types.kind[v.ty] === Ty.tuple && !types.isFailable(to)) {
    const text = slot.kind === SlotKind.ret ? `cannot return a value of type '${have}' where '${want}' is expected` : `cannot coerce a value of type '${have}' to '${want}'`;
    sink.error(slot.kind === SlotKind.ret ? 'RETURN-MISMATCH' : 'COERCE-NONE', start, end, `${text}: it can fail`)
      .help('take its value with `try`, `catch` or `or`, or bind both: `v, err := …`');
    return;
  }
  const d = mismatch(f, have, want, start, end, slot, '');
  if (v.k === VK.mem && types.kind[to] === Ty.ptr && types.a[to] === v.ty) d.help('take its address: prefix `*`');
}

/** No conversion, said in the words of the slot; `why` follows. */
function mismatch(f: FnCtx, have: string, want: string, start: number, end: number, slot: Slot, why: string): Diag {
  const say = (code: Code, text: string): Diag => f.c.sink.error(code, start, end, text + why);
  switch (slot.kind) {
    case SlotKind.init: return say('INIT-MISMATCH', `cannot initialize '${slot.name}' of type '${want}' with a value of type '${have}'`);
    case SlotKind.default_: return say('INIT-MISMATCH', `named return '${slot.name}' of type '${want}' has a default of type '${have}'`);
    case SlotKind.reassign: return say('STORE-MISMATCH', `cannot reassign '${slot.name}' of type '${want}' with a value of type '${have}'`);
    case SlotKind.field: return say('STORE-MISMATCH', `cannot assign a value of type '${have}' to field '${slot.name}' of type '${want}'`);
    case SlotKind.element: return say('STORE-MISMATCH', `cannot assign a value of type '${have}' to an element of type '${want}'`);
    case SlotKind.deref: return say('STORE-MISMATCH', `cannot assign a value of type '${have}' through a pointer to '${want}'`);
    case SlotKind.ret: return say('RETURN-MISMATCH', `cannot return a value of type '${have}' where '${want}' is expected`);
    default: return say('COERCE-NONE', `cannot coerce a value of type '${have}' to '${want}'`);
  }
}

export function floatText(n: number): string {
  if (Number.isNaN(n)) return 'nan';
  if (!Number.isFinite(n)) return n < 0 ? '-inf' : 'inf';
  return Number.isInteger(n) ? n.toFixed(1) : String(n);
}
