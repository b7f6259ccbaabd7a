// Takes a module of IR; gives LLVM text of everything that its roots reach.
import { ice } from '../base/ice.ts';
import { type Fn, type FnId, type Global, Linkage, type Module } from '../ir/module.ts';
import type { Types } from '../types/types.ts';
import type { Arch } from './abi.ts';
import { markLines } from './asm_marks.ts';
import { paramTypes } from './call.ts';
import { declareGlobal, emitGlobal } from './data.ts';
import { CoverageWriter } from './coverage.ts';
import { DebugWriter } from './debug.ts';
import { emitEntry } from './entry.ts';
import { emitFn } from './fn.ts';
import { FnWriter } from './fn_writer.ts';
import type { EmitOptions } from './options.ts';
import { PART_BYTES } from './part_size.ts';
import { RttiTable } from './rtti.ts';
import { EmitState } from './state.ts';
import { SUPPORT } from './support.ts';
import { escapeName } from './text.ts';

const DATA_LAYOUT: Readonly<Record<Arch, string>> = {
  x86_64: 'e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128',
  aarch64: 'e-m:e-i8:8:32-i16:16:32-i64:64-i128:128-n32:64-S128-Fn32',
};

/** LLVM text (latin-1 bytes) in the dialect that LLVM 14 and 19 both read. */
export function emitModule(module: Module, types: Types, opts: EmitOptions): Uint8Array {
  for (const text of new Emission(new EmitState(module, types, opts), Infinity).rest()) return text;
  ice('emit: a module without text');
}

/**
 * The same as texts of about `bytes` bytes, to be compiled apart and merged into one object. Where they are cut depends on
 * the module alone, so the object's bytes do too.
 */
export function emitParts(module: Module, types: Types, opts: EmitOptions, bytes = PART_BYTES): Generator<Uint8Array> {
  return startParts(module, types, opts, bytes).rest();
}

/** The parts of a module that is still being made. */
export function startParts(module: Module, types: Types, opts: EmitOptions, bytes = PART_BYTES): Emission {
  return new Emission(new EmitState(module, types, opts, true), bytes);
}

/**
 * The texts of a module that may still be growing. Functions come in the order of their first mention, so what is said of
 * one does not depend on how many have a body yet; `ready` merely stops where it would have to wait.
 */
export class Emission {
  private w: FnWriter;
  private readonly table: RttiTable;
  private readonly emitted: Emitted = { fns: new Set(), globals: new Set() };
  private fns = 0;
  private globals = 0;
  /** Where the current part's text has more than what every part begins with. */
  private head: number;

  /** The roots and the entry are known; module assembly is complete. */
  constructor(private readonly st: EmitState, private readonly limit: number) {
    const { module, opts } = st;
    this.w = openPart(st);
    this.head = st.out.length;
    for (const [i, plain] of module.globalAsm.entries()) {
      const lines = module.globalAsmLines[i];
      if (opts.onlyAsm !== undefined && !opts.onlyAsm.has(lines?.[0] ?? 0)) continue;
      const text = opts.markAsm === true && lines !== undefined ? markLines(plain, lines, opts.arch) : plain;
      for (const line of text.split('\n')) st.out.str(`module asm "${escapeName(line)}"\n`);
    }
    for (const id of opts.roots) st.fnName(id);
    for (const id of opts.rootGlobals ?? []) st.globalName(id);
    if (opts.entry) emitEntry(this.w, opts.entry);
    this.table = new RttiTable(st);
  }

  /** Parts that are full, made of the functions in line up to the first one that has no body yet. */
  *ready(): Generator<Uint8Array> {
    const { st } = this;
    for (; this.fns < st.fnQueue.length; this.fns++) {
      if (st.out.length - this.head >= this.limit) {
        this.drainGlobals();
        yield closePart(this.w, this.emitted);
        st.nextPart();
        this.w = openPart(st);
        this.head = st.out.length;
      }
      const fn = st.module.fns[st.fnQueue[this.fns]!]!;
      if (fn.body === null && fn.linkage !== Linkage.extern) return;
      emitQueued(this.w, fn, this.emitted);
    }
  }

  /** All other parts, the tables in the last one: the module is complete. */
  *rest(): Generator<Uint8Array> {
    const { st, table } = this;
    do {
      yield* this.ready();
      const waiting = st.fnQueue[this.fns];
      if (waiting !== undefined) ice(`emit: '${st.module.fns[waiting]!.symbol}' has no body`);
      this.drainGlobals();
    } while (table.advance() || this.fns < st.fnQueue.length || this.globals < st.globalQueue.length);
    table.finish();
    yield closePart(this.w, this.emitted);
  }

  /** Whether the module got an outside symbol that a name given here is equal to: then none of the texts is good. */
  get clashes(): boolean { return this.st.clashes(); }

  private drainGlobals(): void {
    const { st } = this;
    while (this.globals < st.globalQueue.length) emitQueuedGlobal(this.w, st.module.globals[st.globalQueue[this.globals++]!]!, this.emitted);
  }
}

/** What the current part defines. */
interface Emitted {
  readonly fns: Set<FnId>;
  readonly globals: Set<Global>;
}

function openPart(st: EmitState): FnWriter {
  const { opts } = st;
  st.out.str(`target datalayout = "${DATA_LAYOUT[opts.arch]}"\ntarget triple = "${opts.triple}"\n`);
  return new FnWriter(st, opts.debug ? new DebugWriter(st, opts.debug) : null, opts.coverage ? new CoverageWriter(st, opts.coverage) : null);
}

function closePart(w: FnWriter, emitted: Emitted): Uint8Array {
  const { st } = w;
  if (st.parted) declareOthers(w, emitted);
  emitted.fns.clear();
  emitted.globals.clear();
  w.coverage?.finish();
  for (const name of st.supports) st.out.str(SUPPORT[name]!.text);
  st.finish();
  w.debug?.finish();
  return st.out.done();
}

/** Declares what the part names and another part (or another object) defines. */
function declareOthers(w: FnWriter, emitted: Emitted): void {
  const { st } = w;
  const { module } = st;
  for (const id of st.partFns) if (!emitted.fns.has(id)) declareFn(w, module.fns[id]!);
  for (const id of st.partGlobals) {
    const g = module.globals[id]!;
    if (!emitted.globals.has(g)) declareGlobal(st, g);
  }
}

function emitQueuedGlobal(w: FnWriter, g: Global, emitted: Emitted): void {
  const { st, debug } = w;
  if (st.parted && g.linkage === Linkage.extern) return;
  const suffix = debug === null || g.linkage === Linkage.extern ? '' : debug.globalVar(g);
  emitted.globals.add(g);
  emitGlobal(st, g, suffix);
}

function emitQueued(w: FnWriter, fn: Fn, emitted: Emitted): void {
  if (fn.linkage === Linkage.extern) {
    if (!w.st.parted) declareFn(w, fn);
    return;
  }
  if (fn.body === null) ice(`emit: '${fn.symbol}' has no body`);
  if (fn.linkage === Linkage.export_) w.st.defined.add(fn.symbol);
  emitted.fns.add(fn.id);
  emitFn(w, fn);
  if (w.debug === null) return;
  w.st.out.append(w.out);
  w.out.length = 0;
}

function declareFn(w: FnWriter, fn: Fn): void {
  const st = w.st;
  const sig = st.lowered_(fn.sig);
  const name = st.fnName(fn.id);
  const params = paramTypes(sig, st.module.sigs[fn.sig]!.variadic);
  const local = fn.linkage === Linkage.internal;
  st.declare(local ? name.slice(1) : fn.symbol, `declare ${local ? st.local : ''}${sig.resultText} ${name}(${params})${fn.noreturn ? ' noreturn' : ''} nounwind`);
}
