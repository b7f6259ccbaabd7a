// Takes a module of IR; gives LLVM text of everything that its roots reach.
import { ice } from '../base/ice.ts';
import { type Fn, type Global, Linkage, type Module } from '../ir/module.ts';
import type { Types } from '../types/types.ts';
import type { Arch } from './abi.ts';
import { writeParams } from './call.ts';
import { emitGlobal } from './data.ts';
import { DebugWriter } from './debug.ts';
import { emitEntry } from './entry.ts';
import { emitFn } from './fn.ts';
import { FnWriter } from './fn_writer.ts';
import type { EmitOptions } from './options.ts';
import { RttiTable } from './rtti.ts';
import { EmitState } from './state.ts';
import { SUPPORT } from './support.ts';
import { escapeName, Text } from './text.ts';

const DATA_LAYOUT: Readonly<Record<Arch, string>> = {
  x86_64: 'e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128',
  aarch64: 'e-m:e-i8:8:32-i16:16:32-i64:64-i128:128-n32:64-S128-Fn32',
};

/** LLVM text (latin-1 bytes) in the dialect that LLVM 14 and 19 both read. */
export function emitModule(module: Module, types: Types, opts: EmitOptions): Uint8Array {
  const st = new EmitState(module, types, opts);
  const out = st.out;
  out.str(`target datalayout = "${DATA_LAYOUT[opts.arch]}"\ntarget triple = "${opts.triple}"\n`);
  for (const text of module.globalAsm) {
    for (const line of text.split('\n')) out.str(`module asm "${escapeName(line)}"\n`);
  }
  const debug = opts.debug ? new DebugWriter(st, opts.debug) : null;
  const w = new FnWriter(st, debug);
  for (const id of opts.roots) st.fnName(id);
  for (const id of opts.rootGlobals ?? []) st.globalName(id);
  if (opts.entry) emitEntry(st, opts.entry);
  const table = new RttiTable(st);
  let fns = 0;
  let globals = 0;
  do {
    while (fns < st.fnQueue.length) emitQueued(w, module.fns[st.fnQueue[fns++]!]!);
    while (globals < st.globalQueue.length) emitQueuedGlobal(st, debug, module.globals[st.globalQueue[globals++]!]!);
  } while (table.advance() || fns < st.fnQueue.length || globals < st.globalQueue.length);
  table.finish();
  for (const name of st.supports) out.str(SUPPORT[name]!.text);
  st.finish();
  debug?.finish();
  return out.done();
}

function emitQueuedGlobal(st: EmitState, debug: DebugWriter | null, g: Global): void {
  const suffix = debug === null || g.linkage === Linkage.extern ? '' : debug.globalVar(g);
  debug?.flush();
  emitGlobal(st, g, suffix);
}

function emitQueued(w: FnWriter, fn: Fn): void {
  if (fn.linkage === Linkage.extern) {
    declareFn(w, fn);
    return;
  }
  if (fn.body === null) ice(`emit: '${fn.symbol}' has no body`);
  if (fn.linkage === Linkage.export_) w.st.defined.add(fn.symbol);
  emitFn(w, fn);
  w.debug?.flush();
  w.st.out.append(w.out);
  w.out.length = 0;
}

function declareFn(w: FnWriter, fn: Fn): void {
  const st = w.st;
  const sig = st.lowered_(fn.sig);
  const text = new Text(128);
  text.str(`declare ${sig.resultText} ${st.fnName(fn.id)}(`);
  writeParams(text, sig, false, st.module.sigs[fn.sig]!.variadic);
  text.str(`)${fn.noreturn ? ' noreturn' : ''} nounwind`);
  st.declare(fn.symbol, latin1(text.done()));
}

function latin1(bytes: Uint8Array): string {
  let s = '';
  for (let i = 0; i < bytes.length; i++) s += String.fromCharCode(bytes[i]!);
  return s;
}
