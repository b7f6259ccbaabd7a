// Takes the evaluator's calls of C functions; gives them real: thunks in the C convention of this machine, written by emit and
// compiled by LLVM, are placed in a child process that shares the evaluator's memory (ARCHITECTURE.md, Host calls).
import { VmStop } from '../comptime/memory.ts';
import type { NativeCall, NativePort, NativeResult, NativeVm } from '../comptime/native.ts';
import { emitModule } from '../emit/emit.ts';
import { Builder } from '../ir/builder.ts';
import { Abi, type AbiSlot, type Fn, Linkage, Module, type Sig } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { CHILD_TEXT, Reply, Request } from '../jit/child_text.ts';
import { Child, ChildEnd } from '../jit/child.ts';
import { jump, type Placed, placeObject } from '../jit/elf.ts';
import { link } from '../link/link.ts';
import type { LinkHost } from '../link/host_port.ts';
import { compileText } from '../llvm/codegen.ts';
import { IR_I64, IR_PTR, IR_VOID, type IrTy } from '../types/ir_type.ts';
import type { Types } from '../types/types.ts';
import { FN_BASE, fnAddress } from '../comptime/layout.ts';

/** What starting the child takes. */
export interface NativeHost extends LinkHost {
  tempDir(): string;
  removeTempDir(dir: string): void;
  writeBytes(path: string, bytes: Uint8Array): void;
  /** Architecture of the machine that the compiler runs on. */
  readonly arch: 'x86_64' | 'aarch64';
}

/** What the program links with. */
export interface NativeLibraries {
  readonly libs: readonly string[];
  readonly libDirs: readonly string[];
  readonly objects: readonly string[];
}

/** Code pointers of sx functions: 16 bytes each at FN_BASE; the code of thunks follows. */
const JUMPS = 16 << 20;
const CODE = 16 << 20;
const PROT_RX = 5;
const PRIVATE_ANON_NOREPLACE = 0x100022;
const RTLD_NOW_GLOBAL = 0x102;
/** Milliseconds that a call within a callback may take. */
const PATIENCE = 5000;
const WORD: AbiSlot = { ty: IR_PTR, mem: false, type: 0, size: 8, align: 8 };

export class NativeCalls implements NativePort {
  private child: Child | null = null;
  private ended = false;
  private code = FN_BASE + JUMPS;
  private readonly symbols = new Map<string, number>();
  private readonly thunks = new Map<string, number>();
  /** Callbacks that are running. */
  private callbacks = 0;
  /** Linear memory for strings that requests name. */
  private scratch = 0;

  constructor(private readonly host: NativeHost, private readonly types: Types, private readonly libraries: () => NativeLibraries, private readonly vm: NativeVm) {}

  // ---- the process

  /** The compilation is over: its process goes, and no other comes. */
  end(): void {
    this.ended = true;
    this.child?.kill();
    this.child = null;
  }

  private start(): Child {
    if (this.child !== null) return this.child;
    if (this.ended) return fail('the compilation is over');
    const triple = `${this.host.arch}-linux-gnu`;
    const object = compileText(CHILD_TEXT, { triple, opt: 1, kind: 'obj' });
    if (!object.ok) return fail(object.error);
    const dir = this.host.tempDir();
    const path = `${dir}/child.o`;
    this.host.writeBytes(path, object.bytes);
    const made = link(this.host, { arch: this.host.arch, objects: [path], output: `${dir}/sx-comptime-child` });
    const child = made.ok ? Child.start(`${dir}/sx-comptime-child`, this.vm.memory.memory, this.vm.memory.limit) : made.error;
    this.host.removeTempDir(dir);
    if (typeof child === 'string') return fail(child);
    this.child = child;
    if (child.map(FN_BASE, JUMPS + CODE, PROT_RX, PRIVATE_ANON_NOREPLACE, -1, 0) !== FN_BASE) return fail('no room for code in the child process');
    this.scratch = this.vm.memory.permanent(4096, 16);
    this.openLibraries(child);
    return child;
  }

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

  symbol(name: string): number {
    let at = this.symbols.get(name);
    if (at === undefined) {
      at = this.guarded(name, () => this.start().request(Request.symbol, 0, this.text(name)).value);
      this.symbols.set(name, at);
    }
    return at;
  }

  call(q: NativeCall): NativeResult { return this.guarded(q.name, () => this.converse(q)); }

  /** What goes wrong ends the child: C code that called back cannot be unwound. A later evaluation gets a new one. */
  private guarded<T>(name: string, run: () => T): T {
    try {
      return run();
    } catch (e) {
      this.child?.kill();
      this.child = null;
      this.callbacks = 0;
      this.code = FN_BASE + JUMPS;
      this.symbols.clear();
      this.thunks.clear();
      throw e instanceof ChildEnd ? new VmStop(`'${name}' ${e.message}`) : e;
    }
  }

  private converse(q: NativeCall): NativeResult {
    const child = this.start();
    this.placeCallbacks(child);
    const payload = new Uint8Array(q.words.length + 16);
    new DataView(payload.buffer).setBigUint64(0, BigInt(q.target), true);
    payload.set(q.words, 8);
    child.send(Request.call, this.thunk(q.sig, q.extra), q.errno, payload);
    for (;;) {
      // Other threads of C wait while a callback runs: one that waits for them would wait forever.
      if (this.callbacks > 0 && !child.replies(PATIENCE)) throw new VmStop(`'${q.name}' does not come back: threads cannot wait for each other at compile time`);
      const r = child.reply();
      if (r.kind === Reply.done) return { bits: new DataView(r.words.buffer).getBigUint64(r.words.length - 8, true), errno: r.errno };
      const outcome = r.words.slice();
      this.callbacks++;
      new DataView(outcome.buffer).setBigUint64(outcome.length - 8, this.vm.callback(r.value, r.words.subarray(0, r.words.length - 8)), true);
      this.callbacks--;
      child.send(Request.outcome, 0, 0, outcome);
    }
  }

  read(at: number, into: Uint8Array): void {
    if (!this.start().read(at, into)) throw new VmStop(`memory of C code at 0x${at.toString(16)} cannot be read`);
  }

  write(at: number, from: Uint8Array): void {
    const region = this.start().region(at);
    if (region === null || !this.start().write(at, from)) throw new VmStop(`memory of C code at 0x${at.toString(16)} cannot be written`);
  }

  region(at: number): { start: number; end: number } | null { return this.child === null ? null : this.child.region(at); }

  // ---- thunks

  /** Address of the code that calls a function of this signature: words are the function, the arguments, the result. */
  private thunk(sig: Sig, extra: readonly IrTy[]): number {
    const key = `${sig.id}:${extra.join(',')}`;
    let at = this.thunks.get(key);
    if (at === undefined) {
      at = this.place((m) => forwardThunk(m, sig, extra)).functions.get('thunk')!;
      this.thunks.set(key, at);
    }
    return at;
  }

  /** C code may call these functions through their code pointers from now on. */
  private placeCallbacks(child: Child): void {
    for (const fn of this.vm.takeCallbacks()) {
      const sig = this.vm.sigOf(fn);
      const at = this.place((m) => backwardThunk(m, fn, sig, child.callback)).functions.get('thunk')!;
      child.write(fnAddress(fn.id), jump(this.host.arch, at));
    }
  }

  private place(write: (m: Module) => Fn): Placed {
    const child = this.start();
    const m = new Module();
    const fn = write(m);
    const { arch } = this.host;
    const triple = `${arch}-linux-gnu`;
    const text = emitModule(m, this.types, { triple, arch, roots: [fn.id] });
    const object = compileText(text, { triple, opt: 0, kind: 'obj' });
    if (!object.ok) return fail(object.error);
    const placed = placeObject(object.bytes, this.code, arch, (name) => this.symbol(name));
    if (this.code + placed.bytes.length > FN_BASE + JUMPS + CODE) return fail('no room for more code in the child process');
    if (!child.write(this.code, placed.bytes)) {
      // Most likely it is gone, which the next reply tells.
      child.reply();
      return fail('code cannot be written to the child process');
    }
    this.code = Math.ceil((this.code + placed.bytes.length) / 64) * 64;
    return placed;
  }
}

function fail(why: string): never {
  throw new VmStop(`C functions cannot be called at compile time here: ${why}`);
}

function thunkFn(m: Module, params: readonly AbiSlot[], result: AbiSlot | null, b: Builder): Fn {
  const fn = m.addFn('thunk', 'thunk', m.sig(params, result, Abi.c), Linkage.export_, 0);
  fn.body = b.finish();
  return fn;
}

/** void thunk(words): words[0](words[1], …) → words[n]. */
function forwardThunk(m: Module, sig: Sig, extra: readonly IrTy[]): Fn {
  const b = new Builder(m);
  const words = b.inst(Op.param, IR_PTR, 0, 0, 0);
  const mem = sig.result !== null && sig.result.mem;
  let at = 8;
  const next = (ty: IrTy): number => {
    const v = b.load(ty, b.field(words, at));
    at += 8;
    return v;
  };
  const dst = mem ? next(IR_PTR) : 0;
  const args = [...sig.params.map((p) => next(p.ty)), ...extra.map(next)];
  const ty = sig.result === null || mem ? IR_VOID : sig.result!.ty;
  const r = b.callPtr(b.load(IR_PTR, words), m.sig(sig.params, sig.result, Abi.c, sig.variadic), ty, args, dst);
  if (ty !== IR_VOID) b.store(b.field(words, at), r);
  b.ret(0);
  return thunkFn(m, [WORD], null, b);
}

/** A function of signature `sig` that hands its arguments to the compiler as words and returns what comes back. */
function backwardThunk(m: Module, fn: Fn, sig: Sig, callback: number): Fn {
  const b = new Builder(m);
  const mem = sig.result !== null && sig.result.mem;
  const n = sig.params.length + (mem ? 1 : 0) + 1;
  const words = b.slot(8 * n, 8);
  let at = 0;
  const put = (v: number): void => {
    b.store(b.field(words, at), v);
    at += 8;
  };
  b.zero(words, 8 * n);
  if (mem) put(b.inst(Op.ret_slot, IR_PTR, 0, 0, 0));
  sig.params.forEach((p, i) => put(b.inst(Op.param, p.ty, i, 0, 0)));
  const word: AbiSlot = { ty: IR_I64, mem: false, type: 0, size: 8, align: 8 };
  const target = b.conv(Op.i2p, IR_PTR, m.int(IR_I64, callback));
  b.callPtr(target, m.sig([word, WORD, word], null, Abi.c), IR_VOID, [m.int(IR_I64, fn.id), words, m.int(IR_I64, n)], 0);
  b.ret(sig.result === null || mem ? 0 : b.load(sig.result.ty, b.field(words, at)));
  return thunkFn(m, sig.params, sig.result, b);
}
