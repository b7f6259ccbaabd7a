// Takes a function and everything it can reach that is not compiled yet; gives one WebAssembly module with all of it.
import { eachRef } from '../ir/refs.ts';
import { Abi, ConstKind, type FnBody, Linkage, type Module } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { type BatchPort, FnCompiler, HELPER_CALLS, type HostImport, hostKey, Unsupported } from './compile_fn.ts';
import type { CodeMap } from './frames.ts';
import { fromHost, toNumber } from './gen_num.ts';
import type { VmGlobals } from './globals.ts';
import { sigKey, tyChar } from './layout.ts';
import { ByteBuf, type TypeKey, WasmModule } from './wasm.ts';

/** Names and types of the imports every module has, in the order of Helper. */
export const HELPER_IMPORTS: readonly (readonly [string, TypeKey])[] = [
  ['bad', 'l>'], ['badFn', 'l>'], ['tick', '>'], ['tickCall', '>'], ['overflow', '>'], ['trap', 'l>'], ['fail', 'i>'],
  ['frem', 'dd>d'], ['sin', 'd>d'], ['cos', 'd>d'], ['rtti', 'ddi>d'], ['rttiValue', 'ddi>l'], ['errName', 'i>d'],
  ['memEq', 'lll>i'], ['memMove', 'lll>'], ['memSet', 'lil>'], ['memcpy', 'lll>l'], ['memset', 'lil>l'], ['memcmp', 'lll>i'],
  ['strlen', 'l>l'],
];

/** What a batch needs of the machine. */
export interface BatchHost {
  readonly module: Module;
  readonly globals: VmGlobals;
  /** 1 for every compiled function. */
  readonly compiled: readonly boolean[];
  readonly maps: (CodeMap | undefined)[];
  ensureBody(id: number): boolean;
  /** Whether calls of this symbol pass plain numbers (built-in functions). */
  numeric(symbol: string): boolean;
  message(text: string): number;
}

export type BatchResult =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly fns: readonly number[]; readonly imports: readonly HostImport[] }
  | { readonly ok: false; readonly reason: string; readonly fn: number };

export class Batch implements BatchPort {
  readonly module: Module;
  private readonly wasm = new WasmModule();
  private readonly order: number[] = [];
  private readonly index = new Map<number, number>();
  private readonly thunks = new Map<number, number>();
  private readonly hosts = new Map<string, HostImport>();
  private readonly work: number[] = [];
  private readonly seen = new Set<number>();

  constructor(private readonly host: BatchHost) {
    this.module = host.module;
    for (const [name, key] of HELPER_IMPORTS) this.wasm.importFn('env', name, key);
  }

  // ---- BatchPort

  fnIndex(id: number): number { return this.index.get(id) ?? -1; }
  typeIndex(key: TypeKey): number { return this.wasm.type(key); }
  globalAddress(id: number): number { return this.host.globals.address(id); }
  message(text: string): number { return this.host.message(text); }
  hostImport(symbol: string, key: TypeKey): HostImport { return this.hosts.get(`${symbol}:${key}`)!; }

  // ---- collecting

  private want(id: number): void {
    if (this.seen.has(id) || this.host.compiled[id] === true) return;
    this.seen.add(id);
    this.work.push(id);
  }

  private addHost(symbol: string, key: TypeKey): void {
    const name = `${symbol}:${key}`;
    if (this.hosts.has(name)) return;
    const numeric = this.host.numeric(symbol);
    const index = this.wasm.importFn('host', name, numeric ? `i${key.replaceAll('l', 'd')}` : `i${key}`);
    this.hosts.set(name, { name, symbol, key, numeric, index });
  }

  /** Bodies of everything reachable; 0 = all there, else the function without one. */
  private collect(roots: readonly number[]): number {
    const { module } = this;
    for (const r of roots) this.want(r);
    for (;;) {
      for (const id of this.host.globals.takeNeeded()) this.want(id);
      const id = this.work.pop();
      if (id === undefined) return 0;
      const fn = module.fns[id]!;
      const sig = module.sigs[fn.sig]!;
      if (fn.linkage === Linkage.extern && fn.body === null) {
        // Its address is taken: a function of the table that calls the host.
        if (sig.result === null || !sig.result.mem) {
          this.thunks.set(id, 0);
          this.addHost(fn.symbol, externKey(this.module, id));
        }
        continue;
      }
      if (fn.body === null && !this.host.ensureBody(id)) return id;
      const body = fn.body as FnBody | null;
      if (body === null) return id;
      if (sig.abi === Abi.naked) continue;
      this.order.push(id);
      this.scan(body);
    }
  }

  private scan(body: FnBody): void {
    const { module } = this;
    const visit = (ref: number): void => {
      if (ref >= 0) return;
      const c = module.consts[~ref]!;
      if (c.kind === ConstKind.fn) this.want(Number(c.value));
      else if (c.kind === ConstKind.global) this.host.globals.address(Number(c.value));
    };
    for (let i = 1; i < body.count; i++) {
      eachRef(body, i, visit);
      if (body.op[i] !== Op.call) continue;
      const callee = module.fns[body.a[i]!]!;
      if (callee.linkage !== Linkage.extern || callee.body !== null) {
        this.want(callee.id);
        continue;
      }
      const key = hostKey(module, body, i, module.sigs[callee.sig]!);
      if (HELPER_CALLS[callee.symbol]?.[1] !== key) this.addHost(callee.symbol, key);
    }
  }

  // ---- compiling

  build(roots: readonly number[]): BatchResult {
    const missing = this.collect(roots);
    if (missing !== 0) return { ok: false, reason: '', fn: missing };
    const { wasm, module } = this;
    let next = wasm.importCount;
    for (const id of this.order) this.index.set(id, next++);
    const marks: (readonly number[])[] = [];
    for (const id of this.order) {
      const fn = module.fns[id]!;
      try {
        const c = new FnCompiler(this, module.sigs[fn.sig]!, fn.body!).compile();
        wasm.fn(c.key, `f${id}`, c.locals, c.code);
        marks.push(c.marks);
      } catch (e) {
        if (e instanceof Unsupported) return { ok: false, reason: `${fn.display}: ${e.message}`, fn: id };
        throw e;
      }
    }
    for (const id of this.thunks.keys()) this.thunk(id);
    for (const id of this.order) wasm.elem(id, this.index.get(id)!);
    const { bytes, offsets } = wasm.finish(true);
    for (let k = 0; k < this.order.length; k++) {
      const at = offsets[k]!;
      const list = marks[k]!;
      const map: { offsets: number[]; insts: number[] } = { offsets: [], insts: [] };
      for (let j = 0; j < list.length; j += 2) {
        map.offsets.push(at + list[j]!);
        map.insts.push(list[j + 1]!);
      }
      this.host.maps[this.order[k]!] = map;
    }
    return { ok: true, bytes, fns: [...this.order, ...this.thunks.keys()], imports: [...this.hosts.values()] };
  }

  /** A table entry for an extern function. */
  private thunk(id: number): void {
    const fn = this.module.fns[id]!;
    const sig = this.module.sigs[fn.sig]!;
    const at = this.hostImport(fn.symbol, externKey(this.module, id));
    const code = new ByteBuf();
    code.get(0);
    sig.params.forEach((p, k) => {
      code.get(1 + k);
      if (at.numeric) toNumber(code, p.ty);
    });
    code.call(at.index);
    if (sig.result !== null) fromHost(code, sig.result.ty, at.numeric);
    code.end();
    this.wasm.elem(id, this.wasm.fn(sigKey(sig), `x${id}`, [], code));
  }
}

/** Type of the host import behind the address of extern function `id`. */
function externKey(module: Module, id: number): TypeKey {
  const sig = module.sigs[module.fns[id]!.sig]!;
  return sig.params.map((p) => tyChar(p.ty)).join('') + '>' + (sig.result === null ? '' : tyChar(sig.result.ty));
}
