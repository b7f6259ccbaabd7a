// The state of one compilation's semantic analysis: stores, well-known names, the queue of bodies to check.
import type { NameId } from '../base/ids.ts';
import { ice } from '../base/ice.ts';
import { IntMap } from '../base/int_map.ts';
import type { Names } from '../base/names.ts';
import type { Sink } from '../diagnostics/sink.ts';
import { type AbiSlot, type Fn, type GlobalId, Linkage, Module, type Ref } from '../ir/module.ts';
import type { ModDecl, ModFile, Program } from '../resolve/module.ts';
import type { TargetFacts } from '../resolve/target.ts';
import type { SourceMap } from '../source/source_map.ts';
import { IR_PTR } from '../types/ir_type.ts';
import { type TypeId, Types } from '../types/types.ts';
import type { ComptimePort } from './comptime_port.ts';
import type { FnInst } from './fn_decl.ts';
import type { ImplRegistry } from './impls.ts';
import type { Questions } from './question.ts';
import type { Member, TypeDecl } from './nominal_decl.ts';
import type { Semantics } from './semantics.ts';
import { TrapMessages } from './trap_message.ts';
import { Val, VK } from './val.ts';

export interface CheckOptions {
  readonly target: TargetFacts;
  /** Bounds, null, overflow and division checks in run-time code. */
  readonly checks: boolean;
  /** Return traces are recorded (opt none and less). */
  readonly traces: boolean;
  /** Where the library's files are: what their paths begin with. */
  readonly library: readonly string[];
}

/** Names that the checker compares with, interned once. A literal: objects that are filled by computed keys are hash tables to V8. */
const KNOWN = {
  _: 0, self: 0, Self: 0, len: 0, ptr: 0, context: 0, type: 0, min: 0, max: 0, items: 0, fn_ptr: 0, env: 0, allocator: 0, main: 0, OS: 0, ARCH: 0,
  POINTER_SIZE: 0, SANITIZER: 0, Context: 0, some: 0, none: 0, Vector: 0, Array: 0, convert: 0, Into: 0, Source_Location: 0, alloc_bytes: 0, init: 0, x: 0, y: 0,
  z: 0, w: 0, r: 0, g: 0, b: 0, a: 0, value: 0, file: 0, line: 0, col: 0, func: 0, Allocator: 0, AnyRaw: 0, ProtocolRaw: 0, tag: 0, payload: 0,
  TypeInfo: 0, result: 0, std: 0, Type: 0, type_of: 0,
};

export type WellKnown = Readonly<Record<keyof typeof KNOWN, NameId>>;

/** A piece of the source by positions. */
export interface EvalSite {
  readonly start: number;
  readonly end: number;
}

export class Checker {
  readonly types = new Types();
  readonly module = new Module();
  readonly known: WellKnown;
  /** The name, no program's, that stands in a scope for what a failed `#insert` would have declared. */
  readonly hole: NameId;
  /** Texts that are being inserted, one within the other. */
  insertDepth = 0;
  /** Under which name an environment keeps the tag of a parameter (known_variant.ts). */
  readonly tagNames = new Map<NameId, NameId>();
  /** By function. */
  readonly fnInsts = new IntMap<FnInst>();
  /** By type. */
  readonly typeDecls = new IntMap<TypeDecl>();
  /** Methods added by impl blocks, by target type. */
  readonly implMethods = new Map<TypeId, Map<NameId, Member>>();
  impls!: ImplRegistry;
  readonly queue: FnInst[] = [];
  queueAt = 0;
  program!: Program;
  comptime!: ComptimePort;
  /** What editors want to know; null in builds. */
  semantics: Semantics | null = null;
  /** 0: the program has no Context, functions take no hidden parameter. */
  contextType: TypeId = 0;
  defaultContext = 0;
  nextId = 1;
  /** Uses of generic functions and types, and how many instances they needed: the rest found one that was there. */
  readonly generics = { calls: 0, instances: 0, applications: 0, types: 0 };
  /** Evaluations under way, outermost first: constant names for messages. */
  readonly evaluating: string[] = [];
  /** How scalars are passed, by type (fn.ts). */
  readonly scalarSlots: AbiSlot[] = [];
  private readonly symbolUses = new IntMap<number>();
  readonly baked = new Map<string, Ref>();
  /** String objects by their text. */
  private readonly strings = new Map<GlobalId, Ref>();
  private readonly trapMessages: TrapMessages;
  readonly errorTags = new Map<string, number>();
  /** Extern symbols already declared: C symbol → its bindings, each with an IR function. */
  readonly externs = new Map<string, FnInst[]>();
  readonly libraries: string[] = [];
  /** Compiler services that compile-time code calls, by symbol. */
  readonly hostFns = new Map<string, Fn>();
  /** Types declared by compile-time code, by name. */
  readonly minted = new Map<string, TypeId>();
  /** The outermost initializer being evaluated, and the one during which each minted type was declared: where its errors are reported. */
  evalSite: EvalSite | null = null;
  /** Defaults that are being evaluated within each other, and type functions that are. */
  defaultDepth = 0;
  typeDepth = 0;
  /** The type whose members are being looked at. */
  completing: TypeDecl | null = null;
  readonly mintSites = new Map<TypeId, EvalSite>();
  /** Expression-level memo of declarations that are being resolved. */
  readonly active: ModDecl[] = [];
  /** The builtin types by their names (primitive.ts). */
  primitives: Int32Array | null = null;
  /** What was asked about the whole program (question.ts). */
  readonly questions: Questions = new Map();
  /** Number of the program, of those that are checked one after another. */
  run = 1;
  /** Why what was checked holds for this program only: it hangs on who asked first, or on what was evaluated before. '' = it does not. */
  ofThisProgram = '';
  /** The longest chain of instances that ask for each other. */
  deepest = 0;
  /** Roots of the run-time call graph besides main. */
  readonly exports: FnInst[] = [];

  constructor(readonly names: Names, readonly sources: SourceMap, public sink: Sink, readonly options: CheckOptions) {
    const known: Record<keyof typeof KNOWN, NameId> = { ...KNOWN };
    for (const n of Object.keys(KNOWN) as (keyof typeof KNOWN)[]) known[n] = names.intern(n);
    this.known = known;
    this.hole = names.intern('#insert');
    this.trapMessages = new TrapMessages(this.module, sources);
  }

  /** The fields of the context have types and places. */
  contextKnown = true;

  /** Goes on with another program, in which `kept` are files of earlier ones: what is known of them holds. Nothing was reported so far. */
  goOn(program: Program, sink: Sink, kept: ReadonlySet<ModFile>): void {
    this.program = program;
    this.sink = sink;
    this.run++;
    this.queue.length = 0;
    this.queueAt = 0;
    this.libraries.length = 0;
    this.module.nextProgram();
    Object.assign(this.generics, { calls: 0, instances: 0, applications: 0, types: 0 });
    // A symbol may be bound to other types by other files.
    for (const [symbol, insts] of this.externs) this.externs.set(symbol, insts.filter((x) => kept.has(x.decl.file)));
    this.impls.add(program.files);
    this.comptime.resetGlobals();
  }

  get usesContext(): boolean { return this.contextType !== 0; }

  text(name: NameId): string { return this.names.text(name); }
  typeText(t: TypeId): string { return this.types.text(t); }

  /** A link name made of the display name; unique in the program. `name`: the same as a name, where that is known. */
  symbol(display: string, name = this.names.intern(display)): string {
    const uses = this.symbolUses.get(name) ?? 0;
    this.symbolUses.set(name, uses + 1);
    return uses === 0 ? display : `${display}.${uses}`;
  }

  /** The id of an error tag: its name is its identity, program-wide. */
  errorTag(name: string): number {
    let id = this.errorTags.get(name);
    if (id === undefined) {
      id = this.module.errorNames.length;
      this.module.errorNames.push(name);
      this.errorTags.set(name, id);
    }
    return id;
  }

  /** Address of `file:line:col: text`: what a check that fails at `pos` says, in every instance of the code there. */
  trapMessage(pos: number, text: string): Ref {
    return this.trapMessages.at(pos, text);
  }

  /** Address of a private constant string object {ptr, len}. */
  stringConst(bytes: Uint8Array): Ref {
    const data = this.module.stringData(bytes);
    let ref = this.strings.get(data);
    if (ref === undefined) {
      const image = new Uint8Array(16);
      new DataView(image.buffer).setBigInt64(8, BigInt(bytes.length), true);
      const g = this.module.addGlobal({
        name: '', type: this.types.string, size: 16, align: 8, bytes: image,
        relocs: [{ offset: 0, kind: 0, target: data, addend: 0 }], mutable: false, linkage: Linkage.internal,
        threadLocal: false, pos: 0, display: '',
      });
      ref = this.module.globalAddr(g.id);
      this.strings.set(data, ref);
    }
    return ref;
  }

  /** The parameter slot list of a sig from language types. */
  typeDecl(t: TypeId): TypeDecl { return this.typeDecls.get(t) ?? ice(`type ${this.typeText(t)} has no declaration`); }

  /** The value that denotes type `t`. */
  typeVal(t: TypeId): Val { return new Val(VK.type, this.types.type, 0, t); }

  /** The user's call that forced the generic instance which `f` is checking; null outside of instances. */
  instantiationSite(f: { readonly inst: FnInst | null }): { start: number; end: number } | null {
    let inst = f.inst;
    let site: { start: number; end: number } | null = null;
    while (inst !== null && inst.site !== null) {
      site = inst.site;
      inst = inst.site.by;
    }
    return site;
  }

  isPtrReg(t: TypeId): boolean { return this.types.reg(t) === IR_PTR; }
}

/** A `Val` and where it was written, for messages. */
export interface Placed {
  readonly val: Val;
  readonly start: number;
  readonly end: number;
}

export type { ModFile };
