// Takes signatures, asm expressions and naked functions; gives modules of IR whose code runs in the child process: calls of C by words,
// functions that C calls back, assembly by words.
import type { AsmSite } from '../comptime/native.ts';
import { Builder } from '../ir/builder.ts';
import { Abi, type AbiSlot, type AsmBlob, ConstKind, type Fn, Linkage, Module, type Ref, type Sig } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_I64, IR_PTR, IR_VOID, type IrTy } from '../types/ir_type.ts';

const WORD: AbiSlot = { ty: IR_PTR, mem: false, type: 0, size: 8, align: 8 };
const NUMBER: AbiSlot = { ty: IR_I64, mem: false, type: 0, size: 8, align: 8 };

/** A module, and its functions that must exist; they are called by their symbols. */
export interface NativeCode {
  readonly module: Module;
  readonly roots: readonly Fn[];
}

function code(write: (m: Module) => readonly Fn[]): NativeCode {
  const module = new Module();
  return { module, roots: write(module) };
}

function define(m: Module, symbol: string, params: readonly AbiSlot[], result: AbiSlot | null, b: Builder, abi = Abi.c): Fn {
  const fn = m.addFn(symbol, symbol, m.sig(params, result, abi), Linkage.export_, 0);
  fn.body = b.finish();
  return fn;
}

/** Reads words one after the other. */
function reader(b: Builder, words: Ref, first: number): (ty: IrTy) => Ref {
  let at = first;
  return (ty) => {
    const v = b.load(ty, b.field(words, at));
    at += 8;
    return v;
  };
}

/** void thunk(words): words[0](words[1], …) → words[n]. */
export function forwardThunk(sig: Sig, extra: readonly IrTy[]): NativeCode {
  return code((m) => {
    const b = new Builder(m);
    const words = b.inst(Op.param, IR_PTR, 0, 0, 0);
    const mem = sig.result !== null && sig.result.mem;
    const next = reader(b, words, 8);
    const dst = mem ? next(IR_PTR) : 0;
    const args = [...sig.params.map((p) => next(p.ty)), ...extra.map(next)];
    const ty = sig.result === null || mem ? IR_VOID : sig.result!.ty;
    const r = b.callPtr(b.load(IR_PTR, words), m.sig(sig.params, sig.result, Abi.c, sig.variadic), ty, args, dst);
    if (ty !== IR_VOID) b.store(b.field(words, 8 * (1 + args.length + (mem ? 1 : 0))), r);
    b.ret(0);
    return [define(m, 'thunk', [WORD], null, b)];
  });
}

/** A function of signature `sig` that hands its arguments to the compiler as words and returns what comes back. */
export function backwardThunk(fn: Fn, sig: Sig, callback: number): NativeCode {
  return code((m) => {
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
    const target = b.conv(Op.i2p, IR_PTR, m.int(IR_I64, callback));
    b.callPtr(target, m.sig([NUMBER, WORD, NUMBER], null, Abi.c), IR_VOID, [m.int(IR_I64, fn.id), words, m.int(IR_I64, n)], 0);
    b.ret(sig.result === null || mem ? 0 : b.load(sig.result.ty, b.field(words, at)));
    return [define(m, 'thunk', sig.params, sig.result, b)];
  });
}

/** The symbol of the n-th asm expression of a module. */
export const siteSymbol = (n: number): string => `asm${n}`;

/** void asmN(words): the operands from words[1] on, then the places of the outputs; a constant operand stays a constant. */
export function asmThunks(sites: readonly AsmSite[]): NativeCode {
  return code((m) => sites.map((site, n) => {
    const b = new Builder(m);
    b.at = site.pos;
    const next = reader(b, b.inst(Op.param, IR_PTR, 0, 0, 0), 8);
    const args = site.args.map(({ ty, value }) => {
      const passed = next(ty);
      switch (value?.kind) {
        case ConstKind.int: return m.int(ty, value.value);
        case ConstKind.float: return m.float(ty, Number(value.value));
        default: return passed;
      }
    });
    const outs = site.blob.outs.map(() => next(IR_PTR));
    writeAsm(b, { ...site.blob, outs }, args);
    b.ret(0);
    return define(m, siteSymbol(n), [WORD], null, b);
  }));
}

/** The function as it is, in C's convention. */
export function nakedCopy(sig: Sig, blob: AsmBlob, pos: number): NativeCode {
  return code((m) => {
    const b = new Builder(m);
    b.at = pos;
    writeAsm(b, blob, []);
    b.unreachable();
    return [define(m, 'naked', sig.params, sig.result, b, Abi.naked)];
  });
}

/** Module-level assembly and nothing else. */
export function globalAsmCode(texts: readonly string[]): NativeCode {
  return code((m) => {
    m.globalAsm.push(...texts);
    return [];
  });
}

function writeAsm(b: Builder, blob: AsmBlob, args: readonly Ref[]): void { b.inst(Op.asm, IR_VOID, b.asm(blob), b.list([...args]), 0); }
