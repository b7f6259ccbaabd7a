// Takes the evaluator's calls of C functions; gives them to the child process, with memory, errno and callbacks brought over.
import { Abi, type AbiSlot, type FnId, Linkage, type Module, type Sig } from '../ir/module.ts';
import { IR_I64, type IrTy } from '../types/ir_type.ts';
import { type Callee, calleeOf } from './callee.ts';
import { Foreign } from './foreign.ts';
import type { VmHost } from './host.ts';
import { type VmMemory, VmStop } from './memory.ts';
import type { AsmSite, NativePort } from './native.ts';

interface Machine {
  readonly module: Module;
  readonly memory: VmMemory;
  callback(fn: number, words: Uint8Array): bigint;
}

/** The C functions that open files: which argument is the path (the mode follows), whether the result is a stream. */
interface Opening {
  readonly path: number;
  readonly stream: boolean;
}
const OPENING: Readonly<Record<string, Opening>> = {
  open: { path: 0, stream: false }, open64: { path: 0, stream: false }, openat: { path: 1, stream: false }, openat64: { path: 1, stream: false },
  fopen: { path: 0, stream: true }, fopen64: { path: 0, stream: true },
};
const WRITE_ONLY = 1;
const WORD: AbiSlot = { ty: IR_I64, mem: false, type: 0, size: 8, align: 8 };

export class NativeSide {
  private port: NativePort | null = null;
  private readonly foreign: Foreign;
  private readonly callbacks: FnId[] = [];
  private readonly taken = new Set<FnId>();
  private readonly sites: AsmSite[] = [];
  private errno = 0;

  constructor(private readonly vm: Machine, private readonly host: VmHost) {
    this.foreign = new Foreign(vm.memory, () => this.port);
    if (host.native === undefined) return;
    vm.memory.foreign = (at, n) => this.foreign.place(at, n);
    vm.memory.foreignLength = (at) => this.foreign.length(at);
  }

  /** Where the program finds errno. */
  get errnoAt(): number {
    if (this.errno === 0) this.errno = this.vm.memory.permanent(4, 4);
    return this.errno;
  }

  /** Address of a global of C, -1 when there is none. */
  global(name: string): number {
    if (this.host.native === undefined) return -1;
    const at = this.start(`the variable '${name}' of C`).symbol(name);
    return at === 0 ? -1 : at;
  }

  /** C, and assembly, may call `id` through its code pointer from now on. */
  addressTaken(id: FnId): void {
    if (this.host.native === undefined || this.taken.has(id)) return;
    this.taken.add(id);
    this.callbacks.push(id);
  }

  /** The number of an asm expression that code is being compiled for. */
  asmSite(site: AsmSite): number { return this.sites.push(site) - 1; }

  forward(symbol: string, args: readonly number[]): number {
    const { module } = this.vm;
    const sig = module.sigs[module.sig(args.map(() => WORD), WORD, Abi.c)]!;
    const v = new DataView(new ArrayBuffer(8 * args.length));
    args.forEach((x, i) => v.setBigInt64(8 * i, BigInt(x), true));
    return Number(BigInt.asIntN(64, this.call(symbol, sig, [], new Uint8Array(v.buffer))));
  }

  /** The bits of the result. */
  call(symbol: string, sig: Sig, extra: readonly IrTy[], words: Uint8Array): bigint {
    const callee = calleeOf(symbol);
    const name = this.nameOf(callee);
    const port = this.start(name);
    const target = this.attempt(() => this.targetOf(port, callee));
    const at = this.errnoAt;
    const errno = this.vm.memory.view.getInt32(at, true);
    this.foreign.flush();
    const r = this.attempt(() => port.call({ name, target, sig, extra, words, errno }));
    this.foreign.refresh();
    this.vm.memory.view.setInt32(at, r.errno, true);
    if (OPENING[symbol] !== undefined) this.noteOpened(OPENING[symbol], words, r.bits);
    return r.bits;
  }

  /** Who is called, for messages. */
  private nameOf(c: Callee): string {
    switch (c.kind) {
      case 'symbol': return `'${c.name}'`;
      case 'address': return `'the C function at 0x${c.at.toString(16)}'`;
      case 'naked': return `'${this.vm.module.fns[c.fn]!.display}'`;
      default: return `the assembly in '${this.sites[c.site]!.fn.display}'`;
    }
  }

  private targetOf(port: NativePort, c: Callee): number | AsmSite {
    switch (c.kind) {
      case 'address': return c.at;
      case 'naked': return port.naked(this.vm.module.fns[c.fn]!);
      case 'asm': return this.sites[c.site]!;
      default: {
        const at = port.symbol(c.name);
        if (at === 0) throw new VmStop(`cannot call '${c.name}' at compile time: neither the C library nor a library of the program has it`);
        return at;
      }
    }
  }

  /** Tells of a file that was opened for reading. */
  private noteOpened(o: Opening, words: Uint8Array, bits: bigint): void {
    const word = (i: number): number => Number(new DataView(words.buffer, words.byteOffset).getBigUint64(8 * i, true));
    const { memory } = this.vm;
    const failed = o.stream ? bits === 0n : BigInt.asIntN(32, bits) < 0n;
    const reads = o.stream ? /r|\+/.test(memory.cstring(word(o.path + 1))) : (word(o.path + 1) & WRITE_ONLY) === 0;
    if (!failed && reads) this.host.opened?.(memory.cstring(word(o.path)));
  }

  private attempt<T>(run: () => T): T {
    try {
      return run();
    } catch (e) {
      this.foreign.forget();
      throw e;
    }
  }

  /** `what` is to run, or to be looked at. */
  private start(what: string): NativePort {
    if (this.port !== null) return this.port;
    const { native, noNative } = this.host;
    if (native === undefined) throw new VmStop(`cannot ${what.startsWith('the assembly') ? 'run' : 'call'} ${what} at compile time${noNative === undefined ? '' : `: ${noNative}`}`);
    const { vm } = this;
    this.port = native({
      memory: vm.memory,
      callbacks: this.callbacks,
      sites: this.sites,
      globalAsm: vm.module.globalAsm,
      fn: (id) => vm.module.fns[id]!,
      exported: (symbol) => vm.module.fns.find((f) => f?.linkage === Linkage.export_ && f.symbol === symbol) ?? null,
      sigOf: (fn) => vm.module.sigs[fn.sig]!,
      callback: (fn, words) => {
        this.foreign.refresh();
        const bits = vm.callback(fn, words);
        this.foreign.flush();
        return bits;
      },
    });
    return this.port;
  }
}
