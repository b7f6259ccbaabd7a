// Takes functions of the IR module; gives their results: compiles them to WebAssembly on demand and runs them on
// byte-exact memory under a step and a memory budget. Never throws for what a program does.
import { ice } from '../base/ice.ts';
import { Abi, type FnBody, type FnId, type GlobalId, Linkage, type Module, type Sig } from '../ir/module.ts';
import { Op, type RttiCol } from '../ir/op.ts';
import { openBody } from '../ir/packed_body.ts';
import { IR_F32, IR_F64, IR_PTR, IR_VOID, type IrTy, irIsInt, irIsSigned, irWidth } from '../types/ir_type.ts';
import type { Types } from '../types/types.ts';
import { Batch, type BatchHost } from './batch.ts';
import { type HostCall, NUMERIC_ARGS } from './gen_call.ts';
import { type CodeMap, stackEntries, stackText } from './frames.ts';
import { VmGlobals } from './globals.ts';
import { FIRST_HOST, Helper, helperModule } from './helpers.ts';
import { BUILTINS, hasBuiltin, type HostFn, type HostState, type TraceEntry, TraceRing, type VmHost } from './host.ts';
import { CALL_FUEL, codePointer, FN_BASE, FUEL_CHUNK, HOST_ARGS, HOST_RESULT, NULL_LIMIT, STACK_TOP, TABLE_FNS, vtOf } from './layout.ts';
import { EXIT_ABORT, badAccess, VmMemory, VmStop } from './memory.ts';
import { VmRtti } from './rtti.ts';
import { prefixFn } from './prefix.ts';
import { foreignSymbol } from './callee.ts';
import type { AsmSite } from './native.ts';
import { NativeSide } from './native_side.ts';
import { isWalkable, neededFns, walk, type WalkPort } from './thunk.ts';
import { type TypeKey, Vt } from './wasm.ts';

export interface VmOptions {
  /** Bytes of linear memory, stack included. */
  readonly memory: number;
  /** Calls and loop iterations of all evaluations together. */
  readonly steps: number;
}

export const DEFAULT_OPTIONS: VmOptions = { memory: 1024 * 1024 * 1024, steps: 4_000_000_000 };

/** A function that was running, and where in it. */
export interface VmFrame {
  readonly fn: FnId;
  readonly pos: number;
}

/** `reason` is '' when a body the evaluation needs has errors of its own (already reported). Frames: innermost first. */
export type VmResult =
  | { readonly ok: true; readonly value: number | bigint | null }
  | { readonly ok: false; readonly reason: string; readonly frames: readonly VmFrame[]; readonly exitCode?: number; readonly code?: string };

type Handler = (a: number, b: number, c: number, d: number) => unknown;
type Entry = (...args: (number | bigint)[]) => number | bigint | undefined;

const MAX_FRAMES = 64;
/** Walked functions that call each other; what they call is compiled. */
const MAX_WALKS = 32;
/** Why an evaluation stops where only wrong code comes. */
export const UNREACHABLE = 'control reached code marked unreachable';
const WITHIN = 'call of a function that this evaluation is within: its body is not complete';
export const OTHER_TYPE = 'call through a function pointer of another type';
const TOO_DEEP = 'recursion too deep: compile-time stack exhausted';

/** Code that has to be compiled first cannot be. */
class Unready extends Error {
  constructor(readonly result: VmResult) { super('unready'); }
}

export class Vm implements BatchHost, HostState, WalkPort {
  readonly memory: VmMemory;
  readonly globals: VmGlobals;
  readonly trace = new TraceRing();
  readonly compiled: boolean[] = [];
  readonly maps: (CodeMap | undefined)[] = [];
  private readonly rtti: VmRtti;
  private readonly native: NativeSide;
  private readonly table: WebAssembly.Table;
  private readonly imports: Record<string, Record<string, unknown>>;
  /** Functions behind Helper.dispatch, by number. */
  private readonly handlers: Handler[] = [];
  private readonly messages: string[] = [];
  private readonly messageIds = new Map<string, number>();
  private readonly hostCalls = new Map<string, HostCall>();
  private readonly entries: (Entry | undefined)[] = [];
  private stepsLeft: number;
  /** Stack pointer a nested evaluation starts from. */
  private sp = STACK_TOP;
  /** The walked functions that are running, and where; the innermost is the last. */
  private walking: { fn: FnId; inst: number }[] = [];
  /** Functions that data or code has the addresses of, to be compiled before more code runs; what holds one up: itself or what it calls. */
  private readonly waiting = new Map<FnId, FnId>();
  /** Functions made by prefixEntry and foreignEntry, by what is called and signature; 0 = there is none. */
  private readonly made = new Map<string, FnId>();
  /** Functions that were walked once: the next call compiles them. */
  private readonly walked: boolean[] = [];
  /** Functions, modules and code bytes compiled so far. */
  readonly stats = { fns: 0, batches: 0, codeBytes: 0 };

  constructor(readonly module: Module, types: Types, readonly host: VmHost, readonly options: VmOptions = DEFAULT_OPTIONS) {
    this.memory = new VmMemory(options.memory);
    this.globals = new VmGlobals(module, this.memory, (name) => this.native.global(name));
    this.rtti = new VmRtti(types, this.memory, host);
    this.native = new NativeSide(this, host);
    this.stepsLeft = options.steps;
    this.table = new WebAssembly.Table({ element: 'anyfunc', initial: 16384 });
    this.addHandlers();
    const { handlers } = this;
    const dispatch = (id: number, sp: number, a: number, b: number, c: number, d: number): number => {
      if (sp !== 0) this.sp = sp;
      return handlers[id]!(a, b, c, d) as number;
    };
    this.imports = { env: { m: this.memory.memory, t: this.table, dispatch } };
    new WebAssembly.Instance(helperModule(), this.imports);
    this.memory.view.setInt32(CALL_FUEL, FUEL_CHUNK, true);
  }

  private addHandlers(): void {
    const tick = (): void => {
      this.stepsLeft -= FUEL_CHUNK;
      if (this.stepsLeft < 0) throw new VmStop(`compile-time step budget exceeded (${this.options.steps} steps)`);
    };
    const set = (h: Helper, f: Handler): void => {
      this.handlers[h] = f;
    };
    set(Helper.bad, (at, n) => {
      const place = this.memory.isForeign(at) ? this.memory.foreign!(at, n) : 0;
      if (place !== 0) return place;
      throw badAccess(at);
    });
    set(Helper.strlen, (at) => this.memory.strlen(at));
    const noFunction = (at: number): never => {
      throw new VmStop(at < NULL_LIMIT ? 'call of a null function pointer' : `call of 0x${at.toString(16)}, which is no function`);
    };
    set(Helper.badFn, noFunction);
    set(Helper.entry, (at, sigId) => {
      const id = this.addressToFn(at);
      const sig = this.module.sigs[sigId]!;
      if (id !== null) return this.prefixEntry(id, sig);
      return sig.abi === Abi.c && this.memory.isForeign(at) ? this.foreignEntry(at, sig) : noFunction(at);
    });
    set(Helper.tick, tick);
    set(Helper.tickCall, () => {
      this.memory.view.setInt32(CALL_FUEL, FUEL_CHUNK, true);
      tick();
    });
    set(Helper.overflow, () => {
      throw new VmStop(TOO_DEEP);
    });
    set(Helper.trap, (at) => {
      throw new VmStop(this.memory.cstring(at), EXIT_ABORT);
    });
    set(Helper.fail, (id) => {
      throw new VmStop(this.messages[id]!);
    });
    set(Helper.frem, (x, y) => x % y);
    set(Helper.sin, Math.sin);
    set(Helper.cos, Math.cos);
    set(Helper.rtti, (tag, index, col) => this.rtti.value(tag, index, col as RttiCol));
    set(Helper.rttiValue, (tag, index) => this.memory.view.setBigInt64(HOST_RESULT, this.rtti.memberValue(tag, index), true));
    set(Helper.errName, (tag) => this.rtti.text(this.module.errorNames[tag] ?? ''));
  }

  // ---- BatchHost

  ensureBody(id: number): boolean { return this.host.ensureBody(id); }

  point(id: number): void {
    this.addressTaken(id);
    if (this.compiled[id] !== true && !this.waiting.has(id)) this.waiting.set(id, 0);
  }

  pointed(): readonly FnId[] {
    for (const f of this.globals.takeNeeded()) this.point(f);
    const out: FnId[] = [];
    for (const [f, missing] of this.waiting) {
      if (this.compiled[f] === true) this.waiting.delete(f);
      else if (!this.isOpen(f) && (missing === 0 || !this.isOpen(missing))) out.push(f);
    }
    return out;
  }

  isMissing(id: number, missing: number): void {
    if (this.isOpen(missing)) this.waiting.set(id, missing);
    else this.waiting.delete(id);
  }

  /** Whether a function of which the address is known has to wait for a body that is being checked. */
  private isHeldUp(): boolean { return [...this.waiting].some(([f, missing]) => this.isOpen(f) || (missing !== 0 && this.isOpen(missing))); }

  private isOpen(id: FnId): boolean { return this.host.isOpen?.(id) ?? false; }

  message(text: string): number {
    let id = this.messageIds.get(text);
    if (id === undefined) {
      id = this.messages.push(text) - 1;
      this.messageIds.set(text, id);
    }
    return id;
  }

  // ---- compiling

  hostCall(symbol: string, key: TypeKey, sig: Sig, extra: readonly IrTy[]): HostCall {
    const service = this.host.symbol?.(symbol) ?? null;
    const numeric = service === null && hasBuiltin(symbol) && key.indexOf('>') <= NUMERIC_ARGS;
    const name = numeric || service !== null ? `${symbol}:${key}` : `${symbol}:${key}:${sig.id}:${extra.join(',')}`;
    let call = this.hostCalls.get(name);
    if (call === undefined) {
      call = { id: FIRST_HOST + this.hostCalls.size, numeric };
      this.hostCalls.set(name, call);
      this.handlers[call.id] = service !== null ? this.exactHandler(service, key) : numeric ? this.numericHandler(symbol) : this.nativeHandler(symbol, key, sig, extra);
    }
    return call;
  }

  private numericHandler(symbol: string): Handler {
    const builtin = BUILTINS[symbol]!;
    return (a, b, c, d) => builtin(this, a, b, c, d);
  }

  private nativeHandler(symbol: string, key: TypeKey, sig: Sig, extra: readonly IrTy[]): Handler {
    const params = key.indexOf('>');
    const result = key.slice(params + 1);
    return () => {
      const words = this.memory.u8.slice(HOST_ARGS, HOST_ARGS + 8 * params);
      const bits = this.native.call(symbol, sig, extra, words);
      const { view } = this.memory;
      view.setBigUint64(HOST_RESULT, bits, true);
      switch (result) {
        case 'i': return view.getInt32(HOST_RESULT, true);
        case 'f': return view.getFloat32(HOST_RESULT, true);
        case 'd': return view.getFloat64(HOST_RESULT, true);
        default: return 0;
      }
    };
  }

  /** Arguments and a 64-bit result travel through memory. */
  private exactHandler(native: HostFn, key: TypeKey): Handler {
    const params = key.slice(0, key.indexOf('>'));
    const wide = key.endsWith('l');
    return () => {
      const { view } = this.memory;
      const args: (number | bigint)[] = [];
      for (let k = 0; k < params.length; k++) {
        const at = HOST_ARGS + 8 * k;
        const t = params[k];
        args.push(t === 'l' ? view.getBigInt64(at, true) : t === 'i' ? view.getInt32(at, true) : t === 'f' ? view.getFloat32(at, true) : view.getFloat64(at, true));
      }
      const v = native(args) ?? 0;
      if (wide) this.memory.view.setBigInt64(HOST_RESULT, BigInt.asIntN(64, BigInt(v)), true);
      return wide ? 0 : Number(v);
    };
  }

  addressTaken(id: number): void {
    const fn = this.module.fns[id]!;
    if (this.module.sigs[fn.sig]!.abi !== Abi.sx) this.native.addressTaken(id);
  }

  asmSite(site: AsmSite): number { return this.native.asmSite(site); }

  forward(symbol: string, args: readonly number[]): number { return this.native.forward(symbol, args); }
  get errnoAt(): number { return this.native.errnoAt; }

  /** C code calls function `id`; the bits of its result. */
  callback(id: FnId, words: Uint8Array): bigint {
    const failed = this.ready([id]);
    if (failed !== null && !failed.ok) throw new VmStop(failed.reason);
    const sig = this.module.sigs[this.module.fns[id]!.sig]!;
    const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
    let at = 0;
    const next = (ty: IrTy): number | bigint => {
      const v = vtOf(ty) === Vt.i64 ? view.getBigInt64(at, true) : vtOf(ty) === Vt.i32 ? narrowed(ty, view.getInt32(at, true)) : ty === IR_F32 ? view.getFloat32(at, true) : view.getFloat64(at, true);
      at += 8;
      return v;
    };
    const dst = sig.result !== null && sig.result.mem ? Number(next(IR_PTR)) : 0;
    const sp = this.sp;
    const v = this.invoke(id, sig.params.map((p) => next(p.ty)), dst, sp);
    this.sp = sp;
    const out = new DataView(new ArrayBuffer(8));
    if (v === null) return 0n;
    if (sig.result!.ty === IR_F32) out.setFloat32(0, Number(v), true);
    else if (sig.result!.ty === IR_F64) out.setFloat64(0, Number(v), true);
    else out.setBigInt64(0, BigInt.asIntN(64, BigInt(v)), true);
    return out.getBigUint64(0, true);
  }

  /** Compiles `roots` and what they reach; null, or why not. */
  private prepare(roots: readonly FnId[]): VmResult | null {
    const built = new Batch(this).build(roots);
    if (!built.ok && built.reason !== '') this.waiting.clear();
    if (!built.ok && built.reason === '' && this.isOpen(built.fn)) {
      return { ok: false, reason: `'${this.module.fns[built.fn]!.display}' is run within its own body, which is not complete`, frames: [] };
    }
    if (!built.ok) return { ok: false, reason: built.reason, frames: built.fn !== 0 && built.reason !== '' ? [{ fn: built.fn, pos: this.module.fns[built.fn]!.pos }] : [] };
    const need = TABLE_FNS + this.module.fns.length;
    if (need > this.table.length) this.table.grow(Math.max(need, this.table.length * 2) - this.table.length);
    let module: WebAssembly.Module;
    try {
      module = new WebAssembly.Module(built.bytes);
    } catch (e) {
      const names = built.fns.slice(0, 4).map((f) => this.module.fns[f]!.display).join(', ');
      return ice(`comptime: generated code is invalid (${names}): ${(e as Error).message}`);
    }
    new WebAssembly.Instance(module, this.imports);
    for (const f of built.fns) {
      this.compiled[f] = true;
      this.noteAddresses(f);
    }
    this.stats.fns += built.fns.length;
    this.stats.batches++;
    this.stats.codeBytes += built.bytes.length;
    return null;
  }

  /** Where an address becomes a number, what is made of it hangs on all that was evaluated before. */
  private noteAddresses(id: FnId): void {
    const { seesAddress, looksInto } = this.host;
    const { body: packed, pos, symbol } = this.module.fns[id]!;
    if (seesAddress === undefined || packed === null) return;
    const types = this.module.insights.get(packed);
    if (types !== undefined) looksInto?.(pos, types);
    if (pos === 0 && !symbol.startsWith(THUNK)) return;
    const body = openBody(packed);
    for (let i = 1; i < body.count; i++) {
      if (!isOfAddress(body, i)) continue;
      seesAddress(pos);
      return;
    }
  }

  // ---- running

  /** Runs function `id`. Aggregate arguments are addresses; an aggregate result is written to `dst`. */
  call(id: FnId, args: readonly (number | bigint)[], dst = 0): VmResult {
    const limit = Error.stackTraceLimit;
    const savedSp = this.sp;
    const savedWalk = this.walking;
    this.walking = [];
    try {
      const fn = this.module.fns[id]!;
      if (fn.body !== null && fn.comptimeOnly && this.mayWalk(id)) {
        Error.stackTraceLimit = MAX_FRAMES;
        const v = this.walkFn(id, args, dst, this.sp);
        return { ok: true, value: v === null ? null : fromRegister(this.module.sigs[fn.sig]!, v) };
      }
      const failed = this.ready([id]);
      if (failed !== null) return failed;
      Error.stackTraceLimit = MAX_FRAMES;
      return { ok: true, value: this.invoke(id, args, dst, this.sp) };
    } catch (e) {
      return this.failure(e);
    } finally {
      Error.stackTraceLimit = limit;
      this.sp = savedSp;
      this.walking = savedWalk;
    }
  }

  /** Whether this is the first run of a function that costs more to compile than to walk. */
  private mayWalk(id: FnId): boolean {
    const fn = this.module.fns[id]!;
    if (this.isCompiled(id) || this.walked[id] === true || this.walking.length >= MAX_WALKS || fn.linkage === Linkage.extern) return false;
    if (fn.body === null && !this.host.ensureBody(id)) return false;
    // Checking the body may have run it.
    return !this.isCompiled(id) && this.module.sigs[fn.sig]!.abi === Abi.sx && isWalkable(this.module, openBody(fn.body!));
  }

  private isCompiled(id: FnId): boolean { return this.compiled[id] === true; }

  private walkFn(id: FnId, args: readonly (number | bigint)[], dst: number, sp: number): number | bigint | null {
    const fn = this.module.fns[id]!;
    this.walked[id] = true;
    this.noteAddresses(id);
    const body = openBody(fn.body!);
    // Walked code calls by name, and a call readies what waits: where it makes none, nothing of this has to be there.
    for (const f of neededFns(this, body)) this.point(f);
    this.walking.push({ fn: id, inst: 0 });
    const v = walk(this, this.module.sigs[fn.sig]!, body, args, dst, sp);
    this.walking.pop();
    return v;
  }

  /** A call from walked code. */
  enter(id: FnId, args: readonly (number | bigint)[], dst: number, sp: number): number | bigint | null {
    // What checking and compiling the callee evaluates has its frames below those that are being walked.
    this.sp = sp;
    if (this.mayWalk(id)) return this.walkFn(id, args, dst, sp);
    this.demand([id]);
    return this.invoke(id, args, dst, sp);
  }

  private demand(fns: readonly FnId[]): void {
    const failed = this.ready(fns);
    if (failed !== null) throw new Unready(failed);
  }

  /** Compiles what is missing of `fns` and of the functions that data placed meanwhile points at. */
  private ready(fns: readonly FnId[]): VmResult | null {
    const pointed = this.pointed();
    const missing = fns.filter((f) => this.compiled[f] !== true);
    return missing.length > 0 || pointed.length > 0 ? this.prepare(missing) : null;
  }

  /** Enters compiled code. */
  invoke(id: FnId, args: readonly (number | bigint)[], dst: number, sp: number): number | bigint | null {
    let entry = this.entries[id];
    if (entry === undefined) {
      entry = this.table.get(TABLE_FNS + id) as Entry;
      this.entries[id] = entry;
    }
    const sig = this.module.sigs[this.module.fns[id]!.sig]!;
    const values: (number | bigint)[] = [sp];
    if (sig.result !== null && sig.result.mem) values.push(BigInt(dst));
    for (let k = 0; k < sig.params.length; k++) values.push(toRegister(sig.params[k]!.ty, args[k] ?? 0));
    return fromRegister(sig, entry(...values));
  }

  at(inst: number): void { this.walking[this.walking.length - 1]!.inst = inst; }

  private failure(e: unknown): VmResult {
    if (e instanceof Unready) return e.result;
    if (e instanceof VmStop) return { ok: false, reason: e.reason, frames: this.frames(e), ...(e.exitCode === undefined ? {} : { exitCode: e.exitCode }), ...(e.code === undefined ? {} : { code: e.code }) };
    if (!(e instanceof Error)) throw e;
    if (e instanceof RangeError && /call stack/i.test(e.message)) {
      return { ok: false, reason: TOO_DEEP, frames: this.frames(e) };
    }
    if (!(e instanceof WebAssembly.RuntimeError) && e.name !== 'RuntimeError') throw e;
    const entries = stackEntries(stackText(e), this.maps);
    return { ok: false, reason: this.explain(e.message, entries[0]), frames: this.positions(entries) };
  }

  /** A message of ours for a trap of the engine. */
  private explain(message: string, top: { fn: number; inst: number } | undefined): string {
    if (/divide by zero|remainder by zero/.test(message)) return 'division by zero';
    if (/divide result|unrepresentable/.test(message)) return 'integer overflow in a division';
    if (/memory access|out of bounds memory|memory/.test(message)) return 'access outside of compile-time memory';
    if (/signature|indirect|table|null function/.test(message)) return this.isHeldUp() ? WITHIN : OTHER_TYPE;
    if (/unreachable/.test(message)) {
      const op = top === undefined ? Op.nop : this.module.fns[top.fn]!.body!.op[top.inst];
      return op === Op.call || op === Op.call_ptr ? 'a function that must not return came back' : UNREACHABLE;
    }
    return message;
  }

  private frames(e: Error): VmFrame[] { return this.positions(stackEntries(stackText(e), this.maps)); }

  private positions(entries: readonly { fn: number; inst: number }[]): VmFrame[] {
    const all = [...entries, ...[...this.walking].reverse()];
    return all.map(({ fn, inst }) => {
      const f = this.module.fns[fn]!;
      return { fn, pos: (inst > 0 ? f.body?.pos[inst] : 0) || f.pos };
    });
  }

  /** Display names of the running functions, innermost first. */
  running(): string[] {
    const names = stackEntries(stackText(new Error('frames')), this.maps).map(({ fn }) => this.module.fns[fn]!.display);
    for (const { fn } of [...this.walking].reverse()) names.push(this.module.fns[fn]!.display);
    return names;
  }

  // ---- memory, for arguments, results and baking

  /** Memory that stays until the machine goes. */
  alloc(size: number, align: number): number { return this.memory.permanent(size, align); }
  readBytes(at: number, n: number): Uint8Array {
    if (this.readable(at) < n) throw new VmStop(`read of ${n} bytes at ${at}, which are not in its memory`);
    return this.memory.u8.slice(at, at + n);
  }
  writeBytes(at: number, bytes: Uint8Array): void { this.memory.bytes(at, bytes.length).set(bytes); }
  /** How many bytes can be read from `at`. */
  readable(at: number): number { return at >= NULL_LIMIT && at < this.memory.end ? this.memory.end - at : 0; }
  globalAddress(id: GlobalId): number { return this.globals.address(id); }
  refreshGlobal(id: GlobalId): void { this.globals.refresh(id); }
  forgetGlobal(id: GlobalId): void { this.globals.forget(id); }
  resetGlobals(): void { this.globals.reset(); }
  addressToGlobal(at: number): { id: GlobalId; offset: number } | null { return this.globals.find(at); }
  fnAddress(id: FnId): number { return codePointer(this.module, id); }

  addressToFn(at: number): FnId | null {
    const id = Math.floor((at - FN_BASE) / 16);
    return id > 0 && id < this.module.fns.length && codePointer(this.module, id) === at ? id : null;
  }

  /** The table's entry for calls of a function that C gave a pointer to. */
  private foreignEntry(at: number, sig: Sig): number {
    const key = `${at}:${sig.id}`;
    let id = this.made.get(key);
    if (id === undefined) {
      const fn = this.module.addFn(foreignSymbol(at), `the C function at 0x${at.toString(16)}`, sig.id, Linkage.extern, 0);
      fn.comptimeOnly = true;
      id = fn.id;
      this.made.set(key, id);
      this.demand([id]);
    }
    return TABLE_FNS + id;
  }

  /** The table's entry for calls of `id` by another signature. */
  private prefixEntry(id: FnId, as: Sig): number {
    const key = `${id}:${as.id}`;
    let made = this.made.get(key);
    if (made === undefined) {
      made = prefixFn(this.module, id, as) ?? 0;
      this.made.set(key, made);
      if (made !== 0) this.demand([made]);
    }
    if (made === 0) throw new VmStop(OTHER_TYPE);
    return TABLE_FNS + made;
  }

  /** Return-trace frames the program recorded, oldest first. */
  traceFrames(): TraceEntry[] { return this.trace.read(this.memory); }

  get stepsUsed(): number { return this.options.steps - this.stepsLeft; }
  get memoryUsed(): number { return this.memory.used; }
}

/** What the checker calls the functions that it makes for one evaluation. */
const THUNK = '__comptime.';

/** Addresses ascend in the order of first use, so which of two is lower tells as much as a number. */
function isOfAddress(body: FnBody, i: number): boolean {
  const o: Op = body.op[i]!;
  const a = body.a[i]!;
  if (o === Op.p2i) return a >= 0;
  if (o !== Op.ult && o !== Op.ule && o !== Op.ugt && o !== Op.uge && o !== Op.slt && o !== Op.sle && o !== Op.sgt && o !== Op.sge) return false;
  return a >= 0 && body.ty[a] === IR_PTR;
}

/** The register of an integer of at most 32 bits, of which a word of C's holds the low ones. */
function narrowed(ty: IrTy, bits: number): number {
  const spare = 32 - irWidth(ty);
  return irIsSigned(ty) ? (bits << spare) >> spare : (bits << spare) >>> spare;
}

function toRegister(ty: IrTy, v: number | bigint): number | bigint {
  switch (vtOf(ty)) {
    case Vt.i64: return BigInt(v);
    case Vt.i32: return typeof v === 'bigint' ? Number(BigInt.asIntN(32, v)) : v;
    default: return Number(v);
  }
}

/** Numbers where exact, bigint beyond 2^53. */
function fromRegister(sig: Sig, v: number | bigint | undefined): number | bigint | null {
  const ty = sig.result === null || sig.result.mem ? IR_VOID : sig.result.ty;
  if (ty === IR_VOID || v === undefined) return null;
  if (typeof v === 'bigint') {
    const n = irIsInt(ty) && irIsSigned(ty) ? v : BigInt.asUintN(64, v);
    const small = Number(n);
    return Number.isSafeInteger(small) ? small : n;
  }
  return irIsInt(ty) && !irIsSigned(ty) && irWidth(ty) === 32 ? v >>> 0 : v;
}
