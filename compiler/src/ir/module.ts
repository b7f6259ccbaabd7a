// The IR of a whole program: functions, globals, signatures and the constant pool. Ids are dense indices.
import { Arena } from '../base/arena.ts';
import { IntMap } from '../base/int_map.ts';
import { IR_PTR, IR_U32, IR_U64, type IrTy } from '../types/ir_type.ts';
import { BodyStore } from './packed_body.ts';

const encoder = new TextEncoder();

export type FnId = number;
export type GlobalId = number;
export type SigId = number;
/** An operand: > 0 instruction, < 0 constant ~n, 0 none. */
export type Ref = number;

export const enum Abi { sx, c, naked }
export const enum Linkage { internal, extern, export_ }

/** One parameter or result: a scalar register type, or `mem` (an aggregate of language type `type`). */
export interface AbiSlot {
  readonly ty: IrTy; // IR_PTR when mem
  readonly mem: boolean;
  readonly type: number; // TypeId of the language; emit's ABI code reads its layout. 0 for compiler-made scalars
  readonly size: number; // bytes, when mem
  readonly align: number;
}

/** A function signature. A `mem` result is written through ret_slot / the call's dst. The hidden context is an ordinary first ptr parameter. */
export interface Sig {
  readonly id: SigId;
  readonly params: readonly AbiSlot[];
  readonly result: AbiSlot | null; // null = void
  readonly abi: Abi;
  readonly variadic: boolean; // C variadic: extra arguments are allowed and promoted by the caller
  /** Parameters before the `...`; those after it (of a call's own signature) are classified like any others. */
  readonly fixed: number;
}

export const enum ConstKind { int, float, null_, undef, fn, global, type, err }

/** A module constant. `value` is the number (bigint outside ±2^53), the FnId, the GlobalId, the TypeId or the error's name index. */
export interface Const {
  readonly kind: ConstKind;
  readonly ty: IrTy;
  readonly value: number | bigint;
  readonly offset: number; // byte offset of a global's address
}

export const enum RelocKind { global, fn, type, err }

/** `bytes[offset..offset+8]` is to be replaced by the address of a global (+addend) or function, or by a run-time type tag; of an error tag, 4 bytes. */
export interface Reloc {
  readonly offset: number;
  readonly kind: RelocKind;
  readonly target: number; // GlobalId, FnId, TypeId or an index of errorNames
  readonly addend: number;
}

export interface Global {
  readonly id: GlobalId;
  name: string; // symbol; '' = private, named by emit
  type: number; // TypeId or 0
  size: number;
  align: number;
  bytes: Uint8Array | null; // null: all zero
  relocs: Reloc[];
  mutable: boolean;
  linkage: Linkage; // extern: no bytes
  threadLocal: boolean;
  pos: number; // source position of the declaration, 0 = compiler-made
  display: string; // the source name, for debug info; '' = compiler-made
}

export interface DebugVar {
  readonly name: string;
  readonly type: number; // TypeId
  readonly slot: Ref; // ref of a ptr to the variable's memory
  readonly pos: number; // declaration
  readonly param: number; // 1-based parameter number, 0 = local
  /** The block that it ends with, as a range of positions; absent or 0, 0 for the function's own. */
  readonly from?: number;
  readonly to?: number;
}

/** Inline assembly in LLVM's own terms: template and constraint string. Outputs are stored to outs[i] (ptr refs). */
export interface AsmBlob {
  readonly template: string;
  readonly constraints: string;
  readonly sideEffects: boolean;
  readonly resultTys: readonly IrTy[]; // register outputs, in order
  readonly outs: readonly Ref[]; // where each register output is stored
  /** Functions whose symbols the template holds; absent = none. */
  readonly fns?: readonly FnId[];
  /** Where the lines of the template are written; absent in IR that was read from text. */
  readonly lines?: readonly number[];
}

/** The code of one function: columns of equal length (index 0 unused), blocks as ranges [blockStart[i], blockStart[i+1]). */
export interface FnBody {
  readonly count: number; // instructions including the unused 0
  readonly op: Uint8Array;
  readonly ty: Uint16Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
  readonly pos: Int32Array;
  readonly extra: Int32Array;
  /** Block i (0 = entry) is instructions [blockStart[i], blockEnd[i]) ; ids are creation order, emission order is `order`. */
  readonly blockStart: Int32Array;
  readonly blockEnd: Int32Array;
  /** Block ids in the order in which their code was written (entry first). Blocks never started are absent. */
  readonly order: Int32Array;
  readonly vars: readonly DebugVar[];
  /** Types that the code reaches through pointers, for debug information; absent in IR that was read from text. */
  readonly looked?: readonly number[];
  readonly asms: readonly AsmBlob[];
}

export interface Fn {
  readonly id: FnId;
  symbol: string; // link name
  display: string; // source name, e.g. List__i64.append
  sig: SigId;
  linkage: Linkage;
  body: FnBody | null; // null until checked, and for extern
  pos: number; // source position of the declaration
  noreturn: boolean;
  cold: boolean; // outlined error paths
  noinline: boolean;
  comptimeOnly: boolean; // an #run thunk: never emitted
}

const FEW = 64;
const RESULT_KEY = 1 << 30;

/** Equal for slots that are passed alike: below 2^30. */
const slotKey = (s: AbiSlot): number => (s.mem ? s.type * 2 + 1 : s.ty * 2 + 2);

/** Most data has none. */
export const NO_RELOCS = Object.freeze([]) as never as Reloc[];

export class Module {
  readonly fns: Fn[] = [null as unknown as Fn];
  readonly globals: Global[] = [null as unknown as Global];
  readonly sigs: Sig[] = [null as unknown as Sig];
  readonly consts: Const[] = [];
  /** Module-level assembly, in order. */
  readonly globalAsm: string[] = [];
  /** Where the lines of each globalAsm text are written; shorter when the IR was read from text. */
  readonly globalAsmLines: (readonly number[])[] = [];
  /** The same for the asm of functions, in the order in which they were checked. */
  readonly asmLines: (readonly number[])[] = [];
  /** Error tag names; index = tag id (0 = ""). */
  readonly errorNames: string[] = [''];
  /** The program asks for the numbers of error tags: they are those of errorNames then, else emission numbers them. */
  rawTags = false;
  /** Bodies that take values of a type for something else (0: that leave memory as it was): evaluated, they may see what only this process has. */
  readonly insights = new WeakMap<FnBody, readonly number[]>();
  readonly bodies = new BodyStore();
  private readonly texts = new Arena();
  /** Instructions of all bodies made so far, and of those of earlier programs among them. */
  instructions = 0;
  earlier = 0;
  private readonly constKeys = new Map<string, number>();
  /** By type and value. */
  private readonly floats: Map<number, Ref>[] = [];
  /** Of 0 to FEW - 1 of each type: most constants. */
  private readonly fewInts: Int32Array[] = [];
  /** Others by value and type. */
  private readonly smallInts = new IntMap<Ref>();
  /** Constants of an id and a kind: addresses without offset, type tags, undef. */
  private readonly byId = new IntMap<Ref>();
  /** Signatures as a tree: from what they begin with and what comes next to what they begin with then. */
  private readonly sigSteps = new IntMap<number>();
  private readonly sigsByKey = new IntMap<SigId>();
  /** Constants that hold text, by its bytes as Latin-1 characters. */
  private readonly strings = new Map<string, GlobalId>();

  /** What is made from now on is another program's, which may go on from what is there. */
  nextProgram(): void {
    this.earlier = this.instructions;
    this.globalAsm.length = 0;
    this.globalAsmLines.length = 0;
  }

  addFn(symbol: string, display: string, sig: SigId, linkage: Linkage, pos: number): Fn {
    const fn: Fn = {
      id: this.fns.length, symbol, display, sig, linkage, body: null, pos,
      noreturn: false, cold: false, noinline: false, comptimeOnly: false,
    };
    this.fns.push(fn);
    return fn;
  }

  addGlobal(g: Omit<Global, 'id'>): Global {
    // Field by field: a spread would give objects of as many shapes as there are callers.
    const global: Global = {
      id: this.globals.length, name: g.name, type: g.type, size: g.size, align: g.align, bytes: g.bytes, relocs: g.relocs, mutable: g.mutable,
      linkage: g.linkage, threadLocal: g.threadLocal, pos: g.pos, display: g.display,
    };
    this.globals.push(global);
    return global;
  }

  sig(params: readonly AbiSlot[], result: AbiSlot | null, abi: Abi, variadic = false, fixed = params.length): SigId {
    let at = this.sigStep(0, variadic ? (fixed + 1) * 4 + abi : abi);
    for (let i = 0; i < params.length; i++) at = this.sigStep(at, slotKey(params[i]!));
    at = this.sigStep(at, result === null ? RESULT_KEY : RESULT_KEY + slotKey(result));
    let id = this.sigsByKey.get(at);
    if (id === undefined) {
      id = this.sigs.length;
      this.sigs.push({ id, params, result, abi, variadic, fixed });
      this.sigsByKey.set(at, id);
    }
    return id;
  }

  /** The number of the signatures that begin like `prefix` and go on with `key`. */
  private sigStep(prefix: number, key: number): number {
    let next = this.sigSteps.get(prefix, key);
    if (next === undefined) {
      next = this.sigSteps.size + 1;
      this.sigSteps.set(prefix, next, key);
    }
    return next;
  }

  /** An integer constant of register type `ty`; `value` must be normalised for `ty`. */
  int(ty: IrTy, value: number | bigint): Ref {
    if (typeof value === 'number' && value === (value | 0)) {
      if (value >= 0 && value < FEW) {
        const few = this.fewInts[ty] ??= new Int32Array(FEW);
        return few[value]! || (few[value] = this.push({ kind: ConstKind.int, ty, value, offset: 0 }));
      }
      const hit = this.smallInts.get(value, ty);
      if (hit !== undefined) return hit;
      const ref = this.push({ kind: ConstKind.int, ty, value, offset: 0 });
      this.smallInts.set(value, ref, ty);
      return ref;
    }
    return this.intern(`i${ty}:${value}`, { kind: ConstKind.int, ty, value, offset: 0 });
  }

  float(ty: IrTy, value: number): Ref {
    // A Map takes -0 for 0.
    if (Object.is(value, -0)) return this.intern(`f${ty}:-0`, { kind: ConstKind.float, ty, value, offset: 0 });
    const known = this.floats[ty] ??= new Map();
    let ref = known.get(value);
    if (ref === undefined) {
      ref = this.push({ kind: ConstKind.float, ty, value, offset: 0 });
      known.set(value, ref);
    }
    return ref;
  }

  nullPtr(): Ref { return this.ofId(ConstKind.null_, IR_PTR, 0); }
  undef(ty: IrTy): Ref { return this.ofId(ConstKind.undef, ty, 0, ty); }
  fnAddr(id: FnId): Ref { return this.ofId(ConstKind.fn, IR_PTR, id); }
  globalAddr(id: GlobalId, offset = 0): Ref {
    if (offset === 0) return this.ofId(ConstKind.global, IR_PTR, id);
    return this.intern(`G${id}+${offset}`, { kind: ConstKind.global, ty: IR_PTR, value: id, offset });
  }
  /** A run-time type tag. */
  typeTag(type: number): Ref { return this.ofId(ConstKind.type, IR_U64, type); }

  /** An error tag: an index of errorNames, not 0. */
  errTag(id: number): Ref { return this.ofId(ConstKind.err, IR_U32, id); }

  /** A private constant global holding `bytes` and a NUL; equal contents are shared. */
  stringData(bytes: Uint8Array): GlobalId {
    return this.latin1Data(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
  }

  /** The same for the UTF-8 encoding of `text`. */
  textData(text: string): GlobalId {
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return this.stringData(encoder.encode(text));
    return this.latin1Data(text);
  }

  /** `key`: a character per byte. */
  private latin1Data(key: string): GlobalId {
    let id = this.strings.get(key);
    if (id === undefined) {
      id = this.dataGlobal(this.texts.text(key));
      this.strings.set(key, id);
    }
    return id;
  }

  /** A private constant global of `size` bytes and a NUL, for a text that is given once: `write` puts it there. */
  newText(size: number, write: (to: Uint8Array) => void): GlobalId {
    const data = this.texts.take(size + 1);
    write(data);
    return this.dataGlobal(data);
  }

  private dataGlobal(data: Uint8Array): GlobalId {
    return this.addGlobal({
      name: '', type: 0, size: data.length, align: 1, bytes: data, relocs: NO_RELOCS, mutable: false,
      linkage: Linkage.internal, threadLocal: false, pos: 0, display: '',
    }).id;
  }

  private ofId(kind: ConstKind, ty: IrTy, value: number, id = value): Ref {
    let ref = this.byId.get(id, kind);
    if (ref === undefined) {
      ref = this.push({ kind, ty, value, offset: 0 });
      this.byId.set(id, ref, kind);
    }
    return ref;
  }

  private intern(key: string, c: Const): Ref {
    const hit = this.constKeys.get(key);
    if (hit !== undefined) return ~hit;
    this.constKeys.set(key, this.consts.length);
    return this.push(c);
  }

  private push(c: Const): Ref {
    this.consts.push(c);
    return ~(this.consts.length - 1);
  }
}
