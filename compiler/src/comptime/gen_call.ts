// Takes calls (of sx functions, code pointers, the host) and reads of type information; writes their WebAssembly code.
import { callArgs } from '../ir/refs.ts';
import { Abi, ConstKind, type FnBody, Linkage, type Module, type Sig } from '../ir/module.ts';
import { RttiCol } from '../ir/op.ts';
import { IR_PTR, IR_VOID, type IrTy } from '../types/ir_type.ts';
import { nakedSymbol } from './callee.ts';
import type { MemGen } from './gen_mem.ts';
import { fromNumber, normalise, toNumber } from './gen_num.ts';
import { Helper, HELPER_CALLS, HELPER_KEYS } from './helpers.ts';
import { FN_BASE, FN_SHIFT, HOST_ARGS, HOST_RESULT, PAIR, sigKey, TABLE_FNS, tyChar, vtOf } from './layout.ts';
import type { AsmSite } from './native.ts';
import { type ByteBuf, type TypeKey, Vt, W } from './wasm.ts';

/** A host function as compiled code calls it: a number for Helper.dispatch. */
export interface HostCall {
  readonly id: number;
  /** Arguments and result are plain numbers; otherwise they go through memory, exact to 64 bits. */
  readonly numeric: boolean;
}

/** Most arguments a numeric host call can pass. */
export const NUMERIC_ARGS = 4;

/** What a function compiler asks of the batch it is compiled in. */
export interface BatchPort {
  readonly module: Module;
  /** Index of a function of this batch, -1 when it is compiled already and called through the table. */
  fnIndex(id: number): number;
  typeIndex(key: TypeKey): number;
  /** A host function, by symbol and type. */
  hostCall(symbol: string, key: TypeKey, sig: Sig, extra: readonly IrTy[]): HostCall;
  /** Address of a global; -1 when it has none at compile time. */
  globalAddress(id: number): number;
  /** An asm expression of the function that is compiled, as a host call. */
  asmCall(inst: number, args: AsmSite['args'], key: TypeKey, sig: Sig): HostCall;
  /** Number of a message for Helper.fail. */
  message(text: string): number;
}

/** Type of the host function behind a call: as the program passes its arguments. */
export function hostKey(module: Module, body: FnBody, i: number, sig: Sig): TypeKey {
  const [at, n] = callArgs(body, i);
  let key = sig.result !== null && sig.result.mem ? 'l' : '';
  for (let k = 0; k < n; k++) {
    const ref = body.extra[at + k]!;
    key += tyChar(ref > 0 ? body.ty[ref]! : module.consts[~ref]!.ty);
  }
  return key + '>' + (sig.result === null || sig.result.mem ? '' : tyChar(sig.result.ty));
}

/** Types of the arguments beyond the parameters. */
function extraTypes(module: Module, body: FnBody, i: number, sig: Sig): IrTy[] {
  const [at, n] = callArgs(body, i);
  const out: IrTy[] = [];
  for (let k = sig.params.length; k < n; k++) {
    const ref = body.extra[at + k]!;
    out.push(ref > 0 ? body.ty[ref]! : module.consts[~ref]!.ty);
  }
  return out;
}

/** What the code of calls asks of the function compiler. */
export interface CallGen extends MemGen {
  readonly batch: BatchPort;
  readonly fp: number;
  fail(text: string, inst: number): void;
  define(i: number): void;
  frameAddress(offset: number): void;
  scratch(size: number, align: number): number;
}

export function call(g: CallGen, i: number): void {
  const { module } = g.batch;
  const fn = module.fns[g.body.a[i]!]!;
  const sig = module.sigs[fn.sig]!;
  const [at, n] = callArgs(g.body, i);
  const code = g.code;
  if (fn.body === null && fn.linkage === Linkage.extern) {
    const key = hostKey(module, g.body, i, sig);
    const helper = HELPER_CALLS[fn.symbol];
    if (helper !== undefined && HELPER_KEYS[helper] === key) {
      for (let k = 0; k < n; k++) g.value(g.body.extra[at + k]!);
      g.mark(i);
      g.helper(helper);
    } else hostCall(g, i, sig, g.batch.hostCall(fn.symbol, key, sig, extraTypes(module, g.body, i, sig)), at, n);
  } else if (sig.abi === Abi.naked) {
    const key = hostKey(module, g.body, i, sig);
    hostCall(g, i, sig, g.batch.hostCall(nakedSymbol(fn.id), key, sig, []), at, n);
  } else {
    pushArgs(g, i, sig, at, n);
    const index = g.batch.fnIndex(fn.id);
    if (index < 0) code.i32c(TABLE_FNS + fn.id);
    g.mark(i);
    if (index >= 0) code.call(index);
    else code.callIndirect(g.batch.typeIndex(sigKey(sig)));
  }
  if (sig.result !== null && !sig.result.mem) g.define(i);
}

/** Pushes the frame pointer, the address of an aggregate result, the arguments. */
function pushArgs(g: CallGen, i: number, sig: Sig, at: number, n: number): void {
  g.code.get(g.fp);
  pushResult(g, i, sig);
  for (let k = 0; k < n; k++) g.value(g.body.extra[at + k]!);
}

/** Pushes where an aggregate result goes; nothing when there is none. */
function pushResult(g: CallGen, i: number, sig: Sig): void {
  if (sig.result === null || !sig.result.mem) return;
  if (g.body.c[i] !== 0) g.value(g.body.c[i]!);
  else g.frameAddress(g.scratch(sig.result.size, sig.result.align));
}

function hostCall(g: CallGen, i: number, sig: Sig, host: HostCall, at: number, n: number): void {
  const { code } = g;
  const push: (() => IrTy)[] = [];
  if (sig.result !== null && sig.result.mem) {
    push.push(() => {
      pushResult(g, i, sig);
      return IR_PTR;
    });
  }
  for (let k = 0; k < n; k++) {
    push.push(() => {
      g.value(g.body.extra[at + k]!);
      return g.typeOf(g.body.extra[at + k]!);
    });
  }
  writeHostCall(code, g.batch, host, g.fp, push, sig, () => g.mark(i));
}

/** The symbol of the C function whose address is the constant `ref`; null when it is anything else. */
function externOf(g: CallGen, ref: number): string | null {
  const { module } = g.batch;
  const c = ref < 0 ? module.consts[~ref]! : null;
  if (c === null || c.kind !== ConstKind.fn) return null;
  const fn = module.fns[Number(c.value)]!;
  return fn.linkage === Linkage.extern && fn.body === null ? fn.symbol : null;
}

export function callPtr(g: CallGen, i: number): void {
  const code = g.code;
  const sig = g.batch.module.sigs[g.body.extra[g.body.b[i]!]!]!;
  const [at, n] = callArgs(g.body, i);
  const named = externOf(g, g.body.a[i]!);
  if (named !== null) {
    // A call of a C function by a signature of its own (aggregates in a variadic tail).
    hostCall(g, i, sig, g.batch.hostCall(named, hostKey(g.batch.module, g.body, i, sig), sig, extraTypes(g.batch.module, g.body, i, sig)), at, n);
    if (sig.result !== null && !sig.result.mem) g.define(i);
    return;
  }
  pushArgs(g, i, sig, at, n);
  const t = g.temp(Vt.i64);
  const scalar = sig.result === null || !sig.result.mem;
  g.value(g.body.a[i]!);
  if (!scalar && sig.abi === Abi.sx) {
    code.i64c(~PAIR);
    code.op(W.i64_and);
  }
  code.i64c(FN_BASE);
  code.op(W.i64_sub);
  code.i64c(FN_SHIFT);
  code.op(W.i64_rotr);
  code.tee(t);
  code.i64c(0x7fffffff - TABLE_FNS);
  code.op(W.i64_ge_u);
  code.if_();
  code.get(t);
  g.mark(i);
  if (scalar || sig.abi === Abi.c) {
    code.i32c(sig.id);
    g.helper(Helper.entry);
    code.i32c(TABLE_FNS);
    code.op(W.i32_sub);
    code.op(W.i64_extend_i32_u);
    code.set(t);
  } else g.helper(Helper.badFn);
  code.end();
  code.get(t);
  code.op(W.i32_wrap_i64);
  code.i32c(TABLE_FNS);
  code.op(W.i32_add);
  g.freeTemp(Vt.i64, t);
  g.mark(i);
  code.callIndirect(g.batch.typeIndex(sigKey(sig)));
  if (sig.result !== null && !sig.result.mem) g.define(i);
}

/** An asm expression: its operands and the places of its outputs are words. */
export function asm(g: CallGen, i: number): void {
  const { module } = g.batch;
  const { a, b, asms, extra } = g.body;
  const at = b[i]!;
  const refs = Array.from(extra.subarray(at + 1, at + 1 + extra[at]!));
  const args = refs.map((r) => ({ ty: g.typeOf(r), value: r < 0 ? module.consts[~r]! : null }));
  const push = [...refs, ...asms[a[i]!]!.outs].map((r) => (): IrTy => {
    g.value(r);
    return g.typeOf(r);
  });
  const sig = module.sigs[module.sig([], null, Abi.c)]!;
  const key = `${args.map((x) => tyChar(x.ty)).join('')}${'l'.repeat(push.length - args.length)}>`;
  writeHostCall(g.code, g.batch, g.batch.asmCall(i, args, key, sig), g.fp, push, sig, () => g.mark(i));
}

export function rtti(g: CallGen, i: number): void {
  const { a, b, c, ty } = g.body;
  const code = g.code;
  g.value64(a[i]!);
  code.op(W.f64_convert_i64_u);
  if (b[i] === 0) code.i64c(0);
  else g.value64(b[i]!);
  code.op(W.f64_convert_i64_s);
  code.i32c(c[i]!);
  g.mark(i);
  if (c[i] === RttiCol.member_value) {
    g.helper(Helper.rttiValue);
  } else {
    g.helper(Helper.rtti);
    code.op(W.i64_trunc_sat_f64_s);
  }
  if (vtOf(ty[i]!) === Vt.i32) {
    code.op(W.i32_wrap_i64);
    normalise(code, ty[i]!);
  }
  g.define(i);
}

/** Calls a helper through its place in the table. */
export function callHelper(out: ByteBuf, batch: BatchPort, h: Helper): void {
  out.i32c(h);
  out.callIndirect(batch.typeIndex(HELPER_KEYS[h]!));
}

/**
 * A host call. All of them go through one imported function (an import wrapper per signature and module would cost
 * the engine more than the whole rest of a small batch). `push[k]` pushes argument k and tells its type.
 */
export function writeHostCall(
  code: ByteBuf, batch: BatchPort, host: HostCall, sp: number, push: readonly (() => IrTy)[], sig: Sig, mark: () => void,
): void {
  const result = sig.result === null || sig.result.mem ? IR_VOID : sig.result.ty;
  if (!host.numeric) {
    push.forEach((p, k) => {
      code.i32c(0);
      const vt = vtOf(p());
      code.mem(vt === Vt.i64 ? W.i64_store : vt === Vt.i32 ? W.i32_store : vt === Vt.f32 ? W.f32_store : W.f64_store, HOST_ARGS + 8 * k);
    });
  }
  code.i32c(host.id);
  code.get(sp);
  for (let k = 0; k < NUMERIC_ARGS; k++) {
    if (host.numeric && k < push.length) toNumber(code, push[k]!());
    else {
      code.op(W.f64_const);
      code.f64(0);
    }
  }
  mark();
  callHelper(code, batch, Helper.dispatch);
  if (result === IR_VOID) code.op(W.drop);
  else if (!host.numeric && vtOf(result) === Vt.i64) {
    code.op(W.drop);
    code.i32c(0);
    code.mem(W.i64_load, HOST_RESULT);
    normalise(code, result);
  } else fromNumber(code, result);
}
