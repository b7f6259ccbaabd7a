// Takes references made by function bodies and data; gives symbol texts and remembers what must still be emitted.
import { ice } from '../base/ice.ts';
import { ConstKind, type Fn, type FnId, type Global, type GlobalId, Linkage, type Module, type SigId } from '../ir/module.ts';
import { IR_F32 } from '../types/ir_type.ts';
import type { TypeId, Types } from '../types/types.ts';
import { lowerSig } from './abi.ts';
import type { LoweredSig } from './lowering.ts';
import type { EmitOptions } from './options.ts';
import { SUPPORT } from './support.ts';
import { globalName, Text } from './text.ts';

/** Symbols of other platforms that programs name, and what Linux calls them. */
const DATA_ALIASES: Readonly<Record<string, string>> = { __stdinp: 'stdin', __stdoutp: 'stdout', __stderrp: 'stderr' };

export class EmitState {
  /** The text of the current part. */
  out = new Text(1 << 18);
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
  private readonly fnSymbols: string[] = [];
  private readonly globalSymbols: string[] = [];
  /** Globals without a name: they are numbered in the order of their first mention, like everything else here. */
  private unnamed = 0;
  /** The same for what the current part has named, so that a part knows what it has to declare. */
  private fnNames: string[] = [];
  private globalNames: string[] = [];
  private constTexts: string[] = [];
  readonly partFns: FnId[] = [];
  readonly partGlobals: GlobalId[] = [];
  private readonly lowered: LoweredSig[] = [];
  private readonly attrGroups = new Map<string, number>();
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
    this.out = new Text(this.out.length + (1 << 18));
    this.fnNames = [];
    this.globalNames = [];
    this.constTexts = [];
    this.partFns.length = 0;
    this.partGlobals.length = 0;
    this.supports.clear();
    this.attrGroups.clear();
    this.asmPlaces.clear();
    this.declares.clear();
    this.defined.clear();
  }

  /** `@symbol` of a function, which is emitted from now on. */
  fnName(id: FnId): string {
    return this.fnNames[id] ?? this.nameFn(id);
  }

  private nameFn(id: FnId): string {
    const fn = this.module.fns[id];
    if (fn === undefined) ice(`emit: no function ${id}`);
    if (fn.comptimeOnly) ice(`emit: '${fn.symbol}' exists only at compile time`);
    const known = this.fnSymbols[id];
    const text = known ?? globalName(fn.linkage === Linkage.internal ? this.internalName(baseName(fn)) : fn.symbol);
    this.fnNames[id] = text;
    if (fn.linkage === Linkage.extern && SUPPORT[fn.symbol] !== undefined) {
      this.support(fn.symbol);
      return text;
    }
    this.partFns.push(id);
    if (known === undefined) {
      this.fnSymbols[id] = text;
      this.fnQueue.push(id);
    }
    return text;
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
  globalName(id: GlobalId): string {
    const hit = this.globalNames[id];
    if (hit !== undefined) return hit;
    const g = this.module.globals[id];
    if (g === undefined) ice(`emit: no global ${id}`);
    const known = this.globalSymbols[id];
    const text =
      known ??
      (g.linkage === Linkage.internal
        ? g.name === ''
          ? `@.${++this.unnamed}`
          : globalName(this.internalName(g.display === '' ? g.name : g.display))
        : globalName(DATA_ALIASES[g.name] ?? g.name));
    this.globalNames[id] = text;
    this.partGlobals.push(id);
    // Constants without an identity are cheaper to repeat than to share between parts.
    if (known === undefined || isAnonymous(g)) {
      this.globalSymbols[id] = text;
      this.globalQueue.push(id);
    }
    return text;
  }

  /** The operand text of module constant `index`. */
  constText(index: number): string {
    return this.constTexts[index] ?? (this.constTexts[index] = this.spellConst(index));
  }

  private spellConst(index: number): string {
    const c = this.module.consts[index];
    if (c === undefined) ice(`emit: no constant ${index}`);
    switch (c.kind) {
      case ConstKind.int:
        return String(c.value);
      case ConstKind.err:
        return String(this.errTag(Number(c.value)));
      case ConstKind.float:
        return floatText(c.ty === IR_F32 ? Math.fround(Number(c.value)) : Number(c.value));
      case ConstKind.null_:
        return 'null';
      case ConstKind.undef:
        return 'undef';
      case ConstKind.fn:
        return this.fnName(Number(c.value));
      case ConstKind.global:
        return this.addressText(Number(c.value), c.offset);
      case ConstKind.type:
        return String(this.tag(Number(c.value)));
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

  lowered_(id: SigId): LoweredSig {
    return this.lowered[id] ?? (this.lowered[id] = lowerSig(this.module.sigs[id]!, this.types, this.opts.arch));
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
    let text = 'nounwind';
    if (naked) text += ' naked noinline';
    else {
      if (fn.cold) text += ' cold';
      if (fn.noinline || fn.cold) text += ' noinline';
      if (fn.noreturn) text += ' noreturn';
      if (this.opts.sanitizer === 'thread') text += ' sanitize_thread';
      if (this.opts.sanitizer === 'address') text += ' sanitize_address';
    }
    return this.attrs(text + this.stackAttrs());
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

const scratch = new DataView(new ArrayBuffer(8));

/** A float literal: LLVM's exact hexadecimal form (of the double, for f32 too). */
export function floatText(value: number): string {
  scratch.setFloat64(0, value);
  return '0x' + scratch.getBigUint64(0).toString(16).toUpperCase().padStart(16, '0');
}
