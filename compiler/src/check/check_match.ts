// `if subject == { case … }` on enums, tagged enums, integers, bools, optionals and error sets (reference 4.11). Types: type_switch.ts.
import type { NodeId } from '../base/ids.ts';
import type { BlockId } from '../ir/builder.ts';
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { ArmFlag, BindRec, IfFlag, Node } from '../parse/node.ts';
import type { IrTy } from '../types/ir_type.ts';
import { IR_BOOL, IR_U32 } from '../types/ir_type.ts';
import { Ty, type TypeId, type Variant } from '../types/types.ts';
import { type Arm, planArms, unifyArms } from './arms.ts';
import { rangeText, valTypeText } from './coerce.ts';
import { expr } from './expr.ts';
import type { FnCtx } from './fn_ctx.ts';
import { inlineMatch, typeSwitch } from './type_switch.ts';
import { lookupIdent } from './names.ts';
import { loadPayload, optionalPresent } from './optional.ts';
import { derefVal } from './place.ts';
import { noteMemberOf, noteName } from './semantics.ts';
import { errorAt, errorAtName } from './report.ts';
import { blockStatement, blockValue } from './stmt.ts';
import { Capture, memVal, placeVal, regVal, Val, VK, voidVal } from './val.ts';
import { isPoison, newSlot, poison, storeTo, subPlace, toMem, toReg, wrapInt } from './value.ts';

/** A match and how its value is wanted. */
export interface MatchSite {
  readonly node: NodeId;
  readonly arms: readonly NodeId[];
  readonly want: TypeId;
  readonly dst: Ref;
  readonly asValue: boolean;
}

export function matchExpr(f: FnCtx, node: NodeId, want: TypeId, dst: Ref, asValue: boolean): Val {
  const { tree } = f;
  const site: MatchSite = { node, arms: [...tree.list(tree.b[node]!)], want, dst, asValue };
  const subject = expr(f, tree.a[node]!, 0, 0);
  if (isPoison(subject) || subject.ty === f.c.types.noreturn) return subject;
  if ((tree.flags[node]! & IfFlag.inline) !== 0) {
    const r = inlineMatch(f, site, subject);
    if (r !== null) return r;
    if (subject.tag !== null && subject.k === VK.mem) return variantMatch(f, site, subject, 0);
  }
  return matchOn(f, site, subject);
}

function matchOn(f: FnCtx, site: MatchSite, subject: Val): Val {
  const { types } = f.c;
  let v = subject;
  while (types.kind[v.ty] === Ty.ptr && v.k !== VK.null_) v = derefVal(f, v);
  if (v.k === VK.type) return typeSwitch(f, site, v);
  switch (types.kind[v.ty]) {
    case Ty.enum_: return variantMatch(f, site, v, toReg(f, v));
    case Ty.tagged: {
      const at = toMem(f, v);
      const tag = f.b.load(types.reg(types.members(v.ty).backing), at);
      return variantMatch(f, site, memOf(v, at), tag);
    }
    case Ty.int: case Ty.usize: case Ty.isize: case Ty.bool: return valueMatch(f, site, v);
    case Ty.optional: return optionalMatch(f, site, v);
    case Ty.errset: return errorMatch(f, site, v);
    case Ty.type: case Ty.any: case Ty.protocol: return typeSwitch(f, site, v);
    default: break;
  }
  const at = f.tree.a[site.node]!;
  if (types.kind[v.ty] === Ty.union) {
    errorAt(f, 'MATCH-UNTAGGED', at, `cannot match on untagged union '${types.text(subject.ty)}': it does not know its active member`);
  } else errorAt(f, 'MATCH-SUBJECT', at, `cannot match on '${valTypeText(f, subject)}'`);
  return poison(f);
}

function memOf(v: Val, at: Ref): Val {
  if (v.k === VK.mem) return v;
  return memVal(v.ty, at);
}

/** One arm as the dispatch sees it. */
interface Case {
  readonly arm: NodeId;
  /** Constant that selects it; 0 = the else arm. */
  readonly key: Ref;
  /** Makes the captured value, null when the arm cannot bind one. */
  readonly capture: (() => Val) | null;
}

/** Reads the arms against `keyOf`; null keys (reported) are dropped. */
function casesOf(f: FnCtx, site: MatchSite, keyOf: (pattern: NodeId) => Omit<Case, 'arm'> | null): Case[] {
  const { tree } = f;
  const out: Case[] = [];
  for (const arm of site.arms) {
    const pattern = tree.a[arm]!;
    if (pattern === 0) {
      out.push({ arm, key: 0, capture: null });
      continue;
    }
    const k = keyOf(unparen(f, pattern));
    out.push(k === null ? { arm, key: NO_KEY, capture: () => poison(f) } : { arm, ...k });
  }
  return out;
}

/** The key of an arm whose pattern was reported. */
const NO_KEY = 0x7fffffff;

export function unparen(f: FnCtx, n: NodeId): NodeId {
  return f.tree.kindOf(n) === Node.Paren ? unparen(f, f.tree.a[n]!) : n;
}

/** Writes the dispatch on `value` and the arms. `all`: number of distinct keys that exist, 0 = unbounded. */
function dispatch(f: FnCtx, site: MatchSite, subject: Val, value: Ref, ty: IrTy, cases: readonly Case[], all: number): Val {
  const plan = planArms(f, site.want, site.dst, 'match', site.asValue);
  const done = f.b.block();
  const rows: (readonly [Ref, BlockId])[] = [];
  const taken = new Set<Ref>();
  let fallback = -1;
  const arms: Arm[] = cases.map((k) => {
    let block = -1;
    if (k.key === 0) {
      fallback = f.b.block();
      block = fallback;
    } else if (k.key !== NO_KEY && !taken.has(k.key)) {
      taken.add(k.key);
      block = f.b.block();
      rows.push([k.key, block]);
    }
    return { block, node: armNode(f, k.arm), run: (w, d) => runArm(f, site, k, subject, w, d) };
  });
  const covered = fallback >= 0 || (all > 0 && taken.size >= all);
  const out = covered && fallback < 0 ? f.b.block() : done;
  writeSwitch(f, value, ty, rows, fallback >= 0 ? fallback : out);
  if (out !== done) {
    // Every key has an arm: nothing else can be the value.
    f.b.start(out);
    f.b.unreachable();
  }
  return unifyArms(f, plan, arms, done, !covered, site.node);
}

function writeSwitch(f: FnCtx, value: Ref, ty: IrTy, rows: readonly (readonly [Ref, BlockId])[], fallback: BlockId): void {
  if (rows.length === 0) f.b.br(fallback);
  else if (rows.length === 1) f.b.condBr(f.b.cmp(Op.eq, value, rows[0]![0]), rows[0]![1], fallback);
  else if (ty === IR_BOOL) {
    const yes = rows.find((r) => r[0] === f.c.module.int(IR_BOOL, 1))![1];
    const no = rows.find((r) => r[0] === f.c.module.int(IR_BOOL, 0))![1];
    f.b.condBr(value, yes, no);
  } else f.b.switch_(value, rows, fallback);
}

/** Where diagnostics about an arm's value point: its tail, else its body. */
export function armNode(f: FnCtx, arm: NodeId): NodeId {
  const body = f.tree.c[arm]!;
  if (body === 0) return arm;
  const tail = f.tree.kindOf(body) === Node.Block ? f.tree.b[body]! : 0;
  return tail !== 0 ? tail : body;
}

/** Checks an arm's body in a scope of its own with its capture. */
function runArm(f: FnCtx, site: MatchSite, k: Case, subject: Val, want: TypeId, dst: Ref): Val {
  const rec = f.tree.b[k.arm]!;
  f.push();
  if (rec !== 0) bindCapture(f, rec, k, subject);
  const v = armBody(f, k.arm, site.asValue, want, dst);
  f.pop();
  return v;
}

/** The value of an arm's body; scopes are its own. */
export function armBody(f: FnCtx, arm: NodeId, asValue: boolean, want: TypeId, dst: Ref): Val {
  const { types } = f.c;
  const body = f.tree.c[arm]!;
  if (body === 0 || (f.tree.flags[arm]! & ArmFlag.break) !== 0) return voidVal(types.void);
  if (asValue) return blockValue(f, body, want, dst);
  blockStatement(f, body);
  return voidVal(f.b.live ? types.void : types.noreturn);
}

function bindCapture(f: FnCtx, rec: number, k: Case, subject: Val): void {
  const { tree } = f;
  const name = tree.rec(rec, BindRec.name);
  const offset = tree.rec(rec, BindRec.nameOffset);
  let v: Val;
  if (k.capture !== null) v = k.capture();
  else {
    errorAtName(f, 'MATCH-BIND', offset, k.key === 0 ? 'an `else:` arm cannot bind a value' : `cannot bind a payload from subject type '${f.c.types.text(subject.ty)}'`);
    v = poison(f);
  }
  declareCapture(f, name, v, tree.posOf(offset));
}

/** Declares a read-only name for a match payload. */
export function declareCapture(f: FnCtx, name: number, v: Val, pos: number): void {
  if (!isPoison(v)) {
    v.capture = Capture.payload;
    v.captureName = name;
  }
  f.declare(name, v, pos);
}

/** A read-only copy of the value at a place, so that later stores to the subject do not change it. */
export function captureCopy(f: FnCtx, place: Val): Val {
  const { types } = f.c;
  if (place.k !== VK.mem) return place;
  if (types.isScalar(place.ty)) return regVal(place.ty, f.b.load(types.reg(place.ty), place.ref));
  const slot = newSlot(f, place.ty);
  storeTo(f, slot, place);
  return placeVal(place.ty, slot);
}

// ---- enums

/** `tag` 0: which variant `v` is, is known, and only its arm is checked. */
function variantMatch(f: FnCtx, site: MatchSite, v: Val, tag: Ref): Val {
  const { types } = f.c;
  const info = types.members(v.ty);
  const ty = types.reg(info.backing);
  const cases = casesOf(f, site, (pattern) => {
    const name = patternName(f, pattern);
    if (name !== null) noteMemberOf(f, pattern, v.ty, f.tree.a[pattern]!);
    const variant = info.variants.find((x) => x.name === name);
    if (variant === undefined) return noVariant(f, pattern, v.ty, info.variants.map((x) => x.name));
    return { key: f.c.module.int(ty, wrapInt(ty, variant.value)), capture: payloadOf(f, v, variant, info.payloadOffset) };
  });
  if (tag === 0) {
    const known = f.c.module.int(ty, wrapInt(ty, v.tag!));
    const arm = cases.find((k) => k.key === known || k.key === 0);
    return arm === undefined ? voidVal(types.void) : runArm(f, site, arm, v, site.want, site.dst);
  }
  // Flags combine: no list of arms covers every value.
  const all = info.flags ? 0 : new Set(info.variants.map((x) => String(x.value))).size;
  return dispatch(f, site, v, tag, ty, cases, all);
}

function payloadOf(f: FnCtx, v: Val, variant: Variant, offset: number): (() => Val) | null {
  if (f.c.types.kind[v.ty] !== Ty.tagged || variant.payload === f.c.types.void || variant.payload === 0) return null;
  return () => captureCopy(f, subPlace(f, v, v.ref, offset, variant.payload));
}

/** The spelling of `.name` (also bare `name` and `error.name`), null for other patterns. */
function patternName(f: FnCtx, pattern: NodeId): string | null {
  const kind = f.tree.kindOf(pattern);
  return kind === Node.EnumLit || kind === Node.Ident || kind === Node.ErrorTag || kind === Node.TypeName ? f.c.text(f.tree.a[pattern]!) : null;
}

function noVariant(f: FnCtx, pattern: NodeId, t: TypeId, names: readonly string[]): null {
  const shown = patternName(f, pattern) ?? f.tree.text(pattern);
  errorAt(f, 'VARIANT-MATCH', pattern, `no variant '${shown}' on type '${f.c.types.text(t)}'`).help(`variants are: ${names.join(', ')}`);
  return null;
}

// ---- integers and bools

function valueMatch(f: FnCtx, site: MatchSite, v: Val): Val {
  const { types } = f.c;
  const ty = types.reg(v.ty);
  const cases = casesOf(f, site, (pattern) => {
    const n = patternValue(f, pattern, v.ty);
    if (n === null) return null;
    return { key: f.c.module.int(ty, n), capture: null };
  });
  return dispatch(f, site, v, toReg(f, v), ty, cases, v.ty === types.bool ? 2 : 0);
}

/** The constant of a literal pattern (or of a constant's name) for subject type `t`. */
export function patternValue(f: FnCtx, pattern: NodeId, t: TypeId): number | bigint | null {
  const { types } = f.c;
  const { tree } = f;
  const ty = types.reg(t);
  let n: number | bigint | null = null;
  switch (tree.kindOf(pattern)) {
    case Node.Int: n = tree.intValue(pattern); break;
    case Node.Char: n = tree.a[pattern]!; break;
    case Node.True: n = t === types.bool ? 1 : null; break;
    case Node.False: n = t === types.bool ? 0 : null; break;
    case Node.Ident: {
      noteName(f, pattern);
      const v = lookupIdent(f, tree.a[pattern]!);
      if (v !== null && v.k === VK.const_ && typeof v.cv !== 'object' && types.isInt(v.ty)) n = v.cv;
      break;
    }
    case Node.EnumLit: return noVariant(f, pattern, t, []);
    default: break;
  }
  if (n === null || (t === types.bool && typeof n === 'bigint')) {
    errorAt(f, 'MATCH-SUBJECT', pattern, `this pattern cannot match a value of type '${types.text(t)}'`);
    return null;
  }
  const wrapped = wrapInt(ty, n);
  if (BigInt(wrapped) !== BigInt(n)) {
    errorAt(f, 'INT-RANGE', pattern, `integer literal ${n} does not fit in ${types.text(t)} ${rangeText(f, t)}`);
    return null;
  }
  return wrapped;
}

// ---- optionals and error sets

function optionalMatch(f: FnCtx, site: MatchSite, v: Val): Val {
  const { types, module, known } = f.c;
  const held = types.isScalar(v.ty) ? regVal(v.ty, toReg(f, v)) : memOf(v, toMem(f, v));
  const cases = casesOf(f, site, (pattern) => {
    const name = f.tree.kindOf(pattern) === Node.EnumLit ? f.tree.a[pattern]! : 0;
    if (name === known.some) return { key: module.int(IR_BOOL, 1), capture: () => captureCopy(f, payloadVal(f, held)) };
    if (name === known.none) return { key: module.int(IR_BOOL, 0), capture: null };
    return noVariant(f, pattern, v.ty, ['some', 'none']);
  });
  return dispatch(f, site, v, optionalPresent(f, held), IR_BOOL, cases, 2);
}

function payloadVal(f: FnCtx, held: Val): Val {
  if (held.k !== VK.mem) return loadPayload(f, held);
  return new Val(VK.mem, f.c.types.a[held.ty]!, held.ref, 0);
}

function errorMatch(f: FnCtx, site: MatchSite, v: Val): Val {
  const { types, module } = f.c;
  const tags = types.members(v.ty).tags;
  const cases = casesOf(f, site, (pattern) => {
    const name = patternName(f, pattern);
    if (name === null || (tags !== null && !tags.includes(name))) return noVariant(f, pattern, v.ty, tags ?? []);
    return { key: module.errTag(f.c.errorTag(name)), capture: null };
  });
  return dispatch(f, site, v, toReg(f, v), IR_U32, cases, 0);
}

