// Takes the evaluator's calls of C functions; gives them to the child process, with memory, errno and callbacks brought over.
import { Abi, type AbiSlot, type Fn, type Module, type Sig } from '../ir/module.ts';
import { IR_I64, type IrTy } from '../types/ir_type.ts';
import { Foreign } from './foreign.ts';
import type { VmHost } from './host.ts';
import { type VmMemory, VmStop } from './memory.ts';
import type { NativePort } from './native.ts';

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

/** The symbol that stands for whatever C function is at an address of the child's. */
export const foreignSymbol = (at: number): string => `*${at}`;
const addressOf = (symbol: string): number | null => (symbol.startsWith('*') ? Number(symbol.slice(1)) : null);

export class NativeSide {
  private port: NativePort | null = null;
  private readonly foreign: Foreign;
  private callbacks: number[] = [];
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
    const at = this.start(name).symbol(name);
    return at === 0 ? -1 : at;
  }

  addressTaken(id: number): void { if (this.host.native !== undefined) this.callbacks.push(id); }

  forward(symbol: string, args: readonly number[]): number {
    const { module } = this.vm;
    const sig = module.sigs[module.sig(args.map(() => WORD), WORD, Abi.c)]!;
    const v = new DataView(new ArrayBuffer(8 * args.length));
    args.forEach((x, i) => v.setBigInt64(8 * i, BigInt(x), true));
    return Number(BigInt.asIntN(64, this.call(symbol, sig, [], new Uint8Array(v.buffer))));
  }

  /** The bits of the result. */
  call(symbol: string, sig: Sig, extra: readonly IrTy[], words: Uint8Array): bigint {
    const port = this.start(symbol);
    const target = addressOf(symbol) ?? port.symbol(symbol);
    if (target === 0) throw new VmStop(`cannot call '${symbol}' at compile time: neither the C library nor a library of the program has it`);
    const at = this.errnoAt;
    const errno = this.vm.memory.view.getInt32(at, true);
    this.foreign.flush();
    const r = this.attempt(() => port.call({ name: symbol.startsWith('*') ? `the C function at 0x${target.toString(16)}` : symbol, target, sig, extra, words, errno }));
    this.foreign.refresh();
    this.vm.memory.view.setInt32(at, r.errno, true);
    if (OPENING[symbol] !== undefined) this.noteOpened(OPENING[symbol], words, r.bits);
    return r.bits;
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

  private start(symbol: string): NativePort {
    if (this.port !== null) return this.port;
    const { native, noNative } = this.host;
    if (native === undefined) throw new VmStop(`cannot call '${symbol}' at compile time${noNative === undefined ? '' : `: ${noNative}`}`);
    const { vm } = this;
    this.port = native({
      memory: vm.memory,
      takeCallbacks: (): readonly Fn[] => this.callbacks.splice(0).map((id) => vm.module.fns[id]!),
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
