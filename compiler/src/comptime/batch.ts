// Takes a function and everything it can reach that is not compiled yet; gives one WebAssembly module with all of it.
import { eachRef } from '../ir/refs.ts';
import { Abi, ConstKind, type Fn, type FnBody, Linkage, type Module, type Sig } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { openBody } from '../ir/packed_body.ts';
import { asmSymbol, nakedSymbol } from './callee.ts';
import { FnCompiler, Unsupported } from './compile_fn.ts';
import { type BatchPort, type HostCall, writeHostCall } from './gen_call.ts';
import { IR_PTR, type IrTy } from '../types/ir_type.ts';
import type { CodeMap } from './frames.ts';
import type { VmGlobals } from './globals.ts';
import { sigKey, TABLE_FNS, tyChar } from './layout.ts';
import type { AsmSite } from './native.ts';
import { ByteBuf, type TypeKey, WasmModule } from './wasm.ts';

/** What a batch needs of the machine. */
export interface BatchHost {
  readonly module: Module;
  readonly globals: VmGlobals;
  /** 1 for every compiled function. */
  readonly compiled: readonly boolean[];
  readonly maps: (CodeMap | undefined)[];
  ensureBody(id: number): boolean;
  /** The program takes the address of this function. */
  point(id: number): void;
  /** Functions whose addresses are known, that are not compiled and can be now. */
  pointed(): readonly number[];
  /** A function of `pointed` is not in this batch: `missing`, which it is or calls, has no body now. */
  isMissing(id: number, missing: number): void;
  hostCall(symbol: string, key: TypeKey, sig: Sig, extra: readonly IrTy[]): HostCall;
  /** The number of an asm expression. */
  asmSite(site: AsmSite): number;
  message(text: string): number;
}

export type BatchResult =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly fns: readonly number[] }
  | { readonly ok: false; readonly reason: string; readonly fn: number };

export class Batch implements BatchPort {
  readonly module: Module;
  private readonly wasm = new WasmModule();
  private readonly order: number[] = [];
  private readonly index = new Map<number, number>();
  private readonly thunks: number[] = [];
  private readonly work: number[] = [];
  private readonly seen = new Set<number>();
  /** The function that is being compiled. */
  private current: Fn | null = null;
  /** What the collecting under way has seen first. */
  private readonly added: number[] = [];

  constructor(private readonly host: BatchHost) {
    this.module = host.module;
  }

  // ---- BatchPort

  fnIndex(id: number): number { return this.index.get(id) ?? -1; }
  typeIndex(key: TypeKey): number { return this.wasm.type(key); }
  globalAddress(id: number): number { return this.host.globals.address(id); }
  message(text: string): number { return this.host.message(text); }
  hostCall(symbol: string, key: TypeKey, sig: Sig, extra: readonly IrTy[]): HostCall { return this.host.hostCall(symbol, key, sig, extra); }

  asmCall(inst: number, args: AsmSite['args'], key: TypeKey, sig: Sig): HostCall {
    const fn = this.current!;
    const body = fn.body!;
    const site = this.host.asmSite({ fn, pos: body.pos[inst]!, blob: body.asms[body.a[inst]!]!, args });
    return this.hostCall(asmSymbol(site), key, sig, []);
  }

  // ---- collecting

  private want(id: number): void {
    if (this.seen.has(id) || this.host.compiled[id] === true) return;
    this.seen.add(id);
    this.added.push(id);
    this.work.push(id);
  }

  /** Bodies of everything that is called from there; 0 = all there, else the function without one. */
  private collect(roots: readonly number[]): number {
    const { module } = this;
    for (const r of roots) this.want(r);
    for (;;) {
      const id = this.work.pop();
      if (id === undefined) return 0;
      const fn = module.fns[id]!;
      const sig = module.sigs[fn.sig]!;
      if (fn.linkage === Linkage.extern && fn.body === null) {
        // Its address is taken: a function of the table that calls the host.
        this.thunks.push(id);
        continue;
      }
      if (fn.body === null && !this.host.ensureBody(id)) return id;
      // Checking a body may have run evaluations of its own.
      if (this.host.compiled[id] === true) continue;
      const body = fn.body as FnBody | null;
      if (body === null) return id;
      if (sig.abi === Abi.naked) {
        for (const named of openBody(body).asms[0]?.fns ?? []) this.host.point(named);
        this.thunks.push(id);
        continue;
      }
      this.order.push(id);
      this.scan(openBody(body));
    }
  }

  /**
   * Functions of which the addresses are known, each with what it calls. One whose code is not to be had now is left out: a body
   * that is being checked needs the evaluation that this batch is for, and what has errors is not called.
   */
  private collectPointed(): void {
    const tried = new Set<number>();
    for (;;) {
      // What is collected stays pointed until it is compiled: evaluations within this loop may call it.
      const list = this.host.pointed().filter((id) => !tried.has(id));
      if (list.length === 0) return;
      for (const id of list) {
        tried.add(id);
        const { length } = this.order;
        const thunks = this.thunks.length;
        this.added.length = 0;
        const missing = this.collect([id]);
        if (missing === 0) continue;
        this.order.length = length;
        this.thunks.length = thunks;
        this.work.length = 0;
        for (const x of this.added) this.seen.delete(x);
        this.host.isMissing(id, missing);
      }
    }
  }

  private scan(body: FnBody): void {
    const { module } = this;
    const visit = (ref: number): void => {
      if (ref >= 0) return;
      const c = module.consts[~ref]!;
      if (c.kind === ConstKind.fn) this.host.point(Number(c.value));
      else if (c.kind === ConstKind.global) this.host.globals.address(Number(c.value));
    };
    for (const blob of body.asms) for (const id of blob.fns ?? []) this.host.point(id);
    for (let i = 1; i < body.count; i++) {
      eachRef(body, i, visit);
      if (body.op[i] !== Op.call) continue;
      const callee = module.fns[body.a[i]!]!;
      if (callee.linkage !== Linkage.extern || callee.body !== null) this.want(callee.id);
    }
  }

  // ---- compiling

  build(roots: readonly number[]): BatchResult {
    const missing = this.collect(roots);
    if (missing !== 0) return { ok: false, reason: '', fn: missing };
    this.collectPointed();
    const { wasm, module } = this;
    let next = 0;
    for (const id of this.order) this.index.set(id, next++);
    const marks: (readonly number[])[] = [];
    for (const id of this.order) {
      const fn = module.fns[id]!;
      this.current = fn;
      try {
        const c = new FnCompiler(this, module.sigs[fn.sig]!, openBody(fn.body!)).compile();
        wasm.fn(c.key, `f${id}`, c.locals, c.code);
        marks.push(c.marks);
      } catch (e) {
        if (e instanceof Unsupported) return { ok: false, reason: `${fn.display}: ${e.message}`, fn: id };
        throw e;
      }
    }
    for (const id of this.thunks) this.thunk(id);
    for (const id of this.order) wasm.elem(TABLE_FNS + id, this.index.get(id)!);
    const { bytes, offsets } = wasm.finish();
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
    return { ok: true, bytes, fns: [...this.order, ...this.thunks] };
  }

  /** A table entry for an extern or a naked function: the host call with the parameters as they come. */
  private thunk(id: number): void {
    const fn = this.module.fns[id]!;
    const sig = this.module.sigs[fn.sig]!;
    const symbol = sig.abi === Abi.naked ? nakedSymbol(id) : fn.symbol;
    const mem = sig.result !== null && sig.result.mem;
    const types = mem ? [IR_PTR] : [];
    for (const p of sig.params) types.push(p.ty);
    const key = types.map(tyChar).join('') + '>' + (sig.result === null || mem ? '' : tyChar(sig.result.ty));
    const code = new ByteBuf();
    const push = types.map((ty, k) => () => {
      code.get(1 + k);
      return ty;
    });
    writeHostCall(code, this, this.hostCall(symbol, key, sig, []), 0, push, sig, () => {});
    code.end();
    this.wasm.elem(TABLE_FNS + id, this.wasm.fn(sigKey(sig), `x${id}`, [], code));
  }
}
