// Takes load, store, copy, zero and index; gives their LLVM instructions (odd-width integers widen in memory).
import type { Ref } from '../ir/module.ts';
import { irWidth } from '../types/ir_type.ts';
import type { FnWriter } from './fn_writer.ts';
import { EXT_FRAG, MEM_FRAG, MEM_TY, ODD, REG_FRAG } from './lltype.ts';
import { type Frag, fixed } from './text.ts';

const VOLATILE = 1 << 16;

const LOAD = Int32Array.from(MEM_TY, (t) => fixed(`load ${t}, ptr `));
const LOAD_VOLATILE = fixed('load volatile ');
const STORE = fixed('  store ');
const STORE_VOLATILE = fixed('  store volatile ');
const AND_PTR = fixed(', ptr ');
const AND_I64 = fixed(', i64 ');
const ALIGN = fixed(', align ');
const ALIGN_1 = fixed(', align 1');
const TO = fixed(' to ');
const TO_I64 = fixed(' to i64\n');
const ELEMENT = fixed('getelementptr ');

/** Integers of the sizes that one register holds, by size. */
const WORD: readonly Frag[] = [0, fixed('i8'), fixed('i16'), 0, fixed('i32'), 0, 0, 0, fixed('i64')];
const isWord = (size: number): boolean => size === 8 || size === 4 || size === 2 || size === 1;

export function writeLoad(w: FnWriter, i: Ref): void {
  const { out, body } = w;
  const ty = body.ty[i]!;
  const c = body.c[i]!;
  const odd = ODD[ty] !== 0;
  let n = 0;
  if (odd) n = w.temp();
  else w.def(i);
  if ((c & VOLATILE) === 0) out.put(LOAD[ty]!);
  else {
    out.put(LOAD_VOLATILE);
    out.str(MEM_TY[ty]!);
    out.put(AND_PTR);
  }
  w.ref(body.a[i]!);
  writeAlign(w, c & 0xffff);
  w.end();
  if (odd) w.narrowInto(i, n, ty);
}

function writeAlign(w: FnWriter, align: number): void {
  if (align === 0) return;
  w.out.put(ALIGN);
  w.out.num(align);
}

export function writeStore(w: FnWriter, i: Ref): void {
  const { out, body } = w;
  const value = body.b[i]!;
  const ty = w.tyOf(value);
  const c = body.c[i]!;
  let wide = -1;
  if (ODD[ty] !== 0 && value > 0) {
    wide = w.temp();
    out.put(EXT_FRAG[ty]!);
    out.put(REG_FRAG[ty]!);
    w.ref(value);
    out.put(TO);
    out.str(MEM_TY[ty]!);
    out.byte(10);
  }
  out.put((c & VOLATILE) !== 0 ? STORE_VOLATILE : STORE);
  out.put(MEM_FRAG[ty]!);
  if (wide >= 0) w.number(wide);
  else w.ref(value); // constants are spelled the same at both widths
  out.put(AND_PTR);
  w.ref(body.a[i]!);
  writeAlign(w, c & 0xffff);
  w.end();
}

export function writeCopy(w: FnWriter, dst: Ref, src: Ref, size: number): void {
  // Refs that became one place: its bytes are there already.
  if (size === 0 || w.operandOf(dst) === w.operandOf(src)) return;
  if (!isWord(size)) {
    w.memcpy(w.operandOf(dst), w.operandOf(src), size);
    return;
  }
  const out = w.out;
  const n = w.temp();
  out.str('load ');
  out.put(WORD[size]!);
  out.put(AND_PTR);
  w.ref(src);
  out.put(ALIGN_1);
  w.end();
  out.put(STORE);
  out.put(WORD[size]!);
  out.byte(32);
  w.number(n);
  out.put(AND_PTR);
  w.ref(dst);
  out.put(ALIGN_1);
  w.end();
}

export function writeZero(w: FnWriter, dst: Ref, size: number): void {
  if (size === 0) return;
  if (!isWord(size)) {
    w.clear(dst, size);
    return;
  }
  const out = w.out;
  out.put(STORE);
  out.put(WORD[size]!);
  out.str(' 0, ptr ');
  w.ref(dst);
  out.put(ALIGN_1);
  w.end();
}

export function writeIndex(w: FnWriter, i: Ref): void {
  const { out, body } = w;
  const index = body.b[i]!;
  const size = body.c[i]!;
  if (size === 0) {
    w.aliasRef(i, body.a[i]!);
    return;
  }
  const ty = w.tyOf(index);
  let wide = -1;
  // Addresses sign-extend their index: unsigned narrow ones are widened first.
  if (index > 0 && irWidth(ty) < 64) {
    wide = w.temp();
    out.put(EXT_FRAG[ty]!);
    out.put(REG_FRAG[ty]!);
    w.ref(index);
    out.put(TO_I64);
  }
  w.def(i);
  out.put(ELEMENT);
  if (isWord(size)) out.put(WORD[size]!);
  else {
    out.byte(91);
    out.num(size);
    out.str(' x i8]');
  }
  out.put(AND_PTR);
  w.ref(body.a[i]!);
  out.put(AND_I64);
  if (wide >= 0) w.number(wide);
  else w.ref(index);
  out.byte(10);
}
