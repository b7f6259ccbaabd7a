// Takes load, store, copy, zero and index; gives their LLVM instructions (odd-width integers widen in memory).
import type { Ref } from '../ir/module.ts';
import { irWidth } from '../types/ir_type.ts';
import type { FnWriter } from './fn_writer.ts';
import { EXT_OP, MEM_TY, ODD, REG_TY } from './lltype.ts';

const VOLATILE = 1 << 16;

export function writeLoad(w: FnWriter, i: Ref): void {
  const { out, body } = w;
  const ty = body.ty[i]!;
  const c = body.c[i]!;
  const odd = ODD[ty] !== 0;
  let n = 0;
  if (odd) n = w.temp();
  else w.def(i);
  out.str((c & VOLATILE) !== 0 ? 'load volatile ' : 'load ');
  out.str(MEM_TY[ty]!);
  out.str(', ptr ');
  w.ref(body.a[i]!);
  const align = c & 0xffff;
  if (align !== 0) {
    out.str(', align ');
    out.num(align);
  }
  w.end();
  if (odd) w.narrowInto(i, n, ty);
}

export function writeStore(w: FnWriter, i: Ref): void {
  const { out, body } = w;
  const value = body.b[i]!;
  const ty = w.tyOf(value);
  const c = body.c[i]!;
  let wide = -1;
  if (ODD[ty] !== 0 && value > 0) {
    wide = w.temp();
    out.str(EXT_OP[ty]!);
    out.str(REG_TY[ty]!);
    out.byte(32);
    w.ref(value);
    out.str(' to ');
    out.str(MEM_TY[ty]!);
    out.byte(10);
  }
  out.str((c & VOLATILE) !== 0 ? '  store volatile ' : '  store ');
  out.str(MEM_TY[ty]!);
  out.byte(32);
  if (wide >= 0) {
    out.byte(37);
    out.num(wide);
  } else {
    w.ref(value); // constants are spelled the same at both widths
  }
  out.str(', ptr ');
  w.ref(body.a[i]!);
  const align = c & 0xffff;
  if (align !== 0) {
    out.str(', align ');
    out.num(align);
  }
  w.end();
}

export function writeCopy(w: FnWriter, dst: Ref, src: Ref, size: number): void {
  const out = w.out;
  if (size === 8 || size === 4 || size === 2 || size === 1) {
    const n = w.temp();
    out.str('load i');
    out.num(size * 8);
    out.str(', ptr ');
    w.ref(src);
    out.str(', align 1');
    w.end();
    out.str('  store i');
    out.num(size * 8);
    out.str(' %');
    out.num(n);
    out.str(', ptr ');
    w.ref(dst);
    out.str(', align 1');
    w.end();
    return;
  }
  if (size === 0) return;
  w.needMemcpy();
  out.str('  call void @llvm.memcpy.p0.p0.i64(ptr ');
  w.ref(dst);
  out.str(', ptr ');
  w.ref(src);
  out.str(', i64 ');
  out.num(size);
  out.str(', i1 false)');
  w.end();
}

export function writeZero(w: FnWriter, dst: Ref, size: number): void {
  const out = w.out;
  if (size === 0) return;
  if (size === 8 || size === 4 || size === 2 || size === 1) {
    out.str('  store i');
    out.num(size * 8);
    out.str(' 0, ptr ');
    w.ref(dst);
    out.str(', align 1');
    w.end();
    return;
  }
  w.needMemset();
  out.str('  call void @llvm.memset.p0.i64(ptr ');
  w.ref(dst);
  out.str(', i8 0, i64 ');
  out.num(size);
  out.str(', i1 false)');
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
    out.str(EXT_OP[ty]!);
    out.str(REG_TY[ty]!);
    out.byte(32);
    w.ref(index);
    out.str(' to i64\n');
  }
  w.def(i);
  if (size === 1 || size === 2 || size === 4 || size === 8) {
    out.str('getelementptr i');
    out.num(size * 8);
  } else {
    out.str('getelementptr [');
    out.num(size);
    out.str(' x i8]');
  }
  out.str(', ptr ');
  w.ref(body.a[i]!);
  out.str(', i64 ');
  if (wide >= 0) {
    out.byte(37);
    out.num(wide);
  } else {
    w.ref(index);
  }
  out.byte(10);
}
