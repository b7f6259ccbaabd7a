// The interned types of a program: structural types by content, nominal types by declaration. TypeId 0 = none.
import { IntMap } from '../base/int_map.ts';
import { IR_BOOL, IR_F32, IR_F64, IR_PTR, IR_U32, IR_U64, IR_VOID, type IrTy, irSigned, irUnsigned } from './ir_type.ts';

export type TypeId = number;

export const enum Ty {
  none,
  /** The type of an expression that already has an error: converts to and from everything, silently. */
  poison,
  void, noreturn, bool,
  /** a = width 1..64, b = 1 signed. */
  int,
  usize, isize, f32, f64, string, cstring, any,
  /** The type of types. */
  type,
  /** The type of `null` without a destination. */
  null_,
  /** a = pointee. */
  ptr,
  manyptr,
  /** a = element. */
  slice,
  /** a = element, b = length. */
  array,
  /** a = payload. */
  optional,
  /** a = lane type, b = lanes. */
  vector,
  /** list = parameters; a = result, b = FnAbi | FnVariadic. */
  fn,
  /** list = parameters; a = result. */
  closure,
  /** list = elements, names = labels (0 none); b = 1: the last element is an error channel (a failable multi-result). */
  tuple,
  /** nominal, or anonymous by shape: see Nominal. */
  struct, union, enum_, tagged, errset, protocol,
}

export const FN_C = 1;
export const FN_VARIADIC = 2;

export interface Field {
  readonly name: string; // '' = unlabelled; anonymous positional structs use "0", "1", …
  readonly type: TypeId;
  offset: number;
  /** The checker's handle on the default value: 0 = none. */
  default: number;
}

export interface Variant {
  readonly name: string;
  readonly payload: TypeId; // void when none
  readonly value: number | bigint; // tag value
}

/** What nominal types carry; filled in two steps (declared, then completed). */
export interface Nominal {
  name: string;
  /** Fields of structs and unions; empty for the rest. */
  fields: Field[];
  variants: Variant[];
  /** Backing integer of enums, tag type of tagged enums. */
  backing: TypeId;
  flags: boolean;
  /** Tagged enums: where the payload starts, and its capacity. */
  payloadOffset: number;
  /** Layout struct of `enum struct {…}`, 0 = none. */
  layoutStruct: TypeId;
  /** Error sets: sorted tag names; null = inferred set. */
  tags: string[] | null;
  /** Protocols. */
  inline: boolean;
  identity: boolean;
  /** Number of dispatchable methods (protocols). */
  slots: number;
  complete: boolean;
  size: number;
  align: number;
  /** The checker's own data: index of its declaration record. */
  decl: number;
  anonymous: boolean;
  /** Generic instance: head declaration and arguments as the checker records them. */
  head: number;
  /** Promoted members of anonymous struct arms of a union: offset within union by field index of `fields`. */
  arms: number[];
}

const POISON_SIZE = 8;

export class Types {
  readonly kind: number[] = [Ty.none];
  readonly a: number[] = [0];
  readonly b: number[] = [0];
  /** Element lists of fn, closure and tuple types. */
  readonly lists: (readonly TypeId[])[] = [[]];
  readonly names: (readonly string[] | null)[] = [null];
  readonly nominals: (Nominal | null)[] = [null];
  private readonly sizes: number[] = [0];
  private readonly aligns: number[] = [1];
  private readonly regs: number[] = [-1];
  private readonly keys = new Map<string, TypeId>();
  /** By the type they are made of and kind. */
  private readonly unary = new IntMap<TypeId>();
  private readonly texts: (string | null)[] = [null];

  /** Completes a declared nominal type (set by check); called before its layout or register class is asked for. */
  onIncomplete: (id: TypeId) => void = () => {};
  /** Told of a type that contains itself by value when its layout shows it. */
  onInfinite: (id: TypeId) => void = () => {};
  /** Nominal types whose layout is being computed. */
  private readonly open = new Set<TypeId>();

  readonly poison = this.prim(Ty.poison, POISON_SIZE, 8, IR_U64);
  readonly void = this.prim(Ty.void, 0, 1, IR_VOID);
  readonly noreturn = this.prim(Ty.noreturn, 0, 1, IR_VOID);
  readonly bool = this.prim(Ty.bool, 1, 1, IR_BOOL);
  readonly usize = this.prim(Ty.usize, 8, 8, irUnsigned(64));
  readonly isize = this.prim(Ty.isize, 8, 8, irSigned(64));
  readonly f32 = this.prim(Ty.f32, 4, 4, IR_F32);
  readonly f64 = this.prim(Ty.f64, 8, 8, IR_F64);
  readonly string = this.prim(Ty.string, 16, 8, IR_VOID);
  readonly cstring = this.prim(Ty.cstring, 8, 8, IR_PTR);
  readonly any = this.prim(Ty.any, 16, 8, IR_VOID);
  readonly type = this.prim(Ty.type, 8, 8, IR_U64);
  readonly null = this.prim(Ty.null_, 8, 8, IR_PTR);
  private readonly ints: TypeId[] = this.makeInts();
  readonly i32 = this.int(32, true);
  readonly i64 = this.int(64, true);
  readonly u8 = this.int(8, false);
  readonly u32 = this.int(32, false);
  readonly u64 = this.int(64, false);
  readonly voidPtr = this.ptr(this.void);
  /** The inferred error set of a bare `!`. */
  readonly anyError = this.errorSet('!', null);

  private push(kind: Ty, a: number, b: number): TypeId {
    const id = this.kind.length;
    this.kind.push(kind);
    this.a.push(a);
    this.b.push(b);
    this.lists.push(this.lists[0]!);
    this.names.push(null);
    this.nominals.push(null);
    this.sizes.push(-1);
    this.aligns.push(-1);
    this.regs.push(-1);
    this.texts.push(null);
    return id;
  }

  private prim(kind: Ty, size: number, align: number, reg: IrTy): TypeId {
    const id = this.push(kind, 0, 0);
    this.sizes[id] = size;
    this.aligns[id] = align;
    this.regs[id] = reg;
    return id;
  }

  private makeInts(): TypeId[] {
    const out: TypeId[] = [];
    for (let w = 0; w <= 64; w++) {
      for (let s = 0; s < 2; s++) {
        const size = w <= 8 ? 1 : w <= 16 ? 2 : w <= 32 ? 4 : 8;
        const id = w === 0 ? 0 : this.push(Ty.int, w, s);
        if (id !== 0) {
          this.sizes[id] = size;
          this.aligns[id] = size;
          this.regs[id] = s === 1 ? irSigned(w) : irUnsigned(w);
        }
        out.push(id);
      }
    }
    return out;
  }

  int(width: number, signed: boolean): TypeId { return this.ints[width * 2 + (signed ? 1 : 0)]!; }

  /** Types made of a poisoned one are poison: nothing about them is worth a second report. */
  private one(kind: Ty, a: TypeId): TypeId {
    if (a === this.poison) return a;
    let id = this.unary.get(a, kind);
    if (id === undefined) {
      id = this.push(kind, a, 0);
      this.unary.set(a, id, kind);
    }
    return id;
  }

  private keyed(key: string, make: () => TypeId): TypeId {
    let id = this.keys.get(key);
    if (id === undefined) {
      id = make();
      this.keys.set(key, id);
    }
    return id;
  }

  ptr(pointee: TypeId): TypeId { return this.one(Ty.ptr, pointee); }
  manyPtr(elem: TypeId): TypeId { return this.one(Ty.manyptr, elem); }
  slice(elem: TypeId): TypeId { return this.one(Ty.slice, elem); }
  optional(payload: TypeId): TypeId { return this.one(Ty.optional, payload); }
  array(elem: TypeId, length: number): TypeId { return elem === this.poison ? elem : this.keyed(`a${elem},${length}`, () => this.push(Ty.array, elem, length)); }
  vector(lane: TypeId, lanes: number): TypeId { return this.keyed(`v${lane},${lanes}`, () => this.push(Ty.vector, lane, lanes)); }

  private listed(kind: Ty, key: string, list: readonly TypeId[], a: number, b: number, names: readonly string[] | null): TypeId {
    return this.keyed(key, () => {
      const id = this.push(kind, a, b);
      this.lists[id] = list.slice();
      this.names[id] = names;
      return id;
    });
  }

  fn(params: readonly TypeId[], result: TypeId, flags = 0): TypeId {
    return this.listed(Ty.fn, `f${params.join(',')}>${result},${flags}`, params, result, flags, null);
  }

  closure(params: readonly TypeId[], result: TypeId): TypeId {
    return this.listed(Ty.closure, `c${params.join(',')}>${result}`, params, result, 0, null);
  }

  /** `failable`: the last element is an error set and the tuple is the result of a failable function. */
  tuple(elems: readonly TypeId[], names: readonly string[] | null = null, failable = false): TypeId {
    const labels = names !== null && names.some((n) => n !== '') ? names : null;
    return this.listed(Ty.tuple, `t${failable ? '!' : ''}${elems.join(',')}:${labels === null ? '' : labels.join(',')}`, elems, 0, failable ? 1 : 0, labels);
  }

  /** A fresh nominal type; complete it with completeStruct & co. */
  nominal(kind: Ty.struct | Ty.union | Ty.enum_ | Ty.tagged | Ty.errset | Ty.protocol, name: string): TypeId {
    const id = this.push(kind, 0, 0);
    this.nominals[id] = {
      name, fields: [], variants: [], backing: this.i64, flags: false, payloadOffset: 8, layoutStruct: 0, tags: [], inline: false,
      identity: false, slots: 0, complete: false, size: -1, align: -1, decl: 0, anonymous: false, head: 0, arms: [],
    };
    return id;
  }

  /** Turns a declared enum into a tagged one (before completion), when its first payload is met. */
  retag(id: TypeId, kind: Ty): void { this.kind[id] = kind; }

  /** An anonymous struct, union or enum type: equal shapes are one type. */
  anonymous(kind: Ty.struct | Ty.union | Ty.enum_ | Ty.tagged, key: string, complete: (n: Nominal, id: TypeId) => void): TypeId {
    return this.keyed(`n${kind}:${key}`, () => {
      const id = this.nominal(kind, '__anon');
      const n = this.nominals[id]!;
      n.anonymous = true;
      complete(n, id);
      n.complete = true;
      return id;
    });
  }

  /** The anonymous struct with these fields. */
  anonStruct(names: readonly string[], types: readonly TypeId[]): TypeId {
    const key = names.map((n, i) => `${n}=${types[i]}`).join(',');
    return this.anonymous(Ty.struct, key, (n) => {
      n.fields = names.map((name, i) => ({ name, type: types[i]!, offset: -1, default: 0 }));
    });
  }

  errorSet(name: string, tags: readonly string[] | null): TypeId {
    const id = this.nominal(Ty.errset, name);
    const n = this.nominals[id]!;
    n.tags = tags === null ? null : [...tags].sort();
    n.complete = true;
    return id;
  }

  info(id: TypeId): Nominal { return this.nominals[id]!; }
  /** The nominal record with its members known. */
  members(id: TypeId): Nominal {
    this.complete(id);
    return this.nominals[id]!;
  }

  /** The index of a field of a struct or union by its name, -1 = none. */
  fieldIndex(id: TypeId, name: string): number {
    const { fields } = this.members(id);
    let i = fields.length - 1;
    while (i >= 0 && fields[i]!.name !== name) i--;
    return i;
  }

  // ---- predicates

  isInt(id: TypeId): boolean { const k = this.kind[id]!; return k === Ty.int || k === Ty.usize || k === Ty.isize; }
  isFloat(id: TypeId): boolean { const k = this.kind[id]!; return k === Ty.f32 || k === Ty.f64; }
  isNumber(id: TypeId): boolean { return this.isInt(id) || this.isFloat(id); }
  isSigned(id: TypeId): boolean {
    const k = this.kind[id]!;
    if (k === Ty.int) return this.b[id] === 1;
    if (k === Ty.enum_) return this.isSigned(this.members(id).backing);
    return k === Ty.isize;
  }
  /** Width in bits of an integer type. */
  width(id: TypeId): number { return this.kind[id] === Ty.int ? this.a[id]! : 64; }
  isPointerLike(id: TypeId): boolean {
    switch (this.kind[id]) {
      case Ty.ptr: case Ty.manyptr: case Ty.fn: case Ty.closure: case Ty.protocol: case Ty.cstring: return true;
      default: return false;
    }
  }
  isFailable(id: TypeId): boolean { return this.kind[id] === Ty.errset || (this.kind[id] === Ty.tuple && this.b[id] === 1); }

  /** Drops what was computed of a type whose members became known only now. */
  forgetLayout(id: TypeId): void {
    this.sizes[id] = -1;
    this.aligns[id] = -1;
    this.regs[id] = -1;
  }

  /** The register type of a scalar, IR_VOID when the type lives in memory (or has no value). */
  reg(id: TypeId): IrTy {
    let r = this.regs[id]!;
    if (r < 0) {
      r = this.computeReg(id);
      this.regs[id] = r;
    }
    return r;
  }

  isScalar(id: TypeId): boolean { return this.reg(id) !== IR_VOID; }

  private computeReg(id: TypeId): IrTy {
    switch (this.kind[id]) {
      case Ty.ptr: case Ty.manyptr: case Ty.fn: return IR_PTR;
      case Ty.optional: {
        const p = this.a[id]!;
        return this.isPointerLike(p) && this.reg(p) === IR_PTR ? IR_PTR : IR_VOID;
      }
      case Ty.enum_: this.complete(id); return this.reg(this.info(id).backing);
      case Ty.errset: return IR_U32;
      default: return IR_VOID;
    }
  }

  // ---- layout (bytes). Nominal types must be complete: the checker completes them before asking.

  size(id: TypeId): number {
    const s = this.sizes[id]!;
    if (s >= 0) return s;
    this.layout(id);
    return this.sizes[id]!;
  }

  align(id: TypeId): number {
    const s = this.aligns[id]!;
    if (s >= 0) return s;
    this.layout(id);
    return this.aligns[id]!;
  }

  /** Makes sure that a nominal type's members are known. */
  complete(id: TypeId): void {
    const n = this.nominals[id];
    if (n !== null && n !== undefined && !n.complete) this.onIncomplete(id);
  }

  private layout(id: TypeId): void {
    this.complete(id);
    const nominal = (this.nominals[id] ?? null) !== null;
    if (nominal && this.open.has(id)) {
      this.onInfinite(id);
      this.sizes[id] = 0;
      this.aligns[id] = 1;
      return;
    }
    if (nominal) this.open.add(id);
    const kind = this.kind[id]!;
    let size = 8;
    let align = 8;
    switch (kind) {
      case Ty.ptr: case Ty.manyptr: case Ty.fn: break;
      case Ty.slice: case Ty.closure: size = 16; break;
      case Ty.array: {
        const e = this.a[id]!;
        align = this.align(e);
        size = this.size(e) * this.b[id]!;
        break;
      }
      case Ty.vector: {
        let n = this.size(this.a[id]!) * this.b[id]!;
        let p = 1;
        while (p < n) p *= 2;
        n = p;
        size = n;
        align = n;
        break;
      }
      case Ty.optional: {
        const p = this.a[id]!;
        align = this.align(p);
        size = this.isPointerLike(p) ? this.size(p) : roundUp(this.size(p) + 1, align);
        break;
      }
      case Ty.tuple: {
        let off = 0;
        align = 1;
        for (const t of this.lists[id]!) {
          const al = this.align(t);
          off = roundUp(off, al) + this.size(t);
          if (al > align) align = al;
        }
        size = roundUp(off, align);
        break;
      }
      case Ty.enum_: {
        const b = this.info(id).backing;
        size = this.size(b);
        align = this.align(b);
        break;
      }
      case Ty.errset: size = 4; align = 4; break;
      case Ty.protocol: {
        const n = this.info(id);
        size = n.inline ? 16 + 8 * n.slots : 24;
        break;
      }
      case Ty.struct: {
        const n = this.info(id);
        let off = 0;
        align = 1;
        for (const f of n.fields) {
          const al = this.align(f.type);
          off = roundUp(off, al);
          f.offset = off;
          off += this.size(f.type);
          if (al > align) align = al;
        }
        size = roundUp(off, align);
        break;
      }
      case Ty.union: {
        const n = this.info(id);
        size = 0;
        let natural = 1;
        for (const f of n.fields) {
          if (f.offset < 0) f.offset = 0;
          const end = f.offset + this.size(f.type);
          if (end > size) size = end;
          natural = Math.max(natural, this.align(f.type));
        }
        // The size is the largest member's, so that elements of an array are as close as in C; places are aligned to 8.
        size = n.fields.length === 0 ? 8 : roundUp(size, natural);
        break;
      }
      case Ty.tagged: {
        const n = this.info(id);
        if (n.layoutStruct !== 0) {
          size = this.size(n.layoutStruct);
          align = this.align(n.layoutStruct);
        } else {
          let p = 0;
          for (const v of n.variants) p = Math.max(p, this.size(v.payload));
          if (p === 0) p = 8;
          n.payloadOffset = roundUp(this.size(n.backing), 8);
          size = roundUp(n.payloadOffset + p, 8);
        }
        break;
      }
      default: break;
    }
    if (nominal) this.open.delete(id);
    this.sizes[id] = size;
    this.aligns[id] = align;
  }

  /** Whether a value of type `t` has one of type `part` within it; types that are not complete yet are not looked into. */
  contains(t: TypeId, part: TypeId, seen: Set<TypeId> = new Set()): boolean {
    if (t === part) return true;
    const inside = (x: TypeId): boolean => this.contains(x, part, seen);
    switch (this.kind[t]) {
      case Ty.array: case Ty.optional: return inside(this.a[t]!);
      case Ty.tuple: return this.lists[t]!.some(inside);
      case Ty.struct: case Ty.union: case Ty.tagged: {
        const n = this.info(t);
        if (!n.complete || seen.has(t)) return false;
        seen.add(t);
        return n.fields.some((x) => inside(x.type)) || n.variants.some((x) => inside(x.payload));
      }
      default: return false;
    }
  }

  /** Byte offset of element `i` of a tuple. */
  tupleOffset(id: TypeId, i: number): number {
    const list = this.lists[id]!;
    let off = 0;
    for (let k = 0; k <= i; k++) {
      off = roundUp(off, this.align(list[k]!));
      if (k < i) off += this.size(list[k]!);
    }
    return off;
  }

  fieldOffset(id: TypeId, i: number): number {
    this.size(id);
    return this.info(id).fields[i]!.offset;
  }

  // ---- names

  /** The spelling of `type_name` and of diagnostics (reference 2.9). */
  text(id: TypeId): string {
    const hit = this.texts[id];
    if (hit !== null && hit !== undefined) return hit;
    const t = this.spell(id);
    // Names of nominal types may still change (minted types are renamed); only structural leaves are cached.
    if (this.nominals[id] === null && this.kind[id]! <= Ty.null_) this.texts[id] = t;
    return t;
  }

  private spell(id: TypeId): string {
    const a = this.a[id]!;
    switch (this.kind[id]) {
      case Ty.poison: return '<error>';
      case Ty.void: return 'void';
      case Ty.noreturn: return 'noreturn';
      case Ty.bool: return 'bool';
      case Ty.int: return (this.b[id] === 1 ? 'i' : 'u') + a;
      case Ty.usize: return 'usize';
      case Ty.isize: return 'isize';
      case Ty.f32: return 'f32';
      case Ty.f64: return 'f64';
      case Ty.string: return 'string';
      case Ty.cstring: return 'cstring';
      case Ty.any: return 'any';
      case Ty.type: return 'Type';
      case Ty.null_: return 'null';
      case Ty.ptr: return `*${this.text(a)}`;
      case Ty.manyptr: return `[*]${this.text(a)}`;
      case Ty.slice: return `[]${this.text(a)}`;
      case Ty.array: return `[${this.b[id]}]${this.text(a)}`;
      case Ty.optional: return `?${this.text(a)}`;
      case Ty.vector: return `Vector(${this.b[id]},${this.text(a)})`;
      case Ty.fn: return `(${this.listText(id)})${this.resultText(a, true)}`;
      case Ty.closure: return `Closure(${this.listText(id)})${this.resultText(a, false)}`;
      case Ty.tuple: {
        const n = this.lists[id]!.length;
        return n === 1 && this.b[id] === 0 ? `(${this.listText(id)},)` : `(${this.listText(id)})`;
      }
      default: return this.nominals[id] === null || this.nominals[id] === undefined ? '?' : this.info(id).name;
    }
  }

  private listText(id: TypeId): string {
    const names = this.names[id];
    const failable = this.kind[id] === Ty.tuple && this.b[id] === 1;
    const list = this.lists[id]!;
    return list.map((t, i) => {
      if (failable && i === list.length - 1) return t === this.anyError ? '!' : `!${this.text(t)}`;
      return names?.[i] ? `${names[i]}: ${this.text(t)}` : this.text(t);
    }).join(', ');
  }

  private resultText(result: TypeId, _fn: boolean): string { return result === this.void ? '' : ` -> ${this.text(result)}`; }
}

export function roundUp(n: number, align: number): number { return Math.ceil(n / align) * align; }
