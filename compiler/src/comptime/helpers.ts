// Takes nothing; gives the helper module: byte loops and checked block operations written directly in WebAssembly.
import { FN_BASE, FN_SHIFT, HOST_RESULT, NULL_LIMIT } from './layout.ts';
import { ByteBuf, type TypeKey, Vt, W, WasmModule } from './wasm.ts';

/** Functions every compiled module can call: entries of the table. */
export const enum Helper {
  bad, badFn, tick, tickCall, overflow, trap, fail, frem, sin, cos, rtti, rttiValue, errName, entry,
  memEq, memMove, memSet, memcpy, memset, memcmp, strlen, dispatch,
}

/** Types of the helpers, by Helper. */
export const HELPER_KEYS: readonly TypeKey[] = [
  'll>i', 'l>', '>', '>', '>', 'l>', 'i>', 'dd>d', 'd>d', 'd>d', 'ddi>d', 'ddi>l', 'i>d', 'li>i',
  'lll>i', 'lll>', 'lil>', 'lll>l', 'lil>l', 'lll>i', 'l>l', 'iidddd>d',
];

/** C functions done by helpers, when the program declares them with the same type. */
export const HELPER_CALLS: Readonly<Record<string, Helper | undefined>> = {
  memcpy: Helper.memcpy, memmove: Helper.memcpy, memset: Helper.memset, memcmp: Helper.memcmp, strlen: Helper.strlen,
};

/** First dispatch number of host functions; lower ones are the helpers that JavaScript does. */
export const FIRST_HOST = 32;

/** The imported dispatcher: (function number, stack pointer, four numbers) → number. */
const DISPATCH = 0;
const BAD = 1;
const SPAN = 2;

/** Pushes span(addr local, n local): a checked i32 address of `n` bytes. */
function span(code: ByteBuf, addr: number, n: number): void {
  code.get(addr);
  code.get(n);
  code.call(SPAN);
}

function step(code: ByteBuf, local: number, by: number): void {
  code.get(local);
  code.i32c(by);
  code.op(W.i32_add);
  code.set(local);
}

/** Pushes whether the `size`-byte loads at two i32 locals differ. */
function differ(code: ByteBuf, x: number, y: number, load: W, ne: W): void {
  code.get(x);
  code.mem(load, 0);
  code.get(y);
  code.mem(load, 0);
  code.op(ne);
}

/** span(addr i64, n i64) → i32; `bad` answers for addresses outside of linear memory. */
function spanCode(): ByteBuf {
  const code = new ByteBuf();
  code.get(1);
  code.op(W.i64_eqz);
  code.if_();
  code.i32c(NULL_LIMIT);
  code.op(W.return_);
  code.end();
  code.get(0);
  code.i64c(NULL_LIMIT);
  code.op(W.i64_sub);
  code.i64c(0x100000000 - NULL_LIMIT);
  code.op(W.i64_ge_u);
  code.get(1);
  code.i64c(0xffffffff);
  code.op(W.i64_gt_u);
  code.op(W.i32_or);
  code.if_();
  code.get(0);
  code.get(1);
  code.call(BAD);
  code.op(W.return_);
  code.end();
  code.get(0);
  code.op(W.i32_wrap_i64);
  code.end();
  return code;
}

/** The common head of memEq and memcmp: checked bases into locals 3 and 4, count into 5, equal words skipped. */
function compareHead(code: ByteBuf): void {
  span(code, 0, 2);
  code.set(3);
  span(code, 1, 2);
  code.set(4);
  code.get(2);
  code.op(W.i32_wrap_i64);
  code.set(5);
  code.block();
  code.loop();
  code.get(5);
  code.i32c(8);
  code.op(W.i32_lt_u);
  code.brIf(1);
  differ(code, 3, 4, W.i64_load, W.i64_ne);
  code.brIf(1);
  step(code, 3, 8);
  step(code, 4, 8);
  step(code, 5, -8);
  code.br(0);
  code.end();
  code.end();
}

/** memEq / memcmp (a i64, b i64, n i64) → i32. */
function compareCode(order: boolean): ByteBuf {
  const code = new ByteBuf();
  compareHead(code);
  code.block();
  code.loop();
  code.get(5);
  code.op(W.i32_eqz);
  code.brIf(1);
  differ(code, 3, 4, W.i32_load8_u, W.i32_ne);
  code.if_();
  if (order) {
    code.get(3);
    code.mem(W.i32_load8_u, 0);
    code.get(4);
    code.mem(W.i32_load8_u, 0);
    code.op(W.i32_sub);
  } else {
    code.i32c(0);
  }
  code.op(W.return_);
  code.end();
  step(code, 3, 1);
  step(code, 4, 1);
  step(code, 5, -1);
  code.br(0);
  code.end();
  code.end();
  code.i32c(order ? 0 : 1);
  code.end();
  return code;
}

function moveCode(result: boolean): ByteBuf {
  const code = new ByteBuf();
  span(code, 0, 2);
  span(code, 1, 2);
  code.get(2);
  code.op(W.i32_wrap_i64);
  code.memCopy();
  if (result) code.get(0);
  code.end();
  return code;
}

function setCode(result: boolean): ByteBuf {
  const code = new ByteBuf();
  span(code, 0, 2);
  code.get(1);
  code.get(2);
  code.op(W.i32_wrap_i64);
  code.memFill();
  if (result) code.get(0);
  code.end();
  return code;
}

/** strlen(p i64) → i64. */
function strlenCode(): ByteBuf {
  const code = new ByteBuf();
  // Of the child's memory only pieces are here.
  code.get(0);
  code.i64c(0x100000000);
  code.op(W.i64_ge_u);
  code.if_();
  code.i32c(Helper.strlen);
  code.i32c(0);
  code.get(0);
  code.op(W.f64_convert_i64_u);
  for (let k = 0; k < 3; k++) {
    code.op(W.f64_const);
    code.f64(0);
  }
  code.call(DISPATCH);
  code.op(W.i64_trunc_sat_f64_u);
  code.op(W.return_);
  code.end();
  code.get(0);
  code.i64c(1);
  code.call(SPAN);
  code.tee(1);
  code.set(2);
  code.block();
  code.loop();
  code.get(2);
  code.mem(W.i32_load8_u, 0);
  code.op(W.i32_eqz);
  code.brIf(1);
  step(code, 2, 1);
  code.br(0);
  code.end();
  code.end();
  code.get(2);
  code.get(1);
  code.op(W.i32_sub);
  code.op(W.i64_extend_i32_u);
  code.end();
  return code;
}

/** A helper done by JavaScript: its parameters as numbers, then the dispatcher. */
function dispatchCode(h: Helper, key: TypeKey): ByteBuf {
  const code = new ByteBuf();
  const params = key.slice(0, key.indexOf('>'));
  code.i32c(h);
  code.i32c(0);
  for (let k = 0; k < 4; k++) {
    if (k >= params.length) {
      code.op(W.f64_const);
      code.f64(0);
      continue;
    }
    code.get(k);
    if (k === 0 && (h === Helper.badFn || h === Helper.entry)) {
      // The code pointer p was turned into rotr(p - FN_BASE, 4).
      code.i64c(64 - FN_SHIFT);
      code.op(W.i64_rotr);
      code.i64c(FN_BASE);
      code.op(W.i64_add);
    }
    if (params[k] === 'l') code.op(W.f64_convert_i64_u);
    else if (params[k] === 'i') code.op(W.f64_convert_i32_u);
  }
  code.call(DISPATCH);
  if (key.endsWith('>')) code.op(W.drop);
  else if (key.endsWith('i')) code.op(W.i32_trunc_sat_f64_u);
  else if (key.endsWith('l')) {
    code.op(W.drop);
    code.i32c(0);
    code.mem(W.i64_load, HOST_RESULT);
  }
  code.end();
  return code;
}

function forwardCode(): ByteBuf {
  const code = new ByteBuf();
  for (let k = 0; k < 6; k++) code.get(k);
  code.call(DISPATCH);
  code.end();
  return code;
}

let compiled: WebAssembly.Module | null = null;

/** The helper module, compiled once per process. Imports env.m, env.t and env.dispatch; fills the table's first entries. */
export function helperModule(): WebAssembly.Module {
  if (compiled !== null) return compiled;
  const m = new WasmModule();
  m.importFn('env', 'dispatch', HELPER_KEYS[Helper.dispatch]!);
  m.elem(Helper.bad, m.fn(HELPER_KEYS[Helper.bad]!, 'h_bad', [], dispatchCode(Helper.bad, HELPER_KEYS[Helper.bad]!)));
  m.fn('ll>i', 'h_span', [], spanCode());
  const add = (h: Helper, locals: Vt[], code: ByteBuf): void => m.elem(h, m.fn(HELPER_KEYS[h]!, `h_${h}`, locals, code));
  for (let h: Helper = Helper.badFn; h <= Helper.entry; h++) add(h, [], dispatchCode(h, HELPER_KEYS[h]!));
  const three = [Vt.i32, Vt.i32, Vt.i32];
  add(Helper.memEq, three, compareCode(false));
  add(Helper.memcmp, three, compareCode(true));
  add(Helper.memMove, [], moveCode(false));
  add(Helper.memcpy, [], moveCode(true));
  add(Helper.memSet, [], setCode(false));
  add(Helper.memset, [], setCode(true));
  add(Helper.strlen, [Vt.i32, Vt.i32], strlenCode());
  add(Helper.dispatch, [], forwardCode());
  compiled = new WebAssembly.Module(m.finish().bytes);
  return compiled;
}
