// Takes shifts, conversions and selects; gives their LLVM instructions, without poison for any operand.
import type { Ref } from '../ir/module.ts';
import { Op } from '../ir/op.ts';
import { IR_F32, IR_PTR, irIsSigned, irWidth } from '../types/ir_type.ts';
import type { FnWriter } from './fn_writer.ts';
import { EXT_OP, REG_TY } from './lltype.ts';
import { BIN_TEXT } from './op_text.ts';

/** `a op b` where a count of the width or more gives 0, or the sign for ashr. */
export function writeShift(w: FnWriter, i: Ref, op: Op): void {
  const { out, body } = w;
  const ty = body.ty[i]!;
  const t = REG_TY[ty]!;
  const width = irWidth(ty);
  const a = body.a[i]!;
  const b = body.b[i]!;
  const plain = (count: string): void => {
    w.def(i);
    out.str(BIN_TEXT[op]!);
    out.str(t);
    out.byte(32);
    w.ref(a);
    out.str(', ');
    out.str(count);
    w.end();
  };
  if (b < 0) {
    const n = BigInt.asUintN(width, BigInt(w.st.module.consts[~b]!.value));
    if (n < BigInt(width)) plain(w.st.constText(~b));
    else if (op === Op.ashr) plain(String(width - 1));
    else w.alias(i, '0');
    return;
  }
  const count = w.refText(b);
  const ok = w.value(`icmp ult ${t} ${count}, ${width}`);
  if (op === Op.ashr) {
    plain(w.value(`select i1 ${ok}, ${t} ${count}, ${t} ${width - 1}`));
    return;
  }
  const shifted = w.value(`${BIN_TEXT[op]}${t} ${w.refText(a)}, ${count}`);
  w.def(i);
  out.str(`select i1 ${ok}, ${t} ${shifted}, ${t} 0\n`);
}

export function writeConversion(w: FnWriter, i: Ref, op: Op): void {
  const { out, body } = w;
  const a = body.a[i]!;
  const from = w.tyOf(a);
  const to = body.ty[i]!;
  let name: string;
  switch (op) {
    case Op.trunc:
    case Op.ext:
      if (REG_TY[from] === REG_TY[to]) {
        w.aliasRef(i, a);
        return;
      }
      name = op === Op.trunc ? 'trunc ' : EXT_OP[from]!;
      break;
    case Op.i2f:
      name = irIsSigned(from) ? 'sitofp ' : 'uitofp ';
      break;
    case Op.fpext:
      name = 'fpext ';
      break;
    case Op.fptrunc:
      name = 'fptrunc ';
      break;
    case Op.p2i:
      name = 'ptrtoint ';
      break;
    case Op.i2p:
      name = 'inttoptr ';
      break;
    default:
      if (REG_TY[from] === REG_TY[to]) {
        w.aliasRef(i, a);
        return;
      }
      name = from === IR_PTR ? 'ptrtoint ' : to === IR_PTR ? 'inttoptr ' : 'bitcast ';
  }
  w.def(i);
  out.str(name);
  out.str(REG_TY[from]!);
  out.byte(32);
  w.ref(a);
  out.str(' to ');
  out.str(REG_TY[to]!);
  out.byte(10);
}

/** Through 64 bits, by a small routine that never gives poison. */
export function writeF2i(w: FnWriter, i: Ref): void {
  const { out, body } = w;
  const ty = body.ty[i]!;
  let x = w.refText(body.a[i]!);
  if (w.tyOf(body.a[i]!) === IR_F32) x = w.value(`fpext float ${x} to double`);
  const wide = irWidth(ty) === 64;
  let n = 0;
  if (wide) w.def(i);
  else n = w.temp();
  out.str(`call i64 ${w.st.support(wide && !irIsSigned(ty) ? 'sx.f2u' : 'sx.f2i')}(double ${x})`);
  w.end();
  if (!wide) {
    w.def(i);
    out.str(`trunc i64 %${n} to ${REG_TY[ty]}\n`);
  }
}

export function writeSelect(w: FnWriter, i: Ref): void {
  const { out, body } = w;
  const t = REG_TY[body.ty[i]!]!;
  w.def(i);
  out.str('select i1 ');
  w.ref(body.a[i]!);
  out.str(', ');
  out.str(t);
  out.byte(32);
  w.ref(body.b[i]!);
  out.str(', ');
  out.str(t);
  out.byte(32);
  w.ref(body.c[i]!);
  out.byte(10);
}
