// What an expression evaluates to while it is checked: a constant, a register, a place in memory, or a compile-time entity.
import type { NameId, NodeId } from '../base/ids.ts';
import type { Ref } from '../ir/module.ts';
import type { TypeId } from '../types/types.ts';
import type { Tree } from '../parse/tree.ts';
import type { ModFile, Unit } from '../resolve/module.ts';
import type { Env } from './env.ts';
import type { FnDecl, FnInst } from './fn_decl.ts';
import type { TypeHead } from './nominal_decl.ts';

export const enum VK {
  /** No value (void, or code after it is unreachable: type noreturn). */
  void,
  /** Compile-time scalar or string: cv holds it. */
  const_,
  /** Scalar in register `ref`. */
  reg,
  /** In memory at pointer `ref`. lv: an addressable place of the program (not a temporary). */
  mem,
  /** A type: cv = TypeId. */
  type,
  /** A function by name: fn (declaration, perhaps generic). */
  fn,
  /** A namespace: unit. */
  ns,
  /** A generic struct or type function used by bare name: head. */
  head,
  /** `null` without a destination. */
  null_,
  /** `---`. */
  undef,
  /** A compile-time pack: elems. */
  pack,
  /** A constant whose expression is evaluated anew at each use (reference 3.2): lazy. */
  lazy,
  /** A runtime local of an enclosing function, not usable in a nested static function: captureName. */
  outer,
  /** Already reported. */
  poison,
}

/** An expression to be checked again at each use, and where its names resolve. */
export interface Lazy {
  readonly node: NodeId;
  readonly tree: Tree;
  readonly file: ModFile;
  readonly env: Env | null;
  readonly want: TypeId;
}

/** int/char/bool/enum/pointer-less scalars: number (bigint outside ±2^53); float: number; string: its bytes; type: TypeId. */
export type ConstValue = number | bigint | Uint8Array;

export const enum Lit { none, int, char, float }

/** Why a name cannot be assigned to (reference 4.10). */
export const enum Capture { none, element, range, payload, error, pack, refElement, constant, context }

/** What was called when the error set of a failable result is inferred: an instance, or the shape of a slot (check_error_sets.ts). */
export type ErrorSource = FnInst | string;

/** What few values carry. */
class Rare {
  ofPack = false;
  inst: FnInst | null = null;
  only: TypeId = 0;
  source: ErrorSource | null = null;
  tag: number | bigint | null = null;
}

const NOTHING_RARE: Readonly<Rare> = new Rare();

/** Every expression makes one or more: what most have no use for is one word for all of it. */
export class Val {
  /** Untyped literal: adapts to its destination. */
  lit: Lit = Lit.none;
  /** mem: a place that can be assigned and whose address may be taken. */
  lv = false;
  /** The place is a constant or a read-only capture. */
  capture: Capture = Capture.none;
  captureName: NameId = 0;
  /** The local variable this value was read from (for narrowing), as 1 + index; 0 = none. */
  local = 0;
  /** What a compile-time entity is: of the kinds that have one, each has its own. */
  private entity: FnDecl | Unit | Lazy | TypeHead | readonly Val[] | null = null;
  private rare: Rare | null = null;

  constructor(readonly k: VK, readonly ty: TypeId, readonly ref: Ref, readonly cv: ConstValue) {}

  get fn(): FnDecl | null { return this.k === VK.fn ? this.entity as FnDecl | null : null; }
  set fn(x: FnDecl | null) { this.entity = x; }
  get unit(): Unit | null { return this.k === VK.ns ? this.entity as Unit | null : null; }
  set unit(x: Unit | null) { this.entity = x; }
  get lazy(): Lazy | null { return this.k === VK.lazy ? this.entity as Lazy | null : null; }
  set lazy(x: Lazy | null) { this.entity = x; }
  get head(): TypeHead | null { return this.k === VK.head ? this.entity as TypeHead | null : null; }
  set head(x: TypeHead | null) { this.entity = x; }
  get elems(): readonly Val[] | null { return this.k === VK.pack ? this.entity as readonly Val[] | null : null; }
  set elems(x: readonly Val[] | null) { this.entity = x; }

  /** An indexed element of a pack: a place, which erasure takes for an rvalue (reference 8.14). */
  get ofPack(): boolean { return (this.rare ?? NOTHING_RARE).ofPack; }
  set ofPack(x: boolean) { if (x !== this.ofPack) this.own().ofPack = x; }
  /** Set when `fn` names a function inside a generic environment (methods of instances). */
  get inst(): FnInst | null { return (this.rare ?? NOTHING_RARE).inst; }
  set inst(x: FnInst | null) { if (x !== this.inst) this.own().inst = x; }
  /** The constraint protocol of a pack element: only its members are visible. 0 = unrestricted. */
  get only(): TypeId { return (this.rare ?? NOTHING_RARE).only; }
  set only(x: TypeId) { if (x !== this.only) this.own().only = x; }
  /** Failable results and error values: where an inferred set comes from; null = unknown or named. */
  get source(): ErrorSource | null { return (this.rare ?? NOTHING_RARE).source; }
  set source(x: ErrorSource | null) { if (x !== this.source) this.own().source = x; }
  /** The tag of a constant, or of a parameter, whose variant is known while code is compiled (known_variant.ts). */
  get tag(): number | bigint | null { return (this.rare ?? NOTHING_RARE).tag; }
  set tag(x: number | bigint | null) { if (x !== this.tag) this.own().tag = x; }
  /** Is what `other`, of the same kind, is. */
  denote(other: Val): void { this.entity = other.entity; }

  private own(): Rare { return this.rare ??= new Rare(); }
}

export const voidVal = (ty: TypeId): Val => new Val(VK.void, ty, 0, 0);
export const regVal = (ty: TypeId, ref: Ref): Val => new Val(VK.reg, ty, ref, 0);
export const constVal = (ty: TypeId, cv: ConstValue): Val => new Val(VK.const_, ty, 0, cv);
export const typeVal = (typeType: TypeId, t: TypeId): Val => new Val(VK.type, typeType, 0, t);

/** A temporary in memory. */
export const memVal = (ty: TypeId, ref: Ref): Val => new Val(VK.mem, ty, ref, 0);

/** A place of the program: its address may be taken. */
export function placeVal(ty: TypeId, ref: Ref): Val {
  const v = new Val(VK.mem, ty, ref, 0);
  v.lv = true;
  return v;
}

/** Name of a member spelled by a number (`.0`). */
export interface NamedNode {
  readonly name: NameId;
  readonly node: NodeId;
}
