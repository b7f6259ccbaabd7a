// Takes references made by function bodies and data; gives symbol texts and remembers what must still be emitted.
import { ice } from '../base/ice.ts';
import { ConstKind, type Fn, type FnId, type Global, type GlobalId, Linkage, type Module, type SigId } from '../ir/module.ts';
import { IR_F32 } from '../types/ir_type.ts';
import type { TypeId, Types } from '../types/types.ts';
import { lowerSig } from './abi.ts';
import type { EmitOptions } from './options.ts';
import { PART_BYTES } from './part_size.ts';
import { type SpelledSig, spellSig } from './spell.ts';
import { SUPPORT } from './support.ts';
import { FIXED, type Frag, Fragments, fixed, Text } from './text.ts';

const NULL = fixed('null');
export const UNDEF = fixed('undef');

/** Symbols of other platforms that programs name, and what Linux calls them. */
const DATA_ALIASES: Readonly<Record<string, string>> = { __stdinp: 'stdin', __stdoutp: 'stdout', __stderrp: 'stderr' };

/** Bytes of text that an instruction becomes, with debug information and without: rather too many. */
const BYTES_PER_INST = 72;
const PLAIN_BYTES_PER_INST = 32;
const LEAST_BYTES = 1 << 18;

/** Fragments by the id of what they name; 0 for none. */
class FragTable {
  private data = new Int32Array(1 << 10);

  get(id: number): Frag {
    return id < this.data.length ? this.data[id]! : 0;
  }

  set(id: number, frag: Frag): void {
    if (id >= this.data.length) {
      const next = new Int32Array(id * 2);
      next.set(this.data);
      this.data = next;
    }
    this.data[id] = frag;
  }

  clear(): void {
    this.data.fill(0);
  }
}

export class EmitState {
  readonly frags = new Fragments(FIXED);
  /** The text of the current part. */
  out: Text;
  /** Functions referenced, in order of first reference. */
  readonly fnQueue: FnId[] = [];
  readonly globalQueue: GlobalId[] = [];
  /** Run-time type tags: tag n stands for tagTypes[n]; 0 is no type. */
  readonly tagTypes: TypeId[] = [0];
  readonly supports = new Set<string>();
  readonly needsRtti = { table: false, errNames: false, typeInfo: false };
  private readonly tags = new Map<TypeId, number>();
  private readonly errTags = new Map<number, number>();
  private readonly errNames: string[] = [''];
  private readonly rawTags: boolean;
  /** What the module's symbols are called, in every part. */
  private readonly fnSymbols = new FragTable();
  private readonly globalSymbols = new FragTable();
  /** Globals without a name: they are numbered in the order of their first mention, like everything else here. */
  private unnamed = 0;
  /** The same for what the current part has named, so that a part knows what it has to declare. */
  private readonly fnNames = new FragTable();
  private readonly globalNames = new FragTable();
  private readonly constFrags = new FragTable();
  readonly partFns: FnId[] = [];
  readonly partGlobals: GlobalId[] = [];
  private readonly lowered: SpelledSig[] = [];
  private readonly attrGroups = new Map<string, number>();
  /** The groups of functions, by what is said of them. */
  private readonly fnGroups: (number | undefined)[] = [];
  private readonly asmPlaces = new Map<number, number>();
  private readonly declares = new Map<string, string>();
  /** Symbols that C can see; internal names keep clear of them. */
  private readonly reserved = new Set<string>();
  private readonly taken = new Map<string, number>();
  readonly defined = new Set<string>();
  /** How much of the module `reserved` has seen. */
  private reservedFns = 1;
  private reservedGlobals = 1;

  constructor(
    readonly module: Module,
    readonly types: Types,
    readonly opts: EmitOptions,
    /** The module becomes several texts: what would be internal to one is hidden, and declared where it is used. */
    readonly parted = false,
  ) {
    this.rawTags = module.rawTags;
    const bytes = parted ? PART_BYTES : module.instructions * (opts.debug ? BYTES_PER_INST : PLAIN_BYTES_PER_INST);
    this.out = new Text(this.frags, Math.max(bytes, LEAST_BYTES));
    if (opts.entry) this.defined.add('main');
    for (const symbol of this.newOutside()) this.reserved.add(symbol);
  }

  /** Symbols of other objects that the module has got since the last call. */
  private *newOutside(): Generator<string> {
    const { fns, globals } = this.module;
    for (; this.reservedFns < fns.length; this.reservedFns++) {
      const fn = fns[this.reservedFns]!;
      if (fn.linkage !== Linkage.internal) yield fn.symbol;
    }
    for (; this.reservedGlobals < globals.length; this.reservedGlobals++) {
      const g = globals[this.reservedGlobals]!;
      if (g.linkage !== Linkage.internal) yield g.name;
    }
  }

  /** Whether an outside symbol came after an internal function was given the same name, or a question that changes how error tags are numbered. */
  clashes(): boolean {
    if (this.module.rawTags !== this.rawTags) return true;
    for (const symbol of this.newOutside()) if (this.taken.has(symbol) && !this.reserved.has(symbol)) return true;
    return false;
  }

  /** The linkage (or visibility) of what only the program itself sees. */
  get local(): string {
    return this.parted ? 'hidden ' : 'internal ';
  }

  /** Starts the next part: nothing is declared, defined or named in it yet. */
  nextPart(): void {
    this.out = new Text(this.frags, this.out.length + LEAST_BYTES);
    this.fnNames.clear();
    this.globalNames.clear();
    this.constFrags.clear();
    this.partFns.length = 0;
    this.partGlobals.length = 0;
    this.supports.clear();
    this.attrGroups.clear();
    this.fnGroups.length = 0;
    this.asmPlaces.clear();
    this.declares.clear();
    this.defined.clear();
  }

  /** `@symbol` of a function, which is emitted from now on. */
  fnFrag(id: FnId): Frag {
    const known = this.fnNames.get(id);
    return known !== 0 ? known : this.nameFn(id);
  }

  /** The same as a string. */
  fnName(id: FnId): string {
    return this.frags.text(this.fnFrag(id));
  }

  private nameFn(id: FnId): Frag {
    const fn = this.module.fns[id];
    if (fn === undefined) ice(`emit: no function ${id}`);
    if (fn.comptimeOnly) ice(`emit: '${fn.symbol}' exists only at compile time`);
    const known = this.fnSymbols.get(id);
    const frag = known !== 0 ? known : this.frags.symbol(fn.linkage === Linkage.internal ? this.internalName(baseName(fn)) : fn.symbol);
    this.fnNames.set(id, frag);
    if (fn.linkage === Linkage.extern && SUPPORT[fn.symbol] !== undefined) {
      this.support(fn.symbol);
      return frag;
    }
    this.partFns.push(id);
    if (known === 0) {
      this.fnSymbols.set(id, frag);
      this.fnQueue.push(id);
    }
    return frag;
  }

  /**
   * A name that no C symbol, libc function or other internal name has: internal names always hold a dot, and those that
   * begin with `sx.` belong to the support routines and tables.
   */
  private internalName(symbol: string): string {
    const clear = symbol.includes('.') && !/^(sx|llvm)?\./.test(symbol);
    const base = clear ? symbol : `f.${symbol}`;
    const n = this.taken.get(base);
    if (n === undefined && !this.reserved.has(base)) {
      this.taken.set(base, 1);
      return base;
    }
    for (let k = n ?? 1; ; k++) {
      const name = `${base}.${k}`;
      if (this.taken.has(name) || this.reserved.has(name)) continue;
      this.taken.set(base, k + 1);
      this.taken.set(name, 1);
      return name;
    }
  }

  /** `@symbol` of a global, which is emitted from now on. */
  globalFrag(id: GlobalId): Frag {
    const hit = this.globalNames.get(id);
    if (hit !== 0) return hit;
    const g = this.module.globals[id];
    if (g === undefined) ice(`emit: no global ${id}`);
    const known = this.globalSymbols.get(id);
    const frag = known !== 0 ? known : this.frags.symbol(this.globalSymbol(g));
    this.globalNames.set(id, frag);
    this.partGlobals.push(id);
    // Constants without an identity are cheaper to repeat than to share between parts.
    if (known === 0 || isAnonymous(g)) {
      this.globalSymbols.set(id, frag);
      this.globalQueue.push(id);
    }
    return frag;
  }

  private globalSymbol(g: Global): string {
    if (g.linkage !== Linkage.internal) return DATA_ALIASES[g.name] ?? g.name;
    return g.name === '' ? `.${++this.unnamed}` : this.internalName(g.display === '' ? g.name : g.display);
  }

  /** The same as a string. */
  globalName(id: GlobalId): string {
    return this.frags.text(this.globalFrag(id));
  }

  /** The operand of module constant `index`. */
  constFrag(index: number): Frag {
    const known = this.constFrags.get(index);
    if (known !== 0) return known;
    const frag = this.spellConst(index);
    this.constFrags.set(index, frag);
    return frag;
  }

  private spellConst(index: number): Frag {
    const c = this.module.consts[index];
    if (c === undefined) ice(`emit: no constant ${index}`);
    const { frags } = this;
    switch (c.kind) {
      case ConstKind.int:
        return frags.add(String(c.value));
      case ConstKind.err:
        return frags.add(String(this.errTag(Number(c.value))));
      case ConstKind.float:
        return frags.add(floatText(c.ty === IR_F32 ? Math.fround(Number(c.value)) : Number(c.value)));
      case ConstKind.null_:
        return NULL;
      case ConstKind.undef:
        return UNDEF;
      case ConstKind.fn:
        return this.fnFrag(Number(c.value));
      case ConstKind.global:
        return c.offset === 0 ? this.globalFrag(Number(c.value)) : frags.add(this.addressText(Number(c.value), c.offset));
      case ConstKind.type:
        return frags.add(String(this.tag(Number(c.value))));
    }
  }

  addressText(id: GlobalId, offset: number): string {
    const name = this.globalName(id);
    return offset === 0 ? name : `getelementptr (i8, ptr ${name}, i64 ${offset})`;
  }

  /** The dense run-time tag of a type. */
  tag(type: TypeId): number {
    let tag = this.tags.get(type);
    if (tag === undefined) {
      tag = this.tagTypes.length;
      this.tags.set(type, tag);
      this.tagTypes.push(type);
    }
    return tag;
  }

  /** The dense number of an error tag, by the module's index. */
  errTag(id: number): number {
    if (this.rawTags) return id;
    let tag = this.errTags.get(id);
    if (tag === undefined) {
      tag = this.errNames.length;
      this.errTags.set(id, tag);
      this.errNames.push(this.module.errorNames[id]!);
    }
    return tag;
  }

  /** The names of error tags by number. */
  get errorNames(): readonly string[] { return this.rawTags ? this.module.errorNames : this.errNames; }

  lowered_(id: SigId): SpelledSig {
    return this.lowered[id] ?? (this.lowered[id] = spellSig(lowerSig(this.module.sigs[id]!, this.types, this.opts.arch), this.frags));
  }

  /** Includes a runtime support function and returns its `@name`. */
  support(name: string): string {
    if (!this.supports.has(name)) {
      const s = SUPPORT[name];
      if (s === undefined) ice(`emit: no support routine '${name}'`);
      this.supports.add(name);
      for (const need of s.needs) this.support(need);
      for (const [symbol, text] of s.declares) this.declare(symbol, text);
    }
    return '@' + name;
  }

  /** Declares an outside symbol once; the first declaration wins, a definition in this module makes it void. */
  declare(symbol: string, text: string): void {
    if (!this.declares.has(symbol)) this.declares.set(symbol, text);
  }

  /** The `#n` of an attribute group. */
  attrs(text: string): number {
    let n = this.attrGroups.get(text);
    if (n === undefined) {
      n = this.attrGroups.size;
      this.attrGroups.set(text, n);
    }
    return n;
  }

  fnAttrs(fn: Fn, naked: boolean): number {
    const kind = (naked ? 1 : 0) | (fn.cold ? 2 : 0) | (fn.noinline ? 4 : 0) | (fn.noreturn ? 8 : 0);
    return this.fnGroups[kind] ??= this.attrs(this.fnAttrText(fn, naked));
  }

  private fnAttrText(fn: Fn, naked: boolean): string {
    let text = 'nounwind';
    if (naked) text += ' naked noinline';
    else {
      if (this.opts.noRedZone === true) text += ' noredzone';
      if (fn.cold) text += ' cold';
      if (fn.noinline || fn.cold) text += ' noinline';
      if (fn.noreturn) text += ' noreturn';
      if (this.opts.sanitizer === 'thread') text += ' sanitize_thread';
      if (this.opts.sanitizer === 'address') text += ' sanitize_address';
    }
    return text + this.stackAttrs() + (naked ? '' : this.probeAttrs());
  }

  /**
   * Has a frame of several pages touch each of them in turn: one that is larger than the guard below a stack would else step over
   * it, into another fiber's or thread's. Windows has that by itself. The optimiser keeps it where it merges functions.
   */
  probeAttrs(): string {
    return this.opts.triple.includes('windows') || this.opts.triple.startsWith('wasm') ? '' : ' "probe-stack"="inline-asm"';
  }

  /** Whether every caller is to be found on the stack: by debuggers, and in a sanitizer's report, whose lines are of no use without. */
  stackAttrs(): string {
    if (this.opts.sanitizer) return ' "frame-pointer"="all" "disable-tail-calls"="true"';
    return (this.opts.optLevel ?? 0) < 2 ? ' "frame-pointer"="all"' : '';
  }

  /** The metadata node that tells LLVM where an asm expression stands; debug information would number its nodes alike. */
  asmPlace(pos: number): number {
    let n = this.asmPlaces.get(pos);
    if (n === undefined) this.asmPlaces.set(pos, (n = this.asmPlaces.size));
    return n;
  }

  /** Declarations and attribute groups: everything that was asked for on the way. */
  finish(): void {
    const out = this.out;
    for (const [symbol, text] of this.declares) {
      if (this.defined.has(symbol) || this.supports.has(symbol)) continue;
      out.str(text);
      out.byte(10);
    }
    for (const [pos, n] of this.asmPlaces) out.str(`!${n} = !{i64 ${pos}}\n`);
    for (const [text, n] of this.attrGroups) out.str(`attributes #${n} = { ${text} }\n`);
  }
}

/** What an internal function is named after: not its symbol, which counts equal names in the order of checking. C's `main` is another function. */
function baseName(fn: Fn): string {
  return fn.display === 'main' ? 'main.sx' : fn.display === '' ? fn.symbol : fn.display;
}

/** A constant whose address nobody can tell from that of an equal one. */
export function isAnonymous(g: Global): boolean {
  return g.linkage === Linkage.internal && g.name === '' && !g.mutable && g.display === '';
}

const HEX = '0123456789ABCDEF';
const scratch = new DataView(new ArrayBuffer(8));

/** A float literal: LLVM's exact hexadecimal form (of the double, for f32 too). */
export function floatText(value: number): string {
  scratch.setFloat64(0, value);
  let text = '0x';
  for (let i = 0; i < 8; i++) {
    const byte = scratch.getUint8(i);
    text += HEX.charAt(byte >> 4) + HEX.charAt(byte & 15);
  }
  return text;
}
