// Takes the evaluator's calls of C functions and of assembly; gives them real: thunks in the C convention of this machine, written by
// emit and compiled by LLVM, are placed in a child process that shares the evaluator's memory (ARCHITECTURE.md, Host calls).
import { FN_BASE, fnAddress } from '../comptime/layout.ts';
import { VmStop } from '../comptime/memory.ts';
import type { AsmSite, NativeCall, NativePort, NativeResult, NativeVm } from '../comptime/native.ts';
import { emitModule } from '../emit/emit.ts';
import { Abi, type Fn, type FnId, Linkage, type Sig } from '../ir/module.ts';
import { Child, ChildEnd } from '../jit/child.ts';
import { CHILD_TEXT, Reply, Request } from '../jit/child_text.ts';
import { jump, type Placed, placeObject, undefinedSymbols } from '../jit/elf.ts';
import type { LinkHost } from '../link/host_port.ts';
import { link } from '../link/link.ts';
import type { IrTy } from '../types/ir_type.ts';
import type { Types } from '../types/types.ts';
import { asmObject, type AsmTarget, definesSymbol, foreignAsm } from './native_asm.ts';
import type { NativeStore } from './native_store.ts';
import { asmThunks, backwardThunk, forwardThunk, globalAsmCode, nakedCopy, type NativeCode, siteSymbol } from './native_thunks.ts';

/** What starting the child takes. */
export interface NativeHost extends LinkHost {
  tempDir(): string;
  removeTempDir(dir: string): void;
  writeBytes(path: string, bytes: Uint8Array): void;
  readBytes(path: string): Uint8Array;
  /** Architecture of the machine that the compiler runs on. */
  readonly arch: 'x86_64' | 'aarch64';
}

/** What the program links with. */
export interface NativeLibraries {
  readonly libs: readonly string[];
  readonly libDirs: readonly string[];
  readonly objects: readonly string[];
}

/** Code pointers of sx functions: 16 bytes each at FN_BASE; the code of thunks follows, and its data. */
const JUMPS = 16 << 20;
const CODE = 16 << 20;
const DATA = 1 << 20;
const CODE_AT = FN_BASE + JUMPS;
const DATA_AT = CODE_AT + CODE;
const PROT_RX = 5;
const PROT_RW = 3;
const PRIVATE_ANON_NOREPLACE = 0x100022;
const RTLD_NOW_GLOBAL = 0x102;
/** Milliseconds that a call within a callback may take. */
const PATIENCE = 5000;

/** What is in a child's memory, and where. */
class Inside {
  code = CODE_AT;
  data = DATA_AT;
  readonly symbols = new Map<string, number>();
  readonly thunks = new Map<string, number>();
  readonly sites = new Map<AsmSite, number>();
  readonly naked = new Map<FnId, number>();
  /** Symbols of the program's module-level assembly. */
  globalAsm: ReadonlyMap<string, number> | null = null;
  /** Functions whose code pointers lead somewhere, and how many of the machine's callbacks were looked at. */
  readonly entries = new Set<FnId>();
  callbacks = 0;
  constructor(readonly child: Child, /** Linear memory for strings that requests name. */ readonly scratch: number) {}
}

export class NativeCalls implements NativePort {
  private inside: Inside | null = null;
  private ended = false;
  private scratch = 0;
  /** Callbacks that are running. */
  private running = 0;
  /** The asm expressions that were compiled in one module. */
  private readonly groups = new Map<AsmSite, readonly AsmSite[]>();
  private grouped = 0;

  constructor(
    private readonly host: NativeHost, private readonly types: Types, private readonly libraries: () => NativeLibraries, private readonly vm: NativeVm,
    private readonly target: AsmTarget, private readonly store: NativeStore,
  ) {}

  // ---- the process

  /** The compilation is over: its process goes, and no other comes. */
  end(): void {
    this.ended = true;
    this.inside?.child.kill();
    this.inside = null;
  }

  private start(): Inside {
    if (this.inside !== null) return this.inside;
    if (this.ended) return fail('the compilation is over');
    const { memory } = this.vm;
    const child = Child.start(this.executable(), memory.memory, memory.limit);
    if (typeof child === 'string') return fail(child);
    if (this.scratch === 0) this.scratch = memory.permanent(4096, 16);
    const inside = this.inside = new Inside(child, this.scratch);
    if (child.map(FN_BASE, JUMPS + CODE, PROT_RX, PRIVATE_ANON_NOREPLACE, -1, 0) !== FN_BASE) return fail('no room for code in the child process');
    if (child.map(DATA_AT, DATA, PROT_RW, PRIVATE_ANON_NOREPLACE, -1, 0) !== DATA_AT) return fail('no room for data in the child process');
    this.openLibraries(child);
    return inside;
  }

  /** The child's executable: linked once in a process. */
  private executable(): Uint8Array {
    if (this.store.executable !== null) return this.store.executable;
    const object = this.store.object(CHILD_TEXT, { triple: this.triple, opt: 0, kind: 'obj' });
    if (!object.ok) return fail(object.error);
    const dir = this.host.tempDir();
    const path = `${dir}/child.o`;
    const output = `${dir}/sx-comptime-child`;
    this.host.writeBytes(path, object.bytes);
    const made = link(this.host, { arch: this.host.arch, objects: [path], output, quick: true });
    if (made.ok) this.store.executable = this.host.readBytes(output);
    this.host.removeTempDir(dir);
    return made.ok ? this.store.executable! : fail(made.error);
  }

  private get triple(): string { return `${this.host.arch}-linux-gnu`; }

  /** The program's libraries and the objects of its C sources, so that their symbols are found like those of the C library. */
  private openLibraries(child: Child): void {
    child.request(Request.open, this.text('libm.so.6'), RTLD_NOW_GLOBAL);
    const { libs, libDirs, objects } = this.libraries();
    if (libs.length === 0 && objects.length === 0) return;
    const dir = this.host.tempDir();
    const output = `${dir}/libprogram.so`;
    const made = link(this.host, { arch: this.host.arch, shared: true, objects, output, libs, libDirs, lflags: ['--no-as-needed'] });
    if (!made.ok) fail(made.error);
    const r = child.request(Request.open, this.text(output), RTLD_NOW_GLOBAL);
    this.host.removeTempDir(dir);
    if (r.value === 0) fail(`the program's libraries cannot be loaded: ${this.cstring(child, r.errno)}`);
  }

  private text(s: string): number {
    this.vm.memory.u8.set(new TextEncoder().encode(`${s}\0`).subarray(0, 4096), this.scratch);
    return this.scratch;
  }

  private cstring(child: Child, at: number): string {
    const bytes = new Uint8Array(256);
    if (!child.read(at, bytes)) return '';
    return new TextDecoder().decode(bytes.subarray(0, Math.max(bytes.indexOf(0), 0)));
  }

  // ---- NativePort

  symbol(name: string): number { return this.guarded(`'${name}'`, () => this.symbolIn(this.start(), name)); }

  private symbolIn(inside: Inside, name: string): number {
    let at = inside.symbols.get(name);
    if (at === undefined) {
      at = this.ownAsm(inside, name) ?? this.ownExport(inside, name) ?? inside.child.request(Request.symbol, 0, this.text(name)).value;
      inside.symbols.set(name, at);
    }
    return at;
  }

  /** What the program's module-level assembly defines; all of it is placed when one of its symbols is wanted. */
  private ownAsm(inside: Inside, name: string): number | undefined {
    const { globalAsm } = this.vm;
    if (!definesSymbol(globalAsm, name)) return undefined;
    if (inside.globalAsm === null) {
      foreignAsm(this.target, this.host.arch, 'module');
      inside.globalAsm = this.placeAsm(inside, globalAsmCode(globalAsm), [], true).symbols;
    }
    return inside.globalAsm.get(name);
  }

  /** A function that the program gives to C, and that something before has named. */
  private ownExport(inside: Inside, name: string): number | undefined {
    const fn = this.vm.exported(name);
    return fn === null ? undefined : this.entry(inside, fn);
  }

  naked(fn: Fn): number { return this.guarded(`'${fn.display}'`, () => this.nakedIn(this.start(), fn)); }

  private nakedIn(inside: Inside, fn: Fn): number {
    let at = inside.naked.get(fn.id);
    if (at === undefined) {
      foreignAsm(this.target, this.host.arch, 'naked');
      const blob = fn.body!.asms[0]!;
      at = this.placeAsm(inside, nakedCopy(this.vm.sigOf(fn), blob, fn.pos), blob.fns ?? [], this.target.isOwn(fn.pos)).functions.get('naked')!;
      inside.naked.set(fn.id, at);
    }
    return at;
  }

  call(q: NativeCall): NativeResult { return this.guarded(q.name, () => this.converse(q)); }

  /** What goes wrong ends the child: C code that called back cannot be unwound. A later evaluation gets a new one. */
  private guarded<T>(name: string, run: () => T): T {
    try {
      return run();
    } catch (e) {
      this.inside?.child.kill();
      this.inside = null;
      this.running = 0;
      throw e instanceof ChildEnd ? new VmStop(`${name} ${e.message}`) : e;
    }
  }

  private converse(q: NativeCall): NativeResult {
    const inside = this.start();
    const { child } = inside;
    this.placeCallbacks(inside);
    const payload = new Uint8Array(q.words.length + 16);
    const thunk = typeof q.target === 'number' ? this.thunk(inside, q.sig, q.extra) : this.site(inside, q.target);
    if (typeof q.target === 'number') new DataView(payload.buffer).setBigUint64(0, BigInt(q.target), true);
    payload.set(q.words, 8);
    child.send(Request.call, thunk, q.errno, payload);
    for (;;) {
      // Other threads of C wait while a callback runs: one that waits for them would wait forever.
      if (this.running > 0 && !child.replies(PATIENCE)) throw new VmStop(`${q.name} does not come back: threads cannot wait for each other at compile time`);
      const r = child.reply();
      if (r.kind === Reply.done) return { bits: new DataView(r.words.buffer).getBigUint64(r.words.length - 8, true), errno: r.errno };
      if (r.kind === Reply.switched) throw new VmStop(`${q.name} changes the stack: fibers do not run at compile time`);
      const outcome = r.words.slice();
      this.running++;
      new DataView(outcome.buffer).setBigUint64(outcome.length - 8, this.vm.callback(r.value, r.words.subarray(0, r.words.length - 8)), true);
      this.running--;
      child.send(Request.outcome, 0, 0, outcome);
    }
  }

  read(at: number, into: Uint8Array): void {
    if (!this.start().child.read(at, into)) throw new VmStop(`memory of C code at 0x${at.toString(16)} cannot be read`);
  }

  write(at: number, from: Uint8Array): void {
    const { child } = this.start();
    const region = child.region(at);
    if (region === null || !child.write(at, from)) throw new VmStop(`memory of C code at 0x${at.toString(16)} cannot be written`);
  }

  region(at: number): { start: number; end: number } | null { return this.inside === null ? null : this.inside.child.region(at); }

  // ---- thunks

  /** Address of the code that calls a function of this signature: words are the function, the arguments, the result. */
  private thunk(inside: Inside, sig: Sig, extra: readonly IrTy[]): number {
    const key = `${sig.id}:${extra.join(',')}`;
    let at = inside.thunks.get(key);
    if (at === undefined) {
      at = this.placeThunk(inside, forwardThunk(sig, extra));
      inside.thunks.set(key, at);
    }
    return at;
  }

  private placeThunk(inside: Inside, code: NativeCode): number {
    const { arch } = this.host;
    const { triple } = this;
    const object = this.store.object(emitModule(code.module, this.types, { triple, arch, roots: code.roots.map((f) => f.id) }), { triple, opt: 0, kind: 'obj' });
    return object.ok ? this.place(inside, object.bytes, (name) => this.symbolIn(inside, name)).functions.get('thunk')! : fail(object.error);
  }

  /** Address of the code of an asm expression. Those that were compiled for the evaluator together are compiled by LLVM together. */
  private site(inside: Inside, site: AsmSite): number {
    const known = inside.sites.get(site);
    if (known !== undefined) return known;
    foreignAsm(this.target, this.host.arch, 'expression');
    const { sites } = this.vm;
    if (!this.groups.has(site)) {
      const group = sites.slice(this.grouped);
      this.grouped = sites.length;
      for (const s of group) this.groups.set(s, group);
    }
    const group = this.groups.get(site)!;
    try {
      this.placeSites(inside, group);
    } catch (e) {
      if (group.length === 1 || !(e instanceof VmStop)) throw e;
      // Something is wrong with one of them, which need not be this one.
      for (const s of group) this.groups.set(s, [s]);
      this.placeSites(inside, [site]);
    }
    return inside.sites.get(site)!;
  }

  private placeSites(inside: Inside, sites: readonly AsmSite[]): void {
    const { functions } = this.placeAsm(inside, asmThunks(sites), sites.flatMap((s) => s.blob.fns ?? []), sites.some((s) => this.target.isOwn(s.pos)));
    sites.forEach((s, n) => inside.sites.set(s, functions.get(siteSymbol(n))!));
  }

  /** `fns`: functions whose symbols the text holds; `own`: it is the program's, and may be the end of LLVM. */
  private placeAsm(inside: Inside, code: NativeCode, fns: readonly FnId[], own: boolean): Placed {
    const object = asmObject(this.store, code, this.types, this.target, this.host.arch, own);
    const resolve = (name: string): number => {
      const fn = fns.map((id) => this.vm.fn(id)).find((f) => f.symbol === name && f.linkage !== Linkage.extern);
      if (fn !== undefined) return this.entry(inside, fn);
      const at = this.symbolIn(inside, name);
      if (at === 0) throw new VmStop(`the assembly names '${name}', which neither the C library nor the program has at compile time`);
      return at;
    };
    try {
      return this.place(inside, object, resolve);
    } catch (e) {
      throw e instanceof VmStop || e instanceof ChildEnd || !(e instanceof Error) ? e : new VmStop(`the assembly ${e.message}`);
    }
  }

  // ---- code pointers

  /** C code may call these functions through their code pointers from now on. */
  private placeCallbacks(inside: Inside): void {
    const { callbacks } = this.vm;
    while (inside.callbacks < callbacks.length) {
      const fn = this.vm.fn(callbacks[inside.callbacks++]!);
      if (!inside.entries.has(fn.id)) this.placeEntry(inside, fn);
    }
  }

  /** The code pointer of a function, which leads to it. */
  private entry(inside: Inside, fn: Fn): number {
    if (this.vm.sigOf(fn).abi === Abi.sx) throw new VmStop(`the assembly names '${fn.display}', which has not the C convention: it cannot be called from assembly at compile time`);
    if (!inside.entries.has(fn.id)) this.placeEntry(inside, fn);
    return fnAddress(fn.id);
  }

  private placeEntry(inside: Inside, fn: Fn): void {
    inside.entries.add(fn.id);
    const target = this.entryTarget(inside, fn);
    if (target !== 0) inside.child.write(fnAddress(fn.id), jump(this.host.arch, target));
  }

  private entryTarget(inside: Inside, fn: Fn): number {
    const sig = this.vm.sigOf(fn);
    if (fn.linkage === Linkage.extern && fn.body === null) return this.symbolIn(inside, fn.symbol);
    // Assembly that cannot run here says so when it is called: by way of the compiler.
    if (sig.abi === Abi.naked && foreignAsm(this.target, this.host.arch, 'naked', false) === null) return this.nakedIn(inside, fn);
    return this.placeThunk(inside, backwardThunk(fn, sig, inside.child.callback));
  }

  private place(inside: Inside, object: Uint8Array, resolve: (name: string) => number): Placed {
    const { child } = inside;
    // What `resolve` places comes first.
    const asked = new Map<string, number>();
    for (const name of undefinedSymbols(object)) asked.set(name, resolve(name));
    const placed = placeObject(object, inside.code, this.host.arch, (name) => asked.get(name)!, inside.data);
    if (inside.code + placed.bytes.length > CODE_AT + CODE || inside.data + placed.data.length > DATA_AT + DATA) return fail('no room for more code in the child process');
    if (!child.write(inside.code, placed.bytes) || !child.write(inside.data, placed.data)) {
      // Most likely it is gone, which the next reply tells.
      child.reply();
      return fail('code cannot be written to the child process');
    }
    inside.code = Math.ceil((inside.code + placed.bytes.length) / 64) * 64;
    inside.data = Math.ceil((inside.data + placed.data.length) / 64) * 64;
    return placed;
  }
}

function fail(why: string): never {
  throw new VmStop(`C functions cannot be called at compile time here: ${why}`);
}
