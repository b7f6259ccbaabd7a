// Takes source positions; gives the calls that record and clear return traces (reference 9.13).
import { Abi, type AbiSlot, type Fn, Linkage, type Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_BOOL, IR_U64, IR_VOID } from '../types/ir_type.ts';
import type { Checker } from './checker.ts';
import type { FnCtx } from './fn_ctx.ts';
import { runtimeFn } from './protocol_alloc.ts';

const encoder = new TextEncoder();
const U64_SLOT: AbiSlot = { ty: IR_U64, mem: false, type: 0, size: 8, align: 8 };

const traceFns = new WeakMap<Checker, Map<string, Fn>>();

/** A function of the trace runtime, declared once. */
function traceFn(c: Checker, symbol: string, params: readonly AbiSlot[]): Fn {
  let table = traceFns.get(c);
  if (table === undefined) {
    table = new Map();
    traceFns.set(c, table);
  }
  let fn = table.get(symbol);
  if (fn === undefined) {
    fn = runtimeFn(c, symbol, () => c.module.sig(params, null, Abi.c));
    table.set(symbol, fn);
  }
  return fn;
}

/** Runs `write` where traces are recorded: always when they are on, else only in the evaluator. */
function whenTracing(f: FnCtx, write: () => void): void {
  if (!f.b.live) return;
  if (f.c.options.traces || f.comptime) {
    write();
    return;
  }
  const record = f.b.block();
  const go = f.b.block();
  f.b.condBr(f.b.inst(Op.comptime_flag, IR_BOOL, 0, 0, 0), record, go);
  f.b.start(record);
  write();
  f.b.start(go);
}

/** Pushes the frame of a failure at global position `pos`. */
export function tracePush(f: FnCtx, pos: number): void {
  whenTracing(f, () => {
    const push = traceFn(f.c, 'sx_trace_push', [U64_SLOT]);
    f.b.call(push.id, IR_VOID, [f.b.conv(Op.p2i, IR_U64, frameRecord(f, pos))], 0);
  });
}

/** Forgets the frames: the failure was absorbed. */
export function traceClear(f: FnCtx): void {
  whenTracing(f, () => {
    const clear = traceFn(f.c, 'sx_trace_clear', []);
    f.b.call(clear.id, IR_VOID, [], 0);
  });
}

/** TraceFrame {file: string; line: i32; col: i32; func: string; line_text: string} of a position, one constant per site. */
export function frameRecord(f: FnCtx, pos: number): Ref {
  const { c } = f;
  const func = f.inst !== null ? f.inst.display : f.display;
  const key = `trace${pos}:${func}`;
  const hit = c.baked.get(key);
  if (hit !== undefined) return hit;
  const at = c.sources.locate(pos);
  const name = at.file.path.slice(at.file.path.lastIndexOf('/') + 1);
  const bytes = new Uint8Array(56);
  const view = new DataView(bytes.buffer);
  view.setInt32(16, at.line, true);
  view.setInt32(20, at.col, true);
  const text = (offset: number, s: string): { offset: number; kind: number; target: number; addend: number } => {
    const data = encoder.encode(s);
    view.setBigInt64(offset + 8, BigInt(data.length), true);
    return { offset, kind: 0, target: c.module.stringData(data), addend: 0 };
  };
  const relocs = [text(0, name), text(24, func), text(40, c.sources.lineText(at.file, at.line))];
  const g = c.module.addGlobal({
    name: '', type: 0, size: 56, align: 8, bytes, relocs, mutable: false, linkage: Linkage.internal, threadLocal: false, pos: 0, display: '',
  });
  const ref = c.module.globalAddr(g.id);
  c.baked.set(key, ref);
  return ref;
}
