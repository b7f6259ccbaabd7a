// Takes what a function needs of its frame; writes the code at its entry.
import type { Sig } from '../ir/module.ts';
import type { FnFacts } from './analyze.ts';
import { type BatchPort, callHelper } from './gen_call.ts';
import { copyBytes } from './gen_mem.ts';
import { Helper } from './helpers.ts';
import { CALL_FUEL, FUEL_CHUNK, NULL_LIMIT, STACK_LOW } from './layout.ts';
import { ByteBuf, Vt, W } from './wasm.ts';

export interface FrameGen {
  readonly batch: BatchPort;
  readonly sig: Sig;
  readonly facts: FnFacts;
  readonly code: ByteBuf;
  readonly fp: number;
  readonly frameSize: number;
  readonly firstParam: number;
  /** Local that counts loop rounds, -1 when the function has no loop. */
  readonly fuel: number;
  temp(vt: Vt): number;
}

/** The code before the first block: budget, frame, copies of aggregate parameters. */
export function prologue(g: FrameGen): ByteBuf {
  const out = new ByteBuf(g.code.length + 64);
  if (g.facts.calls) {
    const t = g.temp(Vt.i32);
    out.i32c(0);
    out.i32c(0);
    out.mem(W.i32_load, CALL_FUEL);
    out.i32c(-1);
    out.op(W.i32_add);
    out.tee(t);
    out.mem(W.i32_store, CALL_FUEL);
    out.get(t);
    out.op(W.i32_eqz);
    out.if_();
    callHelper(out, g.batch, Helper.tickCall);
    out.end();
  }
  out.get(0);
  if (g.frameSize > 0) {
    const size = Math.ceil(g.frameSize / 16) * 16 + (g.facts.maxAlign > 16 ? g.facts.maxAlign : 0);
    out.i32c(Math.min(STACK_LOW + size, 0x7fffffff));
    out.op(W.i32_lt_u);
    out.if_();
    callHelper(out, g.batch, Helper.overflow);
    out.end();
    out.get(0);
    out.i32c(size);
    out.op(W.i32_sub);
    if (g.facts.maxAlign > 16) {
      out.i32c(-g.facts.maxAlign);
      out.op(W.i32_and);
    }
  }
  out.set(g.fp);
  for (let k = 0; k < g.sig.params.length; k++) {
    const at = g.facts.paramAt[k]!;
    if (at < 0) continue;
    const size = g.sig.params[k]!.size;
    if (size > 0) copyParam(out, g.batch, g.fp, at, g.firstParam + k, size, g.temp(Vt.i32));
  }
  if (g.fuel >= 0) {
    out.i32c(FUEL_CHUNK);
    out.set(g.fuel);
  }
  return out;
}

/** Copies an aggregate argument (address in i64 local `src`) into the frame. */
function copyParam(out: ByteBuf, batch: BatchPort, fp: number, at: number, src: number, size: number, t: number): void {
  out.get(src);
  out.i64c(NULL_LIMIT);
  out.op(W.i64_sub);
  out.i64c(0x100000000 - NULL_LIMIT);
  out.op(W.i64_ge_u);
  out.if_(Vt.i32);
  out.get(src);
  out.i64c(size);
  callHelper(out, batch, Helper.bad);
  out.op(W.else_);
  out.get(src);
  out.op(W.i32_wrap_i64);
  out.end();
  out.set(t);
  copyBytes(out, fp, at, t, 0, size);
}
