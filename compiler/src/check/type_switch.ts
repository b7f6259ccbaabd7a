// Matches over types: run-time switches on Type, any and protocol values, and `inline if X == {…}` at compile time (reference 4.11, 7.6, 10.7, 11.5).
import type { NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import { Op, RttiCategory, RttiCol } from '../ir/op.ts';
import { BindRec, Node } from '../parse/node.ts';
import { IR_BOOL, IR_I64 } from '../types/ir_type.ts';
import { Ty, type TypeId } from '../types/types.ts';
import { anyData, anyTag } from './any.ts';
import { type Arm, planArms, unifyArms } from './arms.ts';
import { armBody, armNode, captureCopy, declareCapture, type MatchSite, patternValue, unparen } from './check_match.ts';
import { endChosen } from './stmt.ts';
import type { FnCtx } from './fn_ctx.ts';
import { errorAt, errorAtName } from './report.ts';
import { asType, typeExpr } from './type_expr.ts';
import { memVal, type Val, VK, voidVal } from './val.ts';
import { poison, toMem, toReg } from './value.ts';

/** Run-time categories of each word; several for enum, union and pointer. */
const CATEGORIES: ReadonlyMap<string, readonly RttiCategory[]> = new Map([
  ['int', [RttiCategory.int]], ['float', [RttiCategory.float]], ['struct', [RttiCategory.struct]], ['enum', [RttiCategory.enum_, RttiCategory.tagged]],
  ['union', [RttiCategory.union, RttiCategory.tagged]], ['vector', [RttiCategory.vector]], ['array', [RttiCategory.array]], ['slice', [RttiCategory.slice]],
  ['pointer', [RttiCategory.pointer, RttiCategory.manyptr]], ['optional', [RttiCategory.optional]], ['error_set', [RttiCategory.error_set]], ['closure', [RttiCategory.closure]],
]);

/** Whether compile-time type `t` belongs to category `word`. */
export function inCategory(f: FnCtx, t: TypeId, word: string): boolean {
  const { types } = f.c;
  const k = types.kind[t]!;
  switch (word) {
    case 'int': return types.isInt(t);
    case 'float': return types.isFloat(t);
    case 'struct': return k === Ty.struct;
    case 'enum': types.complete(t); return types.kind[t] === Ty.enum_ || types.kind[t] === Ty.tagged;
    case 'union': types.complete(t); return types.kind[t] === Ty.union || types.kind[t] === Ty.tagged;
    case 'vector': return k === Ty.vector;
    case 'array': return k === Ty.array;
    case 'slice': return k === Ty.slice;
    case 'pointer': return k === Ty.ptr || k === Ty.manyptr;
    case 'optional': return k === Ty.optional;
    case 'error_set': return k === Ty.errset;
    case 'closure': return k === Ty.closure;
    case 'protocol': return k === Ty.protocol;
    case 'type': return k === Ty.type;
    default: return false;
  }
}

type Pattern =
  | { readonly kind: 'else' }
  | { readonly kind: 'category'; readonly word: string }
  | { readonly kind: 'type'; readonly type: TypeId }
  | { readonly kind: 'bad' };

/** What an arm of a type match selects. */
function patternOf(f: FnCtx, arm: NodeId, inline: boolean): Pattern {
  const { tree } = f;
  if (tree.a[arm] === 0) return { kind: 'else' };
  const p = unparen(f, tree.a[arm]!);
  switch (tree.kindOf(p)) {
    case Node.EnumLit: case Node.Int: case Node.Char: case Node.True: case Node.False: case Node.Float: case Node.String: case Node.Null: case Node.ErrorTag:
      errorAt(f, 'TYPESWITCH-VALUE', p, "value patterns don't apply in a match over types: name a type or a category");
      return { kind: 'bad' };
    case Node.Ident: case Node.TypeName: {
      const word = f.c.text(tree.a[p]!);
      if (CATEGORIES.has(word)) return { kind: 'category', word };
      if (word === 'type') return { kind: 'type', type: f.c.types.type };
      if (word === 'protocol') {
        if (inline) return { kind: 'category', word };
        errorAt(f, 'RUNTIME-PROTO-CASE', p, '`case protocol:` needs a compile-time subject: a value never has a protocol type at run time');
        return { kind: 'bad' };
      }
      break;
    }
    default: break;
  }
  const t = typeExpr(f, p);
  return t === f.c.types.poison ? { kind: 'bad' } : { kind: 'type', type: t };
}

// ---- at run time

/** A match over a `Type` value, or on the dynamic type of an any or protocol value. */
export function typeSwitch(f: FnCtx, site: MatchSite, subject: Val): Val {
  const { types } = f.c;
  const isType = subject.k === VK.type || types.kind[subject.ty] === Ty.type;
  const at = isType ? 0 : toMem(f, subject);
  const tag = isType ? toReg(f, subject) : anyTag(f, at);
  const data = isType ? 0 : anyData(f, at);
  const plan = planArms(f, site.want, site.dst, 'match', site.asValue);
  const done = f.b.block();
  const claims = new Claims(f);
  const arms: Arm[] = [];
  let category: Ref = 0;
  let fallback = -1;
  for (const arm of site.arms) {
    const p = patternOf(f, arm, false);
    const block = p.kind === 'bad' || !claims.take(p, arm) ? -1 : f.b.block();
    arms.push({ block, node: armNode(f, arm), run: (w, d) => runArm(f, site, arm, p, data, w, d) });
    if (block < 0) continue;
    if (p.kind === 'else') {
      fallback = block;
      break;
    }
    if (p.kind === 'category' && category === 0) category = f.b.inst(Op.rtti, IR_I64, tag, 0, RttiCol.category);
    const next = f.b.block();
    f.b.condBr(test(f, p, tag, category), block, next);
    f.b.start(next);
  }
  f.b.br(fallback >= 0 ? fallback : done);
  return unifyArms(f, plan, arms, done, fallback < 0, site.node);
}

function test(f: FnCtx, p: Pattern, tag: Ref, category: Ref): Ref {
  const { module } = f.c;
  if (p.kind === 'type') return f.b.cmp(Op.eq, tag, module.typeTag(p.type));
  const words = p.kind === 'category' ? CATEGORIES.get(p.word)! : [];
  let r: Ref = 0;
  for (const w of words) {
    const hit = f.b.cmp(Op.eq, category, module.int(IR_I64, w));
    r = r === 0 ? hit : f.b.bin(Op.or, IR_BOOL, r, hit);
  }
  return r;
}

/** First arm claiming a type wins; an arm with nothing left is reported. */
class Claims {
  private readonly types = new Set<TypeId>();
  private readonly words = new Set<string>();

  constructor(private readonly f: FnCtx) {}

  take(p: Pattern, arm: NodeId): boolean {
    const { f } = this;
    if (p.kind === 'type') {
      if (this.types.has(p.type) || [...this.words].some((w) => inCategory(f, p.type, w))) return this.unreachable(arm);
      this.types.add(p.type);
    } else if (p.kind === 'category') {
      const { types } = f.c;
      const full = p.word === 'float' && this.types.has(types.f32) && this.types.has(types.f64);
      if (full || this.words.has(p.word)) return this.unreachable(arm);
      this.words.add(p.word);
    }
    return true;
  }

  private unreachable(arm: NodeId): boolean {
    errorAt(this.f, 'ARM-UNREACHABLE', this.f.tree.a[arm]!, 'this arm is unreachable: earlier arms take every type it could match');
    return false;
  }
}

function runArm(f: FnCtx, site: MatchSite, arm: NodeId, p: Pattern, data: Ref, want: TypeId, dst: Ref): Val {
  const rec = f.tree.b[arm]!;
  f.push();
  if (rec !== 0) bind(f, rec, p, data);
  const before = f.categoryArm;
  if (p.kind === 'category' && (p.word === 'int' || p.word === 'float')) f.categoryArm = { kind: p.word };
  const v = armBody(f, arm, site.asValue, want, dst);
  f.categoryArm = before;
  f.pop();
  return v;
}

function bind(f: FnCtx, rec: number, p: Pattern, data: Ref): void {
  const { tree } = f;
  const name = tree.rec(rec, BindRec.name);
  const offset = tree.rec(rec, BindRec.nameOffset);
  let v = poison(f);
  if (p.kind === 'else') errorAtName(f, 'CATEGORY-BIND', offset, 'an `else:` arm cannot bind a value');
  else if (p.kind === 'category') errorAtName(f, 'CATEGORY-BIND', offset, 'a category arm cannot bind a value: its type is not known');
  else if (p.kind === 'type' && data === 0) errorAtName(f, 'MATCH-BIND', offset, "cannot bind a payload from subject type 'Type'");
  else if (p.kind === 'type') v = captureCopy(f, memVal(p.type, data));
  declareCapture(f, name, v, tree.posOf(offset));
}

// ---- at compile time

/** `inline if X == {…}` over a type or a constant: only the selected arm is checked. null: the subject is not known now. */
export function inlineMatch(f: FnCtx, site: MatchSite, subject: Val): Val | null {
  const t = asType(f, subject);
  if (t !== 0) return selected(f, site, selectType(f, site, t));
  if (subject.k !== VK.const_ || typeof subject.cv === 'object') return null;
  return selected(f, site, selectConst(f, site, subject));
}

function selected(f: FnCtx, site: MatchSite, arm: NodeId): Val {
  if (arm === 0) return voidVal(f.c.types.void);
  const { live } = f;
  const v = armBody(f, arm, site.asValue, site.want, site.dst);
  if (live) endChosen(f);
  return v.k === VK.void && !f.b.live ? voidVal(f.c.types.noreturn) : v;
}

function selectType(f: FnCtx, site: MatchSite, t: TypeId): NodeId {
  for (const arm of site.arms) {
    const p = patternOf(f, arm, true);
    if (p.kind === 'else') return arm;
    if (p.kind === 'category' && inCategory(f, t, p.word)) return arm;
    if (p.kind === 'type' && p.type === t) return arm;
  }
  return 0;
}

function selectConst(f: FnCtx, site: MatchSite, v: Val): NodeId {
  const { types } = f.c;
  const variants = types.kind[v.ty] === Ty.enum_ ? types.members(v.ty).variants : null;
  for (const arm of site.arms) {
    if (f.tree.a[arm] === 0) return arm;
    const pattern = unparen(f, f.tree.a[arm]!);
    if (variants === null) {
      const n = patternValue(f, pattern, v.ty);
      if (n !== null && BigInt(n) === BigInt(v.cv as number | bigint)) return arm;
      continue;
    }
    const name = f.tree.kindOf(pattern) === Node.EnumLit ? f.c.text(f.tree.a[pattern]!) : '';
    const variant = variants.find((x) => x.name === name);
    if (variant === undefined) {
      errorAt(f, 'VARIANT-MATCH', pattern, `no variant '${name}' on type '${types.text(v.ty)}'`).help(`variants are: ${variants.map((x) => x.name).join(', ')}`);
    } else if (BigInt(variant.value) === BigInt(v.cv as number | bigint)) return arm;
  }
  return 0;
}
